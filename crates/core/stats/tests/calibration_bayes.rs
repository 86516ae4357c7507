//! How often posterior probabilities are high where nothing differs: no promise
//! of the methods, but what who reads them as error rates must know.

use std::fmt::Write;

use gosset_stats::Stream;
use gosset_stats::bayes::posterior::Posterior;
use gosset_stats::bayes::rope::{Place, Prior, Rope};
use gosset_stats::bayes::{bayes_correlated_t, bayes_sign, bayes_signed_rank};

use crate::shapes::SHAPES;

const SIMULATIONS: u64 = 1_000;
const DRAWS: u32 = 400;
const SIZES: [usize; 4] = [3, 5, 10, 30];

/// Tests of differences of two draws from one distribution.
type Test = fn(&[f64], &Stream) -> Option<Posterior>;

fn no_region() -> Rope {
    Rope::new(0.0).unwrap()
}

const TESTS: [(&str, Test); 3] = [
    ("bayes-signed-rank", |differences, stream| {
        let prior = Prior::new(0.5, Place::Equal).unwrap();
        bayes_signed_rank::test(differences, no_region(), prior, DRAWS, stream).ok()
    }),
    ("bayes-sign", |differences, stream| {
        let prior = Prior::new(1.0, Place::Equal).unwrap();
        bayes_sign::test(bayes_sign::counts(differences, no_region()).unwrap(), prior, DRAWS, stream).ok()
    }),
    // Folds that overlap as the test takes them to: correlation 1 / n.
    ("bayes-correlated-t, folds", |differences, _| {
        bayes_correlated_t::test(differences, 1.0 / (differences.len() as f64 - 1.0), no_region()).ok()
    }),
];

#[test]
fn posteriors_are_no_error_rates() {
    let mut table = String::from(
        "# How often P(candidate better) is high where nothing differs\n\nDifferences of two draws from one distribution, region 0, usual \
         priors, 400 draws of the posterior; 1,000 simulations a number (standard error 0.7 points at 5 %). The differences of the \
         correlated t test share a part, so that they correlate as 1 / n. Written by the test `calibration_bayes`.\n\n\
         | method | scores | n | above 0.95, % | above 0.99, % |\n|---|---|---|---|---|\n",
    );
    for (name, test) in TESTS {
        for (shape, draw) in SHAPES {
            for n in SIZES {
                let root = Stream::named([65; 32], &format!("{name}, {shape}, {n}"));
                let mut counts = [0_u64; 2];
                for index in 0..SIMULATIONS {
                    let mut stream = root.substream(index);
                    let mut difference = || draw(&mut stream) - draw(&mut stream);
                    let mut differences: Vec<f64> = (0..n).map(|_| difference()).collect();
                    if name.ends_with("folds") {
                        let share = 1.0 / n as f64;
                        let shared = share.sqrt() * difference();
                        for difference in &mut differences {
                            *difference = shared + (1.0 - share).sqrt() * *difference;
                        }
                    }
                    let Some(found) = test(&differences, &root.substream(index).substream(0)) else { continue };
                    counts[0] += u64::from(found.candidate > 0.95);
                    counts[1] += u64::from(found.candidate > 0.99);
                }
                let [often, rarely] = counts.map(|count| 100.0 * count as f64 / SIMULATIONS as f64);
                writeln!(table, "| {name} | {shape} | {n} | {often:.1} | {rarely:.1} |").unwrap();
                // The correlated t is the corrected t test, exact here: 5 %; 5.2
                // standard errors.
                if name.ends_with("folds") && shape == "normal" {
                    assert!((often - 5.0).abs() < 3.6, "{n}: {often}");
                }
            }
        }
    }
    let stored = include_str!("reference/calibration_bayes.md");
    if table != stored {
        println!("{table}");
    }
    assert!(table == stored, "the table is not current; the one above is");
}

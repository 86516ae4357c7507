//! Theories of the loss on the runs of Hoffmann et al. 2022 in the shared reference
//! folder, which stands beside the repository and is never copied into it.
#![expect(clippy::disallowed_methods, reason = "tests may read the reference files")]
#![expect(clippy::print_stderr, reason = "what was not checked is said aloud")]

use std::collections::BTreeMap;

use gosset_model::{TheorySource, resolve_theories};
use gosset_science::theory::{Run, Runs, Standing, judge_theories};

/// The runs without the five of the largest loss, as in Besiroglu et al. 2024,
/// "Chinchilla Scaling: A replication attempt"; tokens are compute / (6 N).
fn runs() -> Option<Runs> {
    let path = format!("{}/../../../../shared/reference/chinchilla/svg_extracted_data.csv", env!("CARGO_MANIFEST_DIR"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("NOT CHECKED: the shared reference file {path} is absent ({error})");
            return None;
        }
    };
    let number = |cell: &str| cell.parse::<f64>().unwrap();
    let mut found: Vec<(f64, f64, f64)> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<&str>>())
        .map(|cells| (number(cells[3]), number(cells[4]), number(cells[6])))
        .collect();
    found.sort_by(|a, b| a.2.total_cmp(&b.2));
    found.truncate(found.len() - 5);
    let run = |(row, (size, compute, observed)): (usize, (f64, f64, f64))| {
        let quantities: BTreeMap<String, f64> =
            [("N".to_owned(), size), ("D".to_owned(), compute / (6.0 * size))].into();
        Run { quantities, observed, block: None, row: row as u64 + 1 }
    };
    Runs::new(found.into_iter().enumerate().map(run).collect(), "L").ok()
}

const FILE: &str = r#"
[results]
file = "svg_extracted_data.csv"
observed = "L"
[quantities]
L = { unit = "nats" }
N = { unit = "parameters" }
D = { unit = "tokens" }
[design]
alpha = 0.05
errors = "relative"
[[theories]]
name = "separate"
assumptions = ["Parameters and tokens cost apart from one another."]
formula = "E + A / (N / N0)^alpha + B / (D / D0)^beta"
[theories.parameters]
E = { unit = "nats", from = 0, to = 3 }
A = { unit = "nats", from = 0, to = 10 }
B = { unit = "nats", from = 0, to = 10 }
alpha = { unit = "1", from = 0.05, to = 1 }
beta = { unit = "1", from = 0.05, to = 1 }
N0 = { unit = "parameters", value = 1e9 }
D0 = { unit = "tokens", value = 1e10 }
[[theories]]
name = "compute-alone"
assumptions = ["Only compute counts."]
formula = "E + A / (N * D / C0)^gamma"
[theories.parameters]
E = { unit = "nats", from = 0, to = 3 }
A = { unit = "nats", from = 0, to = 10 }
gamma = { unit = "1", from = 0.01, to = 1 }
C0 = { unit = "parameters*tokens", value = 1.6666666666666667e19 }
[[predictions]]
name = "published-beta"
theory = "separate"
claim = "The exponent of tokens is the published 0.28, within 0.02."
kind = "parameter"
parameter = "beta"
from = 0.26
to = 0.30
[[predictions]]
name = "published-alpha"
theory = "separate"
claim = "The exponent of parameters is the published 0.34, within 0.1."
kind = "parameter"
parameter = "alpha"
from = 0.24
to = 0.44
"#;

#[test]
fn the_published_exponent_of_tokens_is_contradicted_by_the_published_runs() {
    let Some(runs) = runs() else { return };
    assert_eq!(runs.all().len(), 240);
    let theories = TheorySource::read(FILE).and_then(|source| resolve_theories(&source)).unwrap();
    let judgement = judge_theories(&theories, &runs).unwrap();
    // Least squares of log losses by SciPy 1.17.1, the best of nine starts; standard
    // errors from its Jacobian.
    let fit = judgement.theories[0].fit.as_ref().unwrap();
    let expected = [
        ("A", 0.339_637_27, 0.012_58),
        ("B", 0.425_792_31, 0.010_68),
        ("E", 1.864_550_09, 0.014_19),
        ("alpha", 0.360_252_80, 0.010_48),
        ("beta", 0.405_883_36, 0.009_07),
    ];
    assert_eq!(fit.constants.len(), expected.len());
    for (constant, (name, estimate, error)) in fit.constants.iter().zip(expected) {
        assert_eq!(constant.name, name);
        let found = constant.estimate.unwrap();
        assert!((found - estimate).abs() < 1e-4 * estimate, "{name}: {found}");
        // Bounds at 0.05 / 3 / 5 two-sided lie 2.96 standard errors off, but for the
        // bend of the formula.
        let half_width = 0.5 * (constant.upper.unwrap() - constant.lower.unwrap());
        assert!((half_width / error - 2.96).abs() < 0.15, "{name}: {half_width}");
    }
    let [beta, alpha] = &judgement.theories[0].predictions[..] else { panic!("two predictions") };
    assert_eq!((beta.standing, alpha.standing), (Standing::Contradicted, Standing::Consistent));
    assert!(beta.contradiction.as_ref().unwrap().p_adjusted < 1e-6);
    // n ln(S / n) + 2 k with SciPy's sums 0.0114618870 and 0.0897775653.
    let expected = 240.0 * libm::log(0.089_777_565_33 / 0.011_461_886_99) + 2.0 * (4.0 - 6.0);
    let pair = &judgement.rivals[0];
    assert!((pair.aic_difference.unwrap() - expected).abs() < 1e-3, "{pair:?}");
    // Each run from the others: the errors of the rival are more than twice as large.
    assert!(2.0 * pair.contests[0].first_error < pair.contests[0].second_error, "{pair:?}");
}

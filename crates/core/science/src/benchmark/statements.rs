use gosset_model::{Grade, PairTest};
use gosset_stats::ranking::bergmann_hommel::MOST_METHODS;

use super::leaderboard::Leaderboard;
use super::question::References;
use super::stability::{Reordering, View};

/// Up to so many names are written out.
const MOST_NAMED: usize = 6;
/// Below so many data sets a reader is warned.
const FEW_DATASETS: u64 = 10;
/// Below so many runs on a data set a reader is warned.
const FEW_RUNS: u64 = 10;

/// What was found, in whole sentences.
pub(super) fn statements(board: &Leaderboard) -> Vec<String> {
    let mut said = vec![all_at_once(board)];
    if board.omnibus.is_some() {
        said.extend(ties(board));
        said.extend(by_other_tests(board));
    }
    said.extend(stability(board));
    said.extend(failures(board));
    said.extend(saturation(board));
    said.extend(board.pareto.as_ref().map(|pareto| {
        let names: Vec<String> = board.question.metrics.iter().map(|metric| code(&metric.name)).collect();
        let on: Vec<&str> =
            pareto.methods.iter().filter(|one| one.is_on_front).map(|one| one.method.as_str()).collect();
        format!("By {} together no other method beats {}.", listed(&names), named(&on))
    }));
    said
}

fn all_at_once(board: &Leaderboard) -> String {
    let (methods, datasets) = (board.coverage.methods, board.coverage.datasets);
    match &board.omnibus {
        None => format!("All {methods} methods tie on each of the {datasets} data sets: there is no order."),
        Some(omnibus) => {
            let test = if omnibus.iman_davenport.is_some() { "Iman and Davenport's test" } else { "Friedman's test" };
            if omnibus.is_rejected {
                format!("Some of the {methods} methods differ, by {test} over {datasets} data sets.")
            } else {
                let why =
                    if board.question.pairs.is_by_ranks() { ", so that no test of ranks tells two apart" } else { "" };
                format!("{test} over {datasets} data sets does not show that any of the {methods} methods differ{why}.")
            }
        }
    }
}

fn ties(board: &Leaderboard) -> Vec<String> {
    let (test, methods) = (test_words(board), board.rows.len());
    let apart = board.pairs.iter().filter(|pair| pair.is_apart).count();
    let mut said = Vec::new();
    let head = board.groups.first().filter(|group| group[0] == board.rows[0].method);
    match head {
        Some(group) if group.len() == methods => {
            let none = if methods == 2 { "The two methods cannot" } else { "No two of the methods can" };
            said.push(format!("{none} be told apart: no order among them is shown."));
            return said;
        }
        Some(group) => said.push(format!(
            "The first {} ({}) cannot be told apart.",
            number_word(group.len()),
            named(&group.iter().map(String::as_str).collect::<Vec<_>>())
        )),
        None => {
            let first = &board.rows[0].method;
            let alike: Vec<&str> = board
                .pairs
                .iter()
                .filter(|pair| pair.first == *first && !pair.is_apart)
                .map(|pair| pair.second.as_str())
                .collect();
            said.push(if alike.is_empty() {
                format!("{} comes first and is told apart from every other method.", code(first))
            } else {
                format!(
                    "{} comes first; it is told apart from the second, but not from {}.",
                    code(first),
                    named(&alike)
                )
            });
        }
    }
    let others = board.groups.iter().skip(usize::from(head.is_some()));
    said.extend(others.map(|group| {
        format!("{} cannot be told apart.", named(&group.iter().map(String::as_str).collect::<Vec<_>>()))
    }));
    said.push(format!("{apart} of {} are told apart, by {test}.", counted(board.pairs.len() as u64, "pair", "pairs")));
    said
}

/// The test asked for, and what stands in its place.
fn test_words(board: &Leaderboard) -> &'static str {
    match board.question.pairs {
        PairTest::BergmannHommel if board.rows.len() > MOST_METHODS => "Shaffer's static procedure",
        test => test.words(),
    }
}

/// How many pairs the tests tell apart that were not asked for.
fn by_other_tests(board: &Leaderboard) -> Option<String> {
    let tests: Vec<PairTest> = board.pairs.first()?.p_values.iter().skip(1).map(|p_value| p_value.test).collect();
    let alpha = board.question.alpha.get();
    let is_rejected = board.omnibus.as_ref().is_some_and(|omnibus| omnibus.is_rejected);
    let count = |test: PairTest| {
        let is_apart = |p_value: &&super::apart::PairPValue| p_value.test == test && p_value.adjusted <= alpha;
        let apart = board.pairs.iter().filter(|pair| pair.p_values.iter().any(|p_value| is_apart(&p_value)));
        if test.is_by_ranks() && !is_rejected { 0 } else { apart.count() }
    };
    let told: Vec<String> = tests.iter().map(|test| format!("{} by {}", count(*test), test.words())).collect();
    (!told.is_empty()).then(|| format!("Other tests would tell apart {}; they decide nothing here.", listed(&told)))
}

fn stability(board: &Leaderboard) -> Vec<String> {
    let of = |kind: View| board.reorderings.iter().filter(|one| one.kind == kind).collect::<Vec<&Reordering>>();
    let mut said = Vec::new();
    for (kind, several) in [(View::WithoutDataset, "data sets"), (View::WithoutSeed, "seeds")] {
        let views = of(kind);
        if views.is_empty() {
            continue;
        }
        let changed: Vec<&str> = views.iter().filter(|one| !one.is_first_same).map(|one| one.label.as_str()).collect();
        let moved = views.iter().filter(|one| !one.moved.is_empty()).count();
        said.push(if moved == 0 {
            format!("Leaving out any one of {} {several} changes no place.", views.len())
        } else if changed.is_empty() {
            format!(
                "Leaving out any one of {} {several} does not change who comes first, but some other place in {}.",
                views.len(),
                counted(moved as u64, "case", "cases")
            )
        } else {
            format!(
                "Leaving out one of {} {several} changes who comes first in {}: {}.",
                views.len(),
                counted(changed.len() as u64, "case", "cases"),
                named(&changed)
            )
        });
        said.extend(who_moves(&views, several));
    }
    let firsts = |view: &Reordering| {
        let first = board.rows.iter().zip(&view.places).filter(|(_, place)| **place == 1);
        named(&first.map(|(row, _)| row.method.as_str()).collect::<Vec<_>>())
    };
    said.extend(of(View::Metric).into_iter().map(|view| {
        let same = if view.is_first_same { " too" } else { "" };
        format!("By {} alone, {} comes first{same}.", code(&view.label), firsts(view))
    }));
    let others = of(View::Choice).into_iter().filter(|view| !view.is_first_same);
    said.extend(others.map(|view| format!("{}, {} would come first.", capital(&view.label), firsts(view))));
    said
}

/// The method that moves furthest.
fn who_moves(views: &[&Reordering], several: &str) -> Option<String> {
    let step = |view: &&&Reordering| view.moved.first().map_or(0, |moved| moved.from.abs_diff(moved.to));
    // The first of equals.
    let furthest = views.iter().rev().max_by_key(step)?;
    let moved = furthest.moved.first().filter(|moved| moved.from.abs_diff(moved.to) > 1)?;
    let one = several.trim_end_matches('s');
    Some(format!(
        "The largest step is that of {}, from place {} to {} without {one} {}.",
        code(&moved.method),
        moved.from,
        moved.to,
        code(&furthest.label)
    ))
}

fn failures(board: &Leaderboard) -> Vec<String> {
    let coverage = &board.coverage;
    let mut said = Vec::new();
    if coverage.failed > 0 {
        let failing = board.rows.iter().filter(|row| row.failed > 0);
        let failing: Vec<String> =
            failing.map(|row| format!("{} {} of {}", code(&row.method), row.failed, row.runs)).collect();
        said.push(format!(
            "{} of {} runs failed ({}). None is dropped: on a data set a method ranks behind all others of which a smaller share failed.",
            coverage.failed,
            coverage.runs,
            listed(&failing)
        ));
    }
    for method in &coverage.failed_everywhere {
        said.push(format!("{} has no score on any data set.", code(method)));
    }
    if !coverage.void_datasets.is_empty() {
        let names: Vec<&str> = coverage.void_datasets.iter().map(String::as_str).collect();
        said.push(format!("No method has a score on {}: all tie there.", named(&names)));
    }
    if coverage.missing > 0 {
        let lacking = board.rows.iter().filter(|row| row.missing > 0);
        let lacking: Vec<String> = lacking.map(|row| format!("{} on {}", code(&row.method), row.missing)).collect();
        said.push(format!(
            "{} of {} combinations of a method and a data set {} no run ({}). That ranks as a failure; the rank at best is the one if the method came first there.",
            coverage.missing,
            coverage.methods * coverage.datasets,
            if coverage.missing == 1 { "holds" } else { "hold" },
            listed(&lacking)
        ));
    }
    if coverage.complete_datasets < coverage.datasets {
        said.push(format!(
            "Keeping complete cases alone would have left {} of {} data sets.",
            coverage.complete_datasets, coverage.datasets
        ));
    }
    said
}

fn saturation(board: &Leaderboard) -> Vec<String> {
    let (saturation, mut said) = (&board.saturation, Vec::new());
    let noise = &saturation.noise;
    let (first, second) = (code(&noise.first), code(&noise.second));
    if noise.compared > 0 {
        let (ahead, behind) = (noise.first_better.len() as u64, noise.second_better.len() as u64);
        let alike = noise.compared - ahead - behind;
        said.push(if alike == noise.compared {
            format!(
                "On none of {} data sets do the first two ({first}, {second}) differ by more than the noise of their runs.",
                noise.compared
            )
        } else {
            format!(
                "Beyond the noise of their runs {first} is better than {second} on {ahead} of {} data sets, and worse on {behind}; on {alike} the two are within noise.",
                noise.compared
            )
        });
    }
    if !saturation.tied.is_empty() {
        let names: Vec<&str> = saturation.tied.iter().map(String::as_str).collect();
        let they = if names.len() == 1 { "it ranks" } else { "these rank" };
        said.push(format!("On {} all methods tie, so that {they} nobody.", named(&names)));
    }
    if let Some(ceiling) = saturation.ceiling.as_ref().filter(|ceiling| ceiling.beyond.is_empty()) {
        let (reached, all) = (ceiling.reached.len() as u64, saturation.datasets);
        said.push(if reached == 0 {
            format!("On none of {all} data sets is the best method at the best score that there is.")
        } else {
            format!(
                "On {reached} of {all} data sets the best method is at the best score that there is, or within the spread of its runs of it{}.",
                if 2 * reached >= all { ": the benchmark is close to saturated" } else { "" }
            )
        });
    }
    said
}

/// What speaks against relying on the whole, in whole sentences.
pub(super) fn warnings(board: &Leaderboard) -> Vec<String> {
    let coverage = &board.coverage;
    let mut warnings = Vec::new();
    match &board.question.references {
        References::None => warnings.push(
            "Scores are averaged over data sets as they are: those on which they spread wider weigh more in means, and in signed-rank tests. Average ranks do not depend on that; references would make means comparable.".to_owned(),
        ),
        References::Methods { low, high } => warnings.push(format!(
            "Scores are normalised so that {} counts as 0 and {} as 1; these two are not ranked.",
            code(low),
            code(high)
        )),
        References::Scores { .. } => {}
    }
    if coverage.datasets < FEW_DATASETS {
        warnings.push(format!(
            "With {} data sets hardly anything can be told apart, and the intervals of average ranks are too narrow.",
            coverage.datasets
        ));
    }
    if coverage.most_runs == 1 {
        warnings.push(
            "There is one run of each method on each data set. How much runs of a method differ cannot be said: means over data sets, profiles and probabilities of improvement have no interval, and intervals of ranks allow for other data sets only.".to_owned(),
        );
    } else if coverage.fewest_runs < 2 {
        warnings.push(
            "Some methods ran once on a data set. Numbers that need two runs have no interval for them.".to_owned(),
        );
    } else if coverage.fewest_runs < FEW_RUNS {
        warnings.push(format!(
            "Some methods have only {} runs on a data set: below ten, intervals from resampling runs are too narrow.",
            coverage.fewest_runs
        ));
    }
    if coverage.fewest_runs < coverage.most_runs {
        warnings.push(format!(
            "Methods have from {} to {} runs on a data set; those with more runs weigh no more in ranks, but more in interquartile means.",
            coverage.fewest_runs, coverage.most_runs
        ));
    }
    if coverage.failed > 0 || coverage.missing > 0 {
        warnings.push(
            "In means, interquartile means and the Pareto front a failure counts as the worst score that any method has on its data set, and as no better than the low reference. That is mild: the method may have done worse there.".to_owned(),
        );
    }
    if !coverage.left_out_of_means.is_empty() {
        let names: Vec<&str> = coverage.left_out_of_means.iter().map(String::as_str).collect();
        warnings.push(format!("Means leave out {}, where no method has a score.", named(&names)));
    }
    if let Some(ceiling) = board.saturation.ceiling.as_ref().filter(|ceiling| !ceiling.beyond.is_empty()) {
        let names: Vec<&str> = ceiling.beyond.iter().map(String::as_str).collect();
        warnings.push(format!(
            "Scores lie beyond the best that there can be on {}, so nothing is said of saturation: are they in another unit?",
            named(&names)
        ));
    }
    if board.grade == Grade::C {
        warnings.push(
            "Nobody recorded how often these data sets were looked at while the methods were made, nor how much each of them was tuned: an order may be that of the effort spent.".to_owned(),
        );
    }
    warnings
}

pub(super) fn code(name: &str) -> String {
    format!("`{name}`")
}

pub(super) fn named(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMED).map(|name| code(name)).collect();
    if names.len() > MOST_NAMED {
        format!("{} and {} more", shown.join(", "), names.len() - MOST_NAMED)
    } else {
        listed(&shown)
    }
}

pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn number_word(number: usize) -> String {
    const WORDS: [&str; 11] = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

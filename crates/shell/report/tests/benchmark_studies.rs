//! What a report tells of a registered benchmark.

use gosset_model::{Name, TestSetUse};
use gosset_report::{Style, html, markdown, terminal};

use crate::gallery;

const PLAIN: Style = Style { colour: false, width: 100 };

/// Without line breaks.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_benchmark_is_told_with_leaderboards_stress_and_tuning_in_every_form() {
    let sample = gallery::benchmark();
    let report = sample.report();
    let (page, text, shell) = (html(&report), markdown(&report), terminal(&report, &PLAIN));
    for form in [&page, &text] {
        for words in ["Leaderboard over n = 8 data sets (grade A)", "What stress costs", "Tuning: the settings tried"] {
            assert!(form.contains(words), "{words}: {form}");
        }
    }
    for id in ["benchmark", "critical-difference", "rank-intervals", "profiles", "places", "front-1", "stress-losses"] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let shell = flowing(&shell);
    for words in [
        "Benchmark: condition clean, without stress",
        "Benchmark: condition noisy",
        "16 of 192 runs failed (`frail` 16 of 48)",
        "Tuning budgets are unequal (settings tried for each run: `alike` 30 and `plain` 1)",
        "How much `worse` and `frail` were tuned is not registered",
        "frail under noisy: loses",
        "in 16 blocks one run failed",
        "No earlier study of this lab has looked at these data sets",
    ] {
        assert!(shell.contains(words), "{words}: {shell}");
    }
}

#[test]
fn the_numbers_told_are_those_of_the_judgement() {
    let sample = gallery::benchmark();
    let page = html(&sample.report());
    let found = sample.judgement.benchmark.as_ref().expect("the study is a benchmark");
    let exact = |value: f64| page.contains(&format!("value=\"{value}\""));
    assert!(
        found.boards.len() == 2 && found.boards.iter().flat_map(|board| &board.rows).all(|row| exact(row.average_rank))
    );
    assert!(found.losses.iter().all(|one| exact(one.loss.as_ref().expect("all have scores").estimate)));
    for said in found.boards.iter().flat_map(|board| &board.statements) {
        let first = said.split('`').next().unwrap_or_default();
        assert!(page.contains(first), "{said}");
    }
}

#[test]
fn earlier_looks_at_the_test_data_are_named() {
    let mut sample = gallery::benchmark();
    let name = |name: &str| Name::new(name).expect("a plain name");
    sample.uses = vec![TestSetUse {
        study: name("pilot"),
        datasets: vec![name("table-0"), name("table-1")],
        arms: 4,
        runs_scored: 1,
    }];
    let said = "`pilot` looked at `table-0` and `table-1` before: 1 scored run of 4 arms.";
    let shell = flowing(&terminal(&sample.report(), &PLAIN));
    assert!(shell.contains(said) && !shell.contains("No earlier study"), "{shell}");
}

#[test]
fn a_benchmark_without_a_control_has_no_empty_table_of_hypotheses() {
    let sample = gallery::benchmark();
    let page = html(&sample.report());
    assert!(page.contains("Hypotheses as registered"));
    let bare = gallery::benchmark_without_control();
    assert!(bare.judgement.hypotheses.is_empty());
    let page = html(&bare.report());
    assert!(!page.contains("Hypotheses as registered") && page.contains("Leaderboard over n = 8"));
}

#[test]
fn a_benchmark_that_is_not_judged_tells_nothing_of_it() {
    let sample = gallery::benchmark();
    assert!(!html(&sample.unjudged()).contains("id=\"benchmark\""));
    assert!(!terminal(&sample.unjudged(), &PLAIN).contains("Benchmark"));
    assert!(!html(&gallery::optimizer().report()).contains("id=\"benchmark\""));
}

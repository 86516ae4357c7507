//! Reports of theories.

use gosset_model::{Theories, TheorySource, resolve_theories};
use gosset_report::{Style, TheoryReport};
use gosset_science::theory::{Run, Runs, TheoryJudgement, judge_theories};

use crate::pages::keeps_the_rules;

/// Two rivals, one of which is contradicted, and predictions of each standing; the
/// claim is `claim`, which people wrote.
fn theories(claim: &str) -> Theories {
    let claim: String = claim.chars().map(|character| format!("\\u{:04x}", u32::from(character))).collect();
    let text = format!(
        r#"
[results]
file = "runs.csv"
observed = "L"
[quantities]
L = {{ unit = "nats" }}
N = {{ unit = "1", candidates = [1, 1000, 1000000] }}
[design]
alpha = 0.05
errors = "absolute"
[[theories]]
name = "offset"
assumptions = ["{claim}"]
formula = "E + A / N^alpha"
parameters = {{ E = {{ unit = "nats", from = 0, to = 3 }}, A = {{ unit = "nats", from = 0, to = 9 }}, alpha = {{ unit = "1", from = 0.05, to = 2 }} }}
[[theories]]
name = "a-power-with-a-name-that-goes-on-and-on-until-it-ends"
assumptions = ["none"]
formula = "A / N^alpha"
parameters = {{ A = {{ unit = "nats", from = 0, to = 9 }}, alpha = {{ unit = "1", from = 0.01, to = 2 }} }}
[[predictions]]
name = "falls"
theory = "offset"
claim = "{claim}"
kind = "ordering"
conditions = [{{ N = 1 }}, {{ N = 4 }}, {{ N = 16 }}]
expected = "falling"
[[predictions]]
name = "elsewhere"
theory = "offset"
claim = "{claim}"
kind = "value"
at = {{ N = 5 }}
from = 1
[[predictions]]
name = "wrong"
theory = "offset"
claim = "{claim}"
kind = "value"
at = {{ N = 4 }}
to = 1
"#
    );
    TheorySource::read(&text).and_then(|source| resolve_theories(&source)).expect("the file is right")
}

fn judged(theories: &Theories) -> (Runs, TheoryJudgement) {
    let sizes = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0_f64];
    let run = |(row, (n, error)): (usize, (f64, f64))| Run {
        quantities: [("N".to_owned(), n)].into(),
        observed: 1.7 + 2.0 / n.sqrt() + error,
        block: None,
        row: row as u64 + 1,
    };
    let each = sizes.into_iter().flat_map(|n| [(n, 0.01), (n, -0.01), (n, 0.02), (n, -0.02)]);
    let runs = Runs::new(each.enumerate().map(run).collect(), "L").expect("there are runs");
    let judgement = judge_theories(theories, &runs).expect("they can be judged");
    (runs, judgement)
}

const HOSTILE: [&str; 3] = ["More helps.", "<script>alert(1)</script> & \"quotes\"", "\u{1b}[31mred\u{202e}"];

#[test]
fn pages_of_theories_keep_the_rules_of_all_pages() {
    for claim in HOSTILE {
        let theories = theories(claim);
        let (runs, judgement) = judged(&theories);
        let sources = [("runs.csv".to_owned(), "digest".to_owned())];
        let report = TheoryReport {
            theories: &theories,
            runs: &runs,
            judgement: &judgement,
            sources: &sources,
            reading_notes: &[claim.to_owned()],
        };
        let page = report.html();
        keeps_the_rules(&page);
        assert_eq!(page, report.html());
        for words in ["id=\"curves\"", "id=\"rivals\"", "id=\"next\"", "contradicted", "consistent", "not tested here"]
        {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf "));
        let text = report.markdown();
        assert!(!text.contains('\u{1b}') && text.contains("What was found"));
        for width in [32, 60, 100] {
            let told = report.terminal(&Style { colour: false, width });
            assert!(!told.contains('\u{1b}') && !told.contains('\u{202e}'));
            let longest = told.lines().max_by_key(|line| line.chars().count()).unwrap();
            assert!(longest.chars().count() <= width, "{width}: {longest}");
        }
        assert!(report.terminal(&Style { colour: true, width: 100 }).contains("\u{1b}["));
    }
}

#[test]
fn what_contradicts_stands_with_its_strength() {
    let theories = theories("It falls.");
    let (runs, judgement) = judged(&theories);
    let report =
        TheoryReport { theories: &theories, runs: &runs, judgement: &judgement, sources: &[], reading_notes: &[] };
    let told = report.terminal(&Style { colour: false, width: 100 });
    // 1.7 + 2 / 2 = 2.7 at N = 4, with a standard error of 0.0182574 / 2.
    for words in [
        "the mean at N = 4: 2.700",
        "186 standard errors off",
        "there is no run at N = 5",
        "Bayes factor",
        "Next experiment",
    ] {
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{words}: {told}");
    }
}

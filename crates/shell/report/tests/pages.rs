//! What holds for every page.

use std::collections::BTreeSet;

use gosset_model::{Command, DataContent, DataMismatch, Digest, Outcome};
use gosset_report::{StudyReport, Style, html, markdown, terminal};
use gosset_science::plan;

use crate::{gallery, sample};

const PLAIN: Style = Style { colour: false, width: 80 };
/// Elements that have no end tag in HTML.
const VOID: [&str; 2] = ["meta", "br"];

/// Checks what every page must keep, and returns the page.
fn checked(report: &StudyReport<'_>) -> String {
    let page = html(report);
    assert_eq!(page, html(report), "the same report gives the same bytes");
    keeps_the_rules(&page);
    page
}

/// Checks what holds for every page, whatever it reports.
pub(super) fn keeps_the_rules(page: &str) {
    let lower = page.to_lowercase();
    for banned in ["<script", "<iframe", "<link", "javascript:", "@import", "url(", "src=\"", "href=\"http"] {
        assert!(!lower.contains(banned), "the page holds {banned}");
    }
    let tags = balanced(page);
    let values = |name: &str| {
        tags.iter()
            .flat_map(|tag| tag.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()))
            .collect::<Vec<_>>()
    };
    let ids = values("id");
    let unique: BTreeSet<&String> = ids.iter().collect();
    for id in &unique {
        assert_eq!(ids.iter().filter(|other| other == id).count(), 1, "the id {id} stands twice");
    }
    for href in values("href") {
        let anchor = href.strip_prefix('#').unwrap_or_else(|| panic!("{href} leads out of the page"));
        assert!(unique.iter().any(|id| *id == anchor), "{href} leads nowhere");
    }
    for named in ["aria-labelledby", "aria-describedby"].into_iter().flat_map(values) {
        for id in named.split(' ') {
            assert!(unique.iter().any(|other| *other == id), "{id} names nothing");
        }
    }
}

/// The attributes of every element, once all elements are known to end where
/// they should. Text must be escaped for this to hold.
fn balanced(page: &str) -> Vec<Vec<(String, String)>> {
    let mut open: Vec<&str> = Vec::new();
    let mut tags = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("a page says what it is");
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(name.chars().all(|character| character.is_ascii_alphanumeric()), "<{tag}> is no tag");
        let mut found = Vec::new();
        while let Some((key, after)) = attributes.split_once("=\"") {
            let (value, after) = after.split_once('"').expect("an attribute ends");
            found.push((key.trim().to_owned(), value.to_owned()));
            attributes = after;
        }
        assert_eq!(attributes.trim(), "", "<{tag}> holds more than attributes");
        tags.push(found);
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
    tags
}

#[test]
fn pages_are_well_formed_and_lead_somewhere() {
    let ablations = ["factorial", "leave-one-out", "add-one-in", "fractional"].map(gallery::ablation);
    let others = [
        gallery::optimizer(),
        gallery::two_datasets(),
        gallery::hostile(),
        gallery::unfinished(),
        gallery::benchmark(),
        gallery::ladder(),
    ];
    for sample in ablations.into_iter().chain(others) {
        checked(&sample.report());
        checked(&sample.unjudged());
    }
}

#[test]
fn an_effect_leads_to_its_blocks_a_block_to_its_run_and_a_run_to_its_record() {
    let sample = gallery::optimizer();
    let page = checked(&sample.report());
    let run = &sample.judgement.hypotheses[0].blocks[0].candidate_run;
    let record = sample.evidence.run_by_id(run).expect("planned").record.expect("ended");
    assert!(page.contains("<a href=\"#blocks-momentum\"><data"));
    assert!(page.contains(&format!("<a href=\"#run-{run}\"><data")));
    assert!(page.contains(&format!("<tr id=\"run-{run}\">")));
    assert!(page.contains(&format!("<span id=\"record-{record}\">{record}</span>")));
}

#[test]
fn hostile_text_stays_text_everywhere() {
    let sample = gallery::hostile();
    let page = checked(&sample.report());
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let text = terminal(&sample.report(), &PLAIN);
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'));
    assert!(!text.contains('\u{202e}'));
    let markdown = markdown(&sample.report());
    // In code spans nothing has a meaning; outside them no tag may start.
    let outside: String = markdown.split('`').step_by(2).collect();
    assert!(!outside.contains("<script"));
    assert!(!markdown.contains("http://"));
}

#[test]
fn no_form_of_an_unjudged_report_tells_a_score() {
    let sample = gallery::unfinished();
    let report = sample.unjudged();
    let forms = [html(&report), markdown(&report), terminal(&report, &PLAIN)];
    let judged = html(&sample.report());
    let results = sample.evidence.runs.iter().filter_map(|run| run.result.as_ref());
    for value in results.flat_map(|result| result.scores.values()) {
        // The first four digits identify a score among what a page holds.
        let exact = format!("{value}");
        assert!(judged.contains(&exact), "a judged page keeps all digits");
        let short: String = exact.chars().take(6).collect();
        for form in &forms {
            assert!(!form.contains(&exact));
            assert!(!form.contains(&format!(">{short}")) && !form.contains(&format!(" {short} ")));
        }
    }
    for form in &forms {
        assert!(form.contains("60 of 144"));
        assert!(form.contains("1 crashed, 1 diverged, 1 timed out"));
        assert!(!form.contains("with exit code"), "which run failed says how the arms compare");
        assert!(!form.to_lowercase().contains("supported") && !form.to_lowercase().contains("undecided ("));
    }
}

#[test]
fn every_table_of_results_shows_its_grade() {
    let page = checked(&gallery::optimizer().report());
    for told in [
        "<th class=\"words\" scope=\"col\">Grade</th>",
        "by seed (grade B); the baseline is baseline",
        "looked at before all runs had ended",
        "train_loss (grade B)",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(page.contains("Trusted because: The loss is computed by the framework's own function"));
    let unspoilt = checked(&gallery::two_datasets().report());
    assert!(unspoilt.contains("by seed (grade A); the baseline is baseline"));
}

#[test]
fn a_terminal_report_fits_its_width_and_colours_only_when_asked() {
    for sample in [gallery::optimizer(), gallery::two_datasets(), gallery::unfinished()] {
        for width in [30, 40, 72, 100] {
            let text = terminal(&sample.report(), &Style { colour: false, width });
            assert!(!text.contains('\u{1b}'));
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
            let coloured = terminal(&sample.report(), &Style { colour: true, width });
            assert!(coloured.contains("\u{1b}[33m? "));
            assert_eq!(without_colour(&coloured), text);
        }
    }
}

fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut pieces = text.split('\u{1b}');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, after)| after));
    }
    plain
}

#[test]
fn markdown_tables_have_as_many_cells_as_columns() {
    for sample in [gallery::optimizer(), gallery::hostile(), gallery::unfinished()] {
        let text = markdown(&sample.report());
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let mut expected = None;
        for line in text.lines() {
            if !line.starts_with('|') {
                expected = None;
                continue;
            }
            let columns = *expected.get_or_insert(cells(line));
            assert_eq!(cells(line), columns, "{line}");
        }
    }
}

#[test]
fn deviations_are_told_with_what_and_where() {
    let page = checked(&gallery::optimizer().report());
    for told in [
        "1 amendment, 1 interim look, 4 lost attempts",
        "budget.cpu_hours",
        "The first runs took longer than planned.",
        "61 of 144",
        "the machine went away",
        "interrupted by us: interrupted from the keyboard",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn a_family_that_bounds_the_share_of_wrong_decisions_says_so_beside_its_verdicts() {
    let told = "not the chance of any";
    let sample = gallery::false_discoveries();
    let page = checked(&sample.report());
    assert!(page.contains("Of family main (Benjamini-Yekutieli)") && page.contains(told));
    let plain = terminal(&sample.report(), &PLAIN).replace('\n', " ");
    assert!(plain.contains(told) && markdown(&sample.report()).contains(told), "{plain}");
    assert!(!checked(&gallery::optimizer().report()).contains(told));
}

#[test]
fn a_report_tells_what_missing_runs_and_other_analyses_could_change() {
    let page = checked(&gallery::optimizer().report());
    for told in ["other sensible analyses", "Signed ranks", "the decision is gone"] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("counted against the claim"));
    let page = checked(&gallery::false_discoveries().report());
    for told in ["1 block lacks a run; counted against the claim", "for it", "(supported)"] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn changed_data_are_told_with_both_digests_and_the_run_they_stopped() {
    let mut sample = gallery::unfinished();
    let run = plan(&sample.registered).runs[140].clone();
    let content = sample.registered.registration().data["data/train.csv"].clone();
    let found = DataContent { digest: Digest::of(b"other"), size_bytes: 12, files: 1 };
    let mismatch = DataMismatch {
        path: "data/train.csv".to_owned(),
        registered: content.clone(),
        found: Some(found.clone()),
        problem: None,
        during: Some(run.id),
    };
    sample.carry_out(Command::ReportMismatch { mismatch });
    sample.judge();
    let page = checked(&sample.report());
    assert!(page.contains("! </span>Invalid"));
    assert!(page.contains(&content.digest.to_string()) && page.contains(&found.digest.to_string()));
    assert!(page.contains("1 data mismatch"));
}

#[test]
fn a_study_of_which_everything_failed_still_has_a_page() {
    let text = sample::file(3, &sample::hypothesis(1, "accuracy", None));
    let all_failed = sample::study(&text, |_, _, _| Some(Err(Outcome::Killed { signal: 9 })));
    let page = checked(&all_failed.report());
    assert!(page.contains("6 failed") && page.contains("(6 killed)"));
    assert!(!page.contains("NaN") && !page.contains(">inf"));
    let nothing_ran = sample::study(&text, |_, _, _| None);
    checked(&nothing_ran.unjudged());
    checked(&nothing_ran.report());
    assert!(terminal(&nothing_ran.unjudged(), &PLAIN).contains("0 of 6"));
}

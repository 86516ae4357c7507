use crate::answer::Answer;
use crate::workshop::{Workshop, verdict};

/// Runs the study, then amends it with `from` replaced by `to` in its file.
fn amended(workshop: &Workshop, from: &str, to: &str) {
    let file = workshop.study_file();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from));
    std::fs::write(&file, text.replace(from, to)).unwrap();
    workshop
        .gosset("study run study.toml")
        .expect(3)
        .complains(&["is registered with another protocol", "study amend"]);
    let answer = Answer::of(
        workshop.command(["study", "amend", "study.toml", "--reason", "because it was wrong"]).output().unwrap(),
    );
    assert!(answer.expect(0).text().contains(to.rsplit(' ').next().unwrap()));
}

#[test]
fn a_change_of_words_after_the_results_leaves_the_verdict() {
    let workshop = Workshop::new(1..=8);
    let before = workshop.run().expect(0).json();
    amended(&workshop, "Does the boost help?", "Does the boost help much?");
    let after = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(after["judgement"]["hypotheses"], before["judgement"]["hypotheses"]);
    let again = workshop.gosset("study run study.toml --json").expect(0).json();
    assert_eq!(again["judgement"]["hypotheses"], before["judgement"]["hypotheses"]);
    workshop.ledger_is_intact();
}

#[test]
fn a_change_of_the_claim_after_the_results_makes_the_verdict_invalid() {
    let workshop = Workshop::new(1..=8);
    workshop.run().expect(0);
    amended(&workshop, "smallest_effect = 0.05", "smallest_effect = 0.04");
    let after = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(verdict(&after)["kind"], "invalid", "{after}");
    assert_eq!(verdict(&after)["broken"]["rule"], "late-amendment", "{after}");
    let again = workshop.gosset("study run study.toml --json").expect(0).json();
    assert_eq!(verdict(&again)["kind"], "invalid");
    workshop.ledger_is_intact();
}

#[test]
fn a_change_of_the_claim_before_any_result_is_noted_and_harmless() {
    let workshop = Workshop::new(1..=8);
    workshop.study_file();
    workshop.gosset("study register study.toml").expect(0);
    amended(&workshop, "smallest_effect = 0.05", "smallest_effect = 0.04");
    let reply = workshop.gosset("study run study.toml --json").expect(0).json();
    assert_eq!(verdict(&reply)["kind"], "supported", "{reply}");
    assert!(workshop.record_kinds().contains(&"amended".to_owned()));
    workshop.ledger_is_intact();
}

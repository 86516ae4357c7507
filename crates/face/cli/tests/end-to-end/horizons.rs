use serde_json::Value;

use crate::workshop::{Workshop, verdict};

/// A study of up to 24 seeds with looks after 8, 16 and 24.
fn sequential() -> Workshop {
    let mut workshop = Workshop::new(1..=24);
    workshop.study.horizon = "horizon = \"sequential\"\nlooks = [8, 16, 24]\neffect_scale = 1.0".into();
    workshop
}

/// Arms that differ by chance alone: the candidate is right on two examples
/// more or less.
const NO_EFFECT: &str = r#"
right=10
if [ "$GOSSET_ARM" != baseline ]; then right=$((8 + GOSSET_SEED * 7 % 5)); fi
{
  echo id,prediction
  i=1
  while [ $i -le 20 ]; do
    if [ $i -le $right ]; then echo "e$i,1"; else echo "e$i,0"; fi
    i=$((i + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
"#;

fn look(reply: &Value) -> (u64, u64) {
    let look = &reply["judgement"]["look"];
    (look["number"].as_u64().unwrap(), look["seeds"].as_u64().unwrap())
}

#[test]
fn a_sequential_study_stops_at_the_look_that_decides() {
    let workshop = sequential();
    let reply = workshop.run().expect(0).json();
    assert_eq!(verdict(&reply)["kind"], "supported", "{reply}");
    assert_eq!(look(&reply), (1, 8));
    assert_eq!((reply["runs_ended"].as_u64(), reply["runs_planned"].as_u64()), (Some(16), Some(16)));
    assert_eq!(workshop.runs().len(), 16, "no further seed was run");
    let told = workshop.ask("study report STUDY --form text").expect(0).text();
    assert!(told.contains("1 of 3, after 8 of at most 24 seeds"), "{told}");
    assert!(told.contains("anytime-valid"), "{told}");
    workshop.ledger_is_intact();
}

#[test]
fn a_sequential_study_goes_on_while_it_is_undecided() {
    let mut workshop = sequential();
    // Neither zero nor half an example is excluded.
    workshop.program(NO_EFFECT);
    workshop.study.alpha = 0.001;
    let reply = workshop.run().expect(0).json();
    assert_eq!(look(&reply), (3, 24));
    assert_eq!(workshop.runs().len(), 48);
    let judged = workshop.record_kinds().iter().filter(|kind| *kind == "judged").count();
    assert_eq!(judged, 3, "the ledger keeps what was said at each look");
    // The same again changes nothing.
    let records = workshop.record_kinds();
    assert_eq!(workshop.run().expect(0).json()["judgement"], reply["judgement"]);
    assert_eq!(workshop.record_kinds(), records);
}

#[test]
fn a_sequential_study_that_was_stopped_shows_its_last_look_and_goes_on() {
    let mut workshop = sequential();
    workshop.study.alpha = 0.001;
    // The first 20 attempts end well; then one of them asks to stop. Two that
    // end together may both find 21.
    workshop.program(&format!(
        "{NO_EFFECT}\necho x >> \"$COUNT_FILE\"\nif [ $(wc -l < \"$COUNT_FILE\") -ge 20 ] && mkdir \"$COUNT_FILE.reached\" 2> /dev/null; then kill -INT $(cat \"$PID_FILE\"); fi"
    ));
    let (count, pid) = (workshop.folder.join("count"), workshop.folder.join("pid"));
    workshop.study.program =
        format!("environment = {{ COUNT_FILE = \"{}\", PID_FILE = \"{}\" }}", count.display(), pid.display());
    let child = workshop.start();
    workshop.write("pid", child.id().to_string());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let shown = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(look(&shown), (1, 8), "the look under way is not judged");
    let reply = workshop.run().expect(0).json();
    assert_eq!(look(&reply), (3, 24));
    workshop.ledger_is_intact();
}

#[test]
fn a_claim_about_two_artifacts_rests_on_examples() {
    let mut workshop = Workshop::new([3]);
    workshop.study.scope = "artifact";
    let reply = workshop.run().expect(0).json();
    let found = &reply["judgement"]["hypotheses"][0];
    // Seed 3: 11 of 20 right, and 5 more with the boost.
    assert_eq!(found["unit"], "examples");
    assert_eq!(found["effect"]["n"], 20);
    assert!((found["effect"]["estimate"].as_f64().unwrap() - 0.25).abs() < 1e-12, "{found}");
    assert_eq!(verdict(&reply)["kind"], "supported", "{found}");
    let told = workshop.ask("study report STUDY --form text").expect(0).text();
    assert!(told.contains("20\u{a0}examples") || told.contains("20 examples"), "{told}");
    // What it rests on is kept, example by example.
    let run = workshop.first_run("baseline");
    assert!(run.to_string().contains("examples.json"), "{run}");
    workshop.ledger_is_intact();
}

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::workshop::{HONEST, Workshop};

/// Runs a study whose program keeps its arguments and environment, and returns
/// what it printed, by arm and seed.
fn told(workshop: &Workshop, style: &'static str, command: &str) -> BTreeMap<(String, u64), Vec<String>> {
    let mut workshop = workshop.alike();
    workshop.study.style = style;
    workshop.study.command = command.into();
    workshop.program(&format!("{HONEST}\nfor word; do echo \"argument $word\"; done\nenv\necho\ncat \"$GOSSET_PARAMS\"\necho\nls -d \"$GOSSET_RUN_DIR\""));
    workshop.run().expect(0);
    let mut printed = BTreeMap::new();
    for run in workshop.runs() {
        let shown = workshop.ask(&format!("run show STUDY {} --json", run["id"].as_str().unwrap())).expect(0).json();
        let files = shown["files"].as_array().unwrap();
        let stdout = files.iter().find(|file| file[0] == "stdout").unwrap()[1].as_str().unwrap();
        let lines = fs::read_to_string(stdout).unwrap().lines().map(str::to_owned).collect();
        printed.insert((run["arm"].as_str().unwrap().to_owned(), run["seed"].as_u64().unwrap()), lines);
    }
    printed
}

fn arguments(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.strip_prefix("argument ")).collect()
}

#[test]
fn parameters_reach_the_program_in_all_four_ways() {
    let workshop = Workshop::small();
    let check = |style, command: &str, expected: &[&str]| {
        let told = told(&workshop, style, command);
        assert_eq!(arguments(&told[&("boost=1".to_owned(), 2)]), expected, "{style}");
    };
    check("flags", r#"["sh", "program.sh"]"#, &["--boost", "1", "--width", "16"]);
    check("assignments", r#"["sh", "program.sh"]"#, &["boost=1", "width=16"]);
    check("template", r#"["sh", "program.sh", "b={param.boost} {{w}}", "{seed}"]"#, &["b=1 {w}", "2"]);
    check("file", r#"["sh", "program.sh"]"#, &[]);
    let printed = &told(&workshop, "file", r#"["sh", "program.sh"]"#)[&("boost=1".to_owned(), 1)];
    let text = printed.join("\n");
    let parameters: Value =
        serde_json::Deserializer::from_str(&text[text.find("\n{").unwrap()..]).into_iter().next().unwrap().unwrap();
    assert_eq!(parameters, serde_json::json!({ "boost": 1, "width": 16 }));
}

#[test]
fn the_environment_of_a_run_is_the_contract_and_what_is_named() {
    let mut workshop = Workshop::small();
    workshop.environment =
        [("FAKE_API_KEY", "sk-very-secret-1234567890"), ("UNNAMED", "stays-outside"), ("NAMED", "comes-along")]
            .map(|(name, value)| (name.into(), value.into()))
            .to_vec();
    workshop.study.program =
        "pass_environment = [\"FAKE_API_KEY\", \"NAMED\"]\nenvironment = { SET_HERE = \"seed {seed}\" }".into();
    let told = told(&workshop, "file", r#"["sh", "program.sh"]"#);
    for ((arm, seed), lines) in &told {
        let variable = |name: &str| lines.iter().find_map(|line| line.strip_prefix(&format!("{name}=")));
        assert_eq!(variable("GOSSET_SEED"), Some(seed.to_string().as_str()), "both arms of a block get its seed");
        assert_eq!(variable("GOSSET_ARM"), Some(arm.as_str()));
        assert_eq!(variable("GOSSET_DATASET"), Some("toy"));
        assert_eq!(variable("SET_HERE"), Some(format!("seed {seed}").as_str()));
        assert_eq!(variable("NAMED"), Some("comes-along"));
        assert_eq!(variable("UNNAMED"), None);
        assert_eq!(variable("FAKE_API_KEY"), Some("sk-very-secret-1234567890"));
        for name in ["GOSSET_PARAMS", "GOSSET_RUN_DIR", "GOSSET_METRICS"] {
            assert!(variable(name).is_some_and(|path| path.starts_with('/')), "{name}");
        }
        let run_dir = variable("GOSSET_RUN_DIR").unwrap();
        assert!(lines.iter().any(|line| line == run_dir), "the run's folder is there");
    }
    assert_eq!(told.len(), 4);
}

#[test]
fn a_secret_that_is_passed_on_is_not_in_the_capture() {
    let mut workshop = Workshop::small();
    workshop.environment =
        vec![("FAKE_API_KEY".into(), "sk-very-secret-1234567890".into()), ("NAMED".into(), "plain".into())];
    workshop.study.program = "pass_environment = [\"FAKE_API_KEY\", \"NAMED\"]".into();
    workshop.run().expect(0);
    let records = workshop.ask("ledger list STUDY --json").expect(0);
    assert!(!records.text().contains("very-secret"), "the ledger keeps no secret");
    let records = records.json();
    let sessions = records["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|record| record["event"]["session"]["capture"].as_str().map(str::to_owned));
    let captures: Vec<String> = sessions.collect();
    assert_eq!(captures.len(), 1);
    let hex = captures[0].rsplit(':').next().unwrap();
    let artifact = workshop.lab().join("artifacts").join(&hex[..2]).join(&hex[2..]);
    let text = fs::read_to_string(artifact).unwrap();
    assert!(text.contains("FAKE_API_KEY") && text.contains("plain"), "{text}");
    assert!(!text.contains("very-secret"), "{text}");
}

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use crate::workshop::{HONEST, Workshop};

#[test]
fn a_study_of_any_script_runs_in_a_folder_of_any_bytes() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join(OsString::from_vec(b"not \xff UTF-8 'quoted' \"twice\"".to_vec()));
    let mut workshop = Workshop::in_folder(folder, 1..=8);
    workshop.study.name = "größe-日本語".into();
    workshop.study.factor = ("größe".into(), "\"klein\"".into(), "\"sehr groß, さ\"".into());
    workshop.study.data_file = "my data/the train.csv".into();
    workshop.study.truth_file = "my data/ the truth.csv".into();
    workshop.study.metric.push_str("\npredictions = \"my predictions.csv\"");
    workshop.study.style = "assignments";
    workshop.study.command = r#"["./my program.sh", "{data.train}", "{param.größe}"]"#.into();
    std::fs::create_dir(workshop.folder.join("my data")).unwrap();
    for (from, to) in [("train.csv", "my data/the train.csv"), ("truth.csv", "my data/ the truth.csv")] {
        std::fs::rename(workshop.folder.join(from), workshop.folder.join(to)).unwrap();
    }
    workshop.write(
        "my program.sh",
        format!("#!/bin/sh\n[ -f \"$1\" ] || exit 9\n[ \"größe=$2\" = \"$3\" ] || exit 10\n{HONEST}\ncd \"$GOSSET_RUN_DIR\" && mv predictions.csv 'my predictions.csv'"),
    );
    std::process::Command::new("chmod").args(["+x", "my program.sh"]).current_dir(&workshop.folder).status().unwrap();
    let reply = workshop.run().expect(0).json();
    assert_eq!(crate::workshop::verdict(&reply)["kind"], "supported", "{reply}");
    let id = workshop.runs()[0]["id"].as_str().unwrap().to_owned();
    for line in [
        "study show STUDY",
        "study list",
        "study report STUDY",
        "study check study.toml",
        "run list STUDY",
        "run table STUDY",
        &format!("run show STUDY {id}"),
        "ledger verify",
        "ledger list STUDY",
        "doctor",
        "init",
    ] {
        workshop.ask(line).expect(0);
        workshop.ask(&format!("{line} --json")).expect(0).json();
    }
    workshop.ask("study report STUDY --output report.html --json").expect(0).json();
    assert!(workshop.outcomes("größe=sehr groß, さ").iter().all(|outcome| outcome == "finished"));
}

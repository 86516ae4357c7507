use std::path::Path;

use serde_json::Value;

use crate::answer::Answer;
use crate::workshop::Workshop;

const SEEDS: &str = "model,seed,accuracy\n\
    sgd,1,0.912\nsgd,2,0.905\nsgd,3,0.918\nsgd,4,0.909\nsgd,5,0.911\nsgd,6,0.907\n\
    adam,1,0.921\nadam,2,0.917\nadam,3,0.919\nadam,4,0.920\nadam,5,0.920\nadam,6,0.915\n";

fn comparison(reply: &Value) -> &Value {
    &reply["judgement"]["comparisons"][0]
}

#[test]
fn a_table_is_judged_by_the_roles_that_are_given() {
    let workshop = Workshop::small();
    workshop.write("scores.csv", SEEDS);
    let line =
        "judge scores.csv --method model --seed seed --metric accuracy:max --baseline sgd --smallest-effect 0.002";
    let reply = workshop.gosset(&format!("{line} --json")).expect(0).json();
    assert_eq!(reply["judgement"]["grade"], "C");
    assert_eq!(comparison(&reply)["verdict"]["kind"], "supported", "{reply}");
    assert_eq!(comparison(&reply)["layout"], "paired-seeds");
    // scipy 1.17.1: mean 0.008333, one-sided p of ttest_rel.
    let effect = &comparison(&reply)["effect"];
    assert!((effect["estimate"].as_f64().unwrap() - 0.05 / 6.0).abs() < 1e-12, "{effect}");
    assert!((effect["p_support"].as_f64().unwrap() - 0.001_651_083_645_729_913).abs() < 1e-9, "{effect}");
    let told = workshop.gosset(&format!("{line} --explain --report page.html")).expect(0).text();
    assert!(told.contains("adam raised accuracy by") && told.contains("taken seed by seed"), "{told}");
    let page = std::fs::read_to_string(workshop.folder.join("page.html")).unwrap();
    assert!(page.contains("adam is better than sgd") && page.contains("<svg"));
}

#[test]
fn roles_that_are_not_given_are_proposed_and_nothing_is_judged() {
    let workshop = Workshop::small();
    workshop.write("scores.csv", SEEDS);
    let proposed = workshop.gosset("judge scores.csv").expect(1).text();
    let line = "gosset judge scores.csv --method model --seed seed --metric accuracy:max --baseline sgd";
    assert!(proposed.contains(line), "{proposed}");
    assert!(!proposed.contains("raised"), "{proposed}");
    let confirmed = workshop.gosset(line.strip_prefix("gosset ").unwrap()).expect(0).text();
    assert_eq!(workshop.gosset("judge scores.csv --yes").expect(0).text(), confirmed);
    // Nothing suggests which way this is better.
    workshop.write("odd.csv", SEEDS.replace("accuracy", "quux"));
    let asked = workshop.gosset("judge odd.csv --yes").expect(1).text();
    assert!(asked.contains("which way it is better"), "{asked}");
}

#[test]
fn the_proposed_command_keeps_what_was_asked() {
    let workshop = Workshop::small();
    workshop.write("my scores.csv", SEEDS);
    let arguments = ["judge", "my scores.csv", "--alpha", "0.01", "--explain", "--report", "page.html"];
    let proposed = Answer::of(workshop.command(arguments).output().unwrap()).expect(1).text();
    assert!(proposed.contains("gosset judge 'my scores.csv' --method"), "{proposed}");
    assert!(proposed.contains("--baseline sgd --alpha 0.01 --explain --report page.html"), "{proposed}");
    workshop.write("scores.csv", SEEDS);
    workshop
        .gosset("judge scores.csv --yes --alpha 0.7")
        .expect(2)
        .complains(&["an error rate of 0.7 makes no sense", "from 1e-9 to 0.5"]);
    workshop
        .gosset("judge scores.csv --yes --alpha 5e-324")
        .expect(2)
        .complains(&["an error rate of 5e-324 makes no sense"]);
    workshop.gosset("judge scores.csv --yes --smallest-effect -1").expect(2).complains(&["not above 0"]);
}

#[test]
fn tables_of_another_form_are_told_what_form_is_read() {
    let workshop = Workshop::small();
    let with = |text: &str| {
        workshop.write("scores.csv", text);
        workshop.gosset("judge scores.csv").expect(1).text()
    };
    let semicolons = with(&SEEDS.replace(',', ";"));
    assert!(semicolons.contains("one column, `model;seed;accuracy`") && semicolons.contains("comma"), "{semicolons}");
    assert!(!semicolons.contains("guessed"), "{semicolons}");
    let wide = with("seed,sgd,adam\n1,0.912,0.921\n2,0.905,0.917\n");
    assert!(wide.contains("`seed`, `sgd`, `adam`") && wide.contains("--method-columns sgd,adam"), "{wide}");
    // The export of a tracker: the id of a run pairs nothing, its seed does.
    let runs = SEEDS.lines().enumerate().map(|(row, line)| match row {
        0 => "run_id,params.model,params.seed,metrics.accuracy\n".to_owned(),
        row => format!("r{row},{line}\n"),
    });
    let tracked = with(&runs.collect::<String>());
    assert!(tracked.contains("--method params.model --seed params.seed --metric metrics.accuracy:max"), "{tracked}");
    workshop.write("scores.json", "[]");
    workshop.gosset("judge scores.json").expect(3).complains(&["one JSON object a line"]);
}

#[test]
fn runs_without_a_score_are_missing_and_not_left_out() {
    let workshop = Workshop::small();
    let with = |text: &str| {
        workshop.write("scores.csv", text);
        let line = "judge scores.csv --method model --seed seed --metric accuracy:max --baseline sgd";
        let told = workshop.gosset(line).expect(0).text();
        (told, workshop.gosset(&format!("{line} --json")).expect(0).json())
    };
    // A run that crashed, one that diverged, and one whose last score is not its own end.
    let crashed = |cell: &str| format!("{SEEDS}sgd,7,0.91\nadam,7,{cell}\n");
    for cell in ["", "nan", "NA"] {
        let (told, reply) = with(&crashed(cell));
        assert!(told.contains("1 seed lacks a score on one side"), "{told}");
        assert!(told.contains("1 of 14 scores are missing"), "{told}");
        assert_eq!(comparison(&reply)["missing"], 1);
        // One of seven pairs at -0.012: mean 0.0054, standard error 0.0033.
        assert_eq!(comparison(&reply)["verdict"]["why"]["reason"], "missing", "{reply}");
    }
    let table = crashed("0.95");
    let states = table.lines().map(|line| match line {
        "model,seed,accuracy" => format!("{line},State\n"),
        "adam,7,0.95" => format!("{line},crashed\n"),
        _ => format!("{line},finished\n"),
    });
    let (told, reply) = with(&states.collect::<String>());
    assert_eq!(comparison(&reply)["missing"], 1);
    assert!(told.contains("a run that did not finish"), "{told}");
}

#[test]
fn a_table_with_a_column_for_each_method_is_judged_like_one_with_a_row_for_each() {
    let workshop = Workshop::small();
    workshop.write("long.csv", SEEDS);
    let mut wide = "seed,sgd,adam\n".to_owned();
    for row in 0..6 {
        let cell = |line: usize| SEEDS.lines().nth(1 + line).unwrap().rsplit(',').next().unwrap();
        wide.push_str(&format!("{},{},{}\n", row + 1, cell(row), cell(6 + row)));
    }
    workshop.write("wide.csv", wide);
    let rest = "--seed seed --metric accuracy:max --baseline sgd --json";
    let long = workshop.gosset(&format!("judge long.csv --method model {rest}")).expect(0).json();
    let line = format!("judge wide.csv --method-columns sgd,adam {rest}");
    assert_eq!(workshop.gosset(&line).expect(0).json()["judgement"], long["judgement"]);
    let proposed = workshop.gosset("judge wide.csv --method-columns sgd,adam --metric accuracy:max --seed seed");
    let told = proposed.expect(1).text();
    assert!(told.contains("--method-columns sgd,adam --seed seed --metric accuracy:max --baseline sgd"), "{told}");
    let both = workshop.gosset(&format!("{line} --method seed"));
    both.expect(2).complains(&["exclude each other"]);
}

#[test]
fn truth_values_and_percentages_are_scores() {
    let workshop = Workshop::small();
    let items =
        (0..40).flat_map(|item| [format!("a,q{item},{}\n", item % 4 == 0), format!("b,q{item},{}\n", item % 4 != 1)]);
    workshop.write("items.csv", format!("model,item,correct\n{}", items.collect::<String>()));
    let reply = workshop.gosset("judge items.csv --yes --json").expect(0).json();
    assert_eq!(comparison(&reply)["effect"]["estimate"], 0.5, "{reply}");
    let percent = SEEDS.lines().map(|line| match line.strip_prefix("model") {
        Some(_) => format!("{line}\n"),
        None => format!("{line}%\n"),
    });
    workshop.write("scores.csv", percent.collect::<String>());
    let reply = workshop.gosset("judge scores.csv --yes --json").expect(0).json();
    let estimate = comparison(&reply)["effect"]["estimate"].as_f64().unwrap();
    assert!((estimate - 0.05 / 600.0).abs() < 1e-12, "{estimate}");
    assert!(workshop.gosset("judge scores.csv --yes").expect(0).text().contains("93 % is 0.93"));
}

#[test]
fn tables_that_cannot_be_judged_say_where_and_why() {
    let workshop = Workshop::small();
    let with = |text: &str| {
        workshop.write("scores.csv", text);
        workshop.gosset("judge scores.csv --method model --seed seed --metric accuracy:max --baseline sgd")
    };
    with(&format!("{SEEDS}sgd,1,0.5\n")).expect(3).complains(&["rows 1 and 13", "method `sgd`, seed `1`", "--dataset"]);
    with(&SEEDS.replace("0.919", "much")).expect(3).complains(&["row 9", "much"]);
    with(&SEEDS.replace("sgd", "other")).expect(3).complains(&["there is no method `sgd`", "adam, other"]);
    with(&SEEDS.replace("seed", "sead")).expect(3).complains(&["seed", "sead"]);
    workshop.gosset("judge nothing.csv").expect(3).complains(&["nothing.csv"]);
    workshop.write("empty.csv", "");
    workshop.gosset("judge empty.csv").expect(3).complains(&["empty.csv"]);
    workshop.write("noise.csv", [0_u8, 159, 146, 150, 10, 255, 254]);
    workshop.gosset("judge noise.csv").expect(3).complains(&["noise.csv"]);
}

/// A folder of logs that is not part of the project; none where it is absent.
pub(crate) fn shared(path: &str) -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/reference").join(path);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("NOT CHECKED: {} is absent", folder.display());
    None
}

#[test]
fn two_logs_of_one_evaluation_are_paired_item_by_item() {
    let Some(folder) = shared("evallogs/inspect_paired") else { return };
    let mut logs: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eval"))
        .map(|path| path.display().to_string())
        .collect();
    logs.sort_unstable();
    let workshop = Workshop::small();
    let judge = |options: &[&str]| {
        let words = ["judge"].into_iter().chain(logs.iter().map(String::as_str)).chain(options.iter().copied());
        crate::answer::Answer::of(workshop.command(words).output().unwrap())
    };
    judge(&[]).expect(3).complains(&["task", "toyadd_A", "--accept task"]);
    let baseline = "mockllm/model, toyadd_A";
    let reply =
        judge(&["--accept", "task", "--cluster", "none", "--metric", "match:max", "--baseline", baseline, "--json"]);
    let reply = reply.expect(0).json();
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let effect = &comparison(&reply)["effect"];
    let near = |found: &Value, expected: f64| {
        let found = found.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-9, "found {found}, expected {expected}");
    };
    // The file takes A less B.
    near(&effect["estimate"], -expected["diff"].as_f64().unwrap());
    // 300 items of two epochs; its standard error lacks the factor G / (G - 1).
    near(&effect["se"], expected["se_clustered_by_id"].as_f64().unwrap() * (300.0_f64 / 299.0).sqrt());
    assert_eq!((effect["n"].as_u64(), &comparison(&reply)["unit"]), (Some(300), &Value::from("items")));
}

#[test]
fn one_method_of_the_catalogue_answers_one_question() {
    let workshop = Workshop::small();
    workshop.write("pairs.csv", "old,new\n0.912,0.921\n0.905,0.917\n0.918,0.919\n0.909,0.920\n0.911,0.920\n");
    let line = "stats paired-t pairs.csv --column baseline=old --column candidate=new --set level=0.05";
    let found = workshop.gosset(&format!("{line} --json")).expect(0).json();
    let quantities = found["findings"]["quantities"].as_array().unwrap();
    // scipy 1.17.1: ttest_rel(new, old, alternative="greater").pvalue.
    let p_value = quantities.iter().find(|one| one["name"] == "p-value, candidate better").unwrap();
    assert!((p_value["value"].as_f64().unwrap() - 0.006_165_291_246).abs() < 1e-9, "{p_value}");
    assert!(workshop.gosset("stats").expect(0).text().contains("paired-t"));
    workshop.gosset("stats paired-t pairs.csv").expect(2).complains(&["no column `baseline`", "old, new", "--column"]);
    workshop.gosset(&line.replace(" --set level=0.05", "")).expect(3).complains(&["level", "--set level=NUMBER"]);
    workshop.gosset(&line.replace("level=0.05", "level=5")).expect(3).complains(&["level 5"]);
    workshop.gosset(&line.replace("level=", "levle=")).expect(2).complains(&["no setting `levle`"]);
    workshop
        .gosset("stats pared-t pairs.csv")
        .expect(3)
        .complains(&["no method `pared-t`", "did you mean `paired-t`?"]);
    workshop.gosset(&format!("{line} --set level=0.01")).expect(2).complains(&["`level` is set twice"]);
}

#[test]
fn power_works_out_what_is_left_out() {
    let workshop = Workshop::small();
    let ask = |line: &str| workshop.gosset(&format!("power {line} --json")).expect(0).json();
    // statsmodels 0.15.0: TTestPower, alternative "larger", effect 0.5,
    // level 0.05: 26.14 pairs for a power of 0.8, 0.6951 with 20.
    let found = ask("--effect 0.05 --spread 0.1 --power 0.8 --level 0.05");
    assert_eq!((found["pairs"].as_u64(), &found["worked_out"]), (Some(27), &Value::from("pairs")));
    let found = ask("--effect 0.05 --spread 0.1 --pairs 20 --level 0.05");
    assert!((found["power"].as_f64().unwrap() - 0.6951).abs() < 1e-4, "{found}");
    let found = ask("--pairs 20 --power 0.6951 --spread 0.1 --level 0.05");
    assert!((found["effect"].as_f64().unwrap() - 0.05).abs() < 1e-4, "{found}");
    assert!(workshop.gosset("power --pairs 4 --effect 3 --level 0.05").expect(0).text().contains("can never confirm"));
    workshop.gosset("power --pairs 4 --level 0.05").expect(2).complains(&["two of --pairs, --effect and --power"]);
    workshop.gosset("power --pairs 4 --effect 1 --level 2").expect(2).complains(&["an error rate of 2.0"]);
    workshop.gosset("power --pairs 4 --effect 1 --level 0.6").expect(2).complains(&["from 1e-9 to 0.5"]);
}

#[test]
fn power_plans_other_designs_and_refuses_what_does_not_apply_to_them() {
    let workshop = Workshop::small();
    let ask = |line: &str| workshop.gosset(&format!("power {line} --json")).expect(0).json();
    // statsmodels 0.15.0: TTestIndPower, 64 in each group for effect 0.5 and
    // power 0.8 at the one-sided level 0.025.
    let found = ask("--design two-groups --effect 0.5 --power 0.8 --level 0.025");
    assert_eq!((found["pairs"].as_u64(), &found["obtained"]), (Some(64), &Value::from("exact")));
    // 0.9^5 of five fair tosses that must all be won.
    let found = ask("--design one-proportion --rate 0.5 --pairs 5 --effect 0.4 --level 0.05");
    assert!((found["power"].as_f64().unwrap() - 0.590_49).abs() < 1e-9, "{found}");
    // Three against three: 0.9^3 times 0.8^3, at a smallest p of 1/20.
    let found = ask("--design two-proportions --rate 0.1 --pairs 3 --effect 0.7 --level 0.05");
    assert!((found["power"].as_f64().unwrap() - 0.373_248).abs() < 1e-9, "{found}");
    assert!((found["smallest_p"].as_f64().unwrap() - 0.05).abs() < 1e-9, "{found}");
    // The integral of reference/planning.py; margin and spread in one unit.
    let found = ask("--design equivalence --pairs 5 --effect 0 --margin 0.15 --spread 0.1 --level 0.05");
    assert!((found["power"].as_f64().unwrap() - 0.735_009_434_9).abs() < 1e-9, "{found}");
    let found = ask("--design support-or-refute --pairs 40 --effect 0.5 --margin 0.5 --level 0.05");
    assert!((found["refuted"].as_f64().unwrap() - 0.05).abs() < 1e-9, "{found}");
    // 40,000 draws of reference/planning.py: 0.7132; 2,000 have a standard error
    // of 0.010, and 0.055 is more than five.
    let line = "--design sequential --looks 8,12,20 --scale 1 --effect 0.8 --level 0.05";
    let found = ask(line);
    assert_eq!((found["pairs"].as_u64(), &found["obtained"]), (Some(20), &Value::from("simulated")));
    assert!((found["power"].as_f64().unwrap() - 0.7132).abs() < 0.055, "{found}");
    assert!(found["standard_error"].as_f64().unwrap() < 0.02, "{found}");
    assert_eq!(found, ask(line));
    assert!(workshop.gosset(&format!("power {line}")).expect(0).text().contains("simulated, standard error"));

    let refused = |line: &str, words: &[&str]| {
        workshop.gosset(&format!("power {line} --level 0.05")).expect(2).complains(words);
    };
    refused("--pairs 5 --effect 1 --margin 0.5", &["--margin does not apply", "paired-t"]);
    refused("--design tasks --pairs 5 --effect 1", &["--runs is needed", "tasks"]);
    refused("--design sequential --pairs 5 --effect 1", &["--pairs does not apply", "--looks"]);
    refused("--design equivalence --pairs 5 --power 0.8 --margin 1", &["no smallest effect"]);
    refused("--design one-proportion --pairs 5 --effect 0.6 --rate 0.5", &["between 0 and 1"]);
}

use std::path::Path;

use serde_json::Value;

use crate::workshop::Workshop;

/// Two methods that are alike, one that is worse and one that failed twice, on
/// ten data sets with two seeds.
fn scores() -> String {
    let mut text = "model,task,seed,accuracy,seconds\n".to_owned();
    for task in 0..10 {
        for seed in 0..2 {
            let base = 0.7 + 0.01 * f64::from(task);
            let swing = if (task + seed) % 2 == 0 { 0.002 } else { -0.002 };
            let lost = task == 3 && seed == 1 || task == 7 && seed == 0;
            for (model, score, seconds) in [
                ("a", Some(base + swing), 3.0),
                ("b", Some(base - swing), 5.0),
                ("c", Some(base - 0.1 + swing), 1.0),
                ("d", (!lost).then_some(base - 0.2), 9.0),
            ] {
                let score = score.map(|score| format!("{score:.4}")).unwrap_or_default();
                text.push_str(&format!("{model},t{task},{seed},{score},{seconds}\n"));
            }
        }
    }
    text
}

const ROLES: &str = "--method model --dataset task --seed seed --metric accuracy:max";

fn row<'a>(reply: &'a Value, method: &str) -> &'a Value {
    let rows = reply["leaderboard"]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["method"] == method).unwrap()
}

#[test]
fn a_leaderboard_says_who_cannot_be_told_apart() {
    let workshop = Workshop::small();
    workshop.write("scores.csv", scores());
    let reply = workshop.gosset(&format!("bench scores.csv {ROLES} --json")).expect(0).json();
    assert_eq!(reply["leaderboard"]["grade"], "C");
    // On each data set a and b have the same mean, c is third and d last.
    let ranks: Vec<f64> =
        ["a", "b", "c", "d"].map(|method| row(&reply, method)["average_rank"].as_f64().unwrap()).to_vec();
    assert_eq!(ranks, [1.5, 1.5, 3.0, 4.0]);
    assert_eq!((row(&reply, "d")["failed"].as_u64(), row(&reply, "d")["runs"].as_u64()), (Some(2), Some(20)));
    // The critical difference of 4 methods: 2.569 sqrt(4 x 5 / (6 x 10)), Demsar 2006, table 5.
    let critical = reply["leaderboard"]["critical_difference"].as_f64().unwrap();
    assert!((critical - 2.569 / 3.0_f64.sqrt()).abs() < 1e-3, "{critical}");
    let told = workshop.gosset(&format!("bench scores.csv {ROLES} --report page.html")).expect(0).text();
    for words in [
        "The first two (`a` and `b`) cannot be told apart.",
        "2 of 80 runs failed (`d` 2 of 20)",
        "Keeping complete cases alone would have left 8 of 10 data sets.",
    ] {
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{words}: {told}");
    }
    assert_eq!(told, workshop.gosset(&format!("bench scores.csv {ROLES} --report page.html")).expect(0).text());
    let page = std::fs::read_to_string(workshop.folder.join("page.html")).unwrap();
    for id in ["critical-difference", "rank-intervals", "interquartile-means", "profiles", "places"] {
        assert!(page.contains(&format!("<svg class=\"plot\" id=\"{id}\"")), "{id}");
    }
}

#[test]
fn roles_of_a_benchmark_are_proposed_before_anything_is_judged() {
    let workshop = Workshop::small();
    workshop.write("scores.csv", scores());
    let proposed = workshop.gosset("bench scores.csv --alpha 0.01 --pairs wilcoxon-holm").expect(1).text();
    let line = "gosset bench scores.csv --method model --seed seed --dataset task --metric accuracy:max --pairs wilcoxon-holm --alpha 0.01";
    assert!(proposed.contains(line) && !proposed.contains("told apart"), "{proposed}");
    let confirmed = workshop.gosset(line.strip_prefix("gosset ").unwrap()).expect(0).text();
    assert_eq!(
        workshop.gosset("bench scores.csv --yes --alpha 0.01 --pairs wilcoxon-holm").expect(0).text(),
        confirmed
    );
    workshop.write("odd.csv", scores().replace("task", "tusk"));
    let asked = workshop.gosset("bench odd.csv --yes").expect(1).text();
    assert!(asked.contains("which column names the data sets"), "{asked}");
}

#[test]
fn several_metrics_make_a_front() {
    let workshop = Workshop::small();
    workshop.write("scores.csv", scores());
    let reply = workshop
        .gosset(&format!("bench scores.csv {ROLES} --metric seconds:min --json --report page.html"))
        .expect(0)
        .json();
    let front = reply["leaderboard"]["pareto"]["methods"].as_array().unwrap();
    let on: Vec<(&str, bool)> =
        front.iter().map(|one| (one["method"].as_str().unwrap(), one["is_on_front"].as_bool().unwrap())).collect();
    // a is as good as b and quicker, c is the quickest, d is worse in both.
    assert_eq!(on, [("a", true), ("b", false), ("c", true), ("d", false)]);
    assert!(std::fs::read_to_string(workshop.folder.join("page.html")).unwrap().contains("id=\"front-1\""));
    workshop.gosset(&format!("bench scores.csv {ROLES} --metric seconds")).expect(2).complains(&["`seconds`", ":max"]);
    workshop.gosset(&format!("bench scores.csv {ROLES} --metric accuracy:max")).expect(2).complains(&["named twice"]);
}

#[test]
fn references_come_from_methods_or_from_a_file() {
    let workshop = Workshop::small();
    workshop.write("scores.csv", scores());
    let by_methods = workshop.gosset(&format!("bench scores.csv {ROLES} --low d --high a --json")).expect(0).json();
    // d lies 0.2 below a, c 0.1: halfway.
    let mean = row(&by_methods, "c")["mean"]["value"].as_f64().unwrap();
    assert!((mean - 0.5).abs() < 0.01, "{mean}");
    assert_eq!(by_methods["leaderboard"]["rows"].as_array().unwrap().len(), 2);
    let lines: String = (0..10)
        .map(|task| format!("t{task},{},{}\n", 0.5 + 0.01 * f64::from(task), 0.7 + 0.01 * f64::from(task)))
        .collect();
    workshop.write("references.csv", format!("dataset,low,high\n{lines}"));
    let by_file =
        workshop.gosset(&format!("bench scores.csv {ROLES} --references references.csv --json")).expect(0).json();
    let mean = row(&by_file, "c")["mean"]["value"].as_f64().unwrap();
    assert!((mean - 0.5).abs() < 0.001, "{mean}");
    assert_eq!(by_file["sources"].as_array().unwrap().len(), 2);
    workshop.write("references.csv", format!("dataset,low,high\n{}", lines.replace("t4", "u4")));
    let refused = workshop.gosset(&format!("bench scores.csv {ROLES} --references references.csv"));
    refused.expect(3).complains(&["1 of the data sets have no reference scores: t4"]);
    workshop
        .gosset(&format!("bench scores.csv {ROLES} --low d --high nobody"))
        .expect(3)
        .complains(&["no method `nobody`", "a, b, c, d"]);
    workshop
        .gosset(&format!("bench scores.csv {ROLES} --low a --high d"))
        .expect(3)
        .complains(&["not better than the low one"]);
}

#[test]
fn tables_that_are_no_benchmark_say_why() {
    let workshop = Workshop::small();
    let with = |text: &str| {
        workshop.write("scores.csv", text);
        workshop.gosset(&format!("bench scores.csv {ROLES}"))
    };
    with(&format!("{}a,t0,0,0.5,1\n", scores()))
        .expect(3)
        .complains(&["rows 1 and 81", "method `a`, data set `t0`, seed `0`"]);
    with("model,task,seed,accuracy\na,x,1,0.5\nb,x,1,0.6\n")
        .expect(3)
        .complains(&["1 data sets are too few", "gosset judge"]);
    with("model,task,seed,accuracy\na,x,1,0.5\na,y,1,0.6\n").expect(3).complains(&["1 methods are too few"]);
    with("model,task,seed,accuracy\na,x,1,\nb,y,1,nan\n").expect(3).complains(&["no run has a score"]);
    workshop.write("scores.csv", scores());
    workshop.gosset(&format!("bench scores.csv {ROLES} --resamples 5")).expect(2).complains(&["resamples"]);
    workshop.gosset(&format!("bench scores.csv {ROLES} --alpha 2")).expect(2).complains(&["an error rate of 2"]);
    workshop.gosset(&format!("bench scores.csv {ROLES} --pairs tukey")).expect(2).complains(&["bergmann-hommel"]);
    workshop.write("items.csv", "model,task,item,accuracy\na,x,1,0.5\nb,x,1,0.6\n");
    workshop.gosset("bench items.csv --yes").expect(2).complains(&["a score for each item (column `item`)"]);
}

#[test]
fn a_published_table_is_judged_as_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/reference/demsar2006");
    let Ok(text) = std::fs::read_to_string(folder.join("table6_ranks_as_printed.csv")) else {
        eprintln!("NOT CHECKED: {} is absent", folder.display());
        return;
    };
    let workshop = Workshop::small();
    workshop.write("ranks.csv", text);
    let line = "bench ranks.csv --method-columns C4.5,C4.5+m,C4.5+cf,C4.5+m+cf --dataset dataset --metric rank:min --alpha 0.1 --json";
    let reply = workshop.gosset(line).expect(0).json();
    for (method, expected) in [("C4.5", 3.143), ("C4.5+m", 2.0), ("C4.5+cf", 2.893), ("C4.5+m+cf", 1.964)] {
        let found = row(&reply, method)["average_rank"].as_f64().unwrap();
        assert!((found - expected).abs() < 0.000_501, "{method}: {found}");
    }
    let apart: Vec<&Value> =
        reply["leaderboard"]["pairs"].as_array().unwrap().iter().filter(|pair| pair["is_apart"] == true).collect();
    assert!(apart.len() == 2 && apart.iter().all(|pair| pair["second"] == "C4.5"), "{apart:?}");
}

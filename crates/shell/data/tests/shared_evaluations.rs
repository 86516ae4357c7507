//! Evaluation logs in the shared reference folder, which stands beside the
//! repository and is never copied into it.
#![expect(clippy::print_stderr, reason = "a check that is left out must be seen")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use gosset_data::evaluation::{Evaluation, MatchedBy, Read, Reported, comparability, pair, read};

/// A path in the folder; where the folder is absent, says so.
fn place(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(format!("{}/../../../../shared/reference/evallogs/{name}", env!("CARGO_MANIFEST_DIR")));
    if path.exists() {
        return Some(path);
    }
    eprintln!("NOT CHECKED: the shared reference file {} is absent", path.display());
    None
}

fn evaluations(name: &str) -> Option<Vec<Evaluation>> {
    match read(&place(name)?) {
        Ok(Read::Evaluations(evaluations)) => Some(evaluations),
        other => panic!("{name}: {other:?}"),
    }
}

fn one(name: &str) -> Option<Evaluation> {
    let mut all = evaluations(name)?;
    assert_eq!(all.len(), 1, "{name}");
    all.pop()
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn two_logs_compressed_by_zstandard_pair_as_expected() {
    let folder = "inspect_paired/";
    let (Some(a), Some(b)) = (
        one(&format!("{folder}2026-11-23T06-13-20-00-00_toyadd-A_P2WV7gApdGaEJMvdNGRK7s.eval")),
        one(&format!("{folder}2026-11-23T06-16-18-00-00_toyadd-B_nkco6FKVmTstkbHnniCSXg.eval")),
    ) else {
        return;
    };
    let text = std::fs::read_to_string(place(&format!("{folder}expected.json")).unwrap()).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = |key: &str| expected[key].as_f64().unwrap();
    let check = |found: f64, key: &str| assert!((found - expected(key)).abs() < 1e-12, "{key}: found {found}");

    assert_eq!((a.samples.len(), b.samples.len()), (600, 600));
    check(mean(a.samples.iter().map(|sample| sample.values["match"])), "accA");
    check(a.aggregates["match/accuracy"].value, "accA");
    check(b.aggregates["match/accuracy"].value, "accB");

    let found = pair(&a, &b, "match").unwrap();
    assert_eq!((found.matched_by, found.pairs.len()), (MatchedBy::Content, 300));
    assert!(found.only_a.is_empty() && found.only_b.is_empty() && found.duplicates.is_empty(), "{:?}", found.notes);
    assert!(found.notes.is_empty());
    let by_item: Vec<Vec<f64>> = found
        .pairs
        .iter()
        .map(|pair| {
            assert_eq!(pair.a.len(), 2);
            pair.a.iter().map(|(epoch, value)| value - pair.b[epoch]).collect()
        })
        .collect();
    let all: Vec<f64> = by_item.iter().flatten().copied().collect();
    let n = all.len() as f64;
    let centre = mean(all.iter().copied());
    check(n, "n");
    check(centre, "diff");
    check(all.iter().filter(|difference| **difference > 0.0).count() as f64, "n10");
    check(all.iter().filter(|difference| **difference < 0.0).count() as f64, "n01");
    // The standard error of a mean, and the cluster-robust one with items as
    // clusters, without a correction for few clusters.
    let variance = all.iter().map(|difference| (difference - centre).powi(2)).sum::<f64>() / (n - 1.0);
    check((variance / n).sqrt(), "se_paired");
    let clustered: f64 =
        by_item.iter().map(|item| item.iter().map(|difference| difference - centre).sum::<f64>().powi(2)).sum();
    check(clustered.sqrt() / n, "se_clustered_by_id");

    // The two tasks have two names, and nothing else speaks against comparing them.
    let fatal: Vec<String> =
        comparability(&a, &b).into_iter().filter(|found| found.is_fatal).map(|found| found.fact).collect();
    assert_eq!(fatal, ["task"]);
    assert_eq!(a.samples[0].group.as_deref(), Some("0"));
}

/// The mean that a log reports is the mean of the samples that we read.
fn check_mean(name: &str, metric: &str, reported: &str, n: usize) {
    let Some(log) = one(name) else { return };
    assert_eq!(log.samples.len(), n, "{name}");
    let by_epoch: BTreeMap<u64, usize> = log.samples.iter().fold(BTreeMap::new(), |mut counts, sample| {
        *counts.entry(sample.epoch).or_default() += 1;
        counts
    });
    assert!(!by_epoch.is_empty());
    let found = mean(log.samples.iter().filter_map(|sample| sample.values.get(metric).copied()));
    let expected = log.aggregates[reported].value;
    assert!((found - expected).abs() < 1e-9, "{name}: found {found}, reported {expected}");
}

#[test]
fn inspect_logs_of_several_versions_report_the_means_of_their_samples() {
    let logs = "inspect_ai/tests/";
    for (name, metric, reported, n) in [
        ("analysis/test_logs/2025-05-12T20-28-13-04-00_popularity.json", "match", "match/accuracy", 3),
        ("analysis/test_logs_choices/mmlu-no-summary-choices.eval", "choice", "choice/accuracy", 1),
        ("log/test_eval_log/log_formats.eval", "match", "match/accuracy", 1),
        ("log/test_eval_log/log_formats.json", "match", "match/accuracy", 1),
        ("log/test_eval_log/log_message_deduplication.eval", "closeness_log", "closeness_log/accuracy", 1),
        ("log/test_eval_log/log_read_sample.eval", "match", "match/accuracy", 1),
        ("log/test_eval_log/log_length_stop_reason.txt", "exact", "exact/mean", 1),
        ("scorer/logs/2025-02-11T15-18-04-05-00_popularity_mj7khqpMM4GBCfVQozKgzB.eval", "match", "match/accuracy", 10),
    ] {
        check_mean(&format!("{logs}{name}"), metric, reported, n);
    }
    for (name, metric, reported, n) in [
        ("data_arc_qwen.json", "choice", "choice/accuracy", 3),
        ("data_arc_sonnet.json", "choice", "choice/accuracy", 5),
        ("data_pubmedqa_gpt4o_mini.json", "choice", "choice/accuracy", 2),
    ] {
        check_mean(&format!("eee/tests/data/inspect/{name}"), metric, reported, n);
    }
}

#[test]
fn every_inspect_log_is_read_or_refused_for_what_is_wrong_with_it() {
    let Some(folder) = place("inspect_ai/tests") else { return };
    let mut folders = vec![folder, place("eee/tests/data/inspect").unwrap()];
    let mut n_read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match read(&path) {
                Ok(Read::Evaluations(logs)) => {
                    n_read += 1;
                    assert_eq!(logs.len(), 1, "{name}");
                    assert!(logs[0].model.is_some() && logs[0].facts.task.is_some(), "{name}");
                }
                Ok(Read::Runs(_)) => panic!("{name} is no table of runs"),
                Err(error) => match name.as_str() {
                    "log_invalid.txt" => assert_eq!(error.code(), "evaluation-format-unknown"),
                    "log_version_3.txt" => {
                        assert!(error.to_string().ends_with("`version`: found `4`, expected a version from 1 to 3"));
                    }
                    _ => panic!("{name}: {error}"),
                },
            }
        }
    }
    assert!(n_read > 20, "{n_read}");
}

#[test]
fn the_harness_gives_an_evaluation_for_each_task() {
    let Some(all) = evaluations("eee/tests/data/lm_eval/results_2026-01-21T03-44-18.458309.json") else { return };
    let tasks: Vec<&str> = all.iter().map(|log| log.facts.task.as_deref().unwrap()).collect();
    assert_eq!(tasks, ["math_perturbed_full", "math_rephrased_full"]);
    let log = &all[0];
    assert_eq!((log.samples.len(), log.facts.few_shot, log.facts.filter.as_deref()), (10, Some(0), Some("none")));
    assert_eq!(log.facts.dataset.as_deref(), Some("stellaathena/math_perturbed_5000"));
    assert_eq!((log.facts.split.as_deref(), log.facts.limit.as_deref()), (Some("test"), Some("all")));
    assert_eq!((log.facts.task_version.as_deref(), &*log.facts.generation["temperature"]), (Some("1"), "0"));
    assert!(log.model.as_deref().unwrap().starts_with("RylanSchaeffer/mem_Qwen3-93M"));
    assert!(log.samples.iter().all(|sample| sample.item.content.is_some() && sample.values["exact_match"] == 0.0));
    assert_eq!(all[1].aggregates["exact_match"].value, 0.0004);
    assert_eq!(all[1].aggregates["exact_match"].standard_error, Some(0.0002828144211304471));
    assert!(all[1].samples.is_empty());
    assert!(log.notes.contains(&"The results are of 5000 samples, and the file holds 10.".to_owned()));

    let name = "eee/tests/data/lm_eval/samples_math_perturbed_full_2026-01-21T03-44-18.458309.jsonl";
    assert_eq!(&evaluations(name).unwrap()[..], &all[..1]);
    assert_eq!(evaluations("eee/tests/data/lm_eval").unwrap(), all);
}

#[test]
fn helm_instances_have_the_means_that_helm_reports() {
    for (name, n, few_shot, split) in [
        ("commonsense-dataset=hellaswag,method=multiple_choice_joint,model=eleutherai_pythia-1b-v0", 10, 5, "valid"),
        ("mmlu-subject=philosophy,method=multiple_choice_joint,model=openai_gpt2", 10, 5, "test, valid"),
        ("narrative_qa-model=openai_gpt2", 5, 5, "test, valid"),
    ] {
        let folder = format!("eee/tests/data/helm/{name}");
        let Some(log) = one(&folder) else { return };
        assert_eq!((log.samples.len(), log.facts.few_shot), (n, Some(few_shot)));
        assert_eq!(log.facts.split.as_deref(), Some(split));
        assert!(log.samples.iter().all(|sample| sample.item.content.is_some()));
        for metric in ["exact_match", "quasi_exact_match", "prompt_truncated"] {
            let mut reported: Vec<&Reported> = Vec::new();
            for split in ["test", "valid"] {
                reported.extend(log.aggregates.get(&format!("{metric} (split {split})")));
            }
            if let [reported] = reported[..] {
                let found = mean(log.samples.iter().map(|sample| sample.values[metric]));
                assert!((found - reported.value).abs() < 1e-12, "{name}: {metric}: {found}, {reported:?}");
            }
        }
        assert_eq!(one(&format!("{folder}/run_spec.json")).unwrap().samples, log.samples);
    }
}

#[test]
fn records_of_every_eval_ever_are_read_also_of_an_older_version() {
    let folder = "eee/tests/data/skill_reference_conversion/data/demo-source/demo-org/demo-model/";
    let Some(log) = one(&format!("{folder}f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40.json")) else { return };
    assert_eq!((log.samples.len(), log.samples[0].values["accuracy"]), (1, 1.0));
    assert_eq!(log.samples[0].group.as_deref(), Some("arithmetic"));
    assert_eq!(log.aggregates["accuracy"].value, 0.75);
    assert_eq!(log.model.as_deref(), Some("demo-org/demo-model"));
    assert_eq!(one(folder).unwrap(), log);

    let name = "eee/tests/data/community_evals_converter/datastore/flat/objects/67/6f/676f4465-ce78-411a-9f5a-c97b3d2eac4f.json";
    let old = evaluations(name).unwrap();
    assert!(old[0].notes[0].starts_with("The record is of version 0.2"), "{:?}", old[0].notes);
    assert!(old.iter().all(|log| log.aggregates.len() == log.facts.metrics.len()));
}

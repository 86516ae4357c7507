//! Evaluation logs of every format: what is read of them, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gosset_data::evaluation::every_eval_ever_record::{
    Direction, Publication, PublishedResult, Relationship, write as write_record,
};
use gosset_data::evaluation::{
    Evaluation, EvaluationError, FORMATS, KeepTexts, Read, Reported, comparability, find, pair, read, read_keeping,
};
use gosset_data::table::{Cell, Table};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evaluation").join(name)
}

fn evaluations(path: &Path) -> Vec<Evaluation> {
    match read(path).unwrap() {
        Read::Evaluations(evaluations) => evaluations,
        Read::Runs(_) => panic!("{} holds samples", path.display()),
    }
}

fn one(name: &str) -> Evaluation {
    let mut all = evaluations(&fixture(name));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn runs(name: &str) -> Table {
    match read(&fixture(name)).unwrap() {
        Read::Runs(table) => table,
        Read::Evaluations(_) => panic!("{name} holds runs"),
    }
}

fn values(evaluation: &Evaluation, metric: &str) -> Vec<Option<f64>> {
    evaluation.samples.iter().map(|sample| sample.values.get(metric).copied()).collect()
}

#[test]
fn each_format_is_found_by_content_and_documented() {
    for (name, id) in [
        ("inspect/a.eval", "inspect-eval"),
        ("inspect", "inspect-eval"),
        ("inspect_a.json", "inspect-json"),
        ("helm", "helm"),
        ("helm/stats.json", "helm"),
        ("lm_eval", "lm-eval"),
        ("every_eval_ever", "every-eval-ever"),
        ("every_eval_ever/0000.json", "every-eval-ever"),
        ("wandb.csv", "wandb"),
        ("wandb.json", "wandb"),
        ("mlflow.csv", "mlflow"),
        ("mlruns", "mlflow"),
        ("mlruns/1", "mlflow"),
        ("mlruns/1/aa", "mlflow"),
    ] {
        assert_eq!(find(&fixture(name)).unwrap().id, id, "{name}");
    }
    // The name does not matter, except for tables, which are read by it.
    let directory = tempfile::tempdir().unwrap();
    for (name, id) in [("inspect/a.eval", "inspect-eval"), ("inspect_a.json", "inspect-json")] {
        let path = directory.path().join("log.bin");
        fs::copy(fixture(name), &path).unwrap();
        assert_eq!(find(&path).unwrap().id, id);
    }
    let mut ids: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), FORMATS.len());
    for format in FORMATS {
        assert!(format.documentation.ends_with('.') && format.recognised_by.ends_with('.'), "{}", format.id);
    }
}

#[test]
fn every_format_in_the_folder_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evaluation");
    let mut found = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        found += usize::from(text.contains("pub const FORMAT: Format = "));
    }
    assert_eq!(found, FORMATS.len());
}

#[test]
fn inspect_grades_are_numbers_and_samples_are_sorted() {
    let log = one("inspect/a.eval");
    let order: Vec<(String, u64)> = log.samples.iter().map(|sample| (sample.item.to_string(), sample.epoch)).collect();
    assert_eq!(order[..3], [("1".to_owned(), 1), ("1".to_owned(), 2), ("2".to_owned(), 1)]);
    let found: Vec<f64> = values(&log, "match").into_iter().flatten().collect();
    assert_eq!(found, [1.0, 1.0, 0.0, 1.0, 0.5, 1.0, 0.0, 0.0]);
    assert_eq!(log.aggregates["match/accuracy"], Reported { value: 0.5625, standard_error: Some(0.2) });
    assert_eq!((log.model.as_deref(), log.facts.task.as_deref()), (Some("openai/a"), Some("sums")));
    assert_eq!((log.facts.few_shot, log.facts.epochs, log.facts.limit.as_deref()), (Some(0), Some(2), Some("4")));
    assert_eq!((log.facts.dataset.as_deref(), log.facts.dataset_version.as_deref()), (Some("sums"), None));
    assert_eq!((&*log.facts.generation["temperature"], &*log.facts.generation["max_tokens"]), ("0", "8"));
    assert_eq!(log.samples[0].group.as_deref(), Some("odd"));
    assert!(log.notes.is_empty(), "{:?}", log.notes);

    let json = one("inspect_a.json");
    assert_eq!((json.samples, json.facts, json.aggregates), (log.samples, log.facts, log.aggregates));
}

#[test]
fn a_score_that_is_no_number_is_counted_and_told() {
    let log = one("inspect/b.eval");
    assert_eq!(log.without_value, BTreeMap::from([("match".to_owned(), 1)]));
    assert_eq!(log.notes, ["1 samples have no number for `match`."]);
    // A score of several values gives a metric for each.
    assert_eq!(values(&log, "match/odd").into_iter().flatten().collect::<Vec<_>>(), [1.0]);
}

#[test]
fn the_oldest_inspect_logs_are_read() {
    let log = one("inspect_version_1.json");
    assert_eq!(log.failed, 1);
    assert_eq!(values(&log, "match"), [Some(1.0), None]);
    assert_eq!(log.facts.judge, None);
    assert_eq!(log.facts.scorer.as_deref(), Some("match {\"model\":\"openai/judge\"}"));
    assert!(log.aggregates.is_empty(), "NaN is not reported");
    assert_eq!(log.without_value[Evaluation::UNSCORED], 1);
    assert_eq!(log.notes[0], "The log says that the evaluation did not succeed: its status is `error`.");
}

#[test]
fn two_inspect_logs_pair_by_content_though_message_ids_differ() {
    let (a, b) = (one("inspect/a.eval"), one("inspect/b.eval"));
    let found = pair(&a, &b, "match").unwrap();
    assert_eq!(found.pairs.len(), 4);
    let epochs: Vec<(usize, usize)> = found.pairs.iter().map(|pair| (pair.a.len(), pair.b.len())).collect();
    assert_eq!(epochs, [(2, 2), (2, 2), (2, 1), (2, 1)]);
    assert_eq!(found.notes, ["2 pairs do not have the same epochs on both sides."]);
    let differences = comparability(&a, &b);
    let facts: Vec<(&str, bool)> = differences.iter().map(|found| (found.fact.as_str(), found.is_fatal)).collect();
    assert_eq!(facts, [("dataset version", false), ("generation: temperature", false)]);
}

/// Packs the members of an archive anew, some left out.
fn repacked(name: &str, method: CompressionMethod, keep: impl Fn(&str) -> bool) -> Vec<u8> {
    let mut from = ZipArchive::new(fs::File::open(fixture(name)).unwrap()).unwrap();
    let mut to = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut member = from.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        if keep(&name) {
            to.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
            std::io::copy(&mut member, &mut to).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn members_by_zstandard_read_as_by_deflate_and_a_stopped_log_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.eval");
    fs::write(&path, repacked("inspect/a.eval", CompressionMethod::Zstd, |_| true)).unwrap();
    let whole = one("inspect/a.eval");
    assert_eq!(evaluations(&path)[0].samples, whole.samples);

    let is_early = |name: &str| name.starts_with("_journal/") || name.starts_with("samples/1_");
    fs::write(&path, repacked("inspect/a.eval", CompressionMethod::Zstd, is_early)).unwrap();
    let stopped = &evaluations(&path)[0];
    assert_eq!((stopped.samples.len(), &stopped.facts.task), (2, &whole.facts.task));
    assert!(stopped.notes.contains(&"The log was not finished: it has no header.json.".to_owned()));

    fs::write(&path, repacked("inspect/a.eval", CompressionMethod::Zstd, |name| name.starts_with("samples/"))).unwrap();
    let message = read(&path).unwrap_err().to_string();
    assert!(message.ends_with("a.eval has no member header.json"), "{message}");
}

#[test]
fn a_member_that_claims_more_than_a_gibibyte_is_refused() {
    let mut bytes = fs::read(fixture("inspect/a.eval")).unwrap();
    // In the directory of the archive the size before packing stands 24 bytes
    // after the signature of an entry, and the name 46 bytes after it.
    let is_entry = |at: &usize| bytes[*at..].starts_with(b"PK\x01\x02") && bytes[at + 46..].starts_with(b"header.json");
    let entry = (0..bytes.len() - 57).find(is_entry).unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bomb.eval");
    fs::write(&path, bytes).unwrap();
    let error = read(&path).unwrap_err();
    assert_eq!(error.code(), "evaluation-too-large");
    assert!(error.to_string().contains("bomb.eval > header.json has more than 1073741824 bytes"), "{error}");
}

#[test]
fn the_harness_gives_an_evaluation_for_each_filter() {
    let all = evaluations(&fixture("lm_eval"));
    let filters: Vec<&str> = all.iter().map(|log| log.facts.filter.as_deref().unwrap()).collect();
    assert_eq!(filters, ["flexible", "strict"]);
    let strict = &all[1];
    assert_eq!(values(strict, "exact_match"), [Some(1.0), Some(0.0), Some(0.0), Some(0.0)]);
    assert_eq!(strict.aggregates["exact_match"], Reported { value: 0.25, standard_error: Some(0.25) });
    assert_eq!(all[0].aggregates["exact_match"], Reported { value: 0.5, standard_error: None });
    assert_eq!(values(&all[0], "exact_match"), [Some(1.0), Some(1.0), Some(0.0), None]);
    assert!(strict.notes.is_empty(), "{:?}", strict.notes);
    let facts = &strict.facts;
    assert_eq!(
        (facts.dataset.as_deref(), facts.dataset_version.as_deref()),
        (Some("example/sums/main"), Some("abc123"))
    );
    assert_eq!(
        (facts.task_version.as_deref(), facts.few_shot, facts.limit.as_deref()),
        (Some("3"), Some(5), Some("4"))
    );
    assert_eq!((facts.split.as_deref(), &*facts.generation["temperature"]), (Some("test"), "0"));
    assert_eq!(strict.samples[0].group.as_deref(), Some("sums"));

    let fatal: Vec<String> =
        comparability(&all[0], strict).into_iter().filter(|found| found.is_fatal).map(|found| found.fact).collect();
    assert_eq!(fatal, ["filter"]);
    // The last document is not stored under `strict`, and its hash is another identity.
    let found = pair(strict, &all[0], "exact_match").unwrap();
    assert_eq!((found.pairs.len(), found.only_a.len(), found.only_b.len()), (3, 1, 0));
}

#[test]
fn helm_trials_are_epochs_and_perturbed_instances_are_items() {
    let log = one("helm");
    let order: Vec<(String, u64)> = log.samples.iter().map(|sample| (sample.item.to_string(), sample.epoch)).collect();
    assert_eq!(order.len(), 6);
    assert_eq!(order[4].0, "id1 {\"name\":\"typos\",\"robustness\":true}");
    assert_eq!((order[0].1, order[1].1), (0, 1));
    assert_eq!(values(&log, "exact_match"), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0].map(Some));
    assert_eq!(log.aggregates["exact_match (split test)"].value, 0.5);
    assert_eq!(log.aggregates.len(), 2, "a statistic of nothing is not reported");
    assert_eq!(log.without_value["energy"], 6);
    assert_eq!((log.facts.task.as_deref(), log.facts.few_shot), (Some("SumsScenario"), Some(3)));
    assert_eq!((log.facts.split.as_deref(), log.facts.epochs), (Some("test"), Some(2)));
}

#[test]
fn a_helm_folder_without_its_state_pairs_by_id_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["run_spec.json", "per_instance_stats.json"] {
        fs::copy(fixture("helm").join(name), directory.path().join(name)).unwrap();
    }
    let log = &evaluations(directory.path())[0];
    assert!(log.samples.iter().all(|sample| sample.item.content.is_none()));
    let said = "6 of 6 samples store no input, so the log's own id is taken to tell their items apart.";
    assert!(log.notes.iter().any(|note| note == said), "{:?}", log.notes);
    assert_eq!(pair(log, &one("helm"), "exact_match").unwrap().pairs.len(), 3);
}

#[test]
fn every_eval_ever_rows_become_samples_of_several_metrics() {
    let log = one("every_eval_ever/0000.json");
    assert_eq!(values(&log, "accuracy"), [Some(1.0), Some(0.0), Some(0.0), Some(1.0)]);
    assert_eq!(values(&log, "fluency"), [Some(0.75); 4]);
    assert_eq!(log.aggregates["fluency"], Reported { value: 0.5, standard_error: Some(0.1) });
    assert_eq!((log.facts.judge.as_deref(), log.facts.few_shot), (Some("example/judge"), Some(2)));
    assert_eq!((log.facts.split.as_deref(), &*log.facts.generation["temperature"]), (Some("test"), "0.5"));
    assert!(log.notes.iter().any(|note| note.starts_with("Items that stand more than once")));
    assert_eq!(one("every_eval_ever"), log);
    assert_eq!(one("every_eval_ever/0000_samples.jsonl"), log);
}

#[test]
fn a_file_of_samples_cut_at_the_end_of_a_line_is_told() {
    for (log, file, said) in [
        ("every_eval_ever", "0000_samples.jsonl", "The record says 8 rows of samples, and the file holds 7."),
        (
            "lm_eval",
            "samples_sums_2026-01-01T00-00-00.000000.jsonl",
            "The results are of 4 samples, and the file holds 3.",
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        copy(&fixture(log), directory.path());
        let text = fs::read_to_string(fixture(log).join(file)).unwrap();
        let end = text.trim_end().rfind('\n').unwrap();
        fs::write(directory.path().join(file), &text[..=end]).unwrap();
        let notes = &evaluations(directory.path())[0].notes;
        assert!(notes.iter().any(|note| note == said), "{notes:?}");
    }
}

/// A publication of the metric `match`.
fn publication(with_samples: bool) -> Publication {
    let path = "data/example/example/a/00000000-0000-4000-8000-000000000000_samples.jsonl";
    Publication {
        evaluation_id: "example/example_a/1767225600".to_owned(),
        retrieved_secs: 1_767_225_600,
        organization: "Example \"Lab\"".to_owned(),
        relationship: Relationship::ThirdParty,
        model_id: "example/a".to_owned(),
        results: vec![PublishedResult {
            metric: "match".to_owned(),
            score: 0.5625,
            standard_error: Some((0.2, "clustered by item".to_owned())),
            direction: Direction::HigherIsBetter,
            range: Some((0.0, f64::INFINITY)),
        }],
        samples_path: with_samples.then(|| path.to_owned()),
    }
}

#[test]
fn what_is_written_for_every_eval_ever_reads_as_the_log_that_it_was() {
    let Read::Evaluations(logs) = read_keeping(&fixture("inspect_a.json"), KeepTexts::Yes).unwrap() else {
        panic!("the log has samples")
    };
    let record = write_record(&logs[0], &publication(true)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("x.json"), &record.aggregate).unwrap();
    fs::write(directory.path().join("x_samples.jsonl"), record.samples.unwrap()).unwrap();
    let aggregate: serde_json::Value = serde_json::from_str(&record.aggregate).unwrap();
    assert_eq!(aggregate["detailed_evaluation_results"]["total_rows"], 8);
    assert_eq!(aggregate["evaluation_results"][0]["metric_config"]["max_score"], "Infinity");

    let read = &evaluations(&directory.path().join("x.json"))[0];
    let (was, is) = (&logs[0].facts, &read.facts);
    assert_eq!(is, was);
    assert_eq!((read.model.as_deref(), &read.library), (Some("example/a"), &logs[0].library));
    assert_eq!(read.aggregates["match"], Reported { value: 0.5625, standard_error: Some(0.2) });
    let found = pair(&logs[0], read, "match").unwrap();
    assert_eq!((found.pairs.len(), found.notes.len()), (4, 0));
    assert!(found.pairs.iter().all(|pair| pair.a == pair.b && pair.group.is_some()));
}

#[test]
fn what_the_schema_demands_and_nobody_knows_is_not_written() {
    let log = one("inspect_a.json");
    let message = |log: &Evaluation, publication: &Publication| write_record(log, publication).unwrap_err().to_string();
    assert_eq!(message(&log, &publication(true)), "Every Eval Ever record demands `input.raw`, which is not kept");
    write_record(&log, &publication(false)).unwrap();
    let mut nameless = log.clone();
    nameless.facts.dataset = None;
    assert!(message(&nameless, &publication(false)).ends_with("demands `dataset_name`, which is unknown"));
    let mut endless = publication(false);
    endless.results[0].score = f64::NAN;
    assert!(message(&log, &endless).ends_with("demands `score`, which is no finite number"));
    endless.results.clear();
    assert!(message(&log, &endless).ends_with("demands `evaluation_results`, which is empty"));
}

#[test]
fn runs_of_weights_and_biases_are_a_table() {
    let csv = runs("wandb.csv");
    assert_eq!((csv.rows, csv.numbers("Runtime").unwrap()), (2, vec![60.0, 5.0]));
    assert_eq!(csv.column("accuracy").unwrap().cells[1], Cell::Missing);
    let json = runs("wandb.json");
    let names: Vec<&str> = json.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "name",
            "id",
            "state",
            "config.lr",
            "config.model.layers",
            "summary._step",
            "summary.accuracy",
            "summary.classes",
            "summary.loss"
        ]
    );
    assert_eq!(json.numbers("config.lr").unwrap(), [0.1, 0.2]);
    assert_eq!(json.column("summary.accuracy").unwrap().cells, [Cell::Number(0.75), Cell::Missing]);
    assert!(matches!(json.column("summary.loss").unwrap().cells[0], Cell::Number(loss) if loss.is_nan()));
    assert_eq!(json.column("summary.classes").unwrap().cells[0], Cell::Text("[1,2]".to_owned()));
}

#[test]
fn runs_of_mlflow_are_a_table_with_the_last_value_of_each_metric() {
    let csv = runs("mlflow.csv");
    assert_eq!(csv.text("status").unwrap(), ["FINISHED", "FAILED"]);
    for name in ["mlruns", "mlruns/1"] {
        let folder = runs(name);
        assert_eq!(folder.text("run_id").unwrap(), ["aa", "bb"]);
        assert_eq!(folder.text("status").unwrap(), ["FINISHED", "FAILED"]);
        assert_eq!(folder.text("run_name").unwrap(), ["it's \u{e4}", "a long name"]);
        assert_eq!(folder.column("end_time").unwrap().cells, [Cell::Missing, Cell::Missing]);
        let accuracy = &folder.column("metrics.eval/accuracy").unwrap().cells;
        assert!(accuracy[0] == Cell::Number(0.75) && matches!(accuracy[1], Cell::Number(last) if last.is_nan()));
        assert_eq!(folder.numbers("params.lr").unwrap(), [0.1, 0.1]);
        assert_eq!(folder.text("tags.mlflow.runName").unwrap(), ["first-aa", "first-bb"]);
    }
    assert_eq!(runs("mlruns/1/bb").rows, 1);
}

#[test]
fn what_is_no_log_is_refused_with_what_was_found() {
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        let message = read(&path).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    check("a.json", b"", "found an empty file, expected one of Inspect log (.eval), Inspect log (JSON), HELM");
    check("a.json", b"{\"a\": 1}", "found a JSON object with the keys `a`");
    check("a.txt", b"hello", "found a file that begins neither as a JSON object nor as a table of runs");
    check("a.eval", b"PK\x03\x04hello", "a.eval is no whole ZIP archive");
    check("a.zip", b"PK\x03\x04hello", "found a ZIP archive without an Inspect log");
    check("a.json", b"{\"version\": 9, \"eval\": {}}", "`version`: found `9`, expected a version from 1 to 3");
    check("a.json", b"{\"version\": 2, \"eval\": {\n\"task\": 5", "a.json ends in line 2");
    check("a.json", b"{\"version\": 2, \"eval\": {\"task\": 5}}", "`eval.task`: found `5`, expected a text");
    check("a.json", b"{\"version\": 2, \"eval\": {}}", "`eval.task` is missing, expected a text");
    let samples = b"{\"version\": 2, \"eval\": {\"task\": \"t\"}, \"samples\": [{\"id\": 1, \"scores\": {\"m\": 1}}]}";
    check("a.json", samples, "`samples[0].scores.m`: found `1`, expected an object with `value`");
    check("s.jsonl", b"{\"doc_id\": 1, \"doc\": {}}\n{\"doc\": 1}", "s.jsonl: line 2: `doc_id` is missing");
    check("s.jsonl", b"{\"doc_id\": 1, \"doc\": {}}\n\n {x}", "s.jsonl: line 3, byte 3: found `x}`, expected JSON");
    let directory = tempfile::tempdir().unwrap();
    let nowhere = read(&directory.path().join("none")).unwrap_err();
    assert!(matches!(nowhere, EvaluationError::Missing { .. }));
    let message = read(directory.path()).unwrap_err().to_string();
    assert!(message.contains("found a folder of 0 entries"), "{message}");
}

/// Every file of the fixtures with the path at which its log is read.
fn all_files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("inspect/a.eval", "inspect/a.eval"),
        ("inspect_a.json", "inspect_a.json"),
        ("inspect_version_1.json", "inspect_version_1.json"),
        ("helm/run_spec.json", "helm"),
        ("helm/scenario_state.json", "helm"),
        ("helm/per_instance_stats.json", "helm"),
        ("helm/stats.json", "helm"),
        ("lm_eval/results_2026-01-01T00-00-00.000000.json", "lm_eval"),
        ("lm_eval/samples_sums_2026-01-01T00-00-00.000000.jsonl", "lm_eval"),
        ("every_eval_ever/0000.json", "every_eval_ever"),
        ("every_eval_ever/0000_samples.jsonl", "every_eval_ever"),
        ("wandb.csv", "wandb.csv"),
        ("wandb.json", "wandb.json"),
        ("mlflow.csv", "mlflow.csv"),
        ("mlruns/1/aa/meta.yaml", "mlruns"),
        ("mlruns/1/aa/metrics/eval/accuracy", "mlruns"),
    ]
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Reads `log` with every damaged version of `file`, and gives how many of them
/// were read; an error must have a text that names a path and a code.
fn damage(file: &str, log: &str, versions: impl Iterator<Item = Vec<u8>>) -> (usize, usize) {
    let directory = tempfile::tempdir().unwrap();
    copy(&fixture(""), directory.path());
    let (mut n_read, mut n_refused) = (0, 0);
    for bytes in versions {
        fs::write(directory.path().join(file), bytes).unwrap();
        match read_keeping(&directory.path().join(log), KeepTexts::Yes) {
            Ok(Read::Evaluations(logs)) if log.ends_with(".eval") => {
                n_read += 1;
                // Checksums guard the members; a name that changes loses one.
                let is_whole = logs[0].samples.len() == 8;
                assert!(is_whole || logs[0].notes.iter().any(|note| note.contains("were completed, and stores")));
            }
            Ok(_) => n_read += 1,
            Err(error) => {
                n_refused += 1;
                assert!(error.to_string().contains('/') && !error.code().is_empty(), "{error}");
            }
        }
    }
    (n_read, n_refused)
}

#[test]
fn a_log_cut_anywhere_is_read_or_refused() {
    for (file, log) in all_files() {
        let whole = fs::read(fixture(file)).unwrap();
        let cuts = (0..50).map(|part| whole[..whole.len() * part / 50].to_vec());
        let (_, n_refused) = damage(file, log, cuts);
        if file.ends_with(".json") || file.ends_with(".eval") {
            assert_eq!(n_refused, 50, "{file}: a document cut short is never read");
        }
    }
}

#[test]
fn a_log_with_any_byte_changed_is_read_or_refused() {
    for (file, log) in all_files() {
        let whole = fs::read(fixture(file)).unwrap();
        // Some 200 places, spread evenly, and another change at each.
        let step = (whole.len() / 200).max(1);
        let flips = (0..whole.len()).step_by(step).enumerate().map(|(nth, at)| {
            let mut bytes = whole.clone();
            bytes[at] ^= [0x01, 0x80, 0x20, 0xFF, 0x08][nth % 5];
            bytes
        });
        let (n_read, n_refused) = damage(file, log, flips);
        assert!(n_read + n_refused > 0, "{file}");
        if file.ends_with(".eval") {
            assert!(n_refused > n_read, "{file}: checksums find most changes, {n_read} were read");
        }
    }
}

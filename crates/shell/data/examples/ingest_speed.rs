//! Measures what the crate promises to do fast:
//! `cargo run --release -p gosset-data --example ingest_speed`.
#![expect(clippy::print_stdout, reason = "it is a program for a person to run")]

use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::time::Instant;

use gosset_data::{chunk, content, downsample, evaluation, metric_log, table};

/// Runs `work` five times and prints the least time and `count` per second.
fn measure<T>(name: &str, count: f64, unit: &str, mut work: impl FnMut() -> T) -> T {
    let mut best = f64::INFINITY;
    let mut outcome = None;
    for _ in 0..5 {
        let start = Instant::now();
        outcome = Some(work());
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name:32} {:8.2} ms {:10.2} million {unit}/s", best * 1e3, count / best / 1e6);
    outcome.expect("it ran five times")
}

fn main() {
    const N: usize = 1_000_000;
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let directory = tempfile::tempdir().expect("the temporary directory can be written");
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).expect("the temporary directory can be written");
        path
    };

    let (mut short, mut long, mut wide, mut csv) =
        (String::new(), String::new(), String::new(), "id,label,p_0,p_1\n".to_owned());
    for step in 0..N {
        let value = noise();
        writeln!(short, "{{\"step\": {step}, \"loss\": {value:.9}}}").expect("text grows");
        writeln!(long, "{{\"step\": {step}, \"loss\": {value:?}, \"time\": {:.6}}}", 1.7e9 + value)
            .expect("text grows");
        writeln!(wide, "{{\"step\": {step}, \"loss\": {value:.6}, \"accuracy\": {:.4}, \"note\": null}}", 1.0 - value)
            .expect("text grows");
        writeln!(csv, "{step},cat,{value},{}", 1.0 - value).expect("text grows");
    }
    let n = N as f64;
    measure("metric log, 9 digits", n, "lines", || metric_log::parse(short.as_bytes()));
    let log = measure("metric log, 17 digits and time", n, "lines", || metric_log::parse(long.as_bytes()));
    measure("metric log, 2 metrics and a null", n, "lines", || metric_log::parse(wide.as_bytes()));
    let path = write("metrics.jsonl", &short);
    measure("metric log, from a file", n, "lines", || metric_log::read(&path).expect("it was just written"));

    let loss = &log.series["loss"];
    let bytes = measure("chunk, encode", n, "points", || chunk::encode(&loss.steps, &loss.times_ms, &loss.values));
    println!("{:32} {:8.2} bytes a point", "", bytes.len() as f64 / n);
    measure("chunk, decode", n, "points", || chunk::decode(&bytes).expect("it was just encoded"));
    let buckets = NonZeroUsize::new(1000).expect("a thousand is not zero");
    measure("downsample to 1000 buckets", n, "points", || downsample(&loss.steps, &loss.values, buckets));

    let path = write("table.csv", &csv);
    measure("csv, 4 columns", n, "rows", || table::read(&path).expect("it was just written"));
    let path = write("table.jsonl", &wide);
    measure("json lines, 4 columns", n, "rows", || table::read(&path).expect("it was just written"));
    let rows = 100_000;
    let mut samples = String::new();
    for item in 0..rows {
        let (question, score) = ("Why? ".repeat(80), if noise() < 0.5 { 0.0 } else { 1.0 });
        writeln!(
            samples,
            "{{\"doc_id\": {item}, \"doc\": {{\"q\": \"{question}{item}\"}}, \"target\": \"a\", \"resps\": [[\"{question}\"]], \
             \"filter\": \"none\", \"metrics\": [\"acc\"], \"acc\": {score:?}}}"
        )
        .expect("text grows");
    }
    let path = write("samples_sums_now.jsonl", &samples);
    let log = measure("evaluation log, 0.9 kB a sample", rows as f64, "samples", || {
        match evaluation::read(&path).expect("it was just written") {
            evaluation::Read::Evaluations(mut all) => all.swap_remove(0),
            evaluation::Read::Runs(_) => unreachable!("the file holds samples"),
        }
    });
    measure("evaluation, pair", rows as f64, "items", || evaluation::pair(&log, &log, "acc").expect("it has `acc`"));
    let path = write("big.bin", &csv.repeat(4));
    let size_bytes = csv.len() as f64 * 4.0;
    measure("content, hash a file", size_bytes, "bytes", || content::hash_file(&path).expect("it was just written"));
}

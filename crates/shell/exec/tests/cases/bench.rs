//! Measurements, run by hand on a release build of this binary:
//!
//! ```console
//! $ main bench direct 500          # 500 times `true`, one after the other
//! $ main bench supervised 500      # the same, each under a supervisor
//! $ main bench pool 1000 2 0.02    # 1,000 times `sleep 0.02` on two slots
//! ```

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use gosset_exec::local::{Job, Need, Pool, Slots, start};
use gosset_exec::supervise::Order;

use super::support;

pub(crate) fn run(args: impl Iterator<Item = OsString>) -> i32 {
    let args: Vec<String> = args.map(|arg| arg.into_string().unwrap()).collect();
    let root = tempfile::tempdir().unwrap();
    let n: usize = args[1].parse().unwrap();
    let begun = Instant::now();
    match args[0].as_str() {
        "direct" => (0..n).for_each(|_| assert!(Command::new("true").status().unwrap().success())),
        "supervised" => (0..n).for_each(|number| {
            let job = job(root.path(), number, "true", &[]);
            start(&support::supervisor(), &job).unwrap().wait().unwrap();
        }),
        "pool" => {
            let pool = Pool::new(support::supervisor(), Slots { cpus: args[2].parse().unwrap(), gpus: vec![] });
            for number in 0..n {
                let job = job(root.path(), number, "sleep", &args[3..4]);
                pool.submit(job, Need { cpus: 1, gpus: 0 }).unwrap();
            }
            assert_eq!(std::iter::from_fn(|| pool.next_finished()).filter(|outcome| outcome.result.is_ok()).count(), n);
        }
        other => panic!("there is no bench `{other}`"),
    }
    let secs = begun.elapsed().as_secs_f64();
    println!("{secs:.3} s, {:.3} ms each", secs * 1e3 / n as f64);
    0
}

fn job(root: &Path, number: usize, program: &str, args: &[String]) -> Job {
    let run_dir = root.join(number.to_string());
    std::fs::create_dir(&run_dir).unwrap();
    let order = Order {
        working_dir: run_dir.clone(),
        run_dir,
        program: program.into(),
        args: args.iter().map(OsString::from).collect(),
        timeout_secs: Some(100.0),
        grace_secs: 5.0,
        memory_limit_bytes: None,
        output_limit_bytes: 1 << 20,
    };
    Job { order, env: support::env() }
}

//! The test binary in other roles: it starts itself as a supervisor, as a
//! program that starts runs, and as a program that wants memory.
//!
//! The test harness owns `main` and does not stand arguments that are not
//! UTF-8, so a role is taken up before `main`.

use std::ffi::OsString;
use std::time::Duration;

use gosset_exec::local::{Job, start};
use gosset_exec::supervise::{self, Order};

use super::{bench, support};

pub(crate) const SUPERVISOR: &str = "act-as-supervisor";
pub(crate) const STARTER: &str = "act-as-starter";
pub(crate) const HOG: &str = "act-as-hog";
const BENCH: &str = "bench";

#[expect(unsafe_code, reason = "only a constructor runs before the harness reads the arguments")]
#[used]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static TAKE_UP: extern "C" fn() = take_up_role;

extern "C" fn take_up_role() {
    let mut args = std::env::args_os().skip(1);
    let code = match args.next().as_ref().and_then(|role| role.to_str()) {
        Some(SUPERVISOR) => i32::from(supervise::main(args)),
        Some(STARTER) => act_as_starter(args),
        Some(HOG) => act_as_hog(args),
        Some(BENCH) => bench::run(args),
        _ => return,
    };
    std::process::exit(code);
}

/// Starts a run, does not wait for it, and stays.
fn act_as_starter(args: impl Iterator<Item = OsString>) -> i32 {
    let job = Job { order: Order::from_args(args).unwrap(), env: support::env() };
    let _running = start(&support::supervisor(), &job).unwrap();
    stay()
}

/// Takes the given number of mebibytes, uses them, and stays.
fn act_as_hog(mut args: impl Iterator<Item = OsString>) -> i32 {
    let mebibytes: usize = args.next().unwrap().to_str().unwrap().parse().unwrap();
    let memory = vec![1_u8; mebibytes << 20];
    assert_eq!(std::hint::black_box(&memory)[memory.len() - 1], 1);
    stay()
}

fn stay() -> i32 {
    loop {
        std::thread::sleep(Duration::from_secs(1000));
    }
}

//! The life of a supervisor, from its command line to the exit record.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::getpid;

use super::memory::MemoryGuard;
use super::record::{Reserved, VERSION};
use super::stream::BoundedFile;
use super::watch::{PATIENCE, Signals, Watch};
use super::{Captured, Exit, ExitRecord, Order, OrderError};
use crate::claim::{self, Claim};
use crate::processes;
use crate::run_dir::{PROBE, STDERR, STDOUT, SUPERVISOR_ERROR};

/// Exit code of a supervisor that left an exit record.
pub const RECORDED: u8 = 0;
/// Exit code of a supervisor whose command line makes no sense.
pub const WRONG_USAGE: u8 = 2;
/// Exit code of a supervisor that could not leave an exit record, as when the disk is full.
pub const CANNOT_RECORD: u8 = 4;
/// Exit code of a supervisor that found another one in the run directory.
pub const NOT_OURS: u8 = 5;

/// How long descendants may outlive the program before they are killed:
/// helpers such as Python's resource tracker clean up just after it.
const SETTLE: Duration = Duration::from_millis(300);

/// Supervises one run: the main function of a supervisor process.
///
/// `args` are those of [`Order::to_args`]. The environment of the run is the
/// environment of this process, and `GOSSET_ATTEMPT_DIR` is set to the run
/// directory. Standard input may be the run's lock file, already locked.
/// Standard output stays empty; it is closed when the program and its
/// descendants are gone, a little before the record is safe on the disk.
///
/// The process must be single-threaded and must not be used for anything
/// else: it leaves its session, catches signals and waits for all children.
/// SIGTERM or SIGINT stops the run, a second one without grace.
///
/// Returns the exit code for the process: [`RECORDED`], [`WRONG_USAGE`],
/// [`CANNOT_RECORD`] or [`NOT_OURS`].
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let order = match Order::from_args(args) {
        Ok(order) => order,
        Err(_) => return WRONG_USAGE,
    };
    let result = catch_unwind(AssertUnwindSafe(|| supervise(&order))).unwrap_or(Err(Failure::Panic));
    match result {
        Ok(()) => RECORDED,
        Err(Failure::Locked) => NOT_OURS,
        Err(failure) => {
            // Without room for this line there is still the exit code.
            fs::write(order.run_dir.join(SUPERVISOR_ERROR), chain(&failure)).ok();
            CANNOT_RECORD
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("another supervisor holds the lock")]
    Locked,
    #[error("the supervisor cannot {task}")]
    Io { task: &'static str, source: io::Error },
    #[error("the order is wrong")]
    Order(#[from] OrderError),
    #[error("the supervisor has a bug and stopped")]
    Panic,
}

fn cannot(task: &'static str) -> impl FnOnce(io::Error) -> Failure {
    move |source| Failure::Io { task, source }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

fn supervise(order: &Order) -> Result<(), Failure> {
    // It fails where the process leads a session already, which is as good.
    rustix::process::setsid().ok();
    // Held until the process ends, and closed in the program (O_CLOEXEC).
    let lock = take_lock(&order.run_dir)?;
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(getpid()))
        .map_err(|error| cannot("adopt the program's descendants")(error.into()))?;
    let record_file = Reserved::new(&order.run_dir).map_err(cannot("reserve room for the exit record"))?;
    let signals = Signals::catch().map_err(cannot("catch signals"))?;
    // From here on the run counts as begun, and nobody starts it again.
    Claim::by_this_process().write(&lock).map_err(cannot("write the lock file"))?;
    let record = run(order, signals)?;
    // Whoever reads our output learns by its end that nothing of the run is
    // left, and may use the processors while the record goes to the disk.
    // Where this fails, it learns by the end of this process.
    File::open("/dev/null").and_then(|null| Ok(rustix::stdio::dup2_stdout(null)?)).ok();
    record_file.write(&record).map_err(cannot("write the exit record"))
}

/// Takes over the lock that stands open as standard input, or else takes it.
fn take_lock(run_dir: &Path) -> Result<File, Failure> {
    let lock = open_lock(run_dir).map_err(cannot("open the lock file"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Failure::Locked),
        Err(TryLockError::Error(error)) => Err(cannot("lock the run directory")(error)),
    }
}

fn open_lock(run_dir: &Path) -> io::Result<File> {
    let own = claim::open(run_dir)?;
    // The duplicate is closed on exec, which descriptor 0 itself is not.
    let given = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    if !claim::is_lock_of(&given, run_dir)? {
        return Ok(own);
    }
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(given)
}

/// Why the program is being stopped, and when patience ends.
struct Stop {
    exit: Exit,
    kill_at: Option<Instant>,
    killed_at: Option<Instant>,
}

fn run(order: &Order, signals: Signals) -> Result<ExitRecord, Failure> {
    let (timeout, grace) = order.times()?;
    let file = |name| {
        BoundedFile::create(&order.run_dir, name, order.output_limit_bytes)
            .map_err(cannot("create the files for the output"))
    };
    let files = [file(STDOUT)?, file(STDERR)?];
    let oom_kills_before = processes::oom_kills_on_host();
    let started_at_ms = wall_clock_ms();
    let started = Instant::now();
    let child = match spawn(order) {
        Ok(child) => child,
        Err(error) => return Ok(not_started(why_not_started(order, &error), started_at_ms)),
    };
    let mut watch = Watch::new(child, signals, files).map_err(cannot("watch the program"))?;
    let mut guard =
        order.memory_limit_bytes.map(|limit| MemoryGuard::new(getpid().as_raw_pid(), limit, Instant::now()));

    let deadline = timeout.and_then(|timeout| started.checked_add(timeout));
    let stop = watch_to_the_end(&mut watch, order, deadline, grace, guard.as_mut());

    let wall_secs = started.elapsed().as_secs_f64();
    let finished_at_ms = wall_clock_ms();
    let is_killed = stop.as_ref().is_some_and(|stop| stop.killed_at.is_some());
    let settle_until = if is_killed { Instant::now() } else { Instant::now() + SETTLE };
    let stray_processes = watch.sweep(settle_until, is_killed);
    let oom_kills_on_host =
        oom_kills_before.zip(processes::oom_kills_on_host()).map(|(before, after)| after.saturating_sub(before));
    let exit = match (stop, watch.status()) {
        (Some(stop), _) => stop.exit,
        (None, Some(status)) => own_end(status, oom_kills_on_host),
        // The loop ends without a status only after a stop.
        (None, None) => Exit::Interrupted,
    };
    // Before the output is put together, which needs room and gives some back.
    let disk_was_full = is_full(&order.run_dir);
    let [stdout, stderr] = watch.finish();
    let usage = usage_of_children();
    Ok(ExitRecord {
        version: VERSION,
        exit,
        started_at_ms,
        finished_at_ms,
        wall_secs,
        cpu_user_secs: secs(usage.ru_utime),
        cpu_system_secs: secs(usage.ru_stime),
        peak_memory_bytes: max_resident_bytes(&usage),
        peak_tree_memory_bytes: guard.map(|guard| guard.peak_bytes),
        stray_processes,
        oom_kills_on_host,
        disk_was_full,
        stdout,
        stderr,
    })
}

/// Watches until the program has ended, or cannot be ended; says why it was stopped, if it was.
fn watch_to_the_end(
    watch: &mut Watch,
    order: &Order,
    deadline: Option<Instant>,
    grace: Duration,
    mut guard: Option<&mut MemoryGuard>,
) -> Option<Stop> {
    let mut stop: Option<Stop> = None;
    while watch.status().is_none() {
        let now = Instant::now();
        let is_asked = watch.signals().take_request();
        match &mut stop {
            None => {
                let politely = |exit| Stop { exit, kill_at: now.checked_add(grace), killed_at: None };
                if is_asked {
                    stop = Some(politely(Exit::Interrupted));
                    watch.ask_to_end();
                } else if let Some(limit_secs) = order.timeout_secs.filter(|_| deadline.is_some_and(|at| at <= now)) {
                    stop = Some(politely(Exit::TimedOut { limit_secs }));
                    watch.ask_to_end();
                } else if guard.as_mut().is_some_and(|guard| guard.is_over()) {
                    // No grace: until then the machine could be out of memory.
                    let exit = Exit::OutOfMemory { limit_bytes: order.memory_limit_bytes };
                    stop = Some(Stop { exit, kill_at: Some(now), killed_at: None });
                }
            }
            Some(stop) if is_asked => stop.kill_at = Some(now),
            Some(_) => {}
        }
        let next = match &mut stop {
            None => earliest(deadline, guard.as_ref().map(|guard| guard.next_look())),
            Some(Stop { killed_at: Some(killed_at), .. }) if *killed_at + PATIENCE <= now => break,
            Some(Stop { killed_at: Some(killed_at), .. }) => Some(*killed_at + PATIENCE),
            Some(stop) if stop.kill_at.is_some_and(|at| at <= now) => {
                watch.kill();
                stop.killed_at = Some(now);
                Some(now + PATIENCE)
            }
            Some(stop) => stop.kill_at,
        };
        watch.turn(next);
    }
    stop
}

fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    [a, b].into_iter().flatten().min()
}

/// What the status says of a program that nobody stopped.
fn own_end(status: ExitStatus, oom_kills_on_host: Option<u64>) -> Exit {
    let was_short_of_memory = oom_kills_on_host.is_some_and(|kills| kills > 0);
    match (status.code(), status.signal()) {
        (Some(137), _) | (None, Some(libc::SIGKILL)) if was_short_of_memory => Exit::OutOfMemory { limit_bytes: None },
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => unreachable!("a process that ended has a code or a signal"),
    }
}

fn spawn(order: &Order) -> io::Result<Child> {
    if !order.working_dir.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let mut command = Command::new(&order.program);
    command
        .args(&order.args)
        .current_dir(&order.working_dir)
        .env("GOSSET_ATTEMPT_DIR", &order.run_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    #[cfg(target_os = "linux")]
    die_with_supervisor(&mut command);
    command.spawn()
}

/// Makes the program end when the supervisor is killed.
#[cfg(target_os = "linux")]
fn die_with_supervisor(command: &mut Command) {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    let supervisor = getpid();
    let prepare = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The supervisor may have died before the line above took effect.
        if getppid() == Some(supervisor) { Ok(()) } else { Err(io::Error::from(rustix::io::Errno::SRCH)) }
    };
    #[expect(unsafe_code, reason = "only the child itself can ask to be killed with its parent")]
    // SAFETY: the closure only makes two system calls; it allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(prepare);
    }
}

fn why_not_started(order: &Order, error: &io::Error) -> String {
    let program = Path::new(&order.program);
    match error.kind() {
        io::ErrorKind::NotADirectory => {
            format!("the working directory `{}` is missing", order.working_dir.display())
        }
        io::ErrorKind::NotFound if order.working_dir.join(program).is_file() => {
            format!("the interpreter that `{}` names in its first line is missing", program.display())
        }
        io::ErrorKind::NotFound if program.components().count() > 1 => {
            format!("the program `{}` does not exist", program.display())
        }
        io::ErrorKind::NotFound => format!("the program `{}` is not on the PATH of the run", program.display()),
        io::ErrorKind::PermissionDenied => {
            format!("permission denied: `{}` may not be executed", program.display())
        }
        _ => format!("`{}` cannot be executed: {error}", program.display()),
    }
}

fn not_started(reason: String, started_at_ms: i64) -> ExitRecord {
    let nothing = Captured { bytes_seen: 0, bytes_kept: 0 };
    ExitRecord {
        version: VERSION,
        exit: Exit::NotStarted { reason },
        started_at_ms,
        finished_at_ms: wall_clock_ms(),
        wall_secs: 0.0,
        cpu_user_secs: 0.0,
        cpu_system_secs: 0.0,
        peak_memory_bytes: 0,
        peak_tree_memory_bytes: None,
        stray_processes: 0,
        oom_kills_on_host: None,
        disk_was_full: false,
        stdout: nothing,
        stderr: nothing,
    }
}

/// Whether there is no room for as much as a small file of results.
fn is_full(run_dir: &Path) -> bool {
    const PROBE_BYTES: usize = 64 * 1024;
    let probe = run_dir.join(PROBE);
    let written = fs::write(&probe, [0; PROBE_BYTES]);
    // Where there is no room at all, there is no file.
    fs::remove_file(&probe).ok();
    let is_short =
        |error: &io::Error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    written.as_ref().is_err_and(is_short)
}

fn wall_clock_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock set to before 1970 is an honest, if odd, reading.
    let ms = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    since.map_or_else(|before| -ms(before.duration()), ms)
}

fn usage_of_children() -> libc::rusage {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    #[expect(unsafe_code, reason = "no safe wrapper of getrusage is among the dependencies")]
    // SAFETY: the kernel fills the struct that the pointer names, and all-zero
    // bytes are a valid value of it should the call fail.
    unsafe {
        libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr());
        usage.assume_init()
    }
}

fn secs(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

/// Linux counts in kibibytes, macOS in bytes.
fn max_resident_bytes(usage: &libc::rusage) -> u64 {
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit
}

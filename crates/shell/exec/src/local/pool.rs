//! Runs jobs on the slots of this machine.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::slots::{Held, Ledger};
use super::{
    Finished, Job, Lost, LostCause, Need, Running, Slots, StartError, SupervisorCommand, TooMuch, adopt, start,
};

/// Names a job within its pool; tickets count up from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What became of a job.
#[derive(Debug)]
pub struct Outcome {
    /// Which job.
    pub ticket: Ticket,
    /// The directory of its run.
    pub run_dir: PathBuf,
    /// The record of its run, or why there is none.
    pub result: Result<Finished, Failure>,
}

/// Why a job has no exit record.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It could not be started. Nothing has run.
    #[error("the run could not be started")]
    NotStarted(#[source] StartError),
    /// Its supervisor is gone without a record.
    #[error("the run was lost")]
    Lost(#[source] Lost),
    /// It was stopped before its turn came. Nothing has run.
    #[error("the run was withdrawn before it began")]
    Withdrawn,
}

/// Runs jobs as their slots become free, in the order in which they came.
///
/// A job that does not fit waits, and all that came later wait behind it: the
/// order of runs is part of a design, and a large job is not to starve.
///
/// Where the slots have GPUs, each job gets `CUDA_VISIBLE_DEVICES` with the
/// GPUs that it holds, empty if none; it replaces a value in the job's
/// environment. (AMD's HIP reads the same variable.)
///
/// Runs go on when the pool is dropped; [`Pool::adopt`] takes them up in
/// another process.
#[derive(Debug)]
pub struct Pool {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    supervisor: SupervisorCommand,
    state: Mutex<State>,
    has_news: Condvar,
}

#[derive(Debug)]
struct State {
    ledger: Ledger,
    next_ticket: u64,
    queue: VecDeque<Queued>,
    at_work: BTreeMap<Ticket, Work>,
    finished: VecDeque<Outcome>,
}

#[derive(Debug)]
struct Queued {
    ticket: Ticket,
    job: Job,
    need: Need,
}

#[derive(Debug, Default)]
struct Work {
    /// None until the supervisor is started.
    running: Option<Arc<Running>>,
    is_to_stop: bool,
}

/// A thread that waits needs next to nothing.
const STACK_BYTES: usize = 128 * 1024;

impl Pool {
    /// Makes a pool without jobs.
    pub fn new(supervisor: SupervisorCommand, slots: Slots) -> Pool {
        let state = State {
            ledger: Ledger::new(slots),
            next_ticket: 0,
            queue: VecDeque::new(),
            at_work: BTreeMap::new(),
            finished: VecDeque::new(),
        };
        Pool { inner: Arc::new(Inner { supervisor, state: Mutex::new(state), has_news: Condvar::new() }) }
    }

    /// Queues a job and returns at once.
    ///
    /// # Errors
    /// [`TooMuch`] if it could never run on these slots.
    pub fn submit(&self, job: Job, need: Need) -> Result<Ticket, TooMuch> {
        let mut state = self.inner.state();
        state.ledger.check(need)?;
        let ticket = state.ticket();
        state.queue.push_back(Queued { ticket, job, need });
        self.inner.dispatch(&mut state);
        Ok(ticket)
    }

    /// Takes up a run that a pool in an earlier process started.
    ///
    /// It holds the slots that it held there from now on. Adopt before you
    /// submit, else they may be in use twice.
    pub fn adopt(&self, run_dir: &Path) -> Ticket {
        let mut state = self.inner.state();
        let ticket = state.ticket();
        let held = Held::read(run_dir);
        state.ledger.hold(&held);
        let running = Arc::new(adopt(run_dir));
        state.at_work.insert(ticket, Work { running: Some(Arc::clone(&running)), is_to_stop: false });
        self.inner.attend(&mut state, ticket, &held, Errand::Wait(running));
        ticket
    }

    /// Waits for the next job to end; none when every job has been told of.
    pub fn next_finished(&self) -> Option<Outcome> {
        let mut state = self.inner.state();
        loop {
            if let Some(outcome) = state.finished.pop_front() {
                return Some(outcome);
            }
            if state.queue.is_empty() && state.at_work.is_empty() {
                return None;
            }
            state = self.inner.has_news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Withdraws what waits and asks what runs to stop; a second call: without grace.
    ///
    /// Each of them still has its outcome, which [`Pool::next_finished`] tells.
    pub fn stop_all(&self) {
        let mut state = self.inner.state();
        while let Some(Queued { ticket, job, .. }) = state.queue.pop_front() {
            state.finished.push_back(Outcome { ticket, run_dir: job.order.run_dir, result: Err(Failure::Withdrawn) });
        }
        for work in state.at_work.values_mut() {
            work.is_to_stop = true;
            if let Some(running) = &work.running {
                running.stop();
            }
        }
        self.inner.has_news.notify_all();
    }
}

impl State {
    fn ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }
}

/// What a thread of the pool does first.
enum Errand {
    Start(Box<Job>),
    Wait(Arc<Running>),
}

impl Errand {
    fn run_dir(&self) -> PathBuf {
        match self {
            Errand::Start(job) => job.order.run_dir.clone(),
            Errand::Wait(running) => running.run_dir().to_owned(),
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts jobs from the front of the queue for as long as they fit.
    fn dispatch(self: &Arc<Inner>, state: &mut State) {
        while let Some(need) = state.queue.front().map(|queued| queued.need)
            && let Some(held) = state.ledger.take(need)
            && let Some(Queued { ticket, mut job, .. }) = state.queue.pop_front()
        {
            if state.ledger.has_gpus() {
                let name = OsStr::new("CUDA_VISIBLE_DEVICES");
                job.env.retain(|(other, _)| other != name);
                job.env.push((name.to_owned(), held.visible_devices()));
            }
            state.at_work.insert(ticket, Work::default());
            self.attend(state, ticket, &held, Errand::Start(Box::new(job)));
        }
    }

    /// Gives a job a thread, which lives until its outcome is told.
    fn attend(self: &Arc<Inner>, state: &mut State, ticket: Ticket, held: &Held, errand: Errand) {
        let inner = Arc::clone(self);
        let run_dir = errand.run_dir();
        let (thread_dir, thread_held) = (run_dir.clone(), held.clone());
        let work = move || {
            let result = match inner.begin(ticket, &thread_held, errand) {
                Ok(running) => {
                    // The slots go on to the next before the record is on the disk.
                    running.wait_until_idle();
                    inner.free(&thread_held);
                    inner.conclude(ticket, &running)
                }
                Err(failure) => {
                    inner.free(&thread_held);
                    Err(failure)
                }
            };
            inner.tell(&mut inner.state(), Outcome { ticket, run_dir: thread_dir, result });
        };
        let thread = std::thread::Builder::new().name("run".into()).stack_size(STACK_BYTES).spawn(work);
        if let Err(source) = thread {
            let result = Err(Failure::NotStarted(StartError::Thread { source }));
            state.ledger.give_back(held);
            self.tell(state, Outcome { ticket, run_dir, result });
        }
    }

    fn begin(&self, ticket: Ticket, held: &Held, errand: Errand) -> Result<Arc<Running>, Failure> {
        let running = match errand {
            Errand::Wait(running) => return Ok(running),
            Errand::Start(job) => {
                let run_dir = &job.order.run_dir;
                held.write(run_dir)
                    .map_err(|source| StartError::RunDir { run_dir: run_dir.clone(), source })
                    .and_then(|()| start(&self.supervisor, &job))
                    .map(Arc::new)
                    .map_err(Failure::NotStarted)?
            }
        };
        if let Some(work) = self.state().at_work.get_mut(&ticket) {
            work.running = Some(Arc::clone(&running));
            if work.is_to_stop {
                running.stop();
            }
        }
        Ok(running)
    }

    fn conclude(&self, ticket: Ticket, running: &Running) -> Result<Finished, Failure> {
        running.wait().map_err(|lost| {
            let is_to_stop = self.state().at_work.get(&ticket).is_some_and(|work| work.is_to_stop);
            match lost.cause {
                LostCause::NeverStarted if is_to_stop => Failure::Withdrawn,
                _ => Failure::Lost(lost),
            }
        })
    }

    fn free(self: &Arc<Inner>, held: &Held) {
        let mut state = self.state();
        state.ledger.give_back(held);
        self.dispatch(&mut state);
    }

    fn tell(&self, state: &mut State, outcome: Outcome) {
        state.at_work.remove(&outcome.ticket);
        state.finished.push_back(outcome);
        self.has_news.notify_all();
    }
}

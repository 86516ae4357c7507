//! The program under watch: its outputs, its end, and what it leaves behind.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, WaitOptions, getpid, wait};
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};

use super::Captured;
use super::stream::BoundedFile;
use crate::processes;

/// The size that is asked for the pipes.
#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 1 << 20;
/// One read at most. A read locks the pipe against its writer, and what was
/// read is to be in the cache still when it is written: more is slower.
const CHUNK_BYTES: usize = 1 << 17;
/// How long a killed process may take to vanish before it is given up. One
/// that waits for a dead disk or a broken device never does.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
const SWEEP_INTERVAL: Duration = Duration::from_millis(20);

/// The signals that concern a supervisor.
pub(super) struct Signals {
    wake: io::PipeReader,
    is_asked_to_stop: Arc<AtomicBool>,
}

impl Signals {
    pub(super) fn catch() -> io::Result<Signals> {
        let (wake, writer) = io::pipe()?;
        rustix::io::ioctl_fionbio(&wake, true)?;
        let is_asked_to_stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(&is_asked_to_stop))?;
            signal_hook::low_level::pipe::register(signal, writer.try_clone()?)?;
        }
        signal_hook::low_level::pipe::register(SIGCHLD, writer)?;
        Ok(Signals { wake, is_asked_to_stop })
    }

    /// Says whether someone asked to stop since the last call.
    pub(super) fn take_request(&self) -> bool {
        self.is_asked_to_stop.swap(false, Ordering::Relaxed)
    }
}

struct Stream {
    pipe: Option<File>,
    file: BoundedFile,
}

impl Stream {
    fn new(pipe: impl Into<OwnedFd>, file: BoundedFile) -> io::Result<Stream> {
        let pipe = File::from(pipe.into());
        rustix::io::ioctl_fionbio(&pipe, true)?;
        // A larger pipe saves switches; users have a quota, and it works without.
        #[cfg(target_os = "linux")]
        rustix::pipe::fcntl_setpipe_size(&pipe, PIPE_BYTES).ok();
        Ok(Stream { pipe: Some(pipe), file })
    }

    /// Reads once; says whether there may be more.
    fn drain(&mut self, buffer: &mut [u8]) -> bool {
        let Some(pipe) = &mut self.pipe else {
            return false;
        };
        match pipe.read(buffer) {
            Ok(0) => self.pipe = None,
            Ok(n) => self.file.write(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.pipe = None,
        }
        self.pipe.is_some()
    }
}

/// A started program.
pub(super) struct Watch {
    pid: i32,
    own_pid: i32,
    signals: Signals,
    streams: [Stream; 2],
    buffer: Vec<u8>,
    status: Option<ExitStatus>,
    has_children: bool,
}

impl Watch {
    pub(super) fn new(mut child: Child, signals: Signals, files: [BoundedFile; 2]) -> io::Result<Watch> {
        let [stdout, stderr] = files;
        let missing = || io::Error::from(io::ErrorKind::BrokenPipe);
        let streams = [
            Stream::new(child.stdout.take().ok_or_else(missing)?, stdout)?,
            Stream::new(child.stderr.take().ok_or_else(missing)?, stderr)?,
        ];
        Ok(Watch {
            pid: child.id().cast_signed(),
            own_pid: getpid().as_raw_pid(),
            signals,
            streams,
            buffer: vec![0; CHUNK_BYTES],
            status: None,
            has_children: true,
        })
    }

    pub(super) fn signals(&self) -> &Signals {
        &self.signals
    }

    /// How the program ended; none while it runs.
    pub(super) fn status(&self) -> Option<ExitStatus> {
        self.status
    }

    /// Asks the program's process group to end.
    pub(super) fn ask_to_end(&self) {
        processes::signal_group(self.pid, Signal::TERM);
        // A stopped process hears nothing.
        processes::signal_group(self.pid, Signal::CONT);
    }

    /// Ends the program's process group and all its other descendants.
    pub(super) fn kill(&self) {
        processes::signal_group(self.pid, Signal::KILL);
        for process in processes::descendants(self.own_pid) {
            processes::signal(process.pid, Signal::KILL);
        }
    }

    /// Waits for output, the end of a process or a signal, but not beyond `until`.
    pub(super) fn turn(&mut self, until: Option<Instant>) {
        let mut descriptors = vec![PollFd::new(&self.signals.wake, PollFlags::IN)];
        let mut polled = Vec::with_capacity(2);
        for (index, stream) in self.streams.iter().enumerate() {
            if let Some(pipe) = &stream.pipe {
                descriptors.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
                polled.push(index);
            }
        }
        let timeout = until.map(|until| timespec(until.saturating_duration_since(Instant::now())));
        // An interruption is no error: nothing is ready then, and the next turn will tell.
        poll(&mut descriptors, timeout.as_ref()).ok();
        let mut is_ready = descriptors.iter().map(|descriptor| !descriptor.revents().is_empty());
        let is_woken = is_ready.next().unwrap_or(false);
        let ready: Vec<usize> =
            polled.into_iter().zip(is_ready).filter(|(_, is)| *is).map(|(index, _)| index).collect();
        for index in ready {
            self.streams[index].drain(&mut self.buffer);
        }
        if is_woken {
            // The bytes mean nothing but the waking.
            while (&self.signals.wake).read(&mut self.buffer[..64]).is_ok_and(|n| n > 0) {}
            self.reap();
        }
    }

    /// Takes the exit status of every process that has ended.
    fn reap(&mut self) {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) if pid.as_raw_pid() == self.pid => {
                    self.status = Some(ExitStatus::from_raw(status.as_raw()));
                }
                Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
                Ok(None) => return,
                Err(_) => {
                    self.has_children = false;
                    return;
                }
            }
        }
    }

    /// Ends whatever is left of the run and returns how many processes had to be killed.
    ///
    /// They have until `settle_until` to end by themselves. With
    /// `is_group_killed`, members of the program's group were killed before
    /// and do not count.
    pub(super) fn sweep(&mut self, settle_until: Instant, is_group_killed: bool) -> u32 {
        let mut strays = BTreeSet::new();
        let give_up = settle_until + PATIENCE;
        self.reap();
        while self.has_children && Instant::now() < give_up {
            if Instant::now() < settle_until {
                self.turn(Some(settle_until));
                continue;
            }
            for process in processes::descendants(self.own_pid) {
                let is_dying = is_group_killed && process.group == self.pid;
                if process.is_alive && processes::signal(process.pid, Signal::KILL) && !is_dying {
                    strays.insert(process.pid);
                }
            }
            self.turn(Some(Instant::now() + SWEEP_INTERVAL));
        }
        if cfg!(not(target_os = "linux")) {
            processes::signal_group(self.pid, Signal::KILL);
        }
        u32::try_from(strays.len()).unwrap_or(u32::MAX)
    }

    /// Takes what is left in the pipes and closes the files: standard output, standard error.
    pub(super) fn finish(mut self) -> [Captured; 2] {
        for stream in &mut self.streams {
            while stream.drain(&mut self.buffer) {}
        }
        self.streams.map(|stream| stream.file.finish())
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}

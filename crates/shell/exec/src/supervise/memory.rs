//! The memory limit: what the process tree holds, looked at now and then.

use std::time::{Duration, Instant};

use crate::processes;

const INTERVAL: Duration = Duration::from_millis(100);
/// A look takes at most one part in this many of the time.
const COST_SHARE: u32 = 20;

/// Watches the memory of everything that descends from one process.
pub(super) struct MemoryGuard {
    root: i32,
    limit_bytes: u64,
    next_look: Instant,
    pub(super) peak_bytes: u64,
}

impl MemoryGuard {
    pub(super) fn new(root: i32, limit_bytes: u64, now: Instant) -> MemoryGuard {
        MemoryGuard { root, limit_bytes, next_look: now, peak_bytes: 0 }
    }

    pub(super) fn next_look(&self) -> Instant {
        self.next_look
    }

    /// Says whether the tree is over its limit, if it is time to look.
    pub(super) fn is_over(&mut self) -> bool {
        let begun = Instant::now();
        if begun < self.next_look {
            return false;
        }
        let pids: Vec<i32> = processes::descendants(self.root).iter().map(|process| process.pid).collect();
        let resident = processes::resident_bytes(&pids);
        self.peak_bytes = self.peak_bytes.max(resident);
        // Forked workers share pages with their parent, and the plain sum
        // counts them once for each. The exact figure is dear, so it is asked
        // for only where it decides.
        let is_over =
            resident > self.limit_bytes && processes::proportional_bytes(&pids).unwrap_or(resident) > self.limit_bytes;
        self.next_look = Instant::now() + INTERVAL.max(begun.elapsed() * COST_SHARE);
        is_over
    }
}

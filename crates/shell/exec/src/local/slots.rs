//! What this machine gives to runs, and what a run needs of it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::run_dir::SLOTS;

/// What this machine gives to runs at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    /// Processors.
    pub cpus: u32,
    /// GPUs, each by a name that `CUDA_VISIBLE_DEVICES` takes: an index or a UUID.
    pub gpus: Vec<String>,
}

/// What one run needs. Nothing holds a program to it but the visible GPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Processors.
    pub cpus: u32,
    /// GPUs.
    pub gpus: u32,
}

/// A run needs more than the machine gives even when nothing else runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the run needs {} processors and {} GPUs, the slots have {cpus} and {gpus}", need.cpus, need.gpus)]
pub struct TooMuch {
    /// What it needs.
    pub need: Need,
    /// Processors that there are.
    pub cpus: u32,
    /// GPUs that there are.
    pub gpus: usize,
}

/// What one run holds, as kept in its directory for whoever adopts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    version: u32,
    cpus: u32,
    gpus: Vec<String>,
}

impl Held {
    pub(super) fn write(&self, run_dir: &Path) -> io::Result<()> {
        std::fs::write(run_dir.join(SLOTS), serde_json::to_vec(self)?)
    }

    /// Reads what a run holds; nothing if it was not started by a pool.
    pub(super) fn read(run_dir: &Path) -> Held {
        let bytes = std::fs::read(run_dir.join(SLOTS)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or(Held { version: 1, cpus: 0, gpus: Vec::new() })
    }

    /// The value of `CUDA_VISIBLE_DEVICES`.
    pub(super) fn visible_devices(&self) -> OsString {
        self.gpus.join(",").into()
    }
}

/// The slots, and what of them is in use.
#[derive(Debug)]
pub(super) struct Ledger {
    slots: Slots,
    used_cpus: u32,
    used_gpus: BTreeSet<String>,
}

impl Ledger {
    pub(super) fn new(slots: Slots) -> Ledger {
        Ledger { slots, used_cpus: 0, used_gpus: BTreeSet::new() }
    }

    pub(super) fn has_gpus(&self) -> bool {
        !self.slots.gpus.is_empty()
    }

    pub(super) fn check(&self, need: Need) -> Result<(), TooMuch> {
        let (cpus, gpus) = (self.slots.cpus, self.slots.gpus.len());
        if need.cpus <= cpus && need.gpus as usize <= gpus { Ok(()) } else { Err(TooMuch { need, cpus, gpus }) }
    }

    /// Takes what is needed, the first free GPUs; none if it is not free.
    pub(super) fn take(&mut self, need: Need) -> Option<Held> {
        let free: Vec<String> = self
            .slots
            .gpus
            .iter()
            .filter(|gpu| !self.used_gpus.contains(*gpu))
            .take(need.gpus as usize)
            .cloned()
            .collect();
        let is_free = free.len() == need.gpus as usize && self.used_cpus.saturating_add(need.cpus) <= self.slots.cpus;
        let held = Held { version: 1, cpus: need.cpus, gpus: free };
        is_free.then(|| {
            self.hold(&held);
            held
        })
    }

    /// Counts as used what a run holds already, even beyond what there is.
    pub(super) fn hold(&mut self, held: &Held) {
        self.used_cpus += held.cpus;
        self.used_gpus.extend(held.gpus.iter().cloned());
    }

    pub(super) fn give_back(&mut self, held: &Held) {
        self.used_cpus = self.used_cpus.saturating_sub(held.cpus);
        for gpu in &held.gpus {
            self.used_gpus.remove(gpu);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        Ledger::new(Slots { cpus: 4, gpus: vec!["0".into(), "GPU-b".into()] })
    }

    fn taken(ledger: &mut Ledger, cpus: u32, gpus: u32) -> Option<String> {
        let held = ledger.take(Need { cpus, gpus })?;
        Some(held.visible_devices().into_string().unwrap())
    }

    #[test]
    fn no_gpu_is_given_twice_and_one_that_came_back_is_given_again() {
        let mut ledger = ledger();
        let first = ledger.take(Need { cpus: 1, gpus: 1 }).unwrap();
        assert_eq!(first.visible_devices(), "0");
        assert_eq!(taken(&mut ledger, 1, 1).as_deref(), Some("GPU-b"));
        assert_eq!(taken(&mut ledger, 1, 1), None);
        ledger.give_back(&first);
        assert_eq!(taken(&mut ledger, 1, 1).as_deref(), Some("0"));
    }

    #[test]
    fn processors_run_out_before_gpus_do() {
        let mut ledger = ledger();
        assert_eq!(taken(&mut ledger, 3, 0).as_deref(), Some(""));
        assert_eq!(taken(&mut ledger, 2, 1), None);
        assert_eq!(taken(&mut ledger, 1, 2).as_deref(), Some("0,GPU-b"));
    }

    #[test]
    fn a_need_beyond_the_machine_is_refused() {
        assert!(ledger().check(Need { cpus: 4, gpus: 2 }).is_ok());
        assert!(ledger().check(Need { cpus: 5, gpus: 0 }).is_err());
        assert!(ledger().check(Need { cpus: 0, gpus: 3 }).is_err());
    }

    #[test]
    fn what_a_run_holds_is_found_again_in_its_directory() {
        let dir = tempfile::tempdir().unwrap();
        let held = ledger().take(Need { cpus: 2, gpus: 1 }).unwrap();
        held.write(dir.path()).unwrap();
        assert_eq!(Held::read(dir.path()), held);
    }
}

//! What this crate writes into the directory of a run.

use std::fs;
use std::path::Path;

pub(crate) const LOCK: &str = "lock";
pub(crate) const SLOTS: &str = "slots.json";
pub(crate) const RECORD: &str = "exit.json";
pub(crate) const UNFINISHED_RECORD: &str = ".exit.json.new";
pub(crate) const SUPERVISOR_ERROR: &str = "supervisor-error";
/// A probe of whether the disk is full.
pub(crate) const PROBE: &str = ".room";
pub(crate) const STDOUT: &str = "stdout";
pub(crate) const STDERR: &str = "stderr";
/// The last half of an output that is too long.
pub(crate) const TAIL: &str = "tail";
/// Both halves of it, until they take its place.
pub(crate) const JOINED: &str = "joined";

/// Removes what executor and supervisor wrote into the directory of a run that
/// is over, or was given up: outputs and exit record too. What others wrote
/// stays, and so does what cannot be removed.
pub fn remove_own_files(run_dir: &Path) {
    let remove = |path: &Path| fs::remove_file(path).ok(); // What is left over costs space and nothing else.
    for name in [LOCK, SLOTS, RECORD, UNFINISHED_RECORD, SUPERVISOR_ERROR, PROBE] {
        remove(&run_dir.join(name));
    }
    for output in [STDOUT, STDERR].map(|name| run_dir.join(name)) {
        remove(&output);
        remove(&output.with_extension(TAIL));
        remove(&output.with_extension(JOINED));
    }
}

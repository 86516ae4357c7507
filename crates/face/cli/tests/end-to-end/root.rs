//! What only root may do: mount file systems.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Says aloud that a test cannot run; under CI that is a failure.
pub(crate) fn cannot(why: &str) {
    eprintln!("SKIPPED: {why}");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
}

fn mount(arguments: &[&str], target: &Path) -> Result<(), String> {
    let output = Command::new("mount").args(arguments).arg(target).output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// A mounted file system, unmounted in the end.
pub(crate) struct Mounted {
    target: PathBuf,
}

impl Mounted {
    /// A small file system in memory; none, said aloud, where that is forbidden.
    pub(crate) fn memory(target: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        match mount(&["-t", "tmpfs", "-o", &options, "gosset-test"], target) {
            Ok(()) => Some(Self { target: target.to_owned() }),
            Err(why) => {
                cannot(&format!("a file system in memory cannot be mounted: {why}"));
                None
            }
        }
    }

    /// A folder that is made read-only; none, said aloud, where that is
    /// forbidden.
    pub(crate) fn read_only(target: &Path) -> Option<Self> {
        let folder = target.to_str().unwrap();
        let done = mount(&["--bind", folder], target).map(|()| Self { target: target.to_owned() });
        match done.and_then(|mounted| mount(&["-o", "remount,bind,ro"], target).map(|()| mounted)) {
            Ok(mounted) => Some(mounted),
            Err(why) => {
                cannot(&format!("a folder cannot be mounted read-only: {why}"));
                None
            }
        }
    }

    /// Gives it another size.
    pub(crate) fn resize(&self, size: &str) {
        mount(&["-o", &format!("remount,size={size}")], &self.target).unwrap();
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Lazily: a failed test may have left processes in it.
        Command::new("umount").arg("--lazy").arg(&self.target).status().ok();
    }
}

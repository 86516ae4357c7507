use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use gosset_model::{Name, RunId};
use gosset_store::{Artifacts, Store};

use crate::{Context, LabError};

/// The folder that makes a folder a lab.
pub(crate) const MARK: &str = ".gosset";

/// A lab's folder and what lies in it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    root: PathBuf,
}

impl Place {
    /// Makes a lab in `folder`; an existing one stays as it is.
    pub(crate) fn make(folder: &Path) -> Result<(Self, bool), LabError> {
        let folder = std::path::absolute(folder).map_err(LabError::file("find", folder))?;
        let place = Self { root: folder.join(MARK) };
        let is_new = !place.root.exists();
        fs::create_dir_all(&place.root).map_err(LabError::file("make", &place.root))?;
        let ignore = place.root.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(LabError::file("write", &ignore))?;
        }
        place.store()?;
        Ok((place, is_new))
    }

    /// Finds the lab in `folder` or the nearest folder above it.
    pub(crate) fn find(folder: &Path) -> Result<Self, LabError> {
        let absolute = std::path::absolute(folder).map_err(LabError::file("find", folder))?;
        absolute
            .ancestors()
            .map(|folder| folder.join(MARK))
            .find(|mark| mark.is_dir())
            .map(|root| Self { root })
            .ok_or(LabError::NoLab { folder: absolute.clone() })
    }

    /// Finds the lab of where the command was started, or makes one there.
    pub(crate) fn find_or_make(context: &Context<'_>) -> Result<Self, LabError> {
        match Self::find(&context.lab) {
            Ok(place) => Ok(place),
            Err(LabError::NoLab { .. }) => Ok(Self::make(&context.lab)?.0),
            Err(other) => Err(other),
        }
    }

    /// The lab's own folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn records(&self) -> PathBuf {
        self.root.join("lab.sqlite")
    }

    /// Opens the records for writing.
    pub(crate) fn store(&self) -> Result<Store, LabError> {
        Ok(Store::open(&self.records())?)
    }

    /// Opens the records for reading.
    pub(crate) fn store_to_read(&self) -> Result<Store, LabError> {
        Ok(Store::open_read_only(&self.records())?)
    }

    /// The artifacts.
    pub(crate) fn artifacts(&self) -> Artifacts {
        Artifacts::in_folder(self.root.join("artifacts"))
    }

    /// The folder of one attempt at a run.
    pub(crate) fn run_dir(&self, study: &Name, run: &RunId, attempt: u32) -> PathBuf {
        self.root.join("runs").join(study.as_str()).join(run.as_str()).join(attempt.to_string())
    }

    /// A file of a study that is no record, such as the log of its build.
    pub(crate) fn study_file(&self, study: &Name, name: &str) -> Result<PathBuf, LabError> {
        let folder = self.root.join("studies").join(study.as_str());
        fs::create_dir_all(&folder).map_err(LabError::file("make", &folder))?;
        Ok(folder.join(name))
    }

    /// Holds the right to run `study` until it is dropped; a process that dies
    /// gives it up.
    pub(crate) fn hold(&self, study: &Name) -> Result<Hold, LabError> {
        let path = self.study_file(study, "lock")?;
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(LabError::file("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = if holder.trim().is_empty() { "unknown" } else { holder.trim() };
                return Err(LabError::StudyBusy { study: study.clone(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(LabError::File { action: "lock", path, source }),
        }
        file.set_len(0)
            .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()))
            .map_err(LabError::file("write", &path))?;
        Ok(Hold { file })
    }
}

/// The right to run a study.
#[derive(Debug)]
pub(crate) struct Hold {
    file: File,
}

impl Drop for Hold {
    fn drop(&mut self) {
        // A process that another thread is just starting has the file open
        // for a moment, too, so that to close it here would not be enough.
        self.file.unlock().ok(); // To close it gives the lock up a little later.
    }
}

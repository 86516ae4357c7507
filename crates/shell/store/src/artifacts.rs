use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use gosset_model::{Digest, Explain};

/// A folder of files named by their content.
#[derive(Debug, Clone)]
pub struct Artifacts {
    folder: PathBuf,
}

/// Why an artifact could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// A file could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// There is no such artifact.
    #[error("there is no artifact {digest}")]
    Absent {
        /// Its digest.
        digest: Digest,
    },
    /// The content does not have the digest it is stored under.
    #[error("artifact {expected} was altered: its content has {found}")]
    Altered {
        /// The digest it is stored under.
        expected: Digest,
        /// The digest of its content.
        found: Digest,
    },
}

impl Explain for ArtifactError {
    fn code(&self) -> &'static str {
        match self {
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => "disk-full",
            Self::File { .. } => "artifact-file",
            Self::Absent { .. } => "artifact-absent",
            Self::Altered { .. } => "artifact-altered",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                vec!["free some space and repeat the command: it goes on where it stopped".to_owned()]
            }
            Self::File { .. } | Self::Absent { .. } | Self::Altered { .. } => Vec::new(),
        }
    }
}

impl Artifacts {
    /// The artifacts in `folder`, which is made when the first one is kept.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where the artifact with this digest lies, if it is there.
    #[must_use]
    pub fn path(&self, digest: &Digest) -> PathBuf {
        let hex = digest.hex();
        self.folder.join(&hex[..2]).join(&hex[2..])
    }

    /// Keeps `bytes`; the same bytes are kept once.
    ///
    /// # Errors
    /// [`ArtifactError::File`] if they cannot be written.
    pub fn keep(&self, bytes: &[u8]) -> Result<Digest, ArtifactError> {
        let digest = Digest::of(bytes);
        let target = self.path(&digest);
        if target.exists() {
            return Ok(digest);
        }
        self.place(&target, |temporary| {
            let mut file = File::create(temporary)?;
            file.write_all(bytes)?;
            file.sync_all()
        })?;
        Ok(digest)
    }

    /// Keeps the file at `source` by a copy that shares no inode with it: the
    /// program cannot change it afterwards. Returns the digest and the size of
    /// what was copied.
    ///
    /// # Errors
    /// [`ArtifactError::File`] if the file cannot be read or copied.
    pub fn keep_file(&self, source: &Path) -> Result<(Digest, u64), ArtifactError> {
        let temporary = self.temporary()?;
        let kept = self.copy_in(source, &temporary);
        if kept.is_err() {
            fs::remove_file(&temporary).ok(); // Best effort: the failed copy is the error to report.
        }
        kept
    }

    fn copy_in(&self, source: &Path, temporary: &Path) -> Result<(Digest, u64), ArtifactError> {
        let read = |error| ArtifactError::File { action: "read", path: source.to_owned(), source: error };
        let mut input = File::open(source).map_err(read)?;
        let mut hasher = blake3::Hasher::new();
        let mut size = 0;
        let mut buffer = vec![0; 1 << 16];
        let write = |error| ArtifactError::File { action: "write", path: temporary.to_owned(), source: error };
        let mut output = File::create(temporary).map_err(write)?;
        loop {
            let count = input.read(&mut buffer).map_err(read)?;
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            size += count as u64;
            output.write_all(&buffer[..count]).map_err(write)?;
        }
        let digest = Digest::from_bytes(*hasher.finalize().as_bytes());
        let target = self.path(&digest);
        if target.exists() {
            fs::remove_file(temporary).map_err(write)?;
        } else {
            output.sync_all().map_err(write)?;
            self.move_in(temporary, &target)?;
        }
        Ok((digest, size))
    }

    /// The content of an artifact, checked against its digest.
    ///
    /// # Errors
    /// [`ArtifactError`] if it is absent, unreadable or altered.
    pub fn read(&self, digest: &Digest) -> Result<Vec<u8>, ArtifactError> {
        let path = self.path(digest);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ArtifactError::Absent { digest: *digest });
            }
            Err(source) => return Err(ArtifactError::File { action: "read", path, source }),
        };
        let found = Digest::of(&bytes);
        if found == *digest { Ok(bytes) } else { Err(ArtifactError::Altered { expected: *digest, found }) }
    }

    fn temporary(&self) -> Result<PathBuf, ArtifactError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = self.folder.join("incoming");
        fs::create_dir_all(&folder).map_err(|source| ArtifactError::File {
            action: "make",
            path: folder.clone(),
            source,
        })?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Ok(folder.join(format!("{}-{number}", std::process::id())))
    }

    fn place(&self, target: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), ArtifactError> {
        let temporary = self.temporary()?;
        fill(&temporary).map_err(|source| {
            fs::remove_file(&temporary).ok(); // Best effort: the failed write is the error to report.
            ArtifactError::File { action: "write", path: temporary.clone(), source }
        })?;
        self.move_in(&temporary, target)
    }

    fn move_in(&self, temporary: &Path, target: &Path) -> Result<(), ArtifactError> {
        let failed = |source| ArtifactError::File { action: "write", path: target.to_owned(), source };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::rename(temporary, target).map_err(failed)?;
        if let Some(folder) = target.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(())
    }
}

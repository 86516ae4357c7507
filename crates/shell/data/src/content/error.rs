use std::io;
use std::path::PathBuf;

/// Why a file or directory cannot be identified.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// There is nothing at this path.
    #[error("there is no file or directory at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A symbolic link points to nothing.
    #[error("the link {} points to {}, which does not exist", path.display(), target.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// A link leads back to a directory above it.
    #[error("{} leads back to the directory {} above it", path.display(), above.display())]
    Cycle {
        /// The link.
        path: PathBuf,
        /// The directory it leads back to.
        above: PathBuf,
    },
    /// It is a directory where a file is needed.
    #[error("{} is a directory, expected a file", path.display())]
    IsDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// It is neither a file nor a directory.
    #[error("{} is {found}, expected a file or a directory", path.display())]
    Special {
        /// The place.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// Someone wrote to it while it was read.
    #[error("{} has changed while it was hashed", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to read it.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The place.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl ContentError {
    /// A stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "content-missing",
            Self::BrokenLink { .. } => "content-broken-link",
            Self::Cycle { .. } => "content-cycle",
            Self::IsDirectory { .. } => "content-is-directory",
            Self::Special { .. } => "content-special",
            Self::Changed { .. } => "content-changed",
            Self::Unreadable { .. } => "content-unreadable",
        }
    }

    /// What the reader can do.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::BrokenLink { .. } => "restore what the link points to, or remove the link",
            Self::Cycle { .. } => "remove the link",
            Self::IsDirectory { .. } => "name a file in the directory",
            Self::Special { .. } => "remove it, or name a directory without it",
            Self::Changed { .. } => "try again once nothing writes to it",
            Self::Missing { .. } | Self::Unreadable { .. } => return Vec::new(),
        };
        vec![hint.to_owned()]
    }
}

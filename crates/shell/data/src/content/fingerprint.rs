use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::ContentError;

/// What the file system says about a file: if two differ, the file may have
/// changed; if they are equal, it very probably has not.
///
/// Two writes within one tick of the file system's clock (a few milliseconds)
/// can leave the same fingerprint, and one taken of a directory says nothing
/// about the files in it. Only a digest proves anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// Its length.
    pub size_bytes: u64,
    /// When its content was last written, in nanoseconds since the epoch; a
    /// program may set it at will.
    pub mtime_ns: i64,
    /// When its content, name or permissions last changed, in nanoseconds since
    /// the epoch; the kernel sets it, and a program cannot.
    pub ctime_ns: i64,
    /// Its number within the device.
    pub inode: u64,
    /// The device that it lies on.
    pub device: u64,
}

/// Takes the fingerprint of what is at `path`, following links.
///
/// # Errors
/// [`ContentError::Missing`] or [`ContentError::Unreadable`].
pub fn fingerprint(path: &Path) -> Result<Fingerprint, ContentError> {
    match path.metadata() {
        Ok(metadata) => Ok(Fingerprint::of(&metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ContentError::Missing { path: path.to_owned() }),
        Err(source) => Err(ContentError::Unreadable { path: path.to_owned(), source }),
    }
}

impl Fingerprint {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let nanoseconds = |secs: i64, rest: i64| secs.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            size_bytes: metadata.size(),
            mtime_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            ctime_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            device: metadata.dev(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_longer_file_and_a_replaced_file_have_other_fingerprints() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data.csv");
        fs::write(&path, "a").unwrap();
        let before = fingerprint(&path).unwrap();
        assert_eq!(fingerprint(&path).unwrap(), before);
        fs::write(&path, "ab").unwrap();
        assert_ne!(fingerprint(&path).unwrap(), before);

        let other = directory.path().join("other.csv");
        fs::write(&other, "a").unwrap();
        fs::rename(&other, &path).unwrap();
        assert_ne!(fingerprint(&path).unwrap().inode, before.inode);
    }

    #[test]
    fn nothing_has_no_fingerprint() {
        let directory = tempfile::tempdir().unwrap();
        let error = fingerprint(&directory.path().join("none")).unwrap_err();
        assert_eq!(error.code(), "content-missing");
    }
}

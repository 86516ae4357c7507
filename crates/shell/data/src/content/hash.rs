use std::ffi::OsStr;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use super::{ContentError, Fingerprint};

/// The BLAKE3 context of directory digests.
pub const DIRECTORY_CONTEXT: &str = "gosset 2026 directory manifest v1";

const READ_BYTES: usize = 1 << 20;

/// What is in a file, or in the files below a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// `blake3:` and 64 hexadecimal digits; the [module](super) says of what.
    pub digest: String,
    /// The length of all files together.
    pub size_bytes: u64,
    /// The number of files.
    pub files: u64,
    /// The symbolic links that were followed, sorted by path.
    pub links: Vec<Link>,
}

/// A symbolic link that was followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Where it lies, relative to what was hashed; empty if it is that itself.
    pub path: PathBuf,
    /// What it points to, as it says.
    pub target: PathBuf,
}

/// Hashes one file.
///
/// # Errors
/// [`ContentError`] if `path` is not a file, cannot be read, or changes
/// meanwhile.
pub fn hash_file(path: &Path) -> Result<Content, ContentError> {
    if path.is_dir() {
        return Err(ContentError::IsDirectory { path: path.to_owned() });
    }
    hash_path(path, |_| {})
}

/// Hashes a file, or every file below a directory.
///
/// Calls `progress` with the number of bytes read so far, each time it has read
/// up to a mebibyte more.
///
/// # Errors
/// [`ContentError`] at the first path that is neither a file nor a directory,
/// cannot be read, leads back to a directory above it, or changes meanwhile.
pub fn hash_path(path: &Path, mut progress: impl FnMut(u64)) -> Result<Content, ContentError> {
    let mut walk = Walk {
        root: path,
        files: Vec::new(),
        links: Vec::new(),
        above: Vec::new(),
        buffer: vec![0; READ_BYTES],
        bytes_done: 0,
        progress: &mut progress,
    };
    let link = link_target(path)?;
    let metadata = metadata(path, link.as_deref())?;
    walk.note_link(path, link);
    let digest = if metadata.is_dir() {
        walk.directory(path, &metadata)?;
        walk.files.sort_by(|left, right| left.path.cmp(&right.path));
        manifest_digest(&walk.files)
    } else {
        walk.file(path, &metadata)?;
        walk.files[0].digest
    };
    walk.links.sort();
    Ok(Content {
        digest: format!("blake3:{}", digest.to_hex()),
        size_bytes: walk.files.iter().map(|file| file.size_bytes).sum(),
        files: walk.files.len() as u64,
        links: walk.links,
    })
}

struct HashedFile {
    path: Vec<u8>,
    size_bytes: u64,
    digest: blake3::Hash,
}

fn manifest_digest(files: &[HashedFile]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_derive_key(DIRECTORY_CONTEXT);
    for file in files {
        hasher.update(&(file.path.len() as u64).to_le_bytes());
        hasher.update(&file.path);
        hasher.update(&file.size_bytes.to_le_bytes());
        hasher.update(file.digest.as_bytes());
    }
    hasher.finalize()
}

struct Walk<'call> {
    root: &'call Path,
    files: Vec<HashedFile>,
    links: Vec<Link>,
    /// The directories between the root and here.
    above: Vec<(Fingerprint, PathBuf)>,
    buffer: Vec<u8>,
    bytes_done: u64,
    progress: &'call mut dyn FnMut(u64),
}

impl Walk<'_> {
    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.root).unwrap_or(path).to_owned()
    }

    fn note_link(&mut self, path: &Path, target: Option<PathBuf>) {
        if let Some(target) = target {
            self.links.push(Link { path: self.relative(path), target });
        }
    }

    fn directory(&mut self, path: &Path, metadata: &Metadata) -> Result<(), ContentError> {
        let place = Fingerprint::of(metadata);
        let is_place = |above: &Fingerprint| (above.device, above.inode) == (place.device, place.inode);
        if let Some((_, above)) = self.above.iter().find(|(above, _)| is_place(above)) {
            return Err(ContentError::Cycle { path: path.to_owned(), above: above.clone() });
        }
        self.above.push((place, path.to_owned()));
        for entry in fs::read_dir(path).map_err(|source| unreadable(path, source))? {
            let path = entry.map_err(|source| unreadable(path, source))?.path();
            let link = link_target(&path)?;
            let metadata = self::metadata(&path, link.as_deref())?;
            self.note_link(&path, link);
            if metadata.is_dir() {
                self.directory(&path, &metadata)?;
            } else {
                self.file(&path, &metadata)?;
            }
        }
        self.above.pop();
        Ok(())
    }

    fn file(&mut self, path: &Path, metadata: &Metadata) -> Result<(), ContentError> {
        // Opening a pipe would wait for its writer.
        if !metadata.is_file() {
            return Err(ContentError::Special { path: path.to_owned(), found: special(metadata.file_type()) });
        }
        let mut file = File::open(path).map_err(|source| unreadable(path, source))?;
        let mut hasher = blake3::Hasher::new();
        loop {
            match file.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(count) => {
                    hasher.update(&self.buffer[..count]);
                    self.bytes_done += count as u64;
                    (self.progress)(self.bytes_done);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(unreadable(path, source)),
            }
        }
        let after = file.metadata().map_err(|source| unreadable(path, source))?;
        if Fingerprint::of(&after) != Fingerprint::of(metadata) || hasher.count() != metadata.len() {
            return Err(ContentError::Changed { path: path.to_owned() });
        }
        let relative = self.relative(path);
        let parts: Vec<&[u8]> = relative.iter().map(OsStr::as_bytes).collect();
        self.files.push(HashedFile { path: parts.join(&b'/'), size_bytes: metadata.len(), digest: hasher.finalize() });
        Ok(())
    }
}

fn unreadable(path: &Path, source: io::Error) -> ContentError {
    ContentError::Unreadable { path: path.to_owned(), source }
}

/// What `path` points to, if it is a link.
fn link_target(path: &Path) -> Result<Option<PathBuf>, ContentError> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => path.read_link().map(Some).map_err(|source| unreadable(path, source)),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ContentError::Missing { path: path.to_owned() }),
        Err(source) => Err(unreadable(path, source)),
    }
}

fn metadata(path: &Path, link: Option<&Path>) -> Result<Metadata, ContentError> {
    path.metadata().map_err(|source| match link {
        Some(target) if source.kind() == io::ErrorKind::NotFound => {
            ContentError::BrokenLink { path: path.to_owned(), target: target.to_owned() }
        }
        _ => unreadable(path, source),
    })
}

fn special(file_type: FileType) -> &'static str {
    if file_type.is_fifo() {
        "a pipe"
    } else if file_type.is_socket() {
        "a socket"
    } else if file_type.is_block_device() || file_type.is_char_device() {
        "a device"
    } else {
        "neither file nor directory"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn check(path: &Path) -> Content {
        hash_path(path, |_| {}).expect("it can be hashed")
    }

    fn code(path: &Path) -> &'static str {
        hash_path(path, |_| {}).expect_err("it cannot be hashed").code()
    }

    /// `a.txt` holding `hello`, `sub/b.bin` holding the bytes 0 to 255, and an
    /// empty `sub/name-\xFF`, whose name is not UTF-8.
    fn sample() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("sub/empty")).unwrap();
        fs::write(root.join("a.txt"), "hello").unwrap();
        fs::write(root.join("sub/b.bin"), (0..=255).collect::<Vec<u8>>()).unwrap();
        fs::write(root.join("sub").join(OsStr::from_bytes(b"name-\xFF")), "").unwrap();
        directory
    }

    // Reference: Python package blake3 1.0.11, `blake3(b"hello").hexdigest()`.
    #[test]
    fn a_file_has_the_digest_that_other_tools_give_it() {
        let content = check(&sample().path().join("a.txt"));
        assert_eq!(content.digest, "blake3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f");
        assert_eq!((content.size_bytes, content.files, content.links.len()), (5, 1, 0));
        assert_eq!(hash_file(&sample().path().join("a.txt")).unwrap(), content);
    }

    // Reference: tests/fixtures/make.py, Python package blake3 1.0.11.
    #[test]
    fn a_directory_has_the_digest_of_its_documented_manifest() {
        let content = check(sample().path());
        assert_eq!(content.digest, "blake3:35b14fa52b6cf4e8b68b186bad417b2859771c49d920d004ca88077d592ff8bf");
        assert_eq!((content.size_bytes, content.files), (261, 3));
    }

    #[test]
    fn a_directory_of_links_has_the_digest_of_its_copy_and_lists_them() {
        let original = sample();
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        symlink(original.path().join("a.txt"), root.join("a.txt")).unwrap();
        symlink(original.path().join("sub"), root.join("sub")).unwrap();
        let content = check(root);
        assert_eq!(content.digest, check(original.path()).digest);
        let links: Vec<_> = content.links.iter().map(|link| link.path.to_str().unwrap()).collect();
        assert_eq!(links, ["a.txt", "sub"]);
    }

    #[test]
    fn a_path_that_is_itself_a_link_is_followed_and_listed() {
        let original = sample();
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("latest");
        symlink(original.path(), &link).unwrap();
        let content = check(&link);
        assert_eq!(content.digest, check(original.path()).digest);
        assert_eq!(content.links, [Link { path: PathBuf::new(), target: original.path().to_owned() }]);
    }

    #[test]
    fn a_name_and_a_content_change_the_digest_and_an_empty_directory_does_not() {
        let directory = sample();
        let before = check(directory.path()).digest;
        fs::create_dir(directory.path().join("more")).unwrap();
        assert_eq!(check(directory.path()).digest, before);
        fs::rename(directory.path().join("a.txt"), directory.path().join("c.txt")).unwrap();
        let renamed = check(directory.path()).digest;
        assert_ne!(renamed, before);
        fs::write(directory.path().join("c.txt"), "hellp").unwrap();
        assert_ne!(check(directory.path()).digest, renamed);
    }

    #[test]
    fn cycles_broken_links_and_pipes_are_refused() {
        let directory = sample();
        let root = directory.path();
        symlink("..", root.join("sub/up")).unwrap();
        assert_eq!(code(root), "content-cycle");
        fs::remove_file(root.join("sub/up")).unwrap();

        symlink("nowhere", root.join("broken")).unwrap();
        assert_eq!(code(root), "content-broken-link");
        fs::remove_file(root.join("broken")).unwrap();

        symlink("self", root.join("self")).unwrap();
        assert_eq!(code(root), "content-unreadable");
        fs::remove_file(root.join("self")).unwrap();

        let socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        assert_eq!(code(root), "content-special");
        drop(socket);
        assert_eq!(code(Path::new("/dev/null")), "content-special");
        assert_eq!(code(&root.join("none")), "content-missing");
        assert_eq!(hash_file(root).unwrap_err().code(), "content-is-directory");
    }

    #[test]
    fn a_file_that_grows_while_it_is_hashed_is_refused() {
        let directory = sample();
        let path = directory.path().join("a.txt");
        let error = hash_path(&path, |_| fs::write(&path, "hello, world").unwrap()).unwrap_err();
        assert_eq!(error.code(), "content-changed");
    }

    #[test]
    fn progress_ends_at_the_whole_length() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("big"), vec![7; 2_500_000]).unwrap();
        fs::write(directory.path().join("small"), "abc").unwrap();
        let mut seen = Vec::new();
        hash_path(directory.path(), |bytes| seen.push(bytes)).unwrap();
        assert!(seen.len() >= 4 && seen.is_sorted());
        assert_eq!(seen.last(), Some(&2_500_003));
    }
}

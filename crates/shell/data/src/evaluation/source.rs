//! Files of bounded size, and the members of ZIP archives.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::EvaluationError;

/// The largest document, line or archive member that is read: a gibibyte. An
/// archive can claim to hold any number of bytes.
pub(super) const MOST_BYTES: u64 = 1 << 30;
/// What all members of an archive may hold together, unpacked.
const MOST_UNPACKED_BYTES: u64 = 1 << 38;
/// How much of a file is looked at to recognise its format.
const HEAD_BYTES: u64 = 1 << 18;

fn open(path: &Path) -> Result<File, EvaluationError> {
    let refused = |source| EvaluationError::refused(path, source);
    // Opening a pipe would wait for its writer.
    if !path.metadata().map_err(refused)?.is_file() {
        return Err(refused(std::io::Error::other("it is not a regular file")));
    }
    File::open(path).map_err(refused)
}

/// The whole file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, EvaluationError> {
    bounded(MOST_BYTES, open(path)?, path.display().to_string(), |source| EvaluationError::refused(path, source))
}

/// The beginning of a file; enough to recognise a format by.
pub(super) fn head(path: &Path) -> Result<Vec<u8>, EvaluationError> {
    let mut head = Vec::new();
    let mut file = open(path)?.take(HEAD_BYTES);
    file.read_to_end(&mut head).map_err(|source| EvaluationError::refused(path, source))?;
    Ok(head)
}

/// Reads all that there is, whatever its length was said to be, up to a limit.
fn bounded(
    most_bytes: u64,
    reader: impl Read,
    file: String,
    refused: impl FnOnce(std::io::Error) -> EvaluationError,
) -> Result<Vec<u8>, EvaluationError> {
    let mut bytes = Vec::new();
    reader.take(most_bytes + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > most_bytes {
        return Err(EvaluationError::TooLarge { file, most_bytes });
    }
    Ok(bytes)
}

/// Gives each line of a file that is not blank, with its number from 1.
pub(super) fn each_line(
    path: &Path,
    mut take: impl FnMut(usize, &[u8]) -> Result<(), EvaluationError>,
) -> Result<(), EvaluationError> {
    let mut reader = BufReader::new(open(path)?);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = (&mut reader).take(MOST_BYTES + 1).read_until(b'\n', &mut line);
        if read.map_err(|source| EvaluationError::refused(path, source))? == 0 {
            break;
        }
        if line.len() as u64 > MOST_BYTES {
            let file = format!("{}: line {number}", path.display());
            return Err(EvaluationError::TooLarge { file, most_bytes: MOST_BYTES });
        }
        let bytes = line.strip_suffix(b"\n").unwrap_or(&line);
        if !bytes.trim_ascii().is_empty() {
            take(number, bytes)?;
        }
    }
    Ok(())
}

/// The entries of a folder, sorted by name.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, EvaluationError> {
    let refused = |source| EvaluationError::refused(folder, source);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        paths.push(entry.map_err(refused)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// The name of a file, for comparing.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or("")
}

/// A ZIP archive whose members are read one at a time.
pub(super) struct Archive {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    unpacked_bytes: u64,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self, EvaluationError> {
        let zip = ZipArchive::new(BufReader::new(open(path)?))
            .map_err(|error| refused_archive(path, path.display().to_string(), error))?;
        Ok(Self { path: path.to_owned(), zip, unpacked_bytes: 0 })
    }

    /// The names of the members, in the order of the archive's directory.
    pub(super) fn names(&self) -> Result<Vec<String>, EvaluationError> {
        let refused = |error| refused_archive(&self.path, self.path.display().to_string(), error);
        self.zip.file_names().map(|name| name.map(Cow::into_owned).map_err(refused)).collect()
    }

    pub(super) fn has(&self, member: &str) -> bool {
        self.zip.index_for_name(member).is_some()
    }

    /// What a place in a member is called in error texts.
    pub(super) fn place(&self, member: &str) -> String {
        format!("{} > {member}", self.path.display())
    }

    /// A member, unpacked and checked against its checksum.
    pub(super) fn member(&mut self, member: &str) -> Result<Vec<u8>, EvaluationError> {
        let place = self.place(member);
        let path = &self.path;
        let packed = self.zip.by_name(member).map_err(|error| refused_archive(path, place.clone(), error))?;
        if packed.size() > MOST_BYTES {
            return Err(EvaluationError::TooLarge { file: place, most_bytes: MOST_BYTES });
        }
        let broken =
            |error: std::io::Error| EvaluationError::BadArchive { file: place.clone(), found: error.to_string() };
        let bytes = bounded(MOST_BYTES, packed, place.clone(), broken)?;
        self.unpacked_bytes = self.unpacked_bytes.saturating_add(bytes.len() as u64);
        if self.unpacked_bytes > MOST_UNPACKED_BYTES {
            let file = self.path.display().to_string();
            return Err(EvaluationError::TooLarge { file, most_bytes: MOST_UNPACKED_BYTES });
        }
        Ok(bytes)
    }
}

fn refused_archive(path: &Path, file: String, error: ZipError) -> EvaluationError {
    match error {
        // The decoder meets the end of a file too early.
        ZipError::Io(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
            EvaluationError::BadArchive { file, found: source.to_string() }
        }
        ZipError::Io(source) => EvaluationError::refused(path, source),
        other => EvaluationError::BadArchive { file, found: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_read_up_to_the_limit() {
        let check = |most_bytes| {
            let refused = |error| EvaluationError::refused(Path::new("x"), error);
            bounded(most_bytes, std::io::repeat(b' ').take(1000), "x".to_owned(), refused).map(|bytes| bytes.len())
        };
        assert_eq!(check(1000).unwrap(), 1000);
        assert_eq!(check(999).unwrap_err().to_string(), "x has more than 999 bytes, expected at most that many");
    }
}

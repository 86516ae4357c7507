//! One output of the program: drained always, kept within bounds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::Captured;
use crate::run_dir::{JOINED, TAIL};

/// A file that keeps the first and the last half of what is written to it.
///
/// The first `limit` bytes go to the file itself, so that a reader can follow
/// it. What comes after goes round and round in a second file of half that
/// size. At the end the two are joined. A disk that is full stops the keeping,
/// never the draining.
pub(super) struct BoundedFile {
    path: PathBuf,
    file: File,
    limit: u64,
    ring: Ring,
    seen: u64,
    /// Bytes at the start of the file; less than was meant where the disk was full.
    kept_directly: u64,
    is_broken: bool,
}

enum Ring {
    Unused,
    Open(File),
    Broken,
}

impl BoundedFile {
    pub(super) fn create(run_dir: &Path, name: &str, limit: u64) -> io::Result<BoundedFile> {
        let path = run_dir.join(name);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path)?;
        Ok(BoundedFile { path, file, limit, ring: Ring::Unused, seen: 0, kept_directly: 0, is_broken: false })
    }

    fn head_bytes(&self) -> u64 {
        self.limit / 2
    }

    fn tail_bytes(&self) -> u64 {
        self.limit - self.head_bytes()
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        let start = self.seen;
        self.seen += bytes.len() as u64;
        let room = self.limit.saturating_sub(start).min(bytes.len() as u64);
        let (direct, beyond) = bytes.split_at(room as usize);
        if !direct.is_empty() && !self.is_broken {
            let (written, result) = write_at(&self.file, direct, start);
            self.kept_directly += written;
            self.is_broken = result.is_err();
        }
        if !beyond.is_empty() {
            self.write_round(beyond, start + room - self.limit);
        }
    }

    /// Writes `bytes`, which begin `position` bytes after the limit.
    fn write_round(&mut self, bytes: &[u8], position: u64) {
        let size = self.tail_bytes();
        if size == 0 || self.is_broken {
            return;
        }
        if let Ring::Unused = self.ring {
            let open = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(self.ring_path());
            self.ring = open.map_or(Ring::Broken, Ring::Open);
        }
        let Ring::Open(ring) = &self.ring else { return };
        let skipped = (bytes.len() as u64).saturating_sub(size);
        let bytes = &bytes[skipped as usize..];
        let offset = (position + skipped) % size;
        let (to_the_end, from_the_start) = bytes.split_at((size - offset).min(bytes.len() as u64) as usize);
        let is_written = write_at(ring, to_the_end, offset).1.and_then(|()| write_at(ring, from_the_start, 0).1);
        if is_written.is_err() {
            self.ring = Ring::Broken;
        }
    }

    fn ring_path(&self) -> PathBuf {
        self.path.with_extension(TAIL)
    }

    /// Joins the two halves and says how much was seen and kept.
    pub(super) fn finish(self) -> Captured {
        let seen = Captured { bytes_seen: self.seen, bytes_kept: self.kept_directly };
        if self.seen <= self.limit && !self.is_broken {
            return seen;
        }
        let joined = match &self.ring {
            Ring::Open(ring) if !self.is_broken => self.join(ring),
            Ring::Unused | Ring::Broken | Ring::Open(_) => Err(io::ErrorKind::StorageFull.into()),
        };
        // The file may be left over from a join that ran out of disk.
        fs::remove_file(self.path.with_extension(JOINED)).ok();
        let captured = match joined {
            Ok(()) => Captured { bytes_seen: self.seen, bytes_kept: self.limit },
            Err(_) => {
                // Where even this line finds no room, the record has the numbers.
                let line = dropped_line(self.seen - self.kept_directly);
                self.file.write_all_at(line.as_bytes(), self.kept_directly).ok();
                seen
            }
        };
        // It is absent where nothing went beyond the limit.
        fs::remove_file(self.ring_path()).ok();
        captured
    }

    fn join(&self, ring: &File) -> io::Result<()> {
        let (head, tail) = (self.head_bytes(), self.tail_bytes());
        let beyond = self.seen - self.limit;
        let path = self.path.with_extension(JOINED);
        let mut joined = File::create(&path)?;
        copy(&self.file, 0, head, &mut joined)?;
        joined.write_all(dropped_line(beyond).as_bytes())?;
        if beyond < tail {
            copy(&self.file, head + beyond, tail - beyond, &mut joined)?;
            copy(ring, 0, beyond, &mut joined)?;
        } else {
            let seam = beyond % tail;
            copy(ring, seam, tail - seam, &mut joined)?;
            copy(ring, 0, seam, &mut joined)?;
        }
        fs::rename(&path, &self.path)
    }
}

fn dropped_line(bytes: u64) -> String {
    let digits = bytes.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("\n[gosset: {grouped} bytes dropped here]\n")
}

/// Writes all of `bytes`, and says how many were written before an error.
fn write_at(file: &File, bytes: &[u8], offset: u64) -> (u64, io::Result<()>) {
    let mut written = 0;
    while written < bytes.len() {
        match file.write_at(&bytes[written..], offset + written as u64) {
            Ok(0) => return (written as u64, Err(io::ErrorKind::WriteZero.into())),
            Ok(n) => written += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (written as u64, Err(error)),
        }
    }
    (written as u64, Ok(()))
}

fn copy(from: &File, offset: u64, bytes: u64, to: &mut File) -> io::Result<()> {
    use std::io::Seek;
    let mut from = from;
    from.seek(io::SeekFrom::Start(offset))?;
    let copied = io::copy(&mut from.take(bytes), to)?;
    if copied == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes `text` in chunks of `chunk` bytes and returns the file and the counts.
    fn kept(text: &[u8], chunk: usize, limit: u64) -> (String, Captured) {
        let dir = tempfile::tempdir().unwrap();
        let mut file = BoundedFile::create(dir.path(), "stdout", limit).unwrap();
        for part in text.chunks(chunk) {
            file.write(part);
        }
        let captured = file.finish();
        let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["stdout"], "nothing else is left behind");
        (fs::read_to_string(dir.path().join("stdout")).unwrap(), captured)
    }

    #[test]
    fn what_fits_is_kept_as_it_is() {
        for text in [&b""[..], b"a", b"abcdefgh"] {
            let (file, captured) = kept(text, 3, 8);
            assert_eq!(file.as_bytes(), text);
            assert_eq!(captured, Captured { bytes_seen: text.len() as u64, bytes_kept: text.len() as u64 });
        }
    }

    #[test]
    fn of_too_much_the_first_and_the_last_half_are_kept_whatever_the_chunks() {
        let text: Vec<u8> = (b'a'..=b'z').collect();
        for limit in 0..26_usize {
            let (head, tail) = (limit / 2, limit - limit / 2);
            for chunk in 1..=26 {
                let (file, captured) = kept(&text, chunk, limit as u64);
                let first = String::from_utf8_lossy(&text[..head]);
                let last = String::from_utf8_lossy(&text[26 - tail..]);
                let dropped = 26 - limit;
                assert_eq!(file, format!("{first}\n[gosset: {dropped} bytes dropped here]\n{last}"));
                assert_eq!(captured, Captured { bytes_seen: 26, bytes_kept: limit as u64 });
            }
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(dropped_line(10_737_418_240), "\n[gosset: 10,737,418,240 bytes dropped here]\n");
        assert_eq!(dropped_line(999), "\n[gosset: 999 bytes dropped here]\n");
        assert_eq!(dropped_line(1000), "\n[gosset: 1,000 bytes dropped here]\n");
    }
}

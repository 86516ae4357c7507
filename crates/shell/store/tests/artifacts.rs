//! Files named by their content.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use gosset_model::{Digest, Explain};
use gosset_store::{ArtifactError, Artifacts};

fn in_folder(folder: &Path) -> Artifacts {
    Artifacts::in_folder(folder.join("artifacts"))
}

/// All files below `folder`.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn what_is_kept_reads_back_and_is_named_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = in_folder(folder.path());
    // BLAKE3 reference test vectors, input length 0.
    let empty = artifacts.keep(b"").unwrap();
    assert_eq!(empty.to_string(), "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    let digest = artifacts.keep(b"some bytes").unwrap();
    assert_eq!(artifacts.read(&digest).unwrap(), b"some bytes");
    assert_eq!(artifacts.read(&empty).unwrap(), b"");
}

#[test]
fn the_same_bytes_are_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = in_folder(folder.path());
    let first = artifacts.keep(b"some bytes").unwrap();
    assert_eq!(artifacts.keep(b"some bytes").unwrap(), first);
    let source = folder.path().join("source");
    fs::write(&source, b"some bytes").unwrap();
    assert_eq!(artifacts.keep_file(&source).unwrap(), (first, 10));
    assert_eq!(files(&folder.path().join("artifacts")), [artifacts.path(&first)]);
}

#[test]
fn a_kept_file_shares_nothing_with_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = in_folder(folder.path());
    let source = folder.path().join("source");
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
    fs::write(&source, &bytes).unwrap();
    let (digest, size) = artifacts.keep_file(&source).unwrap();
    assert_eq!((digest, size), (Digest::of(&bytes), 200_000));
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    assert_ne!(inode(&source), inode(&artifacts.path(&digest)));
    fs::write(&source, b"changed afterwards").unwrap();
    assert_eq!(artifacts.read(&digest).unwrap(), bytes);
}

#[test]
fn altered_content_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = in_folder(folder.path());
    let digest = artifacts.keep(b"some bytes").unwrap();
    fs::write(artifacts.path(&digest), b"some bytes!").unwrap();
    let error = artifacts.read(&digest).unwrap_err();
    assert!(
        matches!(error, ArtifactError::Altered { expected, found } if expected == digest && found == Digest::of(b"some bytes!"))
    );
}

#[test]
fn an_absent_artifact_is_said_to_be_absent() {
    let folder = tempfile::tempdir().unwrap();
    let error = in_folder(folder.path()).read(&Digest::of(b"never kept")).unwrap_err();
    assert_eq!(error.code(), "artifact-absent");
}

#[test]
fn a_file_that_cannot_be_read_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = in_folder(folder.path());
    assert_eq!(artifacts.keep_file(&folder.path().join("nothing")).unwrap_err().code(), "artifact-file");
    // Opening a folder works on Unix, reading from it does not.
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    assert_eq!(artifacts.keep_file(&inner).unwrap_err().code(), "artifact-file");
    assert_eq!(files(&folder.path().join("artifacts")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn many_threads_keep_the_same_bytes_without_getting_in_each_others_way() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = in_folder(folder.path());
    let digest = Digest::of(b"shared");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(artifacts.keep(b"shared").unwrap(), digest));
        }
    });
    assert_eq!(artifacts.read(&digest).unwrap(), b"shared");
    assert_eq!(files(&folder.path().join("artifacts")).len(), 1);
}

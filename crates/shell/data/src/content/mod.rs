//! Files and directories, identified by what is in them.
//!
//! The digest of a file is `blake3:` and the BLAKE3 hash of its bytes in
//! lower-case hexadecimal, as `b3sum` prints it.
//!
//! The digest of a directory is `blake3:` and the BLAKE3 hash, in the mode for
//! deriving keys with the context [`DIRECTORY_CONTEXT`], of its manifest; so
//! that no file has the digest of a directory. The manifest holds for each
//! file below the directory, sorted by path:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | the length of the path in bytes, little-endian |
//! | that many | the path relative to the directory, its parts joined by `/` |
//! | 8 | the length of the file in bytes, little-endian |
//! | 32 | the BLAKE3 hash of the file |
//!
//! Paths are compared and written as bytes and need not be UTF-8. Hidden files
//! count. Names, contents and nothing else count: not empty directories, times,
//! owners or permissions. A symbolic link counts as what it points to, so a
//! directory of links has the digest of its copy; [`Content::links`] lists
//! them. Links that lead back to a directory above them, links to nothing,
//! pipes, sockets and devices are errors.

mod error;
mod fingerprint;
mod hash;

pub use error::ContentError;
pub use fingerprint::{Fingerprint, fingerprint};
pub use hash::{Content, DIRECTORY_CONTEXT, Link, hash_file, hash_path};

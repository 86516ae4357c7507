use std::collections::BTreeMap;

use gosset_data::content::{Fingerprint, fingerprint};
use gosset_model::{DataContent, DataMismatch, RunId};

use crate::LabError;
use crate::study_folder::StudyFolder;

/// Watches that data files stay what was registered.
pub(crate) struct DataWatch<'a> {
    folder: &'a StudyFolder,
    registered: &'a BTreeMap<String, DataContent>,
    /// The fingerprint at which a file was last found as registered.
    good: BTreeMap<String, Fingerprint>,
}

impl<'a> DataWatch<'a> {
    pub(crate) fn new(folder: &'a StudyFolder, registered: &'a BTreeMap<String, DataContent>) -> Self {
        Self { folder, registered, good: BTreeMap::new() }
    }

    /// Lists what differs from the registered data. A file whose size, times
    /// and inode have not changed since it was last hashed is not read again.
    pub(crate) fn mismatches(&mut self, during: Option<&RunId>) -> Vec<DataMismatch> {
        let mut found = Vec::new();
        for (path, content) in self.registered {
            let absolute = self.folder.resolve(path);
            let print = fingerprint(&absolute).ok().filter(|_| absolute.is_file());
            if print.is_some() && self.good.get(path) == print.as_ref() {
                continue;
            }
            let (content_found, problem) = match self.folder.content(path) {
                Ok(content) => (Some(content), None),
                Err(LabError::Data { source, .. }) => (None, Some(source.to_string())),
                Err(other) => (None, Some(other.to_string())),
            };
            if content_found.as_ref().is_some_and(|found| found.digest == content.digest) {
                match print {
                    Some(print) => self.good.insert(path.clone(), print),
                    None => self.good.remove(path),
                };
                continue;
            }
            self.good.remove(path);
            found.push(DataMismatch {
                path: path.clone(),
                registered: content.clone(),
                found: content_found,
                problem,
                during: during.cloned(),
            });
        }
        found
    }
}

/// The mismatch in a line, with both digests.
pub(crate) fn line(mismatch: &DataMismatch) -> String {
    let found = match (&mismatch.found, &mismatch.problem) {
        (Some(found), _) => found.digest.to_string(),
        (None, Some(problem)) => problem.clone(),
        (None, None) => "nothing".to_owned(),
    };
    format!("- `{}`: registered {}, found {found}", mismatch.path, mismatch.registered.digest)
}

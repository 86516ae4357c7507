use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gosset_data::content;
use gosset_model::{CodeVersion, DataContent, Direction, Draft, KnownScore, Protocol, StudySource, resolve};
use gosset_stats::metric;

use crate::LabError;

/// A study file and the folder around it.
#[derive(Debug, Clone)]
pub(crate) struct StudyFolder {
    folder: PathBuf,
    file: PathBuf,
}

impl StudyFolder {
    /// The folder of the study file at `file`.
    pub(crate) fn of(file: &Path) -> Result<Self, LabError> {
        let absolute = std::path::absolute(file).map_err(LabError::file("find", file))?;
        let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Self { folder, file: file.to_owned() })
    }

    /// The folder, absolute.
    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Reads the study file.
    pub(crate) fn draft(&self) -> Result<Draft, LabError> {
        let bytes = std::fs::read(&self.file).map_err(LabError::file("read", &self.file))?;
        let text = String::from_utf8(bytes).map_err(|error| LabError::Usage {
            what: format!(
                "`{}` is not UTF-8 text: byte {} is wrong",
                self.file.display(),
                error.utf8_error().valid_up_to()
            ),
            hint: "save the study file as UTF-8".to_owned(),
        })?;
        let wrong = |mistakes| LabError::Mistakes { file: self.file.clone(), mistakes };
        let source = StudySource::read(&text).map_err(wrong)?;
        resolve(&source, &known_scores()).map_err(wrong)
    }

    /// A path of the study file, absolute.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Hashes every data file that `protocol` names.
    pub(crate) fn contents(&self, protocol: &Protocol) -> Result<BTreeMap<String, DataContent>, LabError> {
        let hash = |path: &str| Ok((path.to_owned(), self.content(path)?));
        protocol.data_paths().into_iter().map(hash).collect()
    }

    /// Hashes the data file written as `path`.
    pub(crate) fn content(&self, path: &str) -> Result<DataContent, LabError> {
        let failed = |source| LabError::Data { path: path.to_owned(), source };
        let found = content::hash_path(&self.resolve(path), |_| {}).map_err(failed)?;
        let digest = found.digest.parse().expect("`gosset-data` writes digests in our form");
        Ok(DataContent { digest, size_bytes: found.size_bytes, files: found.files })
    }

    /// The examples of the data set, where they are the evidence.
    pub(crate) fn examples(&self, protocol: &Protocol) -> Result<Option<u64>, LabError> {
        if !protocol.is_about_artifacts() {
            return Ok(None);
        }
        let dataset = protocol.design.datasets.first().and_then(|name| protocol.data.get(name));
        let Some(truth) = dataset.and_then(|data| data.truth.as_ref()) else { return Ok(None) };
        let path = self.resolve(&truth.file);
        let failed = |source| LabError::Table { path: path.clone(), source };
        let table = gosset_data::table::select(&path, &[&truth.id]).map_err(failed)?;
        Ok(Some(table.text(&truth.id).map_err(failed)?.len() as u64))
    }

    /// The version of the code in the folder.
    pub(crate) fn code_version(&self) -> CodeVersion {
        code_version(&gosset_exec::capture::code(&self.folder))
    }
}

/// What a registration keeps of captured code.
fn code_version(code: &gosset_exec::capture::Code) -> CodeVersion {
    crate::conduct::code_version(code)
}

/// The scoring methods of the metric catalogue, for the study file.
pub(crate) fn known_scores() -> Vec<KnownScore> {
    let describe = |metric: &&dyn gosset_stats::Metric| {
        let found = metric.describe();
        let direction = match found.direction {
            metric::Direction::Maximize => Direction::Maximize,
            metric::Direction::Minimize => Direction::Minimize,
        };
        KnownScore { id: found.id, direction, is_mean_over_examples: metric.is_mean_over_items() }
    };
    metric::CATALOGUE.iter().map(describe).collect()
}

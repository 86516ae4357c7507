use gosset_model::{Command, Name, Study, Timestamp};
use gosset_store::{Entry, Record, SeriesChunk, Store};

use crate::{Context, LabError};

/// A study and its records, kept in step: what is recorded is applied, and
/// nothing is applied that is not recorded.
pub(crate) struct Journal<'a> {
    context: &'a Context<'a>,
    store: Store,
    study: Study,
}

impl<'a> Journal<'a> {
    /// Opens the journal of the study called `name`, which may be new.
    pub(crate) fn open(context: &'a Context<'a>, store: Store, name: &Name) -> Result<Self, LabError> {
        let study = fold(&store, name)?;
        Ok(Self { context, store, study })
    }

    /// The study as it stands.
    pub(crate) fn study(&self) -> &Study {
        &self.study
    }

    /// The records.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    /// Carries out one command.
    pub(crate) fn carry_out(&mut self, command: Command) -> Result<Vec<Record>, LabError> {
        self.carry_out_with(command, Vec::new())
    }

    /// Carries out one command and keeps `series` in the same step.
    pub(crate) fn carry_out_with(
        &mut self,
        command: Command,
        series: Vec<SeriesChunk>,
    ) -> Result<Vec<Record>, LabError> {
        let now = self.now();
        let events = self.study.decide(command, now)?;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let mut series = Some(series);
        let entries = events
            .into_iter()
            .map(|event| Entry { study: self.study.name().clone(), event, series: series.take().unwrap_or_default() })
            .collect();
        let records = self.store.keep(entries, now)?;
        let empty = Study::unregistered(self.study.name().clone());
        let study = std::mem::replace(&mut self.study, empty);
        self.study = records.iter().fold(study, |study, record| study.apply(&record.event, record.seq, record.at));
        Ok(records)
    }
}

/// Folds the records of the study called `name`.
pub(crate) fn fold(store: &Store, name: &Name) -> Result<Study, LabError> {
    let records = store.history(name)?;
    let study = Study::unregistered(name.clone());
    Ok(records.iter().fold(study, |study, record| study.apply(&record.event, record.seq, record.at)))
}

/// Folds the records of a study that must exist.
pub(crate) fn fold_known(store: &Store, name: &Name) -> Result<Study, LabError> {
    let study = fold(store, name)?;
    if study.registered().is_err() {
        let known = store.studies()?.into_keys().map(String::from).collect();
        return Err(LabError::NotFound { noun: "study", name: name.to_string(), known });
    }
    Ok(study)
}

//! How often data sets were looked at before.

use std::collections::BTreeSet;

use gosset_model::{Digest, Event, Name, Registered, Registration, Study, TestSetUse};
use gosset_store::{Record, Store};

use crate::LabError;

/// Other studies of the lab whose results on data of this one could be seen
/// before its first attempt at a run: they were judged or shown by then.
///
/// Data are the same where their digests are, whatever they are called.
pub(crate) fn earlier_uses(store: &Store, study: &Study, registered: &Registered) -> Result<Vec<TestSetUse>, LabError> {
    let attempts = study.runs().values().flat_map(|state| &state.attempts);
    let begun = attempts.map(|attempt| attempt.start_record).min().unwrap_or(u64::MAX);
    let mut uses = Vec::new();
    for name in store.studies()?.into_keys().filter(|name| name != study.name()) {
        let before: Vec<Record> = store.history(&name)?.into_iter().filter(|record| record.seq < begun).collect();
        uses.extend(seen(&name, &before, registered));
    }
    Ok(uses)
}

/// What the records of another study say of the data of this one; none where
/// it did not look at them.
fn seen<'a>(name: &Name, records: &'a [Record], registered: &Registered) -> Option<TestSetUse> {
    let is_look = |record: &Record| matches!(record.event, Event::Judged { .. } | Event::ResultsShown { .. });
    let last_look = records.iter().rposition(is_look)?;
    let records = &records[..last_look];
    let registered_by = |record: &'a Record| {
        let (Event::Registered { registration } | Event::Amended { registration, .. }) = &record.event else {
            return None;
        };
        Some(&**registration)
    };
    let registration = records.iter().rev().find_map(registered_by)?;
    let theirs: BTreeSet<Digest> =
        registration.protocol.design.datasets.iter().flat_map(|dataset| scored_on(registration, dataset)).collect();
    let ours = registered.datasets().into_iter().flatten();
    let is_shared =
        |dataset: &Name| scored_on(registered.registration(), dataset).iter().any(|digest| theirs.contains(digest));
    let datasets: Vec<Name> = ours.filter(is_shared).collect();
    let is_scored =
        |record: &&Record| matches!(&record.event, Event::RunFinished { result, .. } if result.outcome.is_finished());
    (!datasets.is_empty()).then(|| TestSetUse {
        study: name.clone(),
        datasets,
        arms: registration.protocol.arms.len() as u64,
        runs_scored: records.iter().filter(is_scored).count() as u64,
    })
}

/// The content that runs on a data set are scored against: its labels, or its
/// files where it has none of its own.
fn scored_on(registration: &Registration, dataset: &Name) -> Vec<Digest> {
    let Some(data) = registration.protocol.data.get(dataset) else { return Vec::new() };
    let paths: Vec<&String> = match &data.truth {
        Some(truth) => vec![&truth.file],
        None => data.files.values().collect(),
    };
    paths.into_iter().filter_map(|path| Some(registration.data.get(path)?.digest)).collect()
}

//! The good study file and what it means.

use std::collections::BTreeMap;

use gosset_model::{
    CodeVersion, DataContent, Digest, Direction, Draft, KnownScore, Mistake, Protocol, Registered, StudySource,
    Timestamp, resolve,
};

/// A study file that uses every key.
pub(crate) const GOOD: &str = include_str!("files/good.toml");

/// A study file that is an ablation, with every key of that section.
pub(crate) const ABLATION: &str = include_str!("files/ablation.toml");

/// A study file with a ladder, with every key of that section.
pub(crate) const SCALING: &str = include_str!("files/scaling.toml");

/// A study file that is a benchmark, with every key of that section.
pub(crate) const BENCHMARK: &str = include_str!("files/benchmark.toml");

/// A catalogue of three scoring methods.
pub(crate) const SCORES: [KnownScore; 3] = [
    KnownScore { id: "accuracy", direction: Direction::Maximize, is_mean_over_examples: true },
    KnownScore { id: "log_loss", direction: Direction::Minimize, is_mean_over_examples: true },
    KnownScore { id: "f1_macro", direction: Direction::Maximize, is_mean_over_examples: false },
];

/// The mistakes in a study file, or what it means.
pub(crate) fn read(text: &str) -> Result<Draft, Vec<Mistake>> {
    StudySource::read(text).and_then(|source| resolve(&source, &SCORES)).map_err(|mistakes| mistakes.0)
}

/// The good file with `find`, which stands there once, replaced by `put`.
pub(crate) fn changed(find: &str, put: &str) -> String {
    assert_eq!(GOOD.matches(find).count(), 1, "`{find}` must stand in the good file once");
    GOOD.replacen(find, put, 1)
}

/// What the good file means with `find` replaced by `put`.
pub(crate) fn protocol(find: &str, put: &str) -> Protocol {
    read(&changed(find, put)).unwrap().protocol().clone()
}

/// The time `secs` seconds after the epoch.
pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(secs * 1000)
}

/// Contents for the data of `draft`, all with the digest of `seed`.
pub(crate) fn contents(draft: &Draft, seed: &str) -> BTreeMap<String, DataContent> {
    let content = DataContent { digest: Digest::of(seed.as_bytes()), size_bytes: 10, files: 1 };
    draft.protocol().data_paths().into_iter().map(|path| (path.to_owned(), content.clone())).collect()
}

/// Code that is under no version control.
pub(crate) fn code() -> CodeVersion {
    CodeVersion { commit: None, has_changes: false, diff: None, absent: Some("not under git".to_owned()) }
}

/// The study file `text`, registered.
pub(crate) fn registered(text: &str) -> Registered {
    let draft = read(text).unwrap();
    let data = contents(&draft, "as registered");
    draft.register(data, code(), "0.1.0".to_owned(), at(1))
}

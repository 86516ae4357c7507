//! A folder, a clock and the catalogue.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use gosset_lab::{CATALOGUE, Clock, Context, LabError, Progress, Rendered, Step, Style, SupervisorCommand};
use gosset_model::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A clock that stands where a test sets it and goes on by a second a look.
pub(crate) struct FakeClock(AtomicI64);

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1000, Ordering::Relaxed))
    }
}

/// Remembers each step of long work.
#[derive(Default)]
struct Recorded(Mutex<Vec<String>>);

impl Progress for Recorded {
    fn step(&self, step: Step<'_>) {
        self.0.lock().unwrap().push(format!("{step:?}"));
    }

    fn shows_results(&self) -> bool {
        false
    }
}

/// A folder for one test, in which operations are asked for.
pub(crate) struct Desk {
    folder: TempDir,
    clock: FakeClock,
    progress: Recorded,
    stop: AtomicBool,
}

impl Desk {
    /// An empty folder, the clock at 1,000,000 s.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: FakeClock(AtomicI64::new(1_000_000_000)),
            progress: Recorded::default(),
            stop: AtomicBool::new(false),
        }
    }

    /// A folder with a lab, small data files and the study file `digits.toml`
    /// as `study new` writes it.
    pub(crate) fn with_study() -> Self {
        let desk = Self::new();
        desk.ask("init", json!({})).unwrap();
        desk.write_data();
        desk.ask("study new", json!({ "name": "digits" })).unwrap();
        desk
    }

    /// The data files that the file of `study new` names.
    pub(crate) fn write_data(&self) {
        self.write("data/train.csv", "x,label\n1,a\n2,b\n");
        self.write("data/test.csv", "id,x\n1,1\n2,2\n");
        self.write("data/test_labels.csv", "id,label\n1,a\n2,b\n");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Replaces `find`, which stands in the file once.
    pub(crate) fn edit(&self, name: &str, find: &str, put: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(find).count(), 1, "`{find}` in {text}");
        self.write(name, &text.replacen(find, put, 1));
    }

    /// Sets the clock to `secs` seconds after the epoch.
    pub(crate) fn set_clock(&self, secs: i64) {
        self.clock.0.store(secs * 1000, Ordering::Relaxed);
    }

    /// The steps that were told.
    pub(crate) fn steps(&self) -> Vec<String> {
        self.progress.0.lock().unwrap().clone()
    }

    /// Asks for the operation with these words.
    pub(crate) fn ask(&self, words: &str, request: Value) -> Result<Rendered, LabError> {
        let context = Context {
            lab: self.folder.path().to_owned(),
            folder: self.folder.path().to_owned(),
            clock: &self.clock,
            progress: &self.progress,
            stop: &self.stop,
            supervisor: SupervisorCommand { program: PathBuf::from("/no/such/supervisor"), leading_args: Vec::new() },
            style: Style { colour: false, width: 80 },
        };
        let entry = CATALOGUE.iter().find(|entry| entry.path.join(" ") == words);
        entry.unwrap_or_else(|| panic!("no operation `{words}`")).run_json(request, &context)
    }
}

/// The error's text and code.
pub(crate) fn refused(found: Result<Rendered, LabError>) -> (String, &'static str) {
    use gosset_model::Explain;
    let error = found.expect_err("it is refused");
    (error.to_string(), error.code())
}

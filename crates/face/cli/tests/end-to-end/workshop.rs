use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::answer::Answer;

/// The examples of the truth file.
pub(crate) const EXAMPLES: usize = 20;

/// Writes predictions that depend on seed and arm alone. Every label is 1, so
/// that the count of ones is the count of correct predictions: 8 to 11 for the
/// baseline, 5 to 7 more with `--boost 1`.
pub(crate) const HONEST: &str = r#"
right=$((8 + GOSSET_SEED % 4))
if [ "$GOSSET_ARM" != baseline ]; then right=$((right + 5 + GOSSET_SEED % 3)); fi
{
  echo id,prediction
  i=1
  while [ $i -le 20 ]; do
    if [ $i -le $right ]; then echo "e$i,1"; else echo "e$i,0"; fi
    i=$((i + 1))
  done
} > "$GOSSET_RUN_DIR/predictions.csv"
"#;

/// A folder with a study in it, and the binary that runs it.
pub(crate) struct Workshop {
    /// Removed with everything in it at the end.
    _temporary: Option<TempDir>,
    /// The study's folder.
    pub(crate) folder: PathBuf,
    /// The study as it will be written.
    pub(crate) study: StudyText,
    /// Variables for the binary.
    pub(crate) environment: Vec<(OsString, OsString)>,
}

/// The parts of a study file that tests vary.
#[derive(Debug, Clone)]
pub(crate) struct StudyText {
    pub(crate) name: String,
    pub(crate) question: String,
    pub(crate) seeds: Vec<u64>,
    pub(crate) style: &'static str,
    pub(crate) command: String,
    /// Further lines of `[program]`.
    pub(crate) program: String,
    pub(crate) timeout_secs: f64,
    /// The lines of `[metrics.NAME]`; the first metric decides.
    pub(crate) metric: String,
    /// The factor and its two levels, as TOML writes them.
    pub(crate) factor: (String, String, String),
    pub(crate) data_file: String,
    pub(crate) truth_file: String,
    pub(crate) alpha: f64,
    /// The lines of `[design]` that say when the evidence is judged.
    pub(crate) horizon: String,
    pub(crate) scope: &'static str,
}

impl StudyText {
    fn new(seeds: impl IntoIterator<Item = u64>) -> Self {
        Self {
            name: "boost".into(),
            question: "Does the boost help?".into(),
            seeds: seeds.into_iter().collect(),
            style: "flags",
            command: r#"["sh", "program.sh"]"#.into(),
            program: String::new(),
            timeout_secs: 60.0,
            metric: "direction = \"maximize\"\nunit = \"of the examples\"\nrange = [0.0, 1.0]\nscore = \"accuracy\""
                .into(),
            factor: ("boost".into(), "0".into(), "1".into()),
            data_file: "train.csv".into(),
            truth_file: "truth.csv".into(),
            alpha: 0.05,
            horizon: "horizon = \"fixed\"".into(),
            scope: "method",
        }
    }

    fn toml(&self) -> String {
        let Self { name, question, seeds, style, command, program, timeout_secs, metric, alpha, .. } = self;
        let (horizon, scope) = (&self.horizon, self.scope);
        let (factor, low, high) = &self.factor;
        let (data_file, truth_file) = (&self.data_file, &self.truth_file);
        format!(
            r#"[study]
name = "{name}"
question = "{question}"

[program]
command = {command}
parameters = "{style}"
timeout_secs = {timeout_secs:?}
{program}

[parameters]
width = 16

[factors."{factor}"]
baseline = {low}
levels = [{low}, {high}]

[data.toy]
files = {{ train = "{data_file}" }}
truth = {{ file = "{truth_file}", id = "id", label = "label" }}

[metrics.quality]
{metric}

[[hypotheses]]
id = "boost-helps"
claim = "The boost raises the quality"
candidate = {{ "{factor}" = {high} }}
metric = "quality"
expected = "better"
smallest_effect = 0.05
scope = "{scope}"

[design]
seeds = {seeds:?}
{horizon}
alpha = {alpha:?}
sides = "one"
power = 0.8
failures = "worst-observed"
order = "random"
"#
        )
    }
}

impl Workshop {
    /// Makes a folder with data, labels, the honest program and a study over
    /// `seeds` with two arms.
    pub(crate) fn new(seeds: impl IntoIterator<Item = u64>) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("lab");
        Self { _temporary: Some(temporary), ..Self::in_folder(folder, seeds) }
    }

    /// The same in a folder that the caller looks after.
    pub(crate) fn in_folder(folder: PathBuf, seeds: impl IntoIterator<Item = u64>) -> Self {
        fs::create_dir_all(&folder).unwrap();
        let workshop = Self { _temporary: None, folder, study: StudyText::new(seeds), environment: Vec::new() };
        workshop.write("train.csv", "x\n1\n2\n");
        let labels: String = (1..=EXAMPLES).map(|i| format!("e{i},1\n")).collect();
        workshop.write("truth.csv", format!("id,label\n{labels}"));
        workshop.program(HONEST);
        workshop
    }

    /// Another folder with the same study.
    pub(crate) fn alike(&self) -> Self {
        Self { study: self.study.clone(), environment: self.environment.clone(), ..Self::new([]) }
    }

    /// A study of two arms and two seeds, for what needs no verdict: at an
    /// error rate of a quarter two pairs are let through.
    pub(crate) fn small() -> Self {
        let mut workshop = Self::new([1, 2]);
        workshop.study.alpha = 0.25;
        workshop
    }

    pub(crate) fn write(&self, file: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        fs::write(self.folder.join(file), text).unwrap();
    }

    /// Writes the program that runs execute.
    pub(crate) fn program(&self, script: &str) {
        self.write("program.sh", script);
    }

    /// Writes the study file and returns its path.
    pub(crate) fn study_file(&self) -> PathBuf {
        let file = self.folder.join("study.toml");
        fs::write(&file, self.study.toml()).unwrap();
        file
    }

    /// The lab's own folder.
    pub(crate) fn lab(&self) -> PathBuf {
        self.folder.join(".gosset")
    }

    /// The binary with `arguments`, started in the study's folder.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gosset"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the binary with the words of `line` as arguments.
    pub(crate) fn gosset(&self, line: &str) -> Answer {
        Answer::of(self.command(line.split_whitespace()).output().unwrap())
    }

    /// The study's name stands in place of `STUDY`.
    pub(crate) fn ask(&self, line: &str) -> Answer {
        self.gosset(&line.replace("STUDY", &self.study.name))
    }

    /// Writes the study file and runs the study, with a JSON reply.
    pub(crate) fn run(&self) -> Answer {
        self.study_file();
        self.gosset("study run study.toml --json")
    }

    /// Writes the study file and starts to run the study.
    pub(crate) fn start(&self) -> Child {
        self.study_file();
        self.command(["study", "run", "study.toml", "--json"]).spawn().unwrap()
    }

    /// What `run list --json` says of the runs.
    pub(crate) fn runs(&self) -> Vec<Value> {
        self.ask("run list STUDY --json").expect(0).json()["runs"].as_array().unwrap().clone()
    }

    /// What `run show --json` says of the first run of `arm`.
    pub(crate) fn first_run(&self, arm: &str) -> Value {
        let runs = self.runs();
        let run = runs.iter().find(|run| run["arm"] == arm).unwrap_or_else(|| panic!("no arm {arm} in {runs:?}"));
        self.ask(&format!("run show STUDY {} --json", run["id"].as_str().unwrap())).expect(0).json()
    }

    /// The outcomes of an arm's runs, as people read them.
    pub(crate) fn outcomes(&self, arm: &str) -> Vec<String> {
        let runs = self.runs();
        let of_arm = runs.iter().filter(|run| run["arm"] == arm);
        of_arm.map(|run| run["outcome"].as_str().unwrap().to_owned()).collect()
    }

    /// What must be the same however a study was carried out: for each run its
    /// outcome and scores, and the verdict with its numbers.
    pub(crate) fn findings(&self) -> Value {
        let runs: Vec<Value> = self
            .runs()
            .iter()
            .map(|run| serde_json::json!([run["id"], run["arm"], run["seed"], run["outcome"], run["scores"]]))
            .collect();
        let judgement = self.ask("study show STUDY --json").expect(0).json()["judgement"].clone();
        serde_json::json!({ "runs": runs, "judgement": judgement })
    }

    /// Expects that the ledger is intact and consistent.
    #[track_caller]
    pub(crate) fn ledger_is_intact(&self) {
        let verified = self.gosset("ledger verify --json").expect(0).json();
        assert_eq!(verified["verification"]["faults"], serde_json::json!([]), "{verified}");
        assert_eq!(verified["artifact_faults"], serde_json::json!([]), "{verified}");
    }

    /// The kinds of the study's ledger records, in order.
    pub(crate) fn record_kinds(&self) -> Vec<String> {
        let listed = self.ask("ledger list STUDY --json").expect(0).json();
        let kind = |record: &Value| record["event"]["kind"].as_str().unwrap_or_default().to_owned();
        listed["records"].as_array().unwrap().iter().map(kind).collect()
    }
}

/// The verdict of the only hypothesis in a reply.
pub(crate) fn verdict(reply: &Value) -> &Value {
    &reply["judgement"]["hypotheses"][0]["verdict"]
}

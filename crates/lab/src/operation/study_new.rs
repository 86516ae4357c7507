use std::fs;
use std::path::PathBuf;

use gosset_model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Write a commented study file to start from
///
/// Asks nothing: what is not given by flags stands in the file as an example
/// to be changed.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyNew {
    /// The study's name
    name: Name,
    /// The question in one sentence
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// The command of the training program
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The factor that the first hypothesis is about, as NAME=BASELINE:CANDIDATE
    #[arg(long, value_name = "NAME=BASELINE:CANDIDATE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    factor: Option<String>,
    /// The metric, a method of `gosset metric list`
    #[arg(long, default_value = "accuracy")]
    #[serde(default = "accuracy")]
    metric: String,
    /// The smallest effect that would matter, in the metric's unit
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    smallest_effect: Option<f64>,
    /// How many seeds
    #[arg(long, default_value_t = 16)]
    #[serde(default = "sixteen")]
    seeds: u32,
    /// The file to write; NAME.toml if absent
    #[arg(long, short)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<PathBuf>,
}

fn accuracy() -> String {
    "accuracy".to_owned()
}

fn sixteen() -> u32 {
    16
}

/// Where the file is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct NewReply {
    /// The file.
    file: PathBuf,
}

impl Operation for StudyNew {
    const PATH: &'static [&'static str] = &["study", "new"];
    type Reply = NewReply;

    fn run(self, context: &Context<'_>) -> Result<NewReply, LabError> {
        let file = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.toml", self.name)));
        let path = context.folder.join(&file);
        if path.exists() {
            return Err(LabError::Usage {
                what: format!("`{}` exists already", path.display()),
                hint: "name another file with `--output`".to_owned(),
            });
        }
        let text = self.text()?;
        fs::write(&path, text).map_err(LabError::file("write", &path))?;
        Ok(NewReply { file })
    }
}

impl StudyNew {
    fn text(&self) -> Result<String, LabError> {
        let scores = crate::study_folder::known_scores();
        let known = scores.iter().find(|known| known.id == self.metric).ok_or_else(|| LabError::NotFound {
            noun: "metric",
            name: self.metric.clone(),
            known: scores.iter().map(|known| known.id.to_owned()).collect(),
        })?;
        let direction = match known.direction {
            gosset_model::Direction::Maximize => "maximize",
            gosset_model::Direction::Minimize => "minimize",
        };
        let unit = super::metrics().into_iter().find(|metric| metric.id == self.metric).map(|metric| metric.unit);
        let (factor, baseline, candidate) = self.factor()?;
        let factor_key = key(&factor);
        let question =
            self.question.clone().unwrap_or_else(|| format!("Does {factor} = {candidate} improve {}?", self.metric));
        let command = match &self.command {
            Some(command) => command.split_whitespace().map(quoted).collect::<Vec<_>>().join(", "),
            None => "\"python\", \"train.py\"".to_owned(),
        };
        let smallest = match self.smallest_effect {
            Some(effect) if !(effect.is_finite() && effect > 0.0) => {
                return Err(LabError::Usage {
                    what: format!("{effect} is no smallest effect"),
                    hint: "give a number above 0, in the metric's unit".to_owned(),
                });
            }
            Some(effect) => format!("smallest_effect = {effect:?}"),
            None => "# smallest_effect = 0.005   # without it only harm can refute the claim".to_owned(),
        };
        Ok(format!(
            r##"# A study for Gosset. All keys: `gosset study schema` and docs/reference/study-file.md.
# Check it with `gosset study check {name}.toml`, run it with `gosset study run {name}.toml`.

[study]
name = {name_quoted}
question = {question}
# background = "Why it is asked, and what is known."

[program]
# The command that every run executes. It finds its seed in GOSSET_SEED, its
# parameters as flags (see `parameters`) and in the JSON file GOSSET_PARAMS, and
# writes its predictions to the folder GOSSET_RUN_DIR.
command = [{command}, "--train", "{{data.train}}", "--test", "{{data.test}}", "--seed", "{{seed}}", "--out", "{{run_dir}}/predictions.csv"]
parameters = "flags"            # or "assignments" (name=value), "template" ({{param.NAME}}), "file"
timeout_secs = 3600.0
# memory_limit_bytes = 8_000_000_000
# gpus = 1

[parameters]                    # the same in every arm
# epochs = 10

[factors.{factor_key}]              # what differs between arms
baseline = {baseline}
levels = [{baseline}, {candidate}]

[data.main]                     # hashed at registration and before each run
files = {{ train = "data/train.csv", test = "data/test.csv" }}
# The labels that only the scorer sees: predictions are joined to them by `id`.
truth = {{ file = "data/test_labels.csv", id = "id", label = "label" }}

[metrics.{metric}]
direction = "{direction}"
unit = {unit}
score = "{metric}"              # computed outside the program, from predictions.csv

[[hypotheses]]
id = "{factor}"
claim = {claim}
candidate = {{ {factor_key} = {candidate} }}
metric = "{metric}"
expected = "better"
{smallest}
scope = "method"                # the recipe, not one trained model

[design]
seeds = {seeds}                 # drawn from the digest of the registered protocol
horizon = "fixed"               # judged once, when all runs have ended
alpha = 0.05
sides = "one"                   # alpha for each direction; "two" splits it
power = 0.8
failures = "worst-observed"     # a candidate that crashes does not win by it
order = "random"
# expected_spread = {{ {metric} = 0.01 }}   # of paired differences, for `study check`

[notes]
# ethics = "Who could be harmed, and what was done about it."
# limits = "What the study cannot show."
"##,
            name = self.name,
            name_quoted = quoted(self.name.as_str()),
            question = quoted(&question),
            unit = quoted(unit.as_deref().unwrap_or("points")),
            metric = self.metric,
            seeds = self.seeds,
            claim = quoted(&format!("{factor} = {candidate} improves {}", self.metric)),
        ))
    }

    fn factor(&self) -> Result<(Name, String, String), LabError> {
        let wrong = |what: String| LabError::Usage {
            what,
            hint: "write the factor as NAME=BASELINE:CANDIDATE, as in lr=0.1:0.2".to_owned(),
        };
        let text = self.factor.as_deref().unwrap_or("learning_rate=0.1:0.2");
        let (name, levels) = text.split_once('=').ok_or_else(|| wrong(format!("`{text}` is no factor")))?;
        let (baseline, candidate) =
            levels.split_once(':').ok_or_else(|| wrong(format!("`{text}` names no two levels")))?;
        let name = Name::new(name).map_err(|error| wrong(error.to_string()))?;
        Ok((name, level(baseline), level(candidate)))
    }
}

/// A level as TOML writes it: a number or truth value where `text` is one.
fn level(text: &str) -> String {
    let is_number = text.contains(|character: char| character.is_ascii_digit());
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(integer), _) => integer.to_string(),
        (Err(_), Ok(number)) if is_number && number.is_finite() => format!("{number:?}"),
        _ if matches!(text, "true" | "false") => text.to_owned(),
        _ => quoted(text),
    }
}

/// A name as a TOML key: bare where TOML allows that.
fn key(name: &Name) -> String {
    let is_bare = name.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_string() } else { quoted(name.as_str()) }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

impl Reply for NewReply {
    fn text(&self, _: &Style) -> String {
        let file = self.file.display();
        format!("Wrote {file}\nNext: gosset study check {file}\n")
    }
}

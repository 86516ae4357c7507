use std::fs;
use std::path::PathBuf;

use gosset_data::table;
use gosset_model::Digest;
use gosset_report::number;
use gosset_report::scaling::{BestSizes, FittedLaw, ScalingReport};
use gosset_stats::interval::resampling::Resampling;
use gosset_stats::scaling::allocation::Allocation;
use gosset_stats::scaling::bootstrap::{Resampled, Unit, bootstrap};
use gosset_stats::scaling::envelope::Envelope;
use gosset_stats::scaling::influence::{Influence, Residuals, influence, residuals};
use gosset_stats::scaling::iso_flop::{self, Frontier, Optimum};
use gosset_stats::scaling::next_runs::NextRuns;
use gosset_stats::scaling::prediction::{Prediction, Reach};
use gosset_stats::scaling::selection::Contest;
use gosset_stats::scaling::{
    Constant, Criterion, Fit, Law, Points, Quantity, Scale, Verdict, envelope, fit, identify, next_runs, selection,
};
use gosset_stats::{Alpha, Bounds, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::scaling::{Columns, ConstantText, EntrantText, Kind, Over, Shape, Taken, told};
use crate::{Context, LabError, Style};

/// Fit a law of how the loss falls with scale
///
/// Takes a table with one training run a row; columns are named by options and
/// none is guessed. Says for each constant of the law whether the runs identify
/// it: where they do not, there is no number. Predicts the loss at a --target,
/// splits a --budget of compute between parameters and tokens, and measures with
/// --hold-out how far off the laws are on the largest runs. Tokens are taken as
/// compute / (6 parameters) where they have no column, compute as 6 parameters x
/// tokens. The same table gives the same answer: what is random is drawn from
/// its digest.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScalingFit {
    /// A table: CSV, JSON lines or Parquet
    file: PathBuf,
    /// The column of losses
    #[arg(long, value_name = "COLUMN")]
    loss: String,
    /// The column of parameters
    #[arg(long, alias = "params", value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters: Option<String>,
    /// The column of training tokens
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tokens: Option<String>,
    /// The column of distinct training tokens
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unique_tokens: Option<String>,
    /// The column of training compute, in floating-point operations
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compute: Option<String>,
    /// The column of training steps
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<String>,
    /// The column of losses after pretraining, for the law `downstream`; --loss is
    /// then the column of errors on the task
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pretraining_loss: Option<String>,
    /// The column of what runs share that are not independent, such as the model
    /// size or the seed; whole groups are resampled
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// The law
    #[arg(long, value_enum, value_name = "LAW", required_unless_present_any = ["iso_flop", "envelope"])]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    law: Option<Kind>,
    /// What a law of one quantity is about
    #[arg(long, value_enum, value_name = "QUANTITY")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<Over>,
    /// The threshold of the Huber loss on log losses; 0.001 if absent
    #[arg(long, value_name = "NUMBER", conflicts_with = "squares")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    huber: Option<f64>,
    /// Fit by least squares of log losses instead
    #[arg(long)]
    #[serde(default)]
    squares: bool,
    /// A scale at which the loss is predicted, such as
    /// parameters=7e10,tokens=1.4e12
    #[arg(long, value_name = "QUANTITY=NUMBER,...", value_delimiter = ',')]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    target: Vec<String>,
    /// A budget of floating-point operations to split between parameters and
    /// tokens
    #[arg(long, value_name = "FLOPS")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    budget: Option<f64>,
    /// Floating-point operations to spend on further runs: says which make the
    /// loss at the --target best known
    #[arg(long, value_name = "FLOPS", requires = "target")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<f64>,
    /// The share of runs, the largest, on which all laws that the columns allow
    /// are measured after a fit to the others
    #[arg(long, value_name = "SHARE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold_out: Option<f64>,
    /// Read the best size of each budget off a curve through its runs
    #[arg(long, value_enum, value_name = "CURVE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iso_flop: Option<Shape>,
    /// Read the best size of each budget off the lowest training curve; rows are
    /// stages, and those with the same parameters and group make a curve
    #[arg(long)]
    #[serde(default)]
    envelope: bool,
    /// Write the report as a page to this file
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
    /// The one-sided level of each bound; 0.025 if absent
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<f64>,
    /// How many resamples are drawn; 2,000 if absent
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resamples: Option<u32>,
}

/// What the runs say.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct ScalingFitReply {
    /// The number of runs.
    n: u64,
    /// The rows that were left out for want of a loss.
    excluded_rows: Vec<u64>,
    /// The one-sided level of each bound.
    level: f64,
    /// The law with its constants.
    law: Option<LawReply>,
    /// The laws on the largest runs.
    contest: Option<ContestReply>,
    /// The best sizes, budget by budget.
    iso_flop: Option<IsoFlopReply>,
    /// The best sizes by the lowest training curves.
    envelope: Option<EnvelopeReply>,
    /// What has to be said besides.
    notes: Vec<String>,
    /// The report as a page.
    report: Option<String>,
}

/// A fitted law.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct LawReply {
    /// Its id.
    law: String,
    /// Its formula.
    formula: String,
    /// What was made least.
    criterion: Criterion,
    /// The sum that was made least.
    cost: f64,
    /// What is resampled.
    unit: Unit,
    /// How many resamples were fitted.
    resamples: u64,
    /// The constants.
    constants: Vec<ConstantText>,
    /// How the residuals look.
    residuals: Residuals,
    /// The loss at the target.
    prediction: Option<Prediction>,
    /// The runs on which the prediction, or else the loss at the largest run,
    /// hangs most.
    influences: Vec<Influence>,
    /// The best split of the budget.
    allocation: Option<Allocation>,
    /// What to run next.
    next: Option<NextRuns>,
}

/// The laws on the largest runs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct ContestReply {
    /// The rows that were held out.
    held_out: Vec<u64>,
    /// How many times the largest run that was fitted the largest that was held
    /// out is.
    factor: f64,
    /// The laws, the nearest first.
    laws: Vec<EntrantText>,
}

/// The best sizes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct IsoFlopReply {
    /// One for each budget.
    optima: Vec<Optimum>,
    /// The line through them.
    frontier: Frontier,
    /// Bounds of its exponent.
    exponent_bounds: Bounds,
}

/// The best sizes by the lowest training curves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct EnvelopeReply {
    /// The line through them.
    envelope: Envelope,
    /// Bounds of its exponent.
    exponent_bounds: Bounds,
}

/// A fitted law as it is answered, with what a page is made of besides.
struct Fitted {
    reply: LawReply,
    fit: Fit,
    constants: Vec<(Constant, Verdict)>,
}

/// How many runs are told on which most hangs.
const INFLUENCES: usize = 3;

impl Operation for ScalingFit {
    const PATH: &'static [&'static str] = &["scaling", "fit"];
    type Reply = ScalingFitReply;

    fn run(self, context: &Context<'_>) -> Result<ScalingFitReply, LabError> {
        let level = Alpha::new(self.level.unwrap_or(0.025))
            .map_err(|error| LabError::usage(error.to_string(), "give --level a number below 0.5, such as 0.025"))?;
        let law = self.law.map(|kind| kind.law(self.over)).transpose()?;
        let target = self.target()?;
        let path = context.folder.join(&self.file);
        let table = table::read(&path).map_err(|source| LabError::Table { path: path.clone(), source })?;
        let digest = Digest::of(&fs::read(&path).map_err(LabError::file("read", &path))?);
        let taken = self.columns().runs(&table)?;
        if let Some(missing) = law.and_then(|law| law.needs().into_iter().find(|need| !taken.quantities.contains(need)))
        {
            let (id, word) = (law.map_or("", Law::id), missing.word());
            let flag = word.replace(' ', "-");
            return Err(LabError::usage(
                format!("the law `{id}` needs {word}"),
                format!("name the column with --{flag} COLUMN"),
            ));
        }
        let Taken { points, quantities, mut notes, suspicions, excluded_rows } = taken;
        notes.extend(suspicions.iter().cloned());
        let stream = Stream::named(*digest.as_bytes(), "scaling");
        let law = match law {
            Some(law) => {
                let found = self.fitted(law, &points, target.as_ref(), level, &stream, &mut notes);
                Some(found.map_err(|error| error.suspecting(&suspicions))?)
            }
            None if target.is_some() || self.budget.is_some() || self.next.is_some() => {
                return Err(LabError::usage("a target or a budget needs a law", "name one with --law"));
            }
            None => None,
        };
        let contest = self.hold_out.map(|share| self.contest(&points, &quantities, share)).transpose()?;
        let iso_flop = self.iso_flop.map(|shape| iso_flop_of(shape, &points, level)).transpose()?;
        let envelope = self.envelope.then(|| envelope_of(&points, level)).transpose()?;
        let fitted = law.as_ref().map(|Fitted { reply, fit, constants }| FittedLaw {
            fit,
            constants,
            unit: reply.unit,
            resamples: reply.resamples as usize,
            residuals: &reply.residuals,
            prediction: target.as_ref().zip(reply.prediction.as_ref()),
            influences: &reply.influences,
            allocation: reply.allocation.as_ref(),
            next: reply.next.as_ref(),
        });
        let best_sizes = iso_flop.as_ref().map(|found: &IsoFlopReply| BestSizes {
            optima: &found.optima,
            frontier: &found.frontier,
            exponent_bounds: found.exponent_bounds,
        });
        let told = ScalingReport {
            source: (&self.file.display().to_string(), &digest.to_string()),
            points: &points,
            level: level.get(),
            law: fitted,
            contest: contest.as_ref(),
            iso_flop: best_sizes,
            envelope: envelope.as_ref().map(|found| (&found.envelope, found.exponent_bounds)),
            notes: &notes,
        };
        let report = self.report.as_ref().map(|path| context.folder.join(path));
        if let Some(path) = &report {
            fs::write(path, told.html()).map_err(LabError::file("write", path))?;
        }
        Ok(ScalingFitReply {
            n: points.len() as u64,
            excluded_rows,
            level: level.get(),
            law: law.map(|found| found.reply),
            contest: contest.map(ContestReply::of),
            iso_flop,
            envelope,
            notes,
            report: report.map(|path| path.display().to_string()),
        })
    }
}

impl ScalingFit {
    fn columns(&self) -> Columns<'_> {
        let given = [
            (Quantity::Parameters, &self.parameters),
            (Quantity::Tokens, &self.tokens),
            (Quantity::Compute, &self.compute),
            (Quantity::Steps, &self.steps),
            (Quantity::UniqueTokens, &self.unique_tokens),
            (Quantity::PretrainingLoss, &self.pretraining_loss),
        ];
        let quantities = given.into_iter().filter_map(|(quantity, name)| Some((quantity, name.as_deref()?))).collect();
        Columns { quantities, loss: &self.loss, group: self.group.as_deref() }
    }

    fn criterion(&self) -> Criterion {
        if self.squares { Criterion::Squares } else { Criterion::Huber { delta: self.huber.unwrap_or(1e-3) } }
    }

    fn target(&self) -> Result<Option<Scale>, LabError> {
        let mut scale = Scale::new();
        for text in &self.target {
            let parsed = text.split_once('=').and_then(|(name, value)| {
                let is_named = |quantity: &Quantity| quantity.word().replace(' ', "-") == name.trim();
                Some((Quantity::ALL.into_iter().find(is_named)?, value.trim().parse::<f64>().ok()?))
            });
            let (quantity, value) = parsed.ok_or_else(|| {
                LabError::usage(format!("`{text}` is no part of a target"), "write it as parameters=7e10,tokens=1.4e12")
            })?;
            scale = scale.with(quantity, value).map_err(|error| {
                LabError::usage(format!("the target is no scale: {error}"), "give positive numbers")
            })?;
        }
        Ok((!self.target.is_empty()).then_some(scale))
    }

    fn fitted(
        &self,
        law: Law,
        points: &Points,
        target: Option<&Scale>,
        level: Alpha,
        stream: &Stream,
        notes: &mut Vec<String>,
    ) -> Result<Fitted, LabError> {
        let unit = if self.group.is_some() { Unit::Groups } else { Unit::Runs };
        let found = fit(law, points, self.criterion()).map_err(LabError::scaling)?;
        let (found, verdicts) = identify(&found, unit, level).map_err(LabError::scaling)?;
        let resamples = self.resamples.unwrap_or(2_000);
        let resampled = bootstrap(&found, unit, &Resampling { level, resamples, stream: &stream.substream(0) })
            .map_err(LabError::scaling)?;
        let of_target = |scale: &Scale| resampled.predict(scale, &stream.substream(1)).map_err(LabError::scaling);
        let prediction = target.map(of_target).transpose()?;
        let allocation = self.budget.map(|budget| resampled.allocate(budget).map_err(LabError::scaling)).transpose()?;
        let proposed =
            |spend: f64| next_runs(&found, target.unwrap_or(&Scale::new()), spend).map_err(LabError::scaling);
        let next = self.next.map(proposed).transpose()?;
        note(&found, &resampled, prediction.as_ref(), allocation.as_ref(), notes);
        let largest = points.points().iter().map(|point| point.scale).max_by(|a, b| {
            let of = |quantity: Quantity, scale: &Scale| {
                scale.get(quantity).map(|value| if quantity.grows() { value } else { 1.0 / value })
            };
            let size = |scale: &Scale| scale.compute().or_else(|| of(*law.needs().first()?, scale)).unwrap_or(0.0);
            size(a).total_cmp(&size(b))
        });
        let at = target.copied().or(largest).unwrap_or_default();
        let mut influences = influence(&found, &at).map_err(LabError::scaling)?;
        influences.truncate(INFLUENCES);
        let residuals =
            residuals(&found).map_err(|error| LabError::usage(error.to_string(), "check the column of losses"))?;
        let reply = LawReply {
            law: law.id().to_owned(),
            formula: law.formula().to_owned(),
            criterion: self.criterion(),
            cost: found.cost(),
            unit,
            resamples: resampled.fitted() as u64,
            constants: verdicts.iter().map(|(constant, verdict)| ConstantText::of(constant, *verdict)).collect(),
            residuals,
            prediction,
            influences,
            allocation,
            next,
        };
        Ok(Fitted { reply, fit: found, constants: verdicts })
    }

    /// All laws that the columns allow, on the largest runs.
    fn contest(&self, points: &Points, quantities: &[Quantity], share: f64) -> Result<Contest, LabError> {
        let joint = [Law::Chinchilla, Law::OverTraining, Law::Kaplan, Law::DataConstrained, Law::Downstream];
        let over = [Quantity::Compute, Quantity::Tokens, Quantity::Parameters, Quantity::Steps];
        let single = over.into_iter().flat_map(|over| [Law::PowerLawOffset { over }, Law::PowerLaw { over }]);
        let allowed = |law: &Law| law.needs().iter().all(|need| quantities.contains(need));
        let laws: Vec<Law> = joint.into_iter().chain(single).filter(allowed).collect();
        selection::contest(&laws, points, self.criterion(), share).map_err(LabError::scaling)
    }
}

impl ContestReply {
    fn of(found: Contest) -> Self {
        let laws = found.entrants.iter().map(EntrantText::of).collect();
        Self { held_out: found.held_out, factor: found.factor, laws }
    }
}

fn iso_flop_of(shape: Shape, points: &Points, level: Alpha) -> Result<IsoFlopReply, LabError> {
    let found = iso_flop::optima(points, shape.curve()).map_err(LabError::scaling)?;
    let frontier = found.frontier().map_err(LabError::scaling)?;
    Ok(IsoFlopReply {
        exponent_bounds: frontier.bounds(level).map_err(LabError::scaling)?,
        optima: found.optima,
        frontier,
    })
}

fn envelope_of(points: &Points, level: Alpha) -> Result<EnvelopeReply, LabError> {
    let envelope = envelope(points).map_err(LabError::scaling)?;
    Ok(EnvelopeReply { exponent_bounds: envelope.bounds(level).map_err(LabError::scaling)?, envelope })
}

/// What has to be said of the fit.
fn note(
    fit: &Fit,
    resampled: &Resampled,
    prediction: Option<&Prediction>,
    allocation: Option<&Allocation>,
    notes: &mut Vec<String>,
) {
    if resampled.failed() > 0 {
        let failed = resampled.failed();
        let (noun, verb) = if failed == 1 { ("resample", "is") } else { ("resamples", "are") };
        notes.push(format!("{failed} {noun} could not be fitted and {verb} left out"));
    }
    if let Some(units) = resampled.too_few_units() {
        notes
            .push(format!("only {units} runs or groups were resampled: bounds from fewer than about 30 are too tight"));
    }
    if fit.law().needs().contains(&Quantity::Steps) {
        notes.push(
            "points along one training curve are not independent: bounds from them are too tight, and a schedule of the learning rate bends the curve"
                .to_owned(),
        );
    }
    let beyond =
        [prediction.map(|found| ("target", &found.beyond)), allocation.map(|found| ("best split", &found.beyond))];
    for (what, beyond) in beyond.into_iter().flatten() {
        match Reach::of(beyond) {
            Reach::Within => {}
            Reach::Beyond => notes.push(format!(
                "the {what} lies beyond the largest run: its bounds take for granted that the law holds there"
            )),
            Reach::FarBeyond => notes.push(format!(
                "the {what} lies more than ten times beyond the largest run, where the law was never tested: its bounds are a lower limit of what is unknown"
            )),
        }
    }
}

impl Reply for ScalingFitReply {
    fn text(&self, _: &Style) -> String {
        let mut text = String::new();
        let confidence = number::confidence(2.0 * self.level);
        if let Some(law) = &self.law {
            text.push_str(&told::law(&law.law, &law.formula, self.n, law.criterion, law.cost));
            text.push_str(&told::constants(&law.constants, &confidence));
            text.push_str(&told::residuals(&law.residuals));
            if let Some(prediction) = &law.prediction {
                text.push_str(&told::prediction(prediction, &confidence));
            }
            text.push_str(&told::influences(&law.influences, law.prediction.is_some()));
            if let Some(allocation) = &law.allocation {
                text.push_str(&told::allocation(allocation, &confidence));
            }
            if let Some(next) = &law.next {
                text.push_str(&told::next(next));
            }
            text.push_str(&told::resampling(law.unit, law.resamples));
        }
        if let Some(contest) = &self.contest {
            text.push_str(&told::contest(&contest.laws, contest.held_out.len(), contest.factor));
        }
        if let Some(iso_flop) = &self.iso_flop {
            text.push_str(&told::iso_flop(&iso_flop.optima, &iso_flop.frontier, iso_flop.exponent_bounds, &confidence));
        }
        if let Some(envelope) = &self.envelope {
            text.push_str(&told::envelope(&envelope.envelope, envelope.exponent_bounds, &confidence));
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        if let Some(report) = &self.report {
            text.push_str(&format!("\nReport: {report}\n"));
        }
        text
    }
}

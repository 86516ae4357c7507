use gosset_model::{Companion, Decision, Digest, Effect, Grade, Procedure, Undecided, Verdict};
use gosset_stats::compare::sign_flip;
use gosset_stats::{Stream, Student, summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::layout::{Layout, ResultUnit};
use super::pairing::{Paired, UnitPair, pair};
use super::table::{Question, Results, ResultsError, Score};
use crate::claim::{Claim, Levels, is_for_want_of_units, level_of, p_values};
use crate::companions::{
    Confirmation, Primary, bootstrap_companion, hodges_lehmann_companion, permutation_companion, sign_flip_companion,
    sign_flip_of_sums,
};
use crate::fit::Fit;

/// What the referee says of results that Gosset did not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResultsJudgement {
    /// The version of this form.
    pub version: u32,
    /// What was asked.
    pub question: Question,
    /// The digest of the scores, from which all random numbers are drawn.
    pub digest: Digest,
    /// How far the numbers can be relied on: always C.
    pub grade: Grade,
    /// One entry for each method but the baseline, sorted by name.
    pub comparisons: Vec<Comparison>,
    /// What speaks against relying on the whole, in whole sentences.
    pub warnings: Vec<String>,
}

impl ResultsJudgement {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
}

/// One method against the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The method that is claimed to be better.
    pub candidate: String,
    /// How its scores lie to those of the baseline.
    pub layout: Layout,
    /// What the independent pieces of evidence are.
    pub unit: ResultUnit,
    /// The verdict on "the candidate is better".
    pub verdict: Verdict,
    /// The effect, if it can be estimated; positive where the candidate is
    /// better.
    pub effect: Option<Effect>,
    /// Other analyses of the same scores.
    pub companions: Vec<Companion>,
    /// The decision with one piece of evidence left out, where there are at
    /// most a hundred.
    pub left_out: Vec<LeftOutUnit>,
    /// How many further pieces of evidence would decide, if effect and spread
    /// are what they seem.
    pub more_units: Option<u64>,
    /// Pieces of evidence of which one side is missing.
    pub missing: u64,
    /// The pairs; empty where runs are not paired.
    pub pairs: Vec<UnitPair>,
    /// The data sets that both were scored on.
    pub datasets: Vec<String>,
    /// What else a reader should know, in whole sentences.
    pub notes: Vec<String>,
}

/// The decision with one piece of evidence left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOutUnit {
    /// What was left out.
    pub label: String,
    /// The estimate without it.
    pub estimate: f64,
    /// Whether the decision stays the same.
    pub is_same: bool,
}

/// Beyond so many comparisons with one baseline a reader is warned.
const MANY_COMPARISONS: usize = 5;
/// Up to so many units are left out one by one.
const MOST_LEFT_OUT: usize = 100;

/// Judges for every method whether it is better than the baseline.
///
/// What the pieces of evidence are follows from the roles: items where both
/// sides were scored on the same ones, data sets where they share at least
/// six, seeds where they share at least two, else independent runs. The
/// decision, the family over all comparisons and the companions are those of
/// [`judge`](crate::judge). Where one side is missing in some pairs, a
/// decision stands only if it is the same with each of them counted as the
/// largest difference observed, for and against the candidate.
///
/// # Errors
/// [`ResultsError::NoBaseline`], [`ResultsError::Alone`].
pub fn judge_results(results: &Results, question: &Question) -> Result<ResultsJudgement, ResultsError> {
    let methods = results.methods();
    if !methods.contains(question.baseline.as_str()) {
        return Err(ResultsError::NoBaseline {
            baseline: question.baseline.clone(),
            methods: methods.into_iter().map(str::to_owned).collect(),
        });
    }
    let candidates: Vec<&str> = methods.into_iter().filter(|method| *method != question.baseline).collect();
    if candidates.is_empty() {
        return Err(ResultsError::Alone { baseline: question.baseline.clone() });
    }
    let digest = digest(results);
    let baseline: Vec<&Score> = results.of(&question.baseline).collect();
    let laid_out: Vec<(&str, Layout, Paired)> = candidates
        .iter()
        .map(|candidate| {
            let scores: Vec<&Score> = results.of(candidate).collect();
            let layout = Layout::of(&baseline, &scores);
            (*candidate, layout, pair(layout, question, &baseline, &scores))
        })
        .collect();
    let p_values: Vec<(f64, f64)> = laid_out.iter().map(|(_, _, paired)| family_p_values(question, paired)).collect();
    let levels = Levels::of_family(Procedure::Holm, &p_values, level_of(question.alpha.get()));
    let comparisons: Vec<Comparison> = laid_out
        .into_iter()
        .zip(levels)
        .map(|((candidate, layout, paired), levels)| {
            Judging { question, levels, digest, candidate }.comparison(layout, paired)
        })
        .collect();
    Ok(ResultsJudgement {
        version: ResultsJudgement::VERSION,
        question: question.clone(),
        digest,
        grade: Grade::C,
        warnings: warnings(question, &comparisons),
        comparisons,
    })
}

struct Judging<'a> {
    question: &'a Question,
    levels: Levels,
    digest: Digest,
    candidate: &'a str,
}

impl Judging<'_> {
    fn claim<'f>(&self, fit: &'f Fit) -> Claim<'f> {
        Claim { fit, smallest: self.question.smallest_effect, levels: self.levels }
    }

    fn comparison(&self, layout: Layout, paired: Paired) -> Comparison {
        let mut notes = paired.notes.clone();
        let differences: Vec<f64> = paired.pairs.iter().map(|pair| pair.difference).collect();
        let mut found = Comparison {
            candidate: self.candidate.to_owned(),
            layout,
            unit: paired.unit,
            verdict: Verdict::NoOp,
            effect: None,
            companions: Vec::new(),
            left_out: Vec::new(),
            more_units: None,
            missing: paired.missing,
            pairs: Vec::new(),
            datasets: paired.datasets.iter().cloned().collect(),
            notes: Vec::new(),
        };
        found.verdict = match &paired.fit {
            Err(why) => Verdict::Undecided { why: Undecided::NotEstimable { why: why.clone() } },
            Ok(fit) => {
                let claim = self.claim(fit);
                let companions = self.companions(&paired, &differences, claim.primary());
                let confirmation = self.confirmation(&paired, claim.primary());
                let verdict = match (self.heterogeneity(&paired), self.missing(&paired, claim)) {
                    (Some(why), _) | (None, Some(why)) => Verdict::Undecided { why },
                    (None, None) => claim.verdict(confirmation, &companions),
                };
                if is_for_want_of_units(&verdict) {
                    let is_confirmed = !matches!(paired.unit, ResultUnit::Runs | ResultUnit::Folds);
                    let fewest = if is_confirmed { sign_flip::pairs_to_reach(self.levels.first) } else { 0 };
                    found.more_units = claim.more_units(self.question.power, fewest);
                }
                found.effect = Some(Effect {
                    baseline_mean: paired.baseline_mean,
                    candidate_mean: paired.candidate_mean,
                    ..claim.effect()
                });
                found.companions = companions;
                found.left_out = self.left_out(&paired, &differences, claim);
                verdict
            }
        };
        if paired.missing > 0 {
            notes.push(format!(
                "{}: a decision stands only if it is the same with {}, for and against `{}`.",
                match (paired.unit, paired.missing) {
                    (ResultUnit::Runs, 1) => "1 run is missing".to_owned(),
                    (ResultUnit::Runs, several) => format!("{several} runs are missing"),
                    (ResultUnit::Clusters, 1) => "1 item lacks a score on one side".to_owned(),
                    (ResultUnit::Clusters, several) => format!("{several} items lack a score on one side"),
                    (unit, 1) => format!("1 {} lacks a score on one side", unit.one()),
                    (unit, several) => format!("{several} {} lack a score on one side", unit.several()),
                },
                match paired.unit {
                    ResultUnit::Runs => "each of them counted as the best and as the worst run observed",
                    _ => "each of them counted as the largest difference observed",
                },
                self.candidate
            ));
        }
        found.notes = notes;
        found.pairs = paired.pairs;
        found
    }

    fn stream(&self, what: &str) -> Stream {
        Stream::named(*self.digest.as_bytes(), &format!("results/{}/{what}", self.candidate))
    }

    fn companions(&self, paired: &Paired, differences: &[f64], primary: Primary) -> Vec<Companion> {
        match (paired.unit, &paired.clusters) {
            (ResultUnit::Clusters, Some(clusters)) => {
                let sums = |null: f64| {
                    let groups = clusters.iter().max().map_or(0, |last| last + 1);
                    let mut sums = vec![0.0; groups];
                    for (difference, cluster) in differences.iter().zip(clusters) {
                        sums[*cluster] += difference - null;
                    }
                    sums
                };
                let stream = self.stream("sign-flip");
                vec![sign_flip_of_sums(&sums(0.0), &sums(primary.refuting_bound), primary, &stream)]
            }
            (ResultUnit::Items, _) => vec![
                sign_flip_companion(differences, primary, &self.stream("sign-flip")),
                bootstrap_companion(differences, primary, &self.stream("bootstrap")),
            ],
            (ResultUnit::Seeds | ResultUnit::Datasets, _) => vec![
                sign_flip_companion(differences, primary, &self.stream("sign-flip")),
                hodges_lehmann_companion(differences, primary),
                bootstrap_companion(differences, primary, &self.stream("bootstrap")),
            ],
            (ResultUnit::Runs, _) => {
                let sides = paired.runs.iter();
                let stream = self.stream("permutation");
                sides
                    .map(|(baseline, candidate)| permutation_companion(baseline, candidate, primary, &stream))
                    .collect()
            }
            (ResultUnit::Clusters | ResultUnit::Folds, _) => Vec::new(),
        }
    }

    /// Whether so few pairs can confirm the decision by an exact test.
    fn confirmation(&self, paired: &Paired, primary: Primary) -> Confirmation {
        let level = match primary.decision {
            Decision::Supported | Decision::Neither => self.levels.support,
            Decision::Refuted => self.levels.refute,
        };
        let units = match &paired.clusters {
            Some(clusters) => clusters.iter().max().map_or(0, |last| last + 1),
            None => paired.pairs.len(),
        };
        let is_paired = !matches!(paired.unit, ResultUnit::Runs | ResultUnit::Folds);
        if is_paired && sign_flip::smallest_p(units) > level.get() {
            Confirmation::OutOfReach
        } else {
            Confirmation::Possible
        }
    }

    /// Finds data sets on which the effect goes opposite ways, each at its
    /// share of the error rate.
    fn heterogeneity(&self, paired: &Paired) -> Option<Undecided> {
        let level =
            level_of(self.question.alpha.get()).divided_by(std::num::NonZeroUsize::new(paired.by_dataset.len())?);
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for (dataset, differences) in &paired.by_dataset {
            if let Some(fit) = refit(self.question, paired, differences) {
                if fit.lower(level) > 0.0 {
                    up.push(dataset.clone());
                } else if fit.upper(level) < 0.0 {
                    down.push(dataset.clone());
                }
            }
        }
        if up.is_empty() || down.is_empty() { None } else { Some(Undecided::Heterogeneous { up, down }) }
    }

    /// Whether what is missing could change the decision.
    fn missing(&self, paired: &Paired, claim: Claim<'_>) -> Option<Undecided> {
        if paired.missing == 0 || claim.decision() == Decision::Neither {
            return None;
        }
        let decisions = extremes(self.question, paired).map(|fits| fits.map(|fit| self.claim(&fit).decision()));
        let is_same = decisions == Some([claim.decision(); 2]);
        if is_same { None } else { Some(Undecided::Missing { blocks: paired.missing }) }
    }

    fn left_out(&self, paired: &Paired, differences: &[f64], claim: Claim<'_>) -> Vec<LeftOutUnit> {
        if paired.clusters.is_some() || differences.len() > MOST_LEFT_OUT {
            return Vec::new();
        }
        let decision = claim.decision();
        let without = |(index, pair): (usize, &UnitPair)| {
            let mut rest = differences.to_vec();
            rest.remove(index);
            let estimate = summary::mean(&rest).ok()?;
            // Without it there may be no spread, and so no decision.
            let other = refit(self.question, paired, &rest).map(|fit| self.claim(&fit).decision());
            let is_same = other.unwrap_or(Decision::Neither) == decision;
            Some(LeftOutUnit { label: pair.label.clone(), estimate, is_same })
        };
        paired.pairs.iter().enumerate().filter_map(without).collect()
    }
}

/// P-values of support and refutation as they count in the family: with missing
/// scores the largest that these could make them, and 1 without an estimate.
fn family_p_values(question: &Question, paired: &Paired) -> (f64, f64) {
    let of = |fit: &Fit| p_values(fit, question.smallest_effect);
    match (&paired.fit, paired.missing) {
        (Err(_), _) => (1.0, 1.0),
        (Ok(fit), 0) => of(fit),
        (Ok(fit), _) => extremes(question, paired)
            .map_or((1.0, 1.0), |fits| fits.iter().map(of).fold(of(fit), |most, p| (most.0.max(p.0), most.1.max(p.1)))),
    }
}

/// The fits with missing scores counted as the largest difference observed, or
/// where runs are not paired as the worst and the best run, against and for the
/// candidate.
fn extremes(question: &Question, paired: &Paired) -> Option<[Fit; 2]> {
    if paired.unit == ResultUnit::Runs {
        let (baseline, candidate) = paired.runs.as_ref()?;
        let [of_baseline, of_candidate] = paired.missing_runs;
        let all = || baseline.iter().chain(candidate).copied();
        let (worst, best) = (all().min_by(f64::total_cmp)?, all().max_by(f64::total_cmp)?);
        let with = |baseline_value: f64, candidate_value: f64| {
            let filled = |runs: &[f64], value: f64, missing: usize| {
                runs.iter().copied().chain(std::iter::repeat_n(value, missing)).collect::<Vec<f64>>()
            };
            let baseline = filled(baseline, baseline_value, of_baseline);
            Student::unpaired(&baseline, &filled(candidate, candidate_value, of_candidate)).ok().map(Fit::Once)
        };
        return Some([with(best, worst)?, with(worst, best)?]);
    }
    let differences: Vec<f64> = paired.pairs.iter().map(|pair| pair.difference).collect();
    let largest = differences.iter().map(|difference| difference.abs()).max_by(f64::total_cmp)?;
    let missing = paired.missing as usize;
    let with = |value: f64| {
        let mut filled = differences.clone();
        filled.extend(std::iter::repeat_n(value, missing));
        match &paired.clusters {
            None => refit(question, paired, &filled),
            Some(clusters) => {
                // Each of them is a cluster of its own.
                let groups = clusters.iter().max().map_or(0, |last| last + 1);
                let clusters: Vec<usize> = clusters.iter().copied().chain(groups..groups + missing).collect();
                Student::clustered(&filled, &clusters).ok().map(Fit::Once)
            }
        }
    };
    Some([with(-largest)?, with(largest)?])
}

/// The primary analysis of other differences of the same kind.
fn refit(question: &Question, paired: &Paired, differences: &[f64]) -> Option<Fit> {
    match question.test_to_train.filter(|_| paired.unit == ResultUnit::Folds) {
        Some(ratio) => Fit::splits(differences, ratio).ok(),
        None => Fit::paired(differences).ok(),
    }
}

/// What speaks against relying on the whole.
fn warnings(question: &Question, comparisons: &[Comparison]) -> Vec<String> {
    let mut warnings = Vec::new();
    if comparisons.iter().any(|one| one.layout == Layout::Single) {
        warnings.push(
            "A method that ran once cannot be told from its luck: run every method with several seeds.".to_owned(),
        );
    }
    if comparisons.iter().any(|one| one.layout == Layout::PairedItems) {
        warnings.push(
            "Items are the evidence, so the claims are about these very models, not about how they were trained: other seeds of the same recipe may differ.".to_owned(),
        );
    }
    if comparisons.len() > MANY_COMPARISONS {
        warnings.push(format!(
            "{} methods are compared with one baseline. Holm's procedure shares the error rate among them, but nobody recorded beforehand which of them was the idea, nor what else was tried.",
            comparisons.len()
        ));
    }
    if question.smallest_effect.is_none() {
        warnings.push(
            "No smallest effect of interest is given, so it is not said whether an effect matters, and only harm can refute a claim.".to_owned(),
        );
    }
    warnings
}

/// The digest of the scores, whatever the order of their rows.
fn digest(results: &Results) -> Digest {
    let mut lines: Vec<String> = results
        .scores()
        .iter()
        .map(|score| {
            format!(
                "{:?}",
                (
                    &score.method,
                    &score.dataset,
                    &score.seed,
                    &score.item,
                    &score.cluster,
                    score.value.map(f64::to_bits)
                )
            )
        })
        .collect();
    lines.sort_unstable();
    Digest::of(lines.join("\n").as_bytes())
}

use std::collections::BTreeMap;

use gosset_model::{
    Attempt, Digest, Direction, Evidence, Expected, Hypothesis, HypothesisJudgement, Judgement, Measure, Metric, Name,
    Outcome, Reading, Registered, RunEvidence, Study, TestSetUse,
};
use gosset_science::benchmark::RegisteredBenchmark;

use crate::number::{self, Decimals};
use crate::text::listed;

/// All that a report is made of.
///
/// `registered`, `evidence` and `judgement` belong to `study`: whoever makes
/// a report took them from the same ledger.
#[derive(Debug, Clone, Copy)]
pub struct StudyReport<'a> {
    /// Amendments, sessions, attempts and interim looks.
    pub study: &'a Study,
    /// The frozen protocol.
    pub registered: &'a Registered,
    /// What all planned runs left behind.
    pub evidence: &'a Evidence,
    /// What the referee said; none while runs are missing and nobody asked
    /// for interim results.
    pub judgement: Option<&'a Judgement>,
    /// What the runs of a benchmark say, where the study is one and is judged.
    pub benchmark: Option<StudyBenchmark<'a>>,
    /// The number and digest of the ledger's latest record.
    pub ledger_head: (u64, Digest),
}

/// What a report of a registered benchmark is made of besides.
#[derive(Debug, Clone, Copy)]
pub struct StudyBenchmark<'a> {
    /// What its runs say.
    pub found: &'a RegisteredBenchmark,
    /// Earlier studies of the lab that looked at its data sets.
    pub uses: &'a [TestSetUse],
}

/// A lost attempt at a run.
pub(crate) struct Lost<'a> {
    pub(crate) run: &'a gosset_model::RunId,
    pub(crate) attempt: &'a Attempt,
    pub(crate) reason: &'a str,
    pub(crate) is_interruption: bool,
}

impl<'a> StudyReport<'a> {
    /// Every hypothesis with what the referee said of it.
    pub(crate) fn findings(&self) -> Vec<(&'a Hypothesis, &'a HypothesisJudgement)> {
        let protocol = self.registered.protocol();
        let judged = self.judgement.into_iter().flat_map(|judgement| &judgement.hypotheses);
        judged.filter_map(|judged| Some((protocol.hypothesis(&judged.id)?, judged))).collect()
    }

    /// Whether there is a judgement of an unfinished study.
    pub(crate) fn is_interim(&self) -> bool {
        self.judgement.is_some_and(|judgement| !judgement.is_complete)
    }

    /// Ended runs that failed, counted by the word of their outcome.
    pub(crate) fn failures(&self) -> BTreeMap<&'static str, u64> {
        let mut failures = BTreeMap::new();
        for outcome in self.evidence.runs.iter().filter_map(outcome).filter(|outcome| !outcome.is_finished()) {
            *failures.entry(outcome.word()).or_default() += 1;
        }
        failures
    }

    /// Attempts that were lost, in the order of the ledger.
    pub(crate) fn lost(&self) -> Vec<Lost<'a>> {
        let mut lost: Vec<Lost<'a>> = self
            .study
            .runs()
            .iter()
            .flat_map(|(run, state)| state.attempts.iter().map(move |attempt| (run, attempt)))
            .filter_map(|(run, attempt)| {
                let (reason, is_interruption) = attempt.lost.as_ref()?;
                Some(Lost { run, attempt, reason, is_interruption: *is_interruption })
            })
            .collect();
        lost.sort_by_key(|lost| lost.attempt.start_record);
        lost
    }

    /// Attempts that ended, whether their run is still planned or not.
    pub(crate) fn ended_attempts(&self) -> impl Iterator<Item = &'a Attempt> {
        self.study.runs().values().flat_map(|state| &state.attempts).filter(|attempt| attempt.result.is_some())
    }

    /// The decimals of single scores of `metric`.
    ///
    /// Follows the smallest spread of differences among the hypotheses about
    /// it, so that no difference hides behind rounding.
    pub(crate) fn score_decimals(&self, metric: &Name) -> Decimals {
        let about = self.findings().into_iter().filter(|(hypothesis, _)| hypothesis.metric == *metric);
        let spreads = about.filter_map(|(_, judged)| judged.effect.as_ref().map(|effect| effect.sd));
        let smallest = spreads.filter(|sd| *sd > 0.0).min_by(f64::total_cmp);
        let scores = self.evidence.runs.iter().filter_map(|run| run.result.as_ref()?.scores.get(metric).copied());
        Decimals::of_scores(smallest, scores.map(f64::abs).max_by(f64::total_cmp).unwrap_or(1.0))
    }

    /// The decimals of single scores and differences of one hypothesis.
    pub(crate) fn block_decimals(&self, hypothesis: &Hypothesis, judged: &HypothesisJudgement) -> Decimals {
        let sd = judged.effect.as_ref().map(|effect| effect.sd);
        sd.and_then(Decimals::of_uncertainty).unwrap_or_else(|| self.score_decimals(&hypothesis.metric))
    }
}

/// What a run came to, if it ended.
pub(crate) fn outcome(run: &RunEvidence) -> Option<&Outcome> {
    run.result.as_ref().map(|result| &result.outcome)
}

/// The metric that decides `hypothesis`.
pub(crate) fn metric<'a>(registered: &'a Registered, hypothesis: &Hypothesis) -> Option<&'a Metric> {
    registered.protocol().metrics.get(&hypothesis.metric)
}

/// What an effect is a change of: the metric, or what a trend reads off it.
pub(crate) fn quantity(hypothesis: &Hypothesis) -> String {
    let metric = &hypothesis.metric;
    let Some(trend) = hypothesis.trend() else { return metric.to_string() };
    let measured = match trend.measure {
        Measure::LogRatio => format!("log {metric}"),
        Measure::Difference => metric.to_string(),
    };
    match trend.reading {
        Reading::Slope => format!("the exponent of {metric} over {}", trend.along.word()),
        Reading::At { times_the_largest, .. } => {
            format!("{measured} at {} times the most {}", number::stated(times_the_largest), trend.along.word())
        }
    }
}

/// The unit of an effect; empty where there is none.
pub(crate) fn unit<'a>(registered: &'a Registered, hypothesis: &Hypothesis) -> &'a str {
    match hypothesis.trend().map(|trend| trend.measure) {
        Some(Measure::LogRatio) => return "",
        Some(Measure::Difference) | None => {}
    }
    metric(registered, hypothesis).map_or("", |metric| metric.unit.as_str())
}

/// Which families bound another error than the chance of any wrong decision,
/// which a reader would take them to bound; none where there are none.
pub(crate) fn false_discovery_families(registered: &Registered) -> Option<String> {
    let protocol = registered.protocol();
    let others = protocol
        .families
        .iter()
        .filter(|(name, family)| family.procedure.bounds_false_discoveries() && protocol.members(name) > 1);
    let names: Vec<String> = others.map(|(name, family)| format!("{name} ({})", family.procedure.words())).collect();
    (!names.is_empty()).then(|| {
        format!(
            "Of {} {} the error rate bounds the expected share of wrong decisions among the decisions, not the chance of any.",
            if names.len() == 1 { "family" } else { "families" },
            listed(&names)
        )
    })
}

/// Whether the claim of `hypothesis` is that the metric goes up: the sign of
/// candidate minus baseline in which effects are reported.
pub(crate) fn claims_increase(registered: &Registered, hypothesis: &Hypothesis) -> bool {
    if hypothesis.trend().is_some_and(|trend| trend.reading == Reading::Slope) {
        // A better exponent is a larger one, whichever way the metric goes.
        return hypothesis.expected == Expected::Better;
    }
    let goes_up = match metric(registered, hypothesis).map(|metric| metric.direction) {
        Some(Direction::Maximize) | None => true,
        Some(Direction::Minimize) => false,
    };
    match hypothesis.expected {
        Expected::Better => goes_up,
        Expected::Worse => !goes_up,
    }
}

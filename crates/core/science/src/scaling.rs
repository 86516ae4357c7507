use gosset_model::{
    ArmName, ArmPair, ClaimedOfScale, Contribution, ContributionBounds, Direction, Evidence, Hypothesis, Name,
    ObservedLoss, Registered, RunEvidence, Rung, RungGain, RungPrediction, Scaling, ScalingFindings, ScoredPrediction,
};
use gosset_stats::{Alpha, summary};

use crate::claim::one_sided;
use crate::differences::{Cell, units};
use crate::fit::Fit;
use crate::prediction::loss;
use crate::trend::{bend_weights, measured};

/// Says what the rungs of a ladder show beyond the verdicts on its claims: how
/// what was foreseen compares with what came, the gain on each rung, and
/// whether the gains bend. None in a study without a ladder.
///
/// Blocks make pieces of evidence as they do for hypotheses. Bounds of gains
/// and of their bend are one-sided t bounds, each at the registered error rate;
/// blocks in which a run failed or is missing take no part in them.
pub(crate) fn scaling(registered: &Registered, evidence: &Evidence) -> Option<ScalingFindings> {
    let scaling = registered.protocol().scaling.as_ref()?;
    let mut found = ScalingFindings {
        predictions: Vec::new(),
        predicted_in: evidence.prediction.as_ref().map(|(record, _)| *record),
        gains: Vec::new(),
        bend: None,
        notes: Vec::new(),
    };
    if let Some((_, prediction)) = &evidence.prediction {
        if prediction.protocol != registered.digest() {
            found.notes.push(
                "The protocol was amended after the rungs held out were foreseen: the law fitted is the one registered then.".to_owned(),
            );
        }
        for ladder in &prediction.ladders {
            let which = if ladder.is_treated { "With the treatment" } else { "Without the treatment" };
            let about =
                |text: &str| if scaling.treatment.is_empty() { text.to_owned() } else { format!("{which}: {text}") };
            if let Some(why) = &ladder.refused {
                found.notes.push(about(&format!("nothing could be foreseen: {why}.")));
            }
            if ladder.left_out > 0 {
                found.notes.push(about(&format!(
                    "the law is about runs that finished; {} on lower rungs did not.",
                    ladder.left_out
                )));
            }
            found.notes.extend(ladder.notes.iter().map(|note| about(note)));
            let scored = |rung: &RungPrediction| scored(registered, evidence, scaling, ladder.is_treated, rung);
            found.predictions.extend(ladder.rungs.iter().map(scored));
        }
    } else if scaling.law.is_some() {
        let held_out = registered.held_out_runs();
        let has_started = |run: &RunEvidence| run.attempt > 0 && held_out.contains(&run.planned.id);
        found.notes.push(if evidence.runs.iter().any(has_started) {
            "Nothing is foreseen: a run on a rung held out had started before the rung was held out.".to_owned()
        } else {
            "Nothing is foreseen yet: runs on lower rungs come first.".to_owned()
        });
    }
    if let Some(gains) = Gains::of(registered, evidence, scaling) {
        gains.told(&mut found);
    }
    Some(found)
}

fn scored(
    registered: &Registered,
    evidence: &Evidence,
    scaling: &Scaling,
    is_treated: bool,
    predicted: &RungPrediction,
) -> ScoredPrediction {
    let rung = scaling.rungs.iter().find(|rung| rung.setting == predicted.setting);
    let arm = rung.and_then(|rung| if is_treated { rung.candidate.as_ref() } else { Some(&rung.baseline) });
    let seeds = registered.seeds();
    let observed = |seed: &u64| {
        let loss = loss(registered, evidence, &scaling.metric, arm?, *seed)?;
        let [lower, upper] = predicted.run;
        Some(ObservedLoss { seed: *seed, loss, is_inside: (lower..=upper).contains(&loss) })
    };
    let observed: Vec<ObservedLoss> = seeds.iter().filter_map(observed).collect();
    let mean = summary::mean(&observed.iter().map(|one| one.loss).collect::<Vec<_>>()).ok();
    ScoredPrediction {
        is_treated,
        predicted: predicted.clone(),
        lacking: (seeds.len() - observed.len()) as u64,
        mean,
        off: mean.map(|mean| mean / predicted.loss - 1.0).filter(|off| off.is_finite()),
        observed,
    }
}

/// The gains of a treatment, oriented so that positive is better, in the blocks
/// that lack none of them.
struct Gains<'a> {
    registered: &'a Registered,
    evidence: &'a Evidence,
    /// Any of the hypotheses about the ladder: all have one metric and scope.
    hypothesis: &'a Hypothesis,
    rungs: Vec<(&'a Rung, f64)>,
    rows: Vec<(Option<Name>, u64, Vec<f64>)>,
    left_out: usize,
}

impl<'a> Gains<'a> {
    fn of(registered: &'a Registered, evidence: &'a Evidence, scaling: &'a Scaling) -> Option<Self> {
        let protocol = registered.protocol();
        let ClaimedOfScale { along, measure, hypotheses } = scaling.claimed.as_ref()?;
        let hypothesis = protocol.hypothesis(hypotheses.first()?)?;
        let sign = match protocol.metrics.get(&scaling.metric)?.direction {
            Direction::Maximize => 1.0,
            Direction::Minimize => -1.0,
        };
        let rungs: Vec<(&Rung, f64)> =
            scaling.rungs.iter().filter_map(|rung| Some((rung, *rung.scale.get(along)?))).collect();
        let mut gains = Self { registered, evidence, hypothesis, rungs, rows: Vec::new(), left_out: 0 };
        let pairs = hypothesis.pairs();
        let seeds = registered.seeds();
        let blocks = registered.datasets().into_iter();
        for (dataset, seed) in blocks.flat_map(|dataset| seeds.iter().map(move |seed| (dataset.clone(), *seed))) {
            let run = |arm: &ArmName| evidence.run(arm, dataset.as_ref(), seed);
            let value = |arm: &ArmName| {
                let result = run(arm)?.result.as_ref()?;
                let score = result.scores.get(&scaling.metric).copied().filter(|_| result.outcome.is_finished())?;
                measured(*measure, score)
            };
            let gain = |pair: &ArmPair| Some(sign * (value(&pair.candidate)? - value(&pair.baseline)?));
            if pairs.iter().all(|pair| run(&pair.candidate).is_none() && run(&pair.baseline).is_none()) {
                // A look to come asks for it.
                continue;
            }
            match pairs.iter().map(gain).collect() {
                Some(row) => gains.rows.push((dataset, seed, row)),
                None => gains.left_out += 1,
            }
        }
        Some(gains)
    }

    fn told(&self, found: &mut ScalingFindings) {
        let gain = |(place, (rung, scale)): (usize, &(&Rung, f64))| {
            let gain = self.contribution(|row| row[place])?;
            Some(RungGain { setting: rung.setting.clone(), scale: *scale, gain })
        };
        found.gains = self.rungs.iter().enumerate().filter_map(gain).collect();
        let scales: Vec<f64> = self.rungs.iter().map(|(_, scale)| *scale).collect();
        let weights = bend_weights(&scales).filter(|weights| self.rows.iter().all(|row| row.2.len() == weights.len()));
        found.bend = weights.and_then(|weights| {
            self.contribution(|row| row.iter().zip(&weights).map(|(gain, weight)| gain * weight).sum())
        });
        let bends =
            found.bend.as_ref().and_then(|bend| bend.bounds).map(|bounds| bounds.lower > 0.0 || bounds.upper < 0.0);
        found.notes.push(match bends {
            Some(true) => "The gains bend away from a straight line over the logarithm of scale: what is read off such a line, above all beyond the ladder, is not to be relied on.".to_owned(),
            Some(false) => "No bend of the gains away from a straight line over the logarithm of scale is apart from none; with few seeds a bend can be there all the same, and what lies beyond the ladder rests on there being none.".to_owned(),
            None => "Whether the gains lie on a straight line over the logarithm of scale cannot be told, and what lies beyond the ladder rests on it.".to_owned(),
        });
        if self.left_out > 0 {
            found.notes.push(format!(
                "{} in which a run failed or is missing take no part in the gains and their bend, which favours a side that fails.",
                if self.left_out == 1 { "1 block".to_owned() } else { format!("{} blocks", self.left_out) }
            ));
        }
    }

    /// The mean of a quantity of each block, with bounds at the registered error
    /// rate; none without blocks.
    fn contribution(&self, quantity: impl Fn(&[f64]) -> f64) -> Option<Contribution> {
        let cells: Vec<Cell<'_>> = self
            .rows
            .iter()
            .map(|(dataset, seed, row)| Cell { dataset: dataset.as_ref(), seed: *seed, difference: quantity(row) })
            .collect();
        let units = units(self.registered, self.hypothesis, self.evidence, &cells).ok()?.differences;
        let level: Alpha = one_sided(self.registered.protocol());
        let bounds = Fit::of(self.registered.protocol(), &units, level).ok().map(|fit| ContributionBounds {
            lower: fit.lower(level),
            upper: fit.upper(level),
            level: level.get(),
        });
        Some(Contribution { estimate: summary::mean(&units).ok()?, bounds, n: units.len() as u64 })
    }
}

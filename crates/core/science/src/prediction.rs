use std::collections::BTreeMap;

use gosset_model::{
    ArmName, Evidence, FittedLaw, LadderPrediction, LawConstant, Name, Registered, Rung, RungPrediction, ScaleQuantity,
    Scaling, ScalingLaw, ScalingPrediction,
};
use gosset_stats::interval::resampling::Resampling;
use gosset_stats::scaling::bootstrap::Unit;
use gosset_stats::scaling::prediction::Prediction;
use gosset_stats::scaling::{
    Criterion, Law, Point, Points, Quantity, Reason, Scale, ScalingError, Verdict, bootstrap, fit, identify,
};
use gosset_stats::{Stream, summary};

use crate::claim::one_sided;

/// What is made least, as `gosset scaling fit` does where nothing else is asked:
/// the threshold of Hoffmann et al.
const CRITERION: Criterion = Criterion::Huber { delta: 1e-3 };
const RESAMPLES: u32 = 2_000;

/// Fits the registered law to the lower rungs of a ladder and says what the
/// rungs held out will come to; none where no rung is held out.
///
/// Without the treatment and with it a law of its own is fitted, each run a
/// point; where there are several data sets, the mean over them. Runs that
/// failed or are missing are left out and counted. Bounds are at the registered
/// one-sided error rate, taken from 2,000 resamples of single runs; they know
/// nothing of how the law itself may fail beyond the lower rungs. Where nothing
/// can be foreseen, the reason is part of the prediction.
///
/// Looks at no run of a rung that is held out. Random draws follow from the
/// digest of the first registered protocol.
#[must_use]
pub fn predict(registered: &Registered, evidence: &Evidence) -> Option<ScalingPrediction> {
    let scaling = registered.protocol().scaling.as_ref()?;
    let law = scaling.law?;
    let ladders = if scaling.treatment.is_empty() { vec![false] } else { vec![false, true] };
    Some(ScalingPrediction {
        version: ScalingPrediction::VERSION,
        protocol: registered.digest(),
        level: one_sided(registered.protocol()).get(),
        ladders: ladders
            .into_iter()
            .map(|is_treated| Ladder { registered, evidence, scaling, law, is_treated }.foreseen())
            .collect(),
    })
}

/// The loss of `arm` with `seed`: the mean over data sets where there are
/// several; none where one of them lacks it.
pub(crate) fn loss(
    registered: &Registered,
    evidence: &Evidence,
    metric: &Name,
    arm: &ArmName,
    seed: u64,
) -> Option<f64> {
    let of_dataset = |dataset: Option<Name>| {
        let result = evidence.run(arm, dataset.as_ref(), seed)?.result.as_ref()?;
        result.scores.get(metric).copied().filter(|_| result.outcome.is_finished())
    };
    let losses: Option<Vec<f64>> = registered.datasets().into_iter().map(of_dataset).collect();
    summary::mean(&losses?).ok()
}

/// The rungs without or with the treatment.
struct Ladder<'a> {
    registered: &'a Registered,
    evidence: &'a Evidence,
    scaling: &'a Scaling,
    law: FittedLaw,
    is_treated: bool,
}

impl Ladder<'_> {
    fn foreseen(&self) -> LadderPrediction {
        let mut found = LadderPrediction {
            is_treated: self.is_treated,
            runs: 0,
            left_out: 0,
            constants: Vec::new(),
            rungs: Vec::new(),
            refused: None,
            notes: Vec::new(),
        };
        let (points, left_out) = self.points();
        (found.runs, found.left_out) = (points.len() as u64, left_out);
        if let Some(point) = points.iter().find(|point| point.loss <= 0.0) {
            found.refused = Some(format!("a law needs losses above 0, and a run has {:?}", point.loss));
            return found;
        }
        if let Err(error) = self.fitted(points, &mut found) {
            found.refused = Some(error.to_string());
            found.rungs.clear();
        }
        found
    }

    /// The runs on lower rungs, and how many of them are left out.
    fn points(&self) -> (Vec<Point>, u64) {
        let (mut points, mut left_out) = (Vec::new(), 0);
        for rung in self.scaling.rungs.iter().filter(|rung| !rung.is_held_out) {
            let Some((arm, scale)) = self.arm(rung).zip(scale(rung)) else { continue };
            for seed in self.registered.seeds() {
                match loss(self.registered, self.evidence, &self.scaling.metric, arm, seed) {
                    Some(loss) => {
                        let row = points.len() as u64 + 1;
                        points.push(Point { scale, loss, group: Some(seed.to_string()), row });
                    }
                    None => left_out += 1,
                }
            }
        }
        (points, left_out)
    }

    fn arm<'r>(&self, rung: &'r Rung) -> Option<&'r ArmName> {
        if self.is_treated { rung.candidate.as_ref() } else { Some(&rung.baseline) }
    }

    fn fitted(&self, points: Vec<Point>, found: &mut LadderPrediction) -> Result<(), ScalingError> {
        let protocol = self.registered.protocol();
        let level = one_sided(protocol);
        let key = *self.registered.registration().seed_key.as_bytes();
        let side = if self.is_treated { "treated" } else { "baseline" };
        let stream = Stream::named(key, &format!("scaling/{side}"));
        let found_fit = fit(law_of(self.law), &Points::new(points)?, CRITERION)?;
        let (best, verdicts) = identify(&found_fit, Unit::Runs, level)?;
        for (constant, verdict) in verdicts {
            found.notes.extend(said(constant.symbol, &verdict));
            found.constants.push(constant_of(constant.symbol, &verdict));
        }
        let resampled =
            bootstrap(&best, Unit::Runs, &Resampling { level, resamples: RESAMPLES, stream: &stream.substream(0) })?;
        if let Some(runs) = resampled.too_few_units() {
            found.notes.push(format!("Bounds from {runs} runs are too tight: about 30 are needed."));
        }
        for (number, rung) in self.scaling.rungs.iter().filter(|rung| rung.is_held_out).enumerate() {
            let Some(scale) = scale(rung) else { continue };
            let prediction = resampled.predict(&scale, &stream.substream(1 + number as u64))?;
            found.rungs.push(rung_of(rung, &prediction));
        }
        Ok(())
    }
}

fn rung_of(rung: &Rung, prediction: &Prediction) -> RungPrediction {
    let beyond: BTreeMap<ScaleQuantity, f64> =
        prediction.beyond.iter().filter_map(|(quantity, factor)| Some((quantity_back(*quantity)?, *factor))).collect();
    RungPrediction {
        setting: rung.setting.clone(),
        loss: prediction.loss,
        law: [prediction.law.lower, prediction.law.upper],
        run: [prediction.run.lower, prediction.run.upper],
        beyond,
    }
}

fn constant_of(symbol: &str, verdict: &Verdict) -> LawConstant {
    let (estimate, lower, upper) = match verdict {
        Verdict::Identified { estimate, bounds } => (Some(*estimate), Some(bounds.lower), Some(bounds.upper)),
        Verdict::AtLeast { lower, .. } => (None, Some(*lower), None),
        Verdict::AtMost { upper, .. } => (None, None, Some(*upper)),
        Verdict::NotIdentified { .. } => (None, None, None),
    };
    LawConstant { symbol: symbol.to_owned(), estimate, lower, upper }
}

/// Why a constant has no number.
fn said(symbol: &str, verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Identified { .. } => None,
        Verdict::AtLeast { .. } | Verdict::AtMost { .. } => {
            Some(format!("The runs bound {symbol} on one side only, so that it has no estimate."))
        }
        Verdict::NotIdentified { reason: Reason::Collinear { first, second } } => {
            Some(format!("The runs do not identify {symbol}: {} and {} go together.", first.word(), second.word()))
        }
        Verdict::NotIdentified { reason: Reason::Flat { .. } } => {
            Some(format!("The runs do not identify {symbol}: they fit as well over a wide range of it."))
        }
    }
}

fn scale(rung: &Rung) -> Option<Scale> {
    rung.scale.iter().try_fold(Scale::new(), |scale, (quantity, size)| scale.with(quantity_of(*quantity), *size).ok())
}

fn law_of(fitted: FittedLaw) -> Law {
    // A law of one quantity has it: the study file is checked for that.
    let over = fitted.over.map_or(Quantity::Compute, quantity_of);
    match fitted.law {
        ScalingLaw::PowerLaw => Law::PowerLaw { over },
        ScalingLaw::PowerLawOffset => Law::PowerLawOffset { over },
        ScalingLaw::Kaplan => Law::Kaplan,
        ScalingLaw::Chinchilla => Law::Chinchilla,
        ScalingLaw::OverTraining => Law::OverTraining,
        ScalingLaw::DataConstrained => Law::DataConstrained,
    }
}

fn quantity_of(quantity: ScaleQuantity) -> Quantity {
    match quantity {
        ScaleQuantity::Parameters => Quantity::Parameters,
        ScaleQuantity::Tokens => Quantity::Tokens,
        ScaleQuantity::UniqueTokens => Quantity::UniqueTokens,
        ScaleQuantity::Compute => Quantity::Compute,
        ScaleQuantity::Steps => Quantity::Steps,
    }
}

/// The quantity of a ladder; none for a loss, which no rung has.
fn quantity_back(quantity: Quantity) -> Option<ScaleQuantity> {
    Some(match quantity {
        Quantity::Parameters => ScaleQuantity::Parameters,
        Quantity::Tokens => ScaleQuantity::Tokens,
        Quantity::UniqueTokens => ScaleQuantity::UniqueTokens,
        Quantity::Compute => ScaleQuantity::Compute,
        Quantity::Steps => ScaleQuantity::Steps,
        Quantity::PretrainingLoss => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_laws_of_a_study_have_as_many_constants_as_it_counts() {
        let laws = [
            ScalingLaw::PowerLaw,
            ScalingLaw::PowerLawOffset,
            ScalingLaw::Kaplan,
            ScalingLaw::Chinchilla,
            ScalingLaw::OverTraining,
            ScalingLaw::DataConstrained,
        ];
        for law in laws {
            let fitted = FittedLaw { law, over: Some(ScaleQuantity::Tokens) };
            let of_stats = law_of(fitted);
            assert_eq!((of_stats.constants().len(), of_stats.id()), (law.constants(), law.id()));
            let needs: Vec<ScaleQuantity> = of_stats.needs().into_iter().filter_map(quantity_back).collect();
            assert_eq!(needs, fitted.needs());
        }
    }
}

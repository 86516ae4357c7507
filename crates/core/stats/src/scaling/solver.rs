//! Searches the constants of one law.

use super::constant::Constant;
use super::data::{Data, Logs};
use super::error::ScalingError;
use super::fit::Criterion;
use super::form::Form;
use super::misfit::{Held, Misfit};
use super::quantity::Quantity;
use crate::least_squares::{
    Dual, LeastSquaresError, Minimum, Objective, Residuals, Stops, levenberg_marquardt, minimise, positive_solve,
};

/// Numbers that were searched, and how badly they fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Searched {
    pub(super) theta: Vec<f64>,
    pub(super) cost: f64,
    /// Whether the search came to its end.
    pub(super) is_settled: bool,
}

impl Searched {
    /// What was found, where it is a number.
    fn of<const P: usize>(found: &Minimum<P>) -> Option<Self> {
        let Minimum { at, value, is_settled } = *found;
        value.is_finite().then(|| Self { theta: at.to_vec(), cost: value, is_settled })
    }
}

/// A law whose number of constants is forgotten.
pub(super) trait Solver {
    fn constants(&self) -> Vec<Constant>;
    fn needs(&self) -> Vec<Quantity>;
    fn log_loss(&self, theta: &[f64], logs: &Logs, centre: &Logs) -> f64;
    fn uncentred(&self, theta: &[f64], centre: &Logs) -> Vec<f64>;
    /// How the log loss changes with each searched number.
    fn slope(&self, theta: &[f64], logs: &Logs, centre: &Logs) -> Vec<f64>;
    /// The inverse of the sum over all runs of the products of slopes; none where
    /// the runs leave a direction free.
    fn inverse_metric(&self, data: &Data, theta: &[f64]) -> Option<Vec<Vec<f64>>>;
    /// The best fit from all starts of the law.
    fn best(&self, data: &Data, criterion: Criterion) -> Result<Searched, ScalingError>;
    /// The best fit near `start`, each run counted as its weight says; none
    /// where there is no number.
    fn near(&self, data: &Data, weights: Option<&[f64]>, criterion: Criterion, start: &[f64]) -> Option<Searched>;
    /// The best fit near `start` with the uncentred number at `place` held at
    /// `value`; the searched numbers are centred all the same.
    fn held(&self, data: &Data, criterion: Criterion, start: &[f64], place: usize, value: f64) -> Option<Searched>;
    /// How the cost rises with the uncentred number at `place`, the others
    /// following; none where it has no least value there.
    fn local(
        &self,
        data: &Data,
        criterion: Criterion,
        theta: &[f64],
        place: usize,
        units: &[Vec<usize>],
    ) -> Option<Local>;
}

/// A number near the best fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    /// The second derivative of the cost, the other numbers following.
    pub(super) stiffness: f64,
    /// The variance of the number, whatever the spread of single units: by the
    /// sandwich of the pulls of units between the inverse curvatures.
    pub(super) variance: f64,
}

/// The law itself.
pub(super) struct Of<F, const P: usize>(pub(super) F);

/// Steps from a start, from a fit nearby, and from a rough start.
const MOST_STEPS: u32 = 400;
const STEPS_NEARBY: u32 = 150;
const ROUGH: Stops = Stops { most_steps: 150, smallest_fall: 1e-6 };
/// How many rough fits are gone on from.
const KEPT: usize = 4;

impl<const P: usize, F: Form<P>> Of<F, P> {
    fn array(theta: &[f64]) -> [f64; P] {
        std::array::from_fn(|place| theta[place])
    }

    /// How the uncentred number at `place` depends on the centred ones.
    fn row(&self, place: usize, centre: &Logs) -> [f64; P] {
        let zero = self.0.uncentred(&[0.0; P], centre)[place];
        std::array::from_fn(|k| {
            let mut unit = [0.0; P];
            unit[k] = 1.0;
            self.0.uncentred(&unit, centre)[place] - zero
        })
    }

    fn misfit<'a>(&'a self, data: &'a Data, weights: Option<&'a [f64]>, criterion: Criterion) -> Misfit<'a, F> {
        Misfit { form: &self.0, data, weights, criterion }
    }
}

impl<const P: usize, F: Form<P>> Solver for Of<F, P> {
    fn constants(&self) -> Vec<Constant> {
        self.0.constants().to_vec()
    }

    fn needs(&self) -> Vec<Quantity> {
        self.0.needs().to_vec()
    }

    fn log_loss(&self, theta: &[f64], logs: &Logs, centre: &Logs) -> f64 {
        self.0.log_loss(&Self::array(theta), logs, centre)
    }

    fn uncentred(&self, theta: &[f64], centre: &Logs) -> Vec<f64> {
        self.0.uncentred(&Self::array(theta), centre).to_vec()
    }

    fn slope(&self, theta: &[f64], logs: &Logs, centre: &Logs) -> Vec<f64> {
        self.0.curved(&Self::array(theta), logs, centre).1.to_vec()
    }

    fn inverse_metric(&self, data: &Data, theta: &[f64]) -> Option<Vec<Vec<f64>>> {
        let metric = self.misfit(data, None, Criterion::Squares).curved(&Self::array(theta)).metric;
        let unit = |place: usize| std::array::from_fn(|k| if k == place { 1.0 } else { 0.0 });
        (0..P).map(|place| Some(positive_solve(&metric, &unit(place))?.to_vec())).collect()
    }

    fn best(&self, data: &Data, criterion: Criterion) -> Result<Searched, ScalingError> {
        let mut starts = self.0.starts(data);
        if !F::STARTS_ARE_NEAR {
            let residuals = LogResiduals::<F, P> { form: &self.0, data };
            let mut rough: Vec<([f64; P], f64)> = starts
                .into_iter()
                .filter_map(|start| match levenberg_marquardt::fit(&residuals, &start, &ROUGH) {
                    Ok(found) => Some((Self::array(&found.constants), found.sum_of_squares)),
                    // Near enough to go on from.
                    Err(LeastSquaresError::NotSettled { .. }) => Some((start, f64::MAX)),
                    Err(LeastSquaresError::TooFew { .. } | LeastSquaresError::StartNotFinite) => None,
                })
                .collect();
            rough.sort_by(|a, b| a.1.total_cmp(&b.1));
            rough.dedup_by(|a, b| (a.1 - b.1).abs() <= 1e-6 * b.1);
            starts = rough.into_iter().take(KEPT).map(|(start, _)| start).collect();
        }
        let misfit = self.misfit(data, None, criterion);
        starts
            .into_iter()
            .filter_map(|start| Searched::of(&minimise(&misfit, start, MOST_STEPS)))
            .min_by(|a, b| b.is_settled.cmp(&a.is_settled).then(a.cost.total_cmp(&b.cost)))
            .ok_or(ScalingError::NotSettled)
    }

    fn near(&self, data: &Data, weights: Option<&[f64]>, criterion: Criterion, start: &[f64]) -> Option<Searched> {
        Searched::of(&minimise(&self.misfit(data, weights, criterion), Self::array(start), STEPS_NEARBY))
    }

    fn held(&self, data: &Data, criterion: Criterion, start: &[f64], place: usize, value: f64) -> Option<Searched> {
        let misfit = self.misfit(data, None, criterion);
        let held = Held { objective: &misfit, place, row: self.row(place, &data.centre) };
        let offset = self.0.uncentred(&[0.0; P], &data.centre)[place];
        let mut at = Self::array(start);
        at[place] = value - offset;
        let found = Searched::of(&minimise(&held, at, STEPS_NEARBY))?;
        Some(Searched { theta: held.centred(&Self::array(&found.theta)).to_vec(), ..found })
    }

    fn local(
        &self,
        data: &Data,
        criterion: Criterion,
        theta: &[f64],
        place: usize,
        units: &[Vec<usize>],
    ) -> Option<Local> {
        let at = Self::array(theta);
        let row = self.row(place, &data.centre);
        let solved = positive_solve(&self.misfit(data, None, criterion).curved(&at).curve, &row)?;
        let inner = |a: &[f64; P], b: &[f64; P]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let spread = inner(&solved, &row);
        let pull = |place: usize| {
            let (value, slope, _) = self.0.curved(&at, &data.logs[place], &data.centre);
            criterion.pull(value - data.log_losses[place]) * inner(&slope, &solved)
        };
        let variance: f64 = units
            .iter()
            .map(|unit| {
                let pull: f64 = unit.iter().map(|place| pull(*place)).sum();
                pull * pull
            })
            .sum();
        (spread > 0.0 && variance.is_finite()).then_some(Local { stiffness: 1.0 / spread, variance })
    }
}

/// The log residuals of a law with their slopes, for rough steps by least squares.
struct LogResiduals<'a, F, const P: usize> {
    form: &'a F,
    data: &'a Data,
}

impl<const P: usize, F: Form<P>> Residuals for LogResiduals<'_, F, P> {
    fn count(&self) -> usize {
        self.data.len()
    }

    fn write(&self, constants: &[f64], residuals: &mut [f64], slopes: Option<&mut [f64]>) {
        let Self { form, data } = self;
        let theta: [f64; P] = std::array::from_fn(|place| constants[place]);
        for ((logs, log_loss), residual) in data.logs.iter().zip(&data.log_losses).zip(residuals) {
            *residual = form.log_loss(&theta, logs, &data.centre) - log_loss;
        }
        if let Some(slopes) = slopes {
            let duals: [Dual<P>; P] = std::array::from_fn(|place| Dual::constant(theta[place], place));
            for (logs, row) in data.logs.iter().zip(slopes.chunks_mut(P)) {
                row.copy_from_slice(form.log_loss(&duals, logs, &data.centre).slope());
            }
        }
    }
}

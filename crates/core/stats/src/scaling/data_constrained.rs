use super::chinchilla;
use super::constant::{Constant, Range};
use super::data::{Data, Logs};
use super::form::{Form, log_sum};
use super::quantity::Quantity;
use crate::least_squares::Scalar;

/// L = E + A / N^alpha + B / D'^beta, where repeated tokens are worth less:
/// D' = U + U R* (1 - exp(-(D / U - 1) / R*)) for U distinct tokens.
///
/// Of the source's two decays this has that of the tokens; parameters count in
/// full, however many.
///
/// # Source
/// Muennighoff et al. 2023, "Scaling Data-Constrained Language Models", section
/// 3.1, equation 5.
pub(super) struct DataConstrained;

const N: usize = Quantity::Parameters as usize;
const D: usize = Quantity::Tokens as usize;
const U: usize = Quantity::UniqueTokens as usize;

/// The log of the distinct tokens that all tokens are worth, centred like the
/// tokens; `decay` is ln R*.
fn worth<S: Scalar>(decay: S, logs: &Logs, centre: &Logs) -> S {
    let unique = logs[U] + centre[U] - centre[D];
    let repeats = libm::expm1(logs[D] - unique).max(0.0);
    // R* (1 - exp(-r / R*)), which is r for large R*.
    let ratio = (-decay).exp().times(repeats);
    let at = ratio.value();
    let (value, first, second) = share_of(at);
    let extra = ratio.chain(value, first, second).times(repeats);
    let at = extra.value();
    let inverse = 1.0 / (1.0 + at);
    extra.chain(libm::log1p(at), inverse, -inverse * inverse) + S::plain(unique)
}

/// (1 - e^-x) / x with its first two derivatives.
fn share_of(x: f64) -> (f64, f64, f64) {
    if x < 1e-2 {
        // The series, of which the next term is below 1e-12.
        let value = 1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0))));
        let first = -0.5 + x / 3.0 * (1.0 - 3.0 * x / 8.0 * (1.0 - 4.0 * x / 15.0 * (1.0 - 5.0 * x / 24.0)));
        let second = 1.0 / 3.0 - x / 4.0 * (1.0 - 2.0 * x / 5.0 * (1.0 - 5.0 * x / 18.0));
        return (value, first, second);
    }
    let small = libm::exp(-x);
    let value = -libm::expm1(-x) / x;
    let first = (small - value) / x;
    let second = (-small - 2.0 * first) / x;
    (value, first, second)
}

impl Form<6> for DataConstrained {
    fn constants(&self) -> [Constant; 6] {
        let [floor, a, b, alpha, beta] = chinchilla::constants();
        let decay = Constant {
            symbol: "R*",
            about: "after how many repetitions tokens are worth little",
            unit: "repetitions",
            range: Range::PositiveBetween { lower: 1e-2, upper: 1e4 },
        };
        [floor, a, b, alpha, beta, decay]
    }

    fn needs(&self) -> &[Quantity] {
        &[Quantity::Parameters, Quantity::Tokens, Quantity::UniqueTokens]
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; 6], logs: &Logs, centre: &Logs) -> S {
        let [floor, a, b, alpha, beta, decay] = *theta;
        let of_tokens = b - beta * worth(decay, logs, centre);
        log_sum(log_sum(a - alpha.times(logs[N]), of_tokens), floor)
    }

    fn uncentred(&self, theta: &[f64; 6], centre: &Logs) -> [f64; 6] {
        let [floor, a, b, alpha, beta, decay] = *theta;
        [floor, a + alpha * centre[N], b + beta * centre[D], alpha, beta, decay]
    }

    fn starts(&self, data: &Data) -> Vec<[f64; 6]> {
        let of_decay = |decay: f64| {
            let log = libm::log(decay);
            chinchilla::starts(data, |logs| worth(log, logs, &data.centre), 1)
                .into_iter()
                .map(move |[floor, a, b, alpha, beta]| [floor, a, b, alpha, beta, log])
        };
        [1.0, 3.0, 10.0, 30.0, 100.0].into_iter().flat_map(of_decay).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_and_its_slopes_join_where_the_series_ends() {
        // The closed form at 0.01 loses about 1e-12 in its second derivative.
        let (below, above) = (share_of(0.01 - 1e-9), share_of(0.01 + 1e-9));
        assert!((below.0 - above.0).abs() < 2e-9 && (below.1 - above.1).abs() < 2e-9);
        assert!((below.2 - above.2).abs() < 1e-8, "{below:?} {above:?}");
        // At 0: 1, -1/2, 1/3; at 1: 1 - 1/e.
        assert_eq!(share_of(0.0), (1.0, -0.5, 1.0 / 3.0));
        assert!((share_of(1.0).0 - (1.0 - libm::exp(-1.0))).abs() < 1e-15);
    }

    #[test]
    fn tokens_seen_once_are_worth_themselves_and_repeated_ones_at_most_their_decay_more() {
        let centre = Logs::default();
        let mut logs = Logs::default();
        (logs[D], logs[U]) = (2.0, 2.0);
        assert!((worth(libm::log(15.0), &logs, &centre) - 2.0).abs() < 1e-15);
        // Endlessly repeated: U (1 + R*) = 16 e^2.
        logs[D] = 30.0;
        assert!((worth(libm::log(15.0), &logs, &centre) - (2.0 + libm::log(16.0))).abs() < 1e-9);
    }
}

//! The nonlinear regression problems of NIST, from both published starts.

use gosset_stats::least_squares::{Dual, Residuals, Scalar, Stops, levenberg_marquardt};

use crate::shared_reference::read;

/// A formula of a problem, written once for every kind of number.
trait Formula<const P: usize> {
    fn at<S: Scalar>(&self, b: &[S; P], x: f64) -> S;
}

/// One problem: its observations and its formula.
struct Problem<F, const P: usize> {
    formula: F,
    rows: Vec<(f64, f64)>,
}

impl<F: Formula<P>, const P: usize> Residuals for Problem<F, P> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn write(&self, constants: &[f64], residuals: &mut [f64], slopes: Option<&mut [f64]>) {
        let plain: [f64; P] = constants.try_into().unwrap();
        for ((y, x), residual) in self.rows.iter().zip(residuals.iter_mut()) {
            *residual = self.formula.at(&plain, *x) - y;
        }
        if let Some(slopes) = slopes {
            let b: [Dual<P>; P] = std::array::from_fn(|k| Dual::constant(plain[k], k));
            for ((_, x), row) in self.rows.iter().zip(slopes.chunks_mut(P)) {
                row.copy_from_slice(self.formula.at(&b, *x).slope());
            }
        }
    }
}

macro_rules! formula {
    ($name:ident, $count:literal, |$b:ident, $x:ident| $value:expr) => {
        struct $name;
        impl Formula<$count> for $name {
            fn at<S: Scalar>(&self, $b: &[S; $count], $x: f64) -> S {
                $value
            }
        }
    };
}

fn power<S: Scalar>(base: S, exponent: f64) -> S {
    (base.ln().times(exponent)).exp()
}

fn bell<S: Scalar>(height: S, centre: S, width: S, x: f64) -> S {
    let distance = (S::plain(x) - centre) / width;
    height * (-(distance * distance)).exp()
}

formula!(Chwirut, 3, |b, x| (-b[0].times(x)).exp() / (b[1] + b[2].times(x)));
formula!(DanWood, 2, |b, x| b[0] * b[1].times(libm::log(x)).exp());
formula!(Gauss, 8, |b, x| b[0] * (-b[1].times(x)).exp() + bell(b[2], b[3], b[4], x) + bell(b[5], b[6], b[7], x));
formula!(Hahn, 7, |b, x| (b[0] + b[1].times(x) + b[2].times(x * x) + b[3].times(x * x * x))
    / (S::plain(1.0) + b[4].times(x) + b[5].times(x * x) + b[6].times(x * x * x)));
formula!(Kirby, 5, |b, x| (b[0] + b[1].times(x) + b[2].times(x * x))
    / (S::plain(1.0) + b[3].times(x) + b[4].times(x * x)));
formula!(Lanczos, 6, |b, x| b[0] * (-b[1].times(x)).exp()
    + b[2] * (-b[3].times(x)).exp()
    + b[4] * (-b[5].times(x)).exp());
formula!(Mgh17, 5, |b, x| b[0] + b[1] * (-b[3].times(x)).exp() + b[2] * (-b[4].times(x)).exp());
formula!(Misra1a, 2, |b, x| b[0] * (S::plain(1.0) - (-b[1].times(x)).exp()));
formula!(Misra1b, 2, |b, x| b[0] * (S::plain(1.0) - power(S::plain(1.0) + b[1].times(x / 2.0), -2.0)));
formula!(Misra1c, 2, |b, x| b[0] * (S::plain(1.0) - power(S::plain(1.0) + b[1].times(2.0 * x), -0.5)));
formula!(Roszman, 4, |b, x| {
    let ratio = b[2] / (S::plain(x) - b[3]);
    let at = ratio.value();
    let inverse = 1.0 / (1.0 + at * at);
    let angle = ratio.chain(libm::atan(at), inverse, -2.0 * at * inverse * inverse);
    b[0] - b[1].times(x) - angle.times(1.0 / std::f64::consts::PI)
});

fn numbers(line: &str) -> Vec<f64> {
    line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn check<F: Formula<P>, const P: usize>(name: &str, formula: F) {
    let Some(text) = read(&format!("nist/nonlinear/{name}.dat")) else {
        return;
    };
    let lines: Vec<&str> = text.lines().collect();
    let constants: Vec<Vec<f64>> = lines
        .iter()
        .filter(|line| line.trim_start().starts_with('b') && line.contains(" = "))
        .filter_map(|line| Some(numbers(line.split_once('=')?.1)))
        .filter(|row| row.len() == 4)
        .collect();
    assert_eq!(constants.len(), P, "{name}");
    let certified = lines.iter().find_map(|line| line.trim().strip_prefix("Residual Sum of Squares:")).unwrap();
    let certified = numbers(certified)[0];
    let data = lines.iter().rposition(|line| line.trim_start().starts_with("Data:")).unwrap();
    let rows = lines[data + 1..].iter().map(|line| numbers(line)).filter(|row| row.len() == 2);
    let problem = Problem { formula, rows: rows.map(|row| (row[0], row[1])).collect() };
    for start in [0, 1] {
        let from: Vec<f64> = constants.iter().map(|row| row[start]).collect();
        let stops = Stops { most_steps: 2_000, smallest_fall: 1e-28 };
        let found = levenberg_marquardt::fit(&problem, &from, &stops)
            .unwrap_or_else(|error| panic!("{name} from start {}: {error}", start + 1));
        for (place, (found, row)) in found.constants.iter().zip(&constants).enumerate() {
            let error = (found / row[2] - 1.0).abs();
            assert!(error < 1e-7, "{name} from start {}, b{}: {found} for {}", start + 1, place + 1, row[2]);
        }
        // The data of Lanczos1 have so few digits that its certified sum of
        // squares, 1.4e-25, is that of their rounding.
        let error = (found.sum_of_squares / certified - 1.0).abs();
        assert!(error < if name == "Lanczos1" { 1e-2 } else { 1e-8 }, "{name}: {}", found.sum_of_squares);
    }
}

#[test]
fn nist_problems_give_their_certified_constants_from_both_starts() {
    check("Chwirut1", Chwirut);
    check("Chwirut2", Chwirut);
    check("DanWood", DanWood);
    check("Gauss1", Gauss);
    check("Gauss2", Gauss);
    check("Hahn1", Hahn);
    check("Kirby2", Kirby);
    check("Lanczos1", Lanczos);
    check("Lanczos3", Lanczos);
    check("MGH17", Mgh17);
    check("Misra1a", Misra1a);
    check("Misra1b", Misra1b);
    check("Misra1c", Misra1c);
    check("Roszman1", Roszman);
}

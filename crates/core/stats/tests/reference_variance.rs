//! Analysis of variance and mixed models, computed by other tools;
//! `reference/mixed.R` and `reference/variance.py`.
#![expect(clippy::disallowed_methods, reason = "tests may read the reference files")]

use gosset_stats::variance::mixed_model::{self, Effect, MethodByTask, MixedModel, Rows};
use gosset_stats::variance::one_way_anova;
use gosset_stats::variance::two_way_anova::{self, SumsOfSquares};
use gosset_stats::variance::{Anova, VarianceError};
use serde_json::Value;

fn lme4() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/mixed.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().contains("lme4 1.1.31"));
    value
}

fn statsmodels() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/variance.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().contains("statsmodels"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    Some(value.as_array()?.iter().map(|text| text.as_str().unwrap()).collect())
}

/// A table of the reference.
struct Case<'a> {
    name: &'a str,
    entry: &'a Value,
    values: Vec<f64>,
    methods: Vec<&'a str>,
    tasks: Vec<&'a str>,
    runs: Option<Vec<&'a str>>,
}

fn cases(reference: &Value) -> Vec<Case<'_>> {
    let cases = reference["cases"].as_object().unwrap().iter();
    cases
        .map(|(name, entry)| Case {
            name,
            entry,
            values: numbers(&entry["value"]),
            methods: texts(&entry["method"]).unwrap(),
            tasks: texts(&entry["task"]).unwrap(),
            runs: texts(&entry["run"]),
        })
        .collect()
}

impl Case<'_> {
    fn fit(&self) -> MixedModel {
        let rows =
            Rows { values: &self.values, methods: &self.methods, tasks: &self.tasks, runs: self.runs.as_deref() };
        let is_random = self.entry["method_by_task"].as_bool().unwrap();
        let interaction = if is_random { MethodByTask::Random } else { MethodByTask::Absent };
        mixed_model::fit(&rows, &"a", interaction).unwrap()
    }
}

fn relative(found: f64, expected: f64) -> f64 {
    (found - expected).abs() / expected.abs()
}

fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(relative(found, expected) <= tolerance, "{what}: found {found}, expected {expected}");
}

fn effects(fit: &MixedModel) -> Vec<Effect> {
    std::iter::once(fit.baseline_mean()).chain(fit.differences().iter().map(|(_, effect)| *effect)).collect()
}

fn deviations(fit: &MixedModel) -> Vec<(&'static str, f64)> {
    let parts = fit.variances().iter().map(|(component, variance)| (component.name(), variance.sqrt()));
    parts.chain(std::iter::once(("residual", fit.residual_variance().sqrt()))).collect()
}

#[test]
fn mixed_models_agree_with_lme4_and_are_never_less_likely() {
    let reference = lme4();
    let cases = cases(&reference);
    assert_eq!(cases.len(), 13);
    let mut worst = [0.0_f64; 4];
    for case in &cases {
        let (name, fit) = (case.name, case.fit());
        // Relative deviations of 714 on top of 10,000 cost lme4 digits, also of
        // its deviance, which it puts below the true minimum: see the test of
        // complete tables.
        let is_far = name == "far_from_zero";
        let deviance = -2.0 * fit.log_likelihood();
        for key in ["deviance", "usual_deviance"] {
            let theirs = case.entry[key].as_f64().unwrap();
            let tolerance = if is_far { 2e-9 } else { 1e-9 };
            assert!(deviance <= theirs + tolerance, "{name}: {deviance} is above {key} {theirs}");
        }
        let theirs = numbers(&case.entry["estimate"]);
        let spread = numbers(&case.entry["standard_error"]);
        let (df, p_values) = (numbers(&case.entry["df"]), numbers(&case.entry["p_value"]));
        for (place, effect) in effects(&fit).iter().enumerate() {
            // An estimate near 0 is compared in units of its standard error.
            let gap = (effect.estimate - theirs[place]).abs() / spread[place].max(theirs[place].abs());
            let gaps = [gap, relative(effect.standard_error, spread[place]), relative(effect.df, df[place])];
            for (worst, gap) in worst.iter_mut().zip(gaps).filter(|_| !is_far) {
                *worst = worst.max(gap);
            }
            println!("{name}, {place}: {gaps:?}");
            let (error, df) = if is_far { (2e-5, 3e-4) } else { (1e-8, 1e-7) };
            assert!(gaps[0] < 1e-8 && gaps[1] < error && gaps[2] < df, "{name}, {place}: {gaps:?}");
            if place > 0 {
                near(name, effect.p_two_sided(), p_values[place], 1e-4);
            }
        }
        for (component, found) in deviations(&fit) {
            let theirs = case.entry["sd"][component].as_f64().unwrap();
            if found == 0.0 {
                assert!(theirs < 1e-4 * deviations(&fit).last().unwrap().1, "{name}: {component} is {theirs}");
            } else {
                worst[3] = if is_far { worst[3] } else { worst[3].max(relative(found, theirs)) };
                near(&format!("{name}, {component}"), found, theirs, if is_far { 2e-5 } else { 2e-8 });
            }
        }
    }
    println!("largest gaps of estimates, standard errors, df, standard deviations: {worst:?}");
}

#[test]
fn complete_tables_are_fitted_to_the_last_digits() {
    // In exact fractions, from which lme4 is further away than this model.
    let (reference, other) = (lme4(), statsmodels());
    for case in cases(&reference) {
        let Some(entry) = other["complete"].get(case.name) else { continue };
        let (name, fit) = (case.name, case.fit());
        let gap = -2.0 * fit.log_likelihood() - entry["deviance"].as_f64().unwrap();
        assert!(gap.abs() < 1e-10, "{name}: {gap:e}");
        for (component, found) in deviations(&fit) {
            near(&format!("{name}, {component}"), found, entry["sd"][component].as_f64().unwrap(), 1e-9);
        }
        for (_, effect) in fit.differences() {
            let table = anova_of(&case, SumsOfSquares::TypeTwo).unwrap();
            let both = table.effect("method-by-task").unwrap();
            let per_method = case.values.len() as f64 / (table.effect("method").unwrap().df + 1.0);
            near(name, effect.standard_error, (2.0 * both.mean_square() / per_method).sqrt(), 1e-9);
            near(name, effect.df, both.df, 1e-9);
        }
    }
}

#[test]
fn singular_fits_are_said_to_be_so() {
    let reference = lme4();
    for case in cases(&reference) {
        let found: Vec<&str> = case.fit().on_boundary().map(|component| component.name()).collect();
        let expected: &[&str] = match case.name {
            "singular" => &["method-by-task"],
            "three_tasks_singular" => &["method-by-task"],
            "all_singular" => &["method-by-task", "task", "run"],
            _ => &[],
        };
        assert_eq!(found, expected, "{}", case.name);
    }
}

#[test]
fn statsmodels_finds_no_higher_likelihood() {
    let (reference, other) = (lme4(), statsmodels());
    for case in cases(&reference) {
        let Some(entry) = other["mixed"].get(case.name) else { continue };
        let (name, fit) = (case.name, case.fit());
        let theirs = entry["log_likelihood"].as_f64().unwrap();
        assert!(fit.log_likelihood() >= theirs - 1e-7, "{name}: {} below {theirs}", fit.log_likelihood());
        println!("{name}: {:e} above statsmodels", fit.log_likelihood() - theirs);
    }
}

fn anova_of(case: &Case<'_>, kind: SumsOfSquares) -> Result<Anova, VarianceError> {
    two_way_anova::fit(&case.values, &case.methods, &case.tasks, kind)
}

#[test]
fn one_way_tables_agree_with_statsmodels() {
    let (reference, other) = (lme4(), statsmodels());
    for case in cases(&reference) {
        let (entry, found) = (&other["one_way"][case.name], one_way_anova::fit(&case.values, &case.methods).unwrap());
        let effect = found.effects[0];
        let tolerance = 1e-8;
        for (key, value) in [
            ("f", found.f(&effect)),
            ("p", found.p_value(&effect)),
            ("between", effect.sum_of_squares),
            ("within", found.residual.sum_of_squares),
        ] {
            near(&format!("{}, {key}", case.name), value, entry[key].as_f64().unwrap(), tolerance);
        }
    }
}

#[test]
fn two_way_tables_agree_with_statsmodels() {
    let (reference, other) = (lme4(), statsmodels());
    let mut unbalanced = 0;
    for case in cases(&reference) {
        let Some(entry) = other["two_way"].get(case.name) else {
            let found = anova_of(&case, SumsOfSquares::TypeTwo).unwrap_err();
            assert_eq!(found.code(), "variance-empty-cell", "{}", case.name);
            continue;
        };
        unbalanced += u32::from(entry["is_balanced"] == false);
        let tolerance = 1e-8;
        for (key, kind) in [("type 2", SumsOfSquares::TypeTwo), ("type 3", SumsOfSquares::TypeThree)] {
            let found = anova_of(&case, kind).unwrap();
            let what = format!("{}, {key}", case.name);
            near(&what, found.residual.sum_of_squares, entry["residual"].as_f64().unwrap(), tolerance);
            near(&what, found.r_squared(), entry["r_squared"].as_f64().unwrap(), tolerance);
            let lines = entry[key].as_array().unwrap();
            assert_eq!(lines.len(), found.effects.len());
            for (effect, line) in found.effects.iter().zip(lines) {
                assert_eq!(line["source"], effect.name);
                let numbers = [effect.sum_of_squares, effect.df, found.f(effect), found.p_value(effect)];
                for (part, number) in ["ss", "df", "f", "p"].iter().zip(numbers) {
                    near(&format!("{what}, {}, {part}", effect.name), number, line[part].as_f64().unwrap(), tolerance);
                }
            }
        }
    }
    assert!(unbalanced > 0);
}

/// The digits to which two numbers agree, at most 15.
fn digits(found: f64, certified: f64) -> f64 {
    let error = relative(found, certified);
    if error == 0.0 { 15.0 } else { (-libm::log10(error)).min(15.0) }
}

/// NIST's generated data: a first value in each of nine groups, then values
/// 0.1 below and above it by turns.
fn simon_lesage(leading: &str, replicates: usize) -> (Vec<f64>, Vec<usize>) {
    let mut values = Vec::new();
    let mut labels = Vec::new();
    for (group, first) in [4, 3, 5, 3, 5, 3, 5, 3, 5].into_iter().enumerate() {
        for place in 0..replicates {
            let digit = if place == 0 { first } else { first + 2 * ((place + 1) % 2) - 1 };
            values.push(format!("{leading}.{digit}").parse().unwrap());
            labels.push(group);
        }
    }
    (values, labels)
}

#[test]
fn sums_of_squares_are_those_of_exact_fractions() {
    let other = statsmodels();
    for (key, entry) in other["simon_lesage"].as_object().unwrap() {
        let (leading, replicates) = key.split_once(' ').unwrap();
        let (values, labels) = simon_lesage(leading, replicates.parse().unwrap());
        let found = one_way_anova::fit(&values, &labels).unwrap();
        let effect = found.effects[0];
        for (part, number) in
            [("between", effect.sum_of_squares), ("within", found.residual.sum_of_squares), ("f", found.f(&effect))]
        {
            near(&format!("{key}, {part}"), number, entry[part].as_f64().unwrap(), 2e-14);
        }
    }
}

/// The least digits of F that values with so many constant leading digits
/// allow: rounding to doubles alone costs the others.
#[test]
fn certified_values_of_all_nine_generated_sets_are_reached_as_far_as_doubles_allow() {
    // NIST StRD, SmLs01 to SmLs09: sums of squares 1.68 and 1.8 for 21 values
    // in a group, 16.08 and 18 for 201, 160.08 and 180 for 2001.
    for (leading, least) in [("1", 13.5), ("1000000", 8.5), ("1000000000000", 2.0)] {
        for (replicates, between, within, f) in
            [(21, 1.68, 1.8, 21.0), (201, 16.08, 18.0, 201.0), (2001, 160.08, 180.0, 2001.0)]
        {
            let (values, labels) = simon_lesage(leading, replicates);
            let found = one_way_anova::fit(&values, &labels).unwrap();
            let effect = found.effects[0];
            for (number, certified) in
                [(effect.sum_of_squares, between), (found.residual.sum_of_squares, within), (found.f(&effect), f)]
            {
                let reached = digits(number, certified);
                println!("{leading}, {replicates}: {reached:.1} digits of {certified}");
                assert!(reached >= least, "{leading}, {replicates}: {reached} digits of {certified}");
            }
        }
    }
}

#[test]
fn certified_files_are_reached_as_far_as_doubles_allow() {
    for (name, least) in [
        ("SiRstv", 12.0),
        ("AtmWtAg", 9.0),
        ("SmLs01", 13.5),
        ("SmLs02", 13.5),
        ("SmLs03", 13.5),
        ("SmLs04", 8.5),
        ("SmLs05", 8.5),
        ("SmLs06", 8.5),
    ] {
        let path = format!("{}/../../../../shared/reference/nist/anova/{name}.dat", env!("CARGO_MANIFEST_DIR"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("NOT CHECKED: the shared reference file {path} is absent ({error})");
                return;
            }
        };
        let words_of = |start: &str| -> Vec<f64> {
            let line = text.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
            line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
        };
        let (between, within) = (words_of("Between"), words_of("Within"));
        let rows = text.lines().skip(60).filter_map(|line| {
            let (label, value) = line.trim().split_once(char::is_whitespace)?;
            Some((label.to_owned(), value.trim().parse::<f64>().unwrap()))
        });
        let (labels, values): (Vec<String>, Vec<f64>) = rows.unzip();
        let found = one_way_anova::fit(&values, &labels).unwrap();
        let effect = found.effects[0];
        assert_eq!((effect.df, found.residual.df), (between[0], within[0]), "{name}");
        let certified = [
            (effect.sum_of_squares, between[1]),
            (found.residual.sum_of_squares, within[1]),
            (found.f(&effect), between[3]),
            (found.r_squared(), words_of("Certified R-Squared")[0]),
            (found.residual_standard_deviation(), words_of("Standard Deviation")[0]),
        ];
        let reached = certified.iter().map(|(number, certified)| digits(*number, *certified)).fold(15.0, f64::min);
        println!("{name}: {reached:.1} digits");
        assert!(reached >= least, "{name}: {reached} digits");
    }
}

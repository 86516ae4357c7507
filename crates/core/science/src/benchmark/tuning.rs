use gosset_model::{Benchmark, Evidence, Level, MethodTuning, Protocol, ReportedTuning};
use gosset_stats::summary;

use super::statements::{code, listed, named};

/// How much each method was tuned, as registered and as its runs report it.
pub(super) fn tuning(protocol: &Protocol, benchmark: &Benchmark, evidence: &Evidence) -> Vec<MethodTuning> {
    let of = |method: &gosset_model::BenchmarkMethod| MethodTuning {
        method: method.level.to_string(),
        registered: method.tuning,
        reported: reported(protocol, benchmark, evidence, &method.level),
    };
    benchmark.methods.iter().map(of).collect()
}

/// What the runs of a method report under all conditions, failed ones too.
fn reported(protocol: &Protocol, benchmark: &Benchmark, evidence: &Evidence, method: &Level) -> Option<ReportedTuning> {
    let metric = benchmark.tuning_metric.as_ref()?;
    let conditions = benchmark.condition_levels().into_iter();
    let arms: Vec<_> = conditions.filter_map(|condition| protocol.benchmark_arm(method, condition)).collect();
    let results =
        evidence.runs.iter().filter(|run| arms.contains(&run.planned.arm)).filter_map(|run| run.result.as_ref());
    let trials: Vec<f64> = results.filter_map(|result| result.scores.get(metric).copied()).collect();
    Some(ReportedTuning {
        mean: summary::mean(&trials).ok()?,
        fewest: trials.iter().copied().min_by(f64::total_cmp)?,
        most: trials.iter().copied().max_by(f64::total_cmp)?,
        runs: trials.len() as u64,
    })
}

/// What unequal or unknown tuning says against an order of methods.
pub(super) fn tuning_warnings(tuned: &[MethodTuning]) -> Vec<String> {
    let mut warnings = Vec::new();
    let unknown: Vec<&str> =
        tuned.iter().filter(|one| one.registered.is_none()).map(|one| one.method.as_str()).collect();
    if unknown.len() == tuned.len() {
        warnings.push(
            "Nobody registered how much each method was tuned: an order may be that of the effort spent.".to_owned(),
        );
    } else if !unknown.is_empty() {
        warnings.push(format!(
            "How much {} tuned is not registered, unlike for the others: their ranks may differ by the effort spent.",
            if let [only] = unknown[..] { format!("{} was", code(only)) } else { format!("{} were", named(&unknown)) }
        ));
    }
    let trials = tuned.iter().filter_map(|one| Some((&*one.method, one.registered?.trials as f64)));
    warnings.extend(unequal("Tuning budgets are unequal", "settings tried for each run", trials.collect()));
    let hours = tuned.iter().filter_map(|one| Some((&*one.method, one.registered?.cpu_hours?)));
    warnings.extend(unequal("The processor time of tuning is unequal", "hours", hours.collect()));
    let is_other = |one: &&MethodTuning| {
        one.registered.zip(one.reported).is_some_and(|(registered, reported)| {
            let trials = registered.trials as f64;
            reported.fewest != trials || reported.most != trials
        })
    };
    let others: Vec<&str> = tuned.iter().filter(is_other).map(|one| one.method.as_str()).collect();
    // Runs that report what was registered say nothing more.
    let is_news = !others.is_empty() || !unknown.is_empty();
    let reported = tuned.iter().filter(|_| is_news).filter_map(|one| Some((&*one.method, one.reported?.mean)));
    warnings.extend(unequal(
        "By what runs report, tuning was unequal",
        "settings tried by a run on average",
        reported.collect(),
    ));
    if !others.is_empty() {
        warnings
            .push(format!("Runs of {} report another number of settings tried than is registered.", named(&others)));
    }
    warnings
}

/// A finding where the methods do not all have the same amount.
fn unequal(what: &str, unit: &str, amounts: Vec<(&str, f64)>) -> Option<String> {
    let is_equal = amounts.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let mut sorted = amounts;
    sorted.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    let said: Vec<String> =
        sorted.iter().map(|(method, amount)| format!("{} {}", code(method), written(*amount))).collect();
    (!is_equal).then(|| format!("{what} ({unit}: {}): an order may be that of the effort spent.", listed(&said)))
}

/// With four decimals at most.
fn written(amount: f64) -> String {
    let decimals = format!("{amount:.4}");
    decimals.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use gosset_model::TuningBudget;

    use super::*;

    fn tuned(method: &str, trials: Option<u64>, reported: Option<[f64; 2]>) -> MethodTuning {
        MethodTuning {
            method: method.to_owned(),
            registered: trials.map(|trials| TuningBudget { trials, cpu_hours: None }),
            reported: reported.map(|[fewest, most]| ReportedTuning {
                mean: (fewest + most) / 2.0,
                fewest,
                most,
                runs: 2,
            }),
        }
    }

    #[test]
    fn amounts_are_written_without_digits_that_say_nothing() {
        assert_eq!([20.0, 0.05, 19.571_43, 0.0].map(written), ["20", "0.05", "19.5714", "0"]);
    }

    #[test]
    fn equal_budgets_that_runs_kept_to_are_no_finding() {
        let all = [tuned("a", Some(5), Some([5.0, 5.0])), tuned("b", Some(5), Some([5.0, 5.0]))];
        assert_eq!(tuning_warnings(&all), [""; 0]);
    }

    #[test]
    fn unequal_unknown_and_broken_budgets_are_findings() {
        let unequal = tuning_warnings(&[tuned("a", Some(1), None), tuned("b", Some(20), None)]);
        assert_eq!(
            unequal,
            [
                "Tuning budgets are unequal (settings tried for each run: `b` 20 and `a` 1): an order may be that of the effort spent."
            ]
        );
        let unknown = tuning_warnings(&[tuned("a", None, None), tuned("b", None, None)]);
        assert!(unknown.len() == 1 && unknown[0].starts_with("Nobody registered"), "{unknown:?}");
        let partly = tuning_warnings(&[tuned("a", Some(1), None), tuned("b", None, None)]);
        assert!(partly.len() == 1 && partly[0].starts_with("How much `b` was tuned is not registered"), "{partly:?}");
        let kept = tuning_warnings(&[tuned("a", Some(1), Some([1.0, 1.0])), tuned("b", Some(5), Some([5.0, 5.0]))]);
        assert_eq!(kept.len(), 1, "runs that kept to unequal budgets say nothing more: {kept:?}");
        let broken = tuning_warnings(&[tuned("a", Some(5), Some([5.0, 5.0])), tuned("b", Some(5), Some([5.0, 7.0]))]);
        assert_eq!(broken.len(), 2, "{broken:?}");
        assert!(broken[0].contains("`b` 6 and `a` 5") && broken[1].starts_with("Runs of `b` report"), "{broken:?}");
    }
}

use crate::document::{Part, Section, fact};
use crate::number;
use crate::report::StudyReport;
use crate::text::counted;

/// What a study has cost so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// Runs that ended, planned or not.
    pub(crate) runs: u64,
    /// Their processor time.
    pub(crate) cpu_secs: f64,
    /// Their durations, added up.
    pub(crate) wall_secs: f64,
    /// The most memory that any of them held.
    pub(crate) peak_memory_bytes: u64,
}

impl Cost {
    /// Adds up all ended attempts, in the order of run ids.
    pub(crate) fn of(report: &StudyReport<'_>) -> Self {
        let mut cost = Self { runs: 0, cpu_secs: 0.0, wall_secs: 0.0, peak_memory_bytes: 0 };
        for exit in report.ended_attempts().filter_map(|attempt| attempt.result.as_ref()).map(|result| &result.exit) {
            cost.runs += 1;
            cost.cpu_secs += exit.cpu_secs;
            cost.wall_secs += exit.wall_secs;
            cost.peak_memory_bytes = cost.peak_memory_bytes.max(exit.peak_memory_bytes);
        }
        cost
    }
}

/// What the study cost, beside its budget.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let cost = Cost::of(report);
    let budget = &report.registered.protocol().budget;
    let limit = |limit: Option<String>| limit.map(|limit| format!(" (budget {limit})")).unwrap_or_default();
    let mut facts = vec![
        fact("Runs", format!("{} ended{}", number::count(cost.runs), limit(budget.runs.map(number::count)))),
        fact(
            "Processor time",
            format!(
                "{}{}",
                number::duration(cost.cpu_secs),
                limit(budget.cpu_hours.map(|hours| format!("{}\u{a0}h", number::stated(hours))))
            ),
        ),
        fact("Duration of all runs added up", number::duration(cost.wall_secs)),
        fact("Peak memory of a run", number::bytes(cost.peak_memory_bytes)),
    ];
    if let Some(price) = budget.cost_per_slot_hour {
        // A run holds as many slots as it needs processors.
        let slots = f64::from(report.registered.protocol().program.cpus.max(1));
        let money = number::significant(price * slots * cost.wall_secs / 3600.0, 3);
        let currency = budget.currency.as_deref().unwrap_or("(no currency stated)");
        facts.push(fact("Price", format!("{money} {currency} at {} for one slot and hour", number::stated(price))));
    }
    let lost = report.lost().len() as u64;
    if lost > 0 {
        facts.push(fact(
            "Not counted",
            format!("the time of {}, which left no exit record", counted(lost, "lost attempt", "lost attempts")),
        ));
    }
    Section { id: "cost", title: "Cost", parts: vec![Part::Facts(facts)] }
}

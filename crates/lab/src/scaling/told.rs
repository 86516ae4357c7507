//! A fit as lines of text.

use gosset_report::number::{self, magnitude, significant};
use gosset_report::scaling::{
    ConstantWords, between, constant_words, criterion_words, flaw_words, reach, scale_words, unit_words,
};
use gosset_stats::Bounds;
use gosset_stats::scaling::Criterion;
use gosset_stats::scaling::allocation::Allocation;
use gosset_stats::scaling::bootstrap::Unit;
use gosset_stats::scaling::envelope::Envelope;
use gosset_stats::scaling::influence::{Influence, Residuals};
use gosset_stats::scaling::iso_flop::{Frontier, Optimum};
use gosset_stats::scaling::next_runs::NextRuns;
use gosset_stats::scaling::prediction::Prediction;

use super::reply::{ConstantText, EntrantText};

/// The law and how it was fitted.
pub(crate) fn law(id: &str, formula: &str, n: u64, criterion: Criterion, cost: f64) -> String {
    let criterion = criterion_words(criterion);
    format!(
        "Law        {id}: {formula}\nRuns       {}\nMade least {criterion}: a sum of {}\n",
        number::count(n),
        magnitude(cost, 6)
    )
}

/// The table of constants.
pub(crate) fn constants(constants: &[ConstantText], confidence: &str) -> String {
    let mut rows = vec![[
        "Constant".to_owned(),
        "Estimate".to_owned(),
        format!("Bounds ({confidence})"),
        "The runs".to_owned(),
        "What it is".to_owned(),
    ]];
    for constant in constants {
        let ConstantWords { estimate, bounds, says } = constant_words(&constant.verdict);
        let unit = if constant.unit == "1" { String::new() } else { format!(" ({})", constant.unit) };
        rows.push([constant.symbol.clone(), estimate, bounds, says, format!("{}{unit}", constant.about)]);
    }
    format!("\n{}", table(&rows))
}

/// What the residuals show.
pub(crate) fn residuals(found: &Residuals) -> String {
    let mut text = format!("\nResiduals  root mean square {} of the log loss", significant(found.root_mean_square, 2));
    if !found.odd.is_empty() {
        let rows: Vec<String> = found.odd.iter().take(5).map(|(row, _)| row.to_string()).collect();
        text.push_str(&format!("; {} odd, the furthest in row {}", found.odd.len(), rows.join(", ")));
    }
    text.push('\n');
    if found.mean_at_the_end.abs() > 3.0 * found.standard_error_at_the_end {
        let side = if found.mean_at_the_end > 0.0 { "above" } else { "below" };
        text.push_str(&format!(
            "           the quarter with the lowest losses lies {} {side} the law on average (standard error {})\n",
            significant(found.mean_at_the_end.abs(), 2),
            significant(found.standard_error_at_the_end, 1)
        ));
    }
    text
}

/// The loss at the target.
pub(crate) fn prediction(found: &Prediction, confidence: &str) -> String {
    let mut text = format!(
        "\nPrediction loss {} at the target; {confidence} bounds of the law {}, of a single run {}\n",
        significant(found.loss, 4),
        between(found.law),
        between(found.run)
    );
    text.push_str(&format!("           {}\n", reach(&found.beyond)));
    for gain in &found.gains {
        text.push_str(&format!(
            "           twice the {}: loss lower by {} ({})\n",
            gain.of.word(),
            magnitude(gain.fall, 3),
            between(gain.bounds)
        ));
    }
    text
}

/// The runs on which most hangs.
pub(crate) fn influences(found: &[Influence], is_target: bool) -> String {
    let at = if is_target { "the prediction" } else { "the loss at the largest run" };
    let each: Vec<String> = found
        .iter()
        .map(|influence| {
            let percent = 100.0 * influence.change;
            let sign = if percent < 0.0 { number::MINUS.to_string() } else { "+".to_owned() };
            format!("row {} ({sign}{} %)", influence.row, magnitude(percent.abs(), 2))
        })
        .collect();
    format!("Influence  leaving one run out changes {at} most for {}\n", each.join(", "))
}

/// The best split of a budget.
pub(crate) fn allocation(found: &Allocation, confidence: &str) -> String {
    let per = found.tokens / found.parameters;
    format!(
        "\nBudget     {} floating-point operations are best split ({confidence} bounds) into\n           {} parameters ({})\n           {} tokens ({}), {} for each parameter\n           loss {}; the best size grows as budget^{} ({})\n           {}\n",
        magnitude(found.budget, 3),
        magnitude(found.parameters, 3),
        between(found.parameters_bounds),
        magnitude(found.tokens, 3),
        between(found.tokens_bounds),
        significant(per, 2),
        significant(found.loss, 4),
        significant(found.exponent, 3),
        between(found.exponent_bounds),
        reach(&found.beyond)
    )
}

/// What to run next.
pub(crate) fn next(found: &NextRuns) -> String {
    let heads = ["Runs", "Of", "Compute of each", "", ""].map(str::to_owned);
    let mut rows = vec![heads];
    for run in &found.runs {
        let cells = [run.count.to_string(), scale_words(&run.scale), magnitude(run.compute, 3)];
        let [count, of, compute] = cells;
        rows.push([count, of, compute, String::new(), String::new()]);
    }
    let percent = |share: f64| format!("{} %", significant(100.0 * share, 2));
    if found.runs.is_empty() {
        return format!(
            "\nNext       no run within reach would lower the standard error at the target, now {}, by much\n",
            percent(found.standard_error)
        );
    }
    format!(
        "\nNext       with these runs, of {} floating-point operations in all, the standard error of the loss at the target is expected to fall from {} to {}\n{}",
        magnitude(found.compute, 3),
        percent(found.standard_error),
        percent(found.standard_error_after),
        table(&rows)
    )
}

/// What was resampled.
pub(crate) fn resampling(unit: Unit, resamples: u64) -> String {
    let what = unit_words(unit);
    format!(
        "\nBounds of constants are those of their profile; others come from {} resamples of {what}.\n",
        number::count(resamples)
    )
}

/// The laws on the largest runs.
pub(crate) fn contest(laws: &[EntrantText], held_out: usize, factor: f64) -> String {
    let mut rows = vec![["Law".to_owned(), "Off by".to_owned(), "Promised".to_owned(), String::new(), String::new()]];
    for entrant in laws {
        let name = format!("{} over {}", entrant.law, entrant.over.join(" and "));
        let (off, promised) = match (entrant.root_mean_square, entrant.mean) {
            (Some(off), Some(mean)) => {
                let side = if mean > 0.0 { "too much" } else { "too little" };
                (magnitude(off, 2), format!("{} {side}", magnitude(mean.abs(), 2)))
            }
            _ => ("not fitted".to_owned(), entrant.refused.clone().unwrap_or_default()),
        };
        rows.push([name, off, promised, String::new(), String::new()]);
    }
    format!(
        "\nThe {held_out} largest runs, up to {} times the largest of the others, foreseen from the others (log losses)\n{}",
        significant(factor, 2),
        table(&rows)
    )
}

/// The best sizes of all budgets.
pub(crate) fn iso_flop(optima: &[Optimum], frontier: &Frontier, bounds: Bounds, confidence: &str) -> String {
    let heads = ["Budget", "Sizes", "Best size", "Loss", ""].map(str::to_owned);
    let mut rows = vec![heads];
    for optimum in optima {
        let (size, loss) = match optimum.best {
            Ok((size, loss)) => (magnitude(size, 3), significant(loss, 4)),
            Err(flaw) => ("none".to_owned(), flaw_words(flaw).to_owned()),
        };
        rows.push([magnitude(optimum.budget, 3), optimum.sizes.to_string(), size, loss, String::new()]);
    }
    format!(
        "\n{}The best size grows as budget^{} ({} at {confidence}, from {} budgets)\n",
        table(&rows),
        significant(frontier.exponent, 3),
        between(bounds),
        frontier.budgets
    )
}

/// The best sizes by the lowest training curves.
pub(crate) fn envelope(found: &Envelope, bounds: Bounds, confidence: &str) -> String {
    let mut rows = vec![["Size", "Lowest from", "To", "", ""].map(str::to_owned)];
    for lowest in &found.lowest {
        let [size, from, to] = [lowest.parameters, lowest.from, lowest.to].map(|value| magnitude(value, 3));
        rows.push([size, from, to, String::new(), String::new()]);
    }
    format!(
        "\n{}The size of the lowest training curve grows as budget^{} ({} at {confidence}, by leaving out each of {} sizes)\n",
        table(&rows),
        significant(found.exponent, 3),
        between(bounds),
        found.lowest.len()
    )
}

/// Columns side by side.
fn table(rows: &[[String; 5]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

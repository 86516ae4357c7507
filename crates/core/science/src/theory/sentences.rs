//! What was found, in sentences.

use gosset_model::{Errors, Theories};

use super::judgement::{Contradiction, Standing, TheoryFinding, TheoryJudgement};
use super::rivals::{ContestKind, RivalPair};
use super::runs::Runs;

/// One sentence for each theory, and one for each pair of rivals.
pub(super) fn statements(judgement: &TheoryJudgement) -> Vec<String> {
    let mut found: Vec<String> = judgement.theories.iter().map(theory).collect();
    found.extend(judgement.rivals.iter().map(pair));
    if let Some(next) = &judgement.next
        && let Some(best) = next.best.first()
    {
        let runs = best.pairs.iter().map(|pair| match pair.runs {
            Some(runs) => format!(
                "{runs} {} to tell `{}` from `{}`",
                if runs == 1 { "run" } else { "runs" },
                pair.first,
                pair.second
            ),
            None => format!(
                "no number of runs tells `{}` from `{}`, since what they foresee there is not known well enough",
                pair.first, pair.second
            ),
        });
        found.push(format!(
            "Of {} conditions, {} parts the rivals most: {} (power {}).",
            next.looked_at,
            best.condition,
            runs.collect::<Vec<_>>().join("; "),
            next.power
        ));
    }
    found
}

fn theory(finding: &TheoryFinding) -> String {
    let name = &finding.name;
    let count = |standing| finding.predictions.iter().filter(|one| one.standing == standing).count();
    let total = finding.predictions.len();
    match finding.standing {
        Standing::Contradicted => {
            let of_predictions = finding
                .predictions
                .iter()
                .filter_map(|one| Some((format!("prediction `{}`", one.name), one.contradiction.as_ref()?)));
            let of_fit = finding.fit.iter().filter_map(|fit| Some(("the fit".to_owned(), fit.contradiction.as_ref()?)));
            let all: Vec<(String, &Contradiction)> = of_predictions.chain(of_fit).collect();
            let worst = all.iter().min_by(|(_, a), (_, b)| a.p_adjusted.total_cmp(&b.p_adjusted));
            let by = worst.map_or_else(String::new, |(what, found)| {
                format!(
                    " by {what}: {}, {:.1} standard errors off ({})",
                    found.observation,
                    found.distance,
                    adjusted(found.p_adjusted)
                )
            });
            format!("`{name}` is contradicted{by}.")
        }
        Standing::Consistent => format!("The runs are consistent with all {total} predictions of `{name}`."),
        Standing::NotTested if total == 0 => {
            format!("`{name}` predicts nothing beyond its formula, which the runs do not contradict.")
        }
        Standing::NotTested => format!(
            "`{name}` is not contradicted: the runs are consistent with {} of its {total} predictions and do not test {}.",
            count(Standing::Consistent),
            count(Standing::NotTested)
        ),
    }
}

fn adjusted(p_value: f64) -> String {
    if p_value < 0.001 { "adjusted p < 0.001".to_owned() } else { format!("adjusted p = {p_value:.3}") }
}

fn pair(pair: &RivalPair) -> String {
    let (first, second) = (&pair.first, &pair.second);
    let told: Vec<String> = pair
        .contests
        .iter()
        .map(|contest| {
            let what = match (contest.kind, &contest.over) {
                (ContestKind::Largest, Some(over)) => format!("the {} conditions with the largest {over}", contest.n),
                (ContestKind::Largest, None) | (ContestKind::EachCondition, _) => {
                    format!("each of {} conditions from the others", contest.n)
                }
            };
            match &contest.nearer {
                Some(nearer) => format!("`{nearer}` foresees {what} better"),
                None => format!("neither is told apart on {what}"),
            }
        })
        .collect();
    let told =
        if told.is_empty() { "there are too few conditions to hold any out".to_owned() } else { told.join(", and ") };
    format!("`{first}` and `{second}`: {told}.")
}

/// What must be known besides.
pub(super) fn warnings(theories: &Theories, runs: &Runs) -> Vec<String> {
    let mut found = vec![
        "Nothing was registered before these runs were made: a theory may have been written to fit them (grade C)."
            .to_owned(),
    ];
    let has_formula = theories.theories.iter().any(|theory| theory.formula.is_some());
    if has_formula {
        let errors = match theories.design.errors {
            Errors::Absolute => "equally large",
            Errors::Relative => "equally large in logarithms",
        };
        found.push(format!(
            "Intervals of fitted constants take runs to be independent, with normal errors that are {errors}."
        ));
        if runs.conditions().iter().all(|(_, places)| places.len() == 1) {
            found.push(
                "No run was repeated at its condition, so that a lack of fit cannot be told from noise.".to_owned(),
            );
        }
    }
    found
}

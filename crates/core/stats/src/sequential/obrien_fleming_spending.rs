//! Spending of the level like O'Brien and Fleming: little at first.

use super::group_sequential::{Spending, findings};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "obrien-fleming-spending",
    name: "Lan-DeMets spending like O'Brien and Fleming",
    question: "At which z may I stop and reject, if I look at registered shares of the planned pairs?",
    null: Some("There is no effect, or one in the other direction."),
    assumptions: &[
        "The looks come at the given shares of the planned information; moving one must not depend on the results.",
        "The statistics are about normal with independent increments, as those of means from some twenty pairs on.",
    ],
    use_when: "A study has registered looks, and stopping early should take strong evidence, so that the last look is hardly dearer than a fixed test.",
    avoid_when: "Looks may come at any time: use the sequential t test. Pairs are few: the boundary is for z, and t tests at its nominal levels err in 5.5 % of studies \
                 where 5 % are spent on five looks at up to 10 pairs.",
    formula: "P(Z_1 < c_1, ..., Z_{k-1} < c_{k-1}, Z_k >= c_k) = f(t_k) - f(t_{k-1}), f(t) = 2 (1 - Phi(z / sqrt(t))), z the normal quantile at 1 - level / 2.",
    sources: &[
        "Lan and DeMets 1983, \"Discrete Sequential Boundaries for Clinical Trials\", Biometrika 70.",
        "Armitage, McPherson and Rowe 1969, \"Repeated Significance Tests on Accumulating Data\", JRSS A 132, for the recursion.",
        "Jennison and Turnbull 2000, \"Group Sequential Methods with Applications to Clinical Trials\", chapters 7 and 19.",
    ],
    disagreements: &[
        "Levels are one-sided here: packages that take a two-sided level give the boundary of half of it on each side.",
    ],
    columns: &[Column::numbers(
        Role::Value,
        "the share of the planned pairs that is there at each look, rising, up to 1",
    )],
    settings: &[
        Setting { name: "level", about: "the one-sided level over all looks, in 0..1", usual: None },
        Setting {
            name: "drift",
            about: "the mean of z at all of the pairs, for the power; the effect in standard deviations times the root of the pairs",
            usual: Some(0.0),
        },
    ],
    example: Example {
        columns: &[(Role::Value, ExampleValues::Numbers(&[0.25, 0.5, 0.75, 1.0]))],
        settings: &[("level", 0.025), ("drift", 3.0)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(inputs, Spending::OBrienFleming)
}

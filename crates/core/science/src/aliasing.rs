use gosset_model::{Ablation, AblationDesign, Aliasing, Term};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most lines about effects that cannot be told apart.
const MOST_LINES: usize = 24;
/// The most products that are written out as the same in every arm.
const MOST_WORDS: usize = 7;

/// What the arms of a fraction cannot tell apart, in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AliasingReport {
    /// The number of components in the shortest product that is not balanced
    /// over the arms; none where all main effects and interactions of two are
    /// told apart.
    pub resolution: Option<u64>,
    /// One sentence each.
    pub lines: Vec<String>,
}

impl AliasingReport {
    /// Says what an ablation cannot tell apart; none where every combination is
    /// run, or one component at a time.
    #[must_use]
    pub fn of(ablation: &Ablation) -> Option<Self> {
        match ablation.design {
            AblationDesign::LeaveOneOut | AblationDesign::AddOneIn | AblationDesign::Factorial => return None,
            AblationDesign::Fractional | AblationDesign::PlackettBurman => {}
        }
        let aliasing = Aliasing::of(&ablation.two_level().ok()?, &ablation.numbered_generators());
        let named = |term: &Term| product(ablation, term);
        let mut lines = Vec::new();
        if let Some(resolution) = aliasing.resolution {
            lines.push(format!("The design has resolution {}: {}.", roman(resolution), meaning(resolution)));
        } else {
            lines.push("The design tells all components and all interactions of two apart.".to_owned());
        }
        if !aliasing.words.is_empty() {
            let words: Vec<String> = aliasing.words.iter().take(MOST_WORDS).map(named).collect();
            let more = aliasing.words.len() - words.len();
            let more = if more > 0 { format!(" and {more} longer products") } else { String::new() };
            lines.push(format!("The same in every arm: {}{more}.", words.join("; ")));
        }
        for group in aliasing.groups.iter().take(MOST_LINES) {
            let names: Vec<String> = group.iter().map(named).collect();
            lines.push(format!("Not told apart: {}.", names.join(" = ")));
        }
        if aliasing.groups.len() > MOST_LINES {
            lines.push(format!("Not told apart: {} further groups.", aliasing.groups.len() - MOST_LINES));
        }
        if aliasing.largest_share > 0.0 && aliasing.largest_share < 1.0 {
            lines.push(format!(
                "The effect of a component takes up as much as {:.2} of an interaction of two others.",
                aliasing.largest_share
            ));
        }
        Some(Self { resolution: aliasing.resolution.map(|resolution| resolution as u64), lines })
    }

    /// Whether the arms of an ablation tell every interaction of two components
    /// from all main effects and from one another.
    #[must_use]
    pub fn tells_interactions_apart(ablation: &Ablation) -> bool {
        match ablation.design {
            AblationDesign::LeaveOneOut | AblationDesign::AddOneIn => false,
            AblationDesign::Factorial => true,
            AblationDesign::Fractional | AblationDesign::PlackettBurman => {
                Self::of(ablation).is_some_and(|report| report.resolution.is_none_or(|resolution| resolution > 4))
            }
        }
    }
}

/// "momentum x decay".
fn product(ablation: &Ablation, term: &[usize]) -> String {
    let names = term.iter().filter_map(|place| ablation.components.get(*place));
    names.map(|component| component.name.to_string()).collect::<Vec<_>>().join(" x ")
}

fn meaning(resolution: usize) -> &'static str {
    match resolution {
        ..=3 => {
            "the effect of a component is mixed with interactions of two others, and stands only if these are small"
        }
        4 => {
            "no component is mixed with an interaction of two others, but these interactions are mixed with one another"
        }
        5.. => "components and interactions of two are told apart, if those of three and more are small",
    }
}

fn roman(number: usize) -> String {
    const NUMERALS: [&str; 11] = ["0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
    NUMERALS.get(number).map_or_else(|| number.to_string(), |numeral| (*numeral).to_owned())
}

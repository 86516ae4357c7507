use gosset_model::{Digest, ErrorRate};
use gosset_report::number;
use gosset_stats::compare::sign_flip;
use gosset_stats::power::{Design, How, Planned, PowerError, Simulation, equivalence};
use gosset_stats::{Alpha, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Say how large a comparison must be, or what one so large can find
///
/// Every test is one-sided. Of --pairs, --effect and --power leave one out: it
/// is worked out from the others. Effects and margins are in the metric's unit
/// where --spread gives the standard deviation, else in standard deviations;
/// those of proportions are differences of proportions. Exact for all designs
/// but sign-flip, wilcoxon and sequential, which are simulated on normal
/// differences, and for more than 2,000 trials of two proportions. The same
/// question gets the same answer: what is random is drawn from its digest.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Power {
    /// The test that is planned; paired-t if absent
    #[arg(long, value_enum, value_name = "DESIGN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    design: Option<Kind>,
    /// The number of pairs, such as seeds; of items, trials or tasks; or of the
    /// baseline's observations
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pairs: Option<u64>,
    /// The effect that is to be found
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effect: Option<f64>,
    /// The probability to find it, between 0 and 1
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    power: Option<f64>,
    /// The standard deviation of paired differences, within a group, or of one
    /// run's differences within a task; 1 if absent
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spread: Option<f64>,
    /// The one-sided level of the test
    #[arg(long, value_name = "NUMBER")]
    level: f64,
    /// Among how many hypotheses of one family the level is shared
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    family: Option<std::num::NonZeroUsize>,
    /// How many times as many observations the candidate has; 1 if absent
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    /// The baseline's proportion, or the one to beat
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    /// The share of items that only one of the two gets right
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disagreement: Option<f64>,
    /// The margin of equivalence, what an effect must exceed, or the smallest
    /// effect of interest
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    margin: Option<f64>,
    /// The number of runs on each task
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runs: Option<u64>,
    /// The standard deviation of the tasks' true differences
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    between: Option<f64>,
    /// After how many pairs one looks, such as 10,20,30
    #[arg(long, value_name = "N,N,...", value_delimiter = ',')]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    looks: Vec<u64>,
    /// The size of effect, in standard deviations, for which a sequential test
    /// is sharpest
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<f64>,
    /// How many data sets a simulation draws; 2,000 if absent
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    draws: Option<u32>,
}

/// The test that is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// The paired t test
    PairedT,
    /// Student's t test of two independent groups
    TwoGroups,
    /// The exact binomial test of one proportion
    OneProportion,
    /// Fisher's exact test of two independent proportions
    TwoProportions,
    /// McNemar's exact test on the same items
    PairedProportions,
    /// The sign test; an effect of 0.2 is a chance of 0.7 to win
    Sign,
    /// The sign-flip test
    SignFlip,
    /// Wilcoxon's signed-rank test
    Wilcoxon,
    /// Two one-sided paired t tests against a margin
    Equivalence,
    /// The paired t test that an effect exceeds a margin
    MinimumEffect,
    /// Paired t bounds that support or refute a claim
    SupportOrRefute,
    /// The t test over tasks that stand for all tasks
    Tasks,
    /// The t sequence at registered looks
    Sequential,
}

impl Kind {
    /// What it is called on the command line.
    const fn id(self) -> &'static str {
        match self {
            Self::PairedT => "paired-t",
            Self::TwoGroups => "two-groups",
            Self::OneProportion => "one-proportion",
            Self::TwoProportions => "two-proportions",
            Self::PairedProportions => "paired-proportions",
            Self::Sign => "sign",
            Self::SignFlip => "sign-flip",
            Self::Wilcoxon => "wilcoxon",
            Self::Equivalence => "equivalence",
            Self::MinimumEffect => "minimum-effect",
            Self::SupportOrRefute => "support-or-refute",
            Self::Tasks => "tasks",
            Self::Sequential => "sequential",
        }
    }

    /// The flags that it takes besides the effect, the power and the level.
    const fn takes(self) -> &'static [&'static str] {
        match self {
            Self::PairedT => &["pairs", "spread"],
            Self::TwoGroups => &["pairs", "spread", "ratio"],
            Self::OneProportion => &["pairs", "rate"],
            Self::TwoProportions => &["pairs", "rate", "ratio"],
            Self::PairedProportions => &["pairs", "disagreement"],
            Self::Sign => &["pairs"],
            Self::SignFlip | Self::Wilcoxon => &["pairs", "spread", "draws"],
            Self::Equivalence | Self::MinimumEffect | Self::SupportOrRefute => &["pairs", "spread", "margin"],
            Self::Tasks => &["pairs", "spread", "runs", "between"],
            Self::Sequential => &["looks", "scale", "spread", "draws"],
        }
    }

    /// What its size counts.
    const fn unit(self) -> &'static str {
        match self {
            Self::TwoGroups => "observations of the baseline",
            Self::OneProportion => "trials",
            Self::TwoProportions => "trials of the baseline",
            Self::PairedProportions => "items",
            Self::Tasks => "tasks",
            Self::PairedT
            | Self::Sign
            | Self::SignFlip
            | Self::Wilcoxon
            | Self::Equivalence
            | Self::MinimumEffect
            | Self::SupportOrRefute
            | Self::Sequential => "pairs",
        }
    }
}

/// What a design can find.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct PowerReply {
    /// The test that is planned.
    design: String,
    /// Its size: the number of pairs, of items, trials or tasks, of the
    /// baseline's observations, or of pairs at the last look.
    pairs: u64,
    /// What its size counts.
    unit: String,
    /// The effect, in the unit of the spread.
    effect: f64,
    /// The probability to find it: to show equivalence, to support or refute.
    power: f64,
    /// The level at which one hypothesis is tested first.
    level: f64,
    /// The standard deviation; none for proportions and signs.
    spread: Option<f64>,
    /// The smallest p-value of an exact test of this size, for designs of pairs
    /// the sign-flip test; it must not lie above the level. None where there is
    /// no limit.
    smallest_p: Option<f64>,
    /// What was worked out: `pairs`, `effect` or `power`.
    worked_out: String,
    /// How: `exact`, `approximate` or `simulated`.
    obtained: String,
    /// The standard error of the power, where it is simulated.
    standard_error: Option<f64>,
    /// The chance that the claim is supported, where that is planned.
    supported: Option<f64>,
    /// The chance that the claim is refuted, where that is planned.
    refuted: Option<f64>,
}

impl Operation for Power {
    const PATH: &'static [&'static str] = &["power"];
    type Reply = PowerReply;

    fn run(self, _: &Context<'_>) -> Result<PowerReply, LabError> {
        let kind = self.design.unwrap_or(Kind::PairedT);
        self.refuse_what_does_not_apply(kind)?;
        let rate = ErrorRate::new(self.level).map_err(|error| {
            LabError::usage(error.to_string(), "give --level a number from 1e-9 to 0.5, such as 0.05")
        })?;
        let level = Alpha::HALF.lowered_to(rate.get()).divided_by(self.family.unwrap_or(std::num::NonZeroUsize::MIN));
        let spread = self.spread.unwrap_or(1.0);
        if !(spread > 0.0 && spread.is_finite()) {
            return Err(LabError::usage(format!("the spread {spread} is not above 0"), "give the standard deviation"));
        }
        let design = self.design(kind, spread)?;
        let key = Digest::of(format!("{self:?}").as_bytes());
        let stream = Stream::named(*key.as_bytes(), "power");
        let simulation = Simulation { stream: &stream, draws: self.draws.unwrap_or(2_000) };
        let size = if kind == Kind::Sequential { Some(design.size()) } else { self.pairs };
        let (design, effect, found, worked_out) = match (size, self.effect, self.power) {
            (None, Some(effect), Some(target)) => {
                let size = design.sample_size(effect / spread, level, target, &simulation).map_err(wrong)?;
                let design = design.with_size(size.value);
                let found = design.power(effect / spread, level, &simulation).map_err(wrong)?;
                (design, effect, found, "pairs")
            }
            (Some(_), None, Some(target)) => {
                let effect = design.minimum_detectable_effect(level, target, &simulation).map_err(wrong)?;
                (design, effect.value * spread, Planned { value: target, how: effect.how }, "effect")
            }
            (Some(_), Some(effect), None) => {
                let found = design.power(effect / spread, level, &simulation).map_err(wrong)?;
                (design, effect, found, "power")
            }
            (_, _, _) => {
                return Err(LabError::usage(
                    "two of --pairs, --effect and --power are needed".to_owned(),
                    "leave out the one that is to be worked out",
                ));
            }
        };
        let mut chances = None;
        if let Design::SupportOrRefute { pairs, smallest } = &design {
            let found = equivalence::support_or_refute(*pairs, *smallest, effect / spread, level).map_err(wrong)?;
            chances = Some(found);
        }
        let (obtained, standard_error) = match found.how {
            How::Exact => ("exact", None),
            How::Approximate => ("approximate", None),
            How::Simulated { standard_error, .. } => ("simulated", Some(standard_error)),
        };
        Ok(PowerReply {
            design: kind.id().to_owned(),
            pairs: design.size(),
            unit: kind.unit().to_owned(),
            effect,
            power: found.value,
            level: level.get(),
            spread: kind.takes().contains(&"spread").then_some(spread),
            smallest_p: smallest_p(&design),
            worked_out: worked_out.to_owned(),
            obtained: obtained.to_owned(),
            standard_error,
            supported: chances.map(|chances| chances.supported),
            refuted: chances.map(|chances| chances.refuted),
        })
    }
}

impl Power {
    fn refuse_what_does_not_apply(&self, kind: Kind) -> Result<(), LabError> {
        let given = [
            ("pairs", self.pairs.is_some()),
            ("spread", self.spread.is_some()),
            ("ratio", self.ratio.is_some()),
            ("rate", self.rate.is_some()),
            ("disagreement", self.disagreement.is_some()),
            ("margin", self.margin.is_some()),
            ("runs", self.runs.is_some()),
            ("between", self.between.is_some()),
            ("looks", !self.looks.is_empty()),
            ("scale", self.scale.is_some()),
            ("draws", self.draws.is_some()),
        ];
        match given.iter().find(|(flag, is_given)| *is_given && !kind.takes().contains(flag)) {
            Some((flag, _)) => {
                Err(LabError::usage(format!("--{flag} does not apply to the design `{}`", kind.id()), flags(kind)))
            }
            None => Ok(()),
        }
    }

    /// The design in standard deviations; its size is 0 where it is to be
    /// worked out.
    fn design(&self, kind: Kind, spread: f64) -> Result<Design, LabError> {
        let missing =
            |flag: &str| LabError::usage(format!("--{flag} is needed for the design `{}`", kind.id()), flags(kind));
        let need = |flag: &str, value: Option<f64>| value.ok_or_else(|| missing(flag));
        let pairs = self.pairs.unwrap_or(0);
        let ratio = self.ratio.unwrap_or(1.0);
        let margin = || Ok::<f64, LabError>(need("margin", self.margin)? / spread);
        Ok(match kind {
            Kind::PairedT => Design::PairedT { pairs },
            Kind::TwoGroups => Design::TwoGroups { baseline: pairs, ratio },
            Kind::OneProportion => Design::OneProportion { trials: pairs, null: need("rate", self.rate)? },
            Kind::TwoProportions => Design::TwoProportions { baseline: pairs, ratio, rate: need("rate", self.rate)? },
            Kind::PairedProportions => {
                let disagreement = need("disagreement", self.disagreement)?;
                Design::PairedProportions { items: pairs, disagreement }
            }
            Kind::Sign => Design::Sign { pairs },
            Kind::SignFlip => Design::SignFlip { pairs },
            Kind::Wilcoxon => Design::SignedRank { pairs },
            Kind::Equivalence => Design::Equivalence { pairs, margin: margin()? },
            Kind::MinimumEffect => Design::MinimumEffect { pairs, margin: margin()? },
            Kind::SupportOrRefute => Design::SupportOrRefute { pairs, smallest: margin()? },
            Kind::Tasks => {
                let runs = self.runs.ok_or_else(|| missing("runs"))?;
                Design::Tasks { tasks: pairs, runs, between: need("between", self.between)? / spread }
            }
            Kind::Sequential if self.looks.is_empty() => return Err(missing("looks")),
            Kind::Sequential => Design::Sequential { looks: self.looks.clone(), scale: need("scale", self.scale)? },
        })
    }
}

/// The smallest p-value that confirms; for the t tests of pairs that of their
/// companion.
fn smallest_p(design: &Design) -> Option<f64> {
    match design {
        Design::PairedT { pairs }
        | Design::Equivalence { pairs, .. }
        | Design::MinimumEffect { pairs, .. }
        | Design::SupportOrRefute { pairs, .. } => {
            Some(sign_flip::smallest_p(usize::try_from(*pairs).unwrap_or(usize::MAX)))
        }
        other => other.smallest_p(),
    }
}

fn flags(kind: Kind) -> String {
    let flags: Vec<String> = kind.takes().iter().map(|flag| format!("--{flag}")).collect();
    format!("give `{}` {}, and --effect and --power", kind.id(), flags.join(", "))
}

fn wrong(error: PowerError) -> LabError {
    LabError::usage(error.to_string(), "see `gosset power --help`")
}

impl Reply for PowerReply {
    fn text(&self, _: &Style) -> String {
        let size = format!("{} {}", number::count(self.pairs), self.unit);
        let (effect, power) = (number::significant(self.effect, 3), number::significant(self.power, 3));
        let error = self.standard_error.map_or_else(String::new, |error| {
            format!(" (simulated, standard error {})", number::significant(error, 2))
        });
        let approximate = if self.obtained == "approximate" { " (by a normal approximation)" } else { "" };
        let level = number::significant(self.level, 3);
        let spread = self.spread.map_or_else(String::new, |spread| match self.design.as_str() {
            "two-groups" => format!(" (standard deviation within a group {})", number::stated(spread)),
            "tasks" => format!(" (standard deviation of a run's differences {})", number::stated(spread)),
            _ => format!(" (standard deviation of differences {})", number::stated(spread)),
        });
        let what = match (self.supported, self.refuted) {
            (Some(supported), Some(refuted)) => format!(
                "{size} support a claim with probability {} and refute it with {} if the effect is {effect},",
                number::significant(supported, 3),
                number::significant(refuted, 3)
            ),
            _ if self.design == "equivalence" => {
                format!("{size} show equivalence with power {power} if the effect is {effect},")
            }
            _ => format!("{size} find an effect of {effect} with power {power}{error}{approximate}"),
        };
        let mut text = format!("{what} at the one-sided level {level}{spread}\n");
        // A smallest p-value of 1/10 may be rounded to just above the level 0.1.
        if let Some(smallest) = self.smallest_p.filter(|smallest| *smallest > self.level * (1.0 + 1e-9)) {
            let (few, test) = match self.design.as_str() {
                "paired-t" | "equivalence" | "minimum-effect" | "support-or-refute" | "sign-flip" => {
                    ("pairs", "sign-flip test")
                }
                _ => (self.unit.as_str(), "test"),
            };
            text.push_str(&format!(
                "but so few {few} can never confirm it by an exact {test}, whose smallest p-value is {}\n",
                number::significant(smallest, 2)
            ));
        }
        text
    }
}

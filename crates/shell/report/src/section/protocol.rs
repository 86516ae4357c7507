use std::collections::{BTreeMap, BTreeSet};

use gosset_model::{
    DataContent, Direction, Expected, FailurePolicy, Horizon, Metric, MetricSource, Name, Order, ParameterStyle,
    Protocol, Reduction, Scope, Seeds, Sides, StandFor,
};

use super::found::grade;
use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{Part, Prose, Section, Span, Table, fact, finding_anchor};
use crate::number;
use crate::report::StudyReport;
use crate::text::counted;

/// What was registered.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let protocol = report.registered.protocol();
    let mut parts = vec![Part::Facts(registration(report))];
    if !protocol.hypotheses.is_empty() {
        parts.push(Part::Table(hypotheses(report)));
    }
    parts.push(Part::Table(arms(protocol)));
    if !protocol.factors.is_empty() {
        parts.push(Part::Table(factors(protocol)));
    }
    parts.push(Part::Table(metrics(protocol)));
    parts.push(Part::Heading("Design".to_owned()));
    parts.push(Part::Facts(design(report)));
    parts.push(Part::Heading("Program".to_owned()));
    parts.push(Part::Facts(program(protocol)));
    if !protocol.data.is_empty() {
        parts.push(Part::Heading("Data".to_owned()));
        parts.push(Part::Table(data(protocol, &report.registered.registration().data)));
        parts.extend(provenance(protocol));
    }
    Section { id: "protocol", title: "Protocol", parts }
}

fn registration(report: &StudyReport<'_>) -> Vec<(String, Prose)> {
    let registration = report.registered.registration();
    let amended = if report.study.amendments().is_empty() { "Registered" } else { "Registered as amended" };
    let mut facts = vec![
        fact("Digest", Span::code(registration.digest.to_string())),
        fact(amended, number::moment(registration.at)),
        fact("Gosset", registration.gosset_version.as_str()),
    ];
    if registration.seed_key != registration.digest {
        facts.push(fact("Seeds drawn from", Span::code(registration.seed_key.to_string())));
    }
    let code = &registration.code;
    let commit = match (&code.commit, &code.absent) {
        (Some(commit), _) => Prose::from(Span::code(commit)),
        (None, Some(absent)) => format!("no commit: {absent}").into(),
        (None, None) => "no commit".into(),
    };
    facts.push(fact("Code", commit));
    if code.has_changes {
        facts.push(fact(
            "Uncommitted changes",
            code.diff.map_or_else(|| Prose::from("yes, not kept"), |diff| Span::code(diff.to_string()).into()),
        ));
    }
    facts
}

fn hypotheses(report: &StudyReport<'_>) -> Table {
    let protocol = report.registered.protocol();
    let mut table = Table::new(
        "Hypotheses as registered",
        &[
            ("Hypothesis", Words),
            ("Claim", Sentence),
            ("Candidate", Words),
            ("Baseline", Words),
            ("Metric", Words),
            ("Expected", Words),
            ("Smallest effect", Number),
            ("Scope", Words),
            ("Family", Words),
            ("Grade", Words),
        ],
    );
    let findings = report.findings();
    for hypothesis in &protocol.hypotheses {
        let name = Span::plain(hypothesis.id.as_str());
        let is_judged = findings.iter().any(|(judged, _)| judged.id == hypothesis.id);
        table.row(vec![
            if is_judged { name.to(finding_anchor(&hypothesis.id)) } else { name }.into(),
            hypothesis.claim.as_str().into(),
            Span::code(hypothesis.candidate_words()).into(),
            Span::code(hypothesis.baseline_words()).into(),
            hypothesis.metric.as_str().into(),
            match hypothesis.expected {
                Expected::Better => "better",
                Expected::Worse => "worse",
            }
            .into(),
            hypothesis.smallest_effect.map_or_else(|| "none".to_owned(), number::stated).into(),
            match hypothesis.scope {
                Scope::Method => "method",
                Scope::Artifact => "artifact",
            }
            .into(),
            hypothesis.family.as_str().into(),
            grade(protocol.grade(&hypothesis.metric).0).into(),
        ]);
    }
    table
}

/// Every arm with the settings in which arms differ, then what they share.
fn arms(protocol: &Protocol) -> Table {
    let mut names: Vec<&Name> = protocol.arms.values().flat_map(BTreeMap::keys).collect();
    names.sort_unstable();
    names.dedup();
    let mut table = Table::new(
        "Arms and all their settings; strong where an arm differs from the factors' baseline",
        &[("Arm", Words)],
    );
    for name in &names {
        table.column(name.as_str(), Words);
    }
    for (arm, settings) in &protocol.arms {
        let mut cells: Vec<Prose> = vec![Span::code(arm.as_str()).into()];
        for name in &names {
            let Some(level) = settings.get(*name) else {
                cells.push(Prose::default());
                continue;
            };
            let differs = protocol.factors.get(*name).is_some_and(|factor| factor.baseline != *level);
            let text = level.to_string();
            cells.push(if differs { Span::strong(text) } else { Span::plain(text) }.into());
        }
        table.row(cells);
    }
    table
}

fn factors(protocol: &Protocol) -> Table {
    let mut table = Table::new(
        "Factors",
        &[("Factor", Words), ("Baseline", Words), ("Levels", Words), ("Unit", Words), ("What it is", Sentence)],
    );
    for (name, factor) in &protocol.factors {
        let levels: Vec<String> = factor.levels.iter().map(ToString::to_string).collect();
        table.row(vec![
            name.as_str().into(),
            factor.baseline.to_string().into(),
            levels.join(", ").into(),
            factor.unit.clone().unwrap_or_default().into(),
            factor.description.clone().unwrap_or_default().into(),
        ]);
    }
    table
}

fn metrics(protocol: &Protocol) -> Table {
    let mut table = Table::new(
        "Metrics",
        &[
            ("Metric", Words),
            ("Unit", Words),
            ("Better", Words),
            ("Range", Words),
            ("Where values come from", Sentence),
            ("Grade", Words),
        ],
    );
    for (name, metric) in &protocol.metrics {
        let (metric_grade, _) = protocol.grade(name);
        table.row(vec![
            name.as_str().into(),
            metric.unit.as_str().into(),
            match metric.direction {
                Direction::Maximize => "more",
                Direction::Minimize => "less",
            }
            .into(),
            metric
                .range
                .map_or_else(String::new, |[low, high]| format!("{} to {}", number::stated(low), number::stated(high)))
                .into(),
            source(metric).into(),
            grade(metric_grade).into(),
        ]);
    }
    table
}

fn source(metric: &Metric) -> String {
    match &metric.source {
        MetricSource::Predictions { score, file, trust, .. } => {
            let trust = trust
                .as_deref()
                .map(|trust| format!("; the program's labels are trusted because: {trust}"))
                .unwrap_or_default();
            format!("scorer {score} on predictions in {file}{trust}")
        }
        MetricSource::Logged { series, reduction, trust } => {
            let which = match reduction {
                Reduction::Last => "last value",
                Reduction::Min => "smallest value",
                Reduction::Max => "largest value",
                Reduction::Mean => "mean of the values",
            };
            let trust = trust.as_deref().map(|trust| format!("; trusted because: {trust}")).unwrap_or_default();
            format!("{which} that the program logged as {series}{trust}")
        }
    }
}

fn design(report: &StudyReport<'_>) -> Vec<(String, Prose)> {
    let protocol = report.registered.protocol();
    let design = &protocol.design;
    let seeds = report.registered.seeds();
    let listed: Vec<String> = seeds.iter().map(ToString::to_string).collect();
    let origin = match &design.seeds {
        Seeds::Count(_) => "drawn from the digest of the first protocol",
        Seeds::List(_) => "as listed in the study file",
    };
    let datasets: Vec<String> = design.datasets.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        fact("Seeds", format!("{}, {origin}: {}", seeds.len(), listed.join(", "))),
        fact(
            "Data sets",
            match (datasets.is_empty(), design.datasets_stand_for) {
                (true, _) => "none named".to_owned(),
                (false, Some(StandFor::TheirKind)) => {
                    format!("{}; they stand for tasks of their kind", datasets.join(", "))
                }
                (false, Some(StandFor::Themselves) | None) => datasets.join(", "),
            },
        ),
        fact(
            "Size",
            format!(
                "{} × {} = {}",
                counted(protocol.block_count() as u64, "block", "blocks"),
                counted(protocol.arms.len() as u64, "arm", "arms"),
                counted(protocol.run_count() as u64, "run", "runs")
            ),
        ),
        fact(
            "Error rate",
            format!(
                "{} for each family{}, {}",
                number::stated(design.alpha.get()),
                procedures(protocol),
                match design.sides {
                    Sides::One => "for each direction (one-sided)",
                    Sides::Two => "half of it for each direction (two-sided)",
                }
            ),
        ),
        fact("Power aimed at", number::stated(design.power)),
        fact(
            "Judged",
            match &design.horizon {
                Horizon::Fixed => "once, when all planned runs have ended".to_owned(),
                Horizon::Sequential { looks, effect_scale } => {
                    let looks: Vec<String> = looks.iter().map(ToString::to_string).collect();
                    format!(
                        "after {} seeds, until everything is decided; bounds hold at any look and are tightest for an effect of {} standard deviations",
                        crate::text::listed(&looks),
                        number::stated(*effect_scale)
                    )
                }
            },
        ),
        fact(
            "Failed runs",
            match design.failures {
                FailurePolicy::WorstObserved => {
                    "count as the largest difference observed, against the arm that failed; a block in which both arms fail is void"
                }
                FailurePolicy::Undecided => "leave the hypothesis undecided",
            },
        ),
        fact(
            "Order",
            match design.order {
                Order::Random => "blocks in random order, arms in random order within a block",
                Order::Listed => "as listed",
            },
        ),
    ];
    for (metric, spread) in &design.expected_spread {
        facts.push(fact("Expected spread", format!("sd of differences in {metric}: {}", number::stated(*spread))));
    }
    facts
}

fn program(protocol: &Protocol) -> Vec<(String, Prose)> {
    let program = &protocol.program;
    let style = match program.parameters {
        ParameterStyle::Template => "in the command's placeholders",
        ParameterStyle::Flags => "as --name value",
        ParameterStyle::Assignments => "as name=value",
        ParameterStyle::File => "in a JSON file",
    };
    let mut facts = vec![fact("Command", Span::code(shell_words(&program.command)))];
    if let Some(build) = &program.build {
        facts.push(fact("Build", Span::code(shell_words(build))));
    }
    facts.extend([
        fact("Directory", Span::code(&program.directory)),
        fact("Parameters", style),
        fact(
            "Time limit",
            format!(
                "{}, then {} to stop",
                number::duration(program.timeout_secs),
                number::duration(program.grace_secs)
            ),
        ),
        fact("Memory limit", program.memory_limit_bytes.map_or_else(|| "none".to_owned(), number::bytes)),
        fact(
            "Needs",
            format!(
                "{}, {}",
                counted(u64::from(program.cpus), "processor slot", "processor slots"),
                counted(u64::from(program.gpus), "accelerator", "accelerators")
            ),
        ),
        fact("Repeats after machine failures", number::count(u64::from(program.infrastructure_retries))),
    ]);
    if !program.environment.is_empty() {
        let set: Vec<String> = program.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        facts.push(fact("Environment", Span::code(shell_words(&set))));
    }
    if !program.pass_environment.is_empty() {
        facts.push(fact("Passed on", Span::code(program.pass_environment.join(" "))));
    }
    facts
}

/// A command as one would type it, quoted where a shell needs it.
fn shell_words(words: &[String]) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./=:,@%+{}".contains(character);
    let quoted = words.iter().map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

fn data(protocol: &Protocol, contents: &BTreeMap<String, DataContent>) -> Table {
    let mut table = Table::new(
        "Data files as registered",
        &[
            ("Data set", Words),
            ("Use", Words),
            ("Path", Words),
            ("Size", Number),
            ("Files", Number),
            ("Digest", Sentence),
        ],
    );
    for (name, data) in &protocol.data {
        let files = data.files.iter().map(|(file, path)| (format!("program: {file}"), path));
        let truth = data.truth.iter().map(|truth| (format!("scorer: {} by {}", truth.label, truth.id), &truth.file));
        for (what, path) in files.chain(truth) {
            let content = contents.get(path);
            table.row(vec![
                name.as_str().into(),
                what.into(),
                Span::code(path).into(),
                content.map(|content| number::bytes(content.size_bytes)).unwrap_or_default().into(),
                content.map(|content| number::count(content.files)).unwrap_or_default().into(),
                content.map_or_else(|| "not recorded".into(), |content| Span::code(content.digest.to_string()).into()),
            ]);
        }
    }
    table
}

fn provenance(protocol: &Protocol) -> Option<Part> {
    let mut facts = Vec::new();
    for (name, data) in &protocol.data {
        let told = [("", &data.description), ("source: ", &data.source), ("licence: ", &data.licence)];
        let told: Vec<String> =
            told.into_iter().filter_map(|(what, text)| Some(format!("{what}{}", text.as_ref()?))).collect();
        if !told.is_empty() {
            facts.push(fact(name.as_str(), told.join("; ")));
        }
    }
    if facts.is_empty() { None } else { Some(Part::Facts(facts)) }
}

/// How families share their error rate.
fn procedures(protocol: &Protocol) -> String {
    let families: BTreeSet<&Name> = protocol.hypotheses.iter().map(|hypothesis| &hypothesis.family).collect();
    let said = |family: &&Name| {
        let procedure = protocol.procedure(family);
        let what = if procedure.bounds_false_discoveries() {
            "of which it bounds the share of wrong decisions among the decisions"
        } else {
            "of which it bounds the chance of any wrong decision"
        };
        (protocol.members(family) > 1).then(|| format!("{family} by {}, {what}", procedure.words()))
    };
    let said: Vec<String> = families.iter().filter_map(said).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) }
}

use std::collections::BTreeSet;

use gosset_data::evaluation::{Difference, Evaluation, comparability, pair};
use gosset_science::results::Score;

use super::roles::Roles;
use crate::LabError;

/// What `--cluster` says where the groups of logs are to be ignored.
pub(crate) const NO_CLUSTERS: &str = "none";

/// A log with the name under which it is compared.
pub(crate) struct Named {
    pub(super) method: String,
    /// Its task, with the filter where there is one.
    pub(super) task: String,
    pub(super) evaluation: Evaluation,
}

/// Names logs by their models; where one model has several logs of a task, or
/// there is one model alone, by their tasks or files as well.
pub(super) fn named(evaluations: Vec<Evaluation>) -> Vec<Named> {
    let tasks: Vec<String> = evaluations.iter().map(task).collect();
    let of_model = |model: &Option<String>| {
        let same = evaluations.iter().zip(&tasks).filter(move |(evaluation, _)| evaluation.model == *model);
        same.map(|(_, task)| task.clone()).collect::<Vec<String>>()
    };
    let has_several_models = evaluations.iter().any(|evaluation| evaluation.model != evaluations[0].model);
    let methods: Vec<String> = evaluations
        .iter()
        .zip(&tasks)
        .map(|(evaluation, task)| {
            let same = of_model(&evaluation.model);
            let is_told_apart = same.iter().collect::<BTreeSet<_>>().len() == same.len();
            let file = evaluation.path.file_stem().map(|name| name.to_string_lossy().into_owned());
            let file = file.unwrap_or_default();
            match &evaluation.model {
                Some(model) if is_told_apart && has_several_models => model.clone(),
                Some(model) if is_told_apart => format!("{model}, {task}"),
                Some(model) => format!("{model}, {file}"),
                None => file,
            }
        })
        .collect();
    let all = evaluations.into_iter().zip(tasks).zip(methods);
    all.map(|((evaluation, task), method)| Named { method, task, evaluation }).collect()
}

fn task(evaluation: &Evaluation) -> String {
    let facts = &evaluation.facts;
    let task = facts.task.clone().or_else(|| facts.dataset.clone()).unwrap_or_else(|| "task".to_owned());
    match &facts.filter {
        Some(filter) => format!("{task} ({filter})"),
        None => task,
    }
}

/// The metrics that all logs have.
pub(super) fn common_metrics(logs: &[&Named]) -> BTreeSet<String> {
    let of = |log: &&Named| log.evaluation.metrics().into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let mut all = logs.iter().map(of);
    let first = all.next().unwrap_or_default();
    all.fold(first, |common, next| common.intersection(&next).cloned().collect())
}

/// Takes the scores of logs up, item by item, and says what a reader must know.
///
/// Where `accept` names the fact `task`, logs of different tasks are compared
/// as if they were of one.
///
/// # Errors
/// [`LabError::NotComparable`] where logs differ in a fact that must match and
/// that is not accepted.
pub(super) fn scores(logs: &[&Named], roles: &Roles, accept: &[String]) -> Result<(Vec<Score>, Vec<String>), LabError> {
    let (Some(metric), Some(baseline)) = (roles.metric.as_deref(), roles.baseline.as_deref()) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let has_clusters = roles.cluster.as_deref() != Some(NO_CLUSTERS);
    let mut notes = Vec::new();
    let mut scores = Vec::new();
    let joins_tasks = accept.iter().any(|fact| fact == "task");
    let tasks: BTreeSet<&str> =
        if joins_tasks { BTreeSet::from(["task"]) } else { logs.iter().map(|log| log.task.as_str()).collect() };
    let mut compared = 0;
    for task in &tasks {
        let of_task: Vec<&Named> = logs.iter().copied().filter(|log| joins_tasks || log.task == *task).collect();
        let Some(base) = of_task.iter().find(|log| log.method == baseline) else { continue };
        let dataset = (tasks.len() > 1).then(|| (*task).to_owned());
        let mut left_out = BTreeSet::new();
        let mut others = Vec::new();
        for log in of_task.iter().filter(|log| log.method != baseline) {
            let differences = comparability(&base.evaluation, &log.evaluation);
            let fatal: Vec<&Difference> = differences
                .iter()
                .filter(|difference| difference.is_fatal && !accept.contains(&difference.fact))
                .collect();
            if !fatal.is_empty() {
                let listed = fatal.iter().map(|difference| told(difference, baseline, &log.method)).collect();
                let facts = fatal.iter().map(|difference| difference.fact.clone()).collect();
                return Err(LabError::NotComparable {
                    a: baseline.to_owned(),
                    b: log.method.clone(),
                    differences: listed,
                    facts,
                });
            }
            notes.extend(differences.iter().map(|one| format!("{}.", told(one, baseline, &log.method))));
            let pairing = pair(&base.evaluation, &log.evaluation, metric)
                .map_err(|error| LabError::Usage { what: error.to_string(), hint: error.hints().join("; ") })?;
            notes.extend(pairing.notes.iter().map(|note| format!("`{}`: {note}", log.method)));
            left_out.extend(pairing.duplicates.iter().map(ToString::to_string));
            others.push((log, pairing));
            compared += 1;
        }
        let mut row = scores.len() as u64;
        let mut score = |method: &str, item: String, epoch: u64, cluster: Option<String>, value: f64| {
            row += 1;
            Score {
                method: method.to_owned(),
                dataset: dataset.clone(),
                seed: Some(epoch.to_string()),
                item: Some(item),
                cluster: cluster.filter(|_| has_clusters),
                value: Some(value),
                row,
            }
        };
        for sample in &base.evaluation.samples {
            let item = sample.item.to_string();
            if let Some(value) = sample.values.get(metric).filter(|_| !left_out.contains(&item)) {
                scores.push(score(baseline, item, sample.epoch, sample.group.clone(), *value));
            }
        }
        for (log, pairing) in &others {
            for pair in pairing.pairs.iter().filter(|pair| !left_out.contains(&pair.item.to_string())) {
                for (epoch, value) in &pair.b {
                    scores.push(score(&log.method, pair.item.to_string(), *epoch, pair.group.clone(), *value));
                }
            }
            for item in &pairing.only_b {
                let values = log
                    .evaluation
                    .samples
                    .iter()
                    .filter(|sample| sample.item == *item)
                    .filter_map(|sample| Some((sample.epoch, *sample.values.get(metric)?, sample.group.clone())));
                for (epoch, value, group) in values {
                    scores.push(score(&log.method, format!("{item} (only there)"), epoch, group, value));
                }
            }
        }
        for log in &of_task {
            notes.extend(log.evaluation.notes.iter().map(|note| format!("`{}`: {note}", log.method)));
        }
    }
    if compared == 0 && logs.len() > 1 {
        let tasks: Vec<String> = logs.iter().map(|log| format!("`{}`: {}", log.method, log.task)).collect();
        return Err(LabError::NotComparable {
            a: baseline.to_owned(),
            b: "the other logs".to_owned(),
            differences: vec![format!("no task in common ({})", tasks.join("; "))],
            facts: vec!["task".to_owned()],
        });
    }
    notes.dedup();
    Ok((scores, notes))
}

/// A difference in a line.
fn told(difference: &Difference, a: &str, b: &str) -> String {
    let side =
        |value: &Option<String>| value.as_ref().map_or_else(|| "not said".to_owned(), |value| format!("`{value}`"));
    match (&difference.a, &difference.b) {
        (None, None) => format!("{}: neither `{a}` nor `{b}` says it", difference.fact),
        (left, right) => format!("{}: {} in `{a}`, {} in `{b}`", difference.fact, side(left), side(right)),
    }
}

//! Aggregates and probabilities of improvement of published agents on the 26
//! games of Atari 100k, in the shared reference folder.

use std::collections::BTreeMap;

use gosset_stats::runs::aggregate::Aggregate;
use gosset_stats::runs::probability_of_improvement::Improvement;
use gosset_stats::runs::scores::{MethodScores, Score, Scores};
use gosset_stats::{Alpha, Stream};
use serde_json::Value;

use super::shared_reference::read_json;

const AGENTS: [&str; 6] = ["SimPLe", "CURL_10_evals", "DrQ(eps)", "SPR", "IRIS", "DIAMOND"];

/// The runs of an agent, game by game.
type Games = BTreeMap<String, Vec<f64>>;

fn games(agent: &str) -> Option<Games> {
    let runs = |runs: &Value| runs.as_array().unwrap().iter().map(|run| run.as_f64().unwrap()).collect();
    let file = read_json(&format!("atari100k_rliable/{agent}.json"))?;
    Some(file.as_object().unwrap().iter().map(|(game, scores)| (game.clone(), runs(scores))).collect())
}

/// Scores as shares of the way from a random player to a human.
fn normalised(agent: &str, random: &Games, human: &Games) -> Option<MethodScores> {
    let mut cells = Vec::new();
    if agent == "CURL_10_evals" {
        // This file holds normalised scores, a line for each run.
        for line in read_json(&format!("atari100k_rliable/{agent}.json"))?.as_array().unwrap() {
            let game = line["game"].as_str().unwrap().to_owned();
            cells.push((game, line["seed"].to_string(), line["HNS"].as_f64().unwrap()));
        }
    } else {
        for (game, runs) in games(agent)? {
            let (low, high) = (random[&game][0], human[&game][0]);
            let normal = |(run, score): (usize, &f64)| (game.clone(), run.to_string(), (score - low) / (high - low));
            cells.extend(runs.iter().enumerate().map(normal));
        }
    }
    let rows = cells.iter().map(|(task, run, value)| Score { method: agent, task, run, value: *value });
    let scores = Scores::new(rows).unwrap();
    Some(scores.methods().next().unwrap().1.clone())
}

fn agents() -> Option<BTreeMap<&'static str, MethodScores>> {
    let (random, human) = (games("RANDOM")?, games("HUMAN")?);
    AGENTS.iter().map(|agent| Some((*agent, normalised(agent, &random, &human)?))).collect()
}

const AGGREGATES: [(&str, Aggregate); 4] = [
    ("mean", Aggregate::Mean),
    ("median", Aggregate::Median),
    ("iqm", Aggregate::InterquartileMean),
    ("optimality_gap", Aggregate::OptimalityGap { gamma: 1.0 }),
];

#[test]
fn aggregates_of_atari_agents_agree_with_rliable() {
    let (Some(expected), Some(agents)) = (read_json("atari100k_rliable/expected.json"), agents()) else {
        return;
    };
    for (agent, scores) in &agents {
        for (name, aggregate) in AGGREGATES {
            let expected = expected["point"][agent][name].as_f64().unwrap();
            let found = aggregate.estimate(scores).unwrap();
            assert!((found / expected - 1.0).abs() < 1e-12, "{agent} {name}: {found}, {expected}");
        }
    }
    let (level, stream) = (Alpha::new(0.025).unwrap(), Stream::named([9; 32], "iris"));
    let expected = &expected["ci_50k_iris"]["ci"];
    for (index, (name, aggregate)) in AGGREGATES.into_iter().enumerate() {
        let found = aggregate.bounds(&agents["IRIS"], level, 50_000, &stream).unwrap();
        let (lower, upper) = (expected[0][index].as_f64().unwrap(), expected[1][index].as_f64().unwrap());
        // Two 2.5 % points of 50,000 draws differ by 0.0043 of the interval's width (standard error) for a
        // normal distribution; the upper tail of the median is wider. Six of them, doubled for the tails.
        let tolerance = 0.052 * (upper - lower);
        assert!((found.lower - lower).abs() < tolerance, "{name}: {found:?}, {lower}");
        assert!((found.upper - upper).abs() < tolerance, "{name}: {found:?}, {upper}");
    }
}

#[test]
fn probabilities_of_improvement_of_atari_agents_agree_with_rliable() {
    let (Some(expected), Some(agents)) = (read_json("atari100k_rliable/expected.json"), agents()) else {
        return;
    };
    let pairs = expected["probability_of_improvement"].as_object().unwrap();
    assert_eq!(pairs.len(), 30);
    for (pair, expected) in pairs {
        let (candidate, baseline) = pair.split_once('>').unwrap();
        let found = Improvement::new(&agents[candidate], &agents[baseline]).unwrap().probability();
        let expected = expected.as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < 1e-12, "{pair}: {found}, {expected}");
    }
}

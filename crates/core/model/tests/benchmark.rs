//! What a benchmark means: its arms, its claims, and the mistakes in it.

use gosset_model::{Expected, Level, Mistake, PairTest, Protocol, Usage};

use crate::support::{BENCHMARK, read};

const METHODS: &str = "levels = [\"logistic\", \"forest\", \"tree\"]";
const CONTROL: &str = "control = \"logistic\"\nsmallest_effect = 0.01\nfamily = \"classifiers\"\n";

/// The benchmark with `find`, which stands there once, replaced.
fn put(find: &str, put: &str) -> String {
    assert_eq!(BENCHMARK.matches(find).count(), 1, "`{find}` must stand there once");
    BENCHMARK.replacen(find, put, 1)
}

fn protocol(text: &str) -> Protocol {
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).protocol().clone()
}

#[test]
fn each_method_is_an_arm_under_each_condition_and_a_claim_against_the_control() {
    let protocol = protocol(BENCHMARK);
    assert_eq!((protocol.arms.len(), protocol.hypotheses.len()), (9, 2));
    let forest = &protocol.hypotheses[0];
    assert_eq!(forest.id.as_str(), "forest-against-logistic");
    assert_eq!(forest.claim, "forest is better than logistic by accuracy");
    assert_eq!((forest.candidate.as_str(), forest.baseline.as_str()), ("method=forest", "baseline"));
    assert_eq!((forest.expected, forest.smallest_effect), (Expected::Better, Some(0.01)));
    assert_eq!((forest.family.as_str(), forest.metric.as_str()), ("classifiers", "accuracy"));
    let benchmark = protocol.benchmark.as_ref().unwrap();
    assert_eq!((benchmark.pairs, benchmark.resamples), (PairTest::BergmannHommel, 500));
    assert_eq!(benchmark.usage, [Usage::CpuTime, Usage::PeakMemory]);
    let tuning = |index: usize| benchmark.methods[index].tuning.map(|tuning| tuning.trials);
    assert_eq!([tuning(0), tuning(1), tuning(2)], [Some(1), Some(20), None]);
    let levels: Vec<String> = benchmark.condition_levels().into_iter().flatten().map(Level::to_string).collect();
    assert_eq!(levels, ["0.0", "0.1", "0.3"]);
    let arm = protocol.benchmark_arm(&Level::Text("forest".to_owned()), Some(&Level::Number(0.3)));
    assert_eq!(arm.unwrap().as_str(), "method=forest,noise=0.3");
    assert!(protocol.is_against_control(&forest.id) && !protocol.is_against_control(&forest.metric));
}

#[test]
fn without_a_control_methods_are_ranked_and_nothing_is_claimed() {
    let text =
        put(CONTROL, "").replace("tree", "C4.5+m").replace("conditions = { factor = \"noise\", clean = 0.0 }\n", "");
    let protocol = protocol(&text.replace("seeds = 5", "seeds = 1"));
    assert_eq!((protocol.arms.len(), protocol.hypotheses.len()), (3, 0));
    assert_eq!(protocol.benchmark.as_ref().unwrap().methods[2].level, Level::Text("C4.5+m".to_owned()));
}

#[test]
fn claims_may_stand_beside_a_benchmark_and_share_its_arms() {
    let other = "[[hypotheses]]\nid = \"forest\"\nclaim = \"c\"\ncandidate = { method = \"forest\" }\nmetric = \"loss\"\nexpected = \"better\"\nscope = \"method\"\n\n[design]";
    let protocol = protocol(&put("[design]", other));
    assert_eq!((protocol.arms.len(), protocol.hypotheses.len()), (9, 3));
}

#[test]
fn a_family_against_one_control_goes_together() {
    let hommel = put("[design]", "[families.classifiers]\nprocedure = \"hommel\"\n\n[design]");
    assert!(read(&hommel).is_ok());
    let unused = hommel.replace("family = \"classifiers\"\n", "");
    let found = read(&unused).expect_err("no claim is in that family");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "families.classifiers"), "{found:?}");
}

#[test]
fn every_mistake_is_told_with_its_place_and_what_would_be_right() {
    // What to write, the key, words of what is wrong and of the hint.
    let cases: [(String, &str, &str, &str); 26] = [
        (put("factor = \"method\"", "factor = \"methods\""), "benchmark.factor", "no factor `methods`", "`method`"),
        (
            put(METHODS, "levels = [\"logistic\"]").replace("forest = { t", "#"),
            "factors.method.levels",
            "one method",
            "two or more",
        ),
        (put(CONTROL, "control = \"logistik\"\n"), "benchmark.control", "no method `logistik`", "`logistic`"),
        (
            put(CONTROL, "smallest_effect = 0.01\n"),
            "benchmark.smallest_effect",
            "goes with a control",
            "name the control",
        ),
        (put(CONTROL, "family = \"x\"\n"), "benchmark.family", "goes with a control", "name the control"),
        (put("smallest_effect = 0.01", "smallest_effect = 0.0"), "benchmark.smallest_effect", "above 0", ""),
        (put("\"tree\"", "\"a b\""), "factors.method.levels", "`a b-against-logistic`", "plain name"),
        (
            put("metrics = [\"accuracy\", \"loss\"]", "metrics = []"),
            "benchmark.metrics",
            "no metric to rank by",
            "accuracy",
        ),
        (
            put("metrics = [\"accuracy\", \"loss\"]", "metrics = [\"acuracy\"]"),
            "benchmark.metrics[0]",
            "no metric `acuracy`",
            "`accuracy`",
        ),
        (put("\"loss\"]", "\"accuracy\"]"), "benchmark.metrics[1]", "twice", "once"),
        (put("\"peak-memory\"]", "\"cpu-time\"]"), "benchmark.usage[1]", "twice", "once"),
        (put("\"peak-memory\"]", "\"memory\"]"), "benchmark.usage[1]", "`memory` is not a choice", "peak-memory"),
        (
            put("pairs = \"bergmann-hommel\"", "pairs = \"tukey\""),
            "benchmark.pairs",
            "`tukey` is not a choice",
            "nemenyi",
        ),
        (put("resamples = 500", "resamples = 5"), "benchmark.resamples", "make no sense", "100 to 1000000"),
        (
            put("tuning_metric = \"trials\"", "tuning_metric = \"trails\""),
            "benchmark.tuning_metric",
            "no metric `trails`",
            "`trials`",
        ),
        (put("clean = 0.0", "clean = 0.5"), "benchmark.conditions.clean", "no condition `0.5`", "`0.0`"),
        (
            put("conditions = { factor = \"noise\", clean = 0.0 }", "conditions = { factor = \"noize\", clean = 0.0 }"),
            "benchmark.conditions.factor",
            "no factor `noize`",
            "`noise`",
        ),
        (
            put(
                "conditions = { factor = \"noise\", clean = 0.0 }",
                "conditions = { factor = \"method\", clean = \"forest\" }",
            ),
            "benchmark.conditions.factor",
            "are the methods",
            "another factor",
        ),
        (
            put("levels = [0.0, 0.1, 0.3]", "levels = [0.0]"),
            "benchmark.conditions.factor",
            "no level but the clean one",
            "further levels",
        ),
        (
            put("high = 1.0 }\nwine", "high = 0.333 }\nwine"),
            "benchmark.references.iris.high",
            "not better than the low one",
            "worse score first",
        ),
        (put("iris = { low", "irish = { low"), "benchmark.references.irish", "no data set `irish`", "`iris`"),
        (
            put("wine = { low = 0.4, high = 1.0 }\n", ""),
            "benchmark.references",
            "no reference scores for `wine`",
            "or none",
        ),
        (put("forest = { trials", "forrest = { trials"), "benchmark.tuning.forrest", "no method `forrest`", "`forest`"),
        (
            put("logistic = { trials = 1 }", "logistic = { trials = 0 }"),
            "benchmark.tuning.logistic.trials",
            "one setting",
            "trials = 1",
        ),
        (put("cpu_hours = 0.5", "cpu_hours = -0.5"), "benchmark.tuning.forest.cpu_hours", "0 or above", ""),
        (
            put("seeds = 5", "seeds = 5\ndatasets = [\"iris\"]").replace("wine = { low = 0.4, high = 1.0 }\n", ""),
            "design.datasets",
            "1 data sets are too few",
            "[data.iris]",
        ),
    ];
    for (text, key, what, hint) in cases {
        let found: Vec<Mistake> = read(&text).expect_err(key);
        let one = found.iter().find(|mistake| mistake.key == key).unwrap_or_else(|| panic!("{key}: {found:?}"));
        assert!(one.what.contains(what), "{key}: {one:?}");
        assert!(hint.is_empty() || one.hint.as_deref().unwrap_or_default().contains(hint), "{key}: {one:?}");
        assert!(one.at.line > 1, "{key}: {one:?}");
    }
}

#[test]
fn a_benchmark_needs_data_sets_a_fixed_horizon_and_seeds_for_its_claims() {
    let start = BENCHMARK.find("[data.iris]").unwrap();
    let end = BENCHMARK.find("[metrics.accuracy]").unwrap();
    let found = read(&format!("{}{}", &BENCHMARK[..start], &BENCHMARK[end..])).expect_err("there is no data set");
    assert!(found.iter().any(|one| one.key == "benchmark" && one.what.starts_with("0 data sets")), "{found:?}");
    let looks = "horizon = \"sequential\"\nlooks = [3, 5]\neffect_scale = 1.0";
    let found = read(&put("horizon = \"fixed\"", looks)).expect_err("ranks hold for one look");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "design.horizon"), "{found:?}");
    let found = read(&put("seeds = 5", "seeds = 1")).expect_err("claims about methods need two seeds");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "design.seeds"), "{found:?}");
}

#[test]
fn a_control_whose_metric_is_the_programs_own_word_carries_no_verdict() {
    let own = put("score = \"accuracy\"", "logged = \"accuracy\"\nreduction = \"last\"");
    let found = read(&own).expect_err("grade B carries no verdict");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "benchmark.metrics[0]"), "{found:?}");
    assert!(read(&own.replace(CONTROL, "")).is_ok(), "without claims there is no verdict to carry");
}

#[test]
fn methods_and_conditions_are_part_of_what_is_registered() {
    let all = [
        BENCHMARK.to_owned(),
        put("\"tree\"", "\"bush\""),
        put("forest = { trials = 20", "forest = { trials = 21"),
        put("high = 1.0 }\nwine", "high = 0.9 }\nwine"),
        put("resamples = 500", "resamples = 501"),
    ];
    let digests: std::collections::BTreeSet<String> =
        all.iter().map(|text| protocol(text).digest().to_string()).collect();
    assert_eq!(digests.len(), all.len());
}

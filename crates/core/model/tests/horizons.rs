//! Sequential horizons and claims about artifacts.

use gosset_model::{Draft, EvidenceUnit, Horizon};

use crate::support::{GOOD, changed, read};

/// The keys and texts of all mistakes in `text`.
fn mistakes(text: &str) -> Vec<(String, String)> {
    let found = read(text).expect_err("the file is wrong");
    found.into_iter().map(|mistake| (mistake.key, mistake.what)).collect()
}

fn sequential(rest: &str) -> String {
    changed("horizon = \"fixed\"", &format!("horizon = \"sequential\"\n{rest}"))
}

/// The good file with one claim about two artifacts.
fn artifact() -> String {
    let second = GOOD.find("[[hypotheses]]\nid = \"adam-is-slower\"").unwrap();
    let design = GOOD.find("[design]").unwrap();
    let text = format!("{}{}", &GOOD[..second], &GOOD[design..]);
    text.replace("scope = \"method\"", "scope = \"artifact\"")
        .replace("seeds = [3, 1, 4, 15, 9, 2, 6, 5]", "seeds = 1")
        .replace("datasets = [\"digits\", \"letters\"]", "datasets = [\"digits\"]")
}

#[test]
fn the_protocol_of_a_sequential_study_holds_its_looks() {
    let draft = read(&sequential("looks = [4, 6, 8]\neffect_scale = 1.0")).unwrap();
    let design = &draft.protocol().design;
    assert_eq!(design.horizon, Horizon::Sequential { looks: vec![4, 6, 8], effect_scale: 1.0 });
    assert_eq!(design.looks(), [4, 6, 8]);
    assert_eq!(read(GOOD).unwrap().protocol().design.looks(), [8]);
}

#[test]
fn what_a_sequential_study_needs_is_asked_for() {
    let found = mistakes(&sequential(""));
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["design.looks", "design.effect_scale"]);
    let found = read(&sequential("effect_scale = 1.0")).unwrap_err();
    assert_eq!(found[0].hint.as_deref(), Some("write after how many seeds the referee looks: looks = [2, 4, 6, 8]"));
}

/// The good file with splits of one set of data.
fn splits(ratio: &str) -> String {
    let datasets = "datasets = [\"digits\", \"letters\"]\ndatasets_stand_for = \"themselves\"";
    changed(datasets, &format!("datasets = [\"digits\"]\ntest_to_train = {ratio}"))
}

#[test]
fn splits_are_of_one_set_of_data_and_judged_once() {
    let draft = read(&splits("0.25")).unwrap();
    let protocol = draft.protocol();
    assert_eq!(protocol.design.test_to_train, Some(0.25));
    assert_eq!(protocol.evidence_unit(&protocol.hypotheses[0]), EvidenceUnit::Splits);
    for ratio in ["0.0", "-0.1", "inf", "nan"] {
        let found = mistakes(&splits(ratio));
        assert_eq!(found[0].0, "design.test_to_train", "{ratio}: {found:?}");
    }
    let on_two = changed("datasets_stand_for = \"themselves\"", "test_to_train = 0.25");
    assert!(mistakes(&on_two)[0].1.contains("splits are of one set of data, and there are 2"));
    let looked_at =
        splits("0.25").replace("horizon = \"fixed\"", "horizon = \"sequential\"\nlooks = [4, 8]\neffect_scale = 1.0");
    assert_eq!(mistakes(&looked_at)[0].0, "design.test_to_train");
    let of_artifacts = artifact().replace("seeds = 1", "seeds = 1\ntest_to_train = 0.25");
    assert_eq!(mistakes(&of_artifacts)[0].0, "design.test_to_train");
}

#[test]
fn looks_ascend_to_all_seeds() {
    for looks in ["[]", "[4, 6]", "[6, 4, 8]", "[1, 8]", "[8, 8]", "[4, 9]"] {
        let found = mistakes(&sequential(&format!("looks = {looks}\neffect_scale = 1.0")));
        assert_eq!(found.len(), 1, "{looks}: {found:?}");
        assert!(found[0].1.contains("ascend from at least 2 to the number of seeds, 8"), "{looks}: {found:?}");
    }
}

#[test]
fn the_scale_of_effects_is_one_that_bounds_can_have() {
    for scale in ["0.0", "-1.0", "1e-9", "1e200", "nan"] {
        let found = mistakes(&sequential(&format!("looks = [4, 8]\neffect_scale = {scale}")));
        assert_eq!(found[0].0, "design.effect_scale");
    }
}

#[test]
fn what_belongs_to_a_sequential_study_is_refused_elsewhere() {
    let found = mistakes(&changed("horizon = \"fixed\"", "horizon = \"fixed\"\nlooks = [4, 8]\neffect_scale = 1.0"));
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["design.looks", "design.effect_scale"]);
}

#[test]
fn a_claim_about_artifacts_has_one_seed_and_one_data_set() {
    let draft: Draft = read(&artifact()).unwrap();
    assert!(draft.protocol().is_about_artifacts());
    assert_eq!(draft.protocol().run_count(), 2);

    let seeds = mistakes(&artifact().replace("seeds = 1", "seeds = 8"));
    assert!(seeds[0].1.contains("an artifact is one run"), "{seeds:?}");
    let datasets = mistakes(&artifact().replace("datasets = [\"digits\"]", "datasets = [\"digits\", \"letters\"]"));
    assert!(datasets[0].1.contains("the examples of one data set"), "{datasets:?}");
}

#[test]
fn a_claim_about_artifacts_needs_a_mean_over_named_examples() {
    let score = mistakes(&artifact().replace("score = \"accuracy\"", "score = \"f1_macro\""));
    assert_eq!(score[0].0, "hypotheses[0].metric");
    assert!(score[0].1.contains("not a mean over examples"), "{score:?}");
    let logged = mistakes(&artifact().replace("metric = \"accuracy\"", "metric = \"duration\""));
    assert!(logged[0].1.contains("not a mean over examples"), "{logged:?}");
    let truth = "truth = { file = \"data/labels.csv\", id = \"id\", label = \"digit\" }\n";
    let nameless = mistakes(&artifact().replace(truth, ""));
    assert!(nameless.iter().any(|(_, what)| what.contains("must name them")), "{nameless:?}");
}

#[test]
fn a_claim_about_artifacts_is_judged_once() {
    let text = artifact()
        .replace("horizon = \"fixed\"", "horizon = \"sequential\"\nlooks = [2]\neffect_scale = 1.0")
        .replace("seeds = 1", "seeds = 2");
    assert!(mistakes(&text).iter().any(|(_, what)| what.contains("judged once")));
}

//! What a ladder means: its arms, its claims, the rungs held out, and the
//! mistakes in it.

use gosset_model::{Expected, Measure, Protocol, Reading, Rung, ScaleQuantity};

use crate::support::{SCALING, read};

const LAST: &str = "predict = [{ width = 128, characters = 16000 }]\n";

/// The ladder with `find`, which stands there once, replaced.
fn put(find: &str, put: &str) -> String {
    assert_eq!(SCALING.matches(find).count(), 1, "`{find}` must stand there once");
    SCALING.replacen(find, put, 1)
}

fn protocol(text: &str) -> Protocol {
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).protocol().clone()
}

/// The ladder without law and rungs held out.
fn claims_alone() -> String {
    put("law = \"power-law\"\nover = \"compute\"\n", "").replace(LAST, "")
}

/// The ladder without treatment and claims.
fn law_alone() -> String {
    let start = SCALING.find("[scaling.treatment]").unwrap();
    let end = SCALING.find("[design]").unwrap();
    format!("{}{}", &SCALING[..start], &SCALING[end..])
        .replace("along = \"parameters\"\nmeasure = \"log-ratio\"\n", "")
        .replace("family = \"ladder\"\n", "")
}

fn held_out(protocol: &Protocol) -> Vec<String> {
    let rungs = protocol.scaling.as_ref().unwrap().rungs.iter().filter(|rung| rung.is_held_out);
    rungs.map(|rung| rung.baseline.to_string()).collect()
}

#[test]
fn every_combination_of_levels_is_a_rung_with_and_without_the_treatment() {
    let protocol = protocol(SCALING);
    assert_eq!(protocol.arms.len(), 24);
    let scaling = protocol.scaling.as_ref().unwrap();
    assert_eq!(scaling.rungs.len(), 12);
    let largest: &Rung = scaling
        .rungs
        .iter()
        .find(|rung| rung.scale[&ScaleQuantity::Parameters] == 40000.0 && rung.scale[&ScaleQuantity::Steps] == 160.0)
        .unwrap();
    assert_eq!(largest.scale[&ScaleQuantity::Tokens], 16000.0);
    assert_eq!(largest.scale[&ScaleQuantity::Compute], 8e7, "what is given is not derived");
    assert_eq!(largest.baseline.as_str(), "characters=16000,width=128");
    assert_eq!(largest.candidate.as_ref().unwrap().as_str(), "characters=16000,optimizer=adam,width=128");
    assert_eq!(held_out(&protocol), ["characters=16000,width=128"]);
    assert_eq!(protocol.held_out_arms().len(), 2);
}

#[test]
fn claims_are_trends_over_all_rungs_in_one_family() {
    let protocol = protocol(SCALING);
    let ids: Vec<&str> = protocol.hypotheses.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["scaling-exponent", "scaling-gain-at-10x"]);
    let [exponent, gain] = [0, 1].map(|index| &protocol.hypotheses[index]);
    assert_eq!((exponent.expected, exponent.smallest_effect), (Expected::Better, Some(0.01)));
    assert_eq!((exponent.family.as_str(), exponent.pairs().len()), ("ladder", 12));
    let trend = exponent.trend().unwrap();
    assert_eq!(
        (trend.along, trend.measure, trend.reading),
        (ScaleQuantity::Parameters, Measure::LogRatio, Reading::Slope)
    );
    assert_eq!(trend.scales.len(), 12);
    for (pair, scale) in exponent.pairs().iter().zip(&trend.scales) {
        let settings = &protocol.arms[&pair.candidate];
        let width = settings.iter().find(|(name, _)| name.as_str() == "width").unwrap().1.to_string();
        let expected = [("16", 1400.0), ("32", 3800.0), ("64", 12000.0), ("128", 40000.0)];
        assert!(expected.contains(&(&*width, *scale)), "{width} {scale}");
    }
    let at = Reading::At { scale: 400_000.0, times_the_largest: 10.0 };
    assert_eq!((gain.trend().unwrap().reading, gain.smallest_effect), (at, Some(0.02)));
    assert_eq!(gain.claim, "With optimizer=adam, loss is better at 10 times the most parameters");
}

#[test]
fn compute_follows_from_parameters_and_tokens() {
    let text = put("compute = { factor = \"width\", values = [2e6, 5e6, 2e7, 8e7] }\n", "");
    let scaling = protocol(&text).scaling.unwrap();
    assert!(scaling.rungs.iter().all(|rung| {
        let of = |quantity| rung.scale[&quantity];
        of(ScaleQuantity::Compute) == 6.0 * of(ScaleQuantity::Parameters) * of(ScaleQuantity::Tokens)
    }));
}

#[test]
fn claims_and_law_each_stand_alone() {
    let claims = protocol(&claims_alone());
    assert!(claims.scaling.unwrap().law.is_none() && claims.hypotheses.len() == 2);
    let law = protocol(&law_alone());
    assert_eq!((law.hypotheses.len(), law.arms.len()), (0, 12));
    assert!(law.scaling.unwrap().claimed.is_none());
}

#[test]
fn levels_that_are_left_out_of_a_rung_held_out_stand_for_all() {
    let whole = protocol(&SCALING.replace(LAST, "predict = [{ width = 128 }]\n"));
    assert_eq!(held_out(&whole).len(), 3);
    let both = protocol(&SCALING.replace(LAST, "predict = [{ width = 128 }, { characters = 16000 }]\n"));
    assert_eq!(held_out(&both).len(), 6);
}

#[test]
fn two_quantities_may_follow_from_one_factor() {
    let text =
        put("tokens = { factor = \"characters\" }", "tokens = { factor = \"width\", values = [1e3, 1e4, 1e5, 5e5] }")
            .replace("unique_tokens = { factor = \"characters\", values = [900, 3000, 9000] }\n", "")
            .replace("steps = { factor = \"characters\", values = [10, 40, 160] }\n", "")
            .replace(LAST, "predict = [{ width = 128 }]\n");
    let protocol = protocol(&text);
    assert_eq!(protocol.scaling.as_ref().unwrap().rungs.len(), 4);
    assert_eq!(protocol.arms.len(), 8);
}

#[test]
fn a_study_without_a_ladder_keeps_its_digest() {
    let written = serde_json::to_string(&crate::support::protocol("cpus = 2", "cpus = 2")).unwrap();
    assert!(!written.contains("scaling") && !written.contains("trend"), "{written}");
}

/// Puts `put` for `find`, where `«` marks the place of the one mistake, and
/// checks key, words and hint.
fn check(text: &str, find: &str, put: &str, [key, what, hint]: [&str; 3]) {
    assert_eq!(text.matches(find).count(), 1, "`{find}` must stand there once");
    let marked = text.replacen(find, put, 1);
    let (before, after) = marked.split_once('«').expect("the place is marked");
    let place = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap().chars().count() + 1);
    let found = read(&format!("{before}{after}")).expect_err("the file is wrong");
    let about = format!("{put}: {found:?}");
    assert_eq!(found.len(), 1, "{about}");
    assert_eq!(found[0].key, key, "{about}");
    assert_eq!((found[0].at.line, found[0].at.column), place, "{about}");
    assert!(found[0].what.contains(what), "{about}");
    assert!(found[0].hint.as_deref().unwrap_or_default().contains(hint), "{about}");
}

#[test]
fn sizes_are_positive_plain_counts_of_several_levels() {
    let [parameters, tokens] = ["scaling.quantities.parameters", "scaling.quantities.tokens"];
    let values = format!("{parameters}.values");
    let sizes = "values = [1400, 3800, 12000, 40000]";
    for (size, words) in [("0", "0.0 is no size"), ("-5", "-5.0 is no size")] {
        let put = format!("values = [1400, «{size}, 12000, 40000]");
        check(SCALING, sizes, &put, [&format!("{values}[1]"), words, "above 0"]);
    }
    check(SCALING, sizes, "«values = [1400, 3800]", [&values, "2 sizes for 4 levels", "one for each level"]);
    check(SCALING, sizes, "«values = [1.4, 3.8, 12, 40000]", [&values, "from 12 to 40000 parameters", "plain counts"]);
    check(
        SCALING,
        sizes,
        "«values = [1400, 3800, 3800, 40000]",
        [&values, "two levels have 3800 parameters", "own size"],
    );
    let tokens_alone = put("unique_tokens = { factor = \"characters\", values = [900, 3000, 9000] }\n", "");
    let factor = format!("{tokens}.factor");
    let entry = "tokens = { factor = \"characters\" }";
    let marked = "tokens = { «factor = \"characters\" }";
    let levels = "levels = [1000, 4000, 16000]";
    let with = |what: &str| tokens_alone.replace("baseline = 1000\n", &format!("baseline = {what}\n"));
    check(
        &with("\"few\"")
            .replace(levels, "levels = [\"few\", \"more\", \"most\"]")
            .replace(LAST, "predict = [{ width = 128 }]\n"),
        entry,
        marked,
        [&factor, "level few of `characters` is no number", "values = [...]"],
    );
    check(
        &with("0").replace(levels, "levels = [0, 4000, 16000]"),
        entry,
        marked,
        [&factor, "level 0 of `characters` is no size", "above 0"],
    );
    check(
        &tokens_alone.replace("unit = \"characters\"", "unit = \"million characters\""),
        entry,
        marked,
        [&factor, "are in million characters", "values = [...]"],
    );
    check(
        &put("steps = { factor = \"characters\", values = [10, 40, 160] }\n", "")
            .replace("unique_tokens = { factor = \"characters\", values = [900, 3000, 9000] }\n", "")
            .replace(levels, "levels = [1000]")
            .replace(LAST, "predict = [{ width = 128 }]\n"),
        entry,
        marked,
        [&factor, "a ladder of one size tells nothing of tokens", "more levels"],
    );
    check(
        SCALING,
        "parameters = { factor = \"width\"",
        "parameters = { «factor = \"widht\"",
        [&format!("{parameters}.factor"), "there is no factor `widht`", "did you mean `width`?"],
    );
}

#[test]
fn a_ladder_needs_something_that_grows_and_something_to_say() {
    let start = SCALING.find("parameters = { factor").unwrap();
    let end = SCALING.find("[scaling.treatment]").unwrap();
    let text = format!("{}{}", &SCALING[..start], &SCALING[end..]);
    check(
        &text,
        "[scaling.quantities]",
        "[scaling.«quantities]",
        ["scaling.quantities", "no quantity grows", "quantities.parameters"],
    );
    let nothing = law_alone().replace(LAST, "").replace("law = \"power-law\"\nover = \"compute\"\n", "");
    check(&nothing, "[scaling]", "[«scaling]", ["scaling", "nothing is claimed", "[[scaling.claims]]"]);
}

#[test]
fn the_rungs_held_out_are_the_largest() {
    let last = LAST.trim_end();
    check(
        SCALING,
        last,
        "«predict = [{ width = 64 }]",
        [
            "scaling.predict",
            "the rung characters=1000, width=64 is held out, and the law is fitted to characters=1000, width=128, which is as large",
            "must be held out, too",
        ],
    );
    check(
        SCALING,
        last,
        "predict = [{ «width = 127 }]",
        ["scaling.predict[0].width", "127 is not a level of `width`", "levels: 16, 32"],
    );
    check(
        SCALING,
        last,
        "predict = [{ «optimizer = \"adam\" }]",
        ["scaling.predict[0].optimizer", "`optimizer` makes no rungs", "characters"],
    );
    check(SCALING, last, "predict = [«{}]", ["scaling.predict[0]", "every rung", "which"]);
    let sequential = put("horizon = \"fixed\"", "horizon = \"sequential\"\nlooks = [4, 8]\neffect_scale = 1.0");
    check(&sequential, last, &format!("«{last}"), ["scaling.predict", "one look at the end", "horizon = \"fixed\""]);
}

#[test]
fn a_law_needs_its_quantities_and_more_rungs_than_constants() {
    let law = "law = \"power-law\"\nover = \"compute\"";
    let key = "scaling.law";
    let several = "law = \"chinchilla\"\n«over = \"compute\"";
    check(SCALING, law, several, ["scaling.over", "about several quantities together", "leave `over` out"]);
    check(SCALING, law, "«law = \"power-law\"", [key, "is about one quantity", "over = "]);
    let without = put("\ntokens = { factor = \"characters\" }", "");
    check(&without, law, "«law = \"kaplan\"", [key, "about tokens, and nothing says", "quantities.tokens"]);
    let steps = put("steps = { factor = \"characters\", values = [10, 40, 160] }\n", "");
    check(
        &steps,
        law,
        "law = \"power-law\"\n«over = \"steps\"",
        ["scaling.over", "about steps, and nothing says", "quantities.steps"],
    );
    let most = "predict = [{ width = 128 }, { width = 64 }, { width = 32 }, { characters = 16000 }]\n";
    check(
        &SCALING.replace(LAST, most),
        law,
        "«law = \"chinchilla\"",
        [key, "has 5 constants, and 2 lower rungs", "add rungs"],
    );
    check(
        &put("direction = \"minimize\"", "direction = \"maximize\""),
        law,
        "«law = \"chinchilla\"",
        [key, "how a loss falls", "minimize"],
    );
    let predict = "scaling.predict";
    check(&put(law, ""), LAST.trim_end(), &format!("«{}", LAST.trim_end()), [predict, "needs a law", "power-law"]);
    let none_held_out = SCALING.replace(LAST, "");
    check(&none_held_out, law, &format!("«{law}"), [key, "none are held out", "predict = "]);
}

#[test]
fn rungs_that_a_law_cannot_tell_apart_are_one() {
    // Four widths, of which one is held out: compute follows from the width.
    let law = "law = \"power-law\"\nover = \"compute\"";
    let text = SCALING.replace(LAST, "predict = [{ width = 128 }, { width = 64 }, { width = 32 }]\n");
    check(&text, law, &format!("«{law}"), ["scaling.law", "has 2 constants, and 1 lower rung cannot", "add rungs"]);
}

#[test]
fn a_treatment_changes_something_beside_the_ladder() {
    let key = "scaling.treatment.optimizer";
    let entry = "[scaling.treatment]\noptimizer = \"adam\"";
    let treatment = "[scaling.treatment]\n";
    check(
        SCALING,
        entry,
        &format!("{treatment}«optimizer = \"adm\""),
        [key, "adm is not a level", "levels: sgd, adam"],
    );
    check(SCALING, entry, &format!("{treatment}«optimizer = \"sgd\""), [key, "the baseline level", "another level"]);
    check(
        SCALING,
        entry,
        &format!("{entry}\n«width = 64"),
        ["scaling.treatment.width", "makes the rungs of the ladder", "other factors"],
    );
    let start = SCALING.find("[scaling.treatment]").unwrap();
    let end = SCALING.find("[[scaling.claims]]").unwrap();
    let without = format!("{}{}", &SCALING[..start], &SCALING[end..]);
    check(
        &without,
        "[[scaling.claims]]\nkind = \"exponent\"",
        "[[scaling.«claims]]\nkind = \"exponent\"",
        ["scaling.claims", "there is none", "treatment = "],
    );
}

#[test]
fn claims_say_where_and_how_and_are_made_once() {
    let gain = "kind = \"gain\"\nat = 10.0";
    let key = "scaling.claims[1]";
    let at = format!("{key}.at");
    check(SCALING, gain, "kind = \"gain\"\n«at = 0.5", [&at, "0.5 times the largest rung makes no sense", "from 1"]);
    check(SCALING, gain, "kind = \"gain\"\n«at = 1e7", [&at, "10000000.0 times", "from 1"]);
    check(
        SCALING,
        &format!("[[scaling.claims]]\n{gain}"),
        "«[[scaling.claims]]\nkind = \"gain\"",
        [key, "a gain is claimed at a scale", "at = 10"],
    );
    check(SCALING, gain, "kind = \"exponent\"\n«at = 10.0", [&at, "of the whole ladder", "leave `at` out"]);
    check(
        SCALING,
        &format!("[[scaling.claims]]\n{gain}"),
        "«[[scaling.claims]]\nkind = \"exponent\"",
        [key, "two hypotheses are called `scaling-exponent`", "once"],
    );
    let smallest = format!("{key}.smallest_effect");
    check(SCALING, "smallest_effect = 0.02", "«smallest_effect = 0.0", [&smallest, "above 0", ""]);
    let claims = "[[scaling.claims]]\nkind = \"exponent\"";
    let marked = "[[scaling.«claims]]\nkind = \"exponent\"";
    check(&put("along = \"parameters\"\n", ""), claims, marked, ["scaling.claims", "along one quantity", "along = "]);
    check(
        &put("measure = \"log-ratio\"\n", ""),
        claims,
        marked,
        ["scaling.claims", "how gains are measured", "measure = "],
    );
    check(
        SCALING,
        "measure = \"log-ratio\"",
        "«measure = \"difference\"",
        ["scaling.measure", "slope of a log ratio", "log-ratio"],
    );
    let without_steps = put("steps = { factor = \"characters\", values = [10, 40, 160] }\n", "");
    let along = "along = \"parameters\"";
    check(&without_steps, along, "«along = \"steps\"", ["scaling.along", "how much steps", "quantities.steps"]);
    let two = put("levels = [1000, 4000, 16000]", "levels = [1000, 16000]")
        .replace("values = [10, 40, 160]", "values = [10, 160]")
        .replace("[900, 3000, 9000]", "[900, 9000]");
    check(&two, along, "«along = \"steps\"", ["scaling.along", "2 sizes do not show", "3 or more"]);
    let law = law_alone();
    let metric = "[scaling]\nmetric = \"loss\"";
    check(
        &law,
        metric,
        &format!("{metric}\n«along = \"tokens\""),
        ["scaling.along", "goes with claims", "leave it out"],
    );
}

#[test]
fn the_rest_of_the_section_is_looked_at_as_hypotheses_are() {
    let metric = "[scaling]\nmetric = \"loss\"";
    check(
        SCALING,
        metric,
        "[scaling]\n«metric = \"lost\"",
        ["scaling.metric", "there is no metric `lost`", "did you mean `loss`?"],
    );
    let own_word = put("trust = \"The numbers are made up.\"\n", "");
    check(&own_word, metric, "[scaling]\n«metric = \"loss\"", ["scaling.metric", "own word (grade B)", "trust"]);
    check(SCALING, "seeds = 8", "«seeds = 1", ["design.seeds", "at least 2 seeds", ""]);
    check(
        SCALING,
        "law = \"power-law\"",
        "law = «\"power\"",
        ["scaling.law", "`power` is not a choice", "did you mean"],
    );
    let many: Vec<String> = (1..=200).map(|level| (1000 * level).to_string()).collect();
    let many = put("levels = [1000, 4000, 16000]", &format!("levels = [{}]", many.join(", ")))
        .replace("unique_tokens = { factor = \"characters\", values = [900, 3000, 9000] }\n", "")
        .replace("steps = { factor = \"characters\", values = [10, 40, 160] }\n", "");
    check(
        &many,
        "[scaling.quantities]",
        "[scaling.«quantities]",
        ["scaling.quantities", "has 800 rungs", "fewer levels"],
    );
    let beside = "[[hypotheses]]\nid = \"scaling-exponent\"\nclaim = \"c\"\ncandidate = { optimizer = \"adam\" }\nmetric = \"loss\"\nexpected = \"better\"\nscope = \"method\"\n\n[design]";
    check(
        &SCALING.replace("[design]", beside),
        "[[scaling.claims]]\nkind = \"exponent\"",
        "«[[scaling.claims]]\nkind = \"exponent\"",
        ["scaling.claims[0]", "two hypotheses are called `scaling-exponent`", "once"],
    );
}

//! What an ablation means: its arms, its claims, and the mistakes in it.

use gosset_model::{AblationDesign, Direction, Expected, Hypothesis, Protocol};

use crate::support::{ABLATION, read};

const FRACTION: &str = "generators = { augment = [\"momentum\", \"decay\", \"schedule\"] }\n";

/// The ablation with another design, without generators.
fn of_design(design: &str) -> String {
    put(FRACTION, "").replace("\"fractional\"", &format!("\"{design}\""))
}

/// The ablation with `find`, which stands there once, replaced.
fn put(find: &str, put: &str) -> String {
    assert_eq!(ABLATION.matches(find).count(), 1, "`{find}` must stand there once");
    ABLATION.replacen(find, put, 1)
}

fn protocol(text: &str) -> Protocol {
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).protocol().clone()
}

fn arms(hypothesis: &Hypothesis) -> Vec<(String, String)> {
    hypothesis.pairs().iter().map(|pair| (pair.candidate.to_string(), pair.baseline.to_string())).collect()
}

const FULL: &str = "augment=true,decay=0.01,momentum=0.9,schedule=cosine,warmup=100";

#[test]
fn leaving_one_out_compares_the_recipe_without_each_component_with_the_recipe() {
    let protocol = protocol(&of_design("leave-one-out"));
    assert_eq!(protocol.arms.len(), 5);
    let decay = &protocol.hypotheses[1];
    assert_eq!((decay.id.as_str(), decay.expected), ("without-decay", Expected::Worse));
    assert_eq!(decay.claim, "Removing decay from the full recipe makes accuracy worse");
    assert_eq!((decay.family.as_str(), decay.smallest_effect), ("parts", Some(0.005)));
    assert_eq!(arms(decay), [("augment=true,momentum=0.9,schedule=cosine,warmup=100".to_owned(), FULL.to_owned())]);
    let ablation = protocol.ablation.as_ref().unwrap();
    assert_eq!(ablation.design, AblationDesign::LeaveOneOut);
    assert_eq!(ablation.components[1].hypothesis, decay.id);
    assert_eq!(protocol.ablation_arms().len(), 5);
    assert_eq!(protocol.ablation_arm(vec![true; 4]).unwrap().name.as_str(), FULL);
    assert_eq!(protocol.ablation_arm(vec![false; 4]), None, "no claim needs the baseline");
}

#[test]
fn adding_one_in_compares_the_baseline_with_each_component_with_the_baseline() {
    let protocol = protocol(&of_design("add-one-in"));
    assert_eq!(protocol.arms.len(), 5);
    let schedule = &protocol.hypotheses[2];
    assert_eq!((schedule.id.as_str(), schedule.expected), ("with-schedule", Expected::Better));
    assert_eq!(arms(schedule), [("schedule=cosine,warmup=100".to_owned(), "baseline".to_owned())]);
}

#[test]
fn a_factorial_compares_all_arms_with_a_component_with_those_without_it() {
    let protocol = protocol(&of_design("factorial"));
    assert_eq!((protocol.arms.len(), protocol.hypotheses.len()), (16, 4));
    for (index, hypothesis) in protocol.hypotheses.iter().enumerate() {
        assert_eq!(hypothesis.pairs().len(), 8);
        for pair in hypothesis.pairs() {
            let (on, off) = (&protocol.arms[&pair.candidate], &protocol.arms[&pair.baseline]);
            let component = &protocol.ablation.as_ref().unwrap().components[index];
            let differing: Vec<_> = on.iter().filter(|(name, level)| off[*name] != **level).collect();
            assert_eq!(differing, component.on.iter().collect::<Vec<_>>());
        }
    }
    let momentum = &protocol.hypotheses[0];
    assert_eq!(momentum.id.as_str(), "effect-of-momentum");
    assert_eq!((momentum.candidate_words(), momentum.baseline_words()), ("momentum on", "momentum off"));
    assert_eq!(protocol.ablation_arms()[15].on, [true; 4]);
}

#[test]
fn a_fraction_and_a_plackett_burman_design_have_fewer_arms() {
    let fraction = protocol(ABLATION);
    assert_eq!((fraction.arms.len(), fraction.hypotheses.len()), (8, 4));
    for arm in fraction.ablation_arms() {
        let off = arm.on.iter().filter(|is_on| !**is_on).count();
        assert!(off.is_multiple_of(2), "with augment = momentum x decay x schedule the product of all four is plus");
    }
    assert_eq!(protocol(&of_design("plackett-burman")).arms.len(), 8);
}

#[test]
fn hypotheses_may_stand_beside_an_ablation_and_share_its_arms() {
    let whole = "[[hypotheses]]\nid = \"whole\"\nclaim = \"c\"\ncandidate = { momentum = 0.9, decay = 0.01, schedule = \"cosine\", warmup = 100, augment = true }\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\n\n[design]";
    let protocol = protocol(&of_design("leave-one-out").replace("[design]", whole));
    assert_eq!((protocol.arms.len(), protocol.hypotheses.len()), (6, 5));
    assert_eq!(protocol.hypotheses[0].candidate.as_str(), FULL);
    assert!(protocol.ablation_arm(vec![false; 4]).is_some());
    assert_eq!(protocol.ablation_arms().len(), 5);
}

#[test]
fn a_study_claims_something_by_hypotheses_or_by_an_ablation() {
    let start = ABLATION.find("[ablation]").unwrap();
    let end = ABLATION.find("[design]").unwrap();
    let found = read(&format!("{}{}", &ABLATION[..start], &ABLATION[end..])).expect_err("nothing is claimed");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "hypotheses"), "{found:?}");
    assert!(found[0].hint.as_deref().unwrap().contains("[ablation]"), "{found:?}");
}

#[test]
fn a_procedure_for_claims_that_go_together_is_for_one_arm_against_all_others() {
    let hommel = |design| of_design(design).replace("[design]", "[families.parts]\nprocedure = \"hommel\"\n\n[design]");
    assert!(read(&hommel("leave-one-out")).is_ok() && read(&hommel("add-one-in")).is_ok());
    let found = read(&hommel("factorial")).expect_err("contrasts over the same arms do not go together");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "families.parts.procedure"), "{found:?}");
    // Where the ablation itself is wrong, its family is not called unknown.
    let found = read(&hommel("leave-one-out").replace("momentum = 0.9", "momentum = 7")).expect_err("no such level");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_study_without_an_ablation_keeps_its_digest() {
    let written = serde_json::to_string(&crate::support::protocol("cpus = 2", "cpus = 2")).unwrap();
    assert!(!written.contains("ablation") && !written.contains("averaged"), "{written}");
}

#[test]
fn the_direction_of_the_metric_does_not_turn_the_claim() {
    let text = of_design("leave-one-out").replace("maximize", "minimize").replace("\"accuracy\"", "\"log_loss\"");
    let text = text.replace("metrics.accuracy", "metrics.log_loss");
    let protocol = protocol(&text);
    assert_eq!(protocol.metrics.values().next().unwrap().direction, Direction::Minimize);
    assert!(protocol.hypotheses.iter().all(|hypothesis| hypothesis.expected == Expected::Worse));
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
    assert_eq!((found[0].at.line, found[0].at.column), place, "{about}");
    assert_eq!(found[0].key, key, "{about}");
    assert!(found[0].what.contains(what), "{about}");
    assert!(found[0].hint.as_deref().unwrap_or_default().contains(hint), "{about}");
}

#[test]
fn a_component_must_set_something_of_its_own() {
    let file = of_design("leave-one-out");
    let on = "ablation.components[0].on";
    check(&file, "on = { momentum = 0.9 }", "«on = {}", [on, "sets no factor", "on = {"]);
    let momentum = "ablation.components[0].on.momentum";
    check(
        &file,
        "{ momentum = 0.9 }",
        "{ «momentum = 0 }",
        [momentum, "0 is the baseline level of `momentum`", "another level"],
    );
    check(
        &file.replace("levels = [0, 0.9]", "levels = [0, 0.0, 0.9]"),
        "{ momentum = 0.9 }",
        "{ «momentum = 0.0 }",
        [momentum, "0.0 is the baseline level", "another level"],
    );
    check(&file, "{ momentum = 0.9 }", "{ «momentum = 0.8 }", [momentum, "0.8 is not a level", "levels: 0, 0.9"]);
    check(
        &file,
        "{ momentum = 0.9 }",
        "{ «momentun = 0.9 }",
        ["ablation.components[0].on.momentun", "there is no factor `momentun`", "did you mean `momentum`?"],
    );
    check(
        &file,
        "{ augment = true }",
        "{ augment = true, «decay = 0.01 }",
        ["ablation.components[3].on.decay", "`decay` is set by the component `decay`, too", "make one component"],
    );
}

#[test]
fn names_of_components_make_names_of_hypotheses() {
    let file = of_design("leave-one-out");
    let name = "ablation.components[1].name";
    check(
        &file,
        "name = \"decay\"",
        "«name = \"momentum\"",
        [name, "two components are called `momentum`", "its own name"],
    );
    let long = "d".repeat(60);
    check(&file, "name = \"decay\"", &format!("«name = \"{long}\""), [name, "at most 64 characters", "a shorter name"]);
    let beside = "[[hypotheses]]\nid = \"without-decay\"\nclaim = \"c\"\ncandidate = { momentum = 0.9 }\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\n\n[design]";
    check(
        &file.replace("[design]", beside),
        "name = \"decay\"",
        "«name = \"decay\"",
        [name, "two hypotheses are called `without-decay`", "otherwise"],
    );
}

#[test]
fn a_fraction_needs_generators_that_define_one() {
    let key = "ablation.generators";
    let augment = "ablation.generators.augment";
    let without = put(FRACTION, "");
    check(
        &without,
        "[ablation]",
        "[«ablation]",
        [key, "a fraction needs generators", "which components follow from others"],
    );
    check(
        ABLATION,
        "{ augment = [\"momentum\", \"decay\", \"schedule\"] }",
        "{ «augment = [\"momentum\"] }",
        [augment, "at least two components", "two or more different"],
    );
    check(
        ABLATION,
        "{ augment = [\"momentum\", \"decay\", \"schedule\"] }",
        "{ «augment = [\"augment\", \"decay\"] }",
        [augment, "`augment` follows from others itself", "no generator"],
    );
    check(
        ABLATION,
        "{ augment = [\"momentum\", \"decay\", \"schedule\"] }",
        "{ «augment = [\"decay\", \"decay\"] }",
        [augment, "`decay` stands in the product twice", "no generator"],
    );
    check(
        ABLATION,
        "{ augment = [\"momentum\", \"decay\", \"schedule\"] }",
        "{ augment = [\"momentum\", «\"decoy\"] }",
        ["ablation.generators.augment[1]", "there is no component `decoy`", "did you mean `decay`?"],
    );
    let factorial = ABLATION.replace("\"fractional\"", "\"factorial\"");
    check(&factorial, "generators =", "«generators =", [key, "goes with design = \"fractional\"", "leave it out"]);
}

#[test]
fn the_rest_of_the_section_is_looked_at_as_hypotheses_are() {
    let file = of_design("leave-one-out");
    check(
        &file,
        "metric = \"accuracy\"\nsmall",
        "«metric = \"acuracy\"\nsmall",
        ["ablation.metric", "there is no metric `acuracy`", "did you mean `accuracy`?"],
    );
    check(&file, "smallest_effect = 0.005", "«smallest_effect = 0.0", ["ablation.smallest_effect", "above 0", ""]);
    check(
        &file,
        "\"leave-one-out\"",
        "«\"leave-one\"",
        ["ablation.design", "`leave-one` is not a choice", "did you mean `leave-one-out`?"],
    );
    check(&file, "seeds = 8", "«seeds = 1", ["design.seeds", "a method claim needs at least 2 seeds", ""]);
    let own_word = file.replace("truth = { file = \"data/labels.csv\", id = \"id\", label = \"digit\" }\n", "");
    check(
        &own_word,
        "metric = \"accuracy\"\nsmall",
        "«metric = \"accuracy\"\nsmall",
        ["ablation.metric", "labels that the program writes itself (grade B)", "`truth`"],
    );
    let many: String = (0..13)
        .map(|index| format!("[factors.f{index}]\nbaseline = 0\nlevels = [0, 1]\n[[ablation.components]]\nname = \"c{index}\"\non = {{ f{index} = 1 }}\n"))
        .collect();
    let start = file.find("[[ablation.components]]").unwrap();
    let end = file.find("[design]").unwrap();
    let many = format!("{}{many}{}", &file[..start], &file[end..]).replace("leave-one-out", "factorial");
    let found = read(&many).expect_err("8,192 arms are too many");
    assert_eq!((found.len(), found[0].key.as_str()), (1, "ablation.components"), "{found:?}");
    assert!(found[0].what.contains("2^13 arms") && found[0].hint.as_deref().unwrap().contains("plackett-burman"));
}

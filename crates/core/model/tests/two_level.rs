//! Designs of ablations: against other tools, and what must hold of each.

use std::collections::BTreeMap;

use gosset_model::{Aliasing, Generator, GeneratorError, TwoLevelDesign, TwoLevelError};
use serde_json::Value;

/// Arms by pyDOE3 1.6.2, shares from the rows that Plackett and Burman print;
/// made by `reference/designs.py`.
const REFERENCE: &str = include_str!("reference/designs.json");

fn reference() -> Value {
    serde_json::from_str(REFERENCE).unwrap()
}

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|number| usize::try_from(number.as_u64().unwrap()).unwrap()).collect()
}

fn generators(value: &Value) -> Vec<Generator> {
    let one = |pair: &Value| Generator {
        component: usize::try_from(pair[0].as_u64().unwrap()).unwrap(),
        product_of: numbers(&pair[1]),
    };
    value.as_array().unwrap().iter().map(one).collect()
}

/// Each arm as a number in which bit `i` says whether component `i` is on.
fn masks(design: &TwoLevelDesign) -> Vec<usize> {
    let mask = |row: &Vec<bool>| row.iter().enumerate().map(|(bit, is_on)| usize::from(*is_on) << bit).sum();
    design.rows().iter().map(mask).collect()
}

/// The sum over arms of the product of the signs of some components.
fn signed_sum(design: &TwoLevelDesign, term: &[usize]) -> i64 {
    let sign = |row: &Vec<bool>| term.iter().map(|one| if row[*one] { 1 } else { -1 }).product::<i64>();
    design.rows().iter().map(sign).sum()
}

#[test]
fn fractions_have_the_arms_of_py_doe() {
    for fraction in reference()["fractions"].as_array().unwrap() {
        let components = numbers(&serde_json::json!([fraction["components"]]))[0];
        let design = TwoLevelDesign::fraction(components, &generators(&fraction["generators"])).unwrap();
        let mut arms = masks(&design);
        arms.sort_unstable();
        assert_eq!(arms, numbers(&fraction["arms"]), "{}", fraction["text"]);
    }
}

#[test]
fn words_resolution_and_groups_are_those_counted_in_the_columns() {
    for fraction in reference()["fractions"].as_array().unwrap() {
        let generators = generators(&fraction["generators"]);
        let components = numbers(&serde_json::json!([fraction["components"]]))[0];
        let aliasing = Aliasing::of(&TwoLevelDesign::fraction(components, &generators).unwrap(), &generators);
        let mut lengths: BTreeMap<String, u64> = BTreeMap::new();
        for word in &aliasing.words {
            *lengths.entry(word.len().to_string()).or_default() += 1;
        }
        assert_eq!(serde_json::to_value(&lengths).unwrap(), fraction["word_lengths"], "{}", fraction["text"]);
        let shortest = lengths.keys().map(|length| length.parse::<usize>().unwrap()).min();
        assert_eq!(aliasing.resolution, shortest, "{}", fraction["text"]);
        let sorted = |groups: Vec<Vec<Vec<usize>>>| {
            let mut groups = groups;
            groups.iter_mut().for_each(|group| group.sort());
            groups.sort();
            groups
        };
        let expected: Vec<Vec<Vec<usize>>> = serde_json::from_value(fraction["groups"].clone()).unwrap();
        assert_eq!(sorted(aliasing.groups), sorted(expected), "{}", fraction["text"]);
    }
}

#[test]
fn plackett_burman_designs_mix_effects_as_the_published_ones_do() {
    for published in reference()["plackett_burman"].as_array().unwrap() {
        let sizes = numbers(&serde_json::json!([published["components"], published["arms"]]));
        let design = TwoLevelDesign::plackett_burman(sizes[0]).unwrap();
        assert_eq!(design.rows().len(), sizes[1]);
        let mut shares: BTreeMap<(u64, u64), u64> = BTreeMap::new();
        for a in 0..sizes[0] {
            for b in 0..a {
                for c in 0..b {
                    let sum = signed_sum(&design, &[a, b, c]).unsigned_abs();
                    *shares.entry((sum, sizes[1] as u64)).or_default() += 1;
                }
            }
        }
        let parsed = |text: &str| -> (u64, u64) {
            let (above, below) = text.split_once('/').unwrap_or((text, "1"));
            let (above, below): (u64, u64) = (above.parse().unwrap(), below.parse().unwrap());
            (above * sizes[1] as u64 / below, sizes[1] as u64)
        };
        let expected: BTreeMap<(u64, u64), u64> = published["shares_of_triples"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(share, count)| (parsed(share), count.as_u64().unwrap()))
            .collect();
        assert_eq!(shares, expected, "{} components", sizes[0]);
        let largest = expected.keys().map(|(above, below)| *above as f64 / *below as f64).fold(0.0, f64::max);
        assert_eq!(Aliasing::of(&design, &[]).largest_share, largest);
    }
}

#[test]
fn every_component_is_on_in_half_of_the_arms_and_with_every_other_in_a_quarter() {
    let plackett_burman = (1..=47).map(|components| TwoLevelDesign::plackett_burman(components).unwrap());
    let factorials = (1..=8).map(|components| TwoLevelDesign::factorial(components).unwrap());
    for design in plackett_burman.chain(factorials) {
        let n = design.rows().len();
        assert!(n > design.components() && (n.is_multiple_of(4) || n == 2), "{n} arms");
        assert!(design.rows()[0].iter().all(|is_on| !is_on), "the baseline is the first arm");
        for one in 0..design.components() {
            assert_eq!(signed_sum(&design, &[one]), 0, "{n} arms");
            for other in 0..one {
                assert_eq!(signed_sum(&design, &[one, other]), 0, "{n} arms");
            }
        }
    }
}

#[test]
fn pairs_use_every_arm_once_and_differ_in_one_component_alone_in_a_factorial() {
    let factorial = TwoLevelDesign::factorial(4).unwrap();
    let fraction = TwoLevelDesign::fraction(4, &[Generator { component: 3, product_of: vec![0, 1, 2] }]).unwrap();
    for component in 0..4 {
        for (design, is_full) in [(&factorial, true), (&fraction, false)] {
            let pairs = design.pairs(component);
            let mut used: Vec<usize> = pairs.iter().flat_map(|(on, off)| [*on, *off]).collect();
            used.sort_unstable();
            assert_eq!(used, (0..design.rows().len()).collect::<Vec<_>>());
            for (on, off) in pairs {
                let (on, off) = (&design.rows()[on], &design.rows()[off]);
                assert!(on[component] && !off[component]);
                let differing = on.iter().zip(off).filter(|(a, b)| a != b).count();
                assert!(!is_full || differing == 1, "{on:?} {off:?}");
            }
        }
    }
    assert_eq!(TwoLevelDesign::leave_one_out(4).unwrap().pairs(2), [(0, 3)]);
    assert_eq!(TwoLevelDesign::add_one_in(4).unwrap().pairs(2), [(3, 0)]);
    assert_eq!(factorial.pairs(4), []);
}

#[test]
fn one_at_a_time_designs_hold_the_recipe_or_the_baseline_and_one_arm_for_each_component() {
    assert_eq!(masks(&TwoLevelDesign::leave_one_out(3).unwrap()), [0b111, 0b110, 0b101, 0b011]);
    assert_eq!(masks(&TwoLevelDesign::add_one_in(3).unwrap()), [0b000, 0b001, 0b010, 0b100]);
}

#[test]
fn resolution_without_generators_is_that_of_the_imbalance() {
    let of = |design: TwoLevelDesign| Aliasing::of(&design, &[]).resolution;
    // Any three columns of the 12 arms are out of balance by a third; those of
    // three components in 4 arms are a half fraction; two are a factorial.
    assert_eq!(of(TwoLevelDesign::plackett_burman(11).unwrap()), Some(3));
    assert_eq!(of(TwoLevelDesign::plackett_burman(3).unwrap()), Some(3));
    assert_eq!(of(TwoLevelDesign::plackett_burman(2).unwrap()), None);
    assert_eq!(of(TwoLevelDesign::factorial(5).unwrap()), None);
}

#[test]
fn what_is_no_design_says_why() {
    let product = |component: usize, product_of: &[usize]| Generator { component, product_of: product_of.to_vec() };
    let fraction = |generators: &[Generator]| match TwoLevelDesign::fraction(5, generators) {
        Err(TwoLevelError::Generator { index, source }) => (index, source),
        other => panic!("{other:?}"),
    };
    assert_eq!(fraction(&[product(5, &[0, 1])]), (0, GeneratorError::Unknown { component: 5 }));
    assert_eq!(fraction(&[product(4, &[0, 9])]), (0, GeneratorError::Unknown { component: 9 }));
    assert_eq!(fraction(&[product(4, &[0])]), (0, GeneratorError::TooShort));
    assert_eq!(fraction(&[product(4, &[0, 0])]), (0, GeneratorError::Repeated { component: 0 }));
    assert_eq!(fraction(&[product(4, &[0, 4])]), (0, GeneratorError::NotFree { component: 4 }));
    assert_eq!(fraction(&[product(4, &[0, 1]), product(4, &[0, 2])]), (1, GeneratorError::Twice));
    assert_eq!(
        fraction(&[product(4, &[0, 1]), product(3, &[1, 0])]),
        (1, GeneratorError::SameProduct { component: 4 })
    );
    assert_eq!(TwoLevelDesign::factorial(13), Err(TwoLevelError::TooMany { got: 13, most: 12 }));
    assert_eq!(TwoLevelDesign::plackett_burman(48), Err(TwoLevelError::TooMany { got: 48, most: 47 }));
    assert_eq!(TwoLevelDesign::fraction(13, &[]), Err(TwoLevelError::TooMany { got: 13, most: 12 }));
    for design in [TwoLevelDesign::factorial(0), TwoLevelDesign::plackett_burman(0), TwoLevelDesign::fraction(0, &[])] {
        assert_eq!(design, Err(TwoLevelError::TooFew { got: 0, least: 1 }));
    }
}

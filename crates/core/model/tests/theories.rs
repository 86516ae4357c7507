//! What a theory file means, and what is said of one that is wrong: where, what,
//! and what would be right.

use gosset_model::{
    BoundSide, Mistake, ParameterRole, PredictionTest, Region, Theories, TheorySource, Unit, resolve_theories,
    theory_schema,
};

/// A theory file that uses every key.
const GOOD: &str = include_str!("files/theories.toml");

fn read(text: &str) -> Result<Theories, Vec<Mistake>> {
    TheorySource::read(text).and_then(|source| resolve_theories(&source)).map_err(|mistakes| mistakes.0)
}

/// Breaks the good file in one place; `«` marks where the mistake is reported.
fn check(find: &str, put: &str, key: &str, what: &str, hint: &str) {
    assert_eq!(GOOD.matches(find).count(), 1, "`{find}` must stand in the good file once");
    let marked = GOOD.replacen(find, put, 1);
    let (before, after) = marked.split_once('«').expect("the place is marked");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let found = read(&format!("{before}{after}")).expect_err("the file is wrong");
    let about = format!("`{find}` -> `{put}`: {found:?}");
    assert_eq!(found.len(), 1, "{about}");
    assert_eq!((found[0].at.line, found[0].at.column, found[0].key.as_str()), (line, column, key), "{about}");
    assert!(found[0].what.contains(what), "{about}");
    let told = found[0].hint.as_deref().unwrap_or_default();
    assert!(told.contains(hint) && hint.is_empty() == told.is_empty(), "{about}");
}

#[test]
fn the_good_file_means_what_it_says() {
    let theories = read(GOOD).unwrap();
    assert_eq!(theories.quantities["L"].column, "loss");
    assert_eq!(theories.quantities["N"].column, "N");
    assert_eq!((theories.design.alpha.get(), theories.design.power), (0.05, 0.9));
    let offset = &theories.theories[0];
    assert_eq!(offset.parameters["N0"].role, ParameterRole::Fixed { value: 1e8 });
    assert_eq!(offset.parameters["E"].role, ParameterRole::Free { from: 0.0, to: 3.0 });
    assert_eq!(offset.parameters["A"].unit, Unit::parse("nats").unwrap());
    // E, N, N0, alpha in alphabetical order: 1.7 + 2 / (1e9 / 1e8)^0.5.
    let formula = offset.formula.as_ref().unwrap();
    assert_eq!(formula.symbols(), ["A", "E", "N", "N0", "alpha"]);
    assert!((formula.value(&[2.0, 1.7, 1e9, 1e8, 0.5]) - (1.7 + 2.0 / 10f64.sqrt())).abs() < 1e-12);
    let tests: Vec<&PredictionTest> = theories.predictions.iter().map(|prediction| &prediction.test).collect();
    assert!(matches!(tests[1], PredictionTest::Sign { is_above: false, .. }));
    assert!(matches!(tests[2], PredictionTest::Ordering { conditions, is_rising: false } if conditions.len() == 3));
    let region = Region { from: Some(-0.4), to: Some(-0.3) };
    assert!(matches!(tests[3], PredictionTest::Exponent { offset: 1.7, region: own, .. } if *own == region));
    assert!(matches!(tests[5], PredictionTest::Bound { side: BoundSide::AtMost, .. }));
    assert!(matches!(tests[6], PredictionTest::Collapse { margin: 0.05, .. }));
}

#[test]
fn mistakes_of_form_are_reported_at_their_place() {
    check("block = \"seed\"", "«blok = \"seed\"", "results.blok", "unknown key `blok`", "did you mean `block`?");
    check("unit = \"s\"", "unit = «3", "quantities.t.unit", "expected a text, found the whole number 3", "unit");
    check(
        "errors = \"relative\"",
        "errors = «\"relativ\"",
        "design.errors",
        "`relativ` is not a choice",
        "did you mean",
    );
    check("kind = \"value\"", "kind = «\"values\"", "predictions[0].kind", "`values` is not a choice", "`value`");
    check("name = \"offset\"\n", "name = «\"off set\"\n", "theories[0].name", "cannot stand in a name", "");
    check("from = 2.0", "from = «nan", "predictions[0].from", "nan is not a finite number", "least");
}

#[test]
fn mistakes_about_quantities_and_the_design_are_reported_at_their_place() {
    check(
        "question = \"How does the loss fall with parameters?\"",
        "«question = \" \"",
        "question",
        "the question is empty",
        "one sentence",
    );
    check(
        "observed = \"L\"",
        "«observed = \"loss\"",
        "results.observed",
        "there is no quantity `loss`",
        "known: `L`, `N` or `t`",
    );
    check(
        "[quantities.t]",
        "[quantities.«log]",
        "quantities.log",
        "`log` cannot stand in a formula",
        "no name of a function",
    );
    check(
        "unit = \"parameters\"\n",
        "«unit = \"10^6 parameters\"\n",
        "quantities.N.unit",
        "`10^6 parameters` is no unit",
        "`1` for a plain number",
    );
    check(
        "candidates = [1e9, 1e10]",
        "«candidates = []",
        "quantities.N.candidates",
        "the list is empty",
        "next experiment",
    );
    check("alpha = 0.05", "«alpha = 0.7", "design.alpha", "an error rate of 0.7", "0.05");
    check("power = 0.9", "«power = 1.5", "design.power", "between `alpha` and 1", "0.8");
}

#[test]
fn mistakes_about_theories_are_reported_at_their_place() {
    let formula = "formula = \"E + A / (N / N0)^alpha\"";
    let changed = |text: &str| format!("«formula = \"{text}\"");
    let key = "theories[0].formula";
    check(formula, &changed("E + A / (M / N0)^alpha"), key, "no quantity or parameter `M`", "did you mean `N`?");
    check(formula, &changed("L + A / (N / N0)^alpha + E"), key, "`L` stands in its own formula", "other quantities");
    check(formula, &changed("E + A / (N / N0)^alpha)"), key, "one `)` too many", "close each");
    check(formula, &changed("E + A * -(N / N0)^alpha"), key, "a sign before the power", "-((N/N0)^...)");
    check(
        formula,
        &changed("E + A * N / N^alpha"),
        key,
        "`N` is in parameters, so that the unit of its power would change with `alpha`",
        "`(N / X0)^alpha`",
    );
    check(formula, &changed("E + A * (N / N0)^alpha + t"), key, "is in nats and `t` in s", "nats/s");
    check(
        formula,
        &changed("(E + A) / N^2 / (N / N0)^alpha"),
        key,
        "the formula is in nats/parameters^2",
        "parameters^2",
    );
    check(formula, &changed("E * exp(A) * alpha"), key, "`exp` takes a plain number, and `A` is in nats", "divide `A`");
}

#[test]
fn mistakes_about_parameters_are_reported_at_their_place() {
    let e = "E = { unit = \"nats\", from = 0, to = 3 }";
    let at = "theories[0].parameters.E";
    check(
        e,
        "E = { unit = \"nats\", from = 3, «to = 3 }",
        "theories[0].parameters.E.to",
        "holds nothing to fit",
        "`value`",
    );
    check(e, "«E = { unit = \"nats\", from = 3 }", at, "`to` is missing", "with `from` and `to`");
    check(
        e,
        "E = { unit = \"nats\", from = 0, «value = 3 }",
        "theories[0].parameters.E.value",
        "no range",
        "leave out",
    );
    check(
        e,
        "E = { «unit = \"nats+\", from = 0, to = 3 }",
        "theories[0].parameters.E.unit",
        "`nats+` is no unit",
        "words",
    );
    check(
        "assumptions = [\"Nothing is lost.\"]",
        "«assumptions = []",
        "theories[1].assumptions",
        "no assumption",
        "for granted",
    );
    check(
        "name = \"bounded\"\n",
        "«name = \"offset\"\n",
        "theories[1].name",
        "two theories are called `offset`",
        "own name",
    );
    check(
        "top = { unit = \"nats\", value = 4 }",
        "«top = { unit = \"nats\", from = 1, to = 4 }",
        "theories[1].parameters.top",
        "no formula to which `top` could be fitted",
        "add `formula`",
    );
    check(
        "value = 4 }",
        "value = 4 }\n«N = { unit = \"1\", value = 1 }",
        "theories[1].parameters.N",
        "a quantity, too",
        "another name",
    );
}

#[test]
fn mistakes_about_predictions_are_reported_at_their_place() {
    check(
        "theory = \"offset\"\nclaim = \"More",
        "«theory = \"ofset\"\nclaim = \"More",
        "predictions[1].theory",
        "no theory `ofset`",
        "`offset`?",
    );
    check(
        "claim = \"More parameters help.\"",
        "«claim = \"\"",
        "predictions[1].claim",
        "the claim is empty",
        "in words",
    );
    check(
        "name = \"each-step\"",
        "«name = \"more-helps\"",
        "predictions[2].name",
        "two predictions are called",
        "own name",
    );
    check("from = 2.0\nto = 2.2", "from = 2.0\n«to = 2.0", "predictions[0].to", "a single number", "larger `to`");
    check(
        "from = 2.0\nto = 2.2",
        "from = 2.0\n«margin = 2.0",
        "predictions[0].margin",
        "`margin` says nothing",
        "`at`, `from` or `to`",
    );
    check(
        "than = { N = 1e8 }",
        "«than = { N = 1e9 }",
        "predictions[1].than",
        "both conditions are the same",
        "compared with",
    );
    check("expected = \"lower\"", "«expected = \"falling\"", "predictions[1].expected", "a sign is", "`lower`");
    check("expected = \"falling\"", "«expected = \"higher\"", "predictions[2].expected", "an ordering is", "`falling`");
    check(
        "{ N = 1e7 }, { N = 1e8 }",
        "{ N = 1e7 }, «{ N = 1e7 }",
        "predictions[2].conditions[1]",
        "there twice",
        "once",
    );
    check(
        "conditions = [{ N = 1e7 }, { N = 1e8 }, { N = 1e9 }]",
        "«conditions = [{ N = 1e7 }]",
        "predictions[2].conditions",
        "two conditions or more",
        "order",
    );
    check(
        "at = { t = 60 }",
        "at = { «T = 60 }",
        "predictions[3].at.T",
        "there is no quantity `T`",
        "did you mean `N`?",
    );
    check("at = { t = 60 }", "at = { «N = 60 }", "predictions[3].at.N", "`N` is held", "leave it out");
    check("at = { t = 60 }", "at = { «L = 60 }", "predictions[3].at.L", "is no condition", "chosen for the runs");
    check("over = \"N\"", "«over = \"L\"", "predictions[3].over", "no other quantity `L`", "`N`");
    check(
        "parameter = \"alpha\"",
        "«parameter = \"N0\"",
        "predictions[4].parameter",
        "no fitted parameter `N0`",
        "`A`",
    );
    check("at_most = \"top\"", "«at_most = \"top * t\"", "predictions[5].at_most", "the formula is in nats*s", "1/s");
    check("margin = 0.05", "«margin = 0", "predictions[6].margin", "a share above 0", "0.05");
    check("y = \"L * N^0.1\"", "«y = \"t * N^0.1\"", "predictions[6].y", "`L` is not in it", "rescale");
    check("x = \"t / sqrt(N)\"", "«x = \"t / log(N)\"", "predictions[6].x", "`log` takes a plain number", "divide `N`");
    check("group = \"N\"\n", "«group = \"M\"\n", "predictions[6].group", "no other quantity `M`", "`N`");
}

#[test]
fn what_is_missing_is_named_where_it_should_stand() {
    let found = read(&GOOD.replacen("than = { N = 1e8 }\n", "", 1)).unwrap_err();
    assert_eq!((found.len(), found[0].key.as_str()), (1, "predictions[1]"), "{found:?}");
    assert!(found[0].what.contains("needs `than`"), "{found:?}");
    let found = read(&GOOD.replacen("from = 2.0\nto = 2.2\n", "", 1)).unwrap_err();
    assert!(found[0].what.contains("the range is missing"), "{found:?}");
    let found = read(&GOOD.replacen("at_most = \"top\"", "at_most = \"top\"\nat_least = \"top\"", 1)).unwrap_err();
    assert!(found[0].what.contains("either `at_most` or `at_least`"), "{found:?}");
    let found = read(&GOOD.replacen("\"E + A / (N / N0)^alpha\"", "\"A / (N / N0)^alpha\"", 1)).unwrap_err();
    assert_eq!((found.len(), found[0].key.as_str()), (1, "theories[0].parameters.E"), "{found:?}");
    assert!(found[0].what.contains("does not use the parameter `E`"), "{found:?}");
    let bare = "[results]\nfile = \"a.csv\"\nobserved = \"L\"\n[quantities]\nL = { unit = \"1\" }\nN = { unit = \"1\" }\n[design]\nalpha = 0.05\nerrors = \"absolute\"\n[[theories]]\nname = \"x\"\nassumptions = [\"y\"]\n";
    let found = read(bare).unwrap_err();
    assert!(found[0].what.contains("no theory has a formula, and none predicts anything"), "{found:?}");
}

#[test]
fn every_key_of_the_schema_is_explained() {
    let schema = theory_schema().to_value();
    for (name, table) in schema["$defs"].as_object().unwrap() {
        for (key, property) in table["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string() || property["$ref"].is_string(), "{name}.{key}");
        }
    }
}

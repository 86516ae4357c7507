//! What is said of a study file that is wrong: where, what, and what would be
//! right.

use gosset_model::{Mistake, Mistakes};

use crate::support::{GOOD, changed, read};

/// One way to break the good file.
struct Broken {
    /// A text that stands in the good file once.
    find: &'static str,
    /// What takes its place; `«` marks where the mistake is to be reported.
    put: &'static str,
    /// The key to be named.
    key: &'static str,
    /// A part of what is said.
    what: &'static str,
    /// A part of the hint; empty where there is to be none.
    hint: &'static str,
}

const fn broken(find: &'static str, put: &'static str, [key, what, hint]: [&'static str; 3]) -> Broken {
    Broken { find, put, key, what, hint }
}

/// Line and column of `«` in `text`, and the text without it.
fn unmarked(text: &str) -> ((usize, usize), String) {
    let (before, after) = text.split_once('«').expect("the place is marked");
    let line = before.lines().count() + usize::from(before.ends_with('\n'));
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    ((line, column), format!("{before}{after}"))
}

fn mistakes(text: &str) -> Vec<Mistake> {
    read(text).expect_err("the file is wrong")
}

/// Each breaks the file in one place, and one mistake is to be reported.
fn check(table: &[Broken]) {
    for one in table {
        let ((line, column), text) = unmarked(&changed(one.find, one.put));
        let found = mistakes(&text);
        let about = format!("`{}` -> `{}`: {found:?}", one.find, one.put);
        assert_eq!(found.len(), 1, "{about}");
        assert_eq!((found[0].at.line, found[0].at.column), (line, column), "{about}");
        assert_eq!(found[0].key, one.key, "{about}");
        assert!(found[0].what.contains(one.what), "{about}");
        let hint = found[0].hint.as_deref().unwrap_or_default();
        assert!(hint.contains(one.hint) && (one.hint.is_empty() == hint.is_empty()), "{about}");
    }
}

const COMMAND: &str = r#"["./train", "--train={data.train}", "--seed={seed}", "--out", "{run_dir}/out.csv", "{{x}}"]"#;
const SEEDS: &str = "seeds = [3, 1, 4, 15, 9, 2, 6, 5]";
const QUESTION: &str = "question = \"Does a warm-up of the learning rate raise the accuracy?\"";

/// Puts both hypotheses of the good file into one family.
fn one_family(procedure: &str) -> String {
    changed("family = \"speed\"", "").replace("benjamini-yekutieli", procedure)
}

#[test]
fn a_procedure_for_claims_that_go_together_needs_such_claims() {
    for (procedure, instead) in
        [("hommel", "holm"), ("hochberg", "holm"), ("benjamini-hochberg", "benjamini-yekutieli")]
    {
        let found = mistakes(&one_family(procedure));
        assert_eq!((found.len(), found[0].key.as_str()), (1, "families.main.procedure"), "{procedure}: {found:?}");
        assert!(found[0].what.contains("these differ in baseline and metric and expected direction"), "{found:?}");
        assert!(found[0].hint.as_deref().unwrap().contains(&format!("\"{instead}\"")), "{found:?}");
        assert!(found[0].at.line > 60, "{found:?}");
    }
    for procedure in ["holm", "bonferroni", "benjamini-yekutieli"] {
        assert!(read(&one_family(procedure)).is_ok(), "{procedure}");
    }
}

#[test]
fn the_good_file_is_good() {
    assert_eq!(read(GOOD).map(|draft| draft.protocol().run_count()), Ok(64));
}

#[test]
fn broken_syntax_is_reported_where_it_breaks() {
    check(&[
        broken("name = \"warm-up\"", "name = \"warm-up«", ["", "expected `\"`", ""]),
        broken("[design]", "[design«", ["", "unclosed table, expected `]`", ""]),
        broken("[notes]", "[«budget]", ["", "duplicate key", ""]),
        broken("cpus = 2", "cpus = 2\n«cpus = 3", ["", "duplicate key", ""]),
    ]);
}

#[test]
fn an_unknown_key_is_reported_with_the_nearest_known_one() {
    check(&[
        broken("[notes]", "[«note]", ["note", "unknown key `note`", "did you mean `notes`?"]),
        broken(
            "background =",
            "«why =",
            ["study.why", "unknown key `why` in `study`", "known keys: `background`, `name` or `question`"],
        ),
        broken(
            "pass_environment =",
            "«pass_enviroment =",
            ["program.pass_enviroment", "in `program`", "did you mean `pass_environment`?"],
        ),
        broken(
            "unit = \"steps\"",
            "«units = \"steps\"",
            ["factors.warmup.units", "in `factors.warmup`", "did you mean `unit`?"],
        ),
        broken(
            "licence = \"CC BY 4.0\"",
            "«license = \"CC\"",
            ["data.digits.license", "in `data.digits`", "did you mean `licence`?"],
        ),
        broken(
            "id = \"id\", label = \"letter\" }",
            "id = \"id\", label = \"x\", «lable = \"y\" }",
            ["data.letters.truth.lable", "in `data.letters.truth`", "did you mean `label`?"],
        ),
        broken(
            "probability_prefix =",
            "«prefix =",
            [
                "metrics.accuracy.columns.prefix",
                "in `metrics.accuracy.columns`",
                "known keys: `label`, `prediction` or `probability_prefix`",
            ],
        ),
        broken(
            "family = \"speed\"",
            "«famly = \"speed\"",
            ["hypotheses[1].famly", "in `hypotheses[1]`", "did you mean `family`?"],
        ),
        broken(
            "sides = \"one\"",
            "sides = \"one\"\n«sidez = 1",
            ["design.sidez", "in `design`", "did you mean `sides`?"],
        ),
        broken("currency =", "«curency =", ["budget.curency", "in `budget`", "did you mean `currency`?"]),
        broken("limits =", "«limit =", ["notes.limit", "in `notes`", "did you mean `limits`?"]),
        broken(
            "family = \"speed\"",
            "«alpha = 0.05",
            ["hypotheses[1].alpha", "unknown key `alpha`", "move it to [design]"],
        ),
    ]);
}

#[test]
fn a_missing_key_is_reported_at_its_table_with_what_it_is() {
    check(&[
        broken(
            "[study]\nname = \"warm-up\"",
            "«[study]",
            ["study.name", "`name` is missing", "add `name`: A short name"],
        ),
        broken(
            "[design]\nseeds = [3, 1, 4, 15, 9, 2, 6, 5]",
            "«[design]",
            ["design.seeds", "`seeds` is missing", "How many seeds"],
        ),
        broken(
            "[[hypotheses]]\nid = \"warmup\"",
            "«[[hypotheses]]",
            ["hypotheses[0].id", "`id` is missing", "add `id`"],
        ),
        broken(
            "[factors.optimizer]\nbaseline = \"sgd\"",
            "«[factors.optimizer]",
            ["factors.optimizer.baseline", "is missing", "Its level in the baseline arm"],
        ),
        broken(
            "truth = { file = \"data/labels.csv\", id = \"id\", ",
            "truth = «{ file = \"data/labels.csv\", ",
            ["data.digits.truth.id", "`id` is missing", "The column that names the example"],
        ),
        broken(
            "[metrics.duration]\ndirection = \"minimize\"",
            "«[metrics.duration]",
            ["metrics.duration.direction", "is missing", "Which way is better"],
        ),
        broken(
            "[data.letters]\nfiles = { train = \"letters/train.csv\" }",
            "«[data.letters]",
            ["data.letters.files", "is missing", "Files or folders"],
        ),
    ]);
}

#[test]
fn a_value_of_the_wrong_kind_is_reported_with_what_was_expected() {
    check(&[
        broken(
            "timeout_secs = 60.0",
            "timeout_secs = «\"an hour\"",
            ["program.timeout_secs", "expected a number, found the text `an hour`", "in seconds"],
        ),
        broken(
            COMMAND,
            "«\"./train --seed {seed} --epochs 100 --more-flags\"",
            [
                "program.command",
                "expected a list, found the text `./train --seed {seed} --epochs 100 --mor...`",
                "The command and its arguments",
            ],
        ),
        broken("cpus = 2", "cpus = «2.5", ["program.cpus", "expected a whole number, found the number 2.5", "slots"]),
        broken(
            SEEDS,
            "seeds = «\"8\"",
            ["design.seeds", "expected a whole number or a list, found the text `8`", "How many seeds"],
        ),
        broken(
            "range = [0.0, 1.0]",
            "range = «[0.0, 0.5, 1.0]",
            ["metrics.accuracy.range", "expected 2 items, found 3", "lowest"],
        ),
        broken(
            "range = [0.0, 1.0]",
            "range = «1.0",
            ["metrics.accuracy.range", "expected a list, found the number 1.0", "lowest"],
        ),
        broken(
            "range = [0.0, 1.0]",
            "range = [0.0, «\"1\"]",
            ["metrics.accuracy.range[1]", "expected a number, found the text `1`", ""],
        ),
        broken(
            "candidate = { warmup = 100 }",
            "candidate = «\"warmup=100\"",
            ["hypotheses[0].candidate", "expected a table", "How the candidate arm differs"],
        ),
        broken(
            "augment = true",
            "augment = «[true]",
            ["parameters.augment", "expected true or false, a number or a text, found a list", "parameter"],
        ),
        broken(
            "augment = true",
            "augment = «2026-01-31",
            ["parameters.augment", "found the date 2026-01-31", "parameter"],
        ),
        broken(
            "[factors.optimizer]",
            "«[[factors.optimizer]]",
            ["factors.optimizer", "expected a table, found a list", "differs between arms"],
        ),
        broken(
            QUESTION,
            "question = «7",
            ["study.question", "expected a text, found the whole number 7", "one sentence"],
        ),
        broken("[\"make\", \"all\"]", "[\"make\", «3]", ["program.build[1]", "expected a text", ""]),
        broken("LEVEL = \"3\"", "LEVEL = «3", ["program.environment.LEVEL", "expected a text", ""]),
    ]);
}

#[test]
fn an_unknown_choice_is_reported_with_all_choices() {
    check(&[
        broken(
            "parameters = \"flags\"",
            "parameters = «\"flag\"",
            [
                "program.parameters",
                "`flag` is not a choice",
                "did you mean `flags`? choices: `template`, `flags`, `assignments` or `file`",
            ],
        ),
        broken(
            "sides = \"one\"",
            "sides = «1",
            ["design.sides", "expected a text, found the whole number 1", "write one of `one` or `two`"],
        ),
        broken(
            "direction = \"maximize\"",
            "direction = «\"up\"",
            ["metrics.accuracy.direction", "`up` is not a choice", "choices: `maximize` or `minimize`"],
        ),
        broken(
            "reduction = \"last\"",
            "reduction = «\"final\"",
            ["metrics.duration.reduction", "`final` is not a choice", "`mean`"],
        ),
        broken(
            "horizon = \"fixed\"",
            "horizon = «\"open\"",
            ["design.horizon", "`open` is not a choice", "choices: `fixed` or `sequential`"],
        ),
        broken(
            "expected = \"worse\"",
            "expected = «\"Worse\"",
            ["hypotheses[1].expected", "`Worse` is not a choice", "did you mean `worse`?"],
        ),
    ]);
}

#[test]
fn numbers_out_of_range_are_reported_with_the_range() {
    check(&[
        broken(SEEDS, "seeds = «-5", ["design.seeds", "-5 is out of range", "between 1 and 1000000"]),
        broken(SEEDS, "seeds = «0", ["design.seeds", "0 is out of range", "between 1 and 1000000"]),
        broken(SEEDS, "seeds = «1_000_001", ["design.seeds", "1000001 is out of range", "between 1 and 1000000"]),
        broken(
            SEEDS,
            "seeds = «99999999999999999999",
            ["design.seeds", "99999999999999999999 is out of range", "between 1"],
        ),
        broken(SEEDS, "seeds = «0x10_0000", ["design.seeds", "is out of range", "between 1"]),
        broken(
            SEEDS,
            "seeds = [3, «-1]",
            ["design.seeds[1]", "-1 is out of range", "between 0 and 18446744073709551615"],
        ),
        broken(
            "cpus = 2",
            "cpus = «5_000_000_000",
            ["program.cpus", "5000000000 is out of range", "between 0 and 4294967295"],
        ),
        broken("runs = 100\n", "runs = «-1\n", ["budget.runs", "-1 is out of range", "between 0"]),
        broken(
            "epochs = 10",
            "epochs = «10_000_000_000_000_000_000",
            ["parameters.epochs", "is out of range", "9223372036854775807"],
        ),
        broken(
            "levels = [0, 100, 500]",
            "levels = [0, 100, 500, «nan]",
            ["factors.warmup.levels[3]", "nan is not a finite number", "parameter"],
        ),
        broken(
            "levels = [0, 100, 500]",
            "levels = [0, 100, 500, «-inf]",
            ["factors.warmup.levels[3]", "-inf is not a finite number", "parameter"],
        ),
        broken("epochs = 10", "epochs = «1e999", ["parameters.epochs", "1e999 is not a finite number", "parameter"]),
        broken("alpha = 0.05", "alpha = «nan", ["design.alpha", "nan is not a finite number", "error rate"]),
        broken(
            "range = [0.0, 1.0]",
            "range = [0.0, «inf]",
            ["metrics.accuracy.range[1]", "inf is not a finite number", ""],
        ),
        broken(
            "smallest_effect = 0.005",
            "smallest_effect = «nan",
            ["hypotheses[0].smallest_effect", "nan is not a finite number", "smallest difference"],
        ),
    ]);
}

#[test]
fn numbers_that_make_no_sense_are_reported() {
    check(&[
        broken(SEEDS, "«seeds = 1", ["design.seeds", "at least 2 seeds", "gosset study check"]),
        broken(SEEDS, "«seeds = [3]", ["design.seeds", "at least 2 seeds", "gosset study check"]),
        broken(SEEDS, "«seeds = [3, 1, 4, 1]", ["design.seeds", "seed 1 stands there twice", "list each seed once"]),
        broken(
            "alpha = 0.05",
            "«alpha = 0.0",
            ["design.alpha", "an error rate of 0.0 makes no sense", "from 1e-9 to 0.5"],
        ),
        // Half of it is no number above 0.
        broken("alpha = 0.05", "«alpha = 5e-324", ["design.alpha", "makes no sense", "from 1e-9 to 0.5"]),
        broken(
            "alpha = 0.05",
            "«alpha = 1",
            ["design.alpha", "an error rate of 1.0 makes no sense", "from 1e-9 to 0.5"],
        ),
        broken(
            "alpha = 0.05",
            "«alpha = -1.0",
            ["design.alpha", "an error rate of -1.0 makes no sense", "from 1e-9 to 0.5"],
        ),
        broken("power = 0.8", "«power = 1.0", ["design.power", "a power of 1 makes no sense", "between 0 and 1"]),
        broken("power = 0.8", "«power = 0", ["design.power", "a power of 0 makes no sense", "between 0 and 1"]),
        broken(
            "range = [0.0, 1.0]",
            "«range = [1.0, 0.0]",
            ["metrics.accuracy.range", "the range 1 to 0 is empty", "lowest value first"],
        ),
        broken("smallest_effect = 0.005", "«smallest_effect = 0", ["hypotheses[0].smallest_effect", "above 0", ""]),
        broken(
            "smallest_effect = 0.005",
            "«smallest_effect = -0.005",
            ["hypotheses[0].smallest_effect", "above 0", ""],
        ),
        broken("timeout_secs = 60.0", "«timeout_secs = 0", ["program.timeout_secs", "above 0", ""]),
        broken("cpus = 2", "«cpus = 0", ["program.cpus", "at least one processor slot", ""]),
        broken("cpu_hours = 4.5", "«cpu_hours = -1.0", ["budget.cpu_hours", "above 0", ""]),
        broken("accuracy = 0.01", "«accuracy = 0", ["design.expected_spread.accuracy", "above 0", ""]),
    ]);
}

#[test]
fn what_is_empty_is_reported() {
    check(&[
        broken(QUESTION, "«question = \"  \"", ["study.question", "the question is empty", "in one sentence"]),
        broken(
            "command = [\"./train\", \"--train={data.train}\", \"--seed={seed}\", \"--out\", \"{run_dir}/out.csv\", \"{{x}}\"]",
            "«command = []",
            ["program.command", "the command is empty", "as a list"],
        ),
        broken(
            "build = [\"make\", \"all\"]",
            "«build = []",
            ["program.build", "the build command is empty", "leave it out"],
        ),
        broken(
            "candidate = { warmup = 100 }",
            "«candidate = {}",
            ["hypotheses[0].candidate", "candidate and baseline are the same configuration", "another level"],
        ),
    ]);
}

#[test]
fn an_unknown_or_broken_placeholder_is_reported_at_its_argument() {
    check(&[
        broken(
            "\"--seed={seed}\"",
            "«\"--seed={sed}\"",
            ["program.command[2]", "there is no placeholder `sed`", "did you mean `seed`?"],
        ),
        broken(
            "\"--train={data.train}\"",
            "«\"--train={data.trian}\"",
            ["program.command[1]", "`data.trian`", "did you mean `data.train`?"],
        ),
        broken(
            "\"--seed={seed}\"",
            "«\"--seed={param.warmupp}\"",
            ["program.command[2]", "`param.warmupp`", "did you mean `param.warmup`?"],
        ),
        // `test` is a file of one data set only.
        broken(
            "\"--train={data.train}\"",
            "«\"--test={data.test}\"",
            ["program.command[1]", "there is no placeholder `data.test`", "`data"],
        ),
        broken(
            "\"--seed={seed}\"",
            "«\"--seed={seed\"",
            ["program.command[2]", "a brace in `--seed={seed` has no partner", ""],
        ),
        broken(
            "\"--seed={seed}\"",
            "«\"--seed=seed}\"",
            ["program.command[2]", "a brace in `--seed=seed}` has no partner", ""],
        ),
        broken(
            "MODE = \"{dataset}\"",
            "«MODE = \"{data_set}\"",
            ["program.environment.MODE", "`data_set`", "did you mean `dataset`?"],
        ),
    ]);
}

#[test]
fn a_name_that_points_nowhere_is_reported_with_the_nearest() {
    check(&[
        broken(
            "{ warmup = 100 }",
            "{ «warmpu = 100 }",
            ["hypotheses[0].candidate.warmpu", "there is no factor `warmpu`", "did you mean `warmup`?"],
        ),
        broken(
            "{ warmup = 100 }",
            "{ «epochs = 20 }",
            [
                "hypotheses[0].candidate.epochs",
                "`epochs` is a parameter that is the same in every arm",
                "move it to [factors]",
            ],
        ),
        broken(
            "{ warmup = 100 }",
            "{ «warmup = 101 }",
            ["hypotheses[0].candidate.warmup", "101 is not a level of `warmup`", "levels: 0, 100, 500"],
        ),
        broken(
            "{ warmup = 100 }",
            "{ «warmup = \"100\" }",
            ["hypotheses[0].candidate.warmup", "is not a level of `warmup`", "levels: 0, 100, 500"],
        ),
        broken(
            "metric = \"accuracy\"",
            "«metric = \"acuracy\"",
            ["hypotheses[0].metric", "there is no metric `acuracy`", "did you mean `accuracy`?"],
        ),
        broken(
            "\"digits\", \"letters\"]",
            "\"digits\", «\"leters\"]",
            ["design.datasets[1]", "there is no data set `leters`", "did you mean `letters`?"],
        ),
        broken(
            "score = \"accuracy\"",
            "«score = \"accurracy\"",
            ["metrics.accuracy.score", "there is no scoring method `accurracy`", "did you mean `accuracy`?"],
        ),
        broken(
            "score = \"accuracy\"",
            "«score = \"bleu\"",
            [
                "metrics.accuracy.score",
                "there is no scoring method `bleu`",
                "known: `accuracy`, `log_loss` or `f1_macro`",
            ],
        ),
        broken(
            "accuracy = 0.01",
            "«acc = 0.01",
            ["design.expected_spread.acc", "there is no metric `acc`", "known: `accuracy` or `duration`"],
        ),
    ]);
}

#[test]
fn what_stands_there_twice_is_reported() {
    check(&[
        broken(
            "id = \"adam-is-slower\"",
            "«id = \"warmup\"",
            ["hypotheses[1].id", "two hypotheses are called `warmup`", "its own id"],
        ),
        broken(
            "levels = [0, 100, 500]",
            "levels = [0, 100, 500, «100]",
            ["factors.warmup.levels[3]", "level 100 stands there twice", "once"],
        ),
        broken(
            "levels = [0, 100, 500]",
            "levels = [0, 100, 500, «\"100\"]",
            ["factors.warmup.levels[3]", "level 100 stands there twice", "once"],
        ),
        broken(
            "\"digits\", \"letters\"]",
            "\"digits\", «\"digits\"]",
            ["design.datasets[1]", "data set `digits` stands there twice", "once"],
        ),
    ]);
}

#[test]
fn arms_and_levels_that_contradict_each_other_are_reported() {
    check(&[
        broken(
            "baseline = \"sgd\"",
            "«baseline = \"SGD\"",
            ["factors.optimizer.baseline", "the baseline level SGD is not among the levels", "levels: sgd, adam"],
        ),
        broken(
            "augment = true\n\n[factors.warmup]",
            "warmup = true\n\n[factors.«warmup]",
            ["factors.warmup", "`warmup` is a parameter and a factor", "one of the two tables"],
        ),
        broken(
            "candidate = { warmup = 100 }",
            "«candidate = { warmup = 0 }",
            ["hypotheses[0].candidate", "the same configuration", "another level"],
        ),
        broken(
            "candidate = { optimizer = \"adam\" }",
            "«candidate = { warmup = 500 }",
            ["hypotheses[1].candidate", "the same configuration", "another level"],
        ),
        broken(
            "scope = \"method\"\n\n[[hypotheses]]",
            "«scope = \"artifact\"\n\n[[hypotheses]]",
            ["hypotheses[0].scope", "about artifacts or about methods, not about both", "a study of their own"],
        ),
    ]);
}

#[test]
fn two_arms_never_share_a_name() {
    let text = changed("levels = [\"sgd\", \"adam\"]", "levels = [\"sgd\", \"adam\", \"adam,warmup=500\"]")
        .replace("candidate = { warmup = 100 }", "candidate = { optimizer = \"adam,warmup=500\" }")
        .replace("candidate = { optimizer = \"adam\" }", "candidate = { optimizer = \"adam\", warmup = 500 }");
    let found = mistakes(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].key, "hypotheses[1].candidate");
    assert!(found[0].what.contains("two arms would be called `optimizer=adam,warmup=500`"), "{found:?}");
}

#[test]
fn a_metric_that_cannot_be_computed_or_believed_is_reported() {
    check(&[
        broken(
            "score = \"accuracy\"",
            "score = \"accuracy\"\n«logged = \"acc\"",
            ["metrics.accuracy.logged", "both `score` and `logged` are given", "to have it computed"],
        ),
        broken(
            "[metrics.duration]\ndirection = \"minimize\"\nunit = \"s\"\nlogged = \"train_secs\"",
            "[metrics.«duration]\ndirection = \"minimize\"\nunit = \"s\"",
            ["metrics.duration.score", "neither `score` nor `logged` is given", "logged = \"NAME\""],
        ),
        broken(
            "[metrics.duration]\ndirection = \"minimize\"\nunit = \"s\"\nlogged = \"train_secs\"\nreduction = \"last\"",
            "[metrics.«duration]\ndirection = \"minimize\"\nunit = \"s\"\nlogged = \"train_secs\"",
            ["metrics.duration.reduction", "`reduction` is missing", "which logged value counts"],
        ),
        broken(
            "predictions = \"out.csv\"",
            "«predictions = \"../out.csv\"",
            ["metrics.accuracy.predictions", "must lie in the run directory", "relative path"],
        ),
        broken(
            "predictions = \"out.csv\"",
            "«predictions = \"/tmp/out.csv\"",
            ["metrics.accuracy.predictions", "must lie in the run directory", "relative path"],
        ),
        broken(
            "predictions = \"out.csv\"",
            "«predictions = \"a/../../out.csv\"",
            ["metrics.accuracy.predictions", "must lie in the run directory", "relative path"],
        ),
        broken(
            "predictions = \"out.csv\"",
            "«reduction = \"last\"",
            ["metrics.accuracy.reduction", "`reduction` goes with `logged`", "leave it out"],
        ),
        broken(
            "reduction = \"last\"",
            "reduction = \"last\"\n«predictions = \"x.csv\"",
            ["metrics.duration.predictions", "`predictions` goes with `score`", "leave it out"],
        ),
        broken(
            "direction = \"maximize\"",
            "«direction = \"minimize\"",
            ["metrics.accuracy.direction", "`accuracy` is better the other way round", "direction = \"maximize\""],
        ),
    ]);
}

#[test]
fn a_program_s_own_word_carries_no_verdict_unless_it_is_trusted() {
    let found = mistakes(&changed("trust = \"A clock outside the program wrote it.\"\n", ""));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].key, "hypotheses[1].metric");
    assert!(found[0].what.contains("the program's own word (grade B)"));
    assert!(found[0].hint.as_ref().unwrap().contains("[metrics.duration]"));

    let labels = "truth = { file = \"letters/labels.csv\", id = \"id\", label = \"letter\" }\n";
    let found = mistakes(&changed(labels, ""));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].key, "hypotheses[0].metric");
    assert!(found[0].what.contains("labels that the program writes itself (grade B)"));
}

#[test]
fn names_that_cannot_stand_in_a_path_are_reported() {
    check(&[
        broken(
            "name = \"warm-up\"",
            "name = «\"warm up\"",
            ["study.name", "` ` cannot stand in a name at place 5", ""],
        ),
        broken("name = \"warm-up\"", "name = «\"\"", ["study.name", "a name cannot be empty", ""]),
        broken("name = \"warm-up\"", "name = «\"../up\"", ["study.name", "`.` cannot stand in a name at place 1", ""]),
        broken(
            "id = \"warmup\"",
            "id = «\"-warmup\"",
            ["hypotheses[0].id", "`-` cannot stand in a name at place 1", ""],
        ),
        broken(
            "[parameters]",
            "[parameters]\n«\"e pochs\" = 1",
            ["parameters.e pochs", "` ` cannot stand in a name at place 2", ""],
        ),
        broken(
            "{ accuracy = 0.01 }",
            "{ accuracy = 0.01, «\"a/b\" = 1.0 }",
            ["design.expected_spread.a/b", "`/` cannot stand in a name", ""],
        ),
        broken(
            "family = \"speed\"",
            "family = «\"a0123456789012345678901234567890123456789012345678901234567890123\"",
            ["hypotheses[1].family", "at most 64 characters, this one has 65", ""],
        ),
    ]);
}

#[test]
fn environment_variables_that_cannot_be_set_or_are_ours_are_reported() {
    check(&[
        broken(
            "LEVEL = \"3\"",
            "«\"LE=VEL\" = \"3\"",
            ["program.environment.LE=VEL", "`LE=VEL` cannot name an environment variable", ""],
        ),
        broken("LEVEL = \"3\"", "«\"\" = \"3\"", ["program.environment.", "cannot name an environment variable", ""]),
        broken(
            "LEVEL = \"3\"",
            "«GOSSET_SEED = \"3\"",
            ["program.environment.GOSSET_SEED", "`GOSSET_SEED` is set by Gosset itself", "another name"],
        ),
        broken(
            "\"LD_LIBRARY_PATH\"",
            "«\"GOSSET_SEED\"",
            ["program.pass_environment[0]", "`GOSSET_SEED` is set by Gosset itself", "another name"],
        ),
        broken(
            "\"LD_LIBRARY_PATH\"",
            "«\"A=B\"",
            ["program.pass_environment[0]", "`A=B` cannot name an environment variable", ""],
        ),
    ]);
}

#[test]
fn all_mistakes_of_form_are_reported_at_once_in_the_order_of_the_file() {
    let text = changed("cpus = 2", "cpus = \"two\"")
        .replace("seeds =", "sedes =")
        .replace("horizon = \"fixed\"", "horizon = \"open\"")
        .replace("currency =", "curency =");
    let found = mistakes(&text);
    let keys: Vec<&str> = found.iter().map(|mistake| mistake.key.as_str()).collect();
    assert_eq!(keys, ["program.cpus", "design.seeds", "design.sedes", "design.horizon", "budget.curency"]);
    assert_eq!(found[2].hint.as_deref(), Some("did you mean `seeds`?"));
}

#[test]
fn all_mistakes_of_sense_are_reported_at_once_in_the_order_of_the_file() {
    let text = changed("{seed}", "{sed}")
        .replace("score = \"accuracy\"", "score = \"accurac\"")
        .replace("candidate = { warmup = 100 }", "candidate = { warmup = 1 }")
        .replace("alpha = 0.05", "alpha = 2.0")
        .replace("power = 0.8", "power = 8.0");
    let found = mistakes(&text);
    let keys: Vec<&str> = found.iter().map(|mistake| mistake.key.as_str()).collect();
    let expected = [
        "program.command[2]",
        "metrics.accuracy.score",
        "hypotheses[0].candidate.warmup",
        "design.alpha",
        "design.power",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn syntax_mistakes_are_all_reported_in_the_order_of_the_file() {
    let text = changed("cpus = 2", "cpus = ").replace("alpha = 0.05", "alpha = 0.0.5");
    let lines: Vec<usize> = mistakes(&text).iter().map(|mistake| mistake.at.line).collect();
    assert!(lines.contains(&14) && lines.contains(&89) && lines.is_sorted(), "{lines:?}");
}

#[test]
fn an_empty_file_lacks_every_table_that_must_be_there() {
    let keys: Vec<String> = mistakes("").into_iter().map(|mistake| mistake.key).collect();
    assert_eq!(keys, ["study", "program", "metrics", "design"]);
}

#[test]
fn a_list_of_mistakes_reads_like_a_compiler_s() {
    let found = Mistakes(mistakes(&changed("cpus = 2", "cpus = -2")));
    assert_eq!(found.to_string(), "one mistake in the study file");
    assert_eq!(
        found.listed("study.toml"),
        "study.toml:14:8: `program.cpus`: -2 is out of range\n    write a whole number between 0 and 4294967295"
    );
}

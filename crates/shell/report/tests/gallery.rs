//! The studies that one looks at: every kind of thing that a page can show.

use gosset_model::{Command, Name, Outcome};
use gosset_science::plan;

use crate::sample::{self, Came, Sample, noise};

const OPTIMIZER: &str = r#"
[study]
name = "digits-optimizer"
question = "Which optimizer settings make a small network read handwritten digits better?"
background = """
Momentum is said to help small networks as well as large ones. The evidence for networks of fewer than 10,000 parameters rests on single runs.

Two data sets would be better than one; this study has one."""
[program]
command = ["python", "train.py", "--train", "{data.train}", "--test", "{data.test}", "--out", "{run_dir}"]
parameters = "flags"
timeout_secs = 600.0
memory_limit_bytes = 2147483648
infrastructure_retries = 2
[program.environment]
OMP_NUM_THREADS = "1"
[parameters]
epochs = 30
hidden = 64
[factors.momentum]
baseline = 0.0
levels = [0.0, 0.5, 0.9, 0.99]
description = "Momentum of stochastic gradient descent"
[factors.weight_decay]
baseline = 0.0
levels = [0.0, 0.0001, 0.1]
[factors.nesterov]
baseline = false
levels = [false, true]
[data.digits]
files = { train = "data/train.csv", test = "data/test-images.csv" }
truth = { file = "data/test-labels.csv", id = "id", label = "digit" }
description = "8 x 8 images of handwritten digits"
source = "UCI Machine Learning Repository"
licence = "CC BY 4.0"
[metrics.accuracy]
direction = "maximize"
unit = "proportion of test images"
range = [0.0, 1.0]
score = "accuracy"
[metrics.train_loss]
direction = "minimize"
unit = "nats"
logged = "loss"
reduction = "last"
trust = "The loss is computed by the framework's own function."
[[hypotheses]]
id = "momentum"
claim = "Momentum 0.9 raises accuracy"
candidate = { momentum = 0.9 }
metric = "accuracy"
expected = "better"
smallest_effect = 0.005
scope = "method"
[[hypotheses]]
id = "half-momentum"
claim = "Momentum 0.5 raises accuracy"
candidate = { momentum = 0.5 }
metric = "accuracy"
expected = "better"
smallest_effect = 0.005
scope = "method"
[[hypotheses]]
id = "too-much-momentum"
claim = "Momentum 0.99 raises accuracy"
candidate = { momentum = 0.99 }
metric = "accuracy"
expected = "better"
smallest_effect = 0.005
scope = "method"
[[hypotheses]]
id = "weight-decay"
claim = "A little weight decay raises accuracy"
candidate = { weight_decay = 0.0001 }
metric = "accuracy"
expected = "better"
smallest_effect = 0.005
scope = "method"
[[hypotheses]]
id = "loss"
claim = "Momentum 0.9 lowers the training loss"
candidate = { momentum = 0.9 }
metric = "train_loss"
expected = "better"
smallest_effect = 0.05
scope = "method"
family = "training"
[[hypotheses]]
id = "nesterov"
claim = "Nesterov momentum lowers the training loss further"
candidate = { momentum = 0.9, nesterov = true }
baseline = { momentum = 0.9 }
metric = "train_loss"
expected = "better"
scope = "method"
family = "training"
[design]
seeds = 24
horizon = "fixed"
alpha = 0.01
sides = "one"
power = 0.9
failures = "worst-observed"
order = "random"
expected_spread = { accuracy = 0.004 }
[budget]
cpu_hours = 10.0
cost_per_slot_hour = 0.04
currency = "EUR"
[notes]
ethics = "Nobody is affected: public images of digits."
limits = "One data set, one size of network. Nothing is said about other budgets of training."
"#;

fn optimizer_run(arm: &str, block: usize) -> Came {
    let seed_effect = 0.008 * noise("seed", block);
    let own = |size: f64| size * noise(arm, block);
    let (gain, spread, loss) = match arm {
        "baseline" => (0.0, 0.001, 0.42),
        "momentum=0.9" => (0.0123, 0.003, 0.21),
        "momentum=0.5" => (0.0012, 0.002, 0.33),
        "momentum=0.99" => (-0.021, 0.008, 0.61),
        "weight_decay=0.0001" => (0.0035, 0.009, 0.40),
        _ => (0.0130, 0.003, 0.205),
    };
    match (arm, block) {
        ("momentum=0.99", 3 | 11) => {
            Err(Outcome::Diverged { metric: Name::new("train_loss").expect("a name"), value: "NaN".to_owned() })
        }
        ("momentum=0.99", 7) => Err(Outcome::TimedOut { limit_secs: 600.0 }),
        ("weight_decay=0.0001", 5) => Err(Outcome::Crashed { code: 139 }),
        ("weight_decay=0.0001" | "baseline", 20) => Err(Outcome::OutOfMemory { limit_bytes: Some(2_147_483_648) }),
        _ => Ok(vec![
            ("accuracy", 0.951 + seed_effect + gain + own(spread)),
            ("train_loss", loss + 0.03 * noise("seed", block) + own(0.02)),
        ]),
    }
}

/// Six hypotheses, all kinds of failures, an amendment, lost attempts.
pub(crate) fn optimizer() -> Sample {
    let mut sample = sample::registered(OPTIMIZER);
    let amended = OPTIMIZER.replace("cpu_hours = 10.0", "cpu_hours = 20.0");
    let draft = sample::draft(&amended);
    sample.carry_out(Command::Amend {
        data: sample::contents(&draft),
        draft: Box::new(draft),
        code: sample::code(),
        gosset_version: "0.1.0".to_owned(),
        reason: "The first runs took longer than planned.".to_owned(),
    });
    sample.carry_out(Command::StartSession { session: sample::session() });
    sample.registered = sample.study.registered().expect("registered").clone();
    let mut seeds = sample.registered.seeds();
    seeds.sort_unstable();
    for (index, planned) in plan(&sample.registered).runs.into_iter().enumerate() {
        sample::start(&mut sample, &planned);
        if index % 41 == 7 {
            let (reason, interrupted) =
                if index > 50 { ("interrupted from the keyboard", true) } else { ("the machine went away", false) };
            sample.carry_out(Command::LoseRun {
                run: planned.id.clone(),
                attempt: 1,
                reason: reason.to_owned(),
                interrupted,
            });
            sample::start(&mut sample, &planned);
        }
        let block = seeds.iter().position(|seed| *seed == planned.seed).expect("a seed of the study");
        let mut result = sample::result(&planned, optimizer_run(planned.arm.as_str(), block));
        if index == 5 {
            result.notes.push("metrics.jsonl line 17 is not JSON; passed over".to_owned());
        }
        let attempt = sample::attempts(&sample, &planned);
        sample.carry_out(Command::FinishRun { run: planned.id.clone(), attempt, result: Box::new(result) });
        if index == 60 {
            sample.carry_out(Command::ShowResults { runs_planned: 144, how: "show".to_owned() });
        }
    }
    sample.judge();
    sample
}

/// The components of an ablation, with the levels at which they are on.
const COMPONENTS: [(&str, &str, &str); 4] = [
    ("momentum", "0.0", "0.9"),
    ("schedule", "\"constant\"", "\"cosine\""),
    ("weight_decay", "0.0", "0.0001"),
    ("label_smoothing", "0.0", "0.1"),
];

/// An ablation of four components by `design`: two help, and help each other,
/// one harms, one does nothing.
pub(crate) fn ablation(design: &str) -> Sample {
    let start = OPTIMIZER.find("[factors.momentum]").expect("the optimizer study has factors");
    let end = OPTIMIZER.find("[data.digits]").expect("and data");
    let hypotheses = OPTIMIZER.find("[[hypotheses]]").expect("and hypotheses");
    let rest = OPTIMIZER.find("[design]").expect("and a design");
    let tables: String = COMPONENTS
        .iter()
        .map(|(name, off, on)| {
            format!(
                "[factors.{name}]\nbaseline = {off}\nlevels = [{off}, {on}]\n[[ablation.components]]\nname = \"{name}\"\non = {{ {name} = {on} }}\n"
            )
        })
        .collect();
    let section = format!("[ablation]\ndesign = \"{design}\"\nmetric = \"accuracy\"\nsmallest_effect = 0.005\n");
    let generators = "generators = { label_smoothing = [\"momentum\", \"schedule\", \"weight_decay\"] }\n";
    let generators = if design == "fractional" { generators } else { "" };
    let whole = "[[hypotheses]]\nid = \"whole-recipe\"\nclaim = \"The full recipe raises accuracy\"\ncandidate = { momentum = 0.9, schedule = \"cosine\", weight_decay = 0.0001, label_smoothing = 0.1 }\nmetric = \"accuracy\"\nexpected = \"better\"\nscope = \"method\"\nsmallest_effect = 0.005\n";
    let text = format!(
        "{}{}{section}{generators}{tables}{whole}{}",
        &OPTIMIZER[..start],
        &OPTIMIZER[end..hypotheses],
        &OPTIMIZER[rest..]
    );
    let text = text.replace("digits-optimizer", "digits-ablation").replace("seeds = 24", "seeds = 10");
    let is_factorial = design == "factorial";
    sample::study(&text, |arm, _, block| {
        let on = |name: &str| if arm.split(',').any(|part| part.starts_with(&format!("{name}="))) { 1.0 } else { 0.0 };
        let (momentum, schedule) = (on("momentum"), on("schedule"));
        // In the factorial the last component is read and never used.
        let smoothing = if is_factorial { 0.0 } else { on("label_smoothing") };
        let active = format!("{momentum}{schedule}{}{smoothing}", on("weight_decay"));
        let gain = 0.012 * momentum + 0.006 * schedule + 0.008 * momentum * schedule - 0.007 * on("weight_decay");
        let accuracy = 0.93 + gain + 0.008 * noise("seed", block) + 0.002 * noise(&active, block);
        Some(Ok(vec![("accuracy", accuracy), ("train_loss", 0.4)]))
    })
}

/// A ladder of five widths, the largest held out, on which weight decay gains
/// more as models grow.
pub(crate) fn ladder() -> Sample {
    let start = OPTIMIZER.find("[factors.momentum]").expect("the optimizer study has factors");
    let end = OPTIMIZER.find("[data.digits]").expect("and data");
    let hypotheses = OPTIMIZER.find("[[hypotheses]]").expect("and hypotheses");
    let rest = OPTIMIZER.find("[design]").expect("and a design");
    let section = r#"
[factors.width]
baseline = 16
levels = [16, 32, 64, 128, 256]
[factors.weight_decay]
baseline = 0.0
levels = [0.0, 0.1]
[scaling]
metric = "train_loss"
quantities = { parameters = { factor = "width", values = [1e3, 3e3, 1e4, 3e4, 1e5] } }
along = "parameters"
measure = "log-ratio"
treatment = { weight_decay = 0.1 }
law = "power-law"
over = "parameters"
predict = [{ width = 256 }]
claims = [
  { kind = "exponent", smallest_effect = 0.01 },
  { kind = "gain", at = 10.0, smallest_effect = 0.05 },
]
"#;
    let text = format!("{}{}{section}{}", &OPTIMIZER[..start], &OPTIMIZER[end..hypotheses], &OPTIMIZER[rest..]);
    let text = text.replace("digits-optimizer", "digits-ladder").replace("seeds = 24", "seeds = 8");
    let sizes = [("width=32", 3e3), ("width=64", 1e4), ("width=128", 3e4), ("width=256", 1e5)];
    sample::study(&text, |arm, _, block| {
        let has = |wanted: &str| arm.split(',').any(|part| part == wanted);
        let size: f64 = sizes.iter().find(|(name, _)| has(name)).map_or(1e3, |(_, size)| *size);
        let exponent = if has("weight_decay=0.1") { -0.13 } else { -0.1 };
        let loss = 5.0 * size.powf(exponent) * (0.01 * noise("seed", block) + 0.004 * noise(arm, block)).exp();
        Some(Ok(vec![("accuracy", 0.9), ("train_loss", loss)]))
    })
}

/// A benchmark of four methods on eight data sets under two conditions: two do
/// alike, one is worse, one fails under stress.
pub(crate) fn benchmark() -> Sample {
    benchmark_with("control = \"plain\"\nsmallest_effect = 0.02\n")
}

/// The same with nothing claimed.
pub(crate) fn benchmark_without_control() -> Sample {
    benchmark_with("")
}

fn benchmark_with(control: &str) -> Sample {
    let data: String = (0..8)
        .map(|index| {
            format!("[data.table-{index}]\nfiles = {{ train = \"{index}.csv\" }}\ntruth = {{ file = \"{index}-labels.csv\", id = \"id\", label = \"label\" }}\n")
        })
        .collect();
    let section = format!(
        "[factors.method]\nbaseline = \"plain\"\nlevels = [\"plain\", \"alike\", \"worse\", \"frail\"]\n[factors.condition]\nbaseline = \"clean\"\nlevels = [\"clean\", \"noisy\"]\n[benchmark]\nfactor = \"method\"\nmetrics = [\"accuracy\"]\nusage = [\"cpu-time\"]\n{control}conditions = {{ factor = \"condition\", clean = \"clean\" }}\n[benchmark.tuning]\nplain = {{ trials = 1 }}\nalike = {{ trials = 30, cpu_hours = 2.0 }}\n"
    );
    let text = sample::file(6, &section).replace("name = \"sample\"", "name = \"tables\"");
    sample::study(&format!("{text}{data}"), |arm, dataset, block| {
        let is = |level: &str| arm.contains(level);
        if is("frail") && is("noisy") && block < 2 {
            return Some(Err(Outcome::TimedOut { limit_secs: 60.0 }));
        }
        let loss = if is("worse") { 0.1 } else { 0.0 } + if is("noisy") { 0.05 } else { 0.0 };
        let luck = 0.004 * noise(arm, 10 * block + dataset);
        Some(Ok(vec![("accuracy", 0.9 - 0.02 * dataset as f64 - loss + luck), ("loss", 0.4)]))
    })
}

/// Two data sets that disagree, and a third hypothesis beside.
pub(crate) fn two_datasets() -> Sample {
    let text = OPTIMIZER.replace(
        "[metrics.accuracy]",
        "[data.letters]\nfiles = { train = \"letters/train.csv\", test = \"letters/test.csv\" }\ntruth = { file = \"letters/labels.csv\", id = \"id\", label = \"letter\" }\n[metrics.accuracy]",
    );
    let text = text.replace("seeds = 24", "seeds = 12").replace("digits-optimizer", "two-data-sets");
    sample::study(&text, |arm, dataset, block| {
        let mut came = optimizer_run(arm, block + 24);
        if let Ok(scores) = &mut came
            && dataset == 1
        {
            let sign = if arm == "momentum=0.9" { -0.02 } else { 0.0 };
            scores[0].1 += sign - 0.2 + 0.004 * noise("letters", block);
        }
        Some(came)
    })
}

/// A study of which one family bounds the share of wrong decisions, and one
/// run is missing.
pub(crate) fn false_discoveries() -> Sample {
    let text = OPTIMIZER.replace("digits-optimizer", "false-discoveries");
    let text = format!("{text}\n[families.main]\nprocedure = \"benjamini-yekutieli\"\n");
    sample::study(&text, |arm, _, block| {
        let is_missing = (arm, block) == ("momentum=0.9", 3);
        (!is_missing).then(|| optimizer_run(arm, block))
    })
}

/// A study in which everything that can be text is hostile.
pub(crate) fn hostile() -> Sample {
    const BAD: &str = "<script>alert(1)</script> & \\\"quoted\\\" | `tick` \\u001b[31m \\u202e http://evil.example";
    let hypotheses = sample::hypothesis(1, "accuracy", Some(0.005)).replace("Knob 1 is better", BAD);
    let text = sample::file(8, &hypotheses)
        .replace("Does it help?", BAD)
        .replace("unit = \"proportion\"", &format!("unit = \"{BAD}\""))
        .replace("The numbers are made up.", BAD)
        .replace("[program]", &format!("background = \"{BAD}\"\n[program]"))
        .replace("levels = [0,", &format!("description = \"{BAD}\"\nunit = \"{BAD}\"\nlevels = [0,"));
    let text = format!("{text}\n[notes]\nethics = \"{BAD}\"\nlimits = \"{BAD}\"\n");
    sample::study(&text, |arm, _, block| {
        Some(match (arm, block) {
            ("knob=1", 2) => Err(Outcome::Unscorable { reason: "<script>alert(2)</script> \u{1b}[2J".to_owned() }),
            ("baseline", _) => Ok(vec![("accuracy", 0.5 + 0.01 * noise("b", block)), ("loss", 1.0)]),
            _ => Ok(vec![("accuracy", 0.52 + 0.01 * noise("c", block)), ("loss", 0.9)]),
        })
    })
}

/// The optimizer study, half run.
pub(crate) fn unfinished() -> Sample {
    sample::study(OPTIMIZER, |arm, _, block| if block < 10 { Some(optimizer_run(arm, block)) } else { None })
}

use serde_json::Value;

use crate::workshop::Workshop;

/// Runs of five sizes with five amounts of tokens; losses are exactly 1.7 + 400
/// N^-0.34 + 1500 D^-0.36 but for a log error of 0.003 by turns.
fn ladder() -> String {
    let mut text = "size,tokens,flops,loss\n".to_owned();
    for (place, size) in [1e7, 3e7, 1e8, 3e8, 1e9_f64].into_iter().enumerate() {
        for (amount, tokens) in [2e8, 6e8, 2e9, 6e9, 2e10_f64].into_iter().enumerate() {
            let error = [0.003, -0.003, 0.001, -0.002][(3 * place + amount) % 4_usize];
            let loss = (1.7 + 400.0 * size.powf(-0.34) + 1500.0 * tokens.powf(-0.36)) * (1.0 + error);
            text.push_str(&format!("{size},{tokens},{},{loss}\n", 6.0 * size * tokens));
        }
    }
    text
}

const LINE: &str = "scaling fit ladder.csv --loss loss --params size --tokens tokens --law chinchilla";

fn constant<'a>(reply: &'a Value, symbol: &str) -> &'a Value {
    let constants = reply["law"]["constants"].as_array().unwrap();
    &constants.iter().find(|constant| constant["symbol"] == symbol).unwrap()["verdict"]
}

fn bounds(value: &Value) -> std::ops::Range<f64> {
    value["lower"].as_f64().unwrap()..value["upper"].as_f64().unwrap()
}

#[test]
fn a_law_is_fitted_and_its_constants_and_predictions_hold_the_truth() {
    let workshop = Workshop::small();
    workshop.write("ladder.csv", ladder());
    let line = format!("{LINE} --squares --target parameters=1e10,tokens=2e11 --budget 1e22 --hold-out 0.2");
    let reply = workshop.gosset(&format!("{line} --json")).expect(0).json();
    for (symbol, truth) in [("E", 1.7), ("A", 400.0), ("B", 1500.0), ("alpha", 0.34), ("beta", 0.36)] {
        let found = &constant(&reply, symbol)["identified"];
        assert!(bounds(&found["bounds"]).contains(&truth), "{symbol}: {found}");
    }
    let truth = 1.7 + 400.0 * 1e10_f64.powf(-0.34) + 1500.0 * 2e11_f64.powf(-0.36);
    let prediction = &reply["law"]["prediction"];
    assert!(bounds(&prediction["run"]).contains(&truth), "{truth}: {prediction}");
    assert_eq!(reply["contest"]["laws"][0]["law"], "chinchilla", "{reply}");
    let told = workshop.gosset(&line).expect(0).text();
    for part in ["identify it", "loss 1.", "beyond the largest run", "best split", "foreseen from the others"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // The same table gives the same answer.
    assert_eq!(workshop.gosset(&line).expect(0).text(), told);
}

#[test]
fn what_the_runs_do_not_identify_has_no_number() {
    let workshop = Workshop::small();
    let mut text = "size,tokens,loss\n".to_owned();
    for place in 0..12 {
        let size = 1e7 * 1.8_f64.powi(place);
        let loss = 1.7 + 400.0 * size.powf(-0.34) + 1500.0 * (20.0 * size).powf(-0.36);
        text.push_str(&format!("{size},{},{loss}\n", 20.0 * size));
    }
    workshop.write("ladder.csv", text);
    let reply = workshop.gosset(&format!("{LINE} --json")).expect(0).json();
    for symbol in ["E", "A", "B", "alpha", "beta"] {
        let found = constant(&reply, symbol);
        assert_eq!(found["not-identified"]["reason"]["collinear"]["second"], "tokens", "{found}");
    }
    let told = workshop.gosset(LINE).expect(0).text();
    assert!(told.contains("do not identify it: parameters and tokens go together"), "{told}");
    let refused = workshop.gosset(&format!("{LINE} --budget 1e21")).expect(3).stderr;
    assert!(refused.contains("parameters and tokens go together in all runs"), "{refused}");
}

#[test]
fn bad_rows_are_refused_or_told_of() {
    let workshop = Workshop::small();
    let refused = |text: String, line: &str, code: i32| {
        workshop.write("ladder.csv", text);
        workshop.gosset(line).expect(code).stderr
    };
    let good = ladder();
    let zero = refused(good.replacen("200000000,12000000000000000,", "200000000,12000000000000000,-", 1), LINE, 3);
    assert!(zero.contains("in row 1 is not positive"), "{zero}");
    let few: String = good.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert!(refused(few, LINE, 3).contains("4 runs are too few for the 5 constants"));
    let single: String = good.lines().take(6).map(|line| format!("{line}\n")).collect();
    let single = refused(single, &LINE.replace("chinchilla", "kaplan"), 3);
    assert!(single.contains("all runs have 10000000 parameters"), "{single}");
    let negative = refused(good.replacen("10000000,", "-10000000,", 1), LINE, 2);
    assert!(negative.contains("row 1 of column `size`"), "{negative}");
    let unknown = refused(good.clone(), &LINE.replace("--loss loss", "--loss perplexity"), 3);
    assert!(unknown.contains("perplexity"), "{unknown}");
    let lacking = refused(good.clone(), &LINE.replace("--tokens tokens", ""), 2);
    assert!(lacking.contains("the law `chinchilla` needs tokens"), "{lacking}");
    // Left out, and said so: a run without a loss, and one that stands there twice.
    let last = good.lines().last().unwrap();
    workshop.write("ladder.csv", format!("{good}{last}\n1e9,4e10,2.4e20,nan\n1e9,4e10,2.4e20,\n"));
    let told = workshop.gosset(LINE).expect(0).text();
    assert!(told.contains("rows 27, 28 are left out, for want of a finite loss"), "{told}");
    assert!(told.contains("row 26 is left out: another row"), "{told}");
    // Two runs whose tokens are in billions, which no law joins to the others.
    let units = refused(format!("{good}1e8,20,1.2e19,2.5\n1e8,40,2.4e19,2.4\n"), LINE, 3);
    assert!(units.contains("are some given in thousands, millions or billions?"), "{units}");
}

#[test]
fn the_best_size_of_each_budget_needs_no_law() {
    let workshop = Workshop::small();
    let mut text = "size,flops,loss\n".to_owned();
    for budget in [1e17, 1e18, 1e19, 1e20_f64] {
        // The least lies at 0.1 sqrt(C), the loss there at 2.
        let best = 0.1 * budget.sqrt();
        for step in [-2.0, -1.0, 0.0, 1.0, 2.0_f64] {
            text.push_str(&format!("{},{budget},{}\n", best * step.exp(), 2.0 * (0.02 * step * step).exp()));
        }
    }
    workshop.write("ladder.csv", text);
    let line = "scaling fit ladder.csv --loss loss --params size --compute flops --iso-flop parabola";
    let reply = workshop.gosset(&format!("{line} --json")).expect(0).json();
    let exponent = reply["iso_flop"]["frontier"]["exponent"].as_f64().unwrap();
    assert!((exponent - 0.5).abs() < 1e-9, "{exponent}");
    let told = workshop.gosset(line).expect(0).text();
    assert!(told.contains("The best size grows as budget^0.500"), "{told}");
}

#[test]
fn further_runs_are_proposed_and_the_page_shows_all_of_it() {
    let workshop = Workshop::small();
    workshop.write("ladder.csv", ladder());
    let line = format!("{LINE} --target parameters=1e10,tokens=2e11 --next 1e20 --resamples 200 --envelope");
    let reply = workshop.gosset(&format!("{line} --report law.html --json")).expect(0).json();
    let next = &reply["law"]["next"];
    let number = |name: &str| next[name].as_f64().unwrap();
    assert!(number("standard_error_after") < 0.9 * number("standard_error") && number("compute") <= 1e20, "{next}");
    for run in next["runs"].as_array().unwrap() {
        let tokens = run["scale"][1][1].as_f64().unwrap();
        assert!((2e8..=2e10).contains(&tokens), "{run}");
    }
    let page = std::fs::read_to_string(workshop.folder.join("law.html")).unwrap();
    for part in
        ["What to run next", "lowest training curve", "id=\"losses\"", "id=\"residuals\"", "id=\"envelope\"", "target"]
    {
        assert!(page.contains(part), "{part}");
    }
    let without = workshop.gosset(&format!("{LINE} --next 1e20")).expect(2).stderr;
    assert!(without.contains("--target"), "{without}");
    let small = workshop.gosset(&format!("{LINE} --target parameters=1e10,tokens=2e11 --next 1e9")).expect(3).stderr;
    assert!(small.contains("pay for no run: the cheapest takes"), "{small}");
}

#[test]
fn the_error_on_a_task_follows_the_loss_of_pretraining() {
    let workshop = Workshop::small();
    let mut text = "loss,error\n".to_owned();
    for place in 0..20 {
        let loss = 2.0 + 0.1 * f64::from(place);
        let error = (0.85 - 2.2 * (-0.72 * loss).exp()) * [1.002, 0.998, 1.001][place as usize % 3];
        text.push_str(&format!("{loss},{error}\n"));
    }
    workshop.write("tasks.csv", text);
    let line = "scaling fit tasks.csv --loss error --pretraining-loss loss --law downstream --squares";
    let reply = workshop.gosset(&format!("{line} --target pretraining-loss=1.8 --json")).expect(0).json();
    for (symbol, truth) in [("epsilon", 0.85), ("k", 2.2), ("gamma", 0.72)] {
        assert!(bounds(&constant(&reply, symbol)["identified"]["bounds"]).contains(&truth), "{symbol}: {reply}");
    }
    assert!(bounds(&reply["law"]["prediction"]["run"]).contains(&(0.85 - 2.2 * (-0.72 * 1.8_f64).exp())), "{reply}");
    let told = workshop.gosset(&format!("{line} --target pretraining-loss=1.8")).expect(0).text();
    assert!(told.contains("a pretraining loss 1.1 times lower than the lowest of any run"), "{told}");
    let spend = workshop.gosset(&format!("{line} --target pretraining-loss=1.8 --next 1e20")).expect(3).stderr;
    assert!(spend.contains("the law `downstream` says nothing about the compute of a run"), "{spend}");
}

use crate::workshop::Workshop;

/// Four runs at six sizes; losses are 1.7 + 2 (N / 1e8)^-0.4 but for errors that
/// add to nothing at each size.
fn runs() -> String {
    let mut text = "size,seed,loss\n".to_owned();
    for (place, size) in [1e7, 4e7, 1.6e8, 6.4e8, 2.56e9, 1.024e10_f64].into_iter().enumerate() {
        for (seed, error) in [0.01, -0.01, 0.02, -0.02].into_iter().enumerate() {
            let error = if place % 2 == 0 { error } else { -error };
            let loss = 1.7 + 2.0 * (size / 1e8).powf(-0.4) + error;
            text.push_str(&format!("{size},{seed},{loss}\n"));
        }
    }
    text
}

const FILE: &str = r#"
[results]
file = "runs.csv"
observed = "L"
block = "seed"
[quantities]
L = { column = "loss", unit = "nats" }
N = { column = "size", unit = "parameters", candidates = [1e9, 1e10, 1e11] }
[design]
alpha = 0.05
errors = "absolute"
[[theories]]
name = "offset"
assumptions = ["There is a loss that no scale removes."]
formula = "E + A / (N / N0)^alpha"
[theories.parameters]
E = { unit = "nats", from = 0, to = 3 }
A = { unit = "nats", from = 0, to = 20 }
alpha = { unit = "1", from = 0.1, to = 1 }
N0 = { unit = "parameters", value = 1e8 }
[[theories]]
name = "power"
assumptions = ["The loss falls without end."]
formula = "A / (N / N0)^alpha"
[theories.parameters]
A = { unit = "nats", from = 0, to = 20 }
alpha = { unit = "1", from = 0.01, to = 1 }
N0 = { unit = "parameters", value = 1e8 }
[[predictions]]
name = "more-helps"
theory = "offset"
claim = "More parameters help."
kind = "sign"
at = { N = 4e7 }
than = { N = 1e7 }
expected = "lower"
[[predictions]]
name = "low-enough"
theory = "power"
claim = "At ten billion the loss is below 1.5."
kind = "value"
at = { N = 1.024e10 }
to = 1.5
"#;

#[test]
fn a_theory_is_contradicted_by_what_was_observed() {
    let workshop = Workshop::small();
    workshop.write("runs.csv", runs());
    workshop.write("theories.toml", FILE);
    let reply = workshop.gosset("theory check theories.toml --json").expect(0).json();
    let theories = reply["judgement"]["theories"].as_array().unwrap();
    assert_eq!((&theories[0]["standing"], &theories[1]["standing"]), (&"consistent".into(), &"contradicted".into()));
    let found = &theories[1]["predictions"][0]["contradiction"];
    assert_eq!(found["observation"], "the mean at N = 1.024e10", "{found}");
    for (constant, truth) in theories[0]["fit"]["constants"].as_array().unwrap().iter().zip([2.0, 1.7, 0.4]) {
        let (lower, upper) = (constant["lower"].as_f64().unwrap(), constant["upper"].as_f64().unwrap());
        assert!((lower..upper).contains(&truth), "{constant}");
    }
    // A power law goes on falling, an offset stays.
    assert_eq!(reply["judgement"]["next"]["best"][0]["condition"], "N = 1e11", "{reply}");
    assert_eq!(reply["sources"].as_array().unwrap().len(), 2);
    let told = workshop.gosset("theory check theories.toml --report page.html").expect(0).text();
    for words in ["contradicted  power", "consistent  offset", "the mean at N = 1.024e10", "Next experiment"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let page = std::fs::read_to_string(workshop.folder.join("page.html")).unwrap();
    for words in ["Judgement of theories", "<svg", "There is a loss that no scale removes.", "Box and Hill"] {
        assert!(page.contains(words), "{words}");
    }
    workshop.gosset("theory check theories.toml --report page.md").expect(0);
    let text = std::fs::read_to_string(workshop.folder.join("page.md")).unwrap();
    assert!(text.contains("## Rivals") && !text.contains("<svg"), "{text}");
    // The same files give the same answer.
    assert_eq!(workshop.gosset("theory check theories.toml --report page.html").expect(0).text(), told);
}

#[test]
fn what_is_wrong_in_a_theory_file_or_its_table_is_told_with_its_place() {
    let workshop = Workshop::small();
    workshop.write("runs.csv", runs());
    let refused = |find: &str, put: &str| {
        assert_eq!(FILE.matches(find).count(), 1, "{find}");
        workshop.write("theories.toml", FILE.replacen(find, put, 1));
        workshop.gosset("theory check theories.toml").expect(3).stderr
    };
    let told = refused("\"E + A / (N / N0)^alpha\"", "\"E + A / N^alpha\"");
    assert!(told.contains("theories.toml:15:1: `theories[0].formula`: `N` is in parameters"), "{told}");
    assert!(told.contains("(N / X0)^alpha"), "{told}");
    let told = refused("kind = \"sign\"", "kind = \"sing\"");
    assert!(told.contains("did you mean `sign`?") && told.contains("one mistake in the theory file"), "{told}");
    let told = refused("column = \"loss\"", "column = \"los\"");
    assert!(told.contains("los"), "{told}");
    let told = refused("file = \"runs.csv\"", "file = \"none.csv\"");
    assert!(told.contains("none.csv"), "{told}");
    let told = workshop.gosset("theory check absent.toml").expect(4).stderr;
    assert!(told.contains("absent.toml"), "{told}");
    // Runs without a loss are told; a run without a size is refused.
    workshop.write("theories.toml", FILE);
    workshop.write("runs.csv", format!("{}1e7,9,nan\n1e7,9,\n", runs()));
    let told = workshop.gosset("theory check theories.toml").expect(0).text();
    assert!(told.contains("Left out for want of a finite `L`: row 25, 26."), "{told}");
    workshop.write("runs.csv", format!("{},9,2.5\n", runs()));
    let told = workshop.gosset("theory check theories.toml").expect(3).stderr;
    assert!(told.contains("row 25 has no finite `N`"), "{told}");
}

//! Damaged study files give mistakes and never a panic.

use crate::support::{ABLATION, BENCHMARK, GOOD, SCALING, read};

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
/// generators": SplitMix64.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Every mistake must point into the text.
fn check(text: &str) {
    if let Err(mistakes) = read(text) {
        assert!(!mistakes.is_empty(), "refused without a reason: {text}");
        let lines: Vec<&str> = text.split('\n').collect();
        for mistake in &mistakes {
            let length = lines.get(mistake.at.line - 1).map(|line| line.chars().count());
            assert!(
                length.is_some_and(|length| (1..=length + 1).contains(&mistake.at.column)),
                "{mistake:?} in {text}"
            );
        }
        assert!(mistakes.is_sorted_by_key(|mistake| mistake.at), "{mistakes:?}");
    }
}

#[test]
fn random_bytes_never_make_the_reader_panic() {
    let mut draws = Draws(1);
    for _ in 0..2000 {
        let length = draws.below(200);
        let bytes: Vec<u8> = (0..length).map(|_| draws.next() as u8).collect();
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_mutated_study_file_is_read_or_refused_with_places() {
    const TOKENS: [&str; 24] = [
        "\"",
        "'",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "\n",
        "#",
        "nan",
        "-inf",
        "1e999",
        "-1",
        "true",
        "ß\u{301}",
        "\u{0}",
        "99999999999999999999",
        "\"\"\"",
        "[design]\n",
        "\r\n",
    ];
    let mut draws = Draws(2);
    for turn in 0..8000 {
        let mut text: Vec<char> = [GOOD, SCALING, ABLATION, BENCHMARK][turn % 4].chars().collect();
        for _ in 0..=draws.below(3) {
            let place = draws.below(text.len());
            let end = (place + draws.below(12)).min(text.len());
            match draws.below(4) {
                0 => {
                    text.drain(place..end);
                }
                1 => {
                    text.splice(place..place, TOKENS[draws.below(TOKENS.len())].chars());
                }
                2 => {
                    text.splice(place..end, TOKENS[draws.below(TOKENS.len())].chars());
                }
                _ => {
                    let piece: Vec<char> = text[place..end].to_vec();
                    let target = draws.below(text.len());
                    text.splice(target..target, piece);
                }
            }
        }
        check(&text.into_iter().collect::<String>());
    }
}

#[test]
fn every_prefix_of_a_study_file_is_read_or_refused_with_places() {
    for text in [GOOD, ABLATION, SCALING, BENCHMARK] {
        for (end, _) in text.char_indices().step_by(7) {
            check(&text[..end]);
        }
    }
}

#[test]
fn a_whole_value_of_another_kind_is_refused_where_it_stands() {
    // Each value of the good files in turn becomes each of these.
    for put in ["[]", "{}", "[[]]", "true", "-1", "0.5", "\"\"", "1979-05-27", "[1, \"a\", {}]", "{ a = { b = 1 } }"] {
        for good in [GOOD, ABLATION, SCALING, BENCHMARK] {
            for (number, line) in good.lines().enumerate() {
                let Some((key, _)) = line.split_once(" = ") else { continue };
                if line.starts_with('#') {
                    continue;
                }
                let lines: Vec<String> = good
                    .lines()
                    .enumerate()
                    .map(|(other, text)| if other == number { format!("{key} = {put}") } else { text.to_owned() })
                    .collect();
                check(&lines.join("\n"));
            }
        }
    }
}

use gosset_model::Direction;

/// Words in the names of metrics of which more is better.
const MORE: &[&str] = &[
    "acc",
    "accuracy",
    "exact_match",
    "f1",
    "bleu",
    "rouge",
    "match",
    "includes",
    "correct",
    "pass",
    "score",
    "reward",
    "return",
    "win",
    "auc",
    "auroc",
    "precision",
    "recall",
    "map",
    "mrr",
    "ndcg",
    "r2",
    "r_squared",
    "em",
    "iou",
    "success",
    "choice",
    "pattern",
    "answer",
    "exact",
    "graded",
];
/// Words in the names of metrics of which less is better.
const LESS: &[&str] =
    &["loss", "error", "perplexity", "ppl", "mse", "rmse", "mae", "wer", "cer", "brier", "fid", "regret", "nll"];

/// Which way a metric is better, as its name suggests; none if it does not, or
/// suggests both.
pub(super) fn suggested(metric: &str) -> Option<Direction> {
    let lower = metric.to_lowercase();
    let words: Vec<&str> = lower.split(|character: char| !character.is_alphanumeric()).collect();
    let names = |list: &[&str]| list.iter().any(|word| lower == *word || words.contains(word));
    match (names(MORE), names(LESS)) {
        (true, false) => Some(Direction::Maximize),
        (false, true) => Some(Direction::Minimize),
        (true, true) | (false, false) => None,
    }
}

/// The direction as it is written after a metric's name.
pub(super) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Maximize => "max",
        Direction::Minimize => "min",
    }
}

/// Splits `NAME:max` or `NAME:min`, also in a study file's words; a name without direction is taken whole.
pub(crate) fn split(text: &str) -> (String, Option<Direction>) {
    match text.rsplit_once(':') {
        Some((name, "max" | "maximize")) => (name.to_owned(), Some(Direction::Maximize)),
        Some((name, "min" | "minimize")) => (name.to_owned(), Some(Direction::Minimize)),
        Some(_) | None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_suggest_a_direction_by_their_words() {
        assert_eq!(suggested("test_accuracy"), Some(Direction::Maximize));
        assert_eq!(suggested("exact_match"), Some(Direction::Maximize));
        assert_eq!(suggested("val/loss"), Some(Direction::Minimize));
        assert_eq!(suggested("acc,none"), Some(Direction::Maximize));
        assert_eq!(suggested("top-1 error"), Some(Direction::Minimize));
        assert_eq!(suggested("score error"), None);
        assert_eq!(suggested("quux"), None);
    }

    #[test]
    fn a_direction_stands_after_the_last_colon() {
        assert_eq!(split("acc:max"), ("acc".to_owned(), Some(Direction::Maximize)));
        assert_eq!(split("a:b:min"), ("a:b".to_owned(), Some(Direction::Minimize)));
        assert_eq!(split("acc:maximize"), ("acc".to_owned(), Some(Direction::Maximize)));
        assert_eq!(split("a:b"), ("a:b".to_owned(), None));
    }
}

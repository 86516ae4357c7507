//! Which versions a range of an advisory holds.

use semver::{Comparator, Op, Version, VersionReq};

/// Says whether `version` lies in `range`.
///
/// Pre-releases lie where their precedence puts them: 2.0.0-rc.1 is above 1.9
/// and below 2.0.0. [`VersionReq::matches`] leaves them out of most ranges,
/// which is right for choosing a version and wrong for telling whether one is
/// affected.
pub(crate) fn holds(range: &VersionReq, version: &Version) -> bool {
    range.comparators.iter().all(|comparator| holds_one(comparator, version))
}

/// Major, minor and patch.
type Triple = (u64, u64, u64);

fn holds_one(comparator: &Comparator, version: &Version) -> bool {
    let stated = Version {
        major: comparator.major,
        minor: comparator.minor.unwrap_or(0),
        patch: comparator.patch.unwrap_or(0),
        pre: comparator.pre.clone(),
        build: semver::BuildMetadata::EMPTY,
    };
    let order = version.cmp_precedence(&stated);
    let triple = (version.major, version.minor, version.patch);
    match comparator.op {
        Op::Greater => end_of_stated(comparator).map_or(order.is_gt(), |end| triple >= end),
        Op::GreaterEq => order.is_ge(),
        Op::Less => order.is_lt(),
        Op::LessEq => end_of_stated(comparator).map_or(order.is_le(), |end| triple < end),
        Op::Tilde => order.is_ge() && triple < end_of_tilde(comparator),
        Op::Caret => order.is_ge() && triple < end_of_caret(comparator),
        // `=1.2` and `1.2.*` hold every version that begins so.
        _ => end_of_stated(comparator).map_or(order.is_eq(), |end| order.is_ge() && triple < end),
    }
}

/// Returns the first version after all those that a shortened version such as
/// `1.2` stands for; `None` for a complete version.
fn end_of_stated(comparator: &Comparator) -> Option<Triple> {
    match (comparator.minor, comparator.patch) {
        (Some(_), Some(_)) => None,
        (Some(minor), None) => Some((comparator.major, minor + 1, 0)),
        (None, _) => Some((comparator.major + 1, 0, 0)),
    }
}

fn end_of_tilde(comparator: &Comparator) -> Triple {
    match comparator.minor {
        Some(minor) => (comparator.major, minor + 1, 0),
        None => (comparator.major + 1, 0, 0),
    }
}

fn end_of_caret(comparator: &Comparator) -> Triple {
    match (comparator.major, comparator.minor, comparator.patch) {
        (0, Some(0), Some(patch)) => (0, 0, patch + 1),
        (0, Some(minor), _) => (0, minor + 1, 0),
        (major, _, _) => (major + 1, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let range = VersionReq::parse(range).unwrap();
        for version in inside {
            assert!(holds(&range, &Version::parse(version).unwrap()), "{range} should hold {version}");
        }
        for version in outside {
            assert!(!holds(&range, &Version::parse(version).unwrap()), "{range} should not hold {version}");
        }
    }

    #[test]
    fn comparisons_hold_what_they_say() {
        check(">= 0.10.72", &["0.10.72", "0.11.0", "1.0.0"], &["0.10.71", "0.9.99"]);
        check("> 1.2.3", &["1.2.4"], &["1.2.3"]);
        check("<= 1.2.3", &["1.2.3", "1.0.0"], &["1.2.4"]);
        check(">= 1.2.3, < 1.5.0", &["1.2.3", "1.4.9"], &["1.2.2", "1.5.0"]);
    }

    #[test]
    fn shortened_versions_stand_for_all_that_begin_so() {
        check("> 1.2", &["1.3.0", "2.0.0"], &["1.2.0", "1.2.9"]);
        check("<= 1.2", &["1.2.9", "1.0.0"], &["1.3.0"]);
        check("=1.2", &["1.2.0", "1.2.9"], &["1.3.0", "1.1.9"]);
        check("1.*", &["1.0.0", "1.99.0"], &["2.0.0", "0.9.0"]);
        check("*", &["0.0.1", "9.9.9"], &[]);
    }

    /// The ranges are those of Cargo's reference, "Specifying dependencies".
    #[test]
    fn caret_and_tilde_end_where_cargo_says() {
        check("^1.2.3", &["1.2.3", "1.99.0"], &["1.2.2", "2.0.0"]);
        check("^0.2.3", &["0.2.3", "0.2.9"], &["0.3.0"]);
        check("^0.0.3", &["0.0.3"], &["0.0.4", "0.0.2"]);
        check("^0.0", &["0.0.0", "0.0.9"], &["0.1.0"]);
        check("^0", &["0.0.0", "0.9.0"], &["1.0.0"]);
        check("0.7.1", &["0.7.1", "0.7.9"], &["0.8.0"]);
        check("~1.2.3", &["1.2.3", "1.2.9"], &["1.3.0"]);
        check("~1", &["1.0.0", "1.9.0"], &["2.0.0"]);
    }

    #[test]
    fn pre_releases_lie_where_their_precedence_puts_them() {
        check(">= 1.0.0", &["1.1.0-alpha"], &["1.0.0-rc.1"]);
        check("< 1.0.0", &["1.0.0-rc.1"], &["1.0.0"]);
        check("^1.0.0", &["1.5.0-beta"], &["2.0.0-rc.1"]);
        check("=1.0.0-rc.1", &["1.0.0-rc.1"], &["1.0.0", "1.0.0-rc.2"]);
    }
}

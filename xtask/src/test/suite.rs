//! The list of test suites.

/// A test suite: a command that passes or fails.
#[derive(Debug)]
pub(crate) struct Suite {
    /// The name on the command line and in the table.
    pub(crate) id: &'static str,
    /// What the heading says.
    pub(crate) about: &'static str,
    /// What must be there before the command runs; each is exported to it.
    pub(crate) needs: &'static [Need],
    /// The program and its arguments; `cargo` means the cargo in use.
    pub(crate) command: &'static [&'static str],
    /// Further environment variables of the command.
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// Something outside of the workspace that a suite needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// A Python with the packages of the scikit-learn example, as
    /// `GOSSET_TEST_PYTHON`.
    Python,
    /// A Chromium to open pages with, as `GOSSET_TEST_CHROMIUM`.
    Chromium,
}

impl Need {
    /// Returns the environment variable that carries the program's path.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Python => "GOSSET_TEST_PYTHON",
            Self::Chromium => "GOSSET_TEST_CHROMIUM",
        }
    }
}

/// Every suite, in the order in which they run.
///
/// Cargo's suites take the workspace's features and not those of one package,
/// so that a dependency is not built twice.
pub(crate) const SUITES: &[Suite] = &[
    Suite {
        id: "workspace",
        about: "Unit and integration tests of all crates",
        needs: &[],
        // One failure must not hide those of other crates.
        command: &["cargo", "test", "--workspace", "--exclude", "digits", "--exclude", "charlm", "--no-fail-fast"],
        environment: &[],
    },
    // Unoptimised, candle takes a hundred times as long.
    Suite {
        id: "digits",
        about: "The digits example, optimised",
        needs: &[],
        command: &["cargo", "test", "--release", "-p", "digits"],
        environment: &[],
    },
    Suite {
        id: "charlm",
        about: "The character language model, optimised",
        needs: &[],
        command: &["cargo", "test", "--release", "-p", "charlm"],
        environment: &[],
    },
    Suite {
        id: "examples",
        about: "The complete examples, real training in two languages, and a browser",
        needs: &[Need::Python, Need::Chromium],
        command: &["cargo", "test", "--workspace", "--exclude", "digits", "--exclude", "charlm", "--test", "examples"],
        environment: &[("OMP_NUM_THREADS", "1")],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn suites_have_names_of_their_own_and_a_command() {
        let names: BTreeSet<_> = SUITES.iter().map(|suite| suite.id).collect();
        assert_eq!(names.len(), SUITES.len());
        assert!(SUITES.iter().all(|suite| !suite.command.is_empty()));
    }
}

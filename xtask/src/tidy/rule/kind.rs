//! What a rule is.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

/// A check of the layout of the workspace.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The name in lists.
    pub(crate) id: &'static str,
    /// What it asks for, in one line.
    pub(crate) about: &'static str,
    /// Returns every place that the rule objects to.
    pub(crate) check: fn(&Tree) -> Vec<Finding>,
}

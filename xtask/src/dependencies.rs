//! By which way a dependency came into the workspace.

use std::collections::{BTreeMap, VecDeque};

/// Who depends on whom, by key.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    /// The members of the workspace.
    pub(crate) roots: Vec<String>,
    /// For each package the packages that it uses.
    pub(crate) uses: BTreeMap<String, Vec<String>>,
}

impl Dependencies {
    /// Returns a shortest way from a member of the workspace to `target`, both
    /// included; empty when no member leads there.
    pub(crate) fn way_to(&self, target: &str) -> Vec<String> {
        let mut came_from: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        let mut waiting = VecDeque::new();
        for root in &self.roots {
            came_from.insert(root, None);
            waiting.push_back(root.as_str());
        }
        while let Some(key) = waiting.pop_front() {
            if key == target {
                return walk_back(&came_from, key);
            }
            for used in self.uses.get(key).into_iter().flatten() {
                if !came_from.contains_key(used.as_str()) {
                    came_from.insert(used, Some(key));
                    waiting.push_back(used);
                }
            }
        }
        Vec::new()
    }
}

fn walk_back(came_from: &BTreeMap<&str, Option<&str>>, end: &str) -> Vec<String> {
    let mut way = vec![end.to_owned()];
    let mut key = end;
    while let Some(Some(before)) = came_from.get(key) {
        way.push((*before).to_owned());
        key = before;
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_is_found_and_an_unknown_target_has_none() {
        let edges = [("ours", &["a", "b"][..]), ("a", &["c"]), ("c", &["d"]), ("b", &["d"])];
        let dependencies = Dependencies {
            roots: vec!["ours".into()],
            uses: edges
                .iter()
                .map(|(from, to)| (from.to_string(), to.iter().map(ToString::to_string).collect()))
                .collect(),
        };
        assert_eq!(dependencies.way_to("d"), ["ours", "b", "d"]);
        assert_eq!(dependencies.way_to("ours"), ["ours"]);
        assert!(dependencies.way_to("elsewhere").is_empty());
    }
}

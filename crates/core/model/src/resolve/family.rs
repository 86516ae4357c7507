use std::collections::BTreeSet;

use crate::{Hypothesis, Name, Procedure};

use super::Resolver;

impl Resolver<'_> {
    /// Looks at the procedures by which families share their error rate.
    pub(super) fn families(&mut self, hypotheses: &[Hypothesis]) {
        let families = &self.source.file.families;
        for (name, family) in families {
            let members: Vec<&Hypothesis> = hypotheses.iter().filter(|hypothesis| hypothesis.family == *name).collect();
            let is_of_ablation = self.source.file.ablation.as_ref().is_some_and(|entry| *name == entry.family_name());
            let is_of_ladder = self.source.file.scaling.as_ref().is_some_and(|entry| *name == entry.family_name());
            let benchmark = self.source.file.benchmark.as_ref().filter(|entry| entry.control.is_some());
            let is_of_benchmark = benchmark.is_some_and(|entry| *name == entry.family_name());
            if members.is_empty() && !is_of_ablation && !is_of_ladder && !is_of_benchmark {
                let known: BTreeSet<&str> = hypotheses.iter().map(|hypothesis| hypothesis.family.as_str()).collect();
                self.unknown(&format!("families.{name}"), "family", name.as_str(), known.iter().copied());
            }
            if family.procedure.needs_positive_dependence() {
                self.positive_dependence(name, family.procedure, &members);
            }
        }
    }

    /// Candidates that meet the same baseline runs have differences that go
    /// together; what differs otherwise may go against one another.
    fn positive_dependence(&mut self, name: &Name, procedure: Procedure, members: &[&Hypothesis]) {
        let differs = |what: fn(&Hypothesis, &Hypothesis) -> bool| members.windows(2).any(|two| what(two[0], two[1]));
        // Contrasts over many arms give each arm another sign.
        let is_averaged = members.len() > 1 && members.iter().any(|member| member.averaged.is_some());
        let differing: Vec<&str> = [
            ("baseline", is_averaged || differs(|a, b| a.baseline != b.baseline)),
            ("metric", differs(|a, b| a.metric != b.metric)),
            ("expected direction", differs(|a, b| a.expected != b.expected)),
        ]
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect();
        if !differing.is_empty() {
            let strict = if procedure.bounds_false_discoveries() { "benjamini-yekutieli" } else { "holm" };
            self.mistake(
                &format!("families.{name}.procedure"),
                format!(
                    "the error rate of {} holds only where all claims of a family go together, and these differ in {}",
                    procedure.words(),
                    differing.join(" and ")
                ),
                format!("write \"{strict}\", or make families of what goes together"),
            );
        }
    }
}

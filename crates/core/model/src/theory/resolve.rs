use std::collections::{BTreeMap, BTreeSet};

use super::file::{ParameterEntry, TheoryEntry};
use super::meaning::{Parameter, ParameterRole, Theories, Theory, TheoryDesign, TheoryQuantity, TheoryResults};
use super::source::TheorySource;
use crate::source::{listed, nearest};
use crate::{ErrorRate, Explain, Formula, Mistake, Mistakes, Unit};

/// The usual power.
const POWER: f64 = 0.8;

/// Works out what a theory file means, collecting every mistake of sense: names
/// that point nowhere, formulas that cannot be read or add unlike things, ranges
/// that hold nothing.
///
/// # Errors
/// [`Mistakes`] with the place of each and what would be right.
pub fn resolve_theories(source: &TheorySource) -> Result<Theories, Mistakes> {
    let mut resolver = Resolver { source, mistakes: Vec::new(), has_wrong_unit: false };
    let theories = resolver.theories();
    let mut mistakes = resolver.mistakes;
    mistakes.sort_by_key(|mistake| mistake.at);
    match theories {
        Some(theories) if mistakes.is_empty() => Ok(theories),
        Some(_) | None => Err(Mistakes(mistakes)),
    }
}

/// Collects mistakes on the way.
pub(super) struct Resolver<'a> {
    pub(super) source: &'a TheorySource,
    mistakes: Vec<Mistake>,
    /// Then dimensions cannot be checked.
    has_wrong_unit: bool,
}

impl Resolver<'_> {
    pub(super) fn mistake(&mut self, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let hint = hint.into();
        let hint = if hint.is_empty() { None } else { Some(hint) };
        self.mistakes.push(Mistake { at: self.source.place(key), key: key.to_owned(), what: what.into(), hint });
    }

    /// Reports `error` at `key`.
    pub(super) fn wrong(&mut self, key: &str, error: &(impl Explain + std::fmt::Display)) {
        self.mistake(key, error.to_string(), error.hints().join("; "));
    }

    /// Reports `name` as unknown among `known` things of the kind `noun`.
    pub(super) fn unknown<'k>(
        &mut self,
        key: &str,
        noun: &str,
        name: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) {
        let hint = match nearest(name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", listed(known)),
        };
        self.mistake(key, format!("there is no {noun} `{name}`"), hint);
    }

    fn theories(&mut self) -> Option<Theories> {
        let file = &self.source.file;
        if file.question.as_ref().is_some_and(|question| question.trim().is_empty()) {
            self.mistake("question", "the question is empty", "ask one question in one sentence, or leave it out");
        }
        let quantities = self.quantities();
        let design = self.design();
        let observed = quantities.get(&file.results.observed).map(|quantity| quantity.unit.clone());
        if file.theories.is_empty() {
            self.mistake("theories", "there is no theory", "add an entry [[theories]]");
        }
        let mut theories = Vec::new();
        let mut names = BTreeSet::new();
        for (index, entry) in file.theories.iter().enumerate() {
            if !names.insert(entry.name.clone()) {
                let what = format!("two theories are called `{}`", entry.name);
                self.mistake(&format!("theories[{index}].name"), what, "give each its own name");
            }
            theories.push(self.theory(index, entry, &quantities, observed.as_ref()));
        }
        // Predictions refer to quantities and theories that must be right first.
        if !self.mistakes.is_empty() {
            return None;
        }
        let mut predictions = Vec::new();
        let mut names = BTreeSet::new();
        for (index, entry) in file.predictions.iter().enumerate() {
            if !names.insert(entry.name.clone()) {
                let what = format!("two predictions are called `{}`", entry.name);
                self.mistake(&format!("predictions[{index}].name"), what, "give each its own name");
            }
            predictions.extend(self.prediction(index, entry, &quantities, &theories));
        }
        if file.predictions.is_empty() && theories.iter().all(|theory| theory.formula.is_none()) {
            self.mistake(
                "theories",
                "no theory has a formula, and none predicts anything",
                "add `formula` to a theory, or an entry [[predictions]]",
            );
        }
        let results = &file.results;
        Some(Theories {
            question: file.question.clone(),
            results: TheoryResults {
                file: results.file.clone(),
                observed: results.observed.clone(),
                block: results.block.clone(),
            },
            quantities,
            design: design?,
            theories,
            predictions,
        })
    }

    fn quantities(&mut self) -> BTreeMap<String, TheoryQuantity> {
        let file = &self.source.file;
        let mut quantities = BTreeMap::new();
        for (name, entry) in &file.quantities {
            let key = format!("quantities.{name}");
            self.name(&key, name);
            if let Some(candidates) = &entry.candidates {
                let key = format!("{key}.candidates");
                if candidates.is_empty() {
                    self.mistake(&key, "the list is empty", "list the values that a next experiment could have");
                }
                if candidates.len() > MOST_CANDIDATES {
                    let what =
                        format!("there are {} candidates, at most {MOST_CANDIDATES} are looked at", candidates.len());
                    self.mistake(&key, what, "list fewer");
                }
                if *name == file.results.observed {
                    self.mistake(&key, "the observed quantity cannot be chosen", "leave `candidates` out");
                }
            }
            let unit = self.unit(&format!("{key}.unit"), &entry.unit);
            let column = entry.column.clone().unwrap_or_else(|| name.clone());
            quantities.insert(name.clone(), TheoryQuantity { column, unit, candidates: entry.candidates.clone() });
        }
        if !quantities.contains_key(&file.results.observed) {
            let known = file.quantities.keys().map(String::as_str);
            self.unknown("results.observed", "quantity", &file.results.observed, known);
        }
        if quantities.len() < 2 {
            self.mistake(
                "quantities",
                "there is nothing on which the observed quantity could depend",
                "add a table such as [quantities.N]",
            );
        }
        quantities
    }

    fn name(&mut self, key: &str, name: &str) {
        if !Formula::is_name(name) {
            self.mistake(
                key,
                format!("`{name}` cannot stand in a formula"),
                "take letters, digits and `_`, a letter first, and no name of a function",
            );
        }
    }

    fn unit(&mut self, key: &str, text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|error| {
            self.wrong(key, &error);
            self.has_wrong_unit = true;
            Unit::one()
        })
    }

    fn design(&mut self) -> Option<TheoryDesign> {
        let entry = &self.source.file.design;
        let alpha = match ErrorRate::new(entry.alpha) {
            Ok(alpha) => alpha,
            Err(error) => {
                self.mistake("design.alpha", error.to_string(), "write a number from 1e-9 to 0.5, such as 0.05");
                return None;
            }
        };
        let power = entry.power.unwrap_or(POWER);
        if !(power > alpha.get() && power < 1.0) {
            self.mistake("design.power", "the power lies between `alpha` and 1", "write a number such as 0.8");
        }
        Some(TheoryDesign { alpha, errors: entry.errors, power })
    }

    fn theory(
        &mut self,
        index: usize,
        entry: &TheoryEntry,
        quantities: &BTreeMap<String, TheoryQuantity>,
        observed: Option<&Unit>,
    ) -> Theory {
        let key = format!("theories[{index}]");
        if entry.assumptions.is_empty() {
            let key = format!("{key}.assumptions");
            self.mistake(&key, "no assumption is listed", "say what the theory takes for granted");
        }
        for (place, assumption) in entry.assumptions.iter().enumerate() {
            if assumption.trim().is_empty() {
                self.mistake(&format!("{key}.assumptions[{place}]"), "the assumption is empty", "write a sentence");
            }
        }
        let parameters: BTreeMap<String, Parameter> = entry
            .parameters
            .iter()
            .map(|(name, parameter)| {
                let key = format!("{key}.parameters.{name}");
                self.name(&key, name);
                if quantities.contains_key(name) {
                    self.mistake(&key, format!("`{name}` is a quantity, too"), "give the parameter another name");
                }
                (name.clone(), self.parameter(&key, parameter))
            })
            .collect();
        let mut theory =
            Theory { name: entry.name.clone(), assumptions: entry.assumptions.clone(), formula: None, parameters };
        let free = theory.parameters.iter().find(|(_, parameter)| matches!(parameter.role, ParameterRole::Free { .. }));
        let Some(text) = &entry.formula else {
            if let Some((name, _)) = free {
                let what = format!("there is no formula to which `{name}` could be fitted");
                self.mistake(&format!("{key}.parameters.{name}"), what, "add `formula`, or give it a `value`");
            }
            return theory;
        };
        let key = format!("{key}.formula");
        let formula = match Formula::parse(text) {
            Ok(formula) => formula,
            Err(error) => {
                self.wrong(&key, &error);
                return theory;
            }
        };
        if self.symbols(&key, &formula, quantities, &theory.parameters, &[]) {
            if let Some((name, _)) = theory.parameters.iter().find(|(name, parameter)| {
                matches!(parameter.role, ParameterRole::Free { .. }) && !formula.symbols().contains(name)
            }) {
                let what = format!("the formula does not use the parameter `{name}`");
                self.mistake(&format!("theories[{index}].parameters.{name}"), what, "use it or take it out");
            }
            let of = |name: &str| unit_of(name, quantities, &theory.parameters);
            if let Some(Err(error)) = observed.map(|unit| formula.check_unit(unit, &of))
                && !self.has_wrong_unit
            {
                self.wrong(&key, &error);
            }
        }
        theory.formula = Some(formula);
        theory
    }

    /// Whether all names of a formula are known and may stand in it; the observed
    /// quantity may only where `allowed` has it.
    pub(super) fn symbols(
        &mut self,
        key: &str,
        formula: &Formula,
        quantities: &BTreeMap<String, TheoryQuantity>,
        parameters: &BTreeMap<String, Parameter>,
        allowed: &[&str],
    ) -> bool {
        let observed = self.source.file.results.observed.clone();
        let mut is_right = true;
        for symbol in formula.symbols() {
            if *symbol == observed && !allowed.contains(&symbol.as_str()) {
                let what = format!("the observed quantity `{symbol}` stands in its own formula");
                self.mistake(key, what, "write it with the other quantities and parameters");
                is_right = false;
            } else if !quantities.contains_key(symbol) && !parameters.contains_key(symbol) {
                let known = quantities.keys().chain(parameters.keys()).map(String::as_str);
                let known: Vec<&str> = known.filter(|name| *name != observed || allowed.contains(name)).collect();
                self.unknown(key, "quantity or parameter", symbol, known.iter().copied());
                is_right = false;
            }
        }
        is_right
    }

    fn parameter(&mut self, key: &str, entry: &ParameterEntry) -> Parameter {
        let unit = self.unit(&format!("{key}.unit"), &entry.unit);
        let role = match (entry.from, entry.to, entry.value) {
            (Some(from), Some(to), None) => {
                if from >= to {
                    let what = format!("the range from {from} to {to} holds nothing to fit");
                    self.mistake(&format!("{key}.to"), what, "write a larger `to`, or a `value` instead");
                }
                ParameterRole::Free { from, to }
            }
            (None, None, Some(value)) => ParameterRole::Fixed { value },
            (_, _, Some(_)) => {
                self.mistake(
                    &format!("{key}.value"),
                    "a fixed parameter has no range",
                    "leave out `from` and `to`, or `value`",
                );
                ParameterRole::Fixed { value: 0.0 }
            }
            (_, _, None) => {
                let missing = if entry.from.is_none() { "from" } else { "to" };
                self.mistake(
                    key,
                    format!("`{missing}` is missing"),
                    "say which values the theory allows with `from` and `to`, or fix it with `value`",
                );
                ParameterRole::Fixed { value: 0.0 }
            }
        };
        Parameter { unit, role, description: entry.description.clone() }
    }
}

/// So many candidates are looked at for each quantity.
const MOST_CANDIDATES: usize = 100;

/// The unit of a name and its value where that is fixed; plain for unknown ones,
/// which are reported elsewhere.
pub(super) fn unit_of(
    name: &str,
    quantities: &BTreeMap<String, TheoryQuantity>,
    parameters: &BTreeMap<String, Parameter>,
) -> (Unit, Option<f64>) {
    match (quantities.get(name), parameters.get(name)) {
        (Some(quantity), _) => (quantity.unit.clone(), None),
        (None, Some(parameter)) => {
            let fixed = match parameter.role {
                ParameterRole::Fixed { value } => Some(value),
                ParameterRole::Free { .. } => None,
            };
            (parameter.unit.clone(), fixed)
        }
        (None, None) => (Unit::one(), None),
    }
}

//! What predictions mean.

use std::collections::BTreeMap;

use super::file::{ExpectedTrend, PredictionEntry, PredictionKind};
use super::meaning::{
    BoundSide, Condition, Parameter, ParameterRole, Prediction, PredictionTest, Region, Theory, TheoryQuantity,
};
use super::resolve::{Resolver, unit_of};
use crate::source::listed;
use crate::{Explain, Formula};

impl PredictionKind {
    /// Its word in a theory file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Sign => "sign",
            Self::Ordering => "ordering",
            Self::Exponent => "exponent",
            Self::Parameter => "parameter",
            Self::Bound => "bound",
            Self::Collapse => "collapse",
        }
    }

    /// The keys that it may have besides those of all predictions, those that it
    /// must have first.
    fn keys(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Value => (&["at"], &["from", "to"]),
            Self::Sign => (&["at", "than", "expected"], &[]),
            Self::Ordering => (&["conditions", "expected"], &[]),
            Self::Exponent => (&["over"], &["from", "to", "at", "offset"]),
            Self::Parameter => (&["parameter"], &["from", "to"]),
            Self::Bound => (&[], &["at_most", "at_least", "at"]),
            Self::Collapse => (&["group", "x", "y", "margin"], &["at"]),
        }
    }
}

/// The keys that an entry has besides those of all predictions.
fn given(entry: &PredictionEntry) -> Vec<&'static str> {
    [
        ("at", entry.at.is_some()),
        ("than", entry.than.is_some()),
        ("conditions", entry.conditions.is_some()),
        ("expected", entry.expected.is_some()),
        ("from", entry.from.is_some()),
        ("to", entry.to.is_some()),
        ("over", entry.over.is_some()),
        ("offset", entry.offset.is_some()),
        ("parameter", entry.parameter.is_some()),
        ("at_most", entry.at_most.is_some()),
        ("at_least", entry.at_least.is_some()),
        ("group", entry.group.is_some()),
        ("x", entry.x.is_some()),
        ("y", entry.y.is_some()),
        ("margin", entry.margin.is_some()),
    ]
    .into_iter()
    .filter(|(_, is_given)| *is_given)
    .map(|(key, _)| key)
    .collect()
}

/// Where a prediction stands and what it may refer to.
struct Place<'a> {
    key: String,
    entry: &'a PredictionEntry,
    quantities: &'a BTreeMap<String, TheoryQuantity>,
    theory: &'a Theory,
}

impl Resolver<'_> {
    /// What the prediction at `index` means; none where it is wrong.
    pub(super) fn prediction(
        &mut self,
        index: usize,
        entry: &PredictionEntry,
        quantities: &BTreeMap<String, TheoryQuantity>,
        theories: &[Theory],
    ) -> Option<Prediction> {
        let key = format!("predictions[{index}]");
        if entry.claim.trim().is_empty() {
            self.mistake(&format!("{key}.claim"), "the claim is empty", "write the prediction in words");
        }
        let Some(theory) = theories.iter().find(|theory| theory.name == entry.theory) else {
            let known = theories.iter().map(|theory| theory.name.as_str());
            self.unknown(&format!("{key}.theory"), "theory", entry.theory.as_str(), known);
            return None;
        };
        let (needed, possible) = entry.kind.keys();
        let given = given(entry);
        let mut is_whole = true;
        for one in &given {
            if !needed.contains(one) && !possible.contains(one) {
                let what = format!("`{one}` says nothing in a prediction of the kind `{}`", entry.kind.word());
                let known = needed.iter().chain(possible).copied();
                self.mistake(&format!("{key}.{one}"), what, format!("its keys: {}", listed(known)));
                is_whole = false;
            }
        }
        for one in needed.iter().filter(|one| !given.contains(one)) {
            let what = format!("a prediction of the kind `{}` needs `{one}`", entry.kind.word());
            self.mistake(&key, what, format!("add `{one}`"));
            is_whole = false;
        }
        if !is_whole {
            return None;
        }
        let place = Place { key, entry, quantities, theory };
        let test = match entry.kind {
            PredictionKind::Value => {
                let at = self.condition(&place, "at", entry.at.as_ref());
                PredictionTest::Value { region: self.region(&place)?, at: at? }
            }
            PredictionKind::Sign => self.sign(&place)?,
            PredictionKind::Ordering => self.ordering(&place)?,
            PredictionKind::Exponent => self.exponent(&place)?,
            PredictionKind::Parameter => self.fitted(&place)?,
            PredictionKind::Bound => self.bound(&place)?,
            PredictionKind::Collapse => self.collapse(&place)?,
        };
        Some(Prediction { name: entry.name.clone(), theory: theory.name.clone(), claim: entry.claim.clone(), test })
    }

    fn condition(
        &mut self,
        place: &Place<'_>,
        field: &str,
        values: Option<&BTreeMap<String, f64>>,
    ) -> Option<Condition> {
        let values = values?;
        let key = format!("{}.{field}", place.key);
        if values.is_empty() {
            self.mistake(&key, "the condition is empty", "name a quantity and its value, such as { N = 1e9 }");
            return None;
        }
        let observed = self.source.file.results.observed.clone();
        let mut is_right = true;
        for name in values.keys() {
            if *name == observed {
                let what = format!("the observed quantity `{name}` is no condition");
                self.mistake(&format!("{key}.{name}"), what, "name what was chosen for the runs");
                is_right = false;
            } else if !place.quantities.contains_key(name) {
                let known: Vec<&str> = others(place, &observed).collect();
                self.unknown(&format!("{key}.{name}"), "quantity", name, known.iter().copied());
                is_right = false;
            }
        }
        is_right.then(|| Condition(values.clone()))
    }

    fn confined(&mut self, place: &Place<'_>) -> Option<Option<Condition>> {
        match &place.entry.at {
            None => Some(None),
            Some(values) => self.condition(place, "at", Some(values)).map(Some),
        }
    }

    fn region(&mut self, place: &Place<'_>) -> Option<Region> {
        let (from, to) = (place.entry.from, place.entry.to);
        match (from, to) {
            (None, None) => {
                self.mistake(&place.key, "the range is missing", "add `from`, `to` or both");
                None
            }
            (Some(from), Some(to)) if from >= to => {
                let what =
                    format!("the range from {from} to {to} is empty or a single number, which no run could confirm");
                self.mistake(&format!("{}.to", place.key), what, "write a larger `to`");
                None
            }
            (from, to) => Some(Region { from, to }),
        }
    }

    fn sign(&mut self, place: &Place<'_>) -> Option<PredictionTest> {
        let at = self.condition(place, "at", place.entry.at.as_ref());
        let than = self.condition(place, "than", place.entry.than.as_ref());
        let is_above = match place.entry.expected? {
            ExpectedTrend::Higher => true,
            ExpectedTrend::Lower => false,
            ExpectedTrend::Rising | ExpectedTrend::Falling => {
                let key = format!("{}.expected", place.key);
                self.mistake(&key, "a sign is `higher` or `lower`", "write one of `higher` or `lower`");
                return None;
            }
        };
        let (at, than) = (at?, than?);
        if at == than {
            let key = format!("{}.than", place.key);
            self.mistake(&key, "both conditions are the same", "name the condition that `at` is compared with");
            return None;
        }
        Some(PredictionTest::Sign { at, than, is_above })
    }

    fn ordering(&mut self, place: &Place<'_>) -> Option<PredictionTest> {
        let entries = place.entry.conditions.as_deref().unwrap_or_default();
        let key = format!("{}.conditions", place.key);
        if entries.len() < 2 {
            self.mistake(&key, "an ordering has two conditions or more", "list them in their order");
            return None;
        }
        let field = |index: usize| format!("conditions[{index}]");
        let found: Vec<Option<Condition>> = entries
            .iter()
            .enumerate()
            .map(|(index, values)| self.condition(place, &field(index), Some(values)))
            .collect();
        let conditions: Vec<Condition> = found.into_iter().collect::<Option<_>>()?;
        let is_rising = match place.entry.expected? {
            ExpectedTrend::Rising => true,
            ExpectedTrend::Falling => false,
            ExpectedTrend::Higher | ExpectedTrend::Lower => {
                let key = format!("{}.expected", place.key);
                self.mistake(&key, "an ordering is `rising` or `falling`", "write one of `rising` or `falling`");
                return None;
            }
        };
        let twice = (1..conditions.len()).find(|index| conditions[..*index].contains(&conditions[*index]));
        if let Some(index) = twice {
            self.mistake(&format!("{key}[{index}]"), "the condition stands there twice", "list each condition once");
            return None;
        }
        Some(PredictionTest::Ordering { conditions, is_rising })
    }

    fn exponent(&mut self, place: &Place<'_>) -> Option<PredictionTest> {
        let region = self.region(place);
        let at = self.confined(place)?;
        let over = self.quantity(place, "over", place.entry.over.as_deref()?)?;
        if at.as_ref().is_some_and(|at| at.0.contains_key(&over)) {
            let key = format!("{}.at.{over}", place.key);
            self.mistake(&key, format!("`{over}` is held, so that no power of it can be seen"), "leave it out of `at`");
            return None;
        }
        let offset = place.entry.offset.unwrap_or(0.0);
        Some(PredictionTest::Exponent { over, at, offset, region: region? })
    }

    fn quantity(&mut self, place: &Place<'_>, field: &str, name: &str) -> Option<String> {
        let observed = self.source.file.results.observed.clone();
        if name == observed || !place.quantities.contains_key(name) {
            let known: Vec<&str> = others(place, &observed).collect();
            self.unknown(&format!("{}.{field}", place.key), "other quantity", name, known.iter().copied());
            return None;
        }
        Some(name.to_owned())
    }

    fn fitted(&mut self, place: &Place<'_>) -> Option<PredictionTest> {
        let region = self.region(place);
        let name = place.entry.parameter.clone()?;
        let is_free = |parameter: &Parameter| matches!(parameter.role, ParameterRole::Free { .. });
        if !place.theory.parameters.get(&name).is_some_and(is_free) {
            let free = place.theory.parameters.iter().filter(|(_, parameter)| is_free(parameter));
            let known: Vec<&str> = free.map(|(name, _)| name.as_str()).collect();
            self.unknown(&format!("{}.parameter", place.key), "fitted parameter", &name, known.iter().copied());
            return None;
        }
        Some(PredictionTest::Parameter { parameter: name, region: region? })
    }

    /// Reads a formula of a prediction, which may hold fixed parameters only.
    fn part(&mut self, place: &Place<'_>, field: &str, text: &str, may_hold: &[&str]) -> Option<Formula> {
        let key = format!("{}.{field}", place.key);
        let formula = match Formula::parse(text) {
            Ok(formula) => formula,
            Err(error) => {
                self.mistake(&key, error.to_string(), error.hints().join("; "));
                return None;
            }
        };
        let parameters = &place.theory.parameters;
        if !self.symbols(&key, &formula, place.quantities, parameters, may_hold) {
            return None;
        }
        let is_free = |name: &&String| {
            parameters.get(*name).is_some_and(|parameter| matches!(parameter.role, ParameterRole::Free { .. }))
        };
        if let Some(name) = formula.symbols().iter().find(is_free) {
            let what = format!("`{name}` is fitted to the runs that the prediction is about");
            self.mistake(&key, what, "write a number, or give the parameter a `value`");
            return None;
        }
        Some(formula)
    }

    fn bound(&mut self, place: &Place<'_>) -> Option<PredictionTest> {
        let (side, field, text) = match (&place.entry.at_most, &place.entry.at_least) {
            (Some(text), None) => (BoundSide::AtMost, "at_most", text),
            (None, Some(text)) => (BoundSide::AtLeast, "at_least", text),
            (Some(_), Some(_)) | (None, None) => {
                self.mistake(
                    &place.key,
                    "a bound has either `at_most` or `at_least`",
                    "write two predictions for both",
                );
                return None;
            }
        };
        let at = self.confined(place)?;
        let formula = self.part(place, field, text, &[])?;
        let unit = place.quantities.get(&self.source.file.results.observed).map(|quantity| quantity.unit.clone())?;
        let of = |name: &str| unit_of(name, place.quantities, &place.theory.parameters);
        if let Err(error) = formula.check_unit(&unit, &of) {
            self.wrong(&format!("{}.{field}", place.key), &error);
            return None;
        }
        Some(PredictionTest::Bound { at, side, formula })
    }

    fn collapse(&mut self, place: &Place<'_>) -> Option<PredictionTest> {
        let entry = place.entry;
        let at = self.confined(place)?;
        let group = self.quantity(place, "group", entry.group.as_deref()?);
        let observed = self.source.file.results.observed.clone();
        let x = self.part(place, "x", entry.x.as_deref()?, &[]);
        let y = self.part(place, "y", entry.y.as_deref()?, &[&observed]);
        let margin = entry.margin?;
        if !(margin > 0.0 && margin <= 1.0) {
            let key = format!("{}.margin", place.key);
            self.mistake(&key, "the margin is a share above 0 and at most 1", "write a number such as 0.05");
            return None;
        }
        let (group, x, y) = (group?, x?, y?);
        for (field, formula) in [("x", &x), ("y", &y)] {
            let of = |name: &str| unit_of(name, place.quantities, &place.theory.parameters);
            if let Err(error) = formula.unit(&of) {
                self.wrong(&format!("{}.{field}", place.key), &error);
                return None;
            }
        }
        if !y.symbols().contains(&observed) {
            let key = format!("{}.y", place.key);
            self.mistake(
                &key,
                format!("the observed quantity `{observed}` is not in it"),
                "rescale the observed quantity",
            );
            return None;
        }
        Some(PredictionTest::Collapse { group, at, x, y, margin })
    }
}

fn others<'a>(place: &Place<'a>, observed: &'a str) -> impl Iterator<Item = &'a str> {
    place.quantities.keys().map(String::as_str).filter(move |name| *name != observed)
}

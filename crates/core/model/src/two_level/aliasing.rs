use std::collections::BTreeMap;

use super::design::{Generator, TwoLevelDesign};

/// A main effect (one component) or an interaction (several), the components
/// counted from 0 and ascending.
pub type Term = Vec<usize>;

/// What a design in which every two components are balanced cannot tell apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Aliasing {
    /// The number of components in the shortest product that is not balanced
    /// between plus and minus; none where all of up to four are and there are
    /// no generators.
    ///
    /// 3: main effects are mixed with interactions of two components; 4: only
    /// with those of three, but those of two with one another; 5 and above:
    /// neither. Above 4 it is known only where `words` are listed, and 5 stands
    /// for 5 and above elsewhere.
    pub resolution: Option<usize>,
    /// The products of a fraction that are plus in every arm, shortest first;
    /// empty for designs without generators, and where there are more than
    /// [`Self::MOST_WORDS`].
    pub words: Vec<Term>,
    /// Main effects and interactions of two components that cannot be told
    /// apart at all, group by group.
    pub groups: Vec<Vec<Term>>,
    /// The largest share of an interaction of two others that a main effect
    /// takes up, from 0 to 1: 1/3 in a Plackett-Burman design of 12 arms.
    pub largest_share: f64,
}

impl Aliasing {
    /// The most words that are listed: a fraction with many generators has
    /// millions.
    pub const MOST_WORDS: usize = 255;

    /// Works out what `design` cannot tell apart; `generators` are those that
    /// it was made with, none where it has no generators.
    ///
    /// # Source
    /// Box and Hunter 1961, "The 2^(k-p) Fractional Factorial Designs",
    /// Technometrics 3, for words and resolution; Deng and Tang 1999,
    /// "Generalized Resolution and Minimum Aberration Criteria for
    /// Plackett-Burman and Other Nonregular Factorial Designs", Statistica
    /// Sinica 9, for resolution without generators.
    #[must_use]
    pub fn of(design: &TwoLevelDesign, generators: &[Generator]) -> Self {
        let words = words(generators);
        let columns = Columns::of(design);
        let beyond = (!generators.is_empty()).then_some(5);
        let resolution = words.first().map(Vec::len).or_else(|| columns.shortest_word()).or(beyond);
        Self { resolution, words, groups: columns.groups(), largest_share: columns.largest_share() }
    }
}

/// The words of the defining relation, shortest first; none where there are
/// too many to list.
fn words(generators: &[Generator]) -> Vec<Term> {
    if generators.len() > Aliasing::MOST_WORDS.ilog2() as usize + 1 {
        return Vec::new();
    }
    let mask = |generator: &Generator| {
        generator.product_of.iter().chain([&generator.component]).fold(0_u64, |mask, one| mask ^ (1 << one))
    };
    let masks: Vec<u64> = generators.iter().map(mask).collect();
    let word = |chosen: usize| {
        let chosen = masks.iter().enumerate().filter(|(index, _)| chosen >> index & 1 == 1);
        let mask = chosen.fold(0, |word, (_, mask)| word ^ mask);
        (0..u64::BITS as usize).filter(|component| mask >> component & 1 == 1).collect::<Term>()
    };
    let mut words: Vec<Term> = (1..1 << masks.len()).map(word).collect();
    words.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    words
}

/// The columns of a design, one bit for each arm, set where the component is
/// off; the bits of a product of components are the exclusive or of theirs.
struct Columns {
    bits: Vec<Vec<u64>>,
    arms: usize,
}

impl Columns {
    fn of(design: &TwoLevelDesign) -> Self {
        let arms = design.rows().len();
        let mut bits = vec![vec![0_u64; arms.div_ceil(64)]; design.components()];
        for (arm, row) in design.rows().iter().enumerate() {
            for (column, is_on) in bits.iter_mut().zip(row) {
                column[arm / 64] |= u64::from(!is_on) << (arm % 64);
            }
        }
        Self { bits, arms }
    }

    fn product(&self, term: &[usize]) -> Vec<u64> {
        let mut bits = vec![0; self.arms.div_ceil(64)];
        for component in term {
            for (word, other) in bits.iter_mut().zip(&self.bits[*component]) {
                *word ^= other;
            }
        }
        bits
    }

    /// How much more often the product is of one sign than of the other.
    fn imbalance(&self, term: &[usize]) -> usize {
        let minus: usize = self.product(term).iter().map(|word| word.count_ones() as usize).sum();
        (2 * minus).abs_diff(self.arms)
    }

    fn triples(&self) -> impl Iterator<Item = [usize; 3]> + use<> {
        let components = self.bits.len();
        (0..components).flat_map(|a| (0..a).flat_map(move |b| (0..b).map(move |c| [a, b, c])))
    }

    fn shortest_word(&self) -> Option<usize> {
        if self.triples().any(|triple| self.imbalance(&triple) > 0) {
            return Some(3);
        }
        let mut fours = self.triples().flat_map(|[a, b, c]| (0..c).map(move |d| [a, b, c, d]));
        fours.any(|four| self.imbalance(&four) > 0).then_some(4)
    }

    fn largest_share(&self) -> f64 {
        let largest = self.triples().map(|triple| self.imbalance(&triple)).max().unwrap_or(0);
        if self.arms == 0 { 0.0 } else { largest as f64 / self.arms as f64 }
    }

    fn groups(&self) -> Vec<Vec<Term>> {
        let components = self.bits.len();
        let single = (0..components).map(|one| vec![one]);
        let double = (0..components).flat_map(|one| (one + 1..components).map(move |other| vec![one, other]));
        let mut by_signs: BTreeMap<Vec<u64>, Vec<Term>> = BTreeMap::new();
        for term in single.chain(double) {
            let mut signs = self.product(&term);
            // A product and its opposite cannot be told apart either.
            if signs.first().is_some_and(|word| word & 1 == 1) {
                for (index, word) in signs.iter_mut().enumerate() {
                    let arms_here = (self.arms - 64 * index).min(64);
                    *word ^= u64::MAX >> (64 - arms_here);
                }
            }
            by_signs.entry(signs).or_default().push(term);
        }
        let mut groups: Vec<Vec<Term>> = by_signs.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_by(|a, b| (a[0].len(), &a[0]).cmp(&(b[0].len(), &b[0])));
        groups
    }
}

use super::hadamard::hadamard;

/// Which of several components are on in each arm of an experiment: one row
/// for each arm, one place for each component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoLevelDesign {
    components: usize,
    rows: Vec<Vec<bool>>,
}

/// A component of a fraction that has no factorial of its own: it is on where
/// an even number of some others is off, so that its signs are their product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generator {
    /// The component, counted from 0.
    pub component: usize,
    /// The components that determine it, counted from 0.
    pub product_of: Vec<usize>,
}

/// Why there is no such design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TwoLevelError {
    /// Fewer components than the design needs.
    #[error("the design needs at least {least} components, there are {got}")]
    TooFew {
        /// The number of components.
        got: usize,
        /// The fewest.
        least: usize,
    },
    /// More components than the design can hold.
    #[error("the design holds at most {most} components, there are {got}")]
    TooMany {
        /// The number of components.
        got: usize,
        /// The most.
        most: usize,
    },
    /// A generator that determines nothing, or too much.
    #[error("generator {index} does not define a fraction")]
    Generator {
        /// Its place in the list, counted from 0.
        index: usize,
        /// What is wrong with it.
        source: GeneratorError,
    },
}

/// What is wrong with a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeneratorError {
    /// It names a component that is not there.
    #[error("component {component} is not there")]
    Unknown {
        /// The component, counted from 0.
        component: usize,
    },
    /// The component has another generator.
    #[error("the component is determined twice")]
    Twice,
    /// Fewer than two components in the product: the component would always be
    /// on, or on exactly where another is.
    #[error("a product needs at least two components")]
    TooShort,
    /// A component stands in the product twice.
    #[error("component {component} stands in the product twice")]
    Repeated {
        /// The component, counted from 0.
        component: usize,
    },
    /// The product names a component that has a generator itself.
    #[error("component {component} is determined by others itself")]
    NotFree {
        /// The component, counted from 0.
        component: usize,
    },
    /// Another component has the same product, so that the two would always be
    /// on together.
    #[error("the product is that of component {component}, too")]
    SameProduct {
        /// The other component, counted from 0.
        component: usize,
    },
}

impl TwoLevelDesign {
    /// The most components that vary freely: 4,096 arms.
    pub const MOST_FREE: usize = 12;
    /// The most components of a fraction or of a Plackett-Burman design.
    pub const MOST: usize = 47;

    /// The full recipe, and the full recipe without each component in turn.
    ///
    /// # Errors
    /// [`TwoLevelError::TooFew`] without components.
    pub fn leave_one_out(components: usize) -> Result<Self, TwoLevelError> {
        at_least(components, 1)?;
        let without = |one| (0..components).map(|other| other != one).collect();
        let rows = std::iter::once(vec![true; components]).chain((0..components).map(without)).collect();
        Ok(Self { components, rows })
    }

    /// The baseline, and the baseline with each component in turn.
    ///
    /// # Errors
    /// [`TwoLevelError::TooFew`] without components.
    pub fn add_one_in(components: usize) -> Result<Self, TwoLevelError> {
        at_least(components, 1)?;
        let with = |one| (0..components).map(|other| other == one).collect();
        let rows = std::iter::once(vec![false; components]).chain((0..components).map(with)).collect();
        Ok(Self { components, rows })
    }

    /// Every combination. Row `r` has component `i` on where bit `i` of `r` is
    /// set, so that the first row is the baseline and the last the full recipe.
    ///
    /// # Errors
    /// [`TwoLevelError::TooFew`] without components and
    /// [`TwoLevelError::TooMany`] above [`Self::MOST_FREE`].
    pub fn factorial(components: usize) -> Result<Self, TwoLevelError> {
        at_least(components, 1)?;
        at_most(components, Self::MOST_FREE)?;
        let row = |row: usize| (0..components).map(|component| row >> component & 1 == 1).collect();
        Ok(Self { components, rows: (0..1 << components).map(row).collect() })
    }

    /// A fraction: every combination of the components without a generator,
    /// the others following from them.
    ///
    /// The full recipe is always among the rows.
    ///
    /// # Errors
    /// [`TwoLevelError::Generator`] with what is wrong with the first bad one,
    /// [`TwoLevelError::TooFew`] without a free component,
    /// [`TwoLevelError::TooMany`] above [`Self::MOST`] components or
    /// [`Self::MOST_FREE`] free ones.
    ///
    /// # Source
    /// Box and Hunter 1961, "The 2^(k-p) Fractional Factorial Designs",
    /// Technometrics 3; generators with a plus sign, the principal fraction.
    pub fn fraction(components: usize, generators: &[Generator]) -> Result<Self, TwoLevelError> {
        at_most(components, Self::MOST)?;
        for index in 0..generators.len() {
            check(components, generators, index).map_err(|source| TwoLevelError::Generator { index, source })?;
        }
        let free: Vec<usize> = (0..components)
            .filter(|component| generators.iter().all(|generator| generator.component != *component))
            .collect();
        at_least(free.len(), 1)?;
        at_most(free.len(), Self::MOST_FREE)?;
        let row = |row: usize| {
            let mut on = vec![false; components];
            for (place, component) in free.iter().enumerate() {
                on[*component] = row >> place & 1 == 1;
            }
            for generator in generators {
                on[generator.component] = product(generator.product_of.iter().map(|one| on[*one]));
            }
            on
        };
        Ok(Self { components, rows: (0..1 << free.len()).map(row).collect() })
    }

    /// A Plackett-Burman design: the smallest multiple of four above the number
    /// of components, of which the baseline is the first row. Each component is
    /// on in half of the rows, and each pair of components is on together in a
    /// quarter of them.
    ///
    /// # Errors
    /// [`TwoLevelError::TooFew`] without components and
    /// [`TwoLevelError::TooMany`] above [`Self::MOST`].
    ///
    /// # Source
    /// Plackett and Burman 1946, "The Design of Optimum Multifactorial
    /// Experiments", Biometrika 33; matrices by the constructions of Sylvester
    /// 1867 and of Paley 1933, "On Orthogonal Matrices".
    pub fn plackett_burman(components: usize) -> Result<Self, TwoLevelError> {
        at_least(components, 1)?;
        at_most(components, Self::MOST)?;
        let size = (components + 1).next_multiple_of(4);
        let matrix = hadamard(size).ok_or(TwoLevelError::TooMany { got: components, most: Self::MOST })?;
        let rows = matrix.into_iter().map(|row| row[1..=components].to_vec()).collect();
        Ok(Self { components, rows })
    }

    /// The number of components.
    #[must_use]
    pub fn components(&self) -> usize {
        self.components
    }

    /// For each arm, which components are on.
    #[must_use]
    pub fn rows(&self) -> &[Vec<bool>] {
        &self.rows
    }

    /// Pairs of rows, the first with `component` on and the second without it,
    /// in which no row stands twice.
    ///
    /// Where one is left out or added in, there is one pair, which differs in
    /// that component alone. Else every row stands in one: in a factorial the two
    /// of a pair differ in that component alone; in a fraction they differ in
    /// others, too, and the mean difference over all pairs is the effect of the
    /// component and of what is mixed with it.
    #[must_use]
    pub fn pairs(&self, component: usize) -> Vec<(usize, usize)> {
        let is_on = |row: &usize| self.rows[*row].get(component) == Some(&true);
        let (on, off): (Vec<usize>, Vec<usize>) = (0..self.rows.len()).partition(is_on);
        on.into_iter().zip(off).collect()
    }
}

/// The sign of a product: plus where an even number of the signs is minus.
pub(super) fn product(signs: impl Iterator<Item = bool>) -> bool {
    signs.filter(|is_plus| !is_plus).count().is_multiple_of(2)
}

fn at_least(got: usize, least: usize) -> Result<(), TwoLevelError> {
    if got < least { Err(TwoLevelError::TooFew { got, least }) } else { Ok(()) }
}

fn at_most(got: usize, most: usize) -> Result<(), TwoLevelError> {
    if got > most { Err(TwoLevelError::TooMany { got, most }) } else { Ok(()) }
}

fn check(components: usize, generators: &[Generator], index: usize) -> Result<(), GeneratorError> {
    let Generator { component, product_of } = &generators[index];
    let named = std::iter::once(component).chain(product_of);
    if let Some(unknown) = named.copied().find(|one| *one >= components) {
        return Err(GeneratorError::Unknown { component: unknown });
    }
    let sorted = |product: &[usize]| {
        let mut product = product.to_vec();
        product.sort_unstable();
        product
    };
    let own = sorted(product_of);
    if let Some(pair) = own.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(GeneratorError::Repeated { component: pair[0] });
    }
    if own.len() < 2 {
        return Err(GeneratorError::TooShort);
    }
    let is_generated = |one: &usize| generators.iter().any(|generator| generator.component == *one);
    if let Some(component) = own.iter().copied().find(is_generated) {
        return Err(GeneratorError::NotFree { component });
    }
    for earlier in &generators[..index] {
        if earlier.component == *component {
            return Err(GeneratorError::Twice);
        }
        if sorted(&earlier.product_of) == own {
            return Err(GeneratorError::SameProduct { component: earlier.component });
        }
    }
    Ok(())
}

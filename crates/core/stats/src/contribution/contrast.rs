//! Contrasts over the arms of a two-level design.

use crate::sample::SampleError;
use crate::summary;

/// The mean of the scores with a plus less the mean of those with a minus.
///
/// With plus where a component is on, this is its main effect. With plus where
/// two components are both on or both off, it is half the difference that the
/// one makes to the effect of the other: their interaction, as textbooks on
/// designed experiments define it.
///
/// # Errors
/// [`SampleError::TooFew`] where there are not as many signs as scores, or no
/// plus, or no minus; [`SampleError::NotFinite`]; [`SampleError::Overflow`].
///
/// # Source
/// Box, Hunter and Hunter 2005, "Statistics for Experimenters", second
/// edition, sections 5.4 and 5.7.
pub fn contrast(is_plus: &[bool], scores: &[f64]) -> Result<f64, SampleError> {
    if let Some(index) = scores.iter().position(|score| !score.is_finite()) {
        return Err(SampleError::NotFinite { index });
    }
    if is_plus.len() != scores.len() {
        return Err(SampleError::TooFew {
            needed: is_plus.len().max(scores.len()),
            got: is_plus.len().min(scores.len()),
        });
    }
    let side = |wanted: bool| {
        let chosen = is_plus.iter().zip(scores).filter(|(plus, _)| **plus == wanted);
        summary::mean(&chosen.map(|(_, score)| *score).collect::<Vec<_>>())
    };
    let difference = side(true)? - side(false)?;
    if difference.is_finite() { Ok(difference) } else { Err(SampleError::Overflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_contrast_is_an_error() {
        let too_few =
            |is_plus: &[bool], scores: &[f64]| matches!(contrast(is_plus, scores), Err(SampleError::TooFew { .. }));
        assert!(too_few(&[], &[]) && too_few(&[true], &[1.0]) && too_few(&[true, false], &[1.0]));
        assert!(too_few(&[false, false], &[1.0, 2.0]) && too_few(&[true], &[1.0, 2.0]));
        assert_eq!(contrast(&[true, false], &[1.0, f64::NAN]), Err(SampleError::NotFinite { index: 1 }));
        assert_eq!(contrast(&[true, false], &[f64::MAX, -f64::MAX]), Err(SampleError::Overflow));
    }
}

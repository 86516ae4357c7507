//! Writes predictions as a CSV file.

use std::fs;
use std::io;
use std::path::Path;

use crate::dataset::CLASSES;
use crate::network::most_probable;

/// Writes one row for each image, in the order given.
///
/// The columns are `id`, `prediction` (the most probable digit) and `p_0` to
/// `p_9`, the probabilities with five significant digits in scientific
/// notation, so that a very small probability does not become zero.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn write(path: &Path, ids: &[String], probabilities: &[Vec<f32>]) -> io::Result<()> {
    fs::write(path, format(ids, probabilities))
}

fn format(ids: &[String], probabilities: &[Vec<f32>]) -> String {
    let names: Vec<String> = (0..CLASSES).map(|class| format!("p_{class}")).collect();
    let mut text = format!("id,prediction,{}\n", names.join(","));
    for (id, row) in ids.iter().zip(probabilities) {
        let fields: Vec<String> = row.iter().map(|p| format!("{p:.4e}")).collect();
        text += &format!("{id},{},{}\n", most_probable(row), fields.join(","));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_the_prediction_and_all_probabilities() {
        let mut row = vec![0.0; CLASSES];
        row[3] = 1.0;
        row[4] = 1.25e-7;
        let expected = "id,prediction,p_0,p_1,p_2,p_3,p_4,p_5,p_6,p_7,p_8,p_9\n\
            42,3,0.0000e0,0.0000e0,0.0000e0,1.0000e0,1.2500e-7,\
            0.0000e0,0.0000e0,0.0000e0,0.0000e0,0.0000e0\n";
        assert_eq!(format(&["42".to_owned()], &[row]), expected);
    }
}

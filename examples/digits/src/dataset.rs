//! Reads images and labels from CSV files.

use std::fs;
use std::path::{Path, PathBuf};

/// Pixels in an image of 8 by 8.
pub(crate) const PIXELS: usize = 64;
/// Classes, the digits 0 to 9.
pub(crate) const CLASSES: usize = 10;
/// Values of a pixel run from 0 to this number.
const BRIGHTEST: f32 = 16.0;

/// Images in the order of their file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Images {
    ids: Vec<String>,
    pixels: Vec<f32>,
}

impl Images {
    /// Reads a file with the columns `id,p0,...,p63`.
    ///
    /// # Errors
    /// If the file cannot be read, its header is another one, a row does not
    /// fit the header, or no image is there.
    pub(crate) fn read(path: &Path) -> Result<Self, DatasetError> {
        Table::read(path, &["id"], Columns::WithPixels).and_then(|table| table.images())
    }

    /// The number of images, at least one.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The identifiers of the images.
    pub(crate) fn ids(&self) -> &[String] {
        &self.ids
    }

    /// All pixels, image by image, each from 0 to 1.
    pub(crate) fn pixels(&self) -> &[f32] {
        &self.pixels
    }

    /// The 64 pixels of image `index`, row by row, each from 0 to 1.
    pub(crate) fn image(&self, index: usize) -> &[f32] {
        &self.pixels[index * PIXELS..(index + 1) * PIXELS]
    }
}

/// Images with the digit each one shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LabelledImages {
    images: Images,
    labels: Vec<usize>,
}

impl LabelledImages {
    /// Reads a file with the columns `id,label,p0,...,p63`.
    ///
    /// # Errors
    /// As for [`Images::read`], and if a label is not a digit.
    pub(crate) fn read(path: &Path) -> Result<Self, DatasetError> {
        let table = Table::read(path, &["id", "label"], Columns::WithPixels)?;
        Ok(Self { labels: table.labels()?, images: table.images()? })
    }

    /// The images.
    pub(crate) fn images(&self) -> &Images {
        &self.images
    }

    /// The digit of each image.
    pub(crate) fn labels(&self) -> &[usize] {
        &self.labels
    }
}

/// Reads the digits of `images` from a file with the columns `id,label`.
///
/// # Errors
/// As for [`Images::read`], and if the file lists other images or another order.
pub(crate) fn read_labels(path: &Path, images: &Images) -> Result<Vec<usize>, DatasetError> {
    let table = Table::read(path, &["id", "label"], Columns::Alone)?;
    if table.rows.iter().map(|row| &row[0]).eq(images.ids()) {
        table.labels()
    } else {
        Err(DatasetError::OtherImages { path: path.to_owned() })
    }
}

/// What can be wrong with a file of images or labels.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatasetError {
    #[error("cannot read {path}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the header of {path} is not `{expected}`")]
    Header { path: PathBuf, expected: String },
    #[error("{path} holds no images")]
    Empty { path: PathBuf },
    #[error("line {line} of {path} has {got} fields, the header has {expected}")]
    Fields { path: PathBuf, line: usize, expected: usize, got: usize },
    #[error("line {line} of {path} has the {what} `{got}`, expected {expected}")]
    Value { path: PathBuf, line: usize, what: &'static str, expected: &'static str, got: String },
    #[error("{path} does not list the same images in the same order as the test file")]
    OtherImages { path: PathBuf },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    Alone,
    WithPixels,
}

/// The fields of a CSV file whose header was checked.
#[derive(Debug)]
struct Table {
    path: PathBuf,
    leading: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: &Path, leading: &[&str], columns: Columns) -> Result<Self, DatasetError> {
        let text =
            fs::read_to_string(path).map_err(|source| DatasetError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text, leading, columns)
    }

    /// Splits `text` at line ends and commas; the files hold no quotes.
    fn parse(path: &Path, text: &str, leading: &[&str], columns: Columns) -> Result<Self, DatasetError> {
        let path = path.to_owned();
        let mut header: Vec<String> = leading.iter().map(|&name| name.to_owned()).collect();
        if columns == Columns::WithPixels {
            header.extend((0..PIXELS).map(|k| format!("p{k}")));
        }
        let mut lines = text.lines();
        if !lines.next().is_some_and(|line| line.split(',').eq(header.iter().map(String::as_str))) {
            let expected = match columns {
                Columns::Alone => leading.join(","),
                Columns::WithPixels => format!("{},p0,...,p63", leading.join(",")),
            };
            return Err(DatasetError::Header { path, expected });
        }
        let mut rows = Vec::new();
        for (index, line) in lines.enumerate() {
            let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if fields.len() != header.len() {
                return Err(DatasetError::Fields { path, line: index + 2, expected: header.len(), got: fields.len() });
            }
            rows.push(fields);
        }
        if rows.is_empty() {
            return Err(DatasetError::Empty { path });
        }
        Ok(Self { path, leading: leading.len(), rows })
    }

    fn images(&self) -> Result<Images, DatasetError> {
        let mut pixels = Vec::with_capacity(self.rows.len() * PIXELS);
        for (index, row) in self.rows.iter().enumerate() {
            for field in &row[self.leading..] {
                let value = field.parse().ok().filter(|v| (0.0..=BRIGHTEST).contains(v));
                let value: f32 = value.ok_or_else(|| self.bad(index, "pixel", "a number from 0 to 16", field))?;
                pixels.push(value / BRIGHTEST);
            }
        }
        Ok(Images { ids: self.rows.iter().map(|row| row[0].clone()).collect(), pixels })
    }

    fn labels(&self) -> Result<Vec<usize>, DatasetError> {
        let label = |(index, row): (usize, &Vec<String>)| {
            let digit = row[1].parse().ok().filter(|&digit| digit < CLASSES);
            digit.ok_or_else(|| self.bad(index, "label", "a digit from 0 to 9", &row[1]))
        };
        self.rows.iter().enumerate().map(label).collect()
    }

    fn bad(&self, index: usize, what: &'static str, expected: &'static str, got: &str) -> DatasetError {
        DatasetError::Value { path: self.path.clone(), line: index + 2, what, expected, got: got.to_owned() }
    }
}

/// Makes images that a small network can tell apart, for tests.
///
/// Image `k` shows the digit `k % 10`: its pixels from `6 * digit` on, six of
/// them, are bright, and the brightness falls from image to image.
#[cfg(test)]
pub(crate) fn sample(count: usize) -> LabelledImages {
    let labels: Vec<usize> = (0..count).map(|k| k % CLASSES).collect();
    let mut pixels = vec![0.0; count * PIXELS];
    for (k, &digit) in labels.iter().enumerate() {
        let start = k * PIXELS + 6 * digit;
        pixels[start..start + 6].fill(1.0 - 0.5 * k as f32 / count as f32);
    }
    LabelledImages { images: Images { ids: (0..count).map(|k| k.to_string()).collect(), pixels }, labels }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rows: &[(&str, &str, &str)]) -> String {
        let names: Vec<String> = (0..PIXELS).map(|k| format!("p{k}")).collect();
        let mut text = format!("id,label,{}\n", names.join(","));
        for (id, label, pixel) in rows {
            text += &format!("{id},{label},{}\n", [*pixel; PIXELS].join(","));
        }
        text
    }

    fn check(text: &str) -> Result<LabelledImages, DatasetError> {
        let table = Table::parse(Path::new("some.csv"), text, &["id", "label"], Columns::WithPixels)?;
        Ok(LabelledImages { labels: table.labels()?, images: table.images()? })
    }

    #[test]
    fn pixels_are_scaled_to_one() {
        let data = check(&text(&[("5", "3", "16"), ("9", "0", "4")])).unwrap();
        assert_eq!(data.labels(), [3, 0]);
        assert_eq!(data.images().ids(), ["5", "9"]);
        assert_eq!(data.images().image(0), [1.0; PIXELS]);
        assert_eq!(data.images().image(1), [0.25; PIXELS]);
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        let message = |rows: &[_]| check(&text(rows)).unwrap_err().to_string();
        assert_eq!(
            message(&[("0", "1", "0"), ("1", "ten", "0")]),
            "line 3 of some.csv has the label `ten`, expected a digit from 0 to 9"
        );
        assert_eq!(
            message(&[("0", "1", "NaN")]),
            "line 2 of some.csv has the pixel `NaN`, expected a number from 0 to 16"
        );
    }

    #[test]
    fn other_headers_short_rows_and_empty_files_are_errors() {
        assert!(matches!(check("id,p0\n"), Err(DatasetError::Header { .. })));
        assert!(matches!(check(&text(&[])), Err(DatasetError::Empty { .. })));
        let short = text(&[]) + "0,1,2\n";
        assert!(matches!(check(&short), Err(DatasetError::Fields { .. })));
    }

    #[test]
    fn the_data_in_the_repository_are_read_in_full() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let train = LabelledImages::read(&folder.join("train.csv")).unwrap();
        let test = Images::read(&folder.join("test.csv")).unwrap();
        let labels = read_labels(&folder.join("test_labels.csv"), &test).unwrap();
        assert_eq!((train.labels().len(), labels.len()), (797, 1000));
        let shared = test.ids().iter().filter(|id| train.images().ids().contains(id));
        assert_eq!(shared.count(), 0, "an image is in both parts");
    }
}

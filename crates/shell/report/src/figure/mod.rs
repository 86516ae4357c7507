//! Pictures: forest plots and paired plots as SVG.
//!
//! Each picture has a title, a description, axes with units, intervals and n.
//! It takes its colours from [`STYLE`], which a page must include, and says
//! nothing by colour alone: verdicts carry their word and symbol, failed runs
//! a cross, worse pairs a dashed line.

mod colours;
mod forest;
mod paired;
mod scale;

pub use colours::STYLE;
pub use forest::{Line, forest};
pub use paired::{Pair, Paired, paired};

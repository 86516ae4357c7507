//! Pictures as SVG: forest plots, paired plots, waterfalls of contributions and
//! matrices of interactions.
//!
//! Each picture has a title, a description, axes with units, intervals and n.
//! It takes its colours from [`STYLE`], which a page must include, and says
//! nothing by colour alone: verdicts carry their word and symbol, failed runs
//! a cross, worse pairs a dashed line.

mod colours;
mod forest;
mod interactions;
mod paired;
mod scale;
mod waterfall;

pub use colours::STYLE;
pub use forest::{Line, forest};
pub use interactions::{Interactions, interactions};
pub use paired::{Pair, Paired, paired};
pub use waterfall::{Step, Waterfall, waterfall};

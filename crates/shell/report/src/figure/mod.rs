//! Pictures as SVG: forest plots and paired plots of claims; waterfalls of
//! contributions and matrices of interactions of an ablation; ranks, intervals,
//! profiles, places and trade-offs of the methods of a benchmark; the losses, residuals
//! and best sizes of a scaling law; runs with the curves of theories.
//!
//! Each picture has a title, a description, axes with units, intervals and n.
//! It takes its colours from [`STYLE`], which a page must include, and says
//! nothing by colour alone: verdicts carry their word and symbol, failed runs
//! a cross, worse pairs a dashed line.

mod colours;
mod critical_difference;
mod forest;
mod heat_map;
mod interactions;
mod intervals;
mod paired;
mod profiles;
mod run_plot;
mod scale;
mod trade_off;
mod waterfall;

pub use colours::STYLE;
pub use critical_difference::{CriticalDifference, critical_difference};
pub use forest::{Line, forest};
pub use heat_map::{PlaceMap, PlaceRow, place_map};
pub use interactions::{Interactions, interactions};
pub use intervals::{IntervalLine, Intervals, intervals};
pub use paired::{Pair, Paired, paired};
pub use profiles::{MOST_PROFILES, ProfilePlot, profiles};
pub use run_plot::{MOST_LINES, PlotBar, PlotLine, RunPlot, run_plot};
pub use trade_off::{TradeOff, TradeOffPoint, trade_off};
pub use waterfall::{Step, Waterfall, waterfall};

//! Every operation that a user can ask for: one file and one line in
//! [`CATALOGUE`] each.
//!
//! The request struct of an operation is all that a face needs: its doc
//! comment and fields give the command line, the JSON schema and the
//! reference page.

mod bench;
mod contract;
mod doctor;
mod init;
mod judge;
mod ledger_list;
mod ledger_verify;
mod log_publish;
mod metric_list;
mod power;
mod run_list;
mod run_series;
mod run_show;
mod run_table;
mod scaling_fit;
mod stats;
mod study_amend;
mod study_check;
mod study_list;
mod study_new;
mod study_register;
mod study_report;
mod study_run;
mod study_schema;
mod study_show;
mod theory_check;
mod theory_schema;

pub use contract::{Answer, Entry, Operation, Rendered, Reply};
pub use metric_list::{MetricText, metrics};
pub use stats::{MethodText, methods};

/// All operations, in the order of the reference page.
pub const CATALOGUE: &[Entry] = &[
    Entry::of::<init::Init>(),
    Entry::of::<doctor::Doctor>(),
    Entry::of::<judge::Judge>(),
    Entry::of::<bench::Bench>(),
    Entry::of::<stats::Stats>(),
    Entry::of::<power::Power>(),
    Entry::of::<scaling_fit::ScalingFit>(),
    Entry::of::<theory_check::TheoryCheck>(),
    Entry::of::<theory_schema::TheorySchema>(),
    Entry::of::<study_new::StudyNew>(),
    Entry::of::<study_schema::StudySchema>(),
    Entry::of::<study_check::StudyCheck>(),
    Entry::of::<study_register::StudyRegister>(),
    Entry::of::<study_amend::StudyAmend>(),
    Entry::of::<study_run::StudyRun>(),
    Entry::of::<study_list::StudyList>(),
    Entry::of::<study_show::StudyShow>(),
    Entry::of::<study_report::StudyReport>(),
    Entry::of::<run_list::RunList>(),
    Entry::of::<run_show::RunShow>(),
    Entry::of::<run_series::RunSeries>(),
    Entry::of::<run_table::RunTable>(),
    Entry::of::<ledger_verify::LedgerVerify>(),
    Entry::of::<ledger_list::LedgerList>(),
    Entry::of::<log_publish::LogPublish>(),
    Entry::of::<metric_list::MetricList>(),
];

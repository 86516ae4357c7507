//! The vocabulary of Gosset: studies, protocols, runs, evidence and verdicts.
//!
//! Start with [`StudyFile`], what a person writes; [`Draft`], what it means;
//! and [`Registered`], what can no longer be changed unseen. A [`Study`] is
//! the fold of its [`Event`]s. [`Evidence`] is what the runs left behind and
//! [`Judgement`] what the referee says of it.
//!
//! This crate holds no statistics, reads no files and knows no clock.

mod ablation;
mod ablation_findings;
mod amendment;
mod benchmark;
mod benchmark_findings;
mod digest;
mod error_rate;
mod event;
mod evidence;
mod explain;
mod formula;
mod judgement;
mod level;
mod mistake;
mod name;
mod protocol;
mod refusal;
mod registered;
mod resolve;
mod run;
mod scaling;
mod scaling_findings;
mod source;
mod study;
mod study_file;
mod template;
mod test_set_use;
mod theory;
mod time;
mod two_level;

pub use ablation::{Ablation, AblationArm, Component};
pub use ablation_findings::{AblationFindings, Contribution, ContributionBounds, GainShare, Interaction};
pub use amendment::{Change, Reach, changes};
pub use benchmark::{Benchmark, BenchmarkMethod, Conditions};
pub use benchmark_findings::{BenchmarkFindings, BoardRow, ConditionBoard, MethodTuning, ReportedTuning, StressLoss};
pub use digest::{Digest, DigestError, canonical_json};
pub use error_rate::{ErrorRate, NoErrorRate};
pub use event::{DataMismatch, Event, Session};
pub use evidence::{Evidence, RunEvidence};
pub use explain::Explain;
pub use formula::{DimensionError, Formula, FormulaError, Function, Unit, UnitError};
pub use judgement::{
    Alternative, Block, Broken, Companion, CompanionMethod, Decision, Effect, EvidenceUnit, HypothesisJudgement,
    Judgement, LeftOut, Look, MissingCase, MissingCases, RefutedKind, Undecided, Verdict, VoidBlock,
};
pub use level::{Level, Seeds, Setting, Settings, seed_from};
pub use mistake::{Mistake, Mistakes, Position};
pub use name::{ArmName, Name, NameError};
pub use protocol::{
    ArmPair, Averaged, Budget, DataSet, Design, Draft, Factor, Horizon, Hypothesis, Metric, MetricSource, Notes,
    Program, Protocol, Truth,
};
pub use refusal::Refusal;
pub use registered::{CodeVersion, DataContent, Registered, Registration};
pub use resolve::{KnownScore, resolve};
pub use run::{Captured, Exit, Grade, Outcome, PlannedRun, RunExit, RunFacts, RunId, RunPlan, RunResult};
pub use scaling::{ClaimedOfScale, FittedLaw, Reading, Rung, Scaling, Trend};
pub use scaling_findings::{
    LadderPrediction, LawConstant, ObservedLoss, RungGain, RungPrediction, ScalingFindings, ScalingPrediction,
    ScoredPrediction,
};
pub use source::{StudySource, nearest, study_schema};
pub use study::{Amendment, Attempt, Command, RunState, Study};
pub use study_file::{
    AblationDesign, Columns, Direction, Expected, FailurePolicy, Family, HorizonEntry, Measure, Order, PairTest,
    ParameterStyle, Procedure, Reduction, Reference, ScaleQuantity, ScalingClaimKind, ScalingLaw, Scope, Sides,
    StandFor, StudyFile, TuningBudget, Usage,
};
pub use template::{Piece, TemplateError, pieces};
pub use test_set_use::TestSetUse;
pub use theory::{
    BoundSide, Condition, Errors, ExpectedTrend, Parameter, ParameterRole, Prediction, PredictionKind, PredictionTest,
    Region, Theories, Theory, TheoryDesign, TheoryFile, TheoryQuantity, TheoryResults, TheorySource, resolve_theories,
    theory_schema,
};
pub use time::Timestamp;
pub use two_level::{Aliasing, Generator, GeneratorError, Term, TwoLevelDesign, TwoLevelError};

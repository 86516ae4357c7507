//! A study as it is to be told.

use gosset_model::{Digest, Evidence, HypothesisJudgement, Judgement, Name, Registered, Study, TestSetUse};
use gosset_report::{StudyBenchmark, StudyReport};
use gosset_science::benchmark::{RegisteredBenchmark, registered_benchmark};
use gosset_science::{asked, judge, judged};
use gosset_store::{Artifacts, Store};

use crate::conduct::put_examples;
use crate::journal::fold_known;
use crate::test_sets::earlier_uses;
use crate::{LabError, Style};

/// All that a report of a study is made of.
pub(crate) struct Telling {
    pub(crate) study: Study,
    pub(crate) registered: Registered,
    /// The evidence that is judged.
    pub(crate) evidence: Evidence,
    /// All that is asked for so far; more than is judged while a sequential
    /// study is on its way to its next look.
    pub(crate) asked: Evidence,
    /// None while results are to stay unseen.
    pub(crate) judgement: Option<Judgement>,
    /// What the runs of a benchmark say, in full; none where results are to
    /// stay unseen or the study is none.
    pub(crate) benchmark: Option<RegisteredBenchmark>,
    /// Earlier studies that looked at the data sets of a benchmark.
    pub(crate) uses: Vec<TestSetUse>,
    /// Whether scores are left out of the evidence, since the study may go on.
    pub(crate) is_blind: bool,
    ledger_head: (u64, Digest),
}

/// Leaves the verdict and takes away every number behind it.
fn hide_results(hypothesis: &mut HypothesisJudgement) {
    hypothesis.effect = None;
    hypothesis.blocks.clear();
    hypothesis.void_blocks.clear();
    hypothesis.companions.clear();
    hypothesis.left_out.clear();
    hypothesis.fewest_to_change = None;
    hypothesis.multiverse.clear();
    hypothesis.missing = None;
    hypothesis.more_blocks = None;
    hypothesis.notes.clear();
}

impl Telling {
    /// Takes the study called `name` from the records. Results of an
    /// unfinished study are there only if `is_interim`.
    pub(crate) fn of(store: &Store, artifacts: &Artifacts, name: &Name, is_interim: bool) -> Result<Self, LabError> {
        let study = fold_known(store, name)?;
        let registered = study.registered()?.clone();
        // A sequential study is judged at complete looks; a look under way shows
        // the one before.
        let (asked, judged) = (asked(&registered, &study), judged(&registered, &study));
        let mut asked = study.evidence(&asked);
        let mut evidence = if is_interim { asked.clone() } else { study.evidence(&judged) };
        put_examples(artifacts, registered.protocol(), &mut evidence)?;
        let was_judged = study.judgement().is_some_and(|(_, _, judgement)| judgement.protocol == registered.digest());
        let is_open = evidence.is_complete() || was_judged || is_interim;
        let mut judgement = is_open.then(|| judge(&registered, &evidence));
        // Changed data stop a study with a judgement that holds no results;
        // put back, they let it go on.
        let is_blind = !is_open || (!evidence.mismatches.is_empty() && !is_interim);
        if is_blind {
            let runs = evidence.runs.iter_mut().chain(&mut asked.runs);
            for result in runs.filter_map(|run| run.result.as_mut()) {
                result.scores.clear();
            }
            if let Some(judgement) = &mut judgement {
                (judgement.ablation, judgement.benchmark) = (None, None);
            }
            for hypothesis in judgement.iter_mut().flat_map(|judgement| &mut judgement.hypotheses) {
                hide_results(hypothesis);
            }
        }
        let benchmark = if is_blind { None } else { registered_benchmark(&registered, &evidence) };
        let uses = if benchmark.is_some() { earlier_uses(store, &study, &registered)? } else { Vec::new() };
        let head = store.head()?;
        let ledger_head = (head.seq, head.hash);
        Ok(Self { study, registered, evidence, asked, judgement, benchmark, uses, is_blind, ledger_head })
    }

    fn report(&self) -> StudyReport<'_> {
        StudyReport {
            study: &self.study,
            registered: &self.registered,
            evidence: &self.evidence,
            judgement: self.judgement.as_ref(),
            benchmark: self.benchmark.as_ref().map(|found| StudyBenchmark { found, uses: &self.uses }),
            ledger_head: self.ledger_head,
        }
    }

    /// For a terminal.
    pub(crate) fn terminal(&self, style: &Style) -> String {
        gosset_report::terminal(&self.report(), &gosset_report::Style { colour: style.colour, width: style.width })
    }

    /// As Markdown.
    pub(crate) fn markdown(&self) -> String {
        gosset_report::markdown(&self.report())
    }

    /// As a page that needs nothing else.
    pub(crate) fn html(&self) -> String {
        gosset_report::html(&self.report())
    }
}

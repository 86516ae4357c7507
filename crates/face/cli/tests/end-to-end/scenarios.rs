//! The scenarios, one for each competence, and the console blocks of the guide.

#[test]
fn every_scenario_runs_as_it_is_written() {
    trycmd::TestCases::new().case("../../../scenarios/*-*.md").case("../../../docs/guide/getting-started.md");
}

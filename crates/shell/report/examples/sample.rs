//! Writes a sample report: `cargo run --example sample -- KIND PATH`, where
//! the path ends in `.html`, `.md` or `.txt`.

use gosset_report::{Style, html, markdown, terminal};

#[path = "../tests/gallery.rs"]
mod gallery;
#[path = "../tests/sample.rs"]
mod sample;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().expect("the first argument says which sample");
    let path = arguments.next().expect("the second argument is the path to write to");
    let sample = match kind.as_str() {
        "optimizer" => gallery::optimizer(),
        "two-datasets" => gallery::two_datasets(),
        "false-discoveries" => gallery::false_discoveries(),
        "ablation" => gallery::ablation("factorial"),
        "ladder" => gallery::ladder(),
        "leave-one-out" => gallery::ablation("leave-one-out"),
        "benchmark" => gallery::benchmark(),
        "ranks" => gallery::benchmark_without_control(),
        "hostile" => gallery::hostile(),
        "unfinished" | "interim" => gallery::unfinished(),
        other => panic!(
            "no sample `{other}`; there are optimizer, two-datasets, false-discoveries, ablation, leave-one-out, ladder, benchmark, ranks, hostile, unfinished and interim"
        ),
    };
    let report = if kind == "unfinished" { sample.unjudged() } else { sample.report() };
    let width = arguments.next().and_then(|width| width.parse().ok()).unwrap_or(100);
    let text = match path.rsplit('.').next() {
        Some("html") => html(&report),
        Some("md") => markdown(&report),
        _ => terminal(&report, &Style { colour: false, width }),
    };
    std::fs::write(path, text).expect("the path can be written to");
}

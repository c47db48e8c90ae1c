//! The page: what is asked and what was measured, and the figures of each side.

use std::fmt::Write as _;

use crate::job::{Claim, Job, Measure, Program};
use crate::record::Records;
use crate::statistics::{mean, ratio};
use crate::support::measure::median;

/// In place of a figure.
const NOT_MEASURED: &str = "not measured";

const BEGINNING: &str = "# Benchmarks

Written by `cargo bench --bench peers`; [CONTRIBUTING](../.github/CONTRIBUTING.md) says how to run it.

A measurement has certwright and its peers do a job as whole processes and in turn, so that what else the machine does
meets all alike; from round to round it changes who begins and who follows whom. Means are compared, and the figure asked
for is reached when the ratio of the means is. In brackets stands the interval of 95 % of that ratio, by bootstrap. Only
ratios carry over to other machines. The raw numbers of what was measured, the runs of each side in their order, are in
[benchmarks.csv](benchmarks.csv).

";

const ASKED: &str = "
## What is asked, and what is measured

| job | certwright | against | of | asked | measured | | runs |
|---|---|---|---|---|---|---|---|
";

/// The whole page.
pub(crate) fn page(jobs: &[Job], records: &Records) -> String {
    let rows: Vec<String> =
        jobs.iter().flat_map(|job| job.claims.iter().map(|claim| row(job, claim, records))).collect();
    let missing = rows.iter().filter(|row| row.contains(NOT_MEASURED)).count();
    let mut text = BEGINNING.to_owned();
    let _ = writeln!(text, "{}", wrapped(&state(missing, rows.len(), records)));
    text.push_str(ASKED);
    text.push_str(&rows.concat());
    text.push_str("\n## The runs\n");
    for job in jobs {
        text.push_str(&section(job, records));
    }
    text
}

/// What there is to read, and of which builds.
fn state(missing: usize, rows: usize, records: &Records) -> String {
    if missing == rows {
        return "Nothing of what is asked is measured yet.".to_owned();
    }
    let builds: Vec<String> = records.builds().into_iter().map(build_shown).collect();
    let mut text = match &builds[..] {
        [build] => {
            format!("One build of certwright was measured, told by its commit and its SHA-256, shortened: {build}.")
        }
        _ => format!(
            "Several builds of certwright were measured, each told by its commit and its SHA-256, shortened: {}. Each job \
             below names its own.",
            builds.join("; ")
        ),
    };
    if missing > 0 {
        let _ = write!(text, " {missing} of {rows} rows have no runs yet: “{NOT_MEASURED}”.");
    }
    text
}

fn build_shown(build: &str) -> String {
    if build.is_empty() { "build not noted".to_owned() } else { format!("`{build}`") }
}

/// One claim.
fn row(job: &Job, claim: &Claim, records: &Records) -> String {
    let values = |side, measure| records.find(job.name, side, measure).map(|series| series.values());
    let (ours, peer, of, asked, found) = match *claim {
        Claim::Times { ours, peer, measure, at_least } => {
            let found = values(ours, measure).zip(values(peer, measure)).map(|(ours, peer)| {
                let ratio = ratio(&peer, &ours);
                let shown = format!("{}× ({}–{})", times(ratio.mean), times(ratio.low), times(ratio.high));
                let few = ours.len().min(peer.len()) < job.rounds;
                (shown, at_least.map(|least| ratio.mean >= least), ours.len(), few)
            });
            let of = if measure == Measure::Wall { "wall" } else { "CPU" };
            (ours, peer, of, at_least.map(|least| format!("{}×", asked_times(least))), found)
        }
        Claim::Peak { side, below } => {
            let found = values(side, Measure::Peak).map(|values| {
                let peak = values.iter().copied().fold(0.0, f64::max);
                (format!("{} MiB", digits(peak)), below.map(|below| peak < below), values.len(), false)
            });
            (side, "", "peak memory", below.map(|below| format!("under {below} MiB")), found)
        }
    };
    let asked = asked.unwrap_or_else(|| "–".to_owned());
    let (shown, verdict, runs) = match found {
        None => (NOT_MEASURED.to_owned(), "", String::new()),
        Some((shown, reached, runs, few)) => {
            let verdict = match reached {
                None => "",
                Some(_) if few => "too few runs to tell",
                Some(true) => "reached",
                Some(false) => "**not reached**",
            };
            (shown, verdict, runs.to_string())
        }
    };
    format!("| {} | {ours} | {peer} | {of} | {asked} | {shown} | {verdict} | {runs} |\n", job.name)
}

/// The sides of a job.
fn section(job: &Job, records: &Records) -> String {
    let mut text = format!("\n### {}: {}\n\n", job.name, job.title);
    if !job.note.is_empty() {
        let _ = writeln!(text, "{}\n", wrapped(job.note));
    }
    let sides = (job.sides)();
    let measured: Vec<_> = sides
        .iter()
        .filter_map(|side| records.find(job.name, side.name, Measure::Wall).map(|wall| (side, wall)))
        .collect();
    let Some((_, first)) = measured.first() else {
        return text + "Not measured yet.\n";
    };
    let round: f64 = measured.iter().map(|(_, wall)| mean(&wall.values())).sum();
    let cost = format!("One round of what is timed takes {} s.", digits(round / 1000.0));
    let _ = writeln!(text, "{}\n", wrapped(&format!("Measured {} on {}. {cost}", first.measured, first.machine)));
    text.push_str("| side | version and build | runs | wall mean | median | least | CPU mean | median | least |\n|---|---|---|---|---|---|---|---|---|\n");
    for (side, wall) in &measured {
        let walls = wall.values();
        let is_ours = matches!(side.program, Program::Certwright | Program::CertwrightWith(_));
        let build = if is_ours { format!(", {}", build_shown(&wall.build)) } else { String::new() };
        let _ = write!(text, "| {} | {}{build} | {} |{}", side.name, wall.version, walls.len(), figures(&walls));
        let cpu = records.find(job.name, side.name, Measure::Cpu).map(|cpu| figures(&cpu.values()));
        let _ = writeln!(text, "{}", cpu.as_deref().unwrap_or(" | | |"));
    }
    for side in sides.iter().filter(|side| measured.iter().all(|(there, _)| there.name != side.name)) {
        let _ = writeln!(text, "| {} | {NOT_MEASURED} | | | | | | | |", side.name);
    }
    text.push_str("\nIn milliseconds.\n\n```sh\n");
    for (side, wall) in &measured {
        let _ = writeln!(text, "# {}\n{}", side.name, wall.command);
    }
    text + "```\n"
}

fn figures(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    format!(" {} | {} | {} |", digits(mean(values)), digits(median(values)), digits(least))
}

/// With three digits.
pub(crate) fn digits(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// How many times: with three digits also below one, where the last of them tells a limit such as 1/1.05 from 0.95.
fn times(value: f64) -> String {
    if value < 0.9995 { format!("{value:.3}") } else { digits(value) }
}

/// What is asked, without zeros at its end; 1/1.05 as 0.952.
fn asked_times(value: f64) -> String {
    format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A paragraph in lines of at most 120 characters, as the other pages have them.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut length = 0;
    for word in paragraph.split_whitespace() {
        let more = word.chars().count() + 1;
        if length > 0 && length + more > 121 {
            text.push('\n');
            length = 0;
        } else if length > 0 {
            text.push(' ');
        }
        text.push_str(word);
        length += more;
    }
    text
}

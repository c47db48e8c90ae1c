//! When certificates end: a column for each week or month to come, however many there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::operations::{CheckReport, CheckStatus};

use super::dates::{Day, month_name};
use super::escape::outside;
use super::{WORST_FIRST, class, grouped, word};
use crate::render::check::shown::called;

const DAY: i64 = 86_400;

/// Weeks or months that have a column of their own.
const COLUMNS: usize = 13;

/// The height of the tallest column, in pixels.
const HEIGHT: usize = 112;

/// Up to so many in each column, each certificate is a block of its own.
const BLOCKS: usize = 8;

/// One certificate, wherever it stands.
struct End<'a> {
    moment: Timestamp,
    status: CheckStatus,
    name: &'a str,
}

/// What a column stands for.
struct Column<'a> {
    /// The two lines under it, and whether the second begins something new.
    label: [String; 2],
    begins: bool,
    /// The same as a whole phrase.
    spoken: String,
    /// Whether it is no step of the scale.
    apart: bool,
    ends: Vec<&'a End<'a>>,
}

/// The section, if there is anything that ends.
pub(super) fn write(page: &mut String, report: &CheckReport) {
    let ends = ends(report);
    if ends.is_empty() {
        return;
    }
    let columns = columns(&ends, report.now);
    let most = |steps: bool| {
        let counted = columns.iter().filter(|column| !steps || !column.apart);
        counted.map(|column| column.ends.len()).max().unwrap_or_default()
    };
    let in_blocks = most(false) <= BLOCKS;
    // What lies before and after the scale must not flatten what stands on it.
    let full = if most(true) == 0 { most(false) } else { most(true) };
    let _ = write!(
        page,
        "<section aria-labelledby=\"when\">\n<h2 id=\"when\">When {} {}</h2>\n<ol class=\"columns\">\n",
        grouped(ends.len()),
        if ends.len() == 1 { "certificate ends" } else { "certificates end" }
    );
    for column in &columns {
        write_column(page, column, if in_blocks { None } else { Some(full) });
    }
    page.push_str("</ol>\n<ul class=\"key\">\n");
    for status in WORST_FIRST.into_iter().filter(|status| ends.iter().any(|end| end.status == *status)) {
        let _ = writeln!(
            page,
            "<li class=\"{}\"><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><rect width=\"10\" height=\"10\" rx=\"2\"/></svg>{}</li>",
            class(status),
            word(status)
        );
    }
    let note = if in_blocks { "One block is one certificate, " } else { "Each certificate is counted once, " };
    let clipped = if !in_blocks && most(false) > full { "; a column beside the scale is cut" } else { "" };
    let _ = write!(page, "<li>{note}in however many files it stands{clipped}</li>\n</ul>\n</section>\n");
}

/// Each certificate once, with the worst that is said of it.
fn ends(report: &CheckReport) -> Vec<End<'_>> {
    let mut found = BTreeMap::new();
    for item in &report.items {
        let Some(facts) = &item.certificate else { continue };
        let Some(validity) = facts.validity else { continue };
        let end = End { moment: validity.not_after, status: item.status, name: called(facts) };
        let kept: &mut End<'_> = found.entry(&facts.fingerprint).or_insert(end);
        kept.status = kept.status.max(item.status);
    }
    let mut ends: Vec<End<'_>> = found.into_values().collect();
    ends.sort_by_key(|end| (std::cmp::Reverse(end.status), end.moment));
    ends
}

fn columns<'a>(ends: &'a [End<'a>], now: Timestamp) -> Vec<Column<'a>> {
    let today = now.unix().div_euclid(DAY);
    let week = |end: &End<'_>| usize::try_from((end.moment.unix().div_euclid(DAY) - today) / 7).unwrap_or_default();
    let this_month = Day::of(now).months();
    let month = |end: &End<'_>| Day::of(end.moment).months().saturating_sub(this_month);
    let ahead = || ends.iter().filter(|end| end.moment >= now);
    // Weeks, where they show everything.
    let by_weeks = ahead().all(|end| week(end) < COLUMNS);
    let mut columns: Vec<Column<'_>> = if by_weeks {
        (0..COLUMNS).filter_map(|index| week_column(today, index)).collect()
    } else {
        (0..COLUMNS).map(|index| month_column(this_month, index)).collect()
    };
    let mut later = apart("later", if by_weeks { "Later" } else { "More than a year from now" });
    for end in ahead() {
        let index = if by_weeks { week(end) } else { month(end) };
        columns.get_mut(index).unwrap_or(&mut later).ends.push(end);
    }
    if !later.ends.is_empty() {
        columns.push(later);
    }
    let mut ended = apart("ended", "Ended already");
    ended.ends = ends.iter().filter(|end| end.moment < now).collect();
    if !ended.ends.is_empty() {
        columns.insert(0, ended);
    }
    columns
}

fn apart<'a>(label: &str, spoken: &str) -> Column<'a> {
    let label = [label.to_owned(), String::new()];
    Column { label, begins: false, spoken: spoken.to_owned(), apart: true, ends: Vec::new() }
}

fn month_column<'a>(this_month: usize, index: usize) -> Column<'a> {
    let months = this_month + index;
    let (name, year) = (month_name(months), months / 12);
    let begins = index == 0 || months.is_multiple_of(12);
    let label = [name[..3].to_owned(), if begins { year.to_string() } else { String::new() }];
    Column { label, begins, spoken: format!("{name} {year}"), apart: false, ends: Vec::new() }
}

/// The seven days that begin `index` weeks after today; none past the year 9999.
fn week_column<'a>(today: i64, index: usize) -> Option<Column<'a>> {
    let first = today + 7 * i64::try_from(index).ok()?;
    let day = Day::of(Timestamp::from_unix(first * DAY).ok()?);
    let begins = index == 0 || day.day <= 7;
    let label = [day.day.to_string(), if begins { day.month_name()[..3].to_owned() } else { String::new() }];
    let spoken = format!("In the week from {} {} {}", day.day, day.month_name(), day.year);
    Some(Column { label, begins, spoken, apart: false, ends: Vec::new() })
}

/// A column of blocks, or of bars where `full` is what the whole height stands for.
fn write_column(page: &mut String, column: &Column<'_>, full: Option<usize>) {
    let count = column.ends.len();
    let apart = if column.apart { " class=\"apart\"" } else { "" };
    let _ = write!(page, "<li{apart}><span class=\"unseen\">{}: {}", column.spoken, grouped(count));
    for (status, some) in by_status(column) {
        let _ = write!(page, ", {} {}", grouped(some), word(status));
    }
    let shown = if count == 0 { String::new() } else { brief(count) };
    let _ = write!(page, "</span><span class=\"count\" aria-hidden=\"true\">{shown}</span>");
    match full {
        None => blocks(page, column),
        Some(full) => bars(page, column, full.max(column.ends.len())),
    }
    let begins = if column.begins { " class=\"first\"" } else { "" };
    let [above, below] = &column.label;
    let _ = writeln!(
        page,
        "<span class=\"label\" aria-hidden=\"true\"><span>{above}</span><b{begins}>{below}</b></span></li>"
    );
}

fn by_status(column: &Column<'_>) -> Vec<(CheckStatus, usize)> {
    let count = |status| column.ends.iter().filter(|end| end.status == status).count();
    WORST_FIRST.map(|status| (status, count(status))).into_iter().filter(|(_, count)| *count > 0).collect()
}

/// A number for a narrow column, such as `1.2k`; people who listen hear it whole.
fn brief(count: usize) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..10_000 => format!("{}.{}k", count / 1_000, count % 1_000 / 100).replace(".0k", "k"),
        _ => format!("{}k", count / 1_000),
    }
}

/// One block for each certificate, the worst at the bottom.
fn blocks(page: &mut String, column: &Column<'_>) {
    let step = HEIGHT / BLOCKS;
    open(page, column.ends.len() * step);
    for (index, end) in column.ends.iter().rev().enumerate() {
        let title = format!("{}, {}", outside(end.name, 80), end.moment);
        block(page, end.status, index * step, step - 2, &title);
    }
    page.push_str("</svg>");
}

/// One bar for each status, the worst at the bottom; `full` fills the height.
fn bars(page: &mut String, column: &Column<'_>, full: usize) {
    // What is there can be seen, however little it is.
    let height = |count: usize| (count * HEIGHT / full).max(3);
    let parts = by_status(column);
    open(page, parts.iter().map(|(_, count)| height(*count)).sum());
    let mut top = 0;
    for (status, count) in parts.into_iter().rev() {
        block(page, status, top, height(count) - 1, &format!("{} {}", grouped(count), word(status)));
        top += height(count);
    }
    page.push_str("</svg>");
}

fn open(page: &mut String, height: usize) {
    let _ = write!(page, "<svg width=\"100%\" height=\"{height}\" aria-hidden=\"true\">");
}

fn block(page: &mut String, status: CheckStatus, top: usize, height: usize, title: &str) {
    let _ = write!(
        page,
        "<rect class=\"{}\" x=\"16%\" y=\"{top}\" width=\"68%\" height=\"{height}\" rx=\"2\"><title>{title}</title></rect>",
        class(status),
    );
}

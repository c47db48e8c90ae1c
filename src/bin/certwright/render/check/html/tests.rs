//! The page keeps its form, its policy and its contrast, whatever stands in the names.

use std::collections::HashMap;

use certwright::clock::Timestamp;
use certwright::operations::{CheckItem, CheckReport};
use certwright::untrusted::is_deceptive;

use super::*;
use crate::render::check::sample;

/// Elements that the page is made of, and those among them without an end tag.
const ELEMENTS: &[&str] = &[
    "html", "head", "title", "style", "script", "body", "header", "main", "footer", "section", "h1", "h2", "p",
    "strong", "small", "span", "b", "time", "dl", "div", "dt", "dd", "ol", "ul", "li", "svg", "rect", "select",
    "option", "output", "table", "caption", "thead", "tbody", "tr", "th", "td",
];
const VOID: &[&str] = &["meta", "input", "wbr"];

/// Attributes that the page uses: no `style`, none that begins with `on`, none that loads.
const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "id",
    "title",
    "datetime",
    "aria-labelledby",
    "aria-hidden",
    "aria-label",
    "hidden",
    "type",
    "placeholder",
    "value",
    "for",
    "scope",
    "width",
    "height",
    "x",
    "y",
    "rx",
];

/// The names of all elements in their order, after each tag was held to the rules above and met its end tag.
fn elements(page: &str) -> Vec<String> {
    let mut rest = page.strip_prefix("<!doctype html>\n").unwrap();
    let (mut open, mut all) = (Vec::new(), Vec::new());
    while let Some((text, tag)) = rest.split_once('<') {
        assert!(!text.contains('>'), "{text}");
        let (name, mut inside) = tag.split_at(tag.find([' ', '>']).unwrap());
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            rest = inside.strip_prefix('>').unwrap();
            continue;
        }
        while let Some(attribute) = inside.strip_prefix(' ') {
            let (key, after) = attribute.split_at(attribute.find(['=', '>', ' ']).unwrap());
            assert!(ATTRIBUTES.contains(&key), "{key} in {name}");
            inside = match after.strip_prefix("=\"") {
                Some(value) => value.split_once('"').unwrap().1,
                None => after,
            };
        }
        all.push(name.to_owned());
        if let Some(after) = inside.strip_prefix("/>") {
            assert_eq!(name, "rect");
            rest = after;
            continue;
        }
        rest = inside.strip_prefix('>').unwrap_or_else(|| panic!("<{name}{:.40}", inside));
        assert!(ELEMENTS.contains(&name) || VOID.contains(&name), "{name}");
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
        if ["style", "script"].contains(&name) {
            rest = &rest[rest.find("</").unwrap()..];
        }
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    text.split_once(begin).unwrap().1.split_once(end).unwrap().0
}

fn headline_of(items: Vec<CheckItem>) -> String {
    between(&html(&sample::report(items)), "<h1>", "</h1>").to_owned()
}

/// The labels and counts under the columns.
fn columns(report: &CheckReport) -> Vec<(String, String)> {
    let page = html(report);
    let list = between(&page, "<ol class=\"columns\">", "</ol>");
    list.split("<li")
        .skip(1)
        .map(|li| {
            let count = between(li, "<span class=\"count\" aria-hidden=\"true\">", "<").to_owned();
            (between(li, "<span class=\"label\" aria-hidden=\"true\"><span>", "<").to_owned(), count)
        })
        .collect()
}

#[test]
fn the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else() {
    let page = html(&sample::report(vec![sample::certificate("a", 3)]));
    let policy = between(&page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| STANDARD.encode(DigestAlgorithm::Sha256.digest(text.as_bytes()));
    let style = hash(between(&page, "<style>", "</style>"));
    let script = hash(between(&page, "<script>", "</script>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
        )
    );
    assert_eq!(page.matches("<style").count() + page.matches("<script").count(), 2);
    // The policy stands before everything that it governs.
    assert!(page.find("Content-Security-Policy") < page.find("<style"));
}

#[test]
fn style_and_script_are_octets_that_no_parser_changes() {
    for text in [STYLE, SCRIPT] {
        // A parser of HTML makes LF of CR LF before the hash is taken, and reads these as its own.
        for sign in ["\r", "\0", "</", "<!--", "http:", "https:", "@import", "url(", "eval", "innerHTML"] {
            assert!(!text.contains(sign), "{sign:?}");
        }
        assert!(text.is_ascii() || !text.contains('\u{feff}'));
    }
}

#[test]
fn hostile_names_add_no_element_and_hide_nothing() {
    let report = sample::hostile_report();
    let page = html(&report);
    assert!(!page.chars().any(|character| character != '\n' && is_deceptive(character)));
    let mut tame = sample::hostile_report();
    for item in &mut tame.items {
        item.file = "a".to_owned();
        item.entry = item.entry.as_ref().map(|_| "a".to_owned());
        item.algorithm = item.algorithm.as_ref().map(|_| "a".to_owned());
        for finding in &mut item.findings {
            finding.what = "a".to_owned();
        }
        if let Some(facts) = &mut item.certificate {
            facts.subject = "a".to_owned();
            facts.issuer = "a".to_owned();
            facts.common_name = Some("a".to_owned());
        }
    }
    // Where a path may be broken is all that a name can change.
    let without_breaks = |page: &str| -> Vec<String> { elements(page).into_iter().filter(|it| it != "wbr").collect() };
    assert_eq!(without_breaks(&page), without_breaks(&html(&tame)));
}

#[test]
fn the_page_is_small_for_thousands_and_its_timeline_keeps_its_width() {
    let many = (0..5_000).map(|index| sample::certificate(&format!("host-{index}.example.com"), index % 700 - 10));
    let report = sample::report(many.collect());
    let page = html(&report);
    assert!(page.len() < 5_000 * 1_024, "{}", page.len());
    let names = elements(&page);
    assert_eq!(names.iter().filter(|name| *name == "tr").count(), 5_001);
    let columns = columns(&report);
    assert_eq!(columns.len(), 15);
    assert_eq!(columns.first().unwrap(), &("ended".to_owned(), "80".to_owned()));
    assert_eq!(columns.last().unwrap().0, "later");
    let rects = between(&page, "<ol class=\"columns\">", "</ol>").matches("<rect").count();
    assert!(rects <= 15 * 4, "{rects}");
}

#[test]
fn ends_are_in_the_column_of_their_week_or_month() {
    let soon = [3, 8, 8, 80].map(|days| sample::certificate(&format!("{days}"), days));
    let mut other = sample::certificate("8", 8);
    other.file = "another place".to_owned();
    let report = sample::report(soon.into_iter().chain([other]).collect());
    let shown: Vec<_> = columns(&report).into_iter().filter(|(_, count)| !count.is_empty()).collect();
    // The same name is the same certificate here.
    assert_eq!(
        shown,
        [("21", "1"), ("28", "1"), ("6", "1")].map(|(label, count)| (label.to_owned(), count.to_owned()))
    );
    let far = [10, 11, 41, 400].map(|days| sample::certificate(&format!("{days}"), days));
    let shown: Vec<_> =
        columns(&sample::report(far.into())).into_iter().filter(|(_, count)| !count.is_empty()).collect();
    let wanted = [("Dec", "2"), ("Jan", "1"), ("later", "1")];
    assert_eq!(shown, wanted.map(|(label, count)| (label.to_owned(), count.to_owned())));
}

#[test]
fn what_lies_beyond_the_scale_does_not_flatten_it() {
    let many = (0..1_000).map(|index| sample::certificate(&index.to_string(), if index < 20 { 100 } else { 2_000 }));
    let page = html(&sample::report(many.collect()));
    let list = between(&page, "<ol class=\"columns\">", "</ol>");
    // The twenty and the 980 both fill the height, and the page says so.
    assert_eq!(list.matches("<svg width=\"100%\" height=\"112\"").count(), 2, "{list}");
    assert!(page.contains("a column beside the scale is cut"));
    assert!(!html(&sample::report(vec![sample::certificate("a", 3)])).contains("is cut"));
}

#[test]
fn an_end_at_the_edge_of_time_is_drawn() {
    for (now, end) in [
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("2026-11-21T07:00:00Z", "0000-01-01T00:00:00Z"),
    ] {
        let mut report = sample::report(vec![sample::certificate("a", 3)]);
        report.now = now.parse().unwrap();
        let validity = report.items[0].certificate.as_mut().unwrap().validity.as_mut().unwrap();
        (validity.not_before, validity.not_after) = (Timestamp::from_unix(0).unwrap(), end.parse().unwrap());
        assert!(elements(&html(&report)).contains(&"rect".to_owned()));
    }
}

#[test]
fn the_headline_says_the_worst() {
    let ok = || sample::certificate("a", 300);
    assert_eq!(headline_of(vec![]), "Nothing was found to check");
    assert_eq!(headline_of(vec![ok()]), "The one thing checked is in order");
    assert_eq!(headline_of(vec![ok(), ok()]), "All 2 are in order");
    assert_eq!(headline_of(vec![ok(), sample::certificate("b", 20)]), "1 of 2 needs attention soon");
    assert_eq!(headline_of(vec![ok(), sample::certificate("b", 20), sample::unread("c")]), "1 of 3 could not be read");
    let worst = vec![ok(), sample::certificate("b", 2), sample::certificate("c", -2), sample::unread("d")];
    assert_eq!(headline_of(worst), "2 of 4 need action now");
    assert_eq!(grouped(1_234_567), "1,234,567");
    assert_eq!(
        ["30d", "1d", "36h", "33%"].map(|text| spoken(text.parse().unwrap())),
        ["30 days", "1 day", "36 hours", "33 % of the whole validity"]
    );
}

#[test]
fn a_page_without_things_is_whole() {
    let page = html(&sample::report(vec![]));
    assert!(!elements(&page).iter().any(|name| ["table", "script", "ol"].contains(&name.as_str())));
}

#[test]
fn colours_can_be_told_from_what_is_behind_them() {
    // WCAG 2.2, 1.4.3: text 4.5 to 1; 1.4.11: what is drawn 3 to 1.
    let schemes: Vec<HashMap<&str, f64>> = [(0, "light"), (1, "dark")]
        .map(|(index, _)| STYLE.split(":root {").nth(index + 1).unwrap().split('}').next().unwrap())
        .map(|block| {
            block
                .split(';')
                .filter_map(|line| line.trim().split_once(": #"))
                .map(|(name, hex)| (name, luminance(hex)))
                .collect()
        })
        .into();
    for colours in schemes {
        let contrast = |one: &str, other: &str| {
            let (one, other) = (colours[one], colours[other]);
            (one.max(other) + 0.05) / (one.min(other) + 0.05)
        };
        let mut wanted = vec![];
        for behind in ["--page", "--card", "--critical-tint", "--unknown-tint", "--warning-tint", "--ok-tint"] {
            wanted.extend([
                ("--text".to_owned(), behind.to_owned(), 4.5),
                ("--muted".to_owned(), behind.to_owned(), 4.5),
            ]);
        }
        for status in ["critical", "unknown", "warning", "ok"] {
            let name = |end: &str| format!("--{status}{end}");
            wanted.extend([
                (name(""), name("-tint"), 4.5),
                (name(""), "--card".to_owned(), 4.5),
                (name("-fill"), "--card".to_owned(), 3.0),
            ]);
        }
        for (one, other, least) in wanted {
            assert!(contrast(&one, &other) >= least, "{one} on {other}: {:.2}", contrast(&one, &other));
        }
    }
}

/// Relative luminance, WCAG 2.2.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

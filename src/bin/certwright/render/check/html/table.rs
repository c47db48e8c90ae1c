//! Every thing that was judged, the worst first, with what to know of it.

use std::fmt::Write as _;

use certwright::formats::x509::Validity;
use certwright::operations::{CheckItem, CheckReport, CheckStatus, CheckedKind};

use crate::render::days_left;

use super::dates::time;
use super::escape::{outside, path};
use super::{WORST_FIRST, class, grouped, word};
use crate::render::check::shown::called;

/// Characters of a name, and of what is said of a thing.
const NAME: usize = 160;
const SAID: usize = 300;

/// Findings of one thing.
const MOST: usize = 20;

/// The section.
pub(super) fn write(page: &mut String, report: &CheckReport) {
    page.push_str(
        "<section aria-labelledby=\"all\">\n<h2 id=\"all\">Everything that was checked</h2>\n\
         <div class=\"bar\" id=\"bar\" hidden>\n\
         <input type=\"search\" id=\"words\" aria-label=\"Show only what contains\" placeholder=\"Name, file or finding\">\n\
         <select id=\"status\" aria-label=\"Show only this status\">\n<option value=\"\">Every status</option>\n",
    );
    for status in WORST_FIRST {
        let _ = writeln!(page, "<option value=\"{}\">{}</option>", class(status), word(status));
    }
    let count = grouped(report.items.len());
    let _ = write!(
        page,
        "</select>\n<output id=\"shown\" for=\"words status\"></output>\n</div>\n<table>\n\
         <caption>{count} {}, the worst first. A line under a date is the part of the validity that has passed.</caption>\n\
         <thead><tr><th scope=\"col\" class=\"c1\">Status</th><th scope=\"col\" class=\"c2\">What</th>\
         <th scope=\"col\">Where</th><th scope=\"col\" class=\"c4\">Ends</th><th scope=\"col\" class=\"c5\">Findings</th></tr></thead>\n<tbody>\n",
        if report.items.len() == 1 { "thing" } else { "things" }
    );
    for item in &report.items {
        row(page, item, report);
    }
    page.push_str("</tbody>\n</table>\n</section>\n");
}

fn row(page: &mut String, item: &CheckItem, report: &CheckReport) {
    let status = item.status;
    let _ = write!(
        page,
        "<tr class=\"{}\"><td><span class=\"chip\">{}</span></td><th scope=\"row\">",
        class(status),
        word(status)
    );
    what(page, item);
    let _ = write!(page, "</th><td class=\"where\">{}", path(&item.file, SAID));
    let position = (item.position > 1).then(|| format!("certificate {}", item.position));
    let entry = item.entry.as_ref().map(|entry| format!("entry {}", outside(entry, NAME)));
    small(page, [entry, position]);
    page.push_str("</td><td class=\"ends\">");
    if let Some(validity) = item.certificate.as_ref().and_then(|facts| facts.validity) {
        end(page, validity, status, report);
    }
    page.push_str("</td><td>");
    findings(page, item);
    page.push_str("</td></tr>\n");
}

fn what(page: &mut String, item: &CheckItem) {
    let kind = match item.kind {
        CheckedKind::Certificate => "Certificate",
        CheckedKind::ChainCertificate => "Certificate of an authority",
        CheckedKind::File => "File",
        CheckedKind::PrivateKey => "Private key",
        CheckedKind::PublicKey => "Public key",
        CheckedKind::Request => "Certificate signing request",
        _ => "Other",
    };
    let algorithm = item.algorithm.as_ref().map(|algorithm| outside(algorithm, NAME));
    let Some(facts) = &item.certificate else {
        let _ = write!(page, "<span class=\"name\">{kind}</span>");
        return small(page, [algorithm, None]);
    };
    let _ = write!(page, "<span class=\"name\">{}</span>", outside(called(facts), NAME));
    let issuer = if facts.issuer == facts.subject {
        "issued by itself".to_owned()
    } else {
        format!("issued by {}", outside(&facts.issuer, NAME))
    };
    small(page, [algorithm, Some(issuer)]);
}

/// What is less important, on a line below.
fn small(page: &mut String, parts: [Option<String>; 2]) {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        let _ = write!(page, "<small>{}</small>", parts.join(" · "));
    }
}

fn end(page: &mut String, validity: Validity, status: CheckStatus, report: &CheckReport) {
    let end = validity.not_after;
    let near =
        end < report.now || [report.warning, report.critical].iter().any(|it| it.is_reached(validity, report.now));
    let soon = if near && status != CheckStatus::Ok { " class=\"soon\"" } else { "" };
    let _ = write!(page, "{}<small{soon}>{}</small>", time(end), days_left(report.now, end));
    let _ = write!(
        page,
        "<svg width=\"100%\" height=\"4\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"4\" rx=\"2\"/>\
         <rect width=\"{}%\" height=\"4\" rx=\"2\"/></svg>",
        passed(validity, report.now.unix())
    );
}

/// How much of the validity has passed, in percent.
fn passed(validity: Validity, now: i64) -> i64 {
    let whole = validity.not_after.unix().saturating_sub(validity.not_before.unix()).max(1);
    let part = now.saturating_sub(validity.not_before.unix());
    (part.saturating_mul(100) / whole).clamp(0, 100)
}

fn findings(page: &mut String, item: &CheckItem) {
    let mut said: Vec<String> = item.findings.iter().take(MOST).map(|it| outside(&it.what, SAID)).collect();
    if item.findings.len() > MOST {
        said.push("and more".to_owned());
    }
    if item.integrity_unchecked {
        said.push("<small>read without its password: not proved to be unchanged</small>".to_owned());
    }
    match said.as_slice() {
        [] => {}
        [one] => page.push_str(one),
        several => {
            let _ = write!(page, "<ul><li>{}</li></ul>", several.join("</li><li>"));
        }
    }
}

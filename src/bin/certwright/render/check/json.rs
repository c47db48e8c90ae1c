//! What a check found, for programs: the members of `certwright/check/1`.

use certwright::clock::Timestamp;
use certwright::operations::{CheckItem, CheckOnly, CheckReport, CheckStatus};
use serde_json::{Value, json};

/// The report for programs.
pub(crate) fn json(report: &CheckReport) -> Value {
    json!({
        "time": report.now.to_string(),
        "status": report.status().word(),
        "warning": report.warning.to_string(),
        "critical": report.critical.to_string(),
        "only": report.only.map(CheckOnly::word),
        "counts": {
            "ok": report.count(CheckStatus::Ok),
            "warning": report.count(CheckStatus::Warning),
            "unknown": report.count(CheckStatus::Unknown),
            "critical": report.count(CheckStatus::Critical),
        },
        "files": report.files,
        "passed_over": report.passed_over,
        "items": items(&report.items, report.now),
    })
}

/// Things that were judged, in the order of the report.
pub(super) fn items(items: &[CheckItem], now: Timestamp) -> Vec<Value> {
    items.iter().map(|it| item(it, now)).collect()
}

fn item(item: &CheckItem, now: Timestamp) -> Value {
    let findings: Vec<Value> = item
        .findings
        .iter()
        .map(|it| json!({ "kind": it.kind, "status": it.status.word(), "text": it.what }))
        .collect();
    let certificate = item.certificate.as_ref().map(|it| {
        json!({
            "subject": it.subject,
            "common_name": it.common_name,
            "issuer": it.issuer,
            "serial": it.serial,
            "not_before": it.validity.map(|validity| validity.not_before.to_string()),
            "not_after": it.validity.map(|validity| validity.not_after.to_string()),
            "days_left": it.validity.map(|validity| validity.not_after.days_since(now)),
            "certificate_sha256": it.fingerprint.to_string(),
        })
    });
    json!({
        "file": item.file,
        "alias": item.entry,
        "position": item.position,
        "kind": item.kind.word(),
        "status": item.status.word(),
        "findings": findings,
        "certificate": certificate,
        "algorithm": item.algorithm,
        "spki_sha256": item.key.as_ref().map(ToString::to_string),
        "integrity": if item.integrity_unchecked { Value::from("unchecked") } else { Value::Null },
    })
}

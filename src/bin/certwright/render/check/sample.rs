//! Reports made by hand, and the texts that try to break out of a medium.

use certwright::clock::Timestamp;
use certwright::crypto::{DigestAlgorithm, Fingerprint};
use certwright::formats::x509::Validity;
use certwright::operations::{
    CertificateFacts, CheckFinding, CheckItem, CheckReport, CheckStatus, CheckedKind, Threshold,
};

const DAY: i64 = 86_400;

/// What each medium must neither obey nor lose its form over.
pub(super) fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\"><svg/onload=alert(1)>' onmouseover='alert(1)",
        "&lt;b&gt; &amp;quot; &#x3c;",
        "<!--",
        "]]>",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        " =1+1",
        "\u{a0}=1+1",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\0=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
        "'=1+1",
        "''",
        "'",
        "a;=1+1",
        "a;\"=1+1\";'b",
        "a; =1+1;' =2",
        "a\",=1+1,\"",
        "a,b\r\nc,d",
        "x\r\nATTENDEE:mailto:a@example.com",
        "x\nEND:VEVENT\nBEGIN:VEVENT",
        "x;RSVP=TRUE:y,z\\n\\",
        "\"} 1\nfake_metric 1",
        "\\\"} 1",
        "\\",
        "a\\nb",
        "\u{202e}gpj.exe",
        "a\u{200b}b\u{feff}c\u{2028}d\u{e0041}",
        "\0",
        "\u{1b}[2J\u{9b}31m\u{7f}",
        "",
        " ",
        "Zoë, 東京 🦀",
    ]
    .map(str::to_owned)
    .into();
    texts.extend(["x".repeat(10_000), "é".repeat(10_000), "\n".repeat(10_000), "\"\\".repeat(5_000)]);
    texts
}

/// The moment at which all reports here are made.
pub(super) fn now() -> Timestamp {
    "2026-11-21T07:00:00Z".parse().unwrap()
}

/// A report of `items` in the order of a real one.
pub(super) fn report(mut items: Vec<CheckItem>) -> CheckReport {
    items.sort_by_key(|item| std::cmp::Reverse(item.status));
    CheckReport {
        now: now(),
        warning: Threshold::Seconds(30 * DAY),
        critical: Threshold::Seconds(7 * DAY),
        only: None,
        files: items.len(),
        passed_over: 0,
        left_out: 0,
        may_be_empty: false,
        items,
    }
}

/// A certificate that has `days` left of a year.
pub(super) fn certificate(name: &str, days: i64) -> CheckItem {
    let (status, kind) = match days {
        i64::MIN..0 => (CheckStatus::Critical, Some("expired")),
        0..8 => (CheckStatus::Critical, Some("expires_soon")),
        8..31 => (CheckStatus::Warning, Some("expires_soon")),
        _ => (CheckStatus::Ok, None),
    };
    let end = now().plus_seconds(days * DAY + 3_600).unwrap();
    let what = format!("{days} days left of {name}");
    CheckItem {
        file: format!("{name}.crt"),
        entry: None,
        position: 1,
        kind: CheckedKind::Certificate,
        status,
        findings: kind.map(|kind| CheckFinding { kind, status, what }).into_iter().collect(),
        certificate: Some(CertificateFacts {
            subject: format!("CN={name}"),
            common_name: Some(name.to_owned()),
            issuer: format!("CN=Issuer of {name}"),
            serial: "01ab".to_owned(),
            validity: Some(Validity { not_before: end.plus_seconds(-365 * DAY).unwrap(), not_after: end }),
            fingerprint: fingerprint(name),
        }),
        key: Some(fingerprint(&format!("key of {name}"))),
        algorithm: Some("RSA 2048".to_owned()),
        integrity_unchecked: false,
    }
}

/// A file that could not be read.
pub(super) fn unread(file: &str) -> CheckItem {
    let what = format!("cannot open {file}: wrong password");
    CheckItem {
        file: file.to_owned(),
        entry: None,
        position: 1,
        kind: CheckedKind::File,
        status: CheckStatus::Unknown,
        findings: vec![CheckFinding { kind: "unreadable", status: CheckStatus::Unknown, what }],
        certificate: None,
        key: None,
        algorithm: None,
        integrity_unchecked: false,
    }
}

/// Every hostile text in every place that takes one.
pub(super) fn hostile_report() -> CheckReport {
    let mut items = Vec::new();
    for (index, text) in hostile().into_iter().enumerate() {
        let mut item = certificate(&text, [-3, 3, 20, 200][index % 4]);
        item.file.clone_from(&text);
        item.entry = Some(text.clone());
        item.findings.push(CheckFinding { kind: "weak_key", status: CheckStatus::Warning, what: text.clone() });
        item.algorithm = Some(text.clone());
        if let Some(facts) = &mut item.certificate {
            facts.subject.clone_from(&text);
            facts.issuer.clone_from(&text);
        }
        items.push(item);
        items.push(unread(&text));
    }
    report(items)
}

fn fingerprint(text: &str) -> Fingerprint {
    Fingerprint::of(DigestAlgorithm::Sha256, text.as_bytes())
}

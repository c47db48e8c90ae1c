//! What `inspect` found, as JSON: everything that the text shows, and all of it.

use certwright::clock::Timestamp;
use certwright::crypto::DigestAlgorithm;
use certwright::formats::keystore::Kind;
use certwright::formats::pkcs5::Description as Protection;
use certwright::formats::spki::Description;
use certwright::formats::x509::{ExtensionValue, StatedExtension, SubjectAltName};
use certwright::operations::{
    CertificateReport, EntryReport, FileFormat, FileReport, InspectFinding as Finding, InspectReport, Integrity,
    IssuerReport, JwkKey, JwkReport, Lock, PrivateKeyReport, RequestReport, StoreReport, Thing, TokenReport, time_of,
};
use serde_json::{Map, Value, json};

use super::certificate::{base64, base64url};
use super::severity_word;

/// The report for programs, under the schema `certwright/inspect/1`.
pub(crate) fn json(report: &InspectReport, now: Timestamp) -> Value {
    json!({
        "now": now.to_string(),
        "complete": report.is_complete(),
        "files": report.files.iter().map(|it| file(it, now)).collect::<Vec<_>>(),
    })
}

fn file(file: &FileReport, now: Timestamp) -> Value {
    json!({
        "file": file.name,
        "format": file.format.map(format),
        "repairs": file.repairs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "store": file.store.as_ref().map(store),
        "contents": file.things.iter().map(|it| thing(it, now)).collect::<Vec<_>>(),
        "exposed": file.exposure.map(|exposure| exposure.to_string()),
        "findings": findings(&file.findings),
    })
}

fn format(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Der => "der",
        FileFormat::Jceks => "jceks",
        FileFormat::Jks => "jks",
        FileFormat::Jwk => "jwk",
        FileFormat::Jwt => "jwt",
        FileFormat::Pem => "pem",
        FileFormat::Pkcs12 => "pkcs12",
        FileFormat::Pkcs7 => "pkcs7",
        _ => "other",
    }
}

fn thing(thing: &Thing, now: Timestamp) -> Value {
    let (kind, members) = match thing {
        Thing::Certificate(report) => ("certificate", certificate(report, now)),
        Thing::Entry(report) => ("entry", entry(report, now)),
        Thing::Jwk(report) => ("jwk", jwk(report, now)),
        Thing::Other { label, line, length } => ("other", json!({ "label": label, "line": line, "length": length })),
        Thing::PrivateKey(report) => ("private_key", private_key(report)),
        Thing::PublicKey(report, found) => ("public_key", json!({ "key": key(report), "findings": findings(found) })),
        Thing::Request(report) => ("request", request(report)),
        Thing::Token(report) => ("token", token(report)),
        Thing::Unreadable { label, line } => ("unreadable", json!({ "label": label, "line": line })),
        _ => ("other", json!({})),
    };
    let mut object = Map::new();
    object.insert("kind".to_owned(), Value::from(kind));
    if let Value::Object(members) = members {
        object.extend(members);
    }
    Value::Object(object)
}

fn certificate(report: &CertificateReport, now: Timestamp) -> Value {
    let certificate = &report.certificate;
    let sha1 = certificate.fingerprint(DigestAlgorithm::Sha1);
    let sha256 = certificate.fingerprint(DigestAlgorithm::Sha256);
    json!({
        "subject": certificate.subject().to_string(),
        "issuer": certificate.issuer().to_string(),
        "issued_by": issuer(&report.issuer),
        "not_before": report.validity.map(|it| it.not_before.to_string()),
        "not_after": report.validity.map(|it| it.not_after.to_string()),
        "days_left": report.validity.map(|it| it.not_after.days_since(now)),
        "key": report.key.as_ref().map(key),
        "signature_algorithm": certificate.signature_name(),
        "subject_alt_names": names(&report.names),
        "is_ca": report.is_ca,
        "version": certificate.version(),
        "serial_number": hex(certificate.serial_number()),
        "extensions": extensions(&report.extensions),
        "certificate_sha256": sha256.to_string(),
        "certificate_sha1": sha1.to_string(),
        "x5t": base64url(sha1.as_bytes()),
        "x5t_s256": base64url(sha256.as_bytes()),
        "findings": findings(&report.findings),
    })
}

fn issuer(issuer: &IssuerReport) -> Value {
    match issuer {
        IssuerReport::Itself => json!({ "kind": "itself" }),
        IssuerReport::ItselfUnchecked => json!({ "kind": "itself_unchecked" }),
        IssuerReport::NotItself => json!({ "kind": "broken" }),
        IssuerReport::Known { file, position, .. } => {
            json!({ "kind": "known", "file": file, "position": position })
        }
        _ => json!({ "kind": "missing" }),
    }
}

fn key(key: &Description) -> Value {
    json!({
        "algorithm": key.algorithm,
        "bits": key.bits,
        "curve": key.curve,
        "usable": key.key.is_some(),
        "spki_sha256": key.fingerprint.as_ref().map(ToString::to_string),
        "spki_sha256_base64": key.fingerprint.as_ref().map(|it| base64(it.as_bytes())),
    })
}

fn names(names: &[SubjectAltName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn extensions(extensions: &[StatedExtension]) -> Vec<Value> {
    let each = extensions.iter().map(|extension| {
        let (value, error) = match &extension.value {
            Ok(value) => (extension_value(value), None),
            Err(fault) => (Value::Null, Some(fault.to_string())),
        };
        json!({
            "oid": extension.oid,
            "name": extension.name,
            "critical": extension.critical,
            "value": value,
            "error": error,
        })
    });
    each.collect()
}

fn extension_value(value: &ExtensionValue) -> Value {
    match value {
        ExtensionValue::AccessDescriptions(list) => {
            let each = list.iter().map(|(method, place)| json!({ "method": method, "location": place.to_string() }));
            each.collect()
        }
        ExtensionValue::AuthorityKeyIdentifier { key, serial_number } => {
            json!({ "key": key.as_deref().map(hex), "serial_number": serial_number.as_deref().map(hex) })
        }
        ExtensionValue::BasicConstraints { ca, path_length } => json!({ "ca": ca, "path_length": path_length }),
        ExtensionValue::NameConstraints { permitted, excluded } => {
            json!({ "permitted": names(permitted), "excluded": names(excluded) })
        }
        ExtensionValue::Names(list) => json!(names(list)),
        ExtensionValue::Other(length) => json!({ "length": length }),
        ExtensionValue::SubjectKeyIdentifier(id) => json!(hex(id)),
        ExtensionValue::Words(words) => json!(words),
        _ => Value::Null,
    }
}

fn private_key(report: &PrivateKeyReport) -> Value {
    let each = report.certificates.iter();
    let certificates: Vec<Value> =
        each.map(|it| json!({ "file": it.file, "position": it.position, "subject": it.subject.to_string() })).collect();
    json!({
        "encoding": report.encoding,
        "state": lock(report.lock),
        "protection": report.protection.as_ref().map(protection),
        "key": report.key.as_ref().map(key),
        "certificates": certificates,
        "findings": findings(&report.findings),
    })
}

fn lock(lock: Lock) -> &'static str {
    match lock {
        Lock::Locked => "locked",
        Lock::Open => "open",
        Lock::Refused => "refused",
    }
}

fn protection(protection: &Protection) -> Value {
    let scrypt = protection.scrypt.map(|(n, r, p)| json!({ "n": n, "r": r, "p": p }));
    json!({
        "scheme": protection.scheme,
        "cipher": protection.cipher,
        "kdf": protection.kdf,
        "prf": protection.prf,
        "mac": protection.mac,
        "iterations": protection.iterations,
        "scrypt": scrypt,
        "salt_length": protection.salt_length,
        "unsupported": protection.unread,
        "weak": protection.weak,
    })
}

fn store(store: &StoreReport) -> Value {
    let safes: Vec<Value> = store
        .safes
        .iter()
        .map(|safe| json!({ "protection": safe.protection.as_ref().map(protection), "bags": safe.bags }))
        .collect();
    let integrity = match store.integrity {
        Integrity::Checked => "checked",
        Integrity::Missing => "missing",
        Integrity::Unchecked => "unchecked",
    };
    json!({
        "version": store.version,
        "integrity": integrity,
        "state": lock(store.lock),
        "mac": store.mac.as_ref().map(protection),
        "safes": safes,
    })
}

fn entry(entry: &EntryReport, now: Timestamp) -> Value {
    let kind = match entry.kind {
        Kind::PrivateKey => "private_key",
        Kind::TrustedCertificate => "trusted_certificate",
        _ => "other",
    };
    json!({
        "alias": entry.alias,
        "entry_kind": kind,
        "created": entry.created.map(|it| it.to_string()),
        "private_key": entry.key.as_ref().map(private_key),
        "chain": entry.chain.iter().map(|it| certificate(it, now)).collect::<Vec<_>>(),
        "findings": findings(&entry.findings),
    })
}

fn jwk(report: &JwkReport, now: Timestamp) -> Value {
    let (private, public, unsupported) = match &report.key {
        JwkKey::NotRead(what) => (Value::Null, Value::Null, Value::from(what.as_str())),
        JwkKey::Private(it) => (private_key(it), Value::Null, Value::Null),
        JwkKey::Public(it, found) => (Value::Null, json!({ "key": key(it), "findings": findings(found) }), Value::Null),
    };
    json!({
        "kid": report.kid,
        "thumbprint": report.thumbprint,
        "private_key": private,
        "public_key": public,
        "unsupported": unsupported,
        "chain": report.chain.iter().map(|it| certificate(it, now)).collect::<Vec<_>>(),
    })
}

fn request(report: &RequestReport) -> Value {
    let verified = report.signature.is_ok();
    json!({
        "subject": report.subject.to_string(),
        "key": report.key.as_ref().map(key),
        "signature_algorithm": report.signature_algorithm,
        "signature_verified": verified,
        "signature_error": report.signature.as_ref().err().map(ToString::to_string),
        "subject_alt_names": names(&report.names),
        "extensions": extensions(&report.extensions),
        "attributes": report.attributes,
        "findings": findings(&report.findings),
    })
}

/// A token, of which nothing was checked.
pub(crate) fn token(report: &TokenReport) -> Value {
    let time = |name: &str| report.claims.as_ref().and_then(|it| time_of(it.get(name)?)).map(|it| it.to_string());
    json!({
        "header": report.header,
        "claims": report.claims,
        "encrypted": report.is_encrypted,
        "signature_length": report.signature_length,
        "signature_checked": false,
        "issued_at": time("iat"),
        "not_before": time("nbf"),
        "expires_at": time("exp"),
        "findings": findings(&report.findings),
    })
}

fn findings(findings: &[Finding]) -> Vec<Value> {
    let each = findings.iter().map(
        |it| json!({ "kind": it.kind, "severity": severity_word(it.severity), "what": it.what, "means": it.means }),
    );
    each.collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

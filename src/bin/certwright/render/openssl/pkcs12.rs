//! What `openssl pkcs12` prints of a file: attributes and names before each block, and how things are protected.

use certwright::formats::pkcs5::Description;
use certwright::formats::pkcs12::{AttributeValue, StatedAttribute};
use certwright::formats::x509::Certificate;
use certwright::untrusted::Untrusted;

use super::name::{NameOptions, titled};
use super::objects::long_name;

/// The lines of `attributes` under a title such as `Bag Attributes`.
///
/// A name beyond ASCII is written in UTF-8, of which openssl keeps one octet a character.
pub(crate) fn attributes(title: &str, attributes: Option<&[StatedAttribute]>) -> String {
    let Some(attributes) = attributes else { return format!("{title}: <No Attributes>\n") };
    if attributes.is_empty() {
        return format!("{title}: <Empty Attributes>\n");
    }
    let mut text = format!("{title}\n");
    for attribute in attributes {
        text.push_str(&format!("    {}: ", long_name(&attribute.oid)));
        if attribute.values.is_empty() {
            text.push_str("<No Values>\n");
        }
        for value in &attribute.values {
            match value {
                AttributeValue::Octets(octets) => {
                    octets.iter().for_each(|octet| text.push_str(&format!("{octet:02X} ")));
                }
                AttributeValue::Text(value) => text.push_str(&Untrusted(value).to_string()),
                AttributeValue::Other(tag) => text.push_str(&format!("<Unsupported tag {tag}>")),
                _ => {}
            }
            text.push('\n');
        }
    }
    text
}

/// The names before a certificate's block.
pub(crate) fn names(certificate: &Certificate) -> String {
    let options = &NameOptions::ONELINE;
    titled("subject=", &certificate.subject(), options) + &titled("issuer=", &certificate.issuer(), options)
}

/// The lines that `-info` says of the MAC.
pub(crate) fn mac(mac: &Description) -> String {
    let hash = mac.prf.as_deref().unwrap_or_default();
    let length = match hash {
        "MD5" => 16,
        "SHA-1" => 20,
        "SHA-224" | "SHA-512/224" => 28,
        "SHA-384" => 48,
        "SHA-512" => 64,
        _ => 32,
    };
    format!(
        "MAC: {}, Iteration {}\nMAC length: {length}, salt length: {}\n",
        hash.to_ascii_lowercase().replacen('-', "", 1).replace('/', "-"),
        mac.iterations.unwrap_or(1),
        mac.salt_length.unwrap_or_default(),
    )
}

/// What `-info` says of an encryption, without the line's end.
pub(crate) fn encryption(description: &Description) -> String {
    let iterations = description.iterations.unwrap_or(1);
    let cipher = description.cipher.as_deref().unwrap_or("unknown");
    if description.scheme != "PBES2" {
        return format!("{}, Iteration {iterations}", old_scheme(description, cipher));
    }
    if let Some((n, r, p)) = description.scrypt {
        let salt = description.salt_length.unwrap_or_default();
        return format!(
            "PBES2, scrypt, {cipher}, Salt length: {salt}, Cost(N): {n}, Block size(r): {r}, Parallelism(p): {p}"
        );
    }
    let prf = description.prf.as_deref().unwrap_or("HMAC-SHA-1");
    let prf = prf.replacen("HMAC-", "hmacWith", 1).replacen("SHA-", "SHA", 1).replace('/', "-");
    format!("PBES2, PBKDF2, {cipher}, Iteration {iterations}, PRF {prf}")
}

/// openssl's name for a scheme of PKCS#12 or PKCS#5 version 1.
fn old_scheme(description: &Description, cipher: &str) -> String {
    let known = match (description.scheme.as_str(), cipher) {
        ("PKCS#12 PBE", "RC2-40-CBC") => "pbeWithSHA1And40BitRC2-CBC",
        ("PKCS#12 PBE", "RC2-128-CBC") => "pbeWithSHA1And128BitRC2-CBC",
        ("PKCS#12 PBE", "DES-EDE3-CBC") => "pbeWithSHA1And3-KeyTripleDES-CBC",
        ("PKCS#12 PBE", "DES-EDE-CBC" | "DES-EDE2-CBC") => "pbeWithSHA1And2-KeyTripleDES-CBC",
        ("PKCS#12 PBE", "RC4-40") => "pbeWithSHA1And40BitRC4",
        ("PKCS#12 PBE", "RC4-128" | "RC4") => "pbeWithSHA1And128BitRC4",
        (scheme, cipher) => return format!("{scheme} {cipher}"),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(oid: &str, value: Option<AttributeValue>) -> StatedAttribute {
        StatedAttribute { oid: oid.to_owned(), values: value.into_iter().collect() }
    }

    #[test]
    fn attributes_stand_on_a_line_each() {
        assert_eq!(attributes("Key Attributes", None), "Key Attributes: <No Attributes>\n");
        assert_eq!(attributes("Bag Attributes", Some(&[])), "Bag Attributes: <Empty Attributes>\n");
        let all = [
            attribute("1.2.840.113549.1.9.20", Some(AttributeValue::Text("srv".to_owned()))),
            attribute("1.2.840.113549.1.9.21", Some(AttributeValue::Octets(vec![0x1e, 0x0b]))),
            attribute("1.2.3", Some(AttributeValue::Other(6))),
            attribute("1.2.4", None),
        ];
        assert_eq!(
            attributes("Bag Attributes", Some(&all)),
            "Bag Attributes\n    friendlyName: srv\n    localKeyID: 1E 0B \n    1.2.3: <Unsupported tag 6>\n    1.2.4: <No Values>\n"
        );
    }

    #[test]
    fn a_name_cannot_write_lines_of_its_own() {
        let name = AttributeValue::Text("x\n-----BEGIN CERTIFICATE-----".to_owned());
        let text = attributes("Bag Attributes", Some(&[attribute("1.2.840.113549.1.9.20", Some(name))]));
        assert_eq!(text.lines().count(), 2, "{text}");
    }

    #[test]
    fn protections_have_openssls_words() {
        let some = |text: &str| Some(text.to_owned());
        let mut it = Description::default();
        it.scheme = "PBES2".to_owned();
        (it.cipher, it.kdf, it.prf) = (some("AES-256-CBC"), some("PBKDF2"), some("HMAC-SHA-256"));
        (it.iterations, it.salt_length) = (Some(2048), Some(8));
        assert_eq!(encryption(&it), "PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256");
        (it.scheme, it.cipher) = ("PKCS#12 PBE".to_owned(), some("RC2-40-CBC"));
        assert_eq!(encryption(&it), "pbeWithSHA1And40BitRC2-CBC, Iteration 2048");
        it.prf = some("SHA-512");
        assert_eq!(mac(&it), "MAC: sha512, Iteration 2048\nMAC length: 64, salt length: 8\n");
    }
}

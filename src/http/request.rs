//! The one request: a form, posted, RFC 9112 section 3.

use std::fmt::Write;

use zeroize::Zeroizing;

use super::{Address, Field, USER_AGENT};

/// The whole request, with `fields` as `application/x-www-form-urlencoded`. It holds the credential, and is wiped.
pub(super) fn post(address: &Address, fields: &[Field<'_>]) -> Zeroizing<String> {
    // Three characters an octet, and room for the header: the buffer never grows, so it leaves no copy behind.
    let longest: usize = fields.iter().map(|field| 3 * (field.name.len() + field.value.len()) + 2).sum();
    let mut form = Zeroizing::new(String::with_capacity(longest));
    for field in fields {
        if !form.is_empty() {
            form.push('&');
        }
        encode(field.name, &mut form);
        form.push('=');
        encode(field.value, &mut form);
    }
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {USER_AGENT}\r\nAccept: application/json\r\n\
         Accept-Encoding: identity\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        address.path(),
        address.authority(),
        form.len()
    );
    let mut request = Zeroizing::new(String::with_capacity(head.len() + form.len()));
    request.push_str(&head);
    request.push_str(&form);
    request
}

/// The encoding of the URL Standard, section 5.2: a space is `+`, and what is not in its small set is percent-encoded.
fn encode(text: &str, form: &mut String) {
    for octet in text.bytes() {
        match octet {
            b' ' => form.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => form.push(char::from(octet)),
            _ => drop(write!(form, "%{octet:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded_as_the_url_standard_says() {
        let address = "https://[fd00::1]:8443/a".parse().unwrap();
        let fields = [Field { name: "grant_type", value: "urn:x y" }, Field { name: "a", value: "é&=+%*-._~" }];
        let request = post(&address, &fields);
        let (head, form) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(form, "grant_type=urn%3Ax+y&a=%C3%A9%26%3D%2B%25*-._%7E");
        assert!(head.starts_with("POST /a HTTP/1.1\r\nHost: [fd00::1]:8443\r\n"), "{head}");
        assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", form.len())), "{head}");
    }

    #[test]
    fn the_host_has_no_port_that_goes_without_saying() {
        for (address, line, host) in [
            ("https://a.example", "POST / HTTP/1.1", "a.example"),
            ("https://a.example:443/x", "POST /x HTTP/1.1", "a.example"),
            ("https://a.example:80/x/", "POST /x/ HTTP/1.1", "a.example:80"),
            ("http://127.0.0.1:80/", "POST / HTTP/1.1", "127.0.0.1"),
        ] {
            let request = post(&address.parse().unwrap(), &[]);
            assert!(request.starts_with(&format!("{line}\r\nHost: {host}\r\n")), "{}", *request);
        }
    }
}

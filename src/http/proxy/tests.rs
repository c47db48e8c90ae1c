//! Tests of the proxy's URL and of the variables that name it.

use super::*;

#[test]
fn a_url_is_taken_apart_and_its_password_decoded_once() {
    for (url, shown, user, password) in [
        ("http://proxy.example:3128", "http://proxy.example:3128", None, None),
        ("http://proxy.example:3128/", "http://proxy.example:3128", None, None),
        ("proxy.example:3128", "http://proxy.example:3128", None, None),
        ("proxy.example", "http://proxy.example:80", None, None),
        ("HTTPS://proxy.example", "https://proxy.example:443", None, None),
        ("http://[::1]:3128", "http://[::1]:3128", None, None),
        ("http://u:p@proxy.example", "http://proxy.example:80", Some("u"), Some("p")),
        ("u:p@proxy.example", "http://proxy.example:80", Some("u"), Some("p")),
        ("http://u@proxy.example", "http://proxy.example:80", Some("u"), None),
        ("http://u:a%40b%3A%2520+@proxy.example", "http://proxy.example:80", Some("u"), Some("a@b:%20+")),
        ("http://u:a@b:c@proxy.example", "http://proxy.example:80", Some("u"), Some("a@b:c")),
        ("http://u:100%@proxy.example", "http://proxy.example:80", Some("u"), Some("100%")),
        ("http://u:%C3%A9@proxy.example", "http://proxy.example:80", Some("u"), Some("é")),
    ] {
        let proxy: Proxy = url.parse().unwrap();
        assert_eq!(proxy.to_string(), shown, "{url}");
        assert_eq!((proxy.inner().username(), proxy.inner().password()), (user, password), "{url}");
        assert_eq!(proxy.has_credentials(), user.is_some(), "{url}");
    }
}

#[test]
fn what_is_no_proxy_is_refused_by_its_reason() {
    let socks = |name: &str| ProxyUrlFault::OtherScheme(name.to_owned());
    for (url, fault) in [
        ("", ProxyUrlFault::NoUrl),
        ("http://", ProxyUrlFault::NoUrl),
        ("http://u:p@", ProxyUrlFault::NoUrl),
        ("http://proxy.example:", ProxyUrlFault::NoUrl),
        ("http://proxy.example:99999", ProxyUrlFault::NoUrl),
        ("http://proxy.example:3128/path", ProxyUrlFault::NoUrl),
        ("http://a b", ProxyUrlFault::NoUrl),
        ("us:er-p@ss://w", ProxyUrlFault::NoUrl),
        ("socks5h://proxy.example", socks("socks5h")),
        ("SOCKS4://u:p@proxy.example", socks("socks4")),
        ("http://u:%ff@proxy.example", ProxyUrlFault::UserInformation),
        ("http://u:a b@proxy.example", ProxyUrlFault::UserInformation),
    ] {
        assert_eq!(url.parse::<Proxy>().unwrap_err(), fault, "{url}");
    }
}

#[test]
fn a_password_is_never_shown() {
    let proxy: Proxy = "http://user:canary@proxy.example".parse().unwrap();
    let client = crate::http::Client { proxy: Some(proxy.clone()), ..Default::default() };
    let shown = format!("{proxy} {proxy:?} {client:?}");
    assert!(!shown.contains("canary"), "{shown}");
    for broken in [
        "http://user:canary@",
        "canary://user:canary@a b",
        "http://u:canary%ff@p",
        "http://u:canary x@p",
        "http://canary@p q",
    ] {
        let lookup = |name: &str| (name == "HTTPS_PROXY").then(|| broken.to_owned());
        let fault = Proxy::from_variables(&lookup, &"https://a.example".parse().unwrap()).unwrap_err();
        let told = format!("{fault} {:?}", fault);
        let is_scheme = broken.starts_with("canary:");
        assert!(is_scheme || !told.contains("canary"), "{told}");
    }
}

#[test]
fn the_first_variable_that_is_set_counts() {
    let chosen = |variables: &[(&str, &str)], address: &str| {
        let lookup =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Proxy::from_variables(&lookup, &address.parse().unwrap())
            .map(|proxy| proxy.map(|proxy| proxy.host().to_owned()))
    };
    let far = "https://login.example";
    let all = [("ALL_PROXY", "d"), ("all_proxy", "c"), ("HTTPS_PROXY", "b"), ("https_proxy", "a")];
    for (count, first) in [(4, "a"), (3, "b"), (2, "c"), (1, "d")] {
        assert_eq!(chosen(&all[..count], far).unwrap().as_deref(), Some(first));
    }
    assert_eq!(chosen(&[], far).unwrap(), None);
    assert_eq!(chosen(&[("HTTPS_PROXY", " "), ("ALL_PROXY", " d ")], far).unwrap().as_deref(), Some("d"));
    // A header `Proxy:` becomes HTTP_PROXY in a CGI program (CVE-2016-5385), and neither spelling is for https.
    assert_eq!(chosen(&[("HTTP_PROXY", "a"), ("http_proxy", "a")], far).unwrap(), None);
    assert_eq!(chosen(&[("HTTPS_PROXY", "b"), ("NO_PROXY", "login.example")], far).unwrap(), None);
    assert_eq!(chosen(&[("HTTPS_PROXY", "b"), ("no_proxy", ""), ("NO_PROXY", "*")], far).unwrap(), None);
    for near in ["https://localhost:1", "https://127.9.9.9", "https://[::1]", "http://localhost"] {
        assert_eq!(chosen(&[("HTTPS_PROXY", "socks5://b")], near).unwrap(), None, "{near}");
    }
    let fault = chosen(&[("https_proxy", "socks5://b"), ("ALL_PROXY", "c")], far).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`https_proxy` cannot be used: a proxy of the kind `socks5` is not supported, only http:// and https:// are"
    );
}

#[test]
fn each_kind_of_exception_stands_for_its_hosts_only() {
    let name = "https://login.example.com:8443";
    let v4 = "https://10.1.2.3";
    for (list, address, is_held) in [
        ("*", name, true),
        ("*", v4, true),
        ("", name, false),
        (",, ,", name, false),
        (".", name, false),
        ("*.", name, false),
        ("login.example.com", name, true),
        ("LOGIN.Example.COM", name, true),
        ("example.com", name, true),
        (".example.com", name, true),
        ("*.example.com", name, true),
        ("example.com.", name, true),
        ("xample.com", name, false),
        ("example.co", name, false),
        ("login", name, false),
        ("www.login.example.com", name, false),
        ("a.example, example.com", name, true),
        ("a.example example.com", name, true),
        ("10.1.2.3", v4, true),
        ("10.1.2.4", v4, false),
        ("10.1.*", v4, true),
        ("10.2.*", v4, false),
        ("é", name, false),
    ] {
        assert_eq!(is_exempt(list, &address.parse().unwrap()), is_held, "{list:?} for {address}");
    }
}

#[test]
fn no_part_of_a_password_is_taken_for_the_host() {
    for mark in ['#', '?', '/', '\\'] {
        for password in [format!("12{mark}canary"), format!("{mark}canary"), format!("ca{mark}nary")] {
            let fault = format!("http://user:{password}@proxy.example:3128").parse::<Proxy>().unwrap_err();
            assert_eq!(fault, ProxyUrlFault::UserInformation, "{password}");
        }
    }
}

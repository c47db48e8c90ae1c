//! What config(5) says of each kind of line.

use super::*;

fn parse(text: &str) -> Result<Config, Failure> {
    Config::parse("my.cnf", text, &|name| (name == "WHO").then(|| "me & #1".to_owned()))
}

#[test]
fn sections_comments_and_continued_lines_are_read() {
    let config = parse("\u{feff}top = 1 # for all\r\n[ req ]  # a section\r\nprompt=no\r\n").unwrap();
    assert_eq!(config.value("req", "prompt"), Some("no"));
    assert_eq!(config.value("req", "top"), Some("1"), "what stands before all sections holds in each");
    assert_eq!(config.value("req", "nothing"), None);
    let config = parse("[a]\nlong = one, \\\n  two, \\\n  three\nnext = \\\\\n\nlast = x\\").unwrap();
    assert_eq!(config.value("a", "long"), Some("one,   two,   three"));
    assert_eq!((config.value("a", "next"), config.value("a", "last")), (Some("\\"), Some("x")));
    assert_eq!(config.entry("a", "next").map(|entry| entry.line), Some(5));
}

#[test]
fn the_last_of_two_counts_and_sections_may_come_twice() {
    let config = parse("[a]\nx = 1\ny = 2\n[b]\nx = 5\n[a]\nx = 3\nb::x = 6\n").unwrap();
    assert_eq!((config.value("a", "x"), config.value("b", "x")), (Some("3"), Some("6")));
    let names: Vec<&str> = config.section("a").unwrap().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["y", "x"]);
}

#[test]
fn quotes_and_escapes_keep_what_would_be_special() {
    let config = parse("a = \"x # y\" ' $z ' # gone\nb = one\\#two\\\"three\nc = tab\\there\\\\ \nd = \"it's\" `a\"b`\ne = \"say \\\"x\\\"\"\n").unwrap();
    for (name, value) in
        [("a", "x # y  $z "), ("b", "one#two\"three"), ("c", "tab\there\\"), ("d", "it's a\"b"), ("e", "say \"x\"")]
    {
        assert_eq!(config.value("", name), Some(value), "{name}");
    }
}

#[test]
fn variables_stand_for_what_was_said_above() {
    let config = parse(
        "base = /x\n[a]\nhost = example.com\nall = $base/${host}:$(host)\n[b]\nhost2 = $a::host-${ENV::WHO}\nfall = $ENV::base\n",
    )
    .unwrap();
    assert_eq!(config.value("a", "all"), Some("/x/example.com:example.com"));
    assert_eq!(config.value("b", "host2"), Some("example.com-me & #1"));
    assert_eq!(config.value("b", "fall"), Some("/x"), "openssl looks before all sections last");
    for (text, fault) in [
        ("[a]\nx = $later\nlater = 1", "`my.cnf`, line 2: the variable `later` has no value"),
        ("x = $ENV::NONE", "`my.cnf`, line 1: the variable `ENV::NONE` has no value"),
        ("y = 1\nx = ${y", "`my.cnf`, line 2: the `}` after the variable `y` is missing"),
    ] {
        assert_eq!(parse(text).unwrap_err().message, fault);
    }
}

#[test]
fn values_cannot_double_without_end() {
    let mut text = "a0 = 0123456789abcdef\n".to_owned();
    for number in 1..40 {
        let before = number - 1;
        text.push_str(&format!("a{number} = $a{before}$a{before}\n"));
    }
    assert!(parse(&text).unwrap_err().message.ends_with("more than 65536 octets"));
}

#[test]
fn what_is_no_line_of_a_configuration_is_named_by_its_number() {
    for (text, fault) in [
        ("\n[req\nx = 1", "`my.cnf`, line 2: the `]` of a section's name is missing"),
        ("[req]\nprompt no", "`my.cnf`, line 2: the `=` between a name and its value is missing"),
        ("a b = 1", "`my.cnf`, line 1: ` ` cannot stand in a name"),
        (".include other.cnf", "`my.cnf`, line 1: `.include` is not followed: put the lines of that file here"),
        (".include = other.cnf", "`my.cnf`, line 1: `.include` is not followed: put the lines of that file here"),
        (".pragma = dollarid:on", "`my.cnf`, line 1: `.pragma` is not offered here"),
    ] {
        assert_eq!(parse(text).unwrap_err().message, fault, "{text}");
    }
    assert!(parse(".pragma dollarid:off\n[x]\n").unwrap().section("x").unwrap().is_empty());
}

#[test]
fn openssls_own_defaults_are_there() {
    let config = Config::built_in().unwrap();
    let entry = config.entry("req", "distinguished_name").unwrap();
    assert_eq!(config.section_of(entry).unwrap().len(), 14);
    assert!(config.is_built_in());
    assert_eq!(config.value("req", "default_keyfile"), Some("privkey.pem"));
    let missing = Entry { name: "x509_extensions".to_owned(), value: "none".to_owned(), line: 7 };
    assert_eq!(
        config.section_of(&missing).unwrap_err().message,
        "`openssl's own openssl.cnf`, line 7: `x509_extensions` names the section `none`, which is not there"
    );
}

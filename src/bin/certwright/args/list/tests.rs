//! Lists that are good, and each fault with its line.

use super::*;

fn faults(list: &List) -> Vec<(usize, &str)> {
    list.faults.iter().collect()
}

fn fleet(text: &str) -> List {
    List::read(text.as_bytes(), ListForm::Toml, ListFor::Rotate)
}

fn table(text: &str) -> List {
    List::read(text.as_bytes(), ListForm::Csv, ListFor::Create)
}

#[test]
fn defaults_hold_where_a_set_says_nothing() {
    let list = fleet(
        "[defaults]\norg = \"Example\"\ndays = 90\nsan = \"dns:a.example\"\nactivate = true\n\
         [[set]]\nname = \"one\"\ncn = \"one\"\n[[set]]\nname = \"two\"\nsubject = \"CN=two\"\ndays = 30\n",
    );
    assert_eq!(faults(&list), []);
    let [one, two] = list.sets.as_slice() else { panic!("{list:?}") };
    assert_eq!((one.line, one.text("org"), one.number("days")), (6, Some("Example"), Some(90)));
    assert_eq!((one.texts("san"), one.switch("activate")), (["dns:a.example".to_owned()].as_slice(), Some(true)));
    // A whole subject replaces the parts that the defaults give.
    assert_eq!((two.text("org"), two.text("subject"), two.number("days")), (None, Some("CN=two"), Some(30)));
    assert_eq!((two.line_of("days"), two.line_of("org"), two.line_of("activate")), (12, 9, 5));
}

#[test]
fn every_fault_of_a_list_is_told_with_its_line() {
    let list = fleet(
        "[defaults]\nname = \"x\"\n[[set]]\nname = 7\ndayz = 1\nencrypt-key = true\n\
         [[set]]\ndays = -1\nsan = [1]\n[other]\n",
    );
    let found = faults(&list);
    let expected = [
        (2, "each set's own"),
        (4, "`name` takes a text, not such a number"),
        (5, "`dayz` is no member; there are activate, alias"),
        (6, "there is `encrypt_key`"),
        (8, "`days` takes a number from 0"),
        (9, "`san` takes a text or a list of texts, not such a list"),
        (10, "`other` is no part of a list"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((line, what), (wanted, part)) in found.iter().zip(expected) {
        assert!(*line == wanted && what.contains(part), "{line}: {what}");
    }
}

#[test]
fn what_is_no_toml_is_told_without_its_values() {
    for (text, line) in
        [("[[set]]\npassout = hunter2\n", 2), ("[[set]]\nname = \"a\"\nname = \"b\"\n", 3), ("x = \"", 1)]
    {
        let list = fleet(text);
        let found = faults(&list);
        assert!(found.iter().any(|(at, what)| *at == line && what.starts_with("it is no TOML")), "{found:?}");
        assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    }
    assert_eq!(faults(&fleet("")), [(1, "it names no set")]);
}

#[test]
fn each_spreadsheets_csv_is_read_alike() {
    let plain = table("name,cn,san,days,encrypt_key\na,\"Zoë, Inc.\",dns:a;dns:b,30,TRUE\n\nb,b,,,\n");
    assert_eq!(faults(&plain), []);
    let [a, b] = plain.sets.as_slice() else { panic!("{plain:?}") };
    assert_eq!((a.text("cn"), a.number("days"), a.switch("encrypt_key")), (Some("Zoë, Inc."), Some(30), Some(true)));
    assert_eq!((a.texts("san"), a.line, b.line), (["dns:a", "dns:b"].map(str::to_owned).as_slice(), 2, 4));
    assert_eq!((b.number("days"), b.has("san")), (None, false));
    for text in [
        "\u{feff}name;cn;san;days;encrypt_key\r\na;Zoë, Inc.;\"dns:a;dns:b\";30;true\r\n\r\nb;b;;;\r\n;;;;\r\n",
        "name\tcn\tsan\tdays\tencrypt_key\r\na\tZoë, Inc.\tdns:a;dns:b\t30\ttrue\r\n\r\nb\tb\t\t\t",
    ] {
        assert_eq!(table(text).sets, plain.sets, "{text}");
    }
    let named = table("sep=;\r\nname;cn\r\na;b\r\n");
    assert_eq!((named.sets[0].text("cn"), named.sets[0].line), (Some("b"), 3));
}

#[test]
fn every_fault_of_a_table_is_told_with_its_line() {
    let list = table("name,cn,cn,colour,hook\na,b,c,d,e\n");
    let found = faults(&list);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|(line, _)| *line == 1), "{found:?}");
    let list = table("name,cn,days\na,b\nc,d,1.5\ne,\"f\n,\"\n");
    let found = faults(&list);
    assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4], "{found:?}");
    for octets in [b"\xff\xfen\0a\0".as_slice(), b"name,cn\na,M\xfcller\n"] {
        let list = List::read(octets, ListForm::Csv, ListFor::Create);
        assert!(faults(&list)[0].1.contains("UTF-8"), "{list:?}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "", "name,cn", "a,b", "", "", "c,\"d", "e\"", ",", "f,g"].join(end);
        let lines: Vec<usize> = table(&text).sets.iter().map(|set| set.line).collect();
        assert_eq!(lines, [4, 7, 10], "{text:?}");
        let named = table(&format!("sep=,\r\n{text}"));
        assert_eq!(named.sets.last().map(|set| set.line), Some(11), "{text:?}");
    }
}

#[test]
fn a_name_is_one_files_name_everywhere() {
    for good in ["a", "app-1", "jwt.example.com", "com10", "1", "contact", "Com0"] {
        assert_eq!(check_name(good), Ok(()), "{good}");
    }
    let long = "x".repeat(101);
    for bad in [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "a:b",
        "-rf",
        ".hidden",
        "a.",
        "a ",
        " a",
        "CON",
        "nul.txt",
        "com1",
        "Lpt9.x",
        "a\0b",
        "a\nb",
        "=1+2",
        "ü",
        "a\u{202e}b",
        "*",
        &long,
    ] {
        assert!(check_name(bad).is_err(), "{bad:?}");
    }
}

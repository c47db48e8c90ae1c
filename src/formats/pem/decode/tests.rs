//! Tests of the PEM reader against the shapes that real systems produce.

use base64::Engine;

use super::*;

const GOOD: &str = "-----BEGIN TEST-----\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8w\nMTIz\n-----END TEST-----\n";

fn read(octets: &[u8]) -> Result<Document, Error> {
    decode(octets, &Limits::default())
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn every_shape_of_the_same_block_is_read_and_named() {
    let base64 = base64::engine::general_purpose::STANDARD.encode(GOOD);
    let shapes: Vec<(&str, Vec<u8>, Vec<Repair>)> = vec![
        ("canonical", GOOD.into(), vec![]),
        ("CRLF", GOOD.replace('\n', "\r\n").into(), vec![]),
        ("CR", GOOD.replace('\n', "\r").into(), vec![]),
        ("UTF-8 byte-order mark", format!("\u{feff}{GOOD}").into(), vec![]),
        ("text around", format!("Bag Attributes: x\n{GOOD}\nnotes \u{e9}\n").into(), vec![]),
        ("UTF-16 LE", utf16(&format!("\u{feff}{GOOD}"), true), vec![Repair::Utf16]),
        ("UTF-16 BE", utf16(&format!("\u{feff}{GOOD}"), false), vec![Repair::Utf16]),
        ("UTF-16 without mark", utf16(GOOD, true), vec![Repair::Utf16]),
        ("indented", GOOD.replace('\n', "\n    ").into(), vec![Repair::Indented]),
        ("one line", GOOD.trim().replace('\n', " ").into(), vec![Repair::OneLine]),
        ("no white space", GOOD.trim().replace('\n', "").into(), vec![Repair::OneLine]),
        ("literal \\n", GOOD.trim().replace('\n', "\\n").into(), vec![Repair::EscapedLineEnds]),
        ("literal \\r\\n", GOOD.trim().replace('\n', "\\r\\n").into(), vec![Repair::EscapedLineEnds]),
        ("base64 of PEM", base64.into(), vec![Repair::Base64OfPem]),
    ];
    for (shape, octets, repairs) in shapes {
        assert!(looks_like_pem(&octets), "{shape}");
        let document = read(&octets).unwrap_or_else(|fault| panic!("{shape}: {fault}"));
        assert_eq!(document.blocks.len(), 1, "{shape}");
        assert_eq!(document.blocks[0].contents.expose(), (1..=51).collect::<Vec<u8>>(), "{shape}");
        assert_eq!(document.repairs, repairs, "{shape}");
    }
}

#[test]
fn headers_are_kept_apart_from_the_base64() {
    let text = GOOD.replace("AQID", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID");
    let block = &read(text.as_bytes()).unwrap().blocks[0];
    assert_eq!(block.headers[0], ("Proc-Type".to_owned(), "4,ENCRYPTED".to_owned()));
    assert_eq!(block.headers[1].0, "DEK-Info");
    assert_eq!(block.contents.expose().len(), 51);
}

#[test]
fn faults_name_the_line() {
    let cases = [
        (GOOD.replace("-----END TEST-----\n", ""), "PEM, line 1: the block `TEST` has no line `-----END TEST-----`"),
        (format!("\n\n{}", &GOOD[..40]), "PEM, line 3: the block `TEST` has no line"),
        (GOOD.replace("MTIz", "MT!z"), "PEM, line 3: the block `TEST` is not base64"),
        (GOOD.replace("END TEST", "END REST"), "PEM, line 1: the block `TEST` has no line"),
        ("-----BEGIN TEST-----\n-----END TEST-----\n".to_owned(), "PEM, line 1: the block `TEST` is empty"),
        ("hello".to_owned(), "PEM: there is no line `-----BEGIN"),
        ("-----BEGIN TEST\nAQID\n".to_owned(), "PEM, line 1: the BEGIN line is not complete"),
    ];
    for (text, message) in cases {
        let fault = read(text.as_bytes()).unwrap_err().to_string();
        assert!(fault.starts_with(message), "{fault}");
    }
}

#[test]
fn blocks_are_counted_against_the_limit() {
    let limits = Limits { entries: 1, ..Limits::default() };
    assert!(decode(GOOD.as_bytes(), &limits).is_ok());
    let fault = decode(GOOD.repeat(2).as_bytes(), &limits).unwrap_err();
    assert_eq!(fault.to_string(), "PEM, line 5: it asks for 2 blocks, and the limit is 1");
}

#[test]
fn no_truncation_or_flip_panics() {
    for end in 0..GOOD.len() {
        let _ = read(&GOOD.as_bytes()[..end]);
    }
    for index in 0..GOOD.len() {
        let mut flipped = GOOD.as_bytes().to_vec();
        flipped[index] ^= 0x55;
        let _ = read(&flipped);
    }
}

#[test]
fn each_block_knows_its_line_whatever_the_line_ends() {
    let notes = "a note\n".repeat(3);
    let canonical = format!("{notes}{GOOD}{notes}{GOOD}{GOOD}");
    for text in [canonical.clone(), canonical.replace('\n', "\r\n"), canonical.replace('\n', "\r")] {
        let lines: Vec<usize> = read(text.as_bytes()).unwrap().blocks.iter().map(|block| block.line).collect();
        assert_eq!(lines, [4, 11, 15]);
    }
    let broken = format!("{canonical}{}", GOOD.replace("MTIz", "MT!z"));
    assert!(read(broken.as_bytes()).unwrap_err().to_string().starts_with("PEM, line 21: "));
}

/// Counting the lines before each block anew would read 60 gigabytes here.
#[test]
fn many_blocks_after_much_text_are_read_in_one_pass() {
    let text = format!("{}{}", "\n".repeat(8 << 20), GOOD.repeat(8000));
    let document = read(text.as_bytes()).unwrap();
    assert_eq!(document.blocks[7999].line, (8 << 20) + 7999 * 4 + 1);
}

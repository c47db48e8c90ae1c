//! The rows are whole, and `docs/reference/rotation.md` says what they say.

use super::*;

fn steps(row: &PlayRow) -> impl Iterator<Item = &'static Step> {
    [row.before, row.proof, row.after, row.back].into_iter().flatten()
}

fn pieces(step: &Step) -> impl Iterator<Item = Piece> {
    let ways = step.ways.iter().flat_map(|way| match way {
        Way::Command(pieces) | Way::Menu(pieces) | Way::Statement(pieces) => *pieces,
    });
    step.what.iter().chain(ways).copied()
}

#[test]
fn every_target_that_takes_tokens_has_a_row_of_its_own_and_every_other_the_general_one() {
    for target in Target::all() {
        let row = Rotation::of(Some(target));
        assert_eq!(row.target, if target.token.is_some() { target.name } else { "" }, "{}", target.name);
    }
    assert_eq!(Rotation::of(None), &GENERAL);
    assert_eq!(Rotation::all().count(), ROTATIONS.len() + 1);
    let names: Vec<&str> = ROTATIONS.iter().map(|row| row.target).collect();
    assert!(names.is_sorted() && names.iter().all(|name| Target::names().contains(name)));
}

#[test]
fn every_row_says_where_it_is_from_and_every_play_stands_once() {
    for row in Rotation::all() {
        assert!(!row.source.is_empty() && !row.holds.is_empty() && !row.wait.is_empty(), "{}", row.target);
        assert!(!row.plays.is_empty(), "{}", row.target);
        for (index, play) in row.plays.iter().enumerate() {
            let at = format!("{} {}", row.target, play.play);
            assert!(row.plays[..index].iter().all(|other| other.play != play.play), "{at} twice");
            assert!(!play.before.is_empty() && !play.proof.is_empty() && !play.changes.is_empty(), "{at}");
            assert!(play.changes.contains(&Change::Files), "{at}");
            for step in steps(play) {
                assert!(!step.source.is_empty(), "{at}");
                assert!(!pieces(step).any(|piece| matches!(piece, Piece::Text(text) if text.ends_with('.'))), "{at}");
            }
        }
    }
}

#[test]
fn a_play_that_leaves_the_key_as_it_is_asks_for_a_certificate_and_only_where_one_is_held() {
    for row in Rotation::all() {
        let same_key = row.play(Play::SameKey);
        assert_eq!(same_key.is_none(), row.expiry == Expiry::NoCertificate, "{}", row.target);
        let uploads = |play: &PlayRow| {
            play.before.iter().flat_map(pieces).any(|piece| {
                matches!(
                    piece,
                    Piece::File(Which::Next, Part::Certificate) | Piece::FileAfter(_, Which::Next, Part::Certificate)
                )
            })
        };
        assert!(same_key.is_none_or(uploads), "{}", row.target);
    }
}

#[test]
fn nothing_asks_for_an_upload_of_a_private_key() {
    for row in Rotation::all() {
        for step in row.plays.iter().flat_map(steps) {
            for way in step.ways {
                let (Way::Menu(pieces) | Way::Statement(pieces) | Way::Command(pieces)) = way;
                let is_ours = matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with("certwright "));
                let keys = pieces.iter().any(|piece| match piece {
                    Piece::File(_, part) | Piece::FileAfter(_, _, part) => part.holds_key(),
                    _ => false,
                });
                // A keystore for Salesforce's own certificate store is the one exception, and no step of a play.
                assert!(is_ours || !keys, "{}: {pieces:?}", row.target);
            }
        }
    }
}

#[test]
fn a_public_half_is_written_before_it_is_used() {
    for row in Rotation::all() {
        for play in row.plays {
            for wanted in [Piece::PublicKey, Piece::PublicJwk] {
                let first = steps(play).find(|step| pieces(step).any(|piece| piece == wanted));
                let Some(first) = first else { continue };
                let writes = first
                    .ways
                    .iter()
                    .any(|way| matches!(way, Way::Command([Piece::Text(text), ..]) if *text == "certwright convert"));
                assert!(writes, "{} {}", row.target, play.play);
            }
        }
    }
}

/// A piece as the page writes it, with names in capitals for what differs from store to store.
fn shown(piece: Piece) -> String {
    let file = |which: Which, part: Part| format!("{}.{}", which.word().to_ascii_uppercase(), part.word());
    match piece {
        Piece::Text(text) | Piece::Yours(text) => text.to_owned(),
        Piece::File(which, part) => file(which, part),
        Piece::FileAfter(before, which, part) => format!("{before}{}", file(which, part)),
        Piece::PublicKey => "NEXT.pub".to_owned(),
        Piece::PublicJwk => "NEXT.jwk".to_owned(),
        Piece::Mark(which, mark) => {
            let mark = match mark {
                Mark::Certificate => "SHA256",
                Mark::CertificateSha1 => "SHA1",
                Mark::Jwk => "JWK_THUMBPRINT",
                Mark::KeyBase64 => "KEY_SHA256_BASE64",
            };
            format!("{}_{mark}", which.word().to_ascii_uppercase())
        }
    }
}

fn way(way: &Way) -> String {
    match way {
        Way::Command(pieces) => format!("`{}`", pieces.iter().copied().map(shown).collect::<Vec<_>>().join(" ")),
        Way::Menu(pieces) => pieces.iter().copied().map(shown).collect(),
        Way::Statement(pieces) => format!("`{}`", pieces.iter().copied().map(shown).collect::<String>()),
    }
}

/// The part of the page that speaks of a row.
fn section(row: &Rotation) -> String {
    use std::fmt::Write as _;
    let title = Target::all().iter().find(|target| target.name == row.target);
    let mut text = match title {
        Some(target) => format!("## {}: `--for {}`\n\n", target.title, target.name),
        None => "## Any other service or program\n\n".to_owned(),
    };
    let _ = writeln!(
        text,
        "Holds {}. Finds the key by {}. At the end of a certificate: {}. Until an upload is in effect: {}. Source: {}.",
        row.holds,
        row.finds_by,
        row.expiry.describe(),
        row.wait,
        row.source
    );
    for (index, play) in row.plays.iter().enumerate() {
        let usual = if index == 0 { ", the usual one" } else { "" };
        let _ = write!(text, "\n### `{}`{usual}\n\nWhen: {}.\n", play.play, play.when);
        for (heading, steps) in [
            ("Before activation", play.before),
            ("Proof", play.proof),
            ("After activation", play.after),
            ("To go back", play.back),
        ] {
            if steps.is_empty() {
                continue;
            }
            let _ = write!(text, "\n{heading}:\n\n");
            for (number, step) in (1..).zip(steps) {
                let what: String = step.what.iter().copied().map(shown).collect();
                let _ = writeln!(text, "{number}. {what} ({})", step.source);
                for one in step.ways {
                    let _ = writeln!(text, "   - {}", way(one));
                }
            }
        }
        let changes: Vec<String> = play.changes.iter().map(|change| change.describe()).collect();
        let _ = write!(text, "\nThe client changes together: {}.\n", changes.join("; "));
    }
    text
}

#[test]
fn the_page_says_what_the_rows_say() {
    let page = include_str!("../../../../docs/reference/rotation.md").replace("\r\n", "\n");
    let (_, sections) = page.split_once("\n## ").unwrap();
    let expected: Vec<String> = Rotation::all().map(section).collect();
    let expected = expected.join("\n");
    assert!(format!("## {sections}") == expected, "the page from its first service on should be:\n{expected}");
}

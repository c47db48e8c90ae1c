//! A text as bare words, so that neither case nor punctuation nor a layer of escapes hides what a server said.

/// How much of a text is looked at, in octets.
const LONGEST: usize = 65_536;

/// The words of a text in small letters. A word is of letters, digits and `_`; an apostrophe inside one is left out.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let text = unescaped(beginning(text, LONGEST));
    let characters: Vec<char> = text.chars().collect();
    let is_word =
        |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(|it| it.is_alphanumeric() || *it == '_');
    let (mut tokens, mut word) = (Vec::new(), String::new());
    for (at, character) in characters.iter().enumerate() {
        let is_apostrophe = matches!(character, '\'' | '\u{2019}' | '\u{2bc}');
        let is_inside = is_word(at.checked_sub(1)) && is_word(at.checked_add(1));
        if character.is_alphanumeric() || *character == '_' {
            word.extend(character.to_lowercase());
        } else if is_apostrophe && is_inside {
            // It belongs to the word, and some write it in another way or leave it out.
        } else if !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

/// As much of the text as there is room for.
pub(super) fn beginning(text: &str, octets: usize) -> &str {
    let end = (0..=octets.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// The text without what logs, JSON, HTML and URLs put around it. What is no escape stays.
fn unescaped(text: &str) -> String {
    const ESCAPES: &[(&str, &str)] = &[
        ("\\r", " "),
        ("\\n", " "),
        ("\\t", " "),
        ("\\'", "'"),
        ("\\\"", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&quot;", "\""),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = coloured(rest) {
            plain.push(' ');
            rest = after;
        } else if let Some((escape, meaning)) = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            plain.push_str(meaning);
            rest = &rest[escape.len()..];
        } else if let Some((character, after)) = coded(rest) {
            plain.push(character);
            rest = after;
        } else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    plain
}

/// What follows a control sequence at the beginning, such as the colours of a log (ECMA-48 section 5.4).
fn coloured(text: &str) -> Option<&str> {
    let sequence = text.strip_prefix("\u{1b}[")?;
    let after = sequence.trim_start_matches(|character| matches!(character, ' '..='?'));
    after.strip_prefix(|character| matches!(character, '@'..='~'))
}

/// The character that `\u0027` or `%27` at the beginning stands for, and what follows.
fn coded(text: &str) -> Option<(char, &str)> {
    let (digits, after) = if let Some(rest) = text.strip_prefix("\\u") {
        rest.split_at_checked(4)?
    } else {
        text.strip_prefix('%')?.split_at_checked(2)?
    };
    // A sign would be a number to the parser, too.
    let code = digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok());
    let character = char::from_u32(code.flatten()?)?;
    // A part of a longer percent-encoded character is none by itself.
    (text.starts_with('\\') || character.is_ascii()).then_some((character, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refusal_is_the_same_words_in_every_dress() {
        let words = ["user", "hasnt", "approved", "this", "consumer"];
        for text in [
            "user hasn't approved this consumer",
            "\"User Hasn\u{2019}t approved   this consumer.\"",
            r"user hasn\u0027t approved\r\nthis consumer",
            r"'user hasn\'t approved this consumer'",
            "user hasn&#39;t approved this consumer",
            "user+hasn%27t%20approved%20this+consumer",
            "\u{1b}[1;31muser hasn't approved this consumer\u{1b}[0m",
        ] {
            assert_eq!(tokens(text), words, "{text}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(tokens("100% %zz \\u12 \\uD800 %+1 a'"), ["100", "zz", "u12", "ud800", "1", "a"]);
        assert_eq!(tokens("Please check the 'sub' claim."), ["please", "check", "the", "sub", "claim"]);
        assert_eq!(tokens("invalid_grant::x"), ["invalid_grant", "x"]);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(beginning("aé", 2), "a");
        assert_eq!(tokens(&"é ".repeat(100_000)).len(), LONGEST / 3);
    }
}

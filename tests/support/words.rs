//! Splits a command line as a shell would, without variables.

/// The words of `line`: single quotes keep everything, double quotes keep everything but `\`.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut started) = (Vec::new(), String::new(), false);
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some('"') | None, '\\') => word.extend(characters.next()),
            (None, '\'' | '"') => (quote, started) = (Some(character), true),
            (None, space) if space.is_whitespace() => {
                if started || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
            }
            (_, other) => word.push(other),
        }
    }
    assert!(quote.is_none(), "a quote is not closed in {line}");
    if started || !word.is_empty() {
        words.push(word);
    }
    words
}

#[test]
fn quotes_hold_words_together() {
    assert_eq!(words(r#" a 'b c' --d="e 'f" '' "#), ["a", "b c", "--d=e 'f", ""]);
}

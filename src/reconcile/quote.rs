//! Cutting a sentence of a rater to a length that fits beside others.

/// Longest quoted sentence, in characters.
const LONGEST: usize = 200;
/// A clause that ends before this many characters says too little to stop there.
const SHORTEST: usize = 80;

/// A sentence on one line and at most about 200 characters long, cut after a clause or a word and then ending in "…". Its
/// full stop is left out, because the sentence that quotes it goes on. Control characters count as white space, quotation marks
/// become single ones, so that none of a rater's ends the quote; nothing else is changed or interpreted.
pub(super) fn quote(sentence: &str) -> String {
    let text = one_line(sentence);
    let mut text = match text.is_ascii() {
        true => text,
        false => text.replace(['“', '„'], "‘").replace('”', "’"),
    };
    let Some((limit, _)) = text
        .char_indices()
        .nth(LONGEST)
        .filter(|_| text.len() > LONGEST)
    else {
        if text.ends_with('.') && !text.ends_with("..") {
            text.pop();
        }
        return text;
    };
    let (head, rest) = text.split_at(limit);
    let least = head.char_indices().nth(SHORTEST).map_or(0, |(at, _)| at);
    let word = match rest.starts_with(' ') {
        true => limit,
        false => head.rfind(' ').unwrap_or(limit),
    };
    let clause = [", ", "; ", ": ", " – ", " — "]
        .iter()
        .filter_map(|mark| head.rfind(mark));
    let end = clause.filter(|&at| at >= least).max().unwrap_or(word);
    let cut = head[..end].trim_end_matches([' ', ',', ';', ':', '-', '–', '—', '(']);
    format!("{cut}…")
}

/// The words joined by single spaces, as far as a quote can need them.
fn one_line(words: &str) -> String {
    // Nearly all words are plain: looking at their bytes is ten times as fast as at their characters.
    let beginning = &words.as_bytes()[..words.len().min(LONGEST + 2)];
    let plain = beginning.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if plain && !beginning.starts_with(b" ") && !beginning.windows(2).any(|two| two == b"  ") {
        return words[..beginning.len()].trim_end().to_owned();
    }
    let mut line = String::with_capacity(words.len().min(2 * LONGEST));
    let (mut length, mut gap) = (0, false);
    for c in words.chars().filter(|&c| !unseen(c)) {
        if c.is_whitespace() || c.is_control() {
            gap = length > 0;
            continue;
        }
        if gap {
            line.push(' ');
            (length, gap) = (length + 1, false);
        }
        line.push(c);
        length += 1;
        if length > LONGEST + 1 {
            break;
        }
    }
    line
}

/// Characters that nobody sees, or that turn what is read around.
fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_sentence_stays_but_for_its_full_stop() {
        assert_eq!(quote("  A model\n\tdrafts\u{0} it. "), "A model drafts it");
        assert_eq!(quote("Who signs?"), "Who signs?");
        assert_eq!(quote("It waits ..."), "It waits ...");
        assert_eq!(quote("a\u{202e}b says “yes”."), "ab says ‘yes’");
    }

    #[test]
    fn a_long_one_is_cut_after_a_clause() {
        let first = "A model drafts the letter, checks the figures in it and proposes what to say to the client of the firm";
        let long = format!("{first}, {}", "and goes on and on ".repeat(8));
        assert_eq!(quote(&long), format!("{first}…"));
    }

    #[test]
    fn without_a_clause_it_is_cut_after_a_word() {
        let cut = quote(&"word ".repeat(50));
        assert!(cut.ends_with("word…"), "{cut}");
        assert!(cut.chars().count() <= LONGEST + 2);
    }

    #[test]
    fn one_endless_word_is_cut_between_characters() {
        let cut = quote(&"é".repeat(500));
        assert_eq!(cut, format!("{}…", "é".repeat(LONGEST)));
    }

    proptest! {
        #[test]
        fn any_text_gives_one_short_line(words in "\\PC{0,400}|[a-z. \\n]{0,600}") {
            let cut = quote(&words);
            prop_assert!(cut.chars().count() <= LONGEST + 2);
            prop_assert!(!cut.chars().any(|c| c.is_control() || unseen(c) || "“”".contains(c)));
        }
    }
}

//! Cutting a rater's words to a length that fits beside others.

/// Longest quoted reason, in characters.
const LONGEST: usize = 200;
/// A sentence that ends before this many characters says too little to stop there.
const SHORTEST: usize = 80;

/// A rater's words on one line and at most about 200 characters long, cut after a sentence or a word and then
/// ending in "…". Control characters count as white space; nothing else is changed or interpreted.
pub(super) fn shorten(words: &str) -> String {
    let text = one_line(words);
    // Bytes are never fewer than characters.
    if text.len() <= LONGEST {
        return text;
    }
    let Some((limit, _)) = text.char_indices().nth(LONGEST) else {
        return text;
    };
    let (head, rest) = text.split_at(limit);
    let least = head.char_indices().nth(SHORTEST).map_or(0, |(at, _)| at);
    if let Some(end) = sentence_end(head, rest, least) {
        return format!("{} …", &head[..end]);
    }
    let end = if rest.starts_with(' ') {
        limit
    } else {
        head.rfind(' ').unwrap_or(limit)
    };
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
    for c in words.chars() {
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

/// Where the last whole sentence of `head` ends, if not before `least`.
fn sentence_end(head: &str, rest: &str, least: usize) -> Option<usize> {
    const ENDS: [char; 3] = ['.', '!', '?'];
    if head.ends_with(ENDS) && rest.starts_with(' ') {
        return Some(head.len());
    }
    head.rmatch_indices(' ')
        .map(|(at, _)| at)
        .take_while(|&at| at >= least)
        .find(|&at| head[..at].ends_with(ENDS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_words_stay_and_white_space_is_collapsed() {
        assert_eq!(
            shorten("  A model\n\tdrafts\u{0} it. "),
            "A model drafts it."
        );
    }

    #[test]
    fn long_words_are_cut_after_a_sentence() {
        let first = "A model drafts the letter, checks the figures in it and proposes what to say to the client.";
        let second = "A person still has to decide whether the letter goes out, to whom it goes, what it promises, and what follows from it.";
        assert_eq!(shorten(&format!("{first} {second}")), format!("{first} …"));
    }

    #[test]
    fn without_a_sentence_they_are_cut_after_a_word() {
        let words = "word, ".repeat(50);
        let cut = shorten(&words);
        assert!(cut.ends_with("word…"), "{cut}");
        assert!(cut.chars().count() <= LONGEST + 2);
    }

    #[test]
    fn one_endless_word_is_cut_between_characters() {
        let cut = shorten(&"é".repeat(500));
        assert_eq!(cut, format!("{}…", "é".repeat(LONGEST)));
    }

    proptest! {
        #[test]
        fn any_text_gives_one_short_line(words in "\\PC{0,400}|[a-z. \\n]{0,600}") {
            let cut = shorten(&words);
            prop_assert!(cut.chars().count() <= LONGEST + 2);
            prop_assert!(!cut.chars().any(char::is_control));
        }
    }
}

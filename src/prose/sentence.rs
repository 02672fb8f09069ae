//! Where sentences end: not after an abbreviation, an initial, a decimal point, an ellipsis in mid-sentence or the dot of a
//! list.
//!
//! The sentence boundaries of Unicode (UAX 29) know no abbreviation and take "Dr. Smith" and "1. Draft" apart, so they do not
//! serve to quote one whole sentence.

/// Abbreviations that another word of the sentence follows.
const GOES_ON: [&str; 18] = [
    "e.g", "i.e", "dr", "mr", "mrs", "ms", "prof", "vs", "cf", "fig", "figs", "eq", "approx", "ca",
    "viz", "incl", "esp", "resp",
];
/// Titles and places, with a capital; without one most are words.
const TITLES: [&str; 10] = [
    "St", "Mt", "Gen", "Rep", "Sen", "Gov", "Lt", "Capt", "Sgt", "Sec",
];
/// Abbreviations that may be the last word of a sentence: then a capital follows.
const MAY_END: [&str; 50] = [
    "etc", "al", "inc", "ltd", "co", "corp", "jr", "sr", "est", "dept", "max", "min", "mins",
    "avg", "hr", "hrs", "sec", "secs", "yr", "yrs", "wk", "wks", "ft", "lb", "lbs", "oz", "vol",
    "pp", "pg", "eds", "ext", "misc", "mgmt", "govt", "natl", "intl", "assoc", "univ", "nos",
    "jan", "feb", "apr", "jun", "jul", "aug", "sept", "oct", "nov", "dec", "gen",
];
/// What is counted in letters: the letter after it is no initial of a name ("vitamin C. Nurses give it").
const LETTERED: [&str; 29] = [
    "vitamin",
    "hepatitis",
    "influenza",
    "plan",
    "type",
    "class",
    "schedule",
    "appendix",
    "annex",
    "part",
    "section",
    "group",
    "grade",
    "category",
    "level",
    "option",
    "phase",
    "step",
    "form",
    "title",
    "exhibit",
    "table",
    "case",
    "rater",
    "team",
    "version",
    "variant",
    "unit",
    "language",
];
/// What stands after the dot in names of hosts and files; none is a word that a sentence begins with.
const SUFFIXES: [&str; 40] = [
    "com", "org", "net", "gov", "edu", "mil", "io", "uk", "eu", "de", "ca", "ai", "dev", "js",
    "ts", "py", "rs", "cpp", "java", "sql", "txt", "pdf", "csv", "tsv", "doc", "docx", "xls",
    "xlsx", "ppt", "pptx", "json", "xml", "html", "htm", "md", "toml", "yaml", "exe", "zip", "png",
];
/// Words that begin a sentence and hardly ever follow an initial ("the U.S. They sign").
const BEGINNERS: [&str; 40] = [
    "A", "An", "The", "It", "Its", "This", "That", "These", "Those", "They", "Their", "He", "She",
    "We", "You", "But", "And", "So", "Or", "If", "When", "While", "In", "On", "At", "For", "With",
    "Without", "Some", "Most", "Many", "No", "Only", "However", "Still", "There", "Humans",
    "People", "Models", "AI",
];
/// The sentences of a text in order, each without the white space around it. A blank line and a line that begins a list
/// item end one, too.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sentence, more) = rest.split_at(end(rest));
        rest = more.trim_start();
        Some(sentence.trim_end())
    })
}

/// Where the sentence ends that a text begins with; past its first character.
fn end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let found = match bytes[at] {
            b'.' | b'!' | b'?' => stop(text, at),
            b'\n' => breaks(&text[at + 1..]).then_some(at),
            byte if byte.is_ascii() => None,
            _ => {
                let c = text[at..].chars().next().unwrap_or('\u{fffd}');
                let found = match c {
                    '…' => stop(text, at),
                    '。' | '｡' | '！' | '？' | '؟' | '۔' | '।' | '॥' | '։' | '။' | '።' | '‼'
                    | '⁇' | '⁈' | '⁉' => Some(closed(text, at + c.len_utf8())),
                    '．' if !text[at + c.len_utf8()..].starts_with(char::is_numeric) => {
                        Some(closed(text, at + c.len_utf8()))
                    }
                    _ => None,
                };
                at += c.len_utf8() - 1;
                found
            }
        };
        at += 1;
        if let Some(end) = found {
            return end;
        }
        // The marks after one that ends nothing are of its kind: "...".
        while matches!(bytes[at - 1], b'.' | b'!' | b'?')
            && matches!(bytes.get(at), Some(b'.' | b'!' | b'?'))
        {
            at += 1;
        }
    }
    bytes.len()
}

/// Whether what follows a line break begins a paragraph or an item of a list.
fn breaks(after: &str) -> bool {
    let line = after.trim_start_matches([' ', '\t', '\r']);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with('\n')
        || line.starts_with(['•', '‣', '◦', '▪', '●', '·'])
        || ["- ", "* ", "– ", "— ", "+ "]
            .iter()
            .any(|mark| line.starts_with(mark))
        || (digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") ")))
}

/// Quotes and brackets that close after the mark of a sentence.
const CLOSERS: [char; 10] = [')', ']', '"', '\'', '”', '’', '»', '*', '」', '』'];

/// Past the quotes and brackets that close at `at`.
fn closed(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(CLOSERS).len()
}

/// The end of the sentence whose last mark may stand at `at`, with further marks, quotes and brackets that close.
fn stop(text: &str, at: usize) -> Option<usize> {
    const MARKS: [char; 4] = ['.', '!', '?', '…'];
    let marks = text[at..].trim_start_matches(MARKS);
    let end = closed(text, text.len() - marks.len());
    let after = &text[end..];
    let mark = &text[at..text.len() - marks.len()];
    let next = after.trim_start();
    let Some(first) = next.chars().next() else {
        return Some(end);
    };
    let glued = next.len() == after.len();
    if glued && !runs_on(text, at, after) {
        return None;
    }
    if matches!(first, ',' | ';' | ':' | ')' | ']') {
        return None;
    }
    let closed = marks.len() > after.len();
    let ends = match mark {
        "." => ends_at_dot(text, at, next),
        _ if mark.contains(['!', '?']) => glued || !(first.is_lowercase() && closed),
        _ => !first.is_lowercase(),
    };
    ends.then_some(end)
}

/// Whether a mark at `at` that no white space follows may end a sentence: before a letter, even one in brackets or quotes,
/// unless it is part of an address, of the name of a file or host, or of an abbreviation.
fn runs_on(text: &str, at: usize, after: &str) -> bool {
    let next = after.trim_start_matches(['(', '[', '“', '„', '‘', '"', '«']);
    if !next.starts_with(char::is_alphabetic) {
        return false;
    }
    let from = text[..at].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let from = from + usize::from(!text.is_char_boundary(from));
    let head = text.get(from..at).unwrap_or_default();
    let is_address = head.contains("://") || head.contains('@') || head.contains("www");
    let word = next.split(|c: char| !c.is_alphanumeric()).next();
    let word = word.unwrap_or_default();
    let before = head.rsplit(|c: char| !c.is_alphanumeric()).next();
    let before = before.unwrap_or_default();
    // "e.g", "U.S", "a.m", "Ph.D": one letter, then another.
    let letters = (before.chars().count() == 1 || before == "Ph") && word.chars().count() == 1;
    let named = text[at..].starts_with('.') && (before.is_empty() || SUFFIXES.contains(&word));
    !is_address && !letters && !named
}

/// Whether a single dot at `at` ends the sentence, where more follows.
fn ends_at_dot(text: &str, at: usize, next: &str) -> bool {
    let head = &text[..at];
    let from = head.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '/' | '“' | '"'));
    let word = from.map_or(head, |from| {
        head[from..].trim_start_matches(|c: char| !c.is_alphanumeric())
    });
    let first = next.chars().next();
    let known =
        |list: &[&str]| word.len() <= 6 && list.iter().any(|one| word.eq_ignore_ascii_case(one));
    let before = &head[..at - word.len()];
    let numbers_item = !word.is_empty()
        && word.len() <= 3
        && (word.bytes().all(|byte| byte.is_ascii_digit()) || word.len() == 1)
        && !before.contains(char::is_alphanumeric);
    if numbers_item || known(&GOES_ON) || TITLES.contains(&word) {
        return false;
    }
    if word.eq_ignore_ascii_case("no") && first.is_some_and(|c| c.is_ascii_digit()) {
        return false;
    }
    if known(&MAY_END) {
        return first.is_some_and(|c| !c.is_lowercase() && !c.is_numeric() && c != '(');
    }
    if initials(word) {
        let begins = next
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        let what = before.trim_end().rsplit(|c: char| !c.is_alphabetic());
        let what = what.into_iter().next().unwrap_or_default();
        let lettered = LETTERED.iter().any(|one| what.eq_ignore_ascii_case(one));
        return BEGINNERS.contains(&begins) || (word.len() == 1 && lettered);
    }
    true
}

/// "U.S", "a.m", "Ph.D", "J": letters with dots between them.
fn initials(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 8
        && word.split('.').all(|part| {
            let short = part.len() == 1 || part == "Ph";
            short && part.starts_with(|c: char| c.is_ascii_alphabetic())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(text: &str) -> usize {
        sentences(text).count()
    }

    #[test]
    fn sentences_end_at_their_marks() {
        let text = " A model drafts it.  Who signs? \"A person!\" (Always.) No…  Well";
        let found: Vec<&str> = sentences(text).collect();
        let wanted = [
            "A model drafts it.",
            "Who signs?",
            "\"A person!\"",
            "(Always.)",
            "No…",
            "Well",
        ];
        assert_eq!(found, wanted);
        assert_eq!(count("它起草信件。人签字。"), 2);
        assert_eq!(count(" \n "), 0);
    }

    #[test]
    fn abbreviations_decimals_ellipses_and_list_dots_end_none() {
        for one in [
            "It saves e.g. 3.5 hours, i.e. a morning, for Dr. Smith and J. R. Jones of the U.S. Census.",
            "Letters, memos, etc. are drafted by approx. five of them (see Fig. 2 and No. 7).",
            "1. Draft the letter",
            "(a) Version 2.1 of gpt-4.1 drafts it",
            "It waits ... and then it sends.",
            "It waits… then sends.",
            "Tools such as Word, Excel, etc., and www.example.com help.",
            "Smith et al. (2023) found it",
            "It asks “Who signs?” and stops.",
            "It reads README.md, www.example.com/a?b=c and example.com for a.b.c. Smith, e.g.this",
            "It takes min. 3 and max. five hrs. of work by approx. 2 p.m. on Jan. 5",
            "At 3.5 hours v2.1 of .NET is built, see https://example.com/it.bert?x.",
        ] {
            assert_eq!(
                count(one),
                1,
                "{one}: {:?}",
                sentences(one).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn an_abbreviation_may_end_a_sentence() {
        for two in [
            "It files letters, memos, etc. Nothing else is asked.",
            "It is done in the U.S. The rest is not.",
            "they draft it. they sign it.",
            "Say no. Then stop.",
            "It is step 1. Next comes the letter.",
            "1. Draft it. 2. Sign it.",
            "- Draft it\n- Sign it",
            "Draft it\n\nsign it",
            "anna drafts it.bert drafts it.",
            "anna drafts it!bert drafts it",
            "Anna drafts it.“Bert does”",
            "Vitamin C. Nurses give it by hand.",
            "no caps. all lower",
            "Call the rep. then sign",
            "mr. bert drafts. ms. anna signs.",
            "「人签字。」它起草。",
            "人签字．它起草．",
            "Draft it\n• Sign it",
        ] {
            assert_eq!(
                count(two),
                2,
                "{two}: {:?}",
                sentences(two).collect::<Vec<_>>()
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_of_a_text_is_lost(text in "\\PC{0,200}|[A-Da-d.!?… \\n(]{0,100}") {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let joined: String = sentences(&text).collect();
            prop_assert_eq!(squeezed(&joined), squeezed(&text));
            prop_assert!(sentences(&text).all(|one| !one.trim().is_empty() && one.trim() == one));
        }
    }
}

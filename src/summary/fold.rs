//! Look-alikes made what they look like, before names and numbers are looked for: full-width and mathematical letters, digits
//! of other scripts, accents, characters that nobody sees.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The zeros of the decimal digits of scripts in use, after each of which its nine others stand.
const ZEROS: [u32; 15] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0e50, 0x0ed0, 0x0f20,
];

/// A text in its plainest form (NFKD, without accents), for comparison and never to be shown.
pub(super) fn fold(text: &str) -> String {
    let seen = text.chars().filter(|&c| !unseen(c));
    // Ours, because the decomposition would glue "2" and "½" together.
    let spaced = seen.flat_map(|c| {
        let fraction = matches!(c, '¼'..='¾' | '⅐'..='⅟' | '↉');
        fraction.then_some(' ').into_iter().chain([c])
    });
    spaced
        .nfkd()
        .filter(|&c| !is_combining_mark(c))
        .map(plain)
        .collect()
}

fn plain(c: char) -> char {
    let code = u32::from(c);
    let zero = ZEROS
        .iter()
        .find(|&&zero| (zero..zero + 10).contains(&code));
    match (zero, c) {
        (Some(zero), _) => char::from_digit(code - zero, 10).unwrap_or(c),
        (None, '⁄' | '∕') => '/',
        (None, '−' | '‐' | '‑') => '-',
        (None, '٪') => '%',
        (None, '×') => 'x',
        (None, '٫') => '.',
        (None, '٬') => ',',
        (None, 'µ' | 'μ') => 'u',
        _ => c,
    }
}

fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The other alphabets whose letters look like Latin ones.
pub(super) fn looks_latin(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1c80}'..='\u{1c8f}' | '\u{2c80}'..='\u{2cff}' | '\u{a4d0}'..='\u{a4ff}' | '\u{a640}'..='\u{a69f}' | '\u{ab70}'..='\u{abbf}')
        && c.is_alphabetic()
}

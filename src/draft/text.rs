//! Text of a source and of models as it is compared: by words, whatever their case, spacing, quotes and dashes.

use crate::inventory::normalise;
use std::collections::BTreeSet;

/// Words that say nothing of what is done. English ones; in other languages a shared one of these proves a little less.
const COMMON: &str = "\
    and any are but can for from has have her his into its may not one our out she such that the their them then these they \
    this those through under use used uses using very was were what when where which while who will with within without would \
    you your";
/// Shorter words of a script with spaces say nothing either.
const SHORT: usize = 3;
/// Words with as many first letters in common are taken for forms of one.
const SAME_BEGINNING: usize = 4;

/// The words of a text, in order: lower case, without punctuation. A character of a script without spaces is a word.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    // Soft hyphens and the like stand inside words, and nobody sees them.
    let seen = |c: &char| {
        !matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        )
    };
    let visible: String = unescape(text).chars().filter(seen).collect();
    for word in normalise(&visible)
        .split(' ')
        .filter(|word| !word.is_empty())
    {
        let mut spaced = String::new();
        for c in word.chars() {
            if has_no_spaces(c) {
                words.extend((!spaced.is_empty()).then(|| std::mem::take(&mut spaced)));
                words.push(c.to_string());
            } else {
                spaced.push(c);
            }
        }
        words.extend((!spaced.is_empty()).then_some(spaced));
    }
    words
}

/// Thai, Lao, Burmese and Khmer; kana and ideographs.
fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A source stands escaped in its question, and models copy it either way.
fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains("&amp;") {
        text = text.replace("&amp;", "&");
    }
    text.replace("&lt;", "<").replace("&gt;", ">")
}

/// A text of others on one line: no control character is left, nor one that turns what is read around.
pub(super) fn tidy(text: &str) -> String {
    let harmful = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let text = unescape(text);
    let words: Vec<&str> = text
        .split(harmful)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The words that say what is done, without endings.
pub(super) fn stems(text: &str) -> BTreeSet<String> {
    let meaningful = |word: &String| {
        let short = word.chars().count() < SHORT && !word.starts_with(has_no_spaces);
        !short && !COMMON.split(' ').any(|common| common == word)
    };
    words(text)
        .into_iter()
        .filter(meaningful)
        .map(|word| stem(&word))
        .collect()
}

/// An English word without its ending: `bakes`, `baked`, `baking` and `bake` are one.
fn stem(word: &str) -> String {
    let endings = ["ing", "ed", "es", "s", "e"].iter();
    let mut stems = endings.filter_map(|ending| word.strip_suffix(ending));
    match stems.find(|stem| stem.len() >= SHORT && !word.ends_with("ss")) {
        Some(stem) => stem.to_owned(),
        None => word.to_owned(),
    }
}

/// How much two sets of words have in common, 0 to 1: Sørensen and Dice's coefficient, twice what is shared over the sum
/// of both sizes.
pub(super) fn in_common(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let sizes = one.len() + other.len();
    match sizes {
        0 => 0.0,
        _ => 2.0 * one.intersection(other).count() as f64 / sizes as f64,
    }
}

/// Whether any word of one stands in the other, in some form.
pub(super) fn share_a_word(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let beginning = |word: &str| word.chars().take(SAME_BEGINNING).collect::<String>();
    let long = |word: &&String| word.chars().count() >= SAME_BEGINNING;
    let beginnings: BTreeSet<String> = other
        .iter()
        .filter(long)
        .map(|word| beginning(word))
        .collect();
    !one.is_disjoint(other)
        || one
            .iter()
            .filter(long)
            .any(|word| beginnings.contains(&beginning(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_dashes_spaces_case_and_entities_do_not_count() {
        let plain = words("Bake \"sour-dough\" bread & rolls; don't burn R&D < 3");
        let typeset =
            "bake  “Sour–dough”\u{a0}bread &amp; rolls;\ndon’t bu\u{ad}rn R&amp;amp;D &lt; 3";
        assert_eq!(words(typeset), plain);
        assert_eq!(
            words("パンを焼く bread"),
            ["パ", "ン", "を", "焼", "く", "bread"]
        );
    }

    #[test]
    fn forms_of_a_word_are_one_stem() {
        let one = |word: &str| stems(word).into_iter().next();
        for forms in [
            &["bake", "bakes", "baked", "baking"][..],
            &["process", "processes", "processing", "processed"],
            &["price", "prices", "pricing"],
        ] {
            assert!(
                forms.iter().all(|form| one(form) == one(forms[0])),
                "{forms:?}"
            );
        }
        assert_eq!(
            stems("The use of it, with them and for you"),
            BTreeSet::new()
        );
    }

    #[test]
    fn what_is_shared_is_counted_against_both_sizes() {
        let common = |one, other| in_common(&stems(one), &stems(other));
        assert!((common("order flour", "order sugar") - 0.5).abs() < 1e-12);
        assert!((common("order flour", "Flour orders.") - 1.0).abs() < 1e-12);
        assert!(common("", "") == 0.0);
        let share = |one, other| share_a_word(&stems(one), &stems(other));
        assert!(share("Backen von Brot", "backt nachts"));
        assert!(share("焼く", "パンを焼く"));
        assert!(!share(
            "Transfer money to the account.",
            "Bake bread with the team."
        ));
    }

    proptest! {
        #[test]
        fn a_tidy_text_is_one_line_of_the_same_words(text in any::<String>()) {
            let tidied = tidy(&text);
            prop_assert!(!tidied.chars().any(char::is_control));
            prop_assert_eq!(tidy(&tidied), tidied.clone());
        }
    }
}

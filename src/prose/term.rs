//! Words that say something: without those that every text has, and inflected forms taken for one word.

use std::sync::LazyLock;

/// Words that say nothing of why a task was rated so: those of the language, and those of every rationale.
const COMMON: &str = "\
    about above across after again against all almost along already also although always among and another any are around \
    because been before being below between both but can cannot could did does doing done down during each either else even \
    ever every few for from further get gets had has have having hence her here hers him his how however into its itself just \
    least less like likely many may maybe might more most much must neither never nor not now off often once one only onto \
    other others our out over own per perhaps quite rather really same she should since some still such than that the their \
    them then there therefore these they this those though through thus too two under until upon use used uses using very via \
    was well were what when where whether which while who whom whose why will with within without would yet you your \
    task tasks rating rated rate label score model models llm llms";
/// Places of the table of common words; a power of two, a fifth of it filled.
const PLACES: usize = 1024;
/// Shorter words of Latin script say nothing.
const SHORT: usize = 3;

static STOPS: LazyLock<[u64; PLACES]> = LazyLock::new(|| {
    let mut table = [0; PLACES];
    for word in COMMON.split_whitespace() {
        let hash = hash(word);
        if let Some(free) = places(hash).find(|&place| table[place] == 0) {
            table[free] = hash;
        }
    }
    table
});

/// A word of a text that says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term<'a> {
    /// The same for "drafts", "Draft" and "drafting", and different for other words.
    pub stem: u64,
    /// As it stands in the text.
    pub word: &'a str,
}

/// The words of a text that say something, in order and as often as they stand there. Numbers are none.
pub(crate) fn terms(text: &str) -> impl Iterator<Item = Term<'_>> {
    let words = text.split(|c: char| !c.is_alphabetic());
    words.filter(|word| word.len() >= SHORT).filter_map(|word| {
        let whole = hash(word);
        let common = places(whole)
            .map(|place| STOPS[place])
            .take_while(|&there| there != 0);
        let stem = stem(word);
        let stem_hash = if stem.len() == word.len() {
            whole
        } else {
            hash(stem)
        };
        (!common.into_iter().any(|there| there == whole)).then_some(Term {
            stem: stem_hash,
            word,
        })
    })
}

fn places(hash: u64) -> impl Iterator<Item = usize> {
    (0..PLACES).map(move |step| (hash as usize).wrapping_add(step) % PLACES)
}

/// FNV-1a of a word in lower case; never 0.
fn hash(word: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let start = 0xcbf2_9ce4_8422_2325;
    let hash = if word.is_ascii() {
        word.bytes()
            .fold(start, |hash, byte| step(hash, byte.to_ascii_lowercase()))
    } else {
        word.to_lowercase().bytes().fold(start, step)
    };
    // The low bits choose the place in the table.
    (hash ^ (hash >> 32)).max(1)
}

/// An English word without the endings of number and tense; a beginning that may be no word.
fn stem(word: &str) -> &str {
    if !word.is_ascii() || word.len() < 4 {
        return word;
    }
    let lower = |n: usize| word.as_bytes()[word.len() - n].to_ascii_lowercase();
    let (last, before) = (lower(1), lower(2));
    let cut = match (last, before) {
        (b's', b's' | b'u' | b'i') => 0,
        (b's', b'e') if word.len() > 5 => 2,
        (b's', _) | (b'e', _) => 1,
        (b'd', b'e') if word.len() > 4 => 2,
        (b'g', b'n') if word.len() > 5 && lower(3) == b'i' => 3,
        _ => 0,
    };
    let short = &word[..word.len() - cut];
    let twice = short.len() > 3 && cut > 1 && {
        let bytes = short.as_bytes();
        let last = bytes[bytes.len() - 1].to_ascii_lowercase();
        // "planning" is of "plan", but "assessing" and "billing" are of words that end so.
        last == bytes[bytes.len() - 2].to_ascii_lowercase() && !matches!(last, b's' | b'l' | b'z')
    };
    &short[..short.len() - usize::from(twice)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        terms(text).map(|term| term.word).collect()
    }

    #[test]
    fn what_every_text_has_is_left_out() {
        assert_eq!(
            words("The model DRAFTS it, and then a person's hand signs 3 of them."),
            ["DRAFTS", "person", "hand", "signs"]
        );
        assert_eq!(words("It is to be of us."), Vec::<&str>::new());
        assert_eq!(words("Prüfung der Öfen"), ["Prüfung", "der", "Öfen"]);
    }

    #[test]
    fn forms_of_a_word_are_one() {
        let stems = |text: &str| -> Vec<u64> { terms(text).map(|term| term.stem).collect() };
        for same in [
            "draft drafts Drafting drafted",
            "plan plans planning planned",
            "produce produces produced producing",
        ] {
            assert!(stems(same).windows(2).all(|two| two[0] == two[1]), "{same}");
        }
        let other = stems("process person client sign letter");
        assert!((1..other.len()).all(|n| !other[..n].contains(&other[n])));
    }
}

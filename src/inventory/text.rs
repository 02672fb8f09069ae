//! Text as look-ups and joins see it: case, punctuation and spacing do not count.

/// What a formula begins with: the signs, their full-width forms, and white space that some programs skip.
pub(crate) const FORMULA: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// Text of a cell as it was before it was guarded.
#[must_use]
pub fn without_guard(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| rest.starts_with(FORMULA))
        .unwrap_or(text)
}

/// The words of a text as prompts tell them: white space and control characters only part them.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty())
}

/// Lower case, every run of characters that are neither letters nor digits as one space, no space at the ends.
///
/// ```
/// assert_eq!(taskrater::inventory::normalise(" Engineers,  All Other"), "engineers all other");
/// ```
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut gap = false;
    let mut push = |character: char| {
        if character.is_alphanumeric() {
            if gap && !normal.is_empty() {
                normal.push(' ');
            }
            gap = false;
            normal.push(character);
        } else {
            gap = true;
        }
    };
    for character in text.chars() {
        if character.is_ascii() {
            push(character.to_ascii_lowercase());
        } else {
            character.to_lowercase().for_each(&mut push);
        }
    }
    normal
}

/// The first 16 bytes of the BLAKE3 hash of the [normalised](normalise) text: equal for statements that differ in
/// case, punctuation or spacing only.
///
/// About 1,260 tasks of O*NET share their text with a task of another occupation, so this is a key of texts and
/// never of tasks.
#[must_use]
pub fn text_hash(text: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    let full = blake3::hash(normalise(text).as_bytes());
    for (to, from) in hash.iter_mut().zip(full.as_bytes()) {
        *to = *from;
    }
    hash
}

/// Hash (hex) of named parts. Names and contents are length-prefixed: no two lists of parts run together into
/// the same bytes.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, content) in parts {
        for bytes in [name.as_bytes(), content] {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_punctuation_and_spacing_do_not_count() {
        assert_eq!(
            normalise("  Cooks, Short-Order\t(Diner) "),
            "cooks short order diner"
        );
        assert_eq!(normalise("C++ / C#"), "c c");
        assert_eq!(normalise("CAFÉ-Köchin 3"), "café köchin 3");
        assert_eq!(normalise("--- ★ ---"), "");
        assert_eq!(normalise(""), "");
    }

    #[test]
    fn the_hash_follows_the_normalised_text() {
        assert_eq!(text_hash("Peel  potatoes."), text_hash("peel potatoes"));
        assert_ne!(text_hash("Peel potatoes."), text_hash("Peel a potato."));
        // b3sum of the empty input begins af1349b9f5f9a1a6.
        assert_eq!(text_hash(" . ")[..4], [0xaf, 0x13, 0x49, 0xb9]);
    }

    #[test]
    fn the_digest_keeps_names_and_contents_apart() {
        let one = digest([("a", b"bc".as_slice())]);
        assert_eq!(one.len(), 64);
        assert_ne!(one, digest([("ab", b"c".as_slice())]));
        assert_ne!(one, digest([("a", b"bc".as_slice()), ("", b"".as_slice())]));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        }
    }
}

//! Normalised words of a statement and the hashes made from them.
//!
//! Normalised text is the lower-cased alphanumeric runs of the input, joined by one blank. Two
//! statements are "the same text" when their normalised texts are equal; punctuation and case
//! carry no label.

/// Words of a text, kept in one buffer: `buffer` is the normalised text, `spans` its words in
/// byte offsets. Neighbouring words are one blank apart, so a word pair is a slice of the buffer.
#[derive(Debug, Default, Clone)]
pub(crate) struct Words {
    buffer: String,
    spans: Vec<(u32, u32)>,
}

impl Words {
    /// Replace the content by the words of `text`.
    pub(crate) fn read(&mut self, text: &str) {
        self.buffer.clear();
        self.spans.clear();
        for word in text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            if !self.buffer.is_empty() {
                self.buffer.push(' ');
            }
            let start = self.buffer.len();
            if word.is_ascii() {
                self.buffer.push_str(word);
                self.buffer[start..].make_ascii_lowercase();
            } else {
                self.buffer
                    .extend(word.chars().flat_map(char::to_lowercase));
            }
            self.spans.push((start as u32, self.buffer.len() as u32));
        }
    }

    /// Number of words.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Word `i`.
    pub(crate) fn word(&self, i: usize) -> &str {
        let (start, end) = self.spans[i];
        &self.buffer[start as usize..end as usize]
    }

    /// Words `i` and `i + 1` with the blank between them.
    pub(crate) fn pair(&self, i: usize) -> &str {
        &self.buffer[self.spans[i].0 as usize..self.spans[i + 1].1 as usize]
    }

    /// The whole normalised text.
    pub(crate) fn normalised(&self) -> &str {
        &self.buffer
    }
}

/// Lower-cased alphanumeric runs of `text`, joined by one blank.
///
/// ```
/// assert_eq!(taskrater::rater::surrogate::normalise("Plan, or  LEAD, staff."), "plan or lead staff");
/// ```
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut words = Words::default();
    words.read(text);
    words.buffer
}

/// First eight bytes, little-endian, of the BLAKE3 hash of an already normalised text.
pub(crate) fn text_hash(normalised: &str) -> u64 {
    first_word(blake3::hash(normalised.as_bytes()).as_bytes())
}

/// Little-endian number in the first eight bytes of a hash.
pub(crate) fn first_word(hash: &[u8; 32]) -> u64 {
    hash[..8]
        .iter()
        .rev()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// One step of the running key of a feature: FNV-1a on whole characters.
pub(crate) fn step(key: u64, c: u32) -> u64 {
    (key ^ u64::from(c)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Spread the bits of a number (the finaliser of SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A running key as the key of a feature: mixed, so that any part of it can serve as a table
/// index, and cut to the 48 bits a weights file stores.
pub(crate) fn finish(running: u64) -> u64 {
    mix(running) >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_and_case_do_not_make_another_text() {
        assert_eq!(
            normalise("  Test, assess \"e-mail\"; R&D.  "),
            "test assess e mail r d"
        );
        assert_eq!(normalise("..."), "");
        assert_eq!(normalise("Ärzte"), "ärzte");
    }

    #[test]
    fn words_and_pairs_are_slices() {
        let mut words = Words::default();
        words.read("Plan staff work");
        assert_eq!(
            (words.len(), words.word(1), words.pair(1)),
            (3, "staff", "staff work")
        );
        words.read("");
        assert_eq!(words.len(), 0);
    }
}

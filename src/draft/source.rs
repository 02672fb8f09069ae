//! The text that a draft is made from.

use super::text::words;
use crate::error::{Error, Result};
use std::ops::Range;

/// What files that are no text begin with, what they are, and how to get at their text.
const BINARY: &[(&[u8], &str, &str)] = &[
    (
        b"%PDF",
        "a PDF",
        "take its text out first, such as with pdftotext",
    ),
    (
        b"PK\x03\x04",
        "a zip, as .docx and .odt files are",
        "save the document as plain text first",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Office document",
        "save the document as plain text first",
    ),
    (
        b"{\\rtf",
        "rich text",
        "save the document as plain text first",
    ),
    (
        b"\xff\xfe",
        "UTF-16",
        "save it as UTF-8, such as with iconv -f UTF-16 -t UTF-8",
    ),
    (
        b"\xfe\xff",
        "UTF-16",
        "save it as UTF-8, such as with iconv -f UTF-16 -t UTF-8",
    ),
];

/// A text about an occupation: data, whatever it says.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    digest: String,
    words: Vec<String>,
}

impl Source {
    /// Reads the bytes of a source; `name` is how people call it.
    ///
    /// # Errors
    /// No text (PDF, Word, other bytes), not UTF-8, empty, or of more than `most` characters.
    pub fn read(name: &str, bytes: &[u8], most: usize) -> Result<Self> {
        let binary = BINARY.iter().find(|(begin, _, _)| bytes.starts_with(begin));
        if let Some((_, what, hint)) = binary {
            return Err(Error::input(format!("{name} is {what}, not plain text")).hint(*hint));
        }
        let long = || {
            Error::input(format!("{name} has more than {most} characters")).hint(
                "cut it down to the part that describes the work, or allow more with --max-chars",
            )
        };
        if bytes.len() > Self::bytes(most) {
            return Err(long());
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Error::input(format!("{name}:{line}: not UTF-8"))
                .hint("save the text as UTF-8 and try again")
        })?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.contains('\0') {
            return Err(Error::input(format!("{name} holds bytes that are no text"))
                .hint("a draft is made from plain text"));
        }
        if text.chars().count() > most {
            return Err(long());
        }
        let words = words(text);
        if words.is_empty() {
            return Err(Error::input(format!("{name} holds no text")));
        }
        Ok(Self {
            name: name.to_owned(),
            digest: blake3::hash(bytes).to_hex()[..16].to_owned(),
            text: text.to_owned(),
            words,
        })
    }

    /// The most bytes that so many characters take: whoever reads a source need read no further than one more.
    #[must_use]
    pub fn bytes(characters: usize) -> usize {
        const MARK: usize = 3;
        characters.saturating_mul(4).saturating_add(MARK)
    }

    /// How people call it: the name of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first 16 hex digits of the BLAKE3 hash of its bytes.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether it looks like a page of HTML: its tags are sent as they are.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let begin: String = self
            .text
            .chars()
            .take(2000)
            .collect::<String>()
            .to_lowercase();
        ["<!doctype html", "<html", "<body", "<div"]
            .iter()
            .any(|tag| begin.contains(tag))
    }

    /// Where these words stand in it one after the other, for the first time; in words from its beginning.
    pub(super) fn find(&self, passage: &[String]) -> Option<Range<usize>> {
        let length = passage.len();
        let windows = || self.words.windows(length);
        let start = (length > 0).then(|| windows().position(|window| window == passage))??;
        Some(start..start + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Source> {
        Source::read("posting.txt", bytes, 40)
    }

    #[test]
    fn a_passage_is_found_by_its_words() {
        let source = read("\u{feff}Bake bread at night.\n— “Bake bread”".as_bytes()).unwrap();
        assert_eq!(source.text(), "Bake bread at night.\n— “Bake bread”");
        let find = |passage: &str| source.find(&words(passage));
        assert_eq!(find("bread AT night"), Some(1..4));
        assert_eq!(find("Bake bread"), Some(0..2));
        assert_eq!(find("night bake"), Some(3..5));
        assert_eq!(
            [find("bread night"), find("ake bread"), find("")],
            [None, None, None]
        );
    }

    #[test]
    fn what_is_no_text_is_refused_with_a_way_out() {
        let cases: [(&[u8], &str); 10] = [
            (b"%PDF-1.7", "posting.txt is a PDF, not plain text"),
            (
                b"PK\x03\x04..",
                "posting.txt is a zip, as .docx and .odt files are, not plain text",
            ),
            (
                b"\xd0\xcf\x11\xe0",
                "posting.txt is an old Office document, not plain text",
            ),
            (b"{\\rtf1", "posting.txt is rich text, not plain text"),
            (b"\xff\xfeB\0", "posting.txt is UTF-16, not plain text"),
            (b"Bake\nbr\xf6d", "posting.txt:2: not UTF-8"),
            (b"Bake\0", "posting.txt holds bytes that are no text"),
            (b" \n--", "posting.txt holds no text"),
            (&[b'a'; 200], "posting.txt has more than 40 characters"),
            (&[b'a'; 41], "posting.txt has more than 40 characters"),
        ];
        for (bytes, message) in cases {
            assert_eq!(read(bytes).unwrap_err().to_string(), message);
        }
        assert!(read(b"<!DOCTYPE html><p>Bake").unwrap().is_html());
        assert!(!read(b"Bake at < 200 degrees").unwrap().is_html());
    }
}

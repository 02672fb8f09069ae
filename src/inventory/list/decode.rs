//! Bytes of a list as text, in the encodings that spreadsheets write.

use super::remarks::Remarks;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a file is looked at to tell UTF-16 without a byte order mark.
const LOOK: usize = 1 << 10;

/// The text of a file. A byte order mark decides; else it is UTF-8, and a line that is not is read as Windows-1252.
/// Lines that end in a lone carriage return are given a line feed, so that lines can be counted.
pub(super) fn decode(bytes: &[u8], remarks: &mut Remarks) -> String {
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (unmarked(bytes, remarks), bytes),
    };
    let text = if encoding == encoding_rs::UTF_8 {
        utf_8(rest, remarks)
    } else {
        encoding.decode_without_bom_handling(rest).0.into_owned()
    };
    for (n, line) in text.split('\n').enumerate() {
        if line.contains('\u{fffd}') {
            remarks.at(n + 1, "characters of it were lost before and stand as �");
        }
    }
    if text.contains('\r') && !text.contains('\n') {
        return text.replace('\r', "\n");
    }
    text
}

/// Text of Western scripts in UTF-16 has a zero in nearly every other byte; UTF-8 has none.
fn unmarked(bytes: &[u8], remarks: &mut Remarks) -> &'static Encoding {
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    let zeros = |from: usize| {
        let every_other = head.iter().skip(from).step_by(2);
        every_other.filter(|&&byte| byte == 0).count()
    };
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    let found = match half >= 2 {
        true if odd > half / 2 && even <= half / 20 => UTF_16LE,
        true if even > half / 2 && odd <= half / 20 => UTF_16BE,
        _ => return encoding_rs::UTF_8,
    };
    remarks.of_all(format!(
        "it has no byte order mark and was read as {}, because every other byte is zero",
        found.name()
    ));
    found
}

fn utf_8(bytes: &[u8], remarks: &mut Remarks) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    for (n, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => {
                remarks.at(n + 1, "not UTF-8, read as Windows-1252");
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> (String, Vec<String>) {
        let mut remarks = Remarks::default();
        let text = decode(bytes, &mut remarks);
        (text, remarks.notes("x").collect())
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    const TEXT: &str = "Beruf;Tätigkeit\nKöchin;„Brät“ Fisch – täglich\n";

    #[test]
    fn a_byte_order_mark_decides() {
        let marked = format!("\u{feff}{TEXT}");
        for bytes in [
            TEXT.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf_16(&marked, u16::to_le_bytes),
            utf_16(&marked, u16::to_be_bytes),
        ] {
            assert_eq!(read(&bytes), (TEXT.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn utf_16_without_a_mark_is_known_by_its_zeros() {
        for (bytes, name) in [
            (utf_16(TEXT, u16::to_le_bytes), "UTF-16LE"),
            (utf_16(TEXT, u16::to_be_bytes), "UTF-16BE"),
        ] {
            let (text, notes) = read(&bytes);
            assert_eq!(text, TEXT);
            assert!(notes[0].contains(name), "{notes:?}");
        }
    }

    #[test]
    fn lines_that_are_not_utf_8_are_windows_1252_and_named() {
        let mixed = [
            "Köchin\n".as_bytes(),
            b"Caf\xe9 \x80\n",
            "ß\n".as_bytes(),
            b"\x93x\x94",
        ]
        .concat();
        let (text, notes) = read(&mixed);
        assert_eq!(text, "Köchin\nCafé €\nß\n“x”");
        assert_eq!(notes, ["x, lines 2, 4: not UTF-8, read as Windows-1252"]);
    }

    #[test]
    fn what_was_lost_before_is_said_and_a_lone_return_ends_a_line() {
        let (text, notes) = read("a\nb\u{fffd}\n".as_bytes());
        assert_eq!(text, "a\nb\u{fffd}\n");
        assert!(notes[0].starts_with("x, line 2: characters"), "{notes:?}");
        assert_eq!(read(b"a\rb\r").0, "a\nb\n");
        assert_eq!(read(b"a\r\nb\r\n").0, "a\r\nb\r\n");
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_text_and_text_stays_itself(bytes: Vec<u8>, text in "[^\u{0}\u{fffd}\u{feff}\r]*") {
            read(&bytes);
            prop_assert_eq!(read(text.as_bytes()), (text.clone(), Vec::new()));
        }
    }
}

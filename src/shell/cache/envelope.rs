//! An entry as bytes: a format byte, a checksum over the rest, the key, the fields.

use super::{Entry, Kept};
use crate::error::{Error, Kind, Result};
use crate::shell::cache::Place;
use crate::wire::Key;

const FORMAT: u8 = 2;
/// The first format: no key, and the fields as JSON.
const FORMAT_1: u8 = 1;
const CHECKSUM: usize = 16;
const KEY: usize = 32;

/// An entry ready to be stored.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(super) key: Key,
    pub(super) place: Place,
    pub(super) bytes: Vec<u8>,
}

/// Makes an entry ready to be stored under a key.
pub(crate) fn seal(key: &Key, entry: &Entry) -> Result<Sealed> {
    let fields = fields(entry)?;
    let mut bytes = Vec::with_capacity(1 + CHECKSUM + KEY + fields.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(&[0; CHECKSUM]);
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(&fields);
    let checksum = checksum(&bytes[1 + CHECKSUM..]);
    bytes[1..=CHECKSUM].copy_from_slice(&checksum);
    Ok(Sealed {
        key: *key,
        place: Place::new(&entry.occupation_id, &entry.task_id, key),
        bytes,
    })
}

/// The checksum of an entry under a key, in hex: what a line of an export carries.
pub(crate) fn checksum_of(key: &Key, entry: &Entry) -> Result<String> {
    let sealed = seal(key, entry)?;
    Ok(sealed.bytes[1..=CHECKSUM]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// The entry that these bytes hold, if they are what was written.
pub(super) fn open(bytes: &[u8]) -> Option<Kept> {
    let (&format, rest) = bytes.split_first()?;
    let (sum, rest) = rest.split_at_checked(CHECKSUM)?;
    if format != FORMAT || *sum != checksum(rest) {
        return None;
    }
    let (key, fields) = rest.split_at_checked(KEY)?;
    Some(Kept {
        key: key.try_into().ok()?,
        entry: postcard::from_bytes(fields).ok()?,
    })
}

/// The same for the first format, in which the key stood outside.
pub(super) fn open_format_1(bytes: &[u8]) -> Option<Entry> {
    let (&format, rest) = bytes.split_first()?;
    let (sum, json) = rest.split_at_checked(CHECKSUM)?;
    let whole = format == FORMAT_1 && *sum == checksum(json);
    whole.then(|| serde_json::from_slice(json).ok()).flatten()
}

/// An entry as the first format had it.
#[cfg(test)]
pub(super) fn format_1(entry: &Entry) -> Vec<u8> {
    let json = serde_json::to_vec(entry).unwrap();
    [&[FORMAT_1][..], &checksum(&json), &json].concat()
}

fn fields(entry: &Entry) -> Result<Vec<u8>> {
    postcard::to_allocvec(entry)
        .map_err(|error| Error::new(Kind::Internal, "a reply cannot be encoded").because(error))
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..CHECKSUM]);
    sum
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;

    #[test]
    fn an_entry_comes_back_whole_and_a_flipped_bit_is_none() {
        let sealed = seal(&[7; 32], &entry("t")).unwrap();
        let kept = open(&sealed.bytes).unwrap();
        assert_eq!((kept.key, kept.entry), ([7; 32], entry("t")));
        for n in 0..sealed.bytes.len() {
            let mut flipped = sealed.bytes.clone();
            flipped[n] ^= 1;
            assert!(open(&flipped).is_none(), "byte {n}");
        }
        assert!(open(&[]).is_none());
        assert!(open(&sealed.bytes[..40]).is_none());
    }

    /// The order of fields and of the variants of outcomes and repairs is the format: whoever changes it raises
    /// `FORMAT` and goes on reading this one.
    #[test]
    fn the_bytes_of_an_entry_stay_what_they_are() {
        let mut all = entry("t");
        all.outcome = crate::rating::Outcome::Refused;
        all.repair = Some(crate::rating::Repair::Resend);
        all.usage = Some(crate::rater::Usage {
            input: 1,
            cache_write: 2,
            cache_read: 3,
            output: 4,
        });
        all.cost = Some(crate::rater::Nanodollars(5));
        let sum = checksum_of(&[7; 32], &all).unwrap();
        assert_eq!(sum, "f75e7f5008e877292259380f3a4ede7c");
    }

    #[test]
    fn the_first_format_is_still_read() {
        let mut bytes = format_1(&entry("t"));
        assert_eq!(open_format_1(&bytes), Some(entry("t")));
        bytes[40] ^= 1;
        assert_eq!(open_format_1(&bytes), None);
    }
}

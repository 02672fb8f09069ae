//! Entries of zip archives under a limit: a damaged or hostile archive must not fill the memory.

use std::io::Read;

/// Most that is taken out of one archive, in bytes: several times the largest release.
pub(in crate::shell) const LARGEST: u64 = 512 << 20;

/// What an entry really holds, whatever size it declares; `None` where that is more than `most` bytes.
pub(in crate::shell) fn whole(
    entry: &mut impl Read,
    most: u64,
) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = entry.take(most + 1).read_to_end(&mut bytes)?;
    Ok((read as u64 <= most).then_some(bytes))
}

/// The same, taken off what is `left` for the archive.
pub(super) fn inflate(entry: &mut impl Read, left: &mut u64) -> Result<Vec<u8>, String> {
    let bytes = whole(entry, *left).map_err(|error| error.to_string())?;
    let bytes = bytes.ok_or_else(|| format!("it holds more than {} MB", LARGEST >> 20))?;
    *left -= bytes.len() as u64;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_counts_against_the_limit() {
        let mut left = 5;
        assert_eq!(inflate(&mut &b"abc"[..], &mut left).unwrap(), b"abc");
        assert_eq!(inflate(&mut &b"de"[..], &mut left).unwrap(), b"de");
        assert_eq!(left, 0);
        assert_eq!(inflate(&mut &b""[..], &mut left).unwrap(), b"");
        let refused = inflate(&mut std::io::repeat(0), &mut left).unwrap_err();
        assert_eq!(refused, "it holds more than 512 MB");
    }
}

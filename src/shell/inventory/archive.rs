//! Entries of zip archives under a limit: a damaged or hostile archive must not fill the memory.

use std::io::Read;

/// Most that is taken out of one archive, in bytes: several times the largest release.
pub(super) const LARGEST: u64 = 512 << 20;

/// What an entry really holds, whatever size it declares. It is taken off what is `left` for the archive.
pub(super) fn inflate(entry: &mut impl Read, left: &mut u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = entry.take(*left + 1).read_to_end(&mut bytes);
    let read = read.map_err(|error| error.to_string())? as u64;
    match left.checked_sub(read) {
        Some(rest) => *left = rest,
        None => return Err(format!("it holds more than {} MB", LARGEST >> 20)),
    }
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

//! Where the bytes of ratings lie.

use crate::error::{Error, Kind, Result};

/// Bytes that are written once and read by their place. The shell has one that moves to a temporary file when it
/// grows.
pub trait Arena: std::fmt::Debug {
    /// Keeps these bytes and returns their place.
    ///
    /// # Errors
    /// They cannot be kept (the disk is full).
    fn push(&mut self, bytes: &[u8]) -> Result<u64>;

    /// Fills `bytes` with what lies at a place.
    ///
    /// # Errors
    /// They cannot be read, or were never kept.
    fn read(&self, place: u64, bytes: &mut [u8]) -> Result<()>;
}

/// An arena in memory.
#[derive(Debug, Default)]
pub struct Memory(Vec<u8>);

impl Arena for Memory {
    fn push(&mut self, bytes: &[u8]) -> Result<u64> {
        let place = self.0.len();
        self.0.extend_from_slice(bytes);
        Ok(place as u64)
    }

    fn read(&self, place: u64, bytes: &mut [u8]) -> Result<()> {
        let from = usize::try_from(place).ok();
        let kept = from.and_then(|from| self.0.get(from..from.checked_add(bytes.len())?));
        let kept = kept
            .ok_or_else(|| Error::new(Kind::Internal, "a rating is read where none was written"))?;
        bytes.copy_from_slice(kept);
        Ok(())
    }
}

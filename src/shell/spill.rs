//! Ratings in memory while they are few, in a temporary file when they are many.

use crate::error::{Error, Result};
use crate::ratings::Arena;
use std::cell::RefCell;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// So many bytes stay in memory: the whole of O*NET with the embedded raters, and no file is made.
const IN_MEMORY: usize = 16 << 20;
/// So many are gathered for the file at a time, once there is one.
const GATHERED: usize = 1 << 20;
/// So many are read from the file at a time: ratings are read mostly in the order in which they came.
const WINDOW: usize = 8 << 10;

/// An arena that moves to an unnamed temporary file when it grows. The file is gone with the process, however it ends.
#[derive(Debug)]
pub(super) struct Spill {
    folder: PathBuf,
    file: Option<File>,
    /// Bytes in the file.
    written: u64,
    /// Bytes after those.
    recent: Vec<u8>,
    /// A piece of the file and its place.
    window: RefCell<(u64, Vec<u8>)>,
    in_memory: usize,
}

impl Spill {
    /// An empty arena whose file, if it needs one, lies in `folder`, or where temporary files lie.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            file: None,
            written: 0,
            recent: Vec::new(),
            window: RefCell::default(),
            in_memory: IN_MEMORY,
        }
    }

    fn move_to_file(&mut self) -> Result<()> {
        let failed = |error| {
            Error::io(
                format!(
                    "cannot keep the ratings in a temporary file in {}",
                    self.folder.display()
                ),
                error,
            )
            .hint("make room there, or name another folder with --out; replies that were paid for are cached")
        };
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile_in(&self.folder)
                .or_else(|_| tempfile::tempfile())
                .map_err(failed)?,
        };
        (&file).write_all(&self.recent).map_err(failed)?;
        self.written += self.recent.len() as u64;
        self.recent = Vec::with_capacity(GATHERED);
        self.in_memory = GATHERED;
        self.file = Some(file);
        Ok(())
    }

    fn read_file(&self, file: &File, place: u64, bytes: &mut [u8]) -> Result<()> {
        let failed = |error| Error::io("cannot read the ratings back from their file", error);
        if bytes.len() > WINDOW {
            return file.read_exact_at(bytes, place).map_err(failed);
        }
        let mut window = self.window.borrow_mut();
        let (start, piece) = &mut *window;
        let held = *start..*start + piece.len() as u64;
        if !(held.contains(&place) && place + bytes.len() as u64 <= held.end) {
            let left = usize::try_from(self.written - place).unwrap_or(usize::MAX);
            piece.resize(left.min(WINDOW), 0);
            *start = place;
            file.read_exact_at(piece, place).map_err(failed)?;
        }
        let from = usize::try_from(place - *start).unwrap_or_default();
        bytes.copy_from_slice(&piece[from..from + bytes.len()]);
        Ok(())
    }
}

impl Arena for Spill {
    fn push(&mut self, bytes: &[u8]) -> Result<u64> {
        let place = self.written + self.recent.len() as u64;
        self.recent.extend_from_slice(bytes);
        if self.recent.len() > self.in_memory {
            self.move_to_file()?;
        }
        Ok(place)
    }

    fn read(&self, place: u64, bytes: &mut [u8]) -> Result<()> {
        if let (Some(file), true) = (&self.file, place < self.written) {
            return self.read_file(file, place, bytes);
        }
        let from = usize::try_from(place - self.written).unwrap_or_default();
        bytes.copy_from_slice(&self.recent[from..from + bytes.len()]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut arena = Spill::new(folder.path());
        arena.in_memory = 10_000;
        let piece = |n: usize| vec![u8::try_from(n % 251).unwrap(); n % 700];
        let long = vec![7; 3 * WINDOW];
        let mut places = Vec::new();
        for n in 0..10_000 {
            places.push(arena.push(&piece(n)).unwrap());
        }
        let far = arena.push(&long).unwrap();
        assert!(arena.file.is_some() && !arena.recent.is_empty());
        let check = |n: usize| {
            let mut bytes = vec![0; n % 700];
            arena.read(places[n], &mut bytes).unwrap();
            assert_eq!(bytes, piece(n), "piece {n}");
        };
        (0..10_000).for_each(check);
        (0..10_000).map(|n| n * 7_919 % 10_000).for_each(check);
        let mut bytes = vec![0; long.len()];
        arena.read(far, &mut bytes).unwrap();
        assert_eq!(bytes, long);
        // No name of it is ever there.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

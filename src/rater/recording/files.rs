//! The files that the recorded raters of a panel are read from. The caller reads the bytes; here they become tables.

use crate::error::Result;
use crate::inventory::LabelTable;
use crate::rater::Rater;

/// Recorded files, each read once.
#[derive(Debug, Clone, Default)]
pub struct Recordings(Vec<RecordedFile>);

#[derive(Debug, Clone)]
struct RecordedFile {
    /// BLAKE3 of its bytes.
    digest: String,
    /// Under the name that `taskrater.toml` gives it.
    table: LabelTable,
}

impl Recordings {
    /// Adds a file; `name` is how `taskrater.toml` calls it.
    ///
    /// # Errors
    /// There is nothing in it.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.0.push(RecordedFile {
            digest: blake3::hash(bytes).to_hex().to_string(),
            table: LabelTable::read(name, bytes)?,
        });
        Ok(())
    }

    /// Whether a file was added under this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.file(name).is_some()
    }

    /// BLAKE3 of the file that a rater is read from; `None` for a rater that has none, or whose file was not added.
    #[must_use]
    pub fn digest(&self, rater: &Rater) -> Option<&str> {
        Some(&self.file(&rater.recording()?.file)?.digest)
    }

    /// What a reader should know of how the files were read, such as their encoding.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        let notes = self.0.iter().flat_map(|file| file.table.notes());
        notes.map(String::as_str)
    }

    /// The table of a file.
    pub(super) fn table(&self, name: &str) -> Option<&LabelTable> {
        Some(&self.file(name)?.table)
    }

    fn file(&self, name: &str) -> Option<&RecordedFile> {
        self.0.iter().find(|file| file.table.name() == name)
    }
}

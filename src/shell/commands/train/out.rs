//! The files of a trained surrogate: weights, and beside them how they were made.

use crate::error::{Error, Kind, Result};
use crate::rater::Bundle;
use crate::rater::surrogate::train::{Manifest, TrainingReport};
use crate::shell::files::{make_writable, write_whole};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where the weights and their manifest go.
pub(super) struct Out {
    pub weights: PathBuf,
    pub manifest: PathBuf,
}

impl Out {
    /// Makes the folder and checks that both files can be written, before anything is trained.
    pub(super) fn check(path: &Path) -> Result<Self> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|_| !path.is_dir()) else {
            return Err(
                Error::new(Kind::Usage, format!("{} is a folder", path.display()))
                    .hint("name a file, such as surrogates/mine.bin"),
            );
        };
        let stem = name.strip_suffix(".bin").unwrap_or(&name);
        let out = Self {
            weights: path.to_owned(),
            manifest: path.with_file_name(format!("{stem}.json")),
        };
        if out.weights == out.manifest {
            return Err(Error::new(
                Kind::Usage,
                format!("{} is where the manifest goes", path.display()),
            )
            .hint("let the name of the weights end with .bin"));
        }
        make_writable(path).map_err(|error| {
            Error::io(format!("cannot write {}", path.display()), error)
                .hint("name a file that can be written; nothing is trained yet")
        })?;
        Ok(out)
    }

    /// Writes both files and returns the size of the weights.
    pub(super) fn write(&self, bundle: &Bundle, report: &TrainingReport) -> Result<usize> {
        let bytes = bundle.to_bytes();
        let manifest = Manifest::new(bundle, &bytes, report);
        let text = serde_json::to_string_pretty(&manifest).map_err(|error| {
            Error::new(Kind::Internal, "the manifest is no JSON").because(error)
        })?;
        whole(&self.weights, &bytes)?;
        whole(&self.manifest, (text + "\n").as_bytes())?;
        Ok(bytes.len())
    }
}

fn whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole(path, |out| {
        out.write_all(bytes)
            .map_err(|error| Error::io(format!("cannot write {}", path.display()), error))
    })
}

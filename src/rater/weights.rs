//! The weights files that the surrogates of a panel answer from: the one that comes with the program, and those that
//! `taskrater.toml` names. The caller reads the files; here are only bytes.

use super::surrogate::{About, Bundle, EMBEDDED, Explanation, Input, Surrogate};
use super::{Rater, Source};
use crate::error::{Error, Result};
use std::borrow::Cow;

/// Weights files, each read once.
#[derive(Debug, Clone)]
pub struct Weights(Vec<WeightsFile>);

#[derive(Debug, Clone)]
struct WeightsFile {
    /// As `taskrater.toml` names it; `None` for the one that comes with the program.
    name: Option<String>,
    /// BLAKE3 of its bytes.
    digest: String,
    bundle: Cow<'static, Bundle>,
}

/// Where a surrogate stands: position of the file, and of the surrogate in it.
pub(super) type Place = (usize, usize);

impl Weights {
    /// The weights that come with the program.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn embedded() -> Result<Self> {
        Ok(Self(vec![WeightsFile {
            name: None,
            digest: digest_of(EMBEDDED),
            bundle: Cow::Borrowed(Bundle::embedded()?),
        }]))
    }

    /// Adds a file; `name` is how `taskrater.toml` calls it.
    ///
    /// # Errors
    /// The bytes are no weights that this program can use.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let bundle = Bundle::from_bytes(bytes).map_err(|error| {
            Error::input(format!("{name} holds no surrogate that can be used"))
                .because(error)
                .hint("`taskrater train LABELS --out FILE` writes such a file; write it again")
        })?;
        if !bundle.surrogates().iter().all(is_printable) {
            return Err(Error::input(format!(
                "{name} holds control characters where words should stand"
            )));
        }
        self.0.push(WeightsFile {
            name: Some(name.to_owned()),
            digest: digest_of(bytes),
            bundle: Cow::Owned(bundle),
        });
        Ok(())
    }

    /// Whether a file was added under this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|file| file.name.as_deref() == Some(name))
    }

    /// Ids of the surrogates that come with the program.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        let shipped = self.0.iter().filter(|file| file.name.is_none());
        shipped
            .flat_map(|file| file.bundle.surrogates())
            .map(|surrogate| surrogate.about().id.clone())
            .collect()
    }

    /// What a rater's surrogate is; `None` for a rater that is no surrogate.
    ///
    /// # Errors
    /// Its file was not added, or holds several surrogates and none of the rater's id.
    pub fn about(&self, rater: &Rater) -> Result<Option<&About>> {
        let place = self.place(rater)?;
        Ok(place.map(|(file, which)| self.0[file].bundle.surrogates()[which].about()))
    }

    /// Why a rater's surrogate answers as it does: its `top` strongest terms and as many of the nearest training tasks as
    /// asked for; `None` for a rater that is no surrogate.
    ///
    /// # Errors
    /// As [`Weights::about`].
    pub fn explain(
        &self,
        rater: &Rater,
        input: Input<'_>,
        top: usize,
        neighbours: usize,
    ) -> Result<Option<Explanation>> {
        let place = self.place(rater)?;
        Ok(place
            .and_then(|(file, which)| self.0[file].bundle.explain(which, input, top, neighbours)))
    }

    /// BLAKE3 of the weights file that a rater answers from; `None` when it has none.
    #[must_use]
    pub fn digest(&self, rater: &Rater) -> Option<&str> {
        let Source::Surrogate { file } = &rater.source else {
            return None;
        };
        let found = self.0.iter().find(|known| known.name == *file);
        found.map(|file| file.digest.as_str())
    }

    /// The surrogate that answers for a rater: the one of its id, or else the only one of its own file.
    pub(super) fn place(&self, rater: &Rater) -> Result<Option<Place>> {
        let Source::Surrogate { file: name } = &rater.source else {
            return Ok(None);
        };
        let called = name.as_deref().unwrap_or("the weights of this program");
        let file = self
            .0
            .iter()
            .position(|file| file.name == *name)
            .ok_or_else(|| Error::input(format!("{called} was not read for '{}'", rater.id)))?;
        let ids: Vec<&str> = self.0[file]
            .bundle
            .surrogates()
            .iter()
            .map(|surrogate| surrogate.about().id.as_str())
            .collect();
        let which = match ids.iter().position(|id| *id == rater.id) {
            Some(which) => which,
            None if name.is_some() && ids.len() == 1 => 0,
            None => {
                return Err(Error::input(format!(
                    "{called} holds {}, none of them '{}'",
                    ids.join(", "),
                    rater.id
                ))
                .hint("give the rater the id of the surrogate that it is to be"));
            }
        };
        Ok(Some((file, which)))
    }

    /// The bundles, in the order of their files.
    pub(super) fn bundles(&self) -> impl Iterator<Item = &Bundle> {
        self.0.iter().map(|file| file.bundle.as_ref())
    }
}

/// The words of a surrogate are printed to terminals.
fn is_printable(surrogate: &Surrogate) -> bool {
    let about = surrogate.about();
    let words = [&about.id, &about.dimension, &about.source];
    !words.iter().any(|word| word.contains(char::is_control))
}

fn digest_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surrogate(id: &str, file: Option<&str>) -> Rater {
        Rater {
            id: id.into(),
            source: Source::Surrogate {
                file: file.map(str::to_owned),
            },
        }
    }

    #[test]
    fn a_rater_takes_the_surrogate_of_its_id() {
        let mut weights = Weights::embedded().unwrap();
        weights.add("four.bin", EMBEDDED).unwrap();
        assert!(weights.has("four.bin") && !weights.has("five.bin"));
        let id = "surrogate-gpt4";
        for file in [None, Some("four.bin")] {
            let about = weights.about(&surrogate(id, file)).unwrap().unwrap();
            assert_eq!(about.id, id);
        }
        assert_eq!(weights.ids().len(), 4);
        let error = weights.about(&surrogate("mine", Some("four.bin")));
        let message = error.unwrap_err().to_string();
        assert!(
            message.starts_with("four.bin holds surrogate-human, "),
            "{message}"
        );
        assert!(weights.about(&surrogate(id, Some("five.bin"))).is_err());
    }

    #[test]
    fn bytes_that_are_no_weights_are_named() {
        let mut weights = Weights::embedded().unwrap();
        let message = weights.add("x.bin", b"nothing").unwrap_err().to_string();
        assert!(message.starts_with("x.bin "), "{message}");
    }
}

//! What stands beside a weights file: how it was made, in words and figures, without a date.

use serde::Serialize;

use super::super::bundle::{About, Bundle};
use super::{FOLDS, FoldReport, TrainingReport};

/// Manifest of a weights file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    /// Name of the bundle.
    pub name: String,
    /// Origin and licence of the labels.
    pub attribution: String,
    /// BLAKE3 of the weights file.
    pub weights_blake3: String,
    /// Its size.
    pub weights_bytes: usize,
    /// Fold assignment in words.
    pub fold_rule: String,
    /// Seed of the fold assignment.
    pub seed: String,
    /// Labelled rows.
    pub rows: usize,
    /// Occupation groups.
    pub groups: usize,
    /// Rows that share their text with another group.
    pub shared_texts: usize,
    /// Features.
    pub features: usize,
    /// Folds with the digest of their rows; ids and text hashes by row are in the weights file.
    pub folds: Vec<FoldReport>,
    /// The surrogates with their held-out figures.
    pub surrogates: Vec<About>,
    /// Effect of rounding the weights on the value, root mean square, by surrogate.
    pub rounding: Vec<f64>,
}

impl Manifest {
    /// Manifest of `bundle`, whose file is `bytes`, as `report` tells of its training.
    #[must_use]
    pub fn new(bundle: &Bundle, bytes: &[u8], report: &TrainingReport) -> Self {
        Self {
            name: bundle.name().to_owned(),
            attribution: bundle.attribution().to_owned(),
            weights_blake3: blake3::hash(bytes).to_hex().to_string(),
            weights_bytes: bytes.len(),
            fold_rule: format!(
                "fold = first eight bytes, little-endian, of BLAKE3(\"seed/group\") modulo {FOLDS}; \
                 a row of another fold whose normalised text occurs in a fold trains no model that \
                 answers for that fold"
            ),
            seed: bundle.seed().to_owned(),
            rows: report.rows,
            groups: report.groups,
            shared_texts: report.shared_texts,
            features: report.features,
            folds: report.folds.clone(),
            surrogates: bundle
                .surrogates()
                .iter()
                .map(|s| s.about().clone())
                .collect(),
            rounding: report.surrogates.iter().map(|s| s.rounding).collect(),
        }
    }
}

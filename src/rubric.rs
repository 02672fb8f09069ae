//! What is judged: dimensions, their scales, labels and bands. The only place that knows a scale.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// One of the ordered answers of a labelled dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// What the rater answers, such as `E1`.
    pub id: String,
    /// Its value on the dimension's scale.
    pub value: f64,
    /// What it stands for, as the prompt says it.
    pub meaning: String,
}

/// A point of a score scale that the prompt describes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The score, 0 to 100.
    pub at: u32,
    /// What it stands for.
    pub meaning: String,
}

/// How a dimension is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// A number from 0 to 100, with described anchors.
    Score(Vec<Anchor>),
    /// One of at least two labels, in the order of their strictly rising values.
    Labels(Vec<Label>),
}

/// One thing that is judged about a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Its id, which is also its field in the reply, such as `exposure`.
    pub id: String,
    /// The question, as the prompt asks it.
    pub question: String,
    /// How it is answered.
    pub scale: Scale,
}

impl Dimension {
    /// The labels in the order of their values; empty for a score.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        match &self.scale {
            Scale::Labels(labels) => labels,
            Scale::Score(_) => &[],
        }
    }

    /// Position of a label, in the order of the values.
    #[must_use]
    pub fn label_index(&self, id: &str) -> Option<usize> {
        self.labels().iter().position(|label| label.id == id)
    }

    /// Whether answers mean the same as in this other one: labels of the same ids and values in the same order, or scores. Other
    /// words for the same labels are what prompts differ in.
    #[must_use]
    pub fn same_scale(&self, other: &Self) -> bool {
        let alike = |(one, other): (&Label, &Label)| one.id == other.id && one.value == other.value;
        let (own, theirs) = (self.labels(), other.labels());
        own.len() == theirs.len() && own.iter().zip(theirs).all(alike)
    }

    /// Smallest and largest value, in the dimension's own unit.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        match &self.scale {
            Scale::Score(_) => (0.0, 100.0),
            // Labels are in the order of their values and never fewer than two (`Rubric::new`).
            Scale::Labels(labels) => (
                labels.first().map_or(0.0, |l| l.value),
                labels.last().map_or(1.0, |l| l.value),
            ),
        }
    }

    /// A value of this dimension on the 0–100 scale of occupation scores.
    #[must_use]
    pub fn to_score(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Score(_) => value,
            Scale::Labels(_) => value * 100.0,
        }
    }

    /// Whether this spread (largest minus smallest rater value, in the dimension's unit) makes a task contested:
    /// more than `share` of the range for labels, at least `share` of it for scores.
    #[must_use]
    pub fn contested(&self, spread: f64, share: f64) -> bool {
        let (low, high) = self.bounds();
        let limit = share * (high - low);
        match self.scale {
            Scale::Labels(_) => spread > limit + 1e-12,
            Scale::Score(_) => spread >= limit - 1e-12,
        }
    }
}

/// A checked set of dimensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawRubric")]
pub struct Rubric {
    id: String,
    dimensions: Vec<Dimension>,
}

/// A rubric as a file has it, not checked yet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRubric {
    id: String,
    dimensions: Vec<Dimension>,
}

impl TryFrom<RawRubric> for Rubric {
    type Error = Error;

    fn try_from(raw: RawRubric) -> Result<Self> {
        Self::new(raw.id, raw.dimensions)
    }
}

impl Rubric {
    /// Checks and builds a rubric.
    ///
    /// # Errors
    /// No dimension, two of one id, an id that is not `a–z 0–9 _`, fewer than two labels, labels whose values do
    /// not rise strictly or lie outside 0–1, an anchor outside 0–100.
    pub fn new(id: String, dimensions: Vec<Dimension>) -> Result<Self> {
        if dimensions.is_empty() {
            return Err(Error::input(format!("rubric '{id}' has no dimension")));
        }
        for (n, dimension) in dimensions.iter().enumerate() {
            check_id(&dimension.id)?;
            if dimensions[..n].iter().any(|other| other.id == dimension.id) {
                return Err(Error::input(format!(
                    "dimension '{}' occurs twice",
                    dimension.id
                )));
            }
            check_scale(dimension)?;
        }
        Ok(Self { id, dimensions })
    }

    /// Id, such as `impact`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The dimensions in the order of the prompt.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Position of a dimension.
    #[must_use]
    pub fn position(&self, dimension: &str) -> Option<usize> {
        self.dimensions.iter().position(|d| d.id == dimension)
    }
}

/// Ids become JSON fields and column names: letters, digits and `_` only.
pub(crate) fn check_id(id: &str) -> Result<()> {
    let fine = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fine {
        Ok(())
    } else {
        Err(Error::input(format!("'{id}' cannot be a field name"))
            .hint("use lower-case letters, digits and '_', beginning with a letter"))
    }
}

fn check_scale(dimension: &Dimension) -> Result<()> {
    let id = &dimension.id;
    match &dimension.scale {
        Scale::Score(anchors) => match anchors.iter().find(|anchor| anchor.at > 100) {
            Some(anchor) => Err(Error::input(format!(
                "dimension '{id}' has an anchor at {}, outside 0–100",
                anchor.at
            ))),
            None => Ok(()),
        },
        Scale::Labels(labels) => {
            if labels.len() < 2 {
                return Err(Error::input(format!(
                    "dimension '{id}' needs at least two labels"
                )));
            }
            for (n, label) in labels.iter().enumerate() {
                if label.id.is_empty() || label.id.trim() != label.id {
                    return Err(Error::input(format!(
                        "dimension '{id}' has a label '{}'",
                        label.id
                    ))
                    .hint("a label is a word without spaces around it"));
                }
                if labels[..n].iter().any(|other| other.id == label.id) {
                    return Err(Error::input(format!(
                        "label '{}' of '{id}' occurs twice",
                        label.id
                    )));
                }
            }
            for pair in labels.windows(2) {
                if pair[0].value.partial_cmp(&pair[1].value) != Some(std::cmp::Ordering::Less) {
                    return Err(Error::input(format!(
                        "labels of '{id}' must be listed by rising value, but {} = {} comes before {} = {}",
                        pair[0].id, pair[0].value, pair[1].id, pair[1].value
                    )));
                }
            }
            match labels
                .iter()
                .find(|label| !(0.0..=1.0).contains(&label.value))
            {
                Some(label) => Err(Error::input(format!(
                    "label {} of '{id}' has the value {}, outside 0–1",
                    label.id, label.value
                ))),
                None => Ok(()),
            }
        }
    }
}

/// The band of an occupation score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Under 20.
    #[serde(rename = "very low")]
    VeryLow,
    /// 20 to under 40.
    Low,
    /// 40 to under 60.
    Moderate,
    /// 60 to under 80.
    High,
    /// 80 and above.
    #[serde(rename = "very high")]
    VeryHigh,
}

impl Band {
    /// All of them, from the lowest.
    pub const ALL: [Self; 5] = [
        Self::VeryLow,
        Self::Low,
        Self::Moderate,
        Self::High,
        Self::VeryHigh,
    ];

    /// The band of a score on the 0–100 scale.
    #[must_use]
    pub fn of(score: f64) -> Self {
        match score {
            s if s < 20.0 => Self::VeryLow,
            s if s < 40.0 => Self::Low,
            s if s < 60.0 => Self::Moderate,
            s if s < 80.0 => Self::High,
            _ => Self::VeryHigh,
        }
    }

    /// Its name, as tables print it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VeryLow => "very low",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
            Self::VeryHigh => "very high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(id: &str, value: f64) -> Label {
        Label {
            id: id.into(),
            value,
            meaning: String::new(),
        }
    }

    fn dimension(scale: Scale) -> Dimension {
        Dimension {
            id: "exposure".into(),
            question: String::new(),
            scale,
        }
    }

    #[test]
    fn labels_out_of_order_are_refused_with_both_named() {
        let scale = Scale::Labels(vec![label("E1", 1.0), label("E0", 0.0)]);
        let error = Rubric::new("r".into(), vec![dimension(scale)]).unwrap_err();
        assert!(
            error.to_string().contains("E1 = 1 comes before E0 = 0"),
            "{error}"
        );
    }

    #[test]
    fn contested_is_more_than_half_for_labels_and_at_least_half_for_scores() {
        let labels = dimension(Scale::Labels(vec![label("E0", 0.0), label("E1", 1.0)]));
        assert!(!labels.contested(0.5, 0.5));
        assert!(labels.contested(0.51, 0.5));
        let score = dimension(Scale::Score(Vec::new()));
        assert!(score.contested(50.0, 0.5));
        assert!(!score.contested(49.9, 0.5));
    }

    #[test]
    fn bands_begin_at_their_lower_bound() {
        let names: Vec<_> = [0.0, 19.99, 20.0, 40.0, 60.0, 80.0, 100.0]
            .map(|s| Band::of(s).name())
            .to_vec();
        assert_eq!(
            names,
            [
                "very low",
                "very low",
                "low",
                "moderate",
                "high",
                "very high",
                "very high"
            ]
        );
    }
}

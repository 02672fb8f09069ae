//! The classes that the ILO gives occupations by mean M and standard deviation S of their task scores (0–1).
//!
//! Both are rounded to two decimals before they are compared, and the comparisons are made in double precision: that is what
//! reproduces every class of the published tables of Gmyrek, Berg & Bescond (2023) and Gmyrek et al. (2025).

use crate::stats::moments::{mean, variance};

/// Exposure of an occupation in the 2025 index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ilo2025 {
    /// None of the below.
    NotExposed,
    /// M + S ≥ .4.
    Minimal,
    /// M + S ≥ .5.
    Gradient1,
    /// M ≥ .4 and M + S ≥ .5.
    Gradient2,
    /// M ≥ .5.
    Gradient3,
    /// M ≥ .6 and M − S ≥ .5.
    Gradient4,
}

/// Potential of an occupation in the 2023 study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ilo2023 {
    /// M > .6 and M − S > .5.
    Automation,
    /// M < .4 and M + S > .5.
    Augmentation,
    /// M ≥ .4 otherwise.
    BigUnknown,
    /// None of these.
    NotAffected,
}

impl Ilo2025 {
    /// Its name in the published table.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotExposed => "Not Exposed",
            Self::Minimal => "Minimal Exposure",
            Self::Gradient1 => "Exposed: Gradient 1",
            Self::Gradient2 => "Exposed: Gradient 2",
            Self::Gradient3 => "Exposed: Gradient 3",
            Self::Gradient4 => "Exposed: Gradient 4",
        }
    }
}

impl Ilo2023 {
    /// Its name in the published study; the table misspells "Unknown".
    pub fn name(self) -> &'static str {
        match self {
            Self::Automation => "Automation Potential",
            Self::Augmentation => "Augmentation Potential",
            Self::BigUnknown => "The Big Unknown",
            Self::NotAffected => "Not affected",
        }
    }
}

/// The 2025 class of a mean and standard deviation.
pub fn ilo_2025(mean: f64, sd: f64) -> Ilo2025 {
    let (low, high) = (mean - sd, mean + sd);
    if mean >= 0.6 && low >= 0.5 {
        Ilo2025::Gradient4
    } else if mean >= 0.5 {
        Ilo2025::Gradient3
    } else if mean >= 0.4 && high >= 0.5 {
        Ilo2025::Gradient2
    } else if high >= 0.5 {
        Ilo2025::Gradient1
    } else if high >= 0.4 {
        Ilo2025::Minimal
    } else {
        Ilo2025::NotExposed
    }
}

/// The 2023 class of a mean and standard deviation.
pub fn ilo_2023(mean: f64, sd: f64) -> Ilo2023 {
    let (low, high) = (mean - sd, mean + sd);
    if mean > 0.6 && low > 0.5 {
        Ilo2023::Automation
    } else if mean < 0.4 && high > 0.5 {
        Ilo2023::Augmentation
    } else if mean >= 0.4 {
        Ilo2023::BigUnknown
    } else {
        Ilo2023::NotAffected
    }
}

/// An occupation by its task scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IloOccupation {
    /// Mean of the task scores.
    pub mean: f64,
    /// Standard deviation (over n − 1).
    pub sd: f64,
    /// Number of tasks.
    pub n: usize,
    /// Class of the rounded moments.
    pub gradient: Ilo2025,
    /// Class of 2023 of the rounded moments.
    pub potential: Ilo2023,
    /// Whether both classes stay the same with mean and deviation anywhere within half a hundredth: rounding does not decide.
    pub stable: bool,
}

/// Classes of an occupation from its task scores. `None` for fewer than two, or scores outside 0–1.
pub fn ilo_occupation(scores: &[f64]) -> Option<IloOccupation> {
    if !scores.iter().all(|score| (0.0..=1.0).contains(score)) {
        return None;
    }
    let (centre, sd) = (mean(scores)?, variance(scores, 1)?.sqrt());
    let rounded = (hundredths(centre), hundredths(sd));
    let (gradient, potential) = (
        ilo_2025(rounded.0, rounded.1),
        ilo_2023(rounded.0, rounded.1),
    );
    let near = [-0.005, 0.0, 0.005];
    let same = |m: f64, s: f64| ilo_2025(m, s) == gradient && ilo_2023(m, s) == potential;
    Some(IloOccupation {
        mean: centre,
        sd,
        n: scores.len(),
        gradient,
        potential,
        stable: near
            .iter()
            .all(|m| near.iter().all(|s| same(centre + m, sd + s))),
    })
}

/// Rounded to two decimals, halves to even.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round_ties_even() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_at_their_edges() {
        assert_eq!(ilo_2025(0.6, 0.1), Ilo2025::Gradient4);
        assert_eq!(ilo_2025(0.6, 0.11), Ilo2025::Gradient3);
        assert_eq!(ilo_2025(0.4, 0.1), Ilo2025::Gradient2);
        assert_eq!(ilo_2025(0.39, 0.11), Ilo2025::Gradient1);
        assert_eq!(ilo_2025(0.3, 0.1), Ilo2025::Minimal);
        // In double precision .36 + .04 falls short of .4, and the published class follows it.
        assert_eq!(ilo_2025(0.36, 0.04), Ilo2025::NotExposed);
        assert_eq!(ilo_2023(0.6, 0.05), Ilo2023::BigUnknown);
        assert_eq!(ilo_2023(0.7, 0.1), Ilo2023::Automation);
        assert_eq!(ilo_2023(0.3, 0.3), Ilo2023::Augmentation);
        assert_eq!(ilo_2023(0.2, 0.1), Ilo2023::NotAffected);
    }

    #[test]
    fn an_occupation_near_an_edge_says_so() {
        let clear = ilo_occupation(&[0.1, 0.12, 0.14]).unwrap();
        assert_eq!(
            (clear.gradient, clear.stable, clear.n),
            (Ilo2025::NotExposed, true, 3)
        );
        let edge = ilo_occupation(&[0.497, 0.5, 0.5]).unwrap();
        assert_eq!((edge.gradient, edge.stable), (Ilo2025::Gradient3, false));
        assert_eq!(ilo_occupation(&[0.4]), None);
        assert_eq!(ilo_occupation(&[40.0, 50.0]), None);
    }
}

//! Exposure labels (Eloundou et al. 2024) and their three readings.

/// An exposure label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// E0: no exposure.
    E0,
    /// E1: exposed to a model alone.
    E1,
    /// E2: exposed with software built on a model.
    E2,
}

impl Exposure {
    /// Reads `E0`, `E1`, `E2`, or `E3` (exposed with image capabilities), which the paper folds into E2.
    pub fn read(label: &str) -> Option<Self> {
        match label {
            "E0" => Some(Self::E0),
            "E1" => Some(Self::E1),
            "E2" | "E3" => Some(Self::E2),
            _ => None,
        }
    }
}

/// How much an E2 counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// α: E1 alone.
    Alpha,
    /// β: E1 and half of E2.
    Beta,
    /// ζ: E1 and E2 alike; the files call it `gamma`.
    Zeta,
}

impl Measure {
    /// The label as a number from 0 to 1.
    pub fn value(self, label: Exposure) -> f64 {
        match (label, self) {
            (Exposure::E0, _) | (Exposure::E2, Self::Alpha) => 0.0,
            (Exposure::E2, Self::Beta) => 0.5,
            (Exposure::E1, _) | (Exposure::E2, Self::Zeta) => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beta_lies_midway_between_alpha_and_zeta() {
        for label in ["E0", "E1", "E2", "E3"] {
            let label = Exposure::read(label).unwrap();
            let [alpha, beta, zeta] =
                [Measure::Alpha, Measure::Beta, Measure::Zeta].map(|measure| measure.value(label));
            assert_eq!(beta, alpha.midpoint(zeta));
        }
        assert_eq!(Measure::Beta.value(Exposure::E2), 0.5);
        assert_eq!(Exposure::read("e1"), None);
    }
}

//! How much two different categories agree.

/// Agreement weights between 0 and 1; 1 for a category with itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// Equal or not: w = 1 for equal categories, else 0.
    Identity,
    /// 1 − |c − k| / (max − min).
    Linear,
    /// 1 − (c − k)² / (max − min)² (Cohen 1968).
    Quadratic,
    /// 1 − C(|i − j| + 1, 2) / C(q, 2) of positions i and j among q categories (Gwet 2014); needs only their order.
    Ordinal,
}

impl Weights {
    /// The weight of each pair of categories, given in the order of the scale and by their values on it. Categories that
    /// nobody chose count, too: the whole list has to be given. `None` for fewer than two categories, or equal ones.
    pub fn matrix(self, categories: &[f64]) -> Option<Vec<Vec<f64>>> {
        let (low, high) = categories
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &c| {
                (l.min(c), h.max(c))
            });
        let rising = categories
            .windows(2)
            .all(|two| matches!(two, [a, b] if a < b));
        (categories.len() > 1 && rising && (high - low).is_finite()).then_some(())?;
        let last = (categories.len() - 1) as f64;
        let weight = |(i, c): (usize, f64), (j, k): (usize, f64)| {
            let apart = (c - k).abs() / (high - low);
            let steps = i.abs_diff(j) as f64;
            match self {
                Self::Identity => f64::from(u8::from(i == j)),
                Self::Linear => 1.0 - apart,
                Self::Quadratic => 1.0 - apart * apart,
                Self::Ordinal => 1.0 - steps * (steps + 1.0) / (last * (last + 1.0)),
            }
        };
        let all = || categories.iter().copied().enumerate();
        Some(
            all()
                .map(|one| all().map(|other| weight(one, other)).collect())
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let row = |weights: Weights| weights.matrix(&[0.0, 1.0, 4.0]).unwrap()[0].clone();
        assert_eq!(row(Weights::Identity), [1.0, 0.0, 0.0]);
        assert_eq!(row(Weights::Linear), [1.0, 0.75, 0.0]);
        assert_eq!(row(Weights::Quadratic), [1.0, 0.9375, 0.0]);
        assert_eq!(row(Weights::Ordinal), [1.0, 1.0 - 1.0 / 3.0, 0.0]);
        assert_eq!(Weights::Linear.matrix(&[1.0]), None);
        assert_eq!(Weights::Linear.matrix(&[1.0, 1.0]), None);
    }
}

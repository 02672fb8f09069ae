//! Two values a unit, and their moments.

use crate::stats::Table;

/// What two raters gave the same units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Pairs {
    /// Pairs of values of the same unit. `None` for different numbers of them and values that are not finite.
    pub fn new(x: &[f64], y: &[f64]) -> Option<Self> {
        let sound = x.len() == y.len() && x.iter().chain(y).all(|value| value.is_finite());
        sound.then(|| Self {
            x: x.to_vec(),
            y: y.to_vec(),
        })
    }

    /// Pairs that are known to be finite.
    pub(super) fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (x, y) = pairs.into_iter().unzip();
        Self { x, y }
    }

    /// The units that both of two raters have rated.
    pub fn of_table(table: &Table, x: usize, y: usize) -> Self {
        let both = |row: &[Option<f64>]| Some(((*row.get(x)?)?, (*row.get(y)?)?));
        Self::of(table.units().filter_map(both))
    }

    /// Number of pairs.
    pub fn n(&self) -> usize {
        self.x.len()
    }

    /// The values of the first rater.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The values of the second rater.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Pair by pair.
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.y.iter().copied())
    }

    /// The same units, other values.
    pub(super) fn map(&self, f: impl Fn(f64, f64) -> (f64, f64)) -> Self {
        Self::of(self.iter().map(|(x, y)| f(x, y)))
    }

    pub(super) fn moments(&self) -> Option<Moments> {
        let (mean_x, mean_y) = (centre(&self.x)?, centre(&self.y)?);
        let sum =
            |f: fn(f64, f64) -> f64| self.iter().map(|(x, y)| f(x - mean_x, y - mean_y)).sum();
        Some(Moments {
            n: self.n() as f64,
            mean_x,
            mean_y,
            xx: sum(|x, _| x * x),
            yy: sum(|_, y| y * y),
            xy: sum(|x, y| x * y),
        })
    }
}

/// Means, and sums of squares and products of the deviations from them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub n: f64,
    pub mean_x: f64,
    pub mean_y: f64,
    pub xx: f64,
    pub yy: f64,
    pub xy: f64,
}

impl Moments {
    /// Pearson's r; `None` where one of the two does not vary.
    pub(super) fn r(&self) -> Option<f64> {
        // One root is exact for a straight line, two are safe where the product leaves the range of a float.
        let square = self.xx * self.yy;
        let scale = match square.is_normal() {
            true => square.sqrt(),
            false => self.xx.sqrt() * self.yy.sqrt(),
        };
        (scale > 0.0 && scale.is_finite()).then(|| (self.xy / scale).clamp(-1.0, 1.0))
    }
}

/// The mean, and exactly the value itself where all are equal, so that what does not vary has no variance.
fn centre(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    if values.iter().all(|&value| value == first) {
        return Some(first);
    }
    crate::stats::moments::mean(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        let pairs = Pairs::new(&[0.1; 7], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).unwrap();
        assert_eq!(pairs.moments().unwrap().r(), None);
        assert!(Pairs::default().moments().is_none());
        assert_eq!(Pairs::new(&[1.0], &[]), None);
        assert_eq!(Pairs::new(&[f64::INFINITY], &[1.0]), None);
    }
}

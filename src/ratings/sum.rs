//! Sums whose result does not depend on the order of what is summed.

/// A running sum with Neumaier's compensation (Neumaier 1974, ZAMM 54): its error does not grow with the number
/// of terms, so shuffled tasks give the same mean to the last digits that are printed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost += if self.total.abs() >= term.abs() {
            (self.total - next) + term
        } else {
            (term - next) + self.total
        };
        self.total = next;
    }

    pub(crate) fn value(self) -> f64 {
        self.total + self.lost
    }
}

/// The mean over raters. It sorts the values first: the order of the panel changes nothing, not even the last bit.
pub(crate) fn sorted_mean(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let mut sum = Sum::default();
    values.iter().for_each(|&value| sum.add(value));
    Some(sum.value() / values.len() as f64)
}

/// The median of sorted values; the mean of the middle two when their number is even.
pub(crate) fn median_of_sorted(values: &[f64]) -> Option<f64> {
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(middle - 1)?;
    Some(f64::midpoint(lower, upper))
}

/// Rounds to 12 decimals, the precision of the files, and turns -0 into 0.
pub(crate) fn round12(value: f64) -> f64 {
    (value * 1e12).round() / 1e12 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compensation_keeps_what_plain_addition_loses() {
        // 1 + 1e100 + 1 - 1e100 = 2; plain addition gives 0.
        let mut sum = Sum::default();
        [1.0, 1e100, 1.0, -1e100]
            .into_iter()
            .for_each(|term| sum.add(term));
        assert_eq!(sum.value(), 2.0);
    }

    #[test]
    fn medians_of_odd_and_even_numbers() {
        assert_eq!(median_of_sorted(&[]), None);
        assert_eq!(median_of_sorted(&[3.0]), Some(3.0));
        assert_eq!(median_of_sorted(&[1.0, 2.0]), Some(1.5));
        assert_eq!(median_of_sorted(&[1.0, 2.0, 9.0]), Some(2.0));
    }

    #[test]
    fn rounding_never_yields_a_negative_zero() {
        assert!(round12(-1e-15).is_sign_positive());
        assert_eq!(round12(0.1 + 0.2), 0.3);
    }
}

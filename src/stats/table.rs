//! Units × raters, with missing cells.

use super::moments::{mean, variance};

/// What each rater gave each unit; `None` where it gave nothing. Labels are their values on the scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    raters: usize,
    cells: Vec<Option<f64>>,
}

impl Table {
    /// A table of rows, one a unit. `None` for rows of different length and values that are not finite.
    pub fn of_units<R: AsRef<[Option<f64>]>>(rows: &[R]) -> Option<Self> {
        let raters = rows.first().map_or(0, |row| row.as_ref().len());
        let mut cells = Vec::with_capacity(rows.len() * raters);
        for row in rows.iter().map(AsRef::as_ref) {
            let sound = row.len() == raters && row.iter().flatten().all(|value| value.is_finite());
            sound.then(|| cells.extend_from_slice(row))?;
        }
        Some(Self { raters, cells })
    }

    /// A table of columns, one a rater.
    pub fn of_raters<R: AsRef<[Option<f64>]>>(columns: &[R]) -> Option<Self> {
        let units = columns.first().map_or(0, |column| column.as_ref().len());
        let row = |unit| {
            columns
                .iter()
                .map(|column| column.as_ref().get(unit).copied())
                .collect()
        };
        let even = columns.iter().all(|column| column.as_ref().len() == units);
        let rows: Option<Vec<Vec<Option<f64>>>> = (0..units).map(row).collect();
        even.then(|| Self::of_units(&rows?))?
    }

    /// Number of raters.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// The units, each with one cell a rater.
    pub fn units(&self) -> impl ExactSizeIterator<Item = &[Option<f64>]> {
        self.cells.chunks(self.raters.max(1))
    }

    /// The units that every rater has rated.
    pub fn complete(&self) -> Vec<Vec<f64>> {
        self.units()
            .filter_map(|row| row.iter().copied().collect())
            .collect()
    }

    /// Mean and variance (over n) of each rater. `None` where a rater rated nothing.
    pub(crate) fn moments(&self) -> Option<Vec<(f64, f64)>> {
        let of = |rater| {
            let cells = self.units().filter_map(|row| *row.get(rater)?);
            let values: Vec<f64> = cells.collect();
            Some((mean(&values)?, variance(&values, 0)?))
        };
        (0..self.raters).map(of).collect()
    }

    /// The table of some of its raters, by number.
    pub fn only(&self, raters: &[usize]) -> Option<Self> {
        let row = |row: &[Option<f64>]| {
            raters
                .iter()
                .map(|&rater| row.get(rater).copied())
                .collect()
        };
        let rows: Option<Vec<Vec<Option<f64>>>> = self.units().map(row).collect();
        Self::of_units(&rows?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_give_the_same_table() {
        let rows = [vec![Some(1.0), None], vec![Some(2.0), Some(3.0)]];
        let columns = [vec![Some(1.0), Some(2.0)], vec![None, Some(3.0)]];
        let table = Table::of_units(&rows).unwrap();
        assert_eq!(Some(&table), Table::of_raters(&columns).as_ref());
        assert_eq!(table.complete(), [[2.0, 3.0]]);
        // Of 1 and 2, and of 3 alone.
        assert_eq!(table.moments(), Some(vec![(1.5, 0.25), (3.0, 0.0)]));
        assert_eq!(table.only(&[1]).unwrap().raters(), 1);
        assert_eq!(table.only(&[2]), None);
    }

    #[test]
    fn ragged_rows_and_values_that_are_not_numbers_are_refused() {
        assert_eq!(Table::of_units(&[vec![Some(1.0)], vec![]]), None);
        assert_eq!(Table::of_raters(&[vec![Some(1.0)], vec![]]), None);
        assert_eq!(Table::of_units(&[[Some(f64::NAN)]]), None);
        assert_eq!(Table::of_units::<Vec<_>>(&[]).unwrap().units().count(), 0);
    }
}

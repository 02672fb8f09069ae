//! How many raters gave each unit each category: what the coefficients for several raters are made of.

use crate::stats::Table;

/// A category that a unit was given, and by how many raters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub category: usize,
    pub raters: usize,
}

/// Units × categories, with only the categories that a unit was given. Categories are numbers on a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    categories: Vec<f64>,
    /// Where each unit's cells begin, and the end of the last.
    starts: Vec<usize>,
    cells: Vec<Cell>,
}

impl Counts {
    /// Counts over the values that occur in the table, in rising order.
    pub fn of_values(table: &Table) -> Self {
        let mut values: Vec<f64> = table.units().flatten().flatten().map(|v| v + 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let place = |value: f64| Some(values.partition_point(|&v| v < value));
        let counted = Self::collect(values.clone(), table, place);
        counted.unwrap_or_else(|| Self::empty(values))
    }

    /// Counts over categories given in the order of the scale. `None` where the table has a value that is none of them.
    pub fn of_categories(table: &Table, categories: &[f64]) -> Option<Self> {
        let place = |value: f64| categories.iter().position(|&category| category == value);
        Self::collect(categories.to_vec(), table, place)
    }

    /// Counts given as they are: one row a unit, one number a category. `None` for rows of another length.
    pub fn of_rows<R: AsRef<[usize]>>(categories: &[f64], rows: &[R]) -> Option<Self> {
        let mut counts = Self::empty(categories.to_vec());
        for row in rows.iter().map(AsRef::as_ref) {
            (row.len() == categories.len()).then_some(())?;
            let cells = row.iter().enumerate().filter(|&(_, &raters)| raters > 0);
            counts.push(cells.map(|(category, &raters)| Cell { category, raters }));
        }
        Some(counts)
    }

    fn empty(categories: Vec<f64>) -> Self {
        Self {
            categories,
            starts: vec![0],
            cells: Vec::new(),
        }
    }

    fn push(&mut self, cells: impl Iterator<Item = Cell>) {
        self.cells.extend(cells);
        self.starts.push(self.cells.len());
    }

    fn collect(
        categories: Vec<f64>,
        table: &Table,
        place: impl Fn(f64) -> Option<usize>,
    ) -> Option<Self> {
        let mut counts = Self::empty(categories);
        for unit in table.units() {
            let given = unit.iter().flatten().map(|&value| place(value));
            let mut given = given.collect::<Option<Vec<usize>>>()?;
            given.sort_unstable();
            counts.push(given.chunk_by(|a, b| a == b).filter_map(|same| {
                Some(Cell {
                    category: *same.first()?,
                    raters: same.len(),
                })
            }));
        }
        Some(counts)
    }

    /// The categories, in the order of the scale.
    pub fn categories(&self) -> &[f64] {
        &self.categories
    }

    /// Number of units, those without a rating among them.
    pub fn units(&self) -> usize {
        self.starts.len() - 1
    }

    /// The cells of each unit.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &[Cell]> {
        self.starts.windows(2).map(|ends| match ends {
            [start, end] => self.cells.get(*start..*end).unwrap_or(&[]),
            _ => &[],
        })
    }
}

/// The number of raters of a unit.
pub(super) fn raters(unit: &[Cell]) -> usize {
    unit.iter().map(|cell| cell.raters).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_and_its_counts() {
        let rows = [
            vec![Some(1.0), None, Some(1.0)],
            vec![None; 3],
            vec![Some(0.5), Some(1.0), None],
        ];
        let table = Table::of_units(&rows).unwrap();
        let counts = Counts::of_values(&table);
        assert_eq!(counts.categories(), [0.5, 1.0]);
        assert_eq!(counts.rows().map(raters).collect::<Vec<_>>(), [2, 0, 2]);
        let given = Counts::of_rows(&[0.5, 1.0], &[[0, 2], [0, 0], [1, 1]]).unwrap();
        assert_eq!(counts, given);
        assert_eq!(Counts::of_categories(&table, &[0.5, 1.0]), Some(given));
        assert_eq!(Counts::of_categories(&table, &[0.5, 2.0]), None);
        assert_eq!(Counts::of_rows(&[1.0], &[[1, 2]]), None);
    }

    #[test]
    fn both_zeros_are_one_value() {
        let table = Table::of_units(&[[Some(0.0), Some(-0.0)]]).unwrap();
        assert_eq!(Counts::of_values(&table).categories(), [0.0]);
    }
}

//! Which ratings were taken over from earlier runs.

/// Where the carried ratings of a [`Sheet`](super::Sheet) come from: of each such cell the id of the run that asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    runs: Vec<String>,
    /// One a cell, as far as any is marked: 0 for none, else one more than the position of its run.
    cells: Vec<u32>,
}

impl Carried {
    /// Notes that this cell holds a rating of an earlier run.
    pub fn mark(&mut self, cell: usize, run: &str) {
        let known = self.runs.iter().rposition(|known| known == run);
        let position = known.unwrap_or_else(|| {
            self.runs.push(run.to_owned());
            self.runs.len() - 1
        });
        if self.cells.len() <= cell {
            self.cells.resize(cell + 1, 0);
        }
        self.cells[cell] = u32::try_from(position + 1).unwrap_or(u32::MAX);
    }

    /// Notes that it holds another rating now.
    pub fn clear(&mut self, cell: usize) {
        if let Some(place) = self.cells.get_mut(cell) {
            *place = 0;
        }
    }

    /// The run that the rating of a cell was taken over from; `None` for one of the run itself.
    #[must_use]
    pub fn from(&self, cell: usize) -> Option<&str> {
        let position = self.cells.get(cell)?.checked_sub(1)?;
        self.runs.get(position as usize).map(String::as_str)
    }

    /// The cells that hold carried ratings, in their order.
    pub fn cells(&self) -> impl Iterator<Item = usize> {
        let cells = self.cells.iter().enumerate();
        cells.filter(|(_, run)| **run > 0).map(|(cell, _)| cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_knows_its_run_until_it_holds_another_rating() {
        let mut carried = Carried::default();
        carried.mark(4, "second");
        carried.mark(1, "first");
        carried.mark(2, "second");
        carried.clear(2);
        carried.clear(99);
        let from: Vec<_> = (0..6).map(|cell| carried.from(cell)).collect();
        assert_eq!(
            from,
            [None, Some("first"), None, None, Some("second"), None]
        );
        assert_eq!(carried.cells().collect::<Vec<_>>(), [1, 4]);
    }
}

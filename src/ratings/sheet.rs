//! All ratings of a run, compactly.

use super::arena::{Arena, Memory};
use super::drawn::Drawn;
use super::row::Row;
use super::slots::Slots;
use super::table::{Table, fits};
use crate::error::{Error, Kind, Result};
use crate::rating::{Outcome, Rating};
use crate::rubric::Rubric;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The ratings of a run: a cell a task and slot, each with its outcome and, where more is known, its whole rating as
/// bytes in an [`Arena`]. A cell that was never set is a missing rating that was not run.
///
/// It takes 13 bytes a cell beside the arena. Cells are numbered `task × slots + slot`.
#[derive(Debug)]
pub struct Sheet {
    rubric: Rubric,
    slots: Slots,
    tasks: usize,
    outcomes: Vec<Outcome>,
    /// Where the bytes of each cell lie.
    places: Vec<u64>,
    /// How many they are; 0 for a cell of which nothing is known but its outcome.
    lengths: Vec<u32>,
    arena: Box<dyn Arena>,
    /// One rating on its way into the arena.
    encoded: Vec<u8>,
    /// How the tasks of a rater were drawn, where its file says so.
    drawn: BTreeMap<usize, Arc<Drawn>>,
}

impl Sheet {
    /// An empty sheet in memory.
    #[must_use]
    pub fn new(rubric: &Rubric, tasks: usize, slots: Slots) -> Self {
        Self::kept_in(Box::new(Memory::default()), rubric, tasks, slots)
    }

    /// An empty sheet whose ratings are kept in `arena`, which is its own.
    #[must_use]
    pub fn kept_in(arena: Box<dyn Arena>, rubric: &Rubric, tasks: usize, slots: Slots) -> Self {
        let cells = tasks * slots.count();
        Self {
            rubric: rubric.clone(),
            slots,
            tasks,
            outcomes: vec![Outcome::NotRun; cells],
            places: vec![0; cells],
            lengths: vec![0; cells],
            arena,
            encoded: Vec::new(),
            drawn: BTreeMap::new(),
        }
    }

    /// A sheet of these ratings, one a rater of `raters`, task by task: `ratings[task * raters + rater]`.
    ///
    /// # Errors
    /// [`Kind::Internal`] when the count does not fit, or a rating is off its scale ([`set`](Self::set)).
    pub fn of(rubric: &Rubric, raters: usize, ratings: &[Rating]) -> Result<Self> {
        let tasks = ratings.len().checked_div(raters).unwrap_or(0);
        if tasks * raters != ratings.len() {
            return Err(internal(format!(
                "{} ratings for {raters} raters",
                ratings.len()
            )));
        }
        let mut sheet = Self::new(rubric, tasks, Slots::single(raters));
        for (cell, rating) in ratings.iter().enumerate() {
            sheet.set(cell, rating)?;
        }
        Ok(sheet)
    }

    /// What was rated on.
    #[must_use]
    pub fn rubric(&self) -> &Rubric {
        &self.rubric
    }

    /// The slots of each task.
    #[must_use]
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.tasks
    }

    /// Notes how the tasks of a rater were drawn.
    pub fn set_drawn(&mut self, rater: usize, drawn: Drawn) {
        self.drawn.insert(rater, Arc::new(drawn));
    }

    /// How the tasks of a rater were drawn; `None` where nothing is said of it.
    #[must_use]
    pub fn drawn(&self, rater: usize) -> Option<&Arc<Drawn>> {
        self.drawn.get(&rater)
    }

    /// The outcome of each cell.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The cell of a task, a rater and the number of its sample.
    #[must_use]
    pub fn cell(&self, task: usize, rater: usize, sample: u32) -> usize {
        task * self.slots.count() + self.slots.of(rater).start + sample as usize
    }

    /// The task, the rater and the number of the sample of a cell.
    #[must_use]
    pub fn at(&self, cell: usize) -> (usize, usize, u32) {
        let slots = self.slots.count().max(1);
        let (rater, sample) = self.slots.at(cell % slots);
        (cell / slots, rater, sample)
    }

    /// Fills a cell; what was in it before is gone.
    ///
    /// # Errors
    /// [`Kind::Internal`] when there is no such cell, a value lies outside its scale, a label does not exist or
    /// probabilities do not sum to 1: parsing should have made each of them impossible. [`Kind::Io`] when the arena
    /// cannot keep it.
    pub fn set(&mut self, cell: usize, rating: &Rating) -> Result<()> {
        check(&self.rubric, rating).map_err(internal)?;
        let dimensions = self.rubric.dimensions().len();
        let bare =
            rating.rationale.is_empty() && *rating == Rating::missing(rating.outcome, dimensions);
        let (place, length) = if bare {
            (0, 0)
        } else {
            self.encoded.clear();
            self.encoded = postcard::to_extend(rating, std::mem::take(&mut self.encoded))
                .map_err(|error| internal("a rating cannot be encoded".into()).because(error))?;
            let length = u32::try_from(self.encoded.len())
                .map_err(|error| internal("a rating is too long".into()).because(error))?;
            (self.arena.push(&self.encoded)?, length)
        };
        let known = self.outcomes.get_mut(cell);
        let known = known.ok_or_else(|| internal(format!("there is no cell {cell}")))?;
        *known = rating.outcome;
        self.places[cell] = place;
        self.lengths[cell] = length;
        Ok(())
    }

    /// The ratings of a task.
    ///
    /// # Errors
    /// [`Kind::Io`] when the arena cannot be read; [`Kind::Internal`] when there is no such task.
    pub fn row(&self, task: usize) -> Result<Row> {
        let mut bytes = Vec::new();
        let first = task * self.slots.count();
        let ratings = (first..first + self.slots.count())
            .map(|cell| self.rating(cell, &mut bytes))
            .collect::<Result<Vec<Rating>>>()?;
        Ok(Row::new(&self.rubric, &self.slots, ratings))
    }

    fn rating(&self, cell: usize, bytes: &mut Vec<u8>) -> Result<Rating> {
        let (Some(&outcome), Some(&place), Some(&length)) = (
            self.outcomes.get(cell),
            self.places.get(cell),
            self.lengths.get(cell),
        ) else {
            return Err(internal(format!("there is no cell {cell}")));
        };
        if length == 0 {
            return Ok(Rating::missing(outcome, self.rubric.dimensions().len()));
        }
        bytes.resize(length as usize, 0);
        self.arena.read(place, bytes)?;
        postcard::from_bytes(bytes)
            .map_err(|error| internal("a rating cannot be decoded".into()).because(error))
    }

    /// The numbers: one table a dimension of the rubric, in its order; a rater's samples as one opinion
    /// ([`fold`](super::fold)).
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub fn tables(&self) -> Result<Vec<Table>> {
        self.tables_with_gold(None)
    }

    /// The same where one rater is gold: it has its column, and no part in how far answers of two raters lie apart.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub fn tables_with_gold(&self, gold: Option<usize>) -> Result<Vec<Table>> {
        let dimensions = self.rubric.dimensions();
        let mut tables: Vec<Table> = dimensions
            .iter()
            .map(|dimension| Table::new(self.tasks, self.slots.raters(), dimension.labels().len()))
            .collect();
        for task in 0..self.tasks {
            let row = self.row(task)?;
            for (position, table) in tables.iter_mut().enumerate() {
                for rater in 0..self.slots.raters() {
                    let opinion = row.opinion(rater);
                    if let Some(value) = opinion.values.get(position).and_then(Option::as_ref) {
                        table.set_value(task, rater, value);
                    }
                }
                if let Some(apart) = row.apart_without(position, gold) {
                    table.set_apart(task, apart);
                }
            }
        }
        Ok(tables)
    }
}

/// Whether a rating fits the rubric; if not, why.
pub(crate) fn check(rubric: &Rubric, rating: &Rating) -> std::result::Result<(), String> {
    let dimensions = rubric.dimensions();
    if rating.values.len() != dimensions.len() {
        let (values, wanted) = (rating.values.len(), dimensions.len());
        return Err(format!("{values} values for {wanted} dimensions"));
    }
    for (value, dimension) in rating.values.iter().zip(dimensions) {
        let Some(value) = value else { continue };
        let (low, high) = dimension.bounds();
        if !(low..=high).contains(&value.value) {
            return Err(format!("{} = {} is off scale", dimension.id, value.value));
        }
        if !fits(value, dimension.labels().len()) {
            return Err(format!("labels of {} do not add up", dimension.id));
        }
    }
    Ok(())
}

fn internal(message: String) -> Error {
    Error::new(Kind::Internal, format!("ratings: {message}"))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{label, odds, rated, rubric, score};
    use super::*;

    #[test]
    fn a_cell_holds_what_was_set_last_and_else_was_not_run() {
        let mut sheet = Sheet::new(&rubric(), 2, Slots::new([1, 2]));
        let first = rated(Some(label(2)), Some(score(7.5)), "It may.");
        let last = rated(Some(odds([0.25, 0.25, 0.5])), None, "It does.");
        let cell = sheet.cell(1, 1, 1);
        assert_eq!((cell, sheet.at(cell)), (5, (1, 1, 1)));
        sheet.set(cell, &first).unwrap();
        assert_eq!(sheet.row(1).unwrap().samples(1)[1], first);
        sheet.set(cell, &last).unwrap();
        let row = sheet.row(1).unwrap();
        assert_eq!(row.samples(1)[1], last);
        // The one rated sample is the opinion.
        assert_eq!(row.opinion(1), &last);
        assert_eq!(row.opinion(0), &Rating::missing(Outcome::NotRun, 3));
        let refused = Rating::missing(Outcome::Refused, 3);
        sheet.set(cell, &refused).unwrap();
        assert_eq!(sheet.row(1).unwrap().samples(1)[1], refused);
        assert_eq!(sheet.outcomes()[cell], Outcome::Refused);
        assert!(sheet.set(6, &first).is_err() && sheet.row(2).is_err());
    }

    #[test]
    fn what_does_not_fit_the_rubric_is_refused() {
        let mut sheet = Sheet::new(&rubric(), 1, Slots::single(1));
        let mut refuses = |rating: Rating| sheet.set(0, &rating).unwrap_err().kind();
        assert_eq!(refuses(rated(None, Some(score(101.0)), "")), Kind::Internal);
        assert_eq!(
            refuses(rated(None, Some(score(f64::NAN)), "")),
            Kind::Internal
        );
        assert_eq!(
            refuses(rated(Some(odds([0.5, 0.25, 0.0])), None, "")),
            Kind::Internal
        );
        assert_eq!(refuses(Rating::missing(Outcome::Rated, 2)), Kind::Internal);
        let off = crate::rating::Value {
            label: Some(3),
            ..label(2)
        };
        assert_eq!(refuses(rated(Some(off), None, "")), Kind::Internal);
        assert_eq!(sheet.outcomes(), [Outcome::NotRun]);
    }

    #[test]
    fn tables_hold_plain_labels_and_probabilities() {
        let ratings = [
            rated(Some(label(1)), Some(score(3.0)), ""),
            rated(Some(odds([0.5, 0.25, 0.25])), None, ""),
        ];
        let tables = Sheet::of(&rubric(), 2, &ratings).unwrap().tables().unwrap();
        assert_eq!(tables[0].masses(0, 0), Some(&[0.0, 1.0, 0.0][..]));
        assert_eq!(tables[0].masses(0, 1), Some(&[0.5, 0.25, 0.25][..]));
        assert_eq!(
            (tables[0].value(0, 1), tables[1].value(0, 1)),
            (Some(0.375), None)
        );
        assert_eq!((tables[1].masses(0, 0), tables[1].apart(0)), (None, None));
    }
}

//! What changed between two runs, for programs: one row an occupation and dimension.

use super::table::Table;
use crate::compare::{Cause, Comparison, OccupationChange};
use crate::error::Result;
use std::io::Write;

const COLUMNS: [&str; 28] = [
    "occupation_id",
    "occupation",
    "occupation_id_before",
    "dimension",
    "before",
    "after",
    "change",
    "from_same",
    "from_raters",
    "from_method",
    "from_text",
    "from_weights",
    "from_new",
    "from_gone",
    "from_moved",
    "from_missing",
    "same_text_change",
    "low",
    "high",
    "interval",
    "n_same_text",
    "p",
    "p_adjusted",
    "same_text_verdict",
    "mde",
    "range_low",
    "range_high",
    "n_raters",
];
const RATED: [&str; 2] = ["n_rated_before", "n_rated_after"];

/// Writes a row an occupation in both runs and dimension. `before`, `after` and `change` are of the score, the columns
/// `from_…` sum to `change`; `same_text_change` to `mde` are over the tasks that read the same, each counted once; the range
/// is that of the raters' own changes of the score. All are points of the 0–100 score but p and counts.
///
/// # Errors
/// Writing fails.
pub fn write_compare_csv(comparison: &Comparison<'_>, out: &mut impl Write) -> Result<()> {
    let header = COLUMNS.into_iter().chain(RATED);
    let mut table = Table::new(out, "the comparison", header)?;
    let dimensions = &comparison.dimensions;
    let rows = dimensions.first().map_or(0, |one| one.occupations.len());
    for n in 0..rows {
        for one in dimensions {
            if let Some(occupation) = one.occupations.get(n) {
                row(&mut table, one.dimension, occupation)?;
            }
        }
    }
    table.finish()
}

fn row<W: Write>(table: &mut Table<W>, dimension: &str, one: &OccupationChange<'_>) -> Result<()> {
    table.text(one.occupation_id)?;
    table.text(one.occupation)?;
    table.text(one.id_before.unwrap_or(one.occupation_id))?;
    table.text(dimension)?;
    for number in [one.before, one.after, one.change] {
        table.number(number)?;
    }
    for cause in Cause::ALL {
        let part = one.parts.as_ref().and_then(|parts| parts.get(&cause));
        table.number(part.map(|part| part.points))?;
    }
    let same = &one.same_text;
    for number in [same.mean, same.low, same.high] {
        table.number(number)?;
    }
    table.text(same.interval)?;
    table.count(same.n)?;
    table.number(same.p)?;
    table.number(same.adjusted_p)?;
    table.text(same.verdict.name())?;
    table.number(same.mde)?;
    table.number(one.range.map(|range| range[0]))?;
    table.number(one.range.map(|range| range[1]))?;
    table.count(one.n_raters)?;
    for n in one.n_rated {
        table.count(n)?;
    }
    table.end_row()
}

//! How many people work in an occupation and what they earn: tables of the US Bureau of Labor Statistics, joined to
//! occupations by their SOC code, and scores weighted by jobs.
//!
//! A [`Table`] is read from the cells of a file ([`oews`], [`projections`]). [`Labour`] holds those of a run;
//! [`Labour::join`] finds the row of every occupation and says how ([`Match`]). [`Totals`] are the shares of jobs by
//! band. `docs/labour.md` has the definitions.

mod cell;
mod columns;
mod csv;
mod join;
mod oews;
mod projections;
mod soc;
mod table;
mod totals;

pub use cell::Wage;
pub use csv::grid_of_csv;
pub use join::{Joined, Labour, Linked, Match, Part};
pub use oews::oews;
pub use projections::{projections, put_first};
pub use soc::soc_of;
pub use table::{Kind, Level, Row, Table};
pub use totals::{BandShare, Ranged, RaterTotals, Totals};

#[cfg(test)]
mod tests;

//! What is known of an occupation beside its tasks: for pages and grouping.

use super::ratings::{SUPPRESS, number};
use super::release::Release;
use super::table::{Column, Done, Table};
use super::tables::CODE;
use crate::inventory::{Background, Problem, Skill, Technology};
use std::collections::HashSet;

const JOB_ZONE: Column = Column::of(&["Job Zone"]);
const RELATED: Column = Column::of(&["Related O*NET-SOC Code"]);
const INDEX: Column = Column::of(&["Index", "Related Index"]);
/// `Example` and `Commodity Title` to release 30.2, the other two from 30.3 on.
const EXAMPLE: Column = Column::of(&["Example", "Workplace Example"]);
const COMMODITY: Column = Column::of(&["Commodity Title", "Element Name"]);
const HOT: Column = Column::if_there(&["Hot Technology"]);
const SKILL: Column = Column::of(&["Element Name"]);
const SCALE: Column = Column::of(&["Scale ID"]);
const VALUE: Column = Column::of(&["Data Value"]);

impl<'a> Release<'a> {
    fn background(&mut self, code: &str) -> Option<&mut Background> {
        let index = *self.by_code.get(code)?;
        Some(&mut self.occupations.get_mut(index)?.background)
    }

    pub(super) fn job_zones(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let mut strangers = 0;
        let done = table.each([CODE, JOB_ZONE], |row| {
            let (code, zone) = (row.filled(0)?, row.filled(1)?);
            let value: Option<u8> = zone.parse().ok();
            let value = value.filter(|zone| (1..=5).contains(zone));
            let value = value.ok_or_else(|| {
                format!("{code} has job zone '{zone}', not a whole number from 1 to 5")
            })?;
            match self.background(code) {
                None => strangers += 1,
                Some(background) if background.job_zone.is_some() => {
                    return Err(format!("{code} has a second job zone"));
                }
                Some(background) => background.job_zone = Some(value),
            }
            Ok(())
        })?;
        self.note_strangers(strangers, table);
        Ok(done)
    }

    pub(super) fn related(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let mut strangers = 0;
        let mut found: Vec<(usize, u32, &'a str)> = Vec::new();
        let mut seen = HashSet::new();
        let done = table.each([CODE, RELATED, INDEX], |row| {
            let (code, other, index) = (row.filled(0)?, row.filled(1)?, row.filled(2)?);
            let place: u32 = index
                .parse()
                .map_err(|_| format!("{code} has index '{index}', not a whole number"))?;
            let Some(&occupation) = self.by_code.get(code) else {
                strangers += 1;
                return Ok(());
            };
            if !self.by_code.contains_key(other) {
                strangers += 1;
            } else if seen.insert((occupation, other)) {
                found.push((occupation, place, other));
            } else {
                return Err(format!("{code} is related to {other} a second time"));
            }
            Ok(())
        })?;
        found.sort_by_key(|(_, place, _)| *place);
        for (occupation, _, other) in found {
            if let Some(occupation) = self.occupations.get_mut(occupation) {
                occupation.background.related.push(other.to_owned());
            }
        }
        self.note_strangers(strangers, table);
        Ok(done)
    }

    pub(super) fn technology(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let mut strangers = 0;
        let done = table.each([CODE, EXAMPLE, COMMODITY, HOT], |row| {
            let (code, name) = (row.filled(0)?, row.filled(1)?);
            match self.background(code) {
                None => strangers += 1,
                Some(background) => background.technology.push(Technology {
                    name: name.to_owned(),
                    category: row.filled(2)?.to_owned(),
                    hot: row.cells[3] == Some("Y"),
                }),
            }
            Ok(())
        })?;
        self.note_strangers(strangers, table);
        Ok(done)
    }

    /// Importance only: the level of a skill says how much of it, on another scale.
    pub(super) fn skills(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let (mut strangers, mut suppressed) = (0, 0);
        let done = table.each([CODE, SKILL, SCALE, VALUE, SUPPRESS], |row| {
            let (code, name, scale) = (row.filled(0)?, row.filled(1)?, row.filled(2)?);
            let (Some(value), "IM") = (row.cells[3], scale) else {
                return Ok(());
            };
            let importance = number(value, 1.0, 5.0).ok_or_else(|| {
                format!("{code}: '{name}' has importance '{value}', not a number from 1 to 5")
            })?;
            let Some(&index) = self.by_code.get(code) else {
                strangers += 1;
                return Ok(());
            };
            if !self.skills.insert((index, name)) {
                return Err(format!("{code}: '{name}' has a second importance"));
            }
            if row.cells[4] == Some("Y") {
                suppressed += 1;
                return Ok(());
            }
            if let Some(occupation) = self.occupations.get_mut(index) {
                occupation.background.skills.push(Skill {
                    name: name.to_owned(),
                    importance,
                });
            }
            Ok(())
        })?;
        for occupation in &mut self.occupations {
            let skills = &mut occupation.background.skills;
            skills.sort_by(|a, b| b.importance.total_cmp(&a.importance));
        }
        self.note_strangers(strangers, table);
        self.note(suppressed, |count| {
            format!(
                "{}: {count} skills left out, because O*NET recommends to suppress them",
                table.file()
            )
        });
        Ok(done)
    }
}

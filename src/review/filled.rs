//! A sheet that a person filled in.

use super::desk::Desk;
use super::draw::Draw;
use super::entry::{Answer, Entry, Said};
use super::sheet::{DRAW, PART, Part, REVIEWER};
use crate::error::{Error, Result};
use crate::inventory::{LabelTable, Problem, Row, whole_id};
use crate::report::without_guard;
use crate::rubric::Dimension;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a person filled in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filled {
    /// What they said, in the order of the file; once a task.
    pub rows: Vec<FilledRow>,
    /// Rows that are left empty.
    pub blank: usize,
    /// Places of tasks that were asked about before the last that is answered, and of which nobody has said anything.
    pub passed: Vec<usize>,
    /// Rows that cannot be used, each with its line.
    pub problems: Vec<Problem>,
}

/// What they said of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct FilledRow {
    /// Place of the task in the draw.
    pub place: usize,
    /// Line of the file on which the row begins.
    pub line: usize,
    /// What was said. Its time is empty yet.
    pub entry: Entry,
}

impl Filled {
    /// Reads a filled sheet. Ids may have a `.0` more or zeros before them less, labels may be in lower case, scores may have
    /// a decimal comma. Two rows of one task that say different things are no label: nobody knows which was meant.
    ///
    /// # Errors
    /// A column is missing, or it is the sheet of somebody else.
    pub fn read(desk: &Desk, reviewer: &str, table: &LabelTable) -> Result<Self> {
        let reading = Reading {
            desk,
            reviewer,
            columns: Columns::find(desk.draw(), table)?,
            ids: Ids::of(desk.draw()),
        };
        let mut filled = Self {
            problems: table.problems().to_vec(),
            ..Self::default()
        };
        let problem = |line: usize, what: String| Problem {
            place: table.name().to_owned(),
            line: Some(line),
            what,
        };
        reading.check_reviewer(table)?;
        let mut wrong = HashSet::new();
        for row in table.rows() {
            match reading.row(&row) {
                Ok(Some(found)) => filled.rows.push(found),
                Ok(None) => filled.blank += 1,
                Err(what) => {
                    wrong.extend(reading.place(&row));
                    filled.problems.push(problem(row.line, what));
                }
            }
        }
        filled.passed = reading.passed(table, &filled.rows, &wrong);
        for (line, first) in filled.drop_disputed() {
            let what =
                format!("another answer than line {first} has for the same task; neither counts");
            filled.problems.push(problem(line, what));
        }
        filled.problems.sort_by_key(|problem| problem.line);
        Ok(filled)
    }

    /// Keeps one row a task; lines that contradict an earlier one, with that.
    fn drop_disputed(&mut self) -> Vec<(usize, usize)> {
        let mut first: HashMap<usize, usize> = HashMap::new();
        let mut disputed = Vec::new();
        let mut out = Vec::new();
        for (n, row) in self.rows.iter().enumerate() {
            let Some(&known) = first.get(&row.place) else {
                first.insert(row.place, n);
                continue;
            };
            out.push(n);
            if self.rows[known].entry.said != row.entry.said {
                out.push(known);
                disputed.push((row.line, self.rows[known].line));
            }
        }
        let rows = std::mem::take(&mut self.rows).into_iter().enumerate();
        self.rows = rows
            .filter(|(n, _)| !out.contains(n))
            .map(|(_, row)| row)
            .collect();
        disputed
    }
}

/// Where each thing stands.
struct Columns<'a> {
    reviewer: Option<usize>,
    part: Option<usize>,
    dimensions: Vec<(&'a Dimension, usize)>,
    note: Option<usize>,
    skip: Option<usize>,
    occupation: Option<usize>,
    task: usize,
    draw: usize,
}

impl<'a> Columns<'a> {
    fn find(draw: &'a Draw, table: &LabelTable) -> Result<Self> {
        let at = |name: &str| {
            let mut columns = table.columns().iter();
            columns.position(|column| column.trim().eq_ignore_ascii_case(name))
        };
        let needed = |name: &str| {
            at(name).ok_or_else(|| {
                let message = format!("{} has no column '{name}' ({})", table.name(), table.list());
                Error::input(message)
                    .hint("--to-csv writes a sheet with all columns that are needed")
            })
        };
        let asked = draw.asked();
        Ok(Self {
            reviewer: at(REVIEWER),
            part: at(PART),
            dimensions: asked
                .map(|one| Ok((one, needed(&one.id)?)))
                .collect::<Result<_>>()?,
            note: at("note"),
            skip: at("skip"),
            occupation: at("occupation_id"),
            task: table.task_id().map_or_else(|| needed("task_id"), Ok)?,
            draw: needed("draw")?,
        })
    }
}

/// The drawn tasks by id.
struct Ids<'a> {
    draw: &'a Draw,
    places: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Ids<'a> {
    fn of(draw: &'a Draw) -> Self {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, task) in draw.tasks.iter().enumerate() {
            for id in [task.task_id.as_str(), bare(&task.task_id)] {
                let own = places.entry(id).or_default();
                if !own.contains(&place) {
                    own.push(place);
                }
            }
        }
        Self { draw, places }
    }

    /// The one task of this id, as it stands or as a spreadsheet leaves it, and of the occupation where one is named.
    fn find(&self, id: &str, occupation: Option<&str>) -> Option<usize> {
        let of_it = |place: &usize| {
            let own = &self.draw.tasks[*place].occupation_id;
            occupation.is_none_or(|code| {
                let code = without_guard(code);
                own == code || bare(own) == bare(code)
            })
        };
        let id = without_guard(id);
        let candidates = [id, whole_id(id), bare(id)];
        let found = candidates.iter().find_map(|id| {
            let places = self.places.get(id)?;
            let own: Vec<usize> = places.iter().copied().filter(of_it).collect();
            let exact = own
                .iter()
                .find(|&&place| self.draw.tasks[place].task_id == *id);
            match own.as_slice() {
                [] => None,
                [one] => Some(Some(*one)),
                // One of that very id is meant before one of 007.
                _ => Some(exact.copied().filter(|_| occupation.is_some())),
            }
        });
        found.flatten()
    }
}

/// What is left of a number as id in a spreadsheet: `110` of `0110` and of `110.0`.
fn bare(id: &str) -> &str {
    let whole = whole_id(id);
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    match whole.trim_start_matches('0') {
        _ if !is_number => whole,
        "" => "0",
        rest => rest,
    }
}

struct Reading<'a> {
    desk: &'a Desk,
    reviewer: &'a str,
    columns: Columns<'a>,
    ids: Ids<'a>,
}

impl Reading<'_> {
    /// That no row is of the sheet that was written for somebody else.
    fn check_reviewer(&self, table: &LabelTable) -> Result<()> {
        let Some(at) = self.columns.reviewer else {
            return Ok(());
        };
        let named = table
            .rows()
            .filter_map(|row| Some((row.line, without_guard(row.get(at)?))));
        match { named }.find(|(_, name)| *name != self.reviewer) {
            None => Ok(()),
            Some((line, name)) => {
                let message = format!(
                    "{}, line {line}: it is the sheet of '{name}', not of '{}'",
                    table.name(),
                    self.reviewer
                );
                Err(Error::input(message)
                    .hint(format!("name who filled it in: --reviewer {name:?}")))
            }
        }
    }

    /// The task that a row is about, where it can be told.
    fn place(&self, row: &Row<'_>) -> Option<usize> {
        let occupation = self.columns.occupation.and_then(|at| row.get(at));
        self.ids.find(row.get(self.columns.task)?, occupation)
    }

    /// The places that a sheet asked about and that were passed over. A sheet asks about its part of the draw; what has a label
    /// is left out, because it may have had one already when the sheet was written. A table without the column is no sheet of ours.
    fn passed(&self, table: &LabelTable, rows: &[FilledRow], wrong: &HashSet<usize>) -> Vec<usize> {
        let part = self.columns.part.and_then(|at| {
            let first = table.rows().next()?;
            Some(Part::read(first.get(at).unwrap_or_default()))
        });
        let last = rows.iter().map(|row| row.place).max();
        let Some((part, last)) = part.zip(last) else {
            return Vec::new();
        };
        let own = part.of(self.desk.draw());
        let said: HashSet<usize> = rows.iter().map(|row| row.place).collect();
        let open = |place: &usize| {
            own[*place]
                && !said.contains(place)
                && !wrong.contains(place)
                && self.desk.said(self.reviewer, *place).is_none()
                && self.desk.labels(*place).count() == 0
        };
        (0..last).filter(open).collect()
    }

    /// What a row says; `None` of one that says nothing.
    fn row(&self, row: &Row<'_>) -> std::result::Result<Option<FilledRow>, String> {
        let text = |at: Option<usize>| {
            let cell = at.and_then(|at| row.get(at));
            without_guard(cell.unwrap_or_default()).to_owned()
        };
        let (note, reason) = (text(self.columns.note), text(self.columns.skip));
        let cells = self.columns.dimensions.iter();
        let given: Vec<(&Dimension, &str)> = cells
            .filter_map(|&(dimension, at)| Some((dimension, row.get(at)?)))
            .collect();
        let said = match (given.is_empty(), reason.is_empty()) {
            (true, true) if note.is_empty() => return Ok(None),
            (true, true) => return Err("a note without an answer or a reason to skip".to_owned()),
            (true, false) => Said::Skip { reason },
            (false, false) => return Err("both answered and skipped".to_owned()),
            (false, true) => Said::Label {
                values: answers(&given)?,
                note,
            },
        };
        let draw = self.desk.draw();
        let name = row.get(self.columns.draw).unwrap_or("none");
        if name.strip_prefix(DRAW).unwrap_or(name) != draw.id {
            return Err(format!("it answers {name}, and this is {DRAW}{}", draw.id));
        }
        let id = row.get(self.columns.task).ok_or("it names no task")?;
        let occupation = self.columns.occupation.and_then(|at| row.get(at));
        let place = self.ids.find(id, occupation).ok_or_else(|| {
            let of = occupation.map_or_else(String::new, |code| format!(" of {code}"));
            format!("task {id}{of} was not drawn, or several are meant")
        })?;
        let task = &draw.tasks[place];
        let entry = Entry {
            time: String::new(),
            draw: draw.id.clone(),
            reviewer: self.reviewer.to_owned(),
            occupation_id: task.occupation_id.clone(),
            task_id: task.task_id.clone(),
            said,
        };
        self.desk.check(&entry).map_err(|error| error.to_string())?;
        let line = row.line;
        Ok(Some(FilledRow { place, line, entry }))
    }
}

fn answers(given: &[(&Dimension, &str)]) -> std::result::Result<BTreeMap<String, Answer>, String> {
    let all = given.iter().map(|&(dimension, cell)| {
        let answer = answer(dimension, without_guard(cell)).ok_or_else(|| {
            let ids: Vec<&str> = dimension.labels().iter().map(|one| &*one.id).collect();
            let cell = crate::shortened(cell, 40);
            match ids.is_empty() {
                true => format!("{}: '{cell}' is no number from 0 to 100", dimension.id),
                false => format!("{}: '{cell}' is none of {}", dimension.id, ids.join(", ")),
            }
        })?;
        Ok((dimension.id.clone(), answer))
    });
    all.collect()
}

/// The answer in a cell.
fn answer(dimension: &Dimension, cell: &str) -> Option<Answer> {
    let labels = dimension.labels();
    if labels.is_empty() {
        let cell = match (cell.matches(',').count(), cell.contains('.')) {
            (1, false) => cell.replace(',', "."),
            _ => cell.to_owned(),
        };
        let score: f64 = cell.parse().ok()?;
        return (0.0..=100.0)
            .contains(&score)
            .then_some(Answer::Score(score));
    }
    let named = |is: &dyn Fn(&str) -> bool| labels.iter().find(|label| is(&label.id));
    let found = named(&|id| id == cell)
        .or_else(|| named(&|id| id == whole_id(cell)))
        .or_else(|| {
            let mut alike = labels
                .iter()
                .filter(|one| one.id.eq_ignore_ascii_case(cell));
            let first = alike.next()?;
            alike.next().is_none().then_some(first)
        });
    found.map(|label| Answer::Label(label.id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{desk, label, skip};

    fn read(desk: &Desk, text: impl AsRef<[u8]>) -> Filled {
        let table = LabelTable::read("x.csv", text.as_ref()).unwrap();
        Filled::read(desk, "ana", &table).unwrap()
    }

    fn problems(desk: &Desk, text: &str) -> Vec<String> {
        let found = read(desk, text).problems;
        found.iter().map(ToString::to_string).collect()
    }

    /// A sheet with these cells in the rows of the draw: exposure, automation, note, skip.
    fn filled(desk: &Desk, rows: &[[&str; 4]]) -> String {
        let mut text = String::from("exposure,automation,note,skip,occupation_id,task_id,draw\n");
        for (row, task) in rows.iter().zip(&desk.draw().tasks) {
            let ids = [&*task.occupation_id, &*task.task_id, &*desk.draw().id];
            text += &format!("{},{}\n", row.join(","), ids.join(","));
        }
        text
    }

    #[test]
    fn what_spreadsheets_do_is_undone() {
        let desk = desk(4, 2);
        let ids: Vec<&str> = desk.draw().tasks.iter().map(|one| &*one.task_id).collect();
        let text = format!(
            "Exposure;automation;note;skip;task_id;draw\r\n\
             e1;12,5;naïve, but;;{}.0;{3}\r\nE0;40.0;;;00{};draw-{3}\r\n;;;no idea;{};{3}\r\n",
            ids[0],
            ids[1],
            ids[2],
            desk.draw().id
        );
        let (western, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        let utf_16: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let returns = text.replace("\r\n", "\r");
        for bytes in [text.as_bytes(), &*western, &utf_16, returns.as_bytes()] {
            let found = read(&desk, bytes);
            assert_eq!(found.problems, []);
            let places: Vec<usize> = found.rows.iter().map(|row| row.place).collect();
            assert_eq!(places, [0, 1, 2]);
            let Said::Label { values, note } = &found.rows[0].entry.said else {
                panic!("a label")
            };
            assert_eq!(values["exposure"], Answer::Label("E1".into()));
            assert_eq!(
                (&values["automation"], note.as_str()),
                (&Answer::Score(12.5), "naïve, but")
            );
            assert_eq!(found.rows[1].entry.said, label("E0", 40.0));
            assert_eq!(found.rows[2].entry.said, skip("no idea"));
        }
    }

    #[test]
    fn bad_rows_are_named_and_good_ones_kept() {
        let desk = desk(8, 2);
        let text = filled(
            &desk,
            &[
                ["E9", "1", "", ""],
                ["E0", "101", "", ""],
                ["E0", "", "", ""],
                ["", "", "hm", ""],
                ["E0", "1", "", "why"],
                ["E0", "1", "", ""],
                ["", "", "", ""],
            ],
        );
        let text = text + &format!("E0,1,,,job-0,99,{}\nE0,1,,,,0,ffff\nE0,1\n", desk.draw().id);
        assert_eq!(
            problems(&desk, &text),
            [
                "x.csv, line 2: exposure: 'E9' is none of E0, E2, E1",
                "x.csv, line 3: automation: '101' is no number from 0 to 100",
                "x.csv, line 4: 'automation' is not answered",
                "x.csv, line 5: a note without an answer or a reason to skip",
                "x.csv, line 6: both answered and skipped",
                "x.csv, line 9: task 99 of job-0 was not drawn, or several are meant",
                &format!(
                    "x.csv, line 10: it answers ffff, and this is draw-{}",
                    desk.draw().id
                ),
                "x.csv, line 11: 2 cells where the header has 7",
            ]
        );
        let found = read(&desk, &text);
        assert_eq!(
            (found.rows.len(), found.rows[0].place, found.blank),
            (1, 5, 1)
        );
        let table = LabelTable::read("x.csv", b"exposure,task_id,draw\n").unwrap();
        let error = Filled::read(&desk, "ana", &table).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("x.csv has no column 'automation'"),
            "{error}"
        );
    }

    #[test]
    fn rows_that_contradict_each_other_are_no_label() {
        let desk = desk(3, 0);
        let once = filled(&desk, &[["E0", "1", "", ""], ["E1", "1", "", ""]]);
        let again = once.lines().skip(1).collect::<Vec<_>>().join("\n");
        assert_eq!(read(&desk, format!("{once}{again}")).rows.len(), 2);
        let other = again.replace("E1", "E2");
        let found = read(&desk, format!("{once}{other}"));
        let places: Vec<usize> = found.rows.iter().map(|row| row.place).collect();
        assert_eq!(places, [0]);
        assert_eq!(
            found.problems[0].to_string(),
            "x.csv, line 5: another answer than line 3 has for the same task; neither counts"
        );
    }
}

//! Which column means what: names as people write them, in any order.

use super::Refused;
use crate::inventory::Grid;
use crate::inventory::text::normalise;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Title,
    Description,
    Alternates,
    Task,
    TaskId,
    Kind,
    Importance,
    Relevance,
}

/// Number of fields.
pub(super) const FIELDS: usize = 9;

impl Field {
    /// All of them, each at the position that its value is.
    pub const ALL: [Self; FIELDS] = [
        Self::Id,
        Self::Title,
        Self::Description,
        Self::Alternates,
        Self::Task,
        Self::TaskId,
        Self::Kind,
        Self::Importance,
        Self::Relevance,
    ];
    /// Those that belong to the occupation.
    pub const OCCUPATION: [Self; 4] = [Self::Id, Self::Title, Self::Description, Self::Alternates];
}

/// The names of a field. Case, spaces and punctuation do not count: `Task_ID`, `TaskID` and `task id` are one name.
struct Names {
    field: Field,
    /// As notes and errors call it.
    called: &'static str,
    /// Names that win over the others where a file has several, the first over the second.
    own: &'static [&'static str],
    also: &'static [&'static str],
}

const NAMES: [Names; FIELDS] = [
    Names {
        field: Field::Id,
        called: "the occupation's id",
        own: &["occupation_id"],
        also: &[
            "occupation code",
            "code",
            "O*NET-SOC code",
            "O*NET code",
            "O*NET-SOC",
            "SOC code",
            "SOC",
            "ISCO-08",
            "ISCO-08 code",
            "ISCO code",
            "ISCO",
            "ISCO group",
            "ESCO code",
            "ESCO",
            "ESCO URI",
            "concept URI",
            "occupation URI",
            "job id",
            "job code",
            "role id",
            "role code",
            "position id",
            "position code",
        ],
    },
    Names {
        field: Field::Title,
        called: "the occupation",
        own: &["occupation_title", "occupation"],
        also: &[
            "title",
            "job",
            "job title",
            "role",
            "role title",
            "role name",
            "position",
            "position title",
            "occupation name",
            "job name",
            "profession",
            "preferred label",
        ],
    },
    Names {
        field: Field::Description,
        called: "the occupation's description",
        own: &["occupation_description"],
        also: &[
            "job description",
            "role description",
            "position description",
        ],
    },
    Names {
        field: Field::Alternates,
        called: "alternate titles",
        own: &["alternate_titles"],
        also: &[
            "alternate title",
            "alternative titles",
            "other titles",
            "alternative labels",
            "alt labels",
            "synonyms",
            "also called",
        ],
    },
    Names {
        field: Field::Task,
        called: "the task",
        own: &["task"],
        also: &[
            "tasks",
            "task statement",
            "statement",
            "task text",
            "task description",
            "task name",
            "duty",
            "duties",
            "activity",
            "activities",
            "work activity",
            "responsibility",
            "responsibilities",
        ],
    },
    Names {
        field: Field::TaskId,
        called: "the task's id",
        own: &["task_id"],
        also: &[
            "task code",
            "task number",
            "task no",
            "statement id",
            "duty id",
            "activity id",
            "responsibility id",
        ],
    },
    Names {
        field: Field::Kind,
        called: "the task's type",
        own: &["task_type", "type"],
        also: &["kind", "task kind", "core or supplemental"],
    },
    Names {
        field: Field::Importance,
        called: "importance",
        own: &["importance"],
        also: &["task importance", "importance rating", "importance 1 5"],
    },
    Names {
        field: Field::Relevance,
        called: "relevance",
        own: &["relevance"],
        also: &["task relevance", "relevance percent", "relevance rating"],
    },
];

impl Names {
    /// How well a [plain](plain) name fits: the lower the better.
    fn rank(&self, plain_name: &str) -> Option<usize> {
        let own = self.own.iter().position(|own| plain(own) == plain_name);
        let other = || {
            let also = self.also.iter().any(|also| plain(also) == plain_name);
            also.then_some(self.own.len())
        };
        own.or_else(other)
    }
}

/// A name without what does not count in it.
pub(super) fn plain(name: &str) -> String {
    normalise(name).replace(' ', "")
}

/// The field that a column of this name holds.
pub(super) fn field(name: &str) -> Option<Field> {
    let name = plain(name);
    let names = NAMES.iter().find(|names| names.rank(&name).is_some())?;
    Some(names.field)
}

/// Position of the one column that is named for the task's id; `None` where none is, or several are equally.
pub(super) fn task_id(columns: &[String]) -> Option<usize> {
    let names = NAMES.iter().find(|names| names.field == Field::TaskId)?;
    let ranked = columns.iter().enumerate();
    let ranked = ranked.filter_map(|(at, name)| Some((names.rank(&plain(name))?, at)));
    let mut ranked: Vec<(usize, usize)> = ranked.collect();
    ranked.sort_unstable();
    match ranked.as_slice() {
        [(best, _), (next, _), ..] if best == next => None,
        [(_, at), ..] => Some(*at),
        [] => None,
    }
}

/// Rows before the header that may hold a title or the date of an export.
const ABOVE: usize = 20;
/// Columns that a note or error names; the rest is counted.
const NAMED: usize = 12;

/// The header of a table, understood.
#[derive(Debug)]
pub(super) struct Columns {
    /// Position of the header among the rows of the grid.
    pub header: usize,
    /// Number of columns of the header.
    pub width: usize,
    /// Position of each field that is there.
    at: [Option<usize>; FIELDS],
    /// The name of each column.
    names: Vec<String>,
    /// Rows above the header that hold something.
    above: usize,
}

impl Columns {
    /// Finds the header among the first rows of a table: the first that names an occupation, by title or id, and a task
    /// where `with_tasks` asks for it.
    pub fn find(grid: &Grid, with_tasks: bool) -> Result<Self, Refused> {
        let mut first = None;
        let mut above = 0;
        for (header, row) in grid.rows().enumerate() {
            if row.is_empty() {
                continue;
            }
            let cells = row.cells().map(|cell| cell.unwrap_or_default().to_owned());
            let columns = Self::of(header, cells.collect(), above);
            if columns.suffice(with_tasks) {
                columns.unambiguous(grid.place(), row.line)?;
                return Ok(columns);
            }
            first.get_or_insert((row.line, columns));
            above += 1;
            if above > ABOVE {
                break;
            }
        }
        match first {
            Some((line, columns)) => Err(columns.lacking(grid.place(), line, with_tasks)),
            None => Err(Refused::new(
                grid.place(),
                None,
                "there is nothing in it",
                HINT,
            )),
        }
    }

    /// The number of columns of a list of tasks; `None` where the table is none.
    pub fn width_with_tasks(grid: &Grid) -> Option<usize> {
        Some(Self::find(grid, true).ok()?.width)
    }

    fn of(header: usize, names: Vec<String>, above: usize) -> Self {
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let best = |names: &Names| {
            let ranked = plain.iter().enumerate();
            let ranked = ranked.filter_map(|(at, name)| Some((names.rank(name)?, at)));
            ranked.min().map(|(_, at)| at)
        };
        Self {
            header,
            width: names.len(),
            at: NAMES.each_ref().map(best),
            names,
            above,
        }
    }

    fn suffice(&self, with_tasks: bool) -> bool {
        let occupation = self.position(Field::Id).or(self.position(Field::Title));
        occupation.is_some() && (!with_tasks || self.position(Field::Task).is_some())
    }

    /// Where a field stands.
    pub fn position(&self, field: Field) -> Option<usize> {
        self.at.get(field as usize).copied().flatten()
    }

    /// The name of the column of a field.
    pub fn name(&self, field: Field) -> Option<&str> {
        self.names.get(self.position(field)?).map(String::as_str)
    }

    /// Two columns that could both be meant are a question for the user, unless one has the very name of the field.
    fn unambiguous(&self, place: &str, line: usize) -> Result<(), Refused> {
        for names in &NAMES {
            let rank = |name: &String| names.rank(&plain(name));
            let chosen = self.name(names.field).map(str::to_owned);
            let Some(best) = chosen.as_ref().and_then(rank) else {
                continue;
            };
            let equal: Vec<&str> = self
                .names
                .iter()
                .filter(|name| rank(name) == Some(best))
                .map(String::as_str)
                .collect();
            if equal.len() > 1 {
                let own = names.own.first().copied().unwrap_or_default();
                let what = format!(
                    "the columns {} could all be {}; call the right one '{own}'",
                    quoted(&equal),
                    names.called
                );
                let hint = "a column of exactly that name is taken before all others";
                return Err(Refused::new(place, Some(line), what, hint));
            }
        }
        Ok(())
    }

    fn lacking(&self, place: &str, line: usize, with_tasks: bool) -> Refused {
        let missing = match self.position(Field::Id).or(self.position(Field::Title)) {
            None if with_tasks && self.position(Field::Task).is_none() => {
                "the occupation nor one for the task"
            }
            None => "the occupation",
            Some(_) => "the task",
        };
        let found: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let what = format!("no column for {missing}; found: {}", quoted(&found));
        Refused::new(place, Some(line), what, HINT)
    }

    /// What a reader should know of how the columns were taken.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.above > 0 {
            notes.push(format!("rows above the header, not read: {}", self.above));
        }
        let taken = NAMES.iter().filter_map(|names| {
            let name = self.name(names.field)?;
            let own = names.own.iter().any(|own| plain(own) == plain(name));
            (!own).then(|| format!("'{name}' as {}", names.called))
        });
        let taken: Vec<String> = taken.collect();
        if !taken.is_empty() {
            notes.push(format!("read {}", taken.join(", ")));
        }
        let unread = self.names.iter().enumerate();
        let unread: Vec<&str> = unread
            .filter(|(at, _)| !self.at.contains(&Some(*at)))
            .map(|(_, name)| name.as_str())
            .collect();
        if !unread.is_empty() {
            notes.push(format!("columns not read: {}", quoted(&unread)));
        }
        notes
    }
}

/// What a list needs.
pub(super) const HINT: &str = "a list has a header with a column for the occupation (occupation, job title, role, position, or a code: \
                    occupation_id, SOC code, ISCO-08, ESCO code, concept URI) and one for the task (task, statement, duty, \
                    activity, responsibility); optional: task_id, task_type, importance, relevance, occupation_description, \
                    alternate_titles";

fn quoted(names: &[&str]) -> String {
    let mut text: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| match name.char_indices().nth(40) {
            Some((end, _)) => format!("'{}…'", name.get(..end).unwrap_or_default()),
            None => format!("'{name}'"),
        })
        .collect();
    if let Some(more) = names.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push(format!("{more} more"));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[&str]]) -> Grid {
        let mut grid = Grid::new("x.csv");
        for (n, row) in rows.iter().enumerate() {
            grid.begin(n + 1);
            row.iter().for_each(|cell| grid.cell(cell));
        }
        grid
    }

    fn find(rows: &[&[&str]]) -> Result<Columns, String> {
        Columns::find(&grid(rows), true).map_err(|refused| refused.problem.what)
    }

    #[test]
    fn no_name_means_two_things_and_each_stands_at_its_place() {
        for (place, names) in NAMES.iter().enumerate() {
            assert_eq!(names.field as usize, place);
            for name in names.own.iter().chain(names.also) {
                let plain = plain(name);
                let meanings = NAMES.iter().filter(|n| n.rank(&plain).is_some()).count();
                assert_eq!(meanings, 1, "{name}");
            }
        }
    }

    #[test]
    fn order_case_and_punctuation_do_not_count_and_guesses_are_said() {
        let columns = find(&[&["Pay", "DUTY", "Task-ID", "conceptUri", "Job_Title", ""]]).unwrap();
        let at = |field| columns.position(field);
        assert_eq!(
            [Field::Task, Field::TaskId, Field::Id, Field::Title].map(at),
            [Some(1), Some(2), Some(3), Some(4)]
        );
        assert_eq!(at(Field::Importance), None);
        assert_eq!(
            columns.notes(),
            [
                "read 'conceptUri' as the occupation's id, 'Job_Title' as the occupation, 'DUTY' as the task",
                "columns not read: 'Pay', ''"
            ]
        );
        let plain = find(&[&["task", "Occupation"]]).unwrap();
        assert!(plain.notes().is_empty());
    }

    #[test]
    fn of_several_names_the_fields_own_wins_and_others_are_a_question() {
        let columns = find(&[&["job", "Occupation", "duty", "task"]]).unwrap();
        assert_eq!(
            (columns.name(Field::Title), columns.name(Field::Task)),
            (Some("Occupation"), Some("task"))
        );
        let both = find(&[&["Job", "Role", "task"]]).unwrap_err();
        assert_eq!(
            both,
            "the columns 'Job', 'Role' could all be the occupation; call the right one 'occupation_title'"
        );
        assert!(find(&[&["job", "task", "Task"]]).is_err());
    }

    #[test]
    fn the_header_may_stand_below_a_title() {
        let columns = find(&[&["Jobs of 2026"], &[], &["job", "task"]]).unwrap();
        assert_eq!((columns.header, columns.width), (2, 2));
        assert_eq!(columns.notes()[0], "rows above the header, not read: 1");
    }

    #[test]
    fn what_is_lacking_is_said_with_what_there_is() {
        assert_eq!(
            find(&[&["job", "pay"]]).unwrap_err(),
            "no column for the task; found: 'job', 'pay'"
        );
        assert_eq!(
            find(&[&["task"]]).unwrap_err(),
            "no column for the occupation; found: 'task'"
        );
        assert!(
            find(&[&["a"]])
                .unwrap_err()
                .contains("nor one for the task")
        );
        assert_eq!(find(&[&[""]]).unwrap_err(), "there is nothing in it");
        let lone = Columns::find(&grid(&[&["ISCO-08"]]), false).unwrap();
        assert_eq!(lone.position(Field::Id), Some(0));
    }
}

//! Rows of a recorded file joined with the tasks of a run, by id.

use crate::inventory::{Item, whole_id, without_guard};
use std::collections::HashMap;

/// The tasks of a run by id.
pub(crate) struct Tasks<'a> {
    /// Number of the task among those of the run, and its occupation.
    by_id: HashMap<&'a str, (usize, &'a str)>,
    /// The first task, as an example of ids.
    pub first: Option<Item<'a>>,
    pub count: usize,
}

impl<'a> Tasks<'a> {
    pub fn of(items: impl Iterator<Item = Item<'a>>) -> Self {
        let mut tasks = Self {
            by_id: HashMap::new(),
            first: None,
            count: 0,
        };
        for (number, item) in items.enumerate() {
            let place = (number, item.occupation.id.as_str());
            tasks.by_id.insert(&item.task.id, place);
            tasks.first.get_or_insert(item);
            tasks.count = number + 1;
        }
        tasks
    }

    /// The number of the task that a row is about: the one of its id, as it stands or with a `.0` less, and of its
    /// occupation where the row names one, with the guard of a spreadsheet or without. Lists tell a task id of several occupations apart as `occupation/task`.
    pub fn find(&self, id: &str, occupation: Option<&str>) -> Option<usize> {
        let exact = self.exactly(id, occupation);
        exact.or_else(|| self.exactly(without_guard(id), occupation.map(without_guard)))
    }

    fn exactly(&self, id: &str, occupation: Option<&str>) -> Option<usize> {
        let known = |id: &str| self.by_id.get(id).copied();
        let Some(code) = occupation else {
            return known(id)
                .or_else(|| known(whole_id(id)))
                .map(|(number, _)| number);
        };
        let of_it = |id: &str| known(id).filter(|(_, own)| full_code(own) == full_code(code));
        of_it(id)
            .or_else(|| of_it(whole_id(id)))
            .or_else(|| known(&format!("{code}/{id}")))
            .map(|(number, _)| number)
    }
}

/// Whether two ids name one occupation is seen by their full codes: `15-2051` is O*NET's 15-2051.00.
pub(crate) fn full_code(code: &str) -> (&str, &str) {
    let soc = |code: &str| {
        let (major, rest) = code.split_once('-').unwrap_or_default();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        major.len() == 2 && rest.len() == 4 && digits(major) && digits(rest)
    };
    match code.split_once('.') {
        Some((whole, "00")) if soc(whole) => (whole, "00"),
        None if soc(code) => (code, "00"),
        _ => (code, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Occupation, Task};

    fn occupation(id: &str, tasks: &[&str]) -> Occupation {
        let task = |id: &&str| Task {
            id: (*id).to_owned(),
            ..Task::default()
        };
        Occupation {
            id: id.to_owned(),
            tasks: tasks.iter().map(task).collect(),
            ..Occupation::default()
        }
    }

    #[test]
    fn ids_and_codes_are_found_as_other_files_write_them() {
        let occupations = [
            occupation("15-2051.00", &["8823", "10304-1", "1.0"]),
            occupation("15-2051.01", &["9", "cook/T1"]),
            occupation("+job", &["-1"]),
        ];
        let items = occupations.iter().flat_map(|occupation| {
            let tasks = occupation.tasks.iter();
            tasks.map(move |task| Item { occupation, task })
        });
        let tasks = Tasks::of(items);
        let ids = ["8823", "8823.0", "10304-1", "1.0", "10304", "1", "8823.5"];
        assert_eq!(
            ids.map(|id| tasks.find(id, None)),
            [Some(0), Some(0), Some(1), Some(2), None, None, None]
        );
        let codes = ["15-2051.00", "15-2051", "15-2051.01", "15-2051.0"];
        assert_eq!(
            codes.map(|code| tasks.find("8823.0", Some(code))),
            [Some(0), Some(0), None, None]
        );
        assert_eq!(tasks.find("9", Some("15-2051")), None);
        // Our own files guard what a spreadsheet would run.
        assert_eq!(tasks.find("'-1", Some("'+job")), Some(5));
        assert_eq!(tasks.find("'-1", None), Some(5));
        assert_eq!(tasks.find("'8823", None), None);
        assert_eq!(tasks.find("T1", Some("cook")), Some(4));
        assert_eq!(tasks.count, 6);
    }
}

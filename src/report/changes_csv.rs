//! `changes.csv`: what differs between two releases, a row a difference.

use super::table::Table;
use crate::error::Result;
use crate::inventory::{Changes, Field, Item};
use std::io::Write;

const COLUMNS: [&str; 7] = [
    "task_id",
    "change",
    "before",
    "after",
    "occupation_id",
    "occupation",
    "task",
];

/// A difference: what it is called, what stood there and what stands there now; whole tasks have neither.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow<'a> {
    /// The task as it is, or as it was where it is gone.
    pub item: Item<'a>,
    /// A name of [`Field`], `new`, `gone`, or `same text under another id`.
    pub change: &'static str,
    /// What it was; for a task that has the text of one that is gone, that one's id.
    pub before: String,
    /// What it is.
    pub after: String,
}

/// Every difference between tasks: those in both releases in the order of the new one, then the new ones, those that seem
/// to have a new id, and those that are gone.
pub fn change_rows<'a>(changes: &'a Changes<'a>) -> impl Iterator<Item = ChangeRow<'a>> {
    let whole = |change| {
        move |item: &Item<'a>| ChangeRow {
            item: *item,
            change,
            before: String::new(),
            after: String::new(),
        }
    };
    let joined = changes.tasks.joined.iter().flat_map(|pair| {
        let row = |field: &Field| ChangeRow {
            item: pair.new,
            change: field.name(),
            before: field.of(&pair.old),
            after: field.of(&pair.new),
        };
        pair.fields.iter().map(row)
    });
    let reissued = changes.reissued.iter().map(|(old, new)| ChangeRow {
        item: *new,
        change: "same text under another id",
        before: old.task.id.clone(),
        after: new.task.id.clone(),
    });
    joined
        .chain(changes.tasks.new.iter().map(whole("new")))
        .chain(reissued)
        .chain(changes.tasks.gone.iter().map(whole("gone")))
}

/// Writes `changes.csv`: the [rows](change_rows), each with the task that it is about. Text that a spreadsheet would run as
/// a formula has a leading apostrophe.
///
/// # Errors
/// Writing fails.
pub fn write_changes_csv(changes: &Changes<'_>, out: &mut impl Write) -> Result<()> {
    let mut table = Table::new(out, "the changes", COLUMNS.into_iter())?;
    for row in change_rows(changes) {
        let Item { occupation, task } = row.item;
        table.text(&task.id)?;
        table.text(row.change)?;
        table.text(&row.before)?;
        table.text(&row.after)?;
        table.text(&occupation.id)?;
        table.text(&occupation.title)?;
        table.text(&task.statement)?;
        table.end_row()?;
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Inventory, TaskType};
    use crate::ratings::fixtures::{occupation, task};
    use insta::assert_snapshot;

    #[test]
    fn a_row_a_difference() {
        let list = |id: &str, title: &str, tasks| {
            let all = vec![occupation(id, title, tasks)];
            Inventory::new("a list".into(), String::new(), Vec::new(), all).unwrap()
        };
        let mut moved = task("9", TaskType::Core, None);
        moved.statement = "do what task 2 says".into();
        let old = list(
            "1",
            "Bakers",
            vec![
                task("1", TaskType::Core, Some(3.0)),
                task("2", TaskType::Core, None),
            ],
        );
        let new = list(
            "1",
            "=Bakers",
            vec![task("1", TaskType::Supplemental, Some(3.5)), moved],
        );
        let mut bytes = Vec::new();
        write_changes_csv(&Changes::between(&old, &new), &mut bytes).unwrap();
        assert_snapshot!(String::from_utf8(bytes).unwrap(), @r"
        task_id,change,before,after,occupation_id,occupation,task
        1,type,Core,Supplemental,1,'=Bakers,Do what task 1 says.
        1,title,Bakers,'=Bakers,1,'=Bakers,Do what task 1 says.
        1,importance,3,3.5,1,'=Bakers,Do what task 1 says.
        9,new,,,1,'=Bakers,do what task 2 says
        9,same text under another id,2,9,1,'=Bakers,do what task 2 says
        2,gone,,,1,Bakers,Do what task 2 says.
        ");
    }
}

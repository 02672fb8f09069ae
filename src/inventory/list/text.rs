//! Texts of cells: in one line, of sound length, without what nobody can read.

use crate::inventory::text::normalise;

/// Characters of a task at most. The longest of O*NET's has 381: more is a whole job description in one cell.
const LONGEST_TASK: usize = 2_000;
/// Characters of an id or title at most.
pub(super) const LONGEST_NAME: usize = 300;
/// Characters of an occupation's description at most.
pub(super) const LONGEST_DESCRIPTION: usize = 5_000;

/// The words of a text with one space between them.
pub(super) fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Why a text cannot be used: it is too long, or holds characters that are no text.
pub(super) fn fault(called: &str, text: &str, longest: usize) -> Option<String> {
    let control = |c: char| c.is_control() && !c.is_whitespace();
    if let Some(found) = text.chars().find(|&c| control(c)) {
        let code = u32::from(found);
        return Some(format!(
            "{called} holds the control character U+{code:04X}: is the file damaged, or of another encoding?"
        ));
    }
    let length = text.chars().count();
    (length > longest)
        .then(|| format!("{called} has {length} characters, and at most {longest} are read"))
}

/// Why the text of a task cannot be used, as it stands in the file.
pub(super) fn task_fault(text: &str) -> Option<String> {
    let lines = text.matches('\n').count() + 1;
    let over = match lines {
        1 => String::new(),
        _ => format!("; it runs over {lines} lines: is a quote left open?"),
    };
    let empty = || {
        let empty = normalise(text).is_empty();
        empty.then(|| "the task holds neither letter nor digit".to_owned())
    };
    fault("the task", text, LONGEST_TASK)
        .map(|why| why + &over)
        .or_else(empty)
}

/// Whether two titles differ in nothing but case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

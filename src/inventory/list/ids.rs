//! Ids as spreadsheets mangle them, and ids for what has none.

use super::columns::{Columns, Field, plain};
use super::remarks::Remarks;
use super::rows::Cells;
use crate::inventory::text::{digest, normalise};
use std::borrow::Cow;

/// Hex digits of a task id that is made of content: 48 bits, so that 100,000 tasks collide once in 50,000 lists.
const DIGITS: usize = 12;

/// Undoes what spreadsheets do to ids: `8823.0` for 8823, `110` for the ISCO code 0110.
pub(super) fn tidy(rows: &mut [Cells], columns: &Columns, remarks: &mut Remarks) {
    for (field, called) in [(Field::TaskId, "task"), (Field::Id, "occupation")] {
        let ids = || rows.iter().filter_map(|row| row.get(field));
        if ids().next().is_some() && ids().all(|id| whole(id).is_some()) {
            remarks.of_all(format!("{called} ids written as 8823.0 are read as 8823"));
            for row in rows.iter_mut() {
                let id = row.get(field).and_then(whole).map(str::to_owned);
                row.set(field, id);
            }
        }
    }
    let name = plain(columns.name(Field::Id).unwrap_or_default());
    if name.contains("isco") || name.contains("esco") {
        restore_zeros(rows, remarks);
    }
}

/// A task id without the decimals that spreadsheets give to whole numbers: `8823` of `8823.0`; any other as it is.
#[must_use]
pub fn whole_id(id: &str) -> &str {
    whole(id).unwrap_or(id)
}

/// `8823` of `8823.0`.
fn whole(id: &str) -> Option<&str> {
    let (whole, zeros) = id.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits(whole) && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0');
    fits.then_some(whole)
}

/// The unit groups of the armed forces are the only ones of ISCO-08 that begin with a zero.
const ARMED_FORCES: [&str; 3] = ["110", "210", "310"];

/// Gives the codes 0110, 0210 and 0310 their zero back, where all other codes have four digits.
fn restore_zeros(rows: &mut [Cells], remarks: &mut Remarks) {
    let group = |id: &str| id.split('.').next().unwrap_or_default().to_owned();
    let groups = || rows.iter().filter_map(|row| row.get(Field::Id)).map(group);
    let lost = |group: &String| ARMED_FORCES.contains(&group.as_str());
    let sound =
        |group: &String| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_digit());
    if !groups().any(|group| sound(&group)) || !groups().all(|group| sound(&group) || lost(&group))
    {
        return;
    }
    for row in rows {
        let restored = row
            .get(Field::Id)
            .filter(|id| lost(&group(id)))
            .map(|id| format!("0{id}"));
        if let Some(restored) = restored {
            remarks.at(row.line, "the code's leading zero is restored");
            row.set(Field::Id, Some(restored));
        }
    }
}

/// A text in which the signs that tell texts apart are words: C, C++ and C# are three languages.
pub(super) fn signs_as_words(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '#', '&']) {
        return Cow::Borrowed(text);
    }
    let words = text.replace('+', " plus ").replace('#', " sharp ");
    Cow::Owned(words.replace('&', " and "))
}

/// An id made of a title: its letters and digits in lower case, with dashes between.
pub(super) fn of_title(title: &str) -> String {
    match normalise(&signs_as_words(title)).replace(' ', "-") {
        slug if slug.is_empty() => title.to_owned(),
        slug => slug,
    }
}

/// An id made of a task's occupation and text: the same wherever the task stands in a file and however it is written in
/// case, punctuation and spacing.
pub(super) fn of_task(occupation: &str, statement: &str) -> String {
    let words = normalise(&signs_as_words(statement));
    let hash = digest([(occupation, words.as_bytes())]);
    format!("t-{}", hash.get(..DIGITS).unwrap_or(&hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_differ_in_a_sign_are_kept_apart() {
        assert_eq!(of_title("  Cook, Short-Order "), "cook-short-order");
        assert_eq!(of_title("Köchin (Großküche)"), "köchin-großküche");
        assert_eq!(of_title("C++ Developer"), "c-plus-plus-developer");
        assert_eq!(of_title("C# Developer"), "c-sharp-developer");
        assert_eq!(of_title("料理人"), "料理人");
        assert_eq!(of_title("★"), "★");
    }

    #[test]
    fn a_task_id_follows_occupation_and_words() {
        assert_eq!(
            of_task("cook", "Peel potatoes."),
            of_task("cook", " PEEL  potatoes")
        );
        assert_ne!(
            of_task("cook", "Peel potatoes."),
            of_task("baker", "Peel potatoes.")
        );
        assert_ne!(
            of_task("cook", "Peel potatoes."),
            of_task("cook", "Peel a potato.")
        );
        assert_ne!(of_task("dev", "Write C++."), of_task("dev", "Write C#."));
        // Written down, so that no later version changes the ids of a user's tasks.
        assert_eq!(of_task("cook", "Peel potatoes."), "t-0ed0382a13c1");
    }

    #[test]
    fn whole_numbers_with_a_point_are_known() {
        assert_eq!(whole("8823.0"), Some("8823"));
        assert_eq!(whole_id("8823.0"), "8823");
        for other in ["8823", "2512.4", "8823.", ".0", "x.0", "1.0.0"] {
            assert_eq!(whole(other), None, "{other}");
            assert_eq!(whole_id(other), other);
        }
    }
}

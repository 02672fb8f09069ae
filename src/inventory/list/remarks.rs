//! What was kept but changed, by line: notes stay short however many lines there are.

use std::fmt::Write as _;

/// Ranges of lines that a note names; the rest is counted.
const NAMED: usize = 6;

/// Remarks on one file, each with the lines it holds for.
#[derive(Debug, Default)]
pub(super) struct Remarks(Vec<(String, Vec<usize>)>);

impl Remarks {
    /// This holds for this line.
    pub fn at(&mut self, line: usize, what: impl Into<String>) {
        let what = what.into();
        match self.0.iter_mut().find(|(known, _)| *known == what) {
            Some((_, lines)) => lines.push(line),
            None => self.0.push((what, vec![line])),
        }
    }

    /// This holds for the whole file.
    pub fn of_all(&mut self, what: impl Into<String>) {
        self.0.push((what.into(), Vec::new()));
    }

    /// One note a remark, in the order in which they came up.
    pub fn notes(self, place: &str) -> impl Iterator<Item = String> {
        self.0.into_iter().map(move |(what, mut lines)| {
            lines.sort_unstable();
            lines.dedup();
            if lines.is_empty() {
                format!("{place}: {what}")
            } else {
                format!("{place}, {}: {what}", listed(&lines))
            }
        })
    }
}

/// `line 3`, `lines 2–4, 7`, `lines 2–4, 7 and 120 more`; of ascending lines.
fn listed(lines: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => ranges.push((line, line)),
        }
    }
    let mut text = String::from(if lines.len() == 1 { "line " } else { "lines " });
    let mut named = 0;
    for (n, (first, last)) in ranges.iter().take(NAMED).enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = match first == last {
            true => write!(text, "{comma}{first}"),
            false => write!(text, "{comma}{first}–{last}"),
        };
        named += last - first + 1;
    }
    if named < lines.len() {
        let _ = write!(text, " and {} more", lines.len() - named);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_drawn_together_and_counted_where_they_are_many() {
        assert_eq!(listed(&[3]), "line 3");
        assert_eq!(listed(&[2, 3, 4, 7]), "lines 2–4, 7");
        let many: Vec<usize> = (0..20).map(|n| 2 * n + 1).collect();
        assert_eq!(listed(&many), "lines 1, 3, 5, 7, 9, 11 and 14 more");
    }

    #[test]
    fn equal_remarks_share_a_note() {
        let mut remarks = Remarks::default();
        remarks.at(9, "odd");
        remarks.of_all("even");
        remarks.at(2, "odd");
        remarks.at(9, "odd");
        let notes: Vec<String> = remarks.notes("a.csv").collect();
        assert_eq!(notes, ["a.csv, lines 2, 9: odd", "a.csv: even"]);
    }
}

//! Markdown cells: escaped text, tables, ranges.

use crate::reconcile::Interval;

/// Text as text: on one line, with every character escaped that could end a cell, open a tag, make a link or set
/// type.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut chars = text.trim().chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match c {
            // GitHub tells people who are named, and links numbers; an entity alone does not stop it.
            '@' if next.is_alphanumeric() => escaped.push_str("@&#8203;"),
            '#' if next.is_ascii_digit() => escaped.push_str("#&#8203;"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' | '`' | '\\' | '*' | '_' | '[' | ']' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_whitespace() || c.is_control() => {
                if !escaped.ends_with(' ') {
                    escaped.push(' ');
                }
            }
            c => escaped.push(c),
        }
    }
    // GitHub makes links of bare addresses; an entity in them stops it and is read as before.
    escaped
        .replace("://", "&#58;//")
        .replace("www.", "www&#46;")
}

/// A table and the empty line after it. The header is escaped here, the cells are escaped already.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let mut lines = head(header).to_vec();
    lines.extend(rows.iter().map(|row| line(row)));
    lines.push(String::new());
    lines
}

/// The lines that begin a table.
pub(super) fn head(header: &[&str]) -> [String; 2] {
    let header: Vec<String> = header.iter().map(|name| escape(name)).collect();
    [line(&header), format!("|{}", " --- |".repeat(header.len()))]
}

/// A row of a table.
pub(super) fn line(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// "20.0–35.5", or why there is no range.
pub(super) fn interval(range: Option<(f64, f64)>, interval: Interval, decimals: usize) -> String {
    match range {
        Some((low, high)) => format!("{low:.decimals$}–{high:.decimals$}"),
        None => interval.name().into_owned(),
    }
}

/// A share with two decimals, or a dash.
pub(super) fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_breaks_a_table_or_sets_type_is_escaped() {
        assert_eq!(
            escape(" a|b\r\n`c` <i>d</i> [e](f) g_h & \\ "),
            "a\\|b \\`c\\` &lt;i&gt;d&lt;/i&gt; \\[e\\](f) g\\_h &amp; \\\\"
        );
    }

    proptest! {
        #[test]
        fn any_text_stays_in_its_cell(text in ".{0,80}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['\n', '\r', '<', '>']));
            let mut previous = ' ';
            for c in escaped.chars() {
                // Every bar has its backslash, and that backslash is not itself escaped.
                prop_assert!(c != '|' || previous == '\\');
                previous = if previous == '\\' && c == '\\' { ' ' } else { c };
            }
        }
    }
}

//! Codes of the Standard Occupational Classification.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The 867 detailed codes of the SOC 2018 (US Office of Management and Budget).
static DETAILED: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("soc2018.txt").split_whitespace().collect());

/// The SOC code in the id of an occupation: `15-2051` of the O*NET-SOC code `15-2051.01`, and of itself. `None` for ids
/// of another form.
#[must_use]
pub fn soc_of(id: &str) -> Option<&str> {
    let (code, more) = id.split_at_checked(7)?;
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let detail = more.strip_prefix('.');
    let whole = is_code(code) && (more.is_empty() || detail.is_some_and(|rest| digits(rest, 2)));
    whole.then_some(code)
}

/// Whether a text has the form of a SOC code: two digits, a dash, four digits.
pub(super) fn is_code(text: &str) -> bool {
    text.len() == 7
        && text.bytes().enumerate().all(|(n, byte)| match n {
            2 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Whether it is a detailed code of the SOC 2018.
pub(super) fn is_detailed(code: &str) -> bool {
    DETAILED.contains(code)
}

/// The codes that the groups of a code may have, the nearest first: broad, minor (of two forms), major.
pub(super) fn groups(code: &str) -> impl Iterator<Item = String> + '_ {
    (3..=6).rev().filter_map(|kept| {
        let digits = code.get(..kept)?;
        Some(format!("{digits}{}", &"0000"[..7 - kept]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_from_ids_of_its_form_alone() {
        assert_eq!(soc_of("15-2051.01"), Some("15-2051"));
        assert_eq!(soc_of("15-2051"), Some("15-2051"));
        for id in [
            "",
            "2512",
            "15-205",
            "15-2051.1",
            "15-2051.001",
            "15-2051x",
            "15–2051",
            "1502051",
            "15-2051.0a",
        ] {
            assert_eq!(soc_of(id), None, "{id}");
        }
    }

    #[test]
    fn groups_are_named_from_the_nearest_on() {
        let groups: Vec<String> = groups("31-1122").collect();
        assert_eq!(groups, ["31-1120", "31-1100", "31-1000", "31-0000"]);
    }

    #[test]
    fn the_list_is_that_of_2018() {
        assert_eq!(DETAILED.len(), 867);
        assert!(
            DETAILED
                .iter()
                .all(|code| is_code(code) && !code.ends_with('0'))
        );
    }
}

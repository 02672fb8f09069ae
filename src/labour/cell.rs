//! What stands in a cell: a number, a bound, or a marker that there is none.

use std::borrow::Cow;

/// A wage in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wage {
    /// So many.
    Dollars(f64),
    /// So many or more: the source publishes no higher figure. `None` where the file does not say where it stops.
    AtLeast(Option<f64>),
}

impl Wage {
    /// The wage where it is a number.
    #[must_use]
    pub fn dollars(self) -> Option<f64> {
        match self {
            Self::Dollars(dollars) => Some(dollars),
            Self::AtLeast(_) => None,
        }
    }

    /// The same with a bound that the cell did not name.
    pub(super) fn bounded(self, bound: Option<f64>) -> Self {
        match self {
            Self::AtLeast(None) => Self::AtLeast(bound),
            known => known,
        }
    }
}

/// What BLS writes where it gives no figure, and what spreadsheet programs make of it. `~` is under a half percent.
const MISSING: [&str; 9] = ["*", "**", "***", "~", "-", "–", "—", "n/a", "N/A"];

/// A wage; `None` where there is none.
pub(super) fn wage(text: Option<&str>) -> Result<Option<Wage>, String> {
    let Some(text) = present(text) else {
        return Ok(None);
    };
    if text == "#" {
        return Ok(Some(Wage::AtLeast(None)));
    }
    if let Some(bound) = text.strip_prefix(">=").or(text.strip_prefix('≥')) {
        return Ok(Some(Wage::AtLeast(Some(positive(bound)?))));
    }
    Ok(Some(Wage::Dollars(positive(text)?)))
}

/// A count or a rate that cannot be negative; `None` where there is none.
pub(super) fn count(text: Option<&str>) -> Result<Option<f64>, String> {
    present(text).map(positive).transpose()
}

/// A number of either sign; `None` where there is none.
pub(super) fn number(text: Option<&str>) -> Result<Option<f64>, String> {
    let read = |text: &str| match text.strip_prefix(['-', '−']) {
        Some(rest) => positive(rest).map(|number| -number),
        None => positive(text),
    };
    present(text).map(read).transpose()
}

fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim)
        .filter(|text| !text.is_empty() && !MISSING.contains(text))
}

/// Digits with or without thousands commas, decimals and a dollar sign. A comma elsewhere is somebody's decimal
/// comma: read as a thousand it would be wrong by a factor.
fn positive(text: &str) -> Result<f64, String> {
    let wrong = || format!("'{}' is not a number", short(text));
    let text = text.trim().trim_start_matches('$');
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = !whole.contains(',') || first.len() <= 3;
    let sound = digits(first) && grouped && groups.all(|group| digits(group) && group.len() == 3);
    if !sound || !digits(decimals) {
        return Err(wrong());
    }
    let number = format!("{}.{decimals}", whole.replace(',', ""));
    let number: f64 = number.parse().map_err(|_| wrong())?;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(wrong())
    }
}

/// The beginning of a text that an error repeats.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    crate::shortened(text, 40)
}

/// The bounds that a note names, such as "$115.00 per hour or $239,200 per year": an hour and a year.
pub(super) fn bounds(note: &str) -> (Option<f64>, Option<f64>) {
    let mut found = (None, None);
    for part in note.split('$').skip(1) {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
        let (figure, rest) = part.split_at(end.unwrap_or(part.len()));
        let Ok(figure) = positive(figure) else {
            continue;
        };
        if rest.starts_with(" per hour") {
            found.0 = Some(figure);
        } else if rest.starts_with(" per year") {
            found.1 = Some(figure);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_the_files_write_them() {
        for (text, expected) in [
            ("154187380", 154_187_380.0),
            ("140,886,310", 140_886_310.0),
            ("23,980", 23_980.0),
            ("28.01", 28.01),
            ("$1,234.50", 1234.5),
            ("0", 0.0),
        ] {
            assert_eq!(count(Some(text)), Ok(Some(expected)), "{text}");
        }
        assert_eq!(number(Some("-36.1")), Ok(Some(-36.1)));
        assert_eq!(number(Some("−0.9")), Ok(Some(-0.9)));
    }

    #[test]
    fn a_marker_is_no_number_and_a_bound_is_no_wage() {
        for marker in MISSING {
            assert_eq!(wage(Some(marker)), Ok(None));
            assert_eq!(count(Some(marker)), Ok(None));
            assert_eq!(number(Some(marker)), Ok(None));
        }
        assert_eq!(wage(Some("#")), Ok(Some(Wage::AtLeast(None))));
        assert!(count(Some("#")).is_err() && number(Some("#")).is_err());
        let bound = Ok(Some(Wage::AtLeast(Some(239_200.0))));
        assert_eq!(wage(Some(">=$239,200")), bound);
        assert_eq!(Wage::AtLeast(Some(1.0)).dollars(), None);
    }

    #[test]
    fn what_is_no_number_is_said() {
        for text in [
            "28,01", "1,2345", "1,,000", ",5", "1.", ".5", "1e9", "0x1", "nan", "inf", "12 000",
            "-5", "$", "1.2.3",
        ] {
            assert!(count(Some(text)).is_err(), "{text}");
        }
        assert!(count(Some(&"9".repeat(400))).is_err());
    }

    #[test]
    fn a_note_names_the_bounds() {
        let note =
            "#  = indicates a wage equal to or greater than $115.00 per hour or $239,200 per year ";
        assert_eq!(bounds(note), (Some(115.0), Some(239_200.0)));
        assert_eq!(bounds("$ per year, $x"), (None, None));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_a_number_is_finite(text in "\\PC{0,24}") {
            if let Ok(Some(read)) = number(Some(&text)) {
                prop_assert!(read.is_finite() && text.bytes().any(|byte| byte.is_ascii_digit()));
            }
            if let Ok(Some(read)) = wage(Some(&text)) {
                let figure = match read { Wage::Dollars(x) => Some(x), Wage::AtLeast(x) => x };
                prop_assert!(figure.is_none_or(|figure| figure.is_finite() && figure >= 0.0));
            }
            bounds(&text);
        }

        #[test]
        fn a_number_survives_its_writing(whole in 0_u32.., cents in 0_u32..100) {
            let text = format!("{whole}.{cents:02}");
            let expected: f64 = text.parse().unwrap();
            prop_assert_eq!(count(Some(&text)), Ok(Some(expected)));
        }
    }
}

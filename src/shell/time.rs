//! Times and ages as people write them.

use crate::error::{Error, Kind, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment: RFC 3339, a day (`YYYY-MM-DD`, its beginning in UTC), or an age before now (`30d`).
pub(super) fn moment(flag: &str, text: &str) -> Result<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    if let Some(time) = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()) {
        return Ok(time.timestamp());
    }
    ago(text).ok_or_else(|| {
        Error::new(Kind::Usage, format!("{flag} '{text}' is no time"))
            .hint("write a day as 2026-01-31, a moment as 2026-01-31T12:00:00Z, or an age as 30d, 12h, 90m")
    })
}

/// The moment that lies so long ago: `90s`, `15m`, `12h`, `30d`, `4w`.
fn ago(text: &str) -> Option<Timestamp> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let span = SignedDuration::from_secs(i64::from(number) * seconds);
    Timestamp::now().checked_sub(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_moments_and_ages() {
        let day = moment("--after", "2026-01-31").unwrap();
        assert_eq!(day.to_string(), "2026-01-31T00:00:00Z");
        let time = moment("--after", "2026-01-31T12:00:00+01:00").unwrap();
        assert_eq!(time.to_string(), "2026-01-31T11:00:00Z");
        let month = Timestamp::now().duration_since(moment("--max-age", "30d").unwrap());
        assert!((month.as_hours() - 720).abs() <= 1);
        for bad in ["", "30", "d", "-3d", "3.5h", "2026-13-01", "30 d", "5é"] {
            assert!(moment("--after", bad).is_err(), "{bad}");
        }
    }
}

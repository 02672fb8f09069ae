//! What a provider says of its limits, in the headers of an answer.

use http::{HeaderMap, HeaderName};
use std::time::Duration;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Requests,
    /// Input and output together.
    Tokens,
    Input,
    Output,
}

impl Resource {
    pub const ALL: [Self; 4] = [Self::Requests, Self::Tokens, Self::Input, Self::Output];

    /// The names of its headers, the part that differs left open.
    fn names(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Requests => &[
                ("x-ratelimit-", "-requests"),
                ("anthropic-ratelimit-requests-", ""),
                // Gateways that count nothing but requests.
                ("x-ratelimit-", ""),
                ("ratelimit-", ""),
            ],
            Self::Tokens => &[
                ("x-ratelimit-", "-tokens"),
                ("anthropic-ratelimit-tokens-", ""),
            ],
            Self::Input => &[("anthropic-ratelimit-input-tokens-", "")],
            Self::Output => &[("anthropic-ratelimit-output-tokens-", "")],
        }
    }
}

/// What the headers say of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Reading {
    /// Most in a minute.
    pub limit: Option<f64>,
    /// Left after this call.
    pub remaining: Option<f64>,
    /// Until all of it is there again.
    pub reset: Option<Duration>,
}

/// What the headers of an answer say of every resource, in the order of [`Resource::ALL`].
pub(super) fn readings(headers: &HeaderMap) -> [Option<Reading>; 4] {
    // Most servers say nothing, and then nothing has to be looked for.
    let says = |name: &HeaderName| name.as_str().contains("ratelimit");
    if !headers.keys().any(says) {
        return [None; 4];
    }
    let now = told_time(headers).unwrap_or_else(jiff::Timestamp::now);
    let mut all = Resource::ALL.map(|resource| {
        resource
            .names()
            .iter()
            .map(|(before, after)| reading(headers, before, after, now))
            .find(|reading| *reading != Reading::default())
    });
    // Anthropic's sum repeats whichever of its parts is the tighter one: taken too, it would count twice.
    if all[2].is_some() || all[3].is_some() {
        all[1] = None;
    }
    all
}

/// The provider's clock: moments in its headers are told by it, and ours may be wrong.
fn told_time(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok()?.try_into().ok()
}

fn reading(headers: &HeaderMap, before: &str, after: &str, now: jiff::Timestamp) -> Reading {
    let text = |what: &str| {
        let value = headers.get(format!("{before}{what}{after}"))?;
        value.to_str().ok().map(str::trim)
    };
    let number = |what: &str| {
        let number: f64 = text(what)?.parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(number)
    };
    Reading {
        limit: number("limit").filter(|limit| *limit > 0.0),
        remaining: number("remaining"),
        reset: text("reset").and_then(|text| reset(text, now)),
    }
}

/// A time until something: `1s`, `6m0s`, `12ms`, `1h2m3.5s`, plain seconds, a Unix time in seconds or milliseconds, or a
/// moment as RFC 3339. A moment that has passed is zero.
fn reset(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    let seconds = |number: f64| Duration::try_from_secs_f64(number.max(0.0)).ok();
    if let Ok(number) = text.parse::<f64>() {
        let now = now.as_duration().as_secs_f64();
        return match number {
            n if n > 1e11 => seconds(n / 1000.0 - now),
            n if n > 1e9 => seconds(n - now),
            n if n >= 0.0 => seconds(n),
            _ => None,
        };
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        let left = moment.duration_since(now);
        return seconds(left.as_secs_f64());
    }
    duration(text)
}

/// A duration as Go writes it.
fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let unit = &after[..after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len())];
        let scale = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        total = total.checked_add(Duration::try_from_secs_f64(number * scale).ok()?)?;
        rest = &after[unit.len()..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    name.parse::<HeaderName>().unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn every_form_of_a_reset_is_read() {
        let now = jiff::Timestamp::now();
        let cases = [
            ("1s", 1.0),
            ("6m0s", 360.0),
            ("12ms", 0.012),
            ("1h2m3.5s", 3723.5),
            ("1m30.951s", 90.951),
            ("17.5", 17.5),
            ("0", 0.0),
            ("250us", 0.000_25),
        ];
        for (text, wanted) in cases {
            let got = reset(text, now)
                .unwrap_or_else(|| panic!("{text}"))
                .as_secs_f64();
            assert!((got - wanted).abs() < 1e-9, "{text}: {got}");
        }
        let soon = now + jiff::SignedDuration::from_secs(90);
        let unix = soon.as_second().to_string();
        let millis = soon.as_millisecond().to_string();
        for text in [soon.to_string(), unix, millis] {
            let got = reset(&text, now).unwrap().as_secs_f64();
            assert!((88.0..=90.0).contains(&got), "{text}: {got}");
        }
        assert_eq!(reset("2020-01-01T00:00:00Z", now), Some(Duration::ZERO));
        for nonsense in ["", "soon", "5 parsecs", "s", "-3", "1m2", "NaN"] {
            assert_eq!(reset(nonsense, now), None, "{nonsense}");
        }
    }

    #[test]
    fn both_vendors_are_read() {
        let openai = headers(&[
            ("x-ratelimit-limit-requests", "600"),
            ("x-ratelimit-remaining-requests", "99"),
            ("x-ratelimit-reset-requests", "100ms"),
            ("x-ratelimit-limit-tokens", "60000"),
            ("x-ratelimit-remaining-tokens", "0"),
        ]);
        let [requests, tokens, input, output] = readings(&openai);
        let requests = requests.unwrap();
        assert_eq!(
            (requests.limit, requests.remaining),
            (Some(600.0), Some(99.0))
        );
        assert_eq!(requests.reset, Some(Duration::from_millis(100)));
        assert_eq!(tokens.unwrap().remaining, Some(0.0));
        assert_eq!((input, output), (None, None));

        let anthropic = headers(&[
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-input-tokens-remaining", "1000"),
            ("anthropic-ratelimit-output-tokens-remaining", "500"),
            ("anthropic-ratelimit-tokens-remaining", "500"),
        ]);
        let [requests, tokens, input, output] = readings(&anthropic);
        assert_eq!(requests.unwrap().limit, Some(50.0));
        assert_eq!(tokens, None);
        assert_eq!(input.unwrap().remaining, Some(1000.0));
        assert_eq!(output.unwrap().remaining, Some(500.0));

        let gateway = headers(&[("x-ratelimit-limit", "20"), ("x-ratelimit-remaining", "-1")]);
        let [requests, ..] = readings(&gateway);
        assert_eq!(
            requests.unwrap(),
            Reading {
                limit: Some(20.0),
                ..Reading::default()
            }
        );
        assert_eq!(readings(&HeaderMap::new()), [None; 4]);
    }
}

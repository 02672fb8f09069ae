//! `prices.toml`: what a model costs at a host, from which day on.

use super::address::host;
use super::price::{PerMillion, Price};
use crate::error::{Error, Result};
use crate::line_at;
use serde::{Deserialize, Serialize};

const BUILT_IN: &str = include_str!("prices.toml");

/// Where a price comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceSource {
    /// `row` (the rater's own row), `prices.toml` or `built in`.
    pub from: &'static str,
    /// The day from which on it is said to hold (`YYYY-MM-DD`); `None` for a row, which bears no day.
    pub since: Option<String>,
}

impl PriceSource {
    /// The rater's own row.
    #[must_use]
    pub fn row() -> Self {
        Self {
            from: "row",
            since: None,
        }
    }
}

impl std::fmt::Display for PriceSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.since {
            Some(day) => write!(f, "{}, since {day}", self.from),
            None => write!(f, "its {}", self.from),
        }
    }
}

/// Dated prices of models. A price is that of a model at a host: gateways charge their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices(Vec<Row>);

#[derive(Debug, Clone, PartialEq)]
struct Row {
    model: String,
    host: String,
    /// `YYYY-MM-DD`: such texts stand in the order of their days.
    from: String,
    price: Price,
    file: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    prices: Vec<toml::Spanned<RawRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    model: String,
    host: String,
    from: toml::value::Datetime,
    input: f64,
    output: f64,
    cache_write: Option<f64>,
    cache_read: Option<f64>,
}

impl Prices {
    /// The prices that come with the program.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn built_in() -> Result<Self> {
        rows("prices.toml", BUILT_IN, "built in").map(Self)
    }

    /// Lays a user's `prices.toml` over these; `name` is how errors call it. What it says of a model at a host replaces
    /// all that was known of it from the day of its first row on: until then the earlier price holds.
    ///
    /// # Errors
    /// [`crate::error::Kind::Input`] with file and line: not TOML, an unknown or missing key, a price that is none, two
    /// rows of one model, host and day.
    pub fn with_file(mut self, name: &str, text: &str) -> Result<Self> {
        let own = rows(name, text, "prices.toml")?;
        self.0.retain(|known| {
            let replaces = |row: &Row| row.same(known) && row.from <= known.from;
            !own.iter().any(replaces)
        });
        self.0.extend(own);
        Ok(self)
    }

    /// The price of a model at an address (`base_url`) on a day (`YYYY-MM-DD`): that of the latest row that has begun.
    #[must_use]
    pub fn find(&self, model: &str, base_url: &str, day: &str) -> Option<(Price, PriceSource)> {
        let host = host(base_url);
        let row = self
            .0
            .iter()
            .filter(|row| row.model == model && row.host == host && row.from.as_str() <= day)
            .max_by(|a, b| a.from.cmp(&b.from))?;
        let source = PriceSource {
            from: row.file,
            since: Some(row.from.clone()),
        };
        Some((row.price, source))
    }
}

impl Row {
    fn same(&self, other: &Self) -> bool {
        self.model == other.model && self.host == other.host
    }
}

fn rows(name: &str, text: &str, file: &'static str) -> Result<Vec<Row>> {
    let raw: RawFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        Error::input(format!("{name}:{line}: {}", error.message())).hint(HINT)
    })?;
    let mut rows: Vec<Row> = Vec::new();
    for spanned in raw.prices {
        let line = line_at(text, spanned.span().start);
        let wrong = |message: String| Error::input(format!("{name}:{line}: {message}")).hint(HINT);
        let row = row(spanned.into_inner(), file).map_err(wrong)?;
        if rows
            .iter()
            .any(|known| known.same(&row) && known.from == row.from)
        {
            let Row {
                model, host, from, ..
            } = row;
            return Err(wrong(format!(
                "the price of '{model}' at {host} from {from} on is there twice"
            )));
        }
        rows.push(row);
    }
    Ok(rows)
}

const HINT: &str = "a row is [[prices]] with model, host, from (a day), input and output in dollars a million tokens, and where they \
                    differ from input, cache_write and cache_read";

fn row(raw: RawRow, file: &'static str) -> std::result::Result<Row, String> {
    let RawRow {
        model,
        host,
        from,
        input,
        output,
        cache_write,
        cache_read,
    } = raw;
    if model.trim().is_empty() {
        return Err("the model has no name".to_owned());
    }
    if host.is_empty() || host.contains(['/', '@']) || host.contains(char::is_whitespace) {
        return Err(format!(
            "host = \"{host}\" is no host: it stands without https:// and without a path"
        ));
    }
    let from = from
        .date
        .ok_or_else(|| format!("from of '{model}' must be a day, such as 2026-11-01"))?;
    let price = PerMillion {
        input,
        output,
        cache_write,
        cache_read,
    };
    Ok(Row {
        price: price
            .price(host.ends_with("anthropic.com"))
            .ok_or_else(|| format!("the price of '{model}' must be dollars a million tokens"))?,
        model,
        // As an address says it: in lower case, and a port makes no other price.
        host: super::address::host(&format!("https://{host}")),
        from: from.to_string(),
        file,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "\
[[prices]]
model = \"m\"
host = \"Gateway.example\"
from = 2026-03-01
input = 2
output = 4

[[prices]]
model = \"m\"
host = \"gateway.example\"
from = 2026-01-01
input = 1
output = 2
cache_read = 0.1

[[prices]]
model = \"gpt-4o\"
host = \"api.openai.com\"
from = 2026-12-01
input = 9
output = 9
";

    fn input_of(prices: &Prices, model: &str, url: &str, day: &str) -> Option<(u64, String)> {
        let (price, source) = prices.find(model, url, day)?;
        Some((price.input.0, source.to_string()))
    }

    #[test]
    fn the_row_that_holds_on_the_day_counts() {
        let prices = Prices::built_in().unwrap().with_file("p", OWN).unwrap();
        let url = "https://gateway.example:8443/v1";
        let known = |day| input_of(&prices, "m", url, day);
        assert_eq!(known("2025-12-31"), None);
        assert_eq!(
            known("2026-02-28"),
            Some((1000, "prices.toml, since 2026-01-01".into()))
        );
        assert_eq!(
            known("2026-03-01"),
            Some((2000, "prices.toml, since 2026-03-01".into()))
        );
        assert_eq!(
            input_of(&prices, "m", "https://other.example", "2026-03-01"),
            None
        );
    }

    #[test]
    fn a_users_rows_replace_the_built_in_ones_of_their_model() {
        let built_in = Prices::built_in().unwrap();
        let url = "https://api.openai.com/v1";
        let known = Some((2500, "built in, since 2024-10-01".into()));
        assert_eq!(input_of(&built_in, "gpt-4o", url, "2026-11-21"), known);
        // Its row has not begun: until then the built-in price holds.
        let own = built_in.clone().with_file("p", OWN).unwrap();
        assert_eq!(input_of(&own, "gpt-4o", url, "2026-11-21"), known);
        let begun = Some((9000, "prices.toml, since 2026-12-01".into()));
        assert_eq!(input_of(&own, "gpt-4o", url, "2026-12-01"), begun);
        // A row from before the built-in one replaces it.
        let early = OWN.replace("2026-12-01", "2024-01-01");
        let early = built_in.with_file("p", &early).unwrap();
        let begun = Some((9000, "prices.toml, since 2024-01-01".into()));
        assert_eq!(input_of(&early, "gpt-4o", url, "2026-11-21"), begun);
        assert_eq!(
            input_of(&own, "gpt-4o-mini", url, "2026-11-21").unwrap().0,
            150
        );
    }

    #[test]
    fn a_bad_row_is_named_by_file_and_line() {
        let row =
            "[[prices]]\nmodel = \"m\"\nhost = \"h\"\nfrom = 2026-01-01\ninput = 1\noutput = 2\n";
        let cases = [
            ("prices = 3\n".to_owned(), "p.toml:1: "),
            (
                row.replace("input = 1\n", ""),
                "p.toml:1: missing field `input`",
            ),
            (
                format!("\n{row}inptu = 2\n"),
                "p.toml:8: unknown field `inptu`",
            ),
            (row.replace("= 2\n", "= -2\n"), "p.toml:1: the price of 'm'"),
            (
                row.replace("= 2\n", "= nan\n"),
                "p.toml:1: the price of 'm'",
            ),
            (
                row.replace("2026-01-01", "10:00:00"),
                "p.toml:1: from of 'm' must be a day",
            ),
            (
                row.replace("\"h\"", "\"https://h\""),
                "p.toml:1: host = \"https://h\"",
            ),
            (
                row.replace("\"m\"", "\" \""),
                "p.toml:1: the model has no name",
            ),
            (
                format!("{row}{row}"),
                "p.toml:7: the price of 'm' at h from 2026-01-01 on is there twice",
            ),
        ];
        for (text, expected) in cases {
            let error = Prices::default()
                .with_file("p.toml", &text)
                .expect_err("must be refused");
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}

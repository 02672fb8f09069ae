//! Token classes and prices, in whole nano-dollars: no rounding error can add up.

use serde::{Deserialize, Serialize};

/// An amount of money: one thousand-millionth of a dollar. `$0.15` a million tokens is 150 a token.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Nanodollars(pub u64);

impl Nanodollars {
    /// In dollars, for people to read.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "for display only; amounts stay whole"
    )]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// An amount in dollars as people write it, at most nine decimals; exact.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && part.is_empty())
            || !digits(whole)
            || !digits(part)
            || part.len() > 9
        {
            return None;
        }
        let number = |text: &str| {
            if text.is_empty() {
                Some(0)
            } else {
                text.parse::<u64>().ok()
            }
        };
        number(whole)?
            .checked_mul(1_000_000_000)?
            .checked_add(number(&format!("{part:0<9}"))?)
            .map(Self)
    }

    /// The sum; amounts beyond 18 billion dollars stay there.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Tokens that a call used, in classes that do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Input tokens at the full price.
    pub input: u64,
    /// Input tokens written to the provider's prompt cache.
    pub cache_write: u64,
    /// Input tokens read from the provider's prompt cache.
    pub cache_read: u64,
    /// Output tokens.
    pub output: u64,
}

impl Usage {
    /// The sum, class by class. The counts are a provider's words: they saturate rather than overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            output: self.output.saturating_add(other.output),
        }
    }
}

/// Price of a token in each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Price {
    /// Input at the full price.
    pub input: Nanodollars,
    /// Writing to the prompt cache.
    pub cache_write: Nanodollars,
    /// Reading from the prompt cache.
    pub cache_read: Nanodollars,
    /// Output.
    pub output: Nanodollars,
}

impl Price {
    /// What this usage costs.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> Nanodollars {
        let part = |price: Nanodollars, tokens: u64| Nanodollars(price.0.saturating_mul(tokens));
        part(self.input, usage.input)
            .plus(part(self.cache_write, usage.cache_write))
            .plus(part(self.cache_read, usage.cache_read))
            .plus(part(self.output, usage.output))
    }
}

/// A price as people write it: dollars a million tokens.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PerMillion {
    pub(super) input: f64,
    pub(super) output: f64,
    pub(super) cache_write: Option<f64>,
    pub(super) cache_read: Option<f64>,
}

impl PerMillion {
    /// In nano-dollars a token; a class without a price of its own costs as much as input, but writing to Anthropic's
    /// prompt cache a quarter more. What is finer than a nano-dollar a token is rounded up: no invoice is larger than
    /// what is written down here.
    pub(super) fn price(self, anthropic: bool) -> Option<Price> {
        let write = if anthropic { 1.25 } else { 1.0 };
        Some(Price {
            input: per_token(self.input)?,
            cache_write: per_token(self.cache_write.unwrap_or(self.input * write))?,
            cache_read: per_token(self.cache_read.unwrap_or(self.input))?,
            output: per_token(self.output)?,
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to lie between 0 and a million dollars a million tokens"
)]
fn per_token(dollars_a_million: f64) -> Option<Nanodollars> {
    // 1e9 nano-dollars a dollar over 1e6 tokens. The subtraction keeps 0.15 × 1000 from becoming 151; it is larger than
    // any error of the multiplication, and what it would make 0 although it costs something is 1.
    (0.0..=1e6).contains(&dollars_a_million).then(|| {
        let least = u64::from(dollars_a_million > 0.0);
        let nanos = (dollars_a_million * 1000.0 - 1e-6).ceil().max(0.0);
        Nanodollars((nanos as u64).max(least))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_invoice() {
        let price = PerMillion {
            input: 3.0,
            output: 15.0,
            cache_write: Some(3.75),
            cache_read: Some(0.3),
        }
        .price(true)
        .unwrap();
        let usage = Usage {
            input: 3,
            cache_write: 12_304,
            cache_read: 0,
            output: 550,
        };
        // 3 × 3000 + 12304 × 3750 + 550 × 15000 nano-dollars
        assert_eq!(
            price.cost(&usage),
            Nanodollars(9_000 + 46_140_000 + 8_250_000)
        );
        assert_eq!(format!("{:.4}", price.cost(&usage).dollars()), "0.0544");
    }

    #[test]
    fn amounts_are_read_exactly() {
        for (text, nanos) in [
            ("5", 5_000_000_000),
            ("0.25", 250_000_000),
            (".1", 100_000_000),
            ("1.", 1_000_000_000),
            ("0.000000001", 1),
        ] {
            assert_eq!(Nanodollars::parse(text), Some(Nanodollars(nanos)), "{text}");
        }
        for text in ["", ".", "-1", "1e3", "1,5", "0.0000000001", "99999999999"] {
            assert_eq!(Nanodollars::parse(text), None, "{text}");
        }
    }

    #[test]
    fn prices_are_whole_nano_dollars_a_token() {
        for (dollars, nanos) in [
            (0.15, 150),
            (0.075, 75),
            (0.0, 0),
            (2.5, 2500),
            (0.0375, 38),
            (0.3, 300),
            (1e-12, 1),
            (1e6, 1_000_000_000),
        ] {
            assert_eq!(per_token(dollars), Some(Nanodollars(nanos)), "{dollars}");
        }
        assert_eq!(per_token(-1.0), None);
        assert_eq!(per_token(f64::NAN), None);
    }
}

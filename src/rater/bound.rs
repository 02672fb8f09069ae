//! The most a request can cost, before anybody knows what it does.

use super::{Llm, Nanodollars, Price};

/// Input tokens that a provider may add to what is sent: marks around messages, and its own words about the schema.
/// Documented additions are a few hundred tokens (Anthropic: up to 346 for tools, "slightly more" for structured output).
pub const OVERHEAD_TOKENS: u64 = 1000;

/// A true upper bound of what a request costs: no tokenizer makes more tokens than there are UTF-8 bytes, any of them may
/// be charged at the dearest of the input prices (writing to a prompt cache costs more than reading), and the reply
/// holds at most `max_tokens`.
#[must_use]
pub fn upper_bound(price: &Price, request_bytes: usize, max_tokens: u32) -> Nanodollars {
    let input = (request_bytes as u64).saturating_add(OVERHEAD_TOKENS);
    let dearest = price.input.max(price.cache_write).max(price.cache_read);
    Nanodollars(dearest.0.saturating_mul(input)).plus(Nanodollars(
        price.output.0.saturating_mul(u64::from(max_tokens)),
    ))
}

/// Parameters that change what is answered, not what a token costs.
const NEUTRAL: &[&str] = &[
    "chat_template_kwargs",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "metadata",
    "min_p",
    "presence_penalty",
    "reasoning",
    "reasoning_effort",
    "repetition_penalty",
    "seed",
    "stop",
    "stop_sequences",
    "store",
    "temperature",
    "thinking",
    "top_k",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
];

/// The first parameter that may change the price: another tier, another model, a search that is charged by itself.
#[must_use]
pub fn may_change_price(llm: &Llm) -> Option<&str> {
    let mut names = llm.parameters.keys().map(String::as_str);
    names.find(|name| !NEUTRAL.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_at_its_dearest() {
        let price = Price {
            input: Nanodollars(3000),
            cache_write: Nanodollars(3750),
            cache_read: Nanodollars(300),
            output: Nanodollars(15_000),
        };
        // (5000 + 1000) × 3750 + 1000 × 15000
        assert_eq!(
            upper_bound(&price, 5000, 1000),
            Nanodollars(22_500_000 + 15_000_000)
        );
    }
}

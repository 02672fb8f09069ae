//! How many tokens a request takes from a provider's limits, as far as that can be said before it is answered.

use crate::rater::Usage;

/// Bytes of text to a token, until the provider's own counts are known.
const BYTES: f64 = 4.0;
/// Tokens of a reply, until some were seen.
const REPLY: f64 = 250.0;
/// Weight of the newest call in the running means.
const NEW: f64 = 0.1;

/// Running means over the calls that were answered.
#[derive(Debug, Default)]
pub(super) struct Load {
    seen: Option<Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Tokens that count against an input limit, a byte of the request. What is read from the provider's cache does not.
    input: f64,
    /// All input tokens, a byte of the request.
    all_input: f64,
    output: f64,
}

impl Load {
    /// What a request takes, in the order of the resources: requests, tokens, input, output.
    #[expect(clippy::cast_precision_loss, reason = "requests are small")]
    pub fn charges(&self, bytes: usize, max_tokens: u32) -> [f64; 4] {
        let bytes = bytes as f64;
        let seen = self.seen.unwrap_or(Seen {
            input: 1.0 / BYTES,
            all_input: 1.0 / BYTES,
            output: REPLY,
        });
        let output = seen.output.min(f64::from(max_tokens));
        [
            1.0,
            seen.all_input * bytes + output,
            seen.input * bytes,
            output,
        ]
    }

    /// Learns from an answered call.
    #[expect(clippy::cast_precision_loss, reason = "token counts are small")]
    pub fn learn(&mut self, bytes: usize, usage: &Usage) {
        let bytes = bytes.max(1) as f64;
        let limited = usage.input.saturating_add(usage.cache_write) as f64;
        let now = Seen {
            input: limited / bytes,
            all_input: (limited + usage.cache_read as f64) / bytes,
            output: usage.output as f64,
        };
        let mixed = |old: f64, new: f64| old + NEW * (new - old);
        self.seen = Some(self.seen.map_or(now, |old| Seen {
            input: mixed(old.input, now.input),
            all_input: mixed(old.all_input, now.all_input),
            output: mixed(old.output, now.output),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_give_way_to_counts() {
        let mut load = Load::default();
        assert_eq!(load.charges(4000, 1000), [1.0, 1250.0, 1000.0, 250.0]);
        assert_eq!(load.charges(4000, 100), [1.0, 1100.0, 1000.0, 100.0]);
        let usage = Usage {
            input: 500,
            cache_write: 0,
            cache_read: 1500,
            output: 60,
        };
        load.learn(4000, &usage);
        assert_eq!(load.charges(4000, 1000), [1.0, 2060.0, 500.0, 60.0]);
    }
}

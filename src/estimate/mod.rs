//! What a run will take, before it is asked: calls, tokens, money and time, each as low, expected and high, with the
//! assumptions in words. An estimate is a range to compare with what was spent; it is no limit (a budget is).

mod basis;
mod experience;
mod size;
mod time;

pub use experience::{Experience, LedgerLine};
pub use size::RequestSize;

use crate::prompt::ReplySchema;
use crate::rater::{Limits, Llm, Nanodollars, Price, upper_bound};
use crate::wire::RESEND;
use basis::Basis;
use serde::Serialize;

/// A number of which only a range is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Range {
    /// Hardly less.
    pub low: u64,
    /// In all likelihood about this.
    pub expected: u64,
    /// Hardly more.
    pub high: u64,
}

impl Range {
    /// Rounded outwards; the expected number lies inside.
    fn of([low, expected, high]: [f64; 3]) -> Self {
        let (low, high) = (low.floor() as u64, high.ceil() as u64);
        Self {
            low,
            expected: (expected.round() as u64).clamp(low, high.max(low)),
            high: high.max(low),
        }
    }

    /// The sum, end by end.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    /// The larger of both, end by end.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        self.with(other, u64::max)
    }

    fn with(self, other: Self, join: fn(u64, u64) -> u64) -> Self {
        Self {
            low: join(self.low, other.low),
            expected: join(self.expected, other.expected),
            high: join(self.high, other.high),
        }
    }
}

/// A range of money, exact and in dollars for people.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Cost {
    /// Exact.
    pub nanodollars: Range,
    /// For people: low, expected, high.
    pub dollars: [f64; 3],
}

impl From<Range> for Cost {
    fn from(nanodollars: Range) -> Self {
        let Range {
            low,
            expected,
            high,
        } = nanodollars;
        Self {
            nanodollars,
            dollars: [low, expected, high].map(|amount| Nanodollars(amount).dollars()),
        }
    }
}

/// What one hosted rater is to be asked, added up question by question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Questions that the cache answers.
    pub cached: u64,
    /// Questions that it does not.
    pub questions: u64,
    /// Bytes of the request bodies of those.
    pub bytes: u64,
    /// Bytes of the largest of them.
    pub largest: u64,
}

impl Load {
    /// Counts a question that has to be asked.
    pub fn add(&mut self, size: &RequestSize, question: &str) {
        self.questions += 1;
        let bytes = size.of(question);
        self.bytes += bytes;
        self.largest = self.largest.max(bytes);
    }
}

/// One hosted rater and what it is to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its id.
    pub id: &'a str,
    /// The model.
    pub llm: &'a Llm,
    /// Shape of its replies.
    pub schema: &'a ReplySchema,
    /// Sizes of its requests.
    pub size: RequestSize,
    /// How much it is asked.
    pub load: Load,
}

/// What one rater will take.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaterEstimate {
    /// Its id.
    pub rater: String,
    /// Questions that the cache answers.
    pub cached: u64,
    /// Questions that are asked.
    pub questions: u64,
    /// Requests for them, repeated ones included.
    pub attempts: Range,
    /// Input tokens of all classes.
    pub input_tokens: Range,
    /// Output tokens.
    pub output_tokens: Range,
    /// What they cost; `None` when its price is not known.
    pub cost: Option<Cost>,
    /// The most that one call can cost, a second answer's included; `None` when its price is not known.
    #[serde(skip)]
    pub dearest_call: Option<Nanodollars>,
    /// Wall time.
    pub seconds: Range,
    /// What the wall time comes from.
    pub pace: String,
    /// What the numbers rest on.
    pub assumptions: Vec<String>,
}

/// What a run will take.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Estimate {
    /// Questions that the cache answers.
    pub cached: u64,
    /// Questions that are asked.
    pub questions: u64,
    /// Requests for them, repeated ones included.
    pub attempts: Range,
    /// Input tokens of all classes.
    pub input_tokens: Range,
    /// Output tokens.
    pub output_tokens: Range,
    /// What all cost; `None` when a price is not known.
    pub cost: Option<Cost>,
    /// What those cost whose price is known.
    pub known_cost: Cost,
    /// Raters that are asked and whose price is not known.
    pub unpriced: Vec<String>,
    /// Wall time: raters are asked side by side.
    pub seconds: Range,
    /// A hosted rater each.
    #[serde(skip)]
    pub raters: Vec<RaterEstimate>,
}

impl Estimate {
    /// Adds up what each rater takes.
    #[must_use]
    pub fn of(raters: Vec<RaterEstimate>) -> Self {
        let sum = |pick: fn(&RaterEstimate) -> Range| {
            raters.iter().map(pick).fold(Range::default(), Range::plus)
        };
        let known_cost: Cost =
            sum(|rater| rater.cost.map(|cost| cost.nanodollars).unwrap_or_default()).into();
        let unpriced: Vec<String> = raters
            .iter()
            .filter(|rater| rater.cost.is_none())
            .map(|rater| rater.rater.clone())
            .collect();
        Self {
            cached: raters.iter().map(|rater| rater.cached).sum(),
            questions: raters.iter().map(|rater| rater.questions).sum(),
            attempts: sum(|rater| rater.attempts),
            input_tokens: sum(|rater| rater.input_tokens),
            output_tokens: sum(|rater| rater.output_tokens),
            cost: unpriced.is_empty().then_some(known_cost),
            known_cost,
            unpriced,
            seconds: raters
                .iter()
                .map(|rater| rater.seconds)
                .fold(Range::default(), Range::max),
            raters,
        }
    }

    /// What this takes and what is asked after it.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        let mut raters = self.raters;
        for next in later.raters {
            match raters.iter().position(|one| one.rater == next.rater) {
                Some(at) => {
                    let first = raters.remove(at);
                    raters.insert(at, first.then(next));
                }
                None => raters.push(next),
            }
        }
        Self::of(raters)
    }
}

impl RaterEstimate {
    /// The same rater asked more, one after the other. The words are those of the first that asks anything.
    fn then(self, later: Self) -> Self {
        let both = self.cost.zip(later.cost);
        let cost = both.map(|(one, other)| one.nanodollars.plus(other.nanodollars).into());
        let (cached, questions) = (self.cached + later.cached, self.questions + later.questions);
        let attempts = self.attempts.plus(later.attempts);
        let input_tokens = self.input_tokens.plus(later.input_tokens);
        let output_tokens = self.output_tokens.plus(later.output_tokens);
        let seconds = self.seconds.plus(later.seconds);
        let dearest_call = self.dearest_call.max(later.dearest_call);
        let words = if self.questions > 0 { self } else { later };
        Self {
            cached,
            questions,
            attempts,
            input_tokens,
            output_tokens,
            cost,
            dearest_call,
            seconds,
            ..words
        }
    }
}

/// Estimates one rater, from what earlier runs have taught or else from stated assumptions.
#[must_use]
pub fn estimate(asked: &Asked<'_>, experience: &Experience) -> RaterEstimate {
    let load = asked.load;
    let basis = Basis::new(asked, experience);
    let [answers, attempts] = [basis.answers, basis.attempts].map(|each| {
        let questions = load.questions as f64;
        // One of few questions may need another call: a whole one.
        let high = questions + (questions * (each[2] - 1.0)).ceil();
        [questions * each[0], questions * each[1], high]
    });
    let tokens = Tokens::new(&basis, load, answers);
    let (seconds, pace) = time::seconds(asked.llm, &basis, experience, attempts, &tokens);
    let cost = match asked.llm.price {
        // Nothing is asked: that costs nothing, at whatever price.
        _ if load.questions == 0 => Some(Cost::default()),
        Some(price) => Some(tokens.cost(asked, &basis, &price).into()),
        None => None,
    };
    RaterEstimate {
        rater: asked.id.to_owned(),
        cached: load.cached,
        questions: load.questions,
        attempts: Range::of(attempts),
        input_tokens: Range::of(tokens.input),
        output_tokens: Range::of(tokens.output),
        cost,
        dearest_call: dearest_call(asked),
        seconds,
        pace,
        assumptions: basis.words,
    }
}

/// The most that a call can cost: the largest request with what a second answer may add to it. A re-ask carries the reply
/// that could not be used, of no more tokens than it was allowed, and why it could not.
fn dearest_call(asked: &Asked<'_>) -> Option<Nanodollars> {
    const WHY: u64 = 1000;
    let most = asked.llm.max_tokens.saturating_mul(RESEND);
    let bytes = asked.load.largest + u64::from(most) + WHY;
    let price = asked.llm.price?;
    Some(match asked.load.questions {
        0 => Nanodollars(0),
        _ => upper_bound(&price, usize::try_from(bytes).unwrap_or(usize::MAX), most),
    })
}

/// Tokens of all calls: low, expected, high.
struct Tokens {
    input: [f64; 3],
    output: [f64; 3],
}

impl Tokens {
    fn new(basis: &Basis, load: Load, answers: [f64; 3]) -> Self {
        let (questions, bytes) = (load.questions as f64, load.bytes as f64);
        let each = |at: usize, of: &[f64; 3]| of[at] * answers[at];
        let again = |at: usize| (answers[at] - questions).max(0.0);
        let output = [0, 1, 2].map(|at| questions * basis.output[at] + again(at) * basis.again[at]);
        let input = [0, 1, 2].map(|at| {
            // A re-ask repeats the question and carries the reply that could not be used.
            let asked = match questions > 0.0 {
                true => bytes * answers[at] / questions,
                false => 0.0,
            };
            asked * basis.tokens_per_byte[at]
                + each(at, &basis.overhead)
                + again(at) * basis.output[at]
        });
        Self { input, output }
    }

    /// Money, at a price a class. The provider's prompt cache is where the ends part: the low end reads from it
    /// whatever it can hold, the high end reads nothing and pays for writing to it.
    fn cost(&self, asked: &Asked<'_>, basis: &Basis, price: &Price) -> Range {
        let [input, write, read, output] = [
            price.input,
            price.cache_write,
            price.cache_read,
            price.output,
        ]
        .map(|amount| amount.0 as f64);
        let cached = basis.cacheable(asked);
        let low = match &cached {
            Some(cached) if read < input => {
                // Fewer tokens than the provider's least prefix would not be cached.
                let tokens = self.input[0].max(self.input[0] * cached.scale);
                let reads = tokens * (cached.share * read + (1.0 - cached.share) * input);
                reads.min(self.input[0] * input)
            }
            _ => self.input[0] * input,
        };
        let expected = {
            let (written, from) = basis.mix;
            self.input[1] * (written * write + from * read + (1.0 - written - from) * input)
        };
        let high = match cached {
            Some(cached) => {
                let dear = cached.share * write.max(input) + (1.0 - cached.share) * input;
                self.input[2] * dear
            }
            None => self.input[2] * input,
        };
        Range::of([
            low + self.output[0] * output,
            expected + self.output[1] * output,
            high + self.output[2] * output,
        ])
    }
}

/// The limits that are known before a run, and who says so: the rater's row goes before what an earlier run learned.
fn known_limits<'a>(llm: &Llm, experience: &'a Experience) -> Option<(Limits, &'a str)> {
    let row = llm.traffic.limits;
    if row.any() {
        return Some((row, "its row"));
    }
    experience
        .limits
        .as_ref()
        .map(|(limits, run)| (*limits, run.as_str()))
}

#[cfg(test)]
mod tests;

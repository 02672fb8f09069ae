//! Asking hosted raters: one owner of concurrency and retries. No slot is held while a call waits.

mod backoff;
mod gate;
mod record;

pub(super) use record::{Spent, now};

use super::cache::{self, Entry};
use super::http::{Endpoint, Exchange};
use super::journal::Journal;
use crate::error::Result;
use crate::plan::{Item, Plan, Question};
use crate::rater::Llm;
use crate::rating::{Outcome, Rating, Repair};
use crate::reply::{Verdict, read, reask};
use crate::wire::{Answer, Ask, Failure, Turn, decode, encode};
use backoff::{ATTEMPTS, Backoff};
use futures_util::stream::{StreamExt as _, TryStreamExt as _};
use gate::{Gate, Lost};
use record::Attempt;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// A question that the cache could not answer.
pub(super) struct Job<'a> {
    /// Where its rating belongs: `task × raters + rater`. More than one where tasks of an occupation share a statement.
    pub cells: Vec<usize>,
    /// Position of its rater in the panel.
    pub rater: usize,
    pub item: Item<'a>,
    pub question: Question,
}

/// A question that is done with, one way or another.
pub(super) struct Settled {
    pub cells: Vec<usize>,
    pub rater: usize,
    pub rating: Rating,
    /// Why there is no rating, in the words of the provider or the parser.
    pub why: Option<String>,
    /// Model as the provider reports it.
    pub model: String,
    pub spent: Spent,
}

/// What happens while a run goes on; one reporter prints it.
pub(super) enum Event<'a> {
    /// A question is done with.
    Settled(&'a Settled),
    /// A call failed and waits for its next attempt.
    Waiting {
        rater: &'a str,
        failure: &'a Failure,
        seconds: f64,
    },
    /// A rater is asked no more.
    Stopped { rater: &'a str, why: String },
}

/// A hosted rater of the panel with its way out.
pub(super) struct Line<'a> {
    id: &'a str,
    llm: &'a Llm,
    endpoint: Endpoint,
    gate: Gate,
}

impl<'a> Line<'a> {
    pub fn new(id: &'a str, llm: &'a Llm, endpoint: Endpoint, stop: &CancellationToken) -> Self {
        Self {
            id,
            llm,
            endpoint,
            gate: Gate::new(llm.concurrency, stop),
        }
    }

    /// How errors call the place where its key is.
    fn key_hint(&self) -> String {
        self.llm
            .key_env
            .as_deref()
            .map_or_else(String::new, |name| format!(" (check {name})"))
    }
}

/// Asks the questions of a run.
pub(super) struct Engine<'a> {
    pub plan: &'a Plan<'a>,
    /// One a rater of the panel; `None` for those that are not asked over a wire.
    pub lines: Vec<Option<Line<'a>>>,
    pub journal: &'a Journal,
    pub report: &'a dyn Fn(Event<'_>),
}

/// Why a question is on its way once more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    First,
    Reask,
    Resend,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Reask => "re-ask",
            Self::Resend => "resend",
        }
    }

    fn repair(self) -> Option<Repair> {
        match self {
            Self::First => None,
            Self::Reask => Some(Repair::Reask),
            Self::Resend => Some(Repair::Resend),
        }
    }
}

/// One question on its way: what has been said and spent so far.
struct Errand<'a> {
    job: &'a Job<'a>,
    turns: Vec<Turn>,
    max_tokens: u32,
    purpose: Purpose,
    reasked: bool,
    resent: bool,
    spent: Spent,
    /// Model as the provider reports it.
    model: String,
    /// Replies that could not be used.
    history: Vec<(u16, String)>,
    end: End,
}

/// How a question ends if nothing better comes: the last thing that is known of it.
struct End {
    outcome: Outcome,
    why: Option<String>,
}

impl<'a> Errand<'a> {
    fn new(job: &'a Job<'a>, max_tokens: u32) -> Self {
        Self {
            turns: vec![Turn::User(job.question.text.clone())],
            max_tokens,
            purpose: Purpose::First,
            reasked: false,
            resent: false,
            spent: Spent::default(),
            model: String::new(),
            history: Vec::new(),
            end: End {
                outcome: Outcome::NotRun,
                why: None,
            },
            job,
        }
    }

    /// Prepares another call after a reply that is no rating; `false` when its one chance has been used.
    fn once_more(&mut self, verdict: Verdict, said: String) -> bool {
        match verdict {
            Verdict::Rated(_) | Verdict::Refused(_) => false,
            Verdict::Truncated => {
                self.end = End {
                    outcome: Outcome::Truncated,
                    why: None,
                };
                self.max_tokens = self.max_tokens.saturating_mul(RESEND);
                self.purpose = Purpose::Resend;
                !std::mem::replace(&mut self.resent, true)
            }
            Verdict::Invalid(reason) => {
                if !said.trim().is_empty() {
                    self.turns.push(Turn::Assistant(said));
                }
                self.turns.push(Turn::User(reask(&reason)));
                self.end = End {
                    outcome: Outcome::Invalid,
                    why: Some(reason),
                };
                self.purpose = Purpose::Reask;
                !std::mem::replace(&mut self.reasked, true)
            }
        }
    }
}

/// A larger resend asks for this many times the tokens: a reply that was cut at all is seldom cut by little.
const RESEND: u32 = 4;

impl Engine<'_> {
    /// Asks everything, each rater at its own pace, and returns what became of each question.
    ///
    /// # Errors
    /// What was paid for cannot be written down: nothing more is asked.
    pub async fn run(&self, jobs: Vec<Job<'_>>) -> Result<Vec<Settled>> {
        let mut queues: Vec<Vec<Job<'_>>> = self.lines.iter().map(|_| Vec::new()).collect();
        for job in jobs {
            queues[job.rater].push(job);
        }
        let asked = self.lines.iter().zip(queues).filter_map(|(line, queue)| {
            let line = line.as_ref()?;
            // More questions under way than slots: those that wait for a retry hold no slot.
            let window = (line.llm.concurrency * 16).clamp(64, 4096);
            let answers = futures_util::stream::iter(queue)
                .map(move |job| self.ask(line, job))
                .buffer_unordered(window);
            Some(answers.boxed_local())
        });
        futures_util::stream::select_all(asked)
            .inspect_ok(|settled| (self.report)(Event::Settled(settled)))
            .try_collect()
            .await
    }

    /// One question, with at most one re-ask and one larger resend.
    async fn ask(&self, line: &Line<'_>, job: Job<'_>) -> Result<Settled> {
        let mut errand = Errand::new(&job, line.llm.max_tokens);
        let rating = loop {
            let (verdict, answer, exchange) = match self.call(line, &mut errand).await? {
                Ok(answered) => answered,
                Err(failure) => {
                    if let Some(failure) = failure {
                        errand.end = End {
                            outcome: failure.outcome,
                            why: Some(failure.message),
                        };
                    }
                    break self.missing(errand.end.outcome);
                }
            };
            errand.model.clone_from(&answer.model);
            if let Verdict::Rated(mut rating) | Verdict::Refused(mut rating) = verdict {
                line.gate.answered();
                rating.repair = errand.purpose.repair().or(rating.repair);
                errand.end.why = None;
                break *rating;
            }
            errand.history.push((exchange.status, text(&exchange.body)));
            if !errand.once_more(verdict, answer.text) {
                break self.unusable(line, &errand.end);
            }
        };
        let Errand {
            spent, model, end, ..
        } = errand;
        Ok(Settled {
            rater: job.rater,
            rating,
            why: end.why,
            model,
            spent,
            cells: job.cells,
        })
    }

    fn missing(&self, outcome: Outcome) -> Rating {
        Rating::missing(outcome, self.plan.prompt.rubric().dimensions().len())
    }

    /// The end of a question whose answers were paid for and are no ratings.
    fn unusable(&self, line: &Line<'_>, end: &End) -> Rating {
        let why = end
            .why
            .as_deref()
            .unwrap_or("cut off, and once more with a larger limit");
        self.lost(line, Lost::Unusable, why);
        self.missing(end.outcome)
    }

    fn lost(&self, line: &Line<'_>, how: Lost, why: &str) {
        if let Some(why) = line.gate.lost(how, why) {
            (self.report)(Event::Stopped {
                rater: line.id,
                why,
            });
        }
    }

    /// One call with its retries. The outer error stops the run; the inner one ends the question, with the last failure
    /// where there was an attempt at all.
    async fn call(
        &self,
        line: &Line<'_>,
        errand: &mut Errand<'_>,
    ) -> Result<std::result::Result<(Verdict, Answer, Exchange), Option<Failure>>> {
        let mut backoff = Backoff::start();
        let mut last = None;
        for attempt in 1..=ATTEMPTS {
            let Some(slot) = line.gate.enter().await else {
                break;
            };
            // Its slot is held until an answer is on disk and judged: no more than the calls in flight can be lost or
            // follow a wrong key.
            let (result, retry_after) = self.attempt(line, errand, attempt).await?;
            let failure = match result {
                Ok(answered) => return Ok(Ok(answered)),
                Err(failure) => failure,
            };
            let wait = backoff
                .next(retry_after)
                .filter(|_| failure.retry && attempt < ATTEMPTS);
            let Some(wait) = wait else {
                let how = match failure.outcome {
                    _ if failure.stops_rater => Lost::ForGood,
                    Outcome::RateLimited => Lost::Limited,
                    _ => Lost::OnTheWay,
                };
                let hint = if failure.outcome == Outcome::Auth {
                    line.key_hint()
                } else {
                    String::new()
                };
                self.lost(line, how, &format!("{}{hint}", failure.message));
                return Ok(Err(Some(failure)));
            };
            drop(slot);
            let seconds = wait.as_secs_f64();
            (self.report)(Event::Waiting {
                rater: line.id,
                failure: &failure,
                seconds,
            });
            last = Some(failure);
            if !line.gate.wait(wait).await {
                break;
            }
        }
        Ok(Err(last))
    }

    /// One attempt: send, read, write down. What ends the question is in the cache when this returns.
    async fn attempt(
        &self,
        line: &Line<'_>,
        errand: &mut Errand<'_>,
        number: u32,
    ) -> Result<(
        std::result::Result<(Verdict, Answer, Exchange), Failure>,
        Option<std::time::Duration>,
    )> {
        let prompt = self.plan.prompt;
        let ask = Ask {
            system: prompt.system(),
            turns: &errand.turns,
            schema: prompt.schema(),
            max_tokens: errand.max_tokens,
        };
        let started = Instant::now();
        let sent = line.endpoint.send(&encode(line.llm, &ask)).await;
        let retry_after = sent
            .as_ref()
            .ok()
            .and_then(|got| backoff::retry_after(&got.headers));
        let read = match &sent {
            Ok(got) => decode(line.llm.wire, got.status, &got.body)
                .map(|answer| (read(prompt, &answer), answer)),
            Err(failure) => Err(failure.clone()),
        };
        let attempt = Attempt::new(line.llm, &sent, &read, number, started.elapsed());
        errand.spent.add(&attempt);
        let entry = match (&read, &sent) {
            (Ok((Verdict::Rated(rating) | Verdict::Refused(rating), _)), Ok(got))
                if rating.outcome.is_final() =>
            {
                Some(self.entry(line, errand, got, rating.outcome))
            }
            _ => None,
        };
        let sealed = entry
            .as_ref()
            .map(|entry| cache::seal(&errand.job.question.key, entry))
            .transpose()?;
        let request = entry.as_ref().map(|entry| &entry.request);
        let row = attempt.line(line.id, errand.job, errand.purpose.name(), request)?;
        self.journal.write(row, sealed).await?;
        let result = match (read, sent) {
            (Ok((verdict, answer)), Ok(exchange)) => Ok((verdict, answer, exchange)),
            (Err(failure), _) | (_, Err(failure)) => Err(failure),
        };
        Ok((result, retry_after))
    }

    fn entry(
        &self,
        line: &Line<'_>,
        errand: &Errand<'_>,
        got: &Exchange,
        outcome: Outcome,
    ) -> Entry {
        let job = errand.job;
        Entry {
            outcome,
            repair: errand.purpose.repair(),
            status: got.status,
            body: text(&got.body),
            usage: errand.spent.usage(),
            cost: errand.spent.cost(),
            time: now(),
            rater: line.id.to_owned(),
            occupation_id: job.item.occupation.id.clone(),
            task_id: job.item.task.id.clone(),
            request: self.plan.record(line.llm, &job.question),
            history: errand.history.clone(),
        }
    }
}

/// A body as text: providers speak UTF-8, and what is not is marked rather than lost.
fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

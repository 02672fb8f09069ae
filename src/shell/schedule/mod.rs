//! Asking hosted raters: one owner of limits, retries, deadlines and the budget. No slot is held while a call waits.

mod answers;
mod attempt;
mod backoff;
mod bucket;
mod budget;
mod errand;
mod gate;
mod headers;
mod line;
mod load;
mod pace;
mod record;
mod request;
#[cfg(test)]
mod tests;
mod world;

pub(super) use answers::Answers;
pub(super) use budget::{Budget, Caps};
pub(super) use line::{Line, lines};
pub(super) use record::{Spent, now};
pub(super) use world::{Outside, World};

use crate::asking::Inquiry;
use crate::error::Result;
use crate::rating::{Outcome, Repair};
use crate::reply::Verdict;
use crate::wire::{Answer, Failure, Key};
use attempt::{NotSent, Tried};
use backoff::Backoff;
use errand::{End, Errand};
use futures_util::stream::StreamExt as _;
use gate::Lost;
use request::Request;

/// A question that the cache could not answer, about a subject `S`.
pub(super) struct Job<S> {
    /// Where what is read belongs. More than one where tasks of an occupation share a statement.
    pub cells: Vec<usize>,
    /// Position of its rater in the panel.
    pub rater: usize,
    pub subject: S,
    /// Which of several answers is asked for.
    pub sample: u32,
    pub key: Key,
}

/// A question that is done with, one way or another.
pub(super) struct Settled<R> {
    pub cells: Vec<usize>,
    pub rater: usize,
    pub outcome: Outcome,
    /// What was read; `None` where there is no answer that settles the question.
    pub reading: Option<R>,
    /// Whether it took a second answer.
    pub repair: Option<Repair>,
    /// Why there is none, in the words of the provider or the parser.
    pub why: Option<String>,
    /// Model as the provider reports it.
    pub model: String,
    pub spent: Spent,
}

/// What happens while a run goes on; one reporter prints it.
pub(super) enum Event<'a> {
    /// A call failed and waits for its next attempt.
    Waiting {
        rater: &'a str,
        failure: &'a Failure,
        seconds: f64,
    },
    /// A rater is asked no more.
    Stopped { rater: &'a str, why: String },
    /// The budget lets no further call of this size out; said once.
    Spent { why: String },
}

/// Asks the questions of a run.
pub(super) struct Engine<'a, P: Inquiry, W> {
    pub plan: &'a P,
    /// One a rater of the panel; `None` for those that are not asked over a wire.
    pub lines: &'a [Option<Line<'a>>],
    pub world: &'a W,
    pub budget: &'a Budget,
    /// Takes in a question that is done with.
    pub settle: &'a dyn Fn(Settled<P::Reading>) -> Result<()>,
    pub report: &'a dyn Fn(Event<'_>),
    pub answers: Answers,
}

/// What an answered call leaves.
struct Answered<R> {
    verdict: Verdict<R>,
    answer: Answer,
    status: u16,
    body: Vec<u8>,
}

/// Why a call ended without an answer.
enum Unanswered {
    /// With the last failure, where there was an attempt at all.
    Failed(Option<Failure>),
    /// The budget did not let it go.
    Spent(String),
}

impl<P: Inquiry, W: World> Engine<'_, P, W> {
    /// Asks everything, each rater at its own pace, and reports what became of each question.
    ///
    /// # Errors
    /// What was paid for cannot be written down: nothing more is asked.
    pub async fn run(&self, jobs: Vec<Job<P::Subject>>) -> Result<()> {
        let mut queues: Vec<Vec<Job<P::Subject>>> = self.lines.iter().map(|_| Vec::new()).collect();
        for job in jobs {
            queues[job.rater].push(job);
        }
        let asked = self.lines.iter().zip(queues).filter_map(|(line, queue)| {
            let line = line.as_ref()?;
            let answers = futures_util::stream::iter(queue)
                .map(move |job| self.ask(line, job))
                .buffer_unordered(UNDER_WAY);
            Some(answers.boxed_local())
        });
        let mut asked = futures_util::stream::select_all(asked);
        let mut done = Ok(());
        while let Some(settled) = asked.next().await {
            let taken = settled.and_then(|settled| (self.settle)(settled));
            if let (Err(error), true) = (taken, done.is_ok()) {
                done = Err(error);
                // Nothing new goes out; what is in flight is paid for, so it is received and written where that can be.
                let lines = self.lines.iter().flatten();
                lines.for_each(|line| line.gate.stop.cancel());
            }
        }
        done
    }

    /// One question, with at most one re-ask and one larger resend.
    async fn ask(&self, line: &Line<'_>, job: Job<P::Subject>) -> Result<Settled<P::Reading>> {
        if line.gate.stop.is_cancelled() {
            return Ok(Errand::new(&job, String::new(), 0).settled(None));
        }
        // Its key is known; only the text was not kept.
        let question = self.plan.text(job.subject)?;
        let mut errand = Errand::new(&job, question.clone(), line.llm.max_tokens);
        let reading = loop {
            let answered = match self.call(line, &mut errand, &question).await? {
                Ok(answered) => answered,
                Err(unanswered) => {
                    if let Some(end) = self.ended(unanswered) {
                        errand.end = end;
                    }
                    break None;
                }
            };
            errand.model.clone_from(&answered.answer.model);
            let outcome = answered.verdict.outcome();
            if let Verdict::Rated(reading) | Verdict::Refused(reading) = answered.verdict {
                if self.answers.is_doubtful(&job.key) {
                    errand.end = doubtful();
                    break None;
                }
                line.gate.answered();
                errand.end = End { outcome, why: None };
                break Some(*reading);
            }
            errand.history.push((answered.status, text(&answered.body)));
            if !errand.once_more(answered.verdict, answered.answer.text) {
                self.unusable(line, &errand.end);
                break None;
            }
        };
        Ok(errand.settled(reading))
    }

    /// How a question ends that got no answer; `None` leaves what was known of it before.
    fn ended(&self, unanswered: Unanswered) -> Option<End> {
        match unanswered {
            Unanswered::Failed(failure) => failure.map(|failure| End {
                outcome: failure.outcome,
                why: Some(failure.message),
            }),
            Unanswered::Spent(why) => {
                (self.report)(Event::Spent { why: why.clone() });
                Some(End {
                    outcome: Outcome::Budget,
                    why: Some(why),
                })
            }
        }
    }

    /// The end of a question whose answers were paid for and do not hold what was asked for.
    fn unusable(&self, line: &Line<'_>, end: &End) {
        let why = end
            .why
            .as_deref()
            .unwrap_or("cut off, and once more with a larger limit");
        self.lost(line, Lost::Unusable, why);
    }

    fn lost(&self, line: &Line<'_>, how: Lost, why: &str) {
        if let Some(why) = line.gate.lost(how, why) {
            (self.report)(Event::Stopped {
                rater: line.id,
                why,
            });
        }
    }

    /// One call with its retries. The outer error stops the run; the inner one ends the question.
    async fn call(
        &self,
        line: &Line<'_>,
        errand: &mut Errand<'_, P::Subject>,
        question: &str,
    ) -> Result<std::result::Result<Answered<P::Reading>, Unanswered>> {
        let request = Request::new(line, errand);
        let mut backoff = None;
        let mut last = None;
        for number in 1.. {
            let attempt = match self
                .attempt(line, errand, question, &request, number)
                .await?
            {
                Tried::Done(attempt) => attempt,
                Tried::NotSent(NotSent::Spent(why)) => return Ok(Err(Unanswered::Spent(why))),
                Tried::NotSent(NotSent::Stopped) => break,
            };
            let failure = match attempt.result {
                Ok(answered) => return Ok(Ok(answered)),
                Err(failure) => failure,
            };
            if let Some(asked) = attempt
                .retry_after
                .filter(|asked| *asked > backoff::DEADLINE)
            {
                // Every further question would be told the same.
                let minutes = asked.as_secs().div_ceil(60);
                let why = format!(
                    "{}, and asks to come again in {minutes} minutes",
                    failure.message
                );
                self.lost(line, Lost::ForGood, &why);
                return Ok(Err(Unanswered::Failed(Some(failure))));
            }
            let wait = backoff
                .get_or_insert_with(|| Backoff::start(attempt.started))
                .next(attempt.retry_after)
                .filter(|_| failure.retry && number < backoff::attempts(failure.outcome));
            let Some(wait) = wait else {
                self.failed(line, &failure);
                return Ok(Err(Unanswered::Failed(Some(failure))));
            };
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
        Ok(Err(Unanswered::Failed(last)))
    }

    fn failed(&self, line: &Line<'_>, failure: &Failure) {
        let one = failure.perhaps_one && line.gate.has_answered();
        let how = match failure.outcome {
            _ if failure.stops_rater && !one => Lost::ForGood,
            Outcome::RateLimited => Lost::Limited,
            _ if failure.retry => Lost::OnTheWay,
            // What is refused for good was read: no outage passes here.
            _ => Lost::Unusable,
        };
        let hint = if failure.outcome == Outcome::Auth {
            line.key_hint()
        } else {
            String::new()
        };
        self.lost(line, how, &format!("{}{hint}", failure.message));
    }
}

/// Questions of a rater that are under way at a time: in flight, waiting for their turn, or for another attempt.
const UNDER_WAY: usize = 512;

/// The end of a question whose answer was given to another one too.
fn doubtful() -> End {
    End {
        outcome: Outcome::Server,
        why: Some("its answer was given to another question too".to_owned()),
    }
}

/// A body as text: providers speak UTF-8, and what is not is marked rather than lost.
fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

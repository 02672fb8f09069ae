//! One attempt at a call: let out, sent, judged, written down.

use super::answers::{Claim, Doubt};
use super::budget::{Granted, Reservation};
use super::errand::{End, Errand, Purpose};
use super::line::Line;
use super::pace::{Pass, Sign};
use super::record::{Attempt, Spent, now};
use super::request::Request;
use super::{Answered, Engine, Job, Settled, World, backoff, doubtful, headers, text};
use crate::asking::{Inquiry, Subject as _};
use crate::error::Result;
use crate::rating::Outcome;
use crate::reply::Verdict;
use crate::shell::cache::{self, Entry};
use crate::shell::http::Exchange;
use crate::wire::{Answer, Failure, decode};
use std::time::Duration;
use tokio::time::Instant;

/// An answer as it was understood.
type Read<R> = std::result::Result<(Verdict<R>, Answer), Failure>;

/// An attempt that was made.
pub(super) struct Done<R> {
    pub result: std::result::Result<Answered<R>, Failure>,
    pub retry_after: Option<Duration>,
    pub started: Instant,
}

/// What became of an attempt.
pub(super) enum Tried<R> {
    Done(Done<R>),
    NotSent(NotSent),
}

/// Why an attempt was not made.
pub(super) enum NotSent {
    Spent(String),
    Stopped,
}

impl<P: Inquiry, W: World> Engine<'_, P, W> {
    /// One attempt: its worst case set aside, its turn waited for, sent, read, written down. What ends the question is
    /// in the cache when this returns.
    ///
    /// The place among the calls in flight is held until an answer is on disk and judged: no more than the calls in
    /// flight can be lost or follow a wrong key.
    pub(super) async fn attempt(
        &self,
        line: &Line<'_>,
        errand: &mut Errand<'_, P::Subject>,
        question: &str,
        request: &Request,
        number: u32,
    ) -> Result<Tried<P::Reading>> {
        let fresh = number == 1 && errand.purpose == Purpose::First;
        let (reservation, pass) = match self.admit(line, request, errand.max_tokens, fresh).await {
            Ok(admitted) => admitted,
            Err(not) => return Ok(Tried::NotSent(not)),
        };
        let started = Instant::now();
        let sent = self.world.send(errand.job.rater, &request.body).await;
        let read = self.judge(line, errand.job, question, &sent);
        let read = match read {
            Ok(read) => Ok(read),
            Err(doubt) => {
                let Doubt { failure, first } = *doubt;
                if let Some(claim) = first {
                    self.withdraw(claim).await?;
                }
                Err(failure)
            }
        };
        let (bytes, got) = (request.body.len(), sent.as_ref().ok());
        let retry_after = got.and_then(|got| backoff::retry_after(&got.headers));
        let usage = read.as_ref().ok().and_then(|(_, answer)| answer.usage);
        let readings = got.map_or([None; 4], |got| headers::readings(&got.headers));
        let usage = usage.map(|usage| (bytes, usage));
        pass.answered(sign(&sent), &readings, usage, retry_after);
        let attempt = Attempt::new(line.llm, &sent, &read, number, bytes, started.elapsed());
        errand.spent.add(&attempt);
        reservation.settle(attempt.cost());
        tracing::debug!(
            rater = line.id,
            task = errand.job.subject.task_id(),
            attempt = number,
            status = got.map(|got| got.status),
            milliseconds = started.elapsed().as_millis(),
            "answered"
        );
        self.write_down(line, errand, question, &attempt, (&read, got))
            .await?;
        drop(pass);
        let result = match (read, sent) {
            (Ok((verdict, answer)), Ok(got)) => Ok(Answered {
                verdict,
                answer,
                status: got.status,
                body: got.body,
            }),
            (Err(failure), _) | (_, Err(failure)) => Err(failure),
        };
        Ok(Tried::Done(Done {
            result,
            retry_after,
            started,
        }))
    }

    /// Waits until a request may go. Its worst case is set aside last, so that no money waits for a limit; where the budget
    /// could not hold it anyway, nothing is waited for.
    async fn admit<'b>(
        &'b self,
        line: &'b Line<'_>,
        request: &Request,
        max_tokens: u32,
        fresh: bool,
    ) -> std::result::Result<(Reservation<'b>, Pass<'b>), NotSent> {
        let stop = &line.gate.stop;
        let turn = line.pace.turn(fresh).await;
        if let Some(why) = self.budget.cannot_hold(request.most) {
            return Err(NotSent::Spent(why));
        }
        let bytes = request.body.len();
        let Some(pass) = line.pace.pass(&turn, bytes, max_tokens, stop).await else {
            return Err(NotSent::Stopped);
        };
        match self.budget.reserve(request.most, stop).await {
            Granted::Yes(reservation) => Ok((reservation, pass)),
            Granted::Spent(why) => Err(NotSent::Spent(why)),
            Granted::Stopped => Err(NotSent::Stopped),
        }
    }

    /// Puts an attempt into the ledger and, where it ends the question, its reply into the cache.
    async fn write_down(
        &self,
        line: &Line<'_>,
        errand: &Errand<'_, P::Subject>,
        question: &str,
        attempt: &Attempt<'_>,
        (read, got): (&Read<P::Reading>, Option<&Exchange>),
    ) -> Result<()> {
        let entry = match (read, got) {
            (Ok((verdict, _)), Some(got)) if verdict.outcome().is_final() => {
                Some(self.entry(line, errand, question, got, verdict.outcome()))
            }
            _ => None,
        };
        let sealed = entry
            .as_ref()
            .map(|entry| cache::seal(&errand.job.key, entry))
            .transpose()?;
        let request = entry.as_ref().map(|entry| &entry.request);
        let row = attempt.line(line.id, errand.job, errand.purpose.name(), request)?;
        self.world.write(row, sealed).await
    }

    /// What an answer holds, once it is clear that it answers this question.
    fn judge(
        &self,
        line: &Line<'_>,
        job: &Job<P::Subject>,
        question: &str,
        sent: &std::result::Result<Exchange, Failure>,
    ) -> std::result::Result<(Verdict<P::Reading>, Answer), Box<Doubt>> {
        let plain = |failure| {
            Box::new(Doubt {
                failure,
                first: None,
            })
        };
        let got = sent.as_ref().map_err(|failure| plain(failure.clone()))?;
        let answer = decode(line.llm.wire, got.status, &got.body).map_err(plain)?;
        self.answers.check(job, question, &answer, &got.body)?;
        Ok((self.plan.read(&answer), answer))
    }

    /// The answer to a question may be another's: it settles nothing, and the next run asks again.
    async fn withdraw(&self, claim: Claim) -> Result<()> {
        self.world.withdraw(claim.place).await?;
        let End { outcome, why } = doubtful();
        (self.settle)(Settled {
            cells: claim.cells,
            rater: claim.rater,
            outcome,
            reading: None,
            repair: None,
            why,
            model: String::new(),
            spent: Spent::default(),
        })
    }

    fn entry(
        &self,
        line: &Line<'_>,
        errand: &Errand<'_, P::Subject>,
        question: &str,
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
            occupation_id: job.subject.occupation_id().to_owned(),
            task_id: job.subject.task_id().to_owned(),
            request: line
                .record
                .about(question, job.sample)
                .of(job.subject.kind(), job.subject.part()),
            history: errand.history.clone(),
        }
    }
}

/// What an answer says of the pace.
fn sign(sent: &std::result::Result<Exchange, Failure>) -> Sign {
    match sent {
        Ok(got) if matches!(got.status, 429 | 529) => Sign::TooMuch,
        Ok(got) if (200..300).contains(&got.status) => Sign::Fine,
        Ok(_) => Sign::Refused,
        Err(_) => Sign::Silence,
    }
}

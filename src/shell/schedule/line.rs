//! A hosted rater of the panel, with its gate and its pace.

use super::gate::Gate;
use super::pace::Pace;
use crate::asking::Asking;
use crate::rater::{Limits, Llm, Rater, Traffic};
use crate::wire::{RequestRecord, Template};
use std::rc::Rc;
use tokio_util::sync::CancellationToken;

/// A hosted rater of the panel.
pub(in crate::shell) struct Line<'a> {
    pub(super) id: &'a str,
    pub(super) llm: &'a Llm,
    pub(super) gate: Gate,
    pub(super) pace: Rc<Pace>,
    /// Its requests, but for the turns.
    pub(super) template: Template<'a>,
    /// The fields of its questions' keys, but for the question.
    pub(super) record: RequestRecord,
}

impl Line<'_> {
    /// How errors call the place where its key is.
    pub(super) fn key_hint(&self) -> String {
        self.llm
            .key_env
            .as_deref()
            .map_or_else(String::new, |name| format!(" (check {name})"))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.id
    }

    /// The limits of its provider, as far as they are known by now.
    pub fn limits(&self) -> Limits {
        self.pace.limits()
    }
}

/// The lines of a panel, one a rater. Raters with the same address, key and model share what the provider lets through.
pub(in crate::shell) fn lines<'a>(
    asking: &Asking<'a>,
    stop: &CancellationToken,
    max_error_rate: Option<f64>,
) -> Vec<Option<Line<'a>>> {
    let mut lines: Vec<Option<Line<'a>>> = Vec::new();
    let llms = || asking.panel.raters().iter().filter_map(Rater::llm);
    for rater in asking.panel.raters() {
        let line = rater.llm().map(|llm| {
            let twins = llms().filter(|other| place(other) == place(llm));
            let twins = twins.map(|twin| &twin.traffic);
            let twin = lines
                .iter()
                .flatten()
                .find(|line| place(line.llm) == place(llm));
            Line {
                id: &rater.id,
                llm,
                gate: Gate::new(stop, max_error_rate),
                pace: twin.map_or_else(
                    || Rc::new(Pace::new(&tightest(&llm.traffic, twins))),
                    |twin| Rc::clone(&twin.pace),
                ),
                template: Template::new(llm, asking.system, asking.schema),
                record: asking.record_of(llm),
            }
        });
        lines.push(line);
    }
    lines
}

/// What the provider counts together.
fn place(llm: &Llm) -> (&str, Option<&str>, &str) {
    (&llm.base_url, llm.key_env.as_deref(), &llm.model)
}

/// What raters of one place may send: the tighter of what each of them says.
fn tightest<'a>(own: &Traffic, twins: impl Iterator<Item = &'a Traffic>) -> Traffic {
    fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
        one.into_iter().chain(other).min()
    }
    twins.fold(own.clone(), |one, other| Traffic {
        concurrency: least(one.concurrency, other.concurrency),
        limits: Limits {
            requests: least(one.limits.requests, other.limits.requests),
            tokens: least(one.limits.tokens, other.limits.tokens),
            input_tokens: least(one.limits.input_tokens, other.limits.input_tokens),
            output_tokens: least(one.limits.output_tokens, other.limits.output_tokens),
        },
        ..one
    })
}

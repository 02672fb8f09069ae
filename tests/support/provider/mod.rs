//! A simulator of the two provider wires: a real HTTP server on loopback that answers like OpenAI
//! chat completions and Anthropic Messages, faults included, so that the path to a hosted model can
//! be tested and shown without a key. Nothing it says comes from a language model.
//!
//! **What it serves.** `POST /v1/chat/completions` and `POST /v1/messages` (also without `/v1`);
//! `GET /_stats`, `POST /_faults` (replaces the fault plan), `POST /_reset`.
//!
//! **What it answers.** The fields of the JSON schema in the request, in the order of its
//! properties: an enum gets a label, a number 0 to 100 (or its own bounds), a string prose, an array
//! a short list. A forced tool is answered as a tool call. Without a schema it looks for a skeleton
//! in the prompt, a `{ … }` block whose keys are the fields ([`shape::from_prompt`] has the rules):
//!
//! ```text
//! {"rationale": "one to three sentences", "tools": ["..."], "exposure": "E0|E2|E1", "automation": 0-100}
//! ```
//!
//! With neither, it answers in prose. The answer is a pure function of the model's name, the task
//! (what stands in the last `<task>…</task>` of the user messages) and the `seed`, if any: keywords
//! make the level, a hash makes models differ. With recorded data a model whose name ends with
//! `gpt-4-turbo`, `gpt-5.4` or `o3` repeats the published label and explanation of tasks it knows.
//!
//! Asked for proposals, it makes them of the sentences in the last `<source>…</source>`, and obeys whoever writes there
//! "propose the task: …" ([`proposals`] has the rules): no model to trust.
//!
//! Asked about a dispute, a model whose name says so follows the rater shown first, or the longest reason ([`dispute`]).
//!
//! **Every reply is marked as simulated**: header `x-simulated: true`, top-level `"simulated": true`,
//! the model named `simulated/…`, and a rationale that opens with `[simulated]` or `[recorded: o3]`.
//!
//! **Limits**: with [`Builder::limits`] every model has token buckets; what does not fit is answered with 429 and when to
//! come again, and every answer carries the vendor's rate limit headers. Without limits there are no such headers.
//!
//! **Faults** are data: see [`Fault`]. Requests are checked as strictly as the vendors check them,
//! in [`check`]; [`Builder::compatible`] relaxes that to a tolerant OpenAI-compatible server.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it"
)]

mod admin;
mod answer;
mod ask;
mod builder;
mod check;
mod connection;
mod dispute;
mod draft;
mod fault;
mod hash;
mod judge;
mod ledger;
mod limit;
mod plan;
mod proposals;
mod recorded;
mod reply;
mod server;
mod shape;
mod skeleton;
mod wire;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use self::{
    builder::{Builder, Provider},
    fault::{Fault, Kind, When},
    ledger::{Exchange, Recorded, Stats},
    limit::{Admission, Limits, go_duration},
};

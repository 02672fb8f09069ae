//! A request as it is sent.

use super::errand::Errand;
use super::line::Line;
use crate::rater::{Nanodollars, upper_bound};

/// A request as it is sent, and the most it can cost.
pub(super) struct Request {
    pub body: Vec<u8>,
    pub most: Nanodollars,
}

impl Request {
    pub fn new<S>(line: &Line<'_>, errand: &Errand<'_, S>) -> Self {
        let body = line.template.body(&errand.turns, errand.max_tokens);
        let most = line.llm.price.map_or(Nanodollars(0), |price| {
            upper_bound(&price, body.len(), errand.max_tokens)
        });
        Self {
            body: body.into_bytes(),
            most,
        }
    }
}

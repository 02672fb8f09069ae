//! The seam between deciding and doing: what the engine needs of the world outside. A test puts a provider without
//! sockets and a clock of its own behind it.

use super::super::http::{Endpoint, Exchange};
use super::super::journal::Journal;
use crate::error::Result;
use crate::shell::cache::{Place, Sealed};
use crate::wire::Failure;

/// A way to each rater, and a place to write down what came of it.
pub(in crate::shell) trait World {
    /// Sends a request to the rater at this position of the panel, and waits for the whole answer.
    async fn send(&self, rater: usize, body: &[u8]) -> std::result::Result<Exchange, Failure>;

    /// Writes the line of an attempt and, where it settles a question, its cache entry; both are on disk when this returns.
    async fn write(&self, line: Vec<u8>, entry: Option<Sealed>) -> Result<()>;

    /// Takes an entry out of the cache.
    async fn withdraw(&self, place: Place) -> Result<()>;
}

/// The real one.
pub(in crate::shell) struct Outside<'a> {
    /// One a rater of the panel; `None` for those that are not asked over a wire.
    pub endpoints: Vec<Option<Endpoint>>,
    pub journal: &'a Journal,
}

impl World for Outside<'_> {
    async fn send(&self, rater: usize, body: &[u8]) -> std::result::Result<Exchange, Failure> {
        match self.endpoints.get(rater).and_then(Option::as_ref) {
            Some(endpoint) => endpoint.send(body).await,
            None => Err(Failure::network("there is no way to it".to_owned(), false)),
        }
    }

    async fn write(&self, line: Vec<u8>, entry: Option<Sealed>) -> Result<()> {
        self.journal.write(line, entry).await
    }

    async fn withdraw(&self, place: Place) -> Result<()> {
        self.journal.withdraw(place).await
    }
}

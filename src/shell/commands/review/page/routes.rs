//! What the page's server answers to.

use super::guard::{self, Guard};
use super::session::{Ask, Reviewing, Say, Session};
use crate::error::{Error, Kind, Result};
use crate::review::page;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// A note may have 2,000 characters; nothing that the page sends is longer than this.
const MOST_BYTES: usize = 64 * 1024;

#[derive(Clone)]
struct App {
    session: Arc<Session>,
    ended: CancellationToken,
}

/// All routes, behind the guard. `ended` is cancelled when somebody ends the page.
pub(super) fn app(session: Arc<Session>, guard: Guard, ended: CancellationToken) -> Router {
    Router::new()
        .route("/", get(|| file("text/html", page::HTML)))
        .route("/page.css", get(|| file("text/css", page::STYLE)))
        .route("/page.js", get(|| file("text/javascript", page::SCRIPT)))
        .route("/api/review", get(review))
        .route("/api/task", post(task))
        .route("/api/put", post(put))
        .route("/api/done", post(done))
        .fallback(|| async { (StatusCode::NOT_FOUND, "There is nothing here.") })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(Arc::new(guard), guard::check))
        .layer(map_response(guard::with_rules))
        .with_state(App {
            session,
            ended: ended.clone(),
        })
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    let kind = format!("{kind}; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

async fn review(State(app): State<App>) -> Response {
    app.answer(|reviewing| reviewing.overview()).await
}

async fn task(State(app): State<App>, body: Bytes) -> Response {
    match read::<Ask>(&body) {
        Ok(ask) => app.answer(move |reviewing| reviewing.task(&ask)).await,
        Err(error) => failure(&error),
    }
}

async fn put(State(app): State<App>, body: Bytes) -> Response {
    match read::<Say>(&body) {
        Ok(say) => app.answer(move |reviewing| reviewing.put(say)).await,
        Err(error) => failure(&error),
    }
}

/// Requests in flight are finished, this one among them.
async fn done(State(app): State<App>) -> Response {
    app.ended.cancel();
    json_response(StatusCode::OK, &json!({ "ended": true }))
}

impl App {
    /// Answers on a thread that may wait for the disk. A request whose sender went away is finished all the same.
    async fn answer(
        &self,
        act: impl FnOnce(&mut Reviewing) -> Result<Value> + Send + 'static,
    ) -> Response {
        let session = Arc::clone(&self.session);
        let done = tokio::task::spawn_blocking(move || session.look(act)?).await;
        let done = done.unwrap_or_else(|error| {
            Err(Error::new(Kind::Internal, "the request failed midway").because(error))
        });
        match done {
            Ok(value) => json_response(StatusCode::OK, &value),
            Err(error) => failure(&error),
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body)
        .map_err(|error| Error::input("the request is not understood").because(error))
}

/// What went wrong, with its causes, for the page to show.
fn failure(error: &Error) -> Response {
    let status = match error.kind() {
        Kind::Input | Kind::Usage => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    json_response(status, &json!({ "error": text }))
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, value.to_string()).into_response()
}

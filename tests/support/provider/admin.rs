//! The simulator's own end points, for people and tests in another process.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::fault::Fault;
use super::server::Shared;

/// `GET /_stats`: counts since the start or the last reset.
pub async fn stats(State(shared): State<Arc<Shared>>) -> Response {
    let stats = shared.ledger().stats.to_json();
    json_reply(StatusCode::OK, &stats)
}

/// `POST /_faults`: replaces the fault plan; a plan that cannot be read changes nothing.
pub async fn faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let value = serde_json::from_slice::<Value>(&body).map_err(|error| error.to_string());
    match value.and_then(|value| Fault::plan_from_json(&value)) {
        Ok(plan) => {
            let reply = json!({"faults": plan});
            shared.set_faults(plan);
            json_reply(StatusCode::OK, &reply)
        }
        Err(error) => json_reply(StatusCode::BAD_REQUEST, &json!({"error": error})),
    }
}

/// `POST /_reset`: forgets all and restores the fault plan of the start.
pub async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    shared.reset();
    json_reply(StatusCode::OK, &json!({"reset": true}))
}

fn json_reply(status: StatusCode, body: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, format!("{body}\n")).into_response()
}

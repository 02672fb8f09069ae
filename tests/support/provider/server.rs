//! The request handler: record, authenticate, apply the fault plan, check, answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;

use super::ask::Ask;
use super::connection::Connection;
use super::fault::{Fault, Kind};
use super::ledger::{Exchange, Ledger, Recorded, header_map};
use super::limit::{Admission, Cost, Limiter, Limits};
use super::plan::{Plan, Verdict};
use super::recorded::Archive;
use super::reply::{self, Parts};
use super::wire::{Failure, Wire};
use super::{admin, check, draft};

/// What a log of exchanges is given to.
pub type Log = dyn Fn(&Exchange) + Send + Sync;
/// What a provider thinks of the user messages of a request, in points.
pub type Points = dyn Fn(&str) -> f64 + Send + Sync;

/// How a provider behaves; fixed at its start.
#[derive(Default)]
pub struct Config {
    /// The only key that is accepted; without it, any.
    pub key: Option<String>,
    /// Time before every reply.
    pub delay_ms: u64,
    /// The plan to start with and to return to at a reset.
    pub faults: Vec<Fault>,
    /// Rate limits of every model.
    pub limits: Limits,
    /// The shortest marked prefix that is cached on Anthropic's wire; by default 1,024 tokens.
    pub min_cache_tokens: Option<u64>,
    /// Recorded answers.
    pub archive: Option<Archive>,
    /// Whether requests are kept.
    pub keep_requests: bool,
    /// Whether it plays a tolerant compatible server.
    pub compatible: bool,
    /// Called after each exchange.
    pub log: Option<Box<Log>>,
    /// What it thinks of a question, in points of 0–100; by default keywords decide.
    pub points: Option<Box<Points>>,
}

/// A provider's configuration and memory, shared by all connections.
pub struct Shared {
    /// How it behaves.
    pub config: Config,
    ledger: Mutex<Ledger>,
    plan: Mutex<Plan>,
    limiter: Mutex<(Limiter, Instant)>,
}

impl Shared {
    /// The state of a provider that has seen nothing.
    pub fn new(config: Config) -> Self {
        let plan = Mutex::new(Plan::new(config.faults.clone()));
        Self {
            config,
            ledger: Mutex::default(),
            plan,
            limiter: Mutex::new((Limiter::default(), Instant::now())),
        }
    }

    /// Counts and requests.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the fault plan.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Plan::new(faults);
    }

    /// Forgets requests, counts and prefixes, fills all buckets, and restores the first fault plan.
    pub fn reset(&self) {
        self.ledger().reset();
        *self.limiter() = (Limiter::default(), Instant::now());
        self.set_faults(self.config.faults.clone());
    }

    /// The buckets, and since when admissions are timed.
    fn limiter(&self) -> MutexGuard<'_, (Limiter, Instant)> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self, path: &str, ask: &Ask, raw: &[u8]) -> Verdict {
        self.plan
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .judge(path, ask, raw)
    }
}

/// All routes; whatever is not for the simulator itself is for the provider.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/_stats", get(admin::stats))
        .route("/_faults", post(admin::faults))
        .route("/_reset", post(admin::reset))
        .fallback(provide)
        .with_state(shared)
}

async fn provide(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let raw = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body: Result<Value, _> = serde_json::from_slice(&raw);
    let path = head.uri.path();
    let wire = Wire::of_path(path);
    let body = body.map_err(|error| error.to_string());
    let read = |body: &Value| Ask::read(wire.unwrap_or(Wire::OpenAi), body);
    let mut ask = body.as_ref().map(read).unwrap_or_default();
    let mut call = Call::begin(&shared, path, &ask.model);
    if shared.config.keep_requests {
        shared.ledger().requests.push(Recorded {
            path: path.to_owned(),
            headers: header_map(&head.headers),
            body: body.clone().unwrap_or_default(),
            raw: raw.clone(),
            model: ask.model.clone(),
        });
    }
    let wire = match wire {
        Some(wire) if head.method == Method::POST => wire,
        _ => {
            let status = if wire.is_some() { 405 } else { 404 };
            let message = format!("Invalid URL ({} {path})", head.method);
            return call.fail(
                Wire::OpenAi,
                &Failure::new(status, message).code("unknown_url"),
            );
        }
    };
    if let Err(failure) = check::key(wire, &head.headers, shared.config.key.as_deref()) {
        return call.fail(wire, &failure);
    }
    let body = match body {
        Ok(body) => body,
        Err(error) => {
            let message = format!("We could not parse the JSON body of your request: {error}");
            return call.fail(wire, &Failure::new(400, message));
        }
    };
    call.prefix_seen = shared.ledger().knows_prefix(ask.prefix.hash);
    if let Err(refusal) = call.admit(wire, &ask) {
        return call.fail(wire, &refusal);
    }
    ask.points = shared.config.points.as_ref().map(|of| of(&ask.users));
    let verdict = shared.judge(path, &ask, &raw);
    call.note(&verdict);
    let wait = shared.config.delay_ms + verdict.delay_ms;
    if wait > 0 {
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    if let Some(end) = &verdict.end {
        return call.end(wire, end, &ask, &connection).await;
    }
    match check::request(wire, &head.headers, &body, shared.config.compatible) {
        Err(failure) => call.fail(wire, &failure),
        Ok(()) => call.answer(wire, &ask, &verdict.alterations, &connection),
    }
}

/// One request on its way; counted as ended when dropped, also when the client leaves.
struct Call<'a> {
    shared: &'a Shared,
    serial: u64,
    start: Instant,
    exchange: Exchange,
    /// Whether a prompt with this prefix was answered before this request came.
    prefix_seen: bool,
    /// State of the limits when this request came.
    limits: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    fn begin(shared: &'a Shared, path: &str, model: &str) -> Self {
        let serial = shared.ledger().begin(path, model);
        let (path, model) = (path.to_owned(), model.to_owned());
        let exchange = Exchange {
            path,
            model,
            status: None,
            ms: 0,
            faults: Vec::new(),
        };
        Self {
            shared,
            serial,
            start: Instant::now(),
            exchange,
            prefix_seen: false,
            limits: Vec::new(),
        }
    }

    /// Takes what the request costs from the buckets of its model. The cost is that of the answer without faults.
    fn admit(&mut self, wire: Wire, ask: &Ask) -> Result<(), Failure> {
        let limits = &self.shared.config.limits;
        if !limits.any() {
            return Ok(());
        }
        let drafts = self.drafts(ask, &[]);
        let cost = self.parts(ask, &drafts, &[]).cost(wire);
        let (mut guard, now) = (self.shared.limiter(), Instant::now());
        let (limiter, since) = &mut *guard;
        let admitted = limiter.admit(limits, wire, &ask.model, cost, (now, SystemTime::now()));
        self.limits = admitted.headers;
        let mut ledger = self.shared.ledger();
        let model = ask.model.clone();
        if let Some(refusal) = admitted.refusal {
            *ledger.stats.limited.entry(model).or_default() += 1;
            return Err(refusal);
        }
        let ms = now.duration_since(*since).as_millis();
        let Cost { input, output } = cost;
        ledger
            .stats
            .admitted
            .entry(model)
            .or_default()
            .push(Admission {
                ms: u64::try_from(ms).unwrap_or(u64::MAX),
                input,
                output,
            });
        Ok(())
    }

    fn drafts(&self, ask: &Ask, alterations: &[Kind]) -> Vec<draft::Draft> {
        let archive = self.shared.config.archive.as_ref();
        let write = |choice| draft::write(ask, choice, archive, alterations);
        (0..ask.choices).map(write).collect()
    }

    fn parts<'b>(
        &self,
        ask: &'b Ask,
        drafts: &'b [draft::Draft],
        alterations: &'b [Kind],
    ) -> Parts<'b> {
        Parts {
            ask,
            drafts,
            alterations,
            serial: self.serial,
            prefix_seen: self.prefix_seen,
            min_cache_tokens: self
                .shared
                .config
                .min_cache_tokens
                .unwrap_or(reply::LEAST_CACHED),
        }
    }

    fn note(&mut self, verdict: &Verdict) {
        let name = |kind: &Kind| {
            let debug = format!("{kind:?}");
            debug
                .split([' ', '{'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        self.exchange.faults = verdict
            .alterations
            .iter()
            .chain(&verdict.end)
            .map(name)
            .collect();
        if verdict.delay_ms > 0 {
            self.exchange
                .faults
                .push(format!("Delay {} ms", verdict.delay_ms));
        }
    }

    fn request_id(&self) -> String {
        format!("req_sim{:010}", self.serial)
    }

    fn fail(&mut self, wire: Wire, failure: &Failure) -> Response {
        let body = wire.error_body(failure, &self.request_id()).to_string();
        self.send(wire, failure.status, &[], "application/json", body)
    }

    fn send(
        &mut self,
        wire: Wire,
        status: u16,
        headers: &[(&str, &str)],
        kind: &str,
        body: String,
    ) -> Response {
        self.exchange.status = Some(status);
        let (name, id) = (wire.id_header(), self.request_id());
        let mut response = Response::builder()
            .status(status)
            .header("content-type", kind)
            .header("x-simulated", "true")
            .header(name, id);
        for (name, value) in &self.limits {
            response = response.header(name, value);
        }
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response
            .body(Body::from(body))
            .expect("status and headers are checked when faults are read")
    }

    /// Plays a fault that takes the place of an answer.
    async fn end(
        &mut self,
        wire: Wire,
        kind: &Kind,
        ask: &Ask,
        connection: &Connection,
    ) -> Response {
        match kind {
            Kind::Hang => std::future::pending().await,
            Kind::Reset => {
                connection.reset();
                Response::default()
            }
            Kind::Html => {
                let page = "<!doctype html><title>simulated</title><h1>Please sign in</h1>\n";
                self.send(wire, 200, &[], "text/html; charset=utf-8", page.to_owned())
            }
            Kind::ErrorIn200 => {
                let failure = Failure::new(500, wire.usual_message(500, &ask.model));
                let body = wire.error_body(&failure, &self.request_id()).to_string();
                self.send(wire, 200, &[], "application/json", body)
            }
            Kind::Status {
                status,
                retry_after,
                headers,
                body,
            } => {
                let failure = Failure::new(*status, wire.usual_message(*status, &ask.model));
                let usual = || wire.error_body(&failure, &self.request_id()).to_string();
                let (kind, body) = match body {
                    Some(body) => ("text/plain", body.clone()),
                    None => ("application/json", usual()),
                };
                let more = headers
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()));
                let retry = retry_after
                    .iter()
                    .map(|value| ("retry-after", value.as_str()));
                let headers: Vec<(&str, &str)> = retry.chain(more).collect();
                self.send(wire, *status, &headers, kind, body)
            }
            Kind::Quota => self.fail(wire, &quota(wire)),
            Kind::Redirect { to } => {
                let location = format!("{to}{}", self.exchange.path);
                let headers = [("location", location.as_str())];
                self.send(wire, 307, &headers, "text/plain", String::new())
            }
            _ => self.fail(wire, &no_structured(wire)),
        }
    }

    fn answer(
        &mut self,
        wire: Wire,
        ask: &Ask,
        alterations: &[Kind],
        connection: &Connection,
    ) -> Response {
        if wire == Wire::Anthropic && alterations.contains(&Kind::ContentFilter) {
            let failure = Failure::new(400, "Output blocked by content filtering policy");
            return self.fail(wire, &failure);
        }
        let before = self
            .shared
            .ledger()
            .remember_answer(&ask.model, self.serial, &ask.task);
        let mistaken = before.filter(|_| alterations.contains(&Kind::WrongId));
        let other = mistaken.map(|(serial, task)| {
            self.serial = serial;
            Ask {
                task,
                ..ask.clone()
            }
        });
        let ask = other.as_ref().unwrap_or(ask);
        let drafts = self.drafts(ask, alterations);
        let body = reply::body(wire, &self.parts(ask, &drafts, alterations)).to_string();
        self.shared.ledger().remember_prefix(ask.prefix.hash);
        if alterations.contains(&Kind::CutBody) {
            connection.cut_body_after(body.len() / 2);
        }
        let dribble = alterations.iter().find_map(|kind| match kind {
            Kind::Dribble { ms, bytes } => Some((Duration::from_millis(*ms), *bytes)),
            _ => None,
        });
        match dribble {
            None => self.send(wire, 200, &[], "application/json", body),
            Some((pause, bytes)) => {
                let length = body.len().to_string();
                let headers = [("content-length", length.as_str())];
                let response = self.send(wire, 200, &headers, "application/json", String::new());
                response.map(|_| dribbling(body, pause, bytes))
            }
        }
    }
}

/// A body that comes in small pieces. The call counts as ended when the head is sent.
fn dribbling(body: String, pause: Duration, bytes: usize) -> Body {
    let pieces = futures_util::stream::unfold(Bytes::from(body), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(bytes.min(rest.len()));
        Some((Ok::<_, std::convert::Infallible>(piece), rest))
    });
    Body::from_stream(pieces)
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.shared.ledger().end(self.exchange.status);
        self.exchange.ms = self.start.elapsed().as_millis();
        if let Some(log) = &self.shared.config.log {
            log(&self.exchange);
        }
    }
}

fn quota(wire: Wire) -> Failure {
    match wire {
        Wire::OpenAi => {
            let message = "You exceeded your current quota, please check your plan and billing \
                           details.";
            Failure::new(429, message).code("insufficient_quota")
        }
        Wire::Anthropic => Failure::new(
            400,
            "Your credit balance is too low to access the Anthropic API.",
        ),
    }
}

fn no_structured(wire: Wire) -> Failure {
    match wire {
        Wire::OpenAi => Failure::bad(
            "response_format",
            "Invalid parameter: 'response_format' is not supported with this model.",
        ),
        Wire::Anthropic => Failure::new(
            400,
            "output_config.format: this model does not support structured outputs",
        ),
    }
}

//! The client to compare with: it writes and sends the same bodies with so many in flight and reads the JSON of the
//! answers; it keeps nothing.
//!
//! Its retry rule is that of the engine: what the provider asks for in `retry-after`, and up to half a second more. A
//! call that waits holds no place, and goes before fresh ones when its time has come.

use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::lean::Sent;

/// A request, taken apart: to write it is part of the work.
struct Call {
    path: String,
    body: Value,
}

struct Work {
    fresh: usize,
    waiting: BinaryHeap<Due>,
    done: usize,
}

/// A call that waits for its next attempt; the earliest is the greatest.
#[derive(PartialEq, Eq)]
struct Due(Instant, usize);

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.0, other.1).cmp(&(self.0, self.1))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

enum Next {
    Send(usize),
    Sleep(Duration),
    Finished,
}

impl Work {
    fn next(&mut self, all: usize) -> Next {
        let now = Instant::now();
        if self.waiting.peek().is_some_and(|due| due.0 <= now) {
            return self
                .waiting
                .pop()
                .map_or(Next::Finished, |due| Next::Send(due.1));
        }
        if self.fresh < all {
            self.fresh += 1;
            return Next::Send(self.fresh - 1);
        }
        if self.done == all {
            return Next::Finished;
        }
        let soon = Duration::from_millis(5);
        Next::Sleep(
            self.waiting
                .peek()
                .map_or(soon, |due| (due.0 - now).min(soon)),
        )
    }
}

/// Sends everything, and returns how long it took.
pub fn run(address: SocketAddr, requests: &[Sent], in_flight: usize) -> Duration {
    let call = |sent: &Sent| Call {
        path: sent.path.clone(),
        body: serde_json::from_slice(&sent.body).expect("JSON"),
    };
    let requests: Arc<Vec<Call>> = Arc::new(requests.iter().map(call).collect());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match std::env::var_os("BARE_MULTI") {
        Some(_) => tokio::runtime::Builder::new_multi_thread(),
        None => tokio::runtime::Builder::new_current_thread(),
    }
    .enable_all()
    .build()
    .expect("a runtime");
    let client = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(256)
        .build()
        .expect("a client");
    let work = Arc::new(Mutex::new(Work {
        fresh: 0,
        waiting: BinaryHeap::new(),
        done: 0,
    }));
    let started = Instant::now();
    runtime.block_on(async {
        let worker = |_| {
            let (client, work, requests) = (client.clone(), work.clone(), requests.clone());
            tokio::spawn(async move { work_off(address, &client, &work, &requests).await })
        };
        for worker in (0..in_flight).map(worker).collect::<Vec<_>>() {
            worker.await.expect("no panic");
        }
    });
    started.elapsed()
}

async fn work_off(
    address: SocketAddr,
    client: &reqwest::Client,
    work: &Mutex<Work>,
    requests: &[Call],
) {
    let lock = || work.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let next = lock().next(requests.len());
        let at = match next {
            Next::Send(at) => at,
            Next::Sleep(time) => {
                tokio::time::sleep(time).await;
                continue;
            }
            Next::Finished => return,
        };
        let Call { path, body } = &requests[at];
        let request = client
            .post(format!("http://{address}{path}"))
            .bearer_auth("bare")
            .json(body);
        let response = request.send().await.expect("an answer");
        let wait = match response.status().as_u16() {
            200 => None,
            _ => response.headers().get("retry-after").cloned(),
        };
        let reply: Value = response.json().await.expect("JSON");
        assert!(reply.is_object());
        match wait.and_then(|wait| wait.to_str().ok()?.parse::<f64>().ok()) {
            Some(seconds) => {
                let wait = Duration::from_secs_f64(seconds + fastrand::f64().min(0.5));
                lock().waiting.push(Due(Instant::now() + wait, at));
            }
            None => lock().done += 1,
        }
    }
}

//! A provider of both wires that costs as little as possible: raw TCP, ready-made replies of about 1 KB, one thread.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came: path, wanted headers and body are enough to send it again.
#[derive(Clone)]
pub struct Sent {
    /// `/v1/messages` or `/v1/chat/completions`.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A running server; it ends with the process.
pub struct Lean {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    delay_ms: AtomicU64,
    faulty: AtomicBool,
    requests: AtomicU64,
    answers: AtomicU64,
    seen: Mutex<HashMap<u64, u64>>,
    kept: Mutex<Option<Vec<Sent>>>,
    replies: [Vec<String>; 2],
}

/// Stands for the number of a reply in its id.
const NUMBER: &str = "##########";
/// Replies of each wire to choose from.
const VARIETY: usize = 8;
/// One answer in so many fails while the server is faulty: half of them 429, half 500.
const ONE_IN: u64 = 20;

impl Lean {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let state = Arc::new(State {
            delay_ms: AtomicU64::new(0),
            faulty: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            answers: AtomicU64::new(0),
            seen: Mutex::default(),
            kept: Mutex::default(),
            replies: [openai_replies(), anthropic_replies()],
        });
        let (tell, told) = std::sync::mpsc::channel();
        let shared = state.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
                let listener = listener.expect("a port");
                tell.send(listener.local_addr().expect("an address"))
                    .expect("somebody waits");
                loop {
                    if let Ok((stream, _)) = listener.accept().await {
                        tokio::spawn(serve(stream, shared.clone()));
                    }
                }
            });
        });
        let address = told.recv().expect("the server starts");
        Self { address, state }
    }

    /// Waits so long before every answer.
    pub fn delay_ms(&self, ms: u64) {
        self.state.delay_ms.store(ms, Ordering::SeqCst);
    }

    /// Lets 5 % of the answers fail, or none. Which requests fail, and how often, depends on their bodies alone, so that
    /// two clients meet the same faults.
    pub fn faulty(&self, yes: bool) {
        self.state.faulty.store(yes, Ordering::SeqCst);
        self.faulty_again();
    }

    /// The same faults once more, as to a client that has sent nothing yet.
    pub fn faulty_again(&self) {
        lock(&self.state.seen).clear();
    }

    /// Requests since the last call of this.
    pub fn take_requests(&self) -> u64 {
        self.state.requests.swap(0, Ordering::SeqCst)
    }

    /// Keeps the requests from now on.
    pub fn keep(&self) {
        *lock(&self.state.kept) = Some(Vec::new());
    }

    /// The requests kept; none are kept any more.
    pub fn kept(&self) -> Vec<Sent> {
        lock(&self.state.kept).take().unwrap_or_default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        let Some((head, length)) = read_head(&mut stream, &mut buffer).await else {
            return;
        };
        while buffer.len() < head + length {
            match stream.read_buf(&mut buffer).await {
                Ok(n) if n > 0 => {}
                _ => return,
            }
        }
        let messages = buffer[..head].starts_with(b"POST /v1/messages");
        let reply = state.answer(messages, &buffer[head..head + length]);
        buffer.drain(..head + length);
        let delay = state.delay_ms.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if stream.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Bytes of the head, and the length of the body it announces; `None` when the client has left.
async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(usize, usize)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = std::str::from_utf8(&buffer[..end]).ok()?;
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            });
            return Some((end + 4, length.unwrap_or(0)));
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

impl State {
    fn answer(&self, messages: bool, body: &[u8]) -> String {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(kept) = &mut *lock(&self.kept) {
            let path = match messages {
                true => "/v1/messages",
                false => "/v1/chat/completions",
            };
            kept.push(Sent {
                path: path.to_owned(),
                body: body.to_vec(),
            });
        }
        let hash = fnv(body);
        if self.faulty.load(Ordering::Relaxed) {
            let mut seen = lock(&self.seen);
            let times = seen.entry(hash).or_default();
            *times += 1;
            let draw = mixed(hash ^ times.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            if draw.is_multiple_of(ONE_IN) {
                return failure((draw / ONE_IN).is_multiple_of(2));
            }
        }
        let at = usize::try_from(mixed(hash) % VARIETY as u64).unwrap_or(0);
        let mut reply = self.replies[usize::from(messages)][at].clone();
        // No provider gives an id twice.
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        if let Some(at) = reply.find(NUMBER) {
            reply.replace_range(at..at + NUMBER.len(), &format!("{number:010}"));
        }
        reply
    }
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn mixed(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

fn failure(limited: bool) -> String {
    let (status, kind) = match limited {
        true => ("429 Too Many Requests", "rate_limit_error"),
        false => ("500 Internal Server Error", "api_error"),
    };
    let body = format!(
        r#"{{"type":"error","error":{{"type":"{kind}","message":"simulated","code":null}}}}"#
    );
    http(status, "retry-after: 1\r\n", &body)
}

fn http(status: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-request-id: req_lean\r\n{more}content-length: {length}\r\n\r\n{body}"
    )
}

/// What the model is made to say: different enough that raters disagree now and then.
fn rating(n: usize) -> String {
    let label = ["E0", "E1", "E2"][n % 3];
    let (automation, augmentation) = (10 * n + 5, 90 - 9 * n);
    let rationale = "A language model drafts and checks the text of this task quickly, but a person has to agree the \
                     figures with others and answer for the result; the time saved depends on how much of the material \
                     is on paper and on how often the rules change within the year.";
    serde_json::json!({
        "rationale": rationale, "tools": ["chat assistant", "spreadsheet with a model", "document search"],
        "exposure": label, "automation": automation, "augmentation": augmentation, "confidence": 70,
    })
    .to_string()
}

fn openai_replies() -> Vec<String> {
    let reply = |n| {
        let message = serde_json::json!({"role": "assistant", "content": rating(n), "refusal": null, "annotations": []});
        let body = serde_json::json!({
            "id": format!("chatcmpl-lean{NUMBER}"), "object": "chat.completion", "created": 1_767_225_600, "model": "lean-openai",
            "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 820, "completion_tokens": 130, "total_tokens": 950,
                "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0}},
            "service_tier": "default", "system_fingerprint": "fp_lean",
        });
        http("200 OK", "", &body.to_string())
    };
    (0..VARIETY).map(reply).collect()
}

fn anthropic_replies() -> Vec<String> {
    let reply = |n| {
        let body = serde_json::json!({
            "id": format!("msg_lean{NUMBER}"), "type": "message", "role": "assistant", "model": "lean-anthropic",
            "content": [{"type": "text", "text": rating(n)}],
            "stop_reason": "end_turn", "stop_sequence": null,
            "usage": {"input_tokens": 830, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
                "output_tokens": 140, "service_tier": "standard"},
        });
        http("200 OK", "", &body.to_string())
    };
    (0..VARIETY).map(reply).collect()
}

//! Sending a request: the one file that names the HTTP client. Every answer comes back as status, headers and raw
//! bytes, whatever it is; nothing is retried here.

use crate::error::{Error, Kind, Result};
use crate::rater::{Llm, Wire, address};
use crate::wire::Failure;
use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::value::RawValue;
use std::cell::RefCell;
use std::time::Duration;

/// An answer as it came.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// One connection pool for all raters of a run, and one for this machine, which no proxy has any business with.
#[derive(Clone)]
pub(super) struct Transport {
    client: reqwest::Client,
    local: reqwest::Client,
}

/// How to reach one hosted rater.
pub(super) struct Endpoint {
    wire: Wire,
    base_url: String,
    /// Where Anthropic's wire sends to.
    messages: reqwest::Url,
    headers: HeaderMap,
    key: SecretString,
    deadlines: Deadlines,
    client: reqwest::Client,
}

/// How long an answer may take; connecting has its own time.
#[derive(Clone, Copy)]
struct Deadlines {
    first_byte: Duration,
    whole: Duration,
}

/// A failed exchange, before it is judged.
type Sent = std::result::Result<Exchange, Failure>;

tokio::task_local! {
    /// Where the transport under async-openai leaves the raw answer for the caller of this very task.
    static ANSWER: RefCell<Option<Sent>>;
}

impl Transport {
    pub fn new() -> Result<Self> {
        // Ring builds everywhere with a C compiler alone; a second call finds it installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .connect_timeout(Duration::from_secs(10))
                .pool_max_idle_per_host(256)
                // A key must not follow a redirect to another host.
                .redirect(reqwest::redirect::Policy::none())
                // Retries have one owner, and it is not this one.
                .retry(reqwest::retry::never())
                .user_agent(concat!("taskrater/", env!("CARGO_PKG_VERSION")))
        };
        let built = |builder: reqwest::ClientBuilder| {
            builder
                .build()
                .map_err(|error| Error::new(Kind::Setup, "cannot set up HTTPS").because(error))
        };
        Ok(Self {
            client: built(builder())?,
            local: built(builder().no_proxy())?,
        })
    }

    fn for_address(&self, base_url: &str) -> &reqwest::Client {
        if address::is_loopback(base_url) {
            &self.local
        } else {
            &self.client
        }
    }

    /// The way to a rater, with its key.
    pub fn endpoint(&self, llm: &Llm, key: Option<&SecretString>) -> Result<Endpoint> {
        Ok(Endpoint {
            wire: llm.wire,
            base_url: llm.base_url.clone(),
            messages: messages(&llm.base_url)?,
            headers: headers(llm, key)?,
            key: key.cloned().unwrap_or_default(),
            deadlines: Deadlines {
                first_byte: Duration::from_secs(llm.traffic.first_byte_seconds),
                whole: Duration::from_secs(llm.traffic.timeout_seconds),
            },
            client: self.for_address(&llm.base_url).clone(),
        })
    }
}

fn messages(base_url: &str) -> Result<reqwest::Url> {
    reqwest::Url::parse(&format!("{base_url}/messages")).map_err(|error| {
        Error::new(
            Kind::Setup,
            format!("base_url = \"{base_url}\" is no address"),
        )
        .because(error)
    })
}

impl Endpoint {
    /// Sends one request, as it is, and reads the whole answer.
    pub async fn send(&self, body: &[u8]) -> Sent {
        let sent = match self.wire {
            Wire::OpenAi => self.send_openai(body).await,
            Wire::Anthropic => self.send_anthropic(body).await,
        };
        self.without_key(sent)
    }

    /// Some servers echo the key, in an error or in a header: it is taken out before anybody else sees the answer.
    fn without_key(&self, sent: Sent) -> Sent {
        /// A shorter one cannot be told from ordinary text, and no provider gives one out.
        const SHORTEST: usize = 8;
        let key = self.key.expose_secret();
        if key.len() < SHORTEST {
            return sent;
        }
        // In JSON a slash may have a backslash before it.
        let escaped = key.replace('/', "\\/");
        match sent {
            Ok(mut exchange) => {
                let text = String::from_utf8_lossy(&exchange.body);
                if text.contains(key) || text.contains(&escaped) {
                    let text = text.replace(key, "[key]").replace(&escaped, "[key]");
                    exchange.body = text.into_bytes();
                }
                for value in exchange.headers.values_mut() {
                    if String::from_utf8_lossy(value.as_bytes()).contains(key) {
                        *value = HeaderValue::from_static("[key]");
                    }
                }
                Ok(exchange)
            }
            Err(mut failure) => {
                failure.message = failure.message.replace(key, "[key]");
                Err(failure)
            }
        }
    }

    /// Through async-openai's typed path with types of our own: its retries are off, because the service below it is
    /// ours, and so is what becomes of the answer.
    async fn send_openai(&self, body: &[u8]) -> Sent {
        let (client, deadlines) = (self.client.clone(), self.deadlines);
        // Bytes that are JSON already: nothing is parsed or written again on the way.
        let Ok(body) = serde_json::from_slice::<&RawValue>(body) else {
            return Err(Failure::network("the request is not JSON".into(), false));
        };
        let service = tower::service_fn(move |request: HttpRequestFactory| {
            let client = client.clone();
            async move {
                let request = request.build().await?;
                let sent = execute(&client, request, deadlines).await;
                let stand_in = stand_in(&sent);
                ANSWER.with(|answer| *answer.borrow_mut() = Some(sent));
                stand_in
            }
        });
        let client = async_openai::Client::build(self.client.clone(), Borrowed(self))
            .with_http_service(service);
        ANSWER
            .scope(RefCell::new(None), async {
                // Its own reading of the body is not used: compatible servers leave out what its types require.
                let chat = client.chat();
                let read = chat.create_byot::<_, serde::de::IgnoredAny>(body).await;
                ANSWER.with(RefCell::take).unwrap_or_else(|| {
                    let why = read
                        .err()
                        .map(|error| error.to_string())
                        .unwrap_or_default();
                    Err(Failure::network(
                        format!("the request was not sent: {why}"),
                        false,
                    ))
                })
            })
            .await
    }

    async fn send_anthropic(&self, body: &[u8]) -> Sent {
        let client = &self.client;
        let request = client
            .post(self.messages.clone())
            .headers(self.headers.clone())
            .body(body.to_vec())
            .build()
            .map_err(|error| Failure::network(cause(&error), false))?;
        execute(client, request, self.deadlines).await
    }
}

async fn execute(
    client: &reqwest::Client,
    mut request: reqwest::Request,
    deadlines: Deadlines,
) -> Sent {
    *request.timeout_mut() = Some(deadlines.whole);
    let failed = |error: reqwest::Error| {
        if error.is_timeout() && !error.is_connect() {
            let seconds = deadlines.whole.as_secs();
            Failure::timeout(format!("no whole answer within {seconds} s"))
        } else {
            Failure::network(cause(&error), !error.is_connect())
        }
    };
    let begun = tokio::time::timeout(deadlines.first_byte, client.execute(request)).await;
    let mut response = begun
        .map_err(|_| {
            let seconds = deadlines.first_byte.as_secs();
            Failure::timeout(format!("no answer began within {seconds} s"))
        })?
        .map_err(failed)?;
    let (status, headers) = (
        response.status().as_u16(),
        std::mem::take(response.headers_mut()),
    );
    let body = whole(&mut response, failed).await?;
    Ok(Exchange {
        status,
        headers,
        body,
    })
}

/// Largest answer that is read: a rating has a few thousand bytes, and a body without end would fill the memory.
const LARGEST: usize = 16 << 20;

async fn whole(
    response: &mut reqwest::Response,
    failed: impl Fn(reqwest::Error) -> Failure,
) -> std::result::Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let url = response.url().clone();
    let failed = |error: reqwest::Error| failed(error.with_url(url.clone()));
    while let Some(part) = response.chunk().await.map_err(failed)? {
        if body.len() + part.len() > LARGEST {
            let message = format!("an answer of more than {} MB", LARGEST >> 20);
            return Err(Failure::network(message, true));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// What the crate above is given: the least that it can read. It has no use for the answer, and its reading would only
/// refuse what compatible servers leave out.
fn stand_in(sent: &Sent) -> std::result::Result<reqwest::Response, OpenAIError> {
    match sent {
        Ok(_) => Ok(http::Response::new("null").into()),
        Err(failure) => Err(OpenAIError::Boxed(failure.message.clone().into())),
    }
}

fn headers(llm: &Llm, key: Option<&SecretString>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if llm.wire == Wire::Anthropic {
        let name = HeaderName::from_static("anthropic-version");
        headers.insert(name, HeaderValue::from_static("2023-06-01"));
    }
    if let Some(key) = key {
        let (name, text) = match llm.wire {
            Wire::OpenAi => (AUTHORIZATION, format!("Bearer {}", key.expose_secret())),
            Wire::Anthropic => (
                HeaderName::from_static("x-api-key"),
                key.expose_secret().to_owned(),
            ),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            let variable = llm.key_env.as_deref().unwrap_or("the key");
            Error::new(
                Kind::Setup,
                format!("{variable} holds characters that no key has"),
            )
            .hint("check it for a line break or quotes")
        })?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// The innermost cause: "connection refused" says more than "error sending request".
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match error.url() {
        Some(url) => format!("{innermost} ({}://{})", url.scheme(), url.authority()),
        None => innermost.to_string(),
    }
}

/// The configuration that async-openai asks for. It holds what the rater's row says and nothing of the environment,
/// so that no key can reach a third party.
struct Borrowed<'a>(&'a Endpoint);

impl Config for Borrowed<'_> {
    fn headers(&self) -> HeaderMap {
        self.0.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.0.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.0.key
    }
}

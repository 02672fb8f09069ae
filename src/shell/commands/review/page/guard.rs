//! Who may ask the page's server: a browser on this machine that was given the address with its key.
//!
//! | against | what is checked |
//! |---|---|
//! | another machine | the server listens on 127.0.0.1 alone |
//! | another user or program of this machine | the key, 192 random bits, in a header of every request for what is in the review |
//! | a web site whose name leads to 127.0.0.1 (DNS rebinding) | `Host` is ours |
//! | a web site that sends forms or scripts here | `Origin` is ours, and the key: no other site can set a header of ours |
//!
//! The key stands behind `#` in the address, so a browser sends it with no request line and no `Referer`. The page sends it as a
//! header; a cookie would go to every other port of this machine, too.

use crate::error::{Error, Kind, Result};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// The header that carries the key.
const KEY: &str = "x-review-key";
/// Bytes of randomness in the key.
const KEY_BYTES: usize = 24;

/// What a request has to show.
pub(super) struct Guard {
    port: u16,
    key: String,
}

impl Guard {
    /// With a new key, for a server on this port.
    pub fn new(port: u16) -> Result<Self> {
        let mut bytes = [0_u8; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::new(Kind::Internal, "the system gives no random numbers").because(error)
        })?;
        let key = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { port, key })
    }

    /// The address of the page, with the key.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/#{}", self.port, self.key)
    }

    /// Why a request is refused; `None` where it is not.
    fn refuses(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<&'static str> {
        let host = match self.only(headers, &header::HOST) {
            Some(host) if self.is_ours(host) => host,
            _ => return Some("This server answers to 127.0.0.1 and localhost alone."),
        };
        let own = format!("http://{host}");
        let foreign = match headers.contains_key(header::ORIGIN) {
            true => self.only(headers, &header::ORIGIN) != Some(&own),
            false => method != Method::GET && method != Method::HEAD,
        };
        if foreign {
            return Some("Requests of another site are not answered.");
        }
        // Without the key there is the empty page, which holds nothing of the review.
        if path.starts_with("/api/") && !self.has_key(headers) {
            return Some(
                "The key of this review is missing or wrong. Open the address that taskrater printed last.",
            );
        }
        None
    }

    /// The value of a header that stands there once.
    fn only<'a>(&self, headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
        let mut all = headers.get_all(name).iter();
        match (all.next(), all.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        let names = ["127.0.0.1", "localhost"];
        names.iter().any(|name| {
            host == format!("{name}:{}", self.port) || (self.port == 80 && host == *name)
        })
    }

    /// Hashes are compared in constant time: how long it takes says nothing of the key.
    fn has_key(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(KEY).map_or(&[][..], HeaderValue::as_bytes);
        blake3::hash(sent) == blake3::hash(self.key.as_bytes())
    }
}

/// Lets a request through, or says in a sentence why not.
pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let refused = guard.refuses(request.method(), request.uri().path(), request.headers());
    match refused {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    }
}

/// What the browser may do with any answer: nothing but show our own files in our own page, and forget them.
const RULES: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Sets these rules, on refusals and errors, too.
pub(super) async fn with_rules(mut response: Response) -> Response {
    for (name, value) in RULES {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        let one = |(name, value): &(&'static str, &str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            )
        };
        list.iter().map(one).collect()
    }

    #[test]
    fn a_key_has_192_bits_and_is_new_each_time() {
        let [one, other] = [(); 2].map(|()| Guard::new(8000).unwrap());
        assert_eq!(one.key.len(), 48);
        assert_ne!(one.key, other.key);
        assert_eq!(one.address(), format!("http://127.0.0.1:8000/#{}", one.key));
    }

    #[test]
    fn only_our_host_our_origin_and_our_key_get_through() {
        let guard = Guard::new(8000).unwrap();
        let refused = |method: &Method, path: &str, list: &[(&'static str, &str)]| {
            guard.refuses(method, path, &headers(list)).is_some()
        };
        let (get, post) = (&Method::GET, &Method::POST);
        let (host, origin) = (
            ("host", "127.0.0.1:8000"),
            ("origin", "http://127.0.0.1:8000"),
        );
        let key = (KEY, guard.key.as_str());
        assert!(!refused(get, "/", &[host]));
        assert!(!refused(get, "/api/review", &[host, key]));
        assert!(!refused(post, "/api/put", &[host, origin, key]));
        let (name, named) = (
            ("host", "localhost:8000"),
            ("origin", "http://localhost:8000"),
        );
        assert!(!refused(post, "/api/put", &[name, named, key]));
        for bad in [
            "evil.test",
            "evil.test:8000",
            "127.0.0.1",
            "127.0.0.1:8001",
            "127.0.0.1:8000.evil.test",
        ] {
            assert!(refused(get, "/", &[("host", bad)]), "{bad}");
        }
        assert!(refused(get, "/", &[]));
        assert!(refused(get, "/", &[host, name]), "two of them");
        assert!(refused(post, "/api/put", &[host, key]), "no origin");
        for bad in [
            "null",
            "http://evil.test",
            "https://127.0.0.1:8000",
            "http://127.0.0.1:8001",
            "http://localhost:8000",
        ] {
            assert!(
                refused(post, "/api/put", &[host, ("origin", bad), key]),
                "{bad}"
            );
            assert!(
                refused(get, "/api/review", &[host, ("origin", bad), key]),
                "{bad}"
            );
        }
        let wrong = guard.key.replace(&guard.key[..1], "x");
        for bad in ["", "0", &wrong, &guard.key[1..]] {
            assert!(
                refused(post, "/api/put", &[host, origin, (KEY, bad)]),
                "{bad}"
            );
        }
        assert!(refused(get, "/api/review", &[host]));
    }
}

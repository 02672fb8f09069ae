//! What an address says about where it leads.

/// The host of a checked `http(s)` address, without port, in lower case.
pub(crate) fn host(base_url: &str) -> String {
    let rest = base_url
        .split_once("://")
        .map_or(base_url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    // An IPv6 address has colons of its own, inside brackets.
    let host = match authority.rfind(']') {
        Some(end) => &authority[..=end],
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.to_ascii_lowercase()
}

/// Whether it is this machine: no proxy and no wire is between.
pub(crate) fn is_loopback(base_url: &str) -> bool {
    let host = host(base_url);
    let inside = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || inside
            .parse::<core::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart() {
        for here in [
            "http://localhost:1/v1",
            "http://LOCALHOST/v1",
            "http://127.0.0.1:8000/v1",
            "http://127.9.9.9",
            "http://[::1]:80/v1",
        ] {
            assert!(is_loopback(here), "{here}");
        }
        for there in [
            "http://127.0.0.1.example.com/v1",
            "http://localhost.example.com",
            "http://example.com/127.0.0.1",
            "http://[2001:db8::1]/v1",
            "http://10.0.0.1/v1",
        ] {
            assert!(!is_loopback(there), "{there}");
        }
        assert_eq!(host("https://API.openai.com:443/v1"), "api.openai.com");
        assert_eq!(host("https://[::1]:443/v1"), "[::1]");
    }
}

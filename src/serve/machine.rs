//! Names and addresses of this machine, which a server without keys serves alone.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::{Authority, Uri};

/// What proxies say of whom they pass on.
const PASSED_ON: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/// Whether a host is this machine, by whichever name or address only it has.
pub(crate) fn is_here(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether a request comes from another machine through a proxy on this one: the proxy says so, or the client used a
/// name or address that others know.
pub(crate) fn is_passed_on(headers: &HeaderMap) -> bool {
    PASSED_ON.iter().any(|name| headers.contains_key(*name))
        || headers.get(HOST).is_some_and(|host| {
            let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
            // A name without a dot is none that the world knows.
            host.is_none_or(|host| host.host().contains(['.', ':']) && !is_here(host.host()))
        })
}

/// Whether a browser says that another site's page sends this: any page can make the browser on this machine send
/// something here.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get(ORIGIN).is_some_and(|origin| {
        let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
        !origin.as_ref().and_then(Uri::host).is_some_and(is_here)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(name: &str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse::<HeaderName>().unwrap(), value.parse().unwrap())])
    }

    #[test]
    fn pages_of_other_sites_are_told_from_those_of_this_machine() {
        let elsewhere = |origin: &str| is_from_elsewhere(&headers("origin", origin));
        assert!(!is_from_elsewhere(&HeaderMap::new()));
        for here in ["http://localhost:3000", "http://127.0.0.1:8475", "http://[::1]:80"] {
            assert!(!elsewhere(here), "{here}");
        }
        for there in ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://10.0.0.1"] {
            assert!(elsewhere(there), "{there}");
        }
    }

    #[test]
    fn what_a_proxy_passes_on_is_told_from_what_this_machine_asks() {
        assert!(!is_passed_on(&HeaderMap::new()));
        for here in ["localhost", "LOCALHOST:8475", "127.0.0.1:8475", "[::1]:8475", "ombud", "a.localhost:80"] {
            assert!(!is_passed_on(&headers("host", here)), "{here}");
        }
        for there in
            ["ombud.example", "ombud.example:8475", "192.168.0.7", "[2001:db8::1]:80", "localhost.evil.example"]
        {
            assert!(is_passed_on(&headers("host", there)), "{there}");
        }
        for name in PASSED_ON {
            assert!(is_passed_on(&headers(name, "203.0.113.7")), "{name}");
        }
    }
}

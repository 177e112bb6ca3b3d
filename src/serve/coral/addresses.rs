//! Where the page of a story may be. Its address comes from Coral, and redirects from the page, so it must not lead to
//! what only this machine can reach.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::http::Uri;
use hyper_util::client::legacy::connect::dns::Name;
use tokio::net::lookup_host;
use tower::Service;
use tower_http::follow_redirect::policy::{Action, Attempt};

/// Finds the addresses of a host.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Addresses {
    /// For a host that the site has named.
    All,
    /// For a host that a story names: only a public one, and not if its name shows that it is not public.
    Public,
}

impl Service<Name> for Addresses {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let own = *self;
        Box::pin(async move {
            // The port is put in by who asks.
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            own.of(name.as_str(), found).map(Vec::into_iter)
        })
    }
}

impl Addresses {
    fn of(self, name: &str, mut found: Vec<SocketAddr>) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::Public if !is_inside(name) => found.retain(|address| is_public(address.ip())),
            Self::All | Self::Public => {}
        }
        if found.is_empty() {
            let why = format!("{name} has no public address");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(found)
    }
}

/// Whether the form of a name shows that it is a host within a network.
fn is_inside(name: &str) -> bool {
    match name.rsplit_once('.') {
        None => true,
        Some((_, last)) => ["localhost", "local", "internal"].iter().any(|own| last.eq_ignore_ascii_case(own)),
    }
}

/// Whether an address is outside this machine, its network and a cloud's own services.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && second & 0xC0 == 64;
            !(first == 0
                || is_shared
                || address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_broadcast()
                || address.is_multicast())
        }
        IpAddr::V6(address) => {
            let is_own = address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast();
            !is_own && within(address).is_none_or(|within| is_public(IpAddr::V4(within)))
        }
    }
}

/// The IPv4 address within an IPv6 address where the two are translated (NAT64).
fn within(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}

/// A page may be elsewhere on its own host, and nowhere else.
pub(crate) fn on_own_host(attempt: &Attempt<'_>) -> Action {
    if is_same(attempt.previous(), attempt.location()) { Action::Follow } else { Action::Stop }
}

/// Whether two addresses are of the same server, also if that has moved to https.
fn is_same(from: &Uri, to: &Uri) -> bool {
    let (Some(from), Some(to)) = (place(from), place(to)) else { return false };
    let went_over = (from.1, to.1) == (80, 443) && (from.0, to.0) == (HTTP, HTTPS);
    from.2.eq_ignore_ascii_case(to.2) && ((from.0, from.1) == (to.0, to.1) || went_over)
}

const HTTP: &str = "http";
const HTTPS: &str = "https";

/// Scheme, port and host.
fn place(url: &Uri) -> Option<(&str, u16, &str)> {
    let scheme = url.scheme_str()?;
    let usual = match scheme {
        HTTP => 80,
        HTTPS => 443,
        _ => return None,
    };
    Some((scheme, url.port_u16().unwrap_or(usual), url.host()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_everybody_reaches_is_public() {
        for public in ["93.184.216.34", "100.128.0.1", "172.32.0.1", "2606:2800:220:1::1", "64:ff9b::5db8:d822"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for own in [
            "127.0.0.1",
            "127.8.9.10",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(own.parse().unwrap()), "{own}");
        }
    }

    #[test]
    fn a_public_name_that_leads_inside_is_refused_and_one_that_says_so_is_not() {
        let found = |addresses: &[&str]| {
            addresses.iter().map(|own| SocketAddr::new(own.parse().unwrap(), 0)).collect::<Vec<_>>()
        };
        let both = || found(&["127.0.0.1", "93.184.216.34"]);
        assert_eq!(Addresses::Public.of("news.example", both()).unwrap(), found(&["93.184.216.34"]));
        let refused = Addresses::Public.of("news.example", found(&["10.0.0.1"])).unwrap_err();
        assert_eq!(refused.to_string(), "news.example has no public address");
        for inside in ["localhost", "web", "news.LOCAL", "web.internal"] {
            assert_eq!(Addresses::Public.of(inside, both()).unwrap(), both(), "{inside}");
        }
        assert_eq!(Addresses::All.of("coral.example", both()).unwrap(), both());
    }

    #[test]
    fn a_server_is_the_same_on_one_port_or_by_https() {
        let same = |from: &'static str, to: &'static str| is_same(&Uri::from_static(from), &Uri::from_static(to));
        for to in ["http://news.example/b", "http://NEWS.example:80/", "https://news.example/a"] {
            assert!(same("http://news.example/a", to), "{to}");
        }
        assert!(same("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b"));
        for to in [
            "http://news.example:8080/a",
            "https://news.example:8443/a",
            "http://www.news.example/a",
            "http://127.0.0.1/a",
            "ftp://news.example/a",
        ] {
            assert!(!same("http://news.example/a", to), "{to}");
        }
        assert!(!same("https://news.example/a", "http://news.example/a"));
    }
}

//! How much the server takes on: sizes, times and numbers.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::Semaphore;

/// `[serve.limits]`. What is given when the server starts holds until it ends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "LimitEntries")]
pub(crate) struct Limits {
    /// Bytes of a body.
    pub(crate) body_bytes: usize,
    /// Bytes of the head of a request.
    pub(crate) header_bytes: usize,
    /// A head must be there after so long; a connection without requests is closed after that, too.
    pub(crate) header_time: Duration,
    /// From the head of a request to that of its answer.
    pub(crate) request_time: Duration,
    /// A connection whose answer is not read for this long is closed.
    pub(crate) write_time: Duration,
    /// Requests that are being served.
    pub(crate) requests: usize,
    /// Connections that are open.
    pub(crate) connections: usize,
    /// Bulk requests that are being streamed.
    pub(crate) streams: usize,
    /// After a signal to stop requests are given so long.
    pub(crate) drain_time: Duration,
}

/// No less than hyper can read a head into.
const LEAST_HEADER: usize = 8192;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct LimitEntries {
    body_bytes: Option<NonZeroU32>,
    header_bytes: Option<NonZeroU32>,
    header_seconds: Option<NonZeroU64>,
    request_seconds: Option<NonZeroU64>,
    write_seconds: Option<NonZeroU64>,
    requests: Option<NonZeroUsize>,
    connections: Option<NonZeroUsize>,
    streams: Option<NonZeroUsize>,
    drain_seconds: Option<NonZeroU64>,
}

impl From<LimitEntries> for Limits {
    fn from(entries: LimitEntries) -> Self {
        let bytes = |given: Option<NonZeroU32>, usual: usize| given.map_or(usual, |given| given.get() as usize);
        let seconds = |given: Option<NonZeroU64>, usual| Duration::from_secs(given.map_or(usual, NonZeroU64::get));
        let number = |given: Option<NonZeroUsize>, usual| given.map_or(usual, NonZeroUsize::get).min(MOST);
        Self {
            body_bytes: bytes(entries.body_bytes, 2 << 20),
            header_bytes: bytes(entries.header_bytes, 32 << 10).max(LEAST_HEADER),
            header_time: seconds(entries.header_seconds, 30),
            request_time: seconds(entries.request_seconds, 10),
            write_time: seconds(entries.write_seconds, 30),
            requests: number(entries.requests, 512),
            connections: number(entries.connections, 4096),
            streams: number(entries.streams, 8),
            drain_time: seconds(entries.drain_seconds, 20),
        }
    }
}

/// As many permits as a semaphore can have.
const MOST: usize = Semaphore::MAX_PERMITS;

impl Default for Limits {
    fn default() -> Self {
        LimitEntries::default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_has_a_default_and_what_is_too_small_is_widened() {
        let limits: Limits = toml::from_str("header-bytes = 1\nrequest-seconds = 3").unwrap();
        let expected = Limits { header_bytes: 8192, request_time: Duration::from_secs(3), ..Limits::default() };
        assert_eq!(limits, expected);
        assert!(toml::from_str::<Limits>("requests = 0").is_err());
    }
}

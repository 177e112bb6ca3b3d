//! State shared by the routes for Coral: what is known about its stories and comments, and how more is requested.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::coral::client::Client;
use crate::serve::coral::known::Known;

/// At most this many requests to Coral run at once: it has readers to serve.
const AT_ONCE: usize = 4;
/// At most this many more wait; further ones are made another time.
const WAITING: usize = 500;
/// A failure is logged at most this often per minute: anybody can send requests that are refused.
const COMPLAINTS: NonZeroU32 = NonZeroU32::new(10).unwrap();

#[derive(Debug)]
pub(crate) struct Coral {
    pub(crate) known: Known,
    pub(crate) client: Client,
    asking: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    complaints: DefaultDirectRateLimiter,
}

impl Default for Coral {
    fn default() -> Self {
        let [asking, waiting] = [AT_ONCE, WAITING].map(|n| Arc::new(Semaphore::new(n)));
        let complaints = RateLimiter::direct(Quota::per_minute(COMPLAINTS));
        Self { known: Known::default(), client: Client::default(), asking, waiting, complaints }
    }
}

impl Coral {
    /// A place among those who wait to ask, if there is one.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.waiting).try_acquire_owned().ok()
    }

    /// Waits for its turn; `None` only if the server ends.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.asking).acquire_owned().await.ok()
    }

    /// Whether to log a failure, or whether there were enough.
    pub(crate) fn complains(&self) -> bool {
        self.complaints.check().is_ok()
    }
}

//! What the routes for Coral share: what is known of its stories and comments, and how more is asked for.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::coral::client::Client;
use crate::serve::coral::known::Known;

/// So many questions to Coral are under way at once: it has its readers to serve.
const AT_ONCE: usize = 4;
/// So many more wait; what comes then is asked for another time.
const WAITING: usize = 500;
/// So many times a minute it is logged that something went wrong: anybody can send what is refused.
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

    /// Waits until it is one's turn; `None` only where the server ends.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.asking).acquire_owned().await.ok()
    }

    /// Whether what went wrong is logged, or has been often enough.
    pub(crate) fn complains(&self) -> bool {
        self.complaints.check().is_ok()
    }
}

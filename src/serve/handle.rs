//! What reaches a server that runs, to stop it or to have it reload everything.

use tokio::sync::watch;

use crate::serve::error::ServeError;
use crate::serve::state::App;

/// Reaches a server that runs.
#[derive(Clone)]
pub struct ServerHandle {
    pub(crate) app: App,
    pub(crate) phase: watch::Sender<Phase>,
}

impl std::fmt::Debug for ServerHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerHandle").field("address", &self.app.address).finish_non_exhaustive()
    }
}

/// How far a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Serving,
    /// It accepts nothing new, and finishes what it has begun.
    Draining,
    /// It does not wait for that.
    Leaving,
}

impl ServerHandle {
    /// Stops the server: it accepts nothing new, and finishes what it has begun. After a second call it does not wait
    /// for that.
    pub fn stop(&self) {
        self.phase.send_modify(|phase| {
            *phase = if *phase == Phase::Serving { Phase::Draining } else { Phase::Leaving };
        });
    }

    /// Reloads model, policy, keys and certificate. Requests that have begun end with the model that they began with. It
    /// takes a moment.
    ///
    /// # Errors
    /// When anything is wrong with any of them: then nothing changes.
    pub fn reload(&self) -> Result<(), ServeError> {
        self.app.reload()?;
        Ok(())
    }
}

//! Facts about an input that come to light during reading, passed from the code that unpacks it to the code that
//! reports them at the end.

use std::sync::{Arc, OnceLock};

use encoding_rs::Encoding;

/// The encoding guessed, if any. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<OnceLock<&'static Encoding>>);

impl Told {
    /// Records which encoding was guessed.
    pub(crate) fn guessed(&self, encoding: &'static Encoding) {
        let _ = self.0.set(encoding);
    }

    /// The name of the encoding that was guessed, if one was.
    pub(crate) fn encoding(&self) -> Option<&'static str> {
        self.0.get().map(|encoding| encoding.name())
    }
}

//! What is found out of an input while it is read, by whoever unpacks it, for whoever tells it at the end.

use std::sync::{Arc, OnceLock};

use encoding_rs::Encoding;

/// The encoding that was guessed, once it is. Clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<OnceLock<&'static Encoding>>);

impl Told {
    /// Says which encoding was guessed.
    pub(crate) fn guessed(&self, encoding: &'static Encoding) {
        let _ = self.0.set(encoding);
    }

    /// The name of the encoding that was guessed, if one was.
    pub(crate) fn encoding(&self) -> Option<&'static str> {
        self.0.get().map(|encoding| encoding.name())
    }
}

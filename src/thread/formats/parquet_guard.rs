//! What the `parquet` crate says by a panic, as an error: it does not check all that the pages of a broken file contradict,
//! and nothing of ours may panic on an input.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use parquet::errors::ParquetError;

thread_local! {
    /// Whether this thread is within [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Works on what a file says. After an error nothing of what `work` was given is to be used again.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    static QUIET: Once = Once::new();
    // A panic is told before it can be caught: what is caught here is told as an error.
    QUIET.call_once(|| {
        let told = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                told(panic);
            }
        }));
    });
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.unwrap_or_else(|_| Err(ParquetError::General("what it says of its columns does not fit together".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(guarded(|| Ok(1)).ok(), Some(1));
        let error = guarded::<()>(|| panic!("a page too many")).unwrap_err();
        assert!(error.to_string().contains("does not fit together"), "{error}");
        assert!(!GUARDED.get());
    }
}

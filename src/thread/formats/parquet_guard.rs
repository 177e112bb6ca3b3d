//! Turns panics of the `parquet` crate into errors: it does not check every contradiction in the pages of a broken
//! file, and no input may make the program panic.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use parquet::errors::ParquetError;

thread_local! {
    /// Whether this thread is within [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs code that parses a file. After an error, nothing that `work` had access to may be used again.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    static QUIET: Once = Once::new();
    // A panic is printed before it can be caught. Those caught here are reported as errors instead.
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

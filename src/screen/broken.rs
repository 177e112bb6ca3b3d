//! What an error of the program says of itself.

use std::any::Any;

/// What a thread that panicked said: the payload of its panic.
#[must_use]
pub(crate) fn cause(panic: &(dyn Any + Send)) -> &str {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say which")
}

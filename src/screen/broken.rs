//! The message of a program error.

use std::any::Any;

/// The message of a thread that panicked: the payload of its panic.
#[must_use]
pub(crate) fn cause(panic: &(dyn Any + Send)) -> &str {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say which")
}

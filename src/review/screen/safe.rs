//! Text of strangers on this screen, as [`sanitize`] shows it in cells.

use crate::report::sanitize::{self, Screen};
use crate::report::visible;

/// Appends `text` on one line.
pub(super) fn push(text: &str, out: &mut String) {
    sanitize::push(text, Screen::Cells, out);
}

/// `text` on one line.
pub(super) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push(text, &mut line);
    line
}

/// The beginning of `text` on one line, spaces run together, in at most `width` columns.
pub(super) fn excerpt(text: &str, width: usize) -> String {
    visible::cut(&line(&visible::beginning(text, width)), width)
}

//! Text of strangers on this screen, as [`sanitize`] shows it in cells.

use crate::report::sanitize;
use crate::report::sanitize::Screen;
use crate::report::visible;

/// Appends `text` on one line.
pub(crate) fn push(text: &str, out: &mut String) {
    sanitize::push(text, Screen::Cells, out);
}

/// `text` on one line.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push(text, &mut line);
    line
}

/// The beginning of `text` on one line, spaces run together, in at most `width` columns.
pub(crate) fn excerpt(text: &str, width: usize) -> String {
    visible::cut(&line(&visible::beginning(text, width)), width)
}

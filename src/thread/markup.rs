//! Comments in HTML as plain text.

/// The text of a fragment of HTML.
pub(crate) fn plain(html: &str) -> String {
    // TODO(markup): the real one.
    html_escape::decode_html_entities(html).into_owned()
}

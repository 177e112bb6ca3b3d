//! Texts as Reddit writes them.

use std::borrow::Cow;

/// Markdown as it was written. In Reddit's answers `<`, `>` and `&` are entities, unless the request asked for raw
/// text.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    let is_raw = memchr::memchr(b'&', text.as_bytes()).is_none() || text.contains(['<', '>']);
    if is_raw { Cow::Borrowed(text) } else { html_escape::decode_html_entities(text) }
}

/// The state of a text that has been replaced by a marker.
pub(crate) fn gone(text: &str) -> Option<&'static str> {
    let mark = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    let is = |known: &[&str]| known.iter().any(|known| mark.eq_ignore_ascii_case(known));
    if is(&["deleted", "deleted by user"]) {
        return Some("deleted");
    }
    is(&["removed", "removed by reddit", "removed by moderator"]).then_some("removed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once_and_only_where_they_are_reddits() {
        for (text, expected) in [
            ("a &gt; b &amp;amp; c", "a > b &amp; c"),
            ("&gt; quoted\n\nanswer", "> quoted\n\nanswer"),
            ("> raw &amp; kept", "> raw &amp; kept"),
            ("AT&T", "AT&T"),
            ("plain", "plain"),
        ] {
            assert_eq!(unescaped(text), expected);
        }
    }

    #[test]
    fn marks_are_no_texts() {
        for (text, expected) in [
            ("[deleted]", Some("deleted")),
            ("[removed]", Some("removed")),
            ("[ Removed by Reddit ]", Some("removed")),
            ("[deleted] scenes", None),
            ("[link](https://a.example)", None),
            ("", None),
        ] {
            assert_eq!(gone(text), expected, "{text}");
        }
    }
}

//! `WordPress` shortcodes around pictures: `[caption width="300"]<img …> words[/caption]`.

use std::borrow::Cow;

/// An article without these shortcodes; the words of captions stay.
pub(crate) fn without_captions(html: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((begin, end)) = next_caption(rest) {
        kept += rest.get(..begin).unwrap_or_default();
        rest = rest.get(end..).unwrap_or_default();
    }
    if kept.is_empty() && rest.len() == html.len() { Cow::Borrowed(html) } else { Cow::Owned(kept + rest) }
}

/// The start and end of the next shortcode.
fn next_caption(html: &str) -> Option<(usize, usize)> {
    for (begin, _) in html.match_indices('[') {
        let inner = html.get(begin + 1..)?;
        let name = inner.strip_prefix('/').unwrap_or(inner);
        let after = name.strip_prefix("caption").or_else(|| name.strip_prefix("wp_caption"));
        if after.is_some_and(|after| after.starts_with([']', ' '])) {
            // If one is never closed, neither is any after it.
            return Some((begin, begin + 1 + inner.find(']')? + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_of_captions_go() {
        for (html, expected) in [
            (r#"a [caption id="x" width="3"]<img src="i"> The wall[/caption] b"#, r#"a <img src="i"> The wall b"#),
            ("[caption]x[/caption]", "x"),
            ("[captions] [gallery ids=1] [caption never closed", "[captions] [gallery ids=1] [caption never closed"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_captions(html), expected);
        }
        let open = "[caption ".repeat(200_000);
        assert_eq!(without_captions(&open), open);
    }
}

//! The text of a comment from Coral: it comes as HTML or as plain text, and nothing says which.

use std::borrow::Cow;

use crate::text::character::tag;
use crate::thread::page_html::depth::document;
use crate::thread::page_html::dom::text_with_quotes;

/// The elements that Coral allows. A text with any other is not Coral's HTML: a person typed it.
const ELEMENTS: [&str; 31] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
    "ins",
];

/// At most this many bytes of a comment are scored, as in Perspective's API: Coral does not wait longer.
const JUDGED: usize = 20 << 10;

/// The part of a comment's text that is scored: its beginning.
pub(crate) fn judged(text: &str) -> &str {
    &text[..text.floor_char_boundary(JUDGED)]
}

/// The text of a comment as people see it, with `> ` before quotations.
///
/// Words that a person typed between angle brackets stay words and do not become markup: nobody gets an insult past the
/// model by writing `<idiot>`.
pub(crate) fn text(body: &str) -> Cow<'_, str> {
    if !body.contains(['<', '&']) {
        return Cow::Borrowed(body);
    }
    let mut elements = elements(body).peekable();
    if elements.peek().is_none() {
        // Line ends are kept: it may be plain text.
        return without_tags(html_escape::decode_html_entities(body));
    }
    if !elements.all(|name| ELEMENTS.iter().any(|own| name.eq_ignore_ascii_case(own))) {
        return without_tags(Cow::Borrowed(body));
    }
    match document(body) {
        Ok(html) => without_tags(Cow::Owned(text_with_quotes(html.tree.root()))),
        // It has more elements than any comment. The model passes over tags itself.
        Err(_) => Cow::Borrowed(body),
    }
}

/// The names of the elements in what the model would read as tags.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('<').filter_map(|(at, _)| {
        let inside = text.get(at + 1..tag(text, at)?)?.trim_start_matches('/');
        inside.split(|c: char| !c.is_ascii_alphanumeric()).next()
    })
}

/// The same text without anything that the model would read as a tag.
fn without_tags(text: Cow<'_, str>) -> Cow<'_, str> {
    if elements(&text).next().is_none() { text } else { Cow::Owned(text.replace('<', "&lt;")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_is_read_as_people_see_it() {
        for (body, expected) in [
            ("Well said.", "Well said."),
            ("", ""),
            ("<div>One</div><div>two<br>three</div>", "One\ntwo\nthree"),
            ("<p>One</p><p>t<b>w</b>o</p>", "One\n\ntwo"),
            ("Fish &amp; chips&nbsp;— 3 &lt; 4", "Fish & chips\u{a0}— 3 < 4"),
            ("<blockquote>You said<br>that</blockquote>I did <i>not</i>.", "> You said\n> that\n\nI did not."),
            ("See <a href=\"https://a.example/x\">https://a.example/x</a>", "See https://a.example/x"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ] {
            assert_eq!(text(body), expected, "{body}");
        }
    }

    #[test]
    fn plain_text_is_left_as_it_is_and_what_looks_like_tags_stays_readable() {
        for (body, expected) in [
            ("I <3 it\nand you", "I <3 it\nand you"),
            ("if a < b then c > d", "if a < b then c > d"),
            ("you <idiot> you", "you &lt;idiot> you"),
            ("R&D, AT&amp;T\nx", "R&D, AT&T\nx"),
            ("<b>you</b> <idiot>\nx", "&lt;b>you&lt;/b> &lt;idiot>\nx"),
            // The same in Coral's HTML.
            ("<div>you &lt;idiot&gt; you</div>", "you &lt;idiot> you"),
        ] {
            assert_eq!(text(body), expected, "{body}");
        }
    }

    #[test]
    fn of_a_long_comment_the_beginning_is_judged() {
        assert_eq!(judged("Well said."), "Well said.");
        assert_eq!(judged(&format!("a{}", "é".repeat(20_000))).len(), JUDGED - 1);
    }

    proptest! {
        #[test]
        fn no_text_is_left_with_a_tag(body in "(\\PC|[<>&;/\"= ]|<b>|</|<idiot|&lt;|blockquote|>){0,40}") {
            let text = text(&body);
            prop_assert_eq!(elements(&text).next(), None);
        }
    }
}

//! The effect of HTML elements on the text inside them.

/// The effect of an element on lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// It is part of a line.
    Inline,
    /// A space separates it from its neighbours.
    Spaced,
    /// It has lines of its own.
    Line,
    /// A blank line separates it from its surroundings.
    Paragraph,
}

pub(crate) fn layout(name: &[u8]) -> Layout {
    match name {
        b"p" | b"div" | b"blockquote" | b"pre" | b"ul" | b"ol" | b"dl" | b"table" | b"section" | b"article"
        | b"aside" | b"header" | b"footer" | b"main" | b"nav" | b"hr" | b"form" | b"fieldset" | b"figure"
        | b"figcaption" | b"details" | b"summary" | b"address" | b"center" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5"
        | b"h6" => Layout::Paragraph,
        b"li" | b"tr" | b"dt" | b"dd" | b"caption" | b"legend" | b"option" => Layout::Line,
        b"td" | b"th" => Layout::Spaced,
        _ => Layout::Inline,
    }
}

/// How the tokenizer treats the text in an element, if it is not markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    /// Text with entities.
    Text,
    Script,
    /// Other content that readers do not see.
    Unseen,
}

pub(crate) fn raw(name: &[u8]) -> Option<Raw> {
    match name {
        b"textarea" | b"title" => Some(Raw::Text),
        b"script" => Some(Raw::Script),
        b"style" | b"iframe" | b"noembed" | b"noframes" | b"noscript" => Some(Raw::Unseen),
        _ => None,
    }
}

/// Whether a tag, without its `<`, shows that the text is laid out by elements and not by its lines.
pub(crate) fn starts_block(tag: &str) -> bool {
    let name = tag.trim_start_matches('/').as_bytes();
    let is = |own: &[u8]| {
        name.get(..own.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(own))
            && !name.get(own.len()).is_some_and(u8::is_ascii_alphanumeric)
    };
    [&b"p"[..], b"br", b"div"].into_iter().any(is)
}

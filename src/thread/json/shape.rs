//! What a list element must have to be a comment. Anything else is refused with its position, so that no element is
//! dropped silently and none becomes a comment that nobody wrote.

use crate::thread::comments::Comments;
use crate::thread::json::arena::Value;

/// The shape of a format's comments.
pub(crate) struct Shape {
    /// The possible paths of the text.
    pub(crate) texts: &'static [&'static [&'static str]],
    /// Keys of which a comment without a text, such as a deleted one, has at least one.
    pub(crate) signs: &'static [&'static str],
}

impl Shape {
    /// Whether it is a comment; if not, it is refused.
    pub(crate) fn fits(&self, value: Value<'_>, out: &mut Comments) -> bool {
        if !is_object(value, out) {
            return false;
        }
        let is_nested = |text: Value<'_>| text.is_list() || text.is_object();
        if let Some(path) = self.texts.iter().find(|path| is_nested(value.at(path))) {
            let called = value.at(path).called();
            refuse(value, &format!("its `{}` is {called}, where a text is needed", path.join(".")), out);
            return false;
        }
        let has_text = self.texts.iter().any(|path| value.at(path).is_there());
        let is_comment = has_text || self.signs.iter().any(|sign| value.get(sign).is_there());
        if !is_comment {
            let text = self.texts.first().map(|path| path.join(".")).unwrap_or_default();
            refuse(value, &format!("it has no `{text}`, nor anything else of a comment"), out);
        }
        is_comment
    }
}

/// Whether it is an object; if not, it is refused.
pub(crate) fn is_object(value: Value<'_>, out: &mut Comments) -> bool {
    if !value.is_object() {
        refuse(value, &format!("it is {}, where a comment is needed", value.called()), out);
    }
    value.is_object()
}

/// Refuses a value, with its line and position.
pub(crate) fn refuse(value: Value<'_>, reason: &str, out: &mut Comments) {
    // Finding a position takes time proportional to the document, and no more of them are shown.
    let place = if out.refused() < PLACES { value.pointer() } else { String::new() };
    let between = if place.is_empty() { "" } else { ": " };
    out.refuse(value.line(), format!("{place}{between}{reason}"));
}

/// How many positions are looked up.
const PLACES: u64 = 64;

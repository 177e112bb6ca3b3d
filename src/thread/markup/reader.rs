//! Reads HTML tag by tag, with a tokenizer from a library.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State, Tokenizer};

use crate::thread::markup::elements::{Layout, Raw, layout, raw};
use crate::thread::markup::link::Link;
use crate::thread::markup::piece::Pieces;
use crate::thread::markup::quotations::Mark;
use crate::thread::markup::writer::Writer;

/// Reads all of the HTML into the writer; gives its text and the source of each part.
pub(crate) fn read<'h>(html: &'h str, mut writer: Writer<'h>) -> (String, Pieces) {
    let Ok(()) = Tokenizer::new_with_emitter(html, Reader::new(html, &mut writer)).finish();
    writer.end()
}

/// Receives the tokenizer's output and passes it on as text.
struct Reader<'r, 'h> {
    html: &'h str,
    writer: &'r mut Writer<'h>,
    /// How far the HTML was read.
    at: usize,
    /// Where the token taken last ended.
    taken: usize,
    tag: Tag,
    last_start: Vec<u8>,
    /// Whether the open element has no visible content.
    is_unseen: bool,
    /// The number of open `<div>`, counting from one that holds what the forum's software wrote: a quotation's heading, the
    /// size of an image, the number of a poll's voters.
    hidden: usize,
    /// Whether the open link shows an image at full size.
    is_in_lightbox: bool,
}

/// The tag being read.
#[derive(Default)]
struct Tag {
    /// The offset of its start, until it ends.
    begin: Option<usize>,
    is_end: bool,
    closes_itself: bool,
    name: Vec<u8>,
    attribute: Vec<u8>,
    value: Value,
    class: Vec<u8>,
    href: Vec<u8>,
    alt: Vec<u8>,
    title: Vec<u8>,
}

/// The attribute whose value is being read.
#[derive(Clone, Copy, Default)]
enum Value {
    Class,
    Href,
    Alt,
    Title,
    #[default]
    Other,
}

impl Tag {
    fn start(&mut self, is_end: bool) {
        (self.is_end, self.closes_itself, self.value) = (is_end, false, Value::Other);
        for text in
            [&mut self.name, &mut self.attribute, &mut self.class, &mut self.href, &mut self.alt, &mut self.title]
        {
            text.clear();
        }
    }

    fn has_class(&self, wanted: &[u8]) -> bool {
        self.class.split(u8::is_ascii_whitespace).any(|class| class.eq_ignore_ascii_case(wanted))
    }
}

impl<'r, 'h> Reader<'r, 'h> {
    fn new(html: &'h str, writer: &'r mut Writer<'h>) -> Self {
        let (at, taken, tag, last_start) = (0, 0, Tag::default(), Vec::new());
        Self { html, writer, at, taken, tag, last_start, is_unseen: false, hidden: 0, is_in_lightbox: false }
    }

    fn start_tag(&mut self, begin: usize) {
        let Self { tag, writer, hidden, is_in_lightbox, .. } = self;
        let is_generated = || {
            (writer.is_in(Mark::Aside) && tag.has_class(b"title"))
                || (*is_in_lightbox && tag.has_class(b"meta"))
                || tag.has_class(b"poll-info")
                || tag.has_class(b"poll-buttons")
        };
        match &tag.name[..] {
            b"div" if *hidden > 0 || is_generated() => *hidden += 1,
            b"a" => *is_in_lightbox = tag.has_class(b"lightbox"),
            // An unclosed heading must not hide the quotation.
            b"blockquote" | b"aside" => *hidden = 0,
            _ => {}
        }
        match &tag.name[..] {
            b"br" => writer.line_break(),
            b"img" if *hidden == 0 => self.image(begin),
            b"a" if !tag.href.is_empty() && *hidden == 0 => {
                let [href, title] = [&tag.href, &tag.title].map(|text| String::from_utf8_lossy(text).trim().to_owned());
                writer.open_link(Link { href, title, begin, words: None });
            }
            b"ul" | b"ol" => writer.open_list(),
            b"li" => writer.open_item(),
            b"code" => writer.open_preformatted(),
            b"pre" => {
                writer.paragraph();
                writer.open_preformatted();
            }
            b"blockquote" => writer.open_quotation(Mark::Blockquote),
            b"aside" => {
                // The preview of a page is in the words of its author.
                let is_quote = tag.has_class(b"quote") || tag.has_class(b"onebox");
                writer.open_quotation(if is_quote { Mark::Aside } else { Mark::OtherAside });
            }
            b"cite" => writer.open_attribution(),
            name => lay_out(writer, name),
        }
    }

    fn end_tag(&mut self, begin: usize) {
        let Self { tag, writer, hidden, .. } = self;
        match &tag.name[..] {
            b"div" => *hidden = hidden.saturating_sub(1),
            b"aside" => *hidden = 0,
            b"a" => self.is_in_lightbox = false,
            _ => {}
        }
        match &tag.name[..] {
            b"a" => writer.close_link(begin),
            b"br" => writer.line_break(),
            b"ul" | b"ol" => writer.close_list(),
            b"li" => writer.close_item(),
            b"code" => writer.close_preformatted(),
            b"pre" => {
                writer.close_preformatted();
                writer.paragraph();
            }
            b"blockquote" => writer.close_quotation(&[Mark::Blockquote]),
            b"aside" => writer.close_quotation(&[Mark::Aside, Mark::OtherAside]),
            b"cite" => writer.close_attribution(),
            name => lay_out(writer, name),
        }
    }

    /// Writes the text that stands for an image. An emoji joins its word, as its character would.
    fn image(&mut self, begin: usize) {
        let alt = String::from_utf8_lossy(&self.tag.alt);
        let alt = alt.trim();
        let is_emoji = |class: &str| ["emoji", "emoticon", "smile", "smiley", "smilies", "wp-smiley"].contains(&class);
        let class = String::from_utf8_lossy(&self.tag.class);
        let is_sign = class.split_ascii_whitespace().any(is_emoji) || !alt.contains(char::is_alphanumeric);
        if alt.is_empty() {
            return;
        }
        if !is_sign {
            self.writer.space();
        }
        self.writer.decoded(alt, begin..self.at);
        if !is_sign {
            self.writer.space();
        }
    }

    /// Ends the tag, comment or other token.
    fn take(&mut self) -> usize {
        self.taken = self.at;
        self.tag.begin.take().unwrap_or(self.at).min(self.at)
    }
}

fn lay_out(writer: &mut Writer<'_>, name: &[u8]) {
    match layout(name) {
        Layout::Inline => {}
        Layout::Spaced => writer.space(),
        Layout::Line => writer.line(),
        Layout::Paragraph => writer.paragraph(),
    }
}

impl Emitter for Reader<'_, '_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start = name.unwrap_or_default().to_vec();
    }

    /// A tag that never ends is not a tag.
    fn emit_eof(&mut self) {
        if let Some(begin) = self.tag.begin.take().filter(|_| !self.is_unseen && self.hidden == 0) {
            self.writer.same(begin..self.html.len());
        }
    }

    fn emit_error(&mut self, _: Error) {}

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        let (end, before) = (self.at, std::mem::replace(&mut self.taken, self.at));
        self.tag.begin = None;
        if self.is_unseen || self.hidden > 0 {
            return;
        }
        let begin = end.checked_sub(text.len());
        match begin.filter(|begin| self.html.as_bytes().get(*begin..end) == Some(text)) {
            Some(begin) => self.writer.same(begin..end),
            None => {
                if let Ok(text) = std::str::from_utf8(text) {
                    self.writer.decoded(text, before.min(end)..end);
                }
            }
        }
    }

    fn init_start_tag(&mut self) {
        self.tag.start(false);
    }

    fn init_end_tag(&mut self) {
        self.tag.start(true);
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        let begin = self.take();
        if self.tag.is_end {
            self.last_start.clear();
            self.is_unseen = false;
            self.end_tag(begin);
            return None;
        }
        self.last_start.clone_from(&self.tag.name);
        self.start_tag(begin);
        // In HTML, a `/` does not close such an element, but its author did not mean to hide the rest.
        let raw = raw(&self.tag.name).filter(|_| !self.tag.closes_itself)?;
        self.is_unseen = raw != Raw::Text;
        Some(match raw {
            Raw::Text => State::RcData,
            Raw::Script => State::ScriptData,
            Raw::Unseen => State::RawText,
        })
    }

    fn emit_current_comment(&mut self) {
        self.take();
    }

    fn emit_current_doctype(&mut self) {
        self.take();
    }

    fn set_self_closing(&mut self) {
        self.tag.closes_itself = true;
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.tag.attribute.clear();
        self.tag.value = Value::Other;
    }

    /// Of several attributes with the same name, the first counts.
    fn init_attribute_value(&mut self) {
        let tag = &mut self.tag;
        tag.value = match &tag.attribute[..] {
            b"class" if tag.class.is_empty() => Value::Class,
            b"href" if tag.href.is_empty() => Value::Href,
            b"alt" if tag.alt.is_empty() => Value::Alt,
            b"title" if tag.title.is_empty() => Value::Title,
            _ => Value::Other,
        };
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.tag.attribute.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        let tag = &mut self.tag;
        match tag.value {
            Value::Class => tag.class.extend_from_slice(value),
            Value::Href => tag.href.extend_from_slice(value),
            Value::Alt => tag.alt.extend_from_slice(value),
            Value::Title => tag.title.extend_from_slice(value),
            Value::Other => {}
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn start_open_tag(&mut self) {
        self.tag.begin = Some(self.at.saturating_sub(1));
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.last_start.is_empty() && self.tag.name == self.last_start
    }

    fn move_position(&mut self, offset: isize) {
        self.at = self.at.saturating_add_signed(offset);
    }
}

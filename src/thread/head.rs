//! The beginning of a file, from which its format is recognised.

use std::cell::OnceCell;

use crate::thread::survey::Survey;

/// The first bytes of a file, decompressed and without byte order mark. They may be cut off anywhere.
pub(crate) struct Head<'h> {
    /// The raw bytes.
    pub(crate) bytes: &'h [u8],
    /// The bytes as text, without leading white space.
    pub(crate) text: &'h str,
    survey: OnceCell<Survey>,
}

impl<'h> Head<'h> {
    /// Wraps the first bytes; `text` is their text form.
    pub(crate) fn new(bytes: &'h [u8], text: &'h str) -> Self {
        Self { bytes, text: text.trim_start(), survey: OnceCell::new() }
    }

    /// The first line that is not blank.
    pub(crate) fn line(&self) -> &'h str {
        self.text.lines().next().unwrap_or_default()
    }

    /// Whether it could be JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.text.starts_with(['{', '['])
    }

    /// Whether it could be JSON with one object per line; its first line may be cut off.
    pub(crate) fn is_lines(&self) -> bool {
        let line = self.line().trim_end();
        line.starts_with('{') && line.len() > 2 && (line.ends_with('}') || !self.text.contains('\n'))
    }

    /// Whether the JSON has a value at a path that ends in `end`: keys, and [`ELEMENT`](crate::thread::survey::ELEMENT)
    /// for list elements.
    pub(crate) fn has(&self, end: &[&str]) -> bool {
        self.is_json() && self.survey().has(end)
    }

    /// Whether the first JSON object has all these keys: the one at the top, on the first line, or in the list at the
    /// top.
    pub(crate) fn tops_have(&self, keys: &[&str]) -> bool {
        self.is_json() && self.survey().tops_have(keys)
    }

    /// Whether the JSON has a value at exactly this path from the top. Of JSON Lines, only the first line counts.
    pub(crate) fn has_at(&self, path: &[&str]) -> bool {
        self.is_json() && self.survey().has_at(path)
    }

    fn survey(&self) -> &Survey {
        self.survey.get_or_init(|| Survey::of(self.text))
    }
}

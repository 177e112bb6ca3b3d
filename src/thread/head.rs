//! The beginning of a file, and what tells its format by it.

use std::cell::OnceCell;

use crate::thread::survey::Survey;

/// The first bytes of a file, decompressed and without byte order mark. They may end anywhere.
pub(crate) struct Head<'h> {
    /// As they are.
    pub(crate) bytes: &'h [u8],
    /// As text, without white space before.
    pub(crate) text: &'h str,
    survey: OnceCell<Survey>,
}

impl<'h> Head<'h> {
    /// Looks at the first bytes; `text` are the same as text.
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

    /// Whether it could be JSON with an object on each line; its first line may be cut off.
    pub(crate) fn is_lines(&self) -> bool {
        let line = self.line().trim_end();
        line.starts_with('{') && line.len() > 2 && (line.ends_with('}') || !self.text.contains('\n'))
    }

    /// Whether something stands at a path of JSON that ends so: keys, and [`ELEMENT`](crate::thread::survey::ELEMENT) for
    /// elements of lists.
    pub(crate) fn has(&self, end: &[&str]) -> bool {
        self.is_json() && self.survey().has(end)
    }

    /// Whether the first object of JSON has all these keys: the one at the top, on the first line, or in the list at the top.
    pub(crate) fn tops_have(&self, keys: &[&str]) -> bool {
        self.is_json() && self.survey().tops_have(keys)
    }

    /// Whether something stands at just that path of JSON, from the top. Of lines of JSON only the first is looked at.
    pub(crate) fn has_at(&self, path: &[&str]) -> bool {
        self.is_json() && self.survey().has_at(path)
    }

    fn survey(&self) -> &Survey {
        self.survey.get_or_init(|| Survey::of(self.text))
    }
}

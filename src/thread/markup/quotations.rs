//! Quotations that are open: how deep the text stands in them.

/// Deeper ones are shown as if they were no deeper, so that a line does not become longer and longer.
const DEEPEST: usize = 8;

/// The longest tag of a forum, in bytes.
const TAG: usize = 200;

/// What a quotation is marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Blockquote,
    /// Discourse's, which holds a title and a `<blockquote>`.
    Aside,
    /// An `<aside>` that quotes nothing.
    OtherAside,
    /// A forum's `[quote]`.
    Forum,
}

/// The quotations that are open.
#[derive(Debug, Default)]
pub(crate) struct Quotations {
    open: Vec<Mark>,
    /// How many of each mark are open, so that what closes none is told at once.
    counts: [usize; 4],
}

impl Quotations {
    pub(crate) fn open(&mut self, mark: Mark) {
        self.open.push(mark);
        self.counts[mark as usize] += 1;
    }

    /// Closes the last one with one of these marks, and those in it.
    pub(crate) fn close(&mut self, marks: &[Mark]) {
        if marks.iter().all(|mark| self.counts[*mark as usize] == 0) {
            return;
        }
        while let Some(last) = self.open.pop() {
            self.counts[last as usize] -= 1;
            if marks.contains(&last) {
                return;
            }
        }
    }

    pub(crate) fn last(&self) -> Option<Mark> {
        self.open.last().copied()
    }

    /// How many `>` begin a line here.
    pub(crate) fn depth(&self) -> usize {
        // The `<blockquote>` in Discourse's element is the same quotation.
        let count = |mark: Mark| self.counts[mark as usize];
        let within = count(Mark::Aside).min(count(Mark::Blockquote));
        (count(Mark::Aside) + count(Mark::Blockquote) + count(Mark::Forum) - within).min(DEEPEST)
    }
}

/// A tag of a forum: its end, and whether it closes a quotation.
pub(crate) struct ForumTag {
    pub(crate) end: usize,
    pub(crate) is_close: bool,
}

/// Whether a forum's tag of a quotation begins at a `[`.
pub(crate) fn has_tag(html: &str, at: usize) -> bool {
    forum_tag(html, at).is_some()
}

/// The forum's tag of a quotation that begins at a `[`.
pub(crate) fn forum_tag(html: &str, at: usize) -> Option<ForumTag> {
    let inside = html.get(at..)?.strip_prefix('[')?;
    let name = inside.trim_start_matches('/');
    let is_close = name.len() < inside.len();
    let rest = name.as_bytes().get(..5).filter(|begin| begin.eq_ignore_ascii_case(b"quote")).map(|_| &name[5..])?;
    if !rest.starts_with([']', '=', ' ', ':']) {
        return None;
    }
    let length = rest.bytes().take(TAG).position(|byte| matches!(byte, b']' | b'\n' | b'<'))?;
    let end = html.len() - rest.len() + length + 1;
    (rest.as_bytes().get(length) == Some(&b']')).then_some(ForumTag { end, is_close })
}

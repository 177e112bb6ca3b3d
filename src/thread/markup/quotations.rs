//! The open quotations, and how deep they are nested.

/// Deeper quotations are shown at this depth, so that lines do not grow without limit.
const DEEPEST: usize = 8;

/// The longest forum tag, in bytes.
const TAG: usize = 200;

/// The markup of a quotation.
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

/// The open quotations.
#[derive(Debug, Default)]
pub(crate) struct Quotations {
    open: Vec<Mark>,
    /// The number of open quotations for each mark, so that an end tag without a start is recognised at once.
    counts: [usize; 4],
}

impl Quotations {
    pub(crate) fn open(&mut self, mark: Mark) {
        self.open.push(mark);
        self.counts[mark as usize] += 1;
    }

    /// Closes the last quotation with one of these marks, and those inside it.
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

    /// The number of `>` at the start of a line here.
    pub(crate) fn depth(&self) -> usize {
        // The `<blockquote>` in Discourse's element is the same quotation.
        let count = |mark: Mark| self.counts[mark as usize];
        let within = count(Mark::Aside).min(count(Mark::Blockquote));
        (count(Mark::Aside) + count(Mark::Blockquote) + count(Mark::Forum) - within).min(DEEPEST)
    }
}

/// A forum tag: where it ends, and whether it closes a quotation.
pub(crate) struct ForumTag {
    pub(crate) end: usize,
    pub(crate) is_close: bool,
}

/// Whether a forum's quotation tag begins at the `[`.
pub(crate) fn has_tag(html: &str, at: usize) -> bool {
    forum_tag(html, at).is_some()
}

/// The forum's quotation tag that begins at the `[`.
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

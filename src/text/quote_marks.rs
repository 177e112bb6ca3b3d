//! What is marked as a quotation: by `>` before a line, by tags, or by a line that says whose words follow.

use std::ops::Range;

use crate::text::character::tag;
use crate::text::no_text::has_text;

/// A longer line announces no quotation, in bytes.
const ANNOUNCEMENT: usize = 200;

/// Words before a colon that announce a quotation. After the weaker verbs, the quoted words must be in quotation marks,
/// or in the parent.
const WROTE: [&str; 13] = [
    "wrote",
    "writes",
    "posted",
    "commented",
    "schrieb",
    "schreibt",
    "écrit",
    "escribió",
    "escribio",
    "scritto",
    "escreveu",
    "schreef",
    "skrev",
];
const SAID: [&str; 12] =
    ["said", "says", "replied", "sagte", "sagt", "meinte", "dit", "dijo", "dice", "disse", "answered", "asked"];
/// A writer who quotes himself says so.
const SELF: [&str; 5] = ["i", "we", "ich", "wir", "je"];
/// Beginnings of such a line, which ends in a colon or stands alone.
const OPENERS: [&str; 9] = [
    "originally posted by",
    "posted by",
    "quote from",
    "quoting",
    "quote:",
    "in reply to",
    "zitat von",
    "zitat:",
    "citation de",
];
/// A mail program's line before all that it quotes.
const ORIGINAL: [&str; 4] =
    ["-----original message", "----- original message", "-----ursprüngliche nachricht", "---------- forwarded message"];

/// A line, or the text between the tags of a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) begin: usize,
    pub(crate) end: usize,
    pub(crate) is_quotation: bool,
}

/// What is marked as quoted.
#[derive(Debug)]
pub(crate) struct Marked {
    /// With the line that announces it.
    pub(crate) whole: Range<usize>,
    /// Without that line.
    pub(crate) words: Range<usize>,
}

/// Whether anything is marked as a quotation.
pub(crate) fn is_marked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_mark = |at: usize| bytes[at] != b':' || announces(&text[..at]).is_some();
    memchr::memchr3_iter(b'>', b'[', b':', bytes).any(is_mark)
        || starts_line(text)
        || memchr::memchr_iter(b'\n', bytes).any(|at| starts_line(&text[at + 1..]))
}

/// Whether a line begins like a quoted one, or announces a quotation.
fn starts_line(text: &str) -> bool {
    let line = text.trim_start_matches([' ', '\t', '\r']);
    match line.as_bytes().first() {
        Some(b'&') => starts_with(line, "&gt;"),
        Some(b'-') => is_original(line),
        // The first letters of the openers, and marks of emphasis before them.
        Some(
            b'*' | b'_' | b'(' | b'O' | b'o' | b'P' | b'p' | b'Q' | b'q' | b'I' | b'i' | b'Z' | b'z' | b'C' | b'c',
        ) => {
            let begin = line.trim_start_matches(['*', '_', '(']);
            OPENERS.iter().any(|own| starts_with(begin, own)) && opens(line.lines().next().unwrap_or(line)).is_some()
        }
        _ => false,
    }
}

/// Lines and quotations between tags, in order.
pub(crate) fn blocks(text: &str, blocks: &mut Vec<Block>) {
    blocks.clear();
    let bytes = text.as_bytes();
    let (mut begin, mut at) = (0, 0);
    while let Some(found) = memchr::memchr3(b'\n', b'<', b'[', &bytes[at..]) {
        let place = at + found;
        let line = |end: usize| Block { begin, end, is_quotation: false };
        at = if bytes[place] == b'\n' {
            blocks.push(line(place));
            begin = place + 1;
            begin
        } else if let Some((end, _)) = bracket(text, place).filter(|(_, tag)| *tag == Tag::Open) {
            blocks.push(line(place));
            begin = close(text, end);
            blocks.push(Block { begin: place, end: begin, is_quotation: true });
            begin
        } else if let Some(end) = tag(text, place) {
            if is_break(&text[place..end]) {
                blocks.push(line(place));
                begin = end;
            }
            end
        } else {
            place + 1
        };
    }
    blocks.push(Block { begin, end: text.len(), is_quotation: false });
}

/// The end of a quotation whose opening tag ends at `at`; an unclosed one extends to the end.
fn close(text: &str, mut at: usize) -> usize {
    let mut depth = 1;
    while let Some(found) = memchr::memchr2(b'<', b'[', &text.as_bytes()[at..]) {
        at += found;
        let (end, tag) = bracket(text, at).unwrap_or((at + 1, Tag::Other));
        at = end;
        match tag {
            Tag::Open => depth += 1,
            Tag::Close => depth -= 1,
            Tag::Other => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Open,
    Close,
    Other,
}

/// A tag of HTML or of a forum that begins here: its end, and its effect on a quotation.
fn bracket(text: &str, at: usize) -> Option<(usize, Tag)> {
    let (end, wanted) = if text.as_bytes().get(at) == Some(&b'[') {
        let length = text.as_bytes()[at..].iter().take(ANNOUNCEMENT).position(|byte| matches!(byte, b']' | b'\n'))?;
        (at + length + 1, "quote")
    } else {
        (tag(text, at)?, "blockquote")
    };
    let name = text[at..end].trim_start_matches(['<', '[']);
    let (name, is_close) = name.strip_prefix('/').map_or((name, false), |name| (name, true));
    let is_wanted = name.get(..wanted.len()).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
        && !name[wanted.len()..].starts_with(|c: char| c.is_alphanumeric());
    Some((
        end,
        if !is_wanted {
            Tag::Other
        } else if is_close {
            Tag::Close
        } else {
            Tag::Open
        },
    ))
}

/// Whether a tag ends a line.
pub(crate) fn is_break(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    ["p", "br", "div", "li", "ul", "ol", "hr"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The text marked as quoted. Without a parent to check, only text that is marked unambiguously.
pub(crate) fn marked(text: &str, blocks: &[Block], has_parent: bool, marked: &mut Vec<Marked>) {
    marked.clear();
    let of = |block: &Block| &text[block.begin..block.end];
    let is_blank = |block: &Block| !block.is_quotation && of(block).trim().is_empty();
    let is_quoted = |block: &Block| block.is_quotation || is_quoted_line(of(block));
    // The line that announces the next one.
    let mut announced: Option<usize> = None;
    let mut at = 0;
    while let Some(block) = blocks.get(at) {
        if is_blank(block) {
            at += 1;
        } else if is_quoted(block) {
            let length = blocks[at..].iter().take_while(|block| is_quoted(block)).count();
            let words = block.begin..blocks[at + length - 1].end;
            marked.push(Marked { whole: announced.take().unwrap_or(words.start)..words.end, words });
            at += length;
        } else if is_original(of(block)) {
            marked.push(Marked { whole: block.begin..text.len(), words: block.begin..text.len() });
            return;
        } else if let Some(Announcement { rest, is_sure }) = announcement(of(block)) {
            // A mail program may break its line before the verb.
            let above = at.checked_sub(1).map(|at| &blocks[at]).filter(|above| !is_blank(above) && !is_quoted(above));
            let is_verb = of(block).split_whitespace().count() == 1;
            let begin = above.filter(|_| is_verb).map_or(block.begin, |above| above.begin);
            let said = &of(block)[rest..];
            let paragraph =
                |from: usize| blocks[from..].iter().take_while(|block| !is_blank(block) && !is_quoted(block)).count();
            if has_text(said.trim_start_matches(['*', '_', ' ', '\u{a0}'])) {
                let from = block.begin + rest;
                if let Some(length) = in_quotation_marks(said) {
                    marked.push(Marked { whole: begin..from + length, words: from..from + length });
                    at += 1;
                } else if is_sure || has_parent {
                    at += paragraph(at).max(1);
                    let end = blocks[at - 1].end;
                    marked.push(Marked { whole: begin..end, words: from..end });
                } else {
                    at += 1;
                }
                continue;
            }
            let Some(next) = (at + 1..blocks.len()).find(|at| !is_blank(&blocks[*at])) else { return };
            let first = &blocks[next];
            at = next;
            if is_quoted(first) {
                announced = Some(begin);
            } else if let Some(length) = in_quotation_marks(of(first)) {
                let words = first.begin..first.begin + length;
                marked.push(Marked { whole: begin..words.end, words });
                at += 1;
            } else if is_sure || has_parent {
                at += paragraph(next).max(1);
                let words = first.begin..blocks[at - 1].end;
                marked.push(Marked { whole: begin..words.end, words });
            }
        } else {
            at += 1;
        }
    }
}

/// Whether a line begins with `>`. A face (`>:(`) and a comparison (`>50 %`) do, too.
fn is_quoted_line(line: &str) -> bool {
    let mut rest = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let mut depth = 0;
    while let Some(inner) = rest.strip_prefix('>').or_else(|| rest.strip_prefix("&gt;")) {
        depth += 1;
        rest = inner.strip_prefix(' ').unwrap_or(inner);
        let is_number = inner.starts_with(|c: char| c.is_ascii_digit() || c == '=');
        if depth == 1 && (is_number || inner.starts_with([':', ';', '.', '_', '<', '-', '('])) {
            return false;
        }
    }
    depth > 0
}

/// A line that says whose words follow.
struct Announcement {
    /// Where in the line they begin, if they do.
    rest: usize,
    /// Nothing else can be meant.
    is_sure: bool,
}

fn announcement(line: &str) -> Option<Announcement> {
    if let Some(rest) = opens(line) {
        return Some(Announcement { rest, is_sure: true });
    }
    let colons = line.char_indices().take_while(|(at, _)| *at < ANNOUNCEMENT).filter(|(_, c)| matches!(c, ':' | '：'));
    colons
        .into_iter()
        .find_map(|(at, colon)| Some(Announcement { is_sure: announces(&line[..at])?, rest: at + colon.len_utf8() }))
}

/// Whether the text before a colon announces somebody's words, and whether unambiguously.
fn announces(before: &str) -> Option<bool> {
    let line = &before[before.floor_char_boundary(before.len().saturating_sub(ANNOUNCEMENT))..];
    let line = line.rsplit('\n').next().unwrap_or(line);
    let mut words = line.split_whitespace().rev().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let verb = words.by_ref().find(|word| !word.is_empty())?;
    let is = |verbs: &[&str]| verbs.iter().any(|own| verb.eq_ignore_ascii_case(own));
    let is_sure = is(&WROTE);
    if !is_sure && !is(&SAID) {
        return None;
    }
    let who = words.next().unwrap_or_default().to_lowercase();
    (!SELF.contains(&who.as_str())).then_some(is_sure)
}

/// Whether all that follows a line is quoted.
fn is_original(line: &str) -> bool {
    line.trim_start().starts_with("---") && ORIGINAL.iter().any(|own| starts_with(line.trim_start(), own))
}

/// Where in a line the words begin that its beginning announces.
fn opens(line: &str) -> Option<usize> {
    let begin = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let skipped = line.len() - begin.len();
    let opener = OPENERS.iter().find(|own| starts_with(begin, own))?;
    if opener.ends_with(':') {
        return Some(skipped + opener.len());
    }
    let rest = &begin[opener.len()..];
    // A name follows, and then nothing or a colon.
    let name_ends = |end: usize| rest[..end].split_whitespace().count() <= 6;
    match rest.find(':') {
        Some(colon) if name_ends(colon) => Some(skipped + opener.len() + colon + 1),
        _ if rest.starts_with(' ')
            && rest.split_whitespace().count() <= 3
            && !rest.trim_end().ends_with(['.', '!', '?']) =>
        {
            Some(line.len())
        }
        _ => None,
    }
}

/// The length of the text in quotation marks at the beginning, including the marks and preceding blanks.
fn in_quotation_marks(text: &str) -> Option<usize> {
    let begin = text.trim_start();
    let open = begin.chars().next()?;
    let closing: &[char] = match open {
        '"' => &['"'],
        '“' => &['”'],
        '„' => &['“', '”'],
        '«' => &['»'],
        '»' => &['«'],
        _ => return None,
    };
    let skipped = text.len() - begin.len() + open.len_utf8();
    let end = text[skipped..].find(closing)?;
    let close = text[skipped + end..].chars().next().map_or(0, char::len_utf8);
    Some(skipped + end + close)
}

/// Whether a text begins so, in any case.
fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|own| own.eq_ignore_ascii_case(beginning))
}

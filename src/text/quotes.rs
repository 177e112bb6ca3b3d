//! Which parts of a comment are somebody else's words: lines that begin with `>`, `<blockquote>`, `[quote]`, what follows
//! "Ann wrote:", and lines, or words between quotation marks, that stand in the comment that it answers.
//!
//! Where that comment is known, what is marked as a quotation must have something of it, or of another text that is known:
//! nobody gets an insult through by putting `>` before it. What is not known cannot be checked.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::text::character::tag;
use crate::text::ngrams;
use crate::text::no_text::has_text;
use crate::text::token::{Kind, Token, Tokens};
use crate::text::tokenizer::Tokenizer;

/// So many words that stand in the parent in this order are a quotation, if they are all that stands between quotation marks.
const IN_MARKS: usize = 4;
/// So many are that make a whole line.
const WHOLE_LINE: usize = 4;
/// So many are that make a whole sentence, of a comment in which anything hints at a quotation.
const WHOLE_SENTENCE: usize = 6;
/// Words are looked for in the parent by threes.
const GRAM: usize = 3;
/// Of a marked quotation this share of its pairs of words must stand in a text that it can be from.
const SHARED: f32 = 0.5;
/// A longer line announces no quotation, in bytes.
const ANNOUNCEMENT: usize = 200;

/// What says, before a colon, that somebody's words follow. After the weaker verbs they must stand in quotation marks, or in
/// the parent.
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
/// Who quotes himself says so.
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

/// Finds what is quoted. Holds scratch space: one per thread.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    tokenizer: Tokenizer,
    tokens: Tokens,
    parent: Source,
    other: Source,
    blocks: Vec<Block>,
    marked: Vec<Marked>,
    spans: Vec<Range<usize>>,
    /// By token: it is one of some words that the parent has in this order.
    taken: Vec<bool>,
}

/// A text that may have been quoted, as its n-grams of words.
#[derive(Debug, Default)]
struct Source {
    text: String,
    tokens: Tokens,
    grams: FxHashSet<u64>,
}

/// A line, or what stands between the tags of a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    begin: usize,
    end: usize,
    is_quotation: bool,
}

/// What is marked as quoted.
#[derive(Debug)]
struct Marked {
    /// With the line that announces it.
    whole: Range<usize>,
    /// Without.
    words: Range<usize>,
}

impl Quotes {
    /// The bytes of `text` that are quoted, in order; `others` are texts that may be quoted beside that of the parent.
    ///
    /// A text of which nothing else would be left has none: what is to be judged is then the quotation.
    pub(crate) fn find(&mut self, text: &str, parent: Option<&str>, others: &[Option<&str>]) -> &[Range<usize>] {
        self.spans.clear();
        if parent.is_none() && !is_marked(text) {
            return &self.spans;
        }
        blocks(text, &mut self.blocks);
        marked(text, &self.blocks, parent.is_some(), &mut self.marked);
        if self.marked.is_empty() && parent.is_none() {
            return &self.spans;
        }
        let Self { tokenizer, tokens, parent: source, other, marked, spans, .. } = self;
        if let Some(parent) = parent {
            source.read(parent, tokenizer);
            marked.retain(|marked| {
                let words = &text[marked.words.clone()];
                tokenizer.tokenize(words, tokens);
                let mut others = others.iter().flatten();
                source.has(tokens) || others.any(|text| other.read(text, tokenizer).has(tokens))
            });
        }
        spans.extend(marked.iter().map(|marked| marked.whole.clone()));
        tokenizer.tokenize(text, tokens);
        if parent.is_some() {
            self.taken_up();
        }
        self.unite(text);
        // Names, numbers and addresses beside a quotation are nothing to judge.
        let says = |token: &Token| matches!(token.kind, Kind::Word | Kind::Emoji) && !self.is_quoted(token);
        if !self.tokens.as_slice().iter().any(says) {
            self.spans.clear();
        }
        &self.spans
    }

    /// How many words the spans have that were found last.
    #[must_use]
    pub(crate) fn n_words(&self) -> usize {
        if self.spans.is_empty() { 0 } else { self.tokens.words().filter(|token| self.is_quoted(token)).count() }
    }

    fn is_quoted(&self, token: &Token) -> bool {
        let at = token.begin as usize;
        let next = self.spans.partition_point(|span| span.end <= at);
        self.spans.get(next).is_some_and(|span| span.start <= at)
    }

    /// Adds what the parent has word by word.
    fn taken_up(&mut self) {
        let Self { tokens, parent, taken, spans, blocks, .. } = self;
        taken.clear();
        taken.resize(tokens.as_slice().len(), false);
        let mut any = false;
        ngrams::words(tokens, GRAM, GRAM, |hash, first, last| {
            if parent.grams.contains(&hash) {
                taken[first..=last].fill(true);
                any = true;
            }
        });
        if !any {
            return;
        }
        let all = tokens.as_slice();
        let is_word = |at: usize| all[at].kind != Kind::Punctuation;
        // Punctuation goes with the words around it; numbers, names and addresses are all alike.
        let whole = |places: Range<usize>, least: usize| {
            places.clone().filter(|at| all[*at].kind == Kind::Word).count() >= least
                && places.into_iter().all(|at| taken[at] || !is_word(at))
        };
        let mut add =
            |places: Range<usize>| spans.push(all[places.start].begin as usize..all[places.end - 1].end as usize);
        // What stands between two quotation marks, whichever they are: the parent has it.
        let marks = (0..all.len())
            .filter(|at| !is_word(*at) && tokens.norm(&all[*at]).contains(['"', '“', '”', '„', '«', '»', '\'', '*']));
        let mut last = None;
        for mark in marks {
            if let Some(last) = last.replace(mark).filter(|last| last + 1 < mark && whole(last + 1..mark, IN_MARKS)) {
                add(last..mark + 1);
            }
        }
        // A sentence, or what else stands between marks that part sentences.
        let (mut begin, ends) = (0, ['.', '!', '?', '…', ':', ';', '"', '“', '”', '\'', '*', '(', ')', '{', '}', '|']);
        for at in (0..all.len()).filter(|at| !is_word(*at) && tokens.norm(&all[*at]).contains(ends)).chain([all.len()])
        {
            if begin < at && whole(begin..at, WHOLE_SENTENCE) {
                add(begin..all.len().min(at + 1));
            }
            begin = at + 1;
        }
        let mut next = 0;
        for line in blocks.iter().filter(|block| !block.is_quotation) {
            let first = next + all[next..].partition_point(|token| (token.begin as usize) < line.begin);
            next = first + all[first..].partition_point(|token| (token.begin as usize) < line.end);
            if whole(first..next, WHOLE_LINE) {
                add(first..next);
            }
        }
    }

    /// Puts the spans in order, takes those together that touch, and the line breaks after them along.
    fn unite(&mut self, text: &str) {
        let Self { spans, .. } = self;
        for span in spans.iter_mut() {
            loop {
                span.end = text.len() - text[span.end..].trim_start().len();
                match tag(text, span.end).filter(|end| is_break(&text[span.end..*end])) {
                    Some(end) => span.end = end,
                    None => break,
                }
            }
        }
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        spans.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                kept.end = kept.end.max(next.end);
            }
            touches
        });
    }
}

impl Source {
    /// Reads a text, unless it is the one that was read last.
    fn read(&mut self, text: &str, tokenizer: &mut Tokenizer) -> &Self {
        if self.text != text {
            let Self { tokens, grams, .. } = self;
            tokenizer.tokenize(text, tokens);
            grams.clear();
            ngrams::words(tokens, 1, GRAM, |hash, _, _| {
                grams.insert(hash);
            });
            text.clone_into(&mut self.text);
        }
        self
    }

    /// Whether a quotation can be from this text.
    fn has(&self, quotation: &Tokens) -> bool {
        let length = quotation.words().take(2).count();
        let (mut all, mut shared) = (0, 0);
        ngrams::words(quotation, length, length, |hash, _, _| {
            all += 1;
            shared += usize::from(self.grams.contains(&hash));
        });
        length == 0 || shared as f32 >= SHARED * all as f32
    }
}

/// Whether anything is marked as a quotation.
fn is_marked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_mark = |at: usize| bytes[at] != b':' || announces(&text[..at]).is_some();
    memchr::memchr3_iter(b'>', b'[', b':', bytes).any(is_mark)
        || starts_line(text)
        || memchr::memchr_iter(b'\n', bytes).any(|at| starts_line(&text[at + 1..]))
}

/// Whether a line begins as one that is quoted, or announces what is.
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
fn blocks(text: &str, blocks: &mut Vec<Block>) {
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

/// The end of a quotation whose opening tag ends at `at`; one that is not closed goes on to the end.
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

/// A tag of HTML or of a forum that begins here: its end, and what it does to a quotation.
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
fn is_break(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    ["p", "br", "div", "li", "ul", "ol", "hr"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// What is marked as quoted. Without a parent to look in, only what is marked beyond doubt.
fn marked(text: &str, blocks: &[Block], has_parent: bool, marked: &mut Vec<Marked>) {
    marked.clear();
    let of = |block: &Block| &text[block.begin..block.end];
    let is_blank = |block: &Block| !block.is_quotation && of(block).trim().is_empty();
    let is_quoted = |block: &Block| block.is_quotation || is_quoted_line(of(block));
    // The line that announces what comes next.
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

/// Whether what stands before a colon announces somebody's words, and whether beyond doubt.
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

/// The length of what stands in quotation marks at the beginning, with them and what is blank before.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INSULT: &str = "You are a stupid idiot and your kids are scum.";

    /// What is left of a comment without what it quotes, each piece trimmed.
    fn own(text: &str, parent: Option<&str>) -> String {
        let mut quotes = Quotes::default();
        let mut own = text.to_owned();
        for span in quotes.find(text, parent, &[]).iter().rev() {
            own.replace_range(span.clone(), "");
        }
        own.trim().to_owned()
    }

    #[test]
    fn a_quotation_in_any_form_is_not_the_comments_own() {
        let insult = INSULT;
        for text in [
            format!("> {insult}\n\nKeep it civil."),
            format!(">{insult}\nKeep it civil."),
            format!(">> {insult}\n> Says who?\n\nKeep it civil."),
            format!("&gt; {insult}\n\nKeep it civil."),
            "> You are a stupid idiot\r\n> and your kids are scum.\r\n\r\nKeep it civil.".to_owned(),
            format!("&gt; {insult}<br><br>Keep it civil."),
            format!("<BLOCKQUOTE class=x><p>{insult}</p><blockquote>x</blockquote>x</BLOCKQUOTE>Keep it civil."),
            format!("[quote]{insult}[/quote] Keep it civil."),
            format!("[quote=nils][quote]x[/quote]{insult}[/quote]\nKeep it civil."),
            format!("[QUOTE=\"nils, post: 3\"]\n{insult}\n[/QUOTE]\nKeep it civil."),
            format!("On Monday Nils wrote:\n> {insult}\n\nKeep it civil."),
            format!("On Mon, 3 May 2027 at 10:15, Nils <nils@example.org>\nwrote:\n\n> {insult}\n\nKeep it civil."),
            format!("Nils wrote:\n{insult}\n\nKeep it civil."),
            format!("Nils wrote:\n\n{insult}\n\nKeep it civil."),
            format!("*Nils wrote:*\n{insult}\n\nKeep it civil."),
            format!("Nils wrote: {insult}\n\nKeep it civil."),
            format!("@nils wrote: \"{insult}\" Keep it civil."),
            format!("Nils said: “{insult}” Keep it civil."),
            format!("Nils schrieb: „{insult}“ Keep it civil."),
            format!("Originally Posted by nils\n{insult}\n\nKeep it civil."),
            format!("Posted by Nils: {insult}\n\nKeep it civil."),
            format!("Quote:\n{insult}\n\nKeep it civil."),
            format!("Keep it civil.\n\n-----Original Message-----\nFrom: Nils\n{insult}"),
        ] {
            assert_eq!(own(&text, None), "Keep it civil.", "{text}");
            assert_eq!(own(&text, Some(INSULT)), "Keep it civil.", "with the parent: {text}");
        }
    }

    #[test]
    fn what_the_parent_has_word_by_word_is_a_quotation_without_any_mark() {
        let insult = INSULT;
        for text in [
            format!("\"{insult}\" Keep it civil."),
            "“You are a stupid idiot” Keep it civil.".to_owned(),
            "«your kids are scum» Keep it civil.".to_owned(),
            format!("*{insult}*\nKeep it civil."),
            format!("{insult}\n\nKeep it civil."),
            format!("{insult}\nKeep it civil.").replace("idiot and", "IDIOT, and"),
            format!("*{insult}* Keep it civil."),
            format!("Nils said:\n{insult}\n\nKeep it civil."),
            format!("'{insult}' Keep it civil."),
            format!("<q>{insult}</q> Keep it civil."),
        ] {
            let left = own(&text, Some(INSULT));
            assert_eq!(
                left.trim_start_matches("<q>").trim_start_matches(['.', '*', ' ', '\'']).trim_start_matches("</q> "),
                "Keep it civil.",
                "{text}"
            );
        }
        let text = format!("\"{INSULT}\" Keep it civil.");
        assert_eq!(own(&text, None), text, "nobody knows who said it");
        assert_eq!(own("You are a stupid idiot, not me", Some(INSULT)), "You are a stupid idiot, not me");
    }

    #[test]
    fn an_insult_is_not_hidden_by_a_quotation_mark_before_it() {
        let parent = Some("The road should be closed to cars on Sundays, I think.");
        for text in [
            format!("> {INSULT}\n\nHave a nice day"),
            format!("[quote]{INSULT}[/quote] Have a nice day"),
            format!("<blockquote>{INSULT}</blockquote> Have a nice day"),
            format!("Nils wrote:\n{INSULT}\n\nHave a nice day"),
            format!("> {INSULT}"),
            format!("[quote]{INSULT}"),
        ] {
            assert_eq!(own(&text, parent), text);
        }
        let mut quotes = Quotes::default();
        let text = format!("> {INSULT}\n\nA nice headline");
        assert_eq!(quotes.find(&text, parent, &[None, Some(INSULT)]).len(), 1, "it is the article that is quoted");
        assert_eq!(quotes.n_words(), 10);
    }

    #[test]
    fn where_all_is_quoted_it_is_all_that_can_be_judged() {
        for text in [
            format!("> {INSULT}"),
            format!("> {INSULT}\n\n..."),
            format!("“@nils: {INSULT}” https://example.org"),
            format!("\"{INSULT}\""),
            format!("Nils wrote: {INSULT}"),
        ] {
            assert_eq!(own(&text, None), text);
            assert_eq!(own(&text, Some(INSULT)), text);
        }
    }

    #[test]
    fn what_is_no_quotation_stays() {
        for text in [
            ">:( no\nyes",
            ">50 % of them\nagree",
            "1 > 0\nand <b>bold</b> is <p>no quotation",
            "[b]no[/b] [quoted] text",
            "I said: \"you are an idiot\"\nand that was that",
            "As I wrote: you are an idiot\n\nand that was that",
            "@a @b @c @d @e @f @g\nand @h",
            "My doctor said:\nno more of this\n\nSo I stopped",
            "Posted by the door is a sign that says no.\nNobody reads it",
            "It is 10:15 and the note: nothing\nmore",
        ] {
            assert_eq!(own(text, None), text);
            assert_eq!(own(text, Some("@i @j @k @l @m @n @o @p @q, the road is closed")), text);
        }
    }

    proptest! {
        #[test]
        fn spans_are_parts_of_any_text_in_order(
            text in "(\\PC|[<>&;/\"“”\\[\\]:\n ]|quote|blockquote|wrote:|&gt;|you are|a stupid|idiot and){0,40}",
            parent in proptest::option::of("(\\PC|you are|a stupid|idiot and| ){0,20}"),
        ) {
            let mut quotes = Quotes::default();
            let mut tokens = Tokens::default();
            Tokenizer::default().tokenize(&text, &mut tokens);
            let found = quotes.find(&text, parent.as_deref(), &[Some("you are a stupid")]);
            prop_assert!(found.is_empty() || parent.is_some() || tokens.may_quote(false));
            let mut last = 0;
            for span in quotes.find(&text, parent.as_deref(), &[Some("you are a stupid")]) {
                prop_assert!(span.start >= last && span.start < span.end);
                prop_assert!(text.get(span.clone()).is_some());
                last = span.end;
            }
        }
    }
}

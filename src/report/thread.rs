//! A scored thread for the terminal: the tree, each comment with its verdict, and what it is for in the text.
//!
//! ```text
//! Council votes to close the Harbour Road library
//!
//! tidewatcher  c1  against 91 %
//! Ninety-one years, and nobody asked us.
//! │
//! └ Gadfly_Brin  c2  none 77 %  ▲ speculative 71 %
//!   «I bet» the building is «sold already».
//!   because “I bet” +1.2, “sold already” +0.8
//!
//! 2 comments: 1 against, 0 favor, 1 none · speculative 1 · 1 flagged
//! ```
//!
//! A reply is under its parent's text, two columns further in, until the text would get too narrow; deeper ones stay
//! there and name what they answer. Everything goes through `sanitize`. Nothing is recursive: a chain of 100,000
//! replies is as fast as a list.

#[cfg(test)]
pub(crate) mod tests;

use std::io::{self, Write};
use std::ops::Range;

use anstyle::Style;

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Reason, Verdict, Why};
use crate::report::columns;
use crate::report::csv::quoted;
use crate::report::highlight::{Mark, Marks};
use crate::report::only::Only;
use crate::report::paint::{BOLD, DIM, PLAIN, Paint, Piece, RAISED, UNSURE, class_style, flow, percent};
use crate::report::sanitize::{Screen, line, pieces};
use crate::report::tally::Tally;
use crate::report::tree_lines::{Place, TreeLines};
use crate::report::width::Width;
use crate::thread::comment::{Comment, Thread};
use crate::thread::tree::Tree;

/// How a thread is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadForm<'a> {
    /// Columns of the terminal; fewer than 20 count as 20.
    pub width: usize,
    /// With colours and underlining; without, the evidence for a flag is in «».
    pub color: bool,
    /// Show only some comments, each with the beginning of its parent instead of the tree.
    pub only: Option<Only>,
    /// What stances are towards, where that is not the article's title; shown with the summary.
    pub towards: Option<&'a str>,
}

/// The text of a comment is never narrower than this, unless the terminal is.
const TEXT: usize = 40;
/// More levels than this are not drawn on any terminal.
const LEVELS: usize = 24;
/// At most this many reasons are named for a flag.
const NAMED: usize = 5;
/// Without colours, at most this many reasons for a flag are marked in the text.
const MARKED: usize = 3;

impl ThreadForm<'_> {
    /// Writes the thread and its summary. `tree` is the tree of its comments, `verdicts` has one for each of them; a
    /// comment without one is shown bare.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(
        &self,
        out: &mut dyn Write,
        thread: &Thread,
        tree: &Tree,
        labels: &[Label],
        verdicts: &[Verdict],
    ) -> io::Result<()> {
        let width = self.width.max(20);
        let paint = Paint { color: self.color };
        let writer = Writing { width, paint, thread, tree, labels, verdicts, towards: self.towards };
        let mut page = String::new();
        let mut shown = 0;
        writer.title(&mut page);
        match self.only {
            None => {
                let cap = ((width.saturating_sub(TEXT)) / 2).min(LEVELS);
                let order = tree.order();
                let levels: Vec<usize> = order.iter().map(|comment| tree.depth(*comment).min(cap)).collect();
                let mut guides = TreeLines::default();
                for (place, (&comment, &level)) in order.iter().zip(&levels).enumerate() {
                    let next = (levels.get(place + 1), order.get(place + 1));
                    guides.enter(level, writer.follows(comment, level, cap, next));
                    if level == 0 && shown > 0 {
                        page.push('\n');
                    }
                    shown += 1;
                    writer.comment(&mut page, comment, &guides, tree.depth(comment) > cap);
                    out.write_all(page.as_bytes())?;
                    page.clear();
                }
            }
            Some(only) => {
                for comment in tree.order() {
                    if verdicts.get(comment).is_some_and(|verdict| only.holds(verdict)) {
                        page.push_str(if shown > 0 { "\n" } else { "" });
                        shown += 1;
                        writer.alone(&mut page, comment);
                        out.write_all(page.as_bytes())?;
                        page.clear();
                    }
                }
            }
        }
        page.push_str(if shown > 0 { "\n" } else { "" });
        writer.summary(&mut page);
        out.write_all(page.as_bytes())
    }
}

struct Writing<'a> {
    width: usize,
    paint: Paint,
    thread: &'a Thread,
    tree: &'a Tree,
    labels: &'a [Label],
    verdicts: &'a [Verdict],
    towards: Option<&'a str>,
}

impl Writing<'_> {
    fn title(&self, page: &mut String) {
        let Some(title) = &self.thread.article.title else { return };
        let title = line(title.trim());
        for range in columns::wrap(&title, self.width) {
            self.paint.push(page, BOLD, title.get(range).unwrap_or_default());
            page.push('\n');
        }
        page.push('\n');
    }

    /// Whether another comment of this level follows under the same parent. Levels from the deepest drawn on are one
    /// list.
    fn follows(&self, comment: usize, level: usize, cap: usize, next: (Option<&usize>, Option<&usize>)) -> bool {
        if level == cap {
            return next.0 == Some(&cap);
        }
        let parent = self.tree.parents.get(comment).copied().flatten();
        parent.is_some_and(|parent| self.tree.children(parent).last() != Some(&comment))
    }

    fn comment(&self, page: &mut String, comment: usize, guides: &TreeLines, deep: bool) {
        let Some(what) = self.thread.comments.get(comment) else { return };
        let prefix = |place| guides.prefix(place);
        if guides.level() > 0 {
            self.paint.push(page, DIM, &prefix(Place::Above));
            page.push('\n');
        }
        let (first, other) = (prefix(Place::First), prefix(Place::Other));
        let width = self.width - 2 * guides.level();
        let mut lines = self.head(what, comment, deep, width);
        self.body(&mut lines, what, self.verdicts.get(comment), width);
        for (place, pieces) in lines.into_iter().enumerate() {
            let prefix = if place == 0 { &first } else { &other };
            self.line(page, prefix, &pieces);
        }
    }

    /// A comment without its tree.
    fn alone(&self, page: &mut String, comment: usize) {
        let Some(what) = self.thread.comments.get(comment) else { return };
        let mut lines = self.head(what, comment, false, self.width);
        if let Some(parent) = self.parent(comment) {
            let mut answers = format!("↳ answers {}", line(&parent.id));
            if let Some(author) = &parent.author {
                answers = format!("{answers}, {}", line(author));
            }
            let text = columns::excerpt(&parent.text, self.width);
            lines.push(vec![(columns::cut(&format!("{answers}: {text}"), self.width), DIM)]);
        }
        self.body(&mut lines, what, self.verdicts.get(comment), self.width);
        for pieces in lines {
            self.line(page, "", &pieces);
        }
    }

    fn line(&self, page: &mut String, prefix: &str, pieces: &[Piece]) {
        let prefix = if pieces.is_empty() { prefix.trim_end() } else { prefix };
        self.paint.push(page, DIM, prefix);
        for (text, style) in pieces {
            self.paint.push(page, *style, text);
        }
        page.push('\n');
    }

    fn parent(&self, comment: usize) -> Option<&Comment> {
        let parent = self.tree.parents.get(comment).copied().flatten()?;
        self.thread.comments.get(parent)
    }

    /// Author, time, id and verdict.
    fn head(&self, what: &Comment, comment: usize, deep: bool, width: usize) -> Vec<Vec<Piece>> {
        let mut pieces: Vec<Piece> = Vec::new();
        if let Some(author) = what.author.as_deref().filter(|author| !author.trim().is_empty()) {
            pieces.push((line(author.trim()), BOLD));
        }
        pieces.push((line(&what.id), DIM));
        if let Some(time) = &what.created_at {
            pieces.push((line(time.trim()), DIM));
        }
        if let Some(parent) = self.parent(comment).filter(|_| deep) {
            pieces.push((format!("↳ {}", line(&parent.id)), DIM));
        }
        let verdict = self.verdicts.get(comment);
        if let Some(other) = verdict.and_then(|verdict| verdict.language) {
            pieces.push((format!("? in {}", other.detected), UNSURE));
        }
        if verdict.is_some_and(Verdict::no_text) {
            pieces.push(("no text".to_owned(), DIM));
        }
        let outcomes = verdict.map(|verdict| &verdict.outcomes[..]).unwrap_or_default();
        pieces.extend(self.labels.iter().zip(outcomes).filter_map(|(label, outcome)| self.outcome(label, outcome)));
        flow(pieces, 2, Width::all(width))
    }

    fn outcome(&self, label: &Label, outcome: &Outcome) -> Option<Piece> {
        match outcome {
            Outcome::Stance { class, p } => {
                let of = if self.stances() > 1 { format!("{}: ", line(&label.name)) } else { String::new() };
                let class = match class {
                    Ok(class) => class,
                    Err(Why::Unsure) => return Some((format!("{} unsure", line(&label.name)), UNSURE)),
                    // Shown once for the comment, or once for all.
                    Err(Why::NoText | Why::NoTarget) => return None,
                };
                let name = label.classes().get(*class)?;
                let p = p.get(*class).copied()?;
                Some((format!("{of}{} {}", line(name), percent(p)), class_style(name, *class)))
            }
            Outcome::Flag { raised: false, unsure: false, .. } | Outcome::Flag { p: None, .. } => None,
            Outcome::Flag { unsure: true, p: Some(p), .. } => {
                Some((format!("? {} {}", line(&label.name), percent(*p)), UNSURE))
            }
            Outcome::Flag { p: Some(p), .. } => Some((format!("▲ {} {}", line(&label.name), percent(*p)), RAISED)),
        }
    }

    fn stances(&self) -> usize {
        self.labels.iter().filter(|label| !label.classes().is_empty()).count()
    }

    /// The text with its marks, and why.
    fn body(&self, lines: &mut Vec<Vec<Piece>>, what: &Comment, verdict: Option<&Verdict>, width: usize) {
        let for_flag = if self.paint.color { usize::MAX } else { MARKED };
        let marks = verdict.map(|verdict| Marks::new(self.labels, verdict, for_flag)).unwrap_or_default();
        let mut begin = 0;
        let mut blank = true;
        for paragraph in what.text.split_inclusive('\n') {
            let own = paragraph.trim_end();
            if own.is_empty() {
                if !blank {
                    lines.push(Vec::new());
                }
            } else {
                self.paragraph(lines, own, begin, &marks, width);
            }
            blank = own.is_empty();
            begin += paragraph.len();
        }
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        if let Some(verdict) = verdict {
            self.because(lines, verdict, &what.text, width);
        }
    }

    /// One paragraph, which begins at byte `begin` of the text.
    fn paragraph(&self, lines: &mut Vec<Vec<Piece>>, own: &str, begin: usize, marks: &Marks, width: usize) {
        let indent = own.len() - own.trim_start().len();
        let mut shown = String::with_capacity(own.len());
        let mut runs: Vec<(usize, Style)> = vec![(0, PLAIN)];
        let mut marks = marks.walk();
        let mut inside = false;
        pieces(own.trim_start(), Screen::Terminal, |at, piece| {
            let style = self.style(marks.at(begin + indent + at));
            if !self.paint.color && (style != PLAIN) != inside {
                inside = !inside;
                shown.push(if inside { '«' } else { '»' });
            }
            if runs.last().is_none_or(|(_, last)| *last != style) {
                runs.push((shown.len(), style));
            }
            shown.push_str(piece);
        });
        if inside {
            shown.push('»');
        }
        for line in columns::wrap(&shown, width) {
            lines.push(styled(&shown, &runs, line));
        }
    }

    fn style(&self, mark: Mark) -> Style {
        match mark {
            Mark::Stance { label, class } if self.paint.color => {
                let name = self.labels.get(label).and_then(|label| label.classes().get(class));
                class_style(name.map_or("", String::as_str), class).underline()
            }
            Mark::Not | Mark::Stance { .. } => PLAIN,
            Mark::Flag => RAISED.underline(),
        }
    }

    fn because(&self, lines: &mut Vec<Vec<Piece>>, verdict: &Verdict, text: &str, width: usize) {
        let shown = |outcome: &Outcome| {
            matches!(outcome, Outcome::Flag { raised: true, .. } | Outcome::Flag { unsure: true, .. })
        };
        let several = verdict.outcomes.iter().filter(|outcome| shown(outcome)).count() > 1;
        for (number, (label, outcome)) in self.labels.iter().zip(&verdict.outcomes).enumerate() {
            let own = verdict.reasons.iter().filter(|reason| reason.label == number);
            let mut own: Vec<String> = own.take(NAMED).map(|reason| named(reason, text)).collect();
            if !shown(outcome) || own.is_empty() {
                continue;
            }
            let count = own.len();
            own.iter_mut().take(count - 1).for_each(|reason| reason.push(','));
            let head = if several { format!("{} because", line(&label.name)) } else { "because".to_owned() };
            let pieces = std::iter::once(head).chain(own).map(|piece| (piece, DIM)).collect();
            lines.extend(flow(pieces, 1, Width::all(width)));
        }
        if !verdict.muted.is_empty() {
            let muted = format!("muted: {}", line(&verdict.muted.join(", ")));
            lines.extend(flow(vec![(muted, DIM)], 1, Width::all(width)));
        }
    }

    /// The counts of the thread, and how many are flagged.
    fn summary(&self, page: &mut String) {
        let count = self.thread.comments.len();
        let tally = Tally::of(self.labels, self.verdicts.iter().take(count));
        let counted = || self.labels.iter().zip(&tally.counts);
        let stances = || counted().zip(&tally.stances_unsure).filter(|((label, _), _)| !label.classes().is_empty());
        let mut parts = Vec::new();
        for ((label, counts), unsure) in stances() {
            let classes = label.classes().iter().zip(counts).enumerate();
            let mut classes: Vec<Piece> = classes
                .map(|(class, (name, count))| (format!("{count} {}", line(name)), class_style(name, class)))
                .collect();
            if *unsure > 0 {
                classes.push((format!("{unsure} unsure"), UNSURE));
            }
            parts.push(((self.stances() > 1).then(|| (format!("{}:", line(&label.name)), PLAIN)), classes));
        }
        match self.towards {
            Some("parent") => parts.push((None, vec![("stances towards the comment above".to_owned(), PLAIN)])),
            Some(claim) => parts.push((None, vec![(format!("stances towards “{}”", line(claim)), PLAIN)])),
            None => {}
        }
        let flags: Vec<Piece> = counted()
            .filter(|(label, _)| label.classes().is_empty())
            .map(|(label, counts)| (format!("{} {}", line(&label.name), counts.iter().sum::<usize>()), PLAIN))
            .collect();
        if !flags.is_empty() {
            parts.push((None, flags));
            let style = if tally.flagged > 0 { RAISED } else { PLAIN };
            let mut last = vec![(format!("{} flagged", tally.flagged), style)];
            if tally.unsure > 0 {
                last.push((format!("{} unsure", tally.unsure), UNSURE));
            }
            parts.push((None, last));
        }
        let mut comments = if count == 1 { "1 comment".to_owned() } else { format!("{count} comments") };
        if tally.no_text > 0 {
            comments = format!("{comments} ({} without text)", tally.no_text);
        }
        let mut words = vec![(if parts.is_empty() { comments } else { format!("{comments}:") }, BOLD)];
        let end = parts.len().saturating_sub(1);
        for (place, (named, mut pieces)) in parts.into_iter().enumerate() {
            let count = pieces.len();
            pieces.iter_mut().take(count.saturating_sub(1)).for_each(|(text, _)| text.push(','));
            words.extend(named);
            words.append(&mut pieces);
            if place < end {
                words.push(("·".to_owned(), DIM));
            }
        }
        for pieces in flow(words, 1, Width::all(self.width)) {
            self.line(page, "", &pieces);
        }
    }
}

/// A reason in a line of them.
fn named(reason: &Reason, text: &str) -> String {
    match quoted(reason, text) {
        Some(words) => format!("“{}” {:+.1}", columns::excerpt(words, TEXT), reason.share),
        None => format!("{} {:+.1}", line(&reason.feature), reason.share),
    }
}

/// The bytes `line` of `shown`, in the styles that begin at each of `runs`.
fn styled(shown: &str, runs: &[(usize, Style)], line: Range<usize>) -> Vec<Piece> {
    let first = runs.partition_point(|(begin, _)| *begin <= line.start).saturating_sub(1);
    let ends = runs.iter().skip(first + 1).map(|(begin, _)| *begin).chain([shown.len()]);
    let own = runs.iter().skip(first).zip(ends).take_while(|((begin, _), _)| *begin < line.end);
    own.filter_map(|((begin, style), end)| {
        let piece = shown.get((*begin).max(line.start)..end.min(line.end))?;
        Some((piece.to_owned(), *style))
    })
    .collect()
}

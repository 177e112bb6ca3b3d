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
//! A reply stands under its parent's text, two columns further in, until the text would get too narrow; deeper ones stay
//! there and name what they answer. Everything goes through [`visible`]. Nothing recurses: a chain of 100,000 replies is
//! as fast as a list.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::Style;

use super::csv::quoted;
use super::marks::{Mark, Marks};
use super::paint::{BOLD, DIM, PLAIN, Paint, Piece, RAISED, UNSURE, class_style, flow, percent};
use super::tally::Tally;
use super::visible::{self, Screen, line, pieces};
use crate::model::{Label, Outcome, Reason, Verdict};
use crate::thread::{Comment, Thread, Tree};

/// Which comments are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Those with a flag raised.
    Flagged,
    /// Those that the policy leaves to a person.
    Unsure,
}

impl Only {
    /// Whether a comment is shown.
    #[must_use]
    pub fn holds(self, verdict: &Verdict) -> bool {
        match self {
            Self::Flagged => verdict.flagged(),
            Self::Unsure => verdict.unsure(),
        }
    }
}

/// How a thread is written.
#[derive(Clone, Copy, Debug)]
pub struct ThreadForm<'a> {
    /// Columns of the terminal; fewer than 20 count as 20.
    pub width: usize,
    /// With colours and underlining; without, what a flag is for stands in «».
    pub color: bool,
    /// Show some comments only, each with the beginning of what it answers instead of the tree.
    pub only: Option<Only>,
    /// What stances are towards, where that is not the article's title; told with the summary.
    pub towards: Option<&'a str>,
}

/// The text of a comment is never narrower than this, unless the terminal is.
const TEXT: usize = 40;
/// More levels than this are not drawn on any terminal.
const LEVELS: usize = 24;
/// So many reasons are named for a flag.
const NAMED: usize = 5;
/// Without colours so many reasons are marked in the text for a flag.
const MARKED: usize = 3;

impl ThreadForm<'_> {
    /// Writes the thread and its summary. `tree` is that of its comments, `verdicts` has one for each of them; a comment
    /// without one is shown bare.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(
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
                let mut guides = Guides { follows: Vec::new() };
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

/// The lines that lead from comments to their replies.
struct Guides {
    /// For each level from 1 to that of the comment: whether another comment of that level follows below.
    follows: Vec<bool>,
}

impl Guides {
    fn enter(&mut self, level: usize, follows: bool) {
        self.follows.truncate(level.saturating_sub(1));
        if level > 0 {
            self.follows.push(follows);
        }
    }

    /// Before the line above a comment, its first line, or its others.
    fn prefix(&self, line: Place) -> String {
        let mut prefix = String::with_capacity(4 * self.follows.len());
        let last = self.follows.len().saturating_sub(1);
        for (level, follows) in self.follows.iter().enumerate() {
            prefix.push_str(match (level == last, line, follows) {
                (true, Place::Above, _) => "│",
                (true, Place::First, true) => "├ ",
                (true, Place::First, false) => "└ ",
                (_, _, true) => "│ ",
                (_, _, false) => "  ",
            });
        }
        prefix
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Above,
    First,
    Other,
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
        for range in visible::wrap(&title, self.width) {
            self.paint.push(page, BOLD, title.get(range).unwrap_or_default());
            page.push('\n');
        }
        page.push('\n');
    }

    /// Whether another comment of this level follows below the same one. Levels from the deepest drawn on are one list.
    fn follows(&self, comment: usize, level: usize, cap: usize, next: (Option<&usize>, Option<&usize>)) -> bool {
        if level == cap {
            return next.0 == Some(&cap);
        }
        let parent = self.tree.parents.get(comment).copied().flatten();
        parent.is_some_and(|parent| self.tree.children(parent).last() != Some(&comment))
    }

    fn comment(&self, page: &mut String, comment: usize, guides: &Guides, deep: bool) {
        let Some(what) = self.thread.comments.get(comment) else { return };
        let prefix = |place| guides.prefix(place);
        if !guides.follows.is_empty() {
            self.paint.push(page, DIM, &prefix(Place::Above));
            page.push('\n');
        }
        let (first, other) = (prefix(Place::First), prefix(Place::Other));
        let width = self.width - 2 * guides.follows.len();
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
            let text = visible::excerpt(&parent.text, self.width);
            lines.push(vec![(visible::cut(&format!("{answers}: {text}"), self.width), DIM)]);
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

    /// Who, which, when, and the verdict.
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
        let outcomes = verdict.map(|verdict| &verdict.outcomes[..]).unwrap_or_default();
        pieces.extend(self.labels.iter().zip(outcomes).filter_map(|(label, outcome)| self.outcome(label, outcome)));
        flow(pieces, 2, width)
    }

    fn outcome(&self, label: &Label, outcome: &Outcome) -> Option<Piece> {
        match outcome {
            Outcome::Stance { class, p } => {
                let name = label.classes().get(*class)?;
                let of = if self.stances() > 1 { format!("{}: ", line(&label.name)) } else { String::new() };
                let p = p.get(*class).copied().unwrap_or(f32::NAN);
                Some((format!("{of}{} {}", line(name), percent(p)), class_style(name, *class)))
            }
            Outcome::Flag { raised: false, unsure: false, .. } => None,
            Outcome::Flag { unsure: true, p, .. } => Some((format!("? {} {}", line(&label.name), percent(*p)), UNSURE)),
            Outcome::Flag { p, .. } => Some((format!("▲ {} {}", line(&label.name), percent(*p)), RAISED)),
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
        for line in visible::wrap(&shown, width) {
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
        let told = |outcome: &Outcome| {
            matches!(outcome, Outcome::Flag { raised: true, .. } | Outcome::Flag { unsure: true, .. })
        };
        let several = verdict.outcomes.iter().filter(|outcome| told(outcome)).count() > 1;
        for (number, (label, outcome)) in self.labels.iter().zip(&verdict.outcomes).enumerate() {
            let own = verdict.reasons.iter().filter(|reason| reason.label == number);
            let mut own: Vec<String> = own.take(NAMED).map(|reason| named(reason, text)).collect();
            if !told(outcome) || own.is_empty() {
                continue;
            }
            let count = own.len();
            own.iter_mut().take(count - 1).for_each(|reason| reason.push(','));
            let head = if several { format!("{} because", line(&label.name)) } else { "because".to_owned() };
            let pieces = std::iter::once(head).chain(own).map(|piece| (piece, DIM)).collect();
            lines.extend(flow(pieces, 1, width));
        }
        if !verdict.muted.is_empty() {
            let muted = format!("muted: {}", line(&verdict.muted.join(", ")));
            lines.extend(flow(vec![(muted, DIM)], 1, width));
        }
    }

    /// How the thread stands, and how many are flagged.
    fn summary(&self, page: &mut String) {
        let count = self.thread.comments.len();
        let tally = Tally::of(self.labels, self.verdicts.iter().take(count));
        let counted = || self.labels.iter().zip(&tally.counts);
        let mut parts = Vec::new();
        for (label, counts) in counted().filter(|(label, _)| !label.classes().is_empty()) {
            let classes = label.classes().iter().zip(counts).enumerate();
            let classes: Vec<Piece> = classes
                .map(|(class, (name, count))| (format!("{count} {}", line(name)), class_style(name, class)))
                .collect();
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
        let comments = if count == 1 { "1 comment".to_owned() } else { format!("{count} comments") };
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
        for pieces in flow(words, 1, self.width) {
            self.line(page, "", &pieces);
        }
    }
}

/// A reason in a line of them.
fn named(reason: &Reason, text: &str) -> String {
    match quoted(reason, text) {
        Some(words) => format!("“{}” {:+.1}", visible::excerpt(words, TEXT), reason.share),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::thread::Article;

    fn labels() -> Vec<Label> {
        let classes = ["against", "favor", "none"].map(str::to_owned).to_vec();
        vec![Label::stance("stance", classes), Label::flag("speculative"), Label::flag("off_topic")]
    }

    fn comment(id: &str, parent: &str, author: &str, text: &str) -> Comment {
        Comment {
            id: id.to_owned(),
            parent_id: (!parent.is_empty()).then(|| parent.to_owned()),
            author: (!author.is_empty()).then(|| author.to_owned()),
            text: text.to_owned(),
            ..Comment::default()
        }
    }

    fn verdict(class: usize, p: f32, flags: [f32; 2], reasons: Vec<Reason>) -> Verdict {
        let mut stance = vec![(1.0 - p) / 2.0; 3];
        stance[class] = p;
        let flag = |p| Outcome::Flag { raised: p >= 0.6, unsure: (0.4..0.6).contains(&p), p, threshold: 0.6 };
        Verdict {
            outcomes: vec![Outcome::Stance { class, p: stance }, flag(flags[0]), flag(flags[1])],
            reasons,
            muted: Vec::new(),
            language: None,
        }
    }

    fn because(label: usize, text: &str, piece: &str, share: f32) -> Reason {
        let begin = text.find(piece);
        let feature = if begin.is_some() { "words" } else { piece };
        let class = (label == 0).then_some(0);
        Reason {
            label,
            class,
            feature: feature.to_owned(),
            span: begin.map(|begin| (begin, begin + piece.len())),
            share,
        }
    }

    /// Comments with verdicts, among them every kind of thing that is shown.
    fn example() -> (Thread, Vec<Verdict>) {
        let first = "Ninety-one years. It got through a bomb on the dock and couldn't get through Denise Marrable with a spreadsheet.";
        let second = "I bet the building is sold already.\r\n\r\n\r\nProbably to the same developer who did the fish market, who knows.";
        let fourth = "Has anyone tried the new cafe on the pier?";
        let comments = vec![
            comment("c1", "", "tidewatcher", first),
            comment("c2", "c1", "Gadfly_Brin", second),
            comment("c3", "c2", "tidewatcher", "Who told you? Nobody's said a word about a sale."),
            comment("c4", "c1", "Pamela \x1b[2J\u{202e}T", fourth),
            comment("c5", "", "", "Good. The roof alone was half a million."),
        ];
        let second_reasons = vec![
            because(1, second, "I bet", 1.25),
            because(1, second, "sold already", 0.81),
            because(1, second, "shape: length", 0.2),
        ];
        let verdicts = vec![
            verdict(0, 0.91, [0.1, 0.02], vec![because(0, first, "with a spreadsheet", 0.9)]),
            verdict(2, 0.77, [0.83, 0.1], second_reasons),
            verdict(2, 0.64, [0.5, 0.1], Vec::new()),
            verdict(2, 0.997, [0.7, 0.9], vec![because(2, fourth, "cafe", 2.0), because(1, fourth, "tried", 0.3)]),
            verdict(1, 0.55, [0.002, 0.1], Vec::new()),
        ];
        let article =
            Article { title: Some("Council votes to close the Harbour Road library".to_owned()), ..Article::default() };
        (Thread { id: None, article, comments }, verdicts)
    }

    fn written(form: ThreadForm, thread: &Thread, verdicts: &[Verdict]) -> String {
        let mut out = Vec::new();
        let (tree, _) = Tree::new(&thread.comments);
        form.write(&mut out, thread, &tree, &labels(), verdicts).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn form(width: usize, color: bool) -> ThreadForm<'static> {
        ThreadForm { width, color, only: None, towards: None }
    }

    #[test]
    fn a_thread_is_a_tree_with_verdicts_and_reasons() {
        let (thread, verdicts) = example();
        insta::assert_snapshot!(written(form(72, false), &thread, &verdicts), @r"
        Council votes to close the Harbour Road library

        tidewatcher  c1  against 91 %
        Ninety-one years. It got through a bomb on the dock and couldn't get
        through Denise Marrable with a spreadsheet.
        │
        ├ Gadfly_Brin  c2  none 77 %  ▲ speculative 83 %
        │ «I bet» the building is «sold already».
        │
        │ Probably to the same developer who did the fish market, who knows.
        │ because “I bet” +1.2, “sold already” +0.8, shape: length +0.2
        │ │
        │ └ tidewatcher  c3  none 64 %  ? speculative 50 %
        │   Who told you? Nobody's said a word about a sale.
        │
        └ Pamela ␛[2J\u{202e}T  c4  none >99 %  ▲ speculative 70 %
          ▲ off_topic 90 %
          Has anyone «tried» the new «cafe» on the pier?
          speculative because “tried” +0.3
          off_topic because “cafe” +2.0

        c5  favor 55 %
        Good. The roof alone was half a million.

        5 comments: 1 against, 1 favor, 3 none · speculative 2, off_topic 1 ·
        2 flagged, 1 unsure
        ");
    }

    #[test]
    fn only_some_are_shown_with_what_they_answer() {
        let (thread, verdicts) = example();
        let form = ThreadForm { only: Some(Only::Unsure), ..form(60, false) };
        insta::assert_snapshot!(written(form, &thread, &verdicts), @r"
        Council votes to close the Harbour Road library

        tidewatcher  c3  none 64 %  ? speculative 50 %
        ↳ answers c2, Gadfly_Brin: I bet the building is sold alrea…
        Who told you? Nobody's said a word about a sale.

        5 comments: 1 against, 1 favor, 3 none · speculative 2,
        off_topic 1 · 2 flagged, 1 unsure
        ");
    }

    #[test]
    fn colours_follow_the_pieces_over_lines() {
        let (mut thread, verdicts) = example();
        thread.comments.truncate(1);
        insta::assert_snapshot!(written(form(60, true), &thread, &verdicts[..1]).replace('\x1b', "^"), @r"
        ^[1mCouncil votes to close the Harbour Road library^[0m

        ^[1mtidewatcher^[0m  ^[2mc1^[0m  ^[31magainst 91 %^[0m
        Ninety-one years. It got through a bomb on the dock and
        couldn't get through Denise Marrable ^[4m^[31mwith a spreadsheet^[0m.

        ^[1m1 comment:^[0m ^[31m1 against,^[0m ^[32m0 favor,^[0m ^[2m0 none^[0m ^[2m·^[0m speculative 0,
        off_topic 0 ^[2m·^[0m 0 flagged
        ");
    }

    #[test]
    fn empty_threads_and_missing_verdicts_are_written() {
        let (mut thread, _) = example();
        assert!(written(form(80, false), &thread, &[]).contains("5 comments: 0 against"));
        thread = Thread::default();
        assert_eq!(
            written(form(80, false), &thread, &[]),
            "0 comments: 0 against, 0 favor, 0 none · speculative 0, off_topic 0 · 0 flagged\n"
        );
    }

    #[test]
    fn a_deep_chain_keeps_its_width_and_names_parents() {
        let count = 100_000;
        let parent = |i: usize| if i == 0 { String::new() } else { format!("c{}", i - 1) };
        let comments = (0..count).map(|i| comment(&format!("c{i}"), &parent(i), "a", "yes")).collect();
        let thread = Thread { comments, ..Thread::default() };
        let written = written(form(48, false), &thread, &[]);
        assert!(written.len() < 100 * count);
        assert!(written.contains("\n      ├ a  c77777  ↳ c77776\n"), "{}", &written[..900]);
        assert!(written.contains("\n      └ a  c99999  ↳ c99998\n        yes\n\n100000 comments"));
    }

    /// What is shown without our own colours; `None` if anything else steers the terminal.
    fn uncoloured(text: &str) -> Option<String> {
        let mut parts = text.split("\x1b[");
        let mut plain = parts.next()?.to_owned();
        for part in parts {
            let (code, rest) = part.split_once('m')?;
            if !code.chars().all(|c| c.is_ascii_digit() || c == ';') {
                return None;
            }
            plain.push_str(rest);
        }
        (!plain.contains(|c: char| c.is_control() && c != '\n')).then_some(plain)
    }

    proptest! {
        #[test]
        fn nothing_steers_the_terminal_and_no_line_is_too_wide(
            rows in prop::collection::vec((any::<String>(), r"(\PC|[a-z]{0,40}|[ \t\r\n\x1b\u{202e}\u{fe0f}\u{200d}❤漢]){0,60}", any::<String>(), 0..9_usize), 0..12),
            spans in prop::collection::vec((0..3_usize, 0..80_usize, 0..80_usize, -1.0..2.0_f32), 0..12),
            p in any::<f32>(),
            title: String,
            color: bool,
            flagged: bool,
            width in 0..130_usize,
        ) {
            let comments: Vec<Comment> = rows.iter().map(|(id, text, author, parent)| Comment {
                id: id.clone(),
                parent_id: rows.get(*parent).map(|(id, ..)| id.clone()),
                author: Some(author.clone()),
                created_at: Some(author.clone()),
                text: text.clone(),
                ..Comment::default()
            }).collect();
            let reason = |&(label, a, b, share): &(usize, usize, usize, f32)| Reason {
                label, class: None, feature: title.clone(), span: (a % 3 > 0).then_some((a, b)), share,
            };
            let reasons: Vec<Reason> = spans.iter().map(reason).collect();
            let verdicts: Vec<Verdict> = comments.iter().map(|_| verdict(spans.len() % 3, p, [p, 0.5], reasons.clone())).collect();
            let article = Article { title: Some(title), ..Article::default() };
            let thread = Thread { id: None, article, comments };
            let form = ThreadForm { width, color, only: flagged.then_some(Only::Flagged), towards: None };
            let plain = uncoloured(&written(form, &thread, &verdicts));
            prop_assert!(plain.is_some());
            for line in plain.unwrap().lines() {
                prop_assert!(line.width() <= width.max(20), "{line:?}");
            }
        }
    }
}

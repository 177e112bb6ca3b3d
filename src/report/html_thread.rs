//! Scored threads as one self-contained page: the tree as nested lists, verdicts as badges, reasons marked in the text.
//!
//! The same rules as for the page of a report: nothing is loaded, nothing runs, text from strangers is escaped. Lists
//! are nested only a few levels deep, because browsers give up on deeper ones; deeper replies name what they answer.

use std::io::{self, Write};

use maud::{Markup, html};

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Verdict, Why};
use crate::report::columns::excerpt;
use crate::report::csv::quoted;
use crate::report::highlight::{Mark, Marks};
use crate::report::html::page;
use crate::report::jsonl::ModelId;
use crate::report::only::Only;
use crate::report::paint::percent;
use crate::report::sanitize::{Screen, line, pieces};
use crate::report::tally::Tally;
use crate::thread::comment::{Comment, Thread};
use crate::thread::tree::Tree;

/// Lists are nested no deeper.
const LEVELS: usize = 16;
/// At most this many reasons are named for a label.
const NAMED: usize = 6;

/// Where the comments go in the page; nothing else can contain it, because displayed text has no control characters.
const HERE: &str = "\u{1}";

/// What is shown: a thread with a verdict for each of its comments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadPage<'a> {
    pub thread: &'a Thread,
    /// Of its comments.
    pub tree: &'a Tree,
    /// The labels of the model.
    pub labels: &'a [Label],
    /// One for each comment.
    pub verdicts: &'a [Verdict],
    /// Which model spoke.
    pub model: ModelId<'a>,
    /// Show some comments only, without the tree.
    pub only: Option<Only>,
}

impl ThreadPage<'_> {
    /// Writes several threads on one page, below each other.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write_all(threads: &[Self], out: &mut dyn Write) -> io::Result<()> {
        let title = threads.first().map_or("Comments", |first| first.title());
        let body = html! {
            @for thread in threads { (thread.header(thread.title())) (HERE) }
            @if let Some(last) = threads.last() { (last.footer()) }
        };
        let whole = page(title, &body).into_string();
        let mut parts = whole.split(HERE);
        out.write_all(parts.next().unwrap_or_default().as_bytes())?;
        for (thread, after) in threads.iter().zip(parts) {
            match thread.only {
                None => thread.nested(out)?,
                Some(only) => thread.flat(out, only)?,
            }
            out.write_all(after.as_bytes())?;
        }
        Ok(())
    }

    fn title(&self) -> &str {
        self.thread.article.title.as_deref().or(self.thread.id.as_deref()).unwrap_or("Comments")
    }

    fn header(&self, title: &str) -> Markup {
        let tally = Tally::of(self.labels, self.verdicts.iter().take(self.thread.comments.len()));
        let link = self.thread.article.url.as_deref().filter(|url| {
            let url = url.trim_start().to_ascii_lowercase();
            url.starts_with("https://") || url.starts_with("http://")
        });
        html! {
            header {
                h1 dir="auto" {
                    @if let Some(url) = link { a href=(line(url)) rel="noreferrer nofollow" { (line(title)) } }
                    @else { (line(title)) }
                }
                p.summary {
                    b { (tally.comments) @if tally.comments == 1 { " comment" } @else { " comments" } }
                    @for ((label, counts), unsure) in self.labels.iter().zip(&tally.counts).zip(&tally.stances_unsure) {
                        @if label.classes().is_empty() {
                            span.badge.flag[counts.iter().sum::<usize>() > 0] {
                                (line(&label.name)) " " (counts.iter().sum::<usize>())
                            }
                        } @else {
                            @for (class, count) in label.classes().iter().zip(counts) {
                                span class=(badge(class)) { (count) " " (line(class)) }
                            }
                            @if *unsure > 0 { span.badge.unsure { (unsure) " unsure" } }
                        }
                    }
                    @if tally.flagged > 0 { span { (tally.flagged) " flagged" } }
                    @if tally.unsure > 0 { span { (tally.unsure) " left to you" } }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            @if !self.model.name.is_empty() {
                footer { p.hint { "Labelled by " (line(self.model.name)) " " small { (line(self.model.hash)) } } }
            }
        }
    }

    /// The tree. It is written while it is walked, so that no list is held as a whole.
    fn nested(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut open = 0;
        for comment in self.tree.order() {
            let depth = self.tree.depth(comment);
            let level = depth.min(LEVELS) + 1;
            while open > level {
                out.write_all(b"</li></ol>\n")?;
                open -= 1;
            }
            if open == level {
                out.write_all(b"</li>\n<li>")?;
            }
            while open < level {
                out.write_all(b"<ol class=\"thread\"><li>")?;
                open += 1;
            }
            let markup = self.comment(comment, depth > LEVELS);
            out.write_all(markup.into_string().as_bytes())?;
        }
        while open > 0 {
            out.write_all(b"</li></ol>\n")?;
            open -= 1;
        }
        Ok(())
    }

    fn flat(&self, out: &mut dyn Write, only: Only) -> io::Result<()> {
        out.write_all(b"<ol class=\"thread\">")?;
        for comment in self.tree.order() {
            if self.verdicts.get(comment).is_some_and(|verdict| only.holds(verdict)) {
                let markup = html! { li { (self.comment(comment, true)) } };
                out.write_all(markup.into_string().as_bytes())?;
            }
        }
        out.write_all(b"</ol>")
    }

    fn comment(&self, comment: usize, apart: bool) -> Markup {
        let Some(what) = self.thread.comments.get(comment) else { return html! {} };
        let verdict = self.verdicts.get(comment);
        let parent = self.tree.parents.get(comment).copied().flatten();
        let parent = parent.and_then(|parent| self.thread.comments.get(parent)).filter(|_| apart);
        let flagged = verdict.is_some_and(|verdict| verdict.flagged() || verdict.flag_unsure());
        html! {
            article.flagged[flagged] {
                div.head {
                    @if let Some(author) = &what.author { b { bdi { (line(author)) } } }
                    small { bdi { (line(&what.id)) } }
                    @if let Some(time) = &what.created_at { small { (line(time)) } }
                    @if let Some(other) = verdict.and_then(|verdict| verdict.language) {
                        span.badge.unsure { "? in " (other.detected) }
                    }
                    @if verdict.is_some_and(Verdict::no_text) { small { "no text" } }
                    @if let Some(verdict) = verdict { (self.badges(verdict)) }
                }
                @if let Some(parent) = parent { (answers(parent)) }
                (self.text(&what.text, verdict))
                @if let Some(verdict) = verdict { (self.because(verdict, &what.text)) }
            }
        }
    }

    fn badges(&self, verdict: &Verdict) -> Markup {
        html! {
            @for (label, outcome) in self.labels.iter().zip(&verdict.outcomes) {
                @match outcome {
                    Outcome::Stance { class: Ok(class), p } => {
                        @if let (Some(name), Some(p)) = (label.classes().get(*class), p.get(*class)) {
                            span class=(badge(name)) title=(line(&label.name)) { (line(name)) " " (percent(*p)) }
                        }
                    }
                    Outcome::Stance { class: Err(Why::Unsure), .. } => {
                        span.badge.unsure { (line(&label.name)) " unsure" }
                    }
                    Outcome::Stance { class: Err(Why::NoText | Why::NoTarget), .. } => {}
                    Outcome::Flag { unsure: true, p: Some(p), .. } => {
                        span.badge.unsure { "? " (line(&label.name)) " " (percent(*p)) }
                    }
                    Outcome::Flag { raised: true, p: Some(p), .. } => {
                        span.badge.flag { "▲ " (line(&label.name)) " " (percent(*p)) }
                    }
                    Outcome::Flag { .. } => {}
                }
            }
        }
    }

    /// The text in paragraphs, with its marks.
    fn text(&self, text: &str, verdict: Option<&Verdict>) -> Markup {
        let marks = verdict.map(|verdict| Marks::new(self.labels, verdict, usize::MAX)).unwrap_or_default();
        let mut walk = marks.walk();
        let mut paragraphs: Vec<Vec<Vec<(String, Mark)>>> = vec![Vec::new()];
        let mut begin = 0;
        for row in text.split_inclusive('\n') {
            let own = row.trim_end();
            if own.is_empty() {
                paragraphs.push(Vec::new());
            } else {
                let mut runs: Vec<(String, Mark)> = Vec::new();
                pieces(own, Screen::Page, |at, piece| {
                    let mark = walk.at(begin + at);
                    match runs.last_mut() {
                        Some((run, last)) if *last == mark => run.push_str(piece),
                        _ => runs.push((piece.to_owned(), mark)),
                    }
                });
                if let Some(paragraph) = paragraphs.last_mut() {
                    paragraph.push(runs);
                }
            }
            begin += row.len();
        }
        html! {
            div.text dir="auto" {
                @for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
                    p {
                        @for (place, runs) in paragraph.iter().enumerate() {
                            @if place > 0 { br; }
                            @for (run, mark) in runs { (self.marked(run, *mark)) }
                        }
                    }
                }
            }
        }
    }

    fn marked(&self, run: &str, mark: Mark) -> Markup {
        match mark {
            Mark::Not => html! { (run) },
            Mark::Flag => html! { mark { (run) } },
            Mark::Stance { label, class } => {
                let name = self.labels.get(label).and_then(|label| label.classes().get(class));
                html! { mark class=(format!("stance {}", kind(name.map_or("", String::as_str)))) { (run) } }
            }
        }
    }

    /// Why a flag is raised or in doubt.
    fn because(&self, verdict: &Verdict, text: &str) -> Markup {
        let shown = self.labels.iter().zip(&verdict.outcomes).enumerate().filter(|(_, (_, outcome))| {
            matches!(outcome, Outcome::Flag { raised: true, .. } | Outcome::Flag { unsure: true, .. })
        });
        html! {
            @for (number, (label, _)) in shown {
                @let own: Vec<_> = verdict.reasons.iter().filter(|reason| reason.label == number).take(NAMED).collect();
                @if !own.is_empty() {
                    p.because {
                        (line(&label.name)) " because "
                        @for (place, reason) in own.iter().enumerate() {
                            @if place > 0 { ", " }
                            @match quoted(reason, text) {
                                Some(words) => { "“" bdi { (excerpt(words, 60)) } "”" }
                                None => { (line(&reason.feature)) }
                            }
                            (format!(" {:+.1}", reason.share))
                        }
                    }
                }
            }
            @if !verdict.muted.is_empty() { p.because { "muted: " (line(&verdict.muted.join(", "))) } }
        }
    }
}

fn answers(parent: &Comment) -> Markup {
    html! {
        p.answers {
            "↳ answers " bdi { (line(parent.author.as_deref().unwrap_or_default())) } " " bdi { (line(&parent.id)) } ": "
            bdi { (excerpt(&parent.text, 100)) }
        }
    }
}

/// The colour class of a stance's class.
fn kind(class: &str) -> &'static str {
    match class.to_lowercase().as_str() {
        "favor" | "favour" | "for" | "support" => "favor",
        "against" | "oppose" => "against",
        _ => "other",
    }
}

fn badge(class: &str) -> String {
    format!("badge {}", kind(class))
}

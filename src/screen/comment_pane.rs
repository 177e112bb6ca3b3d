//! The comment that lies before the reviewer, with everything around it.

use crate::queue::comment_view::{Brief, CommentView};
use crate::queue::date;
use crate::queue::error::ReviewError;
use crate::queue::scored::Score;
use crate::queue::store::Store;
use crate::report::columns;
use crate::report::columns::cell_excerpt;
use crate::report::sanitize::cell_line;
use crate::screen::draft::Draft;
use crate::screen::layout::{Anchor, Layout};
use crate::screen::options::Words;
use crate::screen::reasons;
use crate::screen::reasons::Reason;
use crate::screen::tone::Tone;

/// At most this many replies to the same comment are shown,
const SIBLINGS: usize = 4;
/// this many decisions on the author's other comments,
const EARLIER: usize = 5;
/// this many characters of other texts,
const EXCERPT: usize = 600;
/// and this many reasons for a label.
const NAMED: usize = 6;

/// A comment, its surroundings, and the decision that is being made.
#[derive(Clone, Debug)]
pub(crate) struct CommentPane {
    pub(crate) view: CommentView,
    /// The model's scores, whatever was learnt from the thread.
    pub(crate) own_scores: Vec<(String, Score)>,
    pub(crate) draft: Draft,
    /// The text and its reasons.
    pub(crate) text: Layout,
    /// What is around it.
    pub(crate) beside: Layout,
    /// Both, if there is no room side by side.
    pub(crate) whole: Layout,
    pub(crate) scroll: Anchor,
    pub(crate) scroll_beside: Anchor,
}

impl CommentPane {
    /// A comment with its surroundings, and with its model's scores.
    pub(crate) fn load(
        store: &Store,
        (view, own_scores): (CommentView, Vec<(String, Score)>),
        reviewer: &str,
        words: &Words,
    ) -> Result<Self, ReviewError> {
        let comment = view.id;
        let around = Around {
            parent: store.parent(comment)?,
            siblings: store.siblings(comment, SIBLINGS)?,
            earlier: store.by_same_author(comment, EARLIER)?,
        };
        let draft = Draft::new(&view, reviewer);
        Ok(Self::new((view, own_scores), draft, &around, words))
    }

    fn new(
        (view, own_scores): (CommentView, Vec<(String, Score)>),
        draft: Draft,
        around: &Around,
        words: &Words,
    ) -> Self {
        let (reasons, unreadable) = reasons::of(&view).map_or_else(|| (Vec::new(), true), |reasons| (reasons, false));
        let mut text = Layout::default();
        let marked: Vec<(usize, usize, Tone)> = reasons::shaded(&view, &reasons)
            .into_iter()
            .map(|(begin, end, shade)| (begin, end, Tone::from(shade)))
            .collect();
        text.text(0, &view.text, &marked);
        because(&mut text, &view, &reasons);
        learnt(&mut text, &view);
        if unreadable {
            text.gap();
            text.say(0, Tone::Bad, "the reasons stored with this comment cannot be read");
        }
        let mut beside = Layout::default();
        said(&mut beside, &view, words);
        around.write(&mut beside, &view, words);
        let (model, hash) = &view.model;
        let hash: String = hash.chars().take(12).collect();
        beside.gap();
        beside.say(0, Tone::Dim, &format!("scored by {model} ({hash})"));
        let mut whole = text.clone();
        whole.gap();
        whole.append(&beside);
        Self {
            view,
            own_scores,
            draft,
            text,
            beside,
            whole,
            scroll: Anchor::default(),
            scroll_beside: Anchor::default(),
        }
    }
}

/// The reasons, label by label, those that need a person first.
fn because(layout: &mut Layout, view: &CommentView, reasons: &[Reason]) {
    let mut labels: Vec<&String> = view.scores.iter().map(|(label, _)| label).collect();
    labels.sort_by_key(|label| !reasons::calls(view, label));
    let mut first = true;
    for label in labels {
        let own: Vec<&Reason> = reasons.iter().filter(|reason| reason.label == *label).take(NAMED).collect();
        if own.is_empty() {
            continue;
        }
        if first {
            layout.gap();
            first = false;
        }
        let tone = if reasons::calls(view, label) { Tone::Raised } else { Tone::Dim };
        let class = own.iter().find_map(|reason| reason.class.as_ref());
        let head = class.map_or_else(|| label.clone(), |class| format!("{label} {class}"));
        let named: Vec<String> = own.iter().map(|reason| named(reason)).collect();
        layout.push(0, vec![(head, tone), (format!(" because {}", named.join(", ")), Tone::Plain)]);
    }
}

/// Which labels are not as the model says, and why.
fn learnt(layout: &mut Layout, view: &CommentView) {
    let Some(learnt) = &view.learnt else { return };
    let labels: Vec<&str> = learnt.scores.iter().map(|(label, _)| label.as_str()).collect();
    layout.gap();
    let said = format!("{} learnt from {} decided comments of this thread", labels.join(", "), learnt.from);
    layout.say(0, Tone::Dim, &said);
}

fn named(reason: &Reason) -> String {
    match &reason.text {
        Some(text) => format!("“{}” {:+.1}", cell_excerpt(text, 40), reason.share),
        None => format!("{} {:+.1}", reason.feature, reason.share),
    }
}

/// Reviewers' notes.
fn said(layout: &mut Layout, view: &CommentView, words: &Words) {
    for past in &view.decisions {
        let head = format!("{}, {}: ", past.reviewer, when(past.at));
        layout
            .push(0, vec![("decided ".to_owned(), Tone::Good), (head + &words.describe(&past.decision), Tone::Plain)]);
    }
    for note in &view.notes {
        let head = format!("note by {}, {}: ", note.reviewer, when(note.at));
        layout.push(0, vec![(head, Tone::Bold), (note.text.replace('\n', " "), Tone::Plain)]);
    }
    if !view.decisions.is_empty() || !view.notes.is_empty() {
        layout.gap();
    }
}

struct Around {
    parent: Option<Brief>,
    siblings: Vec<Brief>,
    earlier: Vec<Brief>,
}

impl Around {
    fn write(&self, layout: &mut Layout, view: &CommentView, words: &Words) {
        match (&self.parent, &view.parent_id) {
            (Some(parent), _) => {
                layout.push(0, vec![("answers ".to_owned(), Tone::Dim), (author(parent), Tone::Bold)]);
                layout.text(2, &beginning(&parent.text), &[]);
                layout.gap();
            }
            (None, Some(parent)) => {
                layout.say(0, Tone::Dim, &format!("answers {parent}, which is missing"));
                layout.gap();
            }
            (None, None) => {}
        }
        let title = view.article.title.as_deref().unwrap_or("without a title");
        layout.push(0, vec![("article ".to_owned(), Tone::Dim), (title.to_owned(), Tone::Bold)]);
        if let Some(text) = view.article.text.as_deref().filter(|text| !text.trim().is_empty()) {
            layout.text(2, &beginning(text), &[]);
        }
        if let Some(url) = &view.article.url {
            layout.say(2, Tone::Dim, url);
        }
        let head = if self.parent.is_some() { "other answers to it" } else { "other top-level comments" };
        list(layout, head, &self.siblings, |brief| author(brief) + ": ", words);
        let head = match &view.author {
            Some(author) => format!("decided comments by {author}"),
            None => "decided comments by the same author".to_owned(),
        };
        list(layout, &head, &self.earlier, |_| String::new(), words);
    }
}

fn list(layout: &mut Layout, head: &str, briefs: &[Brief], begin: impl Fn(&Brief) -> String, words: &Words) {
    if briefs.is_empty() {
        return;
    }
    layout.gap();
    layout.say(0, Tone::Dim, head);
    for brief in briefs {
        let mut runs = vec![(begin(brief), Tone::Bold)];
        if let Some(decision) = &brief.decision {
            runs.push((format!("[{}] ", words.describe(decision)), Tone::Good));
        }
        runs.push((cell_excerpt(&brief.text, 110), Tone::Plain));
        layout.push(2, runs);
    }
}

fn author(brief: &Brief) -> String {
    let name = brief.author.as_deref().filter(|name| !name.trim().is_empty());
    name.unwrap_or(&brief.source_id).trim().to_owned()
}

fn beginning(text: &str) -> String {
    let mut begin: String = text.chars().take(EXCERPT).collect();
    if begin.len() < text.len() {
        begin.truncate(begin.trim_end().len());
        begin.push('…');
    }
    begin
}

/// `2026-11-25 02:00`, in UTC.
pub(crate) fn when(ms: i64) -> String {
    date::iso(ms).replace('T', " ").chars().take(16).collect()
}

/// The same for a time as a source writes it; unchanged if it is not a time.
pub(crate) fn written(created_at: &str) -> String {
    date::parse(created_at).map_or_else(|| columns::cut(&cell_line(created_at), 20), when)
}

/// How long ago, in a word.
pub(crate) fn age(created_at: Option<&str>, now: i64) -> String {
    let Some(then) = created_at.and_then(date::parse) else { return String::new() };
    let minutes = (now - then).max(0) / 60_000;
    match minutes {
        0..60 => format!("{minutes} min"),
        60..1_440 => format!("{} h", minutes / 60),
        1_440..525_600 => format!("{} d", minutes / 1_440),
        _ => format!("{} y", minutes / 525_600),
    }
}

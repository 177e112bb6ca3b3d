//! The lines of the queue.

use crate::report::columns::cell_excerpt;
use crate::screen::draw::cell::padded;
use ratatui::layout::Rect;

use crate::queue::scored::Score;
use crate::queue::severity::Costs;
use crate::queue::state::{Selection, State};
use crate::report::columns::columns;
use crate::screen::app::App;
use crate::screen::comment_pane::age;
use crate::screen::layout::{Line, Piece};
use crate::screen::paint::Canvas;
use crate::screen::queue_list::Entry;
use crate::screen::tone::Tone;

impl App {
    pub(crate) fn draw_list(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let height = usize::from(area.height);
        // The current line is in the first third, so that the next ones are visible.
        let top = self.list.at.saturating_sub(height / 3);
        let top = top.min(self.list.entries.len().saturating_sub(height));
        let shown = self.list.entries.iter().enumerate().skip(top).take(height);
        for (row, (place, entry)) in shown.enumerate() {
            canvas.line(area, row as u16, &self.entry_line(entry, usize::from(area.width)));
            if place == self.list.at {
                canvas.choose(area, row as u16);
            }
        }
        let after = self.list.entries.len() - top.min(self.list.entries.len());
        if after < height && self.list.loading {
            canvas.line(area, after as u16, &[("looking …".to_owned(), Tone::Dim)]);
        }
    }

    fn entry_line(&self, entry: &Entry, width: usize) -> Line {
        let item = &entry.item;
        // If the comment is next to the list, the list need not contain its beginning.
        let narrow = width < 60;
        let room = if narrow { 12 } else { 15 };
        let mut line = vec![sign(entry)];
        if let Some(done) = &entry.done {
            line.push((padded(done, room + 5), Tone::Good));
        } else {
            let learnt = self.thread_learning.learnt.get(item.id).filter(|_| item.state == State::Open);
            let mut scores = item.scores.clone();
            learnt.iter().for_each(|learnt| learnt.overlay(&mut scores));
            let (p, label, tone) = strongest(&scores, self.store.costs());
            line.push((p, tone));
            line.push((padded(&label, room), tone));
        }
        line.push((padded(&age(entry.time.as_deref(), self.now), 6), Tone::Dim));
        let author = item.author.as_deref().unwrap_or("–");
        let left = width.saturating_sub(line.iter().map(|(text, _)| columns(text)).sum());
        let name = if narrow { left } else { left.min(16) };
        line.push((padded(author, name), Tone::Plain));
        line.push((cell_excerpt(&item.excerpt, left - name), Tone::Dim));
        line
    }
}

/// Its state, or why it is here.
fn sign(entry: &Entry) -> Piece {
    let item = &entry.item;
    match (item.state, item.way) {
        _ if entry.done.is_some() => ("✓ ".to_owned(), Tone::Good),
        (State::Done, _) => ("✓ ".to_owned(), Tone::Good),
        (State::Escalated, _) => ("! ".to_owned(), Tone::Bad),
        (State::Purged, _) => ("× ".to_owned(), Tone::Dim),
        (State::Open, Selection::AuditSample) => ("○ ".to_owned(), Tone::Dim),
        (State::Open, Selection::Asked) => ("· ".to_owned(), Tone::Dim),
        (State::Open, Selection::Flagged) if raised(&item.scores).next().is_some() => ("▲ ".to_owned(), Tone::Raised),
        (State::Open, Selection::Flagged) => ("? ".to_owned(), Tone::Unsure),
    }
}

fn raised(scores: &[(String, Score)]) -> impl Iterator<Item = &(String, Score)> {
    scores.iter().filter(|(_, score)| matches!(score, Score::Flag { raised: true, .. }))
}

/// Of the flags that need a person, the costliest to miss; without any, the one furthest above its threshold; and how
/// many others are raised.
fn strongest(scores: &[(String, Score)], costs: &Costs) -> (String, String, Tone) {
    let above = |score: &Score| match score {
        Score::Flag { p, threshold, .. } => f64::from(p - threshold),
        Score::Stance { .. } => f64::MIN,
    };
    let weight = |(label, score): &&(String, Score)| {
        if score.calls() { (true, costs.expected(label, score)) } else { (false, above(score)) }
    };
    let heavier = |a: &(bool, f64), b: &(bool, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    let Some((label, score)) = scores.iter().max_by(|a, b| heavier(&weight(a), &weight(b))) else {
        return (padded("", 5), String::new(), Tone::Dim);
    };
    let others = raised(scores).count().saturating_sub(1);
    let label = if others > 0 { format!("{} +{others}", cell_excerpt(label, 12)) } else { label.clone() };
    let tone = match score {
        Score::Flag { raised: true, .. } => Tone::Raised,
        Score::Flag { unsure: true, .. } => Tone::Unsure,
        _ => Tone::Dim,
    };
    (format!("{:>4} ", crate::screen::draw::cell::percent(score.p())), label, tone)
}

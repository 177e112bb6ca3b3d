//! The current comment: its text, its labels, its surroundings.

use crate::report::columns::cell_excerpt;
use crate::screen::draw::cell::percent;
use ratatui::layout::Rect;

use crate::model::verdict::Why;
use crate::queue::learnt::LearntComment;
use crate::queue::scored::Score;
use crate::queue::state::{Selection, State};
use crate::report::columns::columns;
use crate::screen::app::{App, Room};
use crate::screen::comment_pane::{CommentPane, written};
use crate::screen::draft::{Draft, Open};
use crate::screen::draw::cell::padded;
use crate::screen::draw::{LIST, WIDE, split_bottom, split_left, split_top};
use crate::screen::form::describe;
use crate::screen::keymap::Command;
use crate::screen::layout::{Anchor, Layout, Line, Piece};
use crate::screen::options::answered;
use crate::screen::paint::Canvas;
use crate::screen::tone::Tone;

/// More labels than this are in two columns, if there is room.
const MANY: usize = 4;
/// Each so wide.
const COLUMN: usize = 39;
/// This many lines of the text have priority over labels.
const LINES: u16 = 3;
/// A line with everything on it is so wide.
const WHOLE: usize = 48;

impl App {
    pub(crate) fn draw_queue(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if area.width >= WIDE {
            let (list, line, rest) = split_left(area, (area.width / 4).max(34));
            canvas.side(line, area);
            self.draw_list(canvas, list);
            let (text, line, beside) = split_left(rest, rest.width / 2);
            canvas.side(line, area);
            self.draw_comment(canvas, text, Some(beside));
        } else {
            let (list, view) = split_top(area, LIST.min(area.height / 4));
            self.draw_list(canvas, list);
            self.draw_comment(canvas, view, None);
        }
    }

    fn draw_comment(&self, canvas: &mut Canvas<'_>, area: Rect, beside: Option<Rect>) {
        let Some(pane) = &self.list.pane else {
            return self.draw_nothing(canvas, area);
        };
        let (head, rest) = split_top(area, 1);
        canvas.rule(head, &title(pane, head.width));
        let mut labels = self.labels(pane, beside.unwrap_or(area).width.into(), beside.is_none());
        let room = beside.map_or(rest.height.saturating_sub(LINES), |beside| beside.height.saturating_sub(1));
        let cut = labels.len() > usize::from(room);
        if let (Some(last), true) = (labels.iter_mut().take(room.into()).last(), cut) {
            *last = vec![("… more labels: enlarge the window to see them".to_owned(), Tone::Bad)];
        }
        let (text, layout, around) = if let Some(beside) = beside {
            let (top, around) = split_top(beside, labels.len() as u16 + 1);
            canvas.lines(top, &labels);
            self.draw_layout(canvas, around, &pane.beside, pane.scroll_beside);
            (rest, &pane.text, Some((around.width.into(), around.height.into())))
        } else {
            let (text, bottom) = split_bottom(rest, (labels.len() as u16).min(rest.height.saturating_sub(LINES)));
            canvas.lines(bottom, &labels);
            (text, &pane.whole, None)
        };
        let (width, height) = (text.width.into(), text.height.into());
        self.room.set(Room { width, height, lines: 0, beside: around, cut });
        self.draw_layout(canvas, text, layout, pane.scroll);
    }

    /// A window of a text, with a hint that it continues.
    fn draw_layout(&self, canvas: &mut Canvas<'_>, area: Rect, layout: &Layout, scroll: Anchor) {
        let (width, height) = (area.width.into(), area.height.into());
        canvas.lines(area, &layout.lines(scroll, width, height));
        if !layout.ends(scroll, width, height) && area.height > 0 {
            let key = self.options.keymap.shown(Command::PageDown);
            let more = format!("{} more", cell_excerpt(&key, 6));
            let width = (more.chars().count() as u16).min(area.width);
            let corner = Rect { x: area.right() - width, y: area.bottom() - 1, width, height: 1 };
            canvas.line(corner, 0, &[(more, Tone::Dim)]);
        }
    }

    fn draw_nothing(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let filter = self.options.keymap.shown(Command::Filter);
        let lines = if self.list.loading {
            vec![vec![("looking …".to_owned(), Tone::Dim)]]
        } else {
            let here = match self.held() {
                Some(held) => format!("nothing is free: {held}"),
                None => format!("nothing waits for you here: {}", describe(&self.search.filter)),
            };
            let refresh = self.options.keymap.shown(Command::Refresh);
            let mut layout = Layout::default();
            layout.gap();
            layout.say(0, Tone::Bold, &here);
            if let Some(skipped) = self.skipped() {
                layout.say(0, Tone::Plain, &skipped);
            }
            layout.say(0, Tone::Plain, &format!("{filter} changes the filter, {refresh} refreshes"));
            layout.lines(Anchor::default(), area.width.into(), area.height.into())
        };
        canvas.lines(area, &lines);
    }

    /// A line for each label; where there are many, two of them side by side if they may.
    fn labels(&self, pane: &CommentPane, width: usize, may_pair: bool) -> Vec<Line> {
        let answers = &pane.draft.answers;
        let many = answers.len() > MANY;
        let short = many || width < WHOLE;
        let lines: Vec<Line> =
            (answers.iter().enumerate()).map(|(place, open)| self.label_line(pane, place, open, short)).collect();
        if !many || !may_pair || width < 2 * COLUMN {
            return lines;
        }
        let (left, right) = lines.split_at(lines.len().div_ceil(2));
        let rights = right.iter().cloned().map(Some).chain(std::iter::repeat(None));
        left.iter().cloned().zip(rights).map(|(left, right)| side_by_side(left, right.unwrap_or_default())).collect()
    }

    /// The key that answers a label; a point where its turn is another time.
    pub(crate) fn label_key(&self, draft: &Draft, place: usize) -> String {
        let key = draft.number(place).map(|number| self.options.keymap.shown(Command::Label(number)));
        key.unwrap_or_else(|| "·".to_owned())
    }

    /// `1 [yes] toxicity       93 % ████████│█░ ≥50 %`: the answer comes first, where it is never cut off.
    fn label_line(&self, pane: &CommentPane, place: usize, open: &Open, short: bool) -> Line {
        let key = self.label_key(&pane.draft, place);
        let score = pane.view.scores.get(place).map(|(_, score)| score);
        let (answer, label) = match short {
            false => (10, 13),
            true if open.is_stance() => (10, 10),
            true => (6, 14),
        };
        let mut line = vec![(padded(&key, 2), Tone::Bold), said(open, answer)];
        line.push((padded(&open.label, label), tone_of(score)));
        let is_learnt = |learnt: &LearntComment| learnt.scores.iter().any(|(label, _)| *label == open.label);
        let mark = if pane.view.learnt.as_ref().is_some_and(is_learnt) { "≈" } else { "" };
        match score {
            Some(Score::Flag { p, threshold, .. }) => {
                line.push((format!("{:>4} ", percent(*p)), tone_of(score)));
                line.extend(bar(*p, *threshold, tone_of(score)));
                let bound = if *threshold > 1.0 { "never".to_owned() } else { format!("≥{}", percent(*threshold)) };
                if !short {
                    line.push((format!(" {bound}"), Tone::Dim));
                }
            }
            Some(score @ Score::Stance { class: Some(class), .. }) => {
                line.push((format!("{:>4} ", percent(score.p())), Tone::Plain));
                if !short {
                    line.extend(bar(score.p(), 2.0, Tone::Plain));
                    line.push((" ".to_owned(), Tone::Plain));
                }
                line.push((format!("{mark}{}", cell_excerpt(class, 10)), Tone::Plain));
            }
            // No class is hinted at where none is given.
            Some(Score::Stance { class: None, why, .. }) => {
                line.push((format!("{:>4} ", "–"), Tone::Dim));
                if !short {
                    line.extend(bar(0.0, 2.0, Tone::Plain));
                    line.push((" ".to_owned(), Tone::Plain));
                }
                line.push(match why {
                    Some(Why::Unsure) => (format!("{mark}unsure"), Tone::Unsure),
                    Some(Why::NoTarget) => ("no target".to_owned(), Tone::Dim),
                    _ => ("?".to_owned(), Tone::Plain),
                });
            }
            None => {}
        }
        line
    }
}

fn side_by_side(mut left: Line, right: Line) -> Line {
    let used: usize = left.iter().map(|(text, _)| columns(text)).sum();
    left.push((" ".repeat(COLUMN.saturating_sub(used)), Tone::Plain));
    left.extend(right);
    left
}

/// The answer that a decision would take, marked where it is the reviewer's own.
fn said(open: &Open, width: usize) -> Piece {
    let room = width.saturating_sub(3);
    let answer = open.answer.as_ref().map_or("–".to_owned(), |answer| cell_excerpt(answered(answer), room));
    let tone = if open.answer.is_some() { Tone::Bold } else { Tone::Dim };
    let (begin, end) = if open.own { ("<", ">") } else { ("[", "]") };
    (padded(&format!("{begin}{answer}{end}"), width), tone)
}

/// Author, time, id, and why it is here.
fn title(pane: &CommentPane, width: u16) -> Line {
    let view = &pane.view;
    let room = usize::from(width) / 3;
    let mut line = Line::new();
    let author = view.author.as_deref().filter(|author| !author.trim().is_empty()).unwrap_or("–");
    line.push((cell_excerpt(author, room.min(24)), Tone::Bold));
    if let Some(created_at) = &view.created_at {
        line.push((format!(" · {}", written(created_at)), Tone::Dim));
    }
    let (came, tone) = match (view.state, view.way) {
        (State::Open, Selection::Flagged) => ("flagged", Tone::Raised),
        (State::Open, Selection::AuditSample) => ("audit sample", Tone::Plain),
        (State::Open, Selection::Asked) => ("asked for", Tone::Plain),
        (state, _) => (state.name(), Tone::Good),
    };
    line.push((" · ".to_owned(), Tone::Dim));
    line.push((came.to_owned(), tone));
    if view.seats > 1 {
        line.push((" · two reviewers".to_owned(), Tone::Dim));
    }
    line.push((format!(" · {}", cell_excerpt(&view.source_id, room.min(20))), Tone::Dim));
    line
}

fn tone_of(score: Option<&Score>) -> Tone {
    match score {
        Some(Score::Flag { raised: true, .. }) => Tone::Raised,
        Some(Score::Flag { unsure: true, .. }) => Tone::Unsure,
        _ => Tone::Plain,
    }
}

/// Ten columns, filled to `p`, with a mark at the threshold if that is within.
fn bar(p: f32, threshold: f32, tone: Tone) -> Line {
    let place = |share: f32| ((share.clamp(0.0, 1.0) * 10.0).round() as usize).min(10);
    let (filled, mark) = (place(p), place(threshold).min(9));
    (0..10)
        .map(|column| match column {
            _ if column == mark && threshold <= 1.0 => ("│".to_owned(), Tone::Bold),
            _ if column < filled => ("█".to_owned(), tone),
            _ => ("░".to_owned(), Tone::Dim),
        })
        .collect()
}

//! The screen: a line of counts, the current page, a line for messages, a line of keys.

pub(crate) mod cell;
pub(crate) mod comment;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod pages;
pub(crate) mod thread;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::report::columns::cell_excerpt;
use crate::report::columns::{columns, cut};
use crate::report::sanitize::cell_line;
use crate::screen::app::{App, LEAST, Message, Mode, Room};
use crate::screen::field::Field;
use crate::screen::form::describe;
use crate::screen::keymap::Command;
use crate::screen::layout::{Anchor, Layout, Line};
use crate::screen::paint::{Canvas, Palette};
use crate::screen::retraining::Progress;
use crate::screen::tone::Tone;

/// A message has at most this many lines.
const MESSAGE: usize = 3;
/// From this many columns on, list, comment and surroundings are side by side.
const WIDE: u16 = 120;
/// The list above the comment has this many lines, if there is room.
const LIST: u16 = 5;

impl App {
    /// Draws all of it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let cursor = self.paint(frame.buffer_mut(), area);
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    }

    /// Gives where the cursor is, if text is typed.
    fn paint(&self, buffer: &mut Buffer, area: Rect) -> Option<Position> {
        let mut canvas = Canvas { buffer, palette: Palette { colour: self.options.colour } };
        self.is_cramped.set(area.width < LEAST.0 || area.height < LEAST.1);
        if self.is_cramped.get() {
            self.draw_cramped(&mut canvas, area);
            return None;
        }
        let (head, rest) = split_top(area, 1);
        let (rest, keys) = split_bottom(rest, 1);
        let said = self.message_lines(rest.width);
        let (page, message) = split_bottom(rest, said.len().max(1) as u16);
        canvas.line(head, 0, &self.head());
        canvas.choose(head, 0);
        canvas.line(keys, 0, &self.keys(keys.width));
        let mut cursor = None;
        match &self.mode {
            Mode::List => self.draw_queue(&mut canvas, page),
            Mode::Note(field) => {
                self.draw_queue(&mut canvas, page);
                cursor = Some(draw_field(&mut canvas, message, "note: ", field));
            }
            Mode::Thread(thread) => self.draw_thread(&mut canvas, page, thread),
            Mode::Filter(form) => cursor = self.draw_form(&mut canvas, page, form),
            Mode::Batch(batch) => self.draw_batch(&mut canvas, page, batch),
            Mode::Dashboard(top) => self.draw_page(&mut canvas, page, &self.dashboard.lines(), *top),
            Mode::Help(top) => self.draw_page(&mut canvas, page, &self.help(), *top),
            Mode::Learn(candidate) => self.draw_learn(&mut canvas, page, candidate),
        }
        canvas.lines(message, &said);
        cursor
    }

    /// The text in a window that is too small for a comment.
    fn draw_cramped(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let quit = self.options.keymap.shown(Command::Quit);
        let text = format!(
            "Too small: {} x {}. Comments and their keys need at least {} x {}; at this size only {quit} (quit) works.",
            area.width, area.height, LEAST.0, LEAST.1
        );
        let mut layout = Layout::default();
        layout.say(0, Tone::Bold, &text);
        canvas.lines(area, &layout.lines(Anchor::default(), area.width.into(), area.height.into()));
    }

    /// The message, whole if it fits on a few lines. A note being typed takes its place.
    fn message_lines(&self, width: u16) -> Vec<Line> {
        let (Some(Message { text, is_bad }), false) = (&self.message, matches!(self.mode, Mode::Note(_))) else {
            return Vec::new();
        };
        let tone = if *is_bad { Tone::Bad } else { Tone::Good };
        let mut layout = Layout::default();
        layout.say(0, tone, text);
        layout.lines(Anchor::default(), width.into(), MESSAGE)
    }

    /// Reviewer, number of comments, progress of the model, filter.
    fn head(&self) -> Line {
        let mut parts = vec![cell_excerpt(&self.options.reviewer, 20)];
        parts.push(match self.count {
            Some(count) => format!("{count} waiting"),
            None => "counting …".to_owned(),
        });
        if self.decided > 0 {
            parts.push(format!("{} decided", self.decided));
        }
        match &self.progress {
            Progress::Running { seconds } => parts.push(format!("learning {seconds:.0} s")),
            Progress::Ready(_) => {
                parts.push(format!("new model: {}", self.options.keymap.shown(Command::Learn)));
            }
            Progress::Scoring { of: 0, .. } => parts.push("the new model is saved".to_owned()),
            Progress::Scoring { done, of } => parts.push(format!("rescored {done} of {of}")),
            Progress::Idle | Progress::Scored(_) | Progress::Failed(_) => {}
        }
        // In a narrow window the end is cut off, and a filter may be long.
        parts.push(format!("{} · {}", filter_excerpt(&self.search.filter), self.search.order));
        vec![(format!(" ombud review │ {} ", parts.join(" │ ")), Tone::Bold)]
    }

    /// The keys of the current page and what they do, and last the one that shows the others or goes back.
    fn page_keys(&self) -> (Vec<(String, String)>, (String, String)) {
        let words = &self.options.words;
        let key = |command: Command, does: &str| (self.options.keymap.shown(command), does.to_owned());
        let fixed = |key: &str, does: &str| (key.to_owned(), does.to_owned());
        match &self.mode {
            Mode::List => (
                vec![
                    key(Command::Approve, &words.approve),
                    key(Command::Reject, &words.reject),
                    key(Command::Escalate, &words.escalate),
                    key(Command::Save, "labels only"),
                    key(Command::Skip, "skip"),
                    key(Command::Undo, "undo"),
                    key(Command::Next, "next"),
                    key(Command::Note, "note"),
                    key(Command::Thread, "thread"),
                    key(Command::Filter, "filter"),
                    key(Command::Order, "order"),
                    key(Command::Batch, "batch"),
                    key(Command::Dashboard, "figures"),
                    key(Command::Learn, "learn"),
                    key(Command::Quit, "quit"),
                ],
                key(Command::Help, "keys"),
            ),
            Mode::Note(_) => (vec![fixed("Enter", "save the note")], fixed("Esc", "cancel")),
            Mode::Filter(_) => (
                vec![
                    fixed("Enter", "apply"),
                    fixed("↑ ↓", "field"),
                    fixed("← →", "choose"),
                    fixed("Space", "mark"),
                    fixed("Backspace", "clear"),
                ],
                fixed("Esc", "cancel"),
            ),
            Mode::Thread(_) => (
                vec![
                    key(Command::Next, "next"),
                    key(Command::Previous, "previous"),
                    key(Command::Save, "review this one"),
                ],
                fixed("Esc", "back"),
            ),
            Mode::Batch(_) => (
                vec![
                    key(Command::Approve, &words.approve),
                    key(Command::Reject, &words.reject),
                    key(Command::Escalate, &words.escalate),
                    fixed("1-9", "labels"),
                    key(Command::Save, "decide"),
                ],
                fixed("Esc", "back"),
            ),
            Mode::Dashboard(_) | Mode::Help(_) => {
                (vec![key(Command::Next, "down"), key(Command::Previous, "up")], fixed("Esc", "back"))
            }
            Mode::Learn(_) => (vec![fixed("y", "use the new model"), fixed("n", "discard it")], fixed("Esc", "later")),
        }
    }

    /// The keys of the page that is up, as many as there is room for, and always the last.
    fn keys(&self, width: u16) -> Line {
        let (keys, last) = self.page_keys();
        let hint = |(key, does): (String, String)| (key, format!(" {}  ", cell_excerpt(&does, 20)));
        let wide = |(key, does): &(String, String)| columns(key) + columns(does);
        let last = hint(last);
        // The two spaces at the end may be cut off.
        let mut left = (usize::from(width) + 2).saturating_sub(wide(&last));
        let mut line = Line::new();
        let fits = keys.into_iter().map(hint).take_while(|key| {
            let fits = wide(key) <= left;
            left = left.saturating_sub(wide(key));
            fits
        });
        for (key, does) in fits.collect::<Vec<_>>().into_iter().chain([last]) {
            line.push((key, Tone::Bold));
            line.push((does, Tone::Dim));
        }
        line
    }

    /// Lines from `top`, as far as there are any.
    fn draw_page(&self, canvas: &mut Canvas<'_>, area: Rect, lines: &[Line], top: usize) {
        let (width, height) = (area.width.into(), area.height.into());
        self.room.set(Room { width, height, lines: lines.len(), ..self.room.get() });
        let top = top.min(lines.len().saturating_sub(area.height.into()));
        canvas.lines(area, lines.get(top..).unwrap_or_default());
        if top + usize::from(area.height) < lines.len() && area.height > 0 {
            let more =
                Rect { y: area.bottom() - 1, height: 1, x: area.right().saturating_sub(8), width: 8.min(area.width) };
            canvas.line(more, 0, &[("↓ more".to_owned(), Tone::Dim)]);
        }
    }
}

fn filter_excerpt(filter: &crate::queue::filter::Filter) -> String {
    cell_excerpt(&describe(filter), 50)
}

/// A line that is typed in, with its name. Gives where the cursor is.
fn draw_field(canvas: &mut Canvas<'_>, area: Rect, name: &str, field: &Field) -> Position {
    let plain = canvas.palette.style(Tone::Plain);
    let begin = canvas.put(area.x, area.y, area.right(), name, canvas.palette.style(Tone::Bold));
    let room = usize::from(area.right().saturating_sub(begin)).saturating_sub(1);
    // The text before the cursor is cut at its front, because its end is being typed.
    let before = cell_line(&field.before());
    let shown = if columns(&before) > room { crate::report::columns::ending(&before, room) } else { before };
    let at = canvas.put(begin, area.y, area.right(), &shown, plain);
    let after = cell_line(&field.after());
    canvas.put(at, area.y, area.right(), &cut(&after, usize::from(area.right().saturating_sub(at))), plain);
    Position { x: at.min(area.right().saturating_sub(1)), y: area.y }
}

/// The first rows of an area, and the others.
fn split_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    (Rect { height: rows, ..area }, Rect { y: area.y + rows, height: area.height - rows, ..area })
}

/// The other rows of an area, and the last.
fn split_bottom(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let (top, bottom) = split_top(area, area.height - rows);
    (top, bottom)
}

/// The first columns of an area, a column for a line, and the others.
fn split_left(area: Rect, columns: u16) -> (Rect, u16, Rect) {
    let columns = columns.min(area.width);
    let left = Rect { width: columns, ..area };
    let line = area.x + columns;
    let x = (line + 2).min(area.right());
    (left, line, Rect { x, width: area.right() - x, ..area })
}

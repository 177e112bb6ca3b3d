//! The thread: a line for each comment, indented as it answers, and below the one that is looked at.

use ratatui::layout::Rect;

use crate::queue::state::State;
use crate::report::visible::columns;
use crate::screen::app::{App, Room};
use crate::screen::comment_pane::written;
use crate::screen::draw::{split_bottom, split_top};
use crate::screen::layout::{Anchor, Layout, Line};
use crate::screen::lookup::InThread;
use crate::screen::paint::Canvas;
use crate::screen::safe;
use crate::screen::thread_page::ThreadPage;
use crate::screen::tone::Tone;

/// Deeper replies stand no further in.
const LEVELS: usize = 12;

impl App {
    pub(crate) fn draw_thread(&self, canvas: &mut Canvas<'_>, area: Rect, reading: &ThreadPage) {
        let (tree, below) = split_bottom(area, area.height / 3);
        let height = usize::from(tree.height);
        self.room.set(Room { width: tree.width.into(), height, ..Room::default() });
        let top = reading.at.saturating_sub(height / 2).min(reading.lines.len().saturating_sub(height));
        for (row, (place, (depth, one))) in reading.lines.iter().enumerate().skip(top).take(height).enumerate() {
            let line = self.thread_line(*depth, one, one.id == reading.current, tree.width.into());
            canvas.line(tree, row as u16, &line);
            if place == reading.at {
                canvas.choose(tree, row as u16);
            }
        }
        let Some((_, one)) = reading.lines.get(reading.at) else { return };
        let (head, text) = split_top(below, 1);
        let mut words = vec![(safe::excerpt(author(one), 24), Tone::Bold)];
        if let Some(created_at) = &one.comment.created_at {
            words.push((format!(" · {}", written(created_at)), Tone::Dim));
        }
        let of = format!(" · {} of {}", reading.at + 1, reading.lines.len());
        words.push((of + if reading.cut { " and more" } else { "" }, Tone::Dim));
        canvas.rule(head, &words);
        let mut doc = Layout::default();
        doc.text(0, &one.comment.text, &[]);
        canvas.lines(text, &doc.lines(Anchor::default(), text.width.into(), text.height.into()));
    }

    fn thread_line(&self, depth: usize, one: &InThread, is_current: bool, width: usize) -> Line {
        let mut line = vec![if is_current { ("▸ ".to_owned(), Tone::Bold) } else { ("  ".to_owned(), Tone::Plain) }];
        line.push(("│ ".repeat(depth.min(LEVELS).min(width / 6)), Tone::Dim));
        line.push(match one.state {
            State::Open => ("  ".to_owned(), Tone::Plain),
            State::Done => ("✓ ".to_owned(), Tone::Good),
            State::Escalated => ("! ".to_owned(), Tone::Bad),
            State::Purged => ("× ".to_owned(), Tone::Dim),
        });
        line.push((safe::excerpt(author(one), 20) + " ", Tone::Bold));
        if let Some(decision) = &one.decision {
            line.push((format!("[{}] ", safe::excerpt(&self.options.words.told(decision), 24)), Tone::Good));
        }
        let used: usize = line.iter().map(|(text, _)| columns(text)).sum();
        line.push((safe::excerpt(&one.comment.text, width.saturating_sub(used)), Tone::Plain));
        line
    }
}

fn author(one: &InThread) -> &str {
    one.comment.author.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&one.comment.id)
}

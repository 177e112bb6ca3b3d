//! The thread: a line for each comment, indented like its replies, and below it the selected one.

use ratatui::layout::Rect;

use crate::queue::scored::Score;
use crate::queue::state::State;
use crate::queue::thread_view::ThreadComment;
use crate::report::columns::cell_excerpt;
use crate::report::columns::columns;
use crate::screen::app::{App, Room};
use crate::screen::comment_pane::written;
use crate::screen::draw::cell::percent;
use crate::screen::draw::{split_bottom, split_top};
use crate::screen::layout::{Anchor, Layout, Line};
use crate::screen::paint::Canvas;
use crate::screen::thread_page::ThreadPage;
use crate::screen::tone::Tone;

/// Deeper replies are not indented further.
const LEVELS: usize = 12;

impl App {
    pub(crate) fn draw_thread(&self, canvas: &mut Canvas<'_>, area: Rect, thread: &ThreadPage) {
        let (tree, below) = split_bottom(area, area.height / 3);
        let height = usize::from(tree.height);
        self.room.set(Room { width: tree.width.into(), height, ..Room::default() });
        let top = thread.at.saturating_sub(height / 2).min(thread.lines.len().saturating_sub(height));
        for (row, (place, (depth, one))) in thread.lines.iter().enumerate().skip(top).take(height).enumerate() {
            let line = self.thread_line(*depth, one, one.id == thread.current, tree.width.into());
            canvas.line(tree, row as u16, &line);
            if place == thread.at {
                canvas.choose(tree, row as u16);
            }
        }
        let Some((_, one)) = thread.lines.get(thread.at) else { return };
        let (head, text) = split_top(below, 1);
        let mut words = vec![(cell_excerpt(author(one), 24), Tone::Bold)];
        if let Some(created_at) = &one.comment.created_at {
            words.push((format!(" · {}", written(created_at)), Tone::Dim));
        }
        let of = format!(" · {} of {}", thread.at + 1, thread.lines.len());
        words.push((of + if thread.cut { " and more" } else { "" }, Tone::Dim));
        let learnt = &self.thread_learning.learnt;
        if learnt.from > 0 && thread.lines.iter().any(|(_, one)| learnt.get(one.id).is_some()) {
            words.push((format!(" · ≈ learnt from {} decided comments", learnt.from), Tone::Dim));
        }
        canvas.rule(head, &words);
        let mut layout = Layout::default();
        layout.text(0, &one.comment.text, &[]);
        canvas.lines(text, &layout.lines(Anchor::default(), text.width.into(), text.height.into()));
    }

    fn thread_line(&self, depth: usize, one: &ThreadComment, is_current: bool, width: usize) -> Line {
        let mut line = vec![if is_current { ("▸ ".to_owned(), Tone::Bold) } else { ("  ".to_owned(), Tone::Plain) }];
        line.push(("│ ".repeat(depth.min(LEVELS).min(width / 6)), Tone::Dim));
        line.push(match one.state {
            State::Open => ("  ".to_owned(), Tone::Plain),
            State::Done => ("✓ ".to_owned(), Tone::Good),
            State::Escalated => ("! ".to_owned(), Tone::Bad),
            State::Purged => ("× ".to_owned(), Tone::Dim),
        });
        line.push((cell_excerpt(author(one), 20) + " ", Tone::Bold));
        let learnt = self.thread_learning.learnt.get(one.id).filter(|_| one.state == State::Open);
        for (_, score) in learnt.iter().flat_map(|learnt| &learnt.scores) {
            let class = match score {
                Score::Stance { class: Some(class), .. } => class,
                _ => "unsure",
            };
            line.push((format!("≈{} {} ", cell_excerpt(class, 10), percent(score.p())), Tone::Dim));
        }
        if let Some(decision) = &one.decision {
            line.push((format!("[{}] ", cell_excerpt(&self.options.words.describe(decision), 24)), Tone::Good));
        }
        let used: usize = line.iter().map(|(text, _)| columns(text)).sum();
        line.push((cell_excerpt(&one.comment.text, width.saturating_sub(used)), Tone::Plain));
        line
    }
}

fn author(one: &ThreadComment) -> &str {
    one.comment.author.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&one.comment.id)
}

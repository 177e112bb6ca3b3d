//! The form of the filter.

use ratatui::layout::{Position, Rect};

use crate::report::columns::cell_excerpt;
use crate::screen::app::App;
use crate::screen::draw::draw_field;
use crate::screen::form::{Ask, Form, NAMES};
use crate::screen::paint::Canvas;
use crate::screen::tone::Tone;

/// The width of the questions' names in columns.
const NAME: usize = 20;

impl App {
    #[expect(clippy::unused_self, reason = "drawn like the other pages")]
    pub(crate) fn draw_form(&self, canvas: &mut Canvas<'_>, area: Rect, form: &Form) -> Option<Position> {
        let mut cursor = None;
        canvas.line(area, 0, &[("Show comments that meet all of these conditions.".to_owned(), Tone::Dim)]);
        // With little room, the field being edited stays visible.
        let rows = area.height.saturating_sub(2);
        let top = (form.at as u16 + 1).saturating_sub(rows.max(1));
        for (place, (name, ask)) in NAMES.iter().zip(&form.asks).enumerate().skip(top.into()) {
            let row = place as u16 - top + 2;
            if row >= area.height {
                break;
            }
            let is_up = place == form.at;
            let line = Rect { y: area.y + row, height: 1, ..area };
            let head = format!("{}{name:<NAME$}", if is_up { "▸ " } else { "  " });
            match ask {
                Ask::Text(field) if is_up => cursor = Some(draw_field(canvas, line, &head, field)),
                Ask::Text(field) => {
                    let text = cell_excerpt(&field.text(), usize::from(area.width).saturating_sub(NAME + 2));
                    let shown = if text.is_empty() { ("any".to_owned(), Tone::Dim) } else { (text, Tone::Plain) };
                    canvas.line(line, 0, &[(head, Tone::Plain), shown]);
                }
                Ask::Several { of, at } => {
                    let chosen = ask.chosen().join(", ");
                    let tone = if chosen.is_empty() { Tone::Dim } else { Tone::Plain };
                    let chosen = if chosen.is_empty() { "any".to_owned() } else { cell_excerpt(&chosen, 60) };
                    let Some((name, on)) = of.get(*at).filter(|_| is_up) else {
                        canvas.line(line, 0, &[(head, Tone::Plain), (chosen, tone)]);
                        continue;
                    };
                    let mark = if *on { "x" } else { " " };
                    let looked_at = format!("‹ [{mark}] {} ›  ", cell_excerpt(name, 24));
                    canvas.line(line, 0, &[(head, Tone::Bold), (looked_at, Tone::Plain), (chosen, Tone::Dim)]);
                }
                Ask::Choice { of, at } => {
                    let chosen = of.get(*at).map(|name| cell_excerpt(name, 40)).unwrap_or_default();
                    let tone = if *at == 0 { Tone::Dim } else { Tone::Plain };
                    let (before, after) = if is_up { ("‹ ", " ›") } else { ("", "") };
                    let head_tone = if is_up { Tone::Bold } else { Tone::Plain };
                    canvas.line(line, 0, &[(head, head_tone), (format!("{before}{chosen}{after}"), tone)]);
                }
            }
        }
        cursor
    }
}

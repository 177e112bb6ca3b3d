//! Text of a fixed width.

use crate::report::columns::cell_excerpt;
use crate::report::columns::columns;
/// In exactly this many columns, the last of them empty.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let text = cell_excerpt(text, width.saturating_sub(1));
    let fill = width.saturating_sub(columns(&text));
    text + &" ".repeat(fill)
}

/// Nothing is certain, so neither 0 nor 100 is shown.
pub(crate) fn percent(p: f32) -> String {
    match p {
        p if p.is_nan() => "?".to_owned(),
        p if p < 0.005 => "<1 %".to_owned(),
        p if p >= 0.995 => ">99%".to_owned(),
        p => format!("{:.0} %", p * 100.0),
    }
}

//! How wide to write.

use crate::report::width::Width;

/// How wide to write: as wide as the terminal within reason, or as `COLUMNS` says. In a file or a pipe prose is wrapped all
/// the same, but no row of a table is cut: nobody could make the window wider to see the rest.
pub(crate) fn width() -> Width {
    const WIDEST: usize = 100;
    const PROSE: usize = 80;
    let of_terminal =
        terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0).min(WIDEST));
    let given = || Some(std::env::var("COLUMNS").ok()?.trim().parse::<usize>().ok()?.min(Width::UNCUT));
    match of_terminal.or_else(given) {
        Some(width) => Width { prose: width, rows: width },
        None => Width { prose: PROSE, rows: Width::UNCUT },
    }
}

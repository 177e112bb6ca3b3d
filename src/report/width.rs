//! How wide reports are.

/// Where lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Width {
    /// Prose is wrapped at this many columns.
    pub prose: usize,
    /// Rows of tables and their contents are cut at this many.
    pub rows: usize,
}

impl Width {
    /// For [`rows`](Self::rows): nothing is cut. Sums of a few of these do not overflow.
    pub(crate) const UNCUT: usize = usize::MAX / 8;

    /// The width to write in: that of the terminal within reason, or as in `COLUMNS`. In a file or a pipe prose is
    /// still wrapped, but no row of a table is cut, because a reader cannot widen the window to see the rest.
    pub(crate) fn of_output() -> Self {
        const WIDEST: usize = 100;
        const PROSE: usize = 80;
        let of_terminal =
            terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0).min(WIDEST));
        let given = || Some(std::env::var("COLUMNS").ok()?.trim().parse::<usize>().ok()?.min(Self::UNCUT));
        match of_terminal.or_else(given) {
            Some(width) => Self { prose: width, rows: width },
            None => Self { prose: PROSE, rows: Self::UNCUT },
        }
    }

    /// The same for both.
    pub(crate) const fn all(width: usize) -> Self {
        Self { prose: width, rows: width }
    }

    /// No narrower than this many columns.
    pub(crate) fn at_least(self, width: usize) -> Self {
        Self { prose: self.prose.max(width), rows: self.rows.max(width) }
    }

    /// What is left of it behind an indentation.
    pub(crate) fn behind(self, indent: usize) -> Self {
        Self { prose: self.prose.saturating_sub(indent), rows: self.rows.saturating_sub(indent) }
    }

    /// At most this many columns for one of several things in a row, unless nothing is cut.
    pub(crate) fn part(self, columns: usize) -> usize {
        if self.rows >= Self::UNCUT { Self::UNCUT } else { columns }
    }
}

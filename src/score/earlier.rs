//! Rows that were answered before it was known that there are threads.

use crate::score::group::cell;
use crate::thread::columns::Columns;
use crate::thread::known::Known;
use crate::thread::row::Row;

/// The rows that were scored as they came until one had a thread or parent; that row is the last.
pub(crate) struct Earlier {
    rows: Vec<Row>,
    /// The number of the last one that was scored.
    scored: u64,
    has_thread: bool,
    bytes: usize,
    in_memory: usize,
}

impl Earlier {
    /// At most this many bytes are kept: replies to comments further back are not matched.
    pub(crate) fn new(in_memory: usize) -> Self {
        Self { rows: Vec::new(), scored: 0, has_thread: false, bytes: 0, in_memory }
    }

    /// Keeps the next row.
    pub(crate) fn push(&mut self, row: &Row, columns: &Columns) {
        self.has_thread = [Known::ThreadId, Known::ParentId].iter().any(|known| cell(columns, row, *known).is_some());
        self.bytes += size_of::<Row>() + row.cells.size();
        if self.bytes > self.in_memory {
            self.rows = Vec::new();
        }
        if self.has_thread || self.bytes <= self.in_memory {
            self.rows.push(row.clone());
        }
        if !self.has_thread {
            self.scored = row.number;
        }
    }

    /// Whether the last row has a thread or parent.
    pub(crate) fn has_thread(&self) -> bool {
        self.has_thread
    }

    /// The number of the last row that was scored; 0 if none was.
    pub(crate) fn scored(&self) -> u64 {
        self.scored
    }

    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.rows
    }
}

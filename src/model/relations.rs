//! How the rows of labelled tables hang together: threads, and who answers whom.

use rustc_hash::FxHashMap;

use super::strings::Repeated;
use crate::features::Threads;

/// Replies further down than this count as this far down; also ends loops of parents.
const DEEPEST: usize = 64;

/// Who answers whom.
#[derive(Debug, Default)]
pub(super) struct Relations {
    /// Rows by thread.
    pub(super) threads: Threads,
    /// By row.
    parents: Vec<Option<u32>>,
}

impl Relations {
    /// The row that a row answers.
    pub(super) fn parent(&self, row: usize) -> Option<usize> {
        self.parents.get(row).copied().flatten().map(|row| row as usize)
    }

    /// How many rows a row is a reply to, one above the other.
    pub(super) fn depth(&self, row: usize) -> Option<usize> {
        if self.parents.is_empty() {
            return None;
        }
        let above = std::iter::successors(self.parent(row), |row| self.parent(*row));
        Some(above.take(DEEPEST).count())
    }

    /// The first row of a row's thread.
    pub(super) fn first(&self, row: usize) -> Option<usize> {
        let (thread, _) = self.threads.of.get(row).copied().flatten()?;
        Some(*self.threads.members.get(thread as usize)?.first()? as usize)
    }
}

/// Gathers them as rows come.
#[derive(Debug, Default)]
pub(super) struct RelationsBuilder {
    threads: Repeated,
    /// Rows by thread and id, the first bearer of an id.
    rows: FxHashMap<(Option<u32>, String), u32>,
    /// Rows with the id of their parent.
    replies: Vec<(u32, Option<u32>, String)>,
    /// Whether a table has parents at all: only then are ids kept.
    any: bool,
}

impl RelationsBuilder {
    pub(super) fn row(&mut self, row: usize, thread: Option<&str>, id: &str, parent: Option<&str>) {
        self.threads.set(row, thread);
        let thread = thread.map(|thread| self.threads.number(thread));
        if self.any {
            self.rows.entry((thread, id.to_owned())).or_insert(row as u32);
        }
        if let Some(parent) = parent {
            self.replies.push((row as u32, thread, parent.to_owned()));
        }
    }

    /// A new table begins, with a column of parents or without.
    pub(super) fn table(&mut self, has_parents: bool) {
        self.any |= has_parents;
    }

    pub(super) fn finish(self, n: usize) -> Relations {
        let mut relations = Relations::default();
        if !self.threads.values.is_empty() {
            relations.threads.members = vec![Vec::new(); self.threads.values.len()];
            relations.threads.of = vec![None; n];
            for (row, thread) in self.threads.index.iter().enumerate() {
                let Some(thread) = thread else { continue };
                let members = &mut relations.threads.members[*thread as usize];
                relations.threads.of[row] = Some((*thread, members.len() as u32));
                members.push(row as u32);
            }
        }
        if !self.replies.is_empty() {
            relations.parents = vec![None; n];
            for (row, thread, parent) in self.replies {
                let found = self.rows.get(&(thread, parent)).copied();
                relations.parents[row as usize] = found.filter(|parent| *parent != row);
            }
        }
        relations
    }
}

//! Relations between the rows of labelled tables: threads, and who answers whom.

use rustc_hash::FxHashMap;

use crate::dataset::strings::{Arena, Repeated};
use crate::features::fit::Threads;
use crate::thread::node::Node;
use crate::thread::relations::Relations;

/// The threads and relations of rows.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// Rows by thread.
    pub(crate) threads: Threads,
    /// For each row, the row that it answers and its depth; empty if no row answers another.
    parents: Vec<Option<u32>>,
    depths: Vec<Option<u32>>,
    /// For each thread, the first row that has the article's title, and the first that has its text.
    articles: Vec<[Option<u32>; 2]>,
}

impl Placed {
    /// Whether any row has a known place among others.
    pub(crate) fn any(&self) -> bool {
        !self.parents.is_empty() || !self.threads.members.is_empty()
    }

    /// Whether a row belongs to a thread.
    pub(crate) fn has(&self, row: usize) -> bool {
        self.thread(row).is_some()
    }

    /// The row that a row answers.
    pub(crate) fn parent(&self, row: usize) -> Option<usize> {
        self.parents.get(row).copied().flatten().map(|row| row as usize)
    }

    /// The number of rows above a row.
    pub(crate) fn depth(&self, row: usize) -> Option<usize> {
        self.depths.get(row).copied().flatten().map(|depth| depth as usize)
    }

    /// The first row of a row's thread.
    pub(crate) fn first(&self, row: usize) -> Option<usize> {
        Some(*self.threads.members.get(self.thread(row)?)?.first()? as usize)
    }

    /// The rows that have the title and the text of a row's article, if it does not itself.
    pub(crate) fn article(&self, row: usize) -> [Option<usize>; 2] {
        let rows = self.thread(row).and_then(|thread| self.articles.get(thread)).copied().unwrap_or_default();
        rows.map(|row| row.map(|row| row as usize))
    }

    fn thread(&self, row: usize) -> Option<usize> {
        Some(self.threads.of.get(row).copied().flatten()?.0 as usize)
    }
}

/// Collects relations as rows come in.
#[derive(Debug, Default)]
pub(crate) struct PlacedBuilder {
    /// Threads by id, within the current table: threads of other tables are separate.
    known: FxHashMap<String, u32>,
    /// The rows of each thread.
    members: Vec<Vec<u32>>,
    /// The rows without a thread, by table.
    alone: Vec<Vec<u32>>,
    /// For each row, the number of the parent's id among `ids`, and of the time.
    replies: Repeated,
    times: Repeated,
}

impl PlacedBuilder {
    /// Starts a new table.
    pub(crate) fn table(&mut self) {
        self.known.clear();
        self.alone.push(Vec::new());
    }

    pub(crate) fn row(&mut self, row: usize, thread: Option<&str>, parent: Option<&str>, created_at: Option<&str>) {
        match thread {
            Some(thread) => {
                let next = self.members.len() as u32;
                let number = match self.known.get(thread) {
                    Some(number) => *number,
                    None => *self.known.entry(thread.to_owned()).or_insert(next),
                };
                if number == next {
                    self.members.push(Vec::new());
                }
                self.members[number as usize].push(row as u32);
            }
            None => self.alone.iter_mut().last().into_iter().for_each(|alone| alone.push(row as u32)),
        }
        self.replies.set(row, parent);
        if parent.is_some() {
            // Only replies can be in a loop of parents, which is cut at its oldest comment.
            self.times.set(row, created_at);
        }
    }

    /// Builds the relations; `ids` are those of all rows, `article` the titles and texts of their articles.
    pub(crate) fn finish(self, n: usize, ids: &Arena, article: [&Repeated; 2]) -> Placed {
        let mut placed = Placed::default();
        if !self.replies.values.is_empty() {
            placed.parents = vec![None; n];
            placed.depths = vec![None; n];
            for rows in self.members.iter().chain(&self.alone) {
                self.place(rows, ids, &mut placed);
            }
        }
        if !self.members.is_empty() {
            placed.threads.of = vec![None; n];
            for (thread, rows) in self.members.iter().enumerate() {
                for (place, row) in rows.iter().enumerate() {
                    placed.threads.of[*row as usize] = Some((thread as u32, place as u32));
                }
                let first = |column: &Repeated| rows.iter().copied().find(|row| column.get(*row as usize).is_some());
                placed.articles.push(article.map(first));
            }
            placed.threads.members = self.members;
        }
        placed
    }

    fn place(&self, rows: &[u32], ids: &Arena, placed: &mut Placed) {
        let node = |row: &u32| {
            let row = *row as usize;
            Node { id: ids.get(row), parent_id: self.replies.get(row), created_at: self.times.get(row) }
        };
        if rows.iter().all(|row| self.replies.get(*row as usize).is_none()) {
            return;
        }
        let relations = Relations::new(&rows.iter().map(node).collect::<Vec<_>>(), true);
        for (at, row) in rows.iter().enumerate() {
            placed.parents[*row as usize] = relations.parent(at).and_then(|parent| rows.get(parent).copied());
            placed.depths[*row as usize] = relations.depth(at).map(|depth| depth as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as thread, id and parent, by table.
    fn placed(tables: &[&[(&str, &str, &str)]]) -> Placed {
        let (mut builder, mut ids, mut n) = (PlacedBuilder::default(), Arena::default(), 0);
        let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        for table in tables {
            builder.table();
            for (thread, id, parent) in *table {
                ids.push(id);
                let (thread, parent) = (thread.to_string().leak(), parent.to_string().leak());
                builder.row(n, some(thread), some(parent), None);
                n += 1;
            }
        }
        builder.finish(n, &ids, [&Repeated::default(), &Repeated::default()])
    }

    #[test]
    fn parents_are_looked_for_in_the_thread_of_the_table() {
        let placed = placed(&[&[("t", "a", ""), ("u", "a", ""), ("t", "b", "a"), ("u", "c", "b")], &[("t", "d", "a")]]);
        let parents: Vec<Option<usize>> = (0..5).map(|row| placed.parent(row)).collect();
        assert_eq!(parents, [None, None, Some(0), None, None]);
        let depths: Vec<Option<usize>> = (0..5).map(|row| placed.depth(row)).collect();
        assert_eq!(depths, [Some(0), Some(0), Some(1), Some(0), Some(0)]);
        let first: Vec<Option<usize>> = (0..5).map(|row| placed.first(row)).collect();
        assert_eq!(first, [Some(0), Some(1), Some(0), Some(1), Some(4)]);
    }

    #[test]
    fn rows_without_a_thread_have_parents_and_no_place() {
        let placed = placed(&[&[("", "a", ""), ("", "b", "a")]]);
        assert_eq!((placed.parent(1), placed.depth(1), placed.first(1)), (Some(0), Some(1), None));
        assert!(placed.threads.members.is_empty());
    }
}

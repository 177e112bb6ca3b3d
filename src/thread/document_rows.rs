//! The comments of a document, such as a page, as the rows of a table.

use crate::thread::comment::Thread;
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::known_cells::{cell, used};
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;

/// The comments of threads in memory, one after the other.
pub(crate) struct DocumentRows {
    threads: Vec<Thread>,
    columns: Vec<Known>,
    header: Vec<String>,
    /// The thread and the comment in it that come next.
    next: (usize, usize),
}

impl DocumentRows {
    /// The columns are those that any comment has a value for.
    pub(crate) fn new(threads: Vec<Thread>) -> Self {
        let columns = used(&threads);
        let header = columns.iter().map(|column| column.name().to_owned()).collect();
        Self { threads, columns, header, next: (0, 0) }
    }
}

impl RowSource for DocumentRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        while let Some(thread) = self.threads.get(self.next.0) {
            let Some(comment) = thread.comments.get(self.next.1) else {
                self.next = (self.next.0 + 1, 0);
                continue;
            };
            self.next.1 += 1;
            row.cells.clear();
            for column in &self.columns {
                row.cells.push(cell(thread, comment, *column).unwrap_or_default());
            }
            return Ok(Next::Row);
        }
        Ok(Next::End)
    }

    fn has_row(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::comment::{Article, Comment};

    #[test]
    fn rows_are_the_comments_of_all_threads() {
        let comment = |id: &str, author: Option<&str>| Comment {
            id: id.to_owned(),
            author: author.map(str::to_owned),
            text: "words".to_owned(),
            ..Comment::default()
        };
        let article = Article { title: Some("A".to_owned()), ..Article::default() };
        let threads = vec![
            Thread { article, comments: vec![comment("1", None), comment("2", Some("Rosa"))], ..Thread::default() },
            Thread::default(),
            Thread { comments: vec![comment("1", None)], ..Thread::default() },
        ];
        let mut rows = DocumentRows::new(threads);
        assert_eq!(rows.header(), ["id", "article_title", "author", "text"]);
        let mut row = Row::default();
        let mut read = Vec::new();
        while rows.read(&mut row).unwrap() == Next::Row {
            read.push((0..4).map(|at| row.cells.get(at).unwrap_or("-").to_owned()).collect::<Vec<_>>().join("|"));
        }
        assert_eq!(read, ["1|A||words", "2|A|Rosa|words", "1|||words"]);
    }
}

//! Finds the rows of a table that cause warnings, in a separate pass before they are used; and the same for threads in
//! memory.

use std::collections::{HashMap, HashSet};

use crate::thread::columns::{ColumnMap, Columns};
use crate::thread::comment::Thread;
use crate::thread::error::ThreadError;
use crate::thread::flaw::Flaw;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;
use crate::thread::tree::{Place, Tree};
use crate::thread::tree_check::TreeCheck;

/// The flawed rows of a table by number, with their flaws.
///
/// # Errors
/// When the table cannot be read, or is standard input or a pipe, which can be read only once.
pub(crate) fn flawed_rows(
    source: &Source,
    format: Option<Format>,
    columns: &ColumnMap,
) -> Result<HashMap<u64, Flaw>, ThreadError> {
    if source.len_hint().is_none() {
        return Err(ThreadError::ReadOnce { file: source.name() });
    }
    // A separate source, so that the bytes of this pass do not count as progress.
    let source = source.again();
    let wanted: Vec<String> = columns.headers().map(str::to_owned).collect();
    let table = TableReader::open(&source, format, &wanted)?;
    let at = table.resolve(columns)?;
    flawed_rows_of(table, &at)
}

/// Like [`flawed_rows`], for an open table whose columns are known.
///
/// # Errors
/// When reading fails.
pub(crate) fn flawed_rows_of(mut table: TableReader, at: &Columns) -> Result<HashMap<u64, Flaw>, ThreadError> {
    let (mut check, mut row) = (TreeCheck::default(), Row::default());
    loop {
        match table.read(&mut row)? {
            Next::End => break,
            Next::Refused(_) => {}
            Next::Row => {
                let own = row.number.to_string();
                let id = at.cell(&row.cells, Known::Id).unwrap_or(&own);
                let thread = at.cell(&row.cells, Known::ThreadId).unwrap_or_default();
                let text = at.cell(&row.cells, Known::Text).unwrap_or_default();
                // By number, since several comments of a document may be on one line.
                check.row(row.number, thread, id, at.cell(&row.cells, Known::ParentId), text);
                check.quotes(row.number, table.flaw());
            }
        }
    }
    Ok(check.finish().found.into_iter().collect())
}

/// Removes the comments that [`Tree::new`] warns about, and those `misquoted` (thread and position in it); gives how
/// many. Of two comments with one id, the later is removed.
pub(crate) fn take_out_flawed(threads: &mut [Thread], misquoted: &[(usize, usize)]) -> usize {
    let mut taken = 0;
    let mut of_thread: HashMap<usize, Vec<usize>> = HashMap::new();
    for (thread, at) in misquoted {
        of_thread.entry(*thread).or_default().push(*at);
    }
    for (number, thread) in threads.iter_mut().enumerate() {
        // Ids may be duplicated, so the position identifies the comment.
        let index = |at: usize| Place { file: None, line: Some(at as u64) };
        let warnings = Tree::placed(&thread.comments, index).1;
        let mut flawed: HashSet<u64> = warnings.iter().filter_map(|warning| warning.place().line).collect();
        flawed.extend(of_thread.remove(&number).unwrap_or_default().into_iter().map(|at| at as u64));
        let mut at = 0..;
        thread.comments.retain(|_| at.next().is_some_and(|at| !flawed.contains(&at)));
        taken += flawed.len();
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::comment::Comment;

    #[test]
    fn flawed_comments_are_taken_out_of_their_own_thread() {
        let comment = |id: &str, parent: Option<&str>, text: &str| Comment {
            id: id.to_owned(),
            parent_id: parent.map(str::to_owned),
            text: text.to_owned(),
            ..Comment::default()
        };
        let thread = |comments| Thread { comments, ..Thread::default() };
        let mut threads = [
            thread(vec![comment("a", None, "one"), comment("a", None, "two"), comment("b", Some("z"), "three")]),
            thread(vec![comment("a", None, "four"), comment("b", Some("a"), "five"), comment("c", None, " ")]),
        ];
        assert_eq!(take_out_flawed(&mut threads, &[]), 3);
        let texts = threads.map(|thread| thread.comments.into_iter().map(|comment| comment.text).collect::<Vec<_>>());
        assert_eq!(texts, [vec!["one".to_owned()], vec!["four".to_owned(), "five".to_owned()]]);
    }
}

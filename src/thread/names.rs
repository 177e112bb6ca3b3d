//! Ids for threads that have none, from the file that they come from.

use std::path::Path;

use crate::thread::comment::Thread;

/// Begins the id of the thread of rows that say neither an id nor a thread.
const ROWS_OF: &str = "rows of ";

/// Names threads that have no id by the file: in a table the id is all that tells that comments are a thread. Comments that
/// are none are not made one.
pub(crate) fn name_threads(threads: &mut [Thread], file: &Path) {
    let name = file.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-").unwrap_or("thread");
    let name = name.split_once('.').map_or(name, |(stem, _)| stem);
    let several = threads.len() > 1;
    for (at, thread) in threads.iter_mut().enumerate().filter(|(_, thread)| thread.id.is_none() && !thread.unrelated) {
        thread.id = Some(if several { format!("{name}-{}", at + 1) } else { name.to_owned() });
    }
}

/// Gives rows that are only numbered an id of their file in common: row 7 of one file is not row 7 of another.
pub(crate) fn name_numbered(threads: &mut [Thread], file: &Path) {
    for thread in threads.iter_mut().filter(|thread| thread.id.is_none()) {
        if (1..).zip(&thread.comments).all(|(number, comment)| comment.id == number.to_string()) {
            let name =
                file.file_name().map_or_else(|| file.as_os_str().to_string_lossy(), |name| name.to_string_lossy());
            thread.id = Some(format!("{ROWS_OF}{name}"));
        }
    }
}

/// Whether an id names rows that are no thread, as [`name_numbered`] gives it.
pub(crate) fn is_of_rows(id: &str) -> bool {
    id.starts_with(ROWS_OF)
}

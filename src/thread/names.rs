//! Derives ids from the file name for threads that have none.

use std::path::Path;

use crate::thread::comment::Thread;

/// How the id begins for rows that have neither an id nor a thread.
const ROWS_OF: &str = "rows of ";

/// Names threads without an id after the file: in a table, only the id shows that comments form a thread. Unrelated
/// comments stay unrelated.
pub(crate) fn name_threads(threads: &mut [Thread], file: &Path) {
    let name = file.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-").unwrap_or("thread");
    let name = name.split_once('.').map_or(name, |(stem, _)| stem);
    let several = threads.len() > 1;
    for (at, thread) in threads.iter_mut().enumerate().filter(|(_, thread)| thread.id.is_none() && !thread.unrelated) {
        thread.id = Some(if several { format!("{name}-{}", at + 1) } else { name.to_owned() });
    }
}

/// Gives rows that are only numbered a common id for their file, since row 7 of one file is not row 7 of another.
pub(crate) fn name_numbered(threads: &mut [Thread], file: &Path) {
    for thread in threads.iter_mut().filter(|thread| thread.id.is_none()) {
        if (1..).zip(&thread.comments).all(|(number, comment)| comment.id == number.to_string()) {
            let name =
                file.file_name().map_or_else(|| file.as_os_str().to_string_lossy(), |name| name.to_string_lossy());
            thread.id = Some(format!("{ROWS_OF}{name}"));
        }
    }
}

/// Whether an id comes from [`name_numbered`], for rows that are not a thread.
pub(crate) fn is_of_rows(id: &str) -> bool {
    id.starts_with(ROWS_OF)
}

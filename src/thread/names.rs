//! Derives ids from the file name for threads that have none.

use std::path::Path;

use crate::thread::comment::Thread;
use crate::thread::format::Format;

/// How the id begins for rows that have neither an id nor a thread.
const ROWS_OF: &str = "rows of ";

/// Names threads without an id after the file: in a table, only the id shows that comments form a thread. Unrelated
/// comments stay unrelated.
pub(crate) fn name_threads(threads: &mut [Thread], file: &Path) {
    let name = name_of(file);
    let several = threads.len() > 1;
    for (at, thread) in threads.iter_mut().enumerate().filter(|(_, thread)| thread.id.is_none() && !thread.unrelated) {
        thread.id = Some(if several { format!("{name}-{}", at + 1) } else { name.clone() });
    }
}

/// The name of a thread that its file gives it: that of the file without what tells its format and how it is packed.
pub(crate) fn name_of(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy()).filter(|name| *name != "-");
    let name = name.as_deref().unwrap_or("thread");
    let is_known = |extension: &str| {
        ["gz", "zst", "zstd", "zip", "mhtml", "mht"].iter().any(|known| extension.eq_ignore_ascii_case(known))
            || Format::of_name(&format!(".{extension}")).is_some()
    };
    let mut stem = name;
    while let Some((rest, extension)) = stem.rsplit_once('.').filter(|(rest, _)| !rest.is_empty()) {
        if !is_known(extension) {
            break;
        }
        stem = rest;
    }
    stem.to_owned()
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

/// Whether an id comes from [`name_numbered`], for rows that are not a thread.
pub(crate) fn is_of_rows(id: &str) -> bool {
    id.starts_with(ROWS_OF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_called_like_their_files() {
        for (file, name) in [
            ("a/page.html", "page"),
            ("page.json.gz", "page"),
            ("www.a.org_1.html", "www.a.org_1"),
            ("www.a.org", "www.a.org"),
            ("2026-05-01.txt", "2026-05-01"),
            ("Page.MHTML", "Page"),
            (".html", ".html"),
            (".page.html", ".page"),
            ("-", "thread"),
        ] {
            assert_eq!(name_of(Path::new(file)), name, "{file}");
        }
    }
}

//! Checks the header of a table whose columns are its writer's own.

use rustc_hash::FxHashSet;

use crate::thread::error::ThreadError;

/// Refuses a header that names a column twice, since it is unclear which is meant. Several columns without a name are
/// fine.
pub(crate) fn refuse_duplicates(file: &str, line: u64, header: &[String]) -> Result<(), ThreadError> {
    let mut seen = FxHashSet::default();
    for name in header.iter().filter(|name| !name.is_empty()) {
        if !seen.insert(name) {
            return Err(ThreadError::Header {
                file: file.to_owned(),
                line,
                reason: format!("the header has the column `{name}` twice; rename one of them"),
            });
        }
    }
    Ok(())
}

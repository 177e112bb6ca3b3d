//! Checks that the extension of an output fits its form: a file named as one form that holds another is of no use to
//! whoever opens it.

use std::path::Path;

/// Extensions of other programs' formats, which an output must not have.
const FOREIGN: [&str; 29] = [
    "xlsx", "xls", "xlsm", "xlsb", "ods", "numbers", "parquet", "feather", "arrow", "avro", "orc", "pdf", "doc",
    "docx", "odt", "rtf", "ppt", "pptx", "odp", "png", "jpg", "jpeg", "gz", "zst", "zstd", "bz2", "xz", "zip", "7z",
];

/// The extension of a regular file, existing or new, in lower case. Pipes and devices have none, and neither do names
/// that end in a date or a number.
pub(crate) fn of(path: &Path) -> Option<String> {
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return None;
    }
    let extension = path.extension()?.to_string_lossy().to_lowercase();
    extension.starts_with(char::is_alphabetic).then_some(extension)
}

/// The extension, if an output must not have it: it is not one of `known` and either an option does not set the form
/// (`is_told`) or the extension belongs to another program's format.
pub(crate) fn refused(path: &Path, known: &[&str], is_told: bool) -> Option<String> {
    let is_refused = |extension: &String| {
        let is = |of: &[&str]| of.contains(&extension.as_str());
        !is(known) && (!is_told || is(&FOREIGN))
    };
    of(path).filter(is_refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_is_refused() {
        let told = |path: &str, is_told| refused(Path::new(path), &["csv", "jsonl"], is_told).unwrap_or_default();
        for fine in ["a.csv", "a.JSONL", "a", "-", ".hidden", "a.2026-05-01", "none/a.csv"] {
            assert_eq!(told(fine, false), "", "{fine}");
        }
        for (name, extension) in [("a.XLSX", "xlsx"), ("a.csv.gz", "gz"), ("a.dat", "dat"), ("a.parquet", "parquet")] {
            assert_eq!(told(name, false), extension);
        }
        assert_eq!((told("a.dat", true).as_str(), told("a.ods", true).as_str()), ("", "ods"));
    }
}

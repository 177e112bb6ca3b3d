//! Cells that no spreadsheet takes for a formula.
//!
//! A comment is written by a stranger, and a cell that begins with `=` is run when the file is opened. An apostrophe
//! before it makes it text. Where a cell begins depends on the reader: one that splits at `;` or at tabs, as
//! spreadsheets of many countries do, finds a beginning after each of these, and, if the quotes of the file are not at
//! the beginning of *its* cells, after each line break too.
//!
//! A protected cell is not quite the text any more: JSONL is.

use std::borrow::Cow;

/// Behind these a cell may begin, whatever the file is separated by.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// What a formula begins with: also in full width, as East Asian spreadsheets read it, and `|`, which begins a DDE
/// call.
const SIGNS: [char; 9] = ['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'];

/// The cell, with an apostrophe wherever a spreadsheet could take what follows for a formula.
///
/// Text that needs none is returned unchanged.
pub(crate) fn protect(cell: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let mut copied = 0;
    let behind = cell.match_indices(SEPARATORS).map(|(at, separator)| at + separator.len());
    for begin in std::iter::once(0).chain(behind) {
        let (before, after) = cell.split_at(begin);
        // Nothing ordinary begins with a tab or a line break, and some readers drop it and read what follows.
        if is_formula(after) || before.is_empty() && after.starts_with(['\t', '\r', '\n']) {
            safe.push_str(before.get(copied..).unwrap_or_default());
            safe.push('\'');
            copied = begin;
        }
    }
    if safe.is_empty() {
        return Cow::Borrowed(cell);
    }
    safe.push_str(cell.get(copied..).unwrap_or_default());
    Cow::Owned(safe)
}

/// Whether a formula begins here, after what spreadsheets skip: blanks, invisible characters, and the quotes of a file
/// that is split at another separator than its own.
fn is_formula(text: &str) -> bool {
    let passed_over = |c: char| {
        c == '"'
            || !SEPARATORS.contains(&c) && (c.is_whitespace() || c.is_control())
            || matches!(c, '\u{200b}' | '\u{feff}')
    };
    text.trim_start_matches(passed_over).starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_made_text() {
        let plain = ["=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "＝1", "\n", "\rx"];
        let behind_what_is_passed_over = ["  =1", "\u{a0}=1", "\"=1", "\u{feff}=1", "\0=1"];
        for cell in plain.into_iter().chain(behind_what_is_passed_over) {
            assert_eq!(protect(cell), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn so_are_those_that_another_separator_would_uncover() {
        for (cell, safe) in [
            ("nice;=1+1;you idiot", "nice;'=1+1;you idiot"),
            ("a; =1", "a;' =1"),
            ("a;\"=1", "a;'\"=1"),
            ("a;;＠x", "a;;'＠x"),
            ("a\t-1\tb", "a\t'-1\tb"),
            ("a\r\n+1", "a\r\n'+1"),
            ("\t=1", "'\t'=1"),
            ("=1;=2\n=3", "'=1;'=2\n'=3"),
            (";=1", ";'=1"),
        ] {
            assert_eq!(protect(cell), safe, "{cell:?}");
        }
    }

    #[test]
    fn other_cells_stay_as_they_are() {
        for cell in ["", "a=1", "1-1", "'=1", "§", "a;b", "well; no - not I", "a\n\nb\t\tc;", "a,=1"] {
            assert!(matches!(protect(cell), Cow::Borrowed(same) if same == cell), "{cell:?}");
        }
    }

    proptest! {
        /// As a spreadsheet reads it that splits at any of the separators, whether it minds quotes or not.
        #[test]
        fn no_piece_of_a_cell_begins_a_formula(cell in r#"[=+@ ;\t\r\n"'a-]{0,20}"#) {
            let safe = protect(&cell);
            for piece in safe.split(SEPARATORS) {
                let piece = piece.trim_start().trim_start_matches('"').trim_start();
                prop_assert!(!piece.starts_with(SIGNS), "{:?} of {:?}", piece, safe);
            }
            // Protecting again changes nothing.
            prop_assert_eq!(protect(&safe), safe.as_ref());
        }
    }
}

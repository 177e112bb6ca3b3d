//! Ids as programs rewrite them: numbers turned into floats (`101.0`), long numbers rounded by a spreadsheet
//! (`1.29403E+18`), and Reddit ids with a prefix for their kind (`t1_abc`).

use crate::text::no_text::is_null_word;

/// Reddit's prefix for comments.
const COMMENT: &str = "t1_";
/// The length of the longest word for a missing value.
const LONGEST_NULL: usize = 4;
/// Reddit's prefix for posts, which comments are written under.
const POST: &str = "t3_";

/// What databases and other programs write for the parent of a comment at the top.
const NONES: [&str; 2] = ["0", "root"];

/// The id without what programs put around it: two ids are the same if their plain forms are.
pub(crate) fn plain(id: &str) -> &str {
    match id.strip_suffix(".0") {
        Some(whole) if is_number(whole) => whole,
        _ => of_reddit(id, COMMENT).unwrap_or(id),
    }
}

/// Whether an id is a number of which a spreadsheet kept only the first digits. The `+` distinguishes it from an id of
/// letters and digits.
pub(crate) fn is_rounded(id: &str) -> bool {
    // A cheap test settles most ids.
    if !id.as_bytes().contains(&b'+') {
        return false;
    }
    let Some((number, exponent)) = id.split_once(['E', 'e']) else { return false };
    let digits = number.split_once(['.', ',']).unwrap_or((number, "0"));
    exponent.strip_prefix('+').is_some_and(is_number) && is_number(digits.0) && is_number(digits.1)
}

/// Whether a missing parent is no comment at all: the post itself, or what programs write for none. Databases write 0,
/// and some programs `root`.
pub(crate) fn is_nobody(parent: &str) -> bool {
    of_reddit(parent, POST).is_some()
        || (parent.len() <= LONGEST_NULL && (NONES.contains(&parent) || is_null_word(parent)))
}

/// Whether a parent is a word for a missing value, exactly as programs write it. It then means no comment, even if a
/// comment without an id has the same word for its id.
pub(crate) fn is_missing(parent: &str) -> bool {
    parent.len() <= LONGEST_NULL && ["NaN", "nan", "None", "NULL", "null", "<NA>"].contains(&parent)
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn of_reddit<'i>(id: &'i str, kind: &str) -> Option<&'i str> {
    let own = id.strip_prefix(kind)?;
    (!own.is_empty() && own.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_and_kinds_are_taken_off() {
        for (id, expected) in [
            ("101.0", "101"),
            ("101", "101"),
            ("t1_k3x", "k3x"),
            ("1.5", "1.5"),
            ("a.0", "a.0"),
            (".0", ".0"),
            ("1.2.0", "1.2.0"),
            ("t1_", "t1_"),
            ("t1_A b", "t1_A b"),
            ("t3_k3x", "t3_k3x"),
            ("", ""),
        ] {
            assert_eq!(plain(id), expected, "{id}");
        }
    }

    #[test]
    fn rounded_numbers_are_told_from_ids_of_letters() {
        for id in ["1.29403E+18", "1,29403E+18", "1.29403e+18", "1E+18"] {
            assert!(is_rounded(id), "{id}");
        }
        for id in ["1e5", "1.5E18", "E+18", "1.E+18", "1.2E+", "x1E+18", "1.2.3E+18", "", "12"] {
            assert!(!is_rounded(id), "{id}");
        }
    }

    #[test]
    fn a_post_or_a_missing_value_is_nobody() {
        for parent in ["t3_abc", "nan", "NULL", "None", "0", "root"] {
            assert!(is_nobody(parent), "{parent}");
        }
        for parent in ["t1_abc", "t3_", "t3_a-b", "00", "a"] {
            assert!(!is_nobody(parent), "{parent}");
        }
    }
}

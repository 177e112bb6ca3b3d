//! Training files of fastText: one comment per line, after its labels.

use crate::thread::annotated::rows::AnnotatedRows;
use crate::thread::annotated::sheet::Sheet;
use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::head::Head;
use crate::thread::lines::{Line, Lines};
use crate::thread::row_error::RowError;
use crate::thread::row_source::RowSource;

pub(crate) static FASTTEXT: Export = Export {
    name: "fasttext",
    what: "a training file of fastText",
    recognised: "lines most of which begin with `__label__`",
    is_document: false,
    is,
    open,
};

/// The prefix of a label.
const PREFIX: &str = "__label__";
/// The question that the labels answer, in the role of another table's column name.
const QUESTION: &str = "label";
/// How many lines are inspected.
const LINES: usize = 20;

fn is(head: &Head<'_>) -> bool {
    let lines: Vec<&str> = head.text.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect();
    let labelled = lines.iter().filter(|line| line.starts_with(PREFIX)).count();
    lines.len() > 1 && labelled * 5 >= lines.len() * 4
}

fn open(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let (mut lines, mut sheet) = (Lines::new(file.clone(), reader), Sheet::new(file.clone())?);
    while let Some(line) = lines.next_line()?
        && !sheet.has_failed()
    {
        let number = lines.line();
        match (line, std::str::from_utf8(lines.bytes())) {
            (Line::TooLong, _) => sheet.refuse(number, RowError::TooLong.to_string()),
            (_, Err(error)) => sheet.refuse(number, RowError::LineNotUtf8(error.valid_up_to() + 1).to_string()),
            (_, Ok(text)) if text.contains('\0') => sheet.refuse(number, RowError::ValueWithNul.to_string()),
            (_, Ok(text)) => comment(text, number, &mut sheet),
        }
    }
    Ok(Box::new(AnnotatedRows::new(file, sheet)?))
}

/// Reads a line. To fastText, every word with the prefix is a label; labels precede or follow the text.
fn comment(line: &str, number: u64, sheet: &mut Sheet) {
    let (mut text, mut labels) = (line.trim(), Vec::new());
    while text.starts_with(PREFIX) {
        let (label, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        labels.extend(label.strip_prefix(PREFIX));
        text = rest.trim_start();
    }
    while let Some(at) = text.rfind(char::is_whitespace).filter(|at| text[*at..].trim_start().starts_with(PREFIX)) {
        labels.extend(text[at..].trim_start().strip_prefix(PREFIX));
        text = text[..at].trim_end();
    }
    sheet.plain("text", text);
    if labels.is_empty() {
        sheet
            .told
            .count("line has no label, and counts as not annotated", "lines have no label, and count as not annotated");
    } else {
        sheet.answer(QUESTION, labels);
    }
    sheet.end_row(number, false, false);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::{is_recognised, rows};

    #[test]
    fn labels_stand_before_the_text_or_after_it() {
        let text =
            "__label__a one two\n__label__b three __label__c\r\n\n__label__a  __label__b\tfour\nfive __label__ six\n";
        let (header, found, told) = rows(&FASTTEXT, text, false);
        assert_eq!(header, ["text", "a", "b", "c"]);
        assert_eq!(found, ["one two|1|0|0", "three|0|1|1", "four|1|1|0", "five __label__ six|||"]);
        assert_eq!(told, ["1 line has no label, and counts as not annotated"]);
        assert_eq!(rows(&FASTTEXT, "__label__a one\n__label__b two\n", false).1, ["one|a", "two|b"]);
    }

    #[test]
    fn a_file_of_labels_is_told_from_a_page() {
        let of = |text: &str| is_recognised(&FASTTEXT, text);
        assert!(of("__label__a one\n__label__b two\n"));
        for page in ["__label__a\n", "A page\n\n  • Rosa\n    __label__a\n", "1 |text one\n-1 |text two\n"] {
            assert!(!of(page), "{page}");
        }
    }

    #[test]
    fn more_answers_than_can_be_flags_stay_lists() {
        let lines: Vec<String> = (0..99).map(|i| format!("__label__t{i} __label__u{i} text {i}\n")).collect();
        let text = lines.concat();
        let (header, found, told) = rows(&FASTTEXT, &text, false);
        assert_eq!((header.join("|"), found[98].as_str()), ("text|label".to_owned(), "text 98|[\"t98\",\"u98\"]"));
        assert!(told[0].contains("more than 64 different answers"), "{told:?}");
    }
}

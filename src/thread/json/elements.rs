//! A JSON array of flat objects as JSON Lines: pandas, `DuckDB` and Hugging Face write tables in this form.

use std::io::{self, Read, Write};

use memchr::memmem;
use struson::reader::{JsonReader as _, ReaderError, TransferError, ValueType};
use struson::writer::{JsonStreamWriter, JsonWriter as _};

use crate::thread::json_reader::{Reader, has_document, is_end, line, reader, stream, told};
use crate::thread::known::Known;
use crate::thread::row::RECORD_LIMIT;
use crate::thread::usual;

/// Whether a document that begins like this is a table: an array of objects that neither hold nor answer other
/// comments, as far as the beginning shows. Such arrays are read as rows, all others as threads.
pub(crate) fn is_table(start: &str) -> bool {
    let (mut reader, mut has_text) = (reader(start), false);
    match are_flat(&mut reader, &mut has_text) {
        Ok(are_flat) => are_flat && has_text,
        Err(error) => is_end(&error) && has_text && start.len() >= LONG_ENOUGH,
    }
}

/// An array of this many bytes need not be there as a whole.
const LONG_ENOUGH: usize = 4 << 10;

/// The keys of lists of comments below a comment, or of what comments are on.
const HOLDERS: [&str; 4] = ["comments", "replies", "children", "article"];

/// Such lists, if they are not empty, as they are written here.
const HELD_LISTS: [&str; 3] = ["\"comments\":[{", "\"replies\":[{", "\"children\":[{"];

fn are_flat(reader: &mut Reader<&[u8]>, has_text: &mut bool) -> Result<bool, ReaderError> {
    if reader.peek()? != ValueType::Array {
        return Ok(false);
    }
    reader.begin_array()?;
    while reader.has_next()? {
        if reader.peek()? != ValueType::Object {
            return Ok(false);
        }
        reader.begin_object()?;
        while reader.has_next()? {
            let name = reader.next_name_owned()?;
            let value = reader.peek()?;
            let is = |known| usual::likeliest(known, &[&name]).is_some();
            let is_nested = matches!(value, ValueType::Array | ValueType::Object);
            let holds = is_nested && HOLDERS.contains(&&*name);
            if holds || (is(Known::ParentId) && value != ValueType::Null) {
                return Ok(false);
            }
            *has_text |= is(Known::Text) && !is_nested;
            reader.skip_value()?;
        }
        reader.end_object()?;
    }
    Ok(true)
}

/// The elements of an array, one a line, each on its line of the source unless several share one.
pub(crate) struct Elements<R: Read> {
    reader: Reader<R>,
    /// What was made of the source and not read yet.
    lines: Vec<u8>,
    at: usize,
    /// The line after the last one made.
    line: u64,
    /// The first array was begun, as it must be: the file may end only between two.
    is_begun: bool,
    is_within: bool,
    is_at_end: bool,
}

impl<R: Read> Elements<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            reader: stream(input),
            lines: Vec::new(),
            at: 0,
            line: 1,
            is_begun: false,
            is_within: false,
            is_at_end: false,
        }
    }

    /// Makes the line of the next element; none at the end.
    fn next(&mut self) -> Result<(), TransferError> {
        self.lines.clear();
        self.at = 0;
        // Pages of a listing may follow each other, an array each.
        while !self.is_within || !self.reader.has_next()? {
            if self.is_within {
                self.reader.end_array()?;
            } else if self.is_begun && !has_document(&mut self.reader)? {
                self.is_at_end = true;
                return Ok(());
            } else {
                self.reader.begin_array()?;
                self.is_begun = true;
            }
            self.is_within = !self.is_within;
        }
        let line = line(&self.reader);
        while self.line < line {
            self.lines.push(b'\n');
            self.line += 1;
        }
        let mut writer = JsonStreamWriter::new(Limited(&mut self.lines));
        self.reader.transfer_to(&mut writer)?;
        writer.finish_document()?;
        if holds_comments(&self.lines) {
            return Err(io::Error::other(format!("line {line}: {HELD}")).into());
        }
        self.lines.push(b'\n');
        self.line += 1;
        Ok(())
    }
}

/// Why an array cannot be read as rows after all.
const HELD: &str = "the comment holds others in a list, which rows cannot: name the format with --input-format json";

/// Whether an object, as it is written here, has a list of objects under a key that is for comments.
fn holds_comments(line: &[u8]) -> bool {
    HELD_LISTS.iter().any(|list| memmem::find(line, list.as_bytes()).is_some())
}

impl<R: Read> Read for Elements<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.lines.len() && !self.is_at_end {
            self.next().map_err(into_io_error)?;
        }
        let read = self.lines.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// Lines in the making, which end in an error where one is longer than a record may be.
struct Limited<'l>(&'l mut Vec<u8>);

impl Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > RECORD_LIMIT {
            return Err(io::Error::other(format!("an element has more than {} MiB", RECORD_LIMIT >> 20)));
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn into_io_error(error: TransferError) -> io::Error {
    match error {
        TransferError::ReaderError(error) if is_end(&error) => io::Error::new(io::ErrorKind::InvalidData, told(&error)),
        TransferError::ReaderError(ReaderError::IoError { error, .. }) | TransferError::WriterError(error) => error,
        TransferError::ReaderError(error) => io::Error::new(io::ErrorKind::InvalidData, told(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(source: &str) -> Result<String, String> {
        let mut lines = String::new();
        Elements::new(source.as_bytes()).read_to_string(&mut lines).map_err(|error| error.to_string())?;
        Ok(lines)
    }

    #[test]
    fn arrays_of_flat_objects_are_tables() {
        for table in [
            r#"[{"text":"a","stance":"favor"}]"#,
            r#"[{"body":"a","user":{"login":"rosa"},"tags":[{"x":1}]},{"body":"b"}]"#,
            r#"[{"thread_id":"t","parent_id":null,"text":"a"},{"text":"b","replies":null}]"#,
            &format!("[{{\"text\":\"a\",\"more\":\"{}", "x".repeat(LONG_ENOUGH)),
        ] {
            assert!(is_table(table), "{table}");
        }
        for other in [
            r#"[{"id":"2","parent_id":"1","text":"a"}]"#,
            r#"[{"text":"a","replies":[]}]"#,
            r#"[{"text":"a","replies":null},{"text":"b","replies":[{"text":"c"}]}]"#,
            r#"[{"id":1,"parent_id":null,"text":"a"},{"id":2,"parent_id":1,"text":"b"}]"#,
            r#"[{"article":{"title":"A"},"comments":[]}]"#,
            r#"{"text":"a"}"#,
            r#"[["a"]]"#,
            r#"[{"id":1}]"#,
            r#"[{"text":"a","#,
            "[]",
            "",
            &" ".repeat(LONG_ENOUGH),
            &format!("[{{\"id\":\"{}", "1".repeat(LONG_ENOUGH)),
        ] {
            assert!(!is_table(other), "{other}");
        }
    }

    #[test]
    fn elements_stand_on_their_lines() {
        let pretty = "[\n  {\n    \"a\": \"b\\n\u{e9}\",\n    \"n\": 1.50\n  },\n  {\"a\": [1, {}]}\n]\n";
        assert_eq!(lines(pretty).unwrap(), "\n{\"a\":\"b\\n\u{e9}\",\"n\":1.50}\n\n\n\n{\"a\":[1,{}]}\n");
        assert_eq!(lines("[{\"a\":1},{\"a\":2}][{\"a\":3}]").unwrap(), "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
        assert_eq!(lines("[null, 2]").unwrap(), "null\n2\n");
        assert_eq!(lines("[]").unwrap(), "");
    }

    #[test]
    fn what_is_wrong_is_reported_with_its_place() {
        let cut = lines("[{\"a\":1},\n{\"a\":{").unwrap_err();
        assert!(cut.starts_with("line 2, column 7: not JSON: the file ends in the middle"), "{cut}");
        let more = lines("[{\"a\":1}] x").unwrap_err();
        assert!(more.starts_with("line 1, column 1") && more.contains("not JSON"), "{more}");
        let held = lines("[{\"text\":\"a\"},\n{\"text\":\"b\",\"replies\": [ {\"text\":\"c\"}]}]").unwrap_err();
        assert!(held.starts_with("line 2: the comment holds others in a list"), "{held}");
        let long = format!("[\"{}\"]", "x".repeat(RECORD_LIMIT));
        assert_eq!(lines(&long).unwrap_err(), "an element has more than 16 MiB");
    }
}

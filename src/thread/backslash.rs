//! Records in which backslashes escape, as `MySQL` (`SELECT … INTO OUTFILE`, `mysqldump --tab`) and `PostgreSQL`'s COPY
//! write them: `\N` is a cell without a value, and a backslash turns a delimiter, a quote or a line break into text.
//!
//! `csv-core` knows escapes only inside quotes, and takes the escaped byte literally. Here they may appear anywhere,
//! and some stand for other characters.

use std::ops::Range;

const QUOTE: u8 = b'"';
const ESCAPE: u8 = b'\\';

/// A cell without a value.
pub(crate) const NONE: &[u8] = b"\\N";

/// A cell without a value in the output of `mysql --batch`, which escapes as well but knows no quotes.
pub(crate) const NULL: &[u8] = b"NULL";

/// Whether a record has escapes that `mysql --batch` writes, and no others. It would have doubled the backslashes of
/// paths such as `C:\new\table`.
pub(crate) fn has_batch_escapes(raw: &[u8]) -> bool {
    let (mut at, mut has_escape) = (0, false);
    while let Some(found) = memchr::memchr(ESCAPE, raw.get(at..).unwrap_or_default()) {
        let is_of_path = at + found > 0 && raw.get(at + found - 1) == Some(&b':');
        if is_of_path || !raw.get(at + found + 1).is_some_and(|next| is_batch_escape(*next)) {
            return false;
        }
        has_escape = true;
        at += found + 2;
    }
    has_escape
}

fn is_batch_escape(next: u8) -> bool {
    matches!(next, b'n' | b't' | b'0' | ESCAPE)
}

/// Appends the content of a cell of `mysql --batch`.
pub(crate) fn write_batch(cell: &[u8], out: &mut Vec<u8>) {
    if cell != NULL {
        let mut rest = cell;
        while let Some(found) = memchr::memchr(ESCAPE, rest) {
            // Any other backslash is text.
            let is_escape = rest.get(found + 1).is_some_and(|next| is_batch_escape(*next));
            let (before, after) = rest.split_at(found);
            let (piece, after) = after.split_at(if is_escape { 2 } else { 1 });
            out.extend_from_slice(before);
            if is_escape {
                unescape(piece, false, out);
            } else {
                out.extend_from_slice(piece);
            }
            rest = after;
        }
        out.extend_from_slice(rest);
    }
}

/// A record being split, whose bytes may not all have arrived yet.
pub(crate) struct Split {
    delimiter: u8,
    /// Bytes looked at so far.
    at: usize,
    begin: usize,
    is_quoted: bool,
    /// Whether quotes have no meaning.
    is_plain: bool,
    /// Text follows a closing quote.
    pub(crate) is_broken: bool,
    /// A quote is still open at the end of the file.
    pub(crate) is_open: bool,
    /// The byte ranges of the cells, with their quotes.
    pub(crate) cells: Vec<Range<usize>>,
}

impl Split {
    pub(crate) fn new(delimiter: u8) -> Self {
        let (is_quoted, is_plain, is_broken, is_open) = (false, false, false, false);
        Self { delimiter, at: 0, begin: 0, is_quoted, is_plain, is_broken, is_open, cells: Vec::new() }
    }

    /// Takes quotes for text.
    pub(crate) fn without_quotes(mut self) -> Self {
        self.is_plain = true;
        self
    }

    /// The length of the record with its line end; `None` if more bytes are needed (unless `is_end`: no more will
    /// follow). Call it again with the same bytes and more appended, and it continues where it stopped.
    pub(crate) fn advance(&mut self, bytes: &[u8], is_end: bool) -> Option<usize> {
        loop {
            let Some(&byte) = bytes.get(self.at) else {
                if is_end {
                    self.is_open = self.is_quoted;
                    self.cells.push(self.begin..self.at);
                    return Some(self.at);
                }
                return None;
            };
            let next = bytes.get(self.at + 1).copied();
            if next.is_none() && !is_end && (byte == ESCAPE || byte == b'\r' || byte == QUOTE) {
                return None;
            }
            match byte {
                ESCAPE => self.at += usize::from(next.is_some()),
                QUOTE if self.is_quoted && next == Some(QUOTE) => self.at += 1,
                QUOTE if self.is_quoted => {
                    let closes = next.is_none_or(|next| next == self.delimiter || matches!(next, b'\r' | b'\n'));
                    self.is_broken |= !closes;
                    self.is_quoted = !closes;
                }
                QUOTE if self.at == self.begin && !self.is_plain => self.is_quoted = true,
                _ if self.is_quoted => {}
                b'\n' | b'\r' => {
                    self.cells.push(self.begin..self.at);
                    let length = if (byte, next) == (b'\r', Some(b'\n')) { 2 } else { 1 };
                    return Some(self.at + length);
                }
                byte if byte == self.delimiter => {
                    self.cells.push(self.begin..self.at);
                    self.begin = self.at + 1;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// Whether a record whose quotes do not pair up makes sense with escapes: in some cell text follows an escaped quote.
/// `raw` is the whole record.
pub(crate) fn is_meant(raw: &[u8], delimiter: u8, width: usize) -> bool {
    let goes_on = |at: usize| raw.get(at + 2).is_some_and(|next| *next != delimiter && !matches!(next, b'\r' | b'\n'));
    if !memchr::memmem::find_iter(raw, b"\\\"").any(goes_on) {
        return false;
    }
    let mut split = Split::new(delimiter);
    let length = split.advance(raw, true);
    // Without escapes, several records can look like one longer record.
    length.is_some() && !split.is_broken && !split.is_open && split.cells.len() == width
}

/// Appends the content of a cell.
pub(crate) fn write(cell: &[u8], out: &mut Vec<u8>) {
    let (cell, is_quoted) = match cell {
        [QUOTE, inner @ .., QUOTE] => (inner, true),
        plain => (plain, false),
    };
    if cell != NONE {
        unescape(cell, is_quoted, out);
    }
}

fn unescape(cell: &[u8], is_quoted: bool, out: &mut Vec<u8>) {
    let mut bytes = cell.iter().copied();
    while let Some(byte) = bytes.next() {
        let said = match byte {
            ESCAPE => match bytes.next() {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(b'b') => 0x08,
                Some(b'Z') => 0x1a,
                Some(b'0') => 0,
                Some(other) => other,
                None => ESCAPE,
            },
            QUOTE if is_quoted => {
                bytes.next();
                QUOTE
            }
            other => other,
        };
        out.push(said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of all records, however the bytes are split into reads.
    fn read(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
        let all = |piece: usize| {
            let (mut rest, mut records) = (bytes, Vec::new());
            while !rest.is_empty() {
                let mut split = Split::new(delimiter);
                let mut there = 0;
                let length = loop {
                    there = (there + piece).min(rest.len());
                    if let Some(length) = split.advance(&rest[..there], there == rest.len()) {
                        break length;
                    }
                };
                let said = |cell: &Range<usize>| {
                    let mut out = Vec::new();
                    write(&rest[cell.clone()], &mut out);
                    String::from_utf8(out).unwrap()
                };
                records.push(split.cells.iter().map(said).collect());
                rest = &rest[length..];
            }
            records
        };
        let at_once: Vec<Vec<String>> = all(usize::MAX / 2);
        assert_eq!(at_once, all(1), "a byte at a time");
        at_once
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(
            read(b"1\t\\N\ta\\tb\\nc\\\\d\n2\t\ta\\\nb\\\tc\r\n", b'\t'),
            [["1", "", "a\tb\nc\\d"], ["2", "", "a\nb\tc"]]
        );
        assert_eq!(
            read(b"\"1\",\"say \\\"no\\\", \"\"please\"\"\",\\N\n\"2\",\"a\\\nb\nc\",\"\\N\"", b','),
            [["1", "say \"no\", \"please\"", ""], ["2", "a\nb\nc", ""]]
        );
        assert_eq!(read(b"a\\", b','), [["a\\"]]);
        assert_eq!(read(b"5 \" wide,x\n", b','), [["5 \" wide", "x"]]);
    }

    #[test]
    fn only_what_cannot_be_meant_otherwise_is_certain() {
        assert!(is_meant(b"1,\"say \\\"no\\\" please\"", b',', 2));
        for (record, width) in [
            (&b"1,\"C:\\folder\\\""[..], 2),
            (b"1,\"C:\\\" and \"D:\\\"", 2),
            (b"1,\"say \\\"no\\\" please\"", 3),
            (b"1,\"say \"\"no\"\" please\"", 2),
            (b"1,\"say \\\"no please", 2),
        ] {
            assert!(!is_meant(record, b',', width), "{}", String::from_utf8_lossy(record));
        }
    }

    #[test]
    fn batch_output_is_told_from_paths() {
        for batch in ["a\\nb\tNULL", "\\\\", "a\\tb\\0"] {
            assert!(has_batch_escapes(batch.as_bytes()), "{batch}");
        }
        for other in ["C:\\new\\table", "\\o/", "a\\nb \\d+", "a\\", "a"] {
            assert!(!has_batch_escapes(other.as_bytes()), "{other}");
        }
        let mut out = Vec::new();
        write_batch(b"a\\nb \\o/ \\\\", &mut out);
        write_batch(b"NULL", &mut out);
        assert_eq!(out, b"a\nb \\o/ \\");
    }
}

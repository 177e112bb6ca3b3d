//! Finds what separates the cells of a table, from its first lines.

use crate::thread::known::Known;

/// The delimiters looked for, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The delimiter that gives the header the most known names, else the first one that it contains. Spreadsheets write
/// semicolons in locales where the comma is the decimal separator.
pub(crate) fn of_header(head: &[u8]) -> u8 {
    let line = first_line(head);
    let known = |delimiter: u8| {
        let cells = line.split(|byte| *byte == delimiter).map(|cell| String::from_utf8_lossy(cell));
        cells.filter(|cell| Known::of_name(cell.trim().trim_matches('"')).is_some()).count()
    };
    let there = DELIMITERS.into_iter().rev().filter(|delimiter| line.contains(delimiter));
    // `max_by_key` gives the last of equals, which is the likeliest.
    there.max_by_key(|delimiter| known(*delimiter)).unwrap_or(b',')
}

/// The delimiter named on a line of its own before the header, as Excel reads and writes it: `sep=;`.
pub(crate) fn of_own_line(head: &[u8]) -> Option<u8> {
    let line = first_line(head);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [name @ .., delimiter] if name.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

fn first_line(head: &[u8]) -> &[u8] {
    let head = head.trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells() {
        for (header, delimiter) in [
            ("id,text\n", b','),
            ("id;text\n1;a,b\n", b';'),
            ("id\ttext\n", b'\t'),
            ("id|text|author\r\n", b'|'),
            ("id;text;\"words, more\"\n", b';'),
            ("Nr,Body;Words\n", b','),
            ("text\n", b','),
            ("", b','),
        ] {
            assert_eq!(of_header(header.as_bytes()), delimiter, "{header}");
        }
    }

    #[test]
    fn a_line_of_its_own_tells() {
        for (head, delimiter) in
            [("sep=;\r\nid;text", Some(b';')), ("SEP=\t\n", Some(b'\t')), ("\"sep=|\"\n", Some(b'|'))]
        {
            assert_eq!(of_own_line(head.as_bytes()), delimiter, "{head}");
        }
        for head in ["sep=\n", "sep=;;\n", "id,text\n", "sep;text\n"] {
            assert_eq!(of_own_line(head.as_bytes()), None, "{head}");
        }
    }
}

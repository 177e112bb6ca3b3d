//! UTF-8 out of bytes in whatever encoding: told by their first bytes, named, declared or guessed.

use std::io::{self, Cursor, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::thread::declared_encoding::declared;
use crate::thread::error::ThreadError;
use crate::thread::guessed_encoding::Guessing;
use crate::thread::told::Told;

/// As many bytes tell how a file is packed, and in which form of Unicode.
const START: usize = 4;

/// The first bytes, fewer if there are no more.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn read_start(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(START);
    reader.by_ref().take(START as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// The encoding of that label, as the WHATWG's Encoding Standard names it.
///
/// # Errors
/// When it is unknown.
pub(crate) fn named_encoding(label: &str) -> Result<&'static Encoding, ThreadError> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| ThreadError::UnknownEncoding(label.to_owned()))
}

/// Drops the byte order mark and makes UTF-8 of what follows.
///
/// A byte order mark wins over the `encoding` that was named, and that over what an XML declaration says. Without any the
/// encoding is guessed, and `told` knows what was guessed.
///
/// # Errors
/// When the first bytes cannot be read.
pub(crate) fn transcode(
    mut plain: Box<dyn Read + Send>,
    encoding: Option<&'static Encoding>,
    told: &Told,
) -> io::Result<Box<dyn Read + Send>> {
    let mut start = read_start(&mut plain)?;
    let (marked, length) = match start.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (Some(UTF_8), 3),
        [0xff, 0xfe, ..] => (Some(UTF_16LE), 2),
        [0xfe, 0xff, ..] => (Some(UTF_16BE), 2),
        // Every other byte of ASCII in UTF-16 is a NUL, which no text has.
        [first, 0, second, 0] if is_plain(*first) && is_plain(*second) => (Some(UTF_16LE), 0),
        [0, first, 0, second] if is_plain(*first) && is_plain(*second) => (Some(UTF_16BE), 0),
        _ => (None, 0),
    };
    let is_binary = BINARY.iter().any(|magic| start.starts_with(magic));
    start.drain(..length);
    let declared = if marked.is_none() && encoding.is_none() { declared(&mut start, &mut plain)? } else { None };
    let unmarked = Cursor::new(start).chain(plain);
    // What is no text says itself how its texts are written.
    Ok(match marked.or(encoding.filter(|_| !is_binary)).or(declared) {
        None if is_binary => Box::new(unmarked),
        None => Box::new(Guessing::new(unmarked, told.clone())),
        Some(utf8) if utf8 == UTF_8 => Box::new(unmarked),
        Some(other) => {
            Box::new(DecodeReaderBytesBuilder::new().encoding(Some(other)).bom_sniffing(false).build(unmarked))
        }
    })
}

/// How files begin that are no text in any encoding.
const BINARY: [&[u8]; 5] = [b"PK", b"PAR1", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"\xfd7zX"];

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcoded(bytes: &[u8], encoding: Option<&str>) -> (Vec<u8>, Told) {
        let told = Told::default();
        let named = encoding.map(|label| named_encoding(label).unwrap());
        let mut reader = transcode(Box::new(Cursor::new(bytes.to_vec())), named, &told).unwrap();
        let mut out = Vec::new();
        reader.read_to_end(&mut out).unwrap();
        (out, told)
    }

    fn decoded(bytes: &[u8], encoding: Option<&str>) -> String {
        String::from_utf8(transcoded(bytes, encoding).0).unwrap()
    }

    #[test]
    fn byte_order_marks_are_dropped_and_obeyed() {
        assert_eq!(decoded(b"\xef\xbb\xbfid", None), "id");
        assert_eq!(decoded(b"\xff\xfei\0d\0", None), "id");
        assert_eq!(decoded(b"\xfe\xff\0i\0d", Some("windows-1252")), "id");
        assert_eq!(decoded(b"", None), "");
        assert_eq!(decoded(b"i", None), "i");
    }

    #[test]
    fn utf_16_is_told_without_a_mark() {
        let little: Vec<u8> = "id\ttext".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "id\ttext".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&little, None), "id\ttext");
        assert_eq!(decoded(&big, None), "id\ttext");
    }

    #[test]
    fn another_encoding_is_guessed_and_told_unless_one_is_named() {
        let bytes = b"text\ncaf\xe9\nna\xefve\n";
        let (text, told) = transcoded(bytes, None);
        assert_eq!((&*text, told.encoding()), ("text\ncafé\nnaïve\n".as_bytes(), Some("windows-1252")));
        assert_eq!(transcoded(bytes, Some("utf-8")).0, bytes);
    }

    #[test]
    fn what_xml_declares_holds_unless_a_mark_or_an_option_says_otherwise() {
        let xml = |letter: &[u8]| [b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>caf", letter, b"</a>"].concat();
        assert!(decoded(&xml(b"\xe9"), None).ends_with("<a>café</a>"));
        assert!(decoded(&xml("é".as_bytes()), Some("utf-8")).ends_with("<a>café</a>"));
        assert!(decoded(&[b"\xef\xbb\xbf", &*xml("é".as_bytes())].concat(), None).ends_with("<a>café</a>"));
    }

    #[test]
    fn a_named_encoding_is_transcoded() {
        assert_eq!(decoded(b"caf\xe9 \x80", Some("windows-1252")), "café €");
    }

    #[test]
    fn bad_utf8_is_passed_on_for_the_rows_to_refuse() {
        assert_eq!(transcoded(b"caf\xe9", None).0, b"caf\xe9");
    }
}

//! Text in an unstated encoding: UTF-8, unless its first bytes beyond ASCII show that it is not.
//!
//! While bytes are ASCII, which is the same in every encoding that is guessed, they are passed on as they come. The
//! first character beyond ASCII decides: if it is UTF-8, so is the rest, and rows that are not are refused one by one.
//! If it is not, a stretch of what follows is inspected; with a pipe, that means waiting for it. An encoding is guessed
//! only if nothing in that stretch is UTF-8 and more than one row is affected. In double-byte encodings (`Shift_JIS`,
//! GBK) some pairs look like UTF-8, so those have to be named.

use std::io::{self, Cursor, ErrorKind, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::thread::told::Told;

/// After this many bytes of ASCII, the input is taken for UTF-8.
const AWAITED: u64 = 1 << 20;
/// How many bytes are inspected from the first character that is not UTF-8.
const LOOKED_AT: usize = 64 << 10;
/// This many sequences that are not UTF-8 are more than a slip, even on one line.
const MANY: usize = 3;

/// A reader that yields UTF-8, or the bytes unchanged if no encoding fits.
pub(crate) struct Guessing<R> {
    state: State<R>,
    told: Told,
}

enum State<R> {
    /// This many bytes of ASCII have been passed on.
    Ascii(R, u64),
    /// UTF-8, or taken for it: first what was inspected, then the rest.
    Utf8(io::Chain<Cursor<Vec<u8>>, R>),
    Other(Box<dyn Read + Send>),
    /// In transition between the other states.
    Changing,
}

impl<R: Read + Send + 'static> Guessing<R> {
    /// Reads from `reader`; `told` receives the encoding if one is guessed.
    pub(crate) fn new(reader: R, told: Told) -> Self {
        Self { state: State::Ascii(reader, 0), told }
    }

    /// Decides from what was `read` so far, whose first byte beyond ASCII is at `at`, and from what follows.
    fn decide(&self, mut reader: R, mut read: Vec<u8>, at: usize) -> io::Result<State<R>> {
        let is_utf8 = loop {
            match first_is_utf8(read.get(at..).unwrap_or_default()) {
                Some(is_utf8) => break is_utf8,
                None if !more(&mut reader, &mut read, 1)? => break false,
                None => {}
            }
        };
        if !is_utf8 {
            let mut is_whole = false;
            while !is_whole && read.len() < at + LOOKED_AT {
                let missing = at + LOOKED_AT - read.len();
                is_whole = !more(&mut reader, &mut read, missing)?;
            }
            if let Some(encoding) = guess(read.get(at..).unwrap_or_default(), is_whole) {
                self.told.guessed(encoding);
                let rest = Cursor::new(read).chain(reader);
                let decoded = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_sniffing(false).build(rest);
                return Ok(State::Other(Box::new(decoded)));
            }
        }
        Ok(State::Utf8(Cursor::new(read).chain(reader)))
    }
}

impl<R: Read + Send + 'static> Read for Guessing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Ascii(reader, passed) => {
                    let length = reader.read(buffer)?;
                    let read = buffer.get(..length).unwrap_or_default();
                    let ascii = Encoding::ascii_valid_up_to(read);
                    if ascii == length {
                        *passed += length as u64;
                        if *passed < AWAITED {
                            return Ok(length);
                        }
                    }
                    let read = read.to_vec();
                    let State::Ascii(reader, _) = std::mem::replace(&mut self.state, State::Changing) else {
                        return Ok(0);
                    };
                    if ascii == length {
                        self.state = State::Utf8(Cursor::new(Vec::new()).chain(reader));
                        return Ok(length);
                    }
                    self.state = self.decide(reader, read, ascii)?;
                }
                State::Utf8(reader) => return reader.read(buffer),
                State::Other(reader) => return reader.read(buffer),
                // Reading failed during the inspection.
                State::Changing => return Ok(0),
            }
        }
    }
}

/// Appends at most `most` bytes; `false` at the end.
fn more(reader: &mut impl Read, read: &mut Vec<u8>, most: usize) -> io::Result<bool> {
    let before = read.len();
    read.resize(before + most, 0);
    let length = loop {
        match reader.read(read.get_mut(before..).unwrap_or_default()) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => break result,
        }
    };
    read.truncate(before + *length.as_ref().unwrap_or(&0));
    Ok(length? > 0)
}

/// Whether these bytes begin with a character of UTF-8; `None` if they end within it.
fn first_is_utf8(bytes: &[u8]) -> Option<bool> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Some(true),
        Err(error) if error.valid_up_to() > 0 => Some(true),
        Err(error) => error.error_len().map(|_| false),
    }
}

/// The encoding of bytes that do not seem to be UTF-8; `None` if all but a few rows may be UTF-8, or if they are not
/// text.
fn guess(bytes: &[u8], is_whole: bool) -> Option<&'static Encoding> {
    let (mut sequences, mut lines, mut is_new_line) = (0, 0, true);
    for chunk in bytes.utf8_chunks() {
        if chunk.valid().bytes().any(|byte| byte == 0 || !byte.is_ascii()) {
            return None;
        }
        is_new_line |= chunk.valid().contains(['\n', '\r']);
        if !chunk.invalid().is_empty() {
            sequences += 1;
            lines += usize::from(std::mem::take(&mut is_new_line));
        }
    }
    if lines < 2 && sequences < MANY {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, is_whole);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let mut decoded = String::with_capacity(3 * bytes.len());
    let (_, _, is_broken) = encoding.new_decoder_without_bom_handling().decode_to_string(bytes, &mut decoded, is_whole);
    // Windows encodings map bytes without a character of their own to these.
    let is_text = !is_broken && !decoded.contains(|char: char| ('\u{80}'..'\u{a0}').contains(&char));
    is_text.then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives one byte at a time.
    struct Slow(Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(&mut buffer[..most])
        }
    }

    /// The bytes read, and the encoding guessed.
    fn read(bytes: &[u8]) -> (Vec<u8>, Option<&'static str>) {
        let (fast, slow) = (Told::default(), Told::default());
        let (mut at_once, mut slowly) = (Vec::new(), Vec::new());
        Guessing::new(Cursor::new(bytes.to_vec()), fast.clone()).read_to_end(&mut at_once).unwrap();
        Guessing::new(Slow(Cursor::new(bytes.to_vec())), slow.clone()).read_to_end(&mut slowly).unwrap();
        assert_eq!((&at_once, fast.encoding()), (&slowly, slow.encoding()), "it is the same however it comes");
        (at_once, fast.encoding())
    }

    #[test]
    fn text_in_windows_1252_is_read() {
        let rows = b"id,text\n1,caf\xe9 \x96 na\xefve\n2,the mayor\x92s plan\n3,ascii\n";
        let (text, encoding) = read(rows);
        assert_eq!(encoding, Some("windows-1252"));
        assert_eq!(String::from_utf8(text).unwrap(), "id,text\n1,café – naïve\n2,the mayor’s plan\n3,ascii\n");
    }

    #[test]
    fn other_encodings_of_one_byte_a_letter_are_told_apart() {
        let text =
            "id,text\n1,Библиотеку на набережной закрывать нельзя, это решение неправильное.\n2,Согласен с вами.\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        assert_eq!(read(&bytes), (text.as_bytes().to_vec(), Some("windows-1251")));
    }

    #[test]
    fn bytes_are_passed_on_where_only_some_rows_are_bad_or_it_is_no_text() {
        let mut late = vec![b'a'; AWAITED as usize];
        late.extend_from_slice(b"\n\xe9\n\xe9\n\xe9\n");
        for bytes in [
            &b"id,text\n1,caf\xe9\n2,fine\n"[..],
            "1,caf\u{e9}\n".as_bytes(),
            b"1,caf\xc3\xa9\n2,bad \xe9\n3,bad \xe9\n4,bad \xe9\n",
            b"1,bad \xe9\n2,bad \xe9\n3,bad \xe9\n4,caf\xc3\xa9\n",
            b"1,\xe9\n2,\0\n3,\xe9\n",
            b"\x81\n\x8d\n\x8f\n\x90\n",
            b"cut off \xe2\x82",
            &late,
            b"",
        ] {
            assert_eq!(read(bytes), (bytes.to_vec(), None));
        }
    }
}

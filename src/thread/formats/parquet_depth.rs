//! Checks how deep the schema of a Parquet table is nested before it is read: the reader recurses into each level, and
//! a file of a few thousand bytes could have more levels than the stack can hold.
//!
//! The schema is the second field of the metadata at the end of the file, a list in Thrift's compact protocol: each
//! element states how many of the following elements are inside it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use crate::thread::limits::DOCUMENT_LIMIT;

/// No sensible file is nested deeper.
const MOST: usize = 100;
/// The length of the file's end: the size of the metadata, and `PAR1`.
const END: usize = 8;

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("it is no whole table in Parquet: its end is missing or broken")]
    Broken,
    #[error("its columns are nested more than {MOST} levels deep")]
    TooDeep,
}

/// Refuses a file whose schema is too deep or cannot be found; leaves the file at its beginning.
pub(crate) fn check(file: &mut File) -> Result<(), Refusal> {
    let metadata = metadata(file).ok().flatten().ok_or(Refusal::Broken)?;
    if depth(&metadata).ok_or(Refusal::Broken)? > MOST { Err(Refusal::TooDeep) } else { Ok(()) }
}

fn metadata(file: &mut File) -> std::io::Result<Option<Vec<u8>>> {
    let size = file.seek(SeekFrom::End(0))?;
    let Some(begin_of_end) = size.checked_sub(END as u64) else { return Ok(None) };
    file.seek(SeekFrom::Start(begin_of_end))?;
    let mut end = [0; END];
    file.read_exact(&mut end)?;
    let [a, b, c, d, magic @ ..] = end;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    let (true, Some(begin)) = (magic == *b"PAR1" && length <= DOCUMENT_LIMIT, begin_of_end.checked_sub(length)) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(begin))?;
    let mut metadata = Vec::new();
    file.take(length).read_to_end(&mut metadata)?;
    file.rewind()?;
    Ok(Some(metadata))
}

/// How many levels the schema has; `None` if it cannot be found.
fn depth(metadata: &[u8]) -> Option<usize> {
    const SCHEMA: i64 = 2;
    const CHILDREN: i64 = 5;
    let mut reader = Compact { rest: metadata };
    let mut field = 0;
    loop {
        let kind = reader.field(&mut field).filter(|kind| *kind != END_OF_STRUCT)?;
        if field != SCHEMA {
            reader.skip(kind, 0)?;
            continue;
        }
        let (elements, _) = (kind == LIST).then(|| reader.list())??;
        // For each open element, how many inside it are still to come.
        let (mut open, mut deepest) = (Vec::new(), 0);
        for _ in 0..elements {
            let (mut field, mut children) = (0, 0);
            loop {
                match (reader.field(&mut field)?, field) {
                    (END_OF_STRUCT, _) => break,
                    (I16 | I32 | I64, CHILDREN) => children = reader.integer()?,
                    (kind, _) => reader.skip(kind, 0)?,
                }
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            if children > 0 {
                open.push(children);
                deepest = deepest.max(open.len());
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        return Some(deepest);
    }
}

const END_OF_STRUCT: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// The most levels in fields that are skipped.
const MOST_SKIPPED: usize = 16;

/// Thrift's compact protocol, as far as needed to skip fields.
struct Compact<'m> {
    rest: &'m [u8],
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        self.rest = self.rest.get(length..)?;
        Some(())
    }

    /// A varint: groups of seven bits, lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A zigzag integer, with the sign in its lowest bit.
    fn integer(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The type of a struct's next field, [`END_OF_STRUCT`] at its end; sets `field` to its number.
    fn field(&mut self, field: &mut i64) -> Option<u8> {
        let head = self.byte()?;
        if head == END_OF_STRUCT {
            return Some(END_OF_STRUCT);
        }
        *field = match head >> 4 {
            0 => self.integer()?,
            more => field.checked_add(i64::from(more))?,
        };
        Some(head & 0x0f).filter(|kind| *kind != END_OF_STRUCT)
    }

    /// The number of elements in a list, and their type.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.number()?,
            count => u64::from(count),
        };
        Some((count, head & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MOST_SKIPPED {
            return None;
        }
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.pass(1),
            I16 | I32 | I64 => self.number().map(drop),
            DOUBLE => self.pass(8),
            BINARY => {
                let length = self.number()?;
                self.pass(usize::try_from(length).ok()?)
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip_element(kind, depth + 1))
            }
            MAP => {
                let count = self.number()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    self.skip_element(kinds >> 4, depth + 1)?;
                    self.skip_element(kinds & 0x0f, depth + 1)
                })
            }
            STRUCT => {
                let mut field = 0;
                loop {
                    match self.field(&mut field)? {
                        END_OF_STRUCT => return Some(()),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            _ => None,
        }
    }

    /// A Boolean takes a byte as an element, but is part of the type as a field.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Option<()> {
        if matches!(kind, TRUE | FALSE) { self.pass(1) } else { self.skip(kind, depth) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// A table without rows, whose one column is inside this many structs.
    fn nested(levels: usize) -> File {
        let mut metadata = vec![0x15, 0x02, 0x19, 0xfc];
        let mut count = levels + 2;
        while count >= 0x80 {
            metadata.push(count as u8 & 0x7f | 0x80);
            count >>= 7;
        }
        metadata.push(count as u8);
        metadata.extend_from_slice(b"\x48\x01r\x15\x02\x00");
        (0..levels).for_each(|_| metadata.extend_from_slice(b"\x35\x00\x18\x01a\x15\x02\x00"));
        metadata.extend_from_slice(b"\x15\x0c\x25\x00\x18\x01b\x00\x16\x00\x19\x0c\x00");
        let mut file = tempfile::tempfile().unwrap();
        let length = (metadata.len() as u32).to_le_bytes();
        file.write_all(&[b"PAR1", &metadata[..], &length, b"PAR1"].concat()).unwrap();
        file
    }

    #[test]
    fn what_is_too_deep_to_be_read_is_refused() {
        assert_eq!(check(&mut nested(0)), Ok(()));
        assert_eq!(check(&mut nested(99)), Ok(()));
        for levels in [100, 3_000, 1_000_000] {
            assert_eq!(check(&mut nested(levels)), Err(Refusal::TooDeep), "{levels}");
        }
    }

    #[test]
    fn what_has_no_end_is_refused() {
        for bytes in [
            &b""[..],
            b"PAR1",
            b"PAR1\xff\xff\xff\xffPAR1",
            b"PAR1PAR1\x00\x00\x00\x00PAR1",
            b"PAR1\x08\x00\x00\x00PAR1",
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            assert_eq!(check(&mut file), Err(Refusal::Broken), "{bytes:?}");
        }
    }
}

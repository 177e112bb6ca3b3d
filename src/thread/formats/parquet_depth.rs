//! Checks the schema of a Parquet table before it is read: the reader recurses into each level, and a file of a few
//! thousand bytes could have more levels than the stack can hold; and it allocates for as many elements as each says
//! are inside it.
//!
//! The schema is the second field of the metadata at the end of the file, a list in Thrift's compact protocol: each
//! element states how many of the following elements are inside it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use crate::thread::formats::parquet_compact::{Compact, END_OF_STRUCT, I16, I32, I64, LIST};
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

/// How many levels the schema has; `None` if it cannot be found or has fewer elements than it says.
fn depth(metadata: &[u8]) -> Option<usize> {
    const SCHEMA: i64 = 2;
    const CHILDREN: i64 = 5;
    let mut reader = Compact::new(metadata);
    let mut field = 0;
    loop {
        let kind = reader.field(&mut field).filter(|kind| *kind != END_OF_STRUCT)?;
        if field != SCHEMA {
            reader.skip(kind, 0)?;
            continue;
        }
        let (elements, _) = (kind == LIST).then(|| reader.list())??;
        // For each open element, how many inside it are still to come.
        let (mut open, mut deepest, mut inside) = (Vec::new(), 0, 0_u64);
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
            // No element is inside two others.
            inside = inside.saturating_add(u64::try_from(children).ok()?);
            if inside >= elements {
                return None;
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
    fn a_schema_with_fewer_elements_than_it_says_is_refused() {
        // The second element has a billion others inside it; and two have one each, where only one follows.
        for elements in [
            &b"\x48\x01r\x15\x02\x00\x35\x00\x18\x01a\x15\x80\xa8\xd6\xb9\x07\x00\x15\x0c\x25\x00\x18\x01b\x00"[..],
            b"\x48\x01r\x15\x04\x00\x35\x00\x18\x01a\x15\x02\x00\x15\x0c\x25\x00\x18\x01b\x00",
        ] {
            let metadata = [b"\x15\x02\x19\x3c", elements, b"\x16\x00\x19\x0c\x00"].concat();
            assert_eq!(depth(&metadata), None, "{elements:?}");
        }
        let sound = b"\x48\x01r\x15\x02\x00\x35\x00\x18\x01a\x15\x02\x00\x15\x0c\x25\x00\x18\x01b\x00";
        assert_eq!(depth(&[b"\x15\x02\x19\x3c", &sound[..], b"\x16\x00\x19\x0c\x00"].concat()), Some(2));
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

//! Thrift's compact protocol, as far as needed to check what a Parquet file says of itself. Its variable-length numbers
//! are also those of Parquet's delta encodings.

pub(crate) const END_OF_STRUCT: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
pub(crate) const I16: u8 = 4;
pub(crate) const I32: u8 = 5;
pub(crate) const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
pub(crate) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// The most levels in fields that are skipped.
const MOST_SKIPPED: usize = 16;

/// Reads bytes from their beginning on; `None` where they end too soon or are something else.
pub(crate) struct Compact<'m> {
    rest: &'m [u8],
}

impl<'m> Compact<'m> {
    pub(crate) fn new(bytes: &'m [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'m [u8] {
        self.rest
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'m [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        self.take(length).map(drop)
    }

    /// A varint: groups of seven bits, lowest first.
    pub(crate) fn number(&mut self) -> Option<u64> {
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
    pub(crate) fn integer(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The type of a struct's next field, [`END_OF_STRUCT`] at its end; sets `field` to its number.
    pub(crate) fn field(&mut self, field: &mut i64) -> Option<u8> {
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
    pub(crate) fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.number()?,
            count => u64::from(count),
        };
        Some((count, head & 0x0f))
    }

    pub(crate) fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
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

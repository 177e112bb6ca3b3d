//! The values of a column of a Parquet table as text, some rows at a time.

use std::fmt::{Display, Write as _};

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::{ParquetError, Result};

use crate::thread::formats::parquet_columns::{Form, Leaf};
use crate::thread::formats::parquet_pages::Shared;
use crate::thread::kind::{Unit, day, time};

/// Values that were read and not handed out yet.
pub(crate) struct Values {
    leaf: Leaf,
    reader: ColumnReader,
    read: Read,
    defined: Vec<i16>,
    repeated: Vec<i16>,
    /// The indices of the next value and the next level.
    at: usize,
    level: usize,
    /// What [`CheckedPages`](crate::thread::formats::parquet_pages::CheckedPages) counts for them.
    listed: Shared,
}

/// Values as stored.
enum Read {
    Truth(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Time(Vec<Int96>),
    Single(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// Why a value cannot be converted to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unwritten {
    /// It is declared as text but is not UTF-8.
    NotUtf8,
    /// It is binary and not declared as text.
    NoText,
    /// It is a date or time outside the calendar.
    NoTime,
}

impl Values {
    pub(crate) fn new(leaf: Leaf, reader: ColumnReader, listed: Shared) -> Self {
        let read = match &reader {
            ColumnReader::BoolColumnReader(_) => Read::Truth(Vec::new()),
            ColumnReader::Int32ColumnReader(_) => Read::Int(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Read::Long(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Read::Time(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Read::Single(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Read::Double(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Read::Bytes(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Read::Fixed(Vec::new()),
        };
        Self { leaf, reader, read, defined: Vec::new(), repeated: Vec::new(), at: 0, level: 0, listed }
    }

    /// Reads the next `rows` rows, replacing those read before.
    pub(crate) fn fill(&mut self, rows: usize) -> Result<()> {
        (self.at, self.level) = (0, 0);
        self.listed.clear();
        self.defined.clear();
        self.repeated.clear();
        let levels = (&mut self.defined, &mut self.repeated);
        let found = match (&mut self.reader, &mut self.read) {
            (ColumnReader::BoolColumnReader(reader), Read::Truth(values)) => fill(reader, rows, levels, values),
            (ColumnReader::Int32ColumnReader(reader), Read::Int(values)) => fill(reader, rows, levels, values),
            (ColumnReader::Int64ColumnReader(reader), Read::Long(values)) => fill(reader, rows, levels, values),
            (ColumnReader::Int96ColumnReader(reader), Read::Time(values)) => fill(reader, rows, levels, values),
            (ColumnReader::FloatColumnReader(reader), Read::Single(values)) => fill(reader, rows, levels, values),
            (ColumnReader::DoubleColumnReader(reader), Read::Double(values)) => fill(reader, rows, levels, values),
            (ColumnReader::ByteArrayColumnReader(reader), Read::Bytes(values)) => fill(reader, rows, levels, values),
            (ColumnReader::FixedLenByteArrayColumnReader(reader), Read::Fixed(values)) => {
                fill(reader, rows, levels, values)
            }
            _ => Ok(0),
        }?;
        if found == rows {
            Ok(())
        } else {
            Err(ParquetError::General("its columns are of different lengths".to_owned()))
        }
    }

    /// Appends the next row's value to `cell`: nothing if it is missing, a JSON list if it is in lists.
    pub(crate) fn next(&mut self, cell: &mut String) -> std::result::Result<(), Unwritten> {
        if self.leaf.lists.is_empty() {
            return if self.is_defined() { self.value(cell) } else { Ok(()) };
        }
        let (mut open, mut begins, mut fault) = (0, true, Ok(()));
        while begins || self.goes_on() {
            let (repeated, defined) = (self.repeated.get(self.level).copied(), self.defined.get(self.level).copied());
            let (Some(repeated), Some(defined)) = (repeated, defined) else { break };
            if begins && defined.saturating_add(1) < self.leaf.lists.first().copied().unwrap_or_default() {
                self.level += 1;
                return Ok(());
            }
            if !begins {
                let kept = usize::try_from(repeated).unwrap_or_default().min(open);
                (kept..open).for_each(|_| cell.push(']'));
                open = kept;
                cell.push(',');
            }
            begins = false;
            // An inner list may be empty or missing.
            if let Some(within) = self.leaf.lists.iter().skip(open).position(|list| defined < *list) {
                (0..within).for_each(|_| cell.push('['));
                let list = self.leaf.lists.get(open + within).copied().unwrap_or_default();
                cell.push_str(if defined.saturating_add(1) == list { "[]" } else { "null" });
                open += within;
                self.level += 1;
            } else {
                (open..self.leaf.lists.len()).for_each(|_| cell.push('['));
                open = self.leaf.lists.len();
                fault = fault.and(self.element(cell));
            }
        }
        (0..open).for_each(|_| cell.push(']'));
        fault
    }

    /// Appends the next row as a JSON object with these keys.
    pub(crate) fn next_map(&mut self, values: &mut Self, cell: &mut String) -> std::result::Result<(), Unwritten> {
        let list = self.leaf.lists.first().copied().unwrap_or_default();
        let (mut begins, mut fault) = (true, Ok(()));
        while begins || self.goes_on() {
            let Some(defined) = self.defined.get(self.level).copied() else { break };
            if defined < list {
                self.level += 1;
                values.level += 1;
                if defined.saturating_add(1) == list {
                    cell.push_str("{}");
                }
                return Ok(());
            }
            cell.push(if begins { '{' } else { ',' });
            begins = false;
            let mut key = String::new();
            fault = fault.and(if self.is_defined() { self.value(&mut key) } else { Ok(()) });
            push_json_text(cell, &key);
            cell.push(':');
            fault = fault.and(values.element(cell));
        }
        if !begins {
            cell.push('}');
        }
        fault
    }

    /// Whether the next value belongs to the same row.
    fn goes_on(&self) -> bool {
        self.repeated.get(self.level).is_some_and(|repeated| *repeated > 0)
    }

    /// Whether there is a value at the current level; moves to the next level.
    fn is_defined(&mut self) -> bool {
        let defined = self.leaf.defined == 0 || self.defined.get(self.level) == Some(&self.leaf.defined);
        self.level += 1;
        defined
    }

    /// Appends the next value as JSON.
    fn element(&mut self, cell: &mut String) -> std::result::Result<(), Unwritten> {
        if !self.is_defined() {
            cell.push_str("null");
            return Ok(());
        }
        let mut text = String::new();
        let done = self.value(&mut text);
        let is_number = matches!(
            self.leaf.form,
            Form::Signed | Form::Unsigned | Form::Unsigned32 | Form::Real | Form::Half | Form::Truth
        );
        match text.as_str() {
            "" if is_number => cell.push_str("null"),
            "NaN" | "inf" | "-inf" => cell.push_str("null"),
            number if is_number => cell.push_str(number),
            text => push_json_text(cell, text),
        }
        done
    }

    fn value(&mut self, cell: &mut String) -> std::result::Result<(), Unwritten> {
        let (at, form) = (self.at, self.leaf.form);
        self.at += 1;
        match &self.read {
            Read::Truth(values) => values.get(at).into_iter().for_each(|value| put(cell, value)),
            Read::Single(values) => values.get(at).into_iter().for_each(|value| put(cell, value)),
            Read::Double(values) => values.get(at).into_iter().for_each(|value| put(cell, value)),
            Read::Int(values) => return values.get(at).map_or(Ok(()), |value| int(*value, form, cell)),
            Read::Long(values) => return values.get(at).map_or(Ok(()), |value| long(*value, form, cell)),
            Read::Time(values) => return values.get(at).map_or(Ok(()), |value| long(value.to_nanos(), form, cell)),
            Read::Bytes(values) => return values.get(at).map_or(Ok(()), |value| bytes(value.data(), form, cell)),
            Read::Fixed(values) => return values.get(at).map_or(Ok(()), |value| bytes(value.data(), form, cell)),
        }
        Ok(())
    }
}

fn put(cell: &mut String, number: impl Display) {
    // Writing to a string cannot fail.
    let _ = write!(cell, "{number}");
}

fn fill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    (defined, repeated): (&mut Vec<i16>, &mut Vec<i16>),
    values: &mut Vec<T::T>,
) -> Result<usize> {
    values.clear();
    let mut found = 0;
    while found < rows {
        let (read, ..) = reader.read_records(rows - found, Some(&mut *defined), Some(&mut *repeated), values)?;
        if read == 0 {
            break;
        }
        found += read;
    }
    Ok(found)
}

fn int(value: i32, form: Form, cell: &mut String) -> std::result::Result<(), Unwritten> {
    match form {
        Form::Unsigned32 => put(cell, value.cast_unsigned()),
        Form::Day => cell.push_str(&day(value).ok_or(Unwritten::NoTime)?),
        _ => long(i64::from(value), form, cell)?,
    }
    Ok(())
}

fn long(value: i64, form: Form, cell: &mut String) -> std::result::Result<(), Unwritten> {
    match form {
        Form::Time(unit, utc) => cell.push_str(&time(value, unit, utc).ok_or(Unwritten::NoTime)?),
        Form::Clock(unit) => cell.push_str(&clock(value, unit).ok_or(Unwritten::NoTime)?),
        Form::Decimal(scale) => decimal(i128::from(value), scale, cell),
        Form::Unsigned => put(cell, value.cast_unsigned()),
        _ => put(cell, value),
    }
    Ok(())
}

/// A time of day.
fn clock(value: i64, unit: Unit) -> Option<String> {
    let time = time(value, unit, false)?;
    Some(time.strip_prefix("1970-01-01T")?.to_owned())
}

fn bytes(value: &[u8], form: Form, cell: &mut String) -> std::result::Result<(), Unwritten> {
    match (form, value) {
        (Form::Decimal(scale), [first, ..]) if value.len() <= 16 => {
            let sign = if *first >= 0x80 { -1 } else { 0 };
            decimal(value.iter().fold(sign, |number, byte| (number << 8) | i128::from(*byte)), scale, cell);
        }
        (Form::Uuid, _) if value.len() == 16 => {
            for (at, byte) in value.iter().enumerate() {
                if matches!(at, 4 | 6 | 8 | 10) {
                    cell.push('-');
                }
                let _ = write!(cell, "{byte:02x}");
            }
        }
        (Form::Half, &[low, high]) => put(cell, half(u16::from_le_bytes([low, high]))),
        _ => match std::str::from_utf8(value) {
            Ok(text) => cell.push_str(text),
            Err(_) => return Err(if form == Form::Text { Unwritten::NotUtf8 } else { Unwritten::NoText }),
        },
    }
    Ok(())
}

/// A 16-bit floating-point number: a sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff) / 1024.0);
    let number = match exponent {
        0 => fraction * 2_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction) * 2_f32.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -number } else { number }
}

/// A number in units of 10 to the power of minus `scale`.
fn decimal(number: i128, scale: i32, cell: &mut String) {
    let scale = usize::try_from(scale).unwrap_or_default().min(64);
    let digits = format!("{:0width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if number < 0 {
        cell.push('-');
    }
    cell.push_str(whole);
    if scale > 0 {
        cell.push('.');
        cell.push_str(fraction);
    }
}

fn push_json_text(cell: &mut String, text: &str) {
    cell.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &[u8], form: Form) -> String {
        let mut cell = String::new();
        bytes(value, form, &mut cell).unwrap();
        cell
    }

    #[test]
    fn decimals_are_written_with_their_point() {
        for (bytes, scale, expected) in
            [(&[0x04, 0xd2][..], 2, "12.34"), (&[0xff], 2, "-0.01"), (&[0x07], 0, "7"), (&[0x00], 3, "0.000")]
        {
            assert_eq!(text(bytes, Form::Decimal(scale)), expected);
        }
    }

    #[test]
    fn other_values_are_written_as_people_do() {
        assert_eq!(text(&[0x00, 0x3e], Form::Half), "1.5");
        assert_eq!(text(&[0x66, 0xae], Form::Half), "-0.099975586");
        let uuid = text(&(0..16).collect::<Vec<u8>>(), Form::Uuid);
        assert_eq!(uuid, "00010203-0405-0607-0809-0a0b0c0d0e0f");
        assert_eq!(clock(36_900_000, Unit::Millis).as_deref(), Some("10:15:00"));
        assert_eq!(bytes(b"\xff", Form::Text, &mut String::new()), Err(Unwritten::NotUtf8));
        assert_eq!(bytes(b"\xff", Form::Bytes, &mut String::new()), Err(Unwritten::NoText));
    }
}

//! Checks the pages of a Parquet table before they are decoded. The `parquet` crate allocates for as many values as a
//! page says it has, and an allocation that fails cannot be caught as a panic can: a broken file of a few bytes could
//! end the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescPtr;

use crate::thread::formats::parquet_compact::Compact;
use crate::thread::formats::parquet_lengths::Lengths;

/// The most values that are decoded at once: of a list, or of a page of texts in a delta encoding.
const MOST_VALUES: u64 = 1 << 24;
/// The most bytes that the values of a page may grow to when decoded.
const DECODED_LIMIT: u64 = 1 << 30;
/// The most bytes of the pages that the columns of a row group are on.
const PAGES_LIMIT: u64 = 4 << 30;
/// What a value of a dictionary takes in memory, besides its text.
const ENTRY: u64 = 32;

/// A number that the readers of several pages add to.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<AtomicU64>);

impl Shared {
    pub(crate) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Replaces one part of the number by another; gives the sum.
    fn replace(&self, old: u64, new: u64) -> u64 {
        self.0.fetch_sub(old, Ordering::Relaxed);
        self.0.fetch_add(new, Ordering::Relaxed).saturating_add(new)
    }
}

/// The pages of one column.
pub(crate) struct CheckedPages {
    pub(crate) pages: Box<dyn PageReader>,
    pub(crate) column: ColumnDescPtr,
    /// How many rows are decoded at once.
    pub(crate) rows: usize,
    /// The values of lists that were decoded for these rows, beyond one for each byte.
    pub(crate) listed: Shared,
    /// The bytes of all pages of the row group that are in memory, and of this column's dictionary and page.
    pub(crate) held: Shared,
    pub(crate) dictionary: u64,
    pub(crate) page: u64,
}

impl CheckedPages {
    fn check(&mut self, page: &Page) -> Result<()> {
        let (bytes, values) = (page.buffer().len() as u64, u64::from(page.num_values()));
        let before = self.dictionary + self.page;
        if page.is_dictionary_page() {
            if self.least_size(values) > bytes {
                return Err(refused(format!("a dictionary of {bytes} bytes cannot have {values} values")));
            }
            self.dictionary = bytes + values * ENTRY;
        } else {
            self.check_values(page)?;
            self.page = bytes;
        }
        if self.held.replace(before, self.dictionary + self.page) > PAGES_LIMIT {
            let limit = PAGES_LIMIT >> 30;
            return Err(refused(format!(
                "its pages take more than {limit} GiB at a time: write it with smaller pages"
            )));
        }
        Ok(())
    }

    /// The fewest bytes that so many values of a dictionary take in its page.
    fn least_size(&self, values: u64) -> u64 {
        match self.column.physical_type() {
            Physical::BOOLEAN => values.div_ceil(8),
            Physical::INT32 | Physical::FLOAT | Physical::BYTE_ARRAY => values.saturating_mul(4),
            Physical::INT64 | Physical::DOUBLE => values.saturating_mul(8),
            Physical::INT96 => values.saturating_mul(12),
            Physical::FIXED_LEN_BYTE_ARRAY => values.saturating_mul(self.width().max(1)),
        }
    }

    /// The bytes of each value in a column of values of one length.
    fn width(&self) -> u64 {
        u64::try_from(self.column.type_length()).unwrap_or(0)
    }

    /// Checks what the values of a data page take when they are decoded.
    fn check_values(&self, page: &Page) -> Result<()> {
        let (bytes, values) = (page.buffer().len() as u64, u64::from(page.num_values()));
        let is_list = self.column.max_rep_level() > 0;
        // Lists are long where their values are stored one by one, as embeddings are; not where a few bytes repeat one.
        if is_list && self.listed.replace(0, self.repeated(page)?.min(values).saturating_sub(bytes)) > MOST_VALUES {
            return Err(refused(format!("the lists in {bytes} bytes have too many values")));
        }
        let decoded = match page.encoding() {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => Lengths::read(self.values(page)?, MOST_VALUES).map(|_| bytes),
            Encoding::DELTA_BYTE_ARRAY => Lengths::read(self.values(page)?, MOST_VALUES).and_then(|prefixes| {
                let suffixes = Lengths::read(prefixes.rest, MOST_VALUES)?;
                prefixes.sum.checked_add(suffixes.sum)
            }),
            Encoding::BYTE_STREAM_SPLIT => {
                let at_once = if is_list { values } else { values.min(self.rows as u64) };
                at_once.checked_mul(self.width())
            }
            _ => return Ok(()),
        };
        if decoded.is_some_and(|decoded| decoded <= DECODED_LIMIT.max(bytes)) {
            Ok(())
        } else {
            Err(refused(format!("a page of {bytes} bytes cannot be decoded: it is broken, or has too many values")))
        }
    }

    /// How many values of a page are not the first of their row, at most: a row without any has a level too.
    fn repeated(&self, page: &Page) -> Result<u64> {
        let levels = match page {
            Page::DataPage { buf, rep_level_encoding: Encoding::RLE, .. } => {
                buf.split_first_chunk().and_then(|(length, rest)| rest.get(..u32::from_le_bytes(*length) as usize))
            }
            Page::DataPageV2 { buf, rep_levels_byte_len, .. } => buf.get(..*rep_levels_byte_len as usize),
            // Each has its bits.
            Page::DataPage { .. } | Page::DictionaryPage { .. } => Some(&[][..]),
        };
        let bits = u64::from(self.column.max_rep_level().max(1).ilog2() + 1);
        levels
            .and_then(|levels| not_zero(levels, bits))
            .ok_or_else(|| refused("the levels of a page are broken".to_owned()))
    }

    /// The part of a data page after the levels, where its values are.
    fn values<'p>(&self, page: &'p Page) -> Result<&'p [u8]> {
        let (repeated, defined) = (self.column.max_rep_level(), self.column.max_def_level());
        let values = match page {
            Page::DataPage { buf, num_values, rep_level_encoding, def_level_encoding, .. } => {
                after_levels(buf, *num_values, repeated, *rep_level_encoding)
                    .and_then(|rest| after_levels(rest, *num_values, defined, *def_level_encoding))
            }
            Page::DataPageV2 { buf, rep_levels_byte_len, def_levels_byte_len, .. } => {
                buf.get(*rep_levels_byte_len as usize..).and_then(|rest| rest.get(*def_levels_byte_len as usize..))
            }
            Page::DictionaryPage { buf, .. } => Some(&buf[..]),
        };
        values.ok_or_else(|| refused("a page ends before its values begin".to_owned()))
    }
}

/// How many of the levels are not 0, at most, in the hybrid of runs and packed groups of eight that they are stored in.
fn not_zero(levels: &[u8], bits: u64) -> Option<u64> {
    let (mut reader, mut found) = (Compact::new(levels), 0_u64);
    while !reader.rest().is_empty() {
        let head = reader.number()?;
        let count = head >> 1;
        if head & 1 == 0 {
            let level = reader.take(bits.div_ceil(8) as usize)?;
            found = found.saturating_add(if level.iter().all(|byte| *byte == 0) { 0 } else { count });
        } else {
            // The last group may be cut short.
            let packed = count.saturating_mul(bits).min(reader.rest().len() as u64);
            reader.take(packed as usize)?;
            found = found.saturating_add(count.saturating_mul(8));
        }
    }
    Some(found)
}

/// What follows the levels of a page of the first version; levels that are all 0 are not stored.
fn after_levels(bytes: &[u8], count: u32, most: i16, encoding: Encoding) -> Option<&[u8]> {
    if most == 0 {
        return Some(bytes);
    }
    if encoding == Encoding::RLE {
        let (length, rest) = bytes.split_first_chunk()?;
        return rest.get(u32::from_le_bytes(*length) as usize..);
    }
    // Packed without a length: as many bits each as the highest level needs.
    let bits = u64::from(count) * u64::from(most.ilog2() + 1);
    bytes.get(usize::try_from(bits.div_ceil(8)).ok()?..)
}

fn refused(reason: String) -> ParquetError {
    ParquetError::General(reason)
}

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.as_ref().map_or(Ok(()), |page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::schema::types::{ColumnDescriptor, ColumnPath, Type};

    /// Hands out the pages of a test.
    struct Given(Vec<Page>);

    impl Iterator for Given {
        type Item = Result<Page>;

        fn next(&mut self) -> Option<Self::Item> {
            self.get_next_page().transpose()
        }
    }

    impl PageReader for Given {
        fn get_next_page(&mut self) -> Result<Option<Page>> {
            Ok(self.0.pop())
        }

        fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
            Ok(None)
        }

        fn skip_next_page(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// Reads pages of a column whose values are of `width`, in a list or not; the error of the first one refused.
    fn error(physical: Physical, width: i32, is_list: bool, pages: Vec<Page>) -> Option<String> {
        let column = Type::primitive_type_builder("c", physical).with_length(width).build().unwrap();
        let level = i16::from(is_list);
        let column = Arc::new(ColumnDescriptor::new(Arc::new(column), level, level, ColumnPath::from("c")));
        let (listed, held) = (Shared::default(), Shared::default());
        let pages = Box::new(Given(pages));
        let mut checked = CheckedPages { pages, column, rows: 256, listed, held, dictionary: 0, page: 0 };
        checked.find_map(std::result::Result::err).map(|error| error.to_string())
    }

    fn dictionary(bytes: usize, num_values: u32) -> Page {
        Page::DictionaryPage { buf: vec![0; bytes].into(), num_values, encoding: Encoding::PLAIN, is_sorted: false }
    }

    fn data(buf: Vec<u8>, num_values: u32, encoding: Encoding) -> Page {
        Page::DataPageV2 {
            buf: buf.into(),
            num_values,
            encoding,
            num_nulls: 0,
            num_rows: num_values,
            def_levels_byte_len: 0,
            rep_levels_byte_len: 0,
            is_compressed: false,
            statistics: None,
        }
    }

    #[test]
    fn a_dictionary_has_no_more_values_than_bytes_for_them() {
        for (physical, width, fits, bytes) in [
            (Physical::BOOLEAN, 0, 800, 100),
            (Physical::BYTE_ARRAY, 0, 25, 100),
            (Physical::INT32, 0, 25, 100),
            (Physical::DOUBLE, 0, 12, 100),
            (Physical::INT96, 0, 8, 100),
            (Physical::FIXED_LEN_BYTE_ARRAY, 16, 6, 100),
            (Physical::FIXED_LEN_BYTE_ARRAY, 0, 100, 100),
        ] {
            assert_eq!(error(physical, width, false, vec![dictionary(bytes, fits)]), None, "{physical}");
            for many in [fits + 1, 1_240_790_383, u32::MAX] {
                let error = error(physical, width, false, vec![dictionary(bytes, many)]).unwrap();
                assert!(error.contains(&format!("a dictionary of 100 bytes cannot have {many} values")), "{error}");
            }
        }
    }

    #[test]
    fn texts_in_a_delta_encoding_have_a_limit() {
        // In one block: a million texts of 100 bytes, and three billion.
        let million = vec![0x80, 0x80, 0x40, 0x01, 0xc0, 0x84, 0x3d, 0xc8, 0x01, 0x00, 0x00];
        let billions = vec![0x80, 0x80, 0x40, 0x01, 0x80, 0xbc, 0xc1, 0x96, 0x0b, 0xc8, 0x01, 0x00, 0x00];
        let read = |lengths: &[Vec<u8>], encoding| {
            error(Physical::BYTE_ARRAY, 0, false, vec![data(lengths.concat(), 1_000_000, encoding)])
        };
        assert_eq!(read(std::slice::from_ref(&million), Encoding::DELTA_LENGTH_BYTE_ARRAY), None);
        assert_eq!(read(&[million.clone(), million.clone()], Encoding::DELTA_BYTE_ARRAY), None);
        assert!(read(std::slice::from_ref(&billions), Encoding::DELTA_LENGTH_BYTE_ARRAY).is_some());
        assert!(read(&[billions.clone(), million.clone()], Encoding::DELTA_BYTE_ARRAY).is_some());
        assert!(read(&[million, billions], Encoding::DELTA_BYTE_ARRAY).is_some());
        // A million texts of 2,000 bytes, each sharing them all with the one before.
        let long = vec![0x80, 0x80, 0x40, 0x01, 0xc0, 0x84, 0x3d, 0xa0, 0x1f, 0x00, 0x00];
        assert!(read(&[long.clone(), long], Encoding::DELTA_BYTE_ARRAY).is_some());
    }

    #[test]
    fn wide_values_and_long_lists_have_a_limit() {
        let wide = |width, is_list, values| {
            let page = data(Vec::new(), values, Encoding::BYTE_STREAM_SPLIT);
            error(Physical::FIXED_LEN_BYTE_ARRAY, width, is_list, vec![page])
        };
        assert_eq!(wide(16, false, 1_000_000_000), None, "only some rows are decoded at once");
        assert!(wide(i32::MAX, false, 256).is_some());
        assert!(wide(1_000, true, 16_000_000).is_some());
        // A run of 16 million levels, each 1 or each 0.
        let pages = |count, level, bytes| {
            let mut page =
                data([&[0x80, 0x90, 0xa1, 0x0f, level][..], &vec![0; bytes]].concat(), 16_000_000, Encoding::PLAIN);
            if let Page::DataPageV2 { rep_levels_byte_len, .. } = &mut page {
                *rep_levels_byte_len = 5;
            }
            vec![page; count]
        };
        assert_eq!(error(Physical::BYTE_ARRAY, 0, true, pages(1, 1, 8)), None);
        assert!(error(Physical::BYTE_ARRAY, 0, true, pages(2, 1, 8)).is_some());
        assert_eq!(error(Physical::BYTE_ARRAY, 0, true, pages(9, 0, 8)), None, "rows of one value, or of none");
        assert_eq!(error(Physical::FLOAT, 0, true, pages(4, 1, 16_000_000)), None, "each value has its byte");
        assert_eq!(error(Physical::BYTE_ARRAY, 0, false, pages(9, 1, 8)), None, "only some rows are decoded at once");
    }

    #[test]
    fn the_values_begin_after_the_levels() {
        let first = |buf: &[u8], def_level_encoding| Page::DataPage {
            buf: buf.to_vec().into(),
            num_values: 9,
            encoding: Encoding::DELTA_LENGTH_BYTE_ARRAY,
            def_level_encoding,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let one = [0x80, 0x01, 0x04, 0x01, 0x0a];
        let levels = [&[2, 0, 0, 0, 0x12, 0x00][..], &[3, 0, 0, 0, 0xff, 0xff, 0xff], &one].concat();
        assert_eq!(error(Physical::BYTE_ARRAY, 0, true, vec![first(&levels, Encoding::RLE)]), None);
        #[expect(deprecated, reason = "old files have it")]
        let packed = Encoding::BIT_PACKED;
        let levels = [&[2, 0, 0, 0, 0x12, 0x00][..], &[0xff, 0xff], &one].concat();
        assert_eq!(error(Physical::BYTE_ARRAY, 0, true, vec![first(&levels, packed)]), None);
        let cut = error(Physical::BYTE_ARRAY, 0, true, vec![first(&[9, 0, 0, 0, 0], Encoding::RLE)]).unwrap();
        assert!(cut.contains("levels of a page are broken"), "{cut}");
        let cut = error(Physical::BYTE_ARRAY, 0, true, vec![first(&levels[..6], Encoding::RLE)]).unwrap();
        assert!(cut.contains("before its values begin"), "{cut}");
    }
}

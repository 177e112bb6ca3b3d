//! The lengths of texts in Parquet's delta encodings, read to know what the texts will take before they are decoded.
//!
//! The encoding is `DELTA_BINARY_PACKED` of <https://parquet.apache.org/docs/file-format/data-pages/encodings/>: a
//! head, then blocks of differences, which are packed in miniblocks with as many bits as their largest one needs.

use crate::thread::formats::parquet_compact::Compact;

/// Lengths that were read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lengths<'p> {
    pub(crate) sum: u64,
    /// What follows them.
    pub(crate) rest: &'p [u8],
}

impl<'p> Lengths<'p> {
    /// Reads the lengths at the beginning of `bytes`; `None` if there are more than `most`, or if they
    /// are not valid lengths.
    pub(crate) fn read(bytes: &'p [u8], most: u64) -> Option<Self> {
        let mut reader = Compact::new(bytes);
        let (in_block, miniblocks, count) = (reader.number()?, reader.number()?, reader.number()?);
        let in_miniblock = in_block.checked_div(miniblocks)?;
        // The decoder computes in 32 bits too.
        let mut length = reader.integer()? as i32;
        if count == 0 || count > most {
            return (count == 0).then(|| Self { sum: 0, rest: reader.rest() });
        }
        let (mut sum, mut left) = (u64::try_from(length).ok()?, count - 1);
        while left > 0 {
            let least = reader.integer()? as i32;
            for width in reader.take(usize::try_from(miniblocks).ok()?)? {
                // Nothing is stored for the miniblocks after the last length, whatever their width.
                if left == 0 {
                    break;
                }
                let width = Some(u64::from(*width)).filter(|width| *width <= 32)?;
                let packed = reader.take(usize::try_from(width.checked_mul(in_miniblock)? / 8).ok()?)?;
                let here = in_miniblock.min(left);
                for at in 0..here {
                    let difference = bits(packed, at * width, width).cast_signed();
                    length = length.wrapping_add(least).wrapping_add(difference);
                    sum += u64::try_from(length).ok()?;
                }
                left -= here;
            }
        }
        Some(Self { sum, rest: reader.rest() })
    }
}

/// The number of `width` bits, at most 32, that begins at the bit `begin`; the lowest bit of a byte is its first.
fn bits(packed: &[u8], begin: u64, width: u64) -> u32 {
    let bytes = packed.iter().skip((begin / 8) as usize).take(5);
    let bits = bytes.enumerate().fold(0, |bits, (at, byte)| bits | u64::from(*byte) << (8 * at));
    (bits >> (begin % 8) & ((1 << width) - 1)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_added_up() {
        // A block of 128 in 4 miniblocks, of which the first has 2 bits a difference and the others are not stored.
        let head = [0x80, 0x01, 0x04];
        let three = [&head[..], &[0x03, 0x0a, 0x01, 2, 0, 9, 77], &[0b0000_1101, 0, 0, 0, 0, 0, 0, 0], b"end"].concat();
        // The least difference is -1, and the others are 1 and 3 more: 5, 5, 7.
        assert_eq!(Lengths::read(&three, 3), Some(Lengths { sum: 17, rest: b"end" }));
        assert_eq!(Lengths::read(&three, 2), None, "more than are allowed");
        assert_eq!(Lengths::read(&three[..12], 3), None, "cut off");
        let none = [&head[..], &[0x00, 0x00], b"end"].concat();
        assert_eq!(Lengths::read(&none, 0), Some(Lengths { sum: 0, rest: b"end" }));
        let one = [&head[..], &[0x01, 0x0a], b"end"].concat();
        assert_eq!(Lengths::read(&one, 9), Some(Lengths { sum: 5, rest: b"end" }));
        let negative = [&head[..], &[0x01, 0x09], b"end"].concat();
        assert_eq!(Lengths::read(&negative, 9), None);
    }

    #[test]
    fn what_repeats_is_not_stored_and_counted_all_the_same() {
        // A million times the length 100, in one block of a miniblock of no bits.
        let million = [0x80, 0x80, 0x40, 0x01, 0xc0, 0x84, 0x3d, 0xc8, 0x01, 0x00, 0x00];
        assert_eq!(Lengths::read(&million, 1_000_000).map(|lengths| lengths.sum), Some(100_000_000));
    }

    #[test]
    fn what_makes_no_progress_ends() {
        for bytes in [&[0x00, 0x01, 0x7f, 0x00, 0x00, 0x00][..], &[0x80, 0x01, 0x00, 0x7f, 0x00], &[]] {
            assert_eq!(Lengths::read(bytes, u64::MAX), None, "{bytes:?}");
        }
    }
}

//! The window that a Zstandard file asks for: what its decompressor has to keep in memory.

/// As many bytes of a file tell its window.
pub(crate) const HEADER: u64 = 14;

/// The window of a Zstandard frame with this header, as the exponent of the next power of two (RFC 8878, 3.1.1.1); `None`
/// if the header is cut off.
pub(crate) fn zstd_window(header: &[u8]) -> Option<u32> {
    let descriptor = *header.get(4)?;
    let bytes = if descriptor & 0x20 == 0 {
        let window = *header.get(5)?;
        let base = 1_u64 << (10 + (window >> 3));
        base + base / 8 * u64::from(window & 7)
    } else {
        // The content is one segment, whose size follows the dictionary's number.
        let at = 5 + [0, 1, 2, 4][usize::from(descriptor & 3)];
        let size = header.get(at..at + [1, 2, 4, 8][usize::from(descriptor >> 6)])?;
        size.iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte))
    };
    Some(bytes.checked_next_power_of_two().map_or(u64::BITS, u64::ilog2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_rounded_up_to_a_power_of_two() {
        assert_eq!(zstd_window(b"\x28\xb5\x2f\xfd\x00\x89"), Some(28), "a little more than 128 MiB");
        assert_eq!(zstd_window(b"\x28\xb5\x2f\xfd\x20\x07"), Some(3));
        assert_eq!(zstd_window(b"\x28\xb5\x2f\xfd"), None);
    }
}

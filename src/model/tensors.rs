//! The tensors of a model file, read one by one.

use std::io::{Read, Seek, SeekFrom};

use safetensors::tensor::Metadata as Header;

use super::file::{Broken, broken};

/// The tensors of an open file.
pub(super) struct Tensors<'a, R> {
    pub(super) file: R,
    pub(super) header: &'a Header,
    /// Where the numbers begin in the file.
    pub(super) begin: u64,
}

impl<R: Read + Seek> Tensors<'_, R> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.header.info(name).is_some()
    }

    /// The bytes that a tensor takes; 0 if it is not there.
    pub(super) fn length(&self, name: &str) -> usize {
        self.header.info(name).map_or(0, |info| info.data_offsets.1.saturating_sub(info.data_offsets.0))
    }

    /// The numbers of a tensor, each of `N` bytes.
    pub(super) fn numbers<const N: usize, T>(
        &mut self,
        name: &str,
        number: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, Broken> {
        // The header was checked against the file's length: no more is reserved than the file holds.
        let mut numbers = Vec::with_capacity(self.length(name) / N);
        self.each(name, number, |_, number| numbers.push(number))?;
        Ok(numbers)
    }

    /// Calls `found(index, number)` for each number of a tensor.
    pub(super) fn each<const N: usize, T>(
        &mut self,
        name: &str,
        number: impl Fn([u8; N]) -> T,
        mut found: impl FnMut(usize, T),
    ) -> Result<(), Broken> {
        let Some(info) = self.header.info(name) else { return broken(format!("it has no tensor {name:?}")) };
        let (begin, end) = info.data_offsets;
        let fits = begin <= end && end <= self.header.data_len() && (end - begin).is_multiple_of(N);
        if !fits || info.dtype.bitsize() != N * 8 {
            return broken(format!("its tensor {name:?} has the wrong type"));
        }
        self.file.seek(SeekFrom::Start(self.begin + begin as u64))?;
        let mut buffer = vec![0; 1 << 16];
        let (mut left, mut index) = (end - begin, 0);
        while left > 0 {
            let part = left.min(buffer.len());
            self.file.read_exact(&mut buffer[..part])?;
            for bytes in buffer[..part].as_chunks::<N>().0 {
                found(index, number(*bytes));
                index += 1;
            }
            left -= part;
        }
        Ok(())
    }
}

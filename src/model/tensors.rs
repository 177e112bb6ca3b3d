//! The tensors of a model file, read one by one.

use std::io::{Read, Seek, SeekFrom};

use safetensors::tensor::Metadata as Header;

use crate::model::file_error::{Broken, broken};

/// The tensors of an open file.
pub(crate) struct Tensors<'a, R> {
    pub(crate) file: R,
    pub(crate) header: &'a Header,
    /// Where the numbers begin in the file.
    pub(crate) begin: u64,
}

impl<R: Read + Seek> Tensors<'_, R> {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.header.info(name).is_some()
    }

    /// The bytes that a tensor takes; 0 if it is not there.
    pub(crate) fn length(&self, name: &str) -> usize {
        self.header.info(name).map_or(0, |info| info.data_offsets.1.saturating_sub(info.data_offsets.0))
    }

    /// The numbers of a tensor, of `N` bytes each.
    pub(crate) fn numbers<const N: usize, T>(
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
    pub(crate) fn each<const N: usize, T>(
        &mut self,
        name: &str,
        number: impl Fn([u8; N]) -> T,
        mut found: impl FnMut(usize, T),
    ) -> Result<(), Broken> {
        let info = self.header.info(name);
        if info.is_some_and(|info| info.dtype.bitsize() != N * 8) || !self.length(name).is_multiple_of(N) {
            return broken(format!("its tensor {name:?} has the wrong type"));
        }
        let mut index = 0;
        self.bytes(name, |bytes| {
            for bytes in bytes.as_chunks::<N>().0 {
                found(index, number(*bytes));
                index += 1;
            }
        })
    }

    /// Calls `found` for the bytes of a tensor, piece by piece; all pieces except the last are multiples of 8 bytes.
    pub(crate) fn bytes(&mut self, name: &str, mut found: impl FnMut(&[u8])) -> Result<(), Broken> {
        let Some(info) = self.header.info(name) else { return broken(format!("it has no tensor {name:?}")) };
        let (begin, end) = info.data_offsets;
        if begin > end || end > self.header.data_len() {
            return broken(format!("its tensor {name:?} is outside the file"));
        }
        self.file.seek(SeekFrom::Start(self.begin + begin as u64))?;
        let mut buffer = vec![0; 1 << 16];
        let mut left = end - begin;
        while left > 0 {
            let part = left.min(buffer.len());
            self.file.read_exact(&mut buffer[..part])?;
            found(&buffer[..part]);
            left -= part;
        }
        Ok(())
    }
}

//! The cells of a row, as one string and the offset where each cell ends.

/// The cells of a row, reused from row to row. A `csv::StringRecord` is filled cell by cell; this takes over a whole
/// record at once, which saves 3 % of the instructions of scoring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

/// Some bytes are not valid cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotUtf8 {
    /// The first cell that is not UTF-8, counting from 0.
    pub(crate) cell: usize,
}

impl Cells {
    /// The cell at `index`, or `None` if there are fewer.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(begin..end)
    }

    /// The cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.text[begin..*end])
    }

    /// The number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no cells.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The total length of the cells in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The memory in use, in bytes, offsets included.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<usize>()
    }

    /// The memory allocated, in bytes, used or not.
    #[must_use]
    pub fn held(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Whether a cell contains a NUL.
    pub(crate) fn has_nul(&self) -> bool {
        memchr::memchr(0, self.text.as_bytes()).is_some()
    }

    /// Removes all cells.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Appends a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// Replaces the cells by those that lie back to back in `bytes` and end at `ends`.
    pub(crate) fn assign(&mut self, bytes: &[u8], ends: &[usize]) -> Result<(), NotUtf8> {
        self.clear();
        // The whole can be UTF-8 while a cell is not, if a character straddles two cells.
        if let Ok(text) = std::str::from_utf8(bytes)
            && ends.iter().all(|end| text.is_char_boundary(*end))
        {
            self.text.push_str(text);
            self.ends.extend_from_slice(ends);
            return Ok(());
        }
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let cells = begins.zip(ends).map(|(begin, end)| &bytes[begin..*end]);
        Err(NotUtf8 { cell: cells.take_while(|cell| std::str::from_utf8(cell).is_ok()).count() })
    }
}

impl<'c> FromIterator<&'c str> for Cells {
    fn from_iter<I: IntoIterator<Item = &'c str>>(cells: I) -> Self {
        let mut own = Self::default();
        cells.into_iter().for_each(|cell| own.push(cell));
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_was_put_in() {
        let mut cells: Cells = ["a", "", "é😀\n"].into_iter().collect();
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["a", "", "é😀\n"]);
        assert_eq!((cells.get(1), cells.get(3), cells.len(), cells.bytes()), (Some(""), None, 3, 8));
        cells.assign("xéyz".as_bytes(), &[1, 3, 3, 5]).unwrap();
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["x", "é", "", "yz"]);
        cells.clear();
        assert!(cells.is_empty() && cells.iter().next().is_none());
    }

    #[test]
    fn a_character_in_two_cells_is_in_neither() {
        let mut cells = Cells::default();
        assert_eq!(cells.assign("xéyz".as_bytes(), &[2, 5]), Err(NotUtf8 { cell: 0 }));
        assert_eq!(cells.assign(b"abc\xFF", &[1, 4]), Err(NotUtf8 { cell: 1 }));
    }
}

//! Writes a JSON object field by field.

use std::io::{self, Write};

/// The fields of an object; those without a value are left out.
pub(crate) struct Fields<'o, W> {
    out: &'o mut W,
    count: usize,
}

impl<'o, W: Write> Fields<'o, W> {
    pub(crate) fn open(out: &'o mut W) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self { out, count: 0 })
    }

    pub(crate) fn add(&mut self, name: &str, value: Option<&str>) -> io::Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.name(name)?;
        Ok(serde_json::to_writer(&mut *self.out, value)?)
    }

    /// Adds a field with the value `null`.
    pub(crate) fn add_null(&mut self, name: &str) -> io::Result<()> {
        self.name(name)?;
        self.out.write_all(b"null")
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        if self.count > 0 {
            self.out.write_all(b",")?;
        }
        self.count += 1;
        serde_json::to_writer(&mut *self.out, name)?;
        self.out.write_all(b":")
    }

    pub(crate) fn close(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }
}

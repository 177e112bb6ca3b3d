//! Compresses output according to the name of the file.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use zstd::stream::write::Encoder as ZstdEncoder;

/// A writer that compresses if the file's name ends in `.gz` or `.zst`.
pub(crate) enum Packed<W: Write> {
    Plain(W),
    Gz(GzEncoder<W>),
    Zst(ZstdEncoder<'static, W>),
}

impl<W: Write> Packed<W> {
    /// Chooses the compression by the name of the file.
    ///
    /// # Errors
    /// When there is not enough memory for it.
    pub(crate) fn for_name(path: &Path, out: W) -> io::Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        Ok(match extension.to_ascii_lowercase().as_str() {
            "gz" => Self::Gz(GzEncoder::new(out, flate2::Compression::default())),
            "zst" | "zstd" => Self::Zst(ZstdEncoder::new(out, 0)?),
            _ => Self::Plain(out),
        })
    }

    /// Writes what is buffered, and returns the writer.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gz(out) => out.finish(),
            Self::Zst(out) => out.finish(),
        }
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gz(out) => out.write(bytes),
            Self::Zst(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gz(out) => out.flush(),
            Self::Zst(out) => out.flush(),
        }
    }
}

//! Where bytes come from: a path or standard input, decompressed, freed of its byte order mark and transcoded.
//!
//! Compression is told by the first bytes, not by the name, so that a piped or misnamed file works too. The bytes
//! consumed *as stored* are counted, so that progress can be shown against the size of a file even if it is
//! compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

use crate::thread::error::ThreadError;
use crate::thread::limits::DOCUMENT_LIMIT;
use crate::thread::stop;

const BUFFER: usize = 256 << 10;

/// A place to read from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path; `-` is standard input.
    pub path: PathBuf,
    /// What messages call it, if not by its path.
    called: Option<String>,
    consumed: Arc<AtomicU64>,
}

impl Source {
    /// A source that is not opened yet. `-` is standard input.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_path_buf(), called: None, consumed: Arc::default() }
    }

    /// The same under a name for messages: of a temporary file nobody knows the path.
    #[must_use]
    pub fn called(self, name: String) -> Self {
        Self { called: Some(name), ..self }
    }

    /// Whether this is standard input, which can be read only once.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.called {
            Some(name) => name.clone(),
            None if self.is_stdin() => "standard input".to_owned(),
            None => self.path.display().to_string(),
        }
    }

    /// Bytes of the file as stored, where it is a plain file.
    #[must_use]
    pub fn len_hint(&self) -> Option<u64> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        (!self.is_stdin() && metadata.is_file()).then_some(metadata.len())
    }

    /// The count of stored bytes consumed so far by what [`open`](Self::open) gave; shared with clones of this source.
    #[must_use]
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// Opens it for reading: decompressed (gzip and Zstandard, told by their magic bytes), without byte order mark.
    ///
    /// `encoding` is a WHATWG label such as `windows-1252`; with none (or `utf-8`) bytes are passed on as they are, so
    /// that bad ones can be refused row by row. A byte order mark wins over it, and UTF-16 is told by its mark.
    ///
    /// # Errors
    /// When the path cannot be opened or is a directory, the encoding is unknown, or the compressed data are broken at
    /// their very start.
    pub fn open(&self, encoding: Option<&str>) -> Result<Box<dyn Read + Send>, ThreadError> {
        let encoding = encoding.map(named_encoding).transpose()?;
        let failed = |source| ThreadError::Open { file: self.name(), source };
        let raw: Box<dyn Read + Send> = if self.is_stdin() {
            Box::new(io::stdin())
        } else {
            let file = File::open(&self.path).map_err(failed)?;
            if file.metadata().map_err(failed)?.is_dir() {
                return Err(failed(io::ErrorKind::IsADirectory.into()));
            }
            Box::new(file)
        };
        self.consumed.store(0, Ordering::Relaxed);
        let counted = Counted { inner: raw, count: self.consumed() };
        decode(counted, encoding).map_err(failed)
    }

    /// Opens it and reads it whole, at most [`DOCUMENT_LIMIT`] bytes.
    ///
    /// # Errors
    /// As [`open`](Self::open); also when it is empty, too long, or reading breaks off.
    pub fn read_whole(&self, encoding: Option<&str>) -> Result<Vec<u8>, ThreadError> {
        read_limited(self.open(encoding)?, &self.name(), DOCUMENT_LIMIT)
    }
}

/// Reads at most `limit` bytes; more is an error. So is nothing at all.
pub(crate) fn read_limited(reader: impl Read, file: &str, limit: u64) -> Result<Vec<u8>, ThreadError> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|source| ThreadError::Read {
        file: file.to_owned(),
        line: 0,
        source,
    })?;
    if bytes.len() as u64 > limit {
        return Err(ThreadError::TooLarge { file: file.to_owned(), limit_mib: limit >> 20 });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ThreadError::Empty { file: file.to_owned() });
    }
    Ok(bytes)
}

fn named_encoding(label: &str) -> Result<&'static Encoding, ThreadError> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| ThreadError::UnknownEncoding(label.to_owned()))
}

/// Decompresses, drops the byte order mark and transcodes.
fn decode(raw: impl Read + Send + 'static, encoding: Option<&'static Encoding>) -> io::Result<Box<dyn Read + Send>> {
    let (start, stored) = peek::<4>(raw)?;
    let mut plain: Box<dyn Read + Send> = match start.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(buffered(stored))),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::stream::read::Decoder::with_buffer(buffered(stored))?),
        _ => Box::new(stored),
    };
    let mut mark = Vec::with_capacity(3);
    plain.by_ref().take(3).read_to_end(&mut mark)?;
    let (marked, length) = match mark.as_slice() {
        [0xef, 0xbb, 0xbf] => (Some(UTF_8), 3),
        [0xff, 0xfe, ..] => (Some(UTF_16LE), 2),
        [0xfe, 0xff, ..] => (Some(UTF_16BE), 2),
        _ => (None, 0),
    };
    mark.drain(..length);
    // A spreadsheet and a table in Parquet say themselves how their texts are written.
    let is_binary = mark.starts_with(b"PK\x03") || mark.starts_with(b"PAR");
    let encoding = encoding.filter(|_| !is_binary);
    let unmarked = Cursor::new(mark).chain(plain);
    Ok(match marked.or(encoding) {
        None => Box::new(unmarked),
        Some(utf8) if utf8 == UTF_8 => Box::new(unmarked),
        Some(other) => {
            Box::new(DecodeReaderBytesBuilder::new().encoding(Some(other)).bom_sniffing(false).build(unmarked))
        }
    })
}

fn buffered<R: Read>(reader: R) -> impl BufRead {
    BufReader::with_capacity(BUFFER, reader)
}

/// The first `N` bytes (fewer at the end), and a reader that gives them again.
fn peek<const N: usize>(mut reader: impl Read) -> io::Result<(Vec<u8>, impl Read)> {
    let mut start = Vec::with_capacity(N);
    reader.by_ref().take(N as u64).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(reader)))
}

struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        stop::go_on()?;
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn decoded(bytes: &[u8], encoding: Option<&str>) -> String {
        let encoding = encoding.map(|label| named_encoding(label).unwrap());
        let mut out = String::new();
        decode(Cursor::new(bytes.to_vec()), encoding).unwrap().read_to_string(&mut out).unwrap();
        out
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compressed_bytes_are_told_by_their_magic() {
        assert_eq!(decoded(&gz(b"\xef\xbb\xbfid,text"), None), "id,text");
        let two = [gz(b"a"), gz(b"b")].concat();
        assert_eq!(decoded(&two, None), "ab");
        let zst = zstd::encode_all(&b"id,text"[..], 3).unwrap();
        assert_eq!(decoded(&zst, None), "id,text");
    }

    #[test]
    fn byte_order_marks_are_dropped_and_obeyed() {
        assert_eq!(decoded(b"\xef\xbb\xbfid", None), "id");
        assert_eq!(decoded(b"\xff\xfei\0d\0", None), "id");
        assert_eq!(decoded(b"\xfe\xff\0i\0d", Some("windows-1252")), "id");
        assert_eq!(decoded(b"", None), "");
        assert_eq!(decoded(b"i", None), "i");
    }

    #[test]
    fn a_named_encoding_is_transcoded() {
        assert_eq!(decoded(b"caf\xe9 \x80", Some("windows-1252")), "café €");
        assert!(matches!(
            Source::new("-").open(Some("klingon")),
            Err(ThreadError::UnknownEncoding(label)) if label == "klingon"
        ));
    }

    #[test]
    fn bad_utf8_is_passed_on_for_the_rows_to_refuse() {
        let mut out = Vec::new();
        decode(Cursor::new(b"caf\xe9".to_vec()), Some(UTF_8)).unwrap().read_to_end(&mut out).unwrap();
        assert_eq!(out, b"caf\xe9");
    }

    #[test]
    fn a_directory_or_nothing_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = Source::new(folder.path()).open(None).err().unwrap();
        assert!(error.to_string().contains("directory"), "{error}");
        let error = Source::new(folder.path().join("none.csv")).open(None).err().unwrap();
        assert!(error.to_string().contains("none.csv"), "{error}");
    }

    #[test]
    fn stored_bytes_are_counted_and_bombs_are_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb.txt.gz");
        let stored = gz(&vec![b'a'; 1 << 20]);
        std::fs::write(&path, &stored).unwrap();
        let source = Source::new(&path);
        assert_eq!(source.len_hint(), Some(stored.len() as u64));
        let error = read_limited(source.open(None).unwrap(), "bomb.txt.gz", 1 << 16);
        assert!(matches!(error, Err(ThreadError::TooLarge { .. })));
        assert_eq!(source.read_whole(None).unwrap().len(), 1 << 20);
        assert_eq!(source.consumed().load(Ordering::Relaxed), stored.len() as u64);
    }

    #[test]
    fn cut_off_compressed_data_is_an_error() {
        let mut stored = gz(&(0..=255).cycle().take(1 << 16).collect::<Vec<u8>>());
        stored.truncate(stored.len() / 2);
        let reader = decode(Cursor::new(stored), None).unwrap();
        assert!(matches!(read_limited(reader, "a.gz", 1 << 20), Err(ThreadError::Read { .. })));
    }
}

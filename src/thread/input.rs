//! Opens inputs, a path or standard input, decompresses and transcodes them, and removes the byte order mark.
//!
//! Compression is recognised by the first bytes, not by the name, so that a piped or misnamed file works too. Bytes are
//! counted *as stored*, so that progress can be shown against the file's size even if it is compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use crate::thread::archive;
use crate::thread::archive::Archive;
use crate::thread::error::ThreadError;
use crate::thread::limits::DOCUMENT_LIMIT;
use crate::thread::stop;
use crate::thread::stop::Stoppable;
use crate::thread::storage::{Storage, ZSTD_WINDOW};
use crate::thread::told::Told;
use crate::thread::transcoding::{named_encoding, read_start, transcode};
use crate::thread::zstd_window;
use crate::thread::zstd_window::zstd_window;

const BUFFER: usize = 256 << 10;

/// A place to read from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path; `-` is standard input.
    pub path: PathBuf,
    /// How the content is stored.
    pub storage: Storage,
    /// Its name in messages, if not its path.
    called: Option<String>,
    consumed: Arc<AtomicU64>,
}

/// The content of an opened source.
pub(crate) struct Unpacked {
    /// The content, unpacked and transcoded, without byte order mark.
    pub(crate) reader: Box<dyn Read + Send>,
    /// The name of the file inside an archive.
    pub(crate) member: Option<String>,
    /// What is found out while it is read.
    pub(crate) told: Told,
}

impl Source {
    /// A source that is not opened yet. `-` is standard input.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let (storage, called, consumed) = (Storage::default(), None, Arc::default());
        Self { path: path.as_ref().to_path_buf(), storage, called, consumed }
    }

    /// Sets how the source is stored.
    #[must_use]
    pub fn stored(self, storage: &Storage) -> Self {
        Self { storage: storage.clone(), ..self }
    }

    /// Sets the name in messages, for example for a temporary file whose path means nothing to the user.
    #[must_use]
    pub fn called(self, name: String) -> Self {
        Self { called: Some(name), ..self }
    }

    /// The same source for a separate pass, whose bytes do not count as progress.
    #[must_use]
    pub(crate) fn again(&self) -> Self {
        Self { consumed: Arc::default(), ..self.clone() }
    }

    /// Whether this is standard input, which can be read only once.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    /// The source's name in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.called {
            Some(name) => name.clone(),
            None if self.is_stdin() => "standard input".to_owned(),
            None => self.path.display().to_string(),
        }
    }

    /// The stored size in bytes, if it is a regular file.
    #[must_use]
    pub fn len_hint(&self) -> Option<u64> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        (!self.is_stdin() && metadata.is_file()).then_some(metadata.len())
    }

    /// The number of stored bytes consumed so far by the reader from [`open`](Self::open); shared with clones of this
    /// source.
    #[must_use]
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// Opens it for reading: extracts it from its archive (zip), decompresses it (gzip and Zstandard), all recognised
    /// by their first bytes, and removes the byte order mark.
    ///
    /// A byte order mark overrides a named encoding, and UTF-16 is recognised without one. With `utf-8`, bytes are
    /// passed on unchanged, so that bad ones can be refused row by row. With no encoding named the same holds, unless
    /// the text as a whole seems to be in another encoding, which is then guessed.
    ///
    /// # Errors
    /// When the path cannot be opened or is a directory, the encoding is unknown, an archive does not hold exactly one
    /// file, or the compressed data are broken at the very start or needs more memory than allowed.
    pub(crate) fn open(&self) -> Result<Unpacked, ThreadError> {
        let encoding = self.storage.encoding.as_deref().map(named_encoding).transpose()?;
        let failed = |source| ThreadError::Open { file: self.name(), source };
        let (mut raw, mut member) = (self.raw().map_err(failed)?, None);
        let start = raw.start().map_err(failed)?;
        self.consumed.store(start.len() as u64, Ordering::Relaxed);
        let reader: Box<dyn Read + Send> = if archive::MAGIC.iter().any(|magic| *magic == start.as_slice()) {
            let file = raw.into_file(&start).map_err(failed)?;
            match Archive::open(file)
                .map_err(|error| ThreadError::Archive { file: self.name(), error: error.to_string() })?
            {
                Archive::AsItIs(file) => Box::new(self.count(file)),
                Archive::File(file) => {
                    member = Some(file.name.clone());
                    let mut plain = file.read(|file| Box::new(self.count(file)));
                    let start = read_start(&mut plain).map_err(failed)?;
                    self.decompress(start, plain)?
                }
            }
        } else {
            match raw {
                Raw::File(file) => self.decompress(start, self.count(file))?,
                Raw::Stdin(stdin) => self.decompress(start, self.count(stdin))?,
            }
        };
        let told = Told::default();
        let reader = transcode(reader, encoding, &told).map_err(failed)?;
        Ok(Unpacked { reader, member, told })
    }

    /// Opens it and reads it whole, at most [`DOCUMENT_LIMIT`] bytes.
    ///
    /// # Errors
    /// As [`open`](Self::open); also when it is empty or too long, or reading fails.
    pub fn read_whole(&self) -> Result<Vec<u8>, ThreadError> {
        read_limited(self.open()?.reader, &self.name(), DOCUMENT_LIMIT)
    }

    /// Opens it without unpacking.
    fn raw(&self) -> io::Result<Raw> {
        if self.is_stdin() {
            return Ok(Raw::Stdin(io::stdin()));
        }
        let file = File::open(&self.path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Raw::File(file))
    }

    /// Wraps a reader so that its bytes count as progress.
    fn count<R: Read>(&self, inner: R) -> Counted<R> {
        Counted { inner, count: self.consumed() }
    }

    /// Decompresses data that begins with these bytes.
    fn decompress(
        &self,
        start: Vec<u8>,
        rest: impl Read + Send + 'static,
    ) -> Result<Box<dyn Read + Send>, ThreadError> {
        let failed = |source| ThreadError::Open { file: self.name(), source };
        let is_zstd = start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
        if start.starts_with(&[0x1f, 0x8b]) {
            return Ok(Box::new(MultiGzDecoder::new(buffered(Cursor::new(start).chain(rest)))));
        }
        if !is_zstd {
            return Ok(Box::new(Cursor::new(start).chain(rest)));
        }
        let (mut start, mut rest) = (start, rest);
        rest.by_ref().take(zstd_window::HEADER - start.len() as u64).read_to_end(&mut start).map_err(failed)?;
        let allowed = self.storage.zstd_window.unwrap_or(ZSTD_WINDOW);
        if let Some(window) = zstd_window(&start).filter(|window| *window > allowed) {
            return Err(ThreadError::ZstdWindow { file: self.name(), window, allowed });
        }
        let stored = buffered(Cursor::new(start).chain(rest));
        let mut decoder = zstd::stream::read::Decoder::with_buffer(stored).map_err(failed)?;
        decoder.window_log_max(allowed).map_err(failed)?;
        Ok(Box::new(decoder))
    }
}

/// The stored data of a source.
enum Raw {
    File(File),
    Stdin(io::Stdin),
}

impl Raw {
    /// Takes the first bytes out of it.
    fn start(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::File(file) => read_start(file),
            Self::Stdin(stdin) => read_start(stdin),
        }
    }

    /// A seekable file: the file itself, or an unnamed copy of a stream.
    fn into_file(self, start: &[u8]) -> io::Result<File> {
        let mut stream: Box<dyn Read> = match self {
            Self::File(mut file) if file.metadata()?.is_file() => {
                file.rewind()?;
                return Ok(file);
            }
            Self::File(file) => Box::new(file),
            Self::Stdin(stdin) => Box::new(stdin),
        };
        let mut copy = tempfile::tempfile()?;
        io::copy(&mut Stoppable(start.chain(&mut stream)), &mut copy)?;
        copy.rewind()?;
        Ok(copy)
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

fn buffered<R: Read>(reader: R) -> impl BufRead {
    BufReader::with_capacity(BUFFER, reader)
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

    /// Opens these bytes as a file.
    fn open(bytes: &[u8], encoding: Option<&str>) -> Unpacked {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        Source::new(file.path()).stored(&Storage::in_encoding(encoding)).open().unwrap()
    }

    fn decoded(bytes: &[u8], encoding: Option<&str>) -> String {
        let mut out = String::new();
        open(bytes, encoding).reader.read_to_string(&mut out).unwrap();
        out
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn compressed_bytes_are_told_by_their_magic() {
        assert_eq!(decoded(&gz(b"\xef\xbb\xbfid,text"), None), "id,text");
        let two = [gz(b"a"), gz(b"b")].concat();
        assert_eq!(decoded(&two, None), "ab");
        let zst = zstd::encode_all(&b"id,text"[..], 3).unwrap();
        assert_eq!(decoded(&zst, None), "id,text");
        assert_eq!(decoded(&zipped("a.csv.gz", &gz(b"id,text")), None), "id,text");
        assert_eq!(open(&zipped("a.csv.gz", &gz(b"id,text")), None).member.as_deref(), Some("a.csv.gz"));
    }

    #[test]
    fn encodings_are_told_in_what_is_packed() {
        let little: Vec<u8> = "id\ttext".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&gz(&little), None), "id\ttext");
        let xml = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>caf\xe9</a>";
        assert!(decoded(&gz(xml), None).ends_with("<a>café</a>"));
        assert_eq!(decoded(&gz(b"caf\xe9 \x80"), Some("windows-1252")), "café €");
        assert!(matches!(
            Source::new("-").stored(&Storage::in_encoding(Some("klingon"))).open(),
            Err(ThreadError::UnknownEncoding(label)) if label == "klingon"
        ));
    }

    #[test]
    fn a_large_window_of_zstandard_is_asked_for() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(28).unwrap();
        encoder.write_all(b"id,text").unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), encoder.finish().unwrap()).unwrap();
        let source = |zstd_window| Source::new(file.path()).stored(&Storage { zstd_window, ..Storage::default() });
        for allowed in [None, Some(20)] {
            let error = source(allowed).open().err().unwrap();
            assert!(matches!(error, ThreadError::ZstdWindow { window: 28, .. }), "{error}");
        }
        let mut text = String::new();
        source(Some(28)).open().unwrap().reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "id,text");
    }

    #[test]
    fn a_directory_or_nothing_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = Source::new(folder.path()).open().err().unwrap();
        assert!(error.to_string().contains("directory"), "{error}");
        let error = Source::new(folder.path().join("none.csv")).open().err().unwrap();
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
        let error = read_limited(source.open().unwrap().reader, "bomb.txt.gz", 1 << 16);
        assert!(matches!(error, Err(ThreadError::TooLarge { .. })));
        assert_eq!(source.read_whole().unwrap().len(), 1 << 20);
        assert_eq!(source.consumed().load(Ordering::Relaxed), stored.len() as u64);
    }

    #[test]
    fn cut_off_compressed_data_is_an_error() {
        let mut stored = gz(&(0..=255).cycle().take(1 << 16).collect::<Vec<u8>>());
        stored.truncate(stored.len() / 2);
        let reader = open(&stored, None).reader;
        assert!(matches!(read_limited(reader, "a.gz", 1 << 20), Err(ThreadError::Read { .. })));
    }
}

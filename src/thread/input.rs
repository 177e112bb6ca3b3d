//! Opens inputs, a path or standard input, decompresses and transcodes them, and removes the byte order mark.
//!
//! Compression is recognised by the first bytes, not by the name, so that a piped or misnamed file works too. Bytes are
//! counted *as stored*, so that progress can be shown against the file's size even if it is compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

use crate::thread::archive;
use crate::thread::archive::Archive;
use crate::thread::declared_encoding::declared;
use crate::thread::error::ThreadError;
use crate::thread::guessed_encoding::Guessing;
use crate::thread::limits::DOCUMENT_LIMIT;
use crate::thread::stop;
use crate::thread::storage::{Storage, ZSTD_WINDOW};
use crate::thread::told::Told;

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
        rest.by_ref().take(ZSTD_HEADER - start.len() as u64).read_to_end(&mut start).map_err(failed)?;
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

/// How many bytes show the compression and the form of Unicode.
const START: usize = 4;
/// How many bytes show the window size of a Zstandard file.
const ZSTD_HEADER: u64 = 14;

/// The first bytes; fewer if the input is shorter.
fn read_start(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(START);
    reader.by_ref().take(START as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// The window of a Zstandard frame with this header, as a power of two, rounded up (RFC 8878, 3.1.1.1).
fn zstd_window(header: &[u8]) -> Option<u32> {
    let descriptor = *header.get(4)?;
    let bytes = if descriptor & 0x20 == 0 {
        let window = *header.get(5)?;
        let base = 1_u64 << (10 + (window >> 3));
        base + base / 8 * u64::from(window & 7)
    } else {
        // The content is a single segment, whose size follows the dictionary id.
        let at = 5 + [0, 1, 2, 4][usize::from(descriptor & 3)];
        let size = header.get(at..at + [1, 2, 4, 8][usize::from(descriptor >> 6)])?;
        size.iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte))
    };
    Some(bytes.checked_next_power_of_two().map_or(u64::BITS, u64::ilog2))
}

/// Reads at most `limit` bytes; more is an error, and so is empty input.
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

/// Removes the byte order mark and converts to UTF-8.
fn transcode(
    mut plain: Box<dyn Read + Send>,
    encoding: Option<&'static Encoding>,
    told: &Told,
) -> io::Result<Box<dyn Read + Send>> {
    let mut start = read_start(&mut plain)?;
    let (marked, length) = match start.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (Some(UTF_8), 3),
        [0xff, 0xfe, ..] => (Some(UTF_16LE), 2),
        [0xfe, 0xff, ..] => (Some(UTF_16BE), 2),
        // In UTF-16, every other byte of ASCII text is a NUL, which text in other encodings does not contain.
        [first, 0, second, 0] if is_plain(*first) && is_plain(*second) => (Some(UTF_16LE), 0),
        [0, first, 0, second] if is_plain(*first) && is_plain(*second) => (Some(UTF_16BE), 0),
        _ => (None, 0),
    };
    let is_binary = BINARY.iter().any(|magic| start.starts_with(magic));
    start.drain(..length);
    let declared = if marked.is_none() && encoding.is_none() { declared(&mut start, &mut plain)? } else { None };
    let unmarked = Cursor::new(start).chain(plain);
    // A binary format states the encoding of its own texts.
    Ok(match marked.or(encoding.filter(|_| !is_binary)).or(declared) {
        None if is_binary => Box::new(unmarked),
        None => Box::new(Guessing::new(unmarked, told.clone())),
        Some(utf8) if utf8 == UTF_8 => Box::new(unmarked),
        Some(other) => {
            Box::new(DecodeReaderBytesBuilder::new().encoding(Some(other)).bom_sniffing(false).build(unmarked))
        }
    })
}

/// The first bytes of files that are not text in any encoding.
const BINARY: [&[u8]; 5] = [b"PK", b"PAR1", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"\xfd7zX"];

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
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

/// A reader for a copy that may take long, which stops when the program is told to end.
struct Stoppable<R>(R);

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        stop::go_on()?;
        self.0.read(buffer)
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
    fn byte_order_marks_are_dropped_and_obeyed() {
        assert_eq!(decoded(b"\xef\xbb\xbfid", None), "id");
        assert_eq!(decoded(b"\xff\xfei\0d\0", None), "id");
        assert_eq!(decoded(b"\xfe\xff\0i\0d", Some("windows-1252")), "id");
        assert_eq!(decoded(b"", None), "");
        assert_eq!(decoded(b"i", None), "i");
    }

    #[test]
    fn utf_16_is_told_without_a_mark() {
        let little: Vec<u8> = "id\ttext".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "id\ttext".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&little, None), "id\ttext");
        assert_eq!(decoded(&big, None), "id\ttext");
        assert_eq!(decoded(&gz(&little), None), "id\ttext");
    }

    #[test]
    fn another_encoding_is_guessed_and_told_unless_one_is_named() {
        let bytes = b"text\ncaf\xe9\nna\xefve\n";
        let Unpacked { mut reader, told, .. } = open(bytes, None);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), told.encoding()), ("text\ncafé\nnaïve\n", Some("windows-1252")));
        let mut out = Vec::new();
        open(bytes, Some("utf-8")).reader.read_to_end(&mut out).unwrap();
        assert_eq!(out, bytes);
    }

    #[test]
    fn what_xml_declares_holds_unless_a_mark_or_an_option_says_otherwise() {
        let xml = |letter: &[u8]| [b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>caf", letter, b"</a>"].concat();
        assert!(decoded(&xml(b"\xe9"), None).ends_with("<a>café</a>"));
        assert!(decoded(&gz(&xml(b"\xe9")), None).ends_with("<a>café</a>"));
        assert!(decoded(&xml("é".as_bytes()), Some("utf-8")).ends_with("<a>café</a>"));
        assert!(decoded(&[b"\xef\xbb\xbf", &*xml("é".as_bytes())].concat(), None).ends_with("<a>café</a>"));
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
        assert_eq!(zstd_window(b"\x28\xb5\x2f\xfd\x00\x89"), Some(28), "a little more than 128 MiB");
        assert_eq!(zstd_window(b"\x28\xb5\x2f\xfd\x20\x07"), Some(3));
        assert_eq!(zstd_window(b"\x28\xb5\x2f\xfd"), None);
    }

    #[test]
    fn a_named_encoding_is_transcoded() {
        assert_eq!(decoded(b"caf\xe9 \x80", Some("windows-1252")), "café €");
        assert!(matches!(
            Source::new("-").stored(&Storage::in_encoding(Some("klingon"))).open(),
            Err(ThreadError::UnknownEncoding(label)) if label == "klingon"
        ));
    }

    #[test]
    fn bad_utf8_is_passed_on_for_the_rows_to_refuse() {
        let mut out = Vec::new();
        open(b"caf\xe9", None).reader.read_to_end(&mut out).unwrap();
        assert_eq!(out, b"caf\xe9");
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

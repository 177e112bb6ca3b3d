//! Reads the one file in a zip archive.
//!
//! Office documents are zip archives too; those are left as they are.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

use flate2::CrcReader;
use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::thread::error::Listed;

/// The first bytes of an archive, and of an empty one.
pub(crate) const MAGIC: [[u8; 4]; 2] = [*b"PK\x03\x04", *b"PK\x05\x06"];

const BUFFER: usize = 256 << 10;

/// What is in an archive.
pub(crate) enum Archive {
    /// An archive of one file.
    File(Member),
    /// An office document, or an archive too broken to tell.
    AsItIs(File),
}

/// A file in an archive, read from its first byte on.
pub(crate) struct Member {
    pub(crate) name: String,
    /// The archive, positioned where the file's data begin.
    stored: File,
    length: u64,
    is_deflated: bool,
    size: u64,
    crc: u32,
}

/// Why an archive gives no file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("holds no file")]
    Empty,
    #[error("holds several files ({}): unpack it and name the file you want, or zip that file alone", Listed(.0))]
    Several(Vec<String>),
    #[error("holds {0}, which is password-protected: unpack it first")]
    Encrypted(String),
    #[error("holds {0}, which uses an unsupported compression method: unpack it first")]
    Method(String),
    #[error("cannot be read: {0}")]
    Broken(io::Error),
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl Archive {
    /// Looks into an archive.
    ///
    /// # Errors
    /// When it does not hold exactly one readable file.
    pub(crate) fn open(file: File) -> Result<Self, ArchiveError> {
        let as_it_is = file.try_clone()?;
        let back = |mut file: File| file.rewind().map(|()| Self::AsItIs(file));
        let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else { return Ok(back(as_it_is)?) };
        let names: Vec<String> =
            archive.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        if names.iter().any(|name| name == "[Content_Types].xml" || name == "mimetype") {
            return Ok(back(as_it_is)?);
        }
        let wanted: Vec<(usize, &String)> = names.iter().enumerate().filter(|(_, name)| is_wanted(name)).collect();
        let (at, name) = match wanted.as_slice() {
            [] => return Err(ArchiveError::Empty),
            [(at, name)] => (*at, (*name).clone()),
            several => return Err(ArchiveError::Several(several.iter().map(|(_, name)| (*name).clone()).collect())),
        };
        let member = archive.by_index_raw(at).map_err(io::Error::from)?;
        if member.encrypted() {
            return Err(ArchiveError::Encrypted(name));
        }
        let is_deflated = match member.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            _ => return Err(ArchiveError::Method(name)),
        };
        let start = member.data_start().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        let (length, size, crc) = (member.compressed_size(), member.size(), member.crc32());
        drop(member);
        let mut stored = archive.into_inner().into_inner();
        stored.seek(SeekFrom::Start(start))?;
        Ok(Self::File(Member { name, stored, length, is_deflated, size, crc }))
    }
}

/// Whether an entry is neither a folder nor one of the files that operating systems add.
fn is_wanted(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    let is_hidden = |part: &str| part.starts_with('.') || matches!(part, "__MACOSX" | "Thumbs.db" | "desktop.ini");
    !name.ends_with(['/', '\\']) && !parts.any(is_hidden)
}

impl Member {
    /// The unpacked file; `counted` wraps the stored bytes.
    pub(crate) fn read(self, counted: impl FnOnce(File) -> Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        let stored = counted(self.stored).take(self.length);
        let unpacked: Box<dyn Read + Send> = if self.is_deflated {
            Box::new(DeflateDecoder::new(BufReader::with_capacity(BUFFER, stored)))
        } else {
            Box::new(stored)
        };
        Box::new(Checked { inner: CrcReader::new(unpacked), left: self.size, crc: self.crc })
    }
}

/// Bytes whose number and checksum the archive states.
struct Checked {
    inner: CrcReader<Box<dyn Read + Send>>,
    /// Bytes still expected.
    left: u64,
    crc: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let is_end = read == 0 && !buffer.is_empty();
        let left = self.left.checked_sub(read as u64);
        if left.is_none() || is_end && (self.left > 0 || self.inner.crc().sum() != self.crc) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file in the archive is damaged"));
        }
        self.left = left.unwrap_or(0);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
        let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, content) in files {
            let options = SimpleFileOptions::default().compression_method(method);
            if name.ends_with('/') {
                zip.add_directory(*name, options).unwrap();
            } else {
                zip.start_file(*name, options).unwrap();
                zip.write_all(content).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    }

    fn opened(bytes: &[u8]) -> Result<Archive, ArchiveError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        Archive::open(file)
    }

    fn text(bytes: &[u8]) -> io::Result<(String, String)> {
        let Ok(Archive::File(member)) = opened(bytes) else { panic!("no file in it") };
        let (name, mut text) = (member.name.clone(), String::new());
        member.read(|file| Box::new(file)).read_to_string(&mut text)?;
        Ok((name, text))
    }

    #[test]
    fn the_one_file_of_an_archive_is_read() {
        let rows = "id,text\n1,hello\n".repeat(1000);
        let files: [(&str, &[u8]); 5] = [
            ("export/", b""),
            ("__MACOSX/export/._comments.csv", b"x"),
            ("export/.DS_Store", b"x"),
            ("export/comments.csv", rows.as_bytes()),
            ("export/desktop.ini", b""),
        ];
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            assert_eq!(text(&zipped(&files, method)).unwrap(), ("export/comments.csv".to_owned(), rows.clone()));
        }
    }

    #[test]
    fn what_gives_no_file_says_why() {
        let told = |files: &[(&str, &[u8])]| match opened(&zipped(files, CompressionMethod::Stored)) {
            Err(error) => error.to_string(),
            Ok(_) => "a file".to_owned(),
        };
        assert_eq!(told(&[("folder/", b"")]), "holds no file");
        assert_eq!(
            told(&[("a.csv", b"x"), ("b/c.csv", b"y")]),
            "holds several files (a.csv, b/c.csv): unpack it and name the file you want, or zip that file alone"
        );
        assert_eq!(told(&[]), "holds no file");
    }

    #[test]
    fn documents_of_offices_and_broken_archives_stay_as_they_are() {
        let sheet = zipped(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"y")], CompressionMethod::Deflated);
        let open = zipped(&[("mimetype", b"x"), ("content.xml", b"y")], CompressionMethod::Stored);
        let cut = &zipped(&[("a.csv", b"id,text\n")], CompressionMethod::Stored)[..30];
        for bytes in [&sheet[..], &open[..], cut] {
            let Ok(Archive::AsItIs(mut file)) = opened(bytes) else { panic!("it was unpacked") };
            let mut back = Vec::new();
            file.read_to_end(&mut back).unwrap();
            assert_eq!(back, bytes);
        }
    }

    #[test]
    fn damage_is_an_error() {
        let rows = b"id,text\n1,hello\n".repeat(100);
        let mut damaged = zipped(&[("a.csv", &rows)], CompressionMethod::Stored);
        damaged[60] ^= 1;
        assert!(text(&damaged).unwrap_err().to_string().contains("damaged"));
    }
}

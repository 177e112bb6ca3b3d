//! The encoding declared in the first line of XML: `<?xml version="1.0" encoding="iso-8859-1"?>`.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Where to stop looking for the end of the declaration, in bytes.
const LONGEST: u64 = 256;

/// The declared encoding, if there is one. `start` holds the first bytes and `rest` what follows; bytes read from
/// `rest` are appended to `start`.
pub(crate) fn declared(start: &mut Vec<u8>, rest: &mut impl Read) -> io::Result<Option<&'static Encoding>> {
    if !start.starts_with(b"<?xm") {
        return Ok(None);
    }
    rest.take(LONGEST).read_to_end(start)?;
    let Some(end) = start.iter().position(|&byte| byte == b'>') else { return Ok(None) };
    let Ok(declaration) = std::str::from_utf8(start.get(..=end).unwrap_or_default()) else { return Ok(None) };
    let Ok(Event::Decl(declaration)) = Reader::from_str(declaration).read_event() else { return Ok(None) };
    let label = declaration.encoding().and_then(Result::ok);
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    // A declaration of UTF-16 that can be read as ASCII dates from before the file was converted to UTF-8.
    Ok(encoding.map(Encoding::output_encoding).filter(|encoding| *encoding != UTF_8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_encoding_that_may_be_the_files_counts() {
        let name = |document: &str| {
            let (mut start, mut rest) = (document.as_bytes()[..4].to_vec(), &document.as_bytes()[4..]);
            let encoding = declared(&mut start, &mut rest).unwrap().map(Encoding::name);
            assert_eq!([&start, rest].concat(), document.as_bytes(), "nothing is lost");
            encoding
        };
        assert_eq!(name("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><disqus/>"), Some("windows-1252"));
        assert_eq!(name("<?xml version='1.0' encoding='koi8-r'?>"), Some("KOI8-R"));
        for none in [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
            "<?xml version=\"1.0\" encoding=\"ebcdic\"?>",
            "<?xml version=\"1.0\"?><a encoding=\"koi8-r\"/>",
            "<rss encoding=\"koi8-r\"/>",
            "<?xml",
        ] {
            assert_eq!(name(none), None, "{none}");
        }
    }
}

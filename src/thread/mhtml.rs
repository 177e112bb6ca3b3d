//! Pages that a browser saved as one file (MHTML, RFC 2557): "Webpage, Single File" in Chrome and Edge. Unlike a page saved as
//! HTML it holds the frames of the page, in which many systems show the comments.

use std::borrow::Cow;

use mail_parser::{MessageParser, MimeHeaders, PartType};
use memchr::memmem;

/// Headers that are looked at.
const HEADERS: usize = 20;

/// Whether a file that begins like this is one: headers as of a mail, which say that related parts follow.
pub(crate) fn is_mhtml(head: &str) -> bool {
    let mut headers = head.lines().take_while(|line| !line.trim().is_empty()).take(HEADERS);
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_header = |line: &str| line.split_once(':').is_some_and(|(name, _)| is_name(name));
    let is_related = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.starts_with("content-type:") && line.contains("multipart/related")
    };
    head.lines().next().is_some_and(is_header) && headers.any(is_related)
}

/// The pages in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// First the one that was saved, then its frames. Images, styles and the like are left out.
    pub(crate) pages: Vec<String>,
    /// The end of the file is missing.
    pub(crate) is_cut_off: bool,
}

/// Reads the pages of a file.
pub(crate) fn pages(bytes: &[u8]) -> Pages {
    let parser = MessageParser::default();
    let head = parser.parse_headers(bytes);
    let Some(boundary) = head.as_ref().and_then(|head| head.content_type()?.attribute("boundary")) else {
        return Pages::default();
    };
    let end = format!("--{boundary}--");
    let is_cut_off = memmem::rfind(bytes, end.as_bytes()).is_none();
    // A part without an end would not be decoded.
    let ended = if is_cut_off { [bytes, b"\r\n", end.as_bytes()].concat().into() } else { Cow::Borrowed(bytes) };
    let mut messages = Vec::from_iter(parser.parse(&ended));
    let mut pages = Vec::new();
    // A hostile file may hold mails within mails at any depth. Each is taken out of the one around it, as dropping them
    // together would recurse.
    while let Some(message) = messages.pop() {
        for part in message.parts {
            match part.body {
                PartType::Html(page) => pages.push(page.into_owned()),
                PartType::Message(inner) => messages.push(inner),
                _ => {}
            }
        }
    }
    Pages { pages, is_cut_off }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"B\"\r\n\r\n";

    #[test]
    fn its_headers_tell() {
        assert!(is_mhtml(HEAD));
        assert!(is_mhtml("MIME-Version: 1.0\ncontent-type: Multipart/Related; boundary=B\n"));
        for other in ["Notes\n\nContent-Type: multipart/related\n", "Subject: a\nContent-Type: text/plain\n", ""] {
            assert!(!is_mhtml(other), "{other}");
        }
    }

    #[test]
    fn the_page_comes_first_and_its_frames_follow() {
        let part = |kind: &str, encoding: &str, body: &str| {
            format!("--B\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n")
        };
        let archive = [
            HEAD,
            &part("text/html", "quoted-printable", "<p title=3D\"a\">caf=C3=A9 =\r\nau lait"),
            &part("image/gif", "base64", "R0lGODlhAQABAAAAACw="),
            &part("text/css", "quoted-printable", "p { color: red }"),
            &part("text/html; charset=windows-1252", "8bit", "<p>A frame"),
            &part("text/html; charset=windows-1252", "quoted-printable", "<p>=80 5"),
            "--B--\r\n",
        ];
        let found = pages(archive.concat().as_bytes());
        assert_eq!(found.pages, ["<p title=\"a\">café au lait", "<p>A frame", "<p>€ 5"]);
        assert!(!found.is_cut_off);
    }

    #[test]
    fn what_is_cut_off_gives_what_is_there() {
        let archive = format!(
            "{HEAD}--B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=43ut"
        );
        assert_eq!(pages(archive.as_bytes()), Pages { pages: vec!["<p>Cut".to_owned()], is_cut_off: true });
        assert_eq!(pages(HEAD.as_bytes()).pages, [""; 0]);
        assert_eq!(pages(b""), Pages::default());
    }

    #[test]
    fn mails_within_mails_are_no_danger() {
        let archive = format!("{HEAD}--B\r\n{}<p>a", "Content-Type: message/rfc822\r\n\r\n".repeat(200_000));
        assert!(pages(archive.as_bytes()).pages.len() < 2);
    }
}

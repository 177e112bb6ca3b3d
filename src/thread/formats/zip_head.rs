//! The names of a zip archive's members, as far as its first bytes show.

use memchr::memmem;

/// The signature before each member.
const MAGIC: &[u8] = b"PK\x03\x04";
/// The number of bytes before a member's name.
const FIXED: usize = 30;
/// The flag of a member whose length comes only after its data.
const IS_TOLD_BEHIND: u16 = 1 << 3;

/// The members of an archive, one after the other.
pub(crate) struct Members<'h> {
    rest: &'h [u8],
}

/// A member: its name, and the beginning of its stored data.
pub(crate) struct Member<'h> {
    pub(crate) name: &'h [u8],
    pub(crate) stored: &'h [u8],
}

/// The members that begin in the first bytes of a file; empty if it is not an archive.
pub(crate) fn members(head: &[u8]) -> Members<'_> {
    Members { rest: head }
}

impl<'h> Iterator for Members<'h> {
    type Item = Member<'h>;

    fn next(&mut self) -> Option<Member<'h>> {
        let rest = self.rest;
        if !rest.starts_with(MAGIC) {
            return None;
        }
        let short = |at: usize| Some(u16::from_le_bytes(rest.get(at..at + 2)?.try_into().ok()?));
        let long = |at: usize| Some(u32::from_le_bytes(rest.get(at..at + 4)?.try_into().ok()?) as usize);
        let (flags, length) = (short(6)?, long(18)?);
        let (name, extra) = (usize::from(short(26)?), usize::from(short(28)?));
        let begin = FIXED + name + extra;
        let (name, stored) = (rest.get(FIXED..FIXED + name)?, rest.get(begin..).unwrap_or_default());
        self.rest = if flags & IS_TOLD_BEHIND == 0 {
            stored.get(length..).unwrap_or_default()
        } else {
            memmem::find(stored, MAGIC).and_then(|at| stored.get(at..)).unwrap_or_default()
        };
        Some(Member { name, stored })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn names_are_read_to_where_the_bytes_end() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["a.txt", "folder/b.txt"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"text, and more text").unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        let names = |bytes: &[u8]| {
            let names = members(bytes).map(|member| String::from_utf8_lossy(member.name).into_owned());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(&bytes), ["a.txt", "folder/b.txt"]);
        assert_eq!(names(&bytes[..40]), ["a.txt"]);
        assert!(names(&bytes[..20]).is_empty() && names(b"id,text\n").is_empty() && names(b"").is_empty());
        for end in 0..bytes.len() {
            assert!(members(&bytes[..end]).count() <= 2);
        }
    }
}

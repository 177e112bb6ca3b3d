//! UTF-8 that was read as Latin-1 or windows-1252 and written as UTF-8 again: `Ã©` for `é`, `â€™` for `’`.

use std::borrow::Cow;

use crate::thread::cells::Cells;
use crate::thread::columns::Columns;
use crate::thread::comment::Thread;
use crate::thread::known::Known;
use crate::thread::row::Row;

/// Every non-ASCII byte that begins a character of UTF-8 is read as a letter from `Â` to `ô`, whose own UTF-8 begins
/// with this byte: a text without it is sound.
const SIGN: u8 = 0xC3;

/// How often it may have happened to one text.
const MOST: usize = 3;

/// The columns mended: those that people read.
const COLUMNS: [Known; 7] = [
    Known::Text,
    Known::ParentText,
    Known::ArticleTitle,
    Known::ArticleText,
    Known::Author,
    Known::Context,
    Known::Target,
];

/// Mends the rows of a table.
#[derive(Debug, Default)]
pub(crate) struct Mender {
    columns: Vec<usize>,
    /// How many rows were mended.
    pub(crate) count: u64,
    /// A spare row to build the mended cells in.
    spare: Cells,
}

impl Mender {
    /// A mender for a table with these columns.
    pub(crate) fn of(columns: &Columns) -> Self {
        Self { columns: COLUMNS.iter().filter_map(|known| columns.index(*known)).collect(), ..Self::default() }
    }

    pub(crate) fn mend(&mut self, row: &mut Row) {
        let cells = self.columns.iter().filter_map(|&at| Some((at, row.cells.get(at)?)));
        let mended: Vec<(usize, String)> = cells.filter_map(|(at, cell)| Some((at, mended(cell)?))).collect();
        if mended.is_empty() {
            return;
        }
        self.count += 1;
        self.spare.clear();
        for (at, cell) in row.cells.iter().enumerate() {
            let own = mended.iter().find(|(column, _)| *column == at);
            self.spare.push(own.map_or(cell, |(_, cell)| cell));
        }
        std::mem::swap(&mut row.cells, &mut self.spare);
    }

    /// The remark about mended rows, if there were any; given only once.
    pub(crate) fn remark(&mut self) -> Option<String> {
        match std::mem::take(&mut self.count) {
            0 => None,
            1 => Some("1 comment was UTF-8 read as Latin-1 and is mended".to_owned()),
            count => Some(format!("{count} comments were UTF-8 read as Latin-1 and are mended")),
        }
    }
}

/// Mends the texts of a document; gives the remark about them, if any needed mending.
pub(crate) fn mend_threads(threads: &mut [Thread]) -> Option<String> {
    let mut mender = Mender::default();
    for thread in threads {
        let article = &mut thread.article;
        [&mut article.title, &mut article.text].into_iter().flatten().for_each(|text| {
            mend(text);
        });
        for comment in &mut thread.comments {
            let is_mended = mend(&mut comment.text) | comment.author.as_mut().is_some_and(mend);
            mender.count += u64::from(is_mended);
        }
    }
    mender.remark()
}

fn mend(text: &mut String) -> bool {
    let mended = mended(text);
    let is_mended = mended.is_some();
    if let Some(mended) = mended {
        *text = mended;
    }
    is_mended
}

/// The text as it was meant, if the signs are conclusive; `None` if it needs no mending.
///
/// They are conclusive if the characters, taken as bytes, are valid UTF-8 as a whole and include a sequence that people
/// do not also write themselves, such as an `Ã` before dots.
pub(crate) fn mended(text: &str) -> Option<String> {
    let mut mended: Option<String> = None;
    for _ in 0..MOST {
        match once(mended.as_deref().unwrap_or(text)) {
            Some(better) => mended = Some(better),
            None => break,
        }
    }
    mended
}

fn once(text: &str) -> Option<String> {
    let first = memchr::memchr(SIGN, text.as_bytes())?;
    // Before the first sign, all characters must be ASCII.
    let (before, rest) = (text.get(..first)?, text.get(first..)?);
    if !before.is_ascii() {
        return None;
    }
    let mut bytes = before.as_bytes().to_vec();
    let mut is_certain = false;
    // The bytes seen so far of the character being decoded.
    let (mut lead, mut wanted) = ('\0', 0);
    let mut is_usual = true;
    for char in rest.chars() {
        let byte = byte(char)?;
        bytes.push(byte);
        if wanted > 0 {
            if !(0x80..=0xBF).contains(&byte) {
                return None;
            }
            is_usual &= may_follow(lead, char);
            wanted -= 1;
            is_certain |= wanted == 0 && (lead == 'Â' || !is_usual);
        } else if byte >= 0x80 {
            wanted = match byte {
                0xC2..=0xDF => 1,
                0xE0..=0xEF => 2,
                0xF0..=0xF4 => 3,
                _ => return None,
            };
            (lead, is_usual) = (char, true);
        }
    }
    if !is_certain {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// Whether people do write this character, which stands for a byte, after such a letter: a capital before dots, a vowel
/// before `œ`. After `Ã` few are.
fn may_follow(lead: char, char: char) -> bool {
    match char {
        '…' | '‚' | '„' | '‘' | '’' | '“' | '”' | '–' | '—' | '™' | '›' | '»' => true,
        '«' | '®' | '\u{A0}' | '\u{AD}' | 'œ' | 'Œ' | 'š' | 'Š' | 'ž' | 'Ž' | 'Ÿ' | 'ƒ' => lead != 'Ã',
        _ => false,
    }
}

/// The byte that is read as this character.
fn byte(char: char) -> Option<u8> {
    // Bytes undefined in windows-1252 are Latin-1's control characters in both.
    if let Ok(byte) = u8::try_from(char) {
        return Some(byte);
    }
    let mut buffer = [0; 4];
    match encoding_rs::WINDOWS_1252.encode(char.encode_utf8(&mut buffer)) {
        (Cow::Owned(bytes), _, false) => bytes.first().copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The output of a program that takes each byte for a character.
    fn broken(text: &str, windows: bool) -> String {
        if windows {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
        } else {
            text.bytes().map(char::from).collect()
        }
    }

    #[test]
    fn what_was_read_as_latin_1_is_mended() {
        for text in [
            "I don’t drive there — the kids walk it 😀",
            "Gruß an Øyvind, schöne Straße!",
            "é",
            "Å…ngström",
            "naïve café, £5",
            "Правда? Да",
            "真相は",
            "»so«",
            "città",
            "Zoë",
        ] {
            for windows in [false, true] {
                assert_eq!(mended(&broken(text, windows)).as_deref(), Some(text));
                assert_eq!(mended(&broken(&broken(text, windows), windows)).as_deref(), Some(text), "twice");
            }
        }
    }

    #[test]
    fn what_may_be_meant_so_is_not_touched() {
        for text in [
            "",
            "plain",
            "Ã",
            "schöne Straße",
            "it shows Ã© instead of é",
            "Ã© – and 😀 beside it",
            "A MANHÃ…",
            "OLÉ…",
            "“CAFÉ”",
            "CAFÉ”",
            "CAFÉ™",
            "à « elle »",
            "fatigué\u{A0}»",
            "Âge",
            "ßœ",
            "Ã\u{A9}\u{A9}",
            "CafÃ© et thé",
            "Größe über alles",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_mended_was_broken(text in "\\PC{0,12}") {
            if let Some(mended) = once(&text) {
                prop_assert!(broken(&mended, false) == text || broken(&mended, true) == text || mended.len() < text.len());
            }
        }

        #[test]
        fn text_in_languages_of_latin_1_stays(text in "[a-zäöüßéèêçñåøæœ’“”…–— ]{0,40}") {
            prop_assert_eq!(mended(&text), None);
        }
    }
}

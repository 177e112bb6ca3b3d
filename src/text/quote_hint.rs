//! What punctuation says, while a text is split, of whether it may quote something.

/// A mark that may make a quotation of the text next to it ([`hint`]).
pub(crate) const MARKED: u8 = 1;

/// One of these, or one next to words that the parent may contain.
pub(crate) const ANY: u8 = 3;

/// What a character of punctuation may be to a quotation: the tokenizer gathers it on its way, so that nothing is looked for in
/// most comments.
#[inline]
pub(crate) fn hint(c: char) -> u8 {
    match c {
        '>' | '[' | ':' | '：' => MARKED,
        '"' | '*' | '{' | '\'' | '@' => ANY - MARKED,
        c if !c.is_ascii() => ANY - MARKED,
        _ => 0,
    }
}

//! Tokens: the position of each in the text, and its normalised form.

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits, with apostrophes inside.
    Word,
    /// Digits only, with separators inside; normalised to a class.
    Number,
    /// A web address; normalised to a class.
    Url,
    /// `@name`; normalised to a class.
    Mention,
    /// A pictograph, each one separate.
    Emoji,
    /// A run of anything else that is not white space.
    Punctuation,
}

/// A normalised token and the bytes of the original that it came from.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte in the original.
    pub begin: u32,
    /// One past its last byte in the original.
    pub end: u32,
    pub(crate) norm_begin: u32,
    pub(crate) norm_end: u32,
    /// Hash of the normalised token, or of its stem where stems are asked for.
    pub hash: u64,
    /// What it is.
    pub kind: Kind,
    /// It follows the previous token without a gap.
    pub glued: bool,
    /// Two or more letters, all of them capitals.
    pub caps: bool,
    /// A letter was repeated three times or more ("sooo").
    pub stretched: bool,
    /// It is in a line that begins with `>`.
    pub quoted: bool,
    /// It is written otherwise than the word that it was read as (see [`Tokenizer::folding`]).
    pub folded: bool,
}

/// The tokens of one text. Reused from text to text.
#[derive(Debug, Default)]
pub struct Tokens {
    pub(crate) norm: Vec<u8>,
    pub(crate) all: Vec<Token>,
    /// Line ends in the text.
    pub line_breaks: u32,
    /// What punctuation there was that may belong to a quotation.
    pub(crate) hints: u8,
}

impl Tokens {
    /// The tokens in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Token] {
        &self.all
    }

    /// The normalised form of a token of this text.
    ///
    /// # Panics
    /// When the token is of another text.
    #[must_use]
    pub fn norm(&self, token: &Token) -> &str {
        std::str::from_utf8(self.norm_bytes(token)).expect("a token is made of whole characters")
    }

    /// The same as bytes, which need not be checked to be UTF-8.
    ///
    /// # Panics
    /// As [`norm`](Self::norm).
    #[must_use]
    pub fn norm_bytes(&self, token: &Token) -> &[u8] {
        &self.norm[token.norm_begin as usize..token.norm_end as usize]
    }

    /// The normalised forms of tokens that follow each other, with nothing between them.
    ///
    /// # Panics
    /// As [`norm`](Self::norm).
    #[must_use]
    pub fn joined(&self, tokens: &[Token]) -> &[u8] {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return &[] };
        &self.norm[first.norm_begin as usize..last.norm_end as usize]
    }

    /// Tokens that word n-grams are made of: all but punctuation.
    pub fn words(&self) -> impl Iterator<Item = &Token> {
        self.all.iter().filter(|token| token.kind != Kind::Punctuation)
    }

    /// Whether the text may quote something: if not, [`Quotes`] need not look for it.
    #[inline]
    #[must_use]
    pub fn may_quote(&self, has_parent: bool) -> bool {
        self.line_breaks > 0
            || self.hints & if has_parent { crate::text::quote_hint::ANY } else { crate::text::quote_hint::MARKED } != 0
    }

    pub(crate) fn clear(&mut self) {
        self.norm.clear();
        self.all.clear();
        self.line_breaks = 0;
        self.hints = 0;
    }
}

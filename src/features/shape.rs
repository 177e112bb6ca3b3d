//! Shape: how long a comment is, how loud, how it is laid out. TF-IDF normalises all of this away.

use crate::features::spline;
use crate::features::spline::Quantity;
use crate::text::token::{Kind, Token, Tokens};

const COUNT: &[f32] = &[0.0, 1.0, 2.0, 4.0, 8.0];
const SHARE: &[f32] = &[0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

/// Their order and knots are part of the model file's format.
pub(crate) const QUANTITIES: [Quantity; 20] = [
    // Natural logarithms of lengths: knots from a word or two to a long essay.
    Quantity { name: "length in characters (log)", knots: &[2.0, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5] },
    Quantity { name: "length in words (log)", knots: &[0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0] },
    Quantity { name: "sentences", knots: &[0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0] },
    Quantity { name: "letters per word", knots: &[2.5, 3.5, 4.0, 4.5, 5.0, 5.5, 6.5, 8.0] },
    Quantity { name: "words per sentence", knots: &[1.0, 4.0, 8.0, 12.0, 16.0, 24.0, 40.0] },
    Quantity { name: "share of long words", knots: SHARE },
    Quantity { name: "share of different words", knots: &[0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0] },
    Quantity { name: "share of words in capitals", knots: SHARE },
    Quantity { name: "exclamation marks", knots: COUNT },
    Quantity { name: "question marks", knots: COUNT },
    Quantity { name: "ellipses", knots: COUNT },
    Quantity { name: "quotation marks", knots: COUNT },
    Quantity { name: "commas per word", knots: SHARE },
    Quantity { name: "web addresses", knots: &[0.0, 1.0, 2.0] },
    Quantity { name: "mentions", knots: &[0.0, 1.0, 2.0, 4.0] },
    Quantity { name: "numbers", knots: COUNT },
    Quantity { name: "emoji", knots: COUNT },
    Quantity { name: "stretched words", knots: &[0.0, 1.0, 2.0] },
    Quantity { name: "line breaks", knots: COUNT },
    Quantity { name: "share of quoted lines", knots: SHARE },
];

pub(crate) const WIDTH: usize = spline::width(&QUANTITIES);

/// What is counted in a text.
#[derive(Default)]
struct Counts {
    /// Bytes that do not count towards a word's length: strokes, and spaces between letters.
    padding: f32,
    words: f32,
    letters: f32,
    long: f32,
    caps: f32,
    stretched: f32,
    quoted: f32,
    urls: f32,
    mentions: f32,
    numbers: f32,
    emoji: f32,
    sentences: f32,
    exclamations: f32,
    questions: f32,
    ellipses: f32,
    quotes: f32,
    commas: f32,
}

impl Counts {
    fn of(tokens: &Tokens) -> Self {
        let mut counts = Self::default();
        let mut open = false;
        for token in tokens.as_slice() {
            if token.kind == Kind::Punctuation {
                let mark = tokens.norm(token);
                counts.exclamations += f32::from(u8::from(mark.contains('!'))) * (token.end - token.begin) as f32;
                counts.questions += f32::from(u8::from(mark.contains('?')));
                counts.ellipses += f32::from(u8::from(mark.starts_with("..") || mark.contains('…')));
                counts.quotes += f32::from(u8::from(mark.contains(['"', '“', '”', '„', '«', '»'])));
                counts.commas += f32::from(u8::from(mark.starts_with([',', ';', ':'])));
                if open && mark.starts_with(['.', '!', '?', '…']) {
                    counts.sentences += 1.0;
                    open = false;
                }
            } else {
                open = true;
                counts.word(tokens, token);
            }
        }
        counts.sentences += f32::from(u8::from(open));
        counts
    }

    fn word(&mut self, tokens: &Tokens, token: &Token) {
        self.words += 1.0;
        let written = (token.end - token.begin) as f32;
        let length = if token.folded { tokens.norm_bytes(token).len() as f32 } else { written };
        self.padding += written - length;
        match token.kind {
            Kind::Url => self.urls += 1.0,
            Kind::Mention => self.mentions += 1.0,
            Kind::Number => self.numbers += 1.0,
            Kind::Emoji => self.emoji += 1.0,
            Kind::Word | Kind::Punctuation => {
                self.letters += length;
                self.long += f32::from(u8::from(length >= 8.0));
            }
        }
        self.caps += f32::from(u8::from(token.caps));
        self.stretched += f32::from(u8::from(token.stretched));
        self.quoted += f32::from(u8::from(token.quoted));
    }
}

/// Adds the shape of a text to `row`: `length` is its length in bytes, `different` its number of different words, and
/// `quoted` the number of quoted words that are not among its tokens.
pub(crate) fn extract(
    first: u32,
    (length, different, quoted): (usize, usize, usize),
    tokens: &Tokens,
    row: &mut Vec<(u32, f32)>,
) {
    let own = Counts::of(tokens);
    let elsewhere = quoted as f32;
    let some = own.words.max(1.0);
    let values = [
        (length as f32 - own.padding).max(1.0).ln(),
        some.ln(),
        own.sentences,
        own.letters / (own.words - own.urls - own.mentions - own.numbers - own.emoji).max(1.0),
        own.words / own.sentences.max(1.0),
        own.long / some,
        different as f32 / some,
        own.caps / some,
        own.exclamations,
        own.questions,
        own.ellipses,
        own.quotes,
        own.commas / some,
        own.urls,
        own.mentions,
        own.numbers,
        own.emoji,
        own.stretched,
        tokens.line_breaks as f32,
        (own.quoted + elsewhere) / (some + elsewhere),
    ];
    let mut column = first;
    for (quantity, value) in QUANTITIES.iter().zip(values) {
        quantity.push(column, value, row);
        column += quantity.knots.len() as u32;
    }
}

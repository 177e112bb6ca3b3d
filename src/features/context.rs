//! The block of context: how similar a comment is to its article, its parent and its thread, and its place there.
//!
//! Unknown context has a column of its own.

use crate::features::document::Document;
use crate::features::input::Input;
use crate::features::lexicon::Lexicon;
use crate::features::spline;
use crate::features::spline::Quantity;
use crate::text::no_text::has_text;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

/// The texts that a comment is compared to, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    Target,
    Article,
    Parent,
}

/// What a comment is compared to. The target is the article's title unless one is given.
const OTHERS: [&str; 5] = ["target", "article", "parent", "context", "first comment"];

/// How: see [`super::document::Likeness`].
const LIKENESS: [Quantity; 7] = [
    Quantity { name: "its words taken up", knots: &[0.0, 0.1, 0.25, 0.5, 0.75, 1.0] },
    Quantity { name: "its words or similar ones taken up", knots: &[0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0] },
    Quantity { name: "words in common", knots: &[0.0, 0.03, 0.07, 0.15, 0.3, 0.6] },
    Quantity { name: "closeness in meaning", knots: &[-0.2, 0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8] },
    Quantity { name: "closeness of a sentence", knots: &[0.0, 0.15, 0.3, 0.45, 0.6, 0.8] },
    // Questions are answered, or asked back; a short text offers little to agree with.
    Quantity { name: "question marks", knots: &[0.0, 1.0, 2.0] },
    Quantity { name: "different words (ln)", knots: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0] },
];

/// To the rest of the thread, and where in it.
const THREAD: [Quantity; 4] = [
    Quantity { name: "words in common with the rest of the thread", knots: &[0.0, 0.05, 0.1, 0.2, 0.35, 0.6] },
    Quantity { name: "closeness to the rest of the thread", knots: &[-0.2, 0.0, 0.2, 0.35, 0.5, 0.65, 0.8] },
    Quantity { name: "place in the thread (ln)", knots: &[0.0, 0.7, 1.4, 2.3, 3.4, 4.6, 6.0] },
    Quantity { name: "replies above", knots: &[0.0, 1.0, 2.0, 4.0, 8.0] },
];

/// A column for "not known", then the quantities.
const PER_OTHER: usize = 1 + spline::width(&LIKENESS);
pub(crate) const WIDTH: usize = OTHERS.len() * PER_OTHER + 1 + spline::width(&THREAD);

/// The texts that a comment is compared to; those that stay the same from comment to comment are read once.
#[derive(Debug, Default)]
pub(crate) struct Others {
    documents: [Document; OTHERS.len()],
    known: [bool; OTHERS.len()],
    /// Articles that were read before, the last one at the end: comments may come from several by turns.
    articles: Vec<Document>,
}

/// At most this many are kept.
const ARTICLES: usize = 8;
/// But none that is longer, in bytes.
const KEPT: usize = 1 << 16;

impl Others {
    /// Reads the context of a comment.
    pub(crate) fn read(
        &mut self,
        input: &Input<'_>,
        tokenizer: &mut Tokenizer,
        tokens: &mut Tokens,
        lexicon: &mut Lexicon,
    ) {
        let first = input.first.filter(|_| input.position.is_some_and(|position| position > 0));
        // A deleted comment tells nothing about its replies.
        let [parent, first] = [input.parent_text, first].map(|text| text.filter(|text| has_text(text)));
        input.article_text.into_iter().for_each(|article| self.recall(article));
        let texts = [input.towards(), input.article_text, parent, input.context, first];
        for ((text, document), known) in texts.into_iter().zip(&mut self.documents).zip(&mut self.known) {
            *known = text.is_some();
            if let Some(text) = text {
                document.read(text, tokenizer, tokens, lexicon);
            }
        }
    }

    /// Reads only the target of the comment's stance.
    pub(crate) fn read_target(
        &mut self,
        input: &Input<'_>,
        tokenizer: &mut Tokenizer,
        tokens: &mut Tokens,
        lexicon: &mut Lexicon,
    ) {
        let target = input.towards();
        self.known[Other::Target as usize] = target.is_some();
        if let Some(target) = target {
            self.documents[Other::Target as usize].read(target, tokenizer, tokens, lexicon);
        }
    }

    /// Puts an article in its place that was read before, and else one that can be read over.
    fn recall(&mut self, article: &str) {
        let now = &mut self.documents[Other::Article as usize];
        if now.is_of(article) || now.len() > KEPT {
            return;
        }
        let past = match self.articles.iter().position(|past| past.is_of(article)) {
            Some(at) => self.articles.remove(at),
            None if self.articles.len() < ARTICLES => Document::default(),
            None => self.articles.remove(0),
        };
        self.articles.push(std::mem::replace(now, past));
    }

    /// One of the texts, if it is known.
    pub(crate) fn get(&self, other: Other) -> Option<&Document> {
        self.known[other as usize].then_some(&self.documents[other as usize])
    }

    /// The target of the comment's stance.
    pub(crate) fn target(&self) -> Option<&Document> {
        self.get(Other::Target)
    }
}

/// Adds the comment's likenesses to `row`.
pub(crate) fn extract(
    first: u32,
    input: &Input<'_>,
    comment: &Document,
    others: &Others,
    lexicon: &Lexicon,
    row: &mut Vec<(u32, f32)>,
) {
    for (place, (other, known)) in others.documents.iter().zip(others.known).enumerate() {
        let first = first + (place * PER_OTHER) as u32;
        if !known {
            row.push((first, 1.0));
            continue;
        }
        let likeness = comment.likeness(other, lexicon);
        let (meaning, sentence) = likeness.vectors.unzip();
        let values = [
            Some(likeness.overlap),
            Some(likeness.soft),
            Some(likeness.cosine),
            meaning,
            sentence,
            Some(other.questions()),
            Some((other.values().count().max(1) as f32).ln()),
        ];
        spline::push(first + 1, &LIKENESS, values, row);
    }
    let first = first + (OTHERS.len() * PER_OTHER) as u32;
    if input.position.is_none() {
        row.push((first, 1.0));
    }
    let (cosine, meaning) = input.thread.and_then(|thread| thread.likeness(comment)).unzip();
    let values = [
        cosine,
        meaning.flatten(),
        input.position.map(|position| ((position + 1) as f32).ln()),
        input.depth.map(|depth| depth as f32),
    ];
    spline::push(first + 1, &THREAD, values, row);
}

/// The meaning of a column of the block, in full and without its number.
pub(crate) fn name(column: usize) -> Option<(String, String)> {
    let (place, within) = (column / PER_OTHER, column % PER_OTHER);
    if let Some(other) = OTHERS.get(place) {
        let Some(within) = within.checked_sub(1) else {
            return Some((format!("{other}: not known"), format!("{other}: not known")));
        };
        let (quantity, knot) = spline::of_column(&LIKENESS, within)?;
        return Some((format!("{other}: {} {knot}", quantity.name), format!("{other}: {}", quantity.name)));
    }
    match (column - OTHERS.len() * PER_OTHER).checked_sub(1) {
        None => Some(("thread: not known".to_owned(), "thread: not known".to_owned())),
        Some(within) => {
            let (quantity, knot) = spline::of_column(&THREAD, within)?;
            Some((format!("{} {knot}", quantity.name), quantity.name.to_owned()))
        }
    }
}

/// The knot of a column, and whether it is its quantity's last; none for columns that mean "not known".
pub(crate) fn knot(column: usize) -> Option<(f32, bool)> {
    let (place, within) = (column / PER_OTHER, column % PER_OTHER);
    let (quantities, within): (&'static [Quantity], usize) =
        if place < OTHERS.len() { (&LIKENESS, within) } else { (&THREAD, column - OTHERS.len() * PER_OTHER) };
    let (quantity, knot) = spline::of_column(quantities, within.checked_sub(1)?)?;
    Some((knot, quantity.knots.last() == Some(&knot)))
}

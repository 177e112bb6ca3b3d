//! A comment without its quotations: only its own words are its features.

use crate::features::input::Input;
use crate::text::quotes::Quotes;

/// Takes quotations out of comments. Holds scratch space: one per thread.
#[derive(Debug, Default)]
pub(crate) struct Own {
    quotes: Quotes,
    text: String,
    quoted: String,
}

/// A comment's own part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    /// The text has spaces where it quotes, so that bytes keep their places. What is quoted is the comment that it answers
    /// where no other is given.
    pub(crate) input: Input<'a>,
    /// Bytes of the text that are its own.
    pub(crate) length: usize,
    /// Words that it quotes.
    pub(crate) quoted: usize,
}

impl<'a> Part<'a> {
    /// All of a comment.
    pub(crate) fn whole(input: &Input<'a>) -> Self {
        Self { input: *input, length: input.text.len(), quoted: 0 }
    }
}

impl Own {
    /// The comment's own part.
    pub(crate) fn read<'a>(&'a mut self, input: &Input<'a>) -> Part<'a> {
        let Self { quotes, text, quoted } = self;
        let others = [input.article_text, input.article_title, input.context, input.first];
        let spans = quotes.find(input.text, input.parent_text, &others);
        if spans.is_empty() {
            return Part::whole(input);
        }
        text.clear();
        quoted.clear();
        let mut next = 0;
        for span in spans {
            text.push_str(&input.text[next..span.start]);
            text.extend(std::iter::repeat_n(' ', span.len()));
            quoted.push_str(&input.text[span.clone()]);
            quoted.push('\n');
            next = span.end;
        }
        text.push_str(&input.text[next..]);
        let length = input.text.len() - spans.iter().map(ExactSizeIterator::len).sum::<usize>();
        let parent_text = input.parent_text.or(Some(quoted));
        Part { input: Input { text, parent_text, ..*input }, length, quoted: quotes.n_words() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_keep_their_places_and_the_quotation_is_the_parent() {
        let text = "> Größe zählt\n\nNein.";
        let mut own = Own::default();
        let part = own.read(&Input::of(text));
        assert_eq!((part.input.text.len(), part.input.text.trim()), (text.len(), "Nein."));
        assert_eq!(part.input.parent_text.map(str::trim), Some("> Größe zählt"));
        assert_eq!((part.length, part.quoted), (5, 2));
        let part = own.read(&Input { parent_text: Some("Die Größe zählt."), ..Input::of(text) });
        assert_eq!(part.input.parent_text, Some("Die Größe zählt."));
        assert_eq!(own.read(&Input::of("Nein.")).quoted, 0);
    }
}

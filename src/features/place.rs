//! A comment in its thread: the only way in which a thread becomes part of an [`Input`].

use crate::features::input::Input;
use crate::features::thread_summary::ThreadSummary;

/// The context that a thread gives to a comment. Pages, rows of tables, queues and training data all use this.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'a> {
    /// The text of the comment that it answers.
    pub parent_text: Option<&'a str>,
    /// The headline of the thread's article.
    pub article_title: Option<&'a str>,
    /// The body of that article.
    pub article_text: Option<&'a str>,
    /// The first comment of the thread.
    pub first: Option<&'a str>,
    /// The topic of the thread's comments.
    pub thread: Option<&'a ThreadSummary>,
    /// How many comments of the thread come before it.
    pub position: Option<usize>,
    /// How many comments it is a reply to, one above the other.
    pub depth: Option<usize>,
}

impl<'a> Place<'a> {
    /// Places a comment. What is known of the comment itself, as by its row, wins over what its thread says.
    #[must_use]
    pub(crate) fn of(self, own: Input<'a>) -> Input<'a> {
        Input {
            parent_text: own.parent_text.or(self.parent_text),
            article_title: own.article_title.or(self.article_title),
            article_text: own.article_text.or(self.article_text),
            first: own.first.or(self.first),
            thread: own.thread.or(self.thread),
            position: own.position.or(self.position),
            depth: own.depth.or(self.depth),
            ..own
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_row_says_wins_over_its_thread() {
        let place =
            Place { parent_text: Some("of the thread"), depth: Some(2), first: Some("one"), ..Place::default() };
        let own = Input { parent_text: Some("of the row"), target: Some("the library"), ..Input::of("text") };
        let input = place.of(own);
        assert_eq!((input.parent_text, input.depth, input.first), (Some("of the row"), Some(2), Some("one")));
        assert_eq!((input.text, input.target, input.position), ("text", Some("the library"), None));
    }
}

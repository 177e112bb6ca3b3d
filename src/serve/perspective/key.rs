//! How a comment that scores are suggested for is known in the review queue.

use crate::queue::digest;
use crate::serve::perspective::context::Note;

/// A comment's thread and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The address of the story; comments without one have no thread.
    pub(crate) thread_id: Option<String>,
    pub(crate) id: String,
    /// If another comment already has the id, this one gets its text's id appended.
    pub(crate) is_loose: bool,
}

/// What is longer is known by its hash, in bytes.
const LONGEST: usize = 500;

impl Key {
    /// As Coral notes it; else by the client's own token, else by its text and the community.
    ///
    /// A token may identify the request only: with another text it is not the same comment.
    pub(crate) fn of(note: &Note, token: Option<&str>, community: Option<&str>, text: &str) -> Self {
        if let Some(id) = &note.id {
            return Self { thread_id: note.url.as_deref().map(short), id: short(id), is_loose: false };
        }
        let id = match (token, community) {
            (Some(token), _) => short(token),
            (None, Some(community)) => format!("{} {}", short(community), of_text(text)),
            (None, None) => of_text(text),
        };
        Self { thread_id: None, id, is_loose: token.is_some() }
    }

    /// The same if its id belongs to another comment.
    pub(crate) fn apart(&self, text: &str) -> String {
        format!("{} {}", self.id, of_text(text))
    }
}

/// A hash of a text, long enough to be unique.
fn of_text(text: &str) -> String {
    digest::hex(&digest::hash([text.as_bytes()])[..12])
}

fn short(text: &str) -> String {
    if text.len() > LONGEST { of_text(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_known_by_the_first_that_there_is() {
        let note = Note { id: Some("c1".to_owned()), parent_id: None, url: Some("https://news.example/a".to_owned()) };
        let key = |note: &Note, token, community| {
            let Key { thread_id, id, .. } = Key::of(note, token, community, "Text.");
            (thread_id, id)
        };
        let none = Note::default();
        let story = Some("https://news.example/a".to_owned());
        assert_eq!(key(&note, Some("comment:c1"), Some("Coral:x")), (story, "c1".to_owned()));
        assert_eq!(key(&none, Some("comment-7"), Some("forum")), (None, "comment-7".to_owned()));
        let hash = of_text("Text.");
        assert_eq!(key(&none, None, Some("forum")), (None, format!("forum {hash}")));
        assert_eq!(key(&none, None, None), (None, hash));
        assert_eq!(key(&none, Some(&"x".repeat(501)), None).1.len(), 24);
    }
}

//! What a file says of its articles, kept for the comments that follow.

use rustc_hash::FxHashMap;

use crate::thread::comments::Shared;

/// So many bytes are kept. A file that holds more of them holds a great many threads, and a thread's comments follow its
/// article.
const MOST: usize = 64 << 20;
/// What an entry takes beside its bytes.
const ENTRY: usize = 160;

/// Articles by the id of their thread.
#[derive(Debug, Default)]
pub(crate) struct Articles {
    of_id: FxHashMap<String, Shared>,
    bytes: usize,
    has_forgotten: bool,
}

impl Articles {
    /// Keeps an article; one of the same id is replaced.
    pub(crate) fn insert(&mut self, id: &str, article: Shared) {
        if self.bytes > MOST {
            self.of_id.clear();
            (self.bytes, self.has_forgotten) = (0, true);
        }
        self.bytes += ENTRY + id.len() + article.len();
        self.of_id.insert(id.to_owned(), article);
    }

    /// What is known of the article of that thread; nothing if none was met.
    pub(crate) fn get(&self, id: &str) -> Option<&Shared> {
        self.of_id.get(id)
    }

    /// What is to be said at the end, if articles had to be forgotten.
    pub(crate) fn remark(&self) -> Option<&'static str> {
        self.has_forgotten.then_some(
            "it holds more articles than are kept in memory: comments that stand far behind their article are read \
             without its title and text",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::comments::Comments;

    #[test]
    fn memory_is_bounded_and_the_last_articles_are_known() {
        let out = Comments::new("a".to_owned(), &["article_title"]);
        let (long, mut articles) = ("x".repeat(1 << 20), Articles::default());
        for i in 0..200 {
            articles.insert(&i.to_string(), out.shared(&[("article_title", &long)]));
        }
        assert!(articles.get("199").is_some() && articles.get("0").is_none());
        assert!(articles.of_id.len() < 70 && articles.remark().is_some());
        assert!(Articles::default().remark().is_none());
    }
}

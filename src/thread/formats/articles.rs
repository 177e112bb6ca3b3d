//! What a file says about its articles, kept for the comments that follow.

use rustc_hash::FxHashMap;

use crate::thread::comments::Shared;

/// How many bytes are kept. A file with more has a great many threads, and a thread's comments follow its article.
const MOST: usize = 64 << 20;
/// The overhead of an entry, in bytes.
const ENTRY: usize = 160;

/// Articles by thread id.
#[derive(Debug, Default)]
pub(crate) struct Articles {
    of_id: FxHashMap<String, Shared>,
    bytes: usize,
    has_forgotten: bool,
}

impl Articles {
    /// Keeps an article; it replaces one with the same id.
    pub(crate) fn insert(&mut self, id: &str, article: Shared) {
        if self.bytes > MOST {
            self.of_id.clear();
            (self.bytes, self.has_forgotten) = (0, true);
        }
        self.bytes += ENTRY + id.len() + article.len();
        self.of_id.insert(id.to_owned(), article);
    }

    /// The article of a thread, if it is known.
    pub(crate) fn get(&self, id: &str) -> Option<&Shared> {
        self.of_id.get(id)
    }

    /// The remark to make at the end if articles had to be dropped.
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

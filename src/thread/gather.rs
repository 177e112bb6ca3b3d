//! Rows and comments gathered into threads.

use rustc_hash::FxHashMap;

use super::{Article, Comment, Thread};

/// One comment, with what its row says of its article.
pub(super) struct Entry<'r> {
    pub(super) article_id: Option<&'r str>,
    pub(super) article_title: Option<&'r str>,
    pub(super) article_text: Option<&'r str>,
    pub(super) article_url: Option<&'r str>,
    pub(super) comment: Comment,
    /// The 1-based line where it was read.
    pub(super) line: Option<u64>,
}

/// Threads in the order in which they were first met.
#[derive(Default)]
pub(super) struct Gather {
    threads: Vec<Thread>,
    lines: Vec<Vec<Option<u64>>>,
    of_id: FxHashMap<Option<String>, usize>,
}

impl Gather {
    /// The thread of that id, made if it is new. Comments without a thread are together in one.
    pub(super) fn thread(&mut self, id: Option<&str>) -> usize {
        let id = id.map(str::to_owned);
        if let Some(&thread) = self.of_id.get(&id) {
            return thread;
        }
        let thread = self.new_thread(id.clone(), Article::default());
        self.of_id.insert(id, thread);
        thread
    }

    /// A thread of its own, whatever its id.
    pub(super) fn new_thread(&mut self, id: Option<String>, article: Article) -> usize {
        self.threads.push(Thread { id, article, comments: Vec::new() });
        self.lines.push(Vec::new());
        self.threads.len() - 1
    }

    /// Adds a comment to a thread; gives its index there. What the thread does not know of its article yet is taken
    /// from the entry; where it knows otherwise, the comment keeps its own.
    pub(super) fn push(&mut self, thread: usize, entry: Entry) -> usize {
        let (Some(thread), Some(lines)) = (self.threads.get_mut(thread), self.lines.get_mut(thread)) else {
            return 0;
        };
        let article = &mut thread.article;
        for (known, told) in [
            (&mut article.id, entry.article_id),
            (&mut article.title, entry.article_title),
            (&mut article.text, entry.article_text),
            (&mut article.url, entry.article_url),
        ] {
            if known.is_none() {
                *known = told.map(str::to_owned);
            }
        }
        let mut comment = entry.comment;
        let other = |told: Option<&str>, known: &Option<String>| {
            told.filter(|told| known.as_deref() != Some(*told)).map(str::to_owned)
        };
        comment.beside.article_title = other(entry.article_title, &article.title);
        comment.beside.article_text = other(entry.article_text, &article.text);
        thread.comments.push(comment);
        lines.push(entry.line);
        thread.comments.len() - 1
    }

    /// The threads, and the line of each of their comments.
    pub(super) fn finish(self) -> (Vec<Thread>, Vec<Vec<Option<u64>>>) {
        (self.threads, self.lines)
    }
}

//! Gathers rows and comments into threads.

use rustc_hash::FxHashMap;

use crate::thread::comment::{Article, Comment, Thread};

/// One comment, with what its row says about its article.
pub(crate) struct Entry<'r> {
    pub(crate) article_id: Option<&'r str>,
    pub(crate) article_title: Option<&'r str>,
    pub(crate) article_text: Option<&'r str>,
    pub(crate) article_url: Option<&'r str>,
    pub(crate) comment: Comment,
    /// The 1-based line where it was read.
    pub(crate) line: Option<u64>,
}

/// Threads, in order of first appearance.
#[derive(Default)]
pub(crate) struct Gather {
    /// Whether the input is a table, in which rows without a thread are unrelated.
    of_rows: bool,
    threads: Vec<Thread>,
    lines: Vec<Vec<Option<u64>>>,
    of_id: FxHashMap<Option<String>, usize>,
}

impl Gather {
    /// Starts gathering the rows of a table.
    pub(crate) fn of_rows() -> Self {
        Self { of_rows: true, ..Self::default() }
    }

    /// The index of the thread with this id, which is created if new. All comments without a thread share one.
    pub(crate) fn thread(&mut self, id: Option<&str>) -> usize {
        let id = id.map(str::to_owned);
        if let Some(&thread) = self.of_id.get(&id) {
            return thread;
        }
        let thread = self.new_thread(id.clone(), Article::default());
        if id.is_none() && self.of_rows {
            self.unrelate(thread);
        }
        self.of_id.insert(id, thread);
        thread
    }

    /// Creates a separate thread, whatever its id.
    pub(crate) fn new_thread(&mut self, id: Option<String>, article: Article) -> usize {
        self.threads.push(Thread { id, article, ..Thread::default() });
        self.lines.push(Vec::new());
        self.threads.len() - 1
    }

    /// Marks the comments of a thread as unrelated.
    pub(crate) fn unrelate(&mut self, thread: usize) {
        if let Some(thread) = self.threads.get_mut(thread) {
            thread.unrelated = true;
        }
    }

    /// Adds a comment to a thread and gives its index there. The thread takes from the entry what it does not know yet
    /// about its article; where the two differ, the comment keeps its own. Unrelated comments all keep their own: the
    /// article of one says nothing about another's.
    pub(crate) fn push(&mut self, thread: usize, entry: Entry) -> usize {
        let (Some(thread), Some(lines)) = (self.threads.get_mut(thread), self.lines.get_mut(thread)) else {
            return 0;
        };
        let article = &mut thread.article;
        let shared = !thread.unrelated;
        for (known, told) in [
            (&mut article.id, entry.article_id),
            (&mut article.title, entry.article_title),
            (&mut article.text, entry.article_text),
            (&mut article.url, entry.article_url),
        ] {
            if shared && known.is_none() {
                *known = told.map(str::to_owned);
            }
        }
        let mut comment = entry.comment;
        let other = |told: Option<&str>, known: &Option<String>| {
            told.filter(|told| known.as_deref() != Some(*told)).map(str::to_owned)
        };
        comment.beside.article_id = other(entry.article_id, &article.id);
        comment.beside.article_title = other(entry.article_title, &article.title);
        comment.beside.article_text = other(entry.article_text, &article.text);
        thread.comments.push(comment);
        lines.push(entry.line);
        thread.comments.len() - 1
    }

    /// The threads, and the line of each of their comments.
    pub(crate) fn finish(mut self) -> (Vec<Thread>, Vec<Vec<Option<u64>>>) {
        self.threads.iter_mut().filter(|thread| thread.unrelated).for_each(share_article);
        (self.threads, self.lines)
    }
}

/// If all comments name the same article, makes it the thread's.
fn share_article(thread: &mut Thread) {
    type Field<T> = fn(&mut T) -> &mut Option<String>;
    let fields: [(Field<Article>, Field<Comment>); 3] = [
        (|article| &mut article.id, |comment| &mut comment.beside.article_id),
        (|article| &mut article.title, |comment| &mut comment.beside.article_title),
        (|article| &mut article.text, |comment| &mut comment.beside.article_text),
    ];
    for (of_thread, own) in fields {
        let first = thread.comments.first_mut().and_then(|comment| own(comment).clone());
        let is_shared = first.is_some() && of_thread(&mut thread.article).is_none();
        if is_shared && thread.comments.iter_mut().all(|comment| *own(comment) == first) {
            *of_thread(&mut thread.article) = first;
            thread.comments.iter_mut().for_each(|comment| *own(comment) = None);
        }
    }
}

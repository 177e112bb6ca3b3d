//! Nested JSON: `{"article": {"id","title","text","url"}, "comments": [{"id","author","created_at","text","replies": […]}]}`.
//!
//! Also read: several such threads in an array, a bare array of comments, and flat comments that name their
//! `parent_id` (and their `thread_id`, as a table exported as JSON does). `"thread_id": null` beside `comments` says that
//! these are no thread, only comments in one document, as the rows of a table may be. The document is walked with an explicit
//! stack over a streaming reader, so that depth costs a few bytes a level and no call stack.

use rustc_hash::FxHashSet;
use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ReaderSettings, ValueType};

use super::columns::{ColumnMap, Known};
use super::gather::{Entry, Gather};
use super::{Article, Comment, Thread};

/// A document with more comments should be a table, which is streamed.
pub const MOST_COMMENTS: usize = 2_000_000;

/// Reads a document. `columns` maps the keys of comments as it does the headers of tables.
///
/// # Errors
/// What is wrong with the document, with its line and column.
pub fn parse(document: &str, columns: &ColumnMap) -> Result<Vec<Thread>, String> {
    let reader = JsonStreamReader::new_custom(
        document.as_bytes(),
        ReaderSettings {
            track_path: false,
            max_nesting_depth: None,
            restrict_number_values: false,
            ..ReaderSettings::default()
        },
    );
    let mut walk = Walk { reader, keys: Keys(columns), nodes: Vec::new(), stack: Vec::new() };
    walk.run()?;
    let nodes = std::mem::take(&mut walk.nodes);
    walk.reader
        .consume_trailing_whitespace()
        .map_err(|error| format!("{}; if it has one object a line, name its format: jsonl", told(&error)))?;
    Ok(threads(nodes))
}

/// An object: a comment or, at the top, perhaps a thread.
#[derive(Default)]
struct Node {
    above: Option<usize>,
    is_thread: bool,
    thread_id: Option<String>,
    /// It says that there is no thread: `"thread_id": null`.
    is_none: bool,
    article: Article,
    comment: Comment,
}

/// What is being read, innermost last.
#[derive(Clone, Copy)]
enum Level {
    /// An array of nodes that stand under one.
    Nodes(Option<usize>),
    Node(usize),
    /// The `article` of a node.
    Article(usize),
}

/// Which field of a node a key names.
enum Field {
    Known(Known),
    Title,
    Url,
    Article,
    /// `comments`: what makes an object a thread.
    Comments,
    Replies,
    Other,
}

struct Keys<'c>(&'c ColumnMap);

impl Keys<'_> {
    fn field(&self, key: &str) -> Field {
        let known = [
            Known::Text,
            Known::Id,
            Known::ParentId,
            Known::Author,
            Known::CreatedAt,
            Known::ThreadId,
            Known::ArticleId,
            Known::ArticleTitle,
            Known::ArticleText,
            Known::Target,
            Known::ParentText,
            Known::Context,
        ];
        if let Some(known) = known.into_iter().find(|known| self.0.header(*known) == key) {
            return Field::Known(known);
        }
        match key {
            "title" => Field::Title,
            "url" => Field::Url,
            "article" => Field::Article,
            "comments" => Field::Comments,
            "replies" | "children" => Field::Replies,
            _ => Field::Other,
        }
    }
}

struct Walk<'d, 'c> {
    reader: JsonStreamReader<&'d [u8]>,
    keys: Keys<'c>,
    nodes: Vec<Node>,
    stack: Vec<Level>,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> Result<(), String> {
        match self.peek()? {
            ValueType::Array => {
                self.read(|reader| reader.begin_array())?;
                self.stack.push(Level::Nodes(None));
            }
            ValueType::Object => self.begin_node(None)?,
            other => {
                return Err(self.at(&format!("a thread or its comments are needed, not a {other}")));
            }
        }
        while let Some(&level) = self.stack.last() {
            let has_next = self.read(|reader| reader.has_next())?;
            match level {
                Level::Nodes(above) if has_next => self.begin_node(above)?,
                Level::Node(node) if has_next => self.member(node)?,
                Level::Article(node) if has_next => self.article_member(node)?,
                Level::Nodes(_) => {
                    self.read(|reader| reader.end_array())?;
                    self.stack.pop();
                }
                Level::Node(_) | Level::Article(_) => {
                    self.read(|reader| reader.end_object())?;
                    self.stack.pop();
                }
            }
        }
        Ok(())
    }

    fn begin_node(&mut self, above: Option<usize>) -> Result<(), String> {
        let found = self.peek()?;
        if found != ValueType::Object {
            return Err(self.at(&format!("a comment is needed, not a {found}")));
        }
        if self.nodes.len() >= MOST_COMMENTS {
            return Err(self.at(&format!("more than {MOST_COMMENTS} comments in one document; give them as JSONL")));
        }
        self.read(|reader| reader.begin_object())?;
        self.stack.push(Level::Node(self.nodes.len()));
        self.nodes.push(Node { above, ..Node::default() });
        Ok(())
    }

    fn member(&mut self, node: usize) -> Result<(), String> {
        let field = self.name()?;
        let is_top = self.nodes.get(node).is_some_and(|node| node.above.is_none());
        match (field, self.peek()?) {
            (Field::Replies, ValueType::Array) => self.begin_nodes(node, false),
            (Field::Comments, ValueType::Array) => self.begin_nodes(node, is_top),
            (Field::Article, ValueType::Object) if is_top => {
                self.read(|reader| reader.begin_object())?;
                self.set(node, |node| node.is_thread = true);
                self.stack.push(Level::Article(node));
                Ok(())
            }
            // Other programs have objects of that name.
            (
                Field::Known(Known::Target | Known::ParentText | Known::Context),
                ValueType::Array | ValueType::Object,
            ) => self.read(|reader| reader.skip_value()),
            (Field::Known(known), _) => {
                let value = self.value(known.name())?;
                self.set(node, |node| node.fill(known, value));
                Ok(())
            }
            (field @ (Field::Title | Field::Url), ValueType::String) => {
                let value = self.value("title or url")?;
                self.set(node, |node| match field {
                    Field::Title => node.article.title = value,
                    _ => node.article.url = value,
                });
                Ok(())
            }
            _ => self.read(|reader| reader.skip_value()),
        }
    }

    fn article_member(&mut self, node: usize) -> Result<(), String> {
        let name = self.read(|reader| reader.next_name_owned())?;
        if !["id", "title", "text", "url"].contains(&name.as_str()) {
            return self.read(|reader| reader.skip_value());
        }
        let value = self.value(&name)?;
        self.set(node, |node| match name.as_str() {
            "id" => node.article.id = value,
            "title" => node.article.title = value,
            "text" => node.article.text = value,
            _ => node.article.url = value,
        });
        Ok(())
    }

    fn begin_nodes(&mut self, above: usize, makes_thread: bool) -> Result<(), String> {
        self.read(|reader| reader.begin_array())?;
        self.set(above, |node| node.is_thread |= makes_thread);
        self.stack.push(Level::Nodes(Some(above)));
        Ok(())
    }

    fn set(&mut self, node: usize, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(node) {
            change(node);
        }
    }

    fn name(&mut self) -> Result<Field, String> {
        let keys = Keys(self.keys.0);
        match self.reader.next_name() {
            Ok(name) => Ok(keys.field(name)),
            Err(error) => Err(told(&error)),
        }
    }

    /// A plain value as text: a string's content, or the JSON of a number or a boolean.
    fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let value = match self.peek()? {
            ValueType::String => self.read(|reader| reader.next_string())?,
            ValueType::Number => self.read(|reader| reader.next_number_as_string())?,
            ValueType::Boolean => self.read(|reader| reader.next_bool())?.to_string(),
            ValueType::Null => {
                self.read(|reader| reader.next_null())?;
                return Ok(None);
            }
            ValueType::Array | ValueType::Object => {
                return Err(self.at(&format!("the value of `{name}` is nested, where a plain one is needed")));
            }
        };
        if value.contains('\0') {
            return Err(self.at(&format!("the value of `{name}` holds a NUL character")));
        }
        Ok(Some(value))
    }

    fn peek(&mut self) -> Result<ValueType, String> {
        self.read(|reader| reader.peek())
    }

    fn read<'s, T>(
        &'s mut self,
        read: impl FnOnce(&'s mut JsonStreamReader<&[u8]>) -> Result<T, ReaderError>,
    ) -> Result<T, String> {
        read(&mut self.reader).map_err(|error| told(&error))
    }

    /// The message, after the line that the reader is at.
    fn at(&self, message: &str) -> String {
        match self.reader.current_position(false).line_pos {
            Some(at) => format!("line {}, column {}: {message}", at.line + 1, at.column + 1),
            None => message.to_owned(),
        }
    }
}

impl Node {
    fn fill(&mut self, known: Known, value: Option<String>) {
        let given = value.filter(|value| known == Known::Text || !value.is_empty());
        let (article, comment) = (&mut self.article, &mut self.comment);
        match known {
            Known::Id => comment.id = given.unwrap_or_default(),
            Known::ParentId => comment.parent_id = given,
            Known::Author => comment.author = given,
            Known::CreatedAt => comment.created_at = given,
            Known::Text => comment.text = given.unwrap_or_default(),
            Known::ThreadId => {
                self.is_none = given.is_none();
                self.thread_id = given;
            }
            Known::ArticleId => article.id = given,
            Known::ArticleTitle => article.title = given,
            Known::ArticleText => article.text = given,
            Known::Target => comment.beside.target = given,
            Known::ParentText => comment.beside.parent_text = given,
            Known::Context => comment.beside.context = given,
            Known::Language => {}
        }
    }
}

/// Nodes in the order of the document as threads.
fn threads(nodes: Vec<Node>) -> Vec<Thread> {
    let mut gather = Gather::default();
    // For each node its thread, and its index among that thread's comments unless it is the thread itself.
    let mut stands: Vec<(usize, Option<usize>)> = Vec::with_capacity(nodes.len());
    let mut nested: Vec<Vec<Option<usize>>> = Vec::new();
    for mut node in nodes {
        let above = node.above.and_then(|above| stands.get(above).copied());
        let at = if node.is_thread {
            let id = node.thread_id.or(Some(node.comment.id)).filter(|id| !id.is_empty());
            // A thread's own `text` is the article's.
            let text = Some(node.comment.text).filter(|text| !text.is_empty());
            node.article.text = node.article.text.or(text);
            let is_none = node.is_none && id.is_none();
            let thread = gather.new_thread(id, node.article);
            if is_none {
                gather.unrelate(thread);
            }
            (thread, None)
        } else {
            let (thread, parent) = match above {
                Some((thread, parent)) => (thread, parent),
                None => (gather.thread(node.thread_id.as_deref()), None),
            };
            let article = node.article;
            let entry = Entry {
                article_id: article.id.as_deref(),
                article_title: article.title.as_deref(),
                article_text: article.text.as_deref(),
                article_url: article.url.as_deref(),
                comment: node.comment,
                line: None,
            };
            let index = gather.push(thread, entry);
            nested.resize_with(nested.len().max(thread + 1), Vec::new);
            if let Some(parents) = nested.get_mut(thread) {
                parents.push(parent);
            }
            (thread, Some(index))
        };
        stands.push(at);
    }
    let (mut threads, _) = gather.finish();
    for (thread, parents) in threads.iter_mut().zip(nested) {
        name_comments(&mut thread.comments);
        for (i, parent) in parents.into_iter().enumerate() {
            let id = parent.and_then(|parent| thread.comments.get(parent)).map(|parent| parent.id.clone());
            if let (Some(id), Some(comment)) = (id, thread.comments.get_mut(i)) {
                comment.parent_id = Some(id);
            }
        }
    }
    threads
}

/// Gives comments without an id `c1`, `c2`, … by their place, unless that is another's.
pub(super) fn name_comments(comments: &mut [Comment]) {
    let given: FxHashSet<String> =
        (comments.iter()).filter(|comment| !comment.id.is_empty()).map(|comment| comment.id.clone()).collect();
    for (i, comment) in comments.iter_mut().enumerate().filter(|(_, comment)| comment.id.is_empty()) {
        comment.id = format!("c{}", i + 1);
        while given.contains(&comment.id) {
            comment.id.push('x');
        }
    }
}

/// The reader's message, with lines and columns counted from 1.
fn told(error: &ReaderError) -> String {
    let (what, location) = match error {
        ReaderError::SyntaxError(error) => (format!("not JSON: {}", error.kind), &error.location),
        ReaderError::UnexpectedValueType { expected, actual, location } => {
            (format!("{expected} expected, but there is {actual}"), location)
        }
        ReaderError::UnexpectedStructure { kind, location } => (kind.to_string(), location),
        other => return other.to_string(),
    };
    match &location.line_pos {
        Some(at) => format!("line {}, column {}: {what}", at.line + 1, at.column + 1),
        None => what,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(document: &str) -> Result<Vec<Thread>, String> {
        parse(document, &ColumnMap::default())
    }

    fn one(document: &str) -> Thread {
        let mut threads = read(document).unwrap();
        assert_eq!(threads.len(), 1);
        threads.remove(0)
    }

    fn told_comments(thread: &Thread) -> Vec<String> {
        let told = |comment: &Comment| {
            format!("{}<{}: {}", comment.id, comment.parent_id.as_deref().unwrap_or(""), comment.text)
        };
        thread.comments.iter().map(told).collect()
    }

    #[test]
    fn an_article_and_nested_comments_in_any_order_of_keys() {
        let thread = one(r#"{"comments":[
            {"replies":[{"text":"r","id":7,"other":{"a":[1]}},{"text":"s"}],"id":"a","author":"A","created_at":"2024","text":"t"},
            {"text":"u","replies":null}],
            "article":{"title":"T","id":"x","text":"body","url":"u"},"thread_id":"th"}"#);
        assert_eq!(thread.id.as_deref(), Some("th"));
        assert_eq!(thread.article.title.as_deref(), Some("T"));
        assert_eq!(thread.article.url.as_deref(), Some("u"));
        assert_eq!(thread.comments[0].author.as_deref(), Some("A"));
        assert_eq!(told_comments(&thread), ["a<: t", "7<a: r", "c3<a: s", "c4<: u"]);
    }

    #[test]
    fn bare_and_flat_comments() {
        assert_eq!(told_comments(&one(r#"[{"text":"a"},{"text":"b","parent_id":"c1"}]"#)), ["c1<: a", "c2<c1: b"]);
        let threads = read(r#"[{"text":"a","thread_id":"x","article_title":"X"},{"text":"b","thread_id":"y"},{"text":"c","thread_id":"x"}]"#).unwrap();
        assert_eq!(threads.len(), 2);
        assert_eq!(threads[0].article.title.as_deref(), Some("X"));
        assert_eq!(told_comments(&threads[0]), ["c1<: a", "c2<: c"]);
    }

    #[test]
    fn several_threads() {
        let threads =
            read(r#"[{"article":{"title":"A"},"comments":[{"text":"a"}]},{"id":"b","comments":[]}]"#).unwrap();
        assert_eq!(threads.len(), 2);
        assert_eq!(threads[1].id.as_deref(), Some("b"));
    }

    #[test]
    fn keys_can_be_mapped() {
        let columns = ColumnMap::parse(["text=body", "id=key"]).unwrap();
        let threads = parse(r#"[{"body":"a","key":1,"text":"no"}]"#, &columns).unwrap();
        assert_eq!(told_comments(&threads[0]), ["1<: a"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (document, message) in [
            ("{\"comments\":[\n1]}", "line 2, column 1: a comment is needed, not a Number"),
            (
                "{\"comments\":[\n{\"text\":{}}]}",
                "line 2, column 9: the value of `text` is nested, where a plain one is needed",
            ),
            ("7", "line 1, column 1: a thread or its comments are needed, not a Number"),
        ] {
            assert_eq!(read(document).unwrap_err(), message);
        }
        assert!(read("{\"text\":\"a\"}\n{}").unwrap_err().contains("jsonl"));
        assert!(read("[{\"text\":\"\\u0000\"}]").unwrap_err().contains("NUL"));
        assert!(read("[{\"text\":\"a\"").unwrap_err().starts_with("line 1, column 13: not JSON"));
    }

    #[test]
    fn depth_neither_overflows_nor_is_refused() {
        let depth = 100_000;
        let document = format!(
            "{}{{\"text\":\"end\",\"x\":{}{}}}{}",
            "[{\"text\":\"a\",\"replies\":".to_owned() + &"[{\"text\":\"a\",\"replies\":".repeat(depth - 1) + "[",
            "[".repeat(depth),
            "]".repeat(depth),
            "]".to_owned() + &"}]".repeat(depth),
        );
        let thread = one(&document);
        assert_eq!(thread.comments.len(), depth + 1);
        assert_eq!(thread.comments[depth].parent_id, Some(format!("c{depth}")));
    }

    proptest! {
        #[test]
        fn never_panics_on_any_text(document in r#"([\[\]{}:,] ?|"(text|comments|replies|article|id)"|1|null|\PC){0,30}"#) {
            let _ = read(&document);
        }
    }
}

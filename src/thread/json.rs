//! Nested JSON: `{"article": {"id","title","text","url"}, "comments": [{"id","author","created_at","text","replies": […]}]}`.
//!
//! Also read: several such threads in an array, a bare array of comments, and flat comments that name their
//! `parent_id` (and their `thread_id`, as a table exported as JSON does). `"thread_id": null` beside `comments` says that
//! these are no thread, only comments in one document, as the rows of a table may be. The document is walked with an explicit
//! stack over a streaming reader, so that depth costs a few bytes a level and no call stack.
//!
//! What makes an object a comment is a text, even a null or an empty one. Where others have one, an object without it is
//! kept if it has an id or replies, as a deleted comment keeps its place above the replies to it; else it is refused. At
//! the top an object without a text that holds comments is their article, if it has a title or stands alone.

#[cfg(test)]
pub(crate) mod tests;

use rustc_hash::{FxHashMap, FxHashSet};
use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ValueType};

use crate::thread::columns::ColumnMap;
use crate::thread::comment::{Article, Comment, Thread};
use crate::thread::gather::{Entry, Gather};
use crate::thread::json_reader::reader;
use crate::thread::known::Known;
use crate::thread::limits::{MOST_COMMENTS, more_than};
use crate::thread::mapping::Mapping;
use crate::thread::{exports, usual};

/// What a document holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) threads: Vec<Thread>,
    /// The line of each comment, by thread.
    pub(crate) lines: Vec<Vec<Option<u64>>>,
    /// The lines of objects that stand where comments do and are none.
    pub(crate) refused: Vec<u64>,
    /// Whether there are comments, or lists of them that are empty.
    pub(crate) has_comments: bool,
    /// A mapping whose key no comment has.
    pub(crate) missing: Option<Mapping>,
    /// What was taken for known keys that no comment has.
    pub(crate) guessed: Vec<Mapping>,
    /// Which columns any object has.
    seen: [bool; Known::ALL.len()],
    /// Other names of known keys that could be meant by them.
    offer: Vec<Offer>,
}

/// A key that is often meant by a known one.
#[derive(Debug)]
struct Offer {
    key: String,
    /// How many objects have it.
    count: usize,
    /// In some of them it holds a list or an object.
    is_nested: bool,
}

impl Found {
    /// What a page holds.
    pub(crate) fn of(thread: Thread) -> Self {
        let has_comments = !thread.comments.is_empty();
        Self { threads: vec![thread], lines: vec![Vec::new()], has_comments, ..Self::default() }
    }
}

/// Reads a document. `columns` maps the keys of comments as it does the headers of tables; where known keys are missing,
/// those are tried that are often meant by them.
///
/// # Errors
/// What is wrong with the document, with its line and column.
pub(crate) fn read(document: &str, columns: &ColumnMap) -> Result<Found, String> {
    let found = parse(document, columns)?;
    if found.offer.is_empty() || !found.has_comments && exports::is_known_document(document) {
        return Ok(found);
    }
    let most = found.offer.iter().map(|offer| offer.count).max().unwrap_or(0);
    // What few objects have is of their thread, not of comments.
    let usable = found.offer.iter().filter(|offer| !offer.is_nested && 2 * offer.count >= most);
    let seen = Known::ALL.iter().zip(found.seen).filter(|(_, seen)| *seen).map(|(known, _)| known.name());
    let offer: Vec<&str> = usable.map(|offer| offer.key.as_str()).chain(seen).collect();
    let guessed = columns.guess(&offer, &[]);
    if guessed.is_empty() {
        return Ok(found);
    }
    match parse(document, &columns.with(&guessed)) {
        Ok(again) if again.has_comments => Ok(Found { guessed, ..again }),
        _ => Ok(found),
    }
}

fn parse(document: &str, columns: &ColumnMap) -> Result<Found, String> {
    let mut walk = Walk {
        reader: reader(document),
        keys: Keys(columns),
        seen: [false; Known::ALL.len()],
        offer: Vec::new(),
        nodes: Vec::new(),
        stack: Vec::new(),
        hidden: None,
    };
    walk.run()?;
    let (nodes, seen, hidden) = (std::mem::take(&mut walk.nodes), walk.seen, walk.hidden.take());
    walk.reader
        .consume_trailing_whitespace()
        .map_err(|error| format!("{}; if it has one object a line, name its format: jsonl", told(&error)))?;
    let offer = std::mem::take(&mut walk.offer);
    let mut found = threads(nodes);
    let is_seen = |mapping: &&Mapping| seen.get(mapping.name as usize) == Some(&true);
    if found.threads.iter().any(|thread| !thread.comments.is_empty()) || !found.has_comments {
        found.missing = columns.mappings().iter().find(|mapping| !is_seen(mapping)).cloned();
    }
    (found.offer, found.seen) = (offer, seen);
    match hidden {
        Some(hidden) if found.has_comments => Err(hidden),
        _ => Ok(found),
    }
}

/// An object: a comment or, at the top, perhaps a thread.
#[derive(Default)]
struct Node {
    above: Option<usize>,
    line: u64,
    is_thread: bool,
    /// It has a list for comments or replies.
    has_list: bool,
    /// There is something in the list.
    has_replies: bool,
    has_text: bool,
    has_title: bool,
    thread_id: Option<String>,
    /// It says that there is no thread: `"thread_id": null`.
    is_none: bool,
    /// Boxed, as few have one: a comment without costs less memory.
    article: Option<Box<Article>>,
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
    /// Often meant by a known key.
    Usual(String),
    Other,
}

struct Keys<'c>(&'c ColumnMap);

impl Keys<'_> {
    fn field(&self, key: &str) -> Field {
        if let Some(known) = Known::ALL.into_iter().find(|known| self.0.header(*known) == key) {
            return Field::Known(known);
        }
        match key {
            "title" => Field::Title,
            "url" => Field::Url,
            "article" => Field::Article,
            "comments" => Field::Comments,
            "replies" | "children" => Field::Replies,
            _ if usual::is_usual(key) => Field::Usual(key.to_owned()),
            _ => Field::Other,
        }
    }
}

struct Walk<'d, 'c> {
    reader: JsonStreamReader<&'d [u8]>,
    keys: Keys<'c>,
    /// Which columns any object has.
    seen: [bool; Known::ALL.len()],
    offer: Vec<Offer>,
    nodes: Vec<Node>,
    stack: Vec<Level>,
    /// Where texts stand that would be lost, and why.
    hidden: Option<String>,
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
            return Err(self.at(&more_than(MOST_COMMENTS, "comments")));
        }
        let line = self.reader.current_position(false).line_pos.map_or(0, |at| at.line + 1);
        self.read(|reader| reader.begin_object())?;
        self.stack.push(Level::Node(self.nodes.len()));
        if let Some(above) = above {
            self.set(above, |node| node.has_replies = true);
        }
        self.nodes.push(Node { above, line, ..Node::default() });
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
            (Field::Replies | Field::Comments, ValueType::Object) => self.look_into_object(),
            // What nobody asked for may be anything.
            (
                Field::Known(known @ (Known::Target | Known::ParentText | Known::Context | Known::Language)),
                ValueType::Object | ValueType::Array,
            ) if !self.keys.0.is_mapped(known) => self.read(|reader| reader.skip_value()),
            (Field::Known(known), _) => {
                let value = self.value(known)?;
                if let Some(seen) = self.seen.get_mut(known as usize) {
                    *seen = true;
                }
                self.set(node, |node| node.fill(known, value));
                Ok(())
            }
            (field @ (Field::Title | Field::Url), ValueType::String) => {
                let value = self.text("title or url")?;
                self.set(node, |node| match field {
                    Field::Title => {
                        node.has_title = true;
                        node.article().title = value;
                    }
                    _ => node.article().url = value,
                });
                Ok(())
            }
            (Field::Usual(key), found) => {
                self.offer(key, matches!(found, ValueType::Array | ValueType::Object));
                self.read(|reader| reader.skip_value())
            }
            _ => self.read(|reader| reader.skip_value()),
        }
    }

    fn offer(&mut self, key: String, is_nested: bool) {
        if let Some(offer) = self.offer.iter_mut().find(|offer| offer.key == key) {
            offer.count += 1;
            offer.is_nested |= is_nested;
        } else {
            self.offer.push(Offer { key, count: 1, is_nested });
        }
    }

    fn article_member(&mut self, node: usize) -> Result<(), String> {
        let name = self.read(|reader| reader.next_name_owned())?;
        if !["id", "title", "text", "url"].contains(&name.as_str()) {
            return self.read(|reader| reader.skip_value());
        }
        let value = self.text(&name)?;
        self.set(node, |node| match name.as_str() {
            "id" => node.article().id = value,
            "title" => node.article().title = value,
            "text" => node.article().text = value,
            _ => node.article().url = value,
        });
        Ok(())
    }

    fn begin_nodes(&mut self, above: usize, makes_thread: bool) -> Result<(), String> {
        self.read(|reader| reader.begin_array())?;
        self.set(above, |node| {
            node.is_thread |= makes_thread;
            node.has_list = true;
        });
        self.stack.push(Level::Nodes(Some(above)));
        Ok(())
    }

    /// An object where a list of comments could be: a count of them, say, or comments by their ids. The latter are not read,
    /// and must not be lost in silence.
    fn look_into_object(&mut self) -> Result<(), String> {
        let lost = self.at(&format!(
            "the comments stand in an object, where a list is needed; make JSONL of them: jq -c '.. | objects | select(.{}?)' FILE > comments.jsonl",
            self.keys.0.header(Known::Text)
        ));
        let mut open = Vec::new();
        loop {
            match open.last() {
                Some(ValueType::Object) => {
                    if !self.read(|reader| reader.has_next())? {
                        self.read(|reader| reader.end_object())?;
                        open.pop();
                        if open.is_empty() {
                            return Ok(());
                        }
                        continue;
                    }
                    let is_text = matches!(self.name()?, Field::Known(Known::Text));
                    if is_text && self.peek()? == ValueType::String {
                        self.hidden.get_or_insert_with(|| lost.clone());
                    }
                }
                Some(_) if !self.read(|reader| reader.has_next())? => {
                    self.read(|reader| reader.end_array())?;
                    open.pop();
                    continue;
                }
                _ => {}
            }
            match self.peek()? {
                ValueType::Object => {
                    self.read(|reader| reader.begin_object())?;
                    open.push(ValueType::Object);
                }
                ValueType::Array => {
                    self.read(|reader| reader.begin_array())?;
                    open.push(ValueType::Array);
                }
                _ => self.read(|reader| reader.skip_value())?,
            }
        }
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

    /// A plain value of a column.
    fn value(&mut self, known: Known) -> Result<Option<String>, String> {
        if matches!(self.peek()?, ValueType::Array | ValueType::Object) {
            let key = self.keys.0.header(known);
            return Err(self.at(&format!(
                "the value of `{key}` is nested, where a plain one is needed; \
                 name a key that holds a plain one with --column {known}=KEY, or make the comments plain objects"
            )));
        }
        self.text(known.name())
    }

    /// A plain value as text: a string's content, or the JSON of a number or a boolean.
    fn text(&mut self, name: &str) -> Result<Option<String>, String> {
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
    fn article(&mut self) -> &mut Article {
        self.article.get_or_insert_default()
    }

    fn fill(&mut self, known: Known, value: Option<String>) {
        let given = value.filter(|value| known == Known::Text || !value.is_empty());
        let comment = &mut self.comment;
        match known {
            Known::Id => comment.id = given.unwrap_or_default(),
            Known::ParentId => comment.parent_id = given,
            Known::Author => comment.author = given,
            Known::CreatedAt => comment.created_at = given,
            Known::Text => {
                self.has_text = true;
                comment.text = given.unwrap_or_default();
            }
            Known::ThreadId => {
                self.is_none = given.is_none();
                self.thread_id = given;
            }
            Known::ArticleId => self.article().id = given,
            Known::ArticleTitle => self.article().title = given,
            Known::ArticleText => self.article().text = given,
            Known::Target => comment.beside.target = given,
            Known::ParentText => comment.beside.parent_text = given,
            Known::Context => comment.beside.context = given,
            Known::Language => {}
        }
    }
}

impl Node {
    /// Whether it is the article of what is nested in it; `is_alone`: it is the whole document.
    fn is_article(&self, is_alone: bool) -> bool {
        let is_silent = self.comment.text.is_empty();
        let is_told = if is_alone { self.has_title || is_silent } else { self.has_title && is_silent };
        self.is_thread || (self.above.is_none() && self.has_list && is_told)
    }
}

/// Nodes in the order of the document as threads.
fn threads(nodes: Vec<Node>) -> Found {
    let is_alone = nodes.iter().filter(|node| node.above.is_none()).count() == 1;
    let has_comments = nodes.iter().any(|node| node.has_text && !node.is_article(is_alone))
        || (!nodes.is_empty() && nodes.iter().all(|node| node.has_list && node.is_article(is_alone)));
    let mut refused = Vec::new();
    let mut gather = Gather::default();
    // For each node its thread, and its index among that thread's comments unless it is the thread itself.
    let mut stands: Vec<(usize, Option<usize>)> = Vec::with_capacity(nodes.len());
    let mut nested: Vec<Vec<Option<usize>>> = Vec::new();
    let mut articles: FxHashMap<usize, String> = FxHashMap::default();
    for mut node in nodes {
        let above = node.above.and_then(|above| stands.get(above).copied());
        let is_article = node.is_article(is_alone);
        let is_comment = node.has_text || node.has_replies || !node.comment.id.is_empty();
        let mut article = node.article.map(|article| *article).unwrap_or_default();
        let at = if is_article {
            let id = node.thread_id.or(Some(node.comment.id)).filter(|id| !id.is_empty());
            // A thread's own `text` is the article's.
            let text = Some(node.comment.text).filter(|text| !text.is_empty());
            article.text = article.text.or(text);
            let is_none = node.is_none && id.is_none();
            let thread = gather.new_thread(id.clone(), article);
            if is_none {
                gather.unrelate(thread);
            }
            articles.extend(id.map(|id| (thread, id)));
            (thread, None)
        } else if !is_comment {
            refused.push(node.line);
            // Nothing stands below it.
            (0, None)
        } else {
            let (thread, parent) = match above {
                Some((thread, parent)) => (thread, parent),
                None => (gather.thread(node.thread_id.as_deref()), None),
            };
            if parent.is_none() && node.comment.parent_id.as_ref() == articles.get(&thread) {
                // It answers the article.
                node.comment.parent_id = None;
            }
            let entry = Entry {
                article_id: article.id.as_deref(),
                article_title: article.title.as_deref(),
                article_text: article.text.as_deref(),
                article_url: article.url.as_deref(),
                comment: node.comment,
                line: Some(node.line),
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
    let (mut threads, lines) = gather.finish();
    for (thread, parents) in threads.iter_mut().zip(nested) {
        name_comments(&mut thread.comments);
        for (i, parent) in parents.into_iter().enumerate() {
            let id = parent.and_then(|parent| thread.comments.get(parent)).map(|parent| parent.id.clone());
            if let (Some(id), Some(comment)) = (id, thread.comments.get_mut(i)) {
                comment.parent_id = Some(id);
            }
        }
    }
    Found { threads, lines, refused, has_comments, ..Found::default() }
}

/// Gives comments without an id `c1`, `c2`, … by their place, unless that is another's.
pub(crate) fn name_comments(comments: &mut [Comment]) {
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

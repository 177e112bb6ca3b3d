//! Walks a document with an explicit stack and collects its objects.

use std::fmt;

use struson::reader::{JsonReader, ReaderError, ValueType};

use crate::thread::columns::ColumnMap;
use crate::thread::json::arena::called;
use crate::thread::json::found::Offer;
use crate::thread::json::node::Node;
use crate::thread::json_reader::{Place, Reader, fault, finish, line, reader};
use crate::thread::known::Known;
use crate::thread::limits::{MOST_COMMENTS, MoreThan, more_than};
use crate::thread::person;
use crate::thread::usual;

/// What is wrong with a document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct JsonError {
    place: Option<Place>,
    fault: Fault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("a thread or its comments are needed, not {}", called(*.0))]
    NoThread(ValueType),
    #[error("a comment is needed, not {}", called(*.0))]
    NoComment(ValueType),
    #[error(transparent)]
    TooMany(MoreThan),
    #[error(
        "the comments stand in an object, where a list is needed; make JSONL of them: \
         jq -c '.. | objects | select(.{text}?)' FILE > comments.jsonl"
    )]
    InObject {
        /// The key of a comment's text.
        text: String,
    },
    #[error(
        "the value of `{key}` is nested, where a plain one is needed; \
         name a key that holds a plain one with --column {known}=KEY, or make the comments plain objects"
    )]
    NestedColumn { key: String, known: Known },
    #[error(
        "the comments stand column by column, as pandas writes JSON by default; write them row by row, with \
         to_json(orient=\"records\")"
    )]
    ByColumn,
    #[error("the value of `{0}` is nested, where a plain one is needed")]
    Nested(String),
    #[error("the value of `{0}` holds a NUL character")]
    Nul(String),
    /// A syntax error in the reader's words.
    #[error("{0}")]
    Syntax(String),
    #[error(
        "more follows the end of the document; if it has several objects, put each on a line of its own: \
         jq -c . FILE > comments.jsonl"
    )]
    Trailing,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, column }) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        self.fault.fmt(f)
    }
}

impl From<ReaderError> for JsonError {
    fn from(error: ReaderError) -> Self {
        let (place, what) = fault(&error);
        Self { place, fault: Fault::Syntax(what) }
    }
}

/// What was collected from a document.
pub(crate) struct Walked {
    pub(crate) nodes: Vec<Node>,
    /// Which columns occur in any object.
    pub(crate) present: [bool; Known::ALL.len()],
    pub(crate) offer: Vec<Offer>,
    /// Where there are texts that would be lost, and why.
    pub(crate) hidden: Option<JsonError>,
}

/// Walks a whole document.
pub(crate) fn walk(document: &str, columns: &ColumnMap) -> Result<Walked, JsonError> {
    let mut walk = Walk {
        reader: reader(document),
        keys: Keys(columns),
        present: [false; Known::ALL.len()],
        offer: Vec::new(),
        nodes: Vec::new(),
        stack: Vec::new(),
        hidden: None,
    };
    walk.run()?;
    let Walk { reader, present, offer, nodes, hidden, .. } = walk;
    finish(reader).map_err(|error| JsonError { fault: Fault::Trailing, ..error.into() })?;
    Ok(Walked { nodes, present, offer, hidden })
}

/// An open container, innermost last.
#[derive(Clone, Copy)]
enum Level {
    /// An array of nodes below a node, if any.
    Nodes(Option<usize>),
    Node(usize),
    /// The `article` of a node.
    Article(usize),
}

/// The field of a node that a key names.
enum Field {
    Known(Known),
    Title,
    Url,
    Article,
    /// `comments`, which makes an object a thread.
    Comments,
    Replies,
    /// A common name for a known key.
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

/// The state of a walk through a document.
struct Walk<'d, 'c> {
    reader: Reader<&'d [u8]>,
    keys: Keys<'c>,
    /// Which columns occur in any object.
    present: [bool; Known::ALL.len()],
    offer: Vec<Offer>,
    nodes: Vec<Node>,
    stack: Vec<Level>,
    /// Where there are texts that would be lost, and why.
    hidden: Option<JsonError>,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> Result<(), JsonError> {
        match self.peek()? {
            ValueType::Array => {
                self.read(|reader| reader.begin_array())?;
                self.stack.push(Level::Nodes(None));
            }
            ValueType::Object => self.begin_node(None)?,
            other => {
                return Err(self.fault(Fault::NoThread(other)));
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

    fn begin_node(&mut self, above: Option<usize>) -> Result<(), JsonError> {
        let found = self.peek()?;
        if found == ValueType::Array && above.is_none() && self.stack.len() == 1 {
            // Pages combined into one list.
            self.read(|reader| reader.begin_array())?;
            self.stack.push(Level::Nodes(None));
            return Ok(());
        }
        if found != ValueType::Object {
            return Err(self.fault(Fault::NoComment(found)));
        }
        if self.nodes.len() >= MOST_COMMENTS {
            return Err(self.fault(Fault::TooMany(more_than(MOST_COMMENTS, "comments"))));
        }
        let line = line(&self.reader);
        self.read(|reader| reader.begin_object())?;
        self.stack.push(Level::Node(self.nodes.len()));
        if let Some(above) = above {
            self.set(above, |node| node.has_replies = true);
        }
        self.nodes.push(Node { above, line, ..Node::default() });
        Ok(())
    }

    fn member(&mut self, node: usize) -> Result<(), JsonError> {
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
            // The type does not matter unless the column was asked for.
            (
                Field::Known(known @ (Known::Target | Known::ParentText | Known::Context | Known::Language)),
                ValueType::Object | ValueType::Array,
            ) if !self.keys.0.is_mapped(known) => self.read(|reader| reader.skip_value()),
            (Field::Known(known), found) => {
                let is_person = known == Known::Author && found == ValueType::Object;
                let value = if is_person { self.person()? } else { self.value(known)? };
                if let Some(present) = self.present.get_mut(known as usize) {
                    *present = true;
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
                let is_person = found == ValueType::Object && usual::likeliest(Known::Author, &[&key]).is_some();
                self.offer(key, !is_person && matches!(found, ValueType::Array | ValueType::Object));
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

    fn article_member(&mut self, node: usize) -> Result<(), JsonError> {
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

    fn begin_nodes(&mut self, above: usize, makes_thread: bool) -> Result<(), JsonError> {
        self.read(|reader| reader.begin_array())?;
        self.set(above, |node| {
            node.has_comments |= makes_thread;
            node.has_list = true;
        });
        self.stack.push(Level::Nodes(Some(above)));
        Ok(())
    }

    /// Handles an object where a list of comments could be: a count of them, say, or comments by id. The latter are not
    /// read, and must not be lost silently.
    fn look_into_object(&mut self) -> Result<(), JsonError> {
        let lost = self.fault(Fault::InObject { text: self.keys.0.header(Known::Text).to_owned() });
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

    fn name(&mut self) -> Result<Field, JsonError> {
        let keys = Keys(self.keys.0);
        match self.reader.next_name() {
            Ok(name) => Ok(keys.field(name)),
            Err(error) => Err(error.into()),
        }
    }

    /// A plain value of a column.
    fn value(&mut self, known: Known) -> Result<Option<String>, JsonError> {
        let peeked = self.peek()?;
        if matches!(peeked, ValueType::Array | ValueType::Object) {
            let key = self.keys.0.header(known).to_owned();
            let (by_column, nested) = (self.fault(Fault::ByColumn), self.fault(Fault::NestedColumn { key, known }));
            let is_column = peeked == ValueType::Object && self.is_column()?;
            return Err(if is_column { by_column } else { nested });
        }
        self.text(known.name())
    }

    /// The name of the person that an object describes, if it has one of the usual keys.
    fn person(&mut self) -> Result<Option<String>, JsonError> {
        self.read(|reader| reader.begin_object())?;
        let mut best: Option<(usize, String)> = None;
        while self.read(|reader| reader.has_next())? {
            let rank = person::rank(self.read(|reader| reader.next_name())?);
            match rank.filter(|rank| best.as_ref().is_none_or(|(best, _)| rank < best)) {
                Some(rank) if self.peek()? == ValueType::String => {
                    let name = self.text(Known::Author.name())?.filter(|name| !name.is_empty());
                    best = name.map(|name| (rank, name)).or(best);
                }
                _ => self.read(|reader| reader.skip_value())?,
            }
        }
        self.read(|reader| reader.end_object())?;
        Ok(best.map(|(_, name)| name))
    }

    /// Whether the next object holds the cells of a column, by the numbers of their rows.
    fn is_column(&mut self) -> Result<bool, JsonError> {
        self.read(|reader| reader.begin_object())?;
        Ok(self.read(|reader| reader.has_next())? && self.read(|reader| Ok(reader.next_name()? == "0"))?)
    }

    /// A plain value as text: a string's content, or the JSON of a number or a Boolean.
    fn text(&mut self, name: &str) -> Result<Option<String>, JsonError> {
        let value = match self.peek()? {
            ValueType::String => self.read(|reader| reader.next_string())?,
            ValueType::Number => self.read(|reader| reader.next_number_as_string())?,
            ValueType::Boolean => self.read(|reader| reader.next_bool())?.to_string(),
            ValueType::Null => {
                self.read(|reader| reader.next_null())?;
                return Ok(None);
            }
            ValueType::Array | ValueType::Object => {
                return Err(self.fault(Fault::Nested(name.to_owned())));
            }
        };
        if value.contains('\0') {
            return Err(self.fault(Fault::Nul(name.to_owned())));
        }
        Ok(Some(value))
    }

    fn peek(&mut self) -> Result<ValueType, JsonError> {
        self.read(|reader| reader.peek())
    }

    fn read<'s, T>(
        &'s mut self,
        read: impl FnOnce(&'s mut Reader<&[u8]>) -> Result<T, ReaderError>,
    ) -> Result<T, JsonError> {
        Ok(read(&mut self.reader)?)
    }

    /// The error at the reader's position.
    fn fault(&self, fault: Fault) -> JsonError {
        JsonError { place: Place::of(&self.reader.current_position(false)), fault }
    }
}

//! Maps of unknown JSON: a file in which the user states the paths to the comments.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::thread::error::ThreadError;
use crate::thread::json::arena::Value;
use crate::thread::known::Known;

/// The content of a map, and its name.
#[derive(Debug, PartialEq, Eq)]
pub struct JsonMap {
    /// The path from the document to the comments.
    pub(crate) comments: Path,
    /// The path from a comment to its replies.
    pub(crate) children: Option<Path>,
    /// Whether texts are HTML.
    pub(crate) markup: bool,
    /// Each column with its path.
    pub(crate) columns: Vec<Mapped>,
    /// The names of the columns.
    pub(crate) names: &'static [&'static str],
}

/// The path of a column.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mapped {
    pub(crate) name: &'static str,
    /// The path as written in the map.
    pub(crate) written: String,
    pub(crate) path: Path,
    /// Whether it starts at the document, not at the comment.
    pub(crate) is_absolute: bool,
}

/// A JSON Pointer whose steps may also be `*`, for every element, and negative indices, which count from the end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Every element of a list, or every value of an object.
    Every,
    /// The value of that key; in a list, the element with that index.
    Key(String, Option<i64>),
}

impl Path {
    /// Parses a path; its leading slash is optional.
    pub(crate) fn parse(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        if path.is_empty() {
            return Self(Vec::new());
        }
        let step = |step: &str| match step {
            "*" => Step::Every,
            _ => Step::Key(step.replace("~1", "/").replace("~0", "~"), step.parse().ok()),
        };
        Self(path.split('/').map(step).collect())
    }

    /// Whether its first step is into a list.
    pub(crate) fn begins_in_list(&self) -> bool {
        matches!(self.0.first(), Some(Step::Every | Step::Key(_, Some(_))))
    }

    /// Whether it ends in one value, which may be missing; not in the document itself or in each of several.
    pub(crate) fn ends_in_key(&self) -> bool {
        matches!(self.0.last(), Some(Step::Key(..)))
    }

    /// The values at the path, in document order.
    pub(crate) fn find<'v>(&self, from: Value<'v>) -> Vec<Value<'v>> {
        let mut found = vec![from];
        for step in &self.0 {
            found = found.into_iter().flat_map(|value| step.take(value)).collect();
        }
        found
    }
}

impl Step {
    fn take<'v>(&self, value: Value<'v>) -> Vec<Value<'v>> {
        match self {
            Self::Every => value.items().chain(value.members().map(|(_, value)| value)).collect(),
            Self::Key(key, _) if value.is_object() => {
                Some(value.get(key)).filter(|value| value.is_there()).into_iter().collect()
            }
            Self::Key(_, Some(number)) => {
                let from_end = || value.items().count().checked_sub(usize::try_from(number.checked_neg()?).ok()?);
                let at = usize::try_from(*number).ok().or_else(from_end);
                at.and_then(|at| value.items().nth(at)).into_iter().collect()
            }
            Self::Key(_, None) => Vec::new(),
        }
    }
}

/// The map's file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    comments: String,
    children: Option<String>,
    #[serde(default)]
    markup: bool,
    text: String,
    id: Option<String>,
    parent_id: Option<String>,
    thread_id: Option<String>,
    article_id: Option<String>,
    article_title: Option<String>,
    article_text: Option<String>,
    article_url: Option<String>,
    target: Option<String>,
    parent_text: Option<String>,
    context: Option<String>,
    author: Option<String>,
    created_at: Option<String>,
    language: Option<String>,
    #[serde(default)]
    article: ArticlePaths,
    /// The user's own columns: labels, or anything to keep.
    #[serde(default)]
    columns: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticlePaths {
    id: Option<String>,
    title: Option<String>,
    text: Option<String>,
    url: Option<String>,
}

impl JsonMap {
    /// Parses the text of a map; messages call it `file`. It lives as long as the program, like the built-in formats: a
    /// run has only one.
    ///
    /// # Errors
    /// When it is not TOML, or has a key that maps do not have.
    pub fn parse(file: &str, text: &str) -> Result<&'static Self, ThreadError> {
        let refuse = |reason: String| ThreadError::Document { file: file.to_owned(), reason };
        let read: File = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
            refuse(format!("line {line}: {}", error.message().trim_end()))
        })?;
        let mut columns = Vec::new();
        let mut add = |name: &'static str, path: Option<String>| {
            if let Some(written) = path {
                let is_absolute = written.starts_with('/');
                columns.push(Mapped { name, path: Path::parse(&written), written, is_absolute });
            }
        };
        let known = [
            (Known::Id, read.id),
            (Known::ParentId, read.parent_id),
            (Known::ThreadId, read.thread_id),
            (Known::ArticleId, read.article_id.or(read.article.id)),
            (Known::ArticleTitle, read.article_title.or(read.article.title)),
            (Known::ArticleText, read.article_text.or(read.article.text)),
            (Known::Target, read.target),
            (Known::ParentText, read.parent_text),
            (Known::Context, read.context),
            (Known::Author, read.author),
            (Known::CreatedAt, read.created_at),
            (Known::Text, Some(read.text)),
            (Known::Language, read.language),
        ];
        for (known, path) in known {
            add(known.name(), path);
        }
        add("article_url", read.article_url.or(read.article.url));
        for (name, path) in read.columns {
            if Known::of_name(&name).is_some() || name == "article_url" {
                return Err(refuse(format!(
                    "[columns]: `{name}` is a known column: name it above, as {name} = {path:?}"
                )));
            }
            add(Box::leak(name.into_boxed_str()), Some(path));
        }
        let mut names: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
        // Replies have a parent, and parents have an id, whether the map names them or not.
        let needed = ["id", "parent_id"].into_iter().filter(|_| read.children.is_some());
        let missing: Vec<&str> = needed.filter(|name| !names.contains(name)).collect();
        names.extend(missing);
        Ok(Box::leak(Box::new(Self {
            comments: Path::parse(&read.comments),
            children: read.children.as_deref().map(Path::parse),
            markup: read.markup,
            columns,
            names: Box::leak(names.into_boxed_slice()),
        })))
    }

    /// Whether it describes a thread rather than separate rows.
    pub(crate) const fn is_document(&self) -> bool {
        self.children.is_some()
    }
}

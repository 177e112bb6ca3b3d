//! The numbers of threads, authors, labels, models and articles, which are made where they are new.

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use crate::queue::codes::YesNo;
use crate::queue::digest;
use crate::queue::error::ReviewError;
use crate::queue::scored::{About, ModelRef, Score};
use crate::queue::store::Store;

/// Numbers of rows, with a cache of recent look-ups.
pub(crate) struct Interner<'a> {
    connection: &'a Connection,
    threads: FxHashMap<String, i64>,
    authors: FxHashMap<String, i64>,
    labels: FxHashMap<String, i64>,
    models: FxHashMap<String, i64>,
    /// The last article, which most comments share with the one before.
    article: Option<(About<'a>, i64)>,
    /// Models that are new, or were called otherwise: number, name, hash.
    pub(crate) new_models: Vec<(i64, String, String)>,
    /// Labels that are new: number, name, whether it is a stance.
    pub(crate) new_labels: Vec<(i64, String, bool)>,
}

impl<'a> Interner<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        let [threads, authors, labels, models] = std::array::from_fn(|_| FxHashMap::default());
        Self {
            connection,
            threads,
            authors,
            labels,
            models,
            article: None,
            new_models: Vec::new(),
            new_labels: Vec::new(),
        }
    }

    pub(crate) fn thread(&mut self, source_id: &str) -> Result<i64, ReviewError> {
        let make = "INSERT INTO thread (source_id) VALUES (?) ON CONFLICT DO NOTHING";
        let find = "SELECT id FROM thread WHERE source_id = ?";
        number(self.connection, &mut self.threads, source_id, make, find)
    }

    pub(crate) fn author(&mut self, name: Option<&str>) -> Result<Option<i64>, ReviewError> {
        let make = "INSERT INTO author (name) VALUES (?) ON CONFLICT DO NOTHING";
        let find = "SELECT id FROM author WHERE name = ?";
        name.map(|name| number(self.connection, &mut self.authors, name, make, find)).transpose()
    }

    pub(crate) fn model(&mut self, model: ModelRef<'_>) -> Result<i64, ReviewError> {
        if let Some(id) = self.models.get(model.hash) {
            return Ok(*id);
        }
        let written = self.connection.execute(
            "INSERT INTO model (name, hash) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name
             WHERE name <> excluded.name",
            [model.name, model.hash],
        )?;
        let id = self.connection.query_row("SELECT id FROM model WHERE hash = ?", [model.hash], |row| row.get(0))?;
        if written > 0 {
            self.new_models.push((id, model.name.to_owned(), model.hash.to_owned()));
        }
        self.models.insert(model.hash.to_owned(), id);
        Ok(id)
    }

    pub(crate) fn label(&mut self, name: &str, score: &Score) -> Result<i64, ReviewError> {
        if let Some(id) = self.labels.get(name) {
            return Ok(*id);
        }
        let stance = matches!(score, Score::Stance { .. });
        let (id, is_new) = label(self.connection, name, stance)?;
        if is_new {
            self.new_labels.push((id, name.to_owned(), stance));
        }
        self.labels.insert(name.to_owned(), id);
        Ok(id)
    }

    pub(crate) fn article(&mut self, article: &About<'a>) -> Result<i64, ReviewError> {
        if let Some((_, id)) = self.article.filter(|(last, _)| last == article) {
            return Ok(id);
        }
        let cells = [article.id, article.title, article.text, article.url];
        let digest = article_digest(cells);
        self.connection
            .prepare_cached(
                "INSERT INTO article (digest, source_id, title, text, url) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            )?
            .execute(params![digest, article.id, article.title, article.text, article.url])?;
        let find = "SELECT id FROM article WHERE digest = ?";
        let id = self.connection.prepare_cached(find)?.query_row([digest], |row| row.get(0))?;
        self.article = Some((*article, id));
        Ok(id)
    }
}

/// What identifies an article: the hash of its id, title, text and URL.
pub(crate) fn article_digest(cells: [Option<&str>; 4]) -> digest::Hash {
    // A missing part hashes differently from an empty one.
    let present = cells.map(|cell| u8::from(cell.is_some()));
    let texts = cells.iter().map(|cell| cell.unwrap_or_default().as_bytes());
    digest::hash(std::iter::once(&present[..]).chain(texts))
}

/// Removes articles and authors that no comment refers to any more. At the end of a transaction, because one may have
/// been created earlier in it for a comment still to come.
pub(crate) fn forget_unused(connection: &Connection) -> Result<(), ReviewError> {
    // Without an index over the article, one walk over all comments is quicker than one for each article.
    connection.execute("DELETE FROM article WHERE id NOT IN (SELECT article FROM comment)", [])?;
    connection
        .execute("DELETE FROM author WHERE NOT EXISTS (SELECT 1 FROM comment WHERE comment.author = author.id)", [])?;
    Ok(())
}

impl Store {
    /// The labels that are known here, and which of them are stances.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn labels(&self) -> Result<Vec<(String, bool)>, ReviewError> {
        let mut query = self.connection.prepare_cached("SELECT name, stance FROM label ORDER BY id")?;
        let names = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, YesNo>(1)?.0)))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}

/// The number of a label, which is created if it is new, and whether it is.
pub(crate) fn label(connection: &Connection, name: &str, stance: bool) -> Result<(i64, bool), ReviewError> {
    let find = "SELECT id, stance FROM label WHERE name = ?";
    let mut query = connection.prepare_cached(find)?;
    let found = query.query_row([name], |row| Ok((row.get(0)?, row.get::<_, YesNo>(1)?.0))).optional()?;
    match found {
        Some((id, kind)) if kind == stance => Ok((id, false)),
        Some((_, kind)) => Err(ReviewError::LabelKind { label: name.to_owned(), stance: kind }),
        None => {
            connection.execute("INSERT INTO label (name, stance) VALUES (?, ?)", params![name, stance])?;
            Ok((connection.last_insert_rowid(), true))
        }
    }
}

/// The number of a name, which is created if it is new.
fn number(
    connection: &Connection,
    seen: &mut FxHashMap<String, i64>,
    name: &str,
    make: &str,
    find: &str,
) -> Result<i64, ReviewError> {
    if let Some(id) = seen.get(name) {
        return Ok(*id);
    }
    connection.prepare_cached(make)?.execute([name])?;
    let id = connection.prepare_cached(find)?.query_row([name], |row| row.get(0))?;
    seen.insert(name.to_owned(), id);
    Ok(id)
}

//! Scored comments are taken in; the same ones again and again, as sources and models change.

use rusqlite::{Connection, OptionalExtension, params};

use crate::queue::bound::Binding;
use crate::queue::digest;
use crate::queue::digest::{Draws, Hash};
use crate::queue::error::ReviewError;
use crate::queue::intern;
use crate::queue::intern::Interner;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::order::{Margins, sketch};
use crate::queue::scored::{Beside, Score, Scored};
use crate::queue::settings::Settings;
use crate::queue::sql::OPEN;
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::queue::{date, order};
use crate::text::hash;

/// The outcome of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// They were not there before.
    pub new: usize,
    /// Nothing about text or scores changed.
    pub same: usize,
    /// The scores changed; the earlier ones are kept.
    pub rescored: usize,
    /// The text changed; they are open again.
    pub edited: usize,
    /// They were erased, and stay so.
    pub purged: usize,
}

impl std::ops::AddAssign for Imported {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.same += other.same;
        self.rescored += other.rescored;
        self.edited += other.edited;
        self.purged += other.purged;
    }
}

impl Store {
    /// Takes comments in, all or none: give some thousands at a time, so that reviewers need not wait.
    ///
    /// A comment is identified by its thread and id. The author, time, parent, article and context are taken from the
    /// last import.
    ///
    /// # Errors
    /// When a label is of another kind than here before, a probability is not a number, or the database fails.
    pub(crate) fn import(&mut self, comments: &[Scored<'_>], now: i64) -> Result<Imported, ReviewError> {
        let transaction = self.begin()?;
        // Another program may have set others since this one opened the file.
        let settings = Settings::read(&transaction)?;
        let mut import = Import {
            connection: &transaction,
            settings: &settings,
            now,
            interner: Interner::new(&transaction),
            binding: Binding::new(&transaction, &settings.seed),
            moved: false,
        };
        let mut imported = Imported::default();
        for comment in comments {
            match import.take(comment)? {
                Change::New => imported.new += 1,
                Change::Same => imported.same += 1,
                Change::Rescored => imported.rescored += 1,
                Change::Edited => imported.edited += 1,
                Change::Purged => imported.purged += 1,
            }
        }
        import.finish()?;
        if imported.new + imported.rescored + imported.edited > 0 {
            order::mark_stale(&transaction)?;
        }
        transaction.commit()?;
        Ok(imported)
    }
}

enum Change {
    New,
    Same,
    Rescored,
    Edited,
    Purged,
}

struct Import<'a> {
    connection: &'a Connection,
    settings: &'a Settings,
    now: i64,
    interner: Interner<'a>,
    /// What is written, for the log.
    binding: Binding<'a>,
    /// A comment was taken to another article or author.
    moved: bool,
}

/// A comment that is already there.
struct Known {
    id: i64,
    state: State,
    scored: i64,
    /// Erased with the text.
    salt: Option<Vec<u8>>,
    digest: Vec<u8>,
}

/// What is worked out from a comment's scores.
struct Figures {
    shown: String,
    scored: i64,
    margins: Margins,
    severity: f64,
    nearest: i64,
    way: Selection,
    model: i64,
}

impl<'a> Import<'a> {
    fn take(&mut self, comment: &Scored<'a>) -> Result<Change, ReviewError> {
        let thread_id = comment.thread_id.unwrap_or_default();
        let thread = self.interner.thread(thread_id)?;
        let known = self.known(thread, comment.id)?;
        if known.as_ref().is_some_and(|known| known.state == State::Purged) {
            return Ok(Change::Purged);
        }
        let key = digest::of_comment(&self.settings.seed, thread_id, comment.id);
        let draws = Draws::of(&key);
        let mut figures = self.figures(comment)?;
        // A comment without scores has no text, so there is nothing to decide.
        let scored = !comment.labels.is_empty();
        if figures.way == Selection::Asked && scored && self.settings.is_audited(draws) {
            figures.way = Selection::AuditSample;
        }
        let Some(known) = known else {
            let id = self.insert(comment, thread, draws, &figures)?;
            self.scores(id, comment)?;
            self.binding.comment(id, false)?;
            return Ok(Change::New);
        };
        let described = self.describe(known.id, comment)?;
        let salt = known.salt.as_deref().ok_or(ReviewError::NoSalt(known.id))?;
        let digest = digest::hash([salt, comment.text.as_bytes()]);
        let edited = digest[..] != known.digest[..];
        if !edited && known.scored == figures.scored {
            if described {
                self.binding.comment(known.id, false)?;
            }
            return Ok(Change::Same);
        }
        self.keep_past(known.id)?;
        self.rescore(known.id, comment, &figures)?;
        if edited {
            self.edit(&known, comment, &digest, &key)?;
        }
        self.binding.comment(known.id, true)?;
        Ok(if edited { Change::Edited } else { Change::Rescored })
    }

    /// Binds what was written to the log.
    fn finish(mut self) -> Result<(), ReviewError> {
        if self.moved {
            intern::forget_unused(self.connection)?;
        }
        self.binding.body.models.append(&mut self.interner.new_models);
        self.binding.body.labels.append(&mut self.interner.new_labels);
        self.binding.log(&mut Log::end(self.connection)?, self.now)
    }

    fn figures(&mut self, comment: &Scored<'_>) -> Result<Figures, ReviewError> {
        for (label, score) in comment.labels {
            let numbers = match score {
                Score::Flag { p, threshold, .. } => p.is_finite() && threshold.is_finite(),
                Score::Stance { p, .. } => p.values().all(|p| p.is_finite()),
            };
            if !numbers {
                return Err(ReviewError::NotANumber { id: comment.id.to_owned(), label: (*label).to_owned() });
            }
        }
        let scores = comment.labels.iter().map(|(_, score)| score);
        let shown = serde_json::to_string(comment.labels)?;
        let margins = Margins::of(scores.clone());
        let nearest = match comment.labels.get(margins.nearest) {
            Some((name, score)) => self.interner.label(name, score)?,
            None => 0,
        };
        let way = if scores.clone().any(Score::calls) { Selection::Flagged } else { Selection::Asked };
        let scored = hash::mix(hash::bytes(shown.as_bytes()), hash::bytes(comment.model.hash.as_bytes())).cast_signed();
        let severity = self.settings.costs.place(comment.labels.iter().map(|(label, score)| (*label, score)));
        Ok(Figures { shown, scored, margins, severity, nearest, way, model: self.interner.model(comment.model)? })
    }

    fn known(&self, thread: i64, id: &str) -> Result<Option<Known>, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.id, c.state, c.scored, b.salt, b.digest FROM comment c JOIN body b ON b.comment = c.id
             WHERE c.thread = ? AND c.source_id = ?",
        )?;
        let known = query.query_row(params![thread, id], |row| {
            Ok(Known {
                id: row.get(0)?,
                state: row.get(1)?,
                scored: row.get(2)?,
                salt: row.get(3)?,
                digest: row.get(4)?,
            })
        });
        Ok(known.optional()?)
    }

    fn insert(
        &mut self,
        comment: &Scored<'a>,
        thread: i64,
        draws: Draws,
        figures: &Figures,
    ) -> Result<i64, ReviewError> {
        let article = self.interner.article(&comment.article)?;
        let author = self.interner.author(comment.author)?;
        let created = comment.created_at.and_then(date::parse).unwrap_or(self.now);
        let Figures { shown, scored, margins, severity, nearest, way, model } = figures;
        self.connection
            .prepare_cached(
                "INSERT INTO comment (thread, source_id, parent_id, article, author, created_at, created, draw, double, seats,
                   way, model, scored, by_risk, by_doubt, by_new, by_learning, nearest, sketch, by_severity)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, -?7, 1e9, ?16, ?17, ?18)",
            )?
            .execute(params![
                thread,
                comment.id,
                comment.parent_id,
                article,
                author,
                comment.created_at,
                created,
                draws.audit,
                draws.double,
                self.settings.seats(draws),
                way.code(),
                model,
                scored,
                margins.risk,
                margins.doubt,
                nearest,
                sketch(comment.text),
                severity,
            ])?;
        let id = self.connection.last_insert_rowid();
        let salt: [u8; 16] =
            self.connection.prepare_cached("SELECT randomblob(16)")?.query_row([], |row| row.get(0))?;
        let digest = digest::hash([&salt[..], comment.text.as_bytes()]);
        let Beside { target, parent_text, context } = comment.beside;
        self.connection
            .prepare_cached(
                "INSERT INTO body (comment, text, salt, digest, shown, reasons, target, parent_text, context)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![id, comment.text, salt, digest, shown, comment.reasons, target, parent_text, context])?;
        Ok(id)
    }

    /// Updates what a comment has besides its text, and returns whether anything changed.
    fn describe(&mut self, id: i64, comment: &Scored<'a>) -> Result<bool, ReviewError> {
        let article = self.interner.article(&comment.article)?;
        let author = self.interner.author(comment.author)?;
        let created = comment.created_at.and_then(date::parse);
        let moved = self
            .connection
            .prepare_cached(
                "UPDATE comment SET parent_id = ?2, article = ?3, author = ?4, created_at = ?5,
                   created = ifnull(?6, created), by_new = -ifnull(?6, created)
                 WHERE id = ?1 AND (parent_id, article, author, created_at) IS NOT (?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, comment.parent_id, article, author, comment.created_at, created])?;
        self.moved |= moved > 0;
        let Beside { target, parent_text, context } = comment.beside;
        let beside = self
            .connection
            .prepare_cached(
                "UPDATE body SET target = ?2, parent_text = ?3, context = ?4
                 WHERE comment = ?1 AND (target, parent_text, context) IS NOT (?2, ?3, ?4)",
            )?
            .execute(params![id, target, parent_text, context])?;
        Ok(moved + beside > 0)
    }

    fn keep_past(&self, id: i64) -> Result<(), ReviewError> {
        self.connection
            .prepare_cached(
                "INSERT INTO score_past (comment, model, until, shown)
                 SELECT c.id, c.model, ?2, b.shown FROM comment c JOIN body b ON b.comment = c.id WHERE c.id = ?1",
            )?
            .execute([id, self.now])?;
        Ok(())
    }

    fn rescore(&mut self, id: i64, comment: &Scored<'_>, figures: &Figures) -> Result<(), ReviewError> {
        let Figures { shown, scored, margins, severity, nearest, way, model } = figures;
        self.connection
            .prepare_cached(
                "UPDATE comment SET way = ?2, model = ?3, scored = ?4, by_risk = ?5, by_doubt = ?6, by_learning = 1e9,
                   nearest = ?7, by_severity = ?8 WHERE id = ?1",
            )?
            .execute(params![id, way.code(), model, scored, margins.risk, margins.doubt, nearest, severity])?;
        self.connection
            .prepare_cached("UPDATE body SET shown = ?2, reasons = ?3 WHERE comment = ?1")?
            .execute(params![id, shown, comment.reasons])?;
        self.connection.prepare_cached("DELETE FROM score WHERE comment = ?")?.execute([id])?;
        self.scores(id, comment)
    }

    fn scores(&mut self, id: i64, comment: &Scored<'_>) -> Result<(), ReviewError> {
        for (name, score) in comment.labels {
            let label = self.interner.label(name, score)?;
            let raised = matches!(score, Score::Flag { raised: true, .. });
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO score (label, comment, p, raised) VALUES (?, ?, ?, ?)")?
                .execute(params![label, id, score.p(), raised])?;
        }
        Ok(())
    }

    /// An edited comment is open again, because the decisions were on another text. The log keeps that text's digest.
    fn edit(&self, known: &Known, comment: &Scored<'_>, digest: &Hash, key: &Hash) -> Result<(), ReviewError> {
        let body = serde_json::to_string(&serde_json::json!({
            "key": digest::hex(key),
            "before": digest::hex(&known.digest),
            "text": digest::hex(digest),
        }))?;
        let entry = Entry { comment: Some(known.id), ..Entry::new(Kind::Edit, "", self.now, &body) };
        let seq = Log::end(self.connection)?.append(&entry)?;
        self.connection.execute(
            &format!("UPDATE comment SET state = {OPEN}, edited = ?2, sketch = ?3 WHERE id = ?1"),
            params![known.id, seq, sketch(comment.text)],
        )?;
        self.connection.execute(
            "UPDATE body SET text = ?2, digest = ?3 WHERE comment = ?1",
            params![known.id, comment.text, digest],
        )?;
        self.connection.execute("DELETE FROM lease WHERE comment = ?", [known.id])?;
        self.connection.execute("DELETE FROM skip WHERE comment = ?", [known.id])?;
        Ok(())
    }
}

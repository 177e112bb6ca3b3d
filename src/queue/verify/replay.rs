//! The log, walked from its beginning: what the tables should contain.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Connection;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::queue::bound;
use crate::queue::bound::Body;
use crate::queue::consensus;
use crate::queue::consensus::Vote;
use crate::queue::date;
use crate::queue::decide::Logged;
use crate::queue::digest::Hash;
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind};
use crate::queue::state::State;
use crate::queue::verify::broken::Broken;

/// Comments imported before the log bound imports. Their original content is not known any more; every change since
/// they were sealed is detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// When the file was brought to the version that binds them.
    pub at: i64,
    /// How many comments are unchanged since then.
    pub comments: usize,
    /// How many earlier scores of comments were there.
    pub past: usize,
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, comments, past } = self;
        let day = date::day(*at);
        write!(f, "not checked: changes before {day} to {comments} comments")?;
        if *past > 0 {
            write!(f, " and {past} earlier scores")?;
        }
        write!(f, ", which were imported before the log covered such rows; it has covered them since that day")
    }
}

/// The state according to the log.
#[derive(Default)]
pub(crate) struct Replay {
    pub(crate) entries: i64,
    pub(crate) head: Hash,
    /// The digest of the seed.
    pub(crate) seed: Option<String>,
    pub(crate) settings: BTreeMap<String, String>,
    /// Name and hash.
    pub(crate) models: BTreeMap<i64, (String, String)>,
    /// Name, and whether it is a stance.
    pub(crate) labels: BTreeMap<i64, (String, bool)>,
    pub(crate) comments: FxHashMap<i64, Replayed>,
    pub(crate) past: Vec<Past>,
    pub(crate) decisions: BTreeMap<i64, Decided>,
    /// The comment and who skipped it.
    pub(crate) skips: BTreeMap<i64, (i64, String)>,
    pub(crate) notes: BTreeMap<i64, Noted>,
    batches: FxHashMap<i64, Vec<i64>>,
    sealed_at: Option<i64>,
    sealed_past: usize,
    /// Whether an entry has bound rows as they were written.
    binds: bool,
}

/// The state of one comment according to the log.
#[derive(Default)]
pub(crate) struct Replayed {
    votes: Vec<(i64, Vote<String>)>,
    seats: i64,
    pub(crate) purged: bool,
    /// The entry of its last edit.
    pub(crate) edited: i64,
    /// Its key, and the entry that has it.
    pub(crate) key: Option<(i64, String)>,
    /// The last digest of its text.
    pub(crate) text: Option<String>,
    /// The digest of its row, once it is bound.
    pub(crate) row: Option<String>,
    /// The digest of its scores, once they are bound.
    pub(crate) scores: Option<String>,
    /// The scores that decisions were made by before these were bound, and the entries.
    pub(crate) unbound: Vec<(i64, String)>,
    sealed: bool,
}

/// A decision of the log.
pub(crate) struct Decided {
    pub(crate) comment: i64,
    pub(crate) reviewer: String,
    pub(crate) live: bool,
}

/// A note of the log.
pub(crate) struct Noted {
    pub(crate) comment: i64,
    /// The salted digest of its text.
    pub(crate) text: String,
    pub(crate) live: bool,
}

/// Scores that a comment had earlier.
pub(crate) struct Past {
    pub(crate) comment: i64,
    pub(crate) until: i64,
    pub(crate) scores: String,
}

/// An entry as it is read.
struct Row {
    at: i64,
    kind: String,
    reviewer: String,
    comment: Option<i64>,
    batch: Option<i64>,
    target: Option<i64>,
    body: String,
}

/// The body of an entry on a comment, of any kind.
#[derive(Deserialize)]
struct Named {
    key: String,
    text: Option<String>,
    model: Option<String>,
    shown: Option<Box<RawValue>>,
    /// The digest of the row once it is erased.
    row: Option<String>,
}

impl Replayed {
    /// Its state.
    pub(crate) fn state(&self) -> State {
        if self.purged {
            return State::Purged;
        }
        let votes: Vec<Vote<String>> = self.votes.iter().map(|(_, vote)| vote.clone()).collect();
        consensus::state(&votes, self.seats)
    }
}

impl Replay {
    /// Walks the log. `Ok(Err(…))` where it breaks off.
    pub(crate) fn of(connection: &Connection) -> Result<Result<Self, Broken>, ReviewError> {
        let mut replay = Self::default();
        let mut query = connection.prepare("SELECT * FROM log ORDER BY seq")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let seq = replay.entries + 1;
            // What cannot even be read as an entry is none that was written.
            let Ok((found, row, hash)) = read(row) else { return Ok(Err(Broken::Chain(seq))) };
            let expected = row.entry().hash(&replay.head, seq);
            if found != seq || hash != expected {
                return Ok(Err(Broken::Chain(seq)));
            }
            (replay.entries, replay.head) = (seq, expected);
            if let Err(broken) = replay.apply(seq, row) {
                return Ok(Err(broken));
            }
        }
        Ok(Ok(replay))
    }

    /// What was sealed and not rewritten since.
    pub(crate) fn sealed(&self) -> Option<Sealed> {
        let comments = self.comments.values().filter(|replayed| replayed.sealed).count();
        let at = self.sealed_at.filter(|_| comments + self.sealed_past > 0)?;
        Some(Sealed { at, comments, past: self.sealed_past })
    }

    /// What one more entry says.
    fn apply(&mut self, seq: i64, row: Row) -> Result<(), Broken> {
        let kind = Kind::of_name(&row.kind).ok_or(Broken::Entry(seq))?;
        let Some(comment) = row.comment.filter(|_| kind != Kind::Undo) else {
            return match kind {
                Kind::Batch => Ok(()),
                Kind::Undo => {
                    self.undo(row.target.ok_or(Broken::Entry(seq))?);
                    Ok(())
                }
                Kind::Bind => self.bind(seq, row.at, serde_json::from_str(&row.body).map_err(|_| Broken::Entry(seq))?),
                _ => Err(Broken::Entry(seq)),
            };
        };
        let named: Named = serde_json::from_str(&row.body).map_err(|_| Broken::Entry(seq))?;
        let replayed = self.comments.entry(comment).or_default();
        match &replayed.key {
            Some((_, key)) if *key != named.key => return Err(Broken::Key { seq, comment }),
            Some(_) => {}
            None => replayed.key = Some((seq, named.key)),
        }
        match kind {
            Kind::Decide => {
                let logged: Logged = serde_json::from_str(&row.body).map_err(|_| Broken::Entry(seq))?;
                let (Some(model), Some(shown)) = (named.model, named.shown) else { return Err(Broken::Entry(seq)) };
                let scores = bound::of_scores(&model, shown.get());
                match &replayed.scores {
                    Some(bound) if *bound != scores => return Err(Broken::Scores { seq, comment }),
                    Some(_) => {}
                    None => replayed.unbound.push((seq, scores)),
                }
                replayed.seats = logged.seats;
                replayed.text = named.text;
                let vote = Vote { reviewer: row.reviewer.clone(), action: logged.decision.action };
                replayed.votes.push((seq, vote));
                self.decisions.insert(seq, Decided { comment, reviewer: row.reviewer, live: true });
                self.batches.entry(row.batch.unwrap_or(seq)).or_default().push(seq);
            }
            Kind::Skip => {
                self.skips.insert(seq, (comment, row.reviewer));
            }
            Kind::Note => {
                let text = named.text.ok_or(Broken::Entry(seq))?;
                self.notes.insert(seq, Noted { comment, text, live: true });
            }
            Kind::Edit => {
                replayed.votes.clear();
                (replayed.edited, replayed.text) = (seq, named.text);
                self.skips.retain(|_, (of, _)| *of != comment);
            }
            Kind::Purge => {
                replayed.purged = true;
                if named.row.is_some() {
                    replayed.row = named.row;
                }
                self.notes.values_mut().filter(|note| note.comment == comment).for_each(|note| note.live = false);
            }
            Kind::Batch | Kind::Undo | Kind::Bind => return Err(Broken::Entry(seq)),
        }
        Ok(())
    }

    /// A decision, skip or note, or all decisions of a batch, are no longer in force.
    fn undo(&mut self, target: i64) {
        for seq in self.batches.get(&target).into_iter().flatten() {
            let Some(decided) = self.decisions.get_mut(seq) else { continue };
            decided.live = false;
            if let Some(replayed) = self.comments.get_mut(&decided.comment) {
                replayed.votes.retain(|(vote, _)| vote != seq);
            }
        }
        self.skips.remove(&target);
        if let Some(note) = self.notes.get_mut(&target) {
            note.live = false;
        }
    }

    /// Rows that were written, or found when the file was sealed.
    fn bind(&mut self, seq: i64, at: i64, body: Body) -> Result<(), Broken> {
        if body.sealed && self.binds {
            return Err(Broken::Resealed(seq));
        }
        self.binds |= !body.sealed;
        if body.sealed {
            self.sealed_at.get_or_insert(at);
            self.sealed_past += body.past.len();
        }
        if self.seed.get_or_insert_with(|| body.seed.clone()) != &body.seed {
            return Err(Broken::Setting("seed".to_owned()));
        }
        self.settings.extend(body.settings);
        self.models.extend(body.models.into_iter().map(|(id, name, hash)| (id, (name, hash))));
        self.labels.extend(body.labels.into_iter().map(|(id, name, stance)| (id, (name, stance))));
        self.past.extend(body.past.into_iter().map(|(comment, until, scores)| Past { comment, until, scores }));
        for (comment, row, scores, put_by) in body.comments {
            let replayed = self.comments.entry(comment).or_default();
            if put_by {
                let scores = replayed.scores.take().ok_or(Broken::Entry(seq))?;
                self.past.push(Past { comment, until: at, scores });
            }
            (replayed.row, replayed.scores, replayed.sealed) = (Some(row), Some(scores), body.sealed);
        }
        Ok(())
    }
}

impl Row {
    fn entry(&self) -> Entry<'_> {
        let Self { at, kind, reviewer, comment, batch, target, body } = self;
        Entry { at: *at, kind, reviewer, comment: *comment, batch: *batch, target: *target, body }
    }
}

/// An entry, its number and hash.
fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Row, Vec<u8>)> {
    let entry = Row {
        at: row.get(1)?,
        kind: row.get(2)?,
        reviewer: row.get(3)?,
        comment: row.get(4)?,
        batch: row.get(5)?,
        target: row.get(6)?,
        body: row.get(7)?,
    };
    Ok((row.get(0)?, entry, row.get(8)?))
}

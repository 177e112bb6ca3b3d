//! Whether the log is whole, and whether the tables say what it says.

use rusqlite::params;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::decide::Logged;
use super::key::{self, Hash};
use super::log::{Entry, Kind};
use super::settle::{self, Vote};
use super::{ReviewError, Score, State, Store, Way};

/// A log that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: i64,
    /// The hash of the last one, in hexadecimal. Noted elsewhere, it shows later that nothing was cut off.
    pub head: String,
}

/// What does not hold, first of all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry was changed, put in or taken out.
    #[error("entry {0} of the log does not follow from those before it")]
    Chain(i64),
    /// An entry names another comment than stands in the table.
    #[error("entry {seq} of the log is about another comment than number {comment}")]
    Key {
        /// The entry.
        seq: i64,
        /// The comment.
        comment: i64,
    },
    /// The table gives a comment another state than the log.
    #[error("comment {comment} is {} in the table; by the log it is {}", found.name(), expected.name())]
    State {
        /// The comment.
        comment: i64,
        /// What the log gives.
        expected: State,
        /// What the table says.
        found: State,
    },
    /// The table says of a decision that it stands, or does not, against the log.
    #[error("decision {0} stands in the table or in the log, not in both")]
    Decision(i64),
    /// The scores that a decision was made by are neither the comment's present ones nor earlier ones.
    #[error("the scores of comment {comment} are not those of entry {seq}, nor were they ever")]
    Scores {
        /// The entry.
        seq: i64,
        /// The comment.
        comment: i64,
    },
    /// What is filtered and weighed by does not follow from the comment's scores.
    #[error("the probabilities of comment {0} in the table are not those of its scores")]
    Probabilities(i64),
    /// How the comment came does not follow from its scores.
    #[error("comment {comment} is {} in the table; by its scores {}", found.name(), if *flagged { "it is flagged" } else { "no flag is raised" })]
    Way {
        /// The comment.
        comment: i64,
        /// What the table says.
        found: Way,
        /// Whether its scores call for a person.
        flagged: bool,
    },
    /// The text is not the one that the entry was about.
    #[error("the text of comment {comment} is not the one of entry {seq}")]
    Text {
        /// The entry.
        seq: i64,
        /// The comment.
        comment: i64,
    },
}

/// What the log says of one comment.
#[derive(Default)]
struct Told {
    votes: Vec<(i64, Vote<String>)>,
    seats: i64,
    purged: bool,
    /// The last digest of its text, and where it stands.
    text: Option<(i64, String)>,
}

/// An entry as it is read.
struct Row {
    seq: i64,
    at: i64,
    kind: String,
    reviewer: String,
    comment: Option<i64>,
    batch: Option<i64>,
    target: Option<i64>,
    body: String,
    hash: Vec<u8>,
}

/// What an entry's body says, whatever it is.
#[derive(serde::Deserialize)]
struct Named {
    key: Option<String>,
    text: Option<String>,
    model: Option<String>,
    shown: Option<Box<RawValue>>,
}

impl Store {
    /// Walks the log from its beginning and compares the tables with it. `Ok(Err(…))` says what does not hold first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn verify(&self) -> Result<Result<Verified, Broken>, ReviewError> {
        // One transaction: others may write meanwhile.
        self.connection.execute_batch("BEGIN")?;
        let verified = self.walk();
        self.connection.execute_batch("COMMIT")?;
        verified
    }

    fn walk(&self) -> Result<Result<Verified, Broken>, ReviewError> {
        let mut query = self.connection.prepare("SELECT * FROM log ORDER BY seq")?;
        let rows = query.query_map([], |row| {
            Ok(Row {
                seq: row.get(0)?,
                at: row.get(1)?,
                kind: row.get(2)?,
                reviewer: row.get(3)?,
                comment: row.get(4)?,
                batch: row.get(5)?,
                target: row.get(6)?,
                body: row.get(7)?,
                hash: row.get(8)?,
            })
        })?;
        let (mut entries, mut head) = (0, Hash::default());
        let mut told: FxHashMap<i64, Told> = FxHashMap::default();
        let mut batches: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
        for row in rows {
            let row = row?;
            let entry = Entry {
                at: row.at,
                kind: &row.kind,
                reviewer: &row.reviewer,
                comment: row.comment,
                batch: row.batch,
                target: row.target,
                body: &row.body,
            };
            entries += 1;
            let hash = entry.hash(&head, entries);
            if row.seq != entries || row.hash != hash {
                return Ok(Err(Broken::Chain(entries)));
            }
            head = hash;
            if let Some(batch) = row.batch {
                batches.entry(batch).or_default().extend(row.comment);
            }
            if let Err(broken) = self.tell(&row, &mut told, &batches)? {
                return Ok(Err(broken));
            }
        }
        drop(query);
        Ok(self.compare(&told)?.map(|()| Verified { entries, head: key::hex(&head) }))
    }

    /// What one more entry says of its comments.
    fn tell(
        &self,
        row: &Row,
        told: &mut FxHashMap<i64, Told>,
        batches: &FxHashMap<i64, Vec<i64>>,
    ) -> Result<Result<(), Broken>, ReviewError> {
        let kind = Kind::of_name(&row.kind);
        if let (Some(Kind::Undo), Some(target)) = (kind, row.target) {
            let members = batches.get(&target).into_iter().flatten().copied();
            for comment in members.chain(row.comment) {
                let undone = |seq: i64| seq == target || row.comment.is_none() && self.batch_of(seq) == Some(target);
                told.entry(comment).or_default().votes.retain(|(seq, _)| !undone(*seq));
            }
            return Ok(Ok(()));
        }
        let Some(comment) = row.comment else { return Ok(Ok(())) };
        let named: Named = serde_json::from_str(&row.body)?;
        if named.key != self.key(comment)? {
            return Ok(Err(Broken::Key { seq: row.seq, comment }));
        }
        let one = told.entry(comment).or_default();
        match kind {
            Some(Kind::Decide) => {
                let logged: Logged = serde_json::from_str(&row.body)?;
                one.seats = logged.seats;
                one.text = named.text.map(|text| (row.seq, text));
                if !self.was_shown(comment, named.model.as_deref(), named.shown.as_deref())? {
                    return Ok(Err(Broken::Scores { seq: row.seq, comment }));
                }
                let vote = Vote { reviewer: row.reviewer.clone(), action: logged.decision.action };
                one.votes.push((row.seq, vote));
            }
            Some(Kind::Edit) => {
                one.votes.clear();
                one.text = named.text.map(|text| (row.seq, text));
            }
            Some(Kind::Purge) => one.purged = true,
            _ => {}
        }
        Ok(Ok(()))
    }

    /// Whether a model said of a comment what a decision was made by.
    fn was_shown(&self, comment: i64, model: Option<&str>, shown: Option<&RawValue>) -> Result<bool, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM comment c JOIN body b ON b.comment = c.id JOIN model m ON m.id = c.model
                            WHERE c.id = ?1 AND m.hash = ?2 AND b.shown = ?3)
                 OR EXISTS (SELECT 1 FROM score_past s JOIN model m ON m.id = s.model
                            WHERE s.comment = ?1 AND m.hash = ?2 AND s.shown = ?3)",
        )?;
        Ok(query.query_row(params![comment, model, shown.map(RawValue::get)], |row| row.get(0))?)
    }

    fn batch_of(&self, seq: i64) -> Option<i64> {
        let batch = self.connection.prepare_cached("SELECT batch FROM log WHERE seq = ?");
        batch.and_then(|mut batch| batch.query_row([seq], |row| row.get(0))).ok().flatten()
    }

    /// The key of a comment, as it stands in the table.
    fn key(&self, comment: i64) -> Result<Option<String>, ReviewError> {
        let mut find = self.connection.prepare_cached(
            "SELECT t.source_id, c.source_id FROM comment c JOIN thread t ON t.id = c.thread WHERE c.id = ?",
        )?;
        let mut rows = find.query([comment])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (thread, id): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(Some(key::hex(&key::of_comment(&self.settings.seed, &thread, &id))))
    }

    /// Whether what the tables say of a comment's scores, and how it came for them, follows from these.
    fn follows(&self, comment: i64, way: Way) -> Result<Result<(), Broken>, ReviewError> {
        let mut query = self.connection.prepare_cached("SELECT shown FROM body WHERE comment = ?")?;
        let shown: String = query.query_row([comment], |row| row.get(0))?;
        let mut shown: Vec<(String, Score)> = serde_json::from_str(&shown)?;
        // Slice or not is drawn, from shares that may have been others.
        let flagged = shown.iter().any(|(_, score)| score.calls());
        if flagged != (way == Way::Flagged) {
            return Ok(Err(Broken::Way { comment, found: way, flagged }));
        }
        shown.sort_by(|(a, _), (b, _)| a.cmp(b));
        let expected = shown.iter().map(|(label, score)| {
            let raised = matches!(score, Score::Flag { raised: true, .. });
            (label.clone(), f64::from(score.p()), raised)
        });
        let mut query = self.connection.prepare_cached(
            "SELECT l.name, s.p, s.raised FROM score s JOIN label l ON l.id = s.label WHERE s.comment = ? ORDER BY 1",
        )?;
        let rows = query.query_map([comment], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let found: Vec<(String, f64, bool)> = rows.collect::<Result<_, _>>()?;
        Ok(if expected.eq(found) { Ok(()) } else { Err(Broken::Probabilities(comment)) })
    }

    fn compare(&self, told: &FxHashMap<i64, Told>) -> Result<Result<(), Broken>, ReviewError> {
        let nothing = Told::default();
        let mut query = self.connection.prepare("SELECT id, state, way FROM comment ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let comment: i64 = row.get(0)?;
            let found = State::of_code(row.get(1)?);
            let one = told.get(&comment).unwrap_or(&nothing);
            let votes: Vec<Vote<String>> = one.votes.iter().map(|(_, vote)| vote.clone()).collect();
            let expected = if one.purged { State::Purged } else { settle::state(&votes, one.seats) };
            if found != expected {
                return Ok(Err(Broken::State { comment, expected, found }));
            }
            if let Err(broken) = self.follows(comment, Way::of_code(row.get(2)?))? {
                return Ok(Err(broken));
            }
            if let (Some((seq, digest)), false) = (&one.text, one.purged)
                && *digest != self.digest(comment)?
            {
                return Ok(Err(Broken::Text { seq: *seq, comment }));
            }
        }
        let mut standing: FxHashSet<i64> =
            told.values().flat_map(|one| one.votes.iter().map(|(seq, _)| *seq)).collect();
        let mut query = self.connection.prepare(
            "SELECT d.seq FROM decision d JOIN comment c ON c.id = d.comment WHERE d.live = 1 AND d.seq > c.edited",
        )?;
        for seq in query.query_map([], |row| row.get(0))? {
            let seq: i64 = seq?;
            if !standing.remove(&seq) {
                return Ok(Err(Broken::Decision(seq)));
            }
        }
        Ok(standing.into_iter().min().map_or(Ok(()), |seq| Err(Broken::Decision(seq))))
    }

    /// The digest of the text that is there now.
    fn digest(&self, comment: i64) -> Result<String, ReviewError> {
        let mut find = self.connection.prepare_cached("SELECT salt, text FROM body WHERE comment = ?")?;
        Ok(find.query_row([comment], |row| {
            let salt: Option<Vec<u8>> = row.get(0)?;
            let text: String = row.get(1)?;
            Ok(key::hex(&key::hash([salt.as_deref().unwrap_or_default(), text.as_bytes()])))
        })?)
    }
}

//! How a decision is put down, and what speaks against it.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::queue::bound::Binding;
use crate::queue::codes::{Json, YesNo};
use crate::queue::consensus;
use crate::queue::consensus::Vote;
use crate::queue::decision::{Answer, Decision, Seen};
use crate::queue::digest;
use crate::queue::error::{Conflict, ReviewError};
use crate::queue::intern;
use crate::queue::learnt::LearntComment;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::order;
use crate::queue::scored::Score;
use crate::queue::sql::PURGED;
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::queue::window::Window;

/// The body of a decision in the log.
#[derive(Serialize)]
struct Body<'a> {
    /// The comment's key.
    key: String,
    /// The salted digest of its text.
    text: String,
    model: &'a str,
    /// The model's scores of it.
    shown: &'a RawValue,
    /// Stances that were learnt from the thread and shown in place of the model's.
    #[serde(skip_serializing_if = "Option::is_none")]
    learnt: Option<&'a LearntComment>,
    selected: Selection,
    seats: i64,
    #[serde(flatten)]
    decision: &'a Decision,
}

/// The same, read back.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Logged {
    pub(crate) model: String,
    pub(crate) shown: Vec<(String, Score)>,
    #[serde(default)]
    pub(crate) learnt: Option<LearntComment>,
    pub(crate) selected: Selection,
    pub(crate) seats: i64,
    #[serde(flatten)]
    pub(crate) decision: Decision,
}

/// A decision in force.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) reviewer: String,
    pub(crate) logged: Logged,
}

/// The decisions on a comment's present text that were not undone, in order.
pub(crate) fn live(connection: &Connection, comment: i64) -> Result<Vec<Live>, ReviewError> {
    let mut query = connection.prepare_cached(
        "SELECT d.seq, l.at, d.reviewer, l.body, d.live
         FROM decision d JOIN log l ON l.seq = d.seq JOIN comment c ON c.id = d.comment
         WHERE d.comment = ? AND d.live <> 0 AND d.seq > c.edited ORDER BY d.seq",
    )?;
    let rows = query.query_map([comment], |row| {
        let (Json(logged), YesNo(_)) = (row.get(3)?, row.get(4)?);
        Ok(Live { seq: row.get(0)?, at: row.get(1)?, reviewer: row.get(2)?, logged })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the state that follows from the decisions on a comment.
pub(crate) fn update_state(connection: &Connection, comment: i64) -> Result<State, ReviewError> {
    let votes: Vec<Vote<String>> = live(connection, comment)?
        .into_iter()
        .map(|live| Vote { reviewer: live.reviewer, action: live.logged.decision.action })
        .collect();
    let seats: i64 =
        connection.prepare_cached("SELECT seats FROM comment WHERE id = ?")?.query_row([comment], |row| row.get(0))?;
    let state = consensus::state(&votes, seats);
    connection
        .prepare_cached(&format!("UPDATE comment SET state = ?2 WHERE id = ?1 AND state <> ?2 AND state <> {PURGED}"))?
        .execute([comment, state.code()])?;
    Ok(state)
}

/// A comment, as far as a decision on it needs it.
pub(crate) struct Subject {
    pub(crate) id: i64,
    pub(crate) key: digest::Hash,
    digest: Vec<u8>,
    pub(crate) state: State,
    seats: i64,
    way: Selection,
    pub(crate) seen: Seen,
    model: (String, String),
    shown: String,
}

impl Subject {
    pub(crate) fn load(connection: &Connection, seed: &[u8], comment: i64) -> Result<Self, ReviewError> {
        let mut query = connection.prepare_cached(
            "SELECT t.source_id, c.source_id, b.digest, c.state, c.seats, c.way, c.edited, c.scored, m.name, m.hash, b.shown
             FROM comment c JOIN thread t ON t.id = c.thread JOIN body b ON b.comment = c.id JOIN model m ON m.id = c.model
             WHERE c.id = ?",
        )?;
        let found = query.query_row([comment], |row| {
            let (thread, id): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(Self {
                id: comment,
                key: digest::of_comment(seed, &thread, &id),
                digest: row.get(2)?,
                state: row.get(3)?,
                seats: row.get(4)?,
                way: row.get(5)?,
                seen: Seen { edited: row.get(6)?, scored: row.get(7)?, decision: None },
                model: (row.get(8)?, row.get(9)?),
                shown: row.get(10)?,
            })
        });
        let subject = found.optional()?.ok_or(ReviewError::NoComment(comment))?;
        if subject.state == State::Purged { Err(ReviewError::Purged(comment)) } else { Ok(subject) }
    }

    /// Refuses a decision from a window that showed `seen` if somebody else was first.
    pub(crate) fn check(
        &self,
        connection: &Connection,
        window: Window<'_>,
        seen: &Seen,
        now: i64,
    ) -> Result<(), ReviewError> {
        if seen.edited != self.seen.edited {
            let at = "SELECT at FROM log WHERE seq = ?";
            let at = connection.query_row(at, [self.seen.edited], |row| row.get(0))?;
            return Err(Conflict::Edited { at }.into());
        }
        if seen.scored != self.seen.scored {
            return Err(Conflict::Rescored { model: self.model.0.clone() }.into());
        }
        let decisions = live(connection, self.id)?;
        let decided = |live: &Live| {
            let Live { at, reviewer, logged, .. } = live.clone();
            Conflict::Decided { by: reviewer, at, decision: logged.decision }
        };
        if self.state == State::Open {
            if let Some(own) = decisions.iter().find(|live| live.reviewer == window.reviewer) {
                return Err(decided(own).into());
            }
        } else if let Some(last) = decisions.last().filter(|last| seen.decision != Some(last.seq)) {
            return Err(decided(last).into());
        }
        match self.taken(connection, window, now)? {
            Some((by, until)) => Err(Conflict::Held { by, until }.into()),
            None => Ok(()),
        }
    }

    /// Who holds the last seat that this window could take, and until when; `None` if one is free. A comment held by
    /// another window of the same reviewer is taken, however many seats there are.
    pub(crate) fn taken(
        &self,
        connection: &Connection,
        window: Window<'_>,
        now: i64,
    ) -> Result<Option<(String, i64)>, ReviewError> {
        let decided = if self.state == State::Open { live(connection, self.id)?.len() } else { 0 };
        let seats = if self.state == State::Open { self.seats as usize } else { 1 };
        let free = seats.saturating_sub(decided).max(1);
        let mut query = connection.prepare_cached(
            "SELECT reviewer, until FROM lease WHERE comment = ? AND (session, reviewer) <> (?, ?) AND until > ? AND alive(session)
             ORDER BY until",
        )?;
        let Window { reviewer, session, .. } = window;
        let others = query.query_map(params![self.id, session, reviewer, now], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let others: Vec<(String, i64)> = others.collect::<Result<_, _>>()?;
        let own = others.iter().find(|(by, _)| by == reviewer);
        Ok(own.or(others.get(free - 1)).cloned())
    }

    /// Puts a decision down, and gives the number of its entry.
    pub(crate) fn decide(
        &self,
        connection: &Connection,
        log: &mut Log<'_>,
        reviewer: &str,
        (decision, learnt): (&Decision, Option<&LearntComment>),
        (batch, now): (Option<i64>, i64),
    ) -> Result<i64, ReviewError> {
        let body = serde_json::to_string(&Body {
            key: digest::hex(&self.key),
            text: digest::hex(&self.digest),
            model: &self.model.1,
            shown: serde_json::from_str(&self.shown)?,
            learnt,
            selected: self.way,
            seats: self.seats,
            decision,
        })?;
        let seq =
            log.append(&Entry { comment: Some(self.id), batch, ..Entry::new(Kind::Decide, reviewer, now, &body) })?;
        connection
            .prepare_cached("INSERT INTO decision (seq, comment, reviewer) VALUES (?, ?, ?)")?
            .execute(params![seq, self.id, reviewer])?;
        connection
            .prepare_cached("DELETE FROM lease WHERE comment = ? AND reviewer = ?")?
            .execute(params![self.id, reviewer])?;
        update_state(connection, self.id)?;
        Ok(seq)
    }
}

/// Refuses answers of the wrong kind, and decisions of nothing. Labels that are new are made, and bound by an entry.
pub(crate) fn check_answers(
    connection: &Connection,
    seed: &[u8],
    decision: &Decision,
    now: i64,
) -> Result<(), ReviewError> {
    if decision.is_empty() {
        return Err(ReviewError::Undecided);
    }
    let mut binding = Binding::new(connection, seed);
    for (name, answer) in &decision.labels {
        let stance = matches!(answer, Answer::Stance(_));
        let (id, is_new) = intern::label(connection, name, stance).map_err(|error| match error {
            ReviewError::LabelKind { label, stance } => ReviewError::Kind { label, stance },
            other => other,
        })?;
        if is_new {
            binding.body.labels.push((id, name.clone(), stance));
        }
    }
    binding.log(&mut Log::end(connection)?, now)
}

impl Store {
    /// Decides a comment, and gives the number of the entry. Once this returns, the decision survives a power cut.
    ///
    /// # Errors
    /// [`Conflict`] when somebody else decided it or holds it, or it is not as `seen`; nothing is written then. Also when
    /// an answer does not fit its label, and when the database fails.
    pub(crate) fn decide(
        &mut self,
        comment: i64,
        reviewer: &str,
        decision: &Decision,
        seen: &Seen,
        now: i64,
    ) -> Result<i64, ReviewError> {
        self.decide_in_sight(comment, reviewer, (decision, None), seen, now)
    }

    /// The same, with the stances that were `learnt` from the thread in view.
    pub(crate) fn decide_in_sight(
        &mut self,
        comment: i64,
        reviewer: &str,
        (decision, learnt): (&Decision, Option<&LearntComment>),
        seen: &Seen,
        now: i64,
    ) -> Result<i64, ReviewError> {
        let (seed, window) = (self.settings.seed.clone(), self.window(reviewer));
        let transaction = self.begin()?;
        check_answers(&transaction, &seed, decision, now)?;
        let subject = Subject::load(&transaction, &seed, comment)?;
        subject.check(&transaction, window, seen, now)?;
        let mut log = Log::end(&transaction)?;
        let was_learnt = decision.has_stance() && order::is_learnt(&transaction, comment)?;
        let seq = subject.decide(&transaction, &mut log, reviewer, (decision, learnt), (None, now))?;
        if decision.has_stance() && order::is_learnt(&transaction, comment)? != was_learnt {
            order::mark_stale(&transaction)?;
        }
        transaction.commit()?;
        Ok(seq)
    }

    /// Puts a note on a comment, for all reviewers to read. The log has only a salted digest of it.
    ///
    /// # Errors
    /// When there is no such comment, or the database fails.
    pub(crate) fn note(&mut self, comment: i64, reviewer: &str, text: &str, now: i64) -> Result<i64, ReviewError> {
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let subject = Subject::load(&transaction, &seed, comment)?;
        let salt: Vec<u8> = transaction.query_row("SELECT randomblob(16)", [], |row| row.get(0))?;
        let digest = digest::hex(&digest::hash([&salt[..], text.as_bytes()]));
        let body = serde_json::to_string(&serde_json::json!({ "key": digest::hex(&subject.key), "text": digest }))?;
        let entry = Entry { comment: Some(comment), ..Entry::new(Kind::Note, reviewer, now, &body) };
        let seq = Log::end(&transaction)?.append(&entry)?;
        let write = "INSERT INTO note (seq, comment, text, salt) VALUES (?, ?, ?, ?)";
        transaction.execute(write, params![seq, comment, text, salt])?;
        transaction.commit()?;
        Ok(seq)
    }
}

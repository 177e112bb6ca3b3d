//! Labels of a comment set elsewhere, which may change later: from each source the last answer counts.

use rusqlite::{Connection, params};

use crate::queue::decide::{Live, Subject, check_answers, live};
use crate::queue::decision::Decision;
use crate::queue::error::ReviewError;
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::order;
use crate::queue::store::Store;

impl Store {
    /// Records a reviewer's answers about a comment in place of the same reviewer's earlier ones: those are undone, and
    /// answers without a new value are repeated. Returns the number of the entry; none if nothing changed. Other
    /// reviewers' decisions stay in force, and leases are ignored, because the comment is already decided.
    ///
    /// # Errors
    /// When the comment is not there or erased, an answer does not fit its label, or the database fails.
    pub(crate) fn amend(
        &mut self,
        comment: i64,
        reviewer: &str,
        said: &Decision,
        now: i64,
    ) -> Result<Option<i64>, ReviewError> {
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        check_answers(&transaction, &seed, said, now)?;
        let subject = Subject::load(&transaction, &seed, comment)?;
        let past: Vec<Live> =
            live(&transaction, comment)?.into_iter().filter(|live| live.reviewer == reviewer).collect();
        let before = past.iter().map(|live| &live.logged.decision);
        let decision = before.chain([said]).fold(Decision::default(), over);
        if past.last().is_some_and(|last| last.logged.decision == decision) {
            return Ok(None);
        }
        // For this, all decisions in the thread are checked.
        let teaches = decision.has_stance();
        let was_learnt = teaches && order::is_learnt(&transaction, comment)?;
        let mut log = Log::end(&transaction)?;
        for Live { seq, .. } in past {
            take_back(&transaction, &mut log, comment, reviewer, seq, now)?;
        }
        let seq = subject.decide(&transaction, &mut log, reviewer, (&decision, None), (None, now))?;
        if teaches && order::is_learnt(&transaction, comment)? != was_learnt {
            order::mark_stale(&transaction)?;
        }
        transaction.commit()?;
        Ok(Some(seq))
    }
}

/// A decision with later changes.
fn over(before: Decision, later: &Decision) -> Decision {
    let mut labels = before.labels;
    labels.extend(later.labels.clone());
    Decision { labels, action: later.action.or(before.action) }
}

/// Withdraws a decision. One that belongs to a batch stays, because a batch is undone as a whole.
fn take_back(
    connection: &Connection,
    log: &mut Log<'_>,
    comment: i64,
    reviewer: &str,
    seq: i64,
    now: i64,
) -> Result<(), ReviewError> {
    let batch: Option<i64> =
        connection.prepare_cached("SELECT batch FROM log WHERE seq = ?")?.query_row([seq], |row| row.get(0))?;
    if batch.is_some() {
        return Ok(());
    }
    log.append(&Entry { comment: Some(comment), target: Some(seq), ..Entry::new(Kind::Undo, reviewer, now, "{}") })?;
    connection.prepare_cached("UPDATE decision SET live = 0 WHERE seq = ?")?.execute(params![seq])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::queue::decision::{Action, Answer};
    use crate::queue::fixture::{Scratch, act, made, toxic};
    use crate::queue::state::State;

    fn flag(label: &str, yes: bool) -> Decision {
        Decision { labels: BTreeMap::from([(label.to_owned(), Answer::Flag(yes))]), action: None }
    }

    fn standing(scratch: &Scratch, id: &str) -> Vec<(String, String)> {
        let live = live(&scratch.store.connection, scratch.id(id)).unwrap();
        live.into_iter().map(|live| (live.reviewer, live.logged.decision.to_string())).collect()
    }

    fn of(reviewer: &str, decision: &str) -> (String, String) {
        (reviewer.to_owned(), decision.to_owned())
    }

    #[test]
    fn the_last_word_of_each_counts() {
        let mut scratch = Scratch::with(&[made("a", 0.9)]);
        let id = scratch.id("a");
        let mut amend = |reviewer: &str, said: &Decision| scratch.store.amend(id, reviewer, said, 2000).unwrap();
        assert!(amend("site", &toxic(true)).is_some());
        assert!(amend("site", &flag("spam", true)).is_some());
        assert_eq!(amend("site", &toxic(true)), None, "said already");
        assert!(amend("site", &toxic(false)).is_some());
        assert_eq!(standing(&scratch, "a"), [of("site", "approve; spam: yes, toxicity: no")]);
        assert_eq!(scratch.store.comment_view(id, "site").unwrap().state, State::Done);
        let rows = scratch.store.training().unwrap();
        assert_eq!(rows[0].answers.keys().collect::<Vec<_>>(), ["reject", "spam", "toxicity"]);
        scratch.verified();
    }

    #[test]
    fn what_a_thread_has_learnt_is_looked_for_only_where_stances_change() {
        let mut scratch = Scratch::with(&[made("a", 0.9)]);
        let id = scratch.id("a");
        scratch.store.amend(id, "site", &toxic(true), 2000).unwrap();
        scratch.store.amend(id, "site", &toxic(false), 2000).unwrap();
        scratch.store.undo("site", 2000).unwrap();
        assert_eq!(order::looked_for_learnt(&scratch.store.connection), 0);
        let favor = Answer::Stance("favor".to_owned());
        let stance = Decision { labels: BTreeMap::from([("stance".to_owned(), favor)]), action: None };
        scratch.store.amend(id, "site", &stance, 2000).unwrap();
        assert_eq!(order::looked_for_learnt(&scratch.store.connection), 2);
        // The answer to the stance stays.
        scratch.store.amend(id, "site", &toxic(true), 2000).unwrap();
        assert_eq!(order::looked_for_learnt(&scratch.store.connection), 4);
        scratch.store.undo("site", 2000).unwrap();
        assert_eq!(order::looked_for_learnt(&scratch.store.connection), 6);
        scratch.verified();
    }

    #[test]
    fn what_others_decided_stands_beside_it() {
        let mut scratch = Scratch::with(&[made("a", 0.9)]);
        let id = scratch.id("a");
        scratch.decide("a", "ada", &act(Action::Approve));
        assert!(scratch.store.amend(id, "site", &toxic(true), 2000).unwrap().is_some());
        assert!(scratch.store.amend(id, "site", &flag("toxicity", false), 2000).unwrap().is_some());
        assert_eq!(standing(&scratch, "a"), [of("ada", "approve"), of("site", "reject; toxicity: no")]);
        scratch.store.undo("ada", 3000).unwrap();
        assert_eq!(standing(&scratch, "a"), [of("site", "reject; toxicity: no")]);
        scratch.verified();
    }

    #[test]
    fn nothing_is_said_of_what_is_erased_or_in_another_kind() {
        let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.1)]);
        let [a, b] = ["a", "b"].map(|id| scratch.id(id));
        let refused = scratch.store.amend(a, "site", &flag("stance", true), 2000);
        assert!(matches!(refused, Err(ReviewError::Kind { .. })), "{refused:?}");
        assert!(matches!(scratch.store.amend(a, "site", &Decision::default(), 2000), Err(ReviewError::Undecided)));
        scratch.store.purge(crate::queue::purge::Purge::Comment { thread: Some("t1"), id: "b" }, "ada", 2000).unwrap();
        assert!(matches!(scratch.store.amend(b, "site", &toxic(true), 3000), Err(ReviewError::Purged(_))));
        scratch.verified();
    }
}

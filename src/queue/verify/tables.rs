//! Compares each row of each table with the log.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row};
use rustc_hash::FxHashMap;

use crate::queue::codes::YesNo;
use crate::queue::digest;
use crate::queue::digest::Draws;
use crate::queue::error::ReviewError;
use crate::queue::order::Margins;
use crate::queue::scored::Score;
use crate::queue::severity::Costs;
use crate::queue::state::{Selection, State};
use crate::queue::verify::broken::Broken;
use crate::queue::verify::replay::{Replay, Replayed};
use crate::queue::{bound, intern, order, settings};

/// Logarithms may differ in the last bit between machines.
const NEAR: f64 = 1e-9;

/// Compares all tables with the log and lists what fails.
pub(crate) fn compare(
    connection: &Connection,
    seed: &[u8],
    replay: &Replay,
    broken: &mut Vec<Broken>,
) -> Result<(), ReviewError> {
    // If they cannot be read, the setting differs from the log, or it was not written by this program.
    let costs = replay.settings.get(settings::SEVERITY).and_then(|costs| Costs::parse(costs.as_bytes()));
    let mut tables = Tables { connection, seed, costs: costs.unwrap_or_default(), replay, broken };
    // What reviewers did comes first, lest it be lost among thousands of comments.
    tables.decisions()?;
    tables.skips()?;
    tables.notes()?;
    tables.settings()?;
    tables.names()?;
    tables.articles()?;
    tables.unused()?;
    tables.comments()?;
    tables.past()
}

struct Tables<'a> {
    connection: &'a Connection,
    seed: &'a [u8],
    costs: Costs,
    replay: &'a Replay,
    broken: &'a mut Vec<Broken>,
}

impl Tables<'_> {
    fn settings(&mut self) -> Result<(), ReviewError> {
        let mut query = self.connection.prepare("SELECT name, value FROM setting")?;
        let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut found: BTreeMap<String, Vec<u8>> = found.collect::<Result<_, _>>()?;
        let seed = found.remove("seed").map(|seed| bound::of_seed(&seed));
        if self.replay.seed.is_some() && self.replay.seed != seed {
            self.broken.push(Broken::Setting("seed".to_owned()));
        }
        for (name, value) in &self.replay.settings {
            if found.remove(name).as_deref() != Some(value.as_bytes()) {
                self.broken.push(Broken::Setting(name.clone()));
            }
        }
        // The mark that places must be recomputed carries no other information.
        let others = found.into_iter().filter(|(name, value)| name != "unranked" || !value.is_empty());
        self.broken.extend(others.map(|(name, _)| Broken::Setting(name)));
        Ok(())
    }

    fn names(&mut self) -> Result<(), ReviewError> {
        let replay = self.replay;
        self.same("model", "SELECT id, name, hash FROM model", &replay.models, |replayed, row| {
            Ok(*replayed == (row.get(1)?, row.get(2)?))
        })?;
        self.same("label", "SELECT id, name, stance FROM label", &replay.labels, |replayed, row| {
            Ok(*replayed == (row.get(1)?, row.get::<_, YesNo>(2)?.0))
        })
    }

    /// The digest of an article is among the cells of each of its comments, and is computed from the article's other
    /// cells.
    fn articles(&mut self) -> Result<(), ReviewError> {
        let mut query = self.connection.prepare("SELECT id, digest, source_id, title, text, url FROM article")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let holds = |row: &Row<'_>| -> rusqlite::Result<bool> {
                let cells: [Option<String>; 4] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                Ok(intern::article_digest(cells.each_ref().map(Option::as_deref))[..] == row.get::<_, Vec<u8>>(1)?)
            };
            if !holds(row).unwrap_or(false) {
                self.broken.push(Broken::Row { table: "article", row: row.get(0)? });
            }
        }
        Ok(())
    }

    /// Threads, articles and authors are bound with the comments that refer to them: there are no others.
    fn unused(&mut self) -> Result<(), ReviewError> {
        for table in ["thread", "article", "author"] {
            let mut query = self.connection.prepare(&format!(
                "SELECT id FROM {table} WHERE id NOT IN (SELECT {table} FROM comment WHERE {table} IS NOT NULL)"
            ))?;
            for row in query.query_map([], |row| row.get(0))? {
                self.broken.push(Broken::Extra { table, row: row? });
            }
        }
        Ok(())
    }

    fn comments(&mut self) -> Result<(), ReviewError> {
        let mut past: FxHashMap<i64, Vec<&str>> = FxHashMap::default();
        for one in &self.replay.past {
            past.entry(one.comment).or_default().push(&one.scores);
        }
        let mut missing: BTreeSet<i64> = self.replay.comments.keys().copied().collect();
        let mut query = self.connection.prepare(&format!("{} ORDER BY c.id", bound::COMMENT))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get("id")?;
            missing.remove(&id);
            let replayed = self.replay.comments.get(&id).and_then(|replayed| Some((replayed, replayed.row.as_ref()?)));
            let Some((replayed, bound)) = replayed else {
                self.broken.push(Broken::Extra { table: "comment", row: id });
                continue;
            };
            let before = self.broken.len();
            match Found::read(row) {
                Ok(Some(found)) => {
                    let past = past.get(&id).map_or(&[][..], Vec::as_slice);
                    self.comment(&found, replayed, past)?;
                    // The errors above say more than that something differs.
                    if self.broken.len() == before && *bound != bound::of_row(self.seed, row)? {
                        self.broken.push(Broken::Comment(id));
                    }
                }
                Ok(None) => self.broken.push(Broken::Missing { table: "body", row: id }),
                Err(error) => self.broken.push(match ReviewError::from(error) {
                    ReviewError::Code(code) => Broken::Code { comment: id, code },
                    _ => Broken::Comment(id),
                }),
            }
        }
        self.broken.extend(missing.into_iter().map(|row| Broken::Missing { table: "comment", row }));
        let misplaced = order::misplaced(self.connection)?.into_iter();
        self.broken.extend(misplaced.map(|comment| derived(comment, "by_learning", "place among all comments")));
        Ok(())
    }

    fn comment(&mut self, found: &Found, replayed: &Replayed, past: &[&str]) -> Result<(), ReviewError> {
        let id = found.id;
        let expected = replayed.state();
        if found.state != expected {
            self.broken.push(Broken::State { comment: id, expected, found: found.state });
        }
        if found.edited != replayed.edited {
            self.broken.push(derived(id, "edited", "entries in the log"));
        }
        let key = digest::of_comment(self.seed, &found.thread_id, &found.source_id);
        if let Some((seq, of)) = &replayed.key
            && *of != digest::hex(&key)
        {
            self.broken.push(Broken::Key { seq: *seq, comment: id });
        }
        if Draws::of(&key) != found.draws {
            self.broken.push(derived(id, "what is drawn for it", "thread and id"));
        }
        if found.by_new != -found.created {
            self.broken.push(derived(id, "by_new", "time"));
        }
        let digest = digest::hex(&found.digest);
        let is_text = match &found.salt {
            Some(salt) => digest == digest::hex(&digest::hash([salt, found.text.as_bytes()])),
            None => replayed.purged && found.text.is_empty(),
        };
        if !is_text || replayed.text.as_ref().is_some_and(|text| *text != digest) {
            self.broken.push(Broken::Text(id));
        }
        let scores = bound::of_scores(&found.model_hash, &found.shown);
        if replayed.scores.as_ref().is_some_and(|bound| *bound != scores) {
            self.broken.push(Broken::Scored(id));
        }
        let ever = |seen: &str| seen == scores || past.contains(&seen);
        let never = replayed.unbound.iter().filter(|(_, seen)| !ever(seen));
        self.broken.extend(never.map(|(seq, _)| Broken::Scores { seq: *seq, comment: id }));
        self.follows(found)
    }

    /// Whether a comment's scores in the tables, its selection and its order follow from the stored verdict.
    fn follows(&mut self, found: &Found) -> Result<(), ReviewError> {
        let comment = found.id;
        let Ok(mut shown) = serde_json::from_str::<Vec<(String, Score)>>(&found.shown) else {
            self.broken.push(Broken::Unreadable(comment));
            return Ok(());
        };
        // Whether it is in the audit sample is drawn, from shares that may have been others.
        let flagged = shown.iter().any(|(_, score)| score.calls());
        if flagged != (found.way == Selection::Flagged) {
            self.broken.push(Broken::Selection { comment, found: found.way, flagged });
        }
        let margins = Margins::of(shown.iter().map(|(_, score)| score));
        for (column, here, expected) in
            [("by_risk", found.by_risk, margins.risk), ("by_doubt", found.by_doubt, margins.doubt)]
        {
            if (here - expected).abs() > NEAR {
                self.broken.push(derived(comment, column, "scores"));
            }
        }
        let severity = self.costs.place(shown.iter().map(|(label, score)| (label.as_str(), score)));
        if (found.by_severity - severity).abs() > NEAR {
            self.broken.push(derived(comment, "by_severity", "scores and their costs"));
        }
        shown.sort_by(|(a, _), (b, _)| a.cmp(b));
        let expected = shown.into_iter().map(|(label, score)| {
            let raised = matches!(score, Score::Flag { raised: true, .. });
            (label, f64::from(score.p()), i64::from(raised))
        });
        let mut query = self.connection.prepare_cached(
            "SELECT l.name, s.p, s.raised FROM score s JOIN label l ON l.id = s.label WHERE s.comment = ? ORDER BY 1",
        )?;
        let rows = query.query_map([comment], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let scores: Result<Vec<(String, f64, i64)>, _> = rows.collect();
        if !scores.is_ok_and(|scores| expected.eq(scores)) {
            self.broken.push(Broken::Probabilities(comment));
        }
        Ok(())
    }

    fn decisions(&mut self) -> Result<(), ReviewError> {
        let sql = "SELECT seq, comment, reviewer, live FROM decision";
        let expected = &self.replay.decisions;
        self.same("decision", sql, expected, |replayed, row| {
            let found: (i64, String, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(found == (replayed.comment, replayed.reviewer.clone(), i64::from(replayed.live)))
        })
    }

    fn skips(&mut self) -> Result<(), ReviewError> {
        let expected = &self.replay.skips;
        self.same("skip", "SELECT seq, comment, reviewer FROM skip", expected, |replayed, row| {
            Ok(*replayed == (row.get(1)?, row.get(2)?))
        })
    }

    fn notes(&mut self) -> Result<(), ReviewError> {
        let replay = self.replay;
        self.same("note", "SELECT seq, comment, live, text, salt FROM note", &replay.notes, |replayed, row| {
            let found: (i64, i64) = (row.get(1)?, row.get(2)?);
            let (text, salt): (String, Option<Vec<u8>>) = (row.get(3)?, row.get(4)?);
            let is_text = match salt {
                Some(salt) => replayed.text == digest::hex(&digest::hash([&salt[..], text.as_bytes()])),
                None => text.is_empty() && replay.comments.get(&replayed.comment).is_some_and(|comment| comment.purged),
            };
            Ok(is_text && found == (replayed.comment, i64::from(replayed.live)))
        })
    }

    /// Earlier scores are only ever added, so that they are numbered from 1.
    fn past(&mut self) -> Result<(), ReviewError> {
        let expected = (1..).zip(&self.replay.past).collect();
        let sql =
            "SELECT s.id, s.comment, s.until, m.hash, s.shown FROM score_past s LEFT JOIN model m ON m.id = s.model";
        self.same("score_past", sql, &expected, |replayed, row| {
            let scores = bound::of_scores(row.get_ref(3)?.as_str()?, row.get_ref(4)?.as_str()?);
            Ok(replayed.scores == scores && (row.get(1), row.get(2)) == (Ok(replayed.comment), Ok(replayed.until)))
        })
    }

    /// A table whose rows are all in the log, by number. A row that cannot be read is another.
    fn same<T>(
        &mut self,
        table: &'static str,
        sql: &str,
        expected: &BTreeMap<i64, T>,
        holds: impl Fn(&T, &Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<(), ReviewError> {
        let mut missing: BTreeSet<i64> = expected.keys().copied().collect();
        let mut query = self.connection.prepare(sql)?;
        let mut rows = query.query([])?;
        while let Some(found) = rows.next()? {
            let row: i64 = found.get(0)?;
            missing.remove(&row);
            match expected.get(&row) {
                None => self.broken.push(Broken::Extra { table, row }),
                Some(replayed) if !holds(replayed, found).unwrap_or(false) => {
                    self.broken.push(Broken::Row { table, row });
                }
                Some(_) => {}
            }
        }
        self.broken.extend(missing.into_iter().map(|row| Broken::Missing { table, row }));
        Ok(())
    }
}

/// A comment in the table, as far as the log determines it.
struct Found {
    id: i64,
    state: State,
    way: Selection,
    edited: i64,
    thread_id: String,
    source_id: String,
    draws: Draws,
    created: i64,
    by_new: i64,
    by_risk: f64,
    by_doubt: f64,
    by_severity: f64,
    text: String,
    salt: Option<Vec<u8>>,
    digest: Vec<u8>,
    model_hash: String,
    shown: String,
}

impl Found {
    /// A row of [`bound::COMMENT`]; `None` if the comment has no body.
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Some(text) = row.get("text")? else { return Ok(None) };
        Ok(Some(Self {
            id: row.get("id")?,
            state: row.get("state")?,
            way: row.get("way")?,
            edited: row.get("edited")?,
            thread_id: row.get("thread_id")?,
            source_id: row.get("source_id")?,
            draws: Draws { audit: row.get("draw")?, double: row.get("double")? },
            created: row.get("created")?,
            by_new: row.get("by_new")?,
            by_risk: row.get("by_risk")?,
            by_doubt: row.get("by_doubt")?,
            by_severity: row.get("by_severity")?,
            text,
            salt: row.get("salt")?,
            digest: row.get("digest")?,
            model_hash: row.get("model_hash")?,
            shown: row.get("shown")?,
        }))
    }
}

fn derived(comment: i64, column: &'static str, from: &'static str) -> Broken {
    Broken::Derived { comment, column, from }
}

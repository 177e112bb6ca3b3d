//! Comments that reviewers decided, as rows to learn from.

use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::request::{Request, weight_column};
use crate::thread::known::Known;

/// A decided comment: the decision, and what its reviewer saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DecidedRow {
    /// The comment's id.
    pub id: String,
    /// The thread's id; training keeps a thread on one side.
    pub thread_id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was written, in the source's notation.
    pub created_at: Option<String>,
    /// Its text.
    pub text: String,
    /// The headline of its article.
    pub article_title: Option<String>,
    /// The article's text.
    pub article_text: Option<String>,
    /// The text of its parent.
    pub parent_text: Option<String>,
    /// What its stance is towards, if not the headline.
    pub target: Option<String>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<String>,
    /// For a comment in the audit sample: what its first reviewer saw of the model's output, by label. That model had
    /// not learnt from the decision.
    pub shown: Option<BTreeMap<String, Shown>>,
    /// The answers by label, each with its weight.
    pub answers: BTreeMap<String, (Answered, f64)>,
}

/// The answer for a label.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answered {
    /// For a flag: 0 or 1; where reviewers disagreed, the share that said yes.
    Flag(f64),
    /// For a stance: the class that most reviewers gave; of a tie, the last.
    Stance(String),
}

/// A model's output for a label.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    /// For a flag.
    Flag {
        /// The calibrated probability.
        p: f32,
    },
    /// For a stance.
    Stance {
        /// The class, if it gave one.
        class: Option<String>,
        /// The probability of the likeliest class.
        p: f32,
    },
}

impl Shown {
    /// The probability used for ranking comments.
    pub(crate) fn p(&self) -> f32 {
        match self {
            Self::Flag { p } | Self::Stance { p, .. } => *p,
        }
    }
}

/// Why nothing can be learnt from decisions.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecidedError {
    /// No label has two different answers.
    #[error("there is nothing to learn yet: no label was answered in more than one way")]
    OneSided,
    /// Fewer comments than folds.
    #[error("{name} has {comments}; to learn from them takes at least {folds}")]
    FewComments {
        /// The name of the queue.
        name: String,
        /// The number of decided comments, in words.
        comments: String,
        /// The number of folds.
        folds: usize,
    },
    /// Fewer threads than folds.
    #[error(
        "{name} has {comments} in {threads}; cross-validation keeps a thread together and takes at least {folds} threads"
    )]
    FewThreads {
        /// The name of the queue.
        name: String,
        /// The number of decided comments, in words.
        comments: String,
        /// The number of their threads, in words.
        threads: String,
        /// The number of folds.
        folds: usize,
    },
}

/// The decided comments of a queue.
#[derive(Clone, Debug)]
pub(crate) struct Decisions {
    /// The name of the queue's file.
    name: String,
    pub(crate) rows: Vec<DecidedRow>,
    /// The number of threads; each comment without one counts as a thread.
    threads: usize,
    /// Stances with more than one answer.
    pub(crate) stances: Vec<String>,
    /// Flags with more than one answer.
    pub(crate) flags: Vec<String>,
    /// For each flag, the share of yes among all comments of the queue, as estimated from the decisions.
    pub(crate) rates: Vec<(String, f32)>,
}

impl Decisions {
    /// Collects the rows of a queue.
    ///
    /// # Errors
    /// When no label has two different answers.
    pub(crate) fn new(name: String, rows: Vec<DecidedRow>) -> Result<Self, DecidedError> {
        let names = |flag: bool| {
            let of = |row: &DecidedRow| {
                let own = row.answers.iter().filter(|(_, (answer, _))| matches!(answer, Answered::Flag(_)) == flag);
                own.map(|(label, _)| label.clone()).collect::<Vec<_>>()
            };
            rows.iter().flat_map(of).collect::<BTreeSet<String>>()
        };
        let rate = |flag: String| Some((rate(&rows, &flag)?, flag));
        let rates: Vec<(String, f32)> =
            names(true).into_iter().filter_map(rate).map(|(rate, flag)| (flag, rate)).collect();
        let flags: Vec<String> = rates.iter().map(|(flag, _)| flag.clone()).collect();
        let stances: Vec<String> = names(false).into_iter().filter(|stance| classes(&rows, stance) > 1).collect();
        if stances.is_empty() && flags.is_empty() {
            return Err(DecidedError::OneSided);
        }
        let named: BTreeSet<&String> = rows.iter().filter_map(|row| row.thread_id.as_ref()).collect();
        let threads = named.len() + rows.iter().filter(|row| row.thread_id.is_none()).count();
        Ok(Self { name, rows, threads, stances, flags, rates })
    }

    /// Makes `request` read the weights of the decisions, and their labels if it names none.
    pub(crate) fn join(&self, request: &mut Request) {
        request.weights = true;
        if request.stances.is_empty() && request.flags.is_empty() {
            request.stances.clone_from(&self.stances);
            request.flags.clone_from(&self.flags);
        }
    }

    /// Their name in messages.
    pub(crate) fn title(&self) -> String {
        format!("decisions in {}", self.name)
    }

    /// Whether there are enough threads for so many folds.
    pub(crate) fn has_threads_for(&self, folds: usize) -> bool {
        self.threads >= folds
    }

    /// Refuses decisions with fewer threads than folds or, unless `by_thread`, fewer comments than folds.
    pub(crate) fn check(&self, folds: usize, by_thread: bool) -> Result<(), DecidedError> {
        let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        let (name, comments) = (self.name.clone(), count(self.rows.len(), "decided comment"));
        if self.rows.len() < folds {
            return Err(DecidedError::FewComments { name, comments, folds });
        }
        if by_thread && !self.has_threads_for(folds) {
            return Err(DecidedError::FewThreads { name, comments, threads: count(self.threads, "thread"), folds });
        }
        Ok(())
    }

    /// The columns that the decisions would have as a table: known columns, labels, and label weights.
    pub(crate) fn columns(&self) -> Vec<String> {
        let labels = self.stances.iter().chain(&self.flags).flat_map(|label| [label.clone(), weight_column(label)]);
        COLUMNS.iter().map(|known| known.name().to_owned()).chain(labels).collect()
    }
}

/// The known columns of decided comments.
const COLUMNS: [Known; 10] = [
    Known::Id,
    Known::ThreadId,
    Known::Author,
    Known::CreatedAt,
    Known::Text,
    Known::ArticleTitle,
    Known::ArticleText,
    Known::ParentText,
    Known::Target,
    Known::Context,
];

impl DecidedRow {
    /// The value of a known column; `None` if it is empty.
    pub(crate) fn cell(&self, known: Known) -> Option<&str> {
        let cell = match known {
            Known::Id => Some(self.id.as_str()),
            Known::ThreadId => self.thread_id.as_deref(),
            Known::Author => self.author.as_deref(),
            Known::CreatedAt => self.created_at.as_deref(),
            Known::Text => Some(self.text.as_str()),
            Known::ArticleTitle => self.article_title.as_deref(),
            Known::ArticleText => self.article_text.as_deref(),
            Known::ParentText => self.parent_text.as_deref(),
            Known::Target => self.target.as_deref(),
            Known::Context => self.context.as_deref(),
            _ => None,
        };
        cell.filter(|cell| !cell.is_empty())
    }
}

/// The number of different classes given for a stance.
fn classes(rows: &[DecidedRow], stance: &str) -> usize {
    let given = rows.iter().filter_map(|row| match row.answers.get(stance) {
        Some((Answered::Stance(class), _)) => Some(class.as_str()),
        _ => None,
    });
    given.collect::<BTreeSet<_>>().len()
}

/// The weighted share of yes; `None` if only one side was decided.
fn rate(rows: &[DecidedRow], flag: &str) -> Option<f32> {
    let (mut yes, mut all) = (0.0, 0.0);
    for (answer, weight) in rows.iter().filter_map(|row| row.answers.get(flag)) {
        if let Answered::Flag(share) = answer {
            yes += share * weight;
            all += weight;
        }
    }
    let rate = (yes / all) as f32;
    (rate > 0.0 && rate < 1.0).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, thread: Option<&str>, answers: &[(&str, Answered, f64)]) -> DecidedRow {
        let answers = answers.iter().map(|(label, answer, weight)| ((*label).to_owned(), (answer.clone(), *weight)));
        DecidedRow {
            id: id.to_owned(),
            thread_id: thread.map(str::to_owned),
            text: format!("comment {id}"),
            answers: answers.collect(),
            ..DecidedRow::default()
        }
    }

    fn stance(class: &str) -> Answered {
        Answered::Stance(class.to_owned())
    }

    #[test]
    fn what_was_answered_in_one_way_only_is_not_learnt() {
        let decisions = Decisions::new(
            "q.db".to_owned(),
            vec![
                row("a", Some("t"), &[("spam", Answered::Flag(1.0), 1.0), ("toxicity", Answered::Flag(0.0), 3.0)]),
                row("b", Some("t"), &[("spam", Answered::Flag(1.0), 1.0), ("toxicity", Answered::Flag(1.0), 1.0)]),
                row("c", None, &[("stance", stance("favor"), 1.0), ("tone", stance("dry"), 1.0)]),
                row("d", None, &[("stance", stance("against"), 1.0), ("tone", stance("dry"), 1.0)]),
            ],
        )
        .unwrap();
        assert_eq!(
            (&decisions.stances[..], &decisions.flags[..]),
            (&["stance".to_owned()][..], &["toxicity".to_owned()][..])
        );
        assert_eq!(decisions.rates, [("toxicity".to_owned(), 0.25)]);
        assert!(decisions.has_threads_for(3) && !decisions.has_threads_for(4));
        assert!(decisions.check(4, false).is_ok());
        assert_eq!(
            decisions.check(4, true).unwrap_err().to_string(),
            "q.db has 4 decided comments in 3 threads; cross-validation keeps a thread together and takes at least 4 threads"
        );
        assert_eq!(
            decisions.check(5, false).unwrap_err().to_string(),
            "q.db has 4 decided comments; to learn from them takes at least 5"
        );
    }

    #[test]
    fn nothing_is_learnt_of_nothing() {
        assert!(matches!(Decisions::new(String::new(), Vec::new()), Err(DecidedError::OneSided)));
    }
}

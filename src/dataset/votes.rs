//! Annotations of one comment by several annotators, each in a separate row: the rows are merged into one.
//!
//! A flag becomes the share of annotators who said yes, and a stance becomes the class that most chose, or nothing if
//! there is a tie. Agreement is Krippendorff's alpha, over the comments that two or more of them annotated.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::dataset::strings::Repeated;
use crate::metrics::agreement::Alpha;

/// The agreement between the annotators of a label.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Agreement {
    /// The name of the label.
    #[serde(skip)]
    pub label: String,
    /// The number of annotators.
    pub annotators: usize,
    /// The number of comments with two or more annotators.
    pub comments: usize,
    /// The number of annotations of those comments.
    pub annotations: usize,
    /// Krippendorff's alpha, nominal; `None` if all annotations are the same.
    pub alpha: Option<f64>,
    /// The number of comments with a tie, which count as not annotated.
    pub ties: usize,
    /// The number of annotations that replaced an earlier one by the same annotator for the same comment.
    pub repeated: usize,
}

/// One annotator's annotation; a class is given by its number.
#[derive(Clone, Copy, Debug)]
struct Vote<T> {
    row: u32,
    annotator: u32,
    said: T,
}

/// For each row, the class that most chose, if there is one.
type Majorities = Vec<(u32, Option<u32>)>;

/// Which rows belong to one comment, and its annotations.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    annotators: Repeated,
    /// Rows of comments by id.
    by_id: FxHashMap<u64, u32>,
    /// Rows of comments by text, and by the number of earlier comments with the same text.
    by_text: FxHashMap<(u64, u32), u32>,
    /// How many comments with that text an annotator has had.
    had: FxHashMap<(u64, u32), u32>,
    /// By label number.
    stances: BTreeMap<usize, Vec<Vote<u32>>>,
    flags: BTreeMap<usize, Vec<Vote<f32>>>,
    /// Which annotator has a row for which comment.
    rows: FxHashSet<(u32, u32)>,
    /// The number of rows merged into an earlier one by another annotator.
    pub(crate) joined: usize,
    /// The number of rows merged into an earlier one by the same annotator.
    pub(crate) repeated: usize,
}

/// Names for the column of annotators: letters only, since case and separators make no difference.
const ANNOTATORS: [&str; 17] = [
    "annotator",
    "annotatorid",
    "annotatorname",
    "annotatedby",
    "completedby",
    "worker",
    "workerid",
    "rater",
    "raterid",
    "coder",
    "coderid",
    "labeler",
    "labelerid",
    "labeller",
    "labellerid",
    "labeledby",
    "labelledby",
];

/// The index of the column of annotators, if there is one.
pub(crate) fn annotator_column(header: &[String]) -> Option<usize> {
    let letters = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    ANNOTATORS.iter().find_map(|wanted| header.iter().position(|there| letters(there) == *wanted))
}

/// What identifies a comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comment<'a> {
    /// The table that it comes from.
    pub(crate) table: usize,
    pub(crate) thread: &'a str,
    pub(crate) parent: Option<&'a str>,
    /// `None` if the table gives none.
    pub(crate) id: Option<&'a str>,
    pub(crate) text: &'a str,
    /// Whether a row with the same text but another id is another comment.
    pub(crate) by_id_alone: bool,
}

impl Votes {
    /// The row of a comment seen before, or `new`, with the annotator's number; `text_of` gives the text of a row.
    pub(crate) fn row<'t>(
        &mut self,
        comment: Comment<'_>,
        annotator: &str,
        new: u32,
        text_of: impl Fn(u32) -> &'t str,
    ) -> (u32, u32) {
        let Comment { table, thread, parent, id, text, by_id_alone } = comment;
        let annotator = self.annotators.number(annotator);
        let key = hash(&(table, thread, parent, text));
        let had = self.had.entry((key, annotator)).or_default();
        let nth = *had;
        let of_id = id.map(|id| hash(&(table, thread, id)));
        let known = of_id.and_then(|id| self.by_id.get(&id)).copied().filter(|row| text_of(*row) == text);
        // Two comments can have the same text, but nobody annotates one comment twice.
        let by_text = || self.by_text.get(&(key, nth)).copied().filter(|row| text_of(*row) == text);
        let known = known.or_else(|| by_text().filter(|_| !by_id_alone));
        *had += 1;
        let row = known.unwrap_or(new);
        if let Some(id) = of_id {
            self.by_id.entry(id).or_insert(row);
        }
        self.by_text.entry((key, nth)).or_insert(row);
        let is_first = self.rows.insert((row, annotator));
        self.joined += usize::from(known.is_some() && is_first);
        self.repeated += usize::from(!is_first);
        (row, annotator)
    }

    /// Records a class, by its number.
    pub(crate) fn class(&mut self, label: usize, row: u32, annotator: u32, said: u32) {
        self.stances.entry(label).or_default().push(Vote { row, annotator, said });
    }

    /// Records the value of a flag.
    pub(crate) fn share(&mut self, label: usize, row: u32, annotator: u32, said: f32) {
        self.flags.entry(label).or_default().push(Vote { row, annotator, said });
    }

    /// The result for a stance: for each row, the class that most chose, if there is one.
    pub(crate) fn classes(&mut self, label: usize, name: &str) -> Option<(Majorities, Agreement)> {
        let (votes, repeated) = last(self.stances.remove(&label)?);
        let mut sum = Sum::new(name, repeated);
        let rows = votes.chunk_by(|a, b| a.row == b.row).filter_map(|of_row| {
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            of_row.iter().for_each(|vote| *counts.entry(vote.said).or_default() += 1);
            sum.unit(of_row, |vote| vote.said as usize);
            let most = counts.values().max().copied().unwrap_or_default();
            let mut first = counts.iter().filter(|(_, count)| **count == most).map(|(class, _)| *class);
            let class = first.next().filter(|_| first.next().is_none());
            sum.agreement.ties += usize::from(class.is_none());
            Some((of_row.first()?.row, class))
        });
        let rows = rows.collect();
        Some((rows, sum.finish()))
    }

    /// The result for a flag: the mean for each row.
    pub(crate) fn shares(&mut self, label: usize, name: &str) -> Option<(Vec<(u32, f32)>, Agreement)> {
        let (votes, repeated) = last(self.flags.remove(&label)?);
        let mut sum = Sum::new(name, repeated);
        let rows = votes.chunk_by(|a, b| a.row == b.row).filter_map(|of_row| {
            sum.unit(of_row, |vote| usize::from(vote.said >= 0.5));
            let total: f32 = of_row.iter().map(|vote| vote.said).sum();
            Some((of_row.first()?.row, total / of_row.len() as f32))
        });
        let rows = rows.collect();
        Some((rows, sum.finish()))
    }
}

fn hash(key: &impl Hash) -> u64 {
    FxBuildHasher.hash_one(key)
}

/// The votes by row, only the last of each annotator, and how many were superseded.
fn last<T: Copy>(mut votes: Vec<Vote<T>>) -> (Vec<Vote<T>>, usize) {
    let all = votes.len();
    votes.sort_by_key(|vote| (vote.row, vote.annotator));
    // The sort is stable: after reversing, the last of equals comes first and is kept.
    votes.reverse();
    votes.dedup_by_key(|vote| (vote.row, vote.annotator));
    votes.reverse();
    let repeated = all - votes.len();
    (votes, repeated)
}

/// Accumulates the agreement between annotators.
struct Sum {
    agreement: Agreement,
    alpha: Alpha,
    annotators: Vec<bool>,
}

impl Sum {
    fn new(label: &str, repeated: usize) -> Self {
        let agreement = Agreement {
            label: label.to_owned(),
            annotators: 0,
            comments: 0,
            annotations: 0,
            alpha: None,
            ties: 0,
            repeated,
        };
        Self { agreement, alpha: Alpha::default(), annotators: Vec::new() }
    }

    fn unit<T>(&mut self, votes: &[Vote<T>], class: impl Fn(&Vote<T>) -> usize) {
        for vote in votes {
            let annotator = vote.annotator as usize;
            self.annotators.resize(self.annotators.len().max(annotator + 1), false);
            self.annotators[annotator] = true;
        }
        if votes.len() > 1 {
            self.agreement.comments += 1;
            self.agreement.annotations += votes.len();
        }
        self.alpha.unit(votes.iter().map(class));
    }

    fn finish(self) -> Agreement {
        let annotators = self.annotators.iter().filter(|is| **is).count();
        Agreement { annotators, alpha: self.alpha.value(), ..self.agreement }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment<'a>(id: Option<&'a str>, text: &'a str) -> Comment<'a> {
        Comment { table: 0, thread: "t", parent: None, id, text, by_id_alone: false }
    }

    /// The rows given to comments with these ids, texts and annotators.
    fn rows(comments: &[(Option<&'static str>, &'static str, &'static str)]) -> Vec<u32> {
        let (mut votes, mut texts): (Votes, Vec<&str>) = (Votes::default(), Vec::new());
        let mut rows = Vec::new();
        for (id, text, annotator) in comments {
            let new = texts.len() as u32;
            let (row, _) = votes.row(comment(*id, text), annotator, new, |row| texts[row as usize]);
            if row == new {
                texts.push(text);
            }
            rows.push(row);
        }
        rows
    }

    #[test]
    fn rows_of_one_id_or_one_text_are_one_comment() {
        assert_eq!(rows(&[(Some("1"), "a", "x"), (Some("2"), "b", "x"), (Some("1"), "a", "y")]), [0, 1, 0]);
        assert_eq!(rows(&[(None, "a", "x"), (None, "b", "x"), (None, "a", "y")]), [0, 1, 0]);
        assert_eq!(rows(&[(Some("1"), "a", "x"), (Some("2"), "a", "y")]), [0, 0], "ids may be of rows");
        assert_eq!(rows(&[(Some("1"), "a", "x"), (Some("1"), "b", "y")]), [0, 1], "ids may be no ids");
    }

    #[test]
    fn one_annotator_is_not_asked_twice_of_one_comment() {
        let yes = |id: &'static str, who: &'static str| (Some(id), "Yes", who);
        assert_eq!(rows(&[yes("1", "x"), yes("2", "x"), yes("1", "y"), yes("2", "y")]), [0, 1, 0, 1]);
        assert_eq!(rows(&[(None, "Yes", "x"), (None, "Yes", "x"), (None, "Yes", "y")]), [0, 1, 0]);
    }

    #[test]
    fn rows_of_the_same_annotator_are_told_from_those_of_another() {
        let mut votes = Votes::default();
        for (annotator, new) in [("x", 0), ("x", 1), ("y", 1), ("x", 1)] {
            assert_eq!(votes.row(comment(Some("1"), "a"), annotator, new, |_| "a").0, 0);
        }
        assert_eq!((votes.joined, votes.repeated), (1, 2));
    }

    #[test]
    fn a_stance_is_what_most_said_and_a_flag_is_a_share() {
        let mut votes = Votes::default();
        for (row, annotator, class) in [(0, 0, 1), (1, 0, 0), (0, 1, 1), (0, 2, 0), (1, 1, 1), (2, 0, 0), (2, 0, 1)] {
            votes.class(4, row, annotator, class);
            votes.share(5, row, annotator, class as f32);
        }
        let (classes, agreement) = votes.classes(4, "stance").unwrap();
        assert_eq!(classes, [(0, Some(1)), (1, None), (2, Some(1))]);
        assert_eq!((agreement.annotators, agreement.comments, agreement.annotations), (3, 2, 5));
        assert_eq!((agreement.ties, agreement.repeated), (1, 1));
        let (shares, agreement) = votes.shares(5, "flag").unwrap();
        assert_eq!(shares, [(0, 2.0 / 3.0), (1, 0.5), (2, 1.0)]);
        assert_eq!(agreement.ties, 0);
        assert!(votes.shares(5, "flag").is_none());
    }
}

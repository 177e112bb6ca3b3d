//! Threads in memory: each comment with its parent, its article and the rest of its thread.

use rayon::prelude::*;

use crate::features::input::Input;
use crate::features::place::Place;
use crate::features::thread_rows::Voice;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::score::decided::{Decided, DecidedStance};
use crate::score::error::ScoreError;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::watch::{Event, Watch};
use crate::thread::comment::{Article, Comment, Thread};
use crate::thread::relations::Relations;
use crate::thread::stop::is_stopped;
use crate::thread::strict::take_out_flawed;
use crate::thread::threads::read_opened;

/// Fewer comments are not worth another thread.
const AT_LEAST: usize = 64;

impl Scorer {
    /// Scores every comment of a thread, with at most `reasons` reasons for each label. The verdicts are in the order
    /// of the comments.
    ///
    /// # Errors
    /// When the program is asked to stop.
    pub fn thread(&mut self, thread: &Thread, reasons: usize) -> Result<Vec<Verdict>, ScoreError> {
        verdicts(self, thread, None, None, reasons)
    }

    /// The same with decided stances of some comments: (id, label, class). The stances of the others are learnt from
    /// their texts, their authors and their parents, if at least three are decided for each side; otherwise stances are
    /// the model's. Nothing is kept after the thread. Flags do not change. Leave out the [authors](Comment::author) if
    /// they must not count.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use ombud::{Comment, Model, Outcome, Scorer, Site, Thread};
    ///
    /// let mut scorer = Scorer::new(Arc::new(Model::shipped()?), &Site::default())?;
    /// // Two camps, who answer each other.
    /// let comment = |at: usize| Comment {
    ///     id: format!("c{at}"),
    ///     parent_id: at.checked_sub(1).map(|parent| format!("c{parent}")),
    ///     author: Some(format!("{} {}", ["left", "right"][at % 2], at % 12)),
    ///     text: format!("Well, that is all that I have to say about number {at}."),
    ///     ..Comment::default()
    /// };
    /// let thread = Thread { comments: (0..60).map(comment).collect(), ..Thread::default() };
    /// let ids: Vec<String> = (0..24).map(|at| format!("c{at}")).collect();
    /// let class = |at: usize| ["against", "favor"][at % 2];
    /// let decided: Vec<_> = ids.iter().enumerate().map(|(at, id)| (id.as_str(), "stance", class(at))).collect();
    ///
    /// let verdicts = scorer.thread_with_decided(&thread, &decided, 3)?;
    /// let stance = verdicts[40].outcomes.iter().find(|outcome| matches!(outcome, Outcome::Stance { .. }));
    /// let Some(Outcome::Stance { p, .. }) = stance else { panic!("the model has no stance") };
    /// assert!(p[0] > p[1], "like the others of its camp it is against");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the model has no such stance or class, or the program is asked to stop.
    pub fn thread_with_decided(
        &mut self,
        thread: &Thread,
        decided: &[(&str, &str, &str)],
        reasons: usize,
    ) -> Result<Vec<Verdict>, ScoreError> {
        let labels = self.model().labels();
        let stance = |(id, label, class): &(&str, &str, &str)| {
            let known = labels.iter().find(|own| own.name == *label);
            if !known.is_some_and(|own| own.classes().iter().any(|own| own == class)) {
                return Err(ScoreError::NoClass { label: (*label).to_owned(), class: (*class).to_owned() });
            }
            let (id, label, class) = ((*id).to_owned(), (*label).to_owned(), (*class).to_owned());
            Ok(DecidedStance { thread_id: None, id, label, class })
        };
        let stances = decided.iter().map(stance).collect::<Result<Vec<_>, _>>()?;
        verdicts(self, thread, None, Some(&Decided::new(stances, true)), reasons)
    }
}

/// The threads of a file.
pub(crate) struct ThreadsOfFile {
    pub(crate) threads: Vec<Thread>,
    /// How many rows, or comments with a flaw, were refused.
    pub(crate) refused: usize,
}

impl Job {
    /// Reads the threads of a file into memory.
    pub(crate) fn read(&self, input: &mut InputFile, watch: &dyn Watch) -> Result<ThreadsOfFile, ScoreError> {
        let mut reading = read_opened(input.open()?, &self.columns, &self.scorer.model().metadata.columns)?;
        watch.event(Event::Read { file: &input.source.name(), reading: &reading, strict: self.strict });
        let mut refused = reading.refused.len();
        if self.strict && !reading.warnings.is_empty() {
            refused += take_out_flawed(&mut reading.threads, &reading.misquoted);
        }
        if let Some(article) = &self.article {
            reading.threads.iter_mut().for_each(|thread| thread.article.clone_from(article));
        }
        Ok(ThreadsOfFile { threads: reading.threads, refused })
    }

    /// Scores every comment of a thread.
    pub(crate) fn verdicts(&mut self, thread: &Thread) -> Result<Vec<Verdict>, ScoreError> {
        verdicts(&mut self.scorer, thread, self.article.as_ref(), self.decided.as_deref(), self.reasons)
    }
}

/// Scores every comment of a thread. A given article overrides the comments' and the thread's; otherwise the article of
/// a comment's own row overrides the thread's.
fn verdicts(
    scorer: &mut Scorer,
    thread: &Thread,
    article: Option<&Article>,
    decided: Option<&Decided>,
    reasons: usize,
) -> Result<Vec<Verdict>, ScoreError> {
    let (comments, is_thread) = (&thread.comments, !thread.unrelated);
    let relations = Relations::new(&comments.iter().map(Comment::node).collect::<Vec<_>>(), is_thread);
    let summary = is_thread.then(|| scorer.summarise(comments.iter().map(|comment| comment.text.as_str())));
    let over = article.unwrap_or(&thread.article);
    let verdict = |scorer: &mut Scorer, at: usize, comment: &Comment| {
        let place = Place {
            parent_text: relations.parent(at).and_then(|at| comments.get(at)).map(|parent| parent.text.as_str()),
            article_title: over.title.as_deref(),
            article_text: over.text.as_deref(),
            first: comments.first().filter(|_| is_thread).map(|first| first.text.as_str()),
            thread: summary.as_ref(),
            position: relations.position(at),
            depth: relations.depth(at),
        };
        (!is_stopped()).then(|| scorer.verdict(&place.of(alone(comment, article.is_none())), reasons))
    };
    let scored = comments.par_iter().enumerate().with_min_len(AT_LEAST);
    let verdicts = scored.map_init(|| scorer.clone(), |scorer, (at, comment)| verdict(scorer, at, comment));
    let mut verdicts = verdicts.collect::<Option<Vec<_>>>().ok_or(ScoreError::Interrupted)?;
    if let Some(decided) = decided {
        let voices = comments.iter().enumerate().map(|(at, comment)| {
            let (author, parent) = (comment.author.as_deref(), relations.parent(at));
            (comment.id.as_str(), Voice { text: &comment.text, author, parent })
        });
        let voices: Vec<(&str, Voice<'_>)> = voices.collect();
        let stances = decided.learn(
            (&scorer.model().labels(), scorer.model().featurizer.options.language),
            thread.id.as_deref(),
            &voices,
            |at, verdict| verdict.clone_from(&verdicts[at]),
        );
        verdicts.iter_mut().enumerate().for_each(|(at, verdict)| stances.apply(at, reasons, verdict));
    }
    Ok(verdicts)
}

/// A comment with the context of its own row, if it has one.
fn alone(comment: &Comment, with_article: bool) -> Input<'_> {
    let beside = &comment.beside;
    Input {
        target: beside.target.as_deref(),
        parent_text: beside.parent_text.as_deref(),
        article_title: beside.article_title.as_deref().filter(|_| with_article),
        article_text: beside.article_text.as_deref().filter(|_| with_article),
        context: beside.context.as_deref(),
        ..Input::of(&comment.text)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::model::Model;
    use crate::model::site::Site;
    use crate::thread::comment::Beside;

    fn comment(id: &str, parent_id: Option<&str>, text: &str) -> Comment {
        Comment {
            id: id.to_owned(),
            parent_id: parent_id.map(str::to_owned),
            text: text.to_owned(),
            ..Comment::default()
        }
    }

    #[test]
    fn a_comment_is_read_in_its_thread_and_an_article_that_is_given_wins() {
        let model = Arc::new(Model::shipped().unwrap());
        assert!(model.reads_context(), "else this tests nothing");
        let mut scorer = Scorer::new(model, &Site::default()).unwrap();
        let text = "They should have asked those who use the library.";
        let mut comments = vec![comment("a", None, "Close the library!"), comment("b", Some("a"), text)];
        let thread = Thread { comments: comments.clone(), ..Thread::default() };
        let verdicts = scorer.thread(&thread, 3).unwrap();
        assert_eq!(verdicts.len(), 2);
        assert_ne!(verdicts[1], scorer.verdict(&Input::of(text), 3), "what it answers is read");
        let title = |title: &str| Article { title: Some(title.to_owned()), ..Article::default() };
        comments.iter_mut().for_each(|comment| {
            comment.beside = Beside { article_title: Some("Of the row".to_owned()), ..Beside::default() };
        });
        let of_rows = Thread { article: title("Of the thread"), comments, ..Thread::default() };
        let under = |name: &str| Thread { article: title(name), ..thread.clone() };
        assert_eq!(scorer.thread(&of_rows, 3).unwrap(), scorer.thread(&under("Of the row"), 3).unwrap());
        let given = title("Given");
        let by_given = verdicts_of(&mut scorer, &of_rows, &given);
        assert_eq!(by_given, scorer.thread(&under("Given"), 3).unwrap());
    }

    #[test]
    fn articles_that_come_by_turns_change_nothing() {
        let model = Arc::new(Model::shipped().unwrap());
        let scorer = || Scorer::new(Arc::clone(&model), &Site::default()).unwrap();
        let article = |number: usize| match number {
            // Too long to be kept.
            3 => format!("Story {number}: the harbour library stays open. ").repeat(2000),
            _ => format!("Story {number}: the council closes library {number} and builds a road of {number} miles."),
        };
        let articles: Vec<String> = (0..12).map(article).collect();
        let text = "Nobody needs a road there, and the library was always full.";
        let input = |at: usize| Input { article_text: Some(&articles[at]), ..Input::of(text) };
        let expected: Vec<Verdict> = (0..12).map(|at| scorer().verdict(&input(at), 0)).collect();
        let mut by_turns = scorer();
        for at in [0, 1, 0, 1, 2, 3, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 11, 3, 3, 10] {
            assert_eq!(by_turns.verdict(&input(at), 0), expected[at], "article {at}");
        }
        assert!(expected.windows(2).any(|two| two[0] != two[1]), "else this tests nothing");
    }

    fn verdicts_of(scorer: &mut Scorer, thread: &Thread, article: &Article) -> Vec<Verdict> {
        super::verdicts(scorer, thread, Some(article), None, 3).unwrap()
    }
}

//! Comments to verdicts: small ones at once, large ones apart, so that nobody waits for them.
//!
//! A comment with its context is scored as the row of a table is that has the same in its columns; a thread as a thread. So
//! scores are those of `ombud score`, to the last bit.

use std::borrow::Cow;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::features::input::Input;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::serve::loaded::Loaded;
use crate::serve::refusal::Refusal;
use crate::thread::comment::Thread;

/// A comment and what is known beside it: the columns of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct InContext<'a> {
    pub(crate) text: Cow<'a, str>,
    /// What its stance is towards, where that is not the article's title.
    pub(crate) target: Option<Cow<'a, str>>,
    /// The comment that it answers.
    pub(crate) parent_text: Option<Cow<'a, str>>,
    pub(crate) article_title: Option<Cow<'a, str>>,
    pub(crate) article_text: Option<Cow<'a, str>>,
    /// Anything else that a reader of the comment would know.
    pub(crate) context: Option<Cow<'a, str>>,
}

/// So many bytes are read in a few milliseconds at most; more are not for a thread on which others wait.
const SMALL: usize = 16 << 10;

impl<'a> InContext<'a> {
    /// A comment of which nothing but the text is known.
    pub(crate) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// As the model reads it.
    pub(crate) fn input(&self) -> Input<'_> {
        Input {
            target: self.target.as_deref(),
            parent_text: self.parent_text.as_deref(),
            article_title: self.article_title.as_deref(),
            article_text: self.article_text.as_deref(),
            context: self.context.as_deref(),
            ..Input::of(&self.text)
        }
    }

    /// The bytes that are read for it.
    pub(crate) fn len(&self) -> usize {
        let Self { text, target, parent_text, article_title, article_text, context } = self;
        let beside = [target, parent_text, article_title, article_text, context].into_iter().flatten();
        text.len() + beside.map(|text| text.len()).sum::<usize>()
    }

    pub(crate) fn into_owned(self) -> InContext<'static> {
        let own = |text: Option<Cow<'a, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        InContext {
            text: Cow::Owned(self.text.into_owned()),
            target: own(self.target),
            parent_text: own(self.parent_text),
            article_title: own(self.article_title),
            article_text: own(self.article_text),
            context: own(self.context),
        }
    }
}

/// Scores comments. Large work is bounded: it waits for its turn.
#[derive(Debug)]
pub(crate) struct Scoring {
    large: Arc<Semaphore>,
}

impl Scoring {
    /// So many large ones at once.
    pub(crate) fn new(large: usize) -> Self {
        Self { large: Arc::new(Semaphore::new(large.max(1))) }
    }

    /// The verdict on a comment, with up to so many reasons for each raised flag and each stance.
    pub(crate) async fn score(
        &self,
        loaded: &Arc<Loaded>,
        comment: &InContext<'_>,
        reasons: usize,
    ) -> Result<Verdict, Refusal> {
        if comment.len() <= SMALL {
            return Ok(verdict(loaded, comment, reasons));
        }
        let comment = comment.clone().into_owned();
        self.apart(loaded, move |loaded| verdict(loaded, &comment, reasons)).await
    }

    /// The verdicts on several comments that have nothing to do with each other, in their order.
    pub(crate) async fn score_all(
        &self,
        loaded: &Arc<Loaded>,
        comments: Vec<InContext<'static>>,
        reasons: usize,
    ) -> Result<Vec<Verdict>, Refusal> {
        let all = move |loaded: &Loaded| comments.iter().map(|comment| verdict(loaded, comment, reasons)).collect();
        self.apart(loaded, all).await
    }

    /// The verdicts on the comments of a thread, in their order: each is read with its parent, its article and the rest.
    pub(crate) async fn score_thread(
        &self,
        loaded: &Arc<Loaded>,
        thread: Thread,
        reasons: usize,
    ) -> Result<(Thread, Vec<Verdict>), Refusal> {
        let scored = self.apart(loaded, move |loaded| {
            let verdicts = loaded.with_scorer(true, |scorer| scorer.thread(&thread, reasons));
            (thread, verdicts)
        });
        let (thread, verdicts) = scored.await?;
        // It is broken off only where the whole program ends.
        let verdicts = verdicts.map_err(|_| Refusal::Stopping)?;
        verdicts.iter().for_each(|verdict| loaded.meters.count(verdict));
        Ok((thread, verdicts))
    }

    /// Works on a thread on which no request waits.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        loaded: &Arc<Loaded>,
        work: impl FnOnce(&Loaded) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let permit = Arc::clone(&self.large).acquire_owned().await.map_err(|_| Refusal::Stopping)?;
        let loaded = Arc::clone(loaded);
        let working = spawn_blocking(move || {
            // It is held for as long as there is work, also where nobody waits any more.
            let _permit = permit;
            work(&loaded)
        });
        working.await.map_err(|error| if error.is_cancelled() { Refusal::Stopping } else { Refusal::Broken })
    }
}

/// The verdict on a comment, counted. It is made at once: not for large ones on a thread on which others wait.
pub(crate) fn verdict(loaded: &Loaded, comment: &InContext<'_>, reasons: usize) -> Verdict {
    let long = comment.len() > SMALL;
    let verdict = loaded.with_scorer(long, |scorer: &mut Scorer| scorer.verdict(&comment.input(), reasons));
    loaded.meters.count(&verdict);
    verdict
}

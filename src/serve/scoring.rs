//! From comments to verdicts: small ones at once, large ones separately, so that nobody waits for them.
//!
//! A comment with its context is scored like a table row with the same columns; a thread like a thread. So scores equal
//! those of `ombud score`, to the last bit.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::features::input::Input;
use crate::model::narrowed::Narrowed;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::serve::loaded::Loaded;
use crate::serve::refusal::Refusal;

/// A comment and its context: the columns of a row.
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

/// This many bytes are read in a few milliseconds at most; more must not run on a thread on which others wait.
const SMALL: usize = 16 << 10;

impl<'a> InContext<'a> {
    /// A comment without context.
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

/// Where large work waits for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// One comment, for which somebody waits: Coral for 200 ms.
    Interactive,
    /// Of many comments.
    Bulk,
    /// Many comments, or work that nobody waits for: it is slowed down and never refused.
    Background,
}

/// Whoever waits longer than this for a turn is asked to try again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Scores comments. Large work is limited: it waits for its turn. Bulk work never takes the places of other work.
#[derive(Debug)]
pub(crate) struct Scoring {
    interactive: Arc<Semaphore>,
    bulk: Arc<Semaphore>,
}

impl Scoring {
    /// For a server with this many threads.
    pub(crate) fn new(threads: usize) -> Self {
        let places = |n: usize| Arc::new(Semaphore::new(n.max(1)));
        Self { interactive: places(threads), bulk: places(threads.saturating_sub(1)) }
    }

    /// The verdict on a comment, with up to `reasons` reasons for each raised flag and each stance.
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
        self.apart(loaded, Place::Interactive, move |loaded| verdict(loaded, &comment, reasons)).await
    }

    /// Works on a thread on which no request waits, once there is room at its place.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        loaded: &Arc<Loaded>,
        place: Place,
        work: impl FnOnce(&Loaded) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = |places: &Arc<Semaphore>| Arc::clone(places).acquire_owned();
        let permit = match place {
            Place::Interactive => timeout(PATIENCE, turn(&self.interactive)).await.map_err(|_| Refusal::Overloaded)?,
            Place::Bulk => timeout(PATIENCE, turn(&self.bulk)).await.map_err(|_| Refusal::Overloaded)?,
            Place::Background => turn(&self.bulk).await,
        };
        let permit = permit.map_err(|_| Refusal::Stopping)?;
        let loaded = Arc::clone(loaded);
        let working = spawn_blocking(move || {
            // It is held as long as there is work, even if nobody waits any more.
            let _permit = permit;
            work(&loaded)
        });
        working.await.map_err(|error| if error.is_cancelled() { Refusal::Stopping } else { Refusal::Broken })
    }
}

/// The verdict on a comment, counted. It runs at once: not for large ones on a thread on which others wait.
pub(crate) fn verdict(loaded: &Loaded, comment: &InContext<'_>, reasons: usize) -> Verdict {
    let long = comment.len() > SMALL;
    let verdict = loaded.scorers.with(long, |scorer: &mut Scorer| scorer.verdict(&comment.input(), reasons));
    loaded.meters.count(&verdict);
    verdict
}

/// The outcomes of some labels only, by their numbers, which must increase; without reasons. That takes less time.
pub(crate) fn verdict_on(loaded: &Loaded, labels: &[usize], comment: &InContext<'_>) -> Verdict {
    let long = comment.len() > SMALL;
    let score = |scorer: &mut Scorer, labels: &Narrowed| scorer.verdict_on(&comment.input(), labels);
    let verdict = loaded.scorers.with_labels(labels, long, score);
    loaded.meters.count_of(labels, &verdict);
    verdict
}

//! A comment that comes with a decision on it, into the review queue.

use std::sync::Arc;

use crate::model::model::Model;
use crate::model::verdict::Verdict;
use crate::queue::error::ReviewError;
use crate::queue::fill::{REASONS, scores};
use crate::queue::scored::{About, Beside, ModelRef, Scored};
use crate::queue::store::Store;
use crate::report::jsonl::Reasons;
use crate::serve::api::comment::{CommentIn, given, plain};
use crate::serve::loaded::Loaded;
use crate::serve::scoring::verdict;

/// A comment that may have to be added, with its verdict.
pub(crate) struct Arrival {
    id: String,
    thread_id: Option<String>,
    parent_id: Option<String>,
    author: Option<String>,
    created_at: Option<String>,
    text: String,
    article: [Option<String>; 4],
    beside: [Option<String>; 3],
    model: Arc<Model>,
    verdict: Verdict,
}

impl Arrival {
    /// Scores a comment with this id in this thread.
    pub(crate) fn of(loaded: &Loaded, id: &str, thread_id: Option<&str>, comment: &CommentIn<'_>) -> Self {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let named = |value: &Option<_>| plain(value.as_ref()).map(std::borrow::Cow::into_owned);
        let scored = comment.in_context(None);
        let article = comment.article.as_ref();
        Self {
            id: id.to_owned(),
            thread_id: own(thread_id),
            parent_id: named(&comment.parent_id),
            author: named(&comment.author),
            created_at: named(&comment.created_at),
            text: comment.text.clone().into_owned(),
            article: [
                article.map_or_else(|| named(&comment.article_id), |article| named(&article.id)),
                own(scored.article_title.as_deref()),
                own(scored.article_text.as_deref()),
                article.and_then(|article| own(given(article.url.as_ref()))),
            ],
            beside: [&scored.target, &scored.parent_text, &scored.context].map(|text| own(text.as_deref())),
            model: Arc::clone(&loaded.model),
            verdict: verdict(loaded, &scored, REASONS),
        }
    }

    /// Takes it in where the queue does not have it, or has another text of it.
    pub(crate) fn take_in(&self, store: &mut Store, now: i64) -> Result<(), ReviewError> {
        let found = store.find(self.thread_id.as_deref(), &self.id)?;
        let thread_id = match &found {
            Some((comment, thread)) => {
                if store.comment_view(*comment, "")?.text == self.text {
                    return Ok(());
                }
                Some(thread.as_str()).filter(|thread| !thread.is_empty())
            }
            None => self.thread_id.as_deref(),
        };
        let labels = self.model.labels();
        let reasons = Reasons { labels: &labels, list: &self.verdict.reasons, text: &self.text };
        let reasons = serde_json::to_string(&reasons)?;
        let [article_id, title, text, url] = self.article.each_ref().map(Option::as_deref);
        let [target, parent_text, context] = self.beside.each_ref().map(Option::as_deref);
        let scored = Scored {
            id: &self.id,
            thread_id,
            parent_id: self.parent_id.as_deref(),
            author: self.author.as_deref(),
            created_at: self.created_at.as_deref(),
            text: &self.text,
            article: About { id: article_id, title, text, url },
            beside: Beside { target, parent_text, context },
            model: ModelRef { name: &self.model.metadata.name, hash: &self.model.metadata.hash },
            labels: &scores(&labels, &self.verdict),
            reasons: &reasons,
        };
        store.import(&[scored], now)?;
        Ok(())
    }
}

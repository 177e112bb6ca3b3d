//! Flagged comments of Coral, for the review queue. They come by webhooks, which name them: a moderation phase does not
//! get the id of a comment, and without one no later decision would find it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::queue::fill::{REASONS, take_in};
use crate::serve::coral::body;
use crate::serve::coral::graphql::CoralComment;
use crate::serve::live::told;
use crate::serve::loaded::Loaded;
use crate::serve::scoring::{InContext, Place, verdict};
use crate::serve::state::App;
use crate::thread::comment::{Article, Beside, Comment, Thread};

/// Adds a comment to the queue if a flag is raised or left to a person. Its thread is the story's address, as when
/// Coral sends decisions through Perspective's API.
pub(crate) async fn queue(app: &App, loaded: &Arc<Loaded>, comment: CoralComment) {
    let CoralComment { id, text, author, created_at, parent, story } = comment;
    // What was read from its page is known there.
    let story = story.map(|story| {
        let known = app.coral.known.story(&story.id, story.url.as_deref(), std::time::Instant::now());
        known.found.map_or(story, Arc::unwrap_or_clone)
    });
    let story = story.unwrap_or_default();
    let (parent_id, parent_text) = parent.map_or((None, None), |(id, text)| (Some(id), text));
    let in_context = InContext {
        parent_text: parent_text.as_deref().map(Cow::Borrowed),
        article_title: story.title.as_deref().map(Cow::Borrowed),
        article_text: story.text.as_deref().map(Cow::Borrowed),
        // As the phase judges it.
        ..InContext::of(body::judged(&text))
    };
    let in_context = in_context.into_owned();
    let scored = move |loaded: &Loaded| verdict(loaded, &in_context, REASONS);
    let verdict = match app.scoring.apart(loaded, Place::Background, scored).await {
        Ok(verdict) if verdict.flagged() || verdict.flag_unsure() => verdict,
        Ok(_) => return,
        Err(refusal) => {
            tracing::warn!(error = refusal.to_string(), "a comment of Coral was not scored for the review queue");
            return;
        }
    };
    let thread = Thread {
        id: Some(story.url.clone().unwrap_or_else(|| story.id.clone())),
        article: Article { id: story.url.clone(), title: story.title, text: story.text, url: story.url },
        comments: vec![Comment {
            id,
            parent_id,
            author,
            created_at,
            text,
            beside: Beside { parent_text, ..Beside::default() },
        }],
        // It is read as a row with its context, not as the only comment of its thread.
        unrelated: true,
    };
    let by = Arc::clone(loaded);
    let written = app.writer.write(move |store| take_in(store, &by.model, &by.labels, thread, verdict));
    if let Err(error) = written.await {
        tracing::error!(error = told(&error), "a comment of Coral is not in the review queue");
    }
}

//! Requests to Coral in the background: nobody waits for them, and the next comment has the answers.

use std::sync::Arc;
use std::time::Instant;

use crate::serve::coral::graphql::{CoralComment, GraphQl, GraphQlError};
use crate::serve::coral::known::Story;
use crate::serve::coral::review;
use crate::serve::live::told;
use crate::serve::loaded::Loaded;
use crate::serve::scoring::Place;
use crate::serve::state::App;
use crate::thread::page_html;

/// What to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Story(String),
    /// A comment that others may answer.
    Comment(String),
    /// A comment that a moderator may have to see.
    Reviewed(String),
}

/// Asks for it, if there is whom to ask, and room.
pub(crate) fn later(app: &App, loaded: &Arc<Loaded>, wanted: Wanted) {
    if loaded.settings.coral.graphql.is_none() {
        return;
    }
    let Some(place) = app.coral.place() else {
        if app.coral.complains() {
            tracing::warn!(
                "too many requests to Coral are waiting; some comments will be scored without their context"
            );
        }
        return;
    };
    let (app, loaded) = (Arc::clone(app), Arc::clone(loaded));
    tokio::spawn(async move {
        let _place = place;
        let Some(_turn) = app.coral.turn().await else { return };
        if let Err(error) = ask(&app, &loaded, wanted).await
            && app.coral.complains()
        {
            tracing::warn!(error = told(&error), "Coral did not send the context of a comment");
        }
    });
}

async fn ask(app: &App, loaded: &Arc<Loaded>, wanted: Wanted) -> Result<(), GraphQlError> {
    let coral = &loaded.settings.coral;
    let Some(url) = &coral.graphql else { return Ok(()) };
    let graphql = GraphQl { client: &app.coral.client, url: url.as_str(), token: loaded.coral_token.as_ref() };
    match wanted {
        Wanted::Story(id) => {
            if let Some(story) = graphql.story(&id).await? {
                keep_story(app, loaded, story).await;
            }
        }
        Wanted::Comment(id) => {
            if let Some(comment) = graphql.comment(&id).await? {
                keep_comment(app, loaded, &comment).await;
            }
        }
        Wanted::Reviewed(id) => {
            if let Some(comment) = graphql.comment(&id).await? {
                keep_comment(app, loaded, &comment).await;
                review::queue(app, loaded, comment).await;
            }
        }
    }
    Ok(())
}

async fn keep_comment(app: &App, loaded: &Arc<Loaded>, comment: &CoralComment) {
    let now = Instant::now();
    app.coral.known.keep_comment(&comment.id, comment.text.clone(), now);
    if let Some((id, Some(text))) = &comment.parent {
        app.coral.known.keep_comment(id, text.clone(), now);
    }
    // It came along, but need not be read again where it is known.
    if let Some(story) = &comment.story
        && app.coral.known.story(&story.id, story.url.as_deref(), now).ask
    {
        keep_story(app, loaded, story.clone()).await;
    }
}

/// Keeps a story, and reads its page where the site wants that.
async fn keep_story(app: &App, loaded: &Arc<Loaded>, story: Story) {
    let known = &app.coral.known;
    let Some(url) = story.url.clone().filter(|_| loaded.settings.coral.read_articles) else {
        return known.keep_story(story, Instant::now());
    };
    // The previous content serves until the page arrives, or if it does not.
    let before = known.story(&story.id, None, Instant::now()).found.and_then(|before| before.text.clone());
    let story = Story { text: before.or(story.text), ..story };
    known.keep_story(story.clone(), Instant::now());
    let page = match app.coral.client.page(&url).await {
        Ok(page) => page,
        Err(error) => {
            if app.coral.complains() {
                tracing::warn!(url, error = told(&error), "the page of a story was not read");
            }
            return;
        }
    };
    let parse = move |_: &Loaded| page_html::parse(&page).map(|thread| thread.article);
    let article = app.scoring.apart(loaded, Place::Background, parse).await;
    let Ok(Ok(article)) = article else {
        tracing::warn!(url, "the page of a story cannot be read as an article");
        return;
    };
    let read = Story { title: story.title.or(article.title), text: article.text.or(story.text), ..story };
    known.keep_story(read, Instant::now());
}

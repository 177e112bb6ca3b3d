//! A comment as a request has it.

use std::borrow::Cow;

use memchr::memchr;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::serve::api::bounds::TEXT_BYTES;
use crate::serve::api::fault::Fault;
use crate::serve::object::object;
use crate::serve::scoring::InContext;

/// A plain value: sources number their comments, or name them.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "an id, a name or a time must be a string or a whole number")]
pub(crate) enum Plain<'a> {
    #[schema(value_type = String)]
    Text(#[serde(borrow)] Cow<'a, str>),
    Number(i64),
}

/// A text that is not copied if its JSON contains no escapes.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The article of comments.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Article)]
pub(crate) struct ArticleIn<'a> {
    /// The source's own key.
    #[serde(borrow)]
    #[schema(value_type = Option<Plain>)]
    pub(crate) id: Option<Plain<'a>>,
    /// The headline; a stance is towards it unless there is a `target`.
    #[schema(value_type = Option<String>)]
    pub(crate) title: Option<Text<'a>>,
    /// The body, paragraphs separated by a blank line.
    #[schema(value_type = Option<String>)]
    pub(crate) text: Option<Text<'a>>,
    /// Where it was published.
    #[schema(value_type = Option<String>)]
    pub(crate) url: Option<Text<'a>>,
}

/// A comment with its context. The keys are the columns of tables; `article` replaces the three that begin with
/// `article_`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Comment, example = json!({"id": "c7", "text": "They should keep it open.", "parent_text": "Close it!", "article": {"title": "Council votes to close the library"}}))]
pub(crate) struct CommentIn<'a> {
    /// What it says.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) text: Cow<'a, str>,
    /// Without one it is numbered by its place.
    #[schema(value_type = Option<Plain>)]
    pub(crate) id: Option<Plain<'a>>,
    /// The thread that it is in; repeated in the verdict.
    #[schema(value_type = Option<Plain>)]
    pub(crate) thread_id: Option<Plain<'a>>,
    /// The comment that it answers; repeated in the verdict. What that one says is `parent_text`.
    #[schema(value_type = Option<Plain>)]
    pub(crate) parent_id: Option<Plain<'a>>,
    /// The text of the comment that it answers.
    #[schema(value_type = Option<String>)]
    pub(crate) parent_text: Option<Text<'a>>,
    /// What its stance is towards, where that is not the article's title.
    #[schema(value_type = Option<String>)]
    pub(crate) target: Option<Text<'a>>,
    /// Anything else that a reader of the comment would know.
    #[schema(value_type = Option<String>)]
    pub(crate) context: Option<Text<'a>>,
    /// Its article.
    #[serde(default, deserialize_with = "object")]
    #[schema(value_type = Option<ArticleIn>)]
    pub(crate) article: Option<ArticleIn<'a>>,
    /// The same as `article.id`.
    #[schema(value_type = Option<Plain>)]
    pub(crate) article_id: Option<Plain<'a>>,
    /// The same as `article.title`.
    #[schema(value_type = Option<String>)]
    pub(crate) article_title: Option<Text<'a>>,
    /// The same as `article.text`.
    #[schema(value_type = Option<String>)]
    pub(crate) article_text: Option<Text<'a>>,
    /// Its author. No score depends on it.
    #[schema(value_type = Option<Plain>)]
    pub(crate) author: Option<Plain<'a>>,
    /// When it was written, as the source says it. No score depends on it.
    #[schema(value_type = Option<Plain>)]
    pub(crate) created_at: Option<Plain<'a>>,
    /// The language that it is written in. Ignored.
    #[schema(value_type = Option<String>)]
    #[expect(dead_code, reason = "tables have such a column")]
    pub(crate) language: Option<Text<'a>>,
}

impl Plain<'_> {
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// A plain value, where there is one that is not empty.
pub(crate) fn plain<'a>(value: Option<&'a Plain<'_>>) -> Option<Cow<'a, str>> {
    value.map(Plain::text).filter(|text| !text.is_empty())
}

/// A text, where there is one that is not empty.
pub(crate) fn given<'a>(text: Option<&'a Text<'_>>) -> Option<&'a str> {
    text.map(|Text(text)| &**text).filter(|text| !text.is_empty())
}

impl<'a> CommentIn<'a> {
    /// What is wrong with it beyond its form; `at` is its position, with a dot at its end.
    pub(crate) fn check(&self, at: impl Fn() -> String) -> Result<(), Fault> {
        let Self { text, article, article_id, article_title, article_text, .. } = self;
        check_text(text, || at() + "text")?;
        let beside = [
            ("parent_text", &self.parent_text),
            ("target", &self.target),
            ("context", &self.context),
            ("article_title", article_title),
            ("article_text", article_text),
        ];
        for (name, value) in beside {
            check_nul(given(value.as_ref()), || at() + name)?;
        }
        let ids = [
            ("id", &self.id),
            ("thread_id", &self.thread_id),
            ("parent_id", &self.parent_id),
            ("article_id", article_id),
            ("author", &self.author),
            ("created_at", &self.created_at),
        ];
        for (name, value) in ids {
            check_nul(plain(value.as_ref()).as_deref(), || at() + name)?;
        }
        if let Some(article) = article {
            let columns = [article_id.is_some(), article_title.is_some(), article_text.is_some()];
            if let Some(twice) = columns.iter().position(|given| *given) {
                return Err(Fault::ArticleTwice {
                    field: at() + ["article_id", "article_title", "article_text"][twice],
                });
            }
            article.check(|| at() + "article.")?;
        }
        Ok(())
    }

    /// Its article or, if it has none, the common one.
    fn article<'s>(&'s self, of_all: Option<&'s ArticleIn<'a>>) -> [Option<&'s str>; 2] {
        match self.article.as_ref() {
            Some(own) => own.read(),
            None if self.article_title.is_some() || self.article_text.is_some() => {
                [given(self.article_title.as_ref()), given(self.article_text.as_ref())]
            }
            None => of_all.map_or([None, None], ArticleIn::read),
        }
    }

    /// As it is scored.
    pub(crate) fn in_context<'s>(&'s self, of_all: Option<&'s ArticleIn<'a>>) -> InContext<'s> {
        let cow = |text: Option<&'s str>| text.map(Cow::Borrowed);
        let [title, text] = self.article(of_all);
        InContext {
            target: cow(given(self.target.as_ref())),
            parent_text: cow(given(self.parent_text.as_ref())),
            article_title: cow(title),
            article_text: cow(text),
            context: cow(given(self.context.as_ref())),
            ..InContext::of(&*self.text)
        }
    }
}

impl ArticleIn<'_> {
    pub(crate) fn check(&self, at: impl Fn() -> String) -> Result<(), Fault> {
        for (name, value) in [("title", &self.title), ("text", &self.text), ("url", &self.url)] {
            check_nul(given(value.as_ref()), || at() + name)?;
        }
        check_nul(plain(self.id.as_ref()).as_deref(), || at() + "id")
    }

    /// What a model reads from it: title and text.
    fn read(&self) -> [Option<&str>; 2] {
        [given(self.title.as_ref()), given(self.text.as_ref())]
    }
}

/// The text of a comment must not be longer than the limit.
pub(crate) fn check_text(text: &str, field: impl Fn() -> String) -> Result<(), Fault> {
    if text.len() > TEXT_BYTES {
        return Err(Fault::TooLong { field: field(), found: text.len(), most: TEXT_BYTES });
    }
    check_nul(Some(text), field)
}

/// No table can hold a NUL.
pub(crate) fn check_nul(text: Option<&str>, field: impl Fn() -> String) -> Result<(), Fault> {
    match text {
        Some(text) if memchr(0, text.as_bytes()).is_some() => Err(Fault::Nul { field: field() }),
        Some(_) | None => Ok(()),
    }
}

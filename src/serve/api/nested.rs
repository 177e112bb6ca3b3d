//! A thread as a request has it: nested JSON, as files have it.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::serve::api::bounds::{DEPTH, MOST_COMMENTS};
use crate::serve::api::comment::{ArticleIn, Plain, Text, check_nul, check_text, given, plain};
use crate::serve::api::fault::Fault;
use crate::serve::object::{list, object};
use crate::thread::comment::{Article, Beside, Comment, Thread};
use crate::thread::json::node::name_comments;

/// An article and its comments, which are read together: each with its parent, the first one and the rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Thread, example = json!({"article": {"title": "Council votes to close the library"}, "comments": [{"text": "Close it!", "replies": [{"text": "They should keep it open."}]}]}))]
pub(crate) struct ThreadIn<'a> {
    /// The article of the comments.
    #[serde(borrow, default, deserialize_with = "object")]
    #[schema(value_type = Option<ArticleIn>)]
    article: Option<ArticleIn<'a>>,
    /// The source's key of the thread.
    #[schema(value_type = Option<Plain>)]
    thread_id: Option<Plain<'a>>,
    /// In the order of the page; up to 10,000 of them, replies counted.
    #[serde(deserialize_with = "list")]
    #[schema(value_type = Vec<CommentOfThread>)]
    comments: Vec<CommentOfThread<'a>>,
}

/// A comment of a thread, with its replies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentOfThread<'a> {
    /// Its text; none if it was deleted and has replies.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    text: Option<Text<'a>>,
    /// Without one it is called `c1`, `c2`, … by its place.
    #[schema(value_type = Option<Plain>)]
    id: Option<Plain<'a>>,
    /// The comment that it answers, if it is not among that comment's replies.
    #[schema(value_type = Option<Plain>)]
    parent_id: Option<Plain<'a>>,
    /// Who wrote it.
    #[schema(value_type = Option<Plain>)]
    author: Option<Plain<'a>>,
    /// When it was written, as the source says it.
    #[schema(value_type = Option<Plain>)]
    created_at: Option<Plain<'a>>,
    /// The text of the comment that it answers, if that is not in the thread.
    #[schema(value_type = Option<String>)]
    parent_text: Option<Text<'a>>,
    /// What its stance is towards, where that is not the article's title.
    #[schema(value_type = Option<String>)]
    target: Option<Text<'a>>,
    /// Anything else that a reader of the comment would know.
    #[schema(value_type = Option<String>)]
    context: Option<Text<'a>>,
    /// Ignored.
    #[schema(value_type = Option<String>)]
    #[expect(dead_code, reason = "tables have such a column")]
    language: Option<Text<'a>>,
    /// What answers it; up to 50 below each other.
    #[serde(default, deserialize_with = "list")]
    #[schema(value_type = Vec<CommentOfThread>, no_recursion)]
    replies: Vec<Self>,
}

impl ThreadIn<'_> {
    /// How many comments it has.
    pub(crate) fn count(&self) -> usize {
        count(&self.comments)
    }

    /// As it is scored.
    pub(crate) fn thread(&self) -> Result<Thread, Fault> {
        let found = self.count();
        if found > MOST_COMMENTS {
            return Err(Fault::TooMany { field: "comments", found, most: MOST_COMMENTS });
        }
        check_nul(plain(self.thread_id.as_ref()).as_deref(), || "thread_id".to_owned())?;
        let article = self.article.as_ref();
        article.map_or(Ok(()), |article| article.check(|| "article.".to_owned()))?;
        let mut flat = Flat::default();
        flat.add(&self.comments, None)?;
        let Flat { mut comments, parents, .. } = flat;
        name_comments(&mut comments);
        for (at, parent) in parents.into_iter().enumerate() {
            let id = parent.and_then(|parent| comments.get(parent)).map(|parent| parent.id.clone());
            if let (Some(id), Some(comment)) = (id, comments.get_mut(at)) {
                comment.parent_id = Some(id);
            }
        }
        let own = |value: Option<&Plain<'_>>| plain(value).map(std::borrow::Cow::into_owned);
        let article = article.map_or_else(Article::default, |article| Article {
            id: own(article.id.as_ref()),
            title: given(article.title.as_ref()).map(str::to_owned),
            text: given(article.text.as_ref()).map(str::to_owned),
            url: given(article.url.as_ref()).map(str::to_owned),
        });
        Ok(Thread { id: own(self.thread_id.as_ref()), article, comments, unrelated: false })
    }
}

fn count(comments: &[CommentOfThread<'_>]) -> usize {
    comments.iter().map(|comment| 1 + count(&comment.replies)).sum()
}

/// Comments in the order of the page.
#[derive(Default)]
struct Flat {
    comments: Vec<Comment>,
    /// The comment whose replies contain it.
    parents: Vec<Option<usize>>,
    /// The position of the current comment: among its siblings, and the same for each comment above it.
    path: Vec<usize>,
}

impl Flat {
    fn add(&mut self, comments: &[CommentOfThread<'_>], parent: Option<usize>) -> Result<(), Fault> {
        if self.path.len() > DEPTH && !comments.is_empty() {
            return Err(Fault::TooDeep { most: DEPTH });
        }
        for (place, comment) in comments.iter().enumerate() {
            self.path.push(place);
            let made = self.comment(comment)?;
            let at = self.comments.len();
            self.comments.push(made);
            self.parents.push(parent);
            self.add(&comment.replies, Some(at))?;
            self.path.pop();
        }
        Ok(())
    }

    fn comment(&self, comment: &CommentOfThread<'_>) -> Result<Comment, Fault> {
        let text = given(comment.text.as_ref());
        let id = plain(comment.id.as_ref());
        if comment.text.is_none() && id.is_none() && comment.replies.is_empty() {
            return Err(Fault::NoComment { field: self.field("") });
        }
        text.map_or(Ok(()), |text| check_text(text, || self.field("text")))?;
        let plainly = |name: &str, value: &Option<Plain<'_>>| {
            let value = plain(value.as_ref());
            check_nul(value.as_deref(), || self.field(name)).map(|()| value.map(std::borrow::Cow::into_owned))
        };
        let beside = |name: &str, value: &Option<Text<'_>>| {
            let value = given(value.as_ref());
            check_nul(value, || self.field(name)).map(|()| value.map(str::to_owned))
        };
        Ok(Comment {
            id: plainly("id", &comment.id)?.unwrap_or_default(),
            parent_id: plainly("parent_id", &comment.parent_id)?,
            author: plainly("author", &comment.author)?,
            created_at: plainly("created_at", &comment.created_at)?,
            text: text.unwrap_or_default().to_owned(),
            beside: Beside {
                target: beside("target", &comment.target)?,
                parent_text: beside("parent_text", &comment.parent_text)?,
                context: beside("context", &comment.context)?,
                ..Beside::default()
            },
        })
    }

    /// A field of the present comment: `comments[0].replies[2].text`.
    fn field(&self, name: &str) -> String {
        let places: Vec<String> = self.path.iter().map(|place| format!("[{place}]")).collect();
        let comment = format!("comments{}", places.join(".replies"));
        if name.is_empty() { comment } else { format!("{comment}.{name}") }
    }
}

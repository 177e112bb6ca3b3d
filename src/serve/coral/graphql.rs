//! Queries to Coral's GraphQL, and its answers.

use serde::Deserialize;
use serde_json::json;

use crate::serve::coral::body;
use crate::serve::coral::client::{Client, ClientError};
use crate::serve::coral::known::Story;
use crate::serve::secret::Secret;

/// Where Coral's GraphQL is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GraphQl<'a> {
    pub(crate) client: &'a Client,
    pub(crate) url: &'a str,
    /// A token of an administrator: others may ask only what Coral's own pages ask.
    pub(crate) token: Option<&'a Secret>,
}

/// A comment as Coral has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CoralComment {
    pub(crate) id: String,
    /// As people see it.
    pub(crate) text: String,
    pub(crate) author: Option<String>,
    pub(crate) created_at: Option<String>,
    /// The id and the text of the comment that it answers.
    pub(crate) parent: Option<(String, Option<String>)>,
    pub(crate) story: Option<Story>,
}

/// Why Coral did not answer a query.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GraphQlError {
    #[error("cannot query Coral's GraphQL at {url}")]
    Client { url: String, source: ClientError },
    #[error("the answer of {url} is not one of Coral's GraphQL")]
    Malformed { url: String, source: serde_json::Error },
    /// By code where it has one: messages may have a text in them.
    #[error("Coral's GraphQL at {url} refused: {what}")]
    Refused { url: String, what: String },
}

macro_rules! story_fields {
    () => {
        "id url metadata { title description }"
    };
}

const STORY: &str = concat!("query Story($id: ID!) { story(id: $id) { ", story_fields!(), " } }");
const COMMENT: &str = concat!(
    "query Comment($id: ID!) { comment(id: $id) { id body createdAt author { id } parent { id body } story { ",
    story_fields!(),
    " } } }"
);

impl GraphQl<'_> {
    /// A story; `None` if Coral has none with that id.
    pub(crate) async fn story(&self, id: &str) -> Result<Option<Story>, GraphQlError> {
        let data: StoryData = self.ask(STORY, id).await?;
        Ok(data.story.map(StoryNode::read))
    }

    /// A comment with its parent and its story; `None` if Coral has none with that id.
    pub(crate) async fn comment(&self, id: &str) -> Result<Option<CoralComment>, GraphQlError> {
        let data: CommentData = self.ask(COMMENT, id).await?;
        Ok(data.comment.map(CommentNode::read))
    }

    async fn ask<T: for<'d> Deserialize<'d>>(&self, query: &str, id: &str) -> Result<T, GraphQlError> {
        let url = || self.url.to_owned();
        let question = json!({ "query": query, "variables": { "id": id } }).to_string().into_bytes();
        let answer = self.client.post(self.url, self.token, question).await;
        let answer = answer.map_err(|source| GraphQlError::Client { url: url(), source })?;
        let answer: Answer<T> =
            serde_json::from_slice(&answer).map_err(|source| GraphQlError::Malformed { url: url(), source })?;
        match answer {
            Answer { data: Some(data), .. } => Ok(data),
            Answer { errors, .. } => {
                let code = errors.into_iter().find_map(|error| error.extensions?.code);
                let what = code.unwrap_or_else(|| "it sent neither data nor an error code".to_owned());
                Err(GraphQlError::Refused { url: url(), what })
            }
        }
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    #[serde(default)]
    errors: Vec<AnswerError>,
}

#[derive(Deserialize)]
struct AnswerError {
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    code: Option<String>,
}

#[derive(Deserialize)]
struct StoryData {
    story: Option<StoryNode>,
}

#[derive(Deserialize)]
struct CommentData {
    comment: Option<CommentNode>,
}

#[derive(Deserialize)]
struct StoryNode {
    id: String,
    url: Option<String>,
    /// None until Coral has read the story's page.
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    title: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct CommentNode {
    id: String,
    body: Option<String>,
    #[serde(rename = "createdAt")]
    created_at: Option<String>,
    author: Option<Author>,
    parent: Option<Parent>,
    story: Option<StoryNode>,
}

#[derive(Deserialize)]
struct Author {
    id: String,
}

#[derive(Deserialize)]
struct Parent {
    id: String,
    body: Option<String>,
}

/// What says something.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

impl StoryNode {
    fn read(self) -> Story {
        let (title, description) =
            self.metadata.map_or((None, None), |metadata| (metadata.title, metadata.description));
        Story { id: self.id, url: filled(self.url), title: filled(title), text: filled(description) }
    }
}

impl CommentNode {
    fn read(self) -> CoralComment {
        let text = |body: Option<String>| filled(body).map(|own| body::text(&own).into_owned());
        CoralComment {
            id: self.id,
            text: text(self.body).unwrap_or_default(),
            author: self.author.map(|author| author.id),
            created_at: self.created_at,
            parent: self.parent.map(|parent| (parent.id, text(parent.body))),
            story: self.story.map(StoryNode::read),
        }
    }
}

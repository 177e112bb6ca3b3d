//! A comment found in a page, and where.

use ego_tree::NodeId;

use crate::thread::comment::Comment;

/// The remark that there is one comment fewer than posts.
pub(crate) const FIRST_POST: &str = "the first post is the article's text";

/// A comment as found, before it has a reliable id.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) comment: Comment,
    /// The index of the enclosing comment.
    pub(crate) above: Option<usize>,
    /// The id of the comment that it claims to answer.
    pub(crate) answers: Option<String>,
    /// The elements it was read from; empty if it comes from JSON-LD.
    pub(crate) from: Origin,
    /// What showed which comment it answers.
    pub(crate) placed: Placed,
}

/// Takes the first post out of a list, as it is the article's text.
pub(crate) fn take_opening(comments: &mut Vec<Found>) -> Option<Found> {
    let opening = (!comments.is_empty()).then(|| comments.remove(0))?;
    for found in comments {
        found.above = found.above.and_then(|above| above.checked_sub(1));
        found.answers = found.answers.take().filter(|id| *id != opening.comment.id);
    }
    Some(opening)
}

/// The elements that a comment was read from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) item: Option<NodeId>,
    pub(crate) author: Option<NodeId>,
    pub(crate) time: Option<NodeId>,
    pub(crate) text: Option<NodeId>,
}

/// What showed which comment a comment answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It is inside the comment, or in a list of replies to it.
    #[default]
    Nested,
    /// It names the comment's id.
    Named,
    /// Its level is given as a number.
    Level,
    /// A class marks it as deep.
    Class,
    /// Its indentation.
    Indent,
    /// It quotes the comment, or names its author.
    Quoted,
}

impl Placed {
    /// The description for the user.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Nested => "it stands in it",
            Self::Named => "it names it",
            Self::Level => "by its level",
            Self::Class => "by its class",
            Self::Indent => "by its indentation",
            Self::Quoted => "by whom it quotes or answers",
        }
    }
}

/// How the comments of a page were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// By the markup of a known system, given by its name.
    Markup(&'static str),
    /// In the page's JSON-LD.
    Linked,
    /// By the names of classes and ids.
    Names,
    /// By repeated blocks, each with an author, a time and a text.
    Blocks,
}

impl How {
    /// Whether this method hardly ever mistakes another kind of list for comments.
    pub(crate) fn is_sure(self) -> bool {
        self != Self::Blocks
    }

    /// The message that `count` comments were found.
    pub(crate) fn told(self, count: usize) -> String {
        let comments = if count == 1 { "1 comment was".to_owned() } else { format!("{count} comments were") };
        match self {
            Self::Markup(system) => format!("{comments} found by the markup of {system} (sure)"),
            Self::Linked => format!("{comments} found in the page's JSON-LD (sure)"),
            Self::Names => format!("{comments} found by the names of classes and ids (fairly sure)"),
            Self::Blocks => format!(
                "{comments} found by repeated blocks, not by a known markup (unsure): check with --explain-reading"
            ),
        }
    }
}

//! A comment as it was found in a page, and what it was found in.

use ego_tree::NodeId;

use crate::thread::comment::Comment;

/// A comment as it was found, before it has an id that can be relied on.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) comment: Comment,
    /// The index of the comment that it stands in.
    pub(crate) above: Option<usize>,
    /// The id of the comment that it says it answers.
    pub(crate) answers: Option<String>,
    /// What it was read from; nothing of what was described in JSON-LD.
    pub(crate) from: Origin,
    /// What told which comment it answers.
    pub(crate) placed: Placed,
}

/// The elements that a comment was read from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) item: Option<NodeId>,
    pub(crate) author: Option<NodeId>,
    pub(crate) time: Option<NodeId>,
    pub(crate) text: Option<NodeId>,
}

/// What told which comment a comment answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It stands in the comment, or in a list of replies to it.
    #[default]
    Nested,
    /// It names the comment's id.
    Named,
    /// The number of its level.
    Level,
    /// A class that says that it is deep.
    Class,
    /// How far it is indented.
    Indent,
    /// It quotes the comment, or names its author.
    Quoted,
}

impl Placed {
    /// In words.
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
    /// By the markup of a system that is known, by its name.
    Markup(&'static str),
    /// In the page's JSON-LD.
    Linked,
    /// By the names of classes and ids.
    Names,
    /// By blocks that repeat, each with an author, a time and a text.
    Blocks,
}

impl How {
    /// Whether another kind of list can hardly have been taken for comments.
    pub(crate) fn is_sure(self) -> bool {
        self != Self::Blocks
    }

    /// That so many comments were found, in words.
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

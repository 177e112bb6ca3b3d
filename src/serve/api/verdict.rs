//! A verdict as it is sent: the row of `ombud score --format jsonl`, with the site's rules that apply.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::dataset::towards::Towards;
use crate::features::input::Input;
use crate::model::verdict::Verdict;
use crate::report::jsonl::{ModelId, Scored};
use crate::serve::api::comment::{CommentIn, given, plain};
use crate::serve::loaded::Loaded;
use crate::serve::policy::{Action, Applied};
use crate::thread::comment::{Comment, Thread};
use crate::thread::relations::Relations;

/// Words verdicts of one model.
#[derive(Clone, Copy)]
pub(crate) struct Wording<'a> {
    pub(crate) loaded: &'a Loaded,
}

/// A verdict as it is sent.
pub(crate) struct Worded<'a> {
    named: Named<'a>,
    text: &'a str,
    /// What its stance is towards, where that is not the article's title.
    towards: Option<Cow<'a, str>>,
    verdict: Verdict,
    policy: Option<Policy<'a>>,
    loaded: &'a Loaded,
}

/// The id and thread of a comment.
pub(crate) struct Named<'a> {
    id: Cow<'a, str>,
    thread_id: Option<Cow<'a, str>>,
    parent_id: Option<Cow<'a, str>>,
}

impl Serialize for Worded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct WithPolicy<'w> {
            #[serde(flatten)]
            scored: Scored<'w>,
            policy: &'w Policy<'w>,
        }
        let Self { named, text, towards, verdict, policy, loaded } = self;
        let scored = Scored {
            id: &named.id,
            thread_id: named.thread_id.as_deref(),
            parent_id: named.parent_id.as_deref(),
            text,
            towards: towards.as_deref(),
            labels: &loaded.labels,
            verdict,
            model: ModelId { name: loaded.name(), hash: loaded.hash() },
        };
        match policy {
            None => scored.serialize(serializer),
            Some(policy) => WithPolicy { scored, policy }.serialize(serializer),
        }
    }
}

/// The rules that apply.
#[derive(Debug, Serialize)]
struct Policy<'a> {
    /// The rule that wins; none where none applies.
    rule: Option<Won<'a>>,
    /// The rule in shadow mode that would have won.
    shadow: Option<Won<'a>>,
}

#[derive(Debug, Serialize)]
struct Won<'a> {
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(flatten)]
    action: Action,
}

impl<'a> From<Applied<'a>> for Won<'a> {
    fn from(Applied { rule, .. }: Applied<'a>) -> Self {
        Self { label: &rule.label, class: rule.class.as_deref(), action: rule.action }
    }
}

impl<'a> Wording<'a> {
    fn word(self, named: Named<'a>, text: &'a str, towards: Option<Cow<'a, str>>, verdict: Verdict) -> Worded<'a> {
        let Self { loaded } = self;
        let policy = (!loaded.rules.is_empty()).then(|| {
            let decided = loaded.rules.decide(&verdict);
            loaded.policy_meters.count(&decided);
            Policy { rule: decided.rule.map(Won::from), shadow: decided.shadow.map(Won::from) }
        });
        Worded { named, text, towards, verdict, policy, loaded }
    }

    /// The target of a comment's stance, given its target and parent, if that is not the article's title. None for
    /// models that ignore it, as in the rows of a table.
    fn towards(self, target: Option<&'a str>, parent_text: Option<&'a str>) -> Option<Cow<'a, str>> {
        let model = &self.loaded.model;
        let input = Input { target, parent_text, ..Input::of("") };
        model.reads_context().then(|| Towards::describe(model.metadata.towards.as_ref(), &input)).flatten()
    }

    /// The verdict on a comment at a position, from 1, that was scored on its own.
    pub(crate) fn alone(self, comment: &'a CommentIn<'_>, place: u64, verdict: Verdict) -> Worded<'a> {
        let id = plain(comment.id.as_ref()).unwrap_or_else(|| Cow::Owned(place.to_string()));
        let [thread_id, parent_id] = [&comment.thread_id, &comment.parent_id].map(|id| plain(id.as_ref()));
        let towards = self.towards(given(comment.target.as_ref()), given(comment.parent_text.as_ref()));
        self.word(Named { id, thread_id, parent_id }, &comment.text, towards, verdict)
    }

    /// The verdicts on the comments of a thread, in order.
    pub(crate) fn thread(self, thread: &'a Thread, verdicts: Vec<Verdict>) -> Vec<Worded<'a>> {
        let nodes: Vec<_> = thread.comments.iter().map(Comment::node).collect();
        let relations = Relations::new(&nodes, !thread.unrelated);
        let comments = thread.comments.iter().enumerate().zip(verdicts);
        let word = |((at, comment), verdict): ((usize, &'a Comment), Verdict)| {
            let parent = relations.parent(at).and_then(|parent| thread.comments.get(parent));
            let parent_text = comment.beside.parent_text.as_deref().or(parent.map(|parent| &*parent.text));
            let towards = self.towards(comment.beside.target.as_deref(), parent_text);
            let named = Named {
                id: Cow::Borrowed(&*comment.id),
                thread_id: thread.id.as_deref().map(Cow::Borrowed),
                parent_id: comment.parent_id.as_deref().map(Cow::Borrowed),
            };
            self.word(named, &comment.text, towards, verdict)
        };
        comments.map(word).collect()
    }
}

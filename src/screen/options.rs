//! How a site has its screen.

use crate::queue::decision::{Action, Answer, Decision};
use crate::queue::filter::Filter;
use crate::queue::learn_thread::Learner;
use crate::queue::order::Order;
use crate::queue::review_policy::{ReviewPolicy, SiteWords};
use crate::screen::keymap::{Keymap, KeymapError};
use crate::text::stem::Language;

/// How the screen is set up.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Who sits there.
    pub reviewer: String,
    /// The order to begin with.
    pub order: Order,
    /// Which comments to begin with.
    pub filter: Filter,
    /// What keys do.
    pub keymap: Keymap,
    /// The site's words for the actions.
    pub words: Words,
    /// With colours; without, bold type and lines say the same.
    pub colour: bool,
    /// This many comments are leased at a time.
    pub hold: usize,
    /// For so long, in milliseconds, unless the screen is open; it renews them.
    pub lease: i64,
    /// After this many decisions, each time, the model begins to learn from them.
    pub learn_after: Option<usize>,
    /// How decided stances teach the others of their thread.
    pub learner: Learner,
}

impl Options {
    /// The usual ones.
    #[must_use]
    pub(crate) fn new(reviewer: &str) -> Self {
        Self {
            reviewer: reviewer.to_owned(),
            order: Order::default(),
            filter: Filter::default(),
            keymap: Keymap::default(),
            words: Words::default(),
            colour: true,
            hold: 20,
            lease: 10 * 60_000,
            learn_after: Some(200),
            learner: Learner { authors: true, language: Language::ENGLISH },
        }
    }
}

/// As set by the site.
impl TryFrom<&ReviewPolicy> for Options {
    type Error = KeymapError;

    fn try_from(policy: &ReviewPolicy) -> Result<Self, KeymapError> {
        let usual = Self::new("");
        let learn_after = policy.learn_after.or(usual.learn_after).filter(|decisions| *decisions > 0);
        Ok(Self {
            keymap: Keymap::new(policy.keys.iter().map(|(name, keys)| (name.as_str(), keys.as_str())))?,
            words: Words::of_site(&policy.words),
            lease: policy.lease_minutes.map_or(usual.lease, |minutes| i64::from(minutes) * 60_000),
            learn_after,
            ..usual
        })
    }
}

/// The site's words for the actions: `publish`, `hide`, `ask the desk`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub approve: String,
    pub reject: String,
    /// Somebody else decides.
    pub escalate: String,
}

impl Default for Words {
    fn default() -> Self {
        let name = |action: Action| action.name().to_owned();
        Self { approve: name(Action::Approve), reject: name(Action::Reject), escalate: name(Action::Escalate) }
    }
}

impl Words {
    /// The defaults, except for the site's own.
    fn of_site(own: &SiteWords) -> Self {
        let (own, usual) = (own.clone(), Self::default());
        Self {
            approve: own.approve.unwrap_or(usual.approve),
            reject: own.reject.unwrap_or(usual.reject),
            escalate: own.escalate.unwrap_or(usual.escalate),
        }
    }

    pub(crate) fn of(&self, action: Action) -> &str {
        match action {
            Action::Approve => &self.approve,
            Action::Reject => &self.reject,
            Action::Escalate => &self.escalate,
        }
    }

    /// A decision in them: `hide; toxicity yes`.
    pub(crate) fn describe(&self, decision: &Decision) -> String {
        let action = decision.action.map(|action| self.of(action).to_owned());
        let labels: Vec<String> =
            decision.labels.iter().map(|(label, answer)| format!("{label} {}", answered(answer))).collect();
        let labels = (!labels.is_empty()).then(|| labels.join(", "));
        action.into_iter().chain(labels).collect::<Vec<_>>().join("; ")
    }
}

pub(crate) fn answered(answer: &Answer) -> &str {
    match answer {
        Answer::Flag(true) => "yes",
        Answer::Flag(false) => "no",
        Answer::Stance(class) => class,
    }
}

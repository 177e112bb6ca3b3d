//! From scores to actions: `[[serve.policy]]` of `ombud.toml`. The first rule that applies wins.
//!
//! A rule in shadow mode is counted and logged where it would have won, and does nothing.

use serde::{Deserialize, Serialize};

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Verdict, Why};

/// A rule as the file has it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "RuleEntry")]
pub(crate) struct Rule {
    /// A flag, or a stance.
    pub(crate) label: String,
    /// For a stance: the class.
    pub(crate) class: Option<String>,
    /// From which probability on; without it where the flag is raised, or the class is given.
    pub(crate) at: Option<f32>,
    pub(crate) action: Action,
    /// Counted and logged, not done.
    pub(crate) shadow: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleEntry {
    label: String,
    class: Option<String>,
    at: Option<f32>,
    status: Option<Status>,
    flag: Option<FlagReason>,
    rejection: Option<Rejection>,
    #[serde(default)]
    shadow: bool,
}

/// A rule that cannot be meant.
#[derive(Debug, thiserror::Error)]
enum EntryError {
    #[error("the policy for {label} has at = {at}: a probability must be between 0 and 1")]
    At { label: String, at: f32 },
    #[error("the policy for {0} does nothing: it has neither status nor flag")]
    Nothing(String),
    #[error("the policy for {0} has a rejection, but not status = \"REJECTED\"")]
    Rejection(String),
}

impl TryFrom<RuleEntry> for Rule {
    type Error = EntryError;

    fn try_from(entry: RuleEntry) -> Result<Self, EntryError> {
        let RuleEntry { label, class, at, status, flag, rejection, shadow } = entry;
        if let Some(at) = at.filter(|at| !(0.0..=1.0).contains(at)) {
            return Err(EntryError::At { label, at });
        }
        if status.is_none() && flag.is_none() {
            return Err(EntryError::Nothing(label));
        }
        if rejection.is_some() && status != Some(Status::Rejected) {
            return Err(EntryError::Rejection(label));
        }
        Ok(Self { label, class, at, action: Action { status, flag, rejection }, shadow })
    }
}

/// What is done with a comment, in Coral's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Action {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) flag: Option<FlagReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rejection: Option<Rejection>,
}

impl Action {
    /// What counts most of it.
    pub(crate) const fn name(self) -> &'static str {
        match (self.status, self.flag) {
            (Some(Status::None), _) => "NONE",
            (Some(Status::Approved), _) => "APPROVED",
            (Some(Status::Rejected), _) => "REJECTED",
            (Some(Status::Premod), _) => "PREMOD",
            (Some(Status::SystemWithheld), _) => "SYSTEM_WITHHELD",
            (None, Some(FlagReason::CommentDetectedToxic)) => "COMMENT_DETECTED_TOXIC",
            (None, Some(FlagReason::CommentDetectedSpam)) => "COMMENT_DETECTED_SPAM",
            (None, None) => "nothing",
        }
    }
}

/// The statuses that Coral knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    None,
    Approved,
    Rejected,
    Premod,
    SystemWithheld,
}

/// The reasons of flags that Coral takes from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FlagReason {
    CommentDetectedToxic,
    CommentDetectedSpam,
}

/// The reasons of rejections that Coral knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Rejection {
    Offensive,
    Abusive,
    Spam,
    BannedWord,
    Ad,
    IllegalContent,
    HarassmentBullying,
    Misinformation,
    HateSpeech,
    IrrelevantContent,
    Other,
}

/// Rules with the model that they are for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<Placed>,
}

#[derive(Clone, Debug)]
struct Placed {
    rule: Rule,
    /// From 1, as the file has them.
    number: usize,
    label: usize,
    /// Of a stance.
    class: Option<usize>,
}

/// A rule that a model cannot follow.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuleError {
    #[error("[[serve.policy]] label = {label:?}: the model has no such label; it has {}", known.join(", "))]
    NoLabel { label: String, known: Vec<String> },
    #[error("[[serve.policy]] {label} is a stance: the policy needs a class: {}", known.join(", "))]
    NoClass { label: String, known: Vec<String> },
    #[error("[[serve.policy]] class = {class:?}: {label} has no such class; it has {}", known.join(", "))]
    UnknownClass { label: String, class: String, known: Vec<String> },
    #[error("[[serve.policy]] class = {class:?}: {label} is a flag, which has no classes")]
    FlagClass { label: String, class: String },
}

/// The rules that apply to a verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Decided<'a> {
    /// The rule that wins.
    pub(crate) rule: Option<Applied<'a>>,
    /// The rule that would have won if it were not in shadow mode.
    pub(crate) shadow: Option<Applied<'a>>,
}

/// A rule that applies to a verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Applied<'a> {
    pub(crate) rule: &'a Rule,
    /// Its number in the file, from 1: several may look alike.
    pub(crate) number: usize,
    /// The probability that it is based on.
    pub(crate) p: f32,
}

impl Rules {
    /// Finds the labels of rules in a model.
    pub(crate) fn new(rules: &[Rule], labels: &[Label]) -> Result<Self, RuleError> {
        let numbered = (1..).zip(rules);
        let placed = numbered.map(|(number, rule)| place(number, rule, labels)).collect::<Result<_, _>>()?;
        Ok(Self { rules: placed })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules that apply to a verdict of their model.
    pub(crate) fn decide(&self, verdict: &Verdict) -> Decided<'_> {
        let mut decided = Decided::default();
        for Placed { rule, number, label, class } in &self.rules {
            let Some(p) = verdict.outcomes.get(*label).and_then(|outcome| applies(rule, *class, outcome)) else {
                continue;
            };
            let applied = Applied { rule, number: *number, p };
            if rule.shadow {
                decided.shadow.get_or_insert(applied);
            } else {
                return Decided { rule: Some(applied), ..decided };
            }
        }
        decided
    }
}

/// The probability because of which a rule, for a stance a class of it, applies to the outcome of its label, if it
/// does.
fn applies(rule: &Rule, class: Option<usize>, outcome: &Outcome) -> Option<f32> {
    match outcome {
        Outcome::Flag { raised, p, .. } => {
            let p = (*p)?;
            rule.at.map_or(*raised, |at| p >= at).then_some(p)
        }
        // Without a target, the probability of a stance has no meaning.
        Outcome::Stance { class: Err(Why::NoTarget | Why::NoText), .. } => None,
        Outcome::Stance { class: given @ (Ok(_) | Err(Why::Unsure)), p } => {
            let own = class?;
            let p = *p.get(own)?;
            rule.at.map_or(*given == Ok(own), |at| p >= at).then_some(p)
        }
    }
}

fn place(number: usize, rule: &Rule, labels: &[Label]) -> Result<Placed, RuleError> {
    let Rule { label, class, .. } = rule;
    let Some(at) = labels.iter().position(|own| own.name == *label) else {
        let known = labels.iter().map(|own| own.name.clone()).collect();
        return Err(RuleError::NoLabel { label: label.clone(), known });
    };
    let known = labels[at].classes();
    let class = match class {
        Some(class) if known.is_empty() => {
            return Err(RuleError::FlagClass { label: label.clone(), class: class.clone() });
        }
        Some(class) => {
            let place = known.iter().position(|own| own == class);
            let unknown =
                || RuleError::UnknownClass { label: label.clone(), class: class.clone(), known: known.to_vec() };
            Some(place.ok_or_else(unknown)?)
        }
        None if known.is_empty() => None,
        None => return Err(RuleError::NoClass { label: label.clone(), known: known.to_vec() }),
    };
    Ok(Placed { rule: rule.clone(), number, label: at, class })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<Rule> {
        #[derive(Deserialize)]
        struct File {
            policy: Vec<Rule>,
        }
        toml::from_str::<File>(text).unwrap().policy
    }

    fn labels() -> Vec<Label> {
        let classes = ["against", "favor"].map(str::to_owned).to_vec();
        vec![Label::stance("stance", classes), Label::flag("toxicity")]
    }

    fn verdict(against: f32, toxicity: Option<f32>) -> Verdict {
        let class = if against > 0.9 { Ok(0) } else { Err(Why::Unsure) };
        let raised = toxicity.is_some_and(|p| p >= 0.5);
        Verdict {
            outcomes: vec![
                Outcome::Stance { class, p: vec![against, 1.0 - against] },
                Outcome::Flag { raised, unsure: false, p: toxicity, threshold: 0.5 },
            ],
            ..Verdict::default()
        }
    }

    const POLICY: &str = r#"
        [[policy]]
        label = "toxicity"
        at = 0.9
        status = "REJECTED"
        rejection = "ABUSIVE"
        shadow = true
        [[policy]]
        label = "toxicity"
        flag = "COMMENT_DETECTED_TOXIC"
        [[policy]]
        label = "stance"
        class = "against"
        status = "PREMOD"
    "#;

    #[test]
    fn the_first_rule_that_applies_wins_and_one_in_shadow_is_only_told() {
        let rules = rules(POLICY);
        let placed = Rules::new(&rules, &labels()).unwrap();
        let decided = |against, toxicity| {
            let verdict = verdict(against, toxicity);
            let Decided { rule, shadow } = placed.decide(&verdict);
            [rule, shadow].map(|applied| {
                let Applied { rule, number, p } = applied?;
                assert_eq!(*rule, rules[number - 1]);
                Some((number, p))
            })
        };
        assert_eq!(decided(0.95, Some(0.96)), [Some((2, 0.96)), Some((1, 0.96))]);
        assert_eq!(decided(0.95, Some(0.5)), [Some((2, 0.5)), None]);
        assert_eq!(decided(0.95, Some(0.4)), [Some((3, 0.95)), None]);
        assert_eq!(decided(0.9, Some(0.4)), [None, None], "the stance is unsure");
        assert_eq!(decided(0.9, None), [None, None], "there is no text");
    }

    #[test]
    fn a_rule_in_shadow_is_told_with_the_probability_that_it_goes_by() {
        let policy = "[[policy]]\nlabel = \"toxicity\"\nflag = \"COMMENT_DETECTED_TOXIC\"\nshadow = true\n";
        let stance = "[[policy]]\nlabel = \"stance\"\nclass = \"favor\"\nat = 0.2\nstatus = \"PREMOD\"\n";
        let placed = |text: &str| Rules::new(&rules(text), &labels()).unwrap();
        let alone = placed(policy);
        let verdict = verdict(0.75, Some(0.6));
        let decided = alone.decide(&verdict);
        assert_eq!((decided.rule, decided.shadow.map(|applied| applied.p)), (None, Some(0.6)));
        let both = placed(&format!("{policy}{stance}"));
        let Decided { rule, shadow } = both.decide(&verdict);
        assert_eq!([rule, shadow].map(|applied| applied.unwrap().p), [0.25, 0.6]);
    }

    #[test]
    fn a_stance_towards_nothing_is_no_reason_to_act() {
        let policy = "[[policy]]\nlabel = \"stance\"\nclass = \"against\"\nat = 0.5\nstatus = \"PREMOD\"\n";
        let placed = Rules::new(&rules(policy), &labels()).unwrap();
        let acts = |class| {
            let outcomes = vec![Outcome::Stance { class, p: vec![0.8, 0.2] }];
            placed.decide(&Verdict { outcomes, ..Verdict::default() }).rule.is_some()
        };
        assert_eq!([Ok(0), Err(Why::Unsure)].map(acts), [true, true]);
        assert_eq!([Err(Why::NoTarget), Err(Why::NoText)].map(acts), [false, false]);
    }

    #[test]
    fn a_rule_for_what_the_model_has_not_is_refused() {
        let refused = |text: &str| {
            Rules::new(&rules(&format!("[[policy]]\nflag = \"COMMENT_DETECTED_SPAM\"\n{text}")), &labels())
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!([
            refused("label = \"toxcity\""),
            refused("label = \"stance\""),
            refused("label = \"stance\"\nclass = \"pro\""),
            refused("label = \"toxicity\"\nclass = \"yes\""),
        ].join("\n"), @r#"
        [[serve.policy]] label = "toxcity": the model has no such label; it has stance, toxicity
        [[serve.policy]] stance is a stance: the policy needs a class: against, favor
        [[serve.policy]] class = "pro": stance has no such class; it has against, favor
        [[serve.policy]] class = "yes": toxicity is a flag, which has no classes
        "#);
    }
}

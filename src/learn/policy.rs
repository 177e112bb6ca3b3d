//! Where a flag is raised: a threshold chosen by a newsroom's policy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::learn::risk_control::{Guarantee, NEVER};
use crate::metrics::estimate::Estimate;
use crate::metrics::figures::FlagFigures;
use crate::metrics::ranking::Sorted;
use crate::metrics::threshold::wilson;

/// The confidence of a guarantee if a policy gives none.
const CONFIDENCE: f64 = 0.9;

/// What a threshold must achieve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Policy {
    /// The best F1 of the raised comments.
    F1,
    /// The best mean of F1 of the raised and F1 of the others.
    #[default]
    MacroF1,
    /// As many raised as may be while this share of them is right.
    Precision(f64),
    /// Raise as few as possible while this share of those that should be raised is found.
    Recall(f64),
    /// Raise as many as a moderator can review in a day.
    PerDay(f64),
    /// This share of all comments raised.
    Share(f64),
    /// The cheapest, where a wrong alarm costs the first and a miss the second.
    Cost(f64, f64),
    /// As many decided without a person as may be while at most the first share of them is wrong, which is as sure as the
    /// second says; the others are left to a person.
    Error(f64, f64),
    /// A given threshold.
    At(f64),
}

/// A policy that cannot be read, or not be applied.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum PolicyError {
    /// Not of any known form.
    #[error(
        "{0:?} is no policy: use f1, macro-f1, precision>=0.9, recall>=0.8, review<=50/day, review<=5%, cost=1:5 \
         (a wrong alarm : a miss), error<=2% or error<=2%@95% (as sure as that), or a number between 0 and 1"
    )]
    Form(String),
    /// The data have no dates.
    #[error(
        "review<=N/day needs to know how many comments a day brings: there is no created_at column (use review<=5%)"
    )]
    NoDates,
    /// Scores that cannot be put in order, one for each row.
    #[error("scores are no numbers, or not as many as rows: there is no threshold to choose")]
    Scores,
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let form = || PolicyError::Form(text.to_owned());
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number = |text: &str, largest: f64| {
            let value: f64 = text.parse().map_err(|_| form())?;
            if (0.0..=largest).contains(&value) { Ok(value) } else { Err(form()) }
        };
        if compact == "f1" {
            Ok(Self::F1)
        } else if compact == "macro-f1" {
            Ok(Self::MacroF1)
        } else if let Some(least) = compact.strip_prefix("precision>=") {
            Ok(Self::Precision(number(least, 1.0)?))
        } else if let Some(least) = compact.strip_prefix("recall>=") {
            Ok(Self::Recall(number(least, 1.0)?))
        } else if let Some(most) = compact.strip_prefix("review<=") {
            if let Some(day) = most.strip_suffix("/day") {
                Ok(Self::PerDay(number(day, f64::MAX)?))
            } else {
                Ok(Self::Share(number(most.strip_suffix('%').ok_or_else(form)?, 100.0)? / 100.0))
            }
        } else if let Some(costs) = compact.strip_prefix("cost=") {
            let (alarm, miss) = costs.split_once(':').ok_or_else(form)?;
            let (alarm, miss) = (number(alarm, f64::MAX)?, number(miss, f64::MAX)?);
            if alarm + miss > 0.0 { Ok(Self::Cost(alarm, miss)) } else { Err(form()) }
        } else if let Some(guarantee) = compact.strip_prefix("error<=") {
            let part = |text: &str| match text.strip_suffix('%') {
                Some(percent) => Ok(number(percent, 100.0)? / 100.0),
                None => number(text, 1.0),
            };
            let (error, confidence) = match guarantee.split_once('@') {
                Some((error, confidence)) => (part(error)?, part(confidence)?),
                None => (part(guarantee)?, CONFIDENCE),
            };
            // No number of comments proves that nothing is ever wrong, or that anything is certain.
            let sound = error > 0.0 && error <= 0.5 && (0.5..1.0).contains(&confidence);
            if sound { Ok(Self::Error(error, confidence)) } else { Err(form()) }
        } else {
            Ok(Self::At(number(&compact, 1.0)?))
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::F1 => f.write_str("f1"),
            Self::MacroF1 => f.write_str("macro-f1"),
            Self::Precision(least) => write!(f, "precision>={least}"),
            Self::Recall(least) => write!(f, "recall>={least}"),
            Self::PerDay(most) => write!(f, "review<={most}/day"),
            Self::Share(most) => write!(f, "review<={}%", most * 100.0),
            Self::Cost(alarm, miss) => write!(f, "cost={alarm}:{miss}"),
            Self::Error(error, CONFIDENCE) => write!(f, "error<={error}"),
            Self::Error(error, confidence) => write!(f, "error<={error}@{confidence}"),
            Self::At(threshold) => write!(f, "{threshold}"),
        }
    }
}

impl TryFrom<String> for Policy {
    type Error = PolicyError;

    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<Policy> for String {
    fn from(policy: Policy) -> Self {
        policy.to_string()
    }
}

/// A threshold and its effect: on the rows that it was chosen on or, after [`Threshold::measured`], on others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// A flag is raised where its probability is at least this.
    pub value: f32,
    /// The policy that it was chosen by.
    pub policy: Policy,
    /// False if no threshold meets the policy; `value` is then the nearest.
    pub met: bool,
    /// The share of raised rows that are right, with its 95 % interval: Wilson's, or the bootstrap's where rows were
    /// resampled.
    pub precision: Option<Estimate>,
    /// The share found of those that should be raised, likewise.
    pub recall: Option<Estimate>,
    /// The share of all comments that is raised.
    pub raised: f64,
    /// For a policy that leaves comments to a person; `value` is then where the flag is raised without one.
    #[serde(rename = "promise", default, skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<Guarantee>,
}

/// What raising everything down to some probability would mean.
struct Choice {
    threshold: f32,
    hits: f64,
    alarms: f64,
}

impl Threshold {
    /// Chooses on probabilities of unseen rows: shapes `(n_samples,)`; `share` may be soft. `per_day` is how many comments
    /// a day brings.
    ///
    /// # Errors
    /// With `review<=N/day` and no `per_day`.
    pub fn choose(policy: Policy, p: &[f32], share: &[f32], per_day: Option<f64>) -> Result<Self, PolicyError> {
        Self::choose_weighted(policy, p, share, &vec![1.0; p.len()], per_day)
    }

    /// The same with weighted rows: `weight` also has shape `(n_samples,)`.
    ///
    /// # Errors
    /// As [`choose`](Self::choose).
    pub fn choose_weighted(
        policy: Policy,
        p: &[f32],
        share: &[f32],
        weight: &[f32],
        per_day: Option<f64>,
    ) -> Result<Self, PolicyError> {
        let weight_of = |row: usize| f64::from(weight[row]);
        let n: f64 = weight.iter().map(|weight| f64::from(*weight)).sum();
        let positives: f64 = share.iter().zip(weight).map(|(share, weight)| f64::from(share * weight)).sum();
        let cuts = Sorted::new(p, share).ok_or(PolicyError::Scores)?.cuts(weight_of);
        let choices: Vec<Choice> = cuts
            .iter()
            .map(|cut| Choice { threshold: cut.threshold, hits: cut.positives, alarms: cut.negatives })
            .collect();
        let precision = |o: &Choice| o.hits / (o.hits + o.alarms).max(f64::MIN_POSITIVE);
        let recall = |o: &Choice| o.hits / positives.max(f64::MIN_POSITIVE);
        let f1 = |o: &Choice| 2.0 * o.hits / (o.hits + o.alarms + positives).max(f64::MIN_POSITIVE);
        let best = |value: &dyn Fn(&Choice) -> f64| {
            // The first of equals, which raises fewest.
            choices.iter().reduce(|best, o| if value(o) > value(best) + 1e-12 { o } else { best })
        };
        let last_within = |most: f64| choices.iter().take_while(|o| o.hits + o.alarms <= most).last();
        let (chosen, met) = match policy {
            Policy::F1 => (best(&f1), true),
            Policy::MacroF1 => {
                let others = |o: &Choice| {
                    let quiet = n - positives - o.alarms;
                    2.0 * quiet / (n - o.hits - o.alarms + n - positives).max(f64::MIN_POSITIVE)
                };
                (best(&|o| f1(o) + others(o)), true)
            }
            Policy::Precision(least) => {
                let found = choices.iter().rfind(|o| precision(o) >= least);
                (found.or_else(|| best(&precision)), found.is_some())
            }
            Policy::Recall(least) => (choices.iter().find(|o| recall(o) >= least), positives > 0.0),
            Policy::Share(most) => {
                let found = last_within(most * n);
                (found, found.is_some())
            }
            Policy::PerDay(most) => {
                let day = per_day.ok_or(PolicyError::NoDates)?;
                let found = last_within(most / day * n);
                (found, found.is_some())
            }
            Policy::Cost(alarm, miss) => {
                return Ok(Self::at(policy, (alarm / (alarm + miss)) as f32, p, share, weight));
            }
            Policy::At(value) => return Ok(Self::at(policy, value as f32, p, share, weight)),
            // The test counts rows as they were drawn: weights do not apply.
            Policy::Error(error, confidence) => {
                let guarantee = Guarantee::choose(error, confidence, p, share);
                let met = guarantee.passed.is_some() && guarantee.raised.is_some();
                let at = Self::at(policy, guarantee.high, p, share, weight);
                return Ok(Self { met, guarantee: Some(guarantee), ..at });
            }
        };
        // Between the last raised and the first that is not, so that rounding does no harm.
        let value = match chosen {
            Some(o) => {
                let next = choices.iter().find(|other| other.threshold < o.threshold);
                next.map_or(o.threshold / 2.0, |next| next.threshold + (o.threshold - next.threshold) / 2.0)
            }
            None => 1.0,
        };
        Ok(Self { met, ..Self::at(policy, value, p, share, weight) })
    }

    /// A given threshold, not measured on anything.
    #[must_use]
    pub fn unmeasured(policy: Policy, value: f32) -> Self {
        Self { value, policy, met: true, precision: None, recall: None, raised: 0.0, guarantee: None }
    }

    /// One that no probability reaches, where there is nothing to choose by.
    #[must_use]
    pub fn never(policy: Policy) -> Self {
        Self { met: false, ..Self::unmeasured(policy, NEVER) }
    }

    /// Whether no probability reaches it.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.value >= NEVER
    }

    /// The same threshold with the results from `figures`.
    #[must_use]
    pub fn measured(mut self, figures: &FlagFigures) -> Self {
        if let Some(yes) = figures.per_class.get(1) {
            let confusion = &figures.confusion;
            let (hits, raised) = (confusion.get(1, 1), confusion.predicted(1));
            let or_wilson =
                |figure: Option<Estimate>, n| figure.filter(|own| own.low.is_some()).or_else(|| wilson(hits, n));
            self.precision = or_wilson(yes.precision, raised);
            self.recall = or_wilson(yes.recall, confusion.support(1));
            self.raised = raised / confusion.total().max(f64::MIN_POSITIVE);
        }
        self
    }

    /// A given threshold, measured. If a false alarm costs `a` and a miss `m`, `a / (a + m)` is the cheapest for
    /// calibrated probabilities: Elkan, The foundations of cost-sensitive learning, IJCAI 2001.
    fn at(policy: Policy, value: f32, p: &[f32], share: &[f32], weight: &[f32]) -> Self {
        let (mut hits, mut raised, mut positives, mut all) = (0.0, 0.0, 0.0, 0.0);
        for ((p, share), weight) in p.iter().zip(share).zip(weight) {
            let weight = f64::from(*weight);
            let hit = f64::from(*share) * weight;
            positives += hit;
            all += weight;
            if *p >= value {
                raised += weight;
                hits += hit;
            }
        }
        Self {
            value,
            policy,
            met: true,
            precision: wilson(hits, raised),
            recall: wilson(hits, positives),
            raised: raised / f64::max(all, f64::MIN_POSITIVE),
            guarantee: None,
        }
    }

    /// Whether a flag of this probability is left to a person.
    #[must_use]
    pub fn unsure(&self, p: f32) -> bool {
        self.guarantee.as_ref().is_some_and(|guarantee| guarantee.unsure(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(policy: &str) -> Threshold {
        let p = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
        let y = [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        Threshold::choose(policy.parse().unwrap(), &p, &y, Some(100.0)).unwrap()
    }

    fn raised(policy: &str) -> usize {
        (choose(policy).raised * 10.0).round() as usize
    }

    #[test]
    fn each_policy_raises_what_it_asks_for() {
        assert_eq!(raised("precision>=0.9"), 2);
        assert_eq!(raised("precision >= 0.75"), 4);
        assert_eq!(raised("recall>=0.5"), 2);
        assert_eq!(raised("recall>=0.8"), 7);
        assert_eq!(raised("f1"), 4);
        assert_eq!(raised("review<=30%"), 3);
        assert_eq!(raised("review<=20/day"), 2);
        assert_eq!(raised("cost=1:1"), 5);
        assert_eq!(raised("0.65"), 3);
    }

    #[test]
    fn what_cannot_be_met_is_said() {
        assert!(choose("precision>=0.9").met);
        let p = [0.9, 0.8];
        let never = Threshold::choose(Policy::Precision(0.9), &p, &[0.0, 1.0], None).unwrap();
        assert!(!never.met);
        let none = Threshold::choose(Policy::Recall(0.9), &p, &[0.0, 0.0], None).unwrap();
        assert!(!none.met);
        assert_eq!(Threshold::choose(Policy::PerDay(5.0), &p, &p, None).unwrap_err(), PolicyError::NoDates);
    }

    #[test]
    fn what_no_guarantee_covers_is_left_to_a_person() {
        // Ten by ten rows are too few for a side of its own.
        let few = choose("error<=0.02");
        assert!(!few.met && few.unsure(0.0) && few.unsure(1.0) && few.value > 1.0);
        assert_eq!(few.raised.to_bits(), 0.0_f64.to_bits());
        let p: Vec<f32> = (0..1000).map(|i| i as f32 / 999.0).collect();
        let y: Vec<f32> =
            p.iter().map(|p| f32::from(u8::from(*p > 0.8 || (*p > 0.4 && *p * 1000.0 % 2.0 < 1.0)))).collect();
        let kept = Threshold::choose(Policy::Error(0.02, 0.9), &p, &y, None).unwrap();
        assert!(kept.met && kept.unsure(0.6) && !kept.unsure(0.1) && !kept.unsure(0.95), "{kept:?}");
        assert!(kept.precision.unwrap().value >= 0.98 && kept.unsure(kept.value - 1e-3));
        // An older model file is read as before.
        let json = serde_json::to_string(&choose("f1")).unwrap();
        assert!(!json.contains("promise"));
        assert_eq!(serde_json::from_str::<Threshold>(&json).unwrap().guarantee, None);
    }

    #[test]
    fn policies_are_written_as_they_are_read() {
        for text in [
            "f1",
            "macro-f1",
            "precision>=0.9",
            "recall>=0.8",
            "review<=50/day",
            "review<=5%",
            "cost=1:5",
            "error<=0.02",
            "error<=0.05@0.95",
            "0.3",
        ] {
            assert_eq!(text.parse::<Policy>().unwrap().to_string(), text);
        }
        assert_eq!("error <= 2% @ 90%".parse(), Ok(Policy::Error(0.02, 0.9)));
        for text in [
            "",
            "precision>=2",
            "review<=5",
            "cost=0:0",
            "cost=1",
            "-1",
            "NaN",
            "error<=0",
            "error<=51%",
            "error<=",
            "error<=0.1@1",
        ] {
            assert!(text.parse::<Policy>().is_err(), "{text}");
        }
    }
}

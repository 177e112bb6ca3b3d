//! What is read of labelled tables that are all alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::dataset::error::TrainError;
use crate::dataset::flag_cell::{FLAG_VALUES, is_share};
use crate::dataset::towards::Towards;
use crate::thread::columns::ColumnMap;
use crate::thread::error::{Listed, meant};

/// Stances that are learnt when no label is named.
pub(crate) const KNOWN_STANCES: [&str; 1] = ["stance"];
/// Flags that are learnt when no label is named.
pub(crate) const KNOWN_FLAGS: [&str; 10] = [
    "speculative",
    "off_topic",
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "profanity",
    "identity_attack",
    "reject",
];

/// The column that says how much a row counts for a label.
#[must_use]
pub(crate) fn weight_column(label: &str) -> String {
    format!("{label}.weight")
}

/// Which columns of the labelled tables mean what.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Columns that hold a stance. With neither these nor flags the known names are looked for.
    pub stances: Vec<String>,
    /// Columns that hold a flag.
    pub flags: Vec<String>,
    /// Known columns under other headers.
    pub columns: ColumnMap,
    /// A model's own mapping, which holds where its headers are there.
    pub remembered: ColumnMap,
    /// Whether it is enough that any of the named labels is there.
    pub any: bool,
    /// A column whose equal values stay on one side; without it `thread_id` where there is one.
    pub group: Option<String>,
    /// A column that names the fold.
    pub fold: Option<String>,
    /// Of the tables, if not UTF-8.
    pub encoding: Option<String>,
    /// Rows that would only be warned of are refused.
    pub strict: bool,
    /// Whether a column `LABEL.weight` says how much a row counts for that label; an empty cell counts 1.
    pub weights: bool,
    /// What stances are towards, if not what the rows say.
    pub towards: Option<Towards>,
    /// What cells of labels stand for, where that is not what they say.
    pub classes: Classes,
    /// The classes that a model knows, by label: other spellings of them are told.
    pub known_classes: BTreeMap<String, Vec<String>>,
}

impl Request {
    /// The names of the labels that are looked for, stances first.
    pub(crate) fn labels(&self) -> [Vec<String>; 2] {
        if self.stances.is_empty() && self.flags.is_empty() {
            let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
            [names(&KNOWN_STANCES), names(&KNOWN_FLAGS)]
        } else {
            [self.stances.clone(), self.flags.clone()]
        }
    }

    /// Whether the classes are those of labels that are looked for.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        let [stances, flags] = self.labels();
        for ClassRule { label, old, new } in self.classes.rules() {
            let no_value = !is_share(&new);
            if flags.contains(&label) && no_value {
                let reason = format!("{label} is a flag: {FLAG_VALUES}");
                return Err(TrainError::Classes { rule: ClassRule { label, old, new }, reason });
            }
            if !stances.contains(&label) && !flags.contains(&label) {
                let there = [stances, flags].concat();
                let reason =
                    format!("no label {label:?} is read{}; there are {}", meant(&label, &there), Listed(&there));
                return Err(TrainError::Classes { rule: ClassRule { label, old, new }, reason });
            }
        }
        Ok(())
    }
}

/// `--classes LABEL=OLD:NEW`: what a cell of a label stands for. Displayed as that option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassRule {
    /// The label.
    pub label: String,
    /// What the cell says; empty for an empty cell.
    pub old: String,
    /// What it stands for; empty for not annotated.
    pub new: String,
}

impl ClassRule {
    /// Unless an option cannot say it.
    pub(crate) fn new(label: &str, old: &str, new: &str) -> Option<Self> {
        let own = || Self { label: label.to_owned(), old: old.to_owned(), new: new.to_owned() };
        (!label.contains('=') && !new.contains(':')).then(own)
    }
}

impl FromStr for ClassRule {
    type Err = String;

    /// Reads `LABEL=OLD:NEW`. The label ends at the first `=`, and the new name begins after the last `:`.
    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str =
            "write it as LABEL=OLD:NEW, as in stance=Favor:favor (nothing after the colon: not annotated)";
        let (label, classes) = text.split_once('=').ok_or(FORM)?;
        let (old, new) = classes.rsplit_once(':').ok_or(FORM)?;
        let [label, old, new] = [label, old, new].map(|part| part.trim().to_owned());
        if label.is_empty() { Err(FORM.to_owned()) } else { Ok(Self { label, old, new }) }
    }
}

impl fmt::Display for ClassRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, old, new } = self;
        let value = format!("{label}={old}:{new}");
        let is_plain = |char: char| char.is_alphanumeric() || "=:_-.,+@%/".contains(char);
        if value.chars().all(is_plain) {
            write!(f, "--classes {value}")
        } else {
            // As a shell takes it for one word.
            write!(f, "--classes '{}'", value.replace('\'', r"'\''"))
        }
    }
}

/// What cells stand for, by label and by cell. Cells that are not named say what they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes(BTreeMap<String, BTreeMap<String, String>>);

impl Classes {
    /// From the values of `--classes`.
    ///
    /// # Errors
    /// When a cell is to stand for two things.
    pub fn new(rules: Vec<ClassRule>) -> Result<Self, String> {
        let mut classes = Self::default();
        for ClassRule { label, old, new } in rules {
            let before = classes.0.entry(label.clone()).or_default().insert(old.clone(), new.clone());
            if let Some(before) = before.filter(|before| *before != new) {
                let both =
                    [before, new].map(|new| ClassRule { label: label.clone(), old: old.clone(), new }.to_string());
                return Err(format!("{} and {} contradict each other", both[0], both[1]));
            }
        }
        Ok(classes)
    }

    /// What cells of a label stand for.
    pub(crate) fn of(&self, label: &str) -> Option<&BTreeMap<String, String>> {
        self.0.get(label)
    }

    /// The labels.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// All of them.
    pub(crate) fn rules(&self) -> impl Iterator<Item = ClassRule> {
        self.0.iter().flat_map(|(label, classes)| {
            let rule = move |(old, new): (&String, &String)| ClassRule {
                label: label.clone(),
                old: old.clone(),
                new: new.clone(),
            };
            classes.iter().map(rule)
        })
    }

    /// Those of which no cell was met.
    pub(crate) fn unmet(&self, met: &BTreeSet<(String, String)>) -> Vec<ClassRule> {
        self.rules().filter(|rule| !met.contains(&(rule.label.clone(), rule.old.clone()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_as_it_is_written() {
        for (text, label, old, new) in [
            ("stance=FAVOR:favor", "stance", "FAVOR", "favor"),
            ("stance=-1:", "stance", "-1", ""),
            ("spam=:0", "spam", "", "0"),
            ("s=http://a:b", "s", "http://a", "b"),
            ("s=a=b:c", "s", "a=b", "c"),
            ("s=it's | me:c d", "s", "it's | me", "c d"),
        ] {
            let rule: ClassRule = text.parse().unwrap();
            assert_eq!((rule.label.as_str(), rule.old.as_str(), rule.new.as_str()), (label, old, new));
        }
        let rule: ClassRule = "s=it's | me:c d".parse().unwrap();
        assert_eq!(rule.to_string(), r"--classes 's=it'\''s | me:c d'");
        for none in ["stance", "stance=a", "=a:b"] {
            assert!(none.parse::<ClassRule>().is_err(), "{none}");
        }
    }

    #[test]
    fn rules_that_contradict_each_other_are_refused() {
        let rules = |texts: &[&str]| Classes::new(texts.iter().map(|text| text.parse().unwrap()).collect());
        assert!(rules(&["s=a:b", "s=a:b", "t=a:c"]).is_ok());
        assert!(rules(&["s=a:b", "s=a:c"]).unwrap_err().contains("--classes s=a:b and --classes s=a:c"));
    }
}

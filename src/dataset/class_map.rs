//! What the cells of a label stand for, where that is not what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// `--classes LABEL=OLD:NEW`: what a cell of a label stands for. Displayed as that option.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassMapping {
    /// The label.
    pub label: String,
    /// What the cell says; empty for an empty cell.
    pub old: String,
    /// What it stands for; empty for not annotated.
    pub new: String,
}

impl ClassMapping {
    /// Unless an option cannot say it.
    pub(crate) fn new(label: &str, old: &str, new: &str) -> Option<Self> {
        let own = || Self { label: label.to_owned(), old: old.to_owned(), new: new.to_owned() };
        (!label.contains('=') && !new.contains(':')).then(own)
    }
}

impl FromStr for ClassMapping {
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

impl fmt::Display for ClassMapping {
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
pub struct ClassMap(BTreeMap<String, BTreeMap<String, String>>);

impl ClassMap {
    /// From the values of `--classes`.
    ///
    /// # Errors
    /// When a cell is to stand for two things.
    pub fn new(rules: Vec<ClassMapping>) -> Result<Self, String> {
        let mut classes = Self::default();
        for ClassMapping { label, old, new } in rules {
            let before = classes.0.entry(label.clone()).or_default().insert(old.clone(), new.clone());
            if let Some(before) = before.filter(|before| *before != new) {
                let both =
                    [before, new].map(|new| ClassMapping { label: label.clone(), old: old.clone(), new }.to_string());
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
    pub(crate) fn rules(&self) -> impl Iterator<Item = ClassMapping> {
        self.0.iter().flat_map(|(label, classes)| {
            let rule = move |(old, new): (&String, &String)| ClassMapping {
                label: label.clone(),
                old: old.clone(),
                new: new.clone(),
            };
            classes.iter().map(rule)
        })
    }

    /// Those of which no cell was met.
    pub(crate) fn unmet(&self, met: &BTreeSet<(String, String)>) -> Vec<ClassMapping> {
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
            let rule: ClassMapping = text.parse().unwrap();
            assert_eq!((rule.label.as_str(), rule.old.as_str(), rule.new.as_str()), (label, old, new));
        }
        let rule: ClassMapping = "s=it's | me:c d".parse().unwrap();
        assert_eq!(rule.to_string(), r"--classes 's=it'\''s | me:c d'");
        for none in ["stance", "stance=a", "=a:b"] {
            assert!(none.parse::<ClassMapping>().is_err(), "{none}");
        }
    }

    #[test]
    fn rules_that_contradict_each_other_are_refused() {
        let rules = |texts: &[&str]| ClassMap::new(texts.iter().map(|text| text.parse().unwrap()).collect());
        assert!(rules(&["s=a:b", "s=a:b", "t=a:c"]).is_ok());
        assert!(rules(&["s=a:b", "s=a:c"]).unwrap_err().contains("--classes s=a:b and --classes s=a:c"));
    }
}

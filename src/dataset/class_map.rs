//! What label cells stand for, if not for what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// What a label cell stands for, written `LABEL=OLD:NEW`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassMapping {
    /// The label whose cells it maps.
    pub label: String,
    /// The cell's content; empty for an empty cell.
    pub old: String,
    /// The new class; empty for not annotated.
    pub new: String,
}

impl ClassMapping {
    /// `None` if its written form could not be parsed back.
    pub(crate) fn new(label: &str, old: &str, new: &str) -> Option<Self> {
        let own = || Self { label: label.to_owned(), old: old.to_owned(), new: new.to_owned() };
        (!label.contains('=') && !new.contains(':')).then(own)
    }
}

/// The error for a mapping that is not written as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as LABEL=OLD:NEW, as in stance=Favor:favor (nothing after the colon: not annotated)")]
pub struct ClassMappingError;

impl FromStr for ClassMapping {
    type Err = ClassMappingError;

    /// Reads `LABEL=OLD:NEW`. The label ends at the first `=`, and the new name begins after the last `:`.
    fn from_str(text: &str) -> Result<Self, ClassMappingError> {
        let (label, classes) = text.split_once('=').ok_or(ClassMappingError)?;
        let (old, new) = classes.rsplit_once(':').ok_or(ClassMappingError)?;
        let [label, old, new] = [label, old, new].map(|word| word.trim().to_owned());
        if label.is_empty() { Err(ClassMappingError) } else { Ok(Self { label, old, new }) }
    }
}

impl fmt::Display for ClassMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, old, new } = self;
        write!(f, "{label}={old}:{new}")
    }
}

/// What cells stand for, by label and cell. Cells not listed keep their meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassMap(BTreeMap<String, BTreeMap<String, String>>);

/// Two mappings that give one cell two meanings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} and {} contradict each other", .0[0], .0[1])]
pub struct Contradiction(pub Box<[ClassMapping; 2]>);

impl ClassMap {
    /// Combines mappings; the same one may occur twice.
    ///
    /// # Errors
    /// When a cell would have two meanings.
    pub fn new(rules: Vec<ClassMapping>) -> Result<Self, Contradiction> {
        let mut classes = Self::default();
        for ClassMapping { label, old, new } in rules {
            let before = classes.0.entry(label.clone()).or_default().insert(old.clone(), new.clone());
            if let Some(before) = before.filter(|before| *before != new) {
                let both = [before, new].map(|new| ClassMapping { label: label.clone(), old: old.clone(), new });
                return Err(Contradiction(Box::new(both)));
            }
        }
        Ok(classes)
    }

    /// The mappings of a label's cells.
    pub(crate) fn of(&self, label: &str) -> Option<&BTreeMap<String, String>> {
        self.0.get(label)
    }

    /// The labels that have mappings.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// All mappings, ordered by label and cell.
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

    /// The mappings whose cell never occurred.
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
            assert_eq!(rule.to_string(), text);
        }
        for none in ["stance", "stance=a", "=a:b"] {
            assert!(none.parse::<ClassMapping>().is_err(), "{none}");
        }
    }

    #[test]
    fn rules_that_contradict_each_other_are_refused() {
        let rules = |texts: &[&str]| ClassMap::new(texts.iter().map(|text| text.parse().unwrap()).collect());
        assert!(rules(&["s=a:b", "s=a:b", "t=a:c"]).is_ok());
        assert!(rules(&["s=a:b", "s=a:c"]).unwrap_err().to_string().starts_with("s=a:b and s=a:c"));
    }

    #[test]
    fn a_mapping_that_could_not_be_read_back_is_not_made() {
        assert!(ClassMapping::new("s", "a:b", "c").is_some());
        assert_eq!(ClassMapping::new("s=t", "a", "b"), None);
        assert_eq!(ClassMapping::new("s", "a", "b:c"), None);
    }

    #[test]
    fn cells_that_are_nowhere_are_told_apart() {
        let rules = ["s=a:b", "s=c:d", "t=a:b"].map(|text| text.parse().unwrap());
        let map = ClassMap::new(rules.to_vec()).unwrap();
        assert_eq!(map.of("s").unwrap()["c"], "d");
        assert_eq!(map.of("u"), None);
        let met = BTreeSet::from([("s", "a"), ("t", "a")].map(|(label, cell)| (label.to_owned(), cell.to_owned())));
        assert_eq!(map.unmet(&met), ["s=c:d".parse().unwrap()]);
    }
}

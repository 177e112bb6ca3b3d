//! What to read from labelled tables that all have the same columns.

use std::collections::BTreeMap;

use crate::dataset::class_map::ClassMap;
use crate::dataset::class_map::ClassMapping;
use crate::dataset::error::TrainError;
use crate::dataset::flag_cell::{FLAG_VALUES, is_share};
use crate::dataset::label::KNOWN_FLAGS;
use crate::dataset::label::KNOWN_STANCES;
use crate::dataset::states::REJECT;
use crate::dataset::towards::Towards;
use crate::thread::columns::ColumnMap;
use crate::thread::error::{Listed, meant};
use crate::thread::format::Format;

/// The column with a row's weight for a label.
#[must_use]
pub(crate) fn weight_column(label: &str) -> String {
    format!("{label}.weight")
}

/// Which columns of the labelled tables mean what.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Columns that hold a stance. If neither these nor flags are named, the known names are looked for.
    pub stances: Vec<String>,
    /// Columns that hold a flag.
    pub flags: Vec<String>,
    /// Columns whose cells name several flags each.
    pub flags_in: Vec<String>,
    /// Whether moderators' decisions, as recorded in columns of states, are learnt as the flag `reject`.
    pub from_states: bool,
    /// The column with a row's annotator; by default, a column with a common name for it.
    pub annotator: Option<String>,
    /// Known columns under other headers.
    pub columns: ColumnMap,
    /// A model's own mapping, used if its headers are present.
    pub remembered: ColumnMap,
    /// Whether any one of the named labels is enough.
    pub any: bool,
    /// A column whose equal values stay on one side; by default `thread_id`, if present.
    pub group: Option<String>,
    /// A column with the fold.
    pub fold: Option<String>,
    /// The format of the tables, if it is not to be identified by name or content.
    pub format: Option<Format>,
    /// Whether rows that would cause a warning are refused.
    pub strict: bool,
    /// Whether a column `LABEL.weight` gives a row's weight for that label; an empty cell counts as 1.
    pub weights: bool,
    /// What stances are towards, if not what the rows say.
    pub towards: Option<Towards>,
    /// What label cells stand for, if not for what they say.
    pub classes: ClassMap,
    /// The classes that a model knows, by label: other spellings of them are reported.
    pub known_classes: BTreeMap<String, Vec<String>>,
}

impl Request {
    /// The names of the labels looked for, stances first.
    pub(crate) fn labels(&self) -> [Vec<String>; 2] {
        let [stances, mut flags] = if self.names_none() && self.flags_in.is_empty() {
            let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
            [names(&KNOWN_STANCES), names(&KNOWN_FLAGS)]
        } else {
            [self.stances.clone(), self.flags.clone()]
        };
        if self.from_states && !flags.iter().any(|flag| flag == REJECT) {
            flags.push(REJECT.to_owned());
        }
        [stances, flags]
    }

    /// Whether the tables decide which labels there are.
    pub(crate) fn names_none(&self) -> bool {
        self.stances.is_empty() && self.flags.is_empty()
    }

    /// Checks that the class map is for labels that are looked for.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        let [stances, flags] = self.labels();
        for ClassMapping { label, old, new } in self.classes.rules() {
            let no_value = !is_share(&new);
            if flags.contains(&label) && no_value {
                let reason = format!("{label} is a flag: {FLAG_VALUES}");
                return Err(TrainError::Classes { rule: ClassMapping { label, old, new }, reason });
            }
            // The labels of an annotation file are known only once it is read.
            let is_open = self.names_none() || self.flags_in.contains(&label);
            if !is_open && !stances.contains(&label) && !flags.contains(&label) {
                return Err(Self::unread(ClassMapping { label, old, new }, &[stances, flags].concat()));
            }
        }
        Ok(())
    }

    /// The error that no label has cells for the mapping; `there` are the labels that exist.
    pub(crate) fn unread(rule: ClassMapping, there: &[String]) -> TrainError {
        let label = &rule.label;
        let reason = format!("no label {label:?} is read{}; there are {}", meant(label, there), Listed(there));
        TrainError::Classes { rule, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(stances: &[&str], flags: &[&str], classes: &[&str]) -> Request {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let classes = ClassMap::new(classes.iter().map(|rule| rule.parse().unwrap()).collect()).unwrap();
        Request { stances: names(stances), flags: names(flags), classes, ..Request::default() }
    }

    #[test]
    fn the_known_labels_are_looked_for_unless_any_is_named() {
        let [stances, flags] = Request::default().labels();
        assert_eq!((stances.len(), flags.len()), (KNOWN_STANCES.len(), KNOWN_FLAGS.len()));
        assert_eq!(request(&[], &["rude"], &[]).labels(), [vec![], vec!["rude".to_owned()]]);
    }

    #[test]
    fn a_flags_cell_stands_for_what_a_flag_can_be() {
        assert!(request(&["s"], &["f"], &["f=x:1", "f=y:", "s=x:anything"]).check().is_ok());
        let error = request(&["s"], &["f"], &["f=x:maybe"]).check().unwrap_err().to_string();
        assert!(error.starts_with("f=x:maybe: f is a flag: a flag is 1 or 0"), "{error}");
    }

    #[test]
    fn a_mapping_of_a_label_that_is_not_read_is_refused() {
        let error = request(&["stance"], &[], &["stence=x:y"]).check().unwrap_err().to_string();
        assert_eq!(error, "stence=x:y: no label \"stence\" is read (did you mean `stance`?); there are stance");
    }
}

//! Labels that cannot be learnt or evaluated, with the reasons, and label cells that could not be read.

use std::collections::BTreeMap;

use crate::dataset::class_map::ClassMapping;
use crate::thread::row::Refused;

/// A column with more classes than this is free text, not a stance.
pub(crate) const MOST_CLASSES: usize = 64;

/// The most different names in a column of names: each is learnt as a flag.
pub(crate) const MOST_FLAGS: usize = 64;

/// How many of a label's refused cells are reported one by one.
const TOLD: usize = 5;
/// A longer cell, in bytes, is not suggested in an option.
const LONGEST: usize = 60;

/// The cells of a label that could not be read. Each costs its row that label and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedCells {
    /// The number of refused cells.
    pub count: u64,
    /// The first refused cells.
    pub first: Vec<Refused>,
    /// What the first distinct cells probably stand for.
    rules: Vec<ClassMapping>,
    /// The column, if its cells are lists.
    pub(crate) lists: Option<String>,
    /// Whether other cells of the label are empty.
    pub(crate) beside_empty: bool,
}

impl RefusedCells {
    pub(crate) fn push(&mut self, refused: impl FnOnce() -> Refused) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(refused());
        }
    }

    /// Records what a cell probably stands for.
    pub(crate) fn means(&mut self, label: &str, cell: &str, new: &str) {
        let is_new = self.rules.len() < TOLD && self.rules.iter().all(|rule| rule.old != cell);
        if is_new && cell.len() <= LONGEST {
            self.rules.extend(ClassMapping::new(label, cell, new));
        }
    }

    /// What the first distinct cells probably stand for.
    #[must_use]
    pub fn likely(&self) -> &[ClassMapping] {
        &self.rules
    }

    /// A mapping of empty cells to no, if all other cells probably mean yes.
    #[must_use]
    pub fn empty_is_no(&self) -> Option<ClassMapping> {
        let rule = self.rules.first()?;
        let is_likely = self.beside_empty && self.rules.iter().all(|rule| rule.new == "1");
        is_likely.then(|| ClassMapping { old: String::new(), new: "0".to_owned(), ..rule.clone() })
    }

    fn describe(&self) -> String {
        let cells = if self.count == 1 { "1 cell was".to_owned() } else { format!("{} cells were", self.count) };
        let first = self.first.first().map(|first| format!(", first {first}")).unwrap_or_default();
        format!("{cells} refused{first}")
    }
}

/// The cells that could not be read, by label.
pub(crate) type CellsByLabel = BTreeMap<String, RefusedCells>;

/// Why a label is not learnt, or not evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// Only one of its classes, or only yes or only no, occurs.
    #[error("label {label:?} has one class only ({class}, in {rows} rows): there is nothing to tell apart{}", and(.refused.as_ref()))]
    OneClass {
        /// The label's name.
        label: String,
        /// The only class that occurs.
        class: String,
        /// How many rows have it.
        rows: usize,
        /// Refused cells, which might have been of another class.
        refused: Option<RefusedCells>,
    },
    /// All its cells are empty.
    #[error("label {label:?} is annotated in no row")]
    Empty {
        /// The label's name.
        label: String,
    },
    /// It has cells that are not empty, but none could be read.
    #[error("label {label:?} has no cell that could be read: {}", .refused.describe())]
    Unread {
        /// The label's name.
        label: String,
        /// The refused cells.
        refused: RefusedCells,
    },
    /// A column of names, with more names than can be learnt.
    #[error("the cells of {label:?} have more than {MOST_FLAGS} different names, the most that are learnt as flags")]
    ManyFlags {
        /// The column.
        label: String,
    },
    /// A column of free text, taken for a stance.
    #[error("label {label:?} has {classes} different values, but a stance has at most {MOST_CLASSES} classes")]
    ManyClasses {
        /// The label's name.
        label: String,
        /// The number of distinct values.
        classes: usize,
    },
    /// The model to be evaluated lacks some of its classes.
    #[error("{rows} of {of} rows with label {label:?} have a class that the model does not know: {classes}")]
    UnknownClasses {
        /// The label's name.
        label: String,
        /// The number of rows with those classes.
        rows: usize,
        /// The number of annotated rows.
        of: usize,
        /// The classes, with the number of rows for each.
        classes: String,
    },
}

fn and(refused: Option<&RefusedCells>) -> String {
    refused.map(|refused| format!("; {}", refused.describe())).unwrap_or_default()
}

impl LeftOut {
    /// The name of the label that is left out.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::OneClass { label, .. }
            | Self::Empty { label }
            | Self::Unread { label, .. }
            | Self::ManyClasses { label, .. }
            | Self::ManyFlags { label }
            | Self::UnknownClasses { label, .. } => label,
        }
    }

    /// The label's unreadable cells, if they are the reason for leaving it out.
    #[must_use]
    pub fn refused(&self) -> Option<&RefusedCells> {
        match self {
            Self::Unread { refused, .. } => Some(refused),
            Self::OneClass { refused, .. } => refused.as_ref(),
            Self::Empty { .. } | Self::ManyClasses { .. } | Self::ManyFlags { .. } | Self::UnknownClasses { .. } => {
                None
            }
        }
    }
}

/// Several of them in one sentence.
pub(crate) fn listed(left_out: &[LeftOut]) -> String {
    left_out.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(cells: &[(&str, &str)]) -> RefusedCells {
        let mut refused = RefusedCells::default();
        for (line, (cell, new)) in (2..).zip(cells) {
            refused.push(|| Refused { file: "a.csv".to_owned(), line, reason: format!("spam is {cell:?}") });
            refused.means("spam", cell, new);
        }
        refused
    }

    #[test]
    fn the_first_cells_are_kept_and_all_are_counted() {
        let cells: Vec<String> = (0..9).map(|cell| format!("x{cell}")).collect();
        let refused = refused(&cells.iter().map(|cell| (cell.as_str(), "1")).collect::<Vec<_>>());
        assert_eq!((refused.count, refused.first.len(), refused.likely().len()), (9, TOLD, TOLD));
        assert!(refused.describe().starts_with("9 cells were refused, first a.csv:2: "));
    }

    #[test]
    fn each_cell_is_mapped_once_and_a_long_one_never() {
        let long = "x".repeat(LONGEST + 1);
        let refused = refused(&[("x", "1"), ("x", "1"), (&long, "1"), ("not", "0")]);
        let likely: Vec<String> = refused.likely().iter().map(ToString::to_string).collect();
        assert_eq!(likely, ["spam=x:1", "spam=not:0"]);
    }

    #[test]
    fn an_empty_cell_is_a_no_where_marks_are_a_yes() {
        let mut marks = refused(&[("x", "1")]);
        assert_eq!(marks.empty_is_no(), None, "there are no empty cells");
        marks.beside_empty = true;
        assert_eq!(marks.empty_is_no(), "spam=:0".parse().ok());
        let mut words = refused(&[("x", "1"), ("not", "0")]);
        words.beside_empty = true;
        assert_eq!(words.empty_is_no(), None);
    }

    #[test]
    fn only_labels_left_out_for_their_cells_show_them() {
        let label = || "spam".to_owned();
        assert!(LeftOut::Unread { label: label(), refused: refused(&[]) }.refused().is_some());
        assert!(LeftOut::Empty { label: label() }.refused().is_none());
        assert_eq!(LeftOut::ManyClasses { label: label(), classes: 65 }.label(), "spam");
    }
}

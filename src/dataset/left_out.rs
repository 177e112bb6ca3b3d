//! Labels of which nothing can be learnt or evaluated, and why; cells of labels that say nothing.

use std::collections::BTreeMap;

use crate::dataset::class_map::ClassMapping;
use crate::thread::row::Refused;

/// More classes than this are no stance but a column of free text.
pub(crate) const MOST_CLASSES: usize = 64;

/// So many of a label's refused cells are told one by one.
const TOLD: usize = 5;
/// A longer cell is not what an option names.
const LONGEST: usize = 60;

/// The cells of a label that could not be read. Each costs its row that label and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedCells {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<Refused>,
    /// What the first different ones are likely to stand for.
    rules: Vec<ClassMapping>,
    /// Other cells of the label are empty.
    pub(crate) beside_empty: bool,
}

impl RefusedCells {
    pub(crate) fn push(&mut self, refused: impl FnOnce() -> Refused) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(refused());
        }
    }

    /// Takes what a cell is likely to stand for.
    pub(crate) fn means(&mut self, label: &str, cell: &str, new: &str) {
        let is_new = self.rules.len() < TOLD && self.rules.iter().all(|rule| rule.old != cell);
        if is_new && cell.len() <= LONGEST {
            self.rules.extend(ClassMapping::new(label, cell, new));
        }
    }

    /// How to say what the cells stand for, if they may stand for anything.
    #[must_use]
    pub fn way_out(&self) -> Option<String> {
        let rule = self.rules.first()?;
        let options: Vec<String> = self.rules.iter().map(ToString::to_string).collect();
        let no = ClassMapping { old: String::new(), new: "0".to_owned(), ..rule.clone() };
        let empty = if self.beside_empty && self.rules.iter().all(|rule| rule.new == "1") {
            format!("; and {no} where an empty one is a no")
        } else {
            String::new()
        };
        Some(format!("to say what such cells stand for: {}{empty}", options.join(" ")))
    }

    fn describe(&self) -> String {
        let cells = if self.count == 1 { "1 cell was".to_owned() } else { format!("{} cells were", self.count) };
        let first = self.first.first().map(|first| format!(", first {first}")).unwrap_or_default();
        let way_out = self.way_out().map(|told| format!("; {told}")).unwrap_or_default();
        format!("{cells} refused{first}{way_out}")
    }
}

/// By label, its cells that could not be read.
pub(crate) type CellsByLabel = BTreeMap<String, RefusedCells>;

/// Why a label is not learnt, or not evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// Only one class or side of it occurs.
    #[error("label {label:?} has one class only ({class}, in {rows} rows): there is nothing to tell apart{}", and(.refused.as_ref()))]
    OneClass {
        /// Its name.
        label: String,
        /// The class.
        class: String,
        /// Its rows.
        rows: usize,
        /// Cells that might have said another.
        refused: Option<RefusedCells>,
    },
    /// Its cells are empty.
    #[error("label {label:?} is annotated in no row")]
    Empty {
        /// Its name.
        label: String,
    },
    /// Its cells are not empty, but none could be read.
    #[error("label {label:?} has no cell that could be read: {}", .refused.describe())]
    Unread {
        /// Its name.
        label: String,
        /// The cells.
        refused: RefusedCells,
    },
    /// A column of free text, taken for a stance.
    #[error("label {label:?} has {classes} different values, but a stance has at most {MOST_CLASSES} classes")]
    ManyClasses {
        /// Its name.
        label: String,
        /// Its different values.
        classes: usize,
    },
    /// The model to be evaluated does not have some of its classes.
    #[error("{rows} of {of} rows with label {label:?} have a class that the model does not know: {classes}")]
    UnknownClasses {
        /// Its name.
        label: String,
        /// Rows of those classes.
        rows: usize,
        /// Rows that are annotated.
        of: usize,
        /// The classes, each with its rows.
        classes: String,
    },
}

fn and(refused: Option<&RefusedCells>) -> String {
    refused.map(|refused| format!("; {}", refused.describe())).unwrap_or_default()
}

impl LeftOut {
    /// The label.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::OneClass { label, .. }
            | Self::Empty { label }
            | Self::Unread { label, .. }
            | Self::ManyClasses { label, .. }
            | Self::UnknownClasses { label, .. } => label,
        }
    }
}

/// Several of them in one sentence.
pub(crate) fn listed(left_out: &[LeftOut]) -> String {
    left_out.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

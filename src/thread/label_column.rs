//! The columns of a table that hold labels, if its format says which those are.

/// A column that holds a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabelColumn {
    /// Its header.
    pub name: String,
    /// It is a flag, not a stance.
    pub is_flag: bool,
    /// The file's name for what annotators were asked; the column may be one answer of several.
    pub question: String,
    /// The answer to the question that this column stands for, as the file writes it.
    pub answer: String,
    /// The format does not mark it as a label: it is an ordinary column whose cells look like answers.
    pub is_guessed: bool,
}

impl LabelColumn {
    /// Whether `name` refers to this column, perhaps among others.
    pub(crate) fn is_meant(&self, name: &str) -> bool {
        self.name == name || self.question == name || is_answer(name, &self.question, &self.answer)
    }
}

/// Whether `name` is `question.answer`.
pub(crate) fn is_answer(name: &str, question: &str, answer: &str) -> bool {
    name.strip_prefix(question).and_then(|rest| rest.strip_prefix('.')) == Some(answer)
}

/// The labels requested from a table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// Names of stances.
    pub stances: &'a [String],
    /// Names of flags.
    pub flags: &'a [String],
}

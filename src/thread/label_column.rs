//! The columns of a table that hold labels, where its format says which those are.

/// A column that holds a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabelColumn {
    /// Its header.
    pub name: String,
    /// It says yes or no, not one of several classes.
    pub is_flag: bool,
    /// What the file calls what annotators were asked, of which this may be one answer of several.
    pub question: String,
    /// The answer that it is of the question, as the file writes it.
    pub answer: String,
    /// The file does not say that it is one: it is an ordinary column whose cells look like answers.
    pub is_guessed: bool,
}

impl LabelColumn {
    /// Whether somebody who asks for `name` means this column, among others.
    pub(crate) fn is_meant(&self, name: &str) -> bool {
        self.name == name || self.question == name || is_answer(name, &self.question, &self.answer)
    }
}

/// Whether `name` is `question.answer`.
pub(crate) fn is_answer(name: &str, question: &str, answer: &str) -> bool {
    name.strip_prefix(question).and_then(|rest| rest.strip_prefix('.')) == Some(answer)
}

/// The labels that somebody asks a table for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// Of one of several classes.
    pub stances: &'a [String],
    /// Of yes or no.
    pub flags: &'a [String],
}

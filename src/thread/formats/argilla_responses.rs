//! Annotators' responses in Argilla, grouped by annotator.

use std::collections::BTreeMap;

use crate::thread::annotated::json::names;
use crate::thread::annotated::sheet::Sheet;
use crate::thread::json::arena::Value;

/// The responses to one record by annotator, in order of appearance.
#[derive(Default)]
pub(crate) struct Responses<'a> {
    by_user: Vec<(&'a str, Response<'a>)>,
    index: BTreeMap<&'a str, usize>,
}

/// One annotator's answers, question by question.
type Response<'a> = Vec<(&'a str, Value<'a>)>;

impl<'a> Responses<'a> {
    pub(crate) fn add(&mut self, user: &'a str, question: &'a str, value: Value<'a>) {
        let at = *self.index.entry(user).or_insert(self.by_user.len());
        if at == self.by_user.len() {
            self.by_user.push((user, Vec::new()));
        }
        if let Some((_, response)) = self.by_user.get_mut(at) {
            response.push((question, value));
        }
    }

    /// How many people responded.
    pub(crate) fn len(&self) -> usize {
        self.by_user.len()
    }

    /// Each annotator with their answers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &[(&'a str, Value<'a>)])> {
        self.by_user.iter().map(|(user, response)| (*user, response.as_slice()))
    }
}

/// Whether a response with this status was submitted.
pub(crate) fn counts(status: &str, sheet: &mut Sheet) -> bool {
    let is_in = matches!(status, "submitted" | "");
    if !is_in {
        sheet.told.count(
            "response was discarded or is a draft, and counts as none",
            "responses were discarded or are drafts, and count as none",
        );
    }
    is_in
}

/// Adds an answer to the row.
pub(crate) fn answer(question: &str, value: Value<'_>, sheet: &mut Sheet) {
    if value.is_list() {
        match names(value) {
            Some(chosen) => sheet.answer(question, chosen),
            None => sheet.told.count(
                "response is a ranking or spans, no choice, and is left out",
                "responses are rankings or spans, no choices, and are left out",
            ),
        }
    } else if !value.text().is_empty() {
        sheet.answer(question, [value.text()]);
    }
}

//! Records of Argilla: fields, and the responses of annotators to questions.

use std::collections::BTreeMap;

use crate::thread::annotated::json::{AnnotatedJson, members, names, open, person};
use crate::thread::annotated::sheet::{MOST_ANNOTATORS, Sheet};
use crate::thread::export::Export;
use crate::thread::json::arena::Value;
use crate::thread::known::Known;
use crate::thread::usual;

pub(crate) static ARGILLA: Export = Export {
    name: "argilla",
    what: "records of Argilla",
    recognised: "JSON with `fields` and `responses` in the first object",
    is_document: false,
    is: |head| head.tops_have(&["fields", "responses"]),
    open: open::<Argilla>,
};

#[derive(Default)]
struct Argilla {
    /// Which field is the text, where none is named as texts are.
    text: Option<String>,
    is_begun: bool,
}

/// What one annotator answered.
#[derive(Default)]
struct Response<'a> {
    answers: Vec<(&'a str, Value<'a>)>,
}

impl AnnotatedJson for Argilla {
    fn value(&mut self, record: Value<'_>, sheet: &mut Sheet) {
        let fields = record.get("fields");
        if !fields.is_object() {
            sheet.refuse(record.line(), "a record has an object `fields`");
            return;
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            let keys: Vec<&str> = fields.members().map(|(key, _)| key).collect();
            if usual::likeliest(Known::Text, &keys).is_none()
                && let Some((key, _)) = fields.members().find(|(_, value)| value.is_string())
            {
                sheet.told.remark(format!("the text of a comment is taken from the field `{key}`"));
                self.text = Some(key.to_owned());
            }
        }
        let responses = responses(record.get("responses"), sheet);
        let mut is_same = false;
        sheet.crowd(responses.len());
        for (user, response) in responses.iter().take(MOST_ANNOTATORS) {
            self.comment(record, sheet);
            sheet.plain("annotator", user);
            response.answers.iter().for_each(|(question, value)| answer(question, *value, sheet));
            sheet.end_row(record.line(), false, is_same);
            is_same = true;
        }
        if !is_same {
            self.comment(record, sheet);
            sheet.end_row(record.line(), false, false);
        }
        let suggestions = record.get("suggestions");
        let count = suggestions.items().count() + suggestions.members().count();
        sheet.told.count_more(
            "suggestion of a model is no response, and is left out",
            "suggestions of models are no responses, and are left out",
            count as u64,
        );
    }
}

impl Argilla {
    fn comment(&self, record: Value<'_>, sheet: &mut Sheet) {
        let ids = ["external_id", "id"].map(|key| record.get(key).text());
        sheet.plain("id", ids.into_iter().find(|id| !id.is_empty()).unwrap_or_default());
        members(record.get("metadata"), &["text", "annotator"], sheet);
        for (key, value) in record.get("fields").members() {
            let is_text = self.text.as_deref() == Some(key);
            sheet.plain(if is_text { Known::Text.name() } else { key }, value.text());
        }
    }
}

/// The responses of a record by who gave them. Old records list them by annotator, new ones by question.
fn responses<'a>(all: Value<'a>, sheet: &mut Sheet) -> Vec<(&'a str, Response<'a>)> {
    let mut by_user: Vec<(&str, Response<'_>)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    let mut add = |user: &'a str, question: &'a str, value: Value<'a>| {
        let at = *index.entry(user).or_insert(by_user.len());
        if at == by_user.len() {
            by_user.push((user, Response::default()));
        }
        if let Some((_, response)) = by_user.get_mut(at) {
            response.answers.push((question, value));
        }
    };
    for response in all.items().filter(|response| counts(*response, sheet)) {
        for (question, value) in response.get("values").members() {
            let own = if value.is_object() { value.get("value") } else { value };
            add(person(response.get("user_id")), question, own);
        }
    }
    for (question, list) in all.members() {
        for response in list.items().filter(|response| counts(*response, sheet)) {
            add(person(response.get("user_id")), question, response.get("value"));
        }
    }
    by_user
}

/// Whether a response was handed in.
fn counts(response: Value<'_>, sheet: &mut Sheet) -> bool {
    let is_in = matches!(response.get("status").text(), "submitted" | "");
    if !is_in {
        sheet.told.count(
            "response was discarded or is a draft, and counts as none",
            "responses were discarded or are drafts, and count as none",
        );
    }
    is_in
}

fn answer(question: &str, value: Value<'_>, sheet: &mut Sheet) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::rows;

    #[test]
    fn responses_by_question_and_by_annotator_are_the_same() {
        let new = "{\"id\":\"1\",\"fields\":{\"text\":\"a\"},\"responses\":{\"q\":[{\"user_id\":\"u\",\"value\":\"x\",\"status\":\"submitted\"},\
                   {\"user_id\":\"v\",\"value\":\"y\",\"status\":\"submitted\"},{\"user_id\":\"w\",\"value\":\"x\",\"status\":\"discarded\"}]}}\n";
        let old = "{\"external_id\":\"1\",\"fields\":{\"text\":\"a\"},\"responses\":[{\"user_id\":\"u\",\"status\":\"submitted\",\"values\":{\"q\":{\"value\":\"x\"}}},\
                   {\"user_id\":\"v\",\"status\":\"submitted\",\"values\":{\"q\":{\"value\":\"y\"}}},{\"user_id\":\"w\",\"status\":\"draft\",\"values\":{}}]}\n";
        for text in [new, old] {
            let (header, found, told) = rows(&ARGILLA, text, true);
            assert_eq!(header, ["id", "text", "annotator", "q"]);
            assert_eq!(found, ["1|a|u|x", "1|a|v|y"]);
            assert_eq!(told, ["1 response was discarded or is a draft, and counts as none"]);
            assert_eq!(rows(&ARGILLA, text, false).1, ["1|a||"], "it is a tie");
        }
    }

    #[test]
    fn a_record_that_nobody_answered_is_a_comment() {
        let text =
            "{\"fields\":{\"prompt\":\"a\"},\"responses\":[]}\n{\"fields\":{\"prompt\":\"b\"},\"responses\":null}\n";
        let (header, found, told) = rows(&ARGILLA, text, false);
        assert_eq!((header, found), (vec!["id".to_owned(), "text".to_owned()], vec!["|a".to_owned(), "|b".to_owned()]));
        assert_eq!(told, ["the text of a comment is taken from the field `prompt`"]);
    }
}

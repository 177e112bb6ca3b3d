//! Argilla records: fields, and annotators' responses to questions.

use crate::thread::annotated::json::{AnnotatedJson, members, open, person};
use crate::thread::annotated::sheet::{MOST_ANNOTATORS, Sheet};
use crate::thread::export::Export;
use crate::thread::formats::argilla_hub;
use crate::thread::formats::argilla_responses::{Responses, answer, counts};
use crate::thread::json::arena::Value;
use crate::thread::known::Known;
use crate::thread::usual;

pub(crate) static ARGILLA: Export = Export {
    name: "argilla",
    what: "records of Argilla",
    recognised: "JSON with `fields` and `responses` in the first object, or with `QUESTION.responses` or `QUESTION-suggestion`",
    is_document: false,
    is: |head| head.tops_have(&["fields", "responses"]) || argilla_hub::is(head),
    open: open::<Argilla>,
};

#[derive(Default)]
struct Argilla {
    /// The field that holds the text, if none has a usual name for one.
    text: Option<String>,
    is_begun: bool,
    /// The records are a Hugging Face data set.
    is_hub: bool,
}

impl AnnotatedJson for Argilla {
    fn value(&mut self, record: Value<'_>, sheet: &mut Sheet) {
        self.is_hub |= argilla_hub::is_record(record);
        let is_hub = self.is_hub && !record.get("fields").is_there();
        if !is_hub && !record.get("fields").is_object() {
            sheet.refuse(record.line(), "a record has an object `fields`");
            return;
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            let fields = fields(record, is_hub);
            let keys: Vec<&str> = fields.iter().map(|(key, _)| *key).collect();
            if usual::likeliest(Known::Text, &keys).is_none()
                && let Some((key, _)) = fields.iter().find(|(_, value)| value.is_string())
            {
                sheet.told.remark(format!("the text of a comment is taken from the field `{key}`"));
                self.text = Some((*key).to_owned());
            }
        }
        let responses =
            if is_hub { argilla_hub::responses(record, sheet) } else { responses(record.get("responses"), sheet) };
        let mut is_same = false;
        sheet.crowd(responses.len());
        for (user, response) in responses.iter().take(MOST_ANNOTATORS) {
            self.comment(record, is_hub, sheet);
            sheet.plain("annotator", user);
            response.iter().for_each(|(question, value)| answer(question, *value, sheet));
            sheet.end_row(record.line(), false, is_same);
            is_same = true;
        }
        if !is_same {
            self.comment(record, is_hub, sheet);
            sheet.end_row(record.line(), false, false);
        }
        let suggestions = record.get("suggestions");
        let count = suggestions.items().count() + suggestions.members().count() + argilla_hub::suggestions(record);
        sheet.told.count_more(
            "suggestion of a model is no response, and is left out",
            "suggestions of models are no responses, and are left out",
            count as u64,
        );
    }
}

impl Argilla {
    fn comment(&self, record: Value<'_>, is_hub: bool, sheet: &mut Sheet) {
        let ids = ["external_id", "id"].map(|key| record.get(key).text());
        sheet.plain("id", ids.into_iter().find(|id| !id.is_empty()).unwrap_or_default());
        if is_hub {
            argilla_hub::metadata(record, sheet);
        } else {
            members(record.get("metadata"), &["text", "annotator"], sheet);
        }
        for (key, value) in fields(record, is_hub) {
            let is_text = self.text.as_deref() == Some(key);
            sheet.plain(if is_text { Known::Text.name() } else { key }, value.text());
        }
    }
}

/// What annotators saw of the comment.
fn fields(record: Value<'_>, is_hub: bool) -> Vec<(&str, Value<'_>)> {
    if is_hub { argilla_hub::fields(record).collect() } else { record.get("fields").members().collect() }
}

/// The responses of a record by annotator. Old records list them by annotator, new ones by question.
fn responses<'a>(all: Value<'a>, sheet: &mut Sheet) -> Responses<'a> {
    let mut responses = Responses::default();
    for response in all.items().filter(|response| counts(response.get("status").text(), sheet)) {
        for (question, value) in response.get("values").members() {
            let own = if value.is_object() { value.get("value") } else { value };
            responses.add(person(response.get("user_id")), question, own);
        }
    }
    for (question, list) in all.members() {
        for response in list.items().filter(|response| counts(response.get("status").text(), sheet)) {
            responses.add(person(response.get("user_id")), question, response.get("value"));
        }
    }
    responses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::{is_recognised, rows};

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

    #[test]
    fn a_data_set_for_hugging_face_is_the_same() {
        let new = "{\"id\":\"1\",\"status\":\"completed\",\"_server_id\":\"s\",\"prompt\":\"a\",\"q.responses\":[\"x\",\"y\",\"x\"],\
                   \"q.responses.users\":[\"u\",\"v\",\"w\"],\"q.responses.status\":[\"submitted\",\"submitted\",\"discarded\"],\
                   \"q.suggestion\":\"x\",\"q.suggestion.score\":0.5}\n\
                   {\"id\":\"2\",\"prompt\":\"b\",\"q.responses\":null,\"q.responses.users\":null,\"q.responses.status\":null,\"q.suggestion\":null}\n";
        let old = "{\"prompt\":\"a\",\"q\":[{\"user_id\":\"u\",\"value\":\"x\",\"status\":\"submitted\"},{\"user_id\":\"v\",\"value\":\"y\",\
                   \"status\":\"submitted\"},{\"user_id\":\"w\",\"value\":\"x\",\"status\":\"discarded\"}],\"q-suggestion\":\"x\",\
                   \"q-suggestion-metadata\":{\"type\":null},\"external_id\":\"1\",\"metadata\":\"{}\"}\n\
                   {\"prompt\":\"b\",\"q\":[],\"q-suggestion\":null,\"external_id\":\"2\",\"metadata\":\"{}\"}\n";
        for text in [new, old] {
            assert!(is_recognised(&ARGILLA, text), "{text}");
            let (header, found, told) = rows(&ARGILLA, text, true);
            assert_eq!(header, ["id", "text", "annotator", "q"]);
            assert_eq!(found, ["1|a|u|x", "1|a|v|y", "2|b||"]);
            assert_eq!(
                told,
                [
                    "the text of a comment is taken from the field `prompt`",
                    "1 response was discarded or is a draft, and counts as none",
                    "1 suggestion of a model is no response, and is left out",
                ]
            );
        }
        let several = "[{\"text\":\"a\",\"q.responses\":[[\"x\",\"y\"]],\"q.responses.users\":[\"u\"],\"q.responses.status\":[\"submitted\"],\
                       \"metadata\":{\"thread_id\":\"t\"}},{\"text\":\"b\"}]";
        assert!(is_recognised(&ARGILLA, several));
        let (header, found, _) = rows(&ARGILLA, several, false);
        assert_eq!(header, ["id", "thread_id", "text", "annotator", "x", "y"]);
        assert_eq!(found, ["|t|a|u|1|1", "||b|||"]);
        for other in
            ["{\"text\":\"a\",\"tags\":[],\"x-suggestion\":1}\n", "{\"text\":\"a.responses\",\"q.responses\":[]}\n"]
        {
            assert!(!is_recognised(&ARGILLA, other), "{other}");
        }
    }
}

//! What Prodigy gives out with `db-out`: a task a line, with the annotator's answer.

use crate::thread::annotated::json::{AnnotatedJson, names, open, person};
use crate::thread::annotated::sheet::Sheet;
use crate::thread::export::Export;
use crate::thread::formats::spacy::categories;
use crate::thread::json::arena::Value;

pub(crate) static PRODIGY: Export = Export {
    name: "prodigy",
    what: "annotations of Prodigy",
    recognised: "lines of JSON, the first with `text`, `answer` and `_task_hash` or `_input_hash`",
    is_document: false,
    is: |head| head.tops_have(&["text", "answer", "_task_hash"]) || head.tops_have(&["text", "answer", "_input_hash"]),
    open: open::<Prodigy>,
};

/// The key of an answer, which is also what somebody may ask for.
const ANSWER: &str = "answer";

#[derive(Default)]
struct Prodigy;

impl AnnotatedJson for Prodigy {
    fn value(&mut self, task: Value<'_>, sheet: &mut Sheet) {
        if !task.is_object() {
            sheet.refuse(task.line(), "a task is an object");
            return;
        }
        sheet.plain("text", task.get("text").text());
        for (key, value) in task.get("meta").members().filter(|(key, _)| *key != "text" && *key != "annotator") {
            sheet.plain_if_any(key, value.text());
        }
        let people = ["_annotator_id", "_session_id"].map(|key| person(task.get(key)));
        sheet.plain("annotator", people.into_iter().find(|person| !person.is_empty()).unwrap_or_default());
        Self::answers(task, sheet);
        let spans = task.get("spans").items().count() as u64;
        sheet.told.count_more(
            "span is no label of a whole comment, and is left out",
            "spans are no labels of whole comments, and are left out",
            spans,
        );
        sheet.end_row(task.line(), false, false);
    }
}

impl Prodigy {
    fn answers(task: Value<'_>, sheet: &mut Sheet) {
        let answer = task.get(ANSWER).text();
        let is_accepted = match answer {
            "accept" => true,
            "reject" => false,
            "ignore" => {
                return sheet.told.count(
                    "task was ignored by its annotator, and counts as not annotated",
                    "tasks were ignored by their annotators, and count as not annotated",
                );
            }
            _ => {
                return sheet.told.count(
                    "task has an answer that is none of accept, reject and ignore, and counts as not annotated",
                    "tasks have answers that are none of accept, reject and ignore, and count as not annotated",
                );
            }
        };
        let (label, options) = (task.get("label").text(), task.get("options").is_list());
        if options && is_accepted {
            match names(task.get("accept")) {
                Some(chosen) => sheet.answer("accept", chosen),
                None => sheet.told.count(
                    "choice is no list of names, and is left out",
                    "choices are no lists of names, and are left out",
                ),
            }
        } else if options {
            sheet.told.count(
                "task with options was rejected as a whole, and counts as not annotated",
                "tasks with options were rejected as a whole, and count as not annotated",
            );
        } else if !label.is_empty() {
            sheet.flag(label, if is_accepted { "1" } else { "0" }, ANSWER);
        } else if is_accepted {
            categories(task.get("cats"), sheet);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::rows;

    #[test]
    fn accept_is_yes_reject_is_no_and_ignore_is_nothing() {
        let line = |text: &str, label: &str, answer: &str| {
            format!(
                "{{\"text\":\"{text}\",\"_task_hash\":1,\"label\":\"{label}\",\"answer\":\"{answer}\",\"_annotator_id\":\"r\"}}\n"
            )
        };
        let text = [line("a", "X", "accept"), line("b", "Y", "reject"), line("c", "X", "ignore")].concat();
        let (header, found, told) = rows(&PRODIGY, &text, false);
        assert_eq!(header, ["text", "annotator", "X", "Y"]);
        assert_eq!(found, ["a|r|1|", "b|r||0", "c|r||"]);
        assert_eq!(told, ["1 task was ignored by its annotator, and counts as not annotated"]);
    }

    #[test]
    fn choices_are_what_was_accepted_of_the_options() {
        let line = |accept: &str| {
            format!(
                "{{\"text\":\"a\",\"_input_hash\":1,\"options\":[{{\"id\":1}},{{\"id\":2}}],\"accept\":{accept},\"answer\":\"accept\"}}\n"
            )
        };
        assert_eq!(rows(&PRODIGY, &[line("[1]"), line("[2]")].concat(), false).1, ["a||1", "a||2"]);
        assert_eq!(rows(&PRODIGY, &[line("[1,2]"), line("[]")].concat(), false).1, ["a||1|1", "a||0|0"]);
    }
}

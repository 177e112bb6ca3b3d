//! The output of Prodigy's `db-out`: one task per line, with the annotator's answer.

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::thread::annotated::json::{AnnotatedJson, members, names, open, person};
use crate::thread::annotated::sheet::{ANNOTATOR, Sheet};
use crate::thread::export::Export;
use crate::thread::formats::spacy::categories;
use crate::thread::json::arena::Value;
use crate::thread::known::Known;
use crate::thread::usual;

pub(crate) static PRODIGY: Export = Export {
    name: "prodigy",
    what: "annotations of Prodigy",
    recognised: "lines of JSON, the first with `text`, `answer` and `_task_hash` or `_input_hash`",
    is_document: false,
    is: |head| head.tops_have(&["text", "answer", "_task_hash"]) || head.tops_have(&["text", "answer", "_input_hash"]),
    open: open::<Prodigy>,
};

/// The key of an answer, which a user may also ask for as a label.
const ANSWER: &str = "answer";

/// Prodigy's own keys, besides those that begin with `_`: all others come from the user's tasks.
const OWN: [&str; 18] = [
    "text",
    "meta",
    "label",
    "answer",
    "options",
    "accept",
    "cats",
    "spans",
    "tokens",
    "relations",
    "config",
    "style",
    "html",
    "image",
    "audio",
    "video",
    "priority",
    "annotator",
];

/// Columns that distinguish comments with the same text.
const IDS: [Known; 3] = [Known::Id, Known::ThreadId, Known::ParentId];

/// Keys for who annotated, most reliable first.
const PEOPLE: [&str; 3] = ["_annotator_id", "_session_id", ANNOTATOR];

#[derive(Default)]
struct Prodigy {
    /// How often an annotator was asked the same question about the same comment.
    asked: FxHashMap<u64, u32>,
}

impl AnnotatedJson for Prodigy {
    // Each of several labels is a separate task.
    const GOES_ON: bool = true;

    fn value(&mut self, task: Value<'_>, sheet: &mut Sheet) {
        if !task.is_object() {
            sheet.refuse(task.line(), "a task is an object");
            return;
        }
        sheet.plain("text", task.get("text").text());
        for (key, value) in task.get("meta").members().filter(|(key, _)| *key != "text" && *key != ANNOTATOR) {
            sheet.plain_if_any(key, value.text());
        }
        let prodigys = task.members().map(|(key, _)| key).filter(|key| key.starts_with('_'));
        members(task, &prodigys.chain(OWN).collect::<Vec<_>>(), sheet);
        let people = PEOPLE.map(|key| person(task.get(key)));
        let annotator = people.into_iter().find(|person| !person.is_empty()).unwrap_or_default();
        sheet.plain(ANNOTATOR, annotator);
        Self::answers(task, sheet);
        let spans = task.get("spans").items().count() as u64;
        sheet.told.count_more(
            "span is no label of a whole comment, and is left out",
            "spans are no labels of whole comments, and are left out",
            spans,
        );
        match self.key(task, annotator) {
            Some(key) => sheet.end_row_of(task.line(), key),
            None => sheet.end_row(task.line(), false, false),
        }
    }
}

impl Prodigy {
    /// A key shared by the tasks that ask one annotator several questions about one comment. A question asked twice
    /// means that there are two comments.
    fn key(&mut self, task: Value<'_>, annotator: &str) -> Option<u64> {
        let text = Some(task.get("text").text()).filter(|text| !text.is_empty())?;
        let is_id = |key: &str| IDS.into_iter().any(|known| usual::likeliest(known, &[key]).is_some());
        let ids = task.get("meta").members().chain(task.members()).filter(|(key, _)| is_id(key));
        let ids: Vec<(&str, &str)> = ids.map(|(key, id)| (key, id.text())).collect();
        let comment = FxBuildHasher.hash_one((annotator, task.get("_input_hash").text(), text, ids));
        let label = Some(task.get("label").text()).filter(|_| !task.get("options").is_list());
        let asked = self.asked.entry(FxBuildHasher.hash_one((comment, label))).or_default();
        let key = FxBuildHasher.hash_one((comment, *asked));
        *asked += 1;
        Some(key)
    }

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
        } else if task.get("cats").is_there() {
            sheet.told.count(
                "task with `cats` was rejected as a whole, and counts as not annotated",
                "tasks with `cats` were rejected as a whole, and count as not annotated",
            );
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

    #[test]
    fn what_tasks_came_with_is_kept_and_what_prodigy_adds_is_not() {
        let text = "{\"text\":\"a\",\"id\":\"c2\",\"thread_id\":\"t\",\"parent_id\":\"c1\",\"author\":\"joe\",\"_task_hash\":1,\
                    \"_view_id\":\"x\",\"tokens\":[1],\"more\":{},\"meta\":{\"id\":\"9\"},\"label\":\"X\",\"answer\":\"accept\"}\n";
        let (header, found, told) = rows(&PRODIGY, text, false);
        assert_eq!(header, ["text", "id", "thread_id", "parent_id", "author", "annotator", "X"]);
        assert_eq!(found, ["a|c2|t|c1|joe||1"]);
        assert_eq!(told, ["1 value that is a list or an object is left out"]);
    }

    #[test]
    fn labels_that_one_annotator_was_asked_about_one_by_one_are_of_one_comment() {
        let line = |text: &str, who: &str, label: &str, answer: &str, id: u8| {
            format!(
                "{{\"text\":\"{text}\",\"_input_hash\":1,\"id\":{id},\"label\":\"{label}\",\"answer\":\"{answer}\",\"_annotator_id\":\"{who}\"}}\n"
            )
        };
        let text = [
            line("a", "r", "X", "accept", 1),
            line("b", "r", "X", "reject", 2),
            line("a", "s", "Y", "reject", 1),
            "no\n".to_owned(),
            line("a", "r", "Y", "reject", 1),
            line("a", "r", "Y", "accept", 3),
            line("b", "r", "Y", "ignore", 2),
            line("b", "r", "X", "accept", 2),
        ];
        for by_annotator in [false, true] {
            let (header, found, _) = rows(&PRODIGY, &text.concat(), by_annotator);
            assert_eq!(header, ["text", "id", "annotator", "X", "Y"]);
            assert_eq!(found[..3], ["a|1|r|1|0", "b|2|r|0|", "a|1|s||0"]);
            assert!(found[3].starts_with("a:4: "), "{found:?}");
            assert_eq!(found[4..], ["a|3|r||1", "b|2|r|1|"], "who is asked the same again has another comment");
        }
    }

    #[test]
    fn categories_that_are_rejected_as_a_whole_are_told() {
        let text = "{\"text\":\"a\",\"_task_hash\":1,\"cats\":{\"X\":1},\"answer\":\"accept\"}\n\
                    {\"text\":\"b\",\"_task_hash\":2,\"cats\":{\"X\":1},\"answer\":\"reject\"}\n";
        let (_, found, told) = rows(&PRODIGY, text, false);
        assert_eq!(found, ["a||1", "b||"]);
        assert_eq!(told, ["1 task with `cats` was rejected as a whole, and counts as not annotated"]);
    }
}

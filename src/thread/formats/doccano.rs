//! Exports of doccano: one comment per line, with a list of its labels.

use crate::thread::annotated::json::{AnnotatedJson, entities, members, names, open};
use crate::thread::annotated::sheet::Sheet;
use crate::thread::export::Export;
use crate::thread::formats::spacy::categories;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::survey::ELEMENT;

pub(crate) static DOCCANO: Export = Export {
    name: "doccano",
    what: "an export of doccano",
    recognised: "JSON with a `text` (or `data`) and a list `label` (or `labels`) in the first object",
    is_document: false,
    is,
    open: open::<Doccano>,
};

const TEXTS: [&str; 2] = ["text", "data"];
const LABELS: [&str; 2] = ["label", "labels"];

fn is(head: &Head<'_>) -> bool {
    if head.text.starts_with('[') {
        let has = |key: &str, below: &[&str]| head.has_at(&[&[ELEMENT, key], below].concat());
        return TEXTS.iter().any(|key| has(key, &[])) && LABELS.iter().any(|key| has(key, &[ELEMENT]));
    }
    // A survey of the head does not show empty lists.
    let first: Option<serde_json::Map<String, serde_json::Value>> =
        if head.is_json() { serde_json::from_str(head.line()).ok() } else { None };
    first.is_some_and(|first| {
        TEXTS.iter().any(|key| first.get(*key).is_some_and(serde_json::Value::is_string))
            && LABELS.iter().any(|key| first.get(*key).is_some_and(serde_json::Value::is_array))
    })
}

#[derive(Default)]
struct Doccano;

impl AnnotatedJson for Doccano {
    fn value(&mut self, value: Value<'_>, sheet: &mut Sheet) {
        if !value.is_object() {
            sheet.refuse(value.line(), "a comment is an object");
            return;
        }
        let text = if value.get(TEXTS[0]).is_there() { TEXTS[0] } else { TEXTS[1] };
        sheet.plain("text", value.get(text).text());
        members(
            value,
            &["text", text, "label", "labels", "Comments", "meta", "metadata", "entities", "relations", "cats"],
            sheet,
        );
        for meta in ["meta", "metadata"] {
            if value.get(meta).is_object() {
                members(value.get(meta), &["text"], sheet);
            } else {
                sheet.plain_if_any(meta, value.get(meta).text());
            }
        }
        for key in LABELS {
            let list = value.get(key);
            if list.is_list() {
                match names(list) {
                    Some(labels) => sheet.answer(key, labels),
                    None => sheet.told.count(
                        "label is of a part of the comment (a span), and is left out",
                        "lists of labels are of parts of the comments (spans), and are left out",
                    ),
                }
            } else if !list.text().is_empty() {
                sheet.answer(key, [list.text()]);
            }
        }
        let remarks = value.get("Comments").items().count() as u64;
        sheet.told.count_more("remark of an annotator is left out", "remarks of annotators are left out", remarks);
        categories(value.get("cats"), sheet);
        entities(value, sheet);
        sheet.end_row(value.line(), false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::{asked, is_recognised, rows};
    use crate::thread::label_column::Asked;

    #[test]
    fn lists_of_labels_are_flags_and_spans_are_told() {
        let text = "{\"id\":1,\"text\":\"a\",\"label\":[\"x\",\"y\"],\"Comments\":[\"hm\"],\"meta\":{\"thread_id\":\"t\"}}\n\
                    {\"id\":2,\"text\":\"b\",\"label\":[]}\n{\"id\":3,\"text\":\"c\",\"label\":[[0,1,\"N\"]]}\n";
        let (header, found, told) = rows(&DOCCANO, text, false);
        assert_eq!(header, ["text", "id", "thread_id", "x", "y"]);
        assert_eq!(found, ["a|1|t|1|1", "b|2||0|0", "c|3|||"]);
        assert_eq!(
            told,
            ["1 remark of an annotator is left out", "1 label is of a part of the comment (a span), and is left out"]
        );
    }

    #[test]
    fn one_label_each_is_a_class_unless_a_flag_is_asked_for() {
        let text = "{\"data\":\"a\",\"label\":[\"x\"]}\n{\"data\":\"b\",\"label\":[\"y\"]}\n";
        assert_eq!(rows(&DOCCANO, text, false).1, ["a|x", "b|y"]);
        let flags = ["y".to_owned()];
        let (header, found, _) = asked(&DOCCANO, text, false, Asked { stances: &[], flags: &flags });
        assert_eq!((header.join("|").as_str(), found), ("text|x|y", vec!["a|1|0".to_owned(), "b|0|1".to_owned()]));
    }

    #[test]
    fn a_list_that_is_empty_is_recognised_and_a_plain_label_is_not() {
        let of = |text: &str| is_recognised(&DOCCANO, text);
        assert!(of("{\"text\":\"a\",\"label\":[]}\n"));
        assert!(of("[{\"text\":\"a\",\"label\":[\"x\"]}]"));
        for other in
            ["{\"text\":\"a\",\"label\":\"x\"}", "{\"text\":\"a\",\"labels\":{}}", "[{\"text\":\"a\",\"label\":1}]"]
        {
            assert!(!of(other), "{other}");
        }
    }
}

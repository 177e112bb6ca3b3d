//! Training data for spaCy's text categorizer: a text with its categories, each with a number from 0 to 1.

use crate::thread::annotated::json::{AnnotatedJson, entities, members, names, open};
use crate::thread::annotated::sheet::Sheet;
use crate::thread::export::Export;
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::survey::ELEMENT;

pub(crate) static SPACY: Export = Export {
    name: "spacy",
    what: "training data of spaCy",
    recognised: "JSON with `text` and `cats` in the first object, or pairs of a text and an object with `cats`",
    is_document: false,
    is,
    open: open::<Spacy>,
};

/// The key of the categories.
const CATS: &str = "cats";

fn is(head: &Head<'_>) -> bool {
    let is_pair = head.has_at(&[ELEMENT, CATS]) || head.has_at(&[ELEMENT, ELEMENT, CATS]);
    head.tops_have(&["text", CATS])
        || (is_pair && head.text.trim_start_matches(['[', ' ', '\n', '\r', '\t']).starts_with('"'))
}

#[derive(Default)]
struct Spacy {
    /// A text whose categories are still to come.
    text: Option<(u64, String)>,
}

impl AnnotatedJson for Spacy {
    fn value(&mut self, value: Value<'_>, sheet: &mut Sheet) {
        let line = value.line();
        if value.is_string() {
            // It is the first half of a pair on a line of its own.
            self.unpaired(sheet);
            self.text = Some((line, value.text().to_owned()));
        } else if value.is_list() {
            let mut parts = value.items();
            match (parts.next().filter(|text| text.is_string()), parts.next()) {
                (Some(text), Some(said)) => pair(text.text(), said, line, sheet),
                _ => sheet.refuse(line, "a pair is a text and an object with `cats`"),
            }
        } else if let Some((_, text)) = self.text.take() {
            pair(&text, value, line, sheet);
        } else if value.get("text").is_string() {
            members(value, &["text", CATS, "meta", "tokens", "spans", "entities", "relations"], sheet);
            entities(value, sheet);
            for (key, member) in value.get("meta").members().filter(|(key, _)| *key != "text") {
                sheet.plain_if_any(key, member.text());
            }
            pair(value.get("text").text(), value, line, sheet);
        } else {
            sheet.refuse(line, "there is no `text`");
        }
    }

    fn end(&mut self, sheet: &mut Sheet) {
        self.unpaired(sheet);
    }
}

impl Spacy {
    fn unpaired(&mut self, sheet: &mut Sheet) {
        if let Some((line, text)) = self.text.take() {
            sheet.plain("text", &text);
            sheet.end_row(line, false, false);
        }
    }
}

fn pair(text: &str, said: Value<'_>, line: u64, sheet: &mut Sheet) {
    sheet.plain("text", text);
    categories(said.get(CATS), sheet);
    sheet.end_row(line, false, false);
}

/// Reads categories: each is a flag. A list of names, which doccano exports beside entities, is an answer to a
/// question.
pub(crate) fn categories(cats: Value<'_>, sheet: &mut Sheet) {
    if cats.is_list() {
        match names(cats) {
            Some(names) => sheet.answer(CATS, names),
            None => sheet.told.count(
                "list `cats` holds no names alone, and is left out",
                "lists `cats` hold no names alone, and are left out",
            ),
        }
    }
    for (name, share) in cats.members() {
        let share = match share.text() {
            "true" => "1",
            "false" => "0",
            share => share,
        };
        sheet.flag(name, share, CATS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::{is_recognised, rows};

    #[test]
    fn categories_are_shares_in_objects_and_in_pairs() {
        let lines = "{\"text\":\"a\",\"cats\":{\"X\":1.0,\"Y\":0.25}}\n{\"text\":\"b\",\"cats\":{}}\n";
        assert_eq!(rows(&SPACY, lines, false).1, ["a|1.0|0.25", "b||"]);
        for pairs in [
            "[[\"a\",{\"cats\":{\"X\":true}}],[\"b\",{\"cats\":{\"X\":false}}]]",
            "[\"a\",{\"cats\":{\"X\":true}}]\n[\"b\",{\"cats\":{\"X\":false}}]\n",
        ] {
            assert!(is_recognised(&SPACY, pairs), "{pairs}");
            assert_eq!(rows(&SPACY, pairs, false).1, ["a|1", "b|0"], "{pairs}");
        }
    }

    #[test]
    fn a_list_of_categories_is_an_answer() {
        let one = "{\"text\":\"a\",\"cats\":[\"x\"],\"entities\":[[0,1,\"P\"]]}\n{\"text\":\"b\",\"cats\":[\"y\"],\"entities\":[]}\n";
        let (header, found, told) = rows(&SPACY, one, false);
        assert_eq!((header.join("|"), found), ("text|cats".to_owned(), vec!["a|x".to_owned(), "b|y".to_owned()]));
        assert_eq!(told, ["1 entity or relation is no label of a whole comment, and is left out"]);
        let several =
            "{\"text\":\"a\",\"cats\":[\"x\",\"y\"]}\n{\"text\":\"b\",\"cats\":[]}\n{\"text\":\"c\",\"cats\":[{}]}\n";
        let (_, found, told) = rows(&SPACY, several, false);
        assert_eq!(found, ["a|1|1", "b|0|0", "c||"]);
        assert_eq!(told, ["1 list `cats` holds no names alone, and is left out"]);
    }
}

//! Exports of Label Studio: JSON (tasks with their annotations), JSON-MIN, and CSV or TSV.

use std::io::{BufRead, BufReader, Read};

use crate::thread::annotated::json::{AnnotatedJson, names, open as open_json, person};
use crate::thread::annotated::rows::AnnotatedRows;
use crate::thread::annotated::sheet::{MOST_ANNOTATORS, Sheet};
use crate::thread::delimited::Delimited;
use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::head::Head;
use crate::thread::json::arena::Value;
use crate::thread::known::Known;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;
use crate::thread::survey::ELEMENT;
use crate::thread::usual;

pub(crate) static LABEL_STUDIO: Export = Export {
    name: "label-studio",
    what: "an export of Label Studio",
    recognised: "JSON with tasks that have `data` and `annotations`, JSON-MIN, or a table, with `annotation_id` and `annotator`",
    is_document: false,
    is,
    open,
};

fn is(head: &Head<'_>) -> bool {
    let is_task = head.tops_have(&["data", "annotations", "predictions"])
        || head.tops_have(&["data", "annotations"]) && head.has(&["annotations", ELEMENT, "result"])
        || head.tops_have(&["data", "completions"]) && head.has(&["completions", ELEMENT, "result"]);
    is_task || head.tops_have(&["annotation_id", "annotator"]) || (!head.is_json() && is_header(head.line()))
}

/// Whether a line is the header of an export as CSV or TSV.
fn is_header(line: &str) -> bool {
    let of = |separator: char| {
        let has = |name: &str| line.split(separator).any(|cell| cell.trim().trim_matches('"') == name);
        ["annotation_id", "annotator", "lead_time"].into_iter().all(has)
    };
    of(',') || of('\t')
}

/// Columns about who annotated and when, with the names that they get here.
const OF_ANNOTATIONS: [(&str, &str); 5] = [
    ("annotator", "annotator"),
    ("annotation_id", "annotation_id"),
    ("created_at", "annotated_at"),
    ("updated_at", "updated_at"),
    ("lead_time", "lead_time"),
];

fn open(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let mut reader = BufReader::new(reader);
    let begin = loop {
        match reader.fill_buf() {
            Ok(begin) => break begin,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(source) => return Err(ThreadError::Read { file, line: 1, source }),
        }
    };
    let is_json = begin.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'[' | b'{'));
    let line = begin.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let delimiter = [b'\t', b',', b';'].into_iter().find(|byte| line.contains(byte)).unwrap_or(b',');
    let reader: Box<dyn Read + Send> = Box::new(reader);
    if is_json { open_json::<Tasks>(Input::new(file, reader)) } else { table(file, reader, delimiter) }
}

/// Tasks, or rows of JSON-MIN.
#[derive(Default)]
struct Tasks {
    /// The key of the text in a task's data, if none has a usual name for one.
    text: Option<String>,
    /// The key of the comment's own id, if parents refer to it.
    id: Option<String>,
    is_begun: bool,
    last: String,
}

impl AnnotatedJson for Tasks {
    fn value(&mut self, value: Value<'_>, sheet: &mut Sheet) {
        if value.get("data").is_object() {
            self.task(value, sheet);
        } else if ["annotations", "completions"].iter().any(|key| value.get(key).is_list()) {
            sheet.refuse(value.line(), "a task's `data` is an object");
        } else {
            self.row(value, sheet);
        }
    }
}

impl Tasks {
    fn task(&mut self, task: Value<'_>, sheet: &mut Sheet) {
        let data = task.get("data");
        if !std::mem::replace(&mut self.is_begun, true) {
            self.text = text_key(data).map(str::to_owned);
            let keys: Vec<&str> = data.members().map(|(key, _)| key).collect();
            self.id = id_key(&keys).filter(|_| !keys.contains(&Known::Id.name())).map(str::to_owned);
            if let Some(key) = &self.text {
                sheet.told.remark(format!("the text of a comment is taken from `{key}`"));
            }
        }
        let all = [task.get("annotations"), task.get("completions")].into_iter().find(|list| list.is_list());
        let mut is_same = false;
        sheet.crowd(all.map_or(0, |all| all.items().count()));
        for annotation in all.into_iter().flat_map(Value::items).take(MOST_ANNOTATORS) {
            if annotation.get("was_cancelled").is_true() || annotation.get("skipped").is_true() {
                sheet.told.count(
                    "annotation was skipped by its annotator, and counts as none",
                    "annotations were skipped by their annotators, and count as none",
                );
                continue;
            }
            self.data(task, sheet);
            sheet.plain("annotator", person(annotation.get("completed_by")));
            sheet.plain("annotation_id", annotation.get("id").text());
            sheet.plain("annotated_at", annotation.get("created_at").text());
            annotation.get("result").items().for_each(|result| answer(result, sheet));
            sheet.end_row(task.line(), true, is_same);
            is_same = true;
        }
        if !is_same {
            self.data(task, sheet);
            sheet.end_row(task.line(), false, false);
        }
        let predictions = task.get("predictions").items().filter(|one| one.is_object()).count();
        sheet.told.count_more(
            "prediction of a model is no annotation, and is left out",
            "predictions of models are no annotations, and are left out",
            predictions as u64,
        );
    }

    /// Adds what the task says about the comment.
    fn data(&self, task: Value<'_>, sheet: &mut Sheet) {
        let data = task.get("data");
        sheet.plain(own_name("id", self.id.as_deref()), task.get("id").text());
        for (key, value) in data.members() {
            if value.is_object() || value.is_list() {
                sheet.told.count(
                    "value of a task's data is a list or an object, and is left out",
                    "values of tasks' data are lists or objects, and are left out",
                );
            } else {
                let is_text = self.text.as_deref() == Some(key);
                let name = if is_text { Known::Text.name() } else { own_name(key, self.id.as_deref()) };
                sheet.plain(name, value.text());
            }
        }
    }

    /// Reads a row of JSON-MIN.
    fn row(&mut self, row: Value<'_>, sheet: &mut Sheet) {
        if !row.is_object() {
            sheet.refuse(row.line(), "a task is an object");
            return;
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            let keys: Vec<&str> = row.members().map(|(key, _)| key).collect();
            self.id = id_key(&keys).map(str::to_owned);
        }
        for (key, value) in row.members() {
            let key = own_name(key, self.id.as_deref());
            if let Some((_, name)) = OF_ANNOTATIONS.iter().find(|(own, _)| *own == key) {
                sheet.plain(name, person(value));
            } else if value.is_object() || value.is_list() {
                let list = if value.is_list() { value } else { choices(value) };
                match names(list).filter(|_| list.is_list()).or_else(|| rating(list)) {
                    Some(chosen) => sheet.answer(key, chosen),
                    None => not_of_the_comment(sheet),
                }
            } else {
                cell(key, value.text(), sheet);
            }
        }
        let id = row.get("id").text();
        let is_same = !id.is_empty() && id == self.last;
        id.clone_into(&mut self.last);
        sheet.end_row(row.line(), true, is_same);
    }
}

/// The key of the text in a task's data when no key has a usual name for it: the longest value.
fn text_key(data: Value<'_>) -> Option<&str> {
    let keys: Vec<&str> = data.members().map(|(key, _)| key).collect();
    if usual::likeliest(Known::Text, &keys).is_some() {
        return None;
    }
    let texts = data.members().filter(|(_, value)| value.is_string());
    texts.max_by_key(|(_, value)| value.text().len()).map(|(key, _)| key)
}

/// The key of the comment's own id where another key refers to it: the id of a task is Label Studio's.
fn id_key<'k>(keys: &[&'k str]) -> Option<&'k str> {
    usual::likeliest(Known::ParentId, keys)?;
    let others: Vec<&str> = keys.iter().copied().filter(|key| *key != Known::Id.name()).collect();
    usual::likeliest(Known::Id, &others).and_then(|at| others.get(at).copied())
}

/// The name of a key's column; `id` is the key of the comment's own id, if it is not the task's.
fn own_name<'k>(key: &'k str, id: Option<&str>) -> &'k str {
    match id {
        Some(own) if own == key => Known::Id.name(),
        Some(_) if key == Known::Id.name() => "task_id",
        _ => key,
    }
}

/// The rating in a list as JSON-MIN writes it: `[{"rating": 4}]`.
fn rating(list: Value<'_>) -> Option<Vec<&str>> {
    let mut items = list.items();
    let rating = items.next()?.get("rating");
    (rating.is_number() && items.next().is_none()).then(|| vec![rating.text()])
}

/// The value of `choices` or a similar key.
fn choices(value: Value<'_>) -> Value<'_> {
    let lists = ["choices", "labels", "taxonomy", "rating"].map(|key| value.get(key));
    lists.into_iter().find(|list| list.is_there()).unwrap_or(lists[0])
}

/// Adds an annotator's answer to one question.
fn answer(result: Value<'_>, sheet: &mut Sheet) {
    let (question, value) = (result.get("from_name").text(), result.get("value"));
    // With a beginning and an end, it concerns some words and not the comment.
    let is_of_part = ["start", "end", "startOffset", "x"].iter().any(|key| value.get(key).is_there());
    let chosen = choices(value);
    if question.is_empty() || is_of_part || !chosen.is_there() {
        return not_of_the_comment(sheet);
    }
    if chosen.is_number() || chosen.is_string() {
        return sheet.answer(question, [chosen.text()]);
    }
    // A choice in a taxonomy is given as the path to it.
    let paths = chosen.items().map(|item| {
        let path: Option<Vec<&str>> = if item.is_list() { names(item) } else { Some(vec![item.text()]) };
        path.map(|path| path.join("/"))
    });
    match paths.collect::<Option<Vec<String>>>() {
        Some(paths) => sheet.answer(question, paths.iter().map(String::as_str)),
        None => not_of_the_comment(sheet),
    }
}

fn not_of_the_comment(sheet: &mut Sheet) {
    sheet.told.count(
        "result is no choice about the whole comment (a span, a free text or a relation), and is left out",
        "results are no choices about the whole comment (spans, free texts or relations), and are left out",
    );
}

/// A plain value of JSON-MIN or a table: part of the comment if its name is a comment's column, else perhaps an answer.
fn cell(name: &str, value: &str, sheet: &mut Sheet) {
    if usual::is_usual(name) {
        sheet.plain(name, value);
    } else {
        sheet.perhaps(name, value);
    }
}

/// Opens an export as CSV or TSV.
fn table(file: String, reader: Box<dyn Read + Send>, delimiter: u8) -> Result<Box<dyn RowSource>, ThreadError> {
    let mut rows = Delimited::new(file.clone(), reader, delimiter);
    let (header, _) = rows.header(&[])?;
    let mut sheet = Sheet::new(file.clone())?;
    let id = header.iter().position(|name| name == Known::Id.name());
    let keys: Vec<&str> = header.iter().map(String::as_str).collect();
    let own = id_key(&keys);
    let header: Vec<&str> = keys.iter().map(|name| own_name(name, own)).collect();
    let (mut row, mut last) = (Row::default(), String::new());
    // A table without rows still has columns.
    header.iter().for_each(|name| table_cell(name, "", &mut sheet));
    loop {
        match rows.read(&mut row)? {
            Next::End => break,
            Next::Refused(refused) => sheet.refuse(refused.line, refused.reason),
            Next::Row => {
                for (name, value) in header.iter().zip(row.cells.iter()) {
                    table_cell(name, value, &mut sheet);
                }
                let own = id.and_then(|at| row.cells.get(at)).unwrap_or_default();
                sheet.end_row(row.line, true, !own.is_empty() && own == last);
                own.clone_into(&mut last);
            }
        }
        if sheet.has_failed() {
            break;
        }
    }
    Ok(Box::new(AnnotatedRows::new(file, sheet)?))
}

/// Several choices are an object in JSON; a single one is plain.
#[derive(serde::Deserialize)]
struct Choices {
    choices: Vec<String>,
}

/// A rating is in a list even where it is a single one.
#[derive(serde::Deserialize)]
struct Rating {
    rating: serde_json::Number,
}

fn table_cell(name: &str, value: &str, sheet: &mut Sheet) {
    if let Some((_, name)) = OF_ANNOTATIONS.iter().find(|(own, _)| *own == name) {
        sheet.plain(name, value);
    } else if value.starts_with('{')
        && let Ok(Choices { choices }) = serde_json::from_str(value)
    {
        sheet.answer(name, choices.iter().map(String::as_str));
    } else if value.starts_with("[{")
        && let Ok([Rating { rating }]) = serde_json::from_str::<[Rating; 1]>(value)
    {
        sheet.answer(name, [rating.to_string().as_str()]);
    } else if value.starts_with("[{") && !usual::is_usual(name) {
        not_of_the_comment(sheet);
    } else {
        cell(name, value, sheet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::annotated::fixture::rows;

    #[test]
    fn choices_become_classes_or_flags() {
        let text = r#"[
            {"id":1,"data":{"text":"a","thread_id":"t"},"annotations":[{"id":9,"completed_by":{"id":3,"email":"r@x.org"},
             "result":[{"from_name":"mood","value":{"choices":["good"]}},{"from_name":"kind","value":{"choices":["p","q"]}}]}]},
            {"id":2,"data":{"text":"b"},"annotations":[{"was_cancelled":true,"result":[]}],"predictions":[{"result":[]}]},
            {"id":3,"data":{"text":"c"},"annotations":[{"completed_by":3,"result":[{"from_name":"mood","value":{"choices":["bad"]}},
             {"from_name":"kind","value":{"start":1,"end":2,"labels":["p"]}}]}]}]"#;
        let (header, found, told) = rows(&LABEL_STUDIO, text, false);
        assert_eq!(header, ["id", "text", "thread_id", "annotator", "annotation_id", "annotated_at", "mood", "p", "q"]);
        assert_eq!(found, ["1|a|t|r@x.org|9||good|1|1", "2|b|||||||", "3|c||3|||bad|0|0"]);
        assert_eq!(
            told,
            [
                "1 prediction of a model is no annotation, and is left out",
                "1 annotation was skipped by its annotator, and counts as none",
                "1 result is no choice about the whole comment (a span, a free text or a relation), and is left out",
            ]
        );
    }

    #[test]
    fn ratings_are_answers_and_the_id_that_parents_refer_to_is_the_comments() {
        let json = r#"[
            {"id":1,"text":"a","comment_id":"c1","reply_to":null,"annotator":3,"annotation_id":8,"quality":[{"rating":4}]},
            {"id":2,"text":"b","comment_id":"c2","reply_to":"c1","annotator":3,"annotation_id":9,"quality":[{"rating":5}]}]"#;
        let table = "annotation_id,annotator,comment_id,id,lead_time,quality,reply_to,text\n\
                     8,3,c1,1,2.5,\"[{\"\"rating\"\":4}]\",,a\n9,3,c2,2,2.5,\"[{\"\"rating\"\":5}]\",c1,b\n";
        for text in [json, table] {
            let (header, found, told) = rows(&LABEL_STUDIO, text, false);
            let cells = |row: &str| -> Vec<String> {
                let named = header.iter().zip(row.split('|'));
                let of = |name: &&str| named.clone().find(|(own, _)| own == name).unwrap().1.to_owned();
                ["id", "task_id", "reply_to", "quality", "text"].iter().map(of).collect()
            };
            assert_eq!(
                found.iter().map(|row| cells(row)).collect::<Vec<_>>(),
                [["c1", "1", "", "4", "a"], ["c2", "2", "c1", "5", "b"]]
            );
            assert!(told.is_empty(), "{told:?}");
        }
    }

    /// A task with this id and its annotators' answers in order.
    fn task(id: u8, said: &[(&str, &str)]) -> String {
        let annotation = |(who, answer): &(&str, &str)| {
            format!(
                "{{\"completed_by\":{who},\"result\":[{{\"from_name\":\"q\",\"value\":{{\"choices\":[\"{answer}\"]}}}}]}}"
            )
        };
        let annotations: Vec<String> = said.iter().map(annotation).collect();
        format!("{{\"id\":{id},\"data\":{{\"text\":\"a{id}\"}},\"annotations\":[{}]}}", annotations.join(","))
    }

    #[test]
    fn of_two_annotations_by_one_annotator_the_last_holds() {
        let tasks = [
            task(1, &[("3", "x"), ("4", "y"), ("3", "y")]),
            task(2, &[("3", "x"), ("3", "y")]),
            task(3, &[("null", "x"), ("null", "x")]),
        ];
        let text = format!("[{}]", tasks.join(","));
        let (header, found, told) = rows(&LABEL_STUDIO, &text, false);
        assert_eq!(header, ["id", "text", "annotator", "annotation_id", "annotated_at", "q"]);
        assert_eq!(found, ["1|a1||||y", "2|a2|3|||y", "3|a3||||x"]);
        assert_eq!(told, ["2 annotations stand in place of earlier ones of the same annotators and comments"]);
        let (_, found, told) = rows(&LABEL_STUDIO, &text, true);
        assert_eq!(found, ["1|a1|3|||y", "1|a1|4|||y", "2|a2|3|||y", "3|a3||||x", "3|a3||||x"]);
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn a_task_whose_data_is_no_object_is_refused() {
        let text = format!("[{},{{\"id\":2,\"data\":\"b\",\"annotations\":[]}}]", task(1, &[("3", "x")]));
        let (header, found, _) = rows(&LABEL_STUDIO, &text, false);
        assert_eq!(header.last().map(String::as_str), Some("q"), "{header:?}");
        assert_eq!(found, ["1|a1|3|||x", "a:1: a task's `data` is an object"]);
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        for separator in [",", "\t", ";"] {
            let header = ["annotation_id", "annotator", "id", "lead_time", "text", "s"];
            let (found, rows, _) = rows(&LABEL_STUDIO, &format!("{}\n", header.join(separator)), false);
            assert_eq!((found.join(",").as_str(), rows.len()), ("annotation_id,annotator,id,lead_time,text,s", 0));
        }
    }

    #[test]
    fn remarks_that_all_differ_are_no_label() {
        let row = |i: u8| {
            format!("{i},1,{i},1,text {i},{},{}\n", ["x", "y"][usize::from(i % 2)], "why ".repeat(usize::from(i)))
        };
        let table: String = (1..9).map(row).collect();
        let text = format!("annotation_id,annotator,id,lead_time,text,s,why\n{table}");
        let input = Input::new("a".to_owned(), Box::new(std::io::Cursor::new(text.into_bytes())));
        let source = (LABEL_STUDIO.open)(input).unwrap();
        let labels: Vec<(&str, bool)> =
            source.labels().iter().map(|label| (label.name.as_str(), label.is_guessed)).collect();
        assert_eq!(labels, [("s", true)]);
    }
}

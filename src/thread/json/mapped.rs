//! Comments of a JSON file by a map of it.

use std::fmt::Write as _;
use std::vec::IntoIter;

use crate::thread::comments::{Comments, Shared};
use crate::thread::error::ThreadError;
use crate::thread::export::Input;
use crate::thread::json::arena::{Arena, Value};
use crate::thread::json::items::{Item, Items, Unit};
use crate::thread::json::map::{JsonMap, Mapped};
use crate::thread::limits::SHOWN;
use crate::thread::markup;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;
use crate::thread::survey::Survey;

struct MappedRows {
    file: String,
    map: &'static JsonMap,
    items: Items,
    arena: Arena,
    out: Comments,
    header: Vec<String>,
    /// So many comments were found.
    count: u64,
    /// Which columns were found at all.
    is_met: Vec<bool>,
    /// What paths there are in the first value without a comment.
    paths: Option<String>,
    has_ended: bool,
}

/// Opens a file whose comments stand where a map says.
///
/// # Errors
/// When reading breaks off.
pub(crate) fn open(map: &'static JsonMap, input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    // Where the document is to be a list it is read whole. Else a list has several documents.
    let unit = if map.comments.begins_in_list() { Unit::Document } else { Unit::Element };
    let items = Items::new(file.clone(), reader, unit)?;
    let out = Comments::new(file.clone(), map.names);
    Ok(Box::new(MappedRows {
        file,
        map,
        items,
        arena: Arena::default(),
        header: out.header(),
        out,
        count: 0,
        is_met: vec![false; map.columns.len()],
        paths: None,
        has_ended: false,
    }))
}

impl RowSource for MappedRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        loop {
            if let Some(next) = self.out.next(row) {
                return Ok(next);
            }
            if self.has_ended {
                return Ok(Next::End);
            }
            match self.items.next(&mut self.arena)? {
                Some(Item::Value) => self.value(),
                Some(Item::Refused(line, reason)) => self.out.refuse(line, reason),
                None => self.end()?,
            }
        }
    }

    fn has_row(&self) -> bool {
        !self.out.is_empty() || self.items.has_line()
    }

    fn remarks(&mut self) -> Vec<String> {
        self.out.remarks()
    }
}

impl MappedRows {
    fn value(&mut self) {
        let Self { map, arena, out, count, is_met, .. } = self;
        let document = arena.value();
        let before = *count;
        let mut taking = Taking { map, shared: Shared::default(), out, count, is_met };
        taking.share(document);
        // Replies are taken right after what they answer.
        let mut open: Vec<(String, IntoIter<Value<'_>>)> = vec![(String::new(), each(map.comments.find(document)))];
        while let Some((above, comments)) = open.last_mut() {
            let Some(comment) = comments.next() else {
                open.pop();
                continue;
            };
            let id = taking.comment(comment, above);
            if let Some(children) = &map.children {
                open.push((id, each(children.find(comment))));
            }
        }
        if *count == before && self.paths.is_none() {
            self.paths = Some(paths(self.arena.value()));
        }
    }

    fn end(&mut self) -> Result<(), ThreadError> {
        self.has_ended = true;
        if self.count == 0 {
            let paths = self.paths.take().unwrap_or_else(|| "it has no objects with keys".to_owned());
            let why = format!("the map's `comments` leads to none; {paths}");
            return Err(ThreadError::NoComment { file: self.file.clone(), why });
        }
        for (Mapped { name, written, .. }, _) in
            self.map.columns.iter().zip(&self.is_met).filter(|(_, is_met)| !**is_met)
        {
            self.out.remark(format!("nothing stands at `{written}`, which the map names for {name}"));
        }
        Ok(())
    }
}

/// Lists are what they hold; what is left out where there is nothing is nothing.
fn each(found: Vec<Value<'_>>) -> IntoIter<Value<'_>> {
    let is_something = |value: &Value<'_>| value.is_object() || !value.text().is_empty();
    let values =
        found.into_iter().flat_map(|value| if value.is_list() { value.items().collect() } else { vec![value] });
    values.filter(is_something).collect::<Vec<_>>().into_iter()
}

/// Comments on their way out of a document.
struct Taking<'t> {
    map: &'t JsonMap,
    /// What stands in the document and not in each comment.
    shared: Shared,
    out: &'t mut Comments,
    count: &'t mut u64,
    is_met: &'t mut [bool],
}

impl Taking<'_> {
    /// Reads what all comments of a document have in common.
    fn share(&mut self, document: Value<'_>) {
        let values = self.values(document, true);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.shared = self.out.shared(&values);
    }

    /// What stands at the paths from the document, or from a comment.
    fn values(&mut self, from: Value<'_>, are_absolute: bool) -> Vec<(&'static str, String)> {
        let mut values = Vec::new();
        let columns = self.map.columns.iter().zip(self.is_met.iter_mut());
        for (column, is_met) in columns.filter(|(column, _)| column.is_absolute == are_absolute) {
            let found = column.path.find(from);
            *is_met |= !found.is_empty();
            if found.iter().any(|value| value.is_object() || value.is_list()) {
                self.out.count(
                    "value is nested where the map wants a plain one, and is left empty",
                    "values are nested where the map wants plain ones, and are left empty",
                );
            }
            let texts = found.iter().map(|value| value.text()).filter(|text| !text.is_empty());
            let is_text = ["text", "article_text", "parent_text"].contains(&column.name);
            let text = texts.collect::<Vec<_>>().join(if is_text { "\n\n" } else { "," });
            values.push((column.name, if is_text && self.map.markup { markup::plain(&text) } else { text }));
        }
        values
    }

    /// Takes a comment in; gives its id.
    fn comment(&mut self, comment: Value<'_>, above: &str) -> String {
        *self.count += 1;
        let mut values = self.values(comment, false);
        let said = |values: &[(&'static str, String)], name: &str| {
            values.iter().find(|(own, _)| *own == name).map_or(String::new(), |(_, value)| value.clone())
        };
        let (mut id, mut parent) = (said(&values, "id"), said(&values, "parent_id"));
        if self.map.children.is_some() {
            if id.is_empty() {
                id = format!("c{}", self.count);
            }
            if parent.is_empty() {
                above.clone_into(&mut parent);
            }
            values.retain(|(name, _)| !["id", "parent_id"].contains(name));
            values.push(("id", id.clone()));
            values.push(("parent_id", parent));
        }
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.out.push_with(comment.line(), &values, Some(&self.shared));
        id
    }
}

/// So many paths are shown.
const PATHS: usize = 6;

/// Where objects stand, as a map would name it: those that say most first.
fn paths(document: Value<'_>) -> String {
    let survey = Survey::of_value(document);
    let mut told = String::new();
    for place in survey.telling().into_iter().take(PATHS) {
        let keys: Vec<&str> = survey.keys(place).take(SHOWN).collect();
        told += if told.is_empty() { "objects stand at " } else { "; " };
        _ = write!(told, "{:?} ({})", survey.pointer(place), keys.join(", "));
    }
    if told.is_empty() { "it has no objects with text".to_owned() } else { told }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(map: &str, document: &str) -> Result<(Vec<String>, Vec<String>), ThreadError> {
        let map = JsonMap::parse("map.toml", map)?;
        let reader = Box::new(Cursor::new(document.to_owned()));
        let mut rows = open(map, Input::new("a.json".to_owned(), reader))?;
        let (mut row, mut told) = (Row::default(), Vec::new());
        loop {
            match rows.read(&mut row)? {
                Next::End => break,
                Next::Row => told.push(row.cells.iter().collect::<Vec<_>>().join("|")),
                Next::Refused(refused) => told.push(refused.to_string()),
            }
        }
        Ok((told, rows.remarks()))
    }

    #[test]
    fn paths_lead_to_comments_and_their_parts() {
        let map = "comments = '/data/items/*'\nid = 'key'\ntext = 'body/parts/*/t'\nauthor = 'by/-1'\n\
                   children = 'replies/data'\nmarkup = true\narticle.title = '/data/head~1line'\n\
                   [columns]\nspam = 'labels/spam'\n";
        let document = r#"{"data":{"head/line":"T","items":[
            {"key":1,"body":{"parts":[{"t":"a &amp; b"},{"t":"c"}]},"by":["x","y"],"labels":{"spam":true},
             "replies":{"data":[{"key":2,"body":{"parts":[{"t":"r"}]},"replies":""},{"key":3}]}},
            {"body":{}}]}}"#;
        let (rows, remarks) = read(map, document).unwrap();
        assert_eq!(
            rows,
            ["1||T|y|a & b\n\nc|true".to_owned(), "2|1|T||r|".into(), "3|1|T|||".into(), "c4||T|||".into()].map(
                |row| {
                    // The columns in the order of the map: id, title, author, text, spam, and the parent that replies need.
                    let cells: Vec<&str> = row.split('|').collect();
                    [cells[0], cells[2], cells[3], cells[4], cells[5], cells[1]].join("|")
                }
            )
        );
        assert!(remarks.is_empty(), "{remarks:?}");
    }

    #[test]
    fn lines_lists_and_objects_by_id_hold_comments() {
        let rows = |map: &str, document: &str| read(map, document).unwrap().0;
        assert_eq!(rows("comments = ''\ntext = 't'", "{\"t\":\"a\"}\n{\"t\":\nbad\n{\"t\":\"b\"}\n")[0], "a");
        assert_eq!(rows("comments = ''\ntext = 't'", "[{\"t\":\"a\"},{\"t\":\"b\"}]"), ["a", "b"]);
        assert_eq!(rows("comments = '*'\ntext = 't'", "[{\"t\":\"a\"},{\"t\":\"b\"}]"), ["a", "b"]);
        assert_eq!(rows("comments = '/0/c'\ntext = 't'", "[{\"c\":[{\"t\":\"a\"}]},{}]"), ["a"]);
        assert_eq!(
            rows("comments = '/c/*'\ntext = 't'", "{\"c\":{\"x\":{\"t\":\"a\"},\"y\":{\"t\":\"b\"}}}"),
            ["a", "b"]
        );
        assert_eq!(rows("comments = '/c'\ntext = ''", "{\"c\":[\"a\",\"b\"]}"), ["a", "b"]);
        assert_eq!(
            rows("comments = '/c'\ntext = 't'", "[{\"c\":[{\"t\":\"a\"}]},{\"c\":[{\"t\":\"b\"}]}]"),
            ["a", "b"]
        );
    }

    #[test]
    fn what_is_not_there_is_told() {
        let error =
            read("comments = '/x'\ntext = 't'", "{\"data\":{\"rows\":[{\"id\":1,\"body\":\"a\"}]}}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.json: no comment is found: the map's `comments` leads to none; objects stand at \"/data/rows/*\" (id, body)"
        );
        let (_, remarks) = read("comments = '/c'\ntext = 't'\nauthor = 'by/name'", "{\"c\":[{\"t\":\"a\"}]}").unwrap();
        assert_eq!(remarks, ["nothing stands at `by/name`, which the map names for author"]);
        let (rows, remarks) = read("comments = '/c'\ntext = 't'", "{\"c\":[{\"t\":{\"u\":\"a\"}}]}").unwrap();
        assert_eq!((rows, remarks[0].starts_with("1 value is nested")), (vec![String::new()], true));
    }

    #[test]
    fn a_map_that_is_none_is_refused_with_its_line() {
        for (map, told) in [
            ("comments = '/c'\ntxt = 't'", "map.toml: line 2: unknown field `txt`"),
            ("comments = '/c'", "map.toml: line 1: missing field `text`"),
            ("comments = '/c'\ntext = 7", "map.toml: line 2: invalid type"),
            ("comments = '/c'\ntext = 't'\n[columns]\nauthor = 'a'", "map.toml: [columns]: `author` is a known column"),
        ] {
            let error = JsonMap::parse("map.toml", map).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn depth_is_no_matter() {
        let deep = format!("{}{}", "{\"t\":\"a\",\"r\":[".repeat(50_000), "]}".repeat(50_000));
        assert_eq!(read("comments = ''\ntext = 't'\nchildren = 'r'", &deep).unwrap().0.len(), 50_000);
    }
}

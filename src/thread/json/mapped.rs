//! Reads the comments of a JSON file according to a map.

use std::fmt::Write as _;
use std::vec::IntoIter;

use crate::thread::comments::{Comments, Shared};
use crate::thread::error::ThreadError;
use crate::thread::export::Input;
use crate::thread::json::arena::{Arena, Value};
use crate::thread::json::items::{Item, Items, Unit};
use crate::thread::json::map::{JsonMap, Mapped, Path};
use crate::thread::json::shape;
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
    /// How many comments were found.
    count: u64,
    /// Which columns were found at all.
    is_met: Vec<bool>,
    /// The paths in the first value without a comment.
    paths: Option<String>,
    /// The lines of values without a comment, reported once a comment is found elsewhere.
    without: Vec<u64>,
    /// Where comments contain others that the map does not name, and how many do.
    nested: Option<(String, u64)>,
    has_ended: bool,
}

/// Opens a file whose comments are where the map says.
///
/// # Errors
/// When reading fails.
pub(crate) fn open(map: &'static JsonMap, input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    // If the map expects a list, the document is read whole. Otherwise a list consists of several documents.
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
        without: Vec::new(),
        nested: None,
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
        let Self { map, arena, out, count, is_met, nested, .. } = self;
        let document = arena.value();
        out.begin(document.line());
        let before = (*count, out.refused());
        let mut taking = Taking { map, shared: Shared::default(), out, count, is_met, nested };
        taking.share(document);
        // Replies come right after what they answer.
        let mut open: Vec<(String, IntoIter<Value<'_>>)> = vec![(String::new(), each(&map.comments, document))];
        while let Some((above, comments)) = open.last_mut() {
            let Some(comment) = comments.next() else {
                open.pop();
                continue;
            };
            let Some(id) = taking.comment(comment, above) else { continue };
            if let Some(children) = &map.children {
                open.push((id, each(children, comment)));
            }
        }
        if (*count, out.refused()) == before && !is_empty_list(map, document) {
            self.without.push(document.line());
            self.paths.get_or_insert_with(|| paths(document));
        }
        if self.count > 0 {
            self.tell_without();
        }
    }

    /// Refuses the values without a comment where the map says. If no value has one, the error for that says so.
    fn tell_without(&mut self) {
        for line in self.without.drain(..) {
            self.out.refuse(line, "the map's `comments` leads to nothing here");
        }
    }

    fn end(&mut self) -> Result<(), ThreadError> {
        self.has_ended = true;
        if self.count == 0 {
            let paths = self.paths.take().unwrap_or_else(|| "it has no objects with keys".to_owned());
            if let Some(first) = self.out.first_refused() {
                let why = format!("what the map's `comments` leads to is no comment; {first}");
                return Err(ThreadError::NoComment { file: self.file.clone(), why });
            }
            let why = format!("the map's `comments` leads to none; {paths}");
            return Err(ThreadError::NoComment { file: self.file.clone(), why });
        }
        for (Mapped { name, written, .. }, _) in
            self.map.columns.iter().zip(&self.is_met).filter(|(_, is_met)| !**is_met)
        {
            self.out.remark(format!("nothing stands at `{written}`, which the map names for {name}"));
        }
        if let Some((path, count)) = self.nested.take() {
            let hold = if count == 1 { "comment holds" } else { "comments hold" };
            self.out.remark(format!(
                "{count} {hold} others at `{path}`, which are not read: children = \"{path}\" in the map names them"
            ));
        }
        Ok(())
    }
}

/// The comments or replies at a path; lists are flattened. An empty value in place of a list counts as no comments, but
/// as an element of a list it is refused.
fn each<'v>(path: &Path, from: Value<'v>) -> IntoIter<Value<'v>> {
    let is_nothing =
        |value: &Value<'_>| value.is_null() || value.text() == "false" || value.is_string() && value.text().is_empty();
    let may_be_nothing = path.ends_in_key();
    let found = path.find(from).into_iter();
    let found = found.filter(|value| !(may_be_nothing && is_nothing(value)));
    let values = found.flat_map(|value| if value.is_list() { value.items().collect() } else { vec![value] });
    values.collect::<Vec<_>>().into_iter()
}

/// Whether there is an empty list where the map says.
fn is_empty_list(map: &JsonMap, document: Value<'_>) -> bool {
    map.comments.ends_in_key() && map.comments.find(document).iter().any(|list| list.is_list())
}

/// Comments being taken from a document.
struct Taking<'t> {
    map: &'t JsonMap,
    /// Values of the document rather than of each comment.
    shared: Shared,
    out: &'t mut Comments,
    count: &'t mut u64,
    is_met: &'t mut [bool],
    nested: &'t mut Option<(String, u64)>,
}

impl Taking<'_> {
    /// Reads what all comments of a document share.
    fn share(&mut self, document: Value<'_>) {
        let values = self.values(document, true);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.shared = self.out.shared(&values);
    }

    /// The values at the paths that start at the document, or at a comment.
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
            let is_text = ["text", "article_text", "article_title", "parent_text"].contains(&column.name);
            let text = texts.collect::<Vec<_>>().join(if is_text { "\n\n" } else { "," });
            values.push((column.name, if is_text && self.map.markup { markup::plain(&text) } else { text }));
        }
        values
    }

    /// Adds a comment; gives its id. Anything else is refused.
    fn comment(&mut self, comment: Value<'_>, above: &str) -> Option<String> {
        let mut values = self.values(comment, false);
        let has_replies =
            || self.map.children.as_ref().is_some_and(|children| each(children, comment).next().is_some());
        let mut own = self.map.columns.iter().filter(|column| !column.is_absolute);
        // A null counts as present; a path that leads nowhere does not.
        if !own.any(|column| !column.path.find(comment).is_empty()) && !has_replies() {
            let called = comment.called();
            shape::refuse(comment, &format!("it is {called} with nothing where the map's paths lead"), self.out);
            return None;
        }
        *self.count += 1;
        self.look_for_replies(comment);
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
        Some(id)
    }

    /// Records a list inside a comment whose elements have a text as comments do, if the map names no list of replies.
    fn look_for_replies(&mut self, comment: Value<'_>) {
        let text = self.map.columns.iter().find(|column| column.name == "text" && !column.is_absolute);
        let Some(text) = text.filter(|_| self.map.children.is_none()) else { return };
        let has_text = |list: Value<'_>| {
            let first = list.items().find(|item| item.is_object());
            first.is_some_and(|first| text.path.find(first).iter().any(|text| text.is_string()))
        };
        // Either the list itself or one in an object, as in {"replies": {"data": […]}}.
        let found = comment.members().find_map(|(key, value)| {
            let inner = || value.members().find(|(_, list)| has_text(*list)).map(|(inner, _)| format!("{key}/{inner}"));
            if has_text(value) { Some(key.to_owned()) } else { inner() }
        });
        if let Some(path) = found {
            self.nested.get_or_insert((path, 0)).1 += 1;
        }
    }
}

/// How many paths are shown.
const PATHS: usize = 6;

/// Where there are objects, as a map would name them: those with the most text first.
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
            {"key":4}]}}"#;
        let (rows, remarks) = read(map, document).unwrap();
        assert_eq!(
            rows,
            ["1||T|y|a & b\n\nc|true".to_owned(), "2|1|T||r|".into(), "3|1|T|||".into(), "4||T|||".into()].map(|row| {
                // The columns in the order of the map: id, title, author, text, spam, and the parent that replies need.
                let cells: Vec<&str> = row.split('|').collect();
                [cells[0], cells[2], cells[3], cells[4], cells[5], cells[1]].join("|")
            })
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
    fn what_is_no_comment_is_refused_with_its_place() {
        let rows = |map: &str, document: &str| read(map, document).unwrap().0;
        let nothing = "with nothing where the map's paths lead";
        assert_eq!(
            rows("comments = '/c'\ntext = 't'", r#"{"c":[{"t":"a"},null,"s",[1],{},{"t":null}]}"#),
            [
                "a".to_owned(),
                format!("a.json:1: /c/1: it is null {nothing}"),
                format!("a.json:1: /c/2: it is a string {nothing}"),
                format!("a.json:1: /c/3: it is a list {nothing}"),
                format!("a.json:1: /c/4: it is an object {nothing}"),
                String::new(),
            ]
        );
        let lines = "{\"t\":\"a\"}\n\"str\"\n\nnull\n[1]\n[]\n{\"t\":\"b\"}\n";
        let told = rows("comments = ''\ntext = 't'", lines);
        assert_eq!(told.iter().filter(|row| row.starts_with("a.json:")).count(), 4, "{told:?}");
        assert_eq!(told.len(), 6, "{told:?}");
        assert!(told.iter().all(|row| !row.starts_with("a.json:0")), "{told:?}");
        // An empty value in place of a list counts as no comments.
        let map = "comments = '/c'\ntext = 't'\nchildren = 'r'";
        assert_eq!(rows(map, r#"{"c":[{"t":"a","r":""},{"t":"b","r":null},{"t":"c","r":false}]}"#).len(), 3);
    }

    #[test]
    fn replies_that_the_map_does_not_name_are_told() {
        let map = "comments = '/c'\ntext = 't'";
        for (replies, path) in [(r#""r":[{"t":"b"}]"#, "r"), (r#""r":{"data":[{"t":"b"}]}"#, "r/data")] {
            let (rows, remarks) = read(map, &format!(r#"{{"c":[{{"t":"a",{replies}}}]}}"#)).unwrap();
            let told = format!(
                "1 comment holds others at `{path}`, which are not read: children = \"{path}\" in the map names them"
            );
            assert_eq!((rows, remarks), (vec!["a".to_owned()], vec![told]));
        }
        let (_, remarks) = read(map, r#"{"c":[{"t":"a","tags":[{"name":"x"}]}]}"#).unwrap();
        assert!(remarks.is_empty(), "{remarks:?}");
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

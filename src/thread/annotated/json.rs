//! Annotation files in JSON, read value by value.

use crate::thread::annotated::rows::AnnotatedRows;
use crate::thread::annotated::sheet::Sheet;
use crate::thread::error::ThreadError;
use crate::thread::export::Input;
use crate::thread::json::arena::{Arena, Value};
use crate::thread::json::items::{Item, Items, Unit};
use crate::thread::row_source::RowSource;

/// Finds comments and their annotations in the values of a file.
pub(crate) trait AnnotatedJson: Default {
    /// Whether one annotator's annotations of a comment may be spread over several values, far apart.
    const GOES_ON: bool = false;

    /// Handles the next line, or element of the file's list.
    fn value(&mut self, value: Value<'_>, sheet: &mut Sheet);

    /// Called at the end of the values.
    fn end(&mut self, sheet: &mut Sheet) {
        let _ = sheet;
    }
}

/// Opens an annotation file.
///
/// # Errors
/// When reading fails, or there is no room for a temporary file.
pub(crate) fn open<A: AnnotatedJson>(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let (mut format, mut sheet, mut arena) = (A::default(), Sheet::new(file.clone())?, Arena::default());
    if A::GOES_ON {
        sheet.in_order();
    }
    let mut items = Items::new(file.clone(), reader, Unit::Element)?;
    while let Some(item) = items.next(&mut arena)?
        && !sheet.has_failed()
    {
        match item {
            Item::Value => format.value(arena.value(), &mut sheet),
            Item::Refused(line, reason) => sheet.refuse(line, reason),
        }
    }
    format.end(&mut sheet);
    Ok(Box::new(AnnotatedRows::new(file, sheet)?))
}

/// Adds an object's plain members as the comment's own content, except those in `but`; nested ones are counted.
pub(crate) fn members(value: Value<'_>, but: &[&str], sheet: &mut Sheet) {
    for (key, member) in value.members().filter(|(key, _)| !but.contains(key)) {
        if member.is_object() || member.is_list() {
            sheet.told.count(
                "value that is a list or an object is left out",
                "values that are lists or objects are left out",
            );
        } else {
            sheet.plain(key, member.text());
        }
    }
}

/// Counts annotations of parts of a comment, as doccano exports them.
pub(crate) fn entities(value: Value<'_>, sheet: &mut Sheet) {
    let count: usize = ["entities", "relations"].iter().map(|key| value.get(key).items().count()).sum();
    sheet.told.count_more(
        "entity or relation is no label of a whole comment, and is left out",
        "entities and relations are no labels of whole comments, and are left out",
        count as u64,
    );
}

/// A list of answers: strings and numbers. `None` if it contains anything else, such as spans.
pub(crate) fn names(list: Value<'_>) -> Option<Vec<&str>> {
    list.items().map(|item| (item.is_string() || item.is_number()).then(|| item.text())).collect()
}

/// The annotator: a name or number, or an object with one.
pub(crate) fn person(value: Value<'_>) -> &str {
    let keys = ["email", "username", "name", "id"];
    let inside = keys.iter().map(|key| value.get(key).text()).find(|text| !text.is_empty());
    if value.is_object() { inside.unwrap_or_default() } else { value.text() }
}

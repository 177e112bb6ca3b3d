//! Exports in JSON, read value by value.

use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::json::arena::{Arena, Value};
use crate::thread::json::error_answer;
use crate::thread::json::items::{Item, Items, Unit};
use crate::thread::json::shape;
use crate::thread::json_reader::is_cut_off;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;

/// Finds the comments in the values of a file.
pub(crate) trait JsonExport: Send + 'static {
    const EXPORT: &'static Export;
    /// What one value of the file is.
    const UNIT: Unit;
    /// The columns that its comments can have.
    const COLUMNS: &'static [&'static str];

    /// Takes the next object; adds its comments to `out`.
    fn value(&mut self, value: Value<'_>, out: &mut Comments);

    /// Handles something other than an object in its place.
    fn other(&mut self, value: Value<'_>, out: &mut Comments) {
        shape::is_object(value, out);
    }

    /// Called at the end of the values.
    fn end(&mut self, out: &mut Comments) {
        let _ = out;
    }
}

struct JsonRows<E> {
    file: String,
    items: Items,
    arena: Arena,
    export: E,
    out: Comments,
    header: Vec<String>,
    has_ended: bool,
    /// Where the file was cut off, if it was.
    cut: Option<String>,
}

/// Opens a file of such an export.
///
/// # Errors
/// When reading fails.
pub(crate) fn open<E: JsonExport + Default>(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let items = Items::new(file.clone(), reader, E::UNIT)?;
    let out = Comments::new(file.clone(), E::COLUMNS);
    let (header, arena) = (out.header(), Arena::default());
    Ok(Box::new(JsonRows { file, items, arena, export: E::default(), out, header, has_ended: false, cut: None }))
}

impl<E: JsonExport> RowSource for JsonRows<E> {
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
                Some(Item::Refused(line, reason)) => {
                    self.cut = is_cut_off(&reason).then(|| format!("line {line}: {reason}"));
                    self.out.refuse(line, reason);
                }
                None => {
                    self.has_ended = true;
                    self.export.end(&mut self.out);
                    if let Some(why) = self.none() {
                        return Err(ThreadError::NoComment { file: self.file.clone(), why });
                    }
                }
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

/// Pages combined into one list are lists in a list, and so are threads that are each a list; none go deeper.
const MOST_LISTS: usize = 2;

/// Handles an element, or the elements of a list in its place, down to `lists` levels.
fn element<E: JsonExport>(export: &mut E, value: Value<'_>, lists: usize, out: &mut Comments) {
    if value.is_list() && lists > 0 {
        value.items().for_each(|value| element(export, value, lists - 1, out));
    } else if !value.is_object() {
        export.other(value, out);
    } else if let Some(error) = error_answer::of_value(value) {
        shape::refuse(value, &error, out);
    } else {
        export.value(value, out);
    }
}

impl<E: JsonExport> JsonRows<E> {
    fn value(&mut self) {
        let Self { arena, export, out, .. } = self;
        let value = arena.value();
        out.begin(value.line());
        if E::UNIT == Unit::Document {
            export.value(value, out);
        } else {
            element(export, value, MOST_LISTS, out);
        }
    }

    /// Why there is no comment, if there is none: the file is hardly the one the user meant.
    fn none(&mut self) -> Option<String> {
        // What is missing may have been behind the end.
        if let Some(cut) = self.cut.take().filter(|_| self.out.given() == 0) {
            return Some(cut);
        }
        if let Some(why) = self.out.failure() {
            return Some(why);
        }
        if self.out.given() > 0 {
            return None;
        }
        let what = E::EXPORT.what;
        if let Some(first) = self.out.first_refused() {
            return Some(format!("it was read as {what}, and nothing in it is a comment of that; {first}"));
        }
        let mut why = vec![format!("it seems to be {what}, and there is none in it")];
        why.extend(self.out.remarks());
        Some(why.join("; "))
    }
}

//! Exports in JSON, value by value.

use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;
use crate::thread::export::Input;
use crate::thread::json::arena::{Arena, Value};
use crate::thread::json::items::{Item, Items, Unit};
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;

/// Finds the comments in the values of a file.
pub(crate) trait JsonExport: Send + 'static {
    /// What one value is.
    const UNIT: Unit;
    /// The columns that its comments can have.
    const COLUMNS: &'static [&'static str];

    /// Takes the next value; adds its comments to `out`.
    fn value(&mut self, value: Value<'_>, out: &mut Comments);

    /// There are no more values.
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
}

/// Opens a file whose values are those of such an export.
///
/// # Errors
/// When reading breaks off.
pub(crate) fn open<E: JsonExport + Default>(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let items = Items::new(file.clone(), reader, E::UNIT)?;
    let out = Comments::new(file.clone(), E::COLUMNS);
    let (header, arena) = (out.header(), Arena::default());
    Ok(Box::new(JsonRows { file, items, arena, export: E::default(), out, header, has_ended: false }))
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
                Some(Item::Value) => self.export.value(self.arena.value(), &mut self.out),
                Some(Item::Refused(line, reason)) => self.out.refuse(line, reason),
                None => {
                    self.has_ended = true;
                    self.export.end(&mut self.out);
                    if let Some(why) = self.out.failure() {
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

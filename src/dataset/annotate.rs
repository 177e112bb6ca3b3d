//! Reads the labels of a row from its cells.

use crate::dataset::bindings::Bindings;
use crate::dataset::cell::{CellError, class, flag, single};
use crate::dataset::dataset::First;
use crate::dataset::flag_cell::{FlagCell, likely};
use crate::dataset::flags_in::names;
use crate::dataset::left_out::CellsByLabel;
use crate::dataset::reader::{Annotated, Reader};
use crate::thread::row::{Refused, Row};

impl Reader<'_> {
    /// The annotations of a row. An unusable cell costs the row that label and no other.
    pub(crate) fn annotations<'r, 'p: 'r>(
        &mut self,
        row: &'r Row,
        bindings: &mut Bindings<'p>,
        file: &str,
    ) -> Annotated<'r> {
        let mut annotated = Annotated::default();
        for binding in &mut bindings.stances {
            let (name, cell) = (&self.stances[binding.label].0, binding.read(row).trim());
            let read = class(name, cell).and_then(|class| Ok((class, binding.weight(name, row)?)));
            let (class, weight) = read.unwrap_or_else(|error| {
                let means = is_of_cell(&error) && bindings.scope.is_none();
                let means = means.then(|| single(cell)).flatten();
                refuse(&mut self.data.cells, name, file, row.line, &error, means.map(|new| (cell, new)));
                ("", None)
            });
            annotated.classes.push(class);
            annotated.weights.extend(weight.map(|weight| (name.clone(), weight)));
        }
        for binding in &mut bindings.flags {
            let (name, cell) = (&self.flags[binding.label].0, binding.read(row).trim());
            let said = flag(name, cell);
            match said {
                Ok(FlagCell::Empty) => binding.empty += 1,
                Ok(FlagCell::Missing) => {
                    let first = self.data.missing.entry(name.clone()).or_default();
                    First::count(first, || First::new(file, row.line, cell));
                }
                Ok(FlagCell::Share(_)) | Err(_) => {}
            }
            let read = said.and_then(|said| Ok((said.share(), binding.weight(name, row)?)));
            let (share, weight) = read.unwrap_or_else(|error| {
                let means = matches!(error, CellError::NoShare { .. }) && bindings.scope.is_none();
                let means = means.then(|| (cell, likely(name, cell).to_owned()));
                refuse(&mut self.data.cells, name, file, row.line, &error, means);
                (f32::NAN, None)
            });
            annotated.shares.push(share);
            annotated.weights.extend(weight.map(|weight| (name.clone(), weight)));
        }
        for (place, binding) in &mut bindings.names {
            let Some(name) = self.request.flags_in.get(*place) else { continue };
            let cell = binding.read(row).trim();
            match names(name, cell) {
                Ok(names) => annotated.names.push((*place, names)),
                Err(error) => refuse(&mut self.data.cells, name, file, row.line, &error, None),
            }
        }
        annotated
    }
}

/// Whether the fault is in the label's own cell, not in its weight's.
fn is_of_cell(error: &CellError<'_>) -> bool {
    !matches!(error, CellError::NoWeight { .. })
}

/// Records a refused cell; `means` is the cell and what it probably stands for.
fn refuse(
    cells: &mut CellsByLabel,
    label: &str,
    file: &str,
    line: u64,
    error: &CellError<'_>,
    means: Option<(&str, String)>,
) {
    let refused = || Refused { file: file.to_owned(), line, reason: error.to_string() };
    let cells = cells.entry(label.to_owned()).or_default();
    cells.push(refused);
    if matches!(error, CellError::Several { .. }) {
        cells.lists.get_or_insert_with(|| label.to_owned());
    }
    if let Some((cell, new)) = means {
        cells.means(label, cell, &new);
    }
}

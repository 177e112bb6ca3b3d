//! Training as a library uses it: labelled tables in, a model out.

use std::path::Path;

use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::request::Request;
use crate::model::metadata::Provenance;
use crate::model::model::Model;
use crate::thread::file_name::file_name;
use crate::thread::input::Source;
use crate::train::options::TrainOptions;
use crate::train::train as fit;

/// Trains a model called `name` on labelled tables: CSV, TSV or JSONL, with a header. Columns and labels are found by their
/// names, as `ombud train` finds them without options; labels of which nothing can be learnt are left out.
///
/// # Errors
/// When a table cannot be read, no label is left to learn, or the options do not fit the data.
pub fn train<P: AsRef<Path>>(name: &str, tables: &[P], options: &TrainOptions) -> Result<Model, TrainError> {
    let paths = tables.iter().map(AsRef::as_ref);
    let sources: Vec<Source> = paths.clone().map(Source::new).collect();
    let mut data = Dataset::read(&sources, &Request::default(), |_| true)?;
    data.leave_out()?;
    data.keep_texts_together(options.folds);
    let trained = fit::train(&data, options, None, |_| true)?;
    let provenance = Provenance {
        ombud: env!("CARGO_PKG_VERSION").to_owned(),
        sources: paths.map(file_name).collect(),
        seed: options.seed,
        ..Provenance::default()
    };
    Ok(trained.to_model(name, &data, provenance))
}

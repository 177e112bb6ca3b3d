//! What a model records of the recipe that it was made by.

use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::dataset::dataset::Dataset;
use crate::dataset::recipe::{Recipe, RecipeError};
use crate::dataset::source::TableSource;
use crate::model::metadata::{RecipeRecord, SourceRecord, TextsRecord};
use crate::text::hex::hex;
use crate::thread::file_name::file_name;

/// The recipe by its hash, and what `data` took of each of its `sources`.
///
/// # Errors
/// When a table cannot be read again.
pub(crate) fn record(recipe: &Recipe, sources: &[TableSource], data: &Dataset) -> Result<RecipeRecord, RecipeError> {
    let records = recipe.entries().zip(sources).zip(&data.sources).map(|((entry, source), taken)| {
        let texts = entry.texts.iter().zip(&source.texts);
        let texts = texts.map(|(file, table)| Ok(TextsRecord { file: file.clone(), sha256: sha256(&table.path)? }));
        Ok(SourceRecord {
            file: entry.file.clone(),
            sha256: sha256(&source.source.path)?,
            texts: texts.collect::<Result<_, _>>()?,
            rows: taken.rows,
            teaches_only: taken.teaches_only,
            negatives: taken.negatives,
            weight: source.weight,
            licence: entry.licence.clone(),
            citation: entry.citation.clone(),
            url: entry.url.clone(),
        })
    });
    Ok(RecipeRecord {
        file: file_name(&recipe.path),
        sha256: hex(&Sha256::digest(&recipe.text)),
        sources: records.collect::<Result<_, _>>()?,
    })
}

fn sha256(path: &Path) -> Result<String, RecipeError> {
    let fail = |source| RecipeError::Unreadable { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(fail)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(n) => hash.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(fail(error)),
        }
    }
}

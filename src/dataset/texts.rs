//! Texts that a table of annotations has only as SHA-256: what may not be redistributed with the annotations is in
//! tables that anybody can download.

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::dataset::error::TrainError;
use crate::dataset::source::{TableSource, Unfound};
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

/// The columns that may be given as a hash.
const HASHED: [Known; 4] = [Known::Text, Known::ParentText, Known::ArticleText, Known::Context];
/// The suffix of such a column's header.
const END: &str = "_sha256";

type Hash = [u8; 32];

/// A column of hashes.
struct Column {
    known: Known,
    header: String,
    at: usize,
    /// How many rows name a text, and for how many it is not found.
    of: usize,
    missing: usize,
}

/// The texts of one source.
pub(crate) struct Texts {
    columns: Vec<Column>,
    found: FxHashMap<Hash, Option<String>>,
}

impl Texts {
    /// The headers of hashes that a source may have, for the table reader to look for.
    pub(crate) fn headers(source: &TableSource) -> Vec<String> {
        if source.texts.is_empty() {
            return Vec::new();
        }
        HASHED.into_iter().filter_map(|known| header(source, known)).collect()
    }

    /// Looks for the texts of a source in the tables that it names; `go_on` is asked from time to time.
    pub(crate) fn find(source: &TableSource, mut go_on: impl FnMut() -> bool) -> Result<Option<Self>, TrainError> {
        if source.texts.is_empty() {
            return Ok(None);
        }
        let mut table = TableReader::open_labelled(&source.source, None, &Self::headers(source), &[])?;
        let columns = HASHED.into_iter().filter_map(|known| {
            let header = header(source, known).filter(|header| table.present().contains(header))?;
            let at = table.header().iter().position(|there| *there == header)?;
            Some(Column { known, header, at, of: 0, missing: 0 })
        });
        let columns: Vec<Column> = columns.collect();
        if columns.is_empty() {
            let (file, there) = (table.file().to_owned(), table.present().to_vec());
            return Err(TrainError::NoColumnIn { file, column: Known::Text.name().to_owned() + END, there });
        }
        let mut texts = Self { columns, found: FxHashMap::default() };
        texts.each(&mut table, &mut go_on, |texts, row| {
            let hashes = texts.columns.iter().filter_map(|column| hash_of(row.cells.get(column.at)?));
            let hashes: Vec<Hash> = hashes.collect();
            texts.found.extend(hashes.into_iter().map(|hash| (hash, None)));
        })?;
        for table in &source.texts {
            if !table.path.exists() {
                return Err(TrainError::NoTextTable {
                    labels: source.name.clone(),
                    table: table.name(),
                    url: source.url.clone(),
                });
            }
            let mut table = TableReader::open_labelled(table, None, &[], &[])?;
            texts.each(&mut table, &mut go_on, |texts, row| {
                for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
                    if let Some(text) = texts.found.get_mut(&Hash::from(Sha256::digest(cell))) {
                        text.get_or_insert_with(|| cell.to_owned());
                    }
                }
            })?;
        }
        Ok(Some(texts))
    }

    /// Calls `what` for each row of a table.
    fn each(
        &mut self,
        table: &mut TableReader,
        go_on: &mut impl FnMut() -> bool,
        mut what: impl FnMut(&mut Self, &Row),
    ) -> Result<(), TrainError> {
        let mut row = Row::default();
        loop {
            match table.read(&mut row)? {
                Next::End => return Ok(()),
                // Refusals in the labels' own table are reported when its rows are read.
                Next::Refused(_) => {}
                Next::Row => what(self, &row),
            }
            if row.number.is_multiple_of(8192) && !go_on() {
                return Err(TrainError::Stopped);
            }
        }
    }

    /// Whether the comments' own texts are among them.
    pub(crate) fn has_text(&self) -> bool {
        self.columns.iter().any(|column| column.known == Known::Text)
    }

    /// Whether a source that names no tables of texts has no texts itself.
    pub(crate) fn are_needed(source: &TableSource, there: &[String]) -> bool {
        let own = source.columns.header(Known::Text);
        let is_there = |wanted: &str| there.iter().any(|column| column == wanted);
        !is_there(own) && header(source, Known::Text).is_some_and(|header| is_there(&header))
    }

    /// Rebinds to the table, which was reopened with other wanted columns.
    pub(crate) fn bind(&mut self, table: &TableReader) {
        for column in &mut self.columns {
            let at = table.header().iter().position(|there| *there == column.header);
            column.at = at.unwrap_or(usize::MAX);
        }
    }

    /// The known columns whose texts [`fill`](Self::fill) adds, in order.
    pub(crate) fn known(&self) -> impl Iterator<Item = Known> {
        self.columns.iter().map(|column| column.known)
    }

    /// Appends the texts to a row, a cell for each of the columns; `false` if the comment's own text is not found.
    pub(crate) fn fill(&mut self, row: &mut Row) -> bool {
        let mut is_found = true;
        for column in &mut self.columns {
            let cell = row.cells.get(column.at).unwrap_or_default().trim();
            let text = hash_of(cell).and_then(|hash| self.found.get(&hash)?.as_deref());
            // A comment must have a text even if the cell is empty; a parent need not.
            if !cell.is_empty() || column.known == Known::Text {
                column.of += 1;
                column.missing += usize::from(text.is_none());
                is_found &= column.known != Known::Text || text.is_some();
            }
            row.cells.push(text.unwrap_or_default());
        }
        is_found
    }

    /// The texts that were not found.
    ///
    /// # Errors
    /// When no comment's text was found.
    pub(crate) fn unfound(self, source: &TableSource) -> Result<Vec<Unfound>, TrainError> {
        let tables = source.texts.iter().map(Source::name).collect::<Vec<_>>().join(", ");
        let all = self.columns.iter().find(|column| column.known == Known::Text && column.missing == column.of);
        if let Some(column) = all.filter(|column| column.of > 0) {
            return Err(TrainError::NoTexts {
                labels: source.name.clone(),
                tables,
                count: column.of,
                url: source.url.clone(),
            });
        }
        let missing = self.columns.into_iter().filter(|column| column.missing > 0);
        let unfound = |Column { known, of, missing, .. }| Unfound { known, missing, of, tables: tables.clone() };
        Ok(missing.map(unfound).collect())
    }
}

/// The header of a column's hashes: a mapped one with the right suffix, or the default if none is mapped.
fn header(source: &TableSource, known: Known) -> Option<String> {
    match source.columns.mappings().iter().find(|mapping| mapping.name == known) {
        Some(mapping) => mapping.header.ends_with(END).then(|| mapping.header.clone()),
        None => Some(known.name().to_owned() + END),
    }
}

fn hash_of(cell: &str) -> Option<Hash> {
    let digits = cell.trim().as_bytes();
    let mut hash = Hash::default();
    if digits.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = (digit(0)? * 16 + digit(1)?) as u8;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::annotations::Annotations;
    use crate::dataset::dataset::Dataset;
    use crate::dataset::source::{Annotation, SourceLabel};
    use crate::text::hex::hex;
    use crate::thread::columns::ColumnMap;

    fn sha256(text: &str) -> String {
        hex(&Sha256::digest(text))
    }

    /// The data set of a table of labels whose texts are in another table.
    fn gather(labels: &str, texts: Option<&str>) -> Result<Dataset, TrainError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("labels.csv"), labels).unwrap();
        texts.into_iter().for_each(|texts| std::fs::write(folder.path().join("texts.csv"), texts).unwrap());
        let source = TableSource {
            columns: ColumnMap::parse(["id=nr"]).unwrap(),
            labels: vec![SourceLabel {
                name: "spam".to_owned(),
                is_flag: true,
                from: Annotation::Column("spam".to_owned()),
                weight: 1.0,
            }],
            texts: vec![Source::new(folder.path().join("texts.csv")).called("texts.csv".to_owned())],
            url: Some("https://example.org".to_owned()),
            ..TableSource::new(Source::new(folder.path().join("labels.csv")), "labels.csv".to_owned())
        };
        Dataset::gather(&[source], 1, |_| true)
    }

    #[test]
    fn a_hash_is_64_digits() {
        let hash = hash_of(&sha256("a"));
        assert!(hash.is_some_and(|hash| hash[..] == Sha256::digest("a")[..]));
        assert_eq!(hash_of(&format!(" {} ", sha256("a").to_uppercase())), hash);
        for wrong in ["", "a", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn texts_are_found_in_any_cell_as_they_stand_there() {
        let (first, second, parent) = ("a \"first\" one ", "a second\none", "what they answer");
        let row = |nr: usize, text: &str, parent: &str, spam: u8| format!("{nr},{text},{parent},{spam}\n");
        let labels = "nr,text_sha256,parent_text_sha256,spam\n".to_owned()
            + &row(1, &sha256(first), &sha256(parent), 1)
            + &row(2, &sha256("nowhere"), "", 1)
            + &row(3, &sha256(second), &sha256("nowhere"), 0)
            + &row(4, "", "", 0);
        let texts = format!("body,above\n\"{}\",{parent}\n,\"{second}\"\n", first.replace('"', "\"\""));
        let data = gather(&labels, Some(&texts)).unwrap();
        assert_eq!((0..data.len()).map(|row| data.input(row).text).collect::<Vec<_>>(), [first, second]);
        assert_eq!([0, 1].map(|row| data.input(row).parent_text), [Some(parent), None]);
        assert_eq!([0, 1].map(|row| (data.id(row), data.origin(row).1)), [("1", 2), ("3", 4)]);
        assert_eq!(data.annotations, [Annotations::Flag(vec![1.0, 0.0])]);
        let unfound = |known, missing, of| Unfound { known, missing, of, tables: "texts.csv".to_owned() };
        assert_eq!(data.sources[0].rows, 2);
        assert_eq!(data.sources[0].unfound, [unfound(Known::Text, 2, 4), unfound(Known::ParentText, 1, 2)]);
    }

    #[test]
    fn without_any_text_it_is_told_what_to_download() {
        let labels = format!("nr,text_sha256,spam\n1,{},1\n", sha256("a"));
        let error = |texts| gather(&labels, texts).unwrap_err().to_string();
        assert_eq!(
            error(Some("text\nb\n")),
            "labels.csv: none of its 1 texts is in texts.csv: download it to the folder of --data, as it was published at \
             https://example.org"
        );
        assert_eq!(
            error(None),
            "labels.csv: its texts are to be in texts.csv, which is not there: download it to the folder of --data, as it was \
             published at https://example.org"
        );
        let error = gather("nr,text,spam\n1,a,1\n", Some("text\na\n")).unwrap_err().to_string();
        assert!(error.contains("no column \"text_sha256\""), "{error}");
    }

    #[test]
    fn hashes_need_tables_of_texts() {
        let source = |map: &str| TableSource {
            columns: ColumnMap::parse([map]).unwrap(),
            ..TableSource::new(Source::new("a.csv"), "a.csv".to_owned())
        };
        let needed = |map: &str, there: &[&str]| {
            let there: Vec<String> = there.iter().map(ToString::to_string).collect();
            Texts::are_needed(&source(map), &there)
        };
        assert!(needed("id=nr", &["nr", "text_sha256"]));
        assert!(!needed("id=nr", &["nr", "text", "text_sha256"]));
        assert!(!needed("text=body", &["body", "text_sha256"]));
        assert!(!needed("id=nr", &["nr", "body"]));
    }
}

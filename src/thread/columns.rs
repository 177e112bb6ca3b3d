//! The columns that a table of comments may have, and how other headers are mapped to them.

use serde::{Deserialize, Serialize};

use crate::thread::cells::Cells;
use crate::thread::error::ThreadError;
use crate::thread::known::Known;
use crate::thread::mapping::Mapping;
use crate::thread::no_comment;
use crate::thread::usual;

/// Which headers stand for known columns, in the order given. A model file stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColumnMap(Vec<Mapping>);

impl ColumnMap {
    /// Reads mappings, each written `NAME=HEADER`.
    ///
    /// # Errors
    /// When one is not `NAME=HEADER`, its name is not known, or a name is mapped twice.
    pub fn parse<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Result<Self, ThreadError> {
        let mappings = values.into_iter().map(|value| value.as_ref().parse());
        Self::new(mappings.collect::<Result<Vec<Mapping>, _>>()?)
    }

    /// Collects mappings that were parsed one by one.
    ///
    /// # Errors
    /// When a name is mapped twice.
    pub fn new(mappings: Vec<Mapping>) -> Result<Self, ThreadError> {
        for (i, mapping) in mappings.iter().enumerate() {
            if let Some(before) = mappings.iter().take(i).find(|m| m.name == mapping.name) {
                return Err(ThreadError::ColumnMap {
                    value: format!("{}={}", mapping.name, mapping.header),
                    reason: format!("`{}` is already mapped to `{}`", before.name, before.header),
                });
            }
        }
        Ok(Self(mappings))
    }

    /// The mappings, in the order given.
    #[must_use]
    pub fn mappings(&self) -> &[Mapping] {
        &self.0
    }

    /// Whether nothing is mapped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The header under which to look for a column.
    #[must_use]
    pub fn header(&self, name: Known) -> &str {
        self.mapped(name).unwrap_or(name.name())
    }

    /// All mapped headers, for [`TableReader::open`](super::TableReader::open)'s `wanted`.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|mapping| mapping.header.as_str())
    }

    /// The names of the text column: the known one and the mapped one.
    pub(crate) fn text_names(&self) -> [&str; 2] {
        [Known::Text.name(), self.header(Known::Text)]
    }

    /// Whether another header is mapped to the column.
    pub(crate) fn is_mapped(&self, name: Known) -> bool {
        self.mapped(name).is_some()
    }

    fn mapped(&self, name: Known) -> Option<&str> {
        let mapping = self.0.iter().find(|mapping| mapping.name == name)?;
        Some(&mapping.header)
    }

    /// This map, completed from `remembered` (a model's map) for unmapped names whose remembered header is in `header`.
    #[must_use]
    pub fn or_remembered(&self, remembered: &Self, header: &[String]) -> Self {
        let more = (remembered.0.iter()).filter(|m| self.mapped(m.name).is_none() && header.contains(&m.header));
        Self(self.0.iter().chain(more).cloned().collect())
    }

    /// The most likely mappings from headers on `offer` to known columns that are neither mapped nor present under
    /// their own names. Headers that are mapped, or `taken` for something else, are not used.
    pub(crate) fn guess(&self, offer: &[&str], taken: &[String]) -> Vec<Mapping> {
        let is_free = |header: &&str| {
            Known::of_name(header).is_none()
                && !self.headers().any(|mapped| mapped == *header)
                && !taken.iter().any(|taken| taken == header)
        };
        let mut free: Vec<&str> = offer.iter().copied().filter(is_free).collect();
        let mut guessed = Vec::new();
        for name in Known::ALL.into_iter().filter(|name| !self.is_mapped(*name) && !offer.contains(&name.name())) {
            if let Some(at) = usual::likeliest(name, &free) {
                guessed.push(Mapping { name, header: free.remove(at).to_owned() });
            }
        }
        guessed
    }

    /// This map without the mappings for which `out` holds.
    pub(crate) fn without(&self, out: impl Fn(&Mapping) -> bool) -> Self {
        Self(self.0.iter().filter(|mapping| !out(mapping)).cloned().collect())
    }

    /// This map plus mappings of names that it does not have.
    pub(crate) fn with(&self, more: &[Mapping]) -> Self {
        Self(self.0.iter().chain(more).cloned().collect())
    }

    /// Finds the known columns in `header`. Mapped columns must be there, and so must each of `required`.
    ///
    /// # Errors
    /// [`ThreadError::MissingColumn`], which lists the columns that are there.
    pub fn resolve(&self, file: &str, header: &[String], required: &[Known]) -> Result<Columns, ThreadError> {
        let mut indices = [None; Known::ALL.len()];
        for (known, index) in Known::ALL.into_iter().zip(&mut indices) {
            let wanted = self.header(known);
            *index = header.iter().position(|there| there == wanted);
            if index.is_none() && (required.contains(&known) || self.mapped(known).is_some()) {
                return Err(self.missing(file, header, known));
            }
        }
        Ok(Columns { indices })
    }

    /// The error for a known column that is missing.
    pub(crate) fn missing(&self, file: &str, there: &[String], known: Known) -> ThreadError {
        ThreadError::MissingColumn {
            file: file.to_owned(),
            column: self.header(known).to_owned(),
            name: known.name().to_owned(),
            there: there.to_vec(),
            hint: match known {
                Known::Text if !self.is_mapped(known) => no_comment::of_columns(there),
                _ => None,
            }
            .unwrap_or_else(|| self.hint(known)),
        }
    }

    fn hint(&self, known: Known) -> String {
        match self.mapped(known) {
            Some(_) => String::new(),
            None => format!("; name the one that holds it with --column {known}=HEADER"),
        }
    }
}

/// The positions of the known columns in one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    indices: [Option<usize>; Known::ALL.len()],
}

impl Columns {
    /// The column's index in the header, if the table has it.
    #[must_use]
    pub fn index(&self, known: Known) -> Option<usize> {
        self.indices.get(known as usize).copied().flatten()
    }

    /// Keeps only the columns for which `keep` holds, as if the others were missing.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(Known) -> bool) -> Self {
        for (known, index) in Known::ALL.into_iter().zip(&mut self.indices) {
            *index = index.filter(|_| keep(known));
        }
        self
    }

    /// Puts a known column at another index.
    #[must_use]
    pub(crate) fn with(mut self, known: Known, at: usize) -> Self {
        self.indices[known as usize] = Some(at);
        self
    }

    /// The cell of a column, if the column is there and the cell is not empty. A number is no target.
    #[must_use]
    pub fn cell<'r>(&self, cells: &'r Cells, known: Known) -> Option<&'r str> {
        let cell = self.written(cells, known)?;
        (known != Known::Target || is_claim(cell)).then_some(cell)
    }

    /// The cell as it stands in the table, whatever it means.
    pub(crate) fn written<'r>(&self, cells: &'r Cells, known: Known) -> Option<&'r str> {
        cells.get(self.index(known)?).filter(|cell| !cell.is_empty())
    }
}

/// Whether a stance can be towards this: some data sets have a score called `target`, and a number is no claim.
fn is_claim(target: &str) -> bool {
    let target = target.trim();
    // Only a short cell can be a number with a decimal comma.
    let has_comma = target.len() < 32 && target.contains(',');
    let number = if has_comma { target.replacen(',', ".", 1).parse::<f64>() } else { target.parse() };
    number.is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_number_is_no_target() {
        let columns = ColumnMap::default().resolve("t", &header(&["text", "target"]), &[]).unwrap();
        let target = |cell: &str| columns.cell(&["0.5", cell].into_iter().collect(), Known::Target).map(str::to_owned);
        assert_eq!(["0.83", "1", "0,5", ""].map(target), [None, None, None, None]);
        assert_eq!(target("2 more years").as_deref(), Some("2 more years"));
        assert_eq!(columns.cell(&["0.5", ""].into_iter().collect(), Known::Text), Some("0.5"));
    }

    #[test]
    fn known_names_stand_where_all_says() {
        for (i, known) in Known::ALL.into_iter().enumerate() {
            assert_eq!(known as usize, i);
            assert_eq!(Known::of_name(known.name()), Some(known));
        }
    }

    #[test]
    fn a_mapped_header_wins_over_the_name() {
        let map = ColumnMap::parse(["text=body", "thread_id = group"]).unwrap();
        let columns = map.resolve("a.csv", &header(&["text", "group", "body"]), &[Known::Text]).unwrap();
        assert_eq!(columns.index(Known::Text), Some(2));
        assert_eq!(columns.index(Known::ThreadId), Some(1));
        assert_eq!(columns.index(Known::Id), None);
    }

    #[test]
    fn a_missing_column_says_what_is_there_and_what_to_do() {
        let there = header(&["key", "body"]);
        let none = ColumnMap::default();
        let error = none.resolve("a.csv", &there, &[Known::Text]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.csv has no column `text`; its columns are key, body; name the one that holds it with \
             --column text=HEADER, perhaps --column text=body"
        );
        let map = ColumnMap::parse(["id=nr"]).unwrap();
        let error = map.resolve("a.csv", &there, &[]).unwrap_err();
        assert!(error.to_string().contains("`nr` (for `id`)"), "{error}");
    }

    #[test]
    fn what_is_missing_is_looked_for_under_other_names_that_nobody_else_wants() {
        let guessed = |map: &[&str], header: &[&str], taken: &[&str]| {
            let (map, taken) = (ColumnMap::parse(map).unwrap(), self::header(taken));
            let guessed = map.guess(header, &taken);
            guessed.iter().map(|m| format!("{}={}", m.name, m.header)).collect::<Vec<_>>().join(" ")
        };
        let there = ["ID", "body", "title", "Comment", "user", "stance"];
        assert_eq!(guessed(&[], &there, &[]), "id=ID article_title=title author=user text=body");
        assert_eq!(guessed(&[], &there, &["body"]), "id=ID article_title=title author=user text=Comment");
        assert_eq!(guessed(&["text=stance", "target=title"], &there, &["user"]), "id=ID");
        assert_eq!(guessed(&[], &["text", "body", "id", "Id"], &[]), "");
    }

    #[test]
    fn what_a_model_remembers_is_used_where_it_is_there() {
        let given = ColumnMap::parse(["id=key"]).unwrap();
        let remembered = ColumnMap::parse(["text=body", "thread_id=group", "id=nr"]).unwrap();
        let both = given.or_remembered(&remembered, &header(&["key", "nr", "body"]));
        assert_eq!(both, ColumnMap::parse(["id=key", "text=body"]).unwrap());
    }

    #[test]
    fn a_mapping_that_is_none_is_refused() {
        for bad in ["text", "=a", "txet=a", "text="] {
            let error = ColumnMap::parse([bad]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{bad}`")), "{error}");
        }
        assert!(ColumnMap::parse(["text=a", "text=b"]).is_err());
        let header = ColumnMap::parse(["text=a=b"]).unwrap();
        assert_eq!(header.header(Known::Text), "a=b");
    }

    #[test]
    fn it_is_kept_in_a_model_file_in_order() {
        let map = ColumnMap::parse(["thread_id=g", "id=k"]).unwrap();
        let json = serde_json::to_string(&map).unwrap();
        assert_eq!(json, r#"[{"name":"thread_id","header":"g"},{"name":"id","header":"k"}]"#);
        assert_eq!(serde_json::from_str::<ColumnMap>(&json).unwrap(), map);
    }
}

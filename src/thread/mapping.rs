//! A known column that has another header.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::thread::error::{ThreadError, meant};
use crate::thread::known::Known;

/// One `NAME=HEADER`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The known column.
    pub name: Known,
    /// Its header.
    pub header: String,
}

impl FromStr for Mapping {
    type Err = ThreadError;

    /// Reads `NAME=HEADER`.
    fn from_str(value: &str) -> Result<Self, ThreadError> {
        let refuse = |reason: String| ThreadError::ColumnMap { value: value.to_owned(), reason };
        let (name, header) =
            value.split_once('=').ok_or_else(|| refuse("write it as NAME=HEADER, as in text=body".to_owned()))?;
        let name = Known::of_name(name.trim()).ok_or_else(|| {
            let names = Known::ALL.map(|known| known.name().to_owned());
            refuse(format!("`{name}` is none of {}{}", names.join(", "), meant(name, &names)))
        })?;
        let header = header.trim().to_owned();
        if header.is_empty() {
            return Err(refuse(format!("no header is given for `{name}`")));
        }
        Ok(Self { name, header })
    }
}

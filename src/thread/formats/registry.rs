//! Every format of another program that is read. Each is recognised by what only it has, so that their order matters to nobody
//! but the reader of a list.

use crate::thread::export::Export;
#[cfg(feature = "parquet")]
use crate::thread::formats::parquet;
use crate::thread::formats::{ods, remark42, xlsx};

/// Every one, in the order in which they are listed.
pub(crate) static EXPORTS: &[&Export] = &[
    &remark42::REMARK42,
    &xlsx::XLSX,
    &ods::ODS,
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];

/// Those that hold any table, whatever its columns are.
pub(crate) static TABLES: &[&Export] = &[
    &xlsx::XLSX,
    &ods::ODS,
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];

/// Those that are written as well.
pub(crate) static WRITTEN: &[&Export] = &[
    #[cfg(feature = "parquet")]
    &parquet::PARQUET,
];

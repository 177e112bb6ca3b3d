//! Formats of other programs, one a file.

pub(crate) mod ods;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
#[cfg(feature = "parquet")]
pub(crate) mod parquet_columns;
#[cfg(feature = "parquet")]
pub(crate) mod parquet_depth;
#[cfg(feature = "parquet")]
pub(crate) mod parquet_values;
pub(crate) mod registry;
pub(crate) mod remark42;
pub(crate) mod sheet;
pub(crate) mod xlsx;
pub(crate) mod zip_head;

//! Labelled tables, recipes and decisions, as typed rows with labels, groups, folds and weights.

pub(crate) mod annotate;
pub(crate) mod annotations;
pub(crate) mod bias_settings;
pub(crate) mod bindings;
pub(crate) mod cell;
pub(crate) mod class_map;
pub(crate) mod dataset;
#[cfg(test)]
pub(crate) mod dataset_test;
pub(crate) mod decided;
pub(crate) mod decided_rows;
#[cfg(test)]
pub(crate) mod decided_rows_test;
pub(crate) mod divisible;
pub(crate) mod duplicates;
pub(crate) mod error;
pub(crate) mod finish;
pub(crate) mod flag_cell;
pub(crate) mod flags_in;
pub(crate) mod groups;
pub(crate) mod joined;
pub(crate) mod judged;
pub(crate) mod label;
pub(crate) mod label_value;
pub(crate) mod learnable;
pub(crate) mod left_out;
pub(crate) mod negatives;
#[cfg(test)]
pub(crate) mod negatives_test;
pub(crate) mod odd_classes;
pub(crate) mod reader;
pub(crate) mod recipe;
pub(crate) mod recipe_source;
pub(crate) mod relations;
pub(crate) mod request;
pub(crate) mod setting;
pub(crate) mod source;
pub(crate) mod states;
pub(crate) mod strings;
pub(crate) mod texts;
pub(crate) mod towards;
pub(crate) mod train_settings;
pub(crate) mod unlearnt;
pub(crate) mod votes;
pub(crate) mod wanted;

//! Formats of other programs, one a file.

pub(crate) mod argilla;
pub(crate) mod doccano;
pub(crate) mod fasttext;
pub(crate) mod label_studio;
pub(crate) mod prodigy;
pub(crate) mod registry;
pub(crate) mod remark42;
pub(crate) mod spacy;

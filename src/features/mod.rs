//! Tokens and their context to sparse rows.
//!
//! An [`Extractor`] turns one [`Input`] into the features of each [`Block`]; a [`Vocabulary`] gives n-grams their
//! columns; a [`Weighting`] makes TF-IDF of counts. What training counts once over all rows ([`fit`]), scoring looks
//! up row by row.

pub(crate) mod blocks;
pub(crate) mod cache;
pub(crate) mod char_ngram_cache;
pub(crate) mod context;
pub(crate) mod counter;
pub(crate) mod cues;
pub(crate) mod describe;
pub(crate) mod document;
pub(crate) mod drift;
pub(crate) mod embeddings;
pub(crate) mod exchange;
pub(crate) mod extract;
pub(crate) mod fit;
pub(crate) mod input;
pub(crate) mod lexicon;
pub(crate) mod options;
pub(crate) mod own;
pub(crate) mod place;
pub(crate) mod profile;
pub(crate) mod profile_weights;
pub(crate) mod profile_words;
pub(crate) mod semantic;
pub(crate) mod shape;
pub(crate) mod sparse;
pub(crate) mod spline;
pub(crate) mod standing;
pub(crate) mod sublinear;
pub(crate) mod text_vector;
pub(crate) mod thread_rows;
pub(crate) mod thread_summary;
pub(crate) mod vocabulary;
pub(crate) mod weighting;

//! From text to normalised tokens that keep their positions in the original.
//!
//! [`Tokenizer::tokenize`] fills a reusable [`Tokens`]; nothing here allocates per comment once its buffers have grown.

pub(crate) mod ascii;
pub(crate) mod byte_class;
pub(crate) mod character;
pub(crate) mod cues;
pub(crate) mod detect;
pub(crate) mod fingerprint;
pub(crate) mod fold;
#[cfg(test)]
pub(crate) mod fold_test;
pub(crate) mod hash;
pub(crate) mod hex;
pub(crate) mod near_groups;
pub(crate) mod ngrams;
pub(crate) mod no_text;
pub(crate) mod phrases;
pub(crate) mod push;
pub(crate) mod quote_hint;
pub(crate) mod quote_marks;
pub(crate) mod quotes;
#[cfg(test)]
pub(crate) mod quotes_test;
pub(crate) mod rules;
pub(crate) mod shapes;
pub(crate) mod stem;
pub(crate) mod token;
pub(crate) mod tokenizer;
#[cfg(test)]
pub(crate) mod tokenizer_test;

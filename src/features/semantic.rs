//! The blocks of word vectors: the comment's mean word vector, and its relation to the target's.

use crate::features::document::Document;
use crate::features::embeddings::DIM;

/// The comment's vector.
pub(crate) const SEMANTIC: usize = DIM;

/// The meaning of a column of the block of relations, for the numbers at that place in the vectors.
const PARTS: [&str; 3] = ["the target", "comment times target", "comment from target"];
pub(crate) const RELATION: usize = PARTS.len() * DIM;

/// This many leading numbers of both vectors, those with the largest variance, are multiplied pairwise.
const CROSSED: usize = 32;
pub(crate) const CROSS: usize = CROSSED * CROSSED;

/// Products of unit vectors are small: so they weigh about as much as the vectors do.
const PRODUCT: f32 = 6.0;

/// Adds the comment's vector to `row`. It has unit length.
pub(crate) fn extract(first: u32, comment: &Document, row: &mut Vec<(u32, f32)>) {
    if let Some(own) = comment.vector() {
        row.extend((first..).zip(own.iter().copied()));
    }
}

/// Adds the target's vector, the product with the comment's and the distance to it, place by place.
pub(crate) fn relation(first: u32, comment: &Document, target: Option<&Document>, row: &mut Vec<(u32, f32)>) {
    let Some(target) = target.and_then(Document::vector) else { return };
    row.extend((first..).zip(target.iter().copied()));
    if let Some(own) = comment.vector() {
        let both = own.iter().zip(target);
        row.extend((first + DIM as u32..).zip(both.clone().map(|(a, b)| a * b * PRODUCT)));
        row.extend((first + 2 * DIM as u32..).zip(both.map(|(a, b)| (a - b).abs())));
    }
}

/// Adds the pairwise products of the leading numbers of the comment's vector and the target's: a linear model over them
/// is a bilinear form.
pub(crate) fn cross(first: u32, comment: &Document, target: Option<&Document>, row: &mut Vec<(u32, f32)>) {
    let (Some(own), Some(target)) = (comment.vector(), target.and_then(Document::vector)) else { return };
    let products = own[..CROSSED].iter().flat_map(|a| target[..CROSSED].iter().map(move |b| a * b * PRODUCT));
    row.extend((first..).zip(products));
}

/// The meaning of a column of a block, in full and without its number.
pub(crate) fn name(column: usize) -> (String, String) {
    let what = "meaning of the comment";
    (format!("{what}, dimension {}", column + 1), what.to_owned())
}

/// The same for [`relation`].
pub(crate) fn relation_name(column: usize) -> Option<(String, String)> {
    let part = PARTS.get(column / DIM)?;
    Some((format!("meaning: {part}, dimension {}", column % DIM + 1), format!("meaning: {part}")))
}

/// The same for [`cross`].
pub(crate) fn cross_name(column: usize) -> (String, String) {
    let what = "meaning of the comment beside its target's";
    (format!("{what}, dimensions {} and {}", column / CROSSED + 1, column % CROSSED + 1), what.to_owned())
}

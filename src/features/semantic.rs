//! The block of meanings: the comment's mean word vector, its target's, their product and their difference.

use super::document::Document;
use super::embeddings::DIM;

/// What a column says of the numbers of that place in the vectors.
const PARTS: [&str; 4] = ["the comment", "its target", "comment times target", "comment from target"];

pub(super) const WIDTH: usize = PARTS.len() * DIM;

/// Products of unit vectors are small: so they weigh about as much as the vectors do.
const PRODUCT: f32 = 6.0;

/// Adds the vectors to `row`. Each part has a length of about 1.
pub(super) fn extract(first: u32, comment: &Document, target: Option<&Document>, row: &mut Vec<(u32, f32)>) {
    let mut part = |number: usize, value: &dyn Fn(usize) -> f32| {
        let first = first + (number * DIM) as u32;
        row.extend((0..DIM).map(|at| (first + at as u32, value(at))));
    };
    let own = comment.vector();
    if let Some(own) = own {
        part(0, &|at| own[at]);
    }
    if let Some(other) = target.and_then(Document::vector) {
        part(1, &|at| other[at]);
        if let Some(own) = own {
            part(2, &|at| own[at] * other[at] * PRODUCT);
            part(3, &|at| (own[at] - other[at]).abs());
        }
    }
}

/// What a column of the block says, in full and without its number.
pub(super) fn name(column: usize) -> Option<(String, String)> {
    let part = PARTS.get(column / DIM)?;
    Some((format!("{part}, dimension {}", column % DIM + 1), (*part).to_owned()))
}

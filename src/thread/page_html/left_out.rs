//! What of a page is neither article nor comment, counted for a person who asks.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::thread::page_html::dom::Ref;
use crate::thread::page_html::path::short;

/// So many kinds of elements are told apart.
const MOST: usize = 1_000;

/// Elements that were left out, by kind; nothing is counted unless somebody asks.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(Option<RefCell<FxHashMap<String, usize>>>);

impl LeftOut {
    /// One that counts.
    pub(crate) fn counting() -> Self {
        Self(Some(RefCell::default()))
    }

    pub(crate) fn add(&self, node: Ref) {
        let (Some(counts), Some(kind)) = (&self.0, short(node)) else { return };
        let mut counts = counts.borrow_mut();
        let is_full = counts.len() >= MOST;
        let kind = if is_full && !counts.contains_key(&kind) { "other elements".to_owned() } else { kind };
        *counts.entry(kind).or_default() += 1;
    }

    /// The kinds, the most frequent first.
    pub(crate) fn told(self) -> Vec<(String, usize)> {
        let mut told: Vec<_> = self.0.map(RefCell::into_inner).unwrap_or_default().into_iter().collect();
        told.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        told
    }
}

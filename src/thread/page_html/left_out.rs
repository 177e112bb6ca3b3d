//! Counts the elements of a page that are neither article nor comment, for a user who asks.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::thread::page_html::dom::Ref;
use crate::thread::page_html::path::short;

/// How many kinds of elements are distinguished.
const MOST: usize = 1_000;

/// Elements left out, by kind; counts only on request.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(Option<RefCell<FxHashMap<String, usize>>>);

impl LeftOut {
    /// A counter that is switched on.
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

    /// The kinds, most frequent first.
    pub(crate) fn told(self) -> Vec<(String, usize)> {
        let mut told: Vec<_> = self.0.map(RefCell::into_inner).unwrap_or_default().into_iter().collect();
        told.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        told
    }
}

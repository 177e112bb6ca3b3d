//! The elements of a comment, without those of comments nested in it.

use std::cell::RefCell;

use ego_tree::NodeId;
use rustc_hash::FxHashSet;
use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, walk};

/// An element of an item.
pub(crate) struct Own<'h> {
    pub(crate) node: Ref<'h>,
    pub(crate) element: &'h Element,
    /// The elements up to this index are inside it.
    pub(crate) end: usize,
}

/// The elements of an item in page order, without the items in it.
pub(crate) fn own<'h>(item: Ref<'h>, items: &FxHashSet<NodeId>) -> Vec<Own<'h>> {
    let own: RefCell<Vec<Own>> = RefCell::default();
    let open: RefCell<Vec<usize>> = RefCell::default();
    walk(
        item,
        |node| {
            if items.contains(&node.id()) {
                return false;
            }
            if let Some(element) = node.value().as_element() {
                let mut own = own.borrow_mut();
                open.borrow_mut().push(own.len());
                own.push(Own { node, element, end: 0 });
            }
            true
        },
        |node| {
            if node.value().is_element()
                && let Some(at) = open.borrow_mut().pop()
            {
                let mut own = own.borrow_mut();
                let end = own.len();
                if let Some(own) = own.get_mut(at) {
                    own.end = end;
                }
            }
        },
    );
    own.into_inner()
}

//! The open elements.

/// The greatest depth of elements in any export.
const DEEPEST: usize = 100;

/// The open elements, outermost first.
pub(crate) struct Stack<E> {
    open: Vec<Open<E>>,
    /// The number of open elements below the greatest depth.
    deeper: usize,
}

pub(crate) struct Open<E> {
    pub(crate) element: E,
    pub(crate) name: String,
    /// Whether its text is wanted, including markup.
    is_text: bool,
}

impl<E> Default for Stack<E> {
    fn default() -> Self {
        Self { open: Vec::new(), deeper: 0 }
    }
}

impl<E: Copy> Stack<E> {
    /// Opens an element; `false` if it is too deep.
    pub(crate) fn push(&mut self, element: E, name: &str, is_text: bool) -> bool {
        if self.open.len() == DEEPEST {
            self.deeper += 1;
            return false;
        }
        self.open.push(Open { element, name: name.to_owned(), is_text });
        true
    }

    /// Ends an element that is too deep, if one is open.
    pub(crate) fn leave(&mut self) -> bool {
        let is_deeper = self.deeper > 0;
        self.deeper -= usize::from(is_deeper);
        is_deeper
    }

    /// Whether an end tag of this name ends an open element.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    pub(crate) fn pop(&mut self) -> Option<Open<E>> {
        self.open.pop()
    }

    pub(crate) fn last(&self) -> Option<E> {
        self.open.last().map(|open| open.element)
    }

    pub(crate) fn last_name(&self) -> &str {
        self.open.last().map_or("", |open| &open.name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether text here is wanted.
    pub(crate) fn has_text(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_text)
    }
}

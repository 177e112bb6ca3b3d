//! The elements that are open.

/// No export has elements that stand deeper in one another.
const DEEPEST: usize = 100;

/// The elements that are open, from the outermost.
pub(crate) struct Stack<E> {
    open: Vec<Open<E>>,
    /// How many elements are open that stand too deep.
    deeper: usize,
}

pub(crate) struct Open<E> {
    pub(crate) element: E,
    pub(crate) name: String,
    /// It is read as text, or is part of one that is.
    is_text: bool,
    /// It is part of one that is read as text.
    pub(crate) is_in_text: bool,
}

impl<E> Default for Stack<E> {
    fn default() -> Self {
        Self { open: Vec::new(), deeper: 0 }
    }
}

impl<E: Copy> Stack<E> {
    /// Opens an element; says no to one that stands too deep.
    pub(crate) fn push(&mut self, element: E, name: &str, is_text: bool) -> bool {
        if self.open.len() == DEEPEST {
            self.deeper += 1;
            return false;
        }
        let is_in_text = self.has_text();
        self.open.push(Open { element, name: name.to_owned(), is_text: is_text || is_in_text, is_in_text });
        true
    }

    /// Whether an end of that name ends anything.
    pub(crate) fn has(&mut self, name: &str) -> bool {
        if self.deeper > 0 {
            self.deeper -= 1;
            return false;
        }
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

    /// Whether what stands here is text.
    pub(crate) fn has_text(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_text)
    }
}

//! A line of text that is typed.

use ratatui::crossterm::event::KeyCode;

/// A note must not have more characters.
const LONGEST: usize = 2_000;

/// A line, and where the next character goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    chars: Vec<char>,
    at: usize,
}

impl Field {
    pub(crate) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self { at: chars.len(), chars }
    }

    pub(crate) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The text without spaces around it, if there is any.
    pub(crate) fn given(&self) -> Option<String> {
        let text = self.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text before the cursor.
    pub(crate) fn before(&self) -> String {
        self.chars.iter().take(self.at).collect()
    }

    /// The text after it.
    pub(crate) fn after(&self) -> String {
        self.chars.iter().skip(self.at).collect()
    }

    /// Pasted text becomes one line; control characters are left out.
    pub(crate) fn paste(&mut self, text: &str) {
        let plain = text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c });
        plain.filter(|c| !c.is_control()).for_each(|c| self.insert(c));
    }

    fn insert(&mut self, c: char) {
        if self.chars.len() < LONGEST {
            self.chars.insert(self.at.min(self.chars.len()), c);
            self.at += 1;
        }
    }

    /// Whether the key was one that edits.
    pub(crate) fn on_key(&mut self, key: KeyCode) -> bool {
        match key {
            KeyCode::Char(c) if !c.is_control() => self.insert(c),
            KeyCode::Backspace if self.at > 0 => {
                self.at -= 1;
                self.chars.remove(self.at);
            }
            KeyCode::Delete if self.at < self.chars.len() => {
                self.chars.remove(self.at);
            }
            KeyCode::Left => self.at = self.at.saturating_sub(1),
            KeyCode::Right => self.at = (self.at + 1).min(self.chars.len()),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.chars.len(),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_edit() {
        let mut field = Field::new("not");
        for key in [KeyCode::Left, KeyCode::Backspace, KeyCode::Char('ü'), KeyCode::End, KeyCode::Char('e')] {
            assert!(field.on_key(key));
        }
        assert_eq!((field.text().as_str(), field.before().as_str(), field.after().as_str()), ("nüte", "nüte", ""));
        assert!(field.on_key(KeyCode::Home) && field.on_key(KeyCode::Delete));
        assert_eq!((field.text().as_str(), field.after().as_str()), ("üte", "üte"));
        assert!(!field.on_key(KeyCode::Backspace) && !field.on_key(KeyCode::F(1)));
        assert_eq!(Field::new("  ").given(), None);
    }

    #[test]
    fn what_is_pasted_stands_on_one_line() {
        let mut field = Field::default();
        field.paste("a\nb\tc\u{1b}[31m");
        assert_eq!(field.text(), "a b c[31m");
        field.paste(&"x".repeat(9_000));
        assert_eq!(field.text().chars().count(), LONGEST);
    }
}

//! Which key does what. A site may change all of it; typing and Ctrl-C aside, nothing is fixed but Escape, which goes back.

use std::fmt;

use ratatui::crossterm::event::KeyCode;

/// What a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    /// The next comment.
    Next,
    /// The comment before.
    Previous,
    Approve,
    Reject,
    /// Somebody else must decide.
    Escalate,
    /// Saves the labels as shown, without an action.
    Save,
    /// Leaves the comment for later.
    Skip,
    /// Takes back the last step.
    Undo,
    /// Answers the label of this number, from 1.
    Label(u8),
    /// Gives the keys of labels to the labels that had none.
    Labels,
    /// Answers the first stance.
    Stance,
    /// Writes a note.
    Note,
    /// Shows the whole thread.
    Thread,
    /// Chooses which comments are shown.
    Filter,
    /// Goes on to the next order.
    Order,
    /// Decides everything that the filter matches.
    Batch,
    /// Shows the figures.
    Dashboard,
    /// Trains the model again, or shows the result.
    Learn,
    /// Refreshes the queue.
    Refresh,
    PageDown,
    PageUp,
    /// Lists the keys.
    Help,
    Quit,
}

impl Command {
    /// Whether something is decided by it, or taken back.
    pub(crate) const fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Reject | Self::Escalate | Self::Save | Self::Skip | Self::Undo)
    }
}

/// A command, its name in `ombud.toml`, its default keys, and what it does in a few words.
type Entry = (Command, &'static str, &'static [KeyCode], &'static str);

const fn key(c: char) -> KeyCode {
    KeyCode::Char(c)
}

const ENTRIES: [Entry; 31] = [
    (Command::Next, "next", &[key('j'), KeyCode::Down], "next comment"),
    (Command::Previous, "previous", &[key('k'), KeyCode::Up], "previous comment"),
    (Command::Approve, "approve", &[key('a')], "approve and go on"),
    (Command::Reject, "reject", &[key('r')], "reject and go on"),
    (Command::Escalate, "escalate", &[key('e')], "escalate: somebody else decides"),
    (Command::Save, "save", &[KeyCode::Enter], "save only the labels, as shown; publishes and removes nothing"),
    (Command::Label(1), "label1", &[key('1')], "answer the label with this number: yes, no, no answer"),
    (Command::Label(2), "label2", &[key('2')], "label 2"),
    (Command::Label(3), "label3", &[key('3')], "label 3"),
    (Command::Label(4), "label4", &[key('4')], "label 4"),
    (Command::Label(5), "label5", &[key('5')], "label 5"),
    (Command::Label(6), "label6", &[key('6')], "label 6"),
    (Command::Label(7), "label7", &[key('7')], "label 7"),
    (Command::Label(8), "label8", &[key('8')], "label 8"),
    (Command::Label(9), "label9", &[key('9')], "label 9"),
    (Command::Labels, "labels", &[key('0')], "if there are more labels: use 1 to 9 for the next ones"),
    (Command::Stance, "stance", &[key('s')], "the stance: each class in turn, then no answer"),
    (Command::Skip, "skip", &[key(' ')], "skip: it comes back at the next start"),
    (Command::Undo, "undo", &[key('u')], "undo the last step; again for earlier ones"),
    (Command::Note, "note", &[key('n')], "write a note"),
    (Command::Thread, "thread", &[key('t')], "show the whole thread"),
    (Command::Filter, "filter", &[key('f')], "filter comments"),
    (Command::Order, "order", &[key('o')], "change the order"),
    (Command::Batch, "batch", &[key('b')], "decide all comments that match the filter"),
    (Command::Dashboard, "dashboard", &[key('g')], "figures"),
    (Command::Learn, "learn", &[key('l')], "train the model on the decisions"),
    (Command::Refresh, "refresh", &[key('z')], "refresh the queue"),
    (Command::PageDown, "page_down", &[KeyCode::PageDown], "scroll down"),
    (Command::PageUp, "page_up", &[KeyCode::PageUp], "scroll up"),
    (Command::Help, "help", &[key('?')], "these keys"),
    (Command::Quit, "quit", &[key('q')], "quit"),
];

/// Why keys could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeymapError {
    /// No command of this name.
    #[error("keys: there is no {name:?}; the names are {}", names())]
    Name {
        /// What was given.
        name: String,
    },
    /// No key, or one that cannot be used.
    #[error(
        "keys: {name} = {key:?}: a key is one character, or enter, space, tab, backspace, delete, insert, home, end, up, \
         down, left, right, pageup, pagedown, f1 to f12; separate several with spaces"
    )]
    Key {
        /// Of which command.
        name: String,
        /// What was given.
        key: String,
    },
    /// One key for two commands.
    #[error("keys: {key} is both {first} and {second}; give one of them another key")]
    Twice { key: String, first: &'static str, second: &'static str },
}

fn names() -> String {
    ENTRIES.map(|(_, name, ..)| name).join(", ")
}

/// Keys and what they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keymap {
    /// In the order of the entries.
    keys: Vec<Vec<KeyCode>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { keys: ENTRIES.iter().map(|(_, _, keys, _)| keys.to_vec()).collect() }
    }
}

impl Keymap {
    /// The default keys, except for the given ones: `("approve", "y")`; several keys are separated by spaces.
    ///
    /// # Errors
    /// When a name or a key is none, or a key would do two things.
    pub(crate) fn new<'a>(changes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, KeymapError> {
        let mut map = Self::default();
        for (name, keys) in changes {
            let place = ENTRIES.iter().position(|(_, known, ..)| *known == name);
            let own = place.and_then(|place| map.keys.get_mut(place));
            let own = own.ok_or_else(|| KeymapError::Name { name: name.to_owned() })?;
            let wrong = |key: &str| KeymapError::Key { name: name.to_owned(), key: key.to_owned() };
            *own = keys.split_whitespace().map(|key| parse(key).ok_or_else(|| wrong(key))).collect::<Result<_, _>>()?;
            if own.is_empty() {
                return Err(wrong(keys));
            }
        }
        map.check()?;
        Ok(map)
    }

    fn check(&self) -> Result<(), KeymapError> {
        let mut seen: Vec<(KeyCode, &'static str)> = Vec::new();
        for ((_, name, ..), keys) in ENTRIES.iter().zip(&self.keys) {
            for key in keys {
                if let Some((_, first)) = seen.iter().find(|(other, _)| other == key) {
                    return Err(KeymapError::Twice { key: Shown(*key).to_string(), first, second: name });
                }
                seen.push((*key, name));
            }
        }
        Ok(())
    }

    /// The command of a key.
    #[must_use]
    pub(crate) fn command(&self, key: KeyCode) -> Option<Command> {
        let mut entries = ENTRIES.iter().zip(&self.keys);
        entries.find(|(_, keys)| keys.contains(&key)).map(|((command, ..), _)| *command)
    }

    /// The first key of a command, as displayed.
    #[must_use]
    pub(crate) fn shown(&self, command: Command) -> String {
        let mut entries = ENTRIES.iter().zip(&self.keys);
        let keys = entries.find(|((known, ..), _)| *known == command).map(|(_, keys)| keys);
        keys.and_then(|keys| keys.first()).map(|key| Shown(*key).to_string()).unwrap_or_default()
    }

    /// All keys of each command, and what it does.
    pub(crate) fn list(&self) -> impl Iterator<Item = (Command, String, &'static str)> + '_ {
        ENTRIES.iter().zip(&self.keys).map(|((command, _, _, does), keys)| {
            let keys: Vec<String> = keys.iter().map(|key| Shown(*key).to_string()).collect();
            (*command, keys.join(" "), *does)
        })
    }
}

const NAMED: [(&str, &str, KeyCode); 14] = [
    ("enter", "Enter", KeyCode::Enter),
    ("space", "Space", KeyCode::Char(' ')),
    ("tab", "Tab", KeyCode::Tab),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Del", KeyCode::Delete),
    ("insert", "Ins", KeyCode::Insert),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("up", "↑", KeyCode::Up),
    ("down", "↓", KeyCode::Down),
    ("left", "←", KeyCode::Left),
    ("right", "→", KeyCode::Right),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
];

fn parse(key: &str) -> Option<KeyCode> {
    let mut chars = key.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let lower = key.to_lowercase();
    if let Some((_, _, code)) = NAMED.iter().find(|(name, ..)| *name == lower) {
        return Some(*code);
    }
    let number: u8 = lower.strip_prefix('f')?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

struct Shown(KeyCode);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            code if NAMED.iter().any(|(.., known)| *known == code) => {
                let named = NAMED.iter().find(|(.., known)| *known == code);
                f.write_str(named.map_or("", |(_, shown, _)| shown))
            }
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(number) => write!(f, "F{number}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_does_one_thing() {
        Keymap::default().check().unwrap();
        let map = Keymap::default();
        assert_eq!(map.command(KeyCode::Char('a')), Some(Command::Approve));
        assert_eq!(map.command(KeyCode::Down), Some(Command::Next));
        assert_eq!(map.command(KeyCode::Char('A')), None);
        assert_eq!((map.shown(Command::Skip), map.shown(Command::PageDown)), ("Space".to_owned(), "PgDn".to_owned()));
    }

    #[test]
    fn keys_are_changed_by_name() {
        let map = Keymap::new([("approve", "f"), ("reject", "d F5"), ("filter", "/")]).unwrap();
        assert_eq!(map.command(KeyCode::Char('f')), Some(Command::Approve));
        assert_eq!(map.command(KeyCode::F(5)), Some(Command::Reject));
        assert_eq!(map.command(KeyCode::Char('r')), None);
        assert_eq!(map.shown(Command::Filter), "/");
    }

    #[test]
    fn wrong_keys_are_refused() {
        let message =
            |changes: &[(&'static str, &'static str)]| Keymap::new(changes.iter().copied()).unwrap_err().to_string();
        assert_eq!(message(&[("approve", "f")]), "keys: f is both approve and filter; give one of them another key");
        assert!(
            message(&[("aprove", "f")]).starts_with("keys: there is no \"aprove\"; the names are next, previous, ")
        );
        for key in ["", "ctrl+a", "esc", "f13", "\u{1b}"] {
            assert!(matches!(Keymap::new([("approve", key)]), Err(KeymapError::Key { .. })), "{key:?}");
        }
    }
}

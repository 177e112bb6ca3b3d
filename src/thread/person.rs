//! The name of a person in a JSON object: many interfaces put an object where others put the author's name.

use serde_json::Value;

use crate::thread::raw_path::key_of;

/// The keys that may hold the name, best first.
const NAMES: [&str; 13] = [
    "name",
    "display_name",
    "displayName",
    "full_name",
    "fullName",
    "username",
    "user_name",
    "userName",
    "login",
    "screen_name",
    "nickname",
    "acct",
    "handle",
];

/// How good a key is for the name; the lowest is best. `None` if it does not hold one.
pub(crate) fn rank(key: &str) -> Option<usize> {
    NAMES.iter().position(|name| *name == key)
}

/// The name in an object, if it has one of the usual keys.
pub(crate) fn name_in(object: &str) -> Option<String> {
    NAMES.iter().find_map(|key| match serde_json::from_str(key_of(object, key)?).ok()? {
        Value::String(name) if !name.is_empty() => Some(name),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_name_is_taken() {
        let name = |object: &str| name_in(object);
        assert_eq!(name(r#"{"id":7,"login":"rosa","avatar":{"name":"x"}}"#).as_deref(), Some("rosa"));
        assert_eq!(name(r#"{"login":"rosa","name":"Rosa M"}"#).as_deref(), Some("Rosa M"));
        assert_eq!(name(r#"{"name":null,"username":"","nickname":"r\u00f3"}"#).as_deref(), Some("ró"));
        assert_eq!(name(r#"{"id":7}"#), None);
        assert_eq!(rank("name"), Some(0));
        assert_eq!(rank("email"), None);
    }
}

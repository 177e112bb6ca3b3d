//! What Coral's two comment formats have in common.

use std::borrow::Cow;

use crate::thread::json::arena::Value;
use crate::thread::seconds;

/// The columns of both formats.
pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "parent_id",
    "thread_id",
    "article_title",
    "article_url",
    "author",
    "created_at",
    "text",
    "status",
    "reject",
    "tags",
    "flags",
    "toxicity_score",
];

/// A moderator's decision from a comment's status: 1 to reject, 0 to approve. Coral itself approves comments by staff
/// and rejects some with banned words; those have that status from the start. Without an initial status, there is no
/// telling whether a person decided.
pub(crate) fn decision(status: &str, initial: &str) -> &'static str {
    if initial.is_empty() || status == initial { "" } else { of_person(status) }
}

/// The decision, given that a person set the status.
pub(crate) fn of_person(status: &str) -> &'static str {
    match status {
        "REJECTED" => "1",
        "APPROVED" => "0",
        _ => "",
    }
}

/// How often readers flagged a comment. Coral counts all flags, and also those for each reason.
pub(crate) fn flags(counts: Value<'_>) -> String {
    let all = counts.get("FLAG");
    if all.is_number() || all.is_object() {
        return number(all);
    }
    let of_reasons = counts.members().filter(|(name, _)| name.starts_with("FLAG__"));
    let counted: Vec<u64> = of_reasons.filter_map(|(_, count)| number(count).parse().ok()).collect();
    if counted.is_empty() {
        String::new()
    } else {
        counted.iter().fold(0, |sum: u64, n| sum.saturating_add(*n)).to_string()
    }
}

/// A number, plain or in its database's extended JSON.
fn number(value: Value<'_>) -> String {
    let inner = ["$numberInt", "$numberLong", "$numberDouble"].map(|key| value.get(key)).into_iter();
    let found = inner.into_iter().find(|inner| inner.is_there()).unwrap_or(value);
    found.text().to_owned()
}

/// A score between 0 and 1, plain or in its database's extended JSON.
pub(crate) fn score(value: Value<'_>) -> String {
    number(value)
}

/// A time, plain or in its database's extended JSON.
pub(crate) fn time(value: Value<'_>) -> Cow<'_, str> {
    let date = value.get("$date");
    let long = date.get("$numberLong");
    match (long.is_there(), date.is_number()) {
        (true, _) => seconds::of_milliseconds(long.text()),
        (_, true) => seconds::of_milliseconds(date.text()),
        _ if date.is_there() => Cow::Borrowed(date.text()),
        _ => Cow::Borrowed(value.text()),
    }
}

/// The tags of a comment: words, or objects with a type or code.
pub(crate) fn tags(tags: Value<'_>) -> String {
    let word = |tag: Value<'_>| ["type", "code"].map(|key| tag.get(key).text()).concat() + tag.text();
    let words: Vec<String> = tags.items().map(word).filter(|word| !word.is_empty()).collect();
    words.join(", ")
}

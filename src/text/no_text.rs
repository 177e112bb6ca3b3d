//! Whether a comment has a text: one that is empty, only markup, or a marker that a program left in place of a deleted
//! comment has none, so that it cannot be scored.

use crate::text::character::{ignorable, see, tag};

/// No marker of a deleted comment is longer, in bytes; longer texts are not compared with them.
const LONGEST_MARKER: usize = 240;

/// Words in brackets in place of a comment: `[deleted]`, `[ Removed by Reddit ]`.
const IN_BRACKETS: [&str; 14] = [
    "deleted",
    "removed",
    "flagged",
    "dead",
    "hidden",
    "unavailable",
    "gelöscht",
    "entfernt",
    "supprimé",
    "retiré",
    "eliminado",
    "borrado",
    "rimosso",
    "excluído",
];

/// What may be next to one of them.
const BESIDE: [&str; 26] = [
    "a",
    "an",
    "and",
    "been",
    "by",
    "comment",
    "content",
    "from",
    "has",
    "is",
    "message",
    "mod",
    "moderator",
    "moderators",
    "mods",
    "poster",
    "post",
    "reddit",
    "the",
    "this",
    "user",
    "author",
    "was",
    "admin",
    "staff",
    "von",
];

/// Sentences in place of a comment.
const SENTENCES: [&str; 22] = [
    "this comment has been deleted",
    "this comment has been removed",
    "this comment was deleted",
    "this comment was removed",
    "this comment is deleted",
    "this comment is unavailable",
    "this comment is no longer available",
    "this message has been deleted",
    "this message was deleted",
    "this post has been deleted",
    "this post has been removed",
    "this post was deleted",
    "this post was removed",
    "comment deleted",
    "comment removed",
    "dieser kommentar wurde gelöscht",
    "dieser kommentar wurde entfernt",
    "dieser beitrag wurde gelöscht",
    "dieser beitrag wurde entfernt",
    "ce commentaire a été supprimé",
    "este comentario ha sido eliminado",
    "questo commento è stato rimosso",
];

/// How such a sentence continues, if it does. Anything else makes it a reader's own: "this comment was removed and I
/// want to know why" is a text.
const FOLLOWERS: [&str; 20] = [
    "by the author",
    "by its author",
    "by the user",
    "by user",
    "by a moderator",
    "by moderator",
    "by the moderator",
    "by the moderators",
    "by moderators",
    "by a mod",
    "by an administrator",
    "by the administrator",
    "by reddit",
    "by staff",
    "by the site",
    "by youtube",
    "for violating",
    "because it",
    "as it violated",
    "von der redaktion",
];

/// Tags of forums that are markup and not words.
const FORUM_TAGS: [&str; 14] =
    ["b", "i", "u", "s", "quote", "url", "img", "code", "list", "size", "color", "font", "center", "spoiler"];

/// Whether a comment's text contains anything to score. It does not if it is empty, only markup (`<p></p>`, `&nbsp;`,
/// `[b][/b]`, characters without a width), a database's mark for nothing (`\N`), or what programs write in place of a
/// deleted comment (`[deleted]`, "This comment was removed by a moderator"). A link, an emoji or a full stop is a text.
#[must_use]
pub(crate) fn has_text(text: &str) -> bool {
    match first_visible(text) {
        None => false,
        Some(at) => !is_marker(&text[at..]),
    }
}

/// Whether a text is one of the words that programs write for a missing value, such as `nan` and `null`. A reader may
/// have written it, too, so it only causes a warning.
#[must_use]
pub(crate) fn is_null_word(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 4 && ["nan", "null", "none", "n/a", "na", "nil"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The byte of the first visible character.
fn first_visible(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        if let Some(end) = tag(text, at).or_else(|| comment(text, at)).or_else(|| forum_tag(text, at)) {
            at = end;
            continue;
        }
        let seen = see(text, at)?;
        if !(ignorable(seen.char) || seen.char.is_whitespace() || seen.char.is_control()) {
            return Some(at);
        }
        at = seen.next;
    }
}

/// The end of an HTML comment.
fn comment(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix("<!--")?;
    Some(at + 4 + rest.find("-->")? + 3)
}

/// The end of a forum's tag, such as `[b]` or `[url=…]`.
fn forum_tag(text: &str, at: usize) -> Option<usize> {
    let inside = text.get(at..)?.strip_prefix('[')?;
    let length = inside.bytes().take(LONGEST_MARKER).position(|byte| byte == b']')?;
    let name = inside[..length].trim_start_matches('/');
    let name = name.split(['=', ' ']).next()?;
    FORUM_TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)).then_some(at + 1 + length + 1)
}

/// Whether it is in place of a comment. Begins at the first visible character.
fn is_marker(text: &str) -> bool {
    let text = text.trim_end();
    if text == r"\N" {
        return true;
    }
    // Most comments are recognised by their length or first letter, without reading their words.
    if text.len() > LONGEST_MARKER
        || !text.starts_with(['[', '(', '<', '*', '_', '-', 't', 'T', 'c', 'C', 'd', 'D', 'e', 'E', 'q', 'Q'])
    {
        return false;
    }
    if begins_otherwise(text) {
        return false;
    }
    let words = words(text);
    let bracketed = text.starts_with(['[', '(', '<']) && {
        let shown = text.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
        // Markup may follow the bracket.
        shown.ends_with([']', ')', '>'])
    };
    if bracketed {
        let is_marker = words.iter().any(|word| IN_BRACKETS.contains(&word.as_str()));
        return is_marker && words.iter().all(|word| [&IN_BRACKETS[..], &BESIDE].concat().contains(&word.as_str()));
    }
    let said = words.join(" ");
    SENTENCES.iter().filter_map(|sentence| said.strip_prefix(sentence)).any(|rest| {
        rest.is_empty()
            || rest.strip_prefix(' ').is_some_and(|rest| FOLLOWERS.iter().any(|begins| rest.starts_with(begins)))
    })
}

/// Whether the first word is plain and does not begin any of [`SENTENCES`]: this settles most comments that begin with
/// a T or a C.
fn begins_otherwise(text: &str) -> bool {
    let end = text.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let begins = |sentence: &&str| sentence.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(word));
    end > 0 && rest.starts_with([' ', '\n']) && !SENTENCES.iter().any(begins)
}

/// The words of a short text, in lower case and without markup.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut at) = (Vec::new(), String::new(), 0);
    while let Some(seen) = see(text, at) {
        let end = tag(text, at);
        if end.is_none() && (seen.char.is_alphanumeric() || matches!(seen.char, '\'' | '’')) {
            word.extend(seen.char.to_lowercase());
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        at = end.unwrap_or(seen.next);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_empty_or_markup_has_no_text() {
        for nothing in [
            "",
            " \n\t",
            "\u{feff}",
            "\u{200b}\u{200d}",
            "&nbsp;",
            "&nbsp; &#160;",
            "<p></p>",
            "<p>\n<br/></p>",
            "<img src=\"a.gif\">",
            "<!-- x -->",
            "<a href='https://example.org'></a>",
            "[b][/b]",
            "[quote=ann] [/quote]",
            r"\N",
        ] {
            assert!(!has_text(nothing), "{nothing:?}");
        }
    }

    #[test]
    fn a_marker_of_a_deleted_comment_is_no_text() {
        for marker in [
            "[deleted]",
            "[removed]",
            "[Deleted]",
            " [deleted] ",
            "[ Removed by Reddit ]",
            "[deleted by user]",
            "(deleted)",
            "<p>[removed]</p>",
            "[flagged]",
            "[gelöscht]",
            "This comment has been deleted.",
            "This comment was deleted",
            "This comment was removed by a moderator because it didn't abide by our community standards.",
            "Comment deleted by user",
            "Comment removed.",
            "<p>This message was deleted.</p>",
            "<em>Comment deleted.</em>",
            "Dieser Kommentar wurde gelöscht.",
            "Ce commentaire a été supprimé.",
        ] {
            assert!(!has_text(marker), "{marker:?}");
        }
    }

    #[test]
    fn whatever_a_reader_wrote_is_a_text() {
        for text in [
            ".",
            "👍",
            "https://example.org/x",
            "nan",
            "null",
            "Deleted",
            "removed",
            "no",
            "[sic]",
            "[1]",
            "(Not deleted!)",
            "[deleted] is what they do to everyone who disagrees",
            "This comment was removed and I want to know why.",
            "This comment has been deleted three times now",
            "Comment deleted again, what are they afraid of?",
            "1 < 2",
            "[removed my comment, cowards]",
            "<",
            "&",
            "[",
            "[b",
            "\\",
            "É",
            "[b]bold[/b]",
        ] {
            assert!(has_text(text), "{text:?}");
        }
    }

    #[test]
    fn words_for_a_missing_value_are_texts_to_be_warned_of() {
        for word in ["nan", "NaN", " NULL ", "None", "n/a"] {
            assert!(has_text(word) && is_null_word(word), "{word:?}");
        }
        assert!(!is_null_word("none of it") && !is_null_word(""));
    }

    #[test]
    fn a_long_text_is_a_text() {
        assert!(has_text(&format!("This comment was removed by a moderator {}", "because it ".repeat(40))));
        assert!(!has_text(&"<p> </p>".repeat(100_000)));
    }

    proptest! {
        #[test]
        fn never_panics_and_letters_make_a_text(text: String, word in "[f-p]{3,9}") {
            let _ = has_text(&text);
            let with_word = format!("{word} {text}");
            prop_assert!(has_text(&with_word));
        }

        #[test]
        fn never_panics_on_markup(text in r"([\[\]<>&;/!-]|\PC|deleted|nbsp|quote|p){0,30}") {
            let _ = has_text(&text);
        }
    }
}

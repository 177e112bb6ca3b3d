//! Headers commonly used for known columns. They are tried if the known name itself is missing.

use std::fmt;

use crate::thread::known::Known;
use crate::thread::mapping::Mapping;

/// Names for a column, likeliest first, beginning with its own: letters and digits only, since case, white space, `_`
/// and `-` make no difference.
const fn names(known: Known) -> &'static [&'static str] {
    match known {
        Known::Id => &["id", "commentid", "postid", "tweetid"],
        Known::ParentId => &[
            "parentid",
            "parentcommentid",
            "replyto",
            "replytoid",
            "inreplyto",
            "inreplytoid",
            "inreplytostatusid",
            "parent",
            "commentparent",
        ],
        Known::ThreadId => &["threadid", "commentpostid"],
        Known::ArticleId => &["articleid"],
        Known::ArticleTitle => &["articletitle", "headline", "title"],
        Known::ArticleText => &["articletext"],
        Known::Target => &["target"],
        Known::ParentText => &["parenttext"],
        Known::Context => &["context"],
        Known::Author => &["author", "user", "username", "commentauthor", "name"],
        Known::CreatedAt => &[
            "createdat",
            "created",
            "date",
            "datetime",
            "timestamp",
            "time",
            "createdutc",
            "commentdategmt",
            "commentdate",
        ],
        Known::Text => &[
            "text",
            "commenttext",
            "commentbody",
            "body",
            "comment",
            "message",
            "content",
            "commentcontent",
            "fulltext",
            "tweettext",
            "tweet",
            "posttext",
        ],
        Known::Language => &["language"],
    }
}

/// The length of the longest name.
const LONGEST: usize = 24;

/// A header's letters and digits, unless it cannot be one of the names.
struct Folded([u8; LONGEST], usize);

impl Folded {
    fn of(header: &str) -> Option<Self> {
        let mut folded = Self([0; LONGEST], 0);
        for byte in header.bytes().filter(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'_' | b'-')) {
            *folded.0.get_mut(folded.1)? = byte.to_ascii_lowercase();
            folded.1 += 1;
        }
        Some(folded)
    }

    fn is(&self, name: &str) -> bool {
        self.0.get(..self.1) == Some(name.as_bytes())
    }
}

/// Whether a header could stand for any known column.
pub(crate) fn is_usual(header: &str) -> bool {
    let is_name = |folded: Folded| Known::ALL.into_iter().flat_map(names).any(|name| folded.is(name));
    Folded::of(header).is_some_and(is_name)
}

/// Whether two headers differ at most in case, white space, `_` and `-`.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    let folded = |header| Folded::of(header).map(|Folded(bytes, length)| (bytes, length));
    folded(one).is_some_and(|one| Some(one) == folded(other))
}

/// The index of the header on `offer` that most likely stands for a column.
pub(crate) fn likeliest(known: Known, offer: &[&str]) -> Option<usize> {
    let is = |header: &str, name: &str| Folded::of(header).is_some_and(|folded| folded.is(name));
    names(known).iter().find_map(|name| offer.iter().position(|header| is(header, name)))
}

/// The headers taken for known columns in a file. Displayed as the beginning of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guessed {
    /// The path, or `standard input`.
    pub file: String,
    /// The mappings guessed; at least one.
    pub mappings: Vec<Mapping>,
}

impl fmt::Display for Guessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        for (i, Mapping { name, header }) in self.mappings.iter().enumerate() {
            let (comma, read) = if i == 0 { ("", " is read") } else { (", ", "") };
            write!(f, "{comma}`{header}`{read} as {name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_underscores_make_no_difference() {
        for (known, header) in [
            (Known::Text, "Comment Text"),
            (Known::Text, "commentText"),
            (Known::Text, "TEXT"),
            (Known::ParentId, "in-reply-to"),
            (Known::ThreadId, "Thread ID"),
            (Known::CreatedAt, "createdAt"),
        ] {
            assert_eq!(likeliest(known, &["x", header]), Some(1));
            assert!(is_usual(header));
        }
        assert_eq!(likeliest(Known::Text, &["texts", "comments", "my comment"]), None);
        assert!(!is_usual("stance"));
    }

    #[test]
    fn headers_are_compared_by_their_letters() {
        assert!(are_alike("Off-topic", "off_topic") && are_alike("STANCE", "stance"));
        assert!(!are_alike("toxic", "toxicity") && !are_alike(&"x".repeat(99), &"x".repeat(99)));
    }

    #[test]
    fn the_likeliest_is_taken_wherever_it_stands() {
        assert_eq!(likeliest(Known::Text, &["content", "body"]), Some(1));
        assert_eq!(likeliest(Known::Id, &["post_id", "comment_id"]), Some(1));
    }

    #[test]
    fn each_column_has_its_own_name_first_and_no_other_has_it() {
        let all: Vec<&str> = Known::ALL.into_iter().flat_map(names).copied().collect();
        for known in Known::ALL {
            assert!(Folded::of(known.name()).unwrap().is(names(known)[0]), "{known}");
        }
        for (at, name) in all.iter().enumerate() {
            assert!(Folded::of(name).unwrap().is(name) && !all[..at].contains(name), "{name}");
        }
    }
}

//! The context of a comment, in the two forms that clients send. Perspective never read it; here it counts.
//!
//! `entries` are, in this order, the article, the parent comment, and anything else. When Coral suggests scores, the
//! only entry is its note on the comment, which is JSON. From anybody else such a text is a text: a reader may have
//! written it.

use std::borrow::Cow;

use serde::Deserialize;

use crate::serve::object::Object;
use crate::serve::perspective::error::Problem;
use crate::serve::perspective::request::{Context, TextEntry};
use crate::serve::scoring::InContext;
use crate::text::no_text::has_text;

/// The context of a comment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Around<'r> {
    pub(crate) article_title: Option<&'r str>,
    pub(crate) article_text: Option<&'r str>,
    pub(crate) parent_text: Option<&'r str>,
    pub(crate) rest: Option<String>,
    pub(crate) note: Note,
}

/// Coral's note on a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) id: Option<String>,
    /// The comment that it answers.
    pub(crate) parent_id: Option<String>,
    /// The address of the story, without the comment.
    pub(crate) url: Option<String>,
}

/// The entries that a context may have.
const MOST_ENTRIES: usize = 100;
/// The bytes that an entry may have.
const MOST_BYTES: usize = 1 << 20;
/// No headline has more bytes.
const LONGEST_TITLE: usize = 300;
/// No note has more bytes.
const LONGEST_NOTE: usize = 16 << 10;

impl<'r> Around<'r> {
    /// Coral alone sends a note.
    pub(crate) fn read(context: Option<&'r Context<'_>>, is_coral: bool) -> Result<Self, Problem> {
        let Some(context) = context else { return Ok(Self::default()) };
        let pair = context.article_and_parent_comment.as_ref();
        let (article, parent) = match pair {
            Some(pair) => (text(pair.article.as_ref())?, text(pair.parent_comment.as_ref())?),
            None => (None, None),
        };
        let given = context.entries.as_deref().unwrap_or(&[]);
        if given.len() > MOST_ENTRIES {
            return Err(Problem::TooManyEntries { entries: given.len(), limit: MOST_ENTRIES });
        }
        let entries: Vec<Option<&str>> =
            given.iter().map(|entry| text(entry.as_ref())).collect::<Result<_, Problem>>()?;
        let in_pair = article.or(parent).is_some();
        if is_coral
            && !in_pair
            && let [Some(only)] = entries[..]
            && let Some(note) = Note::parse(only)
        {
            return Ok(Self { note, ..Self::default() });
        }
        if in_pair && entries.iter().any(Option::is_some) {
            return Err(Problem::BothContexts);
        }
        let mut entries = entries.into_iter();
        let (article, parent) = if in_pair { (article, parent) } else { (next(&mut entries), next(&mut entries)) };
        let rest: Vec<&str> = entries.flatten().collect();
        let (article_title, article_text) = article.map_or((None, None), title_and_text);
        let rest = (!rest.is_empty()).then(|| rest.join("\n\n"));
        Ok(Self { article_title, article_text, parent_text: parent, rest, note: Note::default() })
    }

    /// The comment with all that.
    pub(crate) fn comment(&self, text: &'r str) -> InContext<'_> {
        InContext {
            text: Cow::Borrowed(text),
            target: None,
            parent_text: self.parent_text.map(Cow::Borrowed),
            article_title: self.article_title.map(Cow::Borrowed),
            article_text: self.article_text.map(Cow::Borrowed),
            context: self.rest.as_deref().map(Cow::Borrowed),
        }
    }
}

fn next<'r>(entries: &mut impl Iterator<Item = Option<&'r str>>) -> Option<&'r str> {
    entries.next().flatten()
}

/// The text of an entry, if any.
fn text<'r>(entry: Option<&'r TextEntry<'_>>) -> Result<Option<&'r str>, Problem> {
    let text = entry.and_then(|entry| entry.text.as_deref()).unwrap_or("");
    if text.len() > MOST_BYTES {
        return Err(Problem::EntryTooLong { bytes: text.len(), limit: MOST_BYTES });
    }
    Ok(Some(text).filter(|text| has_text(text)))
}

/// An article's headline is its first line, unless that is long enough to be a paragraph.
fn title_and_text(article: &str) -> (Option<&str>, Option<&str>) {
    let article = article.trim();
    let (first, rest) = article.split_once('\n').unwrap_or((article, ""));
    if first.len() > LONGEST_TITLE {
        return (None, Some(article));
    }
    (Some(first.trim_end()), Some(rest.trim()).filter(|rest| !rest.is_empty()))
}

/// A note as Coral writes it: with these fields and no others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: String,
    #[serde(rename = "Coral_comment_id")]
    id: String,
    #[serde(rename = "reply_to_id_Coral_comment_id")]
    parent_id: Option<String>,
}

impl Note {
    /// Reads `{"url":"…?commentID=c1","reply_to_id_Coral_comment_id":"p1","Coral_comment_id":"c1"}`; none where a text is
    /// something else.
    fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST_NOTE {
            return None;
        }
        let Object(Written { url, id, parent_id }) = serde_json::from_str(text).ok()?;
        let said = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self {
            id: Some(said(&id)?),
            parent_id: parent_id.as_deref().and_then(said),
            url: said(&url).map(|url| without_comment(&url)),
        })
    }
}

/// The address of a story, from that of a comment under it.
fn without_comment(url: &str) -> String {
    let (url, _) = url.split_once('#').unwrap_or((url, ""));
    let Some((page, query)) = url.split_once('?') else { return url.to_owned() };
    let is_other = |pair: &&str| pair.split('=').next() != Some("commentID");
    let query = query.split('&').filter(is_other).collect::<Vec<_>>().join("&");
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Title, text, parent and the rest; empty if missing.
    fn read(json: &str) -> Result<[String; 4], Problem> {
        let context: Context<'_> = serde_json::from_str(json).unwrap();
        let Around { article_title, article_text, parent_text, rest, .. } = Around::read(Some(&context), false)?;
        Ok([article_title, article_text, parent_text, rest.as_deref()].map(|text| text.unwrap_or("").to_owned()))
    }

    fn parts(parts: [&str; 4]) -> [String; 4] {
        parts.map(str::to_owned)
    }

    #[test]
    fn entries_are_article_parent_and_the_rest() {
        assert_eq!(read("{}"), Ok(parts(["", "", "", ""])));
        let entries = r#"{"entries":[{"text":"Title"},{"text":"Parent"},{"text":"More"},null,{"text":"Yet more"}]}"#;
        assert_eq!(read(entries), Ok(parts(["Title", "", "Parent", "More\n\nYet more"])));
        // As OSMod sends a comment that answers none, and one whose article it does not know.
        assert_eq!(read(r#"{"entries":[{"text":"Title"},{}]}"#), Ok(parts(["Title", "", "", ""])));
        assert_eq!(read(r#"{"entries":[{"text":""},{"text":"P"}]}"#), Ok(parts(["", "", "P", ""])));
    }

    #[test]
    fn of_an_article_the_first_line_is_the_title() {
        assert_eq!(title_and_text("Title"), (Some("Title"), None));
        assert_eq!(title_and_text("Title\r\n\r\nText.\nMore.\n"), (Some("Title"), Some("Text.\nMore.")));
        let long = "word ".repeat(100);
        assert_eq!(title_and_text(&long), (None, Some(long.trim())));
    }

    #[test]
    fn one_form_is_enough() {
        let pair = r#""articleAndParentComment":{"article":{"text":"T\nA"},"parentComment":{"text":"P"}}"#;
        assert_eq!(read(&format!("{{{pair},\"entries\":[]}}")), Ok(parts(["T", "A", "P", ""])));
        assert_eq!(read(&format!("{{{pair},\"entries\":[{{\"text\":\"E\"}}]}}")), Err(Problem::BothContexts));
        let blank = r#"{"articleAndParentComment":{"article":{"text":""}},"entries":[{"text":"E"}]}"#;
        assert_eq!(read(blank), Ok(parts(["E", "", "", ""])));
    }

    #[test]
    fn a_note_of_coral_is_no_text() {
        let note = |url: &str| {
            let fields =
                serde_json::json!({ "url": url, "reply_to_id_Coral_comment_id": null, "Coral_comment_id": "c1" });
            let context = serde_json::json!({ "entries": [{ "text": fields.to_string() }] }).to_string();
            let context: Context<'_> = serde_json::from_str(&context).unwrap();
            let around = Around::read(Some(&context), true).unwrap();
            assert_eq!(around, Around { note: around.note.clone(), ..Around::default() });
            let note = around.note;
            assert_eq!((note.id.as_deref(), note.parent_id), (Some("c1"), None));
            note.url.unwrap()
        };
        assert_eq!(note("https://news.example/a?commentID=c1"), "https://news.example/a");
        assert_eq!(note("https://news.example/?p=7&commentID=c1&x=#top"), "https://news.example/?p=7&x=");
        assert_eq!(note("/a"), "/a");
        let others = [
            "{\"a\":1}",
            "{",
            "{\"url\":7}",
            "[]",
            "[\"/a\",\"c1\",null]",
            "{\"url\":\"/a\",\"Coral_comment_id\":\" \"}",
            "{\"url\":\"/a\",\"Coral_comment_id\":\"c1\",\"more\":1}",
            "{\"url\":\"/a\",\"my_comment_id\":\"c1\"}",
        ];
        for text in others {
            assert_eq!(Note::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_note_is_a_text_where_it_is_not_corals_only_entry() {
        let note = r#"{"url":"/a","Coral_comment_id":"c1"}"#;
        let entries = |texts: &[&str]| {
            let entries: Vec<_> = texts.iter().map(|text| serde_json::json!({ "text": text })).collect();
            serde_json::json!({ "entries": entries }).to_string()
        };
        assert_eq!(read(&entries(&[note])), Ok(parts([note, "", "", ""])));
        let two = entries(&["Title", note]);
        let context: Context<'_> = serde_json::from_str(&two).unwrap();
        let around = Around::read(Some(&context), true).unwrap();
        assert_eq!((around.parent_text, around.note), (Some(note), Note::default()));
    }

    #[test]
    fn there_are_no_more_entries_than_that() {
        let entries = |n: usize| format!("{{\"entries\":[{}]}}", vec!["{}"; n].join(","));
        assert_eq!(read(&entries(100)), Ok(parts(["", "", "", ""])));
        assert_eq!(read(&entries(101)), Err(Problem::TooManyEntries { entries: 101, limit: 100 }));
    }

    #[test]
    fn an_entry_has_its_limit() {
        let context = serde_json::json!({ "entries": [{ "text": "a".repeat(MOST_BYTES + 1) }] });
        assert!(matches!(read(&context.to_string()), Err(Problem::EntryTooLong { .. })));
    }
}

//! What a JSON document seems to be when no comment is found in it, judged by the keys that could hold texts, and how
//! to convert it to a form that is read.

use crate::thread::json::error_answer;
use crate::thread::known::Known;
use crate::thread::limits::SHOWN;
use crate::thread::mapping::Mapping;
use crate::thread::survey::{ELEMENT, Survey};
use crate::thread::usual;

/// Possible names of a text, likeliest first.
const TEXTS: [&str; 25] = [
    "text",
    "body",
    "comment",
    "message",
    "content",
    "contents",
    "comment_text",
    "commentText",
    "comment_body",
    "body_text",
    "full_text",
    "textOriginal",
    "textDisplay",
    "selftext",
    "cooked",
    "raw",
    "raw_message",
    "markdown",
    "body_markdown",
    "rendered",
    "html",
    "body_html",
    "post",
    "reply",
    "description",
];

/// Why no comment was found in a JSON document. `given` is the key under which texts are looked for; `missing` is a
/// mapping whose key no comment has.
pub(crate) fn why(document: &str, given: &str, missing: Option<&Mapping>) -> String {
    if let Some(answer) = error_answer::of_lone(document.as_bytes()) {
        return answer;
    }
    let survey = Survey::of(document);
    let mapped = missing.is_some().then_some(given);
    for key in mapped.into_iter().chain(TEXTS) {
        let holding = survey.holding(key);
        let Some(&first) = holding.first() else { continue };
        let path = survey.path(first);
        let option = format!("text={key}");
        if is_where_comments_stand(&path) && key != given {
            return format!("{}; give --column {option}", keys(&survey, first, given));
        }
        // If one key holds texts in many places, as replies nested in replies do, all are wanted.
        let is_one = holding.len() == 1;
        let told = keys(&survey, place_of_comments(&survey), given);
        let how = brought_out(&survey, first, Some(key), is_one);
        return format!("{told}; `{key}` holds text in {}: {how}", shown(&path));
    }
    let told = keys(&survey, place_of_comments(&survey), given);
    let Some(list) = list_of_texts(&survey) else {
        return format!(
            "{told}; a list of objects with `text`, or with another key that --column text=KEY names, is needed"
        );
    };
    format!("{told}; {}", of_list(&survey, list))
}

/// How many of the first names hardly ever mean anything but a text.
const CERTAIN: usize = 8;

/// Why the only object of a document is not a comment although it has a text under `given`, a guessed key: it is an
/// interface's message, by itself or above the lists that hold the comments.
pub(crate) fn within(document: &str, given: &str) -> Option<String> {
    if let Some(answer) = error_answer::of_lone(document.as_bytes()) {
        return Some(answer);
    }
    let survey = Survey::of(document);
    let is_list = |place: &usize| {
        let path = survey.path(*place);
        path.contains(&ELEMENT) && !is_where_comments_stand(&path)
    };
    let held = TEXTS.iter().take(CERTAIN).map(|key| (key, survey.holding(key).into_iter().find(is_list)));
    if let Some((key, place)) = held.into_iter().find_map(|(key, place)| Some((key, place?))) {
        let how = brought_out(&survey, place, Some(key), true);
        return Some(format!(
            "its `{given}` stands alone, and `{key}` holds text in {}: {how}",
            shown(&survey.path(place))
        ));
    }
    let list = list_of_texts(&survey).filter(|_| is_envelope(&survey))?;
    Some(format!("its `{given}` stands alone, and {}", of_list(&survey, list)))
}

/// As [`within`], for the only line of a table: without the keys of an envelope, it is what it says it is.
pub(crate) fn within_line(line: &str, given: &str) -> Option<String> {
    let is_answer = || error_answer::of_lone(line.as_bytes()).is_some() || is_envelope(&Survey::of(line));
    if is_answer() { within(line, given) } else { None }
}

/// Keys with which interfaces say how a request went.
const OUTCOMES: [&str; 11] =
    ["code", "errcode", "errno", "error", "errors", "ok", "retcode", "status", "statusCode", "status_code", "success"];

/// Whether the object at the top says how a request went, and has nothing else of a comment.
fn is_envelope(survey: &Survey) -> bool {
    let keys: Vec<&str> = survey.keys(0).collect();
    let has = |known| usual::likeliest(known, &keys).is_some();
    keys.iter().any(|key| OUTCOMES.contains(key))
        && ![Known::Id, Known::ParentId, Known::ThreadId, Known::Author].into_iter().any(has)
}

/// The list of objects with the most texts, other than those in which comments are looked for.
fn list_of_texts(survey: &Survey) -> Option<usize> {
    let is_list = |place: &usize| {
        let path = survey.path(*place);
        path.last() == Some(&ELEMENT) && path.len() > 1 && !is_where_comments_stand(&path)
    };
    survey.telling().into_iter().find(is_list)
}

/// What stands in a list whose comments have their text under an unknown key, and how to read them.
fn of_list(survey: &Survey, list: usize) -> String {
    let all: Vec<&str> = survey.keys(list).take(SHOWN + 1).collect();
    let shown_keys: Vec<&str> = all.iter().take(SHOWN).copied().collect();
    let more = if all.len() > SHOWN { ", …" } else { "" };
    format!(
        "{} holds objects with {}{more}; if those are the comments: {}",
        shown(&survey.path(list)),
        shown_keys.join(", "),
        brought_out(survey, list, None, true)
    )
}

/// How to read the objects at a place, with their text under `key` if that is known: as JSONL or with a map. Unless the
/// place is the only one, those at others are taken too.
fn brought_out(survey: &Survey, place: usize, key: Option<&str>, is_one: bool) -> String {
    let option = format!("text={}", key.unwrap_or("KEY"));
    let options = (key != Some(Known::Text.name())).then_some(option.as_str());
    let filter = match (jq(&survey.path(place)).filter(|_| is_one), key) {
        (Some(path), _) => path,
        (None, Some(key)) => format!(".. | objects | select(.{key}?)"),
        (None, None) => ".. | objects".to_owned(),
    };
    let jsonl = jsonl(&format!("{filter} | del(.[] | iterables)"), options);
    let pointer = survey.pointer(place);
    let text = key.unwrap_or("KEY");
    let paths = match key.filter(|_| !is_one) {
        Some(key) => nested(survey, key).map(|(top, below)| format!("comments = {top:?}, children = {below:?}")),
        None => (pointer.len() <= LONGEST_POINTER).then(|| format!("comments = {pointer:?}")),
    };
    match paths {
        Some(paths) => format!("{jsonl}; or read it with --map FILE.toml, in which {paths} and text = {text:?}"),
        None => format!("{jsonl}; or say in a map where they stand (--map FILE.toml)"),
    }
}

/// The paths to comments and from there to their replies, if all other texts stand in replies.
fn nested(survey: &Survey, key: &str) -> Option<(String, String)> {
    let mut pointers: Vec<String> = survey.holding(key).into_iter().map(|place| survey.pointer(place)).collect();
    pointers.sort_by_key(String::len);
    let (top, others) = pointers.split_first()?;
    let below: Vec<&str> =
        others.iter().map(|other| other.strip_prefix(top)?.strip_prefix('/')).collect::<Option<_>>()?;
    let replies = below.first().filter(|replies| replies.ends_with("/*"))?;
    // Replies to replies stand under the same keys.
    let is_deeper = |path: &&str| path.replace(*replies, "").chars().all(|char| char == '/');
    let is_short = top.len() + replies.len() <= LONGEST_POINTER;
    (is_short && top.ends_with("/*") && below.iter().all(is_deeper)).then(|| (top.clone(), (*replies).to_owned()))
}

/// Longer pointers are not shown.
const LONGEST_POINTER: usize = 80;

/// What a JSONL table without a text seems to be, by its columns.
pub(crate) fn of_columns(there: &[String]) -> Option<String> {
    let text = TEXTS.iter().find(|text| there.iter().any(|column| column == *text))?;
    Some(format!("; name the one that holds it with --column text=HEADER, perhaps --column text={text}"))
}

/// The message for a mapping whose key no comment in the document has.
pub(crate) fn missing(document: &str, mapping: &Mapping) -> String {
    let survey = Survey::of(document);
    let told = keys(&survey, place_of_comments(&survey), &mapping.header);
    format!("no comment has the key `{}` (for `{}`); {told}", mapping.header, mapping.name)
}

/// How to convert a document to JSONL with `jq`, and to read the result.
fn jsonl<'c>(filter: &str, columns: impl IntoIterator<Item = &'c str>) -> String {
    let mut told = format!("make JSONL of it with jq -c '{filter}' FILE > comments.jsonl, and read that");
    for (i, column) in columns.into_iter().enumerate() {
        told += if i == 0 { " with --column " } else { " --column " };
        told += column;
    }
    told
}

/// The keys of the objects at a place.
fn keys(survey: &Survey, place: usize, wanted: &str) -> String {
    let all: Vec<&str> = survey.keys(place).collect();
    let shown: Vec<&str> = all.iter().take(SHOWN).copied().collect();
    let more = if all.len() > SHOWN { ", …" } else { "" };
    match all.len() {
        0 => "it has no objects with keys".to_owned(),
        _ => format!("its objects have no `{wanted}` but {}{more}", shown.join(", ")),
    }
}

/// Whether comments are looked for at a path: at the top, in the top-level list, and in lists of comments and replies.
fn is_where_comments_stand(path: &[&str]) -> bool {
    let nested = path.strip_prefix(&[ELEMENT]).unwrap_or(path);
    nested.chunks(2).all(|pair| matches!(pair, ["comments" | "replies" | "children", ELEMENT]))
}

/// The topmost place where comments could be.
fn place_of_comments(survey: &Survey) -> usize {
    let of = |place: &usize| {
        let path = survey.path(*place);
        is_where_comments_stand(&path) && survey.keys(*place).next().is_some()
    };
    let inside = |place: &usize| survey.path(*place).last() == Some(&ELEMENT);
    let places = || survey.places().filter(of);
    // An object with `comments` is a thread, not a comment.
    let listed = places().find(|place| inside(place) && !survey.keys(*place).any(|key| key == "comments"));
    listed.or_else(|| places().next()).unwrap_or(0)
}

/// Of a longer path, only the end is shown.
const LONGEST: usize = 12;

/// A path in readable form.
fn shown(path: &[&str]) -> String {
    let (dots, path) = match path.len().checked_sub(LONGEST) {
        Some(more) if more > 0 => ("…", path.get(more..).unwrap_or_default()),
        _ => ("", path),
    };
    let mut shown = format!("`{dots}");
    for (i, key) in path.iter().enumerate() {
        if i > 0 && *key != ELEMENT {
            shown.push('.');
        }
        shown.push_str(key);
    }
    shown.push('`');
    if path.is_empty() { "the object itself".to_owned() } else { shown }
}

/// A path in the syntax of `jq`; `None` if a key would need quotes or the path is too long to show.
fn jq(path: &[&str]) -> Option<String> {
    let is_plain = |key: &str| {
        let is_word = key.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
        is_word && !key.starts_with(|char: char| char.is_ascii_digit()) && !key.is_empty()
    };
    if path.len() > LONGEST || !path.iter().all(|key| *key == ELEMENT || is_plain(key)) {
        return None;
    }
    let mut filter = String::new();
    for key in path {
        if *key != ELEMENT || filter.is_empty() {
            filter.push('.');
        }
        filter.push_str(key);
    }
    Some(if filter.is_empty() { ".".to_owned() } else { filter })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str, columns: &[&str]) -> String {
        let missing: Option<Mapping> = columns.first().map(|column| column.parse().unwrap());
        let text = columns.iter().find_map(|column| column.strip_prefix("text=")).unwrap_or("text");
        why(document, text, missing.as_ref())
    }

    #[test]
    fn a_text_of_another_name_is_mapped_where_comments_stand() {
        let expected = "its objects have no `text` but id, body; give --column text=body";
        for document in [
            r#"[{"id":1,"body":"a"}]"#,
            r#"{"comments":[{"id":1,"body":"a","replies":[{"id":2,"body":"b"}]}]}"#,
            r#"[{"title":"T","comments":[{"id":1,"body":"a"}]}]"#,
        ] {
            let told = told(document, &[]).replace(", replies", "");
            assert_eq!(told, expected, "{document}");
        }
    }

    #[test]
    fn a_text_that_stands_elsewhere_is_brought_out() {
        assert_eq!(
            told(r#"{"hits":[{"id":1,"comment_text":"a"}],"n":1}"#, &[]),
            "its objects have no `text` but hits, n; `comment_text` holds text in `hits[]`: make JSONL of it with \
             jq -c '.hits[] | del(.[] | iterables)' FILE > comments.jsonl, and read that with --column text=comment_text; \
             or read it with --map FILE.toml, in which comments = \"/hits/*\" and text = \"comment_text\""
        );
        let mapped = told(r#"{"rows":[{"row":{"words":"a","body":"b"}}]}"#, &["text=words"]);
        assert!(mapped.contains("no `words` but rows") && mapped.contains(".rows[].row | del"), "{mapped}");
        let many = told(r#"{"a":[{"body":"a"}],"b c":{"body":"b"}}"#, &[]);
        assert!(many.contains("jq -c '.. | objects | select(.body?) | del(.[] | iterables)' FILE"), "{many}");
        let text = told(r#"{"data":[{"text":"a"}]}"#, &[]);
        assert!(text.contains("> comments.jsonl, and read that; or read it with --map"), "{text}");
    }

    #[test]
    fn what_an_answer_says_of_itself_is_no_comment() {
        let answer = r#"{"status":"success","message":"OK","data":{"comments":[{"id":1,"text":"a"}]}}"#;
        let told = within(answer, "message").unwrap();
        assert!(told.starts_with("its `message` stands alone, and `text` holds text in `data.comments[]`"), "{told}");
        assert!(told.contains("jq -c '.data.comments[] | del(.[] | iterables)' FILE"), "{told}");
        for comment in [
            r#"{"id":1,"message":"a"}"#,
            r#"{"message":"a","replies":[{"message":"b"}]}"#,
            r#"{"message":"a","tags":["b"]}"#,
        ] {
            assert_eq!(within(comment, "message"), None, "{comment}");
        }
    }

    #[test]
    fn the_comments_below_an_envelope_are_named_whatever_their_keys() {
        let answer = r#"{"success":true,"message":"Done","result":{"list":[{"no":1,"words":"a","name":"b"}]}}"#;
        for told in [within(answer, "message").unwrap(), within_line(answer, "message").unwrap()] {
            assert!(
                told.starts_with("its `message` stands alone, and `result.list[]` holds objects with no, words, name")
            );
            assert!(told.contains("comments = \"/result/list/*\" and text = \"KEY\""), "{told}");
        }
        for comment in [
            r#"{"id":1,"message":"a","status":"ok","files":[{"url":"b"}]}"#,
            r#"{"message":"a","files":[{"url":"b"}]}"#,
        ] {
            assert_eq!((within(comment, "message"), within_line(comment, "message")), (None, None), "{comment}");
        }
        let replies = r#"{"data":[{"body":"a","answers":{"all":[{"body":"b","answers":{"all":[{"body":"c"}]}}]}}]}"#;
        let map = "comments = \"/data/*\", children = \"answers/all/*\" and text = \"body\"";
        assert!(told(replies, &[]).ends_with(map), "{}", told(replies, &[]));
        let why = told(r#"{"n":1,"reviews":[{"nr":1,"words":"a"}]}"#, &[]);
        assert!(why.contains("`reviews[]` holds objects with nr, words; if those are the comments:"), "{why}");
        let own = r#"{"id":1,"message":"a","entities":[{"text":"b"}]}"#;
        assert_eq!(within_line(own, "message"), None);
    }

    #[test]
    fn without_any_text_the_keys_are_told() {
        assert_eq!(
            told(r#"{"a":1,"b":{"c":[]}}"#, &[]),
            "its objects have no `text` but a, b; a list of objects with `text`, or with another key that --column text=KEY \
             names, is needed"
        );
        assert!(told("[]", &[]).starts_with("it has no objects with keys"));
        let many: Vec<String> = (0..50).map(|i| format!("\"k{i}\":{i}")).collect();
        assert!(told(&format!("{{{}}}", many.join(",")), &[]).contains("k11, …;"));
        let deep = format!("{}{{\"body\":\"a\"}}{}", "[".repeat(2_000), "]".repeat(2_000));
        assert!(told(&deep, &[]).len() < 300, "{}", told(&deep, &[]));
    }

    #[test]
    fn a_mapped_key_that_no_comment_has_is_told() {
        let mapping = "id=nr".parse().unwrap();
        assert_eq!(
            missing(r#"{"title":"T","comments":[{"key":1,"text":"a"}]}"#, &mapping),
            "no comment has the key `nr` (for `id`); its objects have no `nr` but key, text"
        );
    }

    #[test]
    fn columns_of_jsonl_tell_too() {
        let told = |names: &[&str]| of_columns(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(told(&["id", "message"]).unwrap().ends_with("perhaps --column text=message"));
        assert_eq!(told(&["id", "words"]), None);
    }
}

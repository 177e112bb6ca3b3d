//! Nested JSON as people write it, and as other programs do.

use proptest::prelude::*;

use crate::thread::columns::ColumnMap;
use crate::thread::comment::{Comment, Thread};
use crate::thread::json::parse;
use crate::thread::limits::MOST_COMMENTS;

fn read(document: &str) -> Result<Vec<Thread>, String> {
    parse(document, &ColumnMap::default()).map(|found| found.threads).map_err(|error| error.to_string())
}

fn one(document: &str) -> Thread {
    let mut threads = read(document).unwrap();
    assert_eq!(threads.len(), 1);
    threads.remove(0)
}

fn told_comments(thread: &Thread) -> Vec<String> {
    let told =
        |comment: &Comment| format!("{}<{}: {}", comment.id, comment.parent_id.as_deref().unwrap_or(""), comment.text);
    thread.comments.iter().map(told).collect()
}

#[test]
fn an_article_and_nested_comments_in_any_order_of_keys() {
    let thread = one(r#"{"comments":[
        {"replies":[{"text":"r","id":7,"other":{"a":[1]}},{"text":"s"}],"id":"a","author":"A","created_at":"2024","text":"t"},
        {"text":"u","replies":null}],
        "article":{"title":"T","id":"x","text":"body","url":"u"},"thread_id":"th"}"#);
    assert_eq!(thread.id.as_deref(), Some("th"));
    assert_eq!(thread.article.title.as_deref(), Some("T"));
    assert_eq!(thread.article.url.as_deref(), Some("u"));
    assert_eq!(thread.comments[0].author.as_deref(), Some("A"));
    assert_eq!(told_comments(&thread), ["a<: t", "7<a: r", "c3<a: s", "c4<: u"]);
}

#[test]
fn pages_that_were_put_into_one_list() {
    let thread = one(r#"[[{"id":1,"text":"a"}],[],[{"id":2,"parent_id":1,"text":"b"}]]"#);
    assert_eq!(told_comments(&thread), ["1<: a", "2<1: b"]);
    let error = read(r#"[[[{"text":"a"}]]]"#).unwrap_err();
    assert_eq!(error, "line 1, column 3: a comment is needed, not a list");
}

#[test]
fn bare_and_flat_comments() {
    assert_eq!(told_comments(&one(r#"[{"text":"a"},{"text":"b","parent_id":"c1"}]"#)), ["c1<: a", "c2<c1: b"]);
    let threads = read(r#"[{"text":"a","thread_id":"x","article_title":"X"},{"text":"b","thread_id":"y"},{"text":"c","thread_id":"x"}]"#).unwrap();
    assert_eq!(threads.len(), 2);
    assert_eq!(threads[0].article.title.as_deref(), Some("X"));
    assert_eq!(told_comments(&threads[0]), ["c1<: a", "c2<: c"]);
}

#[test]
fn several_threads() {
    let threads = read(r#"[{"article":{"title":"A"},"comments":[{"text":"a"}]},{"id":"b","comments":[]}]"#).unwrap();
    assert_eq!(threads.len(), 2);
    assert_eq!(threads[1].id.as_deref(), Some("b"));
}

#[test]
fn keys_can_be_mapped() {
    let columns = ColumnMap::parse(["text=body", "id=key"]).unwrap();
    let found = parse(r#"[{"body":"a","key":1,"text":"no","replies":[{"body":"b"}]}]"#, &columns).unwrap();
    assert_eq!(told_comments(&found.threads[0]), ["1<: a", "c2<1: b"]);
    assert_eq!(found.missing, None);
    let found = parse(r#"[{"body":"a","nr":1}]"#, &columns).unwrap();
    assert_eq!(found.missing.map(|mapping| mapping.header), Some("key".to_owned()));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (document, message) in [
        ("{\"comments\":[\n1]}", "line 2, column 1: a comment is needed, not a number"),
        (
            "{\"comments\":[\n{\"text\":{}}]}",
            "line 2, column 9: the value of `text` is nested, where a plain one is needed; \
             name a key that holds a plain one with --column text=KEY, or make the comments plain objects",
        ),
        (
            r#"{"text":{"0":"a","1":"b"},"stance":{"0":"c","1":"d"}}"#,
            "line 1, column 9: the comments stand column by column, as pandas writes JSON by default; write them row by \
             row, with to_json(orient=\"records\")",
        ),
        (
            r#"{"text":"a"}{"text":"b"}"#,
            "line 1, column 13: more follows the end of the document; if it has several objects, put each on a line of \
             its own: jq -c . FILE > comments.jsonl",
        ),
        ("7", "line 1, column 1: a thread or its comments are needed, not a number"),
    ] {
        assert_eq!(read(document).unwrap_err(), message);
    }
    assert!(read("{\"text\":\"a\"}\n{}").unwrap_err().contains("jsonl"));
    assert!(read("[{\"text\":\"\\u0000\"}]").unwrap_err().contains("NUL"));
    assert!(read("[{\"text\":\"a\"").unwrap_err().starts_with("line 1, column 13: not JSON"));
}

#[test]
fn an_article_that_holds_its_comments_is_none_of_them() {
    let story = one(r#"{"id":1,"title":"T","text":null,"author":"op","children":[
        {"id":2,"parent_id":1,"title":null,"text":"a","children":[]},
        {"id":3,"parent_id":1,"text":null,"children":[{"id":4,"parent_id":3,"text":"b"}]}]}"#);
    assert_eq!(told_comments(&story), ["2<: a", "3<: ", "4<3: b"]);
    assert_eq!((story.id.as_deref(), story.article.title.as_deref()), (Some("1"), Some("T")));
    let ask = one(r#"{"title":"T","text":"Why?","children":[{"text":"a"}]}"#);
    assert_eq!(ask.article.text.as_deref(), Some("Why?"));
    assert_eq!(told_comments(&ask), ["c1<: a"]);
    let two = read(r#"[{"title":"S","children":[{"text":"a"}]},{"title":"T","children":[]}]"#).unwrap();
    assert_eq!(two.iter().map(|thread| thread.comments.len()).collect::<Vec<_>>(), [1, 0]);
    // A deleted comment, and a comment with a title of its own.
    let list = one(r#"[{"id":1,"text":null,"replies":[{"text":"a"}]},{"title":"S","text":"b","replies":[]}]"#);
    assert_eq!(told_comments(&list), ["1<: ", "c2<1: a", "c3<: b"]);
}

#[test]
fn every_object_where_comments_stand_is_a_comment_or_refused() {
    let document = "{\"comments\":[{\"text\":\"a\"},\n{\"id\":2},\n{\"ad\":true},\n{\"replies\":[{\"text\":\"b\"}]},{\"text\":\"\"}]}";
    let found = parse(document, &ColumnMap::default()).unwrap();
    assert_eq!(told_comments(&found.threads[0]), ["c1<: a", "2<: ", "c3<: ", "c4<c3: b", "c5<: "]);
    assert_eq!(found.refused, [3]);
    assert_eq!(found.lines[0], [1, 2, 4, 4, 4].map(Some));
}

#[test]
fn no_text_at_all_is_no_comment_but_a_list_may_be_empty() {
    let has_comments = |document: &str| parse(document, &ColumnMap::default()).unwrap().has_comments;
    for document in [
        "[]",
        "{}",
        r#"{"article":{"title":"T"}}"#,
        r#"[{"id":1},{"id":2,"replies":[{"id":3}]}]"#,
        r#"{"comments":[{"id":1,"body":"a"}]}"#,
        r#"{"title":"T","data":[{"text":"a"}]}"#,
        r#"{"comments":{"c1":{"text":"a"}}}"#,
        r#"[{"comments":[]},{"id":1}]"#,
    ] {
        assert!(!has_comments(document), "{document}");
    }
    for document in
        [r#"{"comments":[]}"#, r#"[{"comments":[]},{"title":"T","children":[]}]"#, r#"[{"id":1,"text":null}]"#]
    {
        assert!(has_comments(document), "{document}");
    }
}

#[test]
fn texts_in_an_object_where_a_list_is_needed_are_not_lost() {
    let lost = read("[{\"text\":\"a\",\n\"replies\":{\"count\":1,\"data\":[{\"text\":\"b\"}]}}]").unwrap_err();
    assert!(lost.starts_with("line 2, column 11: the comments stand in an object, where a list is needed"), "{lost}");
    assert_eq!(told_comments(&one(r#"[{"text":"a","replies":{"count":[1,{"n":{}}]}}]"#)), ["c1<: a"]);
}

#[test]
fn what_a_row_says_beside_the_thread_is_read() {
    let thread = one(r#"[{"text":"a","target":"T","parent_text":"p","context":"c","language":"en"}]"#);
    let beside = &thread.comments[0].beside;
    assert_eq!(beside.target.as_deref(), Some("T"));
    assert_eq!((beside.parent_text.as_deref(), beside.context.as_deref()), (Some("p"), Some("c")));
    assert_eq!(beside.language.as_deref(), Some("en"));
    assert_eq!(told_comments(&one(r#"[{"text":"a","context":{"x":1},"language":["en"]}]"#)), ["c1<: a"]);
}

#[test]
fn more_comments_than_the_limit_are_refused() {
    let error = read(&format!("[{{\"text\":\"a\"}}{}]", ",{}".repeat(MOST_COMMENTS))).unwrap_err();
    assert!(error.contains("more than 1000000 comments") && error.starts_with("line 1, column "), "{error}");
}

#[test]
fn depth_neither_overflows_nor_is_refused() {
    let depth = 100_000;
    let document = format!(
        "{}{{\"text\":\"end\",\"x\":{}{}}}{}",
        "[{\"text\":\"a\",\"replies\":".to_owned() + &"[{\"text\":\"a\",\"replies\":".repeat(depth - 1) + "[",
        "[".repeat(depth),
        "]".repeat(depth),
        "]".to_owned() + &"}]".repeat(depth),
    );
    let thread = one(&document);
    assert_eq!(thread.comments.len(), depth + 1);
    assert_eq!(thread.comments[depth].parent_id, Some(format!("c{depth}")));
}

proptest! {
    #[test]
    fn never_panics_on_any_text(document in r#"([\[\]{}:,] ?|"(text|comments|replies|article|id)"|1|null|\PC){0,30}"#) {
        let _ = read(&document);
    }
}

#[test]
fn an_author_may_be_an_object_that_names_them() {
    let thread =
        one(r#"{"comments":[{"author":{"id":7,"login":"rosa","name":""},"text":"a"},{"author":{},"text":"b"}]}"#);
    assert_eq!(thread.comments[0].author.as_deref(), Some("rosa"));
    assert_eq!(thread.comments[1].author, None);
    let document = r#"{"comments":[{"user":{"login":"rosa"},"body":"a"}]}"#;
    let guessed = crate::thread::json::read(document, &ColumnMap::default()).unwrap();
    assert_eq!(guessed.threads[0].comments[0].author.as_deref(), Some("rosa"));
}

#[test]
fn replies_may_be_called_comments() {
    let document = r#"[{"id":1,"author":"A","text":"a","comments":[{"text":"b"}]},{"id":2,"author":"B","text":"c","comments":[]}]"#;
    let thread = one(document);
    assert_eq!(told_comments(&thread), ["1<: a", "c2<1: b", "2<: c"]);
    let thread = one(r#"{"author":"Ana","title":"T","text":"Words.","comments":[{"text":"b"}]}"#);
    assert_eq!((thread.article.text.as_deref(), told_comments(&thread)), (Some("Words."), vec!["c1<: b".to_owned()]));
}

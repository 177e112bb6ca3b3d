//! Properties of every format that is read value by value: elements that are not comments, other formats, and other
//! answers.

use std::io::Cursor;

use crate::thread::format::Format;
use crate::thread::formats::registry::EXPORTS;
use crate::thread::formats::remark42::REMARK42;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};
use crate::thread::formats::wordpress_rest::WORDPRESS_REST;
use crate::thread::row::Next;
use crate::thread::table::TableReader;

#[test]
fn every_element_is_a_row_or_told() {
    for (format, begin, comment, end) in [
        (
            "hacker-news",
            r#"{"id":1,"type":"story","story_id":1,"created_at_i":1,"points":1,"title":"T","children":["#,
            r#"{"id":2,"type":"comment","author":"a","text":"x","children":[]}"#,
            "]}",
        ),
        (
            "discourse",
            r#"{"id":5,"title":"T","post_stream":{"posts":["#,
            r#"{"id":2,"cooked":"x","post_number":2,"topic_id":5}"#,
            "]}}",
        ),
        (
            "remark42",
            r#"{"comments":["#,
            r#"{"id":"a","pid":"","text":"x","user":{"name":"n"},"locator":{"url":"u"}}"#,
            "]}",
        ),
        ("mastodon", r#"{"ancestors":[],"descendants":["#, r#"{"id":"1","content":"x","account":{"acct":"a"}}"#, "]}"),
        ("youtube", r#"{"items":["#, r#"{"kind":"youtube#comment","id":"A","snippet":{"textDisplay":"x"}}"#, "]}"),
        (
            "lemmy",
            r#"{"comments":["#,
            r#"{"comment":{"id":1,"post_id":2,"content":"x","path":"0.1"},"creator":{"name":"n"}}"#,
            "]}",
        ),
        ("wordpress-rest", "[", r#"{"id":1,"post":9,"parent":0,"author_name":"N","content":{"rendered":"x"}}"#, "]"),
        ("commento", r#"{"comments":["#, r#"{"commentHex":"a","html":"x","parentHex":"root"}"#, "]}"),
        ("isso", r#"[{"id":"/a","comments":["#, r#"{"id":1,"text":"x","remote_addr":"0"}"#, "]}]"),
        (
            "bluesky",
            r#"{"thread":{"post":{"uri":"r","record":{"text":"root"}},"replies":["#,
            r#"{"post":{"uri":"a","record":{"text":"x","createdAt":"1"}}}"#,
            "]}}",
        ),
        ("coral-graphql", r#"{"data":{"comments":{"nodes":["#, r#"{"id":"a","body":"x","status":"NONE"}"#, "]}}}"),
    ] {
        let nested = comment.replace("\"x\"", "[\"x\"]");
        let document = format!("{begin}{comment},null,\"s\",[1],{{\"id\":\"q\"}},{nested}{end}");
        assert_eq!(format_of(&document), Some(format), "{document}");
        let (rows, _) = rows_of(&document, &["text"]).unwrap();
        assert_eq!(rows[0], "x", "{format}");
        assert_eq!(rows.len(), 6, "{format}: {rows:?}");
        assert!(rows[1..].iter().all(|row| row.starts_with("!1: /")), "{format}: {rows:?}");
    }
}

#[test]
fn an_answer_of_remark42_is_read_flat_and_as_a_tree() {
    let comment = |id: &str, pid: &str| {
        format!(
            r#"{{"id":"{id}","pid":"{pid}","text":"<p>{id} &amp; x</p>","user":{{"name":"n"}},"locator":{{"url":"u"}}}}"#
        )
    };
    let flat = format!(r#"{{"comments":[{},{}],"info":{{"count":2}}}}"#, comment("a", ""), comment("b", "a"));
    let tree = format!(
        r#"{{"comments":[{{"comment":{},"replies":[{{"comment":{}}}]}}],"info":{{"count":2}}}}"#,
        comment("a", ""),
        comment("b", "a")
    );
    for document in [flat, tree] {
        assert_eq!(format_of(&document), Some(REMARK42.name), "{document}");
        let (rows, _) = rows_of(&document, &["id", "parent_id", "thread_id", "author", "text"]).unwrap();
        assert_eq!(rows, ["a||u|n|a & x", "b|a|u|n|b & x"]);
    }
}

#[test]
fn pages_may_be_lists_in_a_list() {
    let page = r#"[{"id":1,"post":9,"parent":0,"author_name":"N","content":{"rendered":"x"}}]"#;
    let document = format!("[{page},\n{page}]");
    assert_eq!(format_of(&document), Some(WORDPRESS_REST.name));
    assert_eq!(rows_of(&document, &["text"]).unwrap().0, ["x", "x"]);
}

#[test]
fn a_file_of_another_format_fails_before_a_row_is_given_and_says_what_it_seems_to_be() {
    let document = r#"{"id":1,"type":"story","story_id":1,"created_at_i":1,"title":"T","points":1,"children":[
        {"id":2,"type":"comment","author":"a","text":"x","parent_id":1,"story_id":1,"created_at_i":1,"children":[]}]}"#;
    for export in EXPORTS
        .iter()
        .filter(|export| ["reddit", "lemmy", "remark42", "coral-graphql", "coral-mongo"].contains(&export.name))
    {
        let bytes = Cursor::new(document.as_bytes().to_vec());
        let told = TableReader::from_reader("t", Some(Format::Export(export)), bytes, &[]).unwrap_err().to_string();
        assert!(told.contains("it seems to be a thread of Hacker News; it was read as"), "{}: {told}", export.name);
    }
}

#[test]
fn an_error_answer_is_told_whatever_it_is_read_as() {
    let answer = r#"{"message":"Forbidden","error":403}"#;
    for format in [None, Some(Format::Json), Some(Format::Jsonl)]
        .into_iter()
        .chain(EXPORTS.iter().take(3).map(|export| Some(Format::Export(export))))
    {
        let told = TableReader::from_reader("t.json", format, Cursor::new(answer), &[]).unwrap_err().to_string();
        assert!(told.ends_with("it seems to be an error answer: Forbidden"), "{told}");
    }
    let rows = "{\"message\":\"a\",\"error\":\"x\"}\n{\"message\":\"b\",\"error\":\"\"}\n";
    let mut table = TableReader::from_reader("t.jsonl", None, Cursor::new(rows), &[]).unwrap();
    assert!(matches!(table.read(&mut crate::thread::row::Row::default()), Ok(Next::Row)));
}

#[test]
fn empty_threads_of_every_format_fail_alike() {
    for (document, what) in [
        (r#"{"ancestors":[],"descendants":[]}"#, "a conversation of Mastodon"),
        (
            r#"{"id":1,"type":"story","story_id":1,"created_at_i":1,"title":"T","children":[]}"#,
            "a thread of Hacker News",
        ),
        (r#"{"id":5,"title":"T","post_stream":{"posts":[],"stream":[]}}"#, "a topic of Discourse"),
        (r#"{"thread":{"$type":"app.bsky.feed.defs#notFoundPost","notFound":true}}"#, "a thread of Bluesky"),
        (r#"{"kind":"youtube#commentThreadListResponse","items":[]}"#, "comments of YouTube"),
    ] {
        let told = rows_of(document, &["id"]).unwrap_err().to_string();
        assert!(told.contains(&format!("it seems to be {what}, and there is none in it")), "{told}");
    }
}

#[test]
fn words_in_other_languages_and_rendered_ones_are_read() {
    let note = r#"{"@context":"https://www.w3.org/ns/activitystreams","type":"Note","id":"1","contentMap":{"de":"<p>Ja</p>"}}"#;
    assert_eq!(rows_of(note, &["text"]).unwrap().0, ["Ja"]);
    let commento =
        r#"{"comments":[{"commentHex":"a","markdown":"**b**","html":"<p><b>b</b></p>","parentHex":"root"}]}"#;
    assert_eq!(rows_of(commento, &["text"]).unwrap().0, ["b"]);
    let isso = r#"[{"id":"/a","comments":[{"id":1,"text":"a <b>c</b>","remote_addr":"0"}]}]"#;
    assert_eq!(rows_of(isso, &["text"]).unwrap().0, ["a c"]);
}

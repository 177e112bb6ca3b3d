//! Reading topics of Discourse.

use crate::thread::formats::discourse::DISCOURSE;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

const COLUMNS: [&str; 5] = ["id", "parent_id", "thread_id", "article_title", "text"];

fn rows(document: &str) -> (Vec<String>, Vec<String>) {
    assert_eq!(format_of(document), Some(DISCOURSE.name), "{document}");
    rows_of(document, &COLUMNS).unwrap()
}

#[test]
fn posts_without_a_topic_are_comments() {
    let post =
        r#"{"id":12,"cooked":"<p>x</p>","post_number":3,"reply_to_post_number":2,"topic_id":5,"topic_title":"T"}"#;
    assert_eq!(rows(post).0, ["3|2|5|T|x"]);
    assert_eq!(rows(&format!("{{\"latest_posts\":[{post}]}}")).0, ["3|2|5|T|x"]);
    assert_eq!(
        rows(&format!("{post}\n{post}\n{{\"x\":1}}\n")).0[2],
        "!3: it is neither a topic nor a post of Discourse"
    );
    let bare = r#"{"post_stream":{"posts":[{"id":1,"raw":"a & b","post_number":2,"reply_to_post_number":1,"topic_id":5}]},"id":5}"#;
    assert_eq!(rows(bare).0, ["2||5||a & b"]);
}

#[test]
fn the_opening_post_is_the_article_and_what_is_missing_is_told() {
    let document = r#"[{"id":5,"title":"T","post_stream":{"posts":[{"id":1,"cooked":"<p>open</p>","post_number":1,"topic_id":5},
        {"id":2,"cooked":"closed","post_number":2,"post_type":3,"topic_id":5},
        {"id":3,"cooked":"x","post_number":3,"post_type":1,"reply_to_post_number":2,"topic_id":5}],"stream":[1,2,3,4,5]}},
        {"id":6,"title":"U","post_stream":{"posts":[{"id":9,"cooked":"y","post_number":3,"topic_id":6}],"stream":[8,9]}}]"#;
    let (found, remarks) = rows(document);
    assert_eq!(found, ["3||5|T|x", "3||6|U|y"]);
    let expected = ["4 of 7 posts are in the file", "1 note of a moderator"];
    assert!(remarks.iter().zip(expected).all(|(remark, expected)| remark.starts_with(expected)), "{remarks:?}");
    assert_eq!(rows_of(document, &["article_text"]).unwrap().0, ["open", ""]);
}

#[test]
fn a_post_that_the_staff_deleted_keeps_its_text_and_any_other_does_not() {
    for (more, expected) in [
        (r#""deleted_at":"2026","deleted_by":{"username":"mod"}"#, "x|deleted|1"),
        (r#""deleted_at":"2026","deleted_by":{"username":"a"}"#, "|deleted|"),
        (r#""deleted_at":"2026""#, "|deleted|"),
        (r#""user_deleted":true"#, "|deleted by its author|"),
        (r#""hidden":true"#, "x|hidden|"),
        (r#""hidden":true,"cooked_hidden":true"#, "|hidden|"),
        (r#""hidden":false,"deleted_at":null"#, "x||"),
    ] {
        let post = format!(r#"{{"id":1,"cooked":"x","post_number":2,"topic_id":5,"username":"a",{more}}}"#);
        assert_eq!(rows_of(&post, &["text", "status", "reject"]).unwrap().0, [expected], "{more}");
    }
}

#[test]
fn other_posts_are_not_discourses() {
    for document in [r#"[{"id":"a","cooked":"x"}]"#, r#"{"posts":[{"cooked":"x","post_number":1}]}"#] {
        assert_eq!(format_of(document), None, "{document}");
    }
}

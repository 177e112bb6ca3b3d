//! Reading answers of Coral's GraphQL interface.

use crate::thread::formats::coral_graphql::CORAL_GRAPHQL;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

const COLUMNS: [&str; 5] = ["id", "parent_id", "thread_id", "text", "reject"];

fn rows(document: &str) -> (Vec<String>, Vec<String>) {
    assert_eq!(format_of(document), Some(CORAL_GRAPHQL.name), "{document}");
    rows_of(document, &COLUMNS).unwrap()
}

#[test]
fn the_comments_of_stories_stand_under_them_with_their_replies() {
    let (rows, remarks) = rows(
        r#"{"data":{"stories":{"edges":[{"node":{"id":"s1","url":"https://a.example/1","metadata":{"title":"One"},
        "comments":{"nodes":[{"id":"a","body":"x","status":"NONE","parents":{"nodes":[{"id":"z","body":"no"}]},
        "replies":{"edges":[{"node":{"id":"b","body":"y","status":"REJECTED"}}],"pageInfo":{"hasNextPage":true}}},
        {"id":"c","body":"z","status":"APPROVED"}],"pageInfo":{"hasNextPage":true}}}},
        {"node":{"id":"s2","comments":{"nodes":[{"id":"a","body":"w","status":"NONE"}],"pageInfo":{"hasNextPage":false}}}}],
        "pageInfo":{"hasNextPage":false}}}}"#,
    );
    assert_eq!(rows, ["a||s1|x|", "b|a|s1|y|", "c||s1|z|", "a|||w|"]);
    assert!(remarks[0].starts_with("1 comment has more replies"), "{remarks:?}");
    assert!(remarks[1].starts_with("1 list of comments goes on"), "{remarks:?}");
}

#[test]
fn pages_in_a_list_are_whole_where_the_last_is_there() {
    let page = |id: &str, more: bool| {
        format!(
            r#"{{"data":{{"comments":{{"edges":[{{"node":{{"id":"{id}","body":"x","ancestorIDs":["p","q"]}}}}],
            "pageInfo":{{"hasNextPage":{more}}}}}}}}}"#
        )
    };
    let (pages, remarks) = rows(&format!("[{},{}]", page("b", false), page("a", true)));
    assert_eq!((pages, remarks.len()), (vec!["b|p||x|".to_owned(), "a|p||x|".to_owned()], 0));
    assert_eq!(rows(&page("a", true)).1.len(), 1);
    let failed = rows(&format!("{} {{\"errors\":[{{\"message\":\"no\"}}],\"data\":null}}", page("a", false)));
    assert_eq!(failed.0[1], "!2: it seems to be an error answer: no");
}

#[test]
fn only_a_moderator_decides() {
    let node = |more: &str| {
        let document = format!(r#"{{"data":{{"comments":{{"nodes":[{{"id":"a","body":"x",{more}}}]}}}}}}"#);
        rows(&document).0.concat().rsplit('|').next().unwrap_or_default().to_owned()
    };
    let history = |moderator: &str| {
        format!(
            r#""status":"REJECTED","statusHistory":{{"nodes":[{{"status":"REJECTED","moderator":{moderator}}},
            {{"status":"NONE","moderator":{{"id":"m"}}}}]}}"#
        )
    };
    assert_eq!(node(&history("null")), "");
    assert_eq!(node(&history(r#"{"id":"m"}"#)), "1");
    assert_eq!(node(r#""status":"REJECTED","initialStatus":"REJECTED""#), "");
    assert_eq!(node(r#""status":"APPROVED","initialStatus":"PREMOD""#), "0");
    assert_eq!(node(r#""status":"APPROVED","deleted":true"#), "");
    // Nothing shows that a person decided.
    assert_eq!(node(r#""status":"REJECTED""#), "");
}

#[test]
fn an_answer_without_its_envelope_is_read() {
    let (found, _) = rows(
        r#"{"comments":{"edges":[{"node":{"id":"b","body":"y","status":"NONE","story":{"id":"s"},"parent":{"id":"a"}}},
        null,{"node":null},{},{"node":{"id":"k","body":["x"],"status":"NONE"}}]}}"#,
    );
    assert_eq!(
        found,
        [
            "b|a|s|y|",
            "!2: /comments/edges/1: it is null, where a comment is needed",
            "!2: /comments/edges/2/node: it is null, where a comment is needed",
            "!2: /comments/edges/3: it has no `body`, nor anything else of a comment",
            "!2: /comments/edges/4/node: its `body` is a list, where a text is needed",
        ]
    );
}

#[test]
fn a_thread_without_comments_fails_as_such() {
    let empty = r#"{"data":{"comments":{"edges":[],"pageInfo":{"hasNextPage":false,"endCursor":null}}}}"#;
    assert_eq!(format_of(empty), Some(CORAL_GRAPHQL.name));
    let told = rows_of(empty, &COLUMNS).unwrap_err().to_string();
    assert!(told.contains("it seems to be answers of Coral's GraphQL interface, and there is none in it"), "{told}");
}

#[test]
fn other_pages_are_not_corals() {
    for document in [
        r#"{"data":{"issue":{"comments":{"nodes":[{"id":"a","body":"x","author":{"login":"a"}}]}}}}"#,
        r#"{"data":{"comments":{"nodes":[{"id":"a","content":"x","status":"APPROVE"}]}}}"#,
        r#"{"comments":{"nodes":[{"id":"a","body":"x","status":"NONE"}]}}"#,
        r#"{"data":{"comments":[{"id":"a","body":"x","status":"NONE"}]}}"#,
    ] {
        assert_eq!(format_of(document), None, "{document}");
    }
}

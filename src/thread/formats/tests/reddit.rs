//! Reading threads of Reddit.

use crate::thread::formats::reddit::{REDDIT, base36};
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

const COLUMNS: [&str; 4] = ["id", "parent_id", "thread_id", "text"];

fn comment(more: &str) -> String {
    format!(r#"{{"kind":"t1","data":{{"id":"a","parent_id":"t3_p","link_id":"t3_p","body":"x"{more}}}}}"#)
}

#[test]
fn a_thing_a_list_of_things_and_bare_comments_are_read() {
    let bare = r#"{"id":"b","parent_id":"t1_a","link_id":"t3_p","body":"y","created_utc":1}"#;
    for (document, expected) in [
        (comment(""), vec!["t1_a||t3_p|x"]),
        (format!("[{0},\n{0}]", comment("")), vec!["t1_a||t3_p|x"; 2]),
        (format!("{{\"json\":{{\"errors\":[],\"data\":{{\"things\":[{}]}}}}}}", comment("")), vec!["t1_a||t3_p|x"]),
        (format!("[{bare}]"), vec!["t1_b|t1_a|t3_p|y"]),
        (format!("{{\"data\":[{bare}]}}"), vec!["t1_b|t1_a|t3_p|y"]),
        (bare.replace(',', ",\n"), vec!["t1_b|t1_a|t3_p|y"]),
    ] {
        assert_eq!(format_of(&document), Some(REDDIT.name), "{document}");
        assert_eq!(rows_of(&document, &COLUMNS).unwrap().0, expected, "{document}");
    }
}

#[test]
fn what_moderators_did_is_told() {
    for (more, expected) in [
        ("", "|||"),
        (r#","banned_by":"anneke","spam":false"#, "removed|1|0|"),
        (r#","banned_by":true,"spam":true"#, "spam|1|1|"),
        (r#","banned_by":"AutoModerator""#, "removed|||"),
        (r#","removal_reason":"Rule &amp; 2""#, "removed|1|0|Rule & 2"),
        (r#","approved_by":"anneke","banned_by":null"#, "approved|0|0|"),
        (r#","approved_by":null,"banned_by":null,"removed":false,"spam":false"#, "|||"),
        (r#","banned_by":"anneke","body":"[removed]""#, "removed|1|0|"),
    ] {
        let (rows, _) = rows_of(&comment(more), &["status", "reject", "spam", "reason"]).unwrap();
        assert_eq!(rows, [expected], "{more}");
    }
}

#[test]
fn what_is_not_in_the_file_is_told() {
    let more = |count: u64, ids: &str| format!(r#"{{"kind":"more","data":{{"count":{count},"children":[{ids}]}}}}"#);
    let document = format!(
        r#"{{"kind":"Listing","data":{{"after":"t1_z","children":[{},{},{},{}]}}}}"#,
        comment(""),
        more(7, "\"b\""),
        more(0, ""),
        r#"{"kind":"t5","data":{}}"#
    );
    let (rows, remarks) = rows_of(&document, &COLUMNS).unwrap();
    assert_eq!(rows, ["t1_a||t3_p|x"]);
    let expected =
        ["1 listing goes on", "7 more comments are not in the file", "1 branch of the thread", "1 thing of Reddit"];
    assert!(remarks.iter().zip(expected).all(|(remark, expected)| remark.starts_with(expected)), "{remarks:?}");
    assert_eq!(remarks.len(), 4);
    let posts = r#"{"kind":"Listing","data":{"children":[{"kind":"t3","data":{"id":"p","title":"T"}}]}}"#;
    let told = rows_of(posts, &COLUMNS).unwrap_err().to_string();
    assert!(told.contains("it holds posts of Reddit and none of their comments"), "{told}");
    let unanswered = format!(r#"[{posts},{{"kind":"Listing","data":{{"children":[]}}}}]"#);
    let told = rows_of(&unanswered, &COLUMNS).unwrap_err().to_string();
    assert!(told.contains("it is a post of Reddit without comments"), "{told}");
}

#[test]
fn threads_may_be_put_into_one_list() {
    let thread = format!(r#"[{{"kind":"Listing","data":{{"children":[{}]}}}}]"#, comment(""));
    let document = format!("[{thread},{thread}]");
    assert_eq!(format_of(&document), Some(REDDIT.name));
    assert_eq!(rows_of(&document, &COLUMNS).unwrap().0, ["t1_a||t3_p|x"; 2]);
}

#[test]
fn what_is_no_comment_is_refused_with_its_place() {
    let children = format!(
        r#"{},null,"s",{{"kind":"t1"}},{{"kind":"t1","data":{{"id":"q"}}}},{{"kind":"t1","data":{{"id":"r","author":"a","body":["x"]}}}},
        {{"kind":"t1","data":{{"id":"h","link_id":"t3_p","body_html":"&lt;p&gt;a &amp;amp; b&lt;/p&gt;"}}}}"#,
        comment("")
    );
    let document = format!(r#"[{{"kind":"Listing","data":{{"children":[{children}]}}}}]"#);
    assert_eq!(
        rows_of(&document, &COLUMNS).unwrap().0,
        [
            "t1_a||t3_p|x",
            "!1: /0/data/children/1: it is null, where a comment is needed",
            "!1: /0/data/children/2: it is a string, where a comment is needed",
            "!1: /0/data/children/3: it has no `data`",
            "!1: /0/data/children/4/data: it has no `body`, nor anything else of a comment",
            "!1: /0/data/children/5/data: its `body` is a list, where a text is needed",
            "t1_h||t3_p|a & b",
        ]
    );
}

#[test]
fn depth_is_no_matter() {
    let depth = 50_000;
    let open =
        r#"{"kind":"Listing","data":{"children":[{"kind":"t1","data":{"id":"a","link_id":"t3_p","body":"x","replies":"#;
    let document = format!("{}\"\"{}", open.repeat(depth), "}}]}}".repeat(depth));
    let (rows, _) = rows_of(&document, &COLUMNS).unwrap();
    assert_eq!((rows.len(), rows[0].as_str(), rows[depth - 1].as_str()), (depth, "t1_a||t3_p|x", "t1_a|t1_a|t3_p|x"));
}

#[test]
fn other_listings_are_not_reddits() {
    for document in [
        r#"{"kind":"List","data":{"children":["a"]}}"#,
        r#"{"kind":"t1","text":"x"}"#,
        r#"[{"id":"a","body":"x","parent_id":"b"}]"#,
        r#"{"data":{"children":[{"text":"x"}]}}"#,
    ] {
        assert_eq!(format_of(document), None, "{document}");
    }
}

#[test]
fn numbers_become_ids() {
    assert_eq!([0, 35, 36, 41_497_293_111].map(base36), ["0", "z", "10", "j2af0af"].map(str::to_owned));
}

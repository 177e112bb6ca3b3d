//! Reading threads of Hacker News.

use crate::thread::formats::hacker_news::HACKER_NEWS;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

const COLUMNS: [&str; 6] = ["id", "parent_id", "thread_id", "article_title", "text", "status"];

#[test]
fn a_comment_may_be_the_root_and_a_poll_may() {
    let comment = r#"{"id":7,"type":"comment","story_id":1,"parent_id":5,"created_at_i":1,"points":null,"text":"x","author":"a",
        "children":[{"id":8,"type":"comment","story_id":1,"parent_id":7,"created_at_i":1,"text":"[flagged]","author":"b","children":[]}]}"#;
    let (rows, _) = rows_of(comment, &COLUMNS).unwrap();
    assert_eq!(rows, ["7|5|1||x|", "8|7|1|||flagged"]);
    let top = comment.replacen("\"parent_id\":5", "\"parent_id\":1", 1);
    assert_eq!(rows_of(&top, &COLUMNS).unwrap().0[0], "7||1||x|");
    let poll = r#"{"id":1,"type":"poll","title":"Which?","story_id":1,"parent_id":null,"created_at_i":1,"points":1,"author":"a",
        "children":[{"id":2,"type":"pollopt","text":"This","children":[]},{"id":3,"type":"comment","text":"x","children":[]}]}"#;
    let (rows, remarks) = rows_of(poll, &COLUMNS).unwrap();
    assert_eq!(
        (rows, remarks[0].as_str()),
        (vec!["3||1|Which?|x|".to_owned()], "1 choice of a poll, which is no comment")
    );
}

#[test]
fn items_are_known_by_their_beginning_in_every_order_of_keys() {
    let children = r#""children":[{"author":"a","children":[],"created_at":"x","created_at_i":1,"id":2,"parent_id":1,"story_id":1,"text":""#;
    assert_eq!(format_of(&format!("{{\"author\":\"op\",{children}")), Some(HACKER_NEWS.name));
    assert_eq!(format_of(&format!("[{{\"author\":\"op\",{children}")), Some(HACKER_NEWS.name));
    let old = r#"{"id":1,"created_at":"2006","author":"a","title":"T","url":"u","text":null,"points":1,"parent_id":null,"children":[]}"#;
    assert_eq!(format_of(old), Some(HACKER_NEWS.name));
    for other in [
        r#"{"title":"T","children":[{"id":1,"text":"x","author":"a","created_at":"2026"}]}"#,
        r#"{"children":[{"author":"a","story_id":1}]}"#,
        r#"{"hits":[{"comment_text":"x"}]}"#,
    ] {
        assert_eq!(format_of(other), None, "{other}");
    }
}

#[test]
fn a_search_gives_comments_and_says_what_it_has_not_given() {
    let (rows, remarks) = rows_of(
        r#"{"hits":[{"objectID":"9","comment_text":"a &amp; b","story_id":1,"parent_id":1,"story_title":"T","_tags":["comment"]},
        {"objectID":"10","comment_text":"c","story_id":1,"parent_id":9,"story_title":"T","_tags":[]},
        {"objectID":"1","title":"T","_tags":["story"]}],"nbHits":40,"nbPages":2}"#,
        &COLUMNS,
    )
    .unwrap();
    assert_eq!(rows, ["9||1|T|a & b|", "10|9|1|T|c|"]);
    assert_eq!(remarks.len(), 2);
    assert!(remarks[0].starts_with("3 of the 40") && remarks[1].starts_with("1 story"), "{remarks:?}");
}

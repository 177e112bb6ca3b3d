//! Reading items of Hacker News.

use crate::thread::formats::hacker_news_items::HACKER_NEWS_ITEMS;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

const COLUMNS: [&str; 5] = ["id", "parent_id", "thread_id", "article_title", "text"];

fn rows(document: &str) -> (Vec<String>, Vec<String>) {
    assert_eq!(format_of(document), Some(HACKER_NEWS_ITEMS.name), "{document}");
    rows_of(document, &COLUMNS).unwrap()
}

#[test]
fn a_story_may_follow_its_comments_or_be_missing() {
    let (rows, remarks) = rows(
        r#"[{"by":"a","id":3,"parent":2,"text":"c","time":1,"type":"comment"},
        {"by":"a","id":2,"parent":1,"kids":[3,9],"text":"b","time":1,"type":"comment"},
        {"by":"a","id":7,"parent":6,"text":"d","time":1,"type":"comment"},
        {"by":"a","id":1,"kids":[2],"title":"T","time":1,"type":"story"}, null]"#,
    );
    assert_eq!(rows, ["3|2|1|T|c", "2||1|T|b", "7||6||d"]);
    let expected = ["1 item is empty", "1 comment answers an item", "1 reply that its items name"];
    assert!(remarks.iter().zip(expected).all(|(remark, expected)| remark.starts_with(expected)), "{remarks:?}");
}

#[test]
fn one_item_alone_and_kids_in_place_are_read() {
    let story = r#"{"by":"a","id":1,"kids":[2,3],"descendants":5,"title":"T","time":1,"type":"story"}"#;
    let told = rows_of(story, &COLUMNS).unwrap_err().to_string();
    assert!(told.contains("none of the 2 replies that they name"), "{told}");
    let kid = r#"{"by":"b","id":2,"parent":1,"text":"x","time":1,"type":"comment"}"#;
    let (kids, remarks) = rows(&story.replace("[2,3]", &format!("[{kid}]")));
    assert_eq!((kids, remarks.len()), (vec!["2||1|T|x".to_owned()], 0));
}

#[test]
fn loops_and_what_is_no_item() {
    let (rows, _) = rows(
        "{\"by\":\"a\",\"id\":1,\"parent\":2,\"time\":1,\"type\":\"comment\",\"text\":\"x\"}\n\
         {\"by\":\"a\",\"id\":2,\"parent\":1,\"time\":1,\"type\":\"comment\",\"text\":\"y\"}\n\
         {\"by\":\"a\",\"id\":3,\"parent\":3,\"time\":1,\"type\":\"comment\",\"text\":\"z\"}\n\
         {\"id\":\"x\"}\n{\"id\":4,\"type\":\"comment\"}\n{\"id\":5,\"type\":\"user\"}\n",
    );
    assert_eq!(rows.len(), 6);
    assert!(rows.contains(&"3|3|3||z".to_owned()), "{rows:?}");
    assert_eq!(rows.iter().filter(|row| row.starts_with('!')).count(), 3);
    assert_eq!(format_of(r#"{"id":1,"type":"comment","text":"x"}"#), None);
}

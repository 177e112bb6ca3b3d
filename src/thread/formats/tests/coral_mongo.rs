//! Reading exports of Coral's database.

use crate::thread::formats::coral_mongo::CORAL_MONGO;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

#[test]
fn the_current_revision_counts_and_times_are_read_in_every_form() {
    let comment =
        |more: &str| format!(r#"{{"id":"a","storyID":"s","revisions":[{{"body":"old"}},{{"body":"new"}}],{more}}}"#);
    for (more, expected) in [
        (r#""createdAt":{"$date":"2021-02-09T10:01:00Z"}"#, "new|2021-02-09T10:01:00Z||"),
        (r#""createdAt":{"$date":{"$numberLong":"1612864860000"}}"#, "new|2021-02-09T10:01:00Z||"),
        (r#""createdAt":{"$date":1612864860000}"#, "new|2021-02-09T10:01:00Z||"),
        (r#""createdAt":"2021-02-09","status":"REJECTED""#, "new|2021-02-09|REJECTED|"),
        (r#""status":"REJECTED","initialStatus":"NONE""#, "new||REJECTED|1"),
        (r#""status":"APPROVED","initialStatus":"APPROVED""#, "new||APPROVED|"),
        (r#""status":"SYSTEM_WITHHELD""#, "new||SYSTEM_WITHHELD|"),
        (r#""status":"REJECTED","deletedAt":{"$date":"2021-02-09T10:01:00Z"}"#, "||deleted|"),
        (r#""status":"REJECTED","deletedAt":null"#, "new||REJECTED|"),
    ] {
        let (rows, _) = rows_of(&comment(more), &["text", "created_at", "status", "reject"]).unwrap();
        assert_eq!(rows, [expected], "{more}");
    }
}

#[test]
fn what_is_no_comment_is_counted_or_refused() {
    let (rows, remarks) = rows_of(
        "{\"commentID\":\"a\",\"commentRevisionID\":\"r\",\"storyID\":\"s\",\"status\":\"REJECTED\",\"moderatorID\":null}\n\
         {\"commentID\":\"a\",\"actionType\":\"FLAG\",\"storyID\":\"s\"}\n{\"id\":\"u\",\"username\":\"x\",\"role\":\"STAFF\"}\n\
         {\"id\":\"a\",\"storyID\":\"s\",\"revisions\":[]}\n{\"x\":1}\n",
        &["id", "text"],
    )
    .unwrap();
    assert_eq!(rows[0], "a|");
    assert!(rows[1].starts_with("!5: it has no `storyID`"), "{rows:?}");
    for said in ["1 moderation action,", "1 reaction or flag,", "1 user,", "it holds no stories"] {
        assert!(remarks.iter().any(|remark| remark.starts_with(said)), "{said}: {remarks:?}");
    }
}

#[test]
fn stories_alone_say_that_comments_are_needed() {
    let stories = "{\"tenantID\":\"t\",\"siteID\":\"s\",\"id\":\"1\",\"url\":\"u\",\"commentCounts\":{},\"metadata\":{\"title\":\"T\"}}\n";
    assert_eq!(format_of(stories), Some(CORAL_MONGO.name));
    let told = rows_of(stories, &["id"]).unwrap_err().to_string();
    assert!(told.contains("without its comments"), "{told}");
    assert_eq!(format_of("{\"storyID\":\"1\",\"text\":\"a\"}\n"), None);
}

#[test]
fn a_list_that_is_cut_off_gives_what_is_whole() {
    let comment = |id: &str| format!(r#"{{"id":"{id}","storyID":"s","revisions":[{{"body":"words"}}]}}"#);
    let whole = format!("[{},\n{},\n", comment("a"), comment("b"));
    for rest in ["", r#"{"id":"c","story"#, &comment("c")[..40]] {
        let (rows, _) = rows_of(&format!("{whole}{rest}"), &["id", "text"]).unwrap();
        assert_eq!(&rows[..2], ["a|words", "b|words"], "{rest}");
        assert!(rows.len() == 3 && rows[2].starts_with("!3: ") && rows[2].contains("ends in the middle"), "{rows:?}");
    }
    let error = rows_of(r#"[{"id":"c","storyID":"s","revisions":[{"body":"wor"#, &["id"]).unwrap_err();
    assert!(error.to_string().contains("the file ends in the middle"), "{error}");
    assert!(rows_of(&format!("{whole}x]"), &["id"]).is_err());
}

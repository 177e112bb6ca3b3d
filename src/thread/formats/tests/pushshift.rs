//! Reading archives of Reddit.

use crate::thread::formats::pushshift::PUSHSHIFT;
use crate::thread::formats::tests::rows_of::{format_of, rows_of};

const COLUMNS: [&str; 6] = ["id", "parent_id", "thread_id", "created_at", "text", "status"];

fn line(more: &str) -> String {
    format!(
        r#"{{"id":"k1","link_id":"t3_p","parent_id":"t3_p","author":"a","body":"x &lt; y","created_utc":"1293840000"{more}}}"#
    )
}

#[test]
fn lines_of_every_year_are_read() {
    let first = line("");
    for (more, expected) in [
        ("", "t1_k1||t3_p|2011-01-01T00:00:00Z|x < y|"),
        (
            r#","name":"t1_k1","edited":1293840001.0,"replies":"","score":null"#,
            "t1_k1||t3_p|2011-01-01T00:00:00Z|x < y|",
        ),
        (r#","parent_id":"t1_j9","created_utc":1293840000"#, "t1_k1|t1_j9|t3_p|2011-01-01T00:00:00Z|x < y|"),
        (
            r#","parent_id":41497293111,"created_utc":1293840000.5"#,
            "t1_k1|t1_j2af0af|t3_p|2011-01-01T00:00:00.5Z|x < y|",
        ),
        (r#","parent_id":null,"id":"t1_k1""#, "t1_k1||t3_p|2011-01-01T00:00:00Z|x < y|"),
        (r#","body":"[deleted]","author":null"#, "t1_k1||t3_p|2011-01-01T00:00:00Z||deleted"),
        (
            r#","gildings":{"a":[1,{}]},"all_awardings":[[]],"body":"a\u00e9\n""#,
            "t1_k1||t3_p|2011-01-01T00:00:00Z|aé\n|",
        ),
    ] {
        let (rows, _) = rows_of(&format!("{first}\n\n{}\r\n", line(more)), &COLUMNS).unwrap();
        assert_eq!(rows[1], expected, "{more}");
    }
}

#[test]
fn a_line_that_is_no_good_costs_no_other() {
    let document =
        [&line(""), "{\"id\":\"b\"", "[1]", "{\"x\":1}", &line(",\"body\":\"a\\u0000\""), "{} {}", &line("")]
            .join("\n");
    let (rows, _) = rows_of(&document, &["text"]).unwrap();
    assert_eq!((rows[0].as_str(), rows[6].as_str(), rows.len()), ("x < y", "x < y", 7));
    for (row, said) in [
        (&rows[1], "!2: EOF while parsing"),
        (&rows[2], "!3: invalid type: sequence"),
        (&rows[3], "!4: it is neither a comment"),
        (&rows[4], "!5: a value holds a NUL"),
        (&rows[5], "!6: trailing characters"),
    ] {
        assert!(row.starts_with(said), "{row}");
    }
    assert!(!rows[1].contains("line 1"), "{}", rows[1]);
}

#[test]
fn posts_are_the_articles_of_what_follows_and_keys_that_somebody_added_are_columns() {
    let post = r#"{"id":"p","title":"T &amp; U","selftext":"[removed]","num_comments":1,"created_utc":1,"subreddit":"s","url":"u"}"#;
    assert_eq!(format_of(post), Some(PUSHSHIFT.name));
    let (rows, remarks) =
        rows_of(&format!("{post}\n{}\n", line("")), &["article_title", "article_text", "article_url"]).unwrap();
    assert_eq!(
        (rows, remarks),
        (vec!["T & U||u".to_owned()], vec!["1 post (submission), which is no comment".to_owned()])
    );
    let told = rows_of(post, &["text"]).unwrap_err().to_string();
    assert!(told.contains("it holds posts of Reddit (submissions)"), "{told}");
    let added = format!("{}\n{}\n", line(",\"stance\":\"favor\",\"spam \":0.5"), line(",\"spam \":true"));
    assert_eq!(rows_of(&added, &["stance", "spam "]).unwrap().0, ["favor|0.5", "|true"]);
}

#[test]
fn other_lines_are_no_archive() {
    for document in [
        "{\"id\":\"a\",\"body\":\"x\",\"parent_id\":\"b\",\"created_utc\":1}\n",
        "{\"title\":\"T\",\"selftext\":\"x\"}\n",
        "{\"text\":\"x\",\"link_id\":\"t3_a\"}\n",
    ] {
        assert_eq!(format_of(document), None, "{document}");
    }
}

//! Pages put one after the other without a line break, lists of pages, files that are cut off, and answers whose shape
//! differs from the usual one.

use crate::thread::formats::tests::rows_of::{format_of, rows_of};

/// One page of a format, by its name.
const PAGES: [(&str, &str); 5] = [
    ("commento", r#"{"comments":[{"commentHex":"a","html":"x","parentHex":"root"}],"commenters":[]}"#),
    ("hacker-news", r#"{"hits":[{"objectID":"1","comment_text":"x","story_id":7,"_tags":["comment"]}],"nbHits":1}"#),
    ("reddit", r#"{"data":[{"id":"j1","body":"x","link_id":"t3_1","parent_id":"t3_1","created_utc":1}]}"#),
    ("facebook", r#"{"comments_v2":[{"title":"T","data":[{"comment":{"comment":"x","author":"A"}}]}]}"#),
    ("lemmy", r#"{"comments":[{"comment":{"id":1,"post_id":2,"content":"x","path":"0.1"},"creator":{"name":"n"}}]}"#),
];

#[test]
fn pages_need_no_line_break_between_them() {
    for (format, page) in PAGES {
        for document in
            [format!("{page}{page}"), format!("{page} {page}\n{page}{page}{page}\n"), format!("[{page},{page}]")]
        {
            assert_eq!(format_of(&document), Some(format), "{document}");
            let pages = document.matches("\"x\"").count();
            assert_eq!(rows_of(&document, &["text"]).unwrap().0, vec!["x"; pages], "{document}");
        }
    }
}

#[test]
fn a_fault_behind_the_first_page_of_a_line_is_told_with_its_place() {
    let (_, page) = PAGES[4];
    let (rows, _) = rows_of(&format!("{page}\n{page}{{\"comments\":[}}\n{page}7\n{page}"), &["text"]).unwrap();
    let told = format!("!2: after its first {} characters: column 14: not JSON", page.len());
    assert!(rows[2].starts_with(&told), "{rows:?}");
    assert_eq!((rows.len(), rows[3].as_str()), (5, "!3: something follows the object on its line"));
}

#[test]
fn a_file_that_is_cut_off_is_not_told_to_lack_comments() {
    let post = r#"{"kind":"Listing","data":{"children":[{"kind":"t3","data":{"id":"p","title":"T","selftext":""}}]}}"#;
    let cut =
        format!("[{post},{{\"kind\":\"Listing\",\"data\":{{\"children\":[{{\"kind\":\"t1\",\"data\":{{\"over_18\":fal");
    assert_eq!(format_of(&cut), Some("reddit"));
    let told = rows_of(&cut, &["text"]).unwrap_err().to_string();
    assert!(told.contains("the file ends in the middle") && !told.contains(".json at its end"), "{told}");
}

#[test]
fn a_tree_of_an_archive_is_a_thread() {
    let reply = r#"{"kind":"t1","data":{"id":"b","parent_id":"t1_a","link_id":"t3_p","body":"y","replies":""}}"#;
    let document = format!(
        "{{\"data\":[{{\"kind\":\"t1\",\"data\":{{\"subreddit\":\"s\",\"replies\":{{\"kind\":\"Listing\",\"data\":{{\"children\":[{reply}]}}}},\
         \"id\":\"a\",\"parent_id\":\"t3_p\",\"link_id\":\"t3_p\",\"body\":\"x\"}}}}]}}"
    );
    assert_eq!(format_of(&document), Some("reddit"));
    assert_eq!(rows_of(&document, &["id", "parent_id", "text"]).unwrap().0, ["t1_a||x", "t1_b|t1_a|y"]);
}

#[test]
fn the_newest_comments_of_isso_keep_their_pages() {
    let document = r#"[{"id":7,"parent":3,"created":1700000000.5,"mode":1,"text":"<p>x</p>","author":"A","likes":0,"dislikes":0,
                       "hash":"h","uri":"/a/"}]"#;
    assert_eq!(format_of(document), Some("isso"));
    let (rows, _) = rows_of(document, &["id", "parent_id", "thread_id", "text"]).unwrap();
    assert_eq!(rows, ["7|3|/a/|x"]);
}

#[test]
fn comments_of_instagram_are_known_in_any_language() {
    let document = r#"[{"media_list_data":[],"string_map_data":{"Kommentar":{"value":"x"},"Inhaber":{"value":"o"},
                       "Uhrzeit":{"timestamp":1700000000}}}]"#;
    assert_eq!(format_of(document), Some("facebook"));
    assert_eq!(rows_of(document, &["text"]).unwrap().0, ["x"]);
}

#[test]
fn the_page_that_a_notes_replies_name_is_no_gap_in_an_archive() {
    let note = r#"{"type":"Create","object":{"type":"Note","id":"1","content":"x","replies":{"type":"Collection",
                  "first":{"type":"CollectionPage","next":"n","items":[]}}}}"#;
    let outbox = |more: &str| {
        format!(
            "{{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"OrderedCollection\"{more},\"orderedItems\":[{note}]}}"
        )
    };
    let (rows, remarks) = rows_of(&outbox(""), &["text"]).unwrap();
    assert_eq!(
        (rows, remarks),
        (vec!["x".to_owned()], vec!["1 object names a page of its replies that is not in the file".to_owned()])
    );
    let (_, remarks) = rows_of(&outbox(",\"next\":\"p2\""), &["text"]).unwrap();
    assert!(remarks.iter().any(|remark| remark.contains("`first` or `next` names another page")), "{remarks:?}");
}

//! Documents that resemble exports but are not.

use std::io::Cursor;

use proptest::prelude::*;

use crate::thread::format::Format;
use crate::thread::formats::registry::EXPORTS;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

/// A document with keys that formats look for, in any order and depth.
fn document() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"t1\"".to_owned()),
        Just("\"t3_a\"".to_owned()),
        Just("\"[deleted]\"".to_owned()),
        Just("\"a\\u0000\"".to_owned()),
        Just("\"&amp;<p>\"".to_owned()),
        Just("-1e400".to_owned()),
        (0_u64..4).prop_map(|n| n.to_string()),
    ];
    let key = prop::sample::select(vec![
        "kind",
        "data",
        "children",
        "replies",
        "id",
        "name",
        "parent_id",
        "link_id",
        "body",
        "created_utc",
        "title",
        "selftext",
        "hits",
        "comment_text",
        "story_id",
        "text",
        "type",
        "kids",
        "parent",
        "time",
        "post_stream",
        "posts",
        "stream",
        "cooked",
        "post_number",
        "topic_id",
        "latest_posts",
        "comments",
        "edges",
        "nodes",
        "node",
        "story",
        "revisions",
        "storyID",
        "commentID",
        "createdAt",
        "$date",
        "status",
        "statusHistory",
        "pageInfo",
        "hasNextPage",
    ]);
    plain.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_export_panics_on_any_document(documents in prop::collection::vec(document(), 1..4), cut in 0_usize..400) {
        let whole = documents.join("\n");
        let cut = whole.get(..whole.floor_char_boundary(cut)).unwrap_or(&whole);
        for (export, document) in EXPORTS.iter().flat_map(|export| [(export, whole.as_str()), (export, cut)]) {
            let bytes = Cursor::new(document.as_bytes().to_vec());
            let format = Some(Format::Export(export));
            let Ok(mut table) = TableReader::from_reader("t", format, bytes, &[]) else { continue };
            let mut row = Row::default();
            while !matches!(table.read(&mut row), Ok(Next::End) | Err(_)) {}
            let _ = table.remarks();
        }
    }
}

//! Properties of every format.

use std::io::Cursor;

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::thread::export::Input;
use crate::thread::format::Format;
use crate::thread::formats::registry::EXPORTS;
use crate::thread::row::{Next, Row};

/// Keys that formats look for.
const KEYS: [&str; 40] = [
    "@context",
    "@type",
    "@id",
    "@graph",
    "@reverse",
    "about",
    "parentItem",
    "comment",
    "comments",
    "type",
    "object",
    "items",
    "first",
    "replies",
    "inReplyTo",
    "ancestors",
    "descendants",
    "in_reply_to_id",
    "id",
    "path",
    "post",
    "record",
    "text",
    "thread",
    "parent",
    "value",
    "snippet",
    "topLevelComment",
    "totalReplyCount",
    "comments_v2",
    "data",
    "string_map_data",
    "string_list_data",
    "content",
    "_embedded",
    "posts",
    "users",
    "locator",
    "commentHex",
    "commenters",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..9).prop_map(Value::from),
        "[a-c<&.:/#]{0,4}".prop_map(Value::from),
        prop::sample::select(vec!["Comment", "Article", "Note", "Create", "Collection", "Tombstone", "root", "0.1.2"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let member = (prop::sample::select(KEYS.to_vec()), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            prop::collection::vec(member, 0..6).prop_map(|members| Value::from(
                members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_format_panics_or_goes_on_for_ever(document in json(), end in "[\\[{\"]{0,2}") {
        let document = format!("{document}{end}");
        for export in EXPORTS {
            let input = Input::new("a".to_owned(), Box::new(Cursor::new(document.clone())));
            let Ok(mut rows) = (export.open)(input) else { continue };
            let (columns, mut row, mut count) = (rows.header().len(), Row::default(), 0);
            while let Ok(next @ (Next::Row | Next::Refused(_))) = rows.read(&mut row) {
                prop_assert!(next != Next::Row || row.cells.len() == columns);
                count += 1;
                prop_assert!(count <= document.len());
            }
            rows.remarks();
        }
    }
}

#[test]
fn tables_of_anybody_are_not_taken_for_exports() {
    for table in [
        "{\"id\":1,\"text\":\"a\",\"comment\":\"b\",\"post\":7,\"parent\":0,\"author_name\":\"x\"}\n",
        "{\"id\":1,\"text\":\"see https://schema.org and \\\"Comment\\\"\",\"type\":\"Note\"}\n",
        "{\"article\":{\"title\":\"T\"},\"comments\":[{\"id\":1,\"text\":\"a\",\"replies\":[]}]}",
        "[{\"id\":\"/a\",\"title\":\"T\",\"comments\":[{\"id\":0,\"text\":\"a\"}]}]",
        "[{\"id\":1,\"content\":\"a\",\"account\":{\"acct\":\"x\"},\"in_reply_to_id\":null}]",
        "id,text\n1,{\"ancestors\":[]}\n",
        "<html><script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"Comment\"}</script>",
    ] {
        assert_eq!(Format::of_export(table.as_bytes()), None, "{table}");
    }
}

//! Exports in XML, of WordPress and of Disqus, as the program reads them.

use serde_json::Value;

use super::support::{Dir, gz, ours};

const KEYS: [&str; 8] = ["id", "parent_id", "thread_id", "author", "created_at", "text", "status", "reject"];

/// The comments of an export, each as the values of [`KEYS`]; `convert` keeps of them what it knows.
fn comments(dir: &Dir, input: &str) -> Vec<[String; 8]> {
    let table = dir.ombud(&format!("score {input} -m tiny.model --format csv --keep all")).done().table();
    let columns = KEYS.map(|key| table.column(key));
    let found: Vec<[String; 8]> =
        (0..table.rows.len()).map(|row| columns.clone().map(|cells| cells[row].to_owned())).collect();
    dir.ombud(&format!("convert {input} -o out.jsonl")).done();
    let text = dir.text("out.jsonl");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), found.len());
    for (line, row) in lines.iter().zip(&found) {
        for (key, cell) in KEYS.iter().zip(row).take(6) {
            assert_eq!(line[key].as_str().unwrap_or_default(), cell, "{key} of {line}");
        }
    }
    found
}

#[test]
fn a_disqus_export_is_read_with_its_parents_states_and_titles() {
    let dir = Dir::with_model();
    let input = ours("data/exports/disqus.xml");
    let found = comments(&dir, &input.to_string());
    let expected = [
        [
            "9002",
            "9001",
            "700",
            "Rosa M",
            "2024-03-05T08:10:00Z",
            "Have you ever been there on a Saturday? See https://echo.example/visits-to-the-library\n\n> nobody goes there\n\nWrong.\nQuite wrong.",
            "",
            "0",
        ],
        [
            "9001",
            "",
            "700",
            "tomk",
            "2024-03-05T08:00:00Z",
            "Good. I don't go there, nobody goes there & it costs us a million.",
            "",
            "0",
        ],
        ["9003", "9002", "700", "Old Harry", "2024-03-05T08:20:00Z", "", "deleted", ""],
        ["9004", "9003", "700", "ines", "2024-03-05T08:30:00", "Who was never asked?", "", "0"],
        ["9005", "", "700", "seller", "2024-03-05T09:00:00Z", "Cheap watches at watches.example", "spam", "1"],
        ["9006", "9009", "701", "Wim", "2011-03-05T09:00:00Z", "Written in an older export.", "", "0"],
        ["9009", "", "701", "Wim", "2011-03-05T08:00:00Z", "", "", ""],
        ["9010", "", "1337", "Ada", "2024-03-06T08:00:00Z", "Under a page that is not here.", "", "0"],
    ];
    assert_eq!(found, expected.map(|row| row.map(str::to_owned)));
    let first: Value = serde_json::from_str(dir.text("out.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(first["article_title"], "Council votes to close the Harbour Road library & its café");
    dir.put("d.xml.gz", gz(&std::fs::read(&input).unwrap()));
    assert_eq!(comments(&dir, "d.xml.gz"), found);
}

#[test]
fn a_wordpress_export_is_read_with_the_articles_text() {
    let dir = Dir::with_model();
    let input = ours("data/exports/wordpress.xml");
    let found = comments(&dir, &input.to_string());
    let expected = [
        [
            "2",
            "",
            "18",
            "Rosa M",
            "2024-03-05T08:10:00Z",
            "They never asked anyone who uses it.\nNot one.\n\n> its readers were not heard\n\nRead that again.",
            "approved",
            "0",
        ],
        [
            "3",
            "2",
            "18",
            "tomk",
            "2024-03-05T09:20:00",
            "Maybe they did & you were not listening ]]> at all.",
            "pending",
            "",
        ],
        ["5", "", "18", "pills", "", "cheap pills & more", "spam", "1"],
        ["2", "", "19", "ines", "2024-03-06T10:00:00", "You are all fools.", "trash", "1"],
        ["6", "", "19", "", "", "A fine picture.", "post-trashed", ""],
    ];
    assert_eq!(found, expected.map(|row| row.map(str::to_owned)));
    let first: Value = serde_json::from_str(dir.text("out.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(first["article_title"], "Council votes to close the Harbour Road library & its café");
    assert_eq!(
        first["article_text"],
        "The council decided on Tuesday to close the library on Harbour Road.\n\nIts readers were not heard."
    );
    dir.put("w.xml.gz", gz(&std::fs::read(&input).unwrap()));
    assert_eq!(comments(&dir, "w.xml.gz"), found);
}

#[test]
fn what_is_cut_off_or_broken_is_told_with_its_line_and_the_rest_is_read() {
    let whole = std::fs::read_to_string(ours("data/exports/wordpress.xml")).unwrap();
    let cut = &whole[..whole.find("Maybe they did").unwrap()];
    let broken = whole
        .replace("cheap pills &amp; more", "cheap <b and <c more")
        .replace("A fine picture.", "A fine & large pic\u{8}ture.");
    let bytes = [whole.replace("A fine picture.", "\u{1}").into_bytes()].concat();
    let bad: Vec<u8> = bytes.iter().map(|byte| if *byte == 1 { 0xe9 } else { *byte }).collect();
    let dir = Dir::with_model().file("cut.xml", cut).file("broken.xml", broken).file("bytes.xml", bad);
    for (input, rows, said) in [
        ("cut.xml", 1, "the file ends in the middle"),
        ("broken.xml", 4, "broken.xml:60"),
        ("bytes.xml", 4, "bytes that are not UTF-8"),
    ] {
        let ran = dir.ombud(&format!("score {input} -m tiny.model --format csv")).refused();
        assert_eq!(ran.table().rows.len(), rows, "{input}");
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

//! Pages as the contract draws them: what is a comment, whose reply it is, and what is not one.

use super::support::Dir;

const DRAWN: &str = "\
Council votes to close the Harbour Road library
Archived copy, 3 March
The council decided on Tuesday to close it.

A sub-heading

It will be sold.

  • Rosa M

    They never asked anyone who uses it.

    Not once. Not even the school.

    • tomk
      Maybe they did and you were not listening.

  – Ann – Lee
    Second at the top.

Comments are closed.
";

/// Comments as `id<parent author: text`.
fn comments(dir: &Dir, page: &str) -> Vec<String> {
    let json = dir.ombud(&format!("convert {page} -o - --to jsonl")).done().lines();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").replace('\n', "/");
    json.iter()
        .map(|row| {
            format!("{}<{} {}: {}", text(&row["id"]), text(&row["parent_id"]), text(&row["author"]), text(&row["text"]))
        })
        .collect()
}

const EXPECTED: [&str; 3] = [
    "c1< Rosa M: They never asked anyone who uses it.//Not once. Not even the school.",
    "c2<c1 tomk: Maybe they did and you were not listening.",
    "c3< Ann – Lee: Second at the top.",
];

#[test]
fn the_page_that_the_contract_draws_is_read() {
    let dir = Dir::new()
        .file("page.txt", DRAWN)
        .file("crlf.txt", format!("\u{feff}{}", DRAWN.replace('\n', "\r\n")))
        .file("star.txt", DRAWN.replace('•', "*"))
        .file("tabs.txt", DRAWN.replace("    ", "\t"));
    for page in ["page.txt", "crlf.txt", "star.txt"] {
        assert_eq!(comments(&dir, page), EXPECTED, "{page}");
    }
    let thread = dir.ombud("convert page.txt -o page.json").done();
    drop(thread);
    let json = dir.json("page.json");
    assert_eq!(json["article"]["title"], "Council votes to close the Harbour Road library");
    assert!(json["article"]["text"].as_str().unwrap().contains("It will be sold."));
}

#[test]
fn pages_of_html_are_read_as_lists_and_as_linked_data() {
    let list = "<html><head><title>T | Paper</title></head><body><article><h1>The council closes it</h1><p>The council decided.</p></article>\
        <ol class=comments><li class=comment><cite>Rosa M</cite><p>They never asked.</p><p>Not once.</p>\
        <ol><li class=comment><cite>tomk</cite><p>Maybe they did.</p></li></ol></li>\
        <li class=comment><cite>Ann</cite><p>Second.</p></li></ol></body></html>";
    let linked = r#"<html><head><script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
        "headline":"The council closes it","articleBody":"The council decided.","comment":[
        {"@type":"Comment","author":{"name":"Rosa M"},"text":"They never asked.\n\nNot once.","comment":[
        {"@type":"Comment","author":{"name":"tomk"},"text":"Maybe they did."}]},
        {"@type":"Comment","author":{"name":"Ann"},"text":"Second."}]}</script></head><body></body></html>"#;
    let dir = Dir::new().file("list.html", list).file("linked.html", linked);
    for page in ["list.html", "linked.html"] {
        let told = comments(&dir, page);
        let expected = ["c1< Rosa M: They never asked.//Not once.", "c2<c1 tomk: Maybe they did.", "c3< Ann: Second."];
        assert_eq!(told, expected, "{page}");
        let ran = dir.ombud(&format!("score {page} -q")).done();
        assert!(ran.out().starts_with("The council closes it\n"), "{}", ran.out());
    }
}

#[test]
fn the_tree_is_drawn_with_replies_under_their_parents() {
    let dir = Dir::with_model().file("page.txt", DRAWN);
    let out = dir.ombud("score page.txt -m tiny.model").done().out();
    let at = |part: &str| out.find(part).unwrap_or_else(|| panic!("no {part:?} in {out}"));
    assert!(at("Rosa M  c1") < at("└ tomk  c2") && at("└ tomk  c2") < at("Ann – Lee  c3"));
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    assert!(out.trim_end().lines().last().unwrap().starts_with("3 comments: "), "{out}");
}

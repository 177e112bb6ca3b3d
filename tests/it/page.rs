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

#[test]
fn what_is_no_thread_fails_and_says_what_it_seems_to_be() {
    let disqus = "<?xml version=\"1.0\"?><disqus xmlns=\"http://disqus.com\"><category><title>General</title></category></disqus>";
    let dir = Dir::with_model()
        .file("export.xml", disqus)
        .file("export.xml.gz", super::support::gz(disqus.as_bytes()))
        .file("wxr.xml", "<?xml version=\"1.0\"?><rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>T</title></channel></rss>")
        .file("other.xml", "<?xml version=\"1.0\"?><urlset><url>x</url></urlset>")
        .file("array.json", r#"[{"id":"a","cooked":"Good."},{"id":"b","cooked":"Bad."}]"#)
        .file("nested.json", r#"{"id":7,"title":"T","data":{"edges":[{"node":{"id":"a","message":"Good."}}]}}"#)
        .file("empty.json", "[]")
        .file("page.html", "<h1>T</h1><p>Words.</p><div id=\"disqus_thread\"></div>")
        .file("page.txt", "A title\n\nWords of the article.\n")
        .file("table.txt", "nr\twords\n1\tgood\n2\tbad\n")
        .file("certain.txt", "nr,Words\n1,• good\n2,bad\n")
        .file("samples.vw", "1 |text good plan\n-1 |text bad plan\n");
    for (input, said) in [
        ("export.xml", "a Disqus export"),
        ("export.xml.gz", "a Disqus export"),
        ("wxr.xml", "a WordPress export (WXR)"),
        ("other.xml", "XML with the root element <urlset>"),
        ("array.json", "give --column text=cooked"),
        ("nested.json", "jq -c '.data.edges[].node | del(.[] | iterables)' FILE"),
        ("empty.json", "no comment is found"),
        ("page.html", "a script of Disqus"),
        ("page.txt", "text without a list of comments"),
        ("table.txt", "table.txt has no column `text`; its columns are nr, words"),
        ("certain.txt", "a table separated by commas, semicolons or bars, with the columns nr, Words: name it .csv"),
        ("samples.vw", "a Vowpal Wabbit file"),
    ] {
        for command in [
            "score -m tiny.model --format csv",
            "score -m tiny.model",
            "score -m tiny.model --strict",
            "convert -o out.csv",
        ] {
            let ran = dir.ombud(&format!("{command} {input}")).failed().error(&[input, said]);
            assert!(ran.stdout.is_empty(), "{command} {input}: {}", ran.out());
        }
    }
    assert!(!dir.path("out.csv").exists());
    for (input, said) in [("table.txt", "nr, words"), ("export.xml", "a Disqus")] {
        dir.ombud(&format!("train {input} -o m.model")).failed().warns(said);
    }
    dir.ombud("score array.json -m tiny.model --column text=cooked").done().says("2 comments");
    dir.ombud("score array.json -m tiny.model --column text=cooked --column id=nr")
        .failed()
        .warns("no comment has the key `nr`");
}

#[test]
fn an_article_needs_no_comments() {
    let dir =
        Dir::with_model().file("page.html", "<h1>The plan</h1><p>Words.</p>").file("a.csv", "id,text\n1,good plan\n");
    dir.ombud("score a.csv -m tiny.model --article page.html --format thread").done().says("The plan");
}

#[test]
fn a_thread_that_says_it_has_no_comments_is_done_with_a_note() {
    let dir = Dir::with_model()
        .file("thread.json", r#"{"article":{"title":"T"},"comments":[]}"#)
        .file("table.csv", "id,text\n")
        .file("lines.tsv", "id\ttext\n");
    for input in ["thread.json", "table.csv", "lines.tsv"] {
        for form in ["csv", "jsonl", "thread"] {
            let ran = dir.ombud(&format!("score {input} -m tiny.model --format {form}")).done();
            ran.warns(&format!("note: there are no comments in {input}"));
        }
        dir.ombud(&format!("convert {input} -o out.json")).done().warns("there are no comments");
        dir.ombud("score out.json -m tiny.model").done().warns("there are no comments in out.json");
    }
}

#[test]
fn deleted_comments_keep_their_place_and_what_is_none_is_refused() {
    let json = "{\"id\":1,\"title\":\"The plan\",\"text\":null,\"children\":[\n\
        {\"id\":2,\"parent_id\":1,\"text\":\"good plan\"},\n\
        {\"id\":3,\"parent_id\":1,\"text\":null,\"children\":[{\"id\":4,\"text\":\"bad plan\"}]},\n\
        {\"sponsored\":true}]}";
    let dir = Dir::with_model().file("story.json", json);
    for form in ["csv", "jsonl", "thread"] {
        let ran = dir.ombud(&format!("score story.json -m tiny.model --format {form}")).refused();
        ran.error(&["story.json:4: the object has no `text`, no id and no replies", "1 row was refused"]);
    }
    let ran = dir.ombud("convert story.json -o - --to csv").refused();
    let table = ran.table();
    assert_eq!(table.column("id"), ["2", "3", "4"]);
    assert_eq!(table.column("parent_id"), ["", "", "3"]);
    assert_eq!(table.column("article_title"), ["The plan"; 3]);
}

#[test]
fn many_flawed_comments_are_told_and_then_counted() {
    let dir = Dir::with_model()
        .file("many.json", format!("[{{\"text\":\"\",\"replies\":[]}}{}]", ",{\"text\":\"\"}".repeat(99)));
    let ran = dir.ombud("convert many.json -o many.csv").done().warns("warning: 95 more comments: there is no text");
    assert_eq!(ran.stderr.lines().count(), 6, "{}", ran.stderr);
}

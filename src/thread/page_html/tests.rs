//! Pages as sites build them.

use proptest::prelude::*;

use crate::thread::page_html::*;

/// Each comment as `id<parent author time: text`.
fn told(page: &str) -> Vec<String> {
    let told = |comment: &Comment| {
        format!(
            "{}<{} {} {}: {}",
            comment.id,
            comment.parent_id.as_deref().unwrap_or(""),
            comment.author.as_deref().unwrap_or(""),
            comment.created_at.as_deref().unwrap_or(""),
            comment.text
        )
    };
    parse(page).unwrap().comments.iter().map(told).collect()
}

#[test]
fn comments_in_json_ld() {
    let page = r#"<title>x</title><script type="application/ld+json">{"@context":"https://schema.org","@graph":[
        {"@type":"NewsArticle","headline":"Library to close","articleBody":"It closes.","url":"https://e.org/1","comment":[
            {"@type":"Comment","@id":"a","text":"No!","author":{"@type":"Person","name":"Rosa"},"dateCreated":"2024-05-01",
             "comment":{"@type":"Comment","text":"Yes","author":"tomk"}},
            {"@type":["Comment"],"text":"Third","parentItem":{"@id":"a"}}]}]}</script>
        <script type="application/ld+json">not json</script>"#;
    assert_eq!(told(page), ["a< Rosa 2024-05-01: No!", "c2<a tomk : Yes", "c3<a  : Third"]);
    let article = parse(page).unwrap().article;
    assert_eq!(article.title.as_deref(), Some("Library to close"));
    assert_eq!(article.text.as_deref(), Some("It closes."));
    assert_eq!(article.url.as_deref(), Some("https://e.org/1"));
}

#[test]
fn a_blog_with_wrapped_comments_and_lists_of_replies() {
    let page = r##"<html><head><title>Library to close | The Brin</title></head><body><article><h1>Library to close</h1>
        <p>The council decided on Tuesday to close it, which saves money.</p></article>
        <div id="comments"><h2>3 comments</h2><ol class="comment-list">
        <li id="comment-12" class="comment even depth-1"><article id="div-comment-12" class="comment-body">
          <footer class="comment-meta"><div class="comment-author vcard"><img alt=""><b class="fn">Rosa M</b> <span class="says">says:</span></div>
          <div class="comment-metadata"><a href="#c"><time datetime="2024-05-01T10:00:00+00:00">May 1</time></a></div></footer>
          <div class="comment-content"><p>They never asked.</p><p>Not<br>once.</p></div>
          <div class="reply"><a class="comment-reply-link" href="#">Reply</a></div></article>
          <ol class="children"><li id="comment-13" class="comment depth-2"><article id="div-comment-13" class="comment-body">
             <footer class="comment-meta"><b class="fn">tomk</b></footer><div class="comment-content"><p>Maybe.</p></div></article></li></ol></li>
        <li id="comment-14" class="comment"><article id="div-comment-14" class="comment-body"><b class="fn">Hal</b><div class="comment-content"><p>Fine.</p></div></article></li>
        </ol><div id="respond" class="comment-respond"><form class="comment"><textarea>x</textarea></form></div></div></body></html>"##;
    let expected = [
        "comment-12< Rosa M 2024-05-01T10:00:00+00:00: They never asked.\n\nNot\nonce.",
        "comment-13<comment-12 tomk : Maybe.",
        "comment-14< Hal : Fine.",
    ];
    assert_eq!(told(page), expected);
    let article = parse(page).unwrap().article;
    assert_eq!(article.title.as_deref(), Some("Library to close"));
    let text = article.text.unwrap_or_default();
    assert!(text.contains("decided on Tuesday") && !text.contains("asked"), "{text}");
}

#[test]
fn plain_nested_articles_and_divs() {
    let page = r#"<div class="comment" data-comment-id="7"><cite>Rosa</cite> <time>Monday</time>
        <p>First.</p><a href="/r">Reply</a> <a href="/l">Like (3)</a> <button>Report</button>
        <div class="replies"><div class="comment"><span class="username">tomk</span><p>See <a href="/x">this page</a>.</p></div></div></div>
        <article class="comment"><p class="author">Hal:</p><p>Third.</p></article>"#;
    let expected = ["7< Rosa Monday: First.", "c2<7 tomk : See this page.", "c3< Hal : Third."];
    assert_eq!(told(page), expected);
}

#[test]
fn microdata() {
    let page = r#"<div itemscope itemtype="http://schema.org/Article"><h2 itemprop="headline">T</h2><div itemprop="articleBody"><p>One.</p><p>Two.</p></div>
        <section><div itemprop="comment" itemscope itemtype="https://schema.org/Comment" id="x1">
        <span itemprop="author" itemscope><meta itemprop="name" content="Rosa"></span><meta itemprop="dateCreated" content="2024"><div itemprop="text">Text.</div></div></section></div>"#;
    assert_eq!(told(page), ["x1< Rosa 2024: Text."]);
    let article = parse(page).unwrap().article;
    assert_eq!(article.title.as_deref(), Some("T"));
    assert_eq!(article.text.as_deref(), Some("One.\n\nTwo."));
}

#[test]
fn replies_in_a_list_after_the_comment() {
    let page = r#"<ul class="thread"><li><div class="comment"><b class="author">A</b><p>one</p></div>
        <ul><li><div class="comment"><b class="author">B</b><p>two</p></div></li></ul></li>
        <li><div class="comment"><b class="author">C</b><p>three</p></div></li></ul>"#;
    assert_eq!(told(page), ["c1< A : one", "c2<c1 B : two", "c3< C : three"]);
}

#[test]
fn a_list_called_comments_without_classes_in_it() {
    let page = r#"<ul><li>Menu</li></ul><section id="comments"><ol><li><cite>A</cite> one<ol><li><cite>B</cite> two</li></ol></li></ol></section>"#;
    assert_eq!(told(page), ["c1< A : one", "c2<c1 B : two"]);
}

#[test]
fn one_wrapper_round_several_comments_is_no_comment() {
    let page = r#"<div class="comment-wrapper"><div class="comment">one</div><div class="comment">two</div></div>"#;
    assert_eq!(told(page), ["c1<  : one", "c2<  : two"]);
}

#[test]
fn the_parent_can_be_named() {
    let page = r#"<div class="comment" id="comment-1">one</div><div class="comment" id="comment-2" data-parent-id="1">two</div>
        <div class="comment" id="comment-2">three</div>"#;
    assert_eq!(told(page), ["comment-1<  : one", "c2<comment-1  : two", "c3<  : three"]);
}

#[test]
fn deep_pages_neither_overflow_nor_take_for_ever() {
    let depth = 100_000;
    for tag in ["div", "b", "x", "ul><li", "div class=comment"] {
        let page = format!("<title>T</title>{}end", format!("<{tag}>a").repeat(depth));
        assert!(!parse(&page).unwrap().comments.is_empty() || !tag.contains("comment"));
    }
    let closed = format!("{}text{}<p>after", "<div>".repeat(depth), "</div>".repeat(depth));
    assert!(parse(&closed).unwrap().article.text.unwrap_or_default().contains("after"));
}

#[test]
fn a_page_beyond_the_limits_is_refused_while_it_is_read() {
    let attributes = (0..2_000).map(|i| format!(" x{i}=\"<\"")).collect::<Vec<_>>().concat();
    for (page, what) in [
        (format!("<p>a<div{attributes}>b</div>"), "1000 attributes in one tag"),
        (format!("<p>a</p{}>", attributes.replace("=\"<\"", "/")), "1000 attributes in one tag"),
        (format!("<ul>{}", "<li>a".repeat(2_000_100)), "4000000 elements, attributes and pieces of text"),
        (
            format!("<script type='application/ld+json'>[{}]</script>", vec!["{}"; 500_001].join(",")),
            "500000 objects in JSON-LD",
        ),
        (format!("<script type='application/ld+json'>\"{}\"</script>", "a".repeat(17 << 20)), "16 MiB of JSON-LD"),
    ] {
        let error = parse(&page).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains("JSONL"), "{error}");
    }
}

#[test]
fn long_values_and_many_tags_with_attributes_are_no_reason_to_refuse() {
    let image = format!("<img src=\"data:image/png;base64,{}\">", "a/b+".repeat(100_000));
    let words = "one two / three=four ".repeat(5_000);
    let page = format!(
        "<!-- <b {words} --><script>if (a <b) {{ {words} }}</script><div class=comment>{image}text</div>{}",
        "<p id=a>".repeat(5_000)
    );
    assert_eq!(told(&page), ["c1<  : text"]);
    // All those of <html> come to one element.
    let html = (0..20_000).map(|i| format!("<html x{i}>")).collect::<Vec<_>>().concat();
    assert_eq!(told(&format!("{html}<div class=comment>text")), ["c1<  : text"]);
}

#[test]
fn what_is_written_badly_is_read_all_the_same() {
    // Each of these took time that grew with the square of its length.
    let page = format!("<h1>T</h1><ul><li>{}", "&".repeat(1_000_000));
    assert_eq!(parse(&page).unwrap().article.title.as_deref(), Some("T"));
    let page = format!("<div class=comment>{}{}", "<span class=author>".repeat(400), "word ".repeat(100_000));
    assert_eq!(parse(&page).unwrap().comments[0].author, None, "no name is that long");
}

#[test]
fn paragraphs_in_an_article_are_its_text_once_each() {
    // Too many elements for `dom_smoothie`.
    let page = format!(
        "<h1>T</h1><p>Before.<article><p>One <table><tr><td><p>two</table><p>Three.</article>{}",
        "<i></i>".repeat(60_000)
    );
    assert_eq!(parse(&page).unwrap().article.text.as_deref(), Some("One two\n\nThree."));
}

#[test]
fn the_text_is_in_the_innermost_of_the_first_that_are_called_so() {
    let page = "<div class=comment><div class=body>x<div class=text>one<p class=text>two</p></div></div><div class=text>three</div></div>";
    assert_eq!(told(page), ["c1<  : two"]);
}

#[test]
fn an_article_without_comments() {
    let thread = parse("<title>Only a title</title><p>One.</p>").unwrap();
    assert_eq!(thread.article.title.as_deref(), Some("Only a title"));
    assert_eq!(thread.article.text.as_deref(), Some("One."));
    assert!(thread.comments.is_empty());
    assert_eq!(parse("").unwrap(), Thread::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn never_panics_on_any_page(page in r#"(</?(div|li|ol|ul|article|p|b|a|table|td|svg|pre|script type="application/ld\+json"|time|template)( (class|id|itemprop|datetime|data-parent-id)="?(comment|author|text|1|replies)"?){0,2}>|\PC{0,5}|\{"@type":"Comment"\}){0,30}"#) {
        let _ = parse(&page);
    }
}

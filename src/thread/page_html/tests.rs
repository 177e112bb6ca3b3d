//! Pages as sites build them.

use proptest::prelude::*;

use crate::thread::page_html::*;

/// Each comment as `id<parent author time: text`.
pub(crate) fn told(page: &str) -> Vec<String> {
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
    // All attributes of `<html>` tags end up on one element.
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

/// How the comments of a page were found.
pub(crate) fn how(page: &str) -> Option<How> {
    read(page).unwrap().how
}

#[test]
fn what_wordpress_wrote_before_html_5() {
    let page = r##"<h1>T</h1><ol class="commentlist"><li class="comment even depth-1 parent" id="comment-4"><div id="div-comment-4" class="comment-body">
        <div class="comment-author vcard"><img class="avatar"> <cite class="fn">Rosa</cite> <span class="says">says:</span></div>
        <div class="comment-meta commentmetadata"><a href="/1#comment-4">May 1, 2020 at 10:00 am</a> <a class="comment-edit-link" href="#">(Edit)</a></div>
        <p>First.</p><p>Second.</p><div class="reply"><a class="comment-reply-link" href="?replytocom=4">Reply</a></div></div>
        <ul class="children"><li class="comment depth-2" id="comment-5"><div id="div-comment-5" class="comment-body"><div class="comment-author"><cite class="fn">tomk</cite></div><p>Answer.</p></div></li></ul></li></ol>"##;
    assert_eq!(
        told(page),
        ["comment-4< Rosa May 1, 2020 at 10:00 am: First.\n\nSecond.", "comment-5<comment-4 tomk : Answer."]
    );
    assert_eq!(how(page), Some(How::Markup("WordPress")));
}

#[test]
fn replies_that_are_indented_in_a_box_after_the_comment() {
    let page = r#"<h1>T</h1><div id="comments" class="comment-wrapper"><h2 class="title">Comments</h2>
        <a id="comment-12"></a><div class="comment clearfix"><div class="submitted">Submitted by <span class="username">Rosa</span> on Mon, 03/05/2012 - 18:02</div><div class="content"><p>One.</p></div><ul class="links"><li class="comment-reply"><a href="/r">reply</a></li></ul></div>
        <div class="indented"><a id="comment-13"></a><div class="comment clearfix"><span class="username">tomk</span><div class="content"><p>Two.</p></div></div></div></div>"#;
    assert_eq!(told(page), ["comment-12< Rosa Mon, 03/05/2012 - 18:02: One.", "comment-13<comment-12 tomk : Two."]);
    assert_eq!(how(page), Some(How::Names));
}

#[test]
fn levels_by_classes_attributes_and_indentation() {
    for (first, second) in [
        ("class='comment depth-1'", "class='comment depth-2'"),
        ("class=comment data-depth=0", "class=comment data-depth=1"),
        ("class=comment style='margin-left:0'", "class=comment style='margin: 0 0 0 2em'"),
        ("class=comment", "class='comment comment-reply'"),
        ("class=comment", "class=comment data-parent-id=c1"),
    ] {
        let page = format!(
            "<div><div {first}><b>Rosa</b><p>one</p></div><div {second}><b>tomk</b><p>two</p></div><div {first}><b>Hal</b><p>three</p></div></div>"
        );
        let parents: Vec<bool> =
            parse(&page).unwrap().comments.iter().map(|comment| comment.parent_id.is_some()).collect();
        assert_eq!(parents, [false, true, false], "{second}");
    }
}

#[test]
fn blocks_without_known_names() {
    let one = |name: &str, text: &str, inside: &str| {
        format!(
            "<div class=css-0><div class=css-1><span class=q1>{name}</span><span class=q2>2 hours ago</span></div><p>{text}</p>\
             <button>Like</button><span>3</span><button>Reply</button>{inside}</div>"
        )
    };
    let page = format!(
        "<h1>T</h1><p>The council decided.</p><div class=z><h2>2 comments</h2>{}{}</div>",
        one("Rosa M", "They never asked.", &format!("<div class=r>{}</div>", one("tomk", "Maybe they did.", ""))),
        one("Hal", "Third of them.", "")
    );
    let expected = [
        "c1< Rosa M 2 hours ago: They never asked.",
        "c2<c1 tomk 2 hours ago: Maybe they did.",
        "c3< Hal 2 hours ago: Third of them.",
    ];
    assert_eq!(told(&page), expected);
    assert_eq!(how(&page), Some(How::Blocks));
}

#[test]
fn a_guestbook_in_a_table() {
    let row = |name: &str, text: &str| format!("<tr><td><b>{name}</b><br>05.03.2024 18:02</td><td>{text}</td></tr>");
    let page = format!(
        "<h1>Guestbook</h1><table>{}{}{}</table>",
        row("Rosa M", "They never asked."),
        row("tomk", "Maybe they did."),
        row("Hal", "Third of them.")
    );
    let expected = [
        "c1< Rosa M 05.03.2024 18:02: They never asked.",
        "c2< tomk 05.03.2024 18:02: Maybe they did.",
        "c3< Hal 05.03.2024 18:02: Third of them.",
    ];
    assert_eq!(told(&page), expected);
}

#[test]
fn lists_of_other_things_are_no_comments() {
    for page in [
        "<h1>Team</h1><ul><li><b>Rosa M</b><p>Has been our editor since 12 May 2019.</p></li><li><b>Tom K</b><p>Came in June 2021 and writes.</p></li><li><b>Ann</b><p>Takes pictures.</p></li></ul>",
        "<h1>Changes</h1><ul><li><b>1.2</b> <time>2024-01-02</time> Fixed the door.</li><li><b>1.1</b> <time>2023-01-02</time> Added a window.</li><li><b>1.0</b> <time>2022-01-02</time> Built the house.</li></ul>",
        "<h1>Events</h1><ul><li><span class=date>5 March 2024</span><h3>Reading</h3><p>Rosa reads.</p><a href=/1>Tickets</a></li><li><span class=date>6 March 2024</span><h3>Tea</h3><p>Tom makes tea.</p><a href=/2>Tickets</a></li><li><span class=date>7 March 2024</span><h3>Film</h3><p>A film is shown.</p><a href=/3>Tickets</a></li></ul>",
        "<h1>Menu</h1><ul class=menu><li><a href=/a>One</a><li><a href=/b>Two</a></ul><p class=author>By Rosa</p><time>2024-01-02</time><p>Text of the article.</p>",
    ] {
        assert!(told(page).is_empty(), "{page}");
    }
}

#[test]
fn what_a_browser_drew_apart_or_for_crawlers() {
    let page = "<h1>T</h1><div id=coral><template shadowrootmode=open><div class='coral coral-comment' id=comment-a1><button class=coral-comment-username>Rosa</button><div class=coral-comment-content>One.</div></div></template></div>";
    assert_eq!(told(page), ["a1< Rosa : One."]);
    let page = "<div id=main></div><noscript><h1>T</h1><div id=post_1 class='topic-body crawler-post'><div class=post>Open.</div></div><div id=post_2 class='topic-body crawler-post'><span class=creator>rosa</span><div class=post>One.</div></div></noscript>";
    assert_eq!(told(page), ["2< rosa : One."]);
    assert_eq!(parse(page).unwrap().article.text.as_deref(), Some("Open."));
}

#[test]
fn systems_that_name_everything_in_attributes() {
    let page = "<h1>T</h1><shreddit-comment author=rosa thingid=t1_a depth=0><time datetime=2024>x</time><div slot=comment><p>One.</p></div><shreddit-comment author=tomk thingid=t1_b parentid=t1_a depth=1><div slot=comment><p>Two.</p></div></shreddit-comment></shreddit-comment>";
    assert_eq!(told(page), ["t1_a< rosa 2024: One.", "t1_b<t1_a tomk : Two."]);
    let post = |id: u32, name: &str, text: &str| {
        format!(
            "<article class='message message--post' data-author='{name}' data-content=post-{id}><a class=username>{name}</a><time datetime=2024>x</time><div class=bbWrapper>{text}</div></article>"
        )
    };
    let page = format!(
        "<h1 class=p-title-value>T</h1>{}{}{}",
        post(1, "ivy", "Open."),
        post(2, "rosa", "One."),
        post(
            3,
            "tomk",
            "<blockquote data-quote=rosa data-source='post: 2'><div class=bbCodeBlock-title>rosa said:</div>One</blockquote>Two."
        )
    );
    assert_eq!(told(&page), ["2< rosa 2024: One.", "3<2 tomk 2024: > One\n\nTwo."]);
}

#[test]
fn the_reading_is_explained() {
    let page = "<h1 class=t>T</h1><nav>Menu</nav><div class=comment id=comment-1><b class=author>Rosa</b><p class=text>One. <a class=comment-reply-link>Reply</a></p></div><div class=comment data-parent-id=comment-1><p class=text>Two.</p></div>";
    let explanation = explain(page).unwrap();
    assert_eq!(explanation.title, Some(("T".to_owned(), "body > h1.t".to_owned())));
    let [first, second] = explanation.comments.as_slice() else { panic!("{explanation:?}") };
    assert_eq!(first.item.as_deref(), Some("body > div#comment-1"));
    assert_eq!(first.author.as_deref(), Some("div#comment-1 > b.author"));
    assert_eq!(first.text.as_deref(), Some("div#comment-1 > p.text"));
    assert_eq!((second.comment.parent_id.as_deref(), second.placed), (Some("comment-1"), "it names it"));
    let kinds: Vec<&str> = explanation.left_out.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["a.comment-reply-link", "body > nav"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn never_panics_on_any_page(page in r#"(</?(div|li|ol|ul|article|p|b|a|table|td|svg|pre|script type="application/ld\+json"|time|template)( (class|id|itemprop|datetime|data-parent-id)="?(comment|author|text|1|replies)"?){0,2}>|\PC{0,5}|\{"@type":"Comment"\}){0,30}"#) {
        let _ = parse(&page);
    }
}

/// The remarks about a page with two comments and the given surroundings.
fn told_of(before: &str, inside: &str, after: &str) -> Vec<String> {
    let comment = |author: &str, inside: &str| {
        format!(
            "<div class=comment><span class=author>{author}</span> <time datetime=2025-01-01>x</time>\
             <div class=text><p>Nice. <a href=/x>Show 3 more comments</a></p></div>{inside}</div>"
        )
    };
    let article =
        "<article><h1>T</h1><p>Twelve turbines are planned. <a href=/2>Read more</a></p><a>Show more</a></article>";
    let (one, two) = (comment("A", inside), comment("B", ""));
    read(&format!("{article}{before}<div class=list>{one}{two}</div>{after}<h3>Most read</h3><a>Load more</a>"))
        .unwrap()
        .remarks
}

#[test]
fn what_leads_to_more_comments_is_told() {
    let places = |count: &str| vec![format!("{count} more comments are not in the page: open them before saving it")];
    let pages = "more comments are on other pages: save those, too, to have all comments".to_owned();
    for (before, inside, after, expected) in [
        ("", "", "", vec![]),
        ("", "", "<button>Show 12 more</button>", places("12")),
        ("", "<button>Show 4 more replies</button>", "<a role=button>View 3 more comments</a>", places("7")),
        ("", "<a>View 5 replies</a>", "", places("5")),
        ("", "", "<div><a class=btn>Load more</a></div>", places("in 1 place")),
        ("", "", "<p><button><span>Mehr anzeigen</span></button></p>", places("in 1 place")),
        ("", "", "<nav class=comment-navigation><a>← Older Comments</a></nav>", vec![pages.clone()]),
        ("", "", "<ul><li>1<li><a rel=next href=?p=2>›</a></ul>", vec![pages]),
        ("", "<a>Show more</a> <a>next</a> <a>Hide 2 replies</a>", "", vec![]),
        ("", "", "<nav class=post-navigation><a rel=next>Next</a></nav><button disabled>Load more</button>", vec![]),
        ("", "", "<h4>Related</h4><button>Load more</button><a>Next</a>", vec![]),
        ("", "", "<a>Show 4 more replies</a><a>Load more comments</a>", places("at least 4")),
        ("", "", "<button aria-hidden=true>Load more</button><button class='x hidden'>Load more</button>", vec![]),
        ("<div>4 posts • Page <b>1</b> of <b>1</b></div>", "", "<a>Next</a>", vec![]),
    ] {
        assert_eq!(told_of(before, inside, after), expected, "{inside}{after}");
    }
    let paged = told_of("<div>4 posts • Page <b>1</b> of <b>2</b></div>", "", "");
    assert_eq!(paged, ["this is page 1 of 2 of the comments: save the other pages, too, to have all comments"]);
}

#[test]
fn a_number_of_comments_that_is_greater_than_those_found_is_told() {
    let all = |count: usize| {
        vec![format!(
            "the page says {count} comments, 2 were found: perhaps not all of them were shown when it was saved"
        )]
    };
    for (before, after, expected) in [
        ("<h2>45 comments</h2>", "", all(45)),
        ("<h2>Kommentare (12)</h2><p>Please be kind.</p>", "", all(12)),
        ("<h3>4 Responses to “T”</h3>", "", all(4)),
        ("", "<button>See all 45 comments</button>", all(45)),
        ("<h2>2 comments</h2>", "", vec![]),
        ("<h2>2 comments</h2>", "<a>Next</a><button>Load more</button>", vec![]),
        ("<p>The 45 comments.</p><div class=teaser>45 comments</div>", "<h3>99 comments</h3>", vec![]),
    ] {
        assert_eq!(told_of(before, "", after), expected, "{before}{after}");
    }
    let both = told_of("<h2>5 comments</h2>", "", "<button>Show 3 more</button>");
    assert_eq!(both, ["3 more comments are not in the page: open them before saving it"]);
}

#[test]
fn markup_is_read_as_in_exports() {
    let page = r#"<div class=comment><b class=author>A</b><img alt="a face" src=x><div class=text>
        <p>Look: <a href="https://example.org/long/way">example.org/lo…</a> <a href="/p"><img alt="skates" src=y></a> I <img class=emoji alt="❤"> it</p>
        <ul><li>rich</li><li><p>poor</p><ol><li>inner</li></ol></li></ul><pre>if a:
    b  c

d</pre><blockquote><ul><li>said</li></ul></blockquote></div></div>"#;
    let expected = "Look: https://example.org/long/way skates I ❤ it\n\n- rich\n- poor\n- inner\n\nif a:\n    b  c\n\nd\n\n> - said";
    assert_eq!(told(page), [format!("c1< A : {expected}")]);
    assert_eq!(plain_of(page), expected);
}

/// The text as the readers of exports convert it.
fn plain_of(page: &str) -> String {
    let begin = page.find("<p>").unwrap_or_default();
    crate::thread::markup::plain(page[begin..].trim_end_matches("</div>"))
}

#[test]
fn what_stands_around_an_article_is_not_its_text() {
    let comments = "<div class=comments><div class=comment><b class=author>A</b><p>one</p></div></div>";
    let article = |before: &str, inside: &str, after: &str| {
        let page = format!(
            "<title>Blog » Hello roads</title>{before}<article><h1>Hello roads</h1>{inside}<p>Roads are bad this winter, say drivers.</p>\
             <p>They say so often.</p></article>{after}{comments}"
        );
        let article = parse(&page).unwrap().article;
        (article.title.unwrap_or_default(), article.text.unwrap_or_default())
    };
    let expected =
        ("Hello roads".to_owned(), "Roads are bad this winter, say drivers.\n\nThey say so often.".to_owned());
    let lines = |(title, text): (String, String)| (title, text.split_whitespace().collect::<Vec<_>>().join(" "));
    for (before, inside, after) in [
        ("", "", ""),
        ("<header><a>Start</a></header>", "<time>Feb 2</time>", "<h3>2 Responses to “Hello roads”</h3>"),
        ("<table><tr><td><a>Home</a> | <a>News</a></table>", "", "<h3>Leave a Reply</h3>"),
        (
            "",
            "<div class=entry-meta><a>2 Comments</a> / By Ann</div>",
            "<p class=postmetadata>This entry was posted.</p>",
        ),
        ("", "", "<div class=newsletter><h4>Sign up</h4><p>Get our newsletter</p></div><h3>Reader comments</h3>"),
        ("", "", "<div class=Login_box><p>Log in to join the debate</p></div>"),
    ] {
        assert_eq!(lines(article(before, inside, after)), lines(expected.clone()), "{before}{inside}{after}");
    }
    let kubrick = format!(
        "<title>Blog » Hello roads</title><div id=header><h1><a>Blog</a></h1></div><div class=post><h2><a>Hello roads</a></h2>\
         <div class=entry><p>Roads are bad this winter, say drivers.</p></div></div>{comments}"
    );
    let article = parse(&kubrick).unwrap().article;
    assert_eq!(article.title.as_deref(), Some("Hello roads"));
    assert_eq!(article.text.as_deref(), Some("Roads are bad this winter, say drivers."));
}

#[test]
fn json_ld_that_cannot_be_read_is_reported() {
    let page = |json: &str| {
        let page = format!("<title>T</title><script type='application/ld+json'>{json}</script><p>Words.");
        read(&page).unwrap().remarks.join("; ")
    };
    assert!(
        page("{\"@type\":\"Article\",\"comment\":[{\"@type\":\"Comment\",\"text\":\"a\nb\"}]}")
            .contains("not valid JSON")
    );
    assert_eq!(page("{\"@type\":\"Article\",}"), "");
}

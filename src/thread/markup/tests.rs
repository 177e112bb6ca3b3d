//! Properties and examples of plain text from HTML.

use proptest::prelude::*;

use super::*;

fn check(cases: &[(&str, &str)]) {
    for (html, expected) in cases {
        assert_eq!(plain(html), *expected, "{html}");
        assert_eq!(PlainText::of(html).text(), *expected, "{html}");
    }
}

#[test]
fn text_without_markup_is_what_it_was() {
    for text in [
        "",
        " ",
        "I <3 it",
        "a < b && c > d",
        "R&D, AT & T",
        "/x?a=1&copy=2",
        "  two\n\n\nlines \n",
        "[1] see below",
        "5 <",
        "&",
        "a [quote",
    ] {
        assert!(matches!(PlainText::of(text), PlainText { text: Cow::Borrowed(_), .. }), "{text}");
        assert_eq!(plain(text), text);
    }
}

#[test]
fn entities_stand_for_characters() {
    check(&[
        ("I don&#39;t &amp; won&#x2019;t", "I don't & won’t"),
        ("a&nbsp;&nbsp;b &lt;i&gt; &noentity; &copy &eacute;", "a b <i> &noentity; © é"),
        ("AT&T; R&D <b>x</b>", "AT&T; R&D x"),
        ("&nbsp;", ""),
    ]);
}

#[test]
fn elements_are_lines_and_paragraphs() {
    check(&[
        ("<p>One  two\nthree.</p>\n<p>Four.</p>", "One two three.\n\nFour."),
        ("<p>One<br>two<br/>\nthree<br><br>four</p>", "One\ntwo\nthree\n\nfour"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        (
            "<p>Buy:</p><ul>\n<li>milk</li>\n<li> <p>bread</p></li><li></li></ul><p>Now</p>",
            "Buy:\n\n- milk\n- bread\n\nNow",
        ),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n- b\n- c"),
        ("a<script>alert('x')</script>b<style>p{}</style><!-- no -->c", "abc"),
        ("<p>a</p><script>x", "a"),
        ("<pre><code>if a:\n    b()\n\nc</code></pre><p>d", "if a:\n    b()\n\nc\n\nd"),
        ("<p>run <code>a  b</code> now</p>", "run a  b now"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<p></p><p> <br></p>", ""),
        ("<p>a</P >b</p>", "a\n\nb"),
    ]);
}

#[test]
fn line_ends_are_the_writers_own_where_nothing_else_lays_the_text_out() {
    check(&[
        ("First\nsecond &amp; third\n\n\nfourth", "First\nsecond & third\n\nfourth"),
        ("A <b>bold</b>\r\nword", "A bold\nword"),
    ]);
    assert_eq!(
        plain_with_lines("<p>a\nb</p>\n\n<p>c<br />\nd</p>\ne\n<ul>\n<li>f</li>\n</ul>"),
        "a\nb\n\nc\nd\n\ne\n\n- f"
    );
}

#[test]
fn quotations_are_lines_that_are_marked() {
    check(&[
        ("<blockquote><p>They lied.</p><p>Twice.</p></blockquote><p>No.</p>", "> They lied.\n>\n> Twice.\n\nNo."),
        ("a<blockquote>b<blockquote>c</blockquote>d</blockquote>e", "a\n\n> b\n>\n> > c\n>\n> d\n\ne"),
        (
            "<aside class=\"quote no-group\" data-username=\"rosa\"><div class=\"title\"><div class=\"quote-controls\"></div>\
             <img alt=\"\" class=\"avatar\"> rosa:</div><blockquote><p>They lied.</p></blockquote></aside><p>No.</p>",
            "> They lied.\n\nNo.",
        ),
        ("<aside class=quote><div class=title>rosa<blockquote>a</blockquote></aside>b", "> a\n\nb"),
        ("<aside class=note>a</aside>b", "a\n\nb"),
        (
            "<p>No.</p><aside class=\"onebox allowlistedgeneric\"><header class=source><a href=\"https://a.example/x\">a.example</a></header>\
             <article class=onebox-body><h3><a href=\"https://a.example/x\">A title</a></h3><p>What it says.</p></article></aside>",
            "No.\n\n> a.example\n>\n> A title\n>\n> What it says.",
        ),
        ("[quote=\"Ann\"]They lied.[/quote]\nNo.", "> They lied.\n\nNo."),
        ("[quote=&quot;Ann&quot;]a[quote]b[/quote][/QUOTE]c &amp; d", "> a\n>\n> > b\n\nc & d"),
        ("[quote] is how it <b>begins</b>", "[quote] is how it begins"),
        (
            "<blockquote><div><cite>Ann wrote:</cite>They lied.</div></blockquote>No.",
            "Ann wrote:\n\n> They lied.\n\nNo.",
        ),
        ("</blockquote>a</blockquote>", "a"),
    ]);
}

#[test]
fn what_a_forum_writes_itself_is_left_out() {
    check(&[
        (
            "<div class=lightbox-wrapper><a class=lightbox href=\"https://a.example/p.jpg\" title=photo><img alt=photo><div class=meta>\
             <span class=filename>photo.jpg</span><span class=informations>1920×1080 200 KB</span></div></a></div>Look!",
            "photo\n\nLook!",
        ),
        (
            "<div class=poll><div class=poll-container><ul><li>Yes</li><li>No</li></ul></div><div class=poll-info><p>0 voters</p></div></div>",
            "- Yes\n- No",
        ),
        ("<div class=meta>a</div>", "a"),
    ]);
}

#[test]
fn links_are_their_words_and_images_what_stands_for_them() {
    check(&[
        ("see <a href=\"https://a.example/x\">this page</a>.", "see this page."),
        ("<a href=\"https://a.example/x\"></a>", "https://a.example/x"),
        (
            "<a href=\"https://www.a.example/long/path?q=1&amp;r=2\">a.example/long…</a> x",
            "https://www.a.example/long/path?q=1&r=2 x",
        ),
        (
            "<a href=\"http://r.example/?u=1\" title=\"http://a.example/long/path\">http://a.example/lo...</a>",
            "http://a.example/long/path",
        ),
        ("<a href=\"https://a.example/1\">and so on…</a>", "and so on…"),
        ("<a href=\"javascript:x\"></a>a", "a"),
        ("<p>so <img class=\"emoji\" alt=\":smile:\">!</p>", "so :smile:!"),
        ("a<img alt=\"a red door\" src=x>b<img src=y>c", "a a red door bc"),
        ("<a href=\"https://a.example\">x <a href=\"https://b.example\">y</a>", "x y"),
    ]);
}

#[test]
fn what_is_no_tag_is_text() {
    check(&[
        ("<b>if</b> a <b then c", "if a <b then c"),
        ("<i>x</i> <", "x <"),
        ("<i>x</i> </", "x </"),
        ("a <3 <b>b</b>", "a <3 b"),
    ]);
}

#[test]
fn offsets_map_back() {
    let html = "<p>I don&#39;t know.</p><p>Ask <b>her</b></p>";
    let plain = PlainText::of(html);
    assert_eq!(plain.text(), "I don't know.\n\nAsk her");
    let of = |words: &str| {
        let at = plain.text().find(words).unwrap();
        &html[plain.source(at..at + words.len())]
    };
    assert_eq!(of("don't"), "don&#39;t");
    assert_eq!(of("know"), "know");
    assert_eq!(of("her"), "her");
    assert_eq!(of(".\n\nA"), ".</p><p>A");
    assert_eq!(plain.source(0..usize::MAX), 3..html.len() - 8);
    assert_eq!(PlainText::of("ab").source(1..9), 1..2);
    let link = "x <a href=\"https://a.example/long\">a.example/l…</a> y";
    let plain = PlainText::of(link);
    assert_eq!(&link[plain.source(2..7)], "a.example/l…");
}

/// Pieces of HTML combined at random or with malice.
fn soup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z é😀\n]{0,6}",
        "</?(p|br|b|div|blockquote|ul|li|pre|code|cite|a|aside|script|style|title|img|td)( (class=quote|class=\"title\"|href='http://a.example/x'|alt=\"é\"))?/?>",
        "&(amp|lt|#39|#x1F600|nbsp|foo|eacute|notit|#0);?",
        r"\[/?quote(=[a-z&;]{0,4})?\]",
        "(<|<!--|-->|<!|</|<\\?|\r\n|\r|\0|http://a.e…)",
    ];
    proptest::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_character_that_stands_for_itself_maps_to_itself(html in soup()) {
        let plain = PlainText::of(&html);
        let mut last = 0;
        for (at, char) in plain.text().char_indices() {
            let source = plain.source(at..at + char.len_utf8());
            prop_assert!(source.start >= last, "{html:?} {:?}", plain);
            last = source.start;
            let own = &html[source.clone()];
            let is_put_in = char.is_whitespace() || matches!(char, '>' | '-' | '\u{fffd}');
            prop_assert!(own.starts_with(char) || own.contains(['&', '<']) || is_put_in || own == "\r" || own.is_empty(),
                "{char:?} from {own:?} in {html:?} as {:?}", plain);
        }
        prop_assert!(plain.source(0..plain.text().len()).end <= html.len());
        prop_assert_eq!(plain.text(), super::plain(&html));
    }

    #[test]
    fn ranges_are_in_order_and_whole_characters(html in soup(), begin in 0_usize..60, length in 0_usize..60) {
        let plain = PlainText::of(&html);
        let source = plain.source(begin..begin + length);
        prop_assert!(html.get(source).is_some());
    }

    #[test]
    fn words_are_neither_lost_nor_made_up(words in proptest::collection::vec("[a-zé]{1,5}", 1..9), tags in proptest::collection::vec("</?(p|b|div|blockquote|ul|li|pre|i|span|td)>|<br>", 9)) {
        let html = words.iter().zip(&tags).map(|(word, tag)| format!("{word} {tag}")).collect::<Vec<_>>().concat();
        let plain = plain(&html);
        let found: Vec<&str> = plain.split([' ', '\n', '>', '-']).filter(|word| !word.is_empty()).collect();
        prop_assert_eq!(found, words);
    }
}

#[test]
fn hostile_markup_takes_linear_time() {
    const MANY: usize = 100_000;
    for part in [
        "<blockquote>",
        "<blockquote>a",
        "</blockquote>",
        "<aside class=quote>",
        "<ul><li>",
        "<a href=x>",
        "<b",
        "<",
        "&",
        "&amp",
        "[quote",
        "[quote]a",
        "<!--",
        "<pre>\n",
        "<a href=\"http://a.example/x\">",
        "<code>",
        "<br>",
        "<p ",
        "[/",
        "<cite>",
        "</",
    ] {
        let html = part.repeat(MANY / part.len());
        let plain = plain(&html);
        assert!(plain.len() <= html.len() * 24, "{part}: {}", plain.len());
    }
    let mixed = "<aside class=quote>".repeat(100_000) + &"</blockquote>".repeat(100_000) + &"[/quote]".repeat(100_000);
    assert_eq!(plain(&mixed), "");
}

//! Comments inside elements that are called as if they stood beside them.

use crate::thread::page_html::parse;
use crate::thread::page_html::tests::told;

const ARTICLE: &str = "<article><h1>Bridge toll</h1><p>The board voted on Monday to charge drivers two pounds.</p>\
                       <p>Residents pay half, and buses nothing at all, the board said.</p></article>";

const LIST: &str = r#"<ol class="comment-list"><li class="comment" id="comment-1"><b class="fn">Rosa</b><div class="comment-content"><p>No.</p></div></li>
    <li class="comment" id="comment-2"><b class="fn">tomk</b><div class="comment-content"><p>Yes.</p></div></li></ol>"#;

#[test]
fn comments_that_are_nowhere_else_are_the_page_s_own() {
    let expected = ["comment-1< Rosa : No.", "comment-2< tomk : Yes."];
    for (before, after) in [
        ("<div class='widget Blog'>", "</div>"),
        ("<div class=ad-slot><div>", "</div></div>"),
        ("<div class=related>", "</div>"),
        ("<aside>", "</aside>"),
        ("<div><form>", "</form></div>"),
        ("<div class=widget-area><div class=sidebar>", "</div></div>"),
    ] {
        assert_eq!(told(&format!("{ARTICLE}{before}{LIST}{after}")), expected, "{before}");
        let page = format!("<div>{before}{ARTICLE}{LIST}{after}</div>");
        assert_eq!(told(&page), expected, "{before} around the article");
        let article = parse(&page).unwrap().article;
        assert!(article.text.unwrap_or_default().contains("Residents pay half"), "{before}");
    }
}

#[test]
fn other_comments_of_the_site_are_not_the_page_s() {
    let newest = |href: &str, other: &str| {
        format!(
            "<li class=comment><b class=fn>Hal</b> <a href={href}>on this</a> One.</li>\
             <li class=comment><b class=fn>Ina</b> <a href={other}>on that</a> Two.</li>"
        )
    };
    let list = newest("/a#comment-1", "/b#comment-2");
    for beside in [
        format!("<aside><ul>{list}</ul></aside>"),
        format!("<div class=widget><h3>Recent comments</h3><ul>{}</ul></div>", newest("#c1", "#c2")),
        format!("<div class='widget widget_recent_comments'><ul>{}</ul></div>", newest("#c1", "#c2")),
    ] {
        assert_eq!(told(&format!("{ARTICLE}{beside}")), [""; 0], "{beside}");
        let both = format!("{ARTICLE}<div class=widget>{LIST}</div>{beside}");
        assert_eq!(told(&both).len(), 2, "{both}");
        assert_eq!(told(&format!("{ARTICLE}{LIST}<aside><ul>{list}</ul></aside>")).len(), 2);
    }
}

#[test]
fn reviewers_are_authors() {
    let page = "<aside><ul class=comments-items><li class=comment-item><div class='comment hreview'><time datetime=2019-07-17>17</time>\
                <span class='reviewer vcard'>, par Horus</span> <span class=item>on: <a class='url fn' href=x>Toll</a></span>\
                <div class=comment-content>No.</div></div><div class=comment-reply><a href=#r>R\u{e9}pondre \u{e0} ce message</a></div></li></ul></aside>";
    assert_eq!(told(page), ["c1< Horus 2019-07-17: No."]);
}

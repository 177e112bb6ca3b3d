//! Elements that are called comments but hold none, and comments that look so.

use crate::thread::page_html::parse;
use crate::thread::page_html::tests::{how, told};

#[test]
fn a_link_a_heading_or_an_invitation_is_no_comment() {
    for inside in [
        "<ul><li class=comment><a href=/c><span>36 commentaires</span></a></li></ul>",
        "<ul><li class=comments><a href=#c>Comments</a></li></ul>",
        "<ul class=comments><li><a href=#f>Kommentar hinzufügen</a></li></ul>",
        "<div class=comment><a href=/login>Bitte melden Sie sich an, um zu kommentieren.</a></div>",
        "<div class=comment>Please <a href=/login>log in</a> to comment.</div>",
        "<div class=comments><ul><li class=tab><a href=#a>All Comments</a></li><li class=tab>Insiders</li></ul></div>",
        "<div class=comment-reply><p class=akismet_notice>This site uses Akismet to reduce spam.</p></div>",
        "<div class=comment-block id=comment-block><h4> Kommentare </h4></div>",
        "<div class=comment>12</div>",
        "<div class=comment><p></p></div>",
    ] {
        assert_eq!(told(&format!("<h1>Toll</h1><p>It rises.</p>{inside}")), [""; 0], "{inside}");
    }
}

#[test]
fn comments_beside_what_is_none_are_found() {
    let page = "<li class=comment><a href=#c>2 comments</a></li><ol id=commentlist><li><cite>Rosa</cite> One.</li>\
                <li><cite>tomk</cite> Two.</li><li>And I say three.</li></ol>";
    assert_eq!(told(page), ["c1< Rosa : One.", "c2< tomk : Two.", "c3<  : And I say three."]);
    let page = "<div class=comment>https://e.org/x</div><div class=comment><b>Hal</b> Reply</div>\
                <div class=comment id=comment-3>Like</div>";
    assert_eq!(told(page), ["c1<  : https://e.org/x", "c2< Hal : Reply", "comment-3<  : Like"]);
    let page = "<div id=comments><ol><li><a href=/profile/1>Rosa</a> <p>One.</p><ul><li><a href=/report/1>Report abuse</a></li></ul></li></ol></div>";
    assert_eq!(told(page), ["c1< Rosa : One."]);
    // Deleted, with a reply.
    let page = "<div class=comment id=comment-1><div class=replies><div class=comment><b class=fn>Ina</b><p>Why?</p></div></div></div>";
    assert_eq!(told(page), ["comment-1<  : ", "c2<comment-1 Ina : Why?"]);
}

#[test]
fn notices_of_links_are_none_whatever_they_are_called() {
    let person =
        "<li id=comment-9><p>Kommentar von <a href=/y>Jutta</a> am 11.05.2012 11:38</p><p>Pingback is fun.</p></li>";
    for notice in [
        "<li id=comment-1><p>Pingback von <a href=/x>Korb</a> am 11.09.2011 23:31</p><p>[…] so it was […]</p></li>",
        "<li id=comment-1><cite>Trackback by Korb</cite><p>[…] so it was […]</p></li>",
        "<li id=comment-1 class=comment-type-pingback><p>[…] so it was […]</p></li>",
        "<li id=comment-1 class=pingback><div class=comment-box><p>[…] so it was […]</p></div></li>",
    ] {
        let page = format!("<ul class=commentlist>{notice}{person}</ul>");
        assert_eq!(told(&page).len(), 1, "{notice}");
        assert!(told(&page)[0].ends_with("Pingback is fun."), "{notice}");
    }
    let answered = "<ol><li id=comment-1 class=pingback><p>[…]</p><ul class=children><li id=comment-2 class=comment><b class=fn>Rosa</b><p>Thanks.</p></li></ul></li></ol>";
    assert_eq!(told(answered), ["comment-2< Rosa : Thanks."]);
}

#[test]
fn names_may_end_in_a_full_stop() {
    let of = |name: &str| {
        format!(
            "<div class=comment><div class=comment-content>One.</div><p>From: <a href=p>{name}</a> | <a href=#c>March 5, 2024</a></p></div>"
        )
    };
    for name in ["Noor A.", "John D.", "J. R. Brook", "Ilse"] {
        assert_eq!(told(&of(name)), [format!("c1< {name} March 5, 2024: One.")]);
    }
    assert_eq!(told(&of("It was never asked.")), ["c1<  March 5, 2024: One."]);
}

#[test]
fn the_text_is_what_is_marked_so() {
    for about in ["<div class=d-comment__meta-text></div>", "<div class=media__body>#1 <time>5 March</time></div>"] {
        let page =
            format!("<div class=comment>{about}<div class=post-text itemprop=text>They never asked.</div></div>");
        assert!(told(&page)[0].ends_with("They never asked."), "{page}");
    }
    let page = "<li class=d-comment id=comment-1 data-comment-author=Rosa data-comment-timestamp=2024-03-05>\
                <div class=d-comment__meta-text></div><p>They never asked.</p></li>";
    assert_eq!(told(page), ["comment-1< Rosa 2024-03-05: They never asked."]);
    let page = "<li class=comment><div class=c__meta-text><span class=author>Rosa</span></div><div class=c__body>They never asked.</div></li>";
    assert_eq!(told(page), ["c1< Rosa : They never asked."]);
}

#[test]
fn names_and_times_without_any_text_are_no_comments() {
    let entry = |name: &str, day: u8| {
        format!("<li class=rail><p><a href=/users/{name}>{name}</a> on Jul 0{day}, 2014</p></li>")
    };
    let page =
        format!("<h1>Toll</h1><p>It rises.</p><ul>{}{}{}</ul>", entry("Rosa", 3), entry("Ina", 4), entry("Hal", 5));
    assert_eq!(how(&page), None);
    assert!(parse(&page).unwrap().comments.is_empty());
}

#[test]
fn blocks_on_a_page_that_speaks_of_no_comments_need_more_than_a_name_and_a_date() {
    let row = |name: &str| {
        format!(
            "<tr><td><strong>{name}</strong></td><td>01.09.1907</td><td>Missing since the winter of {name}.</td></tr>"
        )
    };
    let rows = ["Rath", "Heuel", "Clemens"].map(row).concat();
    let page = format!("<h1>The fallen</h1><p>Of the last war.</p><table>{rows}</table>");
    assert_eq!(told(&page), [""; 0]);
    assert_eq!(told(&format!("{page}<p><a href=/reply>Answer</a></p>")).len(), 3);
}

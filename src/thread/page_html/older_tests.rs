//! What blogs wrote before HTML 5, and other ways to mark a comment that few systems share.

use crate::thread::page_html::found::How;
use crate::thread::page_html::tests::{how, told};

#[test]
fn author_text_and_time_in_a_list_of_definitions() {
    let one = |name: &str, said: &str| {
        format!(
            "<dt class=comment-author id=c1><a href=b rel=nofollow>{name}</a> said...</dt><dd class=comment-body><p>{said}</p></dd>\
             <dd class=comment-footer><span class=comment-timestamp><a href=#c>March 5, 2024 at 9:14 AM</a></span></dd>"
        )
    };
    let page = format!(
        "<div class=comments><dl>{}{}</dl></div>",
        one("Rosa Marten", "They never asked."),
        one("tomk", "Twice.")
    );
    let expected =
        ["c1< Rosa Marten March 5, 2024 at 9:14 AM: They never asked.", "c2< tomk March 5, 2024 at 9:14 AM: Twice."];
    assert_eq!(told(&page), expected);
    assert_eq!(how(&page), Some(How::Names));
}

#[test]
fn a_line_with_author_and_time_in_elements() {
    let page = "<ol id=commentlist><li id=comment-1><p>It is a rule.</p><p><cite>Comment by Daniel &#8212; 17.07, 2011 @ <a href=#comment-1>13:10</a></cite></p></li>\
                <li id=comment-2><p>Kommentar von <a href=/y>Jutta</a> am 11.05.2012 11:38</p><p>Take the train.</p></li></ol>";
    assert_eq!(
        told(page),
        ["comment-1< Daniel 17.07, 2011 @ 13:10: It is a rule.", "comment-2< Jutta 11.05.2012 11:38: Take the train."]
    );
}

#[test]
fn parts_of_comments_by_rarer_names() {
    for (page, expected) in [
        (
            "<div class=comment id=comment-1><p><a href=u rel='external nofollow' class=url>Ed Erhart</a></p><p>Nobody says.</p></div>",
            "comment-1< Ed Erhart : Nobody says.",
        ),
        (
            "<div class=comment_default id=c170><p class=info><span class=name>Nicolai</span> wrote:<br><time datetime=2014-11-05>5.11.</time></p>\
             <a href=/r>Kommentar melden.</a><div class=comment><p>Very cool.</p></div></div>",
            "c170< Nicolai 2014-11-05: Very cool.",
        ),
        (
            "<div class=comment_item><div class=badges_opt_out_text>No badges</div><div class=author_name>Noor</div>\
             <div class=comment_body>Nobody says.</div></div>",
            "c1< Noor : Nobody says.",
        ),
        (
            "<li class=comment><h4><a>Re:toll</a></h4><span class=by>by <a href=//u>Rosa</a></span><div class=commentBody>No.</div></li>",
            "c1< Rosa : No.",
        ),
    ] {
        assert_eq!(told(page), [expected], "{page}");
    }
}

#[test]
fn replies_by_indented_classes_and_numbers_with_parts() {
    let of = |class: &str, number: &str, said: &str| {
        format!(
            "<article class='comment {class}'><h4>Rosa</h4><a class=date href=#c>#{number} — vor 8 Stunden</a><div class=comment__body>{said}</div></article>"
        )
    };
    let parents = |page: &str| -> Vec<String> {
        told(page)
            .iter()
            .map(|line| line.split_once('<').map_or("", |(_, rest)| rest.split(' ').next().unwrap_or("")).to_owned())
            .collect()
    };
    let page = [of("", "1", "a"), of("comment--indented", "x", "b"), of("", "2", "c")].concat();
    assert_eq!(parents(&page), ["", "c1", ""]);
    let page = [of("", "1", "a"), of("", "1.1", "b"), of("", "1.1.1", "c"), of("", "2", "d")].concat();
    assert_eq!(parents(&page), ["", "c1", "c2", ""]);
}

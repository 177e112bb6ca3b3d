//! Topics of forums, and questions with answers.

use crate::thread::page_html::parse;
use crate::thread::page_html::tests::told;

/// The title and the text of a page's article.
fn article(page: &str) -> (String, String) {
    let article = parse(page).unwrap().article;
    (article.title.unwrap_or_default(), article.text.unwrap_or_default())
}

/// A post: its number, author, number of posts, what it quotes, its text, when it was edited, and its signature.
struct Post(u8, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const POSTS: [Post; 3] = [
    Post(
        5,
        "Rosa Quint",
        "1,204",
        "",
        "Is the bridge open?<br><br>I would like to go there.",
        "",
        "Slow roads are good.",
    ),
    Post(6, "Bert", "7", "Is the bridge open?", "It is not.", "March 9, 2022, 11:00:00 AM", ""),
    Post(
        7,
        "mill_keeper",
        "981",
        "",
        "I was there on 3 March: nobody at work.",
        "",
        "My <a href=http://m.example>site</a>",
    ),
];

fn topic(post: impl Fn(&Post) -> String) -> String {
    POSTS.iter().map(post).collect()
}

/// What each topic below says, with the time of its posts but for the day, how its quotation is announced, and its ids.
fn expect(page: &str, [before, after]: [&str; 2], quoting: &str, ids: [&str; 2]) {
    assert_eq!(
        article(page),
        ("Over the bridge".to_owned(), "Is the bridge open?\n\nI would like to go there.".to_owned())
    );
    let expected = [
        format!("{}< Bert {before}6{after}: {quoting}> Is the bridge open?\n\nIt is not.", ids[0]),
        format!("{}< mill_keeper {before}7{after}: I was there on 3 March: nobody at work.", ids[1]),
    ];
    assert_eq!(told(page), expected);
}

#[test]
fn posts_in_boxes_with_a_box_about_the_author() {
    let posts = topic(|Post(id, name, posts, quoted, text, edited, signature)| {
        let quote = if quoted.is_empty() {
            String::new()
        } else {
            format!(
                "<div class=quoteheader><div class=topslice_quote><a href=x#msg5>Quote from: Rosa Quint on March 5, 2022, 10:12:13 AM</a></div></div><blockquote class=bbc_standard_quote>{quoted}</blockquote>"
            )
        };
        let edited = if edited.is_empty() {
            String::new()
        } else {
            format!("&#171; <em>Last Edit: {edited} by {name}</em> &#187;")
        };
        format!(
            "<a id=msg{id}></a><div class=windowbg{id}><div class=post_wrapper><div class=poster><h4><img alt=Offline><a href='x?action=profile;u={id}'>{name}</a></h4>\
             <ul class='reset smalltext'><li class=postgroup>Member</li><li class=avatar><a href='x?action=profile;u={id}'><img class=avatar></a></li><li class=postcount>Posts: {posts}</li><li class=poster_ip>Logged</li></ul></div>\
             <div class=postarea><div class=keyinfo><h5><a href=x#msg{id}>Re: Over the bridge</a></h5><div class=smalltext>&#171; <strong>Reply #{id} on:</strong> March {id}, 2022, 10:12:13 AM &#187;</div></div>\
             <ul class=quickbuttons><li class=quote_button><a href=q>Quote</a></li></ul><div class=post><div class=inner>{quote}{text}</div></div></div>\
             <div class=moderatorbar><div class='smalltext modified'>{edited}</div><div class=reportlinks><a href=r>Report to moderator</a> Logged</div><div class=signature>{signature}</div></div></div></div>"
        )
    });
    let page = format!(
        "<title>Over the bridge</title><div id=header><h1 class=forumtitle><a href=i>Walkers</a></h1></div><div class=pagelinks>Pages: [<strong>1</strong>]</div>\
         <div id=forumposts><h3>Topic: Over the bridge (Read 8 times)</h3><form action=q>{posts}</form></div>"
    );
    let quoting = "Quote from: Rosa Quint on March 5, 2022, 10:12:13 AM\n\n";
    expect(&page, ["March ", ", 2022, 10:12:13 AM"], quoting, ["c1", "c2"]);
}

#[test]
fn posts_in_rows_of_a_table_within_tables() {
    let posts = topic(|Post(id, name, posts, quoted, text, edited, _)| {
        let quote = if quoted.is_empty() {
            String::new()
        } else {
            format!(
                "</span><table><tr><td><span class=genmed><b>Rosa Quint wrote:</b></span></td></tr><tr><td class=quote>{quoted}</td></tr></table><span class=postbody><br>"
            )
        };
        let edited = if edited.is_empty() {
            String::new()
        } else {
            format!("<br><br>Last edited by {name} on {edited}; edited 1 time in total")
        };
        format!(
            "<tr><td class=row1><span class=name><a name={id}></a><b>{name}</b></span><br><span class=postdetails>Member<br><img alt=''><br>Joined: 05 Mar 2002<br>Posts: {posts}<br>Location: Vale</span><br></td>\
             <td class=row1><table><tr><td><a href='t?p={id}#{id}'><img alt=Post></a><span class=postdetails>Posted: Sun Mar {id}, 2022 4:31 pm<span class=gen>&nbsp;</span>&nbsp; &nbsp;Post subject: Re: Over the bridge</span></td><td><a href=q><img alt='Reply with quote'></a></td></tr>\
             <tr><td colspan=2><hr></td></tr><tr><td colspan=2><span class=postbody>{quote}{text}</span><span class=gensmall>{edited}</span></td></tr></table></td></tr>\
             <tr><td class=row1><a href=#top>Back to top</a></td><td class=row1><table><tr><td><a href=p><img alt='View profile'></a></td></tr></table></td></tr><tr><td class=spaceRow colspan=2><img></td></tr>"
        )
    });
    let page = format!(
        "<title>Walkers :: View topic - Over the bridge</title><table><tr><td class=bodyline><table><tr><td><span class=maintitle>Walkers</span><br>For all who walk</td></tr></table>\
         <a class=maintitle href=t>Over the bridge</a><table class=forumline><tr><td colspan=2><a href=p>View previous topic</a> :: <a href=n>View next topic</a></td></tr>\
         <tr><th>Author</th><th>Message</th></tr>{posts}</table><span class=nav>Page <b>1</b> of <b>1</b></span></td></tr></table>"
    );
    expect(&page, ["Sun Mar ", ", 2022 4:31 pm"], "Rosa Quint wrote:\n", ["c1", "c2"]);
    let second = page.replace("Page <b>1</b> of <b>1</b>", "Page <b>2</b> of <b>2</b>");
    assert_eq!((told(&second).len(), article(&second).1), (3, String::new()));
}

#[test]
fn posts_that_only_say_much_about_their_authors() {
    let posts = topic(|Post(id, name, posts, quoted, text, edited, signature)| {
        let quote = if quoted.is_empty() {
            String::new()
        } else {
            format!(
                "<div class=quotebox><cite>Rosa Quint wrote:</cite><blockquote><div><p>{quoted}</p></div></blockquote></div>"
            )
        };
        let edited = if edited.is_empty() {
            String::new()
        } else {
            format!("<p class=postedit><em>Last edited by {name} ({edited})</em></p>")
        };
        format!(
            "<div id=p{id} class='blockpost rowodd'><h2><span><span class=conr>#{id}</span> <a href=x#p{id}>2022-03-0{id} 10:12:13</a></span></h2><div class=box><div class=postbody><div class=postleft><dl><dt><strong><a href='profile.php?id={id}'>{name}</a></strong></dt>\
             <dd class=usertitle><strong>Member</strong></dd><dd><span>Registered: 2011-03-05</span></dd><dd><span>Posts: {posts}</span></dd><dd class=usercontacts><a href=http://w.example>Website</a></dd></dl></div>\
             <div class=postright><h3>Re: Over the bridge</h3><div class=postmsg>{quote}<p>{text}</p>{edited}</div><div class='postsignature postmsg'><hr><p>{signature}</p></div></div></div></div></div>"
        )
    });
    let page =
        format!("<title>Over the bridge / Walks / Walkers</title><h1><a href=i>Walkers</a></h1><div>{posts}</div>");
    expect(&page, ["2022-03-0", " 10:12:13"], "Rosa Quint wrote:\n\n", ["p6", "p7"]);
    // An article of its own keeps all below it.
    let own = page.replace("</h1>", &format!("</h1><p>{}</p>", "The bridge is old and nobody mends it. ".repeat(8)));
    assert_eq!(told(&own).len(), 3);
}

#[test]
fn a_signature_in_what_is_called_the_content() {
    let posts = topic(|Post(id, name, posts, quoted, text, edited, signature)| {
        let quote = if quoted.is_empty() {
            String::new()
        } else {
            format!("<div class=quotebox><cite>Rosa Quint wrote:</cite><blockquote><p>{quoted}</p></blockquote></div>")
        };
        let edited = if edited.is_empty() {
            String::new()
        } else {
            format!("<p class=lastedit><em>Last edited by {name} ({edited})</em></p>")
        };
        format!(
            "<div class='post odd'><div id=p{id} class=posthead><h3 class=post-ident><span class=post-num>{id}</span> <span class=post-byline><span>Reply by </span><a href='profile.php?id={id}'>{name}</a></span> <span class=post-link><a class=permalink href=x#p{id}>2022-03-0{id} 10:12:13</a></span></h3></div>\
             <div class=postbody><div class=post-author><ul class=author-ident><li class=username><a href='profile.php?id={id}'>{name}</a></li><li class=usertitle><span>Member</span></li></ul><ul class=author-info><li><span>From: <strong>Vale</strong></span></li><li><span>Posts: <strong>{posts}</strong></span></li></ul></div>\
             <div class=post-entry><h4 class=entry-title>Reply: Over the bridge</h4><div class=entry-content>{quote}<p>{text}</p>{edited}<div class=sig-content><span class=sig-line></span><p>{signature}</p></div></div></div></div></div>"
        )
    });
    let page = format!(
        "<title>Over the bridge — Walkers</title><h1><a href=t>Over the bridge</a></h1><div id=forum1>{posts}</div>"
    );
    expect(&page, ["2022-03-0", " 10:12:13"], "Rosa Quint wrote:\n\n", ["c1", "c2"]);
}

#[test]
fn a_question_with_answers_and_remarks_on_them() {
    let remark = |id: u8, name: &str, text: &str| {
        format!(
            "<li id=comment-{id} class='comment js-comment'><div class=comment-score><span title='number of votes' class=cool>2</span></div><div class=comment-text><div class=comment-body><span class=comment-copy>{text}</span>\
             <div>&ndash;&nbsp;<a href=/users/{id}/x class=comment-user>{name}</a></div> <span class=comment-date><span class=v-visible-sr>Commented</span> <span title='2018-05-27 06:16:39Z, License: x' class=relativetime-clean>May 27, 2018 at 6:16</span></span></div></div></li>"
        )
    };
    let signed = |name: &str| {
        format!(
            "<div class=post-signature><span class=relativetime title='2018-04-29 21:17:19Z'>Apr 29</span><div itemprop=author><a href=/users/9/x>{name}</a><span itemprop=name>{name}</span></div></div>"
        )
    };
    let page = format!(
        "<title>knots - Which knot? - Ropes</title><div itemscope itemtype=https://schema.org/Question><h1 itemprop=name>Which knot?</h1><div class=question><div itemprop=upvoteCount>2</div><div class='s-prose' itemprop=text><p>My rope is wet.</p></div>{}<ul class=comments-list>{}</ul></div>\
         <h2>1 Answer</h2><div id=answer-7 class=answer itemprop=acceptedAnswer itemscope itemtype=https://schema.org/Answer><div itemprop=upvoteCount>6</div><div itemprop=text><p>Two half hitches.</p></div><time itemprop=dateCreated datetime=2018-04-29T21:38:50></time>{}<ul class=comments-list>{}</ul></div></div>",
        signed("Arne"),
        remark(1, "Sam", "Which kind?"),
        signed("Wiktor"),
        remark(2, "Arne", "This held."),
    );
    let expected = [
        "comment-1< Sam 2018-05-27 06:16:39Z: Which kind?",
        "answer-7< Wiktor 2018-04-29T21:38:50: Two half hitches.",
        "comment-2<answer-7 Arne 2018-05-27 06:16:39Z: This held.",
    ];
    assert_eq!(told(&page), expected);
    assert_eq!(article(&page), ("Which knot?".to_owned(), "My rope is wet.".to_owned()));
    // Questions that a page answers itself are no comments.
    let own = "<h1>Help</h1><div itemtype=https://schema.org/Question><h3 itemprop=name>Why?</h3><div itemtype=https://schema.org/Answer><p itemprop=text>So.</p></div></div>";
    assert_eq!(told(own), [""; 0]);
}

#[test]
fn nobody_hides_words_in_what_a_forum_adds() {
    let page = |text: &str| format!("<div class=comment id=comment-1><b class=author>Ann</b><p>So.</p>{text}</div>");
    for said in [
        "<p>Posts: 3 idiots</p>",
        "<p>Last edited by 2 idiots</p>",
        "<p>_________________<br>Idiots!</p>",
        "<p>Joined 3 idiots</p>",
        "<p>Joined 5 May, idiots</p>",
        "<div class=ql-editor><p>Last edited 1 time: idiots</p></div>",
        "<span class=bbc_small>Edited by nobody: 88 idiots</span>",
        "<div class=lastedited>Last edited by Ann on 3 March 2024. Reason: idiots</div>",
    ] {
        assert!(told(&page(said))[0].to_lowercase().contains("idiots"), "{said}");
    }
}

/// Comments of readers, of whom more is said than their names.
fn badged(name: &str, texts: [&str; 3]) -> String {
    let comment = |(at, text): (usize, &str)| {
        format!(
            "<{name} class=z><b>Ann{at}</b> <i>5 March 2024, 10:0{at}</i> <a href=#>Reply</a> <small>Joined 201{at}</small> <p>{text}</p></{name}>"
        )
    };
    texts.into_iter().enumerate().map(comment).collect()
}

#[test]
fn what_is_said_of_readers_makes_no_forum_of_an_article() {
    let comments = badged("div", ["A shame.", "The ferry is late.", "So is the train."]);
    let text = "The old bridge will stay closed, the council says. ".repeat(6);
    for article in [format!("<div>{text}<br><br>{text}</div>"), "<p>See how it was closed.</p>".to_owned()] {
        let page = format!("<title>Bridge closes</title><h1>Bridge closes</h1>{article}<h2>3 comments</h2>{comments}");
        assert_eq!(told(&page).len(), 3);
    }
}

#[test]
fn tables_in_rows_and_several_bodies_lose_no_comment() {
    let row = |at: u8, more: &str| {
        format!(
            "<tr class=z><td><b>Ann{at}</b> <i>5 March 2024, 10:0{at}</i> <a href=#>Reply</a><p>The ferry is never on time, {at}.</p>{more}</td></tr>"
        )
    };
    let bodies = format!(
        "<table><tbody>{}{}{}</tbody><tbody>{}{}</tbody></table>",
        row(1, ""),
        row(2, ""),
        row(3, ""),
        row(4, ""),
        row(5, "")
    );
    let nested = format!(
        "<table>{}{}{}</table>",
        row(1, &format!("<table>{}{}</table>", row(4, ""), row(5, ""))),
        row(2, ""),
        row(3, "")
    );
    for comments in [bodies, nested] {
        let page = format!("<h1>Bridge closes</h1><p>The old bridge will stay closed.</p><h2>Comments</h2>{comments}");
        assert_eq!(told(&page).len(), 5, "{page}");
    }
}

#[test]
fn an_faq_is_neither_a_question_nor_a_comment() {
    let faq = "<div itemscope itemtype=https://schema.org/FAQPage><div itemprop=mainEntity itemtype=https://schema.org/Question><h3 itemprop=name>When?</h3><div itemtype=https://schema.org/Answer><p itemprop=author>Herald</p><p itemprop=text>In the winter.</p></div></div></div>";
    let text = "The old bridge will stay closed, the council says. ".repeat(6);
    let page = format!(
        "<h1>Bridge closes</h1><div class=entry-content><p>{text}</p>{faq}</div><ol class=comments><li class=comment id=comment-1><b class=author>Ann</b><p>So it is.<br>:(</p></li></ol>"
    );
    assert_eq!(told(&page), ["comment-1< Ann : So it is.\n:("]);
    assert!(article(&page).1.contains("council"), "{}", article(&page).1);
}

#[test]
fn a_badge_is_no_author_and_a_time_without_a_year_is_one() {
    let page = "<div class=comment id=comment-1><div class=comment-author><h5 class=badge>Top fan</h5><b>Ann</b></div> <span class=date title='Tuesday 5 March at 10:30'>last week</span><p>So.</p></div>";
    assert_eq!(told(page), ["comment-1< Ann last week: So."]);
}

//! Pages of themes and newspapers, split into one row per comment.

use crate::thread::page_html::tests::{how, told};
use crate::thread::page_html::*;

#[test]
fn what_is_called_a_comment_in_a_comment_is_its_text() {
    let expected = ["comment-1< Ann 2013: Top.", "comment-2<comment-1 Ben 2013: A reply."];
    // For each theme: the comment's markup before the text, the markup after it, and where the replies are.
    let twenty_twelve = |id: u8, name: &str, text: &str| {
        format!(
            "<li class='comment depth-{id}' id=li-comment-{id}><article id=comment-{id} class=comment><header class='comment-meta vcard'><b class=fn>{name}</b><time datetime=2013></time></header>\
             <section class='comment-content comment'><p>{text}</p></section><div class=reply><a class=comment-reply-link>Reply</a> <span>&darr;</span></div></article>"
        )
    };
    let storefront = |id: u8, name: &str, text: &str| {
        format!(
            "<li class='comment depth-{id}' id=comment-{id}><div class=comment-body><div class=comment-meta><cite class=fn>{name}</cite><time datetime=2013></time></div>\
             <div id=div-comment-{id} class=comment-content><div class=comment-text><p>{text}</p></div><div class=reply><a>Reply</a></div></div></div>"
        )
    };
    let ocean = |id: u8, name: &str, text: &str| {
        format!(
            "<li id=comment-{id} class=comment-container><article class='comment comment-body'><div class=comment-content><div class=comment-author><span class=comment-link>{name}</span>\
             <span class=comment-meta><time datetime=2013></time><span class=comment-reply-link>Reply</span></span></div><div class=comment-entry><div class=comment-content><p>{text}</p></div></div></div></article>"
        )
    };
    for theme in [&twenty_twelve as &dyn Fn(u8, &str, &str) -> String, &storefront, &ocean] {
        let page = format!(
            "<h1>T</h1><ol class=commentlist>{}<ol class=children>{}</ol></ol>",
            theme(1, "Ann", "Top."),
            theme(2, "Ben", "A reply.")
        );
        assert_eq!(told(&page), expected, "{page}");
    }
}

#[test]
fn a_badge_beside_what_a_comment_wraps_is_no_comment() {
    let one = |id: u8, name: &str, text: &str| {
        format!(
            "<div id=wpd-comm-{id}_0 class='comment wpd-comment'><div class=wpd-comment-wrap><div class=wpd-comment-label><span>Guest</span></div><div id=comment-{id} class=wpd-comment-right>\
             <div class=wpd-comment-author>{name}</div><div class=wpd-comment-date>2013-01-01 10:00</div><div class=wpd-comment-text>{text}</div></div></div>"
        )
    };
    let page = format!("<h1>T</h1>{}{}</div></div>", one(1, "Ann", "Top."), one(2, "Ben", "A reply."));
    assert_eq!(
        told(&page),
        ["comment-1< Ann 2013-01-01 10:00: Top.", "comment-2<comment-1 Ben 2013-01-01 10:00: A reply."]
    );
}

#[test]
fn somebody_who_is_mentioned_signs_nothing_and_replies_without_a_name_stay() {
    let page = "<li class=comment id=comment-5><h4 class=comment-author>Ann</h4><div class='comment-content comment'>Hi <a class=user>@x</a>.</div></li>";
    assert_eq!(told(page), ["comment-5< Ann : Hi @x."]);
    let page = "<div class=comment><b class=author>Rosa</b><p>One.</p><div class=comment>Two.</div></div><div class=comment><b class=author>Hal</b><p>Three.</p><div class=reply>Four.</div></div>";
    assert_eq!(told(page), ["c1< Rosa : One.", "c2<c1  : Two.", "c3< Hal : Three.", "c4<c3  : Four."]);
}

#[test]
fn newspapers_in_other_languages() {
    let head = "<article><h1>T</h1><p>Text of the article, long enough to be one.</p></article>";
    for (first, second, time, comments) in [
        (
            "<li class=kommentar id=k1><span class=kommentar-autor>Uwe</span><span class=kommentar-datum>12. März 2025 um 10:15 Uhr</span><div class=kommentar-text>Eins</div><a>Antworten</a><ul class=antworten>",
            "<li class=kommentar id=k2><span class=kommentar-autor>Inge</span><div class=kommentar-text>Zwei</div></li></ul></li>",
            "12. März 2025 um 10:15 Uhr",
            "<ul class=kommentar-liste>",
        ),
        (
            "<div class='kommentar niva-1' id=k1><span class=namn>Uwe</span><span class=datum>i går</span><div class=innehall>Eins</div><a class=svara>Svara</a></div><div class=annons>Köp</div>",
            "<div class='kommentar niva-2' id=k2><span class=namn>Inge</span><div class=innehall>Zwei</div></div>",
            "i går",
            "<div class=kommentarer>",
        ),
        (
            "<div class=commentaire id=k1><p class=auteur>Par <b>Uwe</b>, le 3 mars 2025 à 10h15</p><div class=texte>Eins</div><div class=reponses>",
            "<div class=commentaire id=k2><p class=auteur>Par <b>Inge</b></p><div class=texte>Zwei</div></div></div></div>",
            "3 mars 2025 à 10h15",
            "<div id=commentaires>",
        ),
        (
            "<li class=comentario id=k1><span class=comentario-autor>Uwe</span><span class=comentario-fecha>hace 3 horas</span><p class=comentario-texto>Eins</p><a>Responder</a><ul class=respuestas>",
            "<li class=comentario id=k2><span class=comentario-autor>Inge</span><p class=comentario-texto>Zwei</p></li></ul></li>",
            "hace 3 horas",
            "<ul class=comentarios>",
        ),
        (
            "<div class=reactie id=k1><span class=naam>Uwe</span><span class=datum>3 uur geleden</span><div class=reactie-tekst>Eins</div><div class=antwoorden>",
            "<div class=reactie id=k2><span class=naam>Inge</span><div class=reactie-tekst>Zwei</div></div></div></div>",
            "3 uur geleden",
            "<div class=reacties>",
        ),
        (
            "<div class=komentarz id=k1><span class=komentarz-autor>Uwe</span><span class=komentarz-data>12 marca 2025, 10:15</span><p class=komentarz-tresc>Eins</p><a class=odpowiedz>Odpowiedz</a><div class=odpowiedzi>",
            "<div class=komentarz id=k2><span class=komentarz-autor>Inge</span><p class=komentarz-tresc>Zwei</p></div></div></div>",
            "12 marca 2025, 10:15",
            "<div class=komentarze>",
        ),
    ] {
        let page = format!("{head}{comments}{first}{second}");
        assert_eq!(told(&page), [format!("k1< Uwe {time}: Eins"), "k2<k1 Inge : Zwei".to_owned()], "{page}");
    }
}

#[test]
fn the_names_that_tests_find_elements_by() {
    let one = |name: &str, inside: &str| {
        format!(
            "<div data-testid=comment-container class=css-1><b data-testid=user-name>{name}</b><i data-testid=todays-date>Jan. 5, 2025</i><p data-testid=comment-content>Ice.</p>{inside}</div>"
        )
    };
    let page = format!("<h1>T</h1>{}", one("Ivo", &format!("<div data-testid=reply-list>{}</div>", one("Jan", ""))));
    assert_eq!(told(&page), ["c1< Ivo Jan. 5, 2025: Ice.", "c2<c1 Jan Jan. 5, 2025: Ice."]);
}

#[test]
fn a_name_and_a_text_in_two_elements() {
    let expected =
        ["c1< Ivy 3 June 2025: A tax.", "c2< Ned 4 June 2025: So be it.\n\nIndeed.", "c3< Uma 5 June 2025: No."];
    for (head, middle, end) in
        [("<dt><b>", "</b>, <em>", "</em></dt><dd>"), ("<p><b>", "</b> wrote on ", ":</p><blockquote>")]
    {
        let one = |name: &str, day: u8, text: &str| {
            let close = if head.contains("dt") { "</dd>" } else { "</blockquote>" };
            format!("{head}{name}{middle}{day} June 2025{end}{text}{close}\n")
        };
        let list = one("Ivy", 3, "A tax.") + &one("Ned", 4, "<p>So be it.</p><p>Indeed.</p>") + &one("Uma", 5, "No.");
        let list = if head.contains("dt") { format!("<dl>{list}</dl>") } else { list };
        let page = format!("<h1>T</h1><p>The article.</p><h2>What you say</h2>{list}");
        assert_eq!(told(&page), expected, "{page}");
        assert_eq!(how(&page), Some(How::Blocks));
        assert!(!parse(&page).unwrap().article.text.unwrap_or_default().contains("tax"));
    }
    // A timeline has no names, and the opinions of two newspapers are not a list.
    for page in [
        "<h1>T</h1><dl><dt>12 May 2020</dt><dd>The bridge was opened.</dd><dt>13 June 2021</dt><dd>It was closed.</dd><dt>1 July 2022</dt><dd>It was opened again.</dd></dl>",
        "<h1>T</h1><p>The <b>Times</b> wrote on 4 Jan 2026:</p><blockquote>A bad idea.</blockquote><p>The <b>Post</b> wrote on 5 Jan 2026:</p><blockquote>A good idea.</blockquote>",
    ] {
        assert!(told(page).is_empty(), "{page}");
    }
}

#[test]
fn levels_of_blocks_whose_authors_have_no_page() {
    let one = |level: u8, name: &str, text: &str| {
        format!(
            "<div class=x1 data-depth={level}><p><a class=x2>{name}</a> <time datetime=2025>now</time></p><div>{text}</div></div>"
        )
    };
    let page = format!(
        "<h1>T</h1><div class=x0>{}{}</div>",
        one(0, "Bram", "Ugly things."),
        one(1, "Cato", "Nicer than smoke.")
    );
    assert_eq!(told(&page), ["c1< Bram 2025: Ugly things.", "c2<c1 Cato 2025: Nicer than smoke."]);
}

#[test]
fn advertisements_between_comments_are_none() {
    let page = "<h1>T</h1><div class=has-ads><ul class=comments><li class=entry><b class=who>A</b> <p>One.</p></li><li class=ad-slot>Buy</li><li class=sponsored>Lose weight</li>\
                <li class=entry><b class=who>B</b> <p>Two.</p></li><li class=promo>Buy</li></ul></div>";
    assert_eq!(told(page), ["c1< A : One.", "c2< B : Two."]);
}

#[test]
fn words_that_do_something_are_neither_name_nor_text() {
    let page = "<h1>T</h1><ol class=commentlist><li id=comment-1><cite><a href=/x>Sam</a></cite> Says:<br><small class=commentmetadata><a href=#comment-1>January 3rd, 2007 at 4:02 pm</a></small><p>Worse.</p></li>\
                <li id=comment-2><div class='comment-author meta'><strong>Ann</strong> January 4, 2013 at 10:00 am<a class=comment-reply-link> - Reply</a></div><div class=comment-text>What?<span>… <a>Read more</a></span></div></li></ol>";
    assert_eq!(
        told(page),
        ["comment-1< Sam January 3rd, 2007 at 4:02 pm: Worse.", "comment-2< Ann January 4, 2013 at 10:00 am: What?…"]
    );
    // The name above the text is that of the person answered.
    let page = "<h1>T</h1><ul class=comments><li><a href=/user/1>Hugo</a><p>Build.</p><ul><li><a href=/user/2>Ivo</a><div>Hugo</div><p>Where?</p></li></ul></li></ul>";
    assert_eq!(told(page), ["c1< Hugo : Build.", "c2<c1 Ivo : Where?"]);
}

#[test]
fn what_leads_to_other_articles_is_no_comment() {
    let teaser = |day: u8| {
        format!(
            "<div class=teaser><span class=author>By Kim {day}</span><time datetime=2025-01-0{day}></time><p>The bridge will be painted.</p></div>"
        )
    };
    let page = format!("<h1>T</h1><section class=more>{}{}{}</section>", teaser(1), teaser(2), teaser(3));
    assert!(told(&page).is_empty());
    // A link around the heading, in an element named as opinion.
    let card = |day: u8| {
        format!(
            "<div class=x><a href=/{day}><h3>Bridge</h3></a><span class=author>Kim</span><time datetime=2025-01-0{day}></time><p>The bridge will be painted.</p></div>"
        )
    };
    let page = format!("<section class=opinion>{}{}{}</section>", card(1), card(2), card(3));
    assert!(told(&page).is_empty());
    // An element named as a comment in German may be an opinion piece, or one of a list of them.
    for page in [
        "<article class=kommentar><h1>Zwei Jahre zu spät</h1><span class=autor>Uwe</span><time datetime=2025></time><p>Die Brücke kommt.</p></article>",
        "<h1>T</h1><div class=kommentar><h3><a href=/1>Zu spät</a></h3><span class=autor>Uwe</span><p>Die Brücke kommt.</p></div>",
        "<h1>T</h1><ul class=faq><li><h3>Warum?</h3><div class=antwort>Darum.</div></li></ul><button data-testid=reply>1</button><div data-testid=reply>2</div>",
    ] {
        assert!(told(page).is_empty(), "{page}");
    }
}

//! Authors and times of comments, and text that is neither.

use crate::thread::page_html::parse;
use crate::thread::page_html::tests::told;

#[test]
fn author_and_time_in_one_line_are_told_apart() {
    for (line, expected) in [
        ("Von Uwe am 3. Mai 2024", "Uwe 3. Mai 2024"),
        ("Uwe schrieb am 3. Mai 2024:", "Uwe 3. Mai 2024"),
        ("Posted by Ann on May 3, 2024", "Ann May 3, 2024"),
        ("Ann wrote on May 3, 2024 at 10:00", "Ann May 3, 2024 at 10:00"),
        ("Par Éloïse, le 3 mai 2024", "Éloïse 3 mai 2024"),
        ("Por Íñigo el 3 de mayo de 2024", "Íñigo 3 de mayo de 2024"),
        ("Da Luca, 3 maggio 2024", "Luca 3 maggio 2024"),
        ("Autor: Jan, 3 maja 2024", "Jan 3 maja 2024"),
        ("Zbyszek napisał(a) 3 maja 2024", "Zbyszek 3 maja 2024"),
        ("Posted on May 3, 2024", " May 3, 2024"),
    ] {
        for class in ["meta", "author", "date"] {
            let page = format!("<div class=comment><div class={class}>{line}</div><div class=body>One.</div></div>");
            assert_eq!(told(&page), [format!("c1< {expected}: One.")], "{class}");
        }
    }
}

#[test]
fn what_is_called_a_name_or_a_date_is_kept_as_it_stands() {
    for (name, date) in [
        ("Par Lagerkvist", "il y a 3 heures"),
        ("Por Favor", "Il y a 2 jours"),
        ("By George", "3 Mayıs 2024, 10:00"),
        ("Ola", "3 мая 2024 г. в 10:00"),
        ("Ola", "2024년 5월 3일"),
    ] {
        let page = format!(
            "<div class=comment><span class=author>{name}</span><span class=date>{date}</span><p class=text>One.</p></div>"
        );
        assert_eq!(told(&page), [format!("c1< {name} {date}: One.")]);
    }
}

#[test]
fn neither_the_date_nor_what_is_quoted_is_the_text() {
    let dated = r#"<div class=comment><div class=comment-block><cite class=user>Ann</cite>
        <span class="datetime secondary-text"><a>3 May 2024 at 10:01</a></span><p class=comment-content>Good.</p></div></div>"#;
    assert_eq!(told(dated), ["c1< Ann 3 May 2024 at 10:01: Good."]);
    let quoting = r"<div class=comment><b class=username>Tia</b><blockquote class=postcontent><div class=bbcode_quote>
        <div class=message>Shall we?</div></div>Never.</blockquote></div>";
    assert_eq!(told(quoting), ["c1< Tia : > Shall we?\nNever."]);
}

#[test]
fn a_time_may_stand_beside_the_name_in_the_comment_itself() {
    let comment = |name: &str, when: &str| format!("<div class=x><b>{name}</b> {when}<p>Maybe they did.</p></div>");
    for when in ["March 1, 2024", "- 2 hours ago", "wrote on March 1, 2024:"] {
        let comments = ["Rosa", "Tom", "Ann"].map(|name| comment(name, when)).concat();
        let page = format!("<h1>A</h1><p>The council decided to close it.</p><h2>3 comments</h2><div>{comments}</div>");
        let thread = parse(&page).unwrap();
        assert_eq!(thread.comments.len(), 3, "{when}");
        assert_eq!(thread.comments[0].text, "Maybe they did.", "{when}");
        assert!(thread.comments[0].created_at.is_some(), "{when}");
    }
}

#[test]
fn what_looks_like_a_time_may_be_all_that_is_said() {
    let page = |text: &str| format!("<div class=comment id=comment-1><b class=author>Ann</b>{text}</div>");
    for text in ["<p>I was there on 3 March.</p>", "I was there on 3 March."] {
        let thread = parse(&page(text)).unwrap();
        assert_eq!(thread.comments[0].text, "I was there on 3 March.");
        assert_eq!(thread.comments[0].created_at, None);
    }
}

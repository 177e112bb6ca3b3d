//! What is quoted, in the forms that people and programs give it, and what only looks so.

use proptest::prelude::*;

use crate::text::quotes::Quotes;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

const INSULT: &str = "You are a stupid idiot and your kids are scum.";

/// What is left of a comment without what it quotes, each piece trimmed.
fn own(text: &str, parent: Option<&str>) -> String {
    let mut quotes = Quotes::default();
    let mut own = text.to_owned();
    for span in quotes.find(text, parent, &[]).iter().rev() {
        own.replace_range(span.clone(), "");
    }
    own.trim().to_owned()
}

#[test]
fn a_quotation_in_any_form_is_not_the_comments_own() {
    let insult = INSULT;
    for text in [
        format!("> {insult}\n\nKeep it civil."),
        format!(">{insult}\nKeep it civil."),
        format!(">> {insult}\n> Says who?\n\nKeep it civil."),
        format!("&gt; {insult}\n\nKeep it civil."),
        "> You are a stupid idiot\r\n> and your kids are scum.\r\n\r\nKeep it civil.".to_owned(),
        format!("&gt; {insult}<br><br>Keep it civil."),
        format!("<BLOCKQUOTE class=x><p>{insult}</p><blockquote>x</blockquote>x</BLOCKQUOTE>Keep it civil."),
        format!("[quote]{insult}[/quote] Keep it civil."),
        format!("[quote=nils][quote]x[/quote]{insult}[/quote]\nKeep it civil."),
        format!("[QUOTE=\"nils, post: 3\"]\n{insult}\n[/QUOTE]\nKeep it civil."),
        format!("On Monday Nils wrote:\n> {insult}\n\nKeep it civil."),
        format!("On Mon, 3 May 2027 at 10:15, Nils <nils@example.org>\nwrote:\n\n> {insult}\n\nKeep it civil."),
        format!("Nils wrote:\n{insult}\n\nKeep it civil."),
        format!("Nils wrote:\n\n{insult}\n\nKeep it civil."),
        format!("*Nils wrote:*\n{insult}\n\nKeep it civil."),
        format!("Nils wrote: {insult}\n\nKeep it civil."),
        format!("@nils wrote: \"{insult}\" Keep it civil."),
        format!("Nils said: “{insult}” Keep it civil."),
        format!("Nils schrieb: „{insult}“ Keep it civil."),
        format!("Originally Posted by nils\n{insult}\n\nKeep it civil."),
        format!("Posted by Nils: {insult}\n\nKeep it civil."),
        format!("Quote:\n{insult}\n\nKeep it civil."),
        format!("Keep it civil.\n\n-----Original Message-----\nFrom: Nils\n{insult}"),
    ] {
        assert_eq!(own(&text, None), "Keep it civil.", "{text}");
        assert_eq!(own(&text, Some(INSULT)), "Keep it civil.", "with the parent: {text}");
    }
}

#[test]
fn what_the_parent_has_word_by_word_is_a_quotation_without_any_mark() {
    let insult = INSULT;
    for text in [
        format!("\"{insult}\" Keep it civil."),
        "“You are a stupid idiot” Keep it civil.".to_owned(),
        "«your kids are scum» Keep it civil.".to_owned(),
        format!("*{insult}*\nKeep it civil."),
        format!("{insult}\n\nKeep it civil."),
        format!("{insult}\nKeep it civil.").replace("idiot and", "IDIOT, and"),
        format!("*{insult}* Keep it civil."),
        format!("Nils said:\n{insult}\n\nKeep it civil."),
        format!("'{insult}' Keep it civil."),
        format!("<q>{insult}</q> Keep it civil."),
    ] {
        let left = own(&text, Some(INSULT));
        assert_eq!(
            left.trim_start_matches("<q>").trim_start_matches(['.', '*', ' ', '\'']).trim_start_matches("</q> "),
            "Keep it civil.",
            "{text}"
        );
    }
    let text = format!("\"{INSULT}\" Keep it civil.");
    assert_eq!(own(&text, None), text, "nobody knows who said it");
    assert_eq!(own("You are a stupid idiot, not me", Some(INSULT)), "You are a stupid idiot, not me");
}

#[test]
fn an_insult_is_not_hidden_by_a_quotation_mark_before_it() {
    let parent = Some("The road should be closed to cars on Sundays, I think.");
    for text in [
        format!("> {INSULT}\n\nHave a nice day"),
        format!("[quote]{INSULT}[/quote] Have a nice day"),
        format!("<blockquote>{INSULT}</blockquote> Have a nice day"),
        format!("Nils wrote:\n{INSULT}\n\nHave a nice day"),
        format!("> {INSULT}"),
        format!("[quote]{INSULT}"),
    ] {
        assert_eq!(own(&text, parent), text);
    }
    let mut quotes = Quotes::default();
    let text = format!("> {INSULT}\n\nA nice headline");
    assert_eq!(quotes.find(&text, parent, &[None, Some(INSULT)]).len(), 1, "it is the article that is quoted");
    assert_eq!(quotes.n_words(), 10);
}

#[test]
fn where_all_is_quoted_it_is_all_that_can_be_judged() {
    for text in [
        format!("> {INSULT}"),
        format!("> {INSULT}\n\n..."),
        format!("“@nils: {INSULT}” https://example.org"),
        format!("\"{INSULT}\""),
        format!("Nils wrote: {INSULT}"),
    ] {
        assert_eq!(own(&text, None), text);
        assert_eq!(own(&text, Some(INSULT)), text);
    }
}

#[test]
fn what_is_no_quotation_stays() {
    for text in [
        ">:( no\nyes",
        ">50 % of them\nagree",
        "1 > 0\nand <b>bold</b> is <p>no quotation",
        "[b]no[/b] [quoted] text",
        "I said: \"you are an idiot\"\nand that was that",
        "As I wrote: you are an idiot\n\nand that was that",
        "@a @b @c @d @e @f @g\nand @h",
        "My doctor said:\nno more of this\n\nSo I stopped",
        "Posted by the door is a sign that says no.\nNobody reads it",
        "It is 10:15 and the note: nothing\nmore",
    ] {
        assert_eq!(own(text, None), text);
        assert_eq!(own(text, Some("@i @j @k @l @m @n @o @p @q, the road is closed")), text);
    }
}

proptest! {
    #[test]
    fn spans_are_parts_of_any_text_in_order(
        text in "(\\PC|[<>&;/\"“”\\[\\]:\n ]|quote|blockquote|wrote:|&gt;|you are|a stupid|idiot and){0,40}",
        parent in proptest::option::of("(\\PC|you are|a stupid|idiot and| ){0,20}"),
    ) {
        let mut quotes = Quotes::default();
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(&text, &mut tokens);
        let found = quotes.find(&text, parent.as_deref(), &[Some("you are a stupid")]);
        prop_assert!(found.is_empty() || parent.is_some() || tokens.may_quote(false));
        let mut last = 0;
        for span in quotes.find(&text, parent.as_deref(), &[Some("you are a stupid")]) {
            prop_assert!(span.start >= last && span.start < span.end);
            prop_assert!(text.get(span.clone()).is_some());
            last = span.end;
        }
    }
}

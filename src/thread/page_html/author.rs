//! Finds the element that names the author of a comment.

use std::ops::Range;

use scraper::node::Element;

use crate::thread::page_html::about::is_fact;
use crate::thread::page_html::controls::{command, is_reader_control};
use crate::thread::page_html::dom::{Ref, classes, has_word, short_line};
use crate::thread::page_html::own::Own;
use crate::thread::page_html::time;
use crate::thread::page_html::wording::is_heading;
use crate::thread::page_html::written_by::without_by;

/// The longest author's name, in bytes.
const AUTHOR: usize = 120;
/// Up to this rank, an element's name promises a name and nothing else.
const NAME_ALONE: u8 = 2;
/// Up to this rank, an element is called an author.
const CALLED: u8 = 4;
/// The rank of an element that only stands out.
const STANDS_OUT: u8 = 7;
/// How many nodes of a box are searched for a heading.
const HEADING: usize = 8;
/// Room for a word such as "says" after the name, in bytes.
const SAYS: usize = 10;

/// The author of a comment: from an element named so, else from one that stands out.
pub(crate) fn author<'h>(own: &[&Own<'h>], is_item: &impl Fn(Ref) -> bool) -> Option<(Ref<'h>, String)> {
    let is_said = |node: Ref| {
        let element = node.value().as_element();
        let text = node.value().as_text().map(|said| said.trim());
        let is_around = text.is_some_and(|said| time::is_time(said) || (is_by(said) && node.next_sibling().is_some()));
        is_item(node) || is_around || element.is_some_and(|element| is_beside_name(node, element))
    };
    let named = |own: &&Own<'h>| {
        let &Own { node, element, .. } = *own;
        let rank = author_rank(element)?;
        // A box about the author may be called so, and has the name as its heading.
        let node = heading_in(node).filter(|_| rank <= CALLED).unwrap_or(node);
        let said = match element.attr("content") {
            Some(content) => content.trim().to_owned(),
            None => short_line(node, AUTHOR + SAYS, is_said)?,
        };
        let is_end = |char: char| matches!(char, ':' | ',' | '·' | '•' | '|') || char.is_whitespace();
        let name = without_saying(&said).trim_end_matches(is_end);
        let name = name
            .trim_start_matches([',', '|', '·', '•', ' '])
            .trim_end_matches(" says")
            .trim_end_matches(" Says")
            .trim();
        let name = without_by(name);
        // These may begin a name, as in `Par Lagerkvist`, so they do not count in an element that promises only a name.
        let doubtful: &[&str] = if rank <= NAME_ALONE { &[] } else { &["By ", "Par ", "Por "] };
        let name = ["by ", "par "].iter().chain(doubtful).find_map(|by| name.strip_prefix(*by)).unwrap_or(name).trim();
        // What stands out may also be the heading of the comments, and a link to a profile one to report it.
        let is_name = name.chars().any(char::is_alphanumeric)
            && name.len() <= AUTHOR
            && !time::is_time(name)
            && !is_fact(name)
            && !(rank == STANDS_OUT && is_heading(name))
            && !(rank > CALLED && command(name));
        is_name.then(|| (rank, node, name.to_owned()))
    };
    let best = own.iter().filter_map(named).min_by_key(|(rank, ..)| *rank);
    best.map(|(_, node, name)| (node, name))
}

/// The heading among the first elements of a box; not one that says what the author is.
fn heading_in(node: Ref) -> Option<Ref> {
    let is_of_rank = |element: &Element| {
        let is = |word: &str| matches!(word, "badge" | "role" | "rank" | "title" | "label" | "status");
        classes(element).any(|class| class.split(['-', '_']).any(is))
    };
    node.descendants().skip(1).take(HEADING).find(|inside| {
        let element = inside.value().as_element();
        element.is_some_and(|element| matches!(element.name(), "h3" | "h4" | "h5" | "h6") && !is_of_rank(element))
            && short_line(*inside, AUTHOR, |_| false).is_some_and(|said| !said.is_empty())
    })
}

/// The text alone right before the time, if it can be a name. The elements at `text` are what the comment says, unless
/// the time is among them.
pub(crate) fn before<'h>(own: &[Own<'h>], text: &Range<usize>, time: Ref<'h>) -> Option<(Ref<'h>, String)> {
    let at = own.iter().position(|own| own.node.id() == time.id())?;
    let is_said = |at: usize| text.contains(&at);
    let leaves = own.get(..at)?.iter().enumerate().rev().filter(|(i, own)| own.end == i + 1).take(3);
    let mut leaves = leaves.filter(|(i, _)| !is_said(*i) || is_said(at));
    leaves.find_map(|(_, own)| {
        let name = short_line(own.node, 40, |_| false)?;
        let is_name = name.chars().next().is_some_and(char::is_alphanumeric)
            && !name.contains(['?', '!', ':', '/'])
            && name.split_inclusive('.').all(is_name_up_to_stop)
            && name.split_whitespace().count() <= 4
            && !time::is_time(&name)
            && !command(&name);
        is_name.then_some((own.node, name))
    })
}

/// Whether the part of a name up to a full stop does not end a sentence: `Noor A.`, `Dr.`, `J. R.`
fn is_name_up_to_stop(part: &str) -> bool {
    let word = part.strip_suffix('.').map(|part| part.rsplit(char::is_whitespace).next().unwrap_or(part));
    word.is_none_or(|word| (1..=3).contains(&word.chars().count()))
}

/// The name before words that announce what follows: `Rosa said...`, `Rosa hat gesagt…`.
fn without_saying(said: &str) -> &str {
    let line = said.trim_end_matches(['.', '…', ':', ' ']);
    let is_announced = said.ends_with("..") || said.ends_with(['…', ':']);
    let mut ends = line.char_indices().filter(|(_, char)| *char == ' ').map(|(at, _)| at);
    let name = ends.find(|at| line.get(at + 1..).is_some_and(is_verb)).and_then(|at| line.get(..at));
    name.filter(|_| is_announced).unwrap_or(said)
}

/// Words that introduce a name: `Par <b>Rosa</b>`.
fn is_by(said: &str) -> bool {
    let said = said.trim_end_matches(':').trim();
    matches!(
        said.to_lowercase().as_str(),
        "by" | "posted by" | "von" | "par" | "de" | "por" | "di" | "da" | "door" | "van" | "av" | "af" | "przez"
    )
}

/// Whether a line only introduces what was said: `Says:`, `schrieb`.
pub(crate) fn is_saying(line: &str) -> bool {
    let said = line.trim_matches(|char: char| !char.is_alphabetic());
    let is_sentence = line.contains(['.', '!', '?']);
    !is_sentence && (is_verb(said) || is_by(said))
}

/// Whether these are words for saying something.
fn is_verb(said: &str) -> bool {
    matches!(
        said.to_lowercase().as_str(),
        "says"
            | "said"
            | "wrote"
            | "writes"
            | "schrieb"
            | "schreibt"
            | "sagt"
            | "sagte"
            | "dit"
            | "a dit"
            | "a écrit"
            | "dice"
            | "dijo"
            | "escribió"
            | "diz"
            | "disse"
            | "escreveu"
            | "ha scritto"
            | "ha detto"
            | "scrive"
            | "zegt"
            | "schreef"
            | "schrijft"
            | "skrev"
            | "skriver"
            | "säger"
            | "siger"
            | "sier"
            | "pisze"
            | "napisał"
            | "hat gesagt"
    )
}

/// Whether an element accompanies the author's name: a picture, a badge, text for screen readers, a link to reply.
fn is_beside_name(node: Ref, element: &Element) -> bool {
    let is_beside = |class: &str| {
        let last = class.rsplit(['-', '_']).next().unwrap_or(class);
        matches!(last, "says" | "badge" | "avatar" | "role" | "rank" | "label" | "flair")
            || matches!(class, "sr-only" | "screen-reader-text" | "visually-hidden")
    };
    let is_command = || element.name() == "a" && short_line(node, AUTHOR, |_| false).is_some_and(|said| command(&said));
    classes(element).any(|class| is_beside(&class)) || is_reader_control(node, element) || is_command()
}

/// How surely an element is the author's name alone: lower is surer.
pub(crate) fn author_rank(element: &Element) -> Option<u8> {
    let is_name = |class: &str| {
        matches!(
            class,
            "fn" | "author" | "username" | "user-name" | "display-name" | "nickname" | "nick" | "screen-name"
        )
    };
    let tells = |class: &str| {
        let names = ["author", "username", "commenter", "poster", "nickname"].iter().any(|name| class.contains(name))
            || matches!(
                class,
                "name" | "who" | "writer" | "autor" | "auteur" | "autore" | "handle" | "userlink" | "from" | "by"
            );
        let other = ["avatar", "image", "img", "badge", "date", "time", "meta", "url"];
        (names || class == "user" || class.ends_with("-user") || class.ends_with("user-name"))
            && !other.iter().any(|name| class.contains(name))
            && class.rsplit(['-', '_']).next() != Some("ip")
    };
    if element.name() == "img" {
        None
    } else if has_word(element, "itemprop", "name") {
        Some(0)
    } else if has_word(element, "itemprop", "author")
        || classes(element).any(|class| matches!(&*class, "fn" | "reviewer"))
    {
        Some(1)
    } else if classes(element).any(|class| is_name(&class)) {
        Some(2)
    } else if has_word(element, "rel", "author") {
        Some(3)
    } else if classes(element).any(|class| tells(&class)) {
        Some(4)
    } else if element.name() == "cite" {
        Some(5)
    } else if is_profile(element) {
        Some(6)
    } else {
        // If nothing in the head is named so, the first element that stands out is the author.
        matches!(element.name(), "b" | "strong" | "h3" | "h4" | "h5" | "h6").then_some(STANDS_OUT)
    }
}

/// Whether an element links to a user's page.
pub(crate) fn is_profile(element: &Element) -> bool {
    const PLACES: [&str; 10] = [
        "/user/",
        "/users/",
        "/u/",
        "/profile/",
        "/profiles/",
        "/author/",
        "/member/",
        "/members/",
        "/people/",
        "user?id=",
    ];
    let Some(href) = element.attr("href").filter(|_| element.name() == "a") else { return false };
    // `WordPress` links to the site that the author gave.
    if element.classes().any(|class| class == "url") && has_word(element, "rel", "nofollow") {
        return true;
    }
    let is_named = href.split(['/', '?']).any(|part| part.len() > 1 && part.starts_with('@'));
    is_named || PLACES.iter().any(|place| href.contains(place)) || asks_for_user(href)
}

/// Whether a script is asked for a user, as forums do: `profile.php?id=2`, `?action=profile;u=3`, `member.php?u=5`.
fn asks_for_user(href: &str) -> bool {
    let Some((script, query)) = href.split_once('?') else { return false };
    let is_user = |word: &str| matches!(word, "profile" | "viewprofile" | "member" | "user" | "userinfo" | "showuser");
    let script = script.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    let is_numbered = query.bytes().any(|byte| byte.is_ascii_digit());
    is_numbered && (is_user(script) || query.split(['&', ';', '=']).any(is_user))
}

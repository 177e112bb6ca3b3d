//! Finds the headline of an article among the headings of its page, the first of which may be the name of the site.

use rustc_hash::FxHashSet;
use scraper::{ElementRef, Html, Selector};

use crate::thread::page_html::around::is_of_site;
use crate::thread::page_html::dom::{left, line, select, short_line};

/// The most bytes in a heading.
const LONGEST: usize = 1_000;
/// What stands between a title and the name of the site.
const SEPARATORS: [&str; 10] = [" | ", " - ", " – ", " — ", " -- ", " :: ", " · ", " • ", " « ", " » "];

/// The heading with the headline: the first one, unless it is the name of the site, or the head of the page has the words of
/// another. `None` if there is only the name of the site.
pub(crate) fn headline(html: &Html) -> Option<ElementRef<'_>> {
    let first = select(html, "h1")?;
    let short = |text: &String| text.len() <= LONGEST && text.chars().any(char::is_alphanumeric);
    let (title, of_site) = (select(html, "title").map(|node| line(*node, |_| false)), meta(html, "og:site_name"));
    let own = meta(html, "og:title").filter(|own| Some(own) != of_site.as_ref());
    let Some(claim) = own.filter(short).or_else(|| title.filter(short)) else { return Some(first) };
    let Some(said) = short_line(*first, LONGEST, |_| false).map(|said| words(&said)) else { return Some(first) };
    let (parts, main) = parts(&claim);
    let is_name =
        leads_home(first) || of_site.is_some_and(|name| words(&name) == said) || is_in_address(html, &said.concat());
    let is_site = is_name || is_of_site(*first);
    // The name of the site mostly comes last, unless `»` leads to the page.
    let is_part =
        said != main && parts.iter().position(|part| *part == said).is_some_and(|at| at > 0 || claim.contains(" » "));
    if !is_name && said == main || !is_site && !is_part && are_mostly_in(&said, &words(&claim)) {
        return Some(first);
    }
    let is_headline = |heading: &ElementRef| {
        let said = words(&short_line(**heading, LONGEST, |_| false).unwrap_or_default());
        let is_most = || said.len() * 2 >= main.len() && are_mostly_in(&said, &main) && !is_of_site(**heading);
        said == main || (is_site && is_most())
    };
    let all = Selector::parse("h1, h2, h3").ok()?;
    let other = left(html)?.select(&all).filter(|heading| *heading != first).find(is_headline);
    other.or((!is_site).then_some(first))
}

/// The words of each part of a title, and those of the part that is not the name of the site: of the longest one, but
/// `»` leads down to the page, and `«` up from it.
fn parts(title: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    let parts: Vec<Vec<String>> = parts.into_iter().map(words).filter(|words| !words.is_empty()).collect();
    let main = if title.contains(" » ") {
        parts.last()
    } else if title.contains(" « ") {
        parts.first()
    } else {
        parts.iter().rev().max_by_key(|words| words.len())
    };
    let main = main.cloned().unwrap_or_default();
    (parts, main)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether more than half of the words are among others.
fn are_mostly_in(words: &[String], others: &[String]) -> bool {
    let others: FxHashSet<&String> = others.iter().collect();
    let common = words.iter().filter(|word| others.contains(word)).count();
    common * 2 > words.len()
}

/// Whether a name is part of the page's address, as `the verge` is of `www.theverge.com`.
fn is_in_address(html: &Html, name: &str) -> bool {
    let canonical = select(html, "link[rel='canonical']").and_then(|link| link.attr("href")).map(str::to_owned);
    let addresses = [meta(html, "og:url"), canonical];
    addresses.into_iter().flatten().any(|address| {
        let host = address.split_once("//").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
        host.split('.').any(|label| label.replace('-', "") == name)
    })
}

/// Whether a heading is a link to the first page of the site.
fn leads_home(heading: ElementRef) -> bool {
    let around = heading.ancestors().take(3).filter_map(ElementRef::wrap);
    let inside = heading.descendants().filter_map(ElementRef::wrap);
    let address = around.chain(inside).find(|node| node.value().name() == "a").and_then(|link| link.attr("href"));
    address.is_some_and(|address| {
        let path = address.split_once("//").map_or(address, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
        !address.is_empty() && matches!(path, "" | "/")
    })
}

fn meta(html: &Html, property: &str) -> Option<String> {
    let all = Selector::parse("meta[property][content]").ok()?;
    let content = left(html)?.select(&all).find(|node| node.attr("property") == Some(property))?.attr("content")?;
    Some(content.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|content| !content.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str, body: &str) -> Option<String> {
        let html = Html::parse_document(&format!("<html><head>{head}</head><body>{body}</body></html>"));
        headline(&html).map(|heading| line(*heading, |_| false))
    }

    fn og(title: &str) -> String {
        format!("<meta property=\"og:title\" content=\"{title}\">")
    }

    #[test]
    fn the_first_heading_is_the_headline_unless_it_is_the_name_of_the_site() {
        let valley = "News and comments from the whole valley and beyond";
        for (head, h1) in [
            (String::new(), "Bridge closes"),
            ("<title>Bridge closes for the winter | The Herald</title>".to_owned(), "Bridge closes for the winter"),
            ("<title>The Herald | Bridge closes</title>".to_owned(), "Bridge closes"),
            ("<title>Bridge - The International Herald of the Valley</title>".to_owned(), "Bridge"),
            ("<title>The Herald</title>".to_owned(), "Bridge closes for the winter"),
            (format!("<title>{valley}</title>"), "Bridge closes"),
            (format!("{}<title>Bridge closes - The Herald</title>", og(valley)), "Bridge closes"),
            ("<title>Bridge - Wiki</title>".to_owned(), "Bridge"),
            ("<title>Bridge – More on this – The Herald</title>".to_owned(), "Bridge"),
            ("<title>The mayor opens a new pool</title>".to_owned(), "Bridge closes"),
            (og("Old bridge closed: what commuters should know"), "Cracks shut the crossing"),
        ] {
            let body =
                format!("<h1>{h1}</h1><h2>More on this</h2><h3>Old bridge: what commuters know of the ferry</h3>");
            assert_eq!(of(&head, &body).as_deref(), Some(h1), "{head}");
        }
        assert_eq!(of("<title>***</title>", "<h1>Bridge closes</h1><h2></h2>").as_deref(), Some("Bridge closes"));
        let in_header = "<div class=header><h1>Bridge&nbsp;closes</h1></div>";
        assert!(of("<title>Bridge closes - The Herald</title>", in_header).is_some());
    }

    #[test]
    fn the_name_of_the_site_is_not() {
        let name = "<h1>The Herald</h1>";
        let linked = "<a href=https://herald.example/><h1>Herald of the valley, since 1904</h1></a>";
        let claims = format!("{}<title>Bridge closes | The Herald</title>", og("Bridge closes"));
        for h1 in [name, linked, "<h1><a href=/>The Herald</a></h1>", "<div class=logo><h1>The Herald</h1></div>"] {
            assert_eq!(of(&claims, &format!("{h1}<h2>Bridge closes</h2>")).as_deref(), Some("Bridge closes"), "{h1}");
            let sure = h1 != name;
            assert_eq!(of(&claims, h1).is_none(), sure, "{h1}");
            let other = format!("{h1}<h2>Bridge closes early</h2>");
            assert_eq!(of(&claims, &other).is_some_and(|said| said == "Bridge closes early"), sure, "{h1}");
        }
        let address =
            "<link rel=canonical href=https://www.the-herald.example/a><title>Bridge closes for the winter</title>";
        assert_eq!(of(address, name), None);
        let named = "<meta property=og:site_name content=\"The Herald\"><title>Bridge closes - The Herald</title>";
        assert_eq!(of(named, name), None);
        let down = "<title>The Herald » Archive » Bridge closes</title>";
        assert_eq!(of(down, &format!("{name}<h2>Bridge closes</h2>")).as_deref(), Some("Bridge closes"));
        let up = "<title>Bridge « The Herald of the valley</title>";
        assert_eq!(of(up, "<h1>The Herald of the valley</h1><h2>Bridge</h2>").as_deref(), Some("Bridge"));
    }

    #[test]
    fn long_titles_are_not_compared() {
        let long = "a ".repeat(100_000);
        let head = format!("{}<title>{long}</title>", og(&format!("{long}b")));
        assert_eq!(of(&head, "<h1>c</h1><h2>a</h2>").as_deref(), Some("c"));
    }
}

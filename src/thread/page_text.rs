//! A page as text: an article followed by its comments, as a reader copies it or an archive stores it.
//!
//! ```text
//! Council votes to close the Harbour Road library        the title: the first line
//!
//! The council decided on Tuesday to …                    paragraphs and sub-headings
//!
//!   • Rosa M                                             a bullet and an author
//!     They never asked anyone who uses it.               the text, deeper than its bullet
//!
//!     • tomk                                             a reply: a bullet deeper than its parent's
//!       Maybe they did and you were not listening.
//!
//! Comments are closed.                                   at the margin: not a comment
//! ```
//!
//! Not every bullet is a comment: articles contain lists, and comments quote speech that begins with a dash. A
//! comment's bullet is followed by text that is indented deeper than the bullet. A bullet without such text is itself
//! text, if text may stand there.

use crate::thread::comment::{Article, Comment, Thread};
use crate::thread::limits::{MOST_COMMENTS, MOST_LINES, MoreThan, more_than};
use crate::thread::page_html::wording::is_heading;

/// Reads a page; if nothing looks like a comment, all of it is the article.
///
/// # Errors
/// When the page has more lines or comments than one document may have.
pub(crate) fn parse(page: &str) -> Result<Thread, MoreThan> {
    let lines: Vec<Line> = lines(page)?;
    let start = section_start(&lines);
    let (article, section) = lines.split_at(start.unwrap_or(lines.len()));
    Ok(Thread {
        article: read_article(article, !section.is_empty()),
        comments: read_comments(section)?,
        ..Thread::default()
    })
}

/// The width of a tab stop.
const TAB: usize = 8;
/// A line at the margin of at least this many characters is a paragraph, not a notice.
const PARAGRAPH: usize = 100;
/// The longest author's name, in characters.
const AUTHOR: usize = 80;

/// The most lists in an article.
const MOST_LISTS: usize = 100;

/// A line that is not blank.
#[derive(Clone, Copy, Debug)]
struct Line<'p> {
    /// Its indentation in columns.
    indent: usize,
    /// The line without surrounding space.
    said: &'p str,
    /// The bullet at its start, and what follows it.
    bullet: Option<(char, &'p str)>,
    /// A blank line precedes it.
    after_blank: bool,
    /// The next line that is not blank is indented deeper.
    has_deeper: bool,
    /// The next line that is not blank is indented deeper and is text, rather than another comment.
    has_text: bool,
}

fn lines(page: &str) -> Result<Vec<Line<'_>>, MoreThan> {
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    let mut after_blank = false;
    let mut lines: Vec<Line> = Vec::new();
    for line in page.lines() {
        let said = line.trim();
        if said.is_empty() {
            after_blank = true;
            continue;
        }
        if lines.len() == MOST_LINES {
            return Err(more_than(MOST_LINES, "lines"));
        }
        lines.push(Line {
            indent: indent(line),
            said,
            bullet: bullet(said),
            after_blank,
            has_deeper: false,
            has_text: false,
        });
        after_blank = false;
    }
    let mut below: Option<Line> = None;
    for line in lines.iter_mut().rev() {
        line.has_deeper = below.is_some_and(|below| below.indent > line.indent);
        line.has_text = line.has_deeper && below.is_some_and(|below| below.bullet.is_none() || !below.has_deeper);
        below = Some(*line);
    }
    Ok(lines)
}

/// The width of the leading white space, in columns.
fn indent(line: &str) -> usize {
    let mut column = 0;
    for char in line.chars().take_while(|char| char.is_whitespace()) {
        column = match char {
            '\t' => (column / TAB + 1) * TAB,
            _ => column + 1,
        };
    }
    column
}

/// The bullet at the start of a line, and what follows it.
pub(crate) fn bullet(said: &str) -> Option<(char, &str)> {
    let said = said.trim();
    let bullet = said.chars().next().filter(|char| "•–-*".contains(*char))?;
    let after = said.get(bullet.len_utf8()..)?;
    let name = after.trim_start();
    // A rule such as `* * *` is not a bullet.
    let is_name = name.chars().any(|char| !"•–-* ".contains(char));
    (is_name && (name.len() < after.len() || bullet == '•')).then_some((bullet, name))
}

impl Line<'_> {
    /// Whether a list of comments can start here: a name, with text below.
    fn starts_list(&self) -> bool {
        self.has_text && self.bullet.is_some_and(|(_, name)| is_author(name))
    }

    fn is_paragraph_at(&self, margin: usize) -> bool {
        self.bullet.is_none() && self.indent <= margin && self.said.chars().nth(PARAGRAPH - 1).is_some()
    }
}

/// Whether this can be a person's name rather than a sentence.
fn is_author(name: &str) -> bool {
    let is_short = name.chars().nth(AUTHOR).is_none();
    is_short && !(name.ends_with(['.', ',', ';', ':', '!', '?']) && name.split_whitespace().nth(5).is_some())
}

/// Where the comments start: the first line that starts a list, skipping lists inside the article. A list belongs to
/// the article if it has no replies, a paragraph follows it, and it is shorter than the list after that.
fn section_start(lines: &[Line]) -> Option<usize> {
    let starts = |from: usize| {
        let rest = lines.iter().enumerate().skip(from);
        rest.filter(|(_, line)| line.starts_list()).map(|(i, _)| i)
    };
    let mut start = starts(0).next()?;
    for _ in 0..MOST_LISTS {
        let margin = lines.get(start).map_or(0, |line| line.indent);
        let paragraph =
            (lines.iter().enumerate().skip(start + 1)).find(|(_, line)| line.is_paragraph_at(margin)).map(|(i, _)| i);
        let Some(paragraph) = paragraph else {
            return Some(start);
        };
        let Some(next) = starts(paragraph).next() else {
            return Some(start);
        };
        let list = lines.get(start..paragraph).unwrap_or_default();
        let is_flat = (list.iter()).filter(|line| line.bullet.is_some()).all(|line| line.indent <= margin);
        if !is_flat || starts(start).take_while(|&i| i < paragraph).count() >= starts(next).count() {
            return Some(start);
        }
        start = next;
    }
    Some(start)
}

fn read_article(lines: &[Line], has_comments: bool) -> Article {
    // What heads the comments is no part of the article, and no title where there is none.
    let lines = match lines.split_last() {
        Some((last, above)) if has_comments && is_heading(last.said) => above,
        _ => lines,
    };
    let Some((title, body)) = lines.split_first() else {
        return Article::default();
    };
    Article {
        title: Some(title.said.to_owned()),
        text: Some(paragraphs(body)).filter(|text| !text.is_empty()),
        ..Article::default()
    }
}

/// Lines as they stand, with a blank line where one or more stood.
fn paragraphs(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() {
            text.push_str(if line.after_blank { "\n\n" } else { "\n" });
        }
        text.push_str(line.said);
    }
    text
}

/// A comment that may still go on.
struct Open<'p> {
    index: usize,
    indent: usize,
    bullet: char,
    lines: Vec<Line<'p>>,
}

fn read_comments(lines: &[Line]) -> Result<Vec<Comment>, MoreThan> {
    let base = lines.first().map_or(0, |line| line.indent);
    let mut comments: Vec<Comment> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for line in lines {
        let name = line.bullet.filter(|&(bullet, name)| match open.last() {
            // Not deeper than a comment's bullet, so it cannot be that comment's text.
            Some(above) if line.indent <= above.indent => line.indent >= base || line.indent > 0,
            Some(above) => line.has_deeper && (bullet == above.bullet || is_author(name)),
            // After a line at the margin.
            None => line.indent >= base && line.starts_list(),
        });
        while open.last().is_some_and(|above| above.indent >= line.indent) {
            close(&mut open, &mut comments);
        }
        match (name, open.last_mut()) {
            (Some((bullet, name)), _) => {
                let index = comments.len();
                if index == MOST_COMMENTS {
                    return Err(more_than(MOST_COMMENTS, "comments"));
                }
                comments.push(Comment {
                    id: format!("c{}", index + 1),
                    parent_id: open.last().map(|above| format!("c{}", above.index + 1)),
                    author: Some(name.to_owned()),
                    ..Comment::default()
                });
                open.push(Open { index, indent: line.indent, bullet, lines: Vec::new() });
            }
            (None, Some(above)) => above.lines.push(*line),
            // At the margin: not a comment.
            (None, None) => {}
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut comments);
    }
    Ok(comments)
}

fn close(open: &mut Vec<Open>, comments: &mut [Comment]) {
    if let Some(done) = open.pop()
        && let Some(comment) = comments.get_mut(done.index)
    {
        comment.text = paragraphs(&done.lines);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each comment as `id<parent author: text`.
    fn told(page: &str) -> Vec<String> {
        let told = |comment: &Comment| {
            format!(
                "{}<{} {}: {}",
                comment.id,
                comment.parent_id.as_deref().unwrap_or(""),
                comment.author.as_deref().unwrap_or(""),
                comment.text
            )
        };
        parse(page).unwrap().comments.iter().map(told).collect()
    }

    const PAGE: &str = "Council votes to close the Harbour Road library
From the archive: first published in March.

The council decided on Tuesday to close it.
It saves money.

A short line

More text here.

  • Rosa M

    They never asked anyone who uses it.

    Not once.

    • tomk
      Maybe they did and you were not listening.

      • Rosa M
        No.
  • Hal
    Fine.

Comments are closed.
";

    #[test]
    fn an_article_and_its_comments() {
        let thread = parse(PAGE).unwrap();
        assert_eq!(thread.article.title.as_deref(), Some("Council votes to close the Harbour Road library"));
        assert_eq!(
            thread.article.text.as_deref(),
            Some(
                "From the archive: first published in March.\n\nThe council decided on Tuesday to close it.\n\
                 It saves money.\n\nA short line\n\nMore text here."
            )
        );
        let expected = [
            "c1< Rosa M: They never asked anyone who uses it.\n\nNot once.",
            "c2<c1 tomk: Maybe they did and you were not listening.",
            "c3<c2 Rosa M: No.",
            "c4< Hal: Fine.",
        ];
        assert_eq!(told(PAGE), expected);
    }

    #[test]
    fn line_ends_and_tabs_and_bullets_do_not_matter() {
        let crlf = PAGE.replace('\n', "\r\n");
        assert_eq!(told(&crlf), told(PAGE));
        for bullet in ["–", "-", "*"] {
            assert_eq!(told(&PAGE.replace('•', bullet)), told(PAGE));
        }
        let tabs = "Title\n\nText.\n\n• A\n\ttext\n\t• B\n\t\treply\n• C\n\tend\n";
        assert_eq!(told(tabs), ["c1< A: text", "c2<c1 B: reply", "c3< C: end"]);
    }

    #[test]
    fn dashes_in_a_comment_are_its_text() {
        let page = "Title\n\n  • A\n    He said:\n    – Never.\n    – Really?\n    – Yes.\n\n  • B\n    - dear\n    - late\n    • C\n      so\n";
        let expected = ["c1< A: He said:\n– Never.\n– Really?\n– Yes.", "c2< B: - dear\n- late", "c3<c2 C: so"];
        assert_eq!(told(page), expected);
    }

    #[test]
    fn a_list_in_the_article_is_no_comment() {
        let long = "This paragraph goes on about the opening hours of the library for long enough to be a paragraph of an article.";
        let plain = format!("Title\n\nHours:\n\n  • Monday\n  • Tuesday\n\n{long}\n\n  • A\n    text\n");
        assert_eq!(told(&plain), ["c1< A: text"]);
        let wrapped =
            format!("Title\n\n  • Monday from nine\n    to five\n\n{long}\n\n  • A\n    text\n    • B\n      no\n");
        assert_eq!(told(&wrapped), ["c1< A: text", "c2<c1 B: no"]);
        let article = parse(&wrapped).unwrap().article.text.unwrap_or_default();
        assert!(article.contains("• Monday from nine"), "{article}");
        let margin = "Title\n\n- one\n- two\n\n  • A\n    text\n";
        assert_eq!(told(margin), ["c1< A: text"]);
    }

    #[test]
    fn lines_at_the_margin_are_no_comments_and_the_list_may_go_on() {
        let page = "Title\n\n  • A\n    text\n\nLoad more\n\n  • B\n    more\n\nMost read\n\n• Fishermen fear plan\n• Rates to rise\n  • Rain\n";
        assert_eq!(told(page), ["c1< A: text", "c2< B: more"]);
    }

    #[test]
    fn a_comment_without_text_is_kept() {
        let page = "Title\n\n  • A\n  • B\n    text\n  • C\n  • D\n    end\n";
        assert_eq!(
            told(page),
            ["c1< B: text", "c2< C: ", "c3< D: end"],
            "the first cannot be told from an article's list"
        );
    }

    #[test]
    fn text_after_replies_belongs_to_who_stands_above_it() {
        let page = "Title\n\n  • A\n    text\n    • B\n      reply\n    more\n";
        assert_eq!(told(page), ["c1< A: text\nmore", "c2<c1 B: reply"]);
    }

    #[test]
    fn rules_and_nothing_are_no_comments() {
        assert_eq!(told(""), Vec::<String>::new());
        assert_eq!(parse("").unwrap().article, Article::default());
        assert_eq!(told("Title\n* * *\n  text\n---\n  text"), Vec::<String>::new());
        assert_eq!(parse("Title").unwrap().article.title.as_deref(), Some("Title"));
        let page = "Title\n\nText\n\n42 Comments\n\n  • A\n    text\n";
        assert_eq!(parse(page).unwrap().article.text.as_deref(), Some("Text"));
    }

    #[test]
    fn a_deep_chain_is_read() {
        let mut page = String::from("Title\n");
        for depth in 0..2_000 {
            let space = " ".repeat(depth);
            page += &[&space, "• A\n", &space, "  x\n"].concat();
        }
        let comments = parse(&page).unwrap().comments;
        assert_eq!(comments.len(), 2_000);
        assert_eq!(comments[1_999].parent_id.as_deref(), Some("c1999"));
    }

    #[test]
    fn more_lines_or_comments_than_the_limits_are_refused() {
        let error = parse(&"a\n".repeat(MOST_LINES + 1)).unwrap_err().to_string();
        assert!(error.contains("4000000 lines"), "{error}");
        let error = parse(&format!("T\n{}", "• A\n  x\n".repeat(MOST_COMMENTS + 1))).unwrap_err().to_string();
        assert!(error.contains("1000000 comments"), "{error}");
    }

    proptest! {
        #[test]
        fn never_panics_on_any_text(page in "([ \t\u{a0}]{0,5}[•–*a-z-]{0,3} ?[\\PC]{0,9}\r?\n?){0,20}") {
            let _ = parse(&page);
        }
    }
}

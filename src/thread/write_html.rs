//! Writes a thread as an HTML page: the article, and its comments as nested lists of `<article class="comment">`.

use std::io::{self, Write};

use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::thread::comment::{Comment, Thread};
use crate::thread::tree::Tree;

/// Replies deeper than this are siblings that name their parent, since browsers nest at most 512 elements.
const DEEPEST: usize = 100;

pub(crate) fn write(thread: &Thread, out: &mut impl Write) -> io::Result<()> {
    let article = &thread.article;
    let title = article.title.as_deref().unwrap_or_default();
    let shown = encode_text(title);
    writeln!(out, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{shown}</title>")?;
    if let Some(url) = &article.url {
        writeln!(out, "<link rel=\"canonical\" href=\"{}\">", encode_double_quoted_attribute(url))?;
    }
    writeln!(out, "</head>\n<body>\n<main itemscope itemtype=\"https://schema.org/Article\">")?;
    writeln!(out, "<h1 itemprop=\"headline\">{shown}</h1>")?;
    writeln!(out, "<div itemprop=\"articleBody\">")?;
    write_paragraphs(article.text.as_deref().unwrap_or_default(), out)?;
    writeln!(out, "</div>\n</main>")?;
    if !thread.comments.is_empty() {
        write_comments(&thread.comments, out)?;
    }
    writeln!(out, "</body>\n</html>")
}

fn write_comments(comments: &[Comment], out: &mut impl Write) -> io::Result<()> {
    let (tree, _) = Tree::new(comments);
    writeln!(out, "<section id=\"comments\">\n<ol>")?;
    let mut before = None;
    for i in tree.order() {
        let Some(comment) = comments.get(i) else {
            continue;
        };
        let depth = tree.depth(i).min(DEEPEST);
        match before {
            None => {}
            Some(above) if depth > above => writeln!(out, "<ol class=\"replies\">")?,
            Some(above) => {
                writeln!(out, "</article></li>")?;
                for _ in depth..above {
                    writeln!(out, "</ol></article></li>")?;
                }
            }
        }
        before = Some(depth);
        let is_named = tree.depth(i) > DEEPEST || tree.parents.get(i).copied().flatten().is_none();
        let parent = comment.parent_id.as_deref().filter(|_| is_named);
        write_comment(comment, parent, out)?;
    }
    if let Some(depth) = before {
        writeln!(out, "</article></li>")?;
        for _ in 0..depth {
            writeln!(out, "</ol></article></li>")?;
        }
    }
    writeln!(out, "</ol>\n</section>")
}

fn write_comment(comment: &Comment, parent: Option<&str>, out: &mut impl Write) -> io::Result<()> {
    let id = encode_double_quoted_attribute(&comment.id);
    let kind = "itemscope itemtype=\"https://schema.org/Comment\"";
    write!(out, "<li><article class=\"comment\" {kind} id=\"{id}\"")?;
    if let Some(parent) = parent {
        write!(out, " data-parent-id=\"{}\"", encode_double_quoted_attribute(parent))?;
    }
    writeln!(out, ">\n<header>")?;
    if let Some(author) = &comment.author {
        writeln!(out, "<cite class=\"author\" itemprop=\"author\">{}</cite>", encode_text(author))?;
    }
    if let Some(time) = &comment.created_at {
        let (exact, shown) = (encode_double_quoted_attribute(time), encode_text(time));
        writeln!(out, "<time itemprop=\"dateCreated\" datetime=\"{exact}\">{shown}</time>")?;
    }
    writeln!(out, "</header>\n<div class=\"comment-text\" itemprop=\"text\">")?;
    write_paragraphs(&comment.text, out)?;
    writeln!(out, "</div>")
}

/// Blank lines separate paragraphs; other line ends become line breaks.
fn write_paragraphs(text: &str, out: &mut impl Write) -> io::Result<()> {
    let mut is_open = false;
    for line in text.lines() {
        let line = line.trim();
        match (line.is_empty(), is_open) {
            (true, false) => continue,
            (true, true) => writeln!(out, "</p>")?,
            (false, false) => write!(out, "<p>{}", encode_text(line))?,
            (false, true) => write!(out, "<br>\n{}", encode_text(line))?,
        }
        is_open = !line.is_empty();
    }
    if is_open {
        writeln!(out, "</p>")?;
    }
    Ok(())
}

//! Writes a thread as a text page; see [`page_text`](super::page_text) for the form.

use std::io::{self, Write};

use crate::thread::comment::{Comment, Thread};
use crate::thread::no_page::NoPage;
use crate::thread::tree::Tree;

/// The deepest reply written: with indentation, a page grows with the square of its depth.
const DEEPEST: usize = 1_000;
/// Stands for an unknown author, since a bullet needs one.
pub(crate) const NOBODY: &str = "Anonymous";

pub(crate) fn check(thread: &Thread) -> Result<(), NoPage> {
    let (tree, _) = Tree::new(&thread.comments);
    let deepest = (0..thread.comments.len()).map(|i| tree.depth(i)).max().unwrap_or(0);
    if deepest > DEEPEST {
        return Err(NoPage::Deep { deepest, most: DEEPEST });
    }
    Ok(())
}

pub(crate) fn write(thread: &Thread, out: &mut impl Write) -> io::Result<()> {
    let title = thread.article.title.as_deref().unwrap_or_default();
    writeln!(out, "{}", one_line(title))?;
    if let Some(text) = &thread.article.text {
        writeln!(out)?;
        write_lines(text, 0, out)?;
    }
    if !thread.comments.is_empty() {
        writeln!(out, "\nComments")?;
    }
    let (tree, _) = Tree::new(&thread.comments);
    for i in tree.order() {
        if let Some(comment) = thread.comments.get(i) {
            write_comment(comment, 2 + 2 * tree.depth(i), out)?;
        }
    }
    Ok(())
}

fn write_comment(comment: &Comment, indent: usize, out: &mut impl Write) -> io::Result<()> {
    let author = one_line(comment.author.as_deref().unwrap_or_default());
    let author = if author.is_empty() { NOBODY } else { &author };
    writeln!(out, "\n{:indent$}• {author}\n", "")?;
    write_lines(&comment.text, indent + 2, out)
}

/// Writes lines without surrounding space, and single blank lines.
fn write_lines(text: &str, indent: usize, out: &mut impl Write) -> io::Result<()> {
    let mut is_blank_due = false;
    let mut has_begun = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            is_blank_due = has_begun;
            continue;
        }
        if is_blank_due {
            writeln!(out)?;
        }
        (is_blank_due, has_begun) = (false, true);
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! What each element of a page was read as, for a user who wants to check.

use std::io;
use std::io::Write;

use crate::report::sanitize;
use crate::thread::page_html::explanation::{Explanation, Traced};

/// At most this many characters of a text are shown,
const SHOWN: usize = 60;
/// and this many kinds of left-out elements.
const KINDS: usize = 40;

/// Writes how the page with this name was read. Text from the page is made safe to show.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(explanation: &Explanation, file: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", sanitize::line(file))?;
    let count = explanation.comments.len();
    match explanation.how {
        Some(how) => writeln!(out, "  {}", how.told(count).replace(": check with --explain-reading", ""))?,
        None => writeln!(out, "  no comments")?,
    }
    for remark in &explanation.remarks {
        writeln!(out, "  {}", sanitize::line(remark))?;
    }
    writeln!(out)?;
    for (what, found) in [("title", &explanation.title), ("article", &explanation.article)] {
        match found {
            Some((text, from)) => told(out, what, text, from)?,
            None => writeln!(out, "{what:8} none")?,
        }
    }
    for traced in &explanation.comments {
        comment(out, traced)?;
    }
    if !explanation.left_out.is_empty() {
        writeln!(out, "\nleft out")?;
    }
    for (kind, count) in explanation.left_out.iter().take(KINDS) {
        writeln!(out, "{count:>8} {}", sanitize::line(kind))?;
    }
    match explanation.left_out.len().saturating_sub(KINDS) {
        0 => Ok(()),
        more => writeln!(out, "         and {more} more kinds"),
    }
}

fn comment(out: &mut impl Write, traced: &Traced) -> io::Result<()> {
    let Traced { comment, item, author, time, text, placed } = traced;
    let item = item.as_deref().unwrap_or("JSON-LD");
    writeln!(out, "\n{}  {}", sanitize::line(&comment.id), sanitize::line(item))?;
    let attribute = "an attribute";
    if let Some(parent) = &comment.parent_id {
        writeln!(out, "  answers {} ({placed})", sanitize::line(parent))?;
    }
    let at = |from: &Option<String>| from.clone().unwrap_or_else(|| attribute.to_owned());
    match &comment.author {
        Some(name) => told(out, "  author", name, &at(author))?,
        None => writeln!(out, "  author  none")?,
    }
    match &comment.created_at {
        Some(when) => told(out, "  time", when, &at(time))?,
        None => writeln!(out, "  time    none")?,
    }
    if comment.text.trim().is_empty() {
        return writeln!(out, "  text    none");
    }
    told(out, "  text", &comment.text, &at(text))
}

/// One line: what it is, its beginning and length, and its place.
fn told(out: &mut impl Write, what: &str, text: &str, from: &str) -> io::Result<()> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = line.chars().count();
    let begin: String = line.chars().take(SHOWN).collect();
    let rest = if length > SHOWN { format!("… ({length} characters)") } else { String::new() };
    writeln!(out, "{what:8} {}{rest}  <- {}", sanitize::line(&begin), sanitize::line(from))
}

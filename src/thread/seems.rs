//! What an unreadable file seems to be, and how its comments can be imported.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::thread::delimiter;
use crate::thread::dumps::{dump, is_chat};
use crate::thread::format::Format;
use crate::thread::known::Known;
use crate::thread::limits::SHOWN;
use crate::thread::page_html::none::{Says, says};
use crate::thread::script;

/// How many bytes of a file are inspected.
const HEAD: usize = 64 << 10;
/// How many of its lines.
const LINES: usize = 20;

/// What a text certainly is if it has a form that is not read, whatever is found in it; `texts` are names of the text
/// column.
pub(crate) fn foreign(document: &str, texts: &[&str]) -> Option<String> {
    let head = head(document);
    if head.starts_with("<?xml")
        && let Some(root) = root(head).filter(|root| *root.name != *"html")
    {
        return Some(xml(&root));
    }
    dump(head).or_else(|| samples(head)).or_else(|| by_column(head)).or_else(|| {
        let table =
            Table::of(head).filter(|table| texts.iter().any(|text| table.header.iter().any(|name| name == text)));
        table.map(|table| table.told())
    })
}

/// What a table is whose JSON has an object for each column, with the cells by the numbers of their rows.
fn by_column(head: &str) -> Option<String> {
    let (_, column) = head.strip_prefix('{')?.trim_start().strip_prefix('"')?.split_once('"')?;
    let cells = column.trim_start().strip_prefix(':')?.trim_start().strip_prefix('{')?.trim_start();
    let cell = cells.strip_prefix("\"0\"")?.trim_start().strip_prefix(':')?.trim_start();
    if cell.starts_with(['{', '[']) {
        return None;
    }
    Some("a table column by column, as pandas writes JSON by default; write it row by row, with to_json(orient=\"records\", lines=True)".to_owned())
}

/// The table format that a text certainly has, whatever its name.
pub(crate) fn certain_table(document: &str) -> Option<Format> {
    let head = head(document);
    if samples(head).is_some() {
        return None;
    }
    if delimiter::of_own_line(head.as_bytes()).is_some() {
        return Some(Format::Csv);
    }
    let table = Table::of(head)?;
    let is_known = || table.header.iter().any(|name| Known::of_name(name).is_some());
    let is_header = || is_known() && table.header.iter().all(|name| is_name(name));
    (table.format == Format::Tsv || is_header()).then_some(table.format)
}

/// Files of samples for other classifiers.
fn samples(head: &str) -> Option<String> {
    let lines: Vec<&str> = rows(head).collect();
    let most =
        |is: fn(&str) -> bool| lines.len() > 1 && lines.iter().filter(|line| is(line)).count() * 5 >= lines.len() * 4;
    let name = if most(|line| line.starts_with("__label__")) {
        "a fastText file (lines that begin with __label__)"
    } else if most(is_vowpal) {
        "a Vowpal Wabbit file (LABEL |NAMESPACE words)"
    } else {
        return None;
    };
    Some(format!("{name}: write it as a table, CSV or TSV with the header label, text and one sample a row"))
}

/// Whether most lines contain a fastText label, in any position.
fn has_labels(head: &str) -> bool {
    let is_label = |word: &str| word.starts_with("__label__");
    let (all, labelled) = rows(head).fold((0_usize, 0_usize), |(all, labelled), line| {
        (all + 1, labelled + usize::from(line.split_whitespace().any(is_label)))
    });
    labelled > 0 && labelled * 5 >= all * 4
}

/// Whether a line starts with a label, perhaps a weight and a tag, then a bar.
fn is_vowpal(line: &str) -> bool {
    let Some((before, _)) = line.split_once('|') else { return false };
    let mut words = before.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| word.parse::<f64>().is_ok() || word.starts_with('\''))
}

/// Why no comment was found in a text page.
pub(crate) fn text(document: &str) -> String {
    let head = head(document);
    if let Some(table) = Table::of(head) {
        return format!("it seems to be {}", table.told());
    }
    if is_chat(head) {
        return "it seems to be a chat, as WhatsApp exports it: write its messages as a CSV file with the columns author, \
                created_at, text"
            .to_owned();
    }
    if has_labels(head) {
        return "it seems to be a fastText file (words that begin with __label__): give --input-format fasttext"
            .to_owned();
    }
    match Format::of_content(head.as_bytes()) {
        Some(Format::Json) => return "it seems to be JSON: name it .json".to_owned(),
        Some(Format::Jsonl) => return "it seems to be JSONL: name it .jsonl".to_owned(),
        Some(Format::PageHtml) => return "it seems to be HTML or XML: name it .html or .xml".to_owned(),
        _ => {}
    }
    "it seems to be text without a list of comments; in a page as text a comment is a bullet (•, –, - or *) with its author, \
     and its text below, indented deeper. If each line is a comment, write `text` above them and name the file .tsv"
        .to_owned()
}

/// What a JSON document with an object on each line is.
pub(crate) fn lines(document: &str) -> Option<String> {
    let (line, rest) = document.trim_start().split_once('\n')?;
    let is_object =
        |line: &str| line.starts_with('{') && serde_json::from_str::<&serde_json::value::RawValue>(line).is_ok();
    let next = rest.trim_start().lines().next()?;
    let what = "JSONL, one object a line: name it .jsonl, or give --input-format jsonl";
    (is_object(line.trim_end()) && is_object(next.trim_end())).then(|| what.to_owned())
}

/// Why no comment was found in an HTML page.
pub(crate) fn html(document: &str) -> String {
    let start = document.trim_start();
    if start.starts_with(['{', '[']) {
        return "it seems to be JSON: name it .json, or .jsonl where each line is an object".to_owned();
    }
    if !start.starts_with('<') {
        return "it seems to be no HTML: name it .txt if it is a page as text".to_owned();
    }
    if let Some(root) = root(head(document)).filter(is_xml) {
        return format!("it seems to be {}", xml(&root));
    }
    if CHECKS.iter().any(|mark| head(document).contains(mark)) {
        return "it seems to be a check whether a person asks for the page, not the page itself: open it in a browser, and save it \
                once the article is shown"
            .to_owned();
    }
    let seems = "it seems to be a page without its comments";
    match script::of(document) {
        Some((system, Some(export))) => format!(
            "{seems}; a script of {system} brings them, into a frame, which is saved with the page as \"Webpage, Single File\" \
             (.mhtml) by Chrome and Edge: save it so once they are shown; or {export}"
        ),
        Some((system, None)) => format!(
            "{seems}; a script of {system} brings them: save the page from the browser once they are shown, or export them \
             as CSV or JSONL"
        ),
        None => of_page(document, seems),
    }
}

/// Text on the pages that check visitors before showing the page itself.
const CHECKS: [&str; 6] = [
    "<title>Just a moment...",
    "_cf_chl_opt",
    "id=\"cf-challenge",
    "<title>Attention Required! | Cloudflare",
    "<title>DDoS-Guard",
    "<title>Pardon Our Interruption",
];

/// The reason when no known comment system is found on the page.
fn of_page(document: &str, seems: &str) -> String {
    let save = "save the page from the browser once they are shown";
    let unknown = format!(
        "no part of the page was recognised as a comment; if a script brings them, {save}, else export them as CSV or JSONL"
    );
    match says(document) {
        Some(Says::None) => "the page says that there are no comments yet".to_owned(),
        Some(Says::Closed) => {
            format!("the page says that comments are closed; if there are some, {save}, or export them as CSV or JSONL")
        }
        Some(Says::Count(1)) => format!("the page says that it has a comment, but {unknown}"),
        Some(Says::Count(count)) => format!("the page says that it has {count} comments, but {unknown}"),
        Some(Says::Empty(place)) => format!(
            "{seems}; the place for them ({place}) is empty, so perhaps a script brings them: {save}, or export them as CSV or \
             JSONL"
        ),
        None => unknown,
    }
}

/// Whether the first element occurs only in feeds or exports.
fn is_xml(root: &Tag) -> bool {
    root.attrs.iter().any(|attribute| attribute.name.local.starts_with("xmlns") && !attribute.value.contains("xhtml"))
        && *root.name != *"svg"
        && *root.name != *"html"
        || matches!(&*root.name, "disqus" | "rss" | "feed")
}

/// What XML with this root seems to be.
fn xml(root: &Tag) -> String {
    let is_wxr = || root.attrs.iter().any(|attribute| attribute.value.contains("wordpress.org/export"));
    let columns = "as a CSV file with the columns id, parent_id, author, created_at, text";
    match &*root.name {
        "disqus" => "a Disqus export, which is read as such where no other format is named".to_owned(),
        "rss" if is_wxr() => {
            "a WordPress export (WXR), which is read as such where no other format is named".to_owned()
        }
        "rss" => format!("a feed (RSS), which is not read: write its comments {columns}"),
        "feed" => format!("a feed (Atom), which is not read: write its comments {columns}"),
        other => format!("XML with the root element <{other}>, which is not read: write its comments {columns}"),
    }
}

/// The first element.
fn root(head: &str) -> Option<Tag> {
    let tokenizer = Tokenizer::new(First::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(head));
    while !matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done) {}
    tokenizer.sink.0.into_inner()
}

/// The first start tag.
#[derive(Default)]
struct First(RefCell<Option<Tag>>);

impl TokenSink for First {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token
            && tag.kind == TagKind::StartTag
        {
            self.0.borrow_mut().get_or_insert(tag);
        }
        TokenSinkResult::Continue
    }
}

/// Text whose lines are rows.
pub(crate) struct Table {
    pub(crate) format: Format,
    header: Vec<String>,
}

impl Table {
    /// The table formed by the lines if all have the same number of cells, more than one. For tabs two lines are
    /// enough; for commas, semicolons or bars, the first line must contain a known name or be a row of names above two
    /// more.
    pub(crate) fn of(head: &str) -> Option<Self> {
        let owned = |cells: Vec<&str>| cells.into_iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = rows(head).map(|line| owned(line.split('\t').collect())).collect();
        if let Some(header) = even(&rows, 2) {
            return Some(Self { format: Format::Tsv, header });
        }
        [b',', b';', b'|'].into_iter().find_map(|delimiter| {
            let mut reader = csv::ReaderBuilder::new();
            let mut reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(head.as_bytes());
            let rows = reader.records().map_while(Result::ok).take(LINES);
            let mut rows: Vec<Vec<String>> = rows.map(|row| owned(row.iter().collect())).collect();
            if head.len() == HEAD {
                rows.pop();
            }
            let header = even(&rows, 2)?;
            let is_known = header.iter().any(|name| Known::of_name(name).is_some());
            let is_table = is_known || (rows.len() > 2 && header.iter().all(|name| is_name(name)));
            is_table.then_some(Self { format: Format::Csv, header })
        })
    }

    fn told(&self) -> String {
        let (between, name) = match self.format {
            Format::Tsv => ("tabs", "tsv"),
            _ => ("commas, semicolons or bars", "csv"),
        };
        let shown: Vec<&str> = self.header.iter().take(SHOWN).map(String::as_str).collect();
        format!(
            "a table separated by {between}, with the columns {}{}: name it .{name}, or give --input-format {name}",
            shown.join(", "),
            if self.header.len() > SHOWN { ", …" } else { "" }
        )
    }
}

/// The first row, if there are at least `least` rows, all with the same number of cells and at least two.
fn even(rows: &[Vec<String>], least: usize) -> Option<Vec<String>> {
    let first = rows.first().filter(|first| first.len() > 1)?;
    (rows.len() >= least && rows.iter().all(|row| row.len() == first.len())).then(|| first.clone())
}

/// Whether this can be the header of a column.
fn is_name(cell: &str) -> bool {
    let is_short = cell.chars().nth(40).is_none() && cell.split_whitespace().nth(3).is_none();
    is_short && cell.chars().any(char::is_alphabetic) && !cell.ends_with(['.', '!', '?', ':'])
}

/// The first bytes, cut at a character boundary.
fn head(document: &str) -> &str {
    let document = document.trim_start();
    document.get(..document.floor_char_boundary(HEAD)).unwrap_or(document)
}

/// The first lines that are not blank, without a last one that is cut off.
fn rows(head: &str) -> impl Iterator<Item = &str> {
    let whole = if head.len() < HEAD { head } else { head.rsplit_once('\n').map_or("", |(whole, _)| whole) };
    whole.lines().filter(|line| !line.trim().is_empty()).take(LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_by_its_rows() {
        let told = |head: &str| Table::of(head).map(|table| (table.format, table.header.join("|")));
        assert_eq!(told("ID\tTweet\n1\ta, \"b\n\n2\tc\n"), Some((Format::Tsv, "ID|Tweet".to_owned())));
        assert_eq!(told("id;text\n1;\"a\nb\"\n"), Some((Format::Csv, "id|text".to_owned())));
        assert_eq!(told("Nr,Body\n1,a\n2,b\n"), Some((Format::Csv, "Nr|Body".to_owned())));
        for none in [
            "ID\tTweet\n",
            "ID\tTweet\n1\n",
            "Hello there, you\nand you, too\n",
            "One sentence, which ends.\nAnother, too.\nA third, as well.\n",
            "text\na\nb\n",
            "",
        ] {
            assert_eq!(told(none), None, "{none}");
        }
    }

    #[test]
    fn a_table_is_certain_where_it_has_the_text() {
        let told = foreign("ID\tTweet\n1\ta\n", &["text", "Tweet"]).unwrap();
        assert!(told.starts_with("a table separated by tabs, with the columns ID, Tweet: name it .tsv"), "{told}");
        assert_eq!(foreign("ID\tTweet\n1\ta\n", &["text"]), None);
        assert!(text("ID\tTweet\n1\ta\n").contains("separated by tabs"));
    }

    #[test]
    fn samples_for_other_classifiers() {
        assert!(foreign("__label__a one\n__label__b two\n", &[]).unwrap().starts_with("a fastText file"));
        for lines in ["1 |text one\n-1 |text two\n", "1 2.0 'tag| a b:2\n| c\n1 |a\n2 |b\n3 |c\n"] {
            assert!(foreign(lines, &[]).unwrap().starts_with("a Vowpal Wabbit file"), "{lines}");
        }
        for page in ["Title | Paper\n\nText | more\n", "__label__a\n", "1 | a\n", "A page\n\n  • Rosa\n    __label__\n"]
        {
            assert_eq!(foreign(page, &["text"]), None, "{page}");
        }
    }

    #[test]
    fn a_table_by_columns_is_told() {
        assert!(foreign(r#"{"text": {"0": "a"}, "stance": {"0": "b"}}"#, &[]).unwrap().contains("orient=\"records\""));
        assert_eq!(foreign(r#"{"text": {"a": "0"}}"#, &[]), None);
        assert_eq!(foreign(r#"{"comments": {"0": {"text": "a"}}}"#, &[]), None);
    }

    #[test]
    fn labels_of_fasttext_are_told_wherever_they_stand() {
        for labelled in ["__label__x one line\n", "one __label__x\ntwo __label__y\nthree __label__x\n"] {
            assert!(text(labelled).contains("give --input-format fasttext"), "{labelled}");
        }
        assert!(!text("A page\n\n  Rosa\n    __label__\n").contains("fasttext"));
    }

    #[test]
    fn xml_is_told_by_its_root() {
        for (document, expected) in [
            ("<?xml version=\"1.0\"?>\n<disqus xmlns=\"http://disqus.com\"><post/>", "a Disqus export"),
            (
                "<?xml version=\"1.0\"?><!-- c --><rss xmlns:wp=\"http://wordpress.org/export/1.2/\">",
                "a WordPress export",
            ),
            ("<?xml version=\"1.0\"?><rss version=\"2.0\">", "a feed (RSS)"),
            ("<?xml version=\"1.0\"?><!DOCTYPE t SYSTEM \"t.dtd\"><Threads>", "XML with the root element <threads>"),
        ] {
            let told = foreign(document, &[]).unwrap();
            assert!(told.starts_with(expected), "{told}");
        }
        for page in ["<?xml version=\"1.0\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\">", "<p>", ""] {
            assert_eq!(foreign(page, &[]), None, "{page}");
        }
        assert!(html("<feed xmlns=\"http://www.w3.org/2005/Atom\">").contains("a feed (Atom)"));
        assert!(html("<posts xmlns=\"urn:x\">").contains("<posts>"));
    }

    #[test]
    fn a_page_without_comments_says_where_they_may_be() {
        assert!(html("<!doctype html><div id=disqus_thread></div>").contains("a script of Disqus"));
        assert!(html("<html><p>a").starts_with("no part of the page was recognised as a comment"));
        assert!(html("<html><p>a<h2>No comments yet</h2>").ends_with("no comments yet"));
        assert!(html("<html><p>a<p>Comments are closed.").contains("says that comments are closed"));
        assert!(html("<html><p>a<h2>4 comments</h2>").contains("it has 4 comments, but no part of the page"));
        assert!(html("<html><p>a<div id=comments></div>").contains("(body > div#comments) is empty"));
        assert!(html("<div data-spotim-module=conversation>").contains("a script of OpenWeb"));
        assert!(html("<title>Just a moment...</title>").contains("check whether a person"));
        assert!(html("[1]").contains(".json"));
        assert!(html("Title\n\ntext").contains(".txt"));
        assert!(text("Title\n\nSome text.\n").contains("a bullet"));
        assert!(text("{\"a\":1}\n{\"a\":2}").contains(".jsonl"));
        assert!(text("<p>a</p>").contains(".html"));
    }
}

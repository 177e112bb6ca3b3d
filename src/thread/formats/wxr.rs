//! Exports of `WordPress` (WXR) in all versions, and the import format of Disqus, which adds names of its own.
//!
//! Comments are inside their articles, so each comment comes with the article's text.

use rustc_hash::FxHashSet;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::formats::shortcodes::without_captions;
use crate::thread::markup::{plain, plain_with_lines};
use crate::thread::moment::Moment;
use crate::thread::xml::{XmlExport, open, root};

pub(crate) static WXR: Export = Export {
    name: "wxr",
    what: Wxr::WHAT,
    recognised: "XML with the root `<rss>` and a namespace of wordpress.org/export",
    is_document: false,
    is: |head| {
        let is_wordpress = |value: &String| value.contains("wordpress.org/export");
        head.text.starts_with('<')
            && root(head.text).is_some_and(|(name, values)| name == "rss" && values.iter().any(is_wordpress))
    },
    open: open::<Wxr>,
};

/// The reader's state.
#[derive(Default)]
struct Wxr {
    sites: Sites,
    /// The number of articles.
    articles: u64,
    article: Article,
    comment: Option<Comment>,
}

/// The sites in a file that combines several exports.
#[derive(Default)]
struct Sites {
    first: Option<String>,
    address: String,
}

/// The article being read.
#[derive(Default)]
struct Article {
    id: String,
    identifier: String,
    title: String,
    link: String,
    /// The text as HTML, until the first comment needs it.
    html: String,
    text: Option<String>,
    /// Set by the first comment.
    thread: Option<String>,
    /// The ids of pingbacks and trackbacks, which are left out.
    left_out: FxHashSet<String>,
}

/// The comment being read.
#[derive(Default)]
struct Comment {
    line: u64,
    id: String,
    author: String,
    date: String,
    date_gmt: String,
    content: String,
    approved: String,
    kind: String,
    parent: String,
    broken: Option<String>,
}

/// The role of an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Channel,
    SiteLink,
    Article,
    Title,
    Link,
    Content,
    PostId,
    Identifier,
    Comment,
    CommentId,
    Author,
    Date,
    DateGmt,
    Text,
    Approved,
    Kind,
    Parent,
    Other,
}

impl XmlExport for Wxr {
    type Element = Element;

    const WHAT: &'static str = "a WordPress export (WXR)";

    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_id",
        "article_title",
        "article_url",
        "article_text",
        "author",
        "created_at",
        "text",
        "status",
        "reject",
    ];

    fn element(within: Option<Element>, prefix: &str, name: &str) -> Element {
        match (within, name) {
            (Some(Element::Article), "title") => Element::Title,
            (Some(Element::Article), "link") => Element::Link,
            (Some(Element::Article), "encoded") if prefix != "excerpt" => Element::Content,
            (Some(Element::Article), "post_id") => Element::PostId,
            (Some(Element::Article), "thread_identifier") => Element::Identifier,
            (Some(Element::Article), "comment") => Element::Comment,
            (Some(Element::Comment), "comment_id") => Element::CommentId,
            (Some(Element::Comment), "comment_author") => Element::Author,
            (Some(Element::Comment), "comment_date") => Element::Date,
            (Some(Element::Comment), "comment_date_gmt") => Element::DateGmt,
            (Some(Element::Comment), "comment_content") => Element::Text,
            (Some(Element::Comment), "comment_approved") => Element::Approved,
            (Some(Element::Comment), "comment_type") => Element::Kind,
            (Some(Element::Comment), "comment_parent") => Element::Parent,
            (Some(Element::Article | Element::Comment), _) => Element::Other,
            (Some(Element::Channel), "link" | "base_blog_url") => Element::SiteLink,
            (_, "channel") => Element::Channel,
            (_, "item") => Element::Article,
            _ => Element::Other,
        }
    }

    fn is_text(element: Element) -> bool {
        !matches!(element, Element::Channel | Element::Article | Element::Comment | Element::Other)
    }

    fn open(&mut self, element: Element, _: Option<&str>, line: u64, _: &mut Comments) {
        match element {
            Element::Channel => self.sites.address.clear(),
            Element::Article => {
                self.article = Article::default();
                self.articles += 1;
            }
            Element::Comment => self.comment = Some(Comment { line, ..Comment::default() }),
            _ => {}
        }
    }

    fn close(&mut self, element: Element, text: &str, out: &mut Comments) {
        let Self { article, comment, .. } = self;
        let own = match (element, comment.as_mut()) {
            (Element::Comment, _) => return self.comment(out),
            (Element::SiteLink, _) => return text.trim().clone_into(&mut self.sites.address),
            (Element::Title, _) => &mut article.title,
            (Element::Link, _) => &mut article.link,
            (Element::Content, _) => &mut article.html,
            (Element::PostId, _) => &mut article.id,
            (Element::Identifier, _) => &mut article.identifier,
            (Element::CommentId, Some(comment)) => &mut comment.id,
            (Element::Author, Some(comment)) => &mut comment.author,
            (Element::Date, Some(comment)) => &mut comment.date,
            (Element::DateGmt, Some(comment)) => &mut comment.date_gmt,
            (Element::Text, Some(comment)) => &mut comment.content,
            (Element::Approved, Some(comment)) => &mut comment.approved,
            (Element::Kind, Some(comment)) => &mut comment.kind,
            (Element::Parent, Some(comment)) => &mut comment.parent,
            _ => return,
        };
        text.trim().clone_into(own);
        if element == Element::Title {
            *own = plain(own);
        }
        let is_of_article = matches!(
            element,
            Element::Title | Element::Link | Element::Content | Element::PostId | Element::Identifier
        );
        if is_of_article && article.thread.is_some() {
            out.count(
                "article tells something of itself after its comments, which have none of it",
                "times an article tells something of itself after its comments, which have none of it",
            );
        }
    }

    fn broken(&mut self, line: u64, reason: String, out: &mut Comments) {
        match &mut self.comment {
            Some(comment) => {
                let place = if line == comment.line { String::new() } else { format!("line {line}: ") };
                comment.broken.get_or_insert_with(|| format!("{place}{reason}"));
            }
            None => out.refuse(line, reason),
        }
    }
}

impl Wxr {
    /// Hands out the comment that was read.
    fn comment(&mut self, out: &mut Comments) {
        let Some(comment) = self.comment.take() else { return };
        if let Some(reason) = comment.broken {
            return out.refuse(comment.line, reason);
        }
        match comment.kind.to_ascii_lowercase().as_str() {
            "pingback" | "trackback" => {
                self.article.left_out.insert(comment.id);
                return out.count("pingback or trackback is left out", "pingbacks and trackbacks are left out");
            }
            "note" | "order_note" | "webhook_delivery" | "action_log" | "editorial-comment" => {
                let (one, many) =
                    ("note of the staff or of a shop is left out", "notes of the staff or of a shop are left out");
                return out.count(one, many);
            }
            _ => {}
        }
        let (status, reject) = match comment.approved.to_ascii_lowercase().as_str() {
            "1" | "approve" | "approved" => ("approved", "0"),
            "0" | "hold" | "pending" | "unapproved" => ("pending", ""),
            "trash" => ("trash", "1"),
            "spam" => ("spam", "1"),
            "post-trashed" => ("post-trashed", ""),
            _ => (comment.approved.as_str(), ""),
        };
        if comment.content.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')) {
            out.count(
                "comment has characters that XML does not allow",
                "comments have characters that XML does not allow",
            );
        }
        let Self { article, articles, sites, .. } = self;
        if article.thread.is_none() {
            article.thread = Some(thread(article.key(), *articles, sites));
        }
        let thread = article.thread.as_deref().unwrap_or_default();
        let html = &mut article.html;
        let article_text =
            article.text.get_or_insert_with(|| plain_with_lines(&without_captions(&std::mem::take(html))));
        // What answers a pingback stands at the top: the pingback is left out.
        let is_at_top = comment.parent == "0" || article.left_out.contains(&comment.parent);
        let parent = if is_at_top { "" } else { &comment.parent };
        out.push(
            comment.line,
            &[
                ("id", &comment.id),
                ("parent_id", parent),
                ("thread_id", thread),
                ("article_id", thread),
                ("article_title", &article.title),
                ("article_url", &article.link),
                ("article_text", article_text),
                ("author", &plain(&comment.author)),
                ("created_at", &time(&comment)),
                ("text", &plain_with_lines(&comment.content)),
                ("status", status),
                ("reject", reject),
            ],
        );
    }
}

impl Article {
    /// What distinguishes the article from others.
    fn key(&self) -> String {
        [&self.id, &self.identifier, &self.link].into_iter().find(|key| !key.is_empty()).cloned().unwrap_or_default()
    }
}

/// The thread id of an article: two sites may have articles with the same number.
fn thread(key: String, number: u64, sites: &mut Sites) -> String {
    let key = if key.is_empty() { format!("article {number}") } else { key };
    let first = sites.first.get_or_insert_with(|| sites.address.clone());
    if *first == sites.address { key } else { format!("{} {key}", sites.address) }
}

/// When a comment was written, in UTC if that is given. `WordPress` writes zeros for an unknown time.
fn time(comment: &Comment) -> String {
    let known = |time: &str| !time.is_empty() && !time.starts_with("0000");
    let iso = |time: &str| match Moment::of(time) {
        Some(Moment::Zoned(..)) => (time.replacen(' ', "T", 1), false),
        Some(Moment::Local(_)) => (time.replacen(' ', "T", 1), true),
        Some(Moment::Counted(_)) | None => (time.to_owned(), false),
    };
    if known(&comment.date_gmt) {
        let (time, is_bare) = iso(&comment.date_gmt);
        return if is_bare { time + "Z" } else { time };
    }
    if known(&comment.date) { iso(&comment.date).0 } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::xml::all_rows::All;

    /// An export of one article with these elements.
    fn export(item: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<rss xmlns:wp=\"http://wordpress.org/export/1.0/\"><channel><item>\n{item}\n</item></channel></rss>"
        )
    }

    fn comment(id: u32, rest: &str) -> String {
        format!("<wp:comment><wp:comment_id>{id}</wp:comment_id>{rest}</wp:comment>")
    }

    fn read(item: &str) -> All {
        All::of(&WXR, export(item))
    }

    #[test]
    fn missing_fields_are_empty_and_an_article_without_an_id_has_its_address() {
        let all = read(&format!(
            "<link>https://e.example/a</link>{}",
            comment(3, "<wp:comment_content>a</wp:comment_content>")
        ));
        assert_eq!((all.column("thread_id"), all.column("status")), (vec!["https://e.example/a"], vec![""]));
        let disqus = "<title>T</title><dsq:thread_identifier>t-1</dsq:thread_identifier>";
        let all = read(&format!("{disqus}{}", comment(3, "<dsq:remote><dsq:id>9</dsq:id></dsq:remote>")));
        assert_eq!((all.column("thread_id"), all.column("id")), (vec!["t-1"], vec!["3"]));
        assert_eq!(read(&comment(3, "")).column("thread_id"), ["article 1"]);
    }

    #[test]
    fn times_are_in_utc_where_that_is_told() {
        let time = |gmt: &str, local: &str| {
            let all = read(&comment(
                1,
                &format!("<wp:comment_date>{local}</wp:comment_date><wp:comment_date_gmt>{gmt}</wp:comment_date_gmt>"),
            ));
            all.column("created_at").concat()
        };
        assert_eq!(time("2024-03-05 08:10:00", "2024-03-05 09:10:00"), "2024-03-05T08:10:00Z");
        assert_eq!(time("2024-03-05T08:10:00+00:00", ""), "2024-03-05T08:10:00+00:00");
        assert_eq!(time("0000-00-00 00:00:00", "2024-03-05 09:10:00"), "2024-03-05T09:10:00");
        assert_eq!(time("", "0000-00-00 00:00:00"), "");
        assert_eq!(time("", "yesterday"), "yesterday");
    }

    #[test]
    fn what_answers_a_pingback_stands_at_the_top() {
        let pingback = comment(1, "<wp:comment_type>pingback</wp:comment_type>");
        let answer = |id, parent: &str| comment(id, &format!("<wp:comment_parent>{parent}</wp:comment_parent>"));
        let all = read(&[pingback, answer(2, "1"), answer(3, "2"), answer(4, "9")].concat());
        assert_eq!(all.column("parent_id"), ["", "2", "9"]);
    }

    #[test]
    fn an_export_without_comments_fails() {
        let pingback = comment(1, "<wp:comment_type>pingback</wp:comment_type>");
        let file = export(&pingback).into_bytes();
        let input = crate::thread::export::Input::new("f".to_owned(), Box::new(std::io::Cursor::new(file)));
        let error = (WXR.open)(input).unwrap().read(&mut crate::thread::row::Row::default()).unwrap_err();
        let told = "f: no comment is found: it is a WordPress export (WXR) that has no comments of readers; 1 pingback or \
                    trackback is left out";
        assert_eq!(error.to_string(), told);
    }

    #[test]
    fn several_sites_in_a_file_keep_their_articles_apart() {
        let item = format!("<item><wp:post_id>1</wp:post_id>{}</item>", comment(1, ""));
        let channel = |link: &str| format!("<channel><link>{link}</link>{item}</channel>");
        let file =
            format!("<rss>{}{}</rss>\n<rss>{}</rss>", channel("https://a"), channel("https://b"), channel("https://a"));
        assert_eq!(All::of(&WXR, file).column("thread_id"), ["1", "https://b 1", "1"]);
    }

    #[test]
    fn what_is_no_comment_of_a_reader_is_counted() {
        let of = |kind: &str| comment(1, &format!("<wp:comment_type>{kind}</wp:comment_type>"));
        let all = read(&[of("pingback"), of("trackback"), of("order_note"), of("review"), of("")].concat());
        assert_eq!(all.rows.len(), 2);
        assert_eq!(
            all.remarks,
            ["2 pingbacks and trackbacks are left out", "1 note of the staff or of a shop is left out"]
        );
    }

    #[test]
    fn what_an_article_tells_after_its_comments_is_told() {
        let all = read(&format!("{}<wp:post_id>7</wp:post_id>{}", comment(1, ""), comment(2, "")));
        assert_eq!(all.column("thread_id"), ["article 1", "article 1"]);
        assert_eq!(all.remarks.len(), 1);
    }

    #[test]
    fn what_is_not_well_formed_costs_no_more_than_it_must() {
        let text = |text: &str| comment(1, &format!("<wp:comment_content>{text}</wp:comment_content>"));
        let fine = text("fine");
        for (broken, rows, refused) in [
            (text("AT&T; R&D & more &eacute;"), vec!["AT&T; R&D & more é", "fine"], Vec::<&str>::new()),
            (text("<p>one<br>two</p><p>three"), vec!["one\ntwo\n\nthree", "fine"], vec![]),
            (
                text("a < b"),
                vec!["fine"],
                vec!["f:3: a `<` begins no element; what follows it is not read as far as line 3"],
            ),
            (
                text("a").replace("</wp:comment_content>", ""),
                vec!["fine"],
                vec!["f:3: <wp:comment_content> does not end before </wp:comment>"],
            ),
            (format!("</b>{}", text("a")), vec!["a", "fine"], vec!["f:3: </b> ends nothing that is open"]),
        ] {
            let all = read(&format!("{broken}\n{fine}"));
            assert_eq!(all.column("text"), rows, "{broken}");
            assert_eq!(all.refused, refused, "{broken}");
        }
        let bytes = export(&[text("caf\u{1}"), fine].concat()).into_bytes();
        let all = All::of(&WXR, bytes.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect::<Vec<_>>());
        assert_eq!(all.column("text"), ["fine"]);
        assert!(all.refused.concat().contains("not UTF-8"), "{:?}", all.refused);
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_says_so() {
        let whole =
            export(&[comment(1, "<wp:comment_content><![CDATA[é]]></wp:comment_content>"), comment(2, "")].concat());
        let begin = whole.find("<rss").unwrap() + 1;
        for end in begin..whole.trim_end().len() {
            let all = All::of(&WXR, &whole.as_bytes()[..end]);
            assert_eq!(all.refused.len(), 1, "{}", &whole[..whole.floor_char_boundary(end)]);
        }
        let all = All::of(&WXR, whole);
        assert_eq!((all.rows.len(), all.refused.len()), (2, 0));
    }

    #[test]
    fn hostile_files_take_linear_time() {
        for part in [
            "<item>",
            "</item>",
            "<b>",
            "<b/>",
            "<wp:comment>",
            "<",
            "&",
            "<![CDATA[",
            "<!",
            "<a b='",
            "<item><title>",
            "&#0;",
        ] {
            let all = read(&part.repeat(20_000));
            assert!(!all.refused.is_empty(), "{part}");
        }
    }

    #[test]
    fn only_an_export_is_one() {
        use crate::thread::head::Head;
        for (text, is) in [
            (export(""), true),
            ("<rss version=\"2.0\"><channel>".to_owned(), false),
            ("<html><p>http://wordpress.org/export/</p>".to_owned(), false),
            ("id,text\n1,<rss xmlns:wp=\"http://wordpress.org/export/1.2/\">".to_owned(), false),
        ] {
            assert_eq!((WXR.is)(&Head::new(text.as_bytes(), &text)), is, "{text}");
        }
    }
}

//! Exports of Disqus: the threads of a site, then all posts.

use rustc_hash::FxHashMap;

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::markup::plain;
use crate::thread::xml::{XmlExport, open, root};

pub(crate) static DISQUS: Export = Export {
    name: "disqus",
    what: Disqus::WHAT,
    recognised: "XML with the root `<disqus>`",
    is_document: false,
    is: |head| head.text.starts_with('<') && root(head.text).is_some_and(|(name, _)| name == "disqus"),
    open: open::<Disqus>,
};

/// The reader's state.
#[derive(Default)]
struct Disqus {
    threads: FxHashMap<Box<str>, Thread>,
    thread: Option<(String, Thread)>,
    post: Option<Post>,
}

/// A page with posts.
#[derive(Default)]
struct Thread {
    title: Box<str>,
    link: Box<str>,
    is_deleted: bool,
}

/// The post being read.
#[derive(Default)]
struct Post {
    line: u64,
    id: String,
    own_id: String,
    message: String,
    created_at: String,
    is_deleted: String,
    is_spam: String,
    name: String,
    username: String,
    thread: String,
    parent: String,
    broken: Option<String>,
}

/// The role of an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Thread,
    Title,
    Link,
    ThreadIsDeleted,
    Post,
    OwnId,
    Message,
    CreatedAt,
    IsDeleted,
    IsSpam,
    Author,
    Name,
    Username,
    PostThread,
    Parent,
    Root,
    Other,
}

impl XmlExport for Disqus {
    type Element = Element;

    const WHAT: &'static str = "a Disqus export";

    const COLUMNS: &'static [&'static str] = &[
        "id",
        "parent_id",
        "thread_id",
        "article_title",
        "article_url",
        "author",
        "created_at",
        "text",
        "status",
        "reject",
        "spam",
    ];

    fn element(within: Option<Element>, _: &str, name: &str) -> Element {
        match (within, name) {
            (_, "disqus") => Element::Root,
            (None | Some(Element::Root), "thread") => Element::Thread,
            (None | Some(Element::Root), "post") => Element::Post,
            (Some(Element::Thread), "title") => Element::Title,
            (Some(Element::Thread), "link") => Element::Link,
            (Some(Element::Thread), "isDeleted") => Element::ThreadIsDeleted,
            (Some(Element::Post), "id") => Element::OwnId,
            (Some(Element::Post), "message") => Element::Message,
            (Some(Element::Post), "createdAt") => Element::CreatedAt,
            (Some(Element::Post), "isDeleted") => Element::IsDeleted,
            (Some(Element::Post), "isSpam") => Element::IsSpam,
            (Some(Element::Post), "thread") => Element::PostThread,
            (Some(Element::Post), "parent") => Element::Parent,
            (Some(Element::Post), "author") => Element::Author,
            (Some(Element::Author), "name") => Element::Name,
            (Some(Element::Author), "username") => Element::Username,
            _ => Element::Other,
        }
    }

    fn is_text(element: Element) -> bool {
        use Element::{Author, Other, Post, Root, Thread};
        !matches!(element, Thread | Post | Author | Root | Other)
    }

    fn open(&mut self, element: Element, id: Option<&str>, line: u64, _: &mut Comments) {
        let id = id.unwrap_or_default().trim();
        match (element, &mut self.post) {
            (Element::Thread, _) => self.thread = Some((id.to_owned(), Thread::default())),
            (Element::Post, _) => self.post = Some(Post { line, id: id.to_owned(), ..Post::default() }),
            (Element::PostThread, Some(post)) => id.clone_into(&mut post.thread),
            (Element::Parent, Some(post)) => id.clone_into(&mut post.parent),
            _ => {}
        }
    }

    fn close(&mut self, element: Element, text: &str, out: &mut Comments) {
        let text = text.trim();
        match (element, &mut self.thread, &mut self.post) {
            (Element::Title, Some((_, thread)), _) => thread.title = plain(text).into(),
            (Element::Link, Some((_, thread)), _) => thread.link = text.into(),
            (Element::ThreadIsDeleted, Some((_, thread)), _) => thread.is_deleted = is_true(text) == Some(true),
            (Element::Thread, ..) => {
                if let Some((id, thread)) = self.thread.take() {
                    self.threads.insert(id.into(), thread);
                }
            }
            (Element::Post, ..) => self.post(out),
            (element, _, Some(post)) => {
                let own = match element {
                    Element::OwnId => &mut post.own_id,
                    Element::Message => &mut post.message,
                    Element::CreatedAt => &mut post.created_at,
                    Element::IsDeleted => &mut post.is_deleted,
                    Element::IsSpam => &mut post.is_spam,
                    Element::Name => &mut post.name,
                    Element::Username => &mut post.username,
                    // Older exports have the id as text; if both exist, the attribute is the id within the export.
                    Element::PostThread if post.thread.is_empty() => &mut post.thread,
                    Element::Parent if post.parent.is_empty() => &mut post.parent,
                    _ => return,
                };
                text.clone_into(own);
            }
            _ => {}
        }
    }

    fn broken(&mut self, line: u64, reason: String, out: &mut Comments) {
        match &mut self.post {
            Some(post) => {
                let place = if line == post.line { String::new() } else { format!("line {line}: ") };
                post.broken.get_or_insert_with(|| format!("{place}{reason}"));
            }
            None => out.refuse(line, reason),
        }
    }
}

impl Disqus {
    /// Hands out the post that was read.
    fn post(&mut self, out: &mut Comments) {
        let Some(post) = self.post.take() else { return };
        if let Some(reason) = post.broken {
            return out.refuse(post.line, reason);
        }
        let none = Thread::default();
        let thread = self.threads.get(post.thread.as_str()).unwrap_or_else(|| {
            out.count(
                "comment is under a page that the export does not tell of before it",
                "comments are under pages that the export does not tell of before them",
            );
            &none
        });
        if thread.is_deleted {
            out.count("comment is under a page that was deleted", "comments are under pages that were deleted");
        }
        let is_deleted = is_true(&post.is_deleted) == Some(true);
        let spam = match is_true(&post.is_spam) {
            Some(true) => "1",
            Some(false) => "0",
            None => "",
        };
        let (status, reject) = match (is_deleted, spam) {
            (true, "1") => ("deleted", "1"),
            // Its author may have deleted it.
            (true, _) => ("deleted", ""),
            (false, "1") => ("spam", "1"),
            (false, spam) => ("", spam),
        };
        if is_deleted {
            out.count(
                "deleted comment keeps its place without its text",
                "deleted comments keep their places without their texts",
            );
        }
        let text = if is_deleted { String::new() } else { plain(&post.message) };
        let [id, author] = [(&post.id, &post.own_id), (&post.name, &post.username)]
            .map(|(first, other)| if first.is_empty() { other } else { first });
        out.push(
            post.line,
            &[
                ("id", id),
                ("parent_id", &post.parent),
                ("thread_id", &post.thread),
                ("article_title", &thread.title),
                ("article_url", &thread.link),
                ("author", &plain(author)),
                ("created_at", &post.created_at),
                ("text", text.trim()),
                ("status", status),
                ("reject", reject),
                ("spam", spam),
            ],
        );
    }
}

fn is_true(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::xml::all_rows::All;

    fn read(elements: &str) -> All {
        All::of(
            &DISQUS,
            format!(
                "<?xml version=\"1.0\"?>\n<disqus xmlns:dsq=\"http://disqus.com/disqus-internals\">{elements}</disqus>"
            ),
        )
    }

    #[test]
    fn ids_of_older_exports_are_read() {
        let all = read(
            "<thread dsq:id=\"1\"><title>T</title></thread><post dsq:id=\"5\"><parent dsq:id=\"4\">9</parent><thread>1</thread></post>\
             <post><id>6</id><parent>5</parent><thread dsq:id=\"1\"/></post>",
        );
        assert_eq!((all.column("id"), all.column("parent_id")), (vec!["5", "6"], vec!["4", "5"]));
        assert_eq!(all.column("article_title"), ["T", "T"]);
    }

    #[test]
    fn posts_before_their_thread_are_read_and_told() {
        let all = read(
            "<post dsq:id=\"5\"><message>a</message><thread dsq:id=\"1\"/></post><thread dsq:id=\"1\"><title>T</title></thread>",
        );
        assert_eq!((all.column("thread_id"), all.column("article_title")), (vec!["1"], vec![""]));
        assert_eq!(all.remarks, ["1 comment is under a page that the export does not tell of before it"]);
    }

    #[test]
    fn states_are_told_and_deleted_posts_keep_only_their_place() {
        let post = |is_deleted: &str, is_spam: &str| {
            format!(
                "<post dsq:id=\"1\"><message> a </message><isDeleted>{is_deleted}</isDeleted><isSpam>{is_spam}</isSpam></post>"
            )
        };
        let posts =
            [post("false", "false"), post("false", "true"), post("true", "false"), post("true", "true"), post("", "x")];
        let all = read(&posts.concat());
        assert_eq!(all.column("text"), ["a", "a", "", "", "a"]);
        assert_eq!(all.column("status"), ["", "spam", "deleted", "deleted", ""]);
        assert_eq!(all.column("spam"), ["0", "1", "0", "1", ""]);
        assert_eq!(all.column("reject"), ["0", "1", "", "1", ""]);
        assert_eq!(all.remarks[1], "2 deleted comments keep their places without their texts");
    }

    #[test]
    fn a_broken_post_is_refused_and_the_others_are_read() {
        let all = read("\n<post dsq:id=\"1\"><message>a</post>\n<post dsq:id=\"2\"><message>b</message></post>");
        assert_eq!(all.column("id"), ["2"]);
        assert_eq!(all.refused, ["f:3: <message> does not end before </post>"]);
    }
}

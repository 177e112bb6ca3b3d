//! Comment systems with known markup, and where each part is.

/// The markup of a system. All fields except `mark` are CSS selectors for a single element, tried in order; they are
/// matched against each element of a page, so none of them depends on its surroundings.
pub(crate) struct System {
    pub(crate) name: &'static str,
    /// A class, or the name of an element, that only this system's comments have.
    pub(crate) mark: &'static str,
    /// Matches a comment.
    pub(crate) item: &'static str,
    /// Matches items that are not comments, with a description (singular and plural).
    pub(crate) never: Option<(&'static str, (&'static str, &'static str))>,
    /// The attribute with the id, and the id's prefix; on the item, else on an element in it.
    pub(crate) id: &'static [(&'static str, &'static str)],
    pub(crate) author: &'static [&'static str],
    pub(crate) time: &'static [&'static str],
    pub(crate) text: &'static [&'static str],
    /// Elements within the text that are not part of it.
    pub(crate) drop: &'static str,
    pub(crate) nesting: Nesting,
    pub(crate) title: &'static [&'static str],
    pub(crate) article: Head,
    /// Matches the placeholders for comments that are not in the page.
    pub(crate) more: &'static str,
}

/// How it shows who answers whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// The reply is inside the comment, or names it in one of these attributes.
    Inside(&'static [&'static str]),
    /// The number of a level, in an attribute or at the end of a class.
    Level,
    /// The list of replies names the comment after one of these prefixes.
    Lists(&'static [&'static str]),
    /// All comments are in one list. The first selector matches the name of the author answered, the second the id that
    /// is quoted.
    Flat(&'static str, &'static str),
}

/// Where the text of the article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// The page belongs to the comment system alone: in this element, if there is a text at all.
    Element(&'static str),
    /// It is the first post, which is then not a comment.
    FirstPost,
    /// The comments may be on any page.
    Page,
}

/// The known systems.
pub(crate) const SYSTEMS: [System; 9] = [
    System {
        name: "Hacker News",
        mark: "comtr",
        item: "tr.comtr",
        never: None,
        id: &[("id", "")],
        author: &["a.hnuser", ".hnuser"],
        time: &["span.age"],
        text: &[".commtext"],
        drop: ".reply",
        nesting: Nesting::Level,
        title: &[".titleline > a", ".storylink", "td.title > a"],
        article: Head::Element(".toptext"),
        more: "a.morelink",
    },
    System {
        name: "Reddit",
        mark: "thing",
        item: "div.thing.comment",
        never: None,
        id: &[("data-fullname", ""), ("id", "thing_")],
        author: &["a.author", ".author"],
        time: &["time:not(.edited-timestamp)"],
        text: &[".md"],
        drop: ".reportform",
        nesting: Nesting::Inside(&[]),
        title: &["a.title"],
        article: Head::Element(".thing.link .md"),
        more: ".morecomments, .deepthread",
    },
    System {
        name: "Reddit (new)",
        mark: "shreddit-comment",
        item: "shreddit-comment",
        never: None,
        id: &[("thingid", "")],
        author: &[],
        time: &["time", "faceplate-timeago"],
        text: &["[slot='comment']"],
        drop: "button",
        nesting: Nesting::Inside(&["parentid"]),
        title: &["h1"],
        article: Head::Element("[slot='text-body']"),
        more: "faceplate-partial[slot^='children-']",
    },
    System {
        name: "Disqus",
        mark: "post-message",
        item: "li.post",
        never: None,
        id: &[("id", "post-")],
        author: &["[data-role='username']", ".author a", ".author"],
        time: &["a.time-ago", ".time-ago"],
        text: &[".post-message"],
        drop: ".see-more",
        nesting: Nesting::Inside(&[]),
        title: &[],
        article: Head::Page,
        more: "a[data-action='more-posts']",
    },
    System {
        name: "Coral",
        mark: "coral-comment",
        item: ".coral-comment",
        never: None,
        id: &[("id", "comment-"), ("data-testid", "comment-")],
        author: &[".coral-comment-username", ".coral-username"],
        time: &[".coral-comment-timestamp", "time"],
        text: &[".coral-comment-content"],
        drop: ".coral-comment-edited",
        nesting: Nesting::Lists(&["commentReplyList-", "coral-comments-replyList-log--"]),
        title: &[],
        article: Head::Page,
        more: ".coral-allComments-loadMoreButton, .coral-replyList-showAllButton, .coral-replyList-showMoreReplies",
    },
    System {
        name: "Discourse",
        mark: "topic-post",
        item: ".topic-post",
        never: Some((
            ".small-action",
            ("notice of what was done to the topic", "notices of what was done to the topic"),
        )),
        id: &[("data-post-number", ""), ("id", "post_")],
        author: &[".username > a", ".full-name > a", "a[data-user-card]:not(.main-avatar)", ".username"],
        time: &[".relative-date", "a.post-date", "time"],
        text: &[".cooked"],
        drop: ".quote > .title, .cooked-selection-barrier, .lightbox .meta",
        nesting: Nesting::Flat(".reply-to-tab", ".quote[data-post]"),
        title: &[".fancy-title", "#topic-title h1"],
        article: Head::FirstPost,
        more: "",
    },
    System {
        name: "Discourse",
        mark: "crawler-post",
        item: ".crawler-post[id^='post_']",
        never: None,
        id: &[("id", "post_")],
        author: &["[itemprop='name']", ".creator"],
        time: &["time[itemprop='datePublished']", "time[datetime]", ".crawler-post-infos"],
        text: &[".post"],
        drop: ".quote > .title, .lightbox .meta",
        nesting: Nesting::Flat(".no-such", ".quote[data-post]"),
        title: &["#topic-title h1", "h1"],
        article: Head::FirstPost,
        more: "a[rel='next']",
    },
    System {
        name: "phpBB",
        mark: "postbody",
        item: "div.post[id^='p']",
        never: None,
        id: &[("id", "p")],
        author: &[".username, .username-coloured", ".author strong"],
        time: &["time", "p.author"],
        text: &["div.content"],
        drop: "blockquote cite, .codebox > p",
        nesting: Nesting::Flat("blockquote cite", "blockquote a[data-post-id]"),
        title: &[".topic-title"],
        article: Head::FirstPost,
        more: "",
    },
    System {
        name: "XenForo",
        mark: "message--post",
        item: "article.message--post",
        never: None,
        id: &[("data-content", "post-"), ("id", "js-post-")],
        author: &["a.username, span.username", "[itemprop='name']"],
        time: &["time"],
        text: &[".bbWrapper", ".message-body"],
        drop: ".bbCodeBlock-title, .bbCodeBlock-expandLink, .message-lastEdit",
        nesting: Nesting::Flat(".bbCodeBlock-title", "blockquote[data-source^='post']"),
        title: &[".p-title-value"],
        article: Head::FirstPost,
        more: "",
    },
];

#[cfg(test)]
mod tests {
    use scraper::Selector;

    use super::*;

    #[test]
    fn every_selector_can_be_parsed() {
        for system in &SYSTEMS {
            let nesting = match system.nesting {
                Nesting::Flat(author, quoted) => vec![author, quoted],
                _ => Vec::new(),
            };
            let article = match system.article {
                Head::Element(css) => vec![css],
                Head::FirstPost | Head::Page => Vec::new(),
            };
            let single = [system.item, system.drop, system.more].into_iter().chain(system.never.map(|(css, _)| css));
            let lists = [system.author, system.time, system.text, system.title, &nesting, &article].concat();
            // An empty one matches nothing.
            for css in single.chain(lists).filter(|css| !css.is_empty()) {
                assert!(Selector::parse(css).is_ok(), "{}: {css}", system.name);
            }
        }
    }
}

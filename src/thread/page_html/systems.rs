//! Comment systems whose markup is known: where each puts what.

/// The markup of a system. All but `mark` are CSS selectors of one element, those before others are tried first; they are
/// asked of each element of a page, so none of them looks at what stands around.
pub(crate) struct System {
    pub(crate) name: &'static str,
    /// A class, or the name of an element, that only its comments have.
    pub(crate) mark: &'static str,
    /// What is a comment.
    pub(crate) item: &'static str,
    /// Of these, what is none: `what` in words, one and several.
    pub(crate) never: Option<(&'static str, (&'static str, &'static str))>,
    /// The attribute that holds the id, and what stands before it; of the item, else of an element in it.
    pub(crate) id: &'static [(&'static str, &'static str)],
    pub(crate) author: &'static [&'static str],
    pub(crate) time: &'static [&'static str],
    pub(crate) text: &'static [&'static str],
    /// Elements in the text that are not part of it.
    pub(crate) drop: &'static str,
    pub(crate) nesting: Nesting,
    pub(crate) title: &'static [&'static str],
    pub(crate) article: Head,
    /// What stands in place of comments that are not in the page.
    pub(crate) more: &'static str,
}

/// How it shows who answers whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// The reply stands in the comment, or names it in one of these attributes.
    Inside(&'static [&'static str]),
    /// The number of a level: an attribute, or a class that ends in it.
    Level,
    /// A list around the replies names the comment after one of these.
    Lists(&'static [&'static str]),
    /// All stand below each other. This holds the name of the author that is answered, this the id that is quoted.
    Flat(&'static str, &'static str),
}

/// Where the text of the article stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// The page is that of a comment system alone: in this element, if it has a text at all.
    Element(&'static str),
    /// It is the first post, which is no comment then.
    FirstPost,
    /// The comments stand on any page.
    Page,
}

/// Those that are known.
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

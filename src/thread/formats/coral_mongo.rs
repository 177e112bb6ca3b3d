//! Coral's database as written by `mongoexport`: documents one per line, in a list, or one after the other.

use crate::thread::comments::Comments;
use crate::thread::export::Export;
use crate::thread::formats::articles::Articles;
use crate::thread::formats::coral;
use crate::thread::json::arena::Value;
use crate::thread::json::export::{JsonExport, open};
use crate::thread::json::items::Unit;
use crate::thread::json::shape::Shape;
use crate::thread::markup;

pub(crate) static CORAL_MONGO: Export = Export {
    name: "coral-mongo",
    what: "an export of Coral's database",
    recognised: "documents of `mongoexport` with `storyID` and `revisions`, or Coral's stories and moderation actions",
    is_document: false,
    is: |head| {
        head.tops_have(&["storyID", "revisions"])
            || head.tops_have(&["commentID", "commentRevisionID", "storyID"])
            || head.tops_have(&["tenantID", "siteID", "url", "commentCounts"])
    },
    open: open::<CoralMongo>,
};

const COMMENT: Shape = Shape { texts: &[&["body"]], signs: &["storyID"] };

const REVISION: Shape = Shape { texts: &[&["body"]], signs: &["id", "createdAt", "metadata"] };

#[derive(Default)]
struct CoralMongo {
    /// Whether any document was Coral's.
    is_met: bool,
    /// The stories that precede their comments.
    stories: Articles,
    has_stories: bool,
    has_comment: bool,
    has_title: bool,
}

impl JsonExport for CoralMongo {
    const EXPORT: &'static Export = &CORAL_MONGO;
    const UNIT: Unit = Unit::Element;
    const COLUMNS: &'static [&'static str] = coral::COLUMNS;

    fn value(&mut self, value: Value<'_>, out: &mut Comments) {
        let has = |key: &str| value.get(key).is_there();
        self.is_met |= ["commentID", "storyID", "commentCounts", "profiles"].into_iter().any(has);
        if has("commentID") && has("actionType") {
            out.count("reaction or flag, which is no comment", "reactions and flags, which are no comments");
        } else if has("commentID") && has("storyID") {
            out.count("moderation action, which is no comment", "moderation actions, which are no comments");
        } else if has("storyID") && (has("revisions") || has("body") || has("authorID")) {
            self.comment(value, out);
        } else if has("url") && (has("metadata") || has("commentCounts")) {
            let told =
                [("article_title", value.at(&["metadata", "title"]).text()), ("article_url", value.get("url").text())];
            self.stories.insert(value.get("id").text(), out.shared(&told));
            self.has_stories = true;
            out.count(
                "story, whose title goes with the comments that follow it",
                "stories, whose titles go with the comments that follow them",
            );
        } else if has("username") || has("profiles") {
            out.count("user, who is no comment", "users, who are no comments");
        } else {
            out.refuse(value.line(), "it has no `storyID` with `revisions`, so that it is no comment of Coral");
        }
    }

    fn end(&mut self, out: &mut Comments) {
        self.stories.remark().into_iter().for_each(|remark| out.remark(remark));
        if !self.has_comment && self.is_met {
            out.fail(
                "it is an export of Coral's database without its comments; write those too, with mongoexport -c comments, and \
                 put them behind the stories in one file",
            );
        } else if self.has_comment && !self.has_title {
            let how = if self.has_stories {
                "the stories that stand before its comments are not theirs"
            } else {
                "it holds no stories"
            };
            out.remark(format!(
                "{how}: its comments have no titles; put what mongoexport -c stories writes before them, in one file"
            ));
        }
    }
}

impl CoralMongo {
    fn comment(&mut self, value: Value<'_>, out: &mut Comments) {
        self.has_comment = true;
        if !COMMENT.fits(value, out) {
            return;
        }
        let revision = value.get("revisions").items().last();
        if revision.is_some_and(|revision| !REVISION.fits(revision, out)) {
            return;
        }
        let body = revision.map_or(value.get("body"), |revision| revision.get("body"));
        let is_deleted = !value.get("deletedAt").text().is_empty() || value.get("deletedAt").is_object();
        let text = if is_deleted { String::new() } else { markup::plain(body.text()) };
        let status = value.get("status").text();
        let thread = value.get("storyID").text();
        let score = revision.map(|revision| coral::score(revision.at(&["metadata", "perspective", "score"])));
        let story = self.stories.get(thread);
        self.has_title |= story.is_some();
        out.push_with(
            value.line(),
            &[
                ("id", value.get("id").text()),
                ("parent_id", value.get("parentID").text()),
                ("thread_id", thread),
                ("author", value.get("authorID").text()),
                ("created_at", &coral::time(value.get("createdAt"))),
                ("text", &text),
                ("status", if is_deleted { "deleted" } else { status }),
                ("reject", if is_deleted { "" } else { coral::decision(status, value.get("initialStatus").text()) }),
                ("tags", &coral::tags(value.get("tags"))),
                ("flags", &coral::flags(value.get("actionCounts"))),
                ("toxicity_score", score.as_deref().unwrap_or_default()),
            ],
            story,
        );
    }
}

//! Notes on comments that were added to a queue or are to be erased.

use crate::model::model::Model;
use crate::queue::fill::{Filled, Undated};
use crate::queue::import::Imported;
use crate::queue::purge;
use crate::report::notes::Notes;

impl Notes {
    /// Reports the outcome of adding scored comments to a queue.
    pub(crate) fn filled(&mut self, filled: &Filled, model: &Model) {
        self.caveats(&filled.caveats, model);
        self.undated_comments(&filled.undated);
        self.imported(filled.imported);
    }

    /// Reports comments with a time that cannot be read.
    fn undated_comments(&mut self, undated: &Undated) {
        if let Some((id, time)) = &undated.first {
            let comments = if undated.count == 1 {
                "1 comment has".to_owned()
            } else {
                format!("{} comments have", undated.count)
            };
            self.remark(format_args!(
                "warning: {comments} a time that cannot be read, such as {time:?} of {id} (use 2026-05-01T12:00:00Z or seconds \
                 since 1970): the time of import is used instead, also by review purge --older-than"
            ));
        }
    }

    /// Reports the outcome of adding comments to a queue.
    fn imported(&mut self, sum: Imported) {
        let parts = [
            (sum.new, "new"),
            (sum.rescored, "rescored"),
            (sum.edited, "edited and reopened"),
            (sum.same, "unchanged"),
            (sum.purged, "erased earlier and not added"),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if parts.is_empty() {
            self.remark(format_args!("no comments"));
        } else {
            self.remark(format_args!("comments: {}", parts.join(", ")));
        }
    }

    /// Reports comments to be erased whose age is not known.
    pub(crate) fn undated_before_purge(&mut self, undated: &purge::Undated) {
        let purge::Undated { comments, unreadable, example } = undated;
        if *comments == 0 {
            return;
        }
        let comments = if *comments == 1 { "1 comment".to_owned() } else { format!("{comments} comments") };
        let unreadable = example.as_ref().map_or_else(String::new, |example| {
            format!(" ({unreadable} with a time that cannot be read, such as {example:?})")
        });
        self.error(format_args!(
            "note: the date of {comments} is not known{unreadable}: their age is counted from their import"
        ));
    }
}

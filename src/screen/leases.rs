//! The comments that the reviewer holds, and those that others hold.

use crate::queue::error::Conflict;
use crate::screen::app::App;

impl App {
    /// Renews leases, and reports those that were lost. Returns whether to redraw.
    pub(crate) fn renew(&mut self) -> bool {
        let renewed = self.store.renew(&self.options.reviewer, self.now, self.now + self.options.lease);
        let Some(lost) = self.said_if_failed("holding your comments", renewed) else { return true };
        if lost.is_empty() {
            return false;
        }
        for (comment, conflict) in &lost {
            let done = match conflict {
                Conflict::Decided { by, decision, .. } => format!("{by}: {}", self.options.words.describe(decision)),
                Conflict::Held { by, .. } => format!("with {by}"),
                Conflict::Edited { .. } | Conflict::Rescored { .. } => continue,
            };
            if let Some(entry) = self.list.entries.iter_mut().find(|entry| entry.item.id == *comment) {
                entry.done = Some(done);
            }
        }
        // The current comment is not read again: a key that was on its way should meet the conflict, not answer it.
        let up = lost.iter().find(|(comment, _)| self.list.id() == Some(*comment));
        self.warn(match (up, lost.len()) {
            (Some((_, conflict)), 1) => format!("your hold had expired, and {conflict}"),
            (_, 1) => "your hold had expired: one of your comments went to somebody else".to_owned(),
            (_, count) => format!("your hold had expired: {count} of your comments went to others"),
        });
        true
    }

    /// How many wait that the reviewer skipped since the start, if any.
    pub(crate) fn skipped(&self) -> Option<String> {
        match self.list.skipped {
            0 => None,
            1 => Some("one that you skipped comes back at the next start".to_owned()),
            count => Some(format!("{count} that you skipped come back at the next start")),
        }
    }

    /// Who holds comments that would wait here, and for how long, if anybody does.
    pub(crate) fn held(&self) -> Option<String> {
        let held = self.list.held.iter().map(|held| held.message(&self.options.reviewer, self.now));
        let held: Vec<String> = held.collect();
        (!held.is_empty()).then(|| held.join(", "))
    }
}

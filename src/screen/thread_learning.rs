//! What the decided stances of the current thread teach about its other comments.

use crate::queue::comment_view::CommentView;
use crate::queue::error::ReviewError;
use crate::queue::learn_thread::LearntThread;
use crate::screen::app::App;
use crate::screen::worker::Job;

/// Results that arrive this many milliseconds after a comment is shown do not change it: a reviewer who has read it
/// must not get another stance under their fingers.
const SOON: i64 = 1_000;

impl App {
    /// A comment comes up.
    pub(crate) fn come_up(&mut self) {
        self.thread_learning.up_since = self.now;
    }

    /// Learns the thread of a comment, unless that is up to date.
    pub(crate) fn learn_thread(&mut self, view: &CommentView) {
        let (comment, thread) = (view.id, &view.thread_id);
        let own = &mut self.thread_learning;
        if own.asked.as_ref() == Some(thread) {
            return;
        }
        own.asked = Some(thread.clone());
        own.number += 1;
        self.worker.ask(Job::LearnThread { number: own.number, comment, learner: self.options.learner });
    }

    /// After a decision, the thread of the next comment is learnt again.
    pub(crate) fn learn_thread_anew(&mut self) {
        self.thread_learning.asked = None;
    }

    /// After an undo, what the decision taught is dropped at once.
    pub(crate) fn forget_thread(&mut self) {
        self.thread_learning.learnt = LearntThread::default();
        // What is on its way knows of it.
        self.thread_learning.number += 1;
        self.learn_thread_anew();
    }

    pub(crate) fn learnt_thread(&mut self, number: u64, learnt: Result<LearntThread, ReviewError>) {
        if number != self.thread_learning.number {
            return;
        }
        let Some(learnt) = self.said_if_failed("learning the stances of the thread", learnt) else { return };
        self.thread_learning.learnt = learnt;
        if self.now - self.thread_learning.up_since <= SOON {
            self.read_anew(false);
        }
    }
}

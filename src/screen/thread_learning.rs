//! What the decided stances of the thread that is up teach its other comments.

use crate::queue::comment_view::CommentView;
use crate::queue::error::ReviewError;
use crate::queue::learn_thread::LearntThread;
use crate::screen::app::App;
use crate::screen::worker::Job;

/// What comes so many milliseconds after a comment is up changes nothing of it: who has read it is not to be shown another
/// stance under their fingers.
const SOON: i64 = 1_000;

impl App {
    /// A comment comes up.
    pub(crate) fn come_up(&mut self) {
        self.thread_learning.up_since = self.now;
    }

    /// Learns the thread of a comment, unless it is learnt as it is.
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

    /// Something was decided: the next comment that comes up has its thread learnt anew.
    pub(crate) fn learn_thread_anew(&mut self) {
        self.thread_learning.asked = None;
    }

    /// Something was taken back: what it taught is gone at once.
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

//! Adds a thread to a queue, records decisions, and retrains from them:
//! `cargo run --example decide_and_retrain -- queue.db data/threads/harbour-library.txt`

use std::collections::BTreeMap;
use std::sync::Arc;

use ombud::{Action, Answer, Decision, Model, Queue, Scorer, Site, Thread};

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (db, page) = arguments.next().zip(arguments.next()).ok_or("give a queue and a thread")?;
    let model = Arc::new(Model::shipped()?);
    let mut scorer = Scorer::new(Arc::clone(&model), &Site::default())?;
    let mut queue = Queue::open(db)?;
    for (at, mut thread) in Thread::read(page)?.into_iter().enumerate() {
        let id = format!("thread-{at}");
        thread.id = Some(id.clone());
        let ids: Vec<String> = thread.comments.iter().map(|comment| comment.id.clone()).collect();
        let verdicts = scorer.thread(&thread, 3)?;
        queue.add(thread, verdicts, &model)?;
        // Here a reviewer would look at each comment.
        for (at, comment) in ids.iter().enumerate() {
            let is_off = at % 4 == 0;
            let labels = BTreeMap::from([("off_topic".to_owned(), Answer::Flag(is_off))]);
            let action = Some(if is_off { Action::Reject } else { Action::Approve });
            queue.decide(Some(&id), comment, "ada", Decision { labels, action })?;
        }
    }
    let retrained = queue.retrain(&model, "retrained")?;
    for label in retrained.labels() {
        println!("{} {:?}", label.name, label.classes());
    }
    Ok(())
}

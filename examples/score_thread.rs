//! Scores the comments of a page with the built-in model: `cargo run --example score_thread -- data/threads/harbour-library.txt`

use std::sync::Arc;

use ombud::{Model, Outcome, Scorer, Site, Thread};

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page = std::env::args().nth(1).ok_or("give a thread")?;
    let mut scorer = Scorer::new(Arc::new(Model::shipped()?), &Site::default())?;
    let labels = scorer.model().labels();
    for thread in Thread::read(page)? {
        for (comment, verdict) in thread.comments.iter().zip(scorer.thread(&thread, 1)?) {
            for (label, outcome) in labels.iter().zip(&verdict.outcomes) {
                match outcome {
                    Outcome::Flag { raised: true, p: Some(p), .. } => println!("{}: {} {p:.2}", comment.id, label.name),
                    Outcome::Stance { class: Ok(class), p } => {
                        println!("{}: {} {} {:.2}", comment.id, label.name, label.classes()[*class], p[*class]);
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

//! What the library promises to a program that depends on it: only names from the crate's root, with and without its
//! features.

// Pedantic lints are for the program: tests say what they mean in the plainest way.
#![allow(clippy::pedantic)]

use std::path::Path;
use std::sync::Arc;

use ombud::{
    Article, Comment, FileError, Input, Kind, Label, Model, Outcome, Scorer, Site, Thread, TrainError, TrainOptions,
    Verdict, train,
};

/// Comments of two stances, a third of them off-topic, in ten threads.
fn table(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("labelled.csv");
    let mut rows = "id,thread_id,text,stance,off_topic\n".to_owned();
    for i in 0..90 {
        let (class, words) =
            if i % 2 == 0 { ("favor", "a good plan, well done") } else { ("against", "an awful plan, shame on you") };
        let (off, ad) = if i % 3 == 0 { (1, "buy cheap shoes now") } else { (0, "") };
        rows += &format!("c{i},t{},\"{words} {ad}\",{class},{off}\n", i % 10);
    }
    std::fs::write(&path, rows).unwrap();
    path
}

fn options() -> TrainOptions {
    let mut options = TrainOptions::default();
    options.folds = 3;
    options.choose_blocks = false;
    options.cost = Some(1.0);
    options.replicates = 0;
    options
}

fn trained(folder: &Path) -> Model {
    train("tiny", &[table(folder)], &options()).unwrap()
}

fn comment(id: &str, text: &str) -> Comment {
    Comment { id: id.to_owned(), text: text.to_owned(), ..Comment::default() }
}

fn thread() -> Thread {
    let texts =
        ["a good plan", "shame on you, an awful plan", "buy cheap shoes now", "well done", "cheap shoes", "awful"];
    Thread {
        id: Some("harbour".to_owned()),
        article: Article { title: Some("Council votes to close the library".to_owned()), ..Article::default() },
        comments: (1..).zip(texts).map(|(at, text)| comment(&format!("c{at}"), text)).collect(),
        ..Thread::default()
    }
}

/// The class of the stance and whether the flag is raised.
fn said(labels: &[Label], verdict: &Verdict) -> (Option<String>, bool) {
    let (Outcome::Stance { class, p }, Outcome::Flag { raised, .. }) = (&verdict.outcomes[0], &verdict.outcomes[1])
    else {
        panic!("{:?}", verdict.outcomes);
    };
    assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{p:?}");
    (class.ok().map(|class| labels[0].classes()[class].clone()), *raised)
}

#[test]
fn a_model_is_trained_saved_opened_and_scores_a_thread() {
    let folder = tempfile::tempdir().unwrap();
    let model = trained(folder.path());
    let file = folder.path().join("tiny.model");
    model.save(&file).unwrap();
    let model = Model::open(&file).unwrap();
    let labels = model.labels();
    assert_eq!(
        labels,
        [Label::stance("stance", vec!["against".to_owned(), "favor".to_owned()]), Label::flag("off_topic")]
    );
    assert!(matches!(labels[1].kind, Kind::Flag));

    let mut scorer = Scorer::new(Arc::new(model), &Site::default()).unwrap();
    let verdicts = scorer.thread(&thread(), 3).unwrap();
    let said: Vec<_> = verdicts.iter().map(|verdict| said(&labels, verdict)).collect();
    assert_eq!(said[0], (Some("favor".to_owned()), false));
    assert_eq!(said[1], (Some("against".to_owned()), false));
    assert!(said[2].1 && said[4].1, "{said:?}");
    // Each reason that is a piece of the comment names it by its bytes.
    let reasons = &verdicts[2].reasons;
    let text = thread().comments[2].text.clone();
    assert!(
        reasons.iter().filter_map(|reason| reason.span).any(|(begin, end)| text[begin..end].contains("shoes")),
        "{reasons:?}"
    );
    // A comment alone, without an article.
    let alone = scorer.verdict(&Input { text: "cheap shoes", ..Input::default() }, 0);
    assert!(alone.flagged() && alone.reasons.is_empty());
    let empty = scorer.verdict(&Input { text: "  ", ..Input::default() }, 3);
    assert!(empty.no_text() && !empty.flagged());
}

#[test]
fn what_fails_is_told_in_types_and_values() {
    let folder = tempfile::tempdir().unwrap();
    let missing: Result<Model, FileError> = Model::open(&folder.path().join("none.model"));
    assert!(missing.unwrap_err().to_string().contains("none.model"));
    let unlabelled = folder.path().join("unlabelled.csv");
    std::fs::write(&unlabelled, "id,text\n1,hello\n").unwrap();
    let error: TrainError = train("none", &[unlabelled], &options()).unwrap_err();
    assert!(!error.to_string().contains("--"), "no flag of the command line: {error}");
}

#[test]
fn a_thread_is_read_from_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.txt");
    std::fs::write(
        &page,
        "A title\n\nA paragraph of the article.\n\n  • Ann\n    First.\n\n    • Ben\n      Second.\n",
    )
    .unwrap();
    let threads = Thread::read(&page).unwrap();
    assert_eq!(threads[0].article.title.as_deref(), Some("A title"));
    let replies: Vec<_> =
        threads[0].comments.iter().map(|comment| (comment.text.as_str(), comment.parent_id.as_deref())).collect();
    assert_eq!(replies, [("First.", None), ("Second.", Some("c1"))]);
}

#[cfg(feature = "shipped")]
#[test]
fn the_model_inside_knows_its_labels() {
    let labels = Model::shipped().unwrap().labels();
    assert!(labels.iter().any(|label| label.name == "off_topic" && label.kind == Kind::Flag));
    assert!(labels.iter().any(|label| label.name == "stance" && label.classes().len() == 3));
}

#[cfg(feature = "review")]
#[test]
fn decisions_of_a_queue_train_again() {
    use std::collections::BTreeMap;

    use ombud::{Action, Answer, Decision, Queue};

    let folder = tempfile::tempdir().unwrap();
    let model = Arc::new(trained(folder.path()));
    let mut scorer = Scorer::new(Arc::clone(&model), &Site::default()).unwrap();
    let mut queue = Queue::open(folder.path().join("queue.db")).unwrap();
    let thread = thread();
    let verdicts = scorer.thread(&thread, 3).unwrap();
    queue.add(thread.clone(), verdicts, &model).unwrap();
    // The newsroom turns the rule around.
    let decision = |comment: &Comment| {
        let is_off = !comment.text.contains("shoes");
        let labels = BTreeMap::from([("off_topic".to_owned(), Answer::Flag(is_off))]);
        Decision { labels, action: Some(if is_off { Action::Reject } else { Action::Approve }) }
    };
    let decide =
        |queue: &mut Queue, comment: &Comment| queue.decide(Some("harbour"), &comment.id, "ada", decision(comment));
    assert!(queue.retrain(&model, "early").is_err(), "nothing is decided yet");
    for comment in &thread.comments {
        decide(&mut queue, comment).unwrap();
    }
    decide(&mut queue, &comment("nobody", "")).unwrap_err();

    let retrained = Arc::new(queue.retrain(&model, "turned").unwrap());
    let mut after = Scorer::new(Arc::clone(&retrained), &Site::default()).unwrap();
    let p = |scorer: &mut Scorer, text: &str| {
        let at = scorer.model().labels().iter().position(|label| label.name == "off_topic").unwrap();
        match scorer.verdict(&Input { text, ..Input::default() }, 0).outcomes[at] {
            Outcome::Flag { p: Some(p), .. } => p,
            ref other => panic!("{other:?}"),
        }
    };
    assert!(p(&mut after, "cheap shoes") < p(&mut scorer, "cheap shoes"));
}

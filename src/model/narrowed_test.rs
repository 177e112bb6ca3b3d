//! What is said of some labels is what is said of them among all, bit for bit.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::features::blocks::{Block, Blocks};
use crate::features::input::Input;
use crate::model::model::Model;
use crate::model::narrowed::{Narrowed, Weighed};
use crate::model::scorer::Scorer;
use crate::model::site::{Muted, Site};
use crate::model::verdict::{Outcome, Verdict};

static MODEL: LazyLock<(Arc<Model>, Weighed)> = LazyLock::new(|| {
    let model = Model::shipped().unwrap();
    let weighed = Weighed::of(&model);
    (Arc::new(model), weighed)
});

/// A scorer of a site that has muted terms and says how often some labels are.
fn scorer() -> Scorer {
    let muted = |term: &str, flag: Option<&str>| Muted { term: term.to_owned(), flag: flag.map(str::to_owned) };
    let site = Site {
        muted: vec![muted("library", None), muted("idiot", Some("insult")), muted("shut up", Some("toxicity"))],
        base_rates: vec![("toxicity".to_owned(), 0.2), ("off_topic".to_owned(), 0.02)],
        thresholds: vec![("threat".to_owned(), 0.1)],
        ..Site::default()
    };
    Scorer::new(Arc::clone(&MODEL.0), &site).unwrap()
}

/// What can differ in the last bit.
fn bits(outcome: &Outcome) -> Vec<u32> {
    match outcome {
        Outcome::Stance { p, .. } => p.iter().map(|p| p.to_bits()).collect(),
        Outcome::Flag { p, threshold, .. } => p.iter().chain([threshold]).map(|p| p.to_bits()).collect(),
    }
}

fn check(whole: &Verdict, narrow: &Verdict, labels: &[usize]) {
    assert_eq!(narrow.outcomes.len(), labels.len());
    for (label, narrow) in labels.iter().zip(&narrow.outcomes) {
        let whole = &whole.outcomes[*label];
        assert_eq!((whole, bits(whole)), (narrow, bits(narrow)), "label {label} of {labels:?}");
    }
    assert_eq!((&whole.muted, &whole.language), (&narrow.muted, &narrow.language), "{labels:?}");
}

#[test]
fn blocks_without_weight_are_not_read() {
    let (model, weighed) = &*MODEL;
    let label = |name: &str| model.metadata.labels.iter().position(|own| own.label.name == name).unwrap();
    let toxicity = Narrowed::new(model, weighed, &[label("toxicity")]);
    assert!(toxicity.reads().has_any(&[Block::Words]) && !toxicity.reads().has_any(&Block::BESIDE));
    let both = Narrowed::new(model, weighed, &[label("off_topic"), label("toxicity")]);
    assert!(both.reads().contains(Block::Context));
    assert_eq!(Narrowed::all(model).reads(), model.metadata.options.blocks.iter().copied().collect());
    // Only to tell the language.
    assert_eq!(Narrowed::new(model, weighed, &[]).reads(), Blocks::default().with(Block::Words));
}

fn texts() -> impl Strategy<Value = String> {
    const PIECES: [&str; 14] = [
        "The library closes.",
        "> The library closes.\n\n",
        "You IDIOT!!!",
        "shut up",
        "Perhaps they were paid?",
        "Women and Muslims should go home",
        "Das ist doch nicht wahr, sagte der Minister gestern.",
        "[deleted]",
        "<b>no</b>",
        "&nbsp;",
        "👍👍",
        "https://example.org/x",
        "Größe zählt",
        "n0t g00d…",
    ];
    let piece = prop_oneof![3 => select(&PIECES[..]).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.join(" "))
}

fn beside() -> impl Strategy<Value = Option<String>> {
    prop::option::of(texts())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_said_of_some_labels_is_what_is_said_of_them_among_all(
        comments in prop::collection::vec((texts(), beside(), beside(), beside(), beside(), beside()), 1..4),
        labels in subsequence((0..MODEL.0.metadata.labels.len()).collect::<Vec<_>>(), 0..=MODEL.0.metadata.labels.len()),
    ) {
        let (model, weighed) = &*MODEL;
        let (mut alone, mut mixed) = (scorer(), scorer());
        let n = model.metadata.labels.len();
        for (text, target, parent, title, article, context) in &comments {
            let input = Input {
                target: target.as_deref(),
                parent_text: parent.as_deref(),
                article_title: title.as_deref(),
                article_text: article.as_deref(),
                context: context.as_deref(),
                ..Input::of(text)
            };
            let whole = alone.verdict(&input, 0);
            for labels in (0..n).map(|label| vec![label]).chain([labels.clone()]) {
                let narrowed = Narrowed::new(model, weighed, &labels);
                check(&whole, &mixed.verdict_on(&input, &narrowed), &labels);
                // One scorer does both by turns.
                prop_assert_eq!(&mixed.verdict(&input, 0), &whole);
            }
        }
    }

    #[test]
    fn a_table_of_their_own_changes_nothing(text in texts(), title in beside()) {
        static TABLES: LazyLock<Vec<Narrowed>> = LazyLock::new(|| {
            let (model, weighed) = &*MODEL;
            let all = (0..model.metadata.labels.len()).collect::<Vec<_>>();
            let sets = all.iter().map(|label| vec![*label]).chain([vec![0, all.len() - 1], all[3..].to_vec(), all.clone()]);
            sets.map(|labels| Narrowed::new(model, weighed, &labels).with_table(model)).collect()
        });
        let mut scorer = scorer();
        let input = Input { article_title: title.as_deref(), ..Input::of(&text) };
        let whole = scorer.verdict(&input, 0);
        for narrowed in TABLES.iter() {
            check(&whole, &scorer.verdict_on(&input, narrowed), narrowed.labels());
        }
    }
}

//! Any text: tokens map back into it, and it is scored and explained alike.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use ombud::features::Input;
use ombud::model::{Model, SHIPPED, Scorer, Site};

static SCORER: LazyLock<Scorer> = LazyLock::new(|| {
    let model = Model::from_bytes(SHIPPED, "shipped").expect("the shipped model is sound");
    Scorer::new(Arc::new(model), &Site::default()).expect("it asks for nothing")
});

fuzz_target!(|text: &str| {
    let verdict = SCORER.clone().verdict(&Input::of(text), 3);
    for reason in &verdict.reasons {
        if let Some((begin, end)) = reason.span {
            assert!(text.get(begin..end).is_some());
        }
    }
});

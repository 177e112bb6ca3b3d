//! Any bytes as a model file: an error, or a model that scores.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use ombud::features::Input;
use ombud::model::{Model, Scorer, Site};

fuzz_target!(|bytes: &[u8]| {
    let Ok(model) = Model::from_bytes(bytes, "fuzz") else { return };
    if let Ok(mut scorer) = Scorer::new(Arc::new(model), &Site::default()) {
        scorer.verdict(&Input::of("Maybe they closed it to sell the building?"), 3);
    }
});

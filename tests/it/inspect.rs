//! `ombud inspect`: what is in a model file.

use super::support::Dir;

#[test]
fn it_tells_what_the_model_was_made_of() {
    let dir = Dir::with_model();
    let ran = dir.ombud("inspect tiny.model --features 3").done().quietly();
    let metadata = dir.ombud("inspect tiny.model --json").done().json();
    for part in [
        "model      tiny  ",
        "trained on 90 rows of tiny.csv",
        "stance: against, favor, none (33.3 %, 33.3 %, 33.3 %)",
        "flag, 20.0 % of the training data",
        metadata["hash"].as_str().unwrap(),
        metadata["provenance"]["sha256"].as_str().unwrap(),
    ] {
        assert!(ran.out().contains(part), "no {part:?} in\n{}", ran.out());
    }
    assert_eq!(metadata["labels"][1]["name"], "off_topic");
    assert_eq!(metadata["provenance"]["rows"], 90);
}

#[test]
fn a_file_that_was_changed_is_refused_by_every_command() {
    let dir = Dir::with_model();
    let mut bytes = dir.bytes("tiny.model");
    // The last tensor is text or numbers: a bit of either shows in the hash.
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    dir.put("changed.model", bytes);
    for command in ["inspect changed.model", "score tiny.csv -m changed.model", "explain -m changed.model hello"] {
        let ran = dir.ombud(command).ends(1);
        let told = "changed.model: not an ombud model: it was changed or damaged after training";
        ran.warns(told);
    }
}

#[test]
fn without_a_file_the_model_inside_is_shown() {
    let ran = Dir::new().ombud("inspect").done();
    assert!(ran.out().contains("speculative") && ran.out().contains("off_topic"), "{}", ran.out());
}

//! The language of a comment. Nothing is ever refused because of it: short comments are often misjudged.

use crate::model::model::Model;
use crate::model::verdict::Verdict;
use crate::text::detect::Detected;

/// The language of a scored comment. Detection takes longer than scoring, so it runs only if the model knows few of the
/// words; otherwise the language is the model's own. So is that of a comment too short to tell.
pub(crate) fn detected(model: &Model, text: &str, verdict: &Verdict) -> &'static str {
    let options = &model.featurizer.options;
    let other = match &verdict.language {
        Some(other) => Some(other.detected),
        // Such a model does not know which words it knows.
        None if options.hash_bits.is_some() => Detected::of(text),
        None => None,
    };
    other.map_or(options.language.code(), Detected::code)
}

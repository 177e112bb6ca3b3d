//! Which language a comment is in. Nothing is ever refused for it, as short comments are often taken for another.

use crate::model::model::Model;
use crate::model::verdict::Verdict;
use crate::text::detect::Detected;

/// The language of a comment that was scored. To detect it takes longer than to score it, so that is done only where the model
/// knows few of its words; else it is in the model's own. So is one that is too short to tell.
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

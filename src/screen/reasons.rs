//! Why a comment is here: the words that raised its flags, and how much each of them says.

use crate::screen::tone::Tone;
use serde::Deserialize;

use crate::queue::comment_view::CommentView;
use crate::queue::scored::Score;

/// A reason as `score` writes it; offsets are in characters.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Reason {
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) class: Option<String>,
    pub(crate) feature: String,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    begin: Option<usize>,
    #[serde(default)]
    end: Option<usize>,
    pub(crate) share: f32,
}

/// The strength of a piece of text, relative to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shade {
    Weak,
    Medium,
    Strong,
}

impl Shade {
    fn of(share: f32, most: f32) -> Self {
        match share / most {
            part if part >= 2.0 / 3.0 => Self::Strong,
            part if part >= 1.0 / 3.0 => Self::Medium,
            _ => Self::Weak,
        }
    }
}

/// The reasons, if they can be read: whoever filled the queue may have stored something else.
pub(crate) fn of(view: &CommentView) -> Option<Vec<Reason>> {
    serde_json::from_str(&view.reasons).ok()
}

/// Whether a label is raised, or left to a person.
pub(crate) fn calls(view: &CommentView, label: &str) -> bool {
    view.scores.iter().any(|(name, score)| name == label && score.calls())
}

/// Shaded pieces of the text, as bytes and in order, which do not overlap. Those of raised flags; where none is raised, of
/// the flag that is nearest to it.
pub(crate) fn shaded(view: &CommentView, reasons: &[Reason]) -> Vec<(usize, usize, Shade)> {
    let nearest = nearest(view);
    let wanted = |reason: &&Reason| {
        reason.share > 0.0 && (calls(view, &reason.label) || nearest.is_some_and(|label| *label == reason.label))
    };
    let spans: Vec<(usize, usize, f32)> = reasons
        .iter()
        .filter(wanted)
        .filter_map(|reason| Some((reason.begin?, reason.end?, reason.share)))
        .filter(|(begin, end, _)| begin < end)
        .collect();
    let most = spans.iter().map(|(.., share)| *share).fold(0.0, f32::max);
    let mut bounds: Vec<usize> = spans.iter().flat_map(|(begin, end, _)| [*begin, *end]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let bytes = bytes(&view.text, &bounds);
    let mut shaded: Vec<(usize, usize, Shade)> = Vec::new();
    for (from, to) in bounds.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))) {
        let over = spans.iter().filter(|(begin, end, _)| *begin <= from && to <= *end);
        let Some(share) = over.map(|(.., share)| *share).reduce(f32::max) else { continue };
        let byte = |bound: usize| bounds.binary_search(&bound).ok().and_then(|place| bytes.get(place).copied());
        let (Some(from), Some(to)) = (byte(from), byte(to)) else { continue };
        let shade = Shade::of(share, most);
        match shaded.last_mut() {
            Some((_, end, last)) if *end == from && *last == shade => *end = to,
            _ => shaded.push((from, to, shade)),
        }
    }
    shaded
}

/// The flag that is nearest to being raised, where none is.
fn nearest(view: &CommentView) -> Option<&String> {
    if view.scores.iter().any(|(_, score)| score.calls()) {
        return None;
    }
    let flags = view.scores.iter().filter_map(|(label, score)| match score {
        Score::Flag { p, threshold, .. } => Some((label, p / threshold.max(1e-6))),
        Score::Stance { .. } => None,
    });
    flags.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(label, _)| label)
}

/// The bytes at which the characters of these numbers, in order, begin; those beyond the end are left out.
fn bytes(text: &str, chars: &[usize]) -> Vec<usize> {
    let mut wanted = chars.iter().peekable();
    let mut bytes = Vec::with_capacity(chars.len());
    for (number, byte) in text.char_indices().map(|(byte, _)| byte).chain([text.len()]).enumerate() {
        if wanted.next_if(|wanted| **wanted == number).is_some() {
            bytes.push(byte);
        }
        if wanted.peek().is_none() {
            break;
        }
    }
    bytes
}

impl From<Shade> for Tone {
    fn from(shade: Shade) -> Self {
        match shade {
            Shade::Weak => Self::Weak,
            Shade::Medium => Self::Medium,
            Shade::Strong => Self::Strong,
        }
    }
}

#[cfg(test)]
mod tests;

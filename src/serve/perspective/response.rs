//! What `comments:analyze` and `comments:suggestscore` answer.

use std::ops::Range;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::model::verdict::Verdict;
use crate::serve::perspective::attributes::Attribute;

/// The scores of a comment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnalyzeResponse<'a> {
    pub(crate) attribute_scores: Scores<'a>,
    pub(crate) languages: Vec<&'a str>,
    pub(crate) detected_languages: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_token: Option<&'a str>,
}

/// The outcome of suggested scores.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuggestResponse<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) requested_languages: Vec<&'a str>,
    pub(crate) detected_languages: [&'a str; 1],
}

/// Attributes by the names that they were asked for by, byte for byte, with the score of the whole text.
#[derive(Debug)]
pub(crate) struct Scores<'a> {
    pub(crate) attributes: Vec<(&'a str, Attribute, f32)>,
    pub(crate) spans: Spans,
}

/// The parts of the text that are scored separately. There is always one, because clients read the first without
/// checking.
#[derive(Debug)]
pub(crate) enum Spans {
    /// One piece, which has the score of the whole.
    One(Range<usize>),
    Several(Vec<(Range<usize>, Verdict)>),
}

#[derive(Serialize)]
struct AttributeScores<'a> {
    #[serde(rename = "spanScores")]
    spans: SpanScores<'a>,
    #[serde(rename = "summaryScore")]
    summary: Score,
}

#[derive(Serialize)]
struct SpanScore {
    /// UTF-16 code units.
    begin: usize,
    end: usize,
    score: Score,
}

#[derive(Serialize)]
struct Score {
    value: f32,
    #[serde(rename = "type")]
    kind: &'static str,
}

struct SpanScores<'a> {
    spans: &'a Spans,
    attribute: Attribute,
    whole: f32,
}

impl Score {
    fn of(value: f32) -> Self {
        Self { value, kind: "PROBABILITY" }
    }
}

impl SpanScore {
    fn of(span: &Range<usize>, value: f32) -> Self {
        Self { begin: span.start, end: span.end, score: Score::of(value) }
    }
}

impl Serialize for Scores<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.attributes.len()))?;
        for (name, attribute, whole) in &self.attributes {
            let spans = SpanScores { spans: &self.spans, attribute: *attribute, whole: *whole };
            map.serialize_entry(name, &AttributeScores { spans, summary: Score::of(*whole) })?;
        }
        map.end()
    }
}

impl Serialize for SpanScores<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.spans {
            Spans::One(span) => serializer.collect_seq([SpanScore::of(span, self.whole)]),
            Spans::Several(spans) => serializer.collect_seq(spans.iter().map(|(span, verdict)| {
                // A part with text has a probability; otherwise that of the whole is the best available.
                SpanScore::of(span, self.attribute.probability(&verdict.outcomes).unwrap_or(self.whole))
            })),
        }
    }
}

//! Rows for machines: one JSON object for each comment, with its whole verdict.
//!
//! The keys are in the order of their structs. Offsets count Unicode scalar values of the original text, which most
//! languages can slice by; internally, spans are bytes.

use std::io::{self, Write};

use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Reason, Verdict, Why};

/// Which model spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ModelId<'a> {
    pub name: &'a str,
    /// The hash of its file.
    pub hash: &'a str,
}

/// One comment and its verdict. As JSON: `id, thread_id, parent_id, towards, labels, reasons,
/// muted, language, model`; `towards`, `muted` and `language` where there is such.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored<'a> {
    /// The comment's id.
    pub id: &'a str,
    /// Its thread, where it has one.
    pub thread_id: Option<&'a str>,
    /// The comment that it answers, where it does.
    pub parent_id: Option<&'a str>,
    /// Its text, which the reasons point into.
    pub text: &'a str,
    /// What its stance is towards; left out where that is the article's title.
    pub towards: Option<&'a str>,
    /// The labels of the model.
    pub labels: &'a [Label],
    /// Its outcomes.
    pub verdict: &'a Verdict,
    /// The model of the verdict.
    pub model: ModelId<'a>,
}

impl Scored<'_> {
    /// Writes it as one line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, out: impl Write) -> io::Result<()> {
        let mut out = out;
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")
    }
}

impl Serialize for Scored<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct(
            "Scored",
            7 + usize::from(self.towards.is_some()) + usize::from(!self.verdict.muted.is_empty()),
        )?;
        row.serialize_field("id", self.id)?;
        row.serialize_field("thread_id", &self.thread_id)?;
        row.serialize_field("parent_id", &self.parent_id)?;
        match self.towards {
            Some(towards) => row.serialize_field("towards", towards)?,
            None => row.skip_field("towards")?,
        }
        row.serialize_field("labels", &Outcomes { labels: self.labels, outcomes: &self.verdict.outcomes })?;
        row.serialize_field("reasons", &Reasons { labels: self.labels, list: &self.verdict.reasons, text: self.text })?;
        if !self.verdict.muted.is_empty() {
            row.serialize_field("muted", &self.verdict.muted)?;
        }
        match &self.verdict.language {
            Some(language) => row.serialize_field("language", language)?,
            None => row.skip_field("language")?,
        }
        row.serialize_field("model", &self.model)?;
        row.end()
    }
}

/// The outcome of each label, as a map from its name: `{"class","unsure","why","p":{…}}` or
/// `{"raised","unsure","why","p","threshold"}`; missing values are `null`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcomes<'a> {
    /// The labels of the model.
    pub labels: &'a [Label],
    /// One for each of them.
    pub outcomes: &'a [Outcome],
}

impl Serialize for Outcomes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.labels.iter().zip(self.outcomes);
        serializer.collect_map(pairs.map(|(label, outcome)| (&label.name, OutcomeOf { label, outcome })))
    }
}

struct OutcomeOf<'a> {
    label: &'a Label,
    outcome: &'a Outcome,
}

impl Serialize for OutcomeOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.outcome {
            Outcome::Stance { class, p } => {
                let mut map = serializer.serialize_map(Some(4))?;
                map.serialize_entry("class", &class.ok().and_then(|class| self.label.classes().get(class)))?;
                map.serialize_entry("unsure", &(*class == Err(Why::Unsure)))?;
                map.serialize_entry("why", &class.err())?;
                let p = (!p.is_empty()).then_some(Probabilities { classes: self.label.classes(), p });
                map.serialize_entry("p", &p)?;
                map.end()
            }
            Outcome::Flag { raised, unsure, p, threshold } => {
                let mut map = serializer.serialize_map(Some(5))?;
                map.serialize_entry("raised", raised)?;
                map.serialize_entry("unsure", unsure)?;
                map.serialize_entry("why", &self.outcome.why())?;
                map.serialize_entry("p", p)?;
                map.serialize_entry("threshold", threshold)?;
                map.end()
            }
        }
    }
}

struct Probabilities<'a> {
    classes: &'a [String],
    p: &'a [f32],
}

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.classes.iter().zip(self.p))
    }
}

/// Reasons as a list of `{"label","class","feature","text","begin","end","share"}`; missing values are `null`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reasons<'a> {
    /// The labels of the model.
    pub labels: &'a [Label],
    pub list: &'a [Reason],
    /// The text that they point into.
    pub text: &'a str,
}

#[derive(Serialize)]
struct ReasonRow<'a> {
    label: &'a str,
    class: Option<&'a str>,
    feature: &'a str,
    text: Option<&'a str>,
    begin: Option<usize>,
    end: Option<usize>,
    share: f32,
}

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.list.len()))?;
        for reason in self.list {
            let label = self.labels.get(reason.label);
            let piece =
                reason.span.and_then(|(begin, end)| Some((self.text.get(..begin)?, self.text.get(begin..end)?)));
            let begin = piece.map(|(before, _)| before.chars().count());
            list.serialize_element(&ReasonRow {
                label: label.map_or("", |label| &label.name),
                class: label.and_then(|label| label.classes().get(reason.class?)).map(String::as_str),
                feature: &reason.feature,
                text: piece.map(|(_, piece)| piece),
                begin,
                end: begin.zip(piece).map(|(begin, (_, piece))| begin + piece.chars().count()),
                share: reason.share,
            })?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::verdict::OtherLanguage;
    use crate::text::detect::Detected;
    use crate::text::stem::Language;

    fn labels() -> Vec<Label> {
        let classes = ["against", "favor"].map(str::to_owned).to_vec();
        vec![Label::stance("stance", classes), Label::flag("off_topic")]
    }

    fn line(id: &str, text: &str, span: Option<(usize, usize)>) -> String {
        let words = Reason { label: 1, class: None, feature: "words".to_owned(), span, share: 0.75 };
        let shape = Reason { label: 0, class: Some(1), feature: "shape: length".to_owned(), span: None, share: 0.5 };
        let flag = Outcome::Flag { raised: true, unsure: false, p: Some(0.625), threshold: 0.5 };
        let verdict = Verdict {
            outcomes: vec![Outcome::Stance { class: Ok(1), p: vec![0.25, 0.75] }, flag],
            reasons: vec![words, shape],
            ..Verdict::default()
        };
        let model = ModelId { name: "house", hash: "ab12" };
        let labels = labels();
        let (thread_id, parent_id) = (Some("t"), None);
        let scored =
            Scored { id, thread_id, parent_id, text, towards: None, labels: &labels, verdict: &verdict, model };
        let mut out = Vec::new();
        scored.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_have_what_the_contract_says_in_its_order() {
        insta::assert_snapshot!(line("c1", "Größe \u{1f600} zählt", Some((8, 12))), @r#"{"id":"c1","thread_id":"t","parent_id":null,"labels":{"stance":{"class":"favor","unsure":false,"why":null,"p":{"against":0.25,"favor":0.75}},"off_topic":{"raised":true,"unsure":false,"why":null,"p":0.625,"threshold":0.5}},"reasons":[{"label":"off_topic","class":null,"feature":"words","text":"😀","begin":6,"end":7,"share":0.75},{"label":"stance","class":"favor","feature":"shape: length","text":null,"begin":null,"end":null,"share":0.5}],"model":{"name":"house","hash":"ab12"}}"#);
    }

    #[test]
    fn another_language_is_named_where_there_is_one() {
        let detected =
            Detected::of("Der Rat hat am Dienstag beschlossen, die Bücherei am Hafen zu schließen.").unwrap();
        let language = Some(OtherLanguage { detected, model: Language::ENGLISH });
        let verdict = Verdict { language, ..Verdict::default() };
        let model = ModelId { name: "house", hash: "ab12" };
        let scored = Scored {
            id: "c1",
            thread_id: None,
            parent_id: None,
            text: "",
            labels: &[],
            towards: None,
            verdict: &verdict,
            model,
        };
        insta::assert_snapshot!(serde_json::to_string(&scored).unwrap(), @r#"{"id":"c1","thread_id":null,"parent_id":null,"labels":{},"reasons":[],"language":{"detected":"de","model":"en"},"model":{"name":"house","hash":"ab12"}}"#);
    }

    proptest! {
        #[test]
        fn every_row_is_one_line_of_json_whose_offsets_find_the_piece(
            id: String, text: String, a in 0..40_usize, b in 0..40_usize,
        ) {
            let line = line(&id, &text, Some((a, b)));
            prop_assert_eq!(line.matches('\n').count(), 1);
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(value["id"].as_str(), Some(id.as_str()));
            let reason = &value["reasons"][0];
            prop_assert_eq!(reason["text"].as_str(), text.get(a..b));
            if let (Some(begin), Some(end)) = (reason["begin"].as_u64(), reason["end"].as_u64()) {
                let piece: String = text.chars().skip(begin as usize).take((end - begin) as usize).collect();
                prop_assert_eq!(reason["text"].as_str(), Some(piece.as_str()));
            }
        }
    }
}

//! The bias audit: how a model treats comments that speak of an identity or bear a name.
//!
//! Sentences that we wrote are scored with one term after the other swapped in, as Dixon et al. (2018) do: whatever
//! differs then is the term's doing. Where there are labelled rows that name the terms, their AUCs are measured too.

use rayon::prelude::*;
use serde::Serialize;

use crate::dataset::annotations::Truth;
use crate::dataset::dataset::Dataset;
use crate::dataset::label::outputs;
use crate::dataset::label::{Kind, Label};
use crate::features::input::Input;
use crate::metrics::bias::{Rate, Spread, SubgroupAucs, Subgroups};
use crate::model::explain::share;
use crate::model::scorer::Scorer;
use crate::model::verdict::Outcome;
use crate::text::stem::Language;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;
use crate::train::evaluated::Evaluated;
pub(crate) use crate::train::identity::TermKind;
use crate::train::identity::{Identity, Term};

/// How a word begins in the name of a flag for hostility, in English and German. Of other flags the sentences say nothing:
/// who is named has no bearing on them, as on spam, or they need an article, as `off_topic` does. They are audited only if they
/// are named.
const HOSTILE: [&str; 46] = [
    "toxi",
    "hate",
    "hatr",
    "insult",
    "threat",
    "obscen",
    "profan",
    "vulgar",
    "harass",
    "abus",
    "offens",
    "hostil",
    "incivil",
    "uncivil",
    "rude",
    "attack",
    "bully",
    "slur",
    "aggress",
    "violen",
    "racis",
    "sexis",
    "sexual",
    "misogyn",
    "antisemit",
    "islamophob",
    "homophob",
    "transphob",
    "xenophob",
    "discriminat",
    "derogat",
    "demean",
    "dehumani",
    "identit",
    "troll",
    "contempt",
    "disrespect",
    "beleidig",
    "hass",
    "hetz",
    "droh",
    "beschimpf",
    "rassis",
    "feindlich",
    "gewalt",
    "angriff",
];

/// A subgroup is measured if it has so many positive and so many negative rows.
const ROWS: usize = 20;

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Audit {
    /// Whose terms and sentences were taken.
    pub language: Language,
    /// One for each flag that was audited.
    pub labels: Vec<LabelAudit>,
}

/// What an audit found of one flag.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct LabelAudit {
    pub label: String,
    /// Where it is raised.
    pub threshold: f32,
    /// Of the harmless sentences, the share that is raised, over terms and names.
    pub false_positives: Spread,
    /// Of the hostile sentences, the share that is not raised, over terms and names.
    pub missed: Spread,
    /// Of the harmless sentences, the share that is raised with words that are nobody's identity.
    pub control: Option<f64>,
    /// Terms, names and control words, the ones with most false positives first.
    pub terms: Vec<TermAudit>,
    /// Groups and terms with enough labelled rows that name them, the lowest BPSN AUC first.
    pub subgroups: Vec<Subgroup>,
}

/// How a flag fares with one term.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct TermAudit {
    /// The term, as in `gay`, or the name.
    pub term: String,
    /// As in `orientation`; of a name where it is common.
    pub group: String,
    /// Term, name or control.
    pub kind: TermKind,
    /// Over harmless sentences: what is raised is a false positive.
    pub harmless: Rate,
    /// Over hostile sentences: what is not raised is missed.
    pub hostile: Rate,
    /// What the term's own n-grams add to the log-odds of a harmless sentence, on the mean.
    pub share: f64,
}

/// The labelled rows that name a term, or any of a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Subgroup {
    /// The term, or the group.
    pub name: String,
    /// How well they are ordered.
    #[serde(flatten)]
    pub aucs: SubgroupAucs,
}

impl LabelAudit {
    /// The terms and names that the flag leans on: those whose n-grams speak for it, strongest first.
    #[must_use]
    pub(crate) fn leans_on(&self) -> Vec<&TermAudit> {
        let mut terms: Vec<_> = self.terms.iter().filter(|term| term.share > 0.0).collect();
        terms.retain(|term| term.kind != TermKind::Control);
        terms.sort_by(|a, b| b.share.total_cmp(&a.share));
        terms
    }

    /// The terms and names with which more than a share `most` of the harmless sentences is raised, worst first.
    #[must_use]
    pub(crate) fn over(&self, most: f64) -> Vec<&TermAudit> {
        let over = |term: &&TermAudit| term.kind != TermKind::Control && term.harmless.raised > most;
        self.terms.iter().filter(over).collect()
    }
}

/// Whether a flag is for hostility, by its name.
fn is_hostile(flag: &str) -> bool {
    let flag = flag.to_lowercase();
    let words = flag.split(|c: char| !c.is_alphanumeric());
    // As in `IsToxic`.
    let mut words = words.flat_map(|word| [word, word.strip_prefix("is").unwrap_or_default()]);
    words.any(|word| HOSTILE.iter().any(|begin| word.starts_with(begin)))
}

/// The name of no flag.
#[derive(Debug, thiserror::Error)]
#[error("{0}: there is no such flag to audit")]
pub(crate) struct NoSuchFlag(pub(crate) String);

/// The flags among `labels` that are audited: those named, or those whose name speaks of hostility.
///
/// # Errors
/// The first name that is no flag.
pub(crate) fn audited(labels: &[Label], named: &[String]) -> Result<Vec<Label>, NoSuchFlag> {
    let flags = || labels.iter().filter(|label| label.kind == Kind::Flag);
    if let Some(unknown) = named.iter().find(|name| !flags().any(|flag| flag.name == **name)) {
        return Err(NoSuchFlag(unknown.clone()));
    }
    let own = |flag: &&Label| match named {
        [] => is_hostile(&flag.name),
        named => named.contains(&flag.name),
    };
    Ok(flags().filter(own).cloned().collect())
}

/// Whether there are terms and sentences of a language.
#[must_use]
pub(crate) fn has_terms(language: Language) -> bool {
    Identity::of(language).is_some()
}

/// Audits `flags` of a model: by sentences, and by the rows of `data` that were `evaluated`.
///
/// `None` without flags, or where there are no terms of the model's language.
#[must_use]
pub(crate) fn audit(scorer: &Scorer, flags: &[Label], data: &Dataset, evaluated: &[&Evaluated]) -> Option<Audit> {
    let language = scorer.model().metadata.options.language;
    let identity = Identity::of(language).filter(|_| !flags.is_empty())?;
    let labels = scorer.model().labels();
    let places: Vec<usize> = flags.iter().filter_map(|flag| labels.iter().position(|label| label == flag)).collect();
    let harmless = score(scorer, &identity, &identity.harmless, &places, true);
    let hostile = score(scorer, &identity, &identity.hostile, &places, false);
    let named = named(&identity, data);
    let audits = places.iter().enumerate().filter_map(|(at, place)| {
        let own = evaluated.iter().find(|evaluated| evaluated.label == labels[*place]);
        let subgroups = own.map_or_else(Vec::new, |own| subgroups(&identity, &named, own));
        label_audit(&labels[*place].name, at, &identity, &harmless, &hostile, subgroups)
    });
    Some(Audit { language, labels: audits.collect() })
}

/// A scored sentence: the number of its term, and for each audited flag its probability, whether it is raised, its
/// threshold, and what the term adds.
struct Scored {
    term: usize,
    flags: Vec<(f32, bool, f32, f64)>,
}

fn score(scorer: &Scorer, identity: &Identity, sentences: &[String], places: &[usize], explained: bool) -> Vec<Scored> {
    let outputs = outputs(&scorer.model().labels());
    let one = |(scorer, tokenizer, tokens): &mut (Scorer, Tokenizer, Tokens), (term, text): (usize, String)| {
        let verdict = scorer.verdict(&Input::of(&text), 0);
        let mut spans = Vec::new();
        if explained {
            tokenizer.tokenize(&text, tokens);
            identity.phrases.find(tokens, |number, begin, end| {
                if number as usize == term {
                    spans.push((begin, end));
                }
            });
        }
        let overlaps = |span: Option<(usize, usize)>| {
            span.is_some_and(|span| spans.iter().any(|own| span.0 < own.1 && own.0 < span.1))
        };
        let explanation = explained.then(|| scorer.explain(&Input::of(&text)));
        let flags = places.iter().filter_map(|place| {
            let Some(Outcome::Flag { raised, p: Some(p), threshold, .. }) = verdict.outcomes.get(*place) else {
                return None;
            };
            let contributions = explanation.iter().flat_map(|explanation| &explanation.contributions);
            let own = contributions.filter(|contribution| overlaps(contribution.span));
            let added = own.map(|own| share(&own.shares, outputs[*place].clone(), None)).sum();
            Some((*p, *raised, *threshold, added))
        });
        Scored { term, flags: flags.collect() }
    };
    let own = || (scorer.clone(), Tokenizer::default(), Tokens::default());
    identity.swapped(sentences).into_par_iter().map_init(own, one).collect()
}

fn label_audit(
    label: &str,
    at: usize,
    identity: &Identity,
    harmless: &[Scored],
    hostile: &[Scored],
    subgroups: Vec<Subgroup>,
) -> Option<LabelAudit> {
    let rate = |scored: &[Scored], number: usize| {
        let own = scored.iter().filter(|scored| scored.term == number);
        Rate::of(own.filter_map(|scored| scored.flags.get(at).map(|(p, raised, _, _)| (*p, *raised))))
    };
    let term = |(number, term): (usize, &Term)| {
        let rates = rate(harmless, number)?;
        let own = harmless.iter().filter(|scored| scored.term == number);
        let added: f64 = own.filter_map(|scored| scored.flags.get(at)).map(|(_, _, _, added)| added).sum();
        Some(TermAudit {
            term: term.name.clone(),
            group: term.group.clone(),
            kind: term.kind,
            harmless: rates,
            hostile: rate(hostile, number)?,
            share: added / rates.n as f64,
        })
    };
    let mut terms: Vec<TermAudit> = identity.terms.iter().enumerate().filter_map(term).collect();
    // Where nothing is raised, by score.
    terms.sort_by(|a, b| {
        let key = |term: &TermAudit| (term.harmless.raised, term.harmless.mean_p);
        let (a, b) = (key(a), key(b));
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
    let of = |control: bool, figure: &dyn Fn(&TermAudit) -> f64| {
        let own = terms.iter().filter(|term| (term.kind == TermKind::Control) == control);
        Spread::of(&own.map(figure).collect::<Vec<_>>())
    };
    Some(LabelAudit {
        label: label.to_owned(),
        threshold: harmless.first()?.flags.get(at)?.2,
        false_positives: of(false, &|term| term.harmless.raised)?,
        missed: of(false, &|term| 1.0 - term.hostile.raised)?,
        control: of(true, &|term| term.harmless.raised).map(|spread| spread.mean),
        terms,
        subgroups,
    })
}

/// The terms that each row names.
fn named(identity: &Identity, data: &Dataset) -> Vec<Vec<u32>> {
    let one = |(tokenizer, tokens): &mut (Tokenizer, Tokens), row: usize| {
        let mut own = Vec::new();
        tokenizer.tokenize(data.input(row).text, tokens);
        identity.phrases.find(tokens, |number, _, _| own.push(number));
        own
    };
    (0..data.len()).into_par_iter().map_init(Default::default, one).collect()
}

/// The AUCs of rows that name a term, or any of a group.
fn subgroups(identity: &Identity, named: &[Vec<u32>], evaluated: &Evaluated) -> Vec<Subgroup> {
    let Truth::Shares(shares) = &evaluated.annotated.truth else { return Vec::new() };
    let Some(all) = Subgroups::new(&evaluated.p.column(0).to_vec(), shares) else { return Vec::new() };
    let row = |at: usize| &named[evaluated.annotated.rows[at]];
    let mut groups: Vec<(&str, Vec<u32>)> = Vec::new();
    for (number, term) in (0..).zip(&identity.terms) {
        if term.kind == TermKind::Term {
            groups.push((&term.name, vec![number]));
            match groups.iter_mut().find(|(name, _)| *name == term.group) {
                Some((_, members)) => members.push(number),
                None => groups.push((&term.group, vec![number])),
            }
        }
    }
    let measured = groups.par_iter().filter_map(|(name, members)| {
        let within: Vec<bool> =
            (0..evaluated.annotated.len()).map(|at| row(at).iter().any(|number| members.contains(number))).collect();
        let aucs = all.measure(|at| within[at], ROWS)?;
        Some(Subgroup { name: (*name).to_owned(), aucs })
    });
    let mut measured: Vec<Subgroup> = measured.collect();
    measured.sort_by(|a, b| a.aucs.bpsn.unwrap_or(1.0).total_cmp(&b.aucs.bpsn.unwrap_or(1.0)));
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_for_hostility_is_audited_only_if_named() {
        let labels = [Label::flag("toxicity"), Label::flag("off_topic"), Label::stance("stance", Vec::new())];
        for hostile in ["severe_toxicity", "IsToxic", "hate-speech", "HateSpeech", "identity_attack", "Beleidigung"] {
            assert!(is_hostile(hostile), "{hostile}");
        }
        for other in
            ["spam", "speculative", "off_topic", "sarcasm", "constructive", "question", "intoxicated", "whatever"]
        {
            assert!(!is_hostile(other), "{other}");
        }
        let names = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(ToString::to_string).collect();
            audited(&labels, &named).map(|labels| labels.into_iter().map(|label| label.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap(), ["toxicity"]);
        assert_eq!(names(&["off_topic"]).unwrap(), ["off_topic"]);
        assert_eq!(names(&["stance"]).unwrap_err().0, "stance");
    }
}

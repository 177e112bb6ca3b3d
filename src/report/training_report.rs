//! The report of a training or an evaluation.

use std::io;

use serde::Serialize;

use crate::dataset::annotations::Truth;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::outputs;
use crate::dataset::label::{Kind, Label};
use crate::learn::policy::Threshold;
use crate::learn::side_guarantee::SideGuarantee;
use crate::metrics::estimate::Estimate;
use crate::model::metadata::{ModelLabel, ModelMember};
use crate::model::model::Model;
use crate::report::label_report::{LabelReport, Report, Scores, Suspect};
use crate::train::compare::Comparison;
use crate::train::confined::{Confined, nothing_to_measure};
use crate::train::evaluated::Evaluated;
use crate::train::learnt::Learnt;
use crate::train::selection::CHOSEN_BY_FOLD;
use crate::train::train::Trained;

/// Fewer positives than this make figures that hardly mean anything.
const FEW: f64 = 50.0;
/// At most this many features of each class, and likely annotation errors, are reported.
const FEATURES: usize = 20;
const SUSPECTS: usize = 20;

/// A report, and two models compared where there are two.
#[derive(Serialize)]
pub(crate) struct FullReport<'a> {
    #[serde(flatten)]
    pub(crate) report: Report<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) comparisons: Vec<Comparison>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compared_with: Option<String>,
}

/// The report of a training; without cross-validation there are no figures to report.
pub(crate) fn training_report<'a>(
    model: &Model,
    trained: &'a Trained,
    data: &'a Dataset,
) -> Result<FullReport<'a>, TrainError> {
    let mut warnings = Vec::new();
    let mut method = "Fitted once on all rows, without cross-validation: there are no figures.".to_owned();
    if let Some(folds) = &trained.folds {
        let grouped = match (&data.folds, &data.groups) {
            (Some(_), _) => "as given in the data",
            (None, Some(_)) => "grouped and stratified",
            (None, None) => "stratified",
        };
        let large = |evaluated: &Evaluated| evaluated.annotated.len() > CHOSEN_BY_FOLD;
        let chosen = if trained.halved {
            "with calibration and threshold from them, and settings chosen on the half of the rows that does not contain it"
        } else {
            "with settings, calibration and threshold from them"
        };
        let all_rows = if trained.halved {
            String::new()
        } else if trained.learnt.iter().filter_map(|learnt| learnt.evaluated.as_ref()).any(large) {
            format!(
                " The settings to try, and for labels with more than {CHOSEN_BY_FOLD} rows the settings to use, were chosen on all rows."
            )
        } else {
            " The settings to try were chosen on all rows.".to_owned()
        };
        method = format!(
            "Cross-validated on {} folds, {grouped}: each row is scored by fits on the other folds, {chosen}.{all_rows} In brackets: 95 % bootstrap intervals.",
            folds.n
        );
        warnings.extend(trained.learnt.iter().flat_map(|learnt| confined(learnt, data)));
        warnings.extend(recurring(trained, data));
    }
    let labels = trained.learnt.iter().filter_map(|learnt| {
        let evaluated = learnt.evaluated.as_ref()?;
        // A model may have kept labels of its base before these.
        let own = model.metadata.labels.iter().find(|own| own.label.name == learnt.label.name)?;
        let report = label_report(model, own, &learnt.label, evaluated, learnt.rule.threshold.clone(), data).map(|report| {
            let again = trained.regrouped.as_ref().filter(|_| own.base_rate.is_none());
            let again = again.and_then(|again| Some((&again.by[..], again.evaluated.iter().find(|other| other.label == learnt.label)?)));
            LabelReport { regrouped: again.map(|(by, evaluated)| (by, &evaluated.figures)), ..report }
        });
        let with_rate = |mut report: LabelReport<'a>| {
            let Some(rate) = own.base_rate else { return report };
            report.warnings.push(format!(
                "scores, threshold and figures are for comments of which {:.1} % are {}; {:.1} % of the training rows are",
                rate * 100.0,
                learnt.label.name,
                own.base_rates.first().copied().unwrap_or_default() * 100.0
            ));
            // Curves use the original rows, and would show another share than the figures.
            report.scores = None;
            report
        };
        Some(report.map(with_rate))
    });
    let labels = labels.collect::<Result<_, TrainError>>()?;
    Ok(full(model, labels, method, warnings))
}

/// The report of an evaluation.
pub(crate) fn evaluation_report<'a>(
    model: &'a Model,
    evaluated: &'a [Evaluated],
    data: &'a Dataset,
) -> Result<FullReport<'a>, TrainError> {
    let labels = evaluated.iter().filter_map(|evaluated| {
        let own = model.metadata.labels.iter().find(|own| own.label == evaluated.label)?;
        Some(label_report(
            model,
            own,
            &evaluated.label,
            evaluated,
            own.threshold.clone().map(|own| own.measured(&evaluated.figures)),
            data,
        ))
    });
    let method = format!("On {} rows. In brackets: 95 % bootstrap intervals.", data.len());
    let overlap = model.overlap(data);
    let mut warnings = Vec::new();
    if overlap.rows > 0 {
        let at_least = if overlap.at_least { "at least " } else { "" };
        warnings.push(format!(
            "{at_least}{} of these {} rows were in the training data of {}: the figures are too optimistic",
            overlap.rows,
            data.len(),
            model.metadata.name
        ));
    }
    Ok(full(model, labels.collect::<Result<_, TrainError>>()?, method, warnings))
}

fn full<'a>(model: &Model, labels: Vec<LabelReport<'a>>, method: String, warnings: Vec<String>) -> FullReport<'a> {
    let metadata = &model.metadata;
    let from = &metadata.provenance;
    let blocks: Vec<&str> = model.blocks().iter().map(|block| block.name()).collect();
    let provenance = [
        ("model", format!("{} {}", metadata.name, metadata.hash)),
        ("made by", format!("ombud {}", from.ombud)),
        ("trained on", format!("{} rows of {}", from.rows, from.sources.join(", "))),
        ("SHA-256 of the data", from.sha256.clone()),
        ("features", format!("{} ({})", model.n_features(), blocks.join(", "))),
        ("solver", from.solver.clone()),
        ("seed", from.seed.to_string()),
    ];
    let provenance = provenance.into_iter().map(|(name, value)| (name.to_owned(), value));
    let provenance = provenance.chain(sources(model)).collect();
    let report = Report { title: format!("Model {}", metadata.name), method, provenance, labels, warnings, bias: None };
    FullReport { report, comparisons: Vec::new(), compared_with: None }
}

/// The sources of a model's recipe: their files and details.
pub(crate) fn sources(model: &Model) -> impl Iterator<Item = (String, String)> {
    let recipe = model.metadata.provenance.recipe.as_ref();
    let own = recipe.map(|recipe| ("recipe".to_owned(), format!("{}, SHA-256 {}", recipe.file, recipe.sha256)));
    let sources = recipe.into_iter().flat_map(|recipe| &recipe.sources).map(|source| {
        let made_up = if source.negatives > 0 {
            format!(" and {} negatives made from them", source.negatives)
        } else {
            String::new()
        };
        let mut said = vec![format!("{} rows{made_up}, weight {}", source.rows, source.weight)];
        said.extend(source.teaches_only.then(|| "used only for training".to_owned()));
        said.extend(source.licence.iter().map(|licence| format!("licence: {licence}")));
        said.extend(source.citation.iter().chain(&source.url).cloned());
        said.push(format!("SHA-256 {}", source.sha256));
        said.extend(source.texts.iter().map(|table| format!("texts from {}, SHA-256 {}", table.file, table.sha256)));
        (source.file.clone(), said.join("; "))
    });
    own.into_iter().chain(sources)
}

fn label_report<'a>(
    model: &Model,
    own: &ModelLabel,
    label: &'a Label,
    evaluated: &'a Evaluated,
    threshold: Option<Threshold>,
    data: &'a Dataset,
) -> Result<LabelReport<'a>, TrainError> {
    Ok(LabelReport {
        label,
        figures: &evaluated.figures,
        regrouped: None,
        warnings: warnings(evaluated, threshold.as_ref()),
        threshold,
        settings: own.members.iter().map(|member| setting(member, own.members.len())).collect(),
        abstention: evaluated.abstention.as_ref(),
        // Its results are in a separate field.
        guarantee: own.guarantee.clone().map(|guarantee| SideGuarantee { figures: None, ..guarantee }),
        sides: evaluated.sides.as_ref(),
        by_source: evaluated.by_source(data)?,
        auc_within_sources: evaluated.auc_within_sources(data),
        teaching: evaluated.teaching(data),
        agreement: data.agreement.iter().find(|agreement| agreement.label == label.name),
        strongest: strongest(model, label),
        suspects: suspects(evaluated, data),
        scores: Some(Scores { p: evaluated.p.view(), truth: &evaluated.annotated.truth }),
    })
}

/// Classes that cross-validation could not measure.
fn confined(learnt: &Learnt, data: &Dataset) -> Vec<String> {
    let Some(evaluated) = &learnt.evaluated else { return Vec::new() };
    let (name, flag) = (&learnt.label.name, learnt.label.kind == Kind::Flag);
    let describe = |confined: &Confined| {
        let what = match learnt.label.classes().get(confined.class) {
            Some(class) => format!("{name} = {class}"),
            None => format!("{name} = {}", confined.class),
        };
        let where_ = if confined.one_group { "group" } else { "fold of the cross-validation" };
        let so = match (flag, nothing_to_measure(&learnt.label, &evaluated.confined)) {
            (true, _) => "the flag is never raised and its scores are not calibrated",
            (false, true) => "the class is never given and the scores are not calibrated",
            (false, false) => "the class is never given",
        };
        format!(
            "all {} comments with {what} are in one {where_} (first {}): how well others like them are found cannot be \
             measured, so {so}; add examples from several groups",
            confined.rows,
            place(data, confined.first)
        )
    };
    evaluated.confined.iter().map(describe).collect()
}

/// What recurs across folds, and what that does to the figures.
fn recurring(trained: &Trained, data: &Dataset) -> Vec<String> {
    let recurring = &trained.recurring;
    let again = trained.regrouped.as_ref();
    let beside = |group: &str| match again {
        Some(again) => format!(
            "the column {:?} has the figures for {} folds without this",
            format!("by {}", again.by),
            again.folds
        ),
        None => format!("the data cannot be divided by it, so there are no figures for {group}"),
    };
    let column = recurring.column.map(|(name, share)| {
        let new = format!("a new {name}");
        format!(
            "{name} recurs across folds ({:.0} % of the rows): for comments with {new} the figures are too optimistic; {}",
            share * 100.0,
            beside(&new)
        )
    });
    let pairs = &recurring.near_duplicates;
    let repeated = pairs.first().map(|(one, other)| {
        let how = match again {
            Some(again) => beside(&again.by),
            None => "group them (--group)".to_owned(),
        };
        format!(
            "{} rows are near-duplicates of a row in another fold, first {} and {}: the figures are too optimistic; {how}",
            pairs.len(),
            place(data, *one),
            place(data, *other)
        )
    });
    column.into_iter().chain(repeated).collect()
}

/// How a fit was made: the only one, or one of the `n` that were averaged.
fn setting(member: &ModelMember, n: usize) -> (String, String) {
    let blocks: Vec<String> = member.blocks.iter().map(|(block, scale)| format!("{block} x {scale}")).collect();
    let weight = if member.balanced { ", classes balanced" } else { "" };
    let name = if n == 1 { "fit".to_owned() } else { format!("{:.0} % of the fit", member.share * 100.0) };
    (name, format!("{}; C {}{weight}", blocks.join(", "), member.cost))
}

/// The strongest features of each class, or for and against a flag.
fn strongest(model: &Model, label: &Label) -> Vec<(String, Vec<(String, f32)>)> {
    let labels = model.labels();
    let Some(at) = labels.iter().position(|own| own == label) else { return Vec::new() };
    let outputs = outputs(&labels)[at].clone();
    let one = |name: &str, output: usize, least: bool| (name.to_owned(), model.strongest(output, least, FEATURES));
    match (label.classes(), outputs.len()) {
        ([], _) => {
            vec![one(&label.name, outputs.start, false), (one(&format!("not {}", label.name), outputs.start, true))]
        }
        ([first, second], 1) => vec![one(first, outputs.start, true), one(second, outputs.start, false)],
        (classes, _) => classes.iter().zip(outputs).map(|(class, output)| one(class, output, false)).collect(),
    }
}

/// The rows whose annotation a model that has not seen them finds least likely.
fn suspects(evaluated: &Evaluated, data: &Dataset) -> Vec<Suspect> {
    let annotated = |at: usize| -> (String, f32) {
        match &evaluated.annotated.truth {
            Truth::Classes(classes) => (evaluated.label.classes()[classes[at]].clone(), evaluated.p[[at, classes[at]]]),
            Truth::Shares(shares) if shares[at] >= 0.5 => ("yes".to_owned(), evaluated.p[[at, 0]]),
            Truth::Shares(_) => ("no".to_owned(), 1.0 - evaluated.p[[at, 0]]),
        }
    };
    let mut rows: Vec<(usize, f32)> = (0..evaluated.annotated.len()).map(|at| (at, annotated(at).1)).collect();
    let agrees = |at: usize| match &evaluated.annotated.truth {
        Truth::Classes(classes) => classes[at] == evaluated.decided[at],
        Truth::Shares(shares) => (shares[at] >= 0.5) == (evaluated.decided[at] == 1),
    };
    rows.retain(|(at, p)| *p < 0.5 && !agrees(*at));
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    rows.truncate(SUSPECTS);
    rows.into_iter()
        .map(|(at, p)| {
            let row = evaluated.annotated.rows[at];
            let predicted = match evaluated.label.classes().get(evaluated.decided[at]) {
                Some(class) => class.clone(),
                None => if evaluated.decided[at] == 1 { "yes" } else { "no" }.to_owned(),
            };
            Suspect {
                place: place(data, row),
                id: data.id(row).to_owned(),
                annotated: annotated(at).0,
                predicted,
                p,
                text: data.input(row).text.to_owned(),
            }
        })
        .collect()
}

fn place(data: &Dataset, row: usize) -> String {
    let (file, line) = data.origin(row);
    format!("{file}:{line}")
}

fn warnings(evaluated: &Evaluated, threshold: Option<&Threshold>) -> Vec<String> {
    let mut warnings = Vec::new();
    let figures = &evaluated.figures;
    let flag = evaluated.label.kind == Kind::Flag;
    for (at, class) in figures.per_class.iter().enumerate() {
        if class.support < FEW && (at == 1 || !flag) {
            let what = if flag { "yes".to_owned() } else { format!("{:?}", class.class) };
            warnings.push(format!(
                "only {:.0} rows are {what}: the figures are uncertain, and thresholds more so",
                class.support
            ));
        }
        if !evaluated.decided.contains(&at) && (at == 1 || !flag) {
            let what =
                if flag { "it is never raised".to_owned() } else { format!("{:?} is never predicted", class.class) };
            warnings.push(what);
        }
    }
    match threshold.filter(|threshold| !threshold.met && (threshold.guarantee.is_some() || !threshold.is_never())) {
        Some(Threshold { policy, guarantee: Some(guarantee), .. }) => {
            let sides = [(&guarantee.passed, "passed"), (&guarantee.raised, "raised")];
            let sides = sides.iter().filter(|(side, _)| side.is_none()).map(|(_, what)| *what);
            let sides = sides.collect::<Vec<_>>().join(" or ");
            warnings.push(format!("{policy} cannot be met for comments {sides} without a person, so none is"));
        }
        Some(threshold) => {
            warnings.push(format!("{} cannot be met; the nearest threshold is used", threshold.policy));
        }
        None => {}
    }
    warnings
}

pub(crate) fn comparisons(out: &mut dyn io::Write, whole: &FullReport<'_>) -> io::Result<()> {
    let Some(other) = &whole.compared_with else { return Ok(()) };
    writeln!(out, "\nHow much better {other} is, on the same rows (95 % interval)")?;
    for comparison in &whole.comparisons {
        let difference = |figure: &Option<Estimate>| match figure {
            Some(Estimate { value, low: Some(low), high: Some(high) }) => {
                format!("{value:+.3} ({low:+.3} to {high:+.3})")
            }
            Some(Estimate { value, .. }) => format!("{value:+.3}"),
            None => "undefined".to_owned(),
        };
        writeln!(
            out,
            "  {}\n    macro-F1 {}\n    AUC {}\n    average precision {}\n    right where the other is wrong: {} rows, wrong where the other is right: {}",
            crate::report::sanitize::line(&comparison.label),
            difference(&comparison.macro_f1),
            difference(&comparison.auc),
            difference(&comparison.average_precision),
            comparison.only_second,
            comparison.only_first
        )?;
    }
    Ok(())
}

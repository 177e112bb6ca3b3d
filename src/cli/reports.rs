//! What several commands say: the report of training and evaluation, and what was odd about the input.

use std::path::Path;

use super::Exit;
use super::output::{note, remark};
use crate::model::{Dataset, Model, Trained};
use crate::thread::{Flaws, Refused};

/// Refusals are told one by one up to here, then only counted.
const TOLD: usize = 50;

/// Tells refused rows that were not told yet, and how many there were.
pub(super) fn note_refused(count: u64, refused: &[Refused]) {
    for refused in refused.iter().take(TOLD) {
        note(format_args!("{refused}"));
    }
    if count > 0 {
        note(format_args!("{count} {} refused", if count == 1 { "row was" } else { "rows were" }));
    }
}

/// Tells what was odd about rows that were used.
pub(super) fn note_flaws(flaws: &[(String, Flaws)]) {
    use crate::thread::Flaw::{DuplicateId, EmptyText, Loop, MissingParent};
    for (file, flaws) in flaws {
        for flaw in [MissingParent, DuplicateId, Loop, EmptyText] {
            let lines: Vec<u64> =
                flaws.found.iter().filter(|(_, found)| *found == flaw).map(|(line, _)| *line).collect();
            if let Some(first) = lines.first() {
                let more = if lines.len() > 1 { format!(", and {} more", lines.len() - 1) } else { String::new() };
                remark(format_args!("warning: {file}:{first}: {flaw}{more} (kept; --strict refuses)"));
            }
        }
        if flaws.unchecked > 0 {
            remark(format_args!("note: {file}: parents and ids of the last {} rows were not checked", flaws.unchecked));
        }
    }
}

/// Tells of rows that were refused or odd; how the run ends.
pub(super) fn refusals(refused: &[Refused], flaws: &[(String, Flaws)]) -> Exit {
    note_refused(refused.len() as u64, refused);
    note_flaws(flaws);
    if refused.is_empty() { Exit::Done } else { Exit::Refused }
}

pub(super) fn of_training(_model: &Model, trained: &Trained, _data: &Dataset) -> String {
    let mut out = String::new();
    for l in &trained.learnt {
        if let Some(e) = &l.evaluated {
            let v = |e: &Option<crate::metrics::Estimate>| e.map_or(f64::NAN, |e| e.value * 100.0);
            let f = &e.figures;
            out += &format!(
                "{:20} C {} {:?} mF1 {:.2} AUC {:.2} AP {:.2} ECE {:.3}\n",
                l.label.name,
                l.cost,
                l.candidate,
                v(&f.macro_f1),
                v(&f.auc),
                v(&f.average_precision),
                v(&f.ece) / 100.0
            );
        }
    }
    out
}
pub(super) fn write(report: &String, _json: bool, _html: Option<&Path>) -> anyhow::Result<()> {
    use std::io::Write as _;
    write!(std::io::stdout(), "{report}")?;
    Ok(())
}

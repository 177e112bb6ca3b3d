//! Where the report of a training or an evaluation goes.

use crate::cli::args::colored;
use crate::cli::output::{Output, note};
use crate::dataset::bias_settings::BiasSettings;
use crate::report::bias::failures;
use crate::report::card::card;
use crate::report::figures::FiguresForm;
use crate::report::html::report_page;
use crate::report::training_report::FullReport;
use crate::report::training_report::comparisons;
use crate::report::width::Width;
use crate::train::bias::Audit;
use std::io::Write as _;

/// Where a report goes.
pub(crate) struct Destinations {
    pub(crate) json: bool,
    pub(crate) html: Option<Output>,
    pub(crate) card: Option<Output>,
}

/// Writes a report: JSON or figures on standard output, a page and a card where they are asked for.
pub(crate) fn write(whole: &FullReport<'_>, to: Destinations) -> anyhow::Result<()> {
    let out = Output::create(None)?;
    let mut out = if to.json { out.json() } else { out.painted() };
    if to.json {
        serde_json::to_writer_pretty(&mut out, whole)?;
        writeln!(out)?;
    } else {
        FiguresForm { width: Width::of_output(), color: colored() }.write(&mut out, &whole.report)?;
        comparisons(&mut out, whole)?;
    }
    out.finish()?;
    if let Some(out) = to.html {
        out.fill(|out| report_page(out, &whole.report))?;
    }
    if let Some(out) = to.card {
        out.fill(|out| card(out, &whole.report, &[]))?;
    }
    Ok(())
}

/// Reports what fails the audit; true if anything does.
pub(crate) fn is_biased(said: &BiasSettings, audit: Option<&Audit>) -> bool {
    let (Some(most), Some(audit)) = (said.fail_over, audit) else { return false };
    let failures = failures(audit, most, "--fail-over");
    failures.iter().for_each(|failure| note(format_args!("error: bias: {failure}")));
    !failures.is_empty()
}

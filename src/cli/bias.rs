//! The bias audit of `train` and `evaluate`: which flags, and what counts as failed.

use crate::cli::exit::Usage;
use crate::cli::output::{note, remark};
use crate::dataset::label::{Kind, Label};
use crate::report::bias::failures;
use crate::text::stem::Language;
use crate::thread::error::{Listed, meant};
use crate::train::bias::{Audit, NoSuchFlag, audited, has_terms};

/// Options of the audit.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Bias audit")]
pub(crate) struct BiasArgs {
    /// Flag to audit for bias against identities and names (repeatable) [default: flags whose name speaks of hostility:
    /// toxicity, insult, hate, threat and the like]
    #[arg(long, value_name = "LABEL")]
    audit: Vec<String>,
    /// Fail with status 1 if an audited flag is raised on more than this share of harmless sentences with any one
    /// identity term or name, as in 0.05
    #[arg(long, value_name = "SHARE", value_parser = share)]
    fail_over: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    number.ok_or_else(|| format!("{text:?} is not a number between 0 and 1"))
}

impl BiasArgs {
    /// Takes what a recipe sets and the command line does not.
    pub(crate) fn complete(&mut self, audit: Option<Vec<String>>, fail_over: Option<f64>) {
        if self.audit.is_empty() {
            self.audit = audit.unwrap_or_default();
        }
        self.fail_over = self.fail_over.or(fail_over);
    }

    /// Whether the audit may fail the run.
    pub(crate) fn is_gate(&self) -> bool {
        self.fail_over.is_some()
    }

    /// The flags to audit. A gate that has nothing to judge is a wrong use, not a pass.
    pub(crate) fn flags(&self, labels: &[Label], language: Language) -> anyhow::Result<Vec<Label>> {
        let flags = audited(labels, &self.audit).map_err(|NoSuchFlag(unknown)| {
            let there: Vec<String> =
                labels.iter().filter(|label| label.kind == Kind::Flag).map(|label| label.name.clone()).collect();
            let meant = meant(&unknown, &there);
            Usage(format!("--audit {unknown}: there is no such flag to audit{meant}; the flags are {}", Listed(&there)))
        })?;
        if self.is_gate() && flags.is_empty() {
            let reason = "--fail-over: no flag to audit: none has a name that speaks of hostility, as toxicity does; \
                          name those to audit with --audit LABEL";
            return Err(Usage(reason.to_owned()).into());
        }
        if !flags.is_empty() && !has_terms(language) {
            if self.is_gate() || !self.audit.is_empty() {
                return Err(Usage(format!("there are no identity terms of language {language} to audit with")).into());
            }
            remark(format_args!("note: no bias audit: there are no identity terms of language {language}"));
        }
        Ok(flags)
    }

    /// Tells what fails the audit; true if anything does.
    pub(crate) fn fails(&self, audit: Option<&Audit>) -> bool {
        let (Some(most), Some(audit)) = (self.fail_over, audit) else { return false };
        let failures = failures(audit, most, "--fail-over");
        failures.iter().for_each(|failure| note(format_args!("error: bias: {failure}")));
        !failures.is_empty()
    }
}

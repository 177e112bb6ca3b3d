//! Which flags are audited for bias, by what was said of the audit.

use crate::dataset::bias_settings::BiasSettings;
use crate::dataset::label::{Kind, Label};
use crate::text::stem::Language;
use crate::thread::error::{Listed, meant};
use crate::train::bias::{NoSuchFlag, audited, has_terms};

/// Why there can be no audit as it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditError {
    #[error("--audit {flag}: there is no such flag to audit{}; the flags are {}", meant(.flag, .there), Listed(.there))]
    NoFlag { flag: String, there: Vec<String> },
    #[error(
        "--fail-over: no flag to audit: none has a name that speaks of hostility, as toxicity does; name those to audit \
         with --audit LABEL"
    )]
    NothingToJudge,
    #[error("there are no identity terms of language {0} to audit with")]
    NoTerms(Language),
}

/// The flags to audit. A gate that has nothing to judge is a wrong use, not a pass.
pub(crate) fn flags(said: &BiasSettings, labels: &[Label], language: Language) -> Result<Vec<Label>, AuditError> {
    let flags = audited(labels, said.named()).map_err(|NoSuchFlag(flag)| {
        let flags = labels.iter().filter(|label| label.kind == Kind::Flag);
        AuditError::NoFlag { flag, there: flags.map(|label| label.name.clone()).collect() }
    })?;
    let is_gate = said.fail_over.is_some();
    if is_gate && flags.is_empty() {
        return Err(AuditError::NothingToJudge);
    }
    let is_asked = is_gate || !said.named().is_empty();
    if is_asked && !flags.is_empty() && !has_terms(language) {
        return Err(AuditError::NoTerms(language));
    }
    Ok(flags)
}

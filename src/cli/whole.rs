//! Scoring whole threads, for the forms that people read.

use super::output::Output;
use super::score::Job;
use crate::thread::{Opened, Source};

pub(super) fn score(_job: &mut Job, _inputs: Vec<(Source, Opened)>, _out: &mut Output) -> anyhow::Result<bool> {
    Ok(false)
}

//! The figures of a queue as text.

use std::io;
use std::io::Write;

use crate::metrics::estimate::Estimate;
use crate::queue::figures::Figures;
use crate::report::sanitize::line;

impl Figures {
    /// Writes them for a person.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "open {}, done {}, escalated {}", self.open, self.done, self.escalated)?;
        for day in &self.days {
            writeln!(out, "{}  {}: {}", day.day, line(&day.reviewer), day.decisions)?;
        }
        for (flag, own) in &self.flags {
            writeln!(
                out,
                "{}: {} raised and decided, share confirmed {}; {} of the audit sample decided, share missed {}",
                line(flag),
                own.raised,
                share(own.precision.as_ref()),
                own.slice,
                share(own.miss_rate.as_ref())
            )?;
        }
        for (label, own) in &self.agreement {
            let (kappa, alpha) = (number(own.kappa), number(own.alpha));
            writeln!(
                out,
                "{}: {} comments decided by two reviewers, kappa {kappa}, alpha {alpha}",
                line(label),
                own.comments
            )?;
        }
        Ok(())
    }
}

fn share(estimate: Option<&Estimate>) -> String {
    match estimate {
        Some(Estimate { value, low: Some(low), high: Some(high), .. }) => format!("{value:.2} ({low:.2} to {high:.2})"),
        own => number(own.map(|own| own.value)),
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "not known".to_owned(), |value| format!("{value:.2}"))
}

//! The settings of the store for drawing comments.

use rusqlite::{Connection, OptionalExtension};

use crate::queue::digest;
use crate::queue::digest::Draws;
use crate::queue::error::ReviewError;
use crate::queue::severity::Costs;

/// The share of unflagged comments that is drawn for review.
const AUDIT_SHARE: f64 = 0.05;

/// The name of the costs of missing a flag.
pub(crate) const SEVERITY: &str = "severity";

/// The shares and costs, and the seed that everything is drawn with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) seed: Vec<u8>,
    pub(crate) audit_share: f64,
    pub(crate) double: f64,
    pub(crate) costs: Costs,
}

impl Settings {
    /// A store without its seed is damaged; other settings have defaults.
    pub(crate) fn read(connection: &Connection) -> Result<Self, ReviewError> {
        let seed = cell(connection, "seed")?.filter(|seed| !seed.is_empty()).ok_or(ReviewError::Setting("seed"))?;
        let share = |name: &'static str, default: f64| -> Result<f64, ReviewError> {
            let Some(bytes) = cell(connection, name)? else { return Ok(default) };
            let share = std::str::from_utf8(&bytes).ok().and_then(|share| share.parse().ok());
            share.filter(|share| (0.0..=1.0).contains(share)).ok_or(ReviewError::Setting(name))
        };
        let costs = match cell(connection, SEVERITY)? {
            Some(bytes) => Costs::parse(&bytes).ok_or(ReviewError::Setting(SEVERITY))?,
            None => Costs::default(),
        };
        Ok(Self { audit_share: share("slice", AUDIT_SHARE)?, double: share("double", 0.0)?, costs, seed })
    }

    /// Whether a comment that is not flagged is in the audit sample.
    pub(crate) fn is_audited(&self, draws: Draws) -> bool {
        i64::from(draws.audit) < digest::limit(self.audit_share)
    }

    /// How many reviewers a comment needs.
    pub(crate) fn seats(&self, draws: Draws) -> i64 {
        if i64::from(draws.double) < digest::limit(self.double) { 2 } else { 1 }
    }
}

/// Writes a setting, and says whether it was another before.
pub(crate) fn write(connection: &Connection, name: &str, value: &str) -> Result<bool, ReviewError> {
    let write = "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value
                 WHERE value <> excluded.value";
    Ok(connection.execute(write, (name, value.as_bytes()))? > 0)
}

fn cell(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, ReviewError> {
    let query = "SELECT value FROM setting WHERE name = ?";
    Ok(connection.query_row(query, [name], |row| row.get(0)).optional()?)
}

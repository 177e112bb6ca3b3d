//! Setting the shares that are drawn for review and the costs of missing a flag; both are bound by the log.

use std::collections::BTreeSet;

use crate::queue::bound::Binding;
use crate::queue::digest;
use crate::queue::error::ReviewError;
use crate::queue::log::Log;
use crate::queue::settings;
use crate::queue::severity::{Costs, refresh};
use crate::queue::sql::{ASKED, AUDIT_SAMPLE, FLAGGED, OPEN};
use crate::queue::store::Store;

impl Store {
    /// The share of unflagged comments drawn for review, and the share of all comments that two reviewers must decide.
    #[must_use]
    pub(crate) fn shares(&self) -> (f64, f64) {
        (self.settings.audit_share, self.settings.double)
    }

    /// Sets both shares at a time. The draw depends only on the store's seed and a comment's id, so a larger share
    /// includes the smaller one. Comments that somebody has decided still need as many reviewers as before.
    ///
    /// # Errors
    /// When a share lies outside [0, 1], or the database fails.
    pub(crate) fn set_shares(&mut self, audit: f64, double: f64, now: i64) -> Result<(), ReviewError> {
        for (name, share) in [("slice", audit), ("double", double)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(ReviewError::Share { name, share });
            }
        }
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let mut binding = Binding::new(&transaction, &seed);
        for (name, share) in [("slice", audit), ("double", double)] {
            let share = share.to_string();
            if settings::write(&transaction, name, &share)? {
                binding.body.settings.insert(name.to_owned(), share);
            }
        }
        let way = format!("iif(draw < ?1, {AUDIT_SAMPLE}, {ASKED})");
        let drawn = format!("UPDATE comment SET way = {way} WHERE way <> {FLAGGED} AND way <> {way} RETURNING id");
        let seated = format!("UPDATE comment SET seats = iif(double < ?1, 2, 1) WHERE state = {OPEN} AND seats <> iif(double < ?1, 2, 1)
             AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.comment = comment.id AND d.live AND d.seq > comment.edited)
             RETURNING id");
        let mut changed = BTreeSet::new();
        for (update, share) in [(drawn, audit), (seated, double)] {
            for comment in
                transaction.prepare(&update)?.query_map([digest::limit(share)], |row| row.get::<_, i64>(0))?
            {
                changed.insert(comment?);
            }
        }
        for comment in changed {
            binding.comment(comment, false)?;
        }
        binding.log(&mut Log::end(&transaction)?, now)?;
        transaction.commit()?;
        (self.settings.audit_share, self.settings.double) = (audit, double);
        Ok(())
    }

    /// The cost of missing a flag here.
    #[must_use]
    pub(crate) fn costs(&self) -> &Costs {
        &self.settings.costs
    }

    /// Sets the costs, at a time, and puts all comments in order by them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn set_costs(&mut self, costs: &Costs, now: i64) -> Result<(), ReviewError> {
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let mut binding = Binding::new(&transaction, &seed);
        let json = serde_json::to_string(&costs.own)?;
        if settings::write(&transaction, settings::SEVERITY, &json)? {
            refresh(&transaction, costs)?;
            binding.body.settings.insert(settings::SEVERITY.to_owned(), json);
        }
        binding.log(&mut Log::end(&transaction)?, now)?;
        transaction.commit()?;
        self.settings.costs = costs.clone();
        Ok(())
    }
}

//! What scores are worth: confusion, F1, ranking, calibration, agreement, and how sure each figure is.
//!
//! Everything here is a pure function of slices: no files, no printing, nothing of the rest of the crate.
//! [`flag_figures`] and [`stance_figures`] give the whole table of one label; the other files hold one concept each.
//!
//! Three rules hold throughout.
//! - **Undefined is `None`**, never NaN: the AUC of rows that are all positive, the precision of a flag that was never
//!   raised, any figure of a score that is not a number.
//! - **A weight is a count.** Weighted functions take `weight(row)`; a row of weight 3 is worth three equal rows and one of
//!   weight 0 is not there. That is what lets the [`bootstrap`] re-weigh rows instead of copying and sorting them.
//! - **A soft target** y between 0 and 1 is y of a positive row and 1 - y of a negative one.

pub(crate) mod abstention;
pub(crate) mod agreement;
pub(crate) mod bias;
pub(crate) mod binomial;
pub(crate) mod bootstrap;
pub(crate) mod calibration;
pub(crate) mod confusion;
pub(crate) mod curves;
pub(crate) mod error;
pub(crate) mod estimate;
pub(crate) mod figures;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod flag;
pub(crate) mod ranking;
pub(crate) mod stance;
pub(crate) mod threshold;

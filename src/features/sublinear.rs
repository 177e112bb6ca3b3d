//! Sublinear term frequency.

/// `1 + ln tf`, Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), equation 6.13.
#[inline]
#[must_use]
pub(crate) fn sublinear(count: u32) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() }
}

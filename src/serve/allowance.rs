//! How often a key may be used: requests per second, and how many at once after a pause. Requests let in beyond that
//! are owed.

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};

/// How often a key may be used.
#[derive(Debug)]
pub(crate) struct Allowance<C: Clock = DefaultClock> {
    quota: Quota,
    used: Used,
    limiter: RateLimiter<NotKeyed, Used, C, NoOpMiddleware<C::Instant>>,
    /// What `used` counts from.
    start: C::Instant,
}

impl<C: Clock> Allowance<C> {
    pub(crate) fn new(rate: NonZeroU32, burst: NonZeroU32, clock: C) -> Self {
        let quota = Quota::per_second(rate).allow_burst(burst);
        let used = Used::default();
        Self { quota, used: used.clone(), start: clock.now(), limiter: RateLimiter::new(quota, used, clock) }
    }

    /// Takes `n`, or returns how long to wait before trying again. `before` have been taken for the same request.
    ///
    /// A request for more than the burst is let in where all of the burst is left, and owes the rest: nothing more is let in
    /// before the rate has made up for it. To refuse it would be to refuse for ever a thread that is longer than the burst.
    pub(crate) fn take(&self, n: u32, before: u32) -> Result<(), Duration> {
        let now = n.min(self.quota.burst_size().get().saturating_sub(before));
        if let Some(now) = NonZeroU32::new(now) {
            match self.limiter.check_n(now) {
                Ok(Ok(())) => {}
                Ok(Err(not_until)) => {
                    // Another try needs those before, too.
                    let again = self.quota.replenish_interval() * before;
                    return Err(not_until.wait_time_from(self.limiter.clock().now()) + again);
                }
                // It asks for no more than the burst.
                Err(_) => return Err(self.quota.burst_size_replenished_in()),
            }
        }
        self.owe(n - now);
        Ok(())
    }

    /// Counts requests beyond the burst as used.
    fn owe(&self, n: u32) {
        if n == 0 {
            return;
        }
        let now = self.limiter.clock().now().duration_since(self.start);
        let more = Nanos::from(self.quota.replenish_interval()) * u64::from(n);
        let Ok(()) = self.used.measure_and_replace(&NotKeyed::NonKey, |used| {
            Ok::<_, Infallible>(((), used.unwrap_or_default().max(now) + more))
        });
    }
}

/// When all that was used up will have been made up for. It is shared with the limiter, which itself lets nothing be owed.
#[derive(Clone, Debug, Default)]
struct Used(Arc<InMemoryState>);

impl StateStore for Used {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, key: &NotKeyed, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, measure)
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn allowance(rate: u32, burst: u32) -> (Allowance<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let [rate, burst] = [rate, burst].map(|n| NonZeroU32::new(n).unwrap());
        (Allowance::new(rate, burst, clock.clone()), clock)
    }

    /// A request that asks for one before its body is read, and for the rest after that.
    fn ask(allowance: &Allowance<FakeRelativeClock>, n: u32) -> Result<(), Duration> {
        allowance.take(1, 0)?;
        allowance.take(n - 1, 1)
    }

    #[test]
    fn what_is_let_in_beyond_the_burst_is_owed_until_the_rate_has_made_up_for_it() {
        for burst in [1, 10] {
            let (allowance, clock) = allowance(10, burst);
            clock.advance(Duration::from_secs(100));
            assert_eq!(ask(&allowance, 1000), Ok(()));
            let wait = ask(&allowance, 1).unwrap_err();
            assert_eq!(wait, Duration::from_millis(u64::from(1000 - burst) * 100 + 100));
            let moment = Duration::from_millis(1);
            clock.advance(wait.saturating_sub(moment));
            assert_eq!(ask(&allowance, 1), Err(moment));
            clock.advance(moment);
            assert_eq!(ask(&allowance, 1), Ok(()));
            assert!(ask(&allowance, 1).is_err());
        }
    }

    #[test]
    fn in_a_long_time_no_more_is_let_in_than_the_rate_whatever_is_asked_for() {
        let (allowance, clock) = allowance(100, 200);
        let mut done = 0;
        for _ in 0..1000 {
            for n in [10_000, 1, 150, 3] {
                done += if ask(&allowance, n).is_ok() { n } else { 0 };
            }
            clock.advance(Duration::from_secs(1));
        }
        assert!((90_000..=110_200).contains(&done), "{done}");
    }

    #[test]
    fn whoever_waits_as_long_as_told_is_let_in() {
        let (allowance, clock) = allowance(10, 20);
        for n in [15, 20, 1, 7, 100, 3] {
            // It waits at most once for the request itself, and once for its content.
            let tries = [(); 3].map(|()| {
                let asked = ask(&allowance, n);
                asked.unwrap_or_else(|wait| clock.advance(wait));
                asked.is_ok()
            });
            assert!(tries.contains(&true), "{n}: {tries:?}");
        }
    }
}

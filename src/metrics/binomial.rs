//! How likely so few errors are for a given share of errors: the test behind a guarantee about a share.

/// P(X <= k) of a binomial X of `n` draws with chance `p`: the regularised incomplete beta function I of 1 - p with n - k and
/// k + 1 (Abramowitz and Stegun 1964, 6.6.4).
#[must_use]
pub(crate) fn at_most(k: u64, n: u64, p: f64) -> f64 {
    at_most_of(k as f64, n as f64, p)
}

/// The same if `n` draws are worth fewer, so neither number need be whole.
#[must_use]
pub(crate) fn at_most_of(k: f64, n: f64, p: f64) -> f64 {
    if k >= n || p <= 0.0 {
        1.0
    } else if p >= 1.0 {
        0.0
    } else {
        incomplete_beta(n - k, k + 1.0, 1.0 - p)
    }
}

/// What Student's t with this many degrees of freedom, at least 1, exceeds with a chance of `doubt`, below a half
/// (26.5.27 there).
#[must_use]
pub(crate) fn students_t(doubt: f64, freedom: f64) -> f64 {
    let exceeds = |t: f64| incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t)) / 2.0;
    let (mut low, mut high) = (0.0, 1.0);
    while exceeds(high) > doubt && high < 1e9 {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        *if exceeds(middle) > doubt { &mut low } else { &mut high } = middle;
    }
    high
}

/// A valid p-value of "the mean of `n` independent losses between 0 and 1 is `mean` or more", given their sum.
///
/// Losses of 0 or 1 (`whole`) are counted exactly. Of others, as soft labels make them, it is the smaller of Hoeffding's and
/// Bentkus's bound (Bates, Angelopoulos, Lei, Malik and Jordan, Distribution-free, risk-controlling prediction sets, JACM
/// 68:43, 2021, section 3.1.3).
#[must_use]
pub(crate) fn p_value(sum: f64, n: u64, mean: f64, whole: bool) -> f64 {
    let tail = at_most((sum - 1e-9).ceil().max(0.0) as u64, n, mean);
    if whole {
        return tail;
    }
    let seen = (sum / n as f64).min(mean);
    let term = |a: f64, b: f64| if a > 0.0 { a * (a / b).ln() } else { 0.0 };
    let hoeffding = (-(n as f64) * (term(seen, mean) + term(1.0 - seen, 1.0 - mean))).exp();
    hoeffding.min(std::f64::consts::E * tail).min(1.0)
}

/// I of `x` with `a` and `b`, by its continued fraction (26.5.8 there) in Lentz's way.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    // The fraction converges quickly on this side of the mean.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp() / a;
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for step in 1..100_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    (front * fraction).clamp(0.0, 1.0)
}

/// The logarithm of the gamma function of a positive number, by Stirling's series from 12 on (6.1.41 there).
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 12.0 {
        below += x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_tail_is_the_binomials() {
        // The sum of the terms, in decimal arithmetic of 60 digits.
        for (k, n, p, expected) in [
            (0, 149, 0.02, 0.049_281_654_330_089_6),
            (5, 500, 0.02, 0.065_191_867_102_414_08),
            (3200, 160_000, 0.02, 0.504_701_631_995_599_3),
            (19_700, 1_000_000, 0.02, 0.016_040_366_065_051_322),
            (40, 50, 0.5, 0.999_997_192_949_953_4),
            (2, 2000, 0.01, 4.196_449_275_828_933e-7),
            (1, 10, 0.3, 0.149_308_345_9),
        ] {
            let found = at_most(k, n, p);
            assert!((found / expected - 1.0).abs() < 1e-9, "{k} of {n} at {p}: {found} is not {expected}");
        }
        assert_eq!((at_most(5, 5, 0.3), at_most(0, 9, 0.0), at_most(3, 9, 1.0)), (1.0, 1.0, 0.0));
    }

    #[test]
    fn students_t_is_that_of_the_tables() {
        // The usual table of its quantiles.
        for (doubt, freedom, expected) in
            [(0.05, 1.0, 6.3138), (0.05, 9.0, 1.8331), (0.025, 20.0, 2.0860), (0.01, 5.0, 3.3649), (0.05, 1e6, 1.6449)]
        {
            let found = students_t(doubt, freedom);
            assert!((found - expected).abs() < 1e-4, "{doubt} {freedom}: {found} is not {expected}");
        }
    }

    proptest! {
        #[test]
        fn it_is_the_sum_of_its_terms(n in 1..60_u64, k in 0..60_u64, p in 0.001..0.999_f64) {
            let mut term = (1.0 - p).powi(n as i32);
            let mut sum = term;
            for i in 0..k.min(n) {
                term *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
                sum += term;
            }
            prop_assert!((at_most(k, n, p) - sum.min(1.0)).abs() < 1e-9);
        }

        #[test]
        fn soft_losses_prove_no_more_than_whole_ones(n in 1..5000_u64, share in 0.0..1.0_f64, mean in 0.001..0.5_f64) {
            let sum = (share * n as f64).floor();
            let (soft, whole) = (p_value(sum, n, mean, false), p_value(sum, n, mean, true));
            prop_assert!((0.0..=1.0).contains(&soft) && soft >= whole - 1e-9, "{} {}", soft, whole);
        }
    }
}

//! Sums that do not depend on the order of their parts.

/// A sum and its rounding error (a "double-double"). When a thread ends, its part of a total is added in a different order than before.
/// With plain floats, the result could differ, and a total could go down by its last digit.
///
/// The same parts in any order have the same sum, provided that the total is less than 2^53 times the last digit of the finest part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// The sum as one float.
    pub rounded: f64,
    /// The rounding error: less than half of the last digit.
    pub lost: f64,
}

impl From<f64> for Sum {
    fn from(value: f64) -> Self {
        Self { rounded: value, lost: 0.0 }
    }
}

impl Sum {
    /// Adds two sums. A sum that overflows is infinite.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        let sum = self.rounded + more.rounded;
        // Knuth's two-sum: the part of `more` in `sum`, and from it the rounding error
        let added = sum - self.rounded;
        let lost = (self.rounded - (sum - added)) + (more.rounded - added) + (self.lost + more.lost);
        let rounded = sum + lost;
        if rounded.is_finite() { Self { rounded, lost: lost - (rounded - sum) } } else { Self::from(sum) }
    }

    /// The difference to an `earlier` sum. 0 if both overflowed, because the difference is unknown.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        let later = self.plus(Self { rounded: -earlier.rounded, lost: -earlier.lost });
        if later.rounded.is_nan() { Self::default() } else { later }
    }

    /// The larger of two sums.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if (other.rounded, other.lost) > (self.rounded, self.lost) { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(parts: &[f64]) -> Sum {
        parts.iter().fold(Sum::default(), |sum, part| sum.plus(Sum::from(*part)))
    }

    #[test]
    fn parts_in_any_order_have_the_same_sum() {
        for (parts, expected) in [
            (&[0.1, 0.2, 0.3][..], 0.6),
            (&[0.2, 0.3, 0.1], 0.6),
            (&[0.3, 0.1, 0.2], 0.6),
            (&[1e9, 1e-6, 1e-6], 1_000_000_000.000_002),
            (&[1e-6, 1e9, 1e-6], 1_000_000_000.000_002),
            (&[1e16, 1.0, 1.0], 1e16 + 2.0),
            (&[1.0, 1.0, 1e16], 1e16 + 2.0),
        ] {
            assert_eq!(sum(parts).rounded, expected, "{parts:?}");
        }
        assert_eq!(sum(&[0.1, 0.2, 0.3]), sum(&[0.3, 0.2, 0.1]));
    }

    #[test]
    fn the_difference_to_an_earlier_sum_is_exact() {
        assert_eq!(sum(&[0.1, 0.2, 0.3]).since(sum(&[0.2, 0.1])).rounded, 0.3);
        assert_eq!(sum(&[0.1]).since(sum(&[0.1])), Sum::default());
    }

    #[test]
    fn an_overflow_stays_infinite_and_is_never_nan() {
        let over = sum(&[f64::MAX, f64::MAX]);
        assert_eq!(over, Sum::from(f64::INFINITY));
        assert_eq!(over.plus(Sum::from(1.0)), over);
        assert_eq!(over.since(Sum::from(f64::MAX)), over);
        assert_eq!(over.since(over), Sum::default());
    }

    #[test]
    fn the_larger_of_two_sums_may_differ_only_in_the_rounding_error() {
        let (less, more) = (sum(&[1e16]), sum(&[1e16, 0.5]));
        assert_eq!((less.max(more), more.max(less)), (more, more));
    }
}

//! Log-linear buckets: each power of two is divided into buckets of equal width, so that the relative error is bounded.
//!
//! For whole numbers from `2^bits` on, a bucket is exactly one of `HdrHistogram`'s with as many significant digits. Below, each whole
//! number has its own bucket, as in `HdrHistogram`, with unused buckets between them. The bits of a float contain its bucket: the
//! exponent is the power of two, and the first bits of the fraction are the bucket in it. JavaScript computes the bucket when it
//! records (`lib/record/log-linear.js`); Rust computes the range of a bucket. `__test__/vectors/log-linear.json` tests both.

use std::ops::Range;

use super::Extremes;

/// Significant decimal digits, as in `HdrHistogram`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Precision {
    /// 16 buckets per power of two: a width of at most 6.3 %, or ±3.1 % of the middle.
    One = 1,
    /// 128 buckets: a width of at most 0.8 %.
    Two = 2,
    /// 1024 buckets: a width of at most 0.1 %.
    Three = 3,
}

impl Precision {
    /// The precision with this many digits.
    #[must_use]
    pub fn from_digits(digits: u8) -> Option<Self> {
        match digits {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            _ => None,
        }
    }

    /// The number of bits of the fraction that select the bucket.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::One => 4,
            Self::Two => 7,
            Self::Three => 10,
        }
    }

    /// The number of buckets per power of two.
    #[must_use]
    pub fn buckets(self) -> u32 {
        1 << self.bits()
    }
}

/// The log-linear layout of a distribution: the powers of two that it covers, and its precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogLinear {
    precision: Precision,
    // the exponent of directory entry 0
    first: i32,
    entries: u32,
    // values are whole numbers: the largest value of a bucket is one less than the smallest of the next
    whole: bool,
}

const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;

impl LogLinear {
    /// The exponent of a timing's first directory entry: that of 1 ns.
    pub const TIMING_FIRST: i32 = 0;
    /// The length of a timing's directory: up to 2^53.
    pub const TIMING_ENTRIES: u32 = 53;
    /// The exponent of a histogram's first directory entry.
    pub const HISTOGRAM_FIRST: i32 = -64;
    /// The length of a histogram's directory: up to 2^64.
    pub const HISTOGRAM_ENTRIES: u32 = 128;
    /// The exponent bits of a float exceed its exponent by this number.
    pub const EXPONENT_BIAS: i32 = f64::MAX_EXP - 1;

    /// Whole nanoseconds from 1 to 2^53 − 1.
    #[must_use]
    pub fn nanoseconds(precision: Precision) -> Self {
        Self { precision, first: Self::TIMING_FIRST, entries: Self::TIMING_ENTRIES, whole: true }
    }

    /// Any positive values from 2^−64 up to 2^64.
    #[must_use]
    pub fn any(precision: Precision) -> Self {
        Self { precision, first: Self::HISTOGRAM_FIRST, entries: Self::HISTOGRAM_ENTRIES, whole: false }
    }

    /// The precision.
    #[must_use]
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The number of powers of two, which is the length of the directory.
    #[must_use]
    pub fn entries(self) -> u32 {
        self.entries
    }

    /// The largest value of the last bucket, which also counts all values beyond it.
    #[must_use]
    pub fn largest(self) -> f64 {
        self.highest(self.entries - 1, self.precision.buckets() - 1)
    }

    /// The number of a bucket, which ascends as values do.
    #[must_use]
    pub fn number(self, entry: u32, bucket: u32) -> u32 {
        entry << self.precision.bits() | bucket
    }

    /// The directory entry and the place there of the bucket with this number.
    #[must_use]
    pub fn entry_of(self, number: u32) -> (u32, u32) {
        (number >> self.precision.bits(), number & (self.precision.buckets() - 1))
    }

    /// The smallest value of a bucket.
    #[must_use]
    pub fn lowest(self, entry: u32, bucket: u32) -> f64 {
        lowest(self.first + entry.cast_signed(), self.precision.bits(), bucket)
    }

    /// The largest value of a bucket: its last whole number, or, if any values are allowed, the start of the next bucket.
    #[must_use]
    pub fn highest(self, entry: u32, bucket: u32) -> f64 {
        let exponent = self.first + entry.cast_signed();
        if self.whole { highest_whole(exponent, self.precision.bits(), bucket) } else { self.lowest(entry, bucket + 1) }
    }
}

impl LogLinear {
    /// Whether its values are whole nanoseconds.
    pub(super) fn is_whole(self) -> bool {
        self.whole
    }

    /// The first and the last value of a bucket; if any values are allowed, the start of the next bucket.
    pub(super) fn ends(self, entry: u32, bucket: u32) -> (f64, f64) {
        let lowest = self.lowest(entry, bucket);
        (if self.whole { lowest.ceil() } else { lowest }, self.highest(entry, bucket))
    }

    /// The share of a bucket's values up to a bound within it, as if they were spread evenly.
    pub(super) fn share_up_to(self, entry: u32, bucket: u32, bound: f64) -> f64 {
        let (first, last) = self.ends(entry, bucket);
        let share = if self.whole {
            (bound.floor() - first + 1.0) / (last - first + 1.0)
        } else {
            (bound - first) / (last - first)
        };
        share.clamp(0.0, 1.0)
    }

    /// The directory entries of all powers of two.
    pub(crate) fn all_entries(self) -> Range<u32> {
        0..self.entries
    }

    /// The directory entries of the values between these extremes, which have a bucket if they are positive.
    pub(crate) fn entries_between(self, Extremes { min, max }: Extremes) -> Range<u32> {
        // the bits of a negative value would be those of a positive one, whose bucket may be anywhere
        let entry = |value: f64| self.place(value.max(0.0)).0;
        if min <= max { entry(min)..entry(max) + 1 } else { 0..0 }
    }

    /// The directory entry and the bucket of a positive value, as JavaScript computes them. Values below the range are in the first
    /// bucket, and values beyond it in the last.
    #[must_use]
    pub fn place(self, value: f64) -> (u32, u32) {
        let bits = value.to_bits();
        let exponent = (bits >> FRACTION_BITS & 0x7ff) as i32 - Self::EXPONENT_BIAS;
        if exponent < self.first {
            return (0, 0);
        }
        let entry = (exponent - self.first) as u32;
        if entry >= self.entries {
            return (self.entries - 1, self.precision.buckets() - 1);
        }
        let bucket = bits >> (FRACTION_BITS - self.precision.bits()) & u64::from(self.precision.buckets() - 1);
        (entry, bucket as u32)
    }
}

/// The smallest value of a bucket in the power of two with this exponent, which has `2^bits` buckets.
pub(super) fn lowest(exponent: i32, bits: u32, bucket: u32) -> f64 {
    let biased = exponent + LogLinear::EXPONENT_BIAS;
    let start = f64::from_bits(u64::from(biased.cast_unsigned()) << FRACTION_BITS);
    start + start * f64::from(bucket) / f64::from(1_u32 << bits)
}

/// The last whole number of such a bucket.
pub(super) fn highest_whole(exponent: i32, bits: u32, bucket: u32) -> f64 {
    (lowest(exponent, bits, bucket + 1).ceil() - 1.0).max(lowest(exponent, bits, bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_within_the_range_of_its_bucket() {
        for digits in 1..=3 {
            let layout = LogLinear::nanoseconds(Precision::from_digits(digits).unwrap());
            for value in
                [1.0, 2.0, 3.0, 127.0, 128.0, 129.0, 255.0, 256.0, 999.0, 1e6, 1e9 + 7.0, super::super::MAX_NANOS]
            {
                let (entry, bucket) = layout.place(value);
                assert!(layout.lowest(entry, bucket) <= value && value <= layout.highest(entry, bucket), "{value}");
            }
        }
    }

    #[test]
    fn values_outside_the_range_are_in_the_first_and_last_bucket() {
        let layout = LogLinear::any(Precision::Two);
        assert_eq!(layout.place(f64::MIN_POSITIVE), (0, 0));
        assert_eq!(layout.place(5e-324), (0, 0));
        assert_eq!(layout.place(1e300), (127, 127));
    }

    #[test]
    fn the_entries_between_two_extremes_have_all_values_between_them() {
        let layout = LogLinear::any(Precision::Two);
        let entry = |value| layout.place(value).0;
        for (min, max, entries) in [
            (1.0, 1.0, entry(1.0)..entry(1.0) + 1),
            (1.0, 2.0, entry(1.0)..entry(1.0) + 2),
            (0.0, 3.0, 0..entry(3.0) + 1),
            (-5.0, 3.0, 0..entry(3.0) + 1),
            (-5.0, -4.0, 0..1),
            (5e-324, 1e300, 0..layout.entries()),
            (f64::INFINITY, f64::NEG_INFINITY, 0..0),
            // a recording in flight
            (1.0, f64::NEG_INFINITY, 0..0),
        ] {
            assert_eq!(layout.entries_between(Extremes { min, max }), entries, "{min} to {max}");
        }
    }

    #[test]
    fn buckets_from_128_ns_on_equal_those_of_hdr_histogram() {
        let theirs = hdrhistogram::Histogram::<u64>::new_with_bounds(1, 1 << 53, 2).unwrap();
        let ours = LogLinear::nanoseconds(Precision::Two);
        for value in
            (0..46).flat_map(|power| [128_u64 << power, (128 << power) + 1, (200 << power) + 3, (256 << power) - 1])
        {
            let (entry, bucket) = ours.place(value as f64);
            assert_eq!(ours.lowest(entry, bucket), theirs.lowest_equivalent(value) as f64, "{value}");
            assert_eq!(ours.highest(entry, bucket), theirs.highest_equivalent(value) as f64, "{value}");
        }
    }
}

//! Counts of whole numbers in `HdrHistogram`'s buckets: the intermediate format between distributions, histogram objects and
//! encodings. Nothing is recorded here.
//!
//! # Why this is not the `hdrhistogram` crate
//!
//! The crate stores a count for every bucket up to the largest value; this module stores only those that are not 0. The tests compare
//! the two (`tests/histogram_objects.rs`: each decodes what the other encodes, mean and deviation are equal), so the crate is a
//! dev-dependency. Measured with version 7.6.0, in µs and peak bytes, with 5,000 durations of 0.1 to 100 ms in ns, and with the 53
//! powers of two, whose encoding has 228 bytes:
//!
//! | | digits | encode, here | the crate | decode, here | the crate | mean and deviation, here | the crate |
//! |---|---|---|---|---|---|---|---|
//! | durations | 2 | 4, 3 kB | 9, 46 kB | 11, 49 kB | 17, 71 kB | 13, 0 | 40, 22 kB |
//! | durations | 3 | 16, 25 kB | 128, 317 kB | 60, 197 kB | 168, 344 kB | 50, 0 | 174, 147 kB |
//! | durations | 5 | 22, 31 kB | 1,721, 24 MB | 50, 197 kB | 1,620, 12 MB | 49, 0 | 7,968, 12 MB |
//! | powers of two | 5 | 0.4, 0.5 kB | 117,700, 81 MB | 0.6, 1.5 kB | 76,110, 39 MB | 0.6, 0 | 105,206, 39 MB |
//!
//! With the crate, a few hundred bytes of untrusted input could block the event loop for 180 ms. It also rejects encodings of
//! hdr-histogram-js, which writes a normalising offset of 1, and allocates up to 4 GB if a header demands it. Its V2 feature depends on
//! a log parser, a base64 decoder and a second zlib. Using it for small histograms only would keep both implementations. Two objects
//! are merged in JavaScript, which has their counts.

use super::log_linear::{highest_whole, lowest};
use super::{BucketLayout, Distribution, MAX_NANOS};

/// The number of bits that select the bucket of a value, by significant digits. As in `HdrHistogram`, a power of two has half as many
/// buckets as the smallest power of two that is at least `2 · 10^digits`.
const DIGITS_BITS: [u32; 6] = [0, 4, 7, 10, 14, 17];

/// The bits for 1 to 5 significant digits.
fn digits_bits(digits: u32) -> Option<u32> {
    DIGITS_BITS.get(digits as usize).copied().filter(|_| digits > 0)
}

/// A histogram of whole numbers up to 2^53 − 1.
#[derive(Clone, Debug, PartialEq)]
pub struct HdrCounts {
    digits: u32,
    bits: u32,
    // the non-empty buckets above zero, ascending by index: the exponent, then `bits` bits of the bucket. Sparse, so that a short
    // encoding with widely separated counts takes little memory and time
    buckets: Vec<(u32, f64)>,
    zeros: f64,
    // of all buckets
    count: f64,
    // 0 if there is no value
    min: u64,
    max: u64,
}

impl HdrCounts {
    /// The largest value.
    pub const LARGEST: u64 = MAX_NANOS as u64;

    /// Empty counts. `None` unless there are 1 to 5 significant digits.
    #[must_use]
    pub fn empty(digits: u32) -> Option<Self> {
        let bits = digits_bits(digits)?;
        Some(Self { digits, bits, buckets: Vec::new(), zeros: 0.0, count: 0.0, min: 0, max: 0 })
    }

    /// The counts of a log-linear distribution, with every value multiplied by `scale` and rounded. `None` if a value would exceed
    /// the largest, or if the distribution has bounds.
    #[must_use]
    pub fn of_distribution(distribution: &Distribution, scale: f64) -> Option<Self> {
        let BucketLayout::LogLinear(layout) = distribution.layout() else { return None };
        let digits = layout.precision() as u32;
        Self::scaled(digits, distribution.middles().into_iter(), distribution.extremes(), scale)
    }

    /// The same counts with every value multiplied by `scale` and rounded. `None` if a value would exceed the largest.
    #[must_use]
    pub fn times(&self, scale: f64) -> Option<Self> {
        let extremes = (self.count > 0.0).then_some((self.min as f64, self.max as f64));
        Self::scaled(self.digits, self.middles(), extremes, scale)
    }

    fn scaled(
        digits: u32,
        buckets: impl Iterator<Item = (f64, f64)>,
        extremes: Option<(f64, f64)>,
        scale: f64,
    ) -> Option<Self> {
        let mut counts = Self::empty(digits)?;
        let Some((min, max)) = extremes else { return Some(counts) };
        let whole = |value: f64| (value * scale).round();
        let (least, most) = (whole(min), whole(max));
        if !(least >= 0.0 && most <= MAX_NANOS) {
            return None;
        }
        for (value, count) in buckets {
            // the middle of a bucket may be beyond the extremes
            counts.add(whole(value).clamp(least, most) as u64, count);
        }
        counts.set_extremes(least as u64, most as u64);
        Some(counts)
    }

    /// Counts a value. A value beyond the largest counts as the largest. Fast for values in ascending order.
    pub fn add(&mut self, value: u64, count: f64) {
        if count <= 0.0 {
            return;
        }
        let value = value.min(Self::LARGEST);
        self.min = if self.count == 0.0 { value } else { self.min.min(value) };
        self.max = self.max.max(value);
        self.count += count;
        let Some(exponent) = value.checked_ilog2() else {
            self.zeros += count;
            return;
        };
        let fraction = value - (1 << exponent);
        let bucket =
            if exponent > self.bits { fraction >> (exponent - self.bits) } else { fraction << (self.bits - exponent) };
        // the fraction has fewer bits than a bucket's number, so the sum is below 2^(6 + bits)
        self.add_bucket((exponent << self.bits) + bucket as u32, count);
    }

    fn add_bucket(&mut self, index: u32, count: f64) {
        match self.buckets.last_mut() {
            Some((last, counted)) if *last == index => *counted += count,
            Some((last, _)) if *last > index => match self.buckets.binary_search_by_key(&index, |(known, _)| *known) {
                Ok(at) => self.buckets[at].1 += count,
                Err(at) => self.buckets.insert(at, (index, count)),
            },
            _ => self.buckets.push((index, count)),
        }
    }

    /// Adds the counts of adjacent buckets. The caller sets the extremes.
    pub(super) fn add_buckets(&mut self, first: u32, counts: &[f64]) {
        for (index, count) in (first..).zip(counts).filter(|(_, count)| **count > 0.0) {
            self.add_bucket(index, *count);
            self.count += count;
        }
    }

    /// Sets the extremes, if they are known more precisely than from the counts.
    pub(super) fn set_extremes(&mut self, min: u64, max: u64) {
        (self.min, self.max) = (min, max);
    }

    /// The number of significant digits.
    #[must_use]
    pub fn digits(&self) -> u32 {
        self.digits
    }

    /// The number of bits that select the bucket within a power of two.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The number of values.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.count
    }

    /// The number of zeros.
    #[must_use]
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// The smallest and the largest value; both 0 if there is none.
    #[must_use]
    pub fn extremes(&self) -> (u64, u64) {
        (self.min, self.max)
    }

    /// The non-empty buckets above zero, ascending: an index, which is the exponent of the power of two followed by `bits` bits of the
    /// bucket, and the count.
    #[must_use]
    pub fn buckets(&self) -> &[(u32, f64)] {
        &self.buckets
    }

    /// Mean and standard deviation of the population, computed from "median equivalent values" like `HdrHistogram`'s. Both are NaN if
    /// there is no value.
    #[must_use]
    pub fn moments(&self) -> (f64, f64) {
        let mean = self.middles().map(|(value, count)| value * count).sum::<f64>() / self.count;
        let variance = self.middles().map(|(value, count)| (value - mean).powi(2) * count).sum::<f64>() / self.count;
        (mean, variance.sqrt())
    }

    /// The middle and the count of each non-empty bucket, ascending.
    fn middles(&self) -> impl Iterator<Item = (f64, f64)> {
        let bits = self.bits;
        let counted = self.buckets.iter().map(move |&(index, count)| {
            let (exponent, bucket) = ((index >> bits).cast_signed(), index & ((1 << bits) - 1));
            let first = lowest(exponent, bits, bucket);
            let last = highest_whole(exponent, bits, bucket);
            (first + ((last - first) / 2.0).ceil(), count)
        });
        std::iter::once((0.0, self.zeros)).filter(|(_, zeros)| *zeros > 0.0).chain(counted)
    }
}

//! Counts of whole numbers in `HdrHistogram`'s buckets, on their way from a distribution to a histogram object or an encoding,
//! or back. Nothing is recorded here.
//!
//! # Why this is not the `hdrhistogram` crate
//!
//! The crate holds a count for every bucket up to the largest value, this holds those that are not 0. The tests compare the two
//! (`tests/histogram_objects.rs`: each reads what the other encodes, mean and deviation are the same), so the crate is a dependency
//! of the tests. Measured with version 7.6.0, in µs and peak bytes; 5,000 durations of 0.1 to 100 ms in ns, and the 53 powers of two,
//! whose encoding has 228 bytes:
//!
//! | | digits | encode, here | the crate | decode, here | the crate | mean and deviation, here | the crate |
//! |---|---|---|---|---|---|---|---|
//! | durations | 2 | 4, 3 kB | 9, 46 kB | 11, 49 kB | 17, 71 kB | 13, 0 | 40, 22 kB |
//! | durations | 3 | 16, 25 kB | 128, 317 kB | 60, 197 kB | 168, 344 kB | 50, 0 | 174, 147 kB |
//! | durations | 5 | 22, 31 kB | 1,721, 24 MB | 50, 197 kB | 1,620, 12 MB | 49, 0 | 7,968, 12 MB |
//! | powers of two | 5 | 0.4, 0.5 kB | 117,700, 81 MB | 0.6, 1.5 kB | 76,110, 39 MB | 0.6, 0 | 105,206, 39 MB |
//!
//! A few hundred bytes from outside would block the event loop for 180 ms. The crate also refuses encodings of hdr-histogram-js, which
//! writes a normalising offset of 1, allocates up to 4 GB because a header says so, and its V2 format comes with a parser of logs, a
//! base64 decoder and a second zlib. Using it for small histograms only would leave both. Merging two objects is additions in
//! JavaScript, where their counts are.

use super::log_linear::{highest_whole, lowest};
use super::{BucketLayout, Distribution, MAX_NANOS};

/// How many bits of a value choose its cell, by significant digits: a power of two is cut in half of the smallest power of
/// two that is at least `2 · 10^digits`, as `HdrHistogram` does it.
const DIGITS_BITS: [u32; 6] = [0, 4, 7, 10, 14, 17];

/// The bits of 1 to 5 significant digits.
fn digits_bits(digits: u32) -> Option<u32> {
    DIGITS_BITS.get(digits as usize).copied().filter(|_| digits > 0)
}

/// A histogram of whole numbers up to 2^53 − 1.
#[derive(Clone, Debug, PartialEq)]
pub struct HdrCounts {
    digits: u32,
    bits: u32,
    // the cells above zero that have a count, by ascending place: the exponent, then `bits` bits of the cell. Sparse, so
    // that a short encoding with far-apart counts takes little memory and time
    cells: Vec<(u32, f64)>,
    zeros: f64,
    // of all cells
    count: f64,
    // 0 while there is no value
    min: u64,
    max: u64,
}

impl HdrCounts {
    /// The largest value.
    pub const LARGEST: u64 = MAX_NANOS as u64;

    /// Of no value; `None` for other than 1 to 5 significant digits.
    #[must_use]
    pub fn empty(digits: u32) -> Option<Self> {
        let bits = digits_bits(digits)?;
        Some(Self { digits, bits, cells: Vec::new(), zeros: 0.0, count: 0.0, min: 0, max: 0 })
    }

    /// What a log-linear distribution holds, every value times `scale` and rounded. `None` where one would be beyond the
    /// largest, or for a distribution with bounds.
    #[must_use]
    pub fn of_distribution(distribution: &Distribution, scale: f64) -> Option<Self> {
        let BucketLayout::LogLinear(layout) = distribution.layout() else { return None };
        let digits = layout.precision() as u32;
        Self::scaled(digits, distribution.middles().into_iter(), distribution.extremes(), scale)
    }

    /// The same, every value times `scale` and rounded. `None` where one would be beyond the largest.
    #[must_use]
    pub fn times(&self, scale: f64) -> Option<Self> {
        let extremes = (self.count > 0.0).then_some((self.min as f64, self.max as f64));
        Self::scaled(self.digits, self.middles(), extremes, scale)
    }

    fn scaled(
        digits: u32,
        cells: impl Iterator<Item = (f64, f64)>,
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
        for (value, count) in cells {
            // a cell's middle may be beyond the extremes
            counts.add(whole(value).clamp(least, most) as u64, count);
        }
        counts.set_extremes(least as u64, most as u64);
        Some(counts)
    }

    /// Counts a value; one beyond the largest counts as the largest. Fast for values that come in ascending order.
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
        let cell =
            if exponent > self.bits { fraction >> (exponent - self.bits) } else { fraction << (self.bits - exponent) };
        // the fraction has fewer bits than a cell's number, so the sum is below 2^(6 + bits)
        self.add_cell((exponent << self.bits) + cell as u32, count);
    }

    fn add_cell(&mut self, place: u32, count: f64) {
        match self.cells.last_mut() {
            Some((last, counted)) if *last == place => *counted += count,
            Some((last, _)) if *last > place => match self.cells.binary_search_by_key(&place, |(known, _)| *known) {
                Ok(at) => self.cells[at].1 += count,
                Err(at) => self.cells.insert(at, (place, count)),
            },
            _ => self.cells.push((place, count)),
        }
    }

    /// Adds the counts of neighbouring cells. The extremes are for the caller to set.
    pub(super) fn add_cells(&mut self, first: u32, counts: &[f64]) {
        for (place, count) in (first..).zip(counts).filter(|(_, count)| **count > 0.0) {
            self.add_cell(place, *count);
            self.count += count;
        }
    }

    /// Sets the extremes, where they are better known than by what was counted.
    pub(super) fn set_extremes(&mut self, min: u64, max: u64) {
        (self.min, self.max) = (min, max);
    }

    /// Significant digits.
    #[must_use]
    pub fn digits(&self) -> u32 {
        self.digits
    }

    /// How many bits choose the cell.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.count
    }

    /// How many zeros.
    #[must_use]
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// The smallest and the largest value; both 0 without a value.
    #[must_use]
    pub fn extremes(&self) -> (u64, u64) {
        (self.min, self.max)
    }

    /// The cells above zero that have a count, ascending: a power of two's exponent above `bits` bits of the cell in it, and
    /// the count.
    #[must_use]
    pub fn cells(&self) -> &[(u32, f64)] {
        &self.cells
    }

    /// Mean and standard deviation of the whole population, as `HdrHistogram` computes them: from its "median equivalent values".
    /// Both are NaN without a value.
    #[must_use]
    pub fn moments(&self) -> (f64, f64) {
        let mean = self.middles().map(|(value, count)| value * count).sum::<f64>() / self.count;
        let variance = self.middles().map(|(value, count)| (value - mean).powi(2) * count).sum::<f64>() / self.count;
        (mean, variance.sqrt())
    }

    /// The middle of each cell with a count, and the count, ascending.
    fn middles(&self) -> impl Iterator<Item = (f64, f64)> {
        let bits = self.bits;
        let counted = self.cells.iter().map(move |&(place, count)| {
            let (exponent, cell) = ((place >> bits).cast_signed(), place & ((1 << bits) - 1));
            let first = lowest(exponent, bits, cell);
            let last = highest_whole(exponent, bits, cell);
            (first + ((last - first) / 2.0).ceil(), count)
        });
        std::iter::once((0.0, self.zeros)).filter(|(_, zeros)| *zeros > 0.0).chain(counted)
    }
}

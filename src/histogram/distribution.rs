//! The reading of one distribution: counts of buckets, sum and extremes, and statistics computed from them.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::quantiles::{Bucket, Extremes, Run, Walk};
use super::{LogLinear, Sum};

/// How values are divided among buckets.
#[derive(Clone, Debug, PartialEq)]
pub enum BucketLayout {
    /// Log-linear buckets, in pages of a power of two.
    LogLinear(LogLinear),
    /// A bucket for each upper bound (strictly increasing, finite), and one for values beyond the last.
    Bounds(Arc<[f64]>),
}

/// A run of a distribution's buckets.
pub trait NumberedRun: Run {
    /// The number of its first bucket.
    fn first(&self) -> u32;
}

/// A bucket with a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BucketCount {
    /// Of declared bounds the position; of log-linear buckets [`LogLinear::number`].
    pub number: u32,
    /// A whole number.
    pub count: f64,
}

impl Run for BucketCount {
    fn len(&self) -> u32 {
        1
    }

    fn total(&self) -> f64 {
        self.count
    }

    fn row(&self, _: u32) -> f64 {
        self.count
    }

    fn count(&self, at: u32) -> f64 {
        if at == 0 { self.count } else { 0.0 }
    }
}

impl NumberedRun for BucketCount {
    fn first(&self) -> u32 {
        self.number
    }
}

/// Counts, sum and extremes. Counts are whole numbers stored as floats, exact up to 2^53, as in cells. Runs are copies of the buckets
/// with a count, or borrow live cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution<R = BucketCount> {
    layout: BucketLayout,
    // ascending
    runs: Vec<R>,
    zeros: f64,
    sum: Sum,
    extremes: Extremes,
}

/// The summary of a distribution with at least one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// One value for each requested quantile.
    pub quantiles: SmallVec<[f64; 4]>,
    /// The number of values at or beyond the end of the buckets' range.
    pub overflow: f64,
}

impl<R: NumberedRun> Distribution<R> {
    /// A distribution that borrows live cells: runs of buckets, which are non-empty and ascend. It has no sum.
    pub(crate) fn live(layout: LogLinear, runs: Vec<R>, zeros: f64, extremes: Extremes) -> Self {
        Self { layout: BucketLayout::LogLinear(layout), runs, zeros, sum: Sum::default(), extremes }
    }

    /// The layout of its buckets.
    #[must_use]
    pub fn layout(&self) -> &BucketLayout {
        &self.layout
    }

    /// The number of zeros.
    #[must_use]
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// Extremes and quantiles in multiples of `unit`. `None` if there is no value.
    #[must_use]
    pub fn summary(&self, quantiles: &[f64], unit: f64) -> Option<Summary> {
        let walk = self.walk();
        let extremes = walk.extremes(self.extremes)?;
        let mut quantiles = walk.quantiles(extremes, quantiles);
        quantiles.iter_mut().for_each(|value| *value /= unit);
        Some(Summary { min: extremes.min / unit, max: extremes.max / unit, quantiles, overflow: self.overflow() })
    }

    /// The number of values at or beyond the end of the range of log-linear buckets.
    #[must_use]
    pub fn overflow(&self) -> f64 {
        let BucketLayout::LogLinear(layout) = &self.layout else { return 0.0 };
        if self.extremes.max < layout.largest() {
            return 0.0;
        }
        let last = layout.number(layout.entries(), 0) - 1;
        self.runs.last().map_or(0.0, |run| run.count(last - run.first()))
    }

    fn walk(&self) -> Walk<'_, R, impl Fn(&R, u32) -> Bucket> {
        Walk::new(self.zeros, &self.runs, |run, at| self.bucket(run.first() + at, run.count(at)))
    }

    fn bucket(&self, number: u32, count: f64) -> Bucket {
        match &self.layout {
            BucketLayout::LogLinear(layout) => layout.bucket(number, count, self.extremes),
            BucketLayout::Bounds(bounds) => {
                let at = number as usize;
                let lowest = at.checked_sub(1).and_then(|below| bounds.get(below)).copied();
                let highest = bounds.get(at).copied();
                // the outer buckets are open-ended: they extend to the extremes if these are known
                let lowest = lowest.or(Some(self.extremes.min).filter(|min| min.is_finite())).or(highest);
                let highest = highest.or(Some(self.extremes.max).filter(|max| max.is_finite())).or(lowest);
                let (lowest, highest) = (lowest.unwrap_or(0.0), highest.unwrap_or(0.0));
                Bucket { lowest, highest, count, interpolated: true }
            }
        }
    }
}

impl LogLinear {
    /// A bucket and its count, given the extremes of all values.
    fn bucket(self, number: u32, count: f64, extremes: Extremes) -> Bucket {
        let (entry, at) = self.entry_of(number);
        let (mut lowest, mut highest) = (self.lowest(entry, at), self.highest(entry, at));
        // the outer buckets also count values outside the range: they extend to the extremes
        if (entry, at) == (0, 0) && extremes.min > 0.0 {
            lowest = lowest.min(extremes.min);
        }
        if (entry, at) == (self.entries() - 1, self.precision().buckets() - 1) {
            highest = highest.max(extremes.max);
        }
        Bucket { lowest, highest, count, interpolated: false }
    }
}

impl Distribution {
    /// An empty distribution.
    #[must_use]
    pub fn empty(layout: BucketLayout) -> Self {
        Self { layout, runs: Vec::new(), zeros: 0.0, sum: Sum::default(), extremes: Extremes::NONE }
    }

    /// Adds the values of a head: sum, extremes and the number of zeros.
    pub fn add_head(&mut self, sum: impl Into<Sum>, min: f64, max: f64, zeros: f64) {
        self.sum = self.sum.plus(sum.into());
        self.extremes.min = self.extremes.min.min(min);
        self.extremes.max = self.extremes.max.max(max);
        self.zeros += zeros;
    }

    /// Adds counts to buckets, which ascend.
    pub fn add_counts(&mut self, more: &[BucketCount]) {
        let Some(first) = more.first() else { return };
        if self.runs.is_empty() {
            self.runs = more.to_vec();
        } else if self.runs.last().is_some_and(|last| last.number < first.number) {
            self.runs.extend_from_slice(more);
        } else {
            self.merge(more.iter().copied());
        }
    }

    /// Adds counts, which ascend. Buckets that become empty leave.
    fn merge(&mut self, more: impl ExactSizeIterator<Item = BucketCount>) {
        let mut merged = Vec::with_capacity(self.runs.len() + more.len());
        let mut more = more.peekable();
        for mut own in self.runs.drain(..) {
            merged.extend(std::iter::from_fn(|| more.next_if(|next| next.number < own.number)));
            if let Some(same) = more.next_if(|next| next.number == own.number) {
                own.count += same.count;
            }
            if own.count != 0.0 {
                merged.push(own);
            }
        }
        merged.extend(more);
        self.runs = merged;
    }

    /// The non-empty buckets except zero, ascending.
    pub(crate) fn counts(&self) -> &[BucketCount] {
        &self.runs
    }

    /// Those with these numbers.
    pub(crate) fn counts_in(&self, numbers: Range<u32>) -> &[BucketCount] {
        let place = |number: u32| self.runs.partition_point(|bucket| bucket.number < number);
        self.runs.get(place(numbers.start)..place(numbers.end)).unwrap_or_default()
    }

    /// Adds another distribution with the same layout.
    pub fn add(&mut self, other: &Self) {
        self.add_head(other.sum, other.extremes.min, other.extremes.max, other.zeros);
        self.add_counts(&other.runs);
    }

    /// The values since `earlier`, a reading of the same distribution. Extremes remain cumulative.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut later = self.clone();
        later.subtract(earlier);
        later
    }

    /// Subtracts an earlier reading of the same distribution.
    pub fn subtract(&mut self, earlier: &Self) {
        self.zeros -= earlier.zeros;
        self.sum = self.sum.since(earlier.sum);
        self.merge(earlier.runs.iter().map(|bucket| BucketCount { count: -bucket.count, ..*bucket }));
    }

    /// Narrows cumulative extremes to the range of the non-empty buckets.
    pub fn narrow_extremes(&mut self) {
        let narrow = self.walk().extremes(self.extremes);
        self.extremes = narrow.unwrap_or(Extremes::NONE);
    }

    /// The number of values.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.zeros + self.runs.iter().map(|bucket| bucket.count).sum::<f64>()
    }

    /// The sum of the values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum.rounded
    }

    /// The smallest and the largest value. They are exact if the cumulative extremes are in the first and the last non-empty bucket,
    /// and otherwise as precise as the buckets. `None` if there is no value.
    #[must_use]
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.walk().extremes(self.extremes).map(|Extremes { min, max }| (min, max))
    }

    /// The quantile `q` (0 to 1) as `HdrHistogram` defines it: the largest value of the bucket that contains rank `⌈q · count⌉`, and
    /// the smallest value for 0. With bounds, it is interpolated within the bucket, as in Prometheus' `histogram_quantile`. `None` if
    /// there is no value.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.quantiles(&[q])?.first().copied()
    }

    /// Like [`Distribution::quantile`], for several quantiles.
    #[must_use]
    pub fn quantiles(&self, quantiles: &[f64]) -> Option<Vec<f64>> {
        let walk = self.walk();
        Some(walk.quantiles(walk.extremes(self.extremes)?, quantiles).into_vec())
    }

    /// The number of values at or below each bound (ascending), and the number of all values. A bucket that contains a bound counts as
    /// below it: within the precision, its values equal the bound.
    #[must_use]
    pub fn cumulative(&self, bounds: &[f64]) -> (Vec<f64>, f64) {
        let mut counts = vec![0.0; bounds.len()];
        let mut total = 0.0;
        let mut first = 0;
        // where the next buckets belong: they ascend as the bounds do
        let mut place = |lowest: f64| {
            while bounds.get(first).is_some_and(|bound| *bound < lowest) {
                first += 1;
            }
            first
        };
        let mut add = |at: usize, more: f64| {
            if let Some(count) = counts.get_mut(at) {
                *count += more;
            }
            total += more;
        };
        if self.zeros > 0.0 {
            add(place(0.0), self.zeros);
        }
        for bucket in &self.runs {
            add(place(self.lowest(bucket.number)), bucket.count);
        }
        let mut sum = 0.0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        (counts, total)
    }

    /// The smallest value of a bucket.
    fn lowest(&self, number: u32) -> f64 {
        match &self.layout {
            // the first one reaches to the extremes
            BucketLayout::LogLinear(layout) if number > 0 => {
                let (entry, at) = layout.entry_of(number);
                layout.lowest(entry, at)
            }
            _ => self.bucket(number, 0.0).lowest,
        }
    }

    /// The bounds and exact cumulative counts of a distribution with bounds.
    #[must_use]
    pub fn cumulative_at_own_bounds(&self) -> Option<Vec<(f64, f64)>> {
        let BucketLayout::Bounds(bounds) = &self.layout else { return None };
        let mut counts = self.runs.iter().peekable();
        let mut sum = 0.0;
        let cumulative = (0..).zip(bounds.iter()).map(|(number, bound)| {
            sum += counts.next_if(|bucket| bucket.number == number).map_or(0.0, |bucket| bucket.count);
            (*bound, sum)
        });
        Some(cumulative.collect())
    }

    /// The middle and the count of each non-empty bucket, ascending.
    #[must_use]
    pub fn middles(&self) -> Vec<(f64, f64)> {
        self.buckets().map(|bucket| (f64::midpoint(bucket.lowest, bucket.highest), bucket.count)).collect()
    }

    /// The non-empty buckets, ascending.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let zeros = Some(Bucket::of_zeros(self.zeros)).filter(|bucket| bucket.count > 0.0);
        zeros.into_iter().chain(self.runs.iter().map(|bucket| self.bucket(bucket.number, bucket.count)))
    }
}

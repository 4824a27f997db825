//! The reading of one distribution: counts of buckets, sum and extremes, and statistics computed from them.

use std::sync::Arc;

use smallvec::SmallVec;

use super::quantiles::{Bucket, Extremes, ROW, Run, Walk, counted, total};
use super::{LogLinear, Sum};

/// How values are divided among buckets.
#[derive(Clone, Debug, PartialEq)]
pub enum BucketLayout {
    /// Log-linear buckets, in pages of a power of two.
    LogLinear(LogLinear),
    /// A bucket for each upper bound (strictly increasing, finite), and one for values beyond the last.
    Bounds(Arc<[f64]>),
}

/// The counts of one power of two, or of all bounds.
pub trait PageCounts: Run {
    /// The page's position in the directory; 0 for bounds.
    fn entry(&self) -> u32;
}

/// The counts of a page, copied.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The position in the directory; 0 for bounds.
    pub entry: u32,
    /// A count for each bucket. Those of the coarsest precision are many, and need no memory of their own.
    pub counts: SmallVec<[f64; 16]>,
}

impl Run for Page {
    fn len(&self) -> u32 {
        self.counts.len() as u32
    }

    fn total(&self) -> f64 {
        total(&self.counts)
    }

    fn row(&self, row: u32) -> f64 {
        self.counts.chunks(ROW as usize).nth(row as usize).map_or(0.0, total)
    }

    fn count(&self, at: u32) -> f64 {
        self.counts.get(at as usize).copied().unwrap_or(0.0)
    }
}

impl PageCounts for Page {
    fn entry(&self) -> u32 {
        self.entry
    }
}

/// Counts, sum and extremes. Counts are whole numbers stored as floats, exact up to 2^53, as in cells. Pages are copies or borrow
/// live cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution<P = Page> {
    layout: BucketLayout,
    // ascending by entry
    pages: Vec<P>,
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

impl<P: PageCounts> Distribution<P> {
    /// A distribution that borrows live pages, which are non-empty and ascending by entry. It has no sum.
    pub(crate) fn live(layout: LogLinear, pages: Vec<P>, zeros: f64, extremes: Extremes) -> Self {
        Self { layout: BucketLayout::LogLinear(layout), pages, zeros, sum: Sum::default(), extremes }
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
        let last = self.pages.last().filter(|page| page.entry() + 1 == layout.entries());
        let last = last.filter(|_| self.extremes.max >= layout.largest());
        last.map_or(0.0, |page| page.count(layout.precision().buckets() - 1))
    }

    fn walk(&self) -> Walk<'_, P, impl Fn(&P, u32) -> Bucket> {
        Walk::new(self.zeros, &self.pages, |page, at| self.bucket(page, at))
    }

    fn bucket(&self, page: &P, at: u32) -> Bucket {
        let count = page.count(at);
        match &self.layout {
            BucketLayout::LogLinear(layout) => layout.bucket(page.entry(), at, count, self.extremes),
            BucketLayout::Bounds(bounds) => {
                let at = at as usize;
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
    fn bucket(self, entry: u32, at: u32, count: f64, extremes: Extremes) -> Bucket {
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
        Self { layout, pages: Vec::new(), zeros: 0.0, sum: Sum::default(), extremes: Extremes::NONE }
    }

    /// Adds the values of a head: sum, extremes and the number of zeros.
    pub fn add_head(&mut self, sum: impl Into<Sum>, min: f64, max: f64, zeros: f64) {
        self.sum = self.sum.plus(sum.into());
        self.extremes.min = self.extremes.min.min(min);
        self.extremes.max = self.extremes.max.max(max);
        self.zeros += zeros;
    }

    /// Makes room for pages, if there are none yet: growing would copy them.
    pub fn reserve_pages(&mut self, pages: usize) {
        if self.pages.is_empty() {
            self.pages.reserve_exact(pages);
        }
    }

    /// Adds counts to a page.
    pub fn add_page(&mut self, entry: u32, counts: impl ExactSizeIterator<Item = f64>) {
        // where all pages of one distribution come in order
        if self.pages.last().is_none_or(|last| last.entry < entry) {
            return self.pages.push(Page { entry, counts: counts.collect() });
        }
        match self.pages.binary_search_by_key(&entry, |page| page.entry) {
            Ok(at) => self.pages[at].counts.iter_mut().zip(counts).for_each(|(count, more)| *count += more),
            Err(at) => self.pages.insert(at, Page { entry, counts: counts.collect() }),
        }
    }

    /// Subtracts counts from a page.
    pub fn subtract_page(&mut self, entry: u32, counts: &[f64]) {
        self.add_page(entry, counts.iter().map(|count| -count));
    }

    /// The pages, ascending.
    pub(super) fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// The counts of a page. Empty if there is no value of its power of two.
    #[must_use]
    pub fn page(&self, entry: u32) -> &[f64] {
        let at = self.pages.binary_search_by_key(&entry, |page| page.entry);
        at.ok().and_then(|at| self.pages.get(at)).map_or(&[], |page| &page.counts)
    }

    /// Adds another distribution with the same layout.
    pub fn add(&mut self, other: &Self) {
        self.add_head(other.sum, other.extremes.min, other.extremes.max, other.zeros);
        for page in &other.pages {
            self.add_page(page.entry, page.counts.iter().copied());
        }
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
        for page in &earlier.pages {
            self.subtract_page(page.entry, &page.counts);
        }
    }

    /// Narrows cumulative extremes to the range of the non-empty buckets.
    pub fn narrow_extremes(&mut self) {
        let narrow = self.walk().extremes(self.extremes);
        self.extremes = narrow.unwrap_or(Extremes::NONE);
    }

    /// The number of values.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.zeros + self.pages.iter().map(Run::total).sum::<f64>()
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
        for page in &self.pages {
            let one = place(self.lowest(page, 0));
            let last = self.lowest(page, page.len().saturating_sub(1));
            if bounds.get(one).is_none_or(|bound| last <= *bound) {
                add(one, page.total());
                continue;
            }
            for (at, count) in counted(&page.counts) {
                add(place(self.lowest(page, at)), count);
            }
        }
        let mut sum = 0.0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        (counts, total)
    }

    /// The smallest value of a bucket.
    fn lowest(&self, page: &Page, at: u32) -> f64 {
        match &self.layout {
            // the first one reaches to the extremes
            BucketLayout::LogLinear(layout) if (page.entry, at) != (0, 0) => layout.lowest(page.entry, at),
            _ => self.bucket(page, at).lowest,
        }
    }

    /// The bounds and exact cumulative counts of a distribution with bounds.
    #[must_use]
    pub fn cumulative_at_own_bounds(&self) -> Option<Vec<(f64, f64)>> {
        let BucketLayout::Bounds(bounds) = &self.layout else { return None };
        let counts = self.pages.first().map_or(&[][..], |page| &page.counts);
        let mut sum = 0.0;
        let cumulative = bounds.iter().enumerate().map(|(at, bound)| {
            sum += counts.get(at).copied().unwrap_or(0.0);
            (*bound, sum)
        });
        Some(cumulative.collect())
    }

    /// The middle and the count of each non-empty bucket, ascending.
    #[must_use]
    pub fn middles(&self) -> Vec<(f64, f64)> {
        self.buckets().map(|bucket| (f64::midpoint(bucket.lowest, bucket.highest), bucket.count)).collect()
    }

    /// The non-empty buckets except zero, ascending: the position of their page, their position in it, and their count.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.pages.iter().flat_map(|page| {
            let counted = (0..).zip(page.counts.iter()).filter(|(_, count)| **count > 0.0);
            counted.map(move |(at, count)| (page.entry, at, *count))
        })
    }

    /// The non-empty buckets, ascending.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let zeros = Some(Bucket::of_zeros(self.zeros)).filter(|bucket| bucket.count > 0.0);
        let counted = self.pages.iter().flat_map(move |page| {
            let counted = page.counts.iter().zip(0..).filter(|(count, _)| **count > 0.0);
            counted.map(move |(_, at)| self.bucket(page, at))
        });
        zeros.into_iter().chain(counted)
    }
}

//! What was read of one distribution: counts of buckets, sum and extremes, and what can be computed from them.

use std::sync::Arc;

use smallvec::SmallVec;

use super::quantiles::{Bucket, Extremes, ROW, Run, Walk, counted, total};
use super::{LogLinear, Sum};

/// How values are divided among buckets.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Log-linear buckets, in pages of a power of two.
    LogLinear(LogLinear),
    /// A bucket for each upper bound (strictly increasing, finite), and one for what is beyond the last.
    Bounds(Arc<[f64]>),
}

/// The counts of one power of two, or of all bounds.
pub trait PageCounts: Run {
    /// The page's place in the directory; 0 for bounds.
    fn entry(&self) -> u32;
}

/// The counts of a page, copied.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its place in the directory; 0 for bounds.
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

/// Counts, sum and extremes. Counts are whole numbers held as floats, exact up to 2^53, as in the cells. The pages are copies, or
/// are read where they are recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution<P = Page> {
    form: Form,
    // ascending by entry
    pages: Vec<P>,
    zeros: f64,
    sum: Sum,
    extremes: Extremes,
}

/// What is reported of a distribution with at least one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// One value for each quantile of the request.
    pub quantiles: SmallVec<[f64; 4]>,
    /// How many values reached the end of their buckets' range.
    pub overflow: f64,
}

impl<P: PageCounts> Distribution<P> {
    /// A distribution whose pages (with a count, ascending by entry) are read where they are. Its sum is not read.
    pub(crate) fn live(layout: LogLinear, pages: Vec<P>, zeros: f64, extremes: Extremes) -> Self {
        Self { form: Form::LogLinear(layout), pages, zeros, sum: Sum::default(), extremes }
    }

    /// How its values are divided.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// How many values are 0.
    #[must_use]
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// Extremes and quantiles in multiples of `unit`. `None` without a value.
    #[must_use]
    pub fn summary(&self, quantiles: &[f64], unit: f64) -> Option<Summary> {
        let walk = self.walk();
        let extremes = walk.extremes(self.extremes)?;
        let mut quantiles = walk.quantiles(extremes, quantiles);
        quantiles.iter_mut().for_each(|value| *value /= unit);
        Some(Summary { min: extremes.min / unit, max: extremes.max / unit, quantiles, overflow: self.overflow() })
    }

    /// How many values reached the end of the range of log-linear buckets.
    #[must_use]
    pub fn overflow(&self) -> f64 {
        let Form::LogLinear(layout) = &self.form else { return 0.0 };
        let last = self.pages.last().filter(|page| page.entry() + 1 == layout.entries());
        let last = last.filter(|_| self.extremes.max >= layout.largest());
        last.map_or(0.0, |page| page.count(layout.precision().cells() - 1))
    }

    fn walk(&self) -> Walk<'_, P, impl Fn(&P, u32) -> Bucket> {
        Walk::new(self.zeros, &self.pages, |page, at| self.bucket(page, at))
    }

    fn bucket(&self, page: &P, at: u32) -> Bucket {
        let count = page.count(at);
        match &self.form {
            Form::LogLinear(layout) => layout.bucket(page.entry(), at, count, self.extremes),
            Form::Bounds(bounds) => {
                let at = at as usize;
                let lowest = at.checked_sub(1).and_then(|below| bounds.get(below)).copied();
                let highest = bounds.get(at).copied();
                // the outer buckets are open: they reach to the extremes, where these are known
                let lowest = lowest.or(Some(self.extremes.min).filter(|min| min.is_finite())).or(highest);
                let highest = highest.or(Some(self.extremes.max).filter(|max| max.is_finite())).or(lowest);
                let (lowest, highest) = (lowest.unwrap_or(0.0), highest.unwrap_or(0.0));
                Bucket { lowest, highest, count, interpolated: true }
            }
        }
    }
}

impl LogLinear {
    /// One of its buckets with a count, of values within `extremes`.
    fn bucket(self, entry: u32, at: u32, count: f64, extremes: Extremes) -> Bucket {
        let (mut lowest, mut highest) = (self.lowest(entry, at), self.highest(entry, at));
        // what is outside the range counts in the outer buckets: they reach to the extremes
        if (entry, at) == (0, 0) && extremes.min > 0.0 {
            lowest = lowest.min(extremes.min);
        }
        if (entry, at) == (self.entries() - 1, self.precision().cells() - 1) {
            highest = highest.max(extremes.max);
        }
        Bucket { lowest, highest, count, interpolated: false }
    }
}

impl Distribution {
    /// A distribution of no value.
    #[must_use]
    pub fn empty(form: Form) -> Self {
        Self { form, pages: Vec::new(), zeros: 0.0, sum: Sum::default(), extremes: Extremes::NONE }
    }

    /// Adds what was read of a head: sum, extremes and the number of zeros.
    pub fn add_head(&mut self, sum: impl Into<Sum>, min: f64, max: f64, zeros: f64) {
        self.sum = self.sum.plus(sum.into());
        self.extremes.min = self.extremes.min.min(min);
        self.extremes.max = self.extremes.max.max(max);
        self.zeros += zeros;
    }

    /// Adds counts to a page.
    pub fn add_page(&mut self, entry: u32, counts: impl ExactSizeIterator<Item = f64>) {
        match self.pages.binary_search_by_key(&entry, |page| page.entry) {
            Ok(at) => self.pages[at].counts.iter_mut().zip(counts).for_each(|(mine, more)| *mine += more),
            Err(at) => self.pages.insert(at, Page { entry, counts: counts.collect() }),
        }
    }

    /// Takes counts away from a page.
    pub fn subtract_page(&mut self, entry: u32, counts: &[f64]) {
        self.add_page(entry, counts.iter().map(|count| -count));
    }

    /// The pages, ascending.
    pub(super) fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// The counts of a page; none where no value of its power of two was read.
    #[must_use]
    pub fn page(&self, entry: u32) -> &[f64] {
        let at = self.pages.binary_search_by_key(&entry, |page| page.entry);
        at.ok().and_then(|at| self.pages.get(at)).map_or(&[], |page| &page.counts)
    }

    /// Adds another distribution of the same form.
    pub fn add(&mut self, other: &Self) {
        self.add_head(other.sum, other.extremes.min, other.extremes.max, other.zeros);
        for page in &other.pages {
            self.add_page(page.entry, page.counts.iter().copied());
        }
    }

    /// What came after `earlier`, a reading of the same distribution. Its extremes remain those of the whole life.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut later = self.clone();
        later.subtract(earlier);
        later
    }

    /// Takes away an earlier reading of the same distribution.
    pub fn subtract(&mut self, earlier: &Self) {
        self.zeros -= earlier.zeros;
        self.sum = self.sum.since(earlier.sum);
        for page in &earlier.pages {
            self.subtract_page(page.entry, &page.counts);
        }
    }

    /// Narrows extremes of a longer time to those of the buckets.
    pub fn narrow_extremes(&mut self) {
        let narrow = self.walk().extremes(self.extremes);
        self.extremes = narrow.unwrap_or(Extremes::NONE);
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.zeros + self.pages.iter().map(Run::total).sum::<f64>()
    }

    /// The sum of the values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum.rounded
    }

    /// The smallest and the largest value, as fine as the buckets, and exact where the life-long extremes lie within the
    /// first and the last bucket. `None` without a value.
    #[must_use]
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.walk().extremes(self.extremes).map(|Extremes { min, max }| (min, max))
    }

    /// The value at or below which the share `q` (0 to 1) of all values lies, as `HdrHistogram` has it: the largest value
    /// of the bucket with the value of rank `⌈q · count⌉`, for 0 the smallest value. With bounds it is interpolated within the
    /// bucket, as Prometheus' `histogram_quantile` does. `None` without a value.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.quantiles(&[q])?.first().copied()
    }

    /// The same for several quantiles.
    #[must_use]
    pub fn quantiles(&self, quantiles: &[f64]) -> Option<Vec<f64>> {
        let walk = self.walk();
        Some(walk.quantiles(walk.extremes(self.extremes)?, quantiles).into_vec())
    }

    /// How many values are at or below each bound (ascending), and how many in all. A bucket that holds a bound counts as
    /// below it: its values are the bound within the precision.
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
        match &self.form {
            // the first one reaches to the extremes
            Form::LogLinear(layout) if (page.entry, at) != (0, 0) => layout.lowest(page.entry, at),
            _ => self.bucket(page, at).lowest,
        }
    }

    /// The cumulative counts of a distribution with bounds, exactly as counted.
    #[must_use]
    pub fn cumulative_at_own_bounds(&self) -> Option<Vec<(f64, f64)>> {
        let Form::Bounds(bounds) = &self.form else { return None };
        let counts = self.pages.first().map_or(&[][..], |page| &page.counts);
        let mut sum = 0.0;
        let cumulative = bounds.iter().enumerate().map(|(at, bound)| {
            sum += counts.get(at).copied().unwrap_or(0.0);
            (*bound, sum)
        });
        Some(cumulative.collect())
    }

    /// The middle of each bucket with a count, and the count, ascending.
    #[must_use]
    pub fn middles(&self) -> Vec<(f64, f64)> {
        self.buckets().map(|bucket| (f64::midpoint(bucket.lowest, bucket.highest), bucket.count)).collect()
    }

    /// The buckets with a count, ascending.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let zeros = Some(Bucket::of_zeros(self.zeros)).filter(|bucket| bucket.count > 0.0);
        let counted = self.pages.iter().flat_map(move |page| {
            let counted = page.counts.iter().zip(0..).filter(|(count, _)| **count > 0.0);
            counted.map(move |(_, at)| self.bucket(page, at))
        });
        zeros.into_iter().chain(counted)
    }
}

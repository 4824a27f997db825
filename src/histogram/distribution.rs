//! What was read of one distribution: counts of cells, sum and extremes, and what can be told from them.

use std::sync::Arc;

use super::{LogLinear, Sum};

/// How values are divided among cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Log-linear cells, in pages of a power of two.
    LogLinear(LogLinear),
    /// A cell for each upper bound (strictly increasing, finite), and one for what is beyond the last.
    Bounds(Arc<[f64]>),
}

/// The counts of one power of two, or of all bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its place in the directory; 0 for bounds.
    pub entry: u32,
    /// A count for each cell.
    pub counts: Box<[f64]>,
}

/// Counts, sum and extremes. Counts are whole numbers held as floats, exact up to 2^53, as in the cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    form: Form,
    // ascending by entry
    pages: Vec<Page>,
    zeros: f64,
    sum: Sum,
    extremes: Extremes,
}

/// The smallest and the largest value; +∞ and −∞ where they are not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    pub min: f64,
    pub max: f64,
}

impl Extremes {
    const NONE: Self = Self { min: f64::INFINITY, max: f64::NEG_INFINITY };

    /// Life-long ones, as those of the values between two cells: as fine as the cells, and exact where they lie within them.
    pub(super) fn within(self, first: &Cell, last: &Cell) -> Self {
        let min = if self.min.is_finite() { self.min.max(first.lowest) } else { first.lowest };
        let max = if self.max.is_finite() { self.max.min(last.highest) } else { last.highest };
        let max = max.max(first.lowest);
        // a value that is being recorded may be counted before it is an extreme: then the smallest may lie above the largest
        Self { min: min.min(last.highest).min(max), max }
    }
}

/// One cell with a count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub lowest: f64,
    pub highest: f64,
    pub count: f64,
    /// Whether a quantile is interpolated within it, as in wide cells, or is its largest value.
    pub interpolated: bool,
}

impl Cell {
    pub fn of_zeros(count: f64) -> Self {
        Self { lowest: 0.0, highest: 0.0, count, interpolated: false }
    }

    /// The value of the given rank (from 1) among those of this cell, which lie within `extremes`.
    pub fn value_of_rank(&self, rank: f64, Extremes { min, max }: Extremes) -> f64 {
        let (low, high) = (self.lowest.max(min), self.highest.min(max));
        // rounding must not lead beyond the cell
        let value = if self.interpolated { (low + (high - low) * (rank / self.count)).min(high) } else { high };
        value.clamp(min, max)
    }
}

/// The sum of counts: whole numbers, so that any order gives the same.
pub(crate) fn total(counts: &[f64]) -> f64 {
    let (rows, rest) = counts.as_chunks::<8>();
    // eight sums side by side do not wait for each other
    let mut sums = [0.0; 8];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    sums.iter().chain(rest).sum()
}

/// The rank, among `count` values, of the one below or at which the share `q` of them lies.
pub(crate) fn rank(q: f64, count: f64) -> f64 {
    (q * count).ceil().max(1.0)
}

impl LogLinear {
    /// One of its cells with a count, of values within `extremes`.
    pub(super) fn cell(self, entry: u32, at: u32, count: f64, extremes: Extremes) -> Cell {
        let (mut lowest, mut highest) = (self.lowest(entry, at), self.highest(entry, at));
        // what is outside the range counts in the outer cells: they reach to the extremes
        if (entry, at) == (0, 0) && extremes.min > 0.0 {
            lowest = lowest.min(extremes.min);
        }
        if (entry, at) == (self.entries() - 1, self.precision().cells() - 1) {
            highest = highest.max(extremes.max);
        }
        Cell { lowest, highest, count, interpolated: false }
    }
}

impl Distribution {
    /// A distribution of no value.
    #[must_use]
    pub fn empty(form: Form) -> Self {
        Self { form, pages: Vec::new(), zeros: 0.0, sum: Sum::default(), extremes: Extremes::NONE }
    }

    /// How its values are divided.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
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

    /// The counts of a page; none where no value of its power of two was read.
    #[must_use]
    pub fn page(&self, entry: u32) -> &[f64] {
        let at = self.pages.binary_search_by_key(&entry, |page| page.entry);
        at.ok().and_then(|at| self.pages.get(at)).map_or(&[], |page| &page.counts)
    }

    /// How many values are 0.
    #[must_use]
    pub fn zeros(&self) -> f64 {
        self.zeros
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

    /// Narrows extremes of a longer time to those of the cells.
    pub fn narrow_extremes(&mut self) {
        self.extremes = self.told_extremes().unwrap_or(Extremes::NONE);
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.zeros + self.pages.iter().map(|page| total(&page.counts)).sum::<f64>()
    }

    /// The sum of the values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum.rounded
    }

    /// The smallest and the largest value, as fine as the cells, and exact where the life-long extremes lie within the
    /// first and the last cell. `None` without a value.
    #[must_use]
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.told_extremes().map(|Extremes { min, max }| (min, max))
    }

    fn told_extremes(&self) -> Option<Extremes> {
        let mut cells = self.cells();
        let first = cells.next()?;
        let last = cells.next_back().unwrap_or(first);
        Some(self.extremes.within(&first, &last))
    }

    /// The value below or at which the share `q` (0 to 1) of all values lies, as `HdrHistogram` tells it: the largest value
    /// of the cell with the value of rank `⌈q · count⌉`, for 0 the smallest value. With bounds it is interpolated within the cell, as Prometheus'
    /// `histogram_quantile` does. `None` without a value.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.quantiles(&[q])?.first().copied()
    }

    /// The same for several shares.
    #[must_use]
    pub fn quantiles(&self, shares: &[f64]) -> Option<Vec<f64>> {
        let extremes = self.told_extremes()?;
        let totals: Vec<f64> = self.pages.iter().map(|page| total(&page.counts)).collect();
        let count = self.zeros + totals.iter().sum::<f64>();
        let quantile = |q: &f64| {
            if *q <= 0.0 {
                return extremes.min;
            }
            let rank = rank(*q, count);
            self.cell_of_rank(rank, &totals)
                .map_or(extremes.max, |(cell, before)| cell.value_of_rank(rank - before, extremes))
        };
        Some(shares.iter().map(quantile).collect())
    }

    /// The cell with the value of this rank, and how many values lie before it. `totals` are the pages' counts.
    fn cell_of_rank(&self, rank: f64, totals: &[f64]) -> Option<(Cell, f64)> {
        if self.zeros >= rank {
            return Some((Cell::of_zeros(self.zeros), 0.0));
        }
        let mut before = self.zeros;
        for (page, total) in self.pages.iter().zip(totals) {
            if before + total < rank {
                before += total;
                continue;
            }
            for (at, &count) in page.counts.iter().enumerate() {
                if count > 0.0 && before + count >= rank {
                    return Some((self.cell(page.entry, at, count), before));
                }
                before += count;
            }
        }
        None
    }

    /// How many values reached the end of the range of log-linear cells.
    #[must_use]
    pub fn overflow(&self) -> f64 {
        let Form::LogLinear(cells) = &self.form else { return 0.0 };
        let last =
            self.pages.last().filter(|page| page.entry + 1 == cells.entries() && self.extremes.max >= cells.largest());
        last.and_then(|page| page.counts.last()).copied().unwrap_or(0.0)
    }

    /// How many values are at or below each bound (ascending), and how many in all. A cell that holds a bound counts as
    /// below it: its values are the bound within the precision.
    #[must_use]
    pub fn cumulative(&self, bounds: &[f64]) -> (Vec<f64>, f64) {
        let mut counts = vec![0.0; bounds.len()];
        let mut total = 0.0;
        for cell in self.cells() {
            let first = bounds.partition_point(|bound| *bound < cell.lowest);
            if let Some(count) = counts.get_mut(first) {
                *count += cell.count;
            }
            total += cell.count;
        }
        let mut sum = 0.0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        (counts, total)
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

    /// The middle of each cell with a count, and the count, ascending.
    #[must_use]
    pub fn middles(&self) -> Vec<(f64, f64)> {
        self.cells().map(|cell| (f64::midpoint(cell.lowest, cell.highest), cell.count)).collect()
    }

    /// The cells with a count, ascending.
    pub(crate) fn cells(&self) -> impl DoubleEndedIterator<Item = Cell> {
        let zeros = Some(Cell::of_zeros(self.zeros)).filter(|cell| cell.count > 0.0);
        let counted = self.pages.iter().flat_map(move |page| {
            let cells = page.counts.iter().enumerate().filter(|(_, count)| **count > 0.0);
            cells.map(move |(at, &count)| self.cell(page.entry, at, count))
        });
        zeros.into_iter().chain(counted)
    }

    fn cell(&self, entry: u32, at: usize, count: f64) -> Cell {
        match &self.form {
            Form::LogLinear(layout) => layout.cell(entry, at as u32, count, self.extremes),
            Form::Bounds(bounds) => {
                let lowest = at.checked_sub(1).and_then(|below| bounds.get(below)).copied();
                let highest = bounds.get(at).copied();
                // the outer cells are open: they reach to the extremes, where these are known
                let lowest = lowest.or(Some(self.extremes.min).filter(|min| min.is_finite())).or(highest);
                let highest = highest.or(Some(self.extremes.max).filter(|max| max.is_finite())).or(lowest);
                let (lowest, highest) = (lowest.unwrap_or(0.0), highest.unwrap_or(0.0));
                Cell { lowest, highest, count, interpolated: true }
            }
        }
    }
}

//! The walk from counts to quantiles: finds the bucket with the value of a rank, and the value within it. Serves all distributions:
//! copied ones ([`Distribution`](super::Distribution)), live ones (the same over live pages), and merged ones
//! ([`MergedDistribution`](super::MergedDistribution)).

use std::ops::Range;

use smallvec::SmallVec;

/// The number of buckets in a row. The walk skips whole rows by the sum of their counts.
pub const ROW: u32 = 16;

/// Adjacent buckets: a power of two, all bounds, or a single bucket. The counts may increase while they are read.
pub trait Run {
    /// The number of buckets.
    fn len(&self) -> u32;

    /// The sum of all counts.
    fn total(&self) -> f64;

    /// The sum of a row; the last one may be shorter.
    fn row(&self, row: u32) -> f64;

    /// One count; 0 beyond the last bucket.
    fn count(&self, at: u32) -> f64;
}

/// One bucket and its count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    pub lowest: f64,
    pub highest: f64,
    pub count: f64,
    /// Whether a quantile is interpolated within the bucket, which may be wide, or is its largest value.
    pub interpolated: bool,
}

impl Bucket {
    pub fn of_zeros(count: f64) -> Self {
        Self { lowest: 0.0, highest: 0.0, count, interpolated: false }
    }

    /// The value of the given rank (from 1) among those in this bucket, clamped to `extremes`.
    fn value_of_rank(&self, rank: f64, Extremes { min, max }: Extremes) -> f64 {
        let (low, high) = (self.lowest.max(min), self.highest.min(max));
        // rounding must not exceed the bucket
        let value = if self.interpolated { (low + (high - low) * (rank / self.count)).min(high) } else { high };
        value.clamp(min, max)
    }
}

impl Run for Bucket {
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

/// The smallest and the largest value; +∞ and −∞ if they are unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

impl Extremes {
    pub(super) const NONE: Self = Self { min: f64::INFINITY, max: f64::NEG_INFINITY };

    /// Narrows the extremes to values from `first` to `last`. They remain exact if they are within these buckets, and are otherwise as
    /// precise as the buckets.
    fn within(self, first: &Bucket, last: &Bucket) -> Self {
        let min = if self.min.is_finite() { self.min.max(first.lowest) } else { first.lowest };
        let max = if self.max.is_finite() { self.max.min(last.highest) } else { last.highest };
        let max = max.max(first.lowest);
        // a value that is being recorded may be counted before the extremes include it: keep min at or below max
        Self { min: min.min(last.highest).min(max), max }
    }
}

/// Ascending runs of buckets.
pub(super) struct Walk<'a, R, ToBucket> {
    zeros: f64,
    runs: &'a [R],
    totals: SmallVec<[f64; 32]>,
    to_bucket: ToBucket,
}

impl<'a, R: Run, ToBucket: Fn(&R, u32) -> Bucket> Walk<'a, R, ToBucket> {
    /// `to_bucket` returns a bucket of a run.
    pub fn new(zeros: f64, runs: &'a [R], to_bucket: ToBucket) -> Self {
        Self { zeros, runs, totals: runs.iter().map(Run::total).collect(), to_bucket }
    }

    /// The number of values.
    pub fn count(&self) -> f64 {
        self.zeros + self.totals.iter().sum::<f64>()
    }

    /// The extremes of these values, given those of a longer time. `None` if there is no value.
    pub fn extremes(&self, life_long: Extremes) -> Option<Extremes> {
        let zeros = Some(Bucket::of_zeros(self.zeros)).filter(|zeros| zeros.count > 0.0);
        let first = zeros.or_else(|| self.counted().find_map(|run| self.first(run)))?;
        let last = self.counted().rev().find_map(|run| self.last(run)).unwrap_or(first);
        Some(life_long.within(&first, &last))
    }

    /// The quantiles (0 to 1) as `HdrHistogram` defines them: the value of rank `⌈q · count⌉`, and the smallest value for 0.
    /// `extremes` are those of these values.
    pub fn quantiles(&self, extremes: Extremes, quantiles: &[f64]) -> SmallVec<[f64; 4]> {
        let count = self.count();
        let value = |q: &f64| {
            if *q <= 0.0 {
                return extremes.min;
            }
            let rank = (q * count).ceil().max(1.0);
            let found = self.bucket_of_rank(rank);
            found.map_or(extremes.max, |(bucket, before)| bucket.value_of_rank(rank - before, extremes))
        };
        quantiles.iter().map(value).collect()
    }

    /// The bucket with the value of this rank, and the number of values before the bucket.
    fn bucket_of_rank(&self, rank: f64) -> Option<(Bucket, f64)> {
        if self.zeros >= rank {
            return Some((Bucket::of_zeros(self.zeros), 0.0));
        }
        let mut before = self.zeros;
        for (run, total) in self.runs.iter().zip(&self.totals) {
            if before + total < rank {
                before += total;
                continue;
            }
            for row in rows(run) {
                let sum = run.row(row);
                if before + sum < rank {
                    before += sum;
                    continue;
                }
                for at in buckets_of(row) {
                    let count = run.count(at);
                    if count > 0.0 && before + count >= rank {
                        return Some(((self.to_bucket)(run, at), before));
                    }
                    before += count;
                }
            }
        }
        None
    }

    /// The non-empty runs.
    fn counted(&self) -> impl DoubleEndedIterator<Item = &'a R> {
        self.runs.iter().zip(&self.totals).filter(|(_, total)| **total > 0.0).map(|(run, _)| run)
    }

    fn first(&self, run: &R) -> Option<Bucket> {
        let row = rows(run).find(|row| run.row(*row) > 0.0)?;
        buckets_of(row).find(|at| run.count(*at) > 0.0).map(|at| (self.to_bucket)(run, at))
    }

    fn last(&self, run: &R) -> Option<Bucket> {
        let row = rows(run).rev().find(|row| run.row(*row) > 0.0)?;
        buckets_of(row).rev().find(|at| run.count(*at) > 0.0).map(|at| (self.to_bucket)(run, at))
    }
}

fn rows(run: &impl Run) -> Range<u32> {
    0..run.len().div_ceil(ROW)
}

/// The buckets of a row. The length is constant, so that the compiler can unroll loops.
pub fn buckets_of(row: u32) -> Range<u32> {
    row * ROW..(row + 1) * ROW
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of buckets that contain one whole number each, from the given one on.
    struct Counts(u32, Vec<f64>);

    impl Run for Counts {
        fn len(&self) -> u32 {
            self.1.len() as u32
        }

        fn total(&self) -> f64 {
            self.1.iter().sum()
        }

        fn row(&self, row: u32) -> f64 {
            buckets_of(row).map(|at| self.count(at)).sum()
        }

        fn count(&self, at: u32) -> f64 {
            self.1.get(at as usize).copied().unwrap_or(0.0)
        }
    }

    fn bucket(run: &Counts, at: u32) -> Bucket {
        let value = f64::from(run.0 + at);
        Bucket { lowest: value, highest: value, count: run.count(at), interpolated: false }
    }

    #[test]
    fn the_value_of_every_rank_equals_the_sorted_one() {
        for zeros in [0_u32, 3] {
            // counts at both ends of rows, a run without any, and rows that are not full
            let counts = |first: u32, length: u32| {
                (0..length).map(|at| f64::from((at + first) % 16 / 15 + u32::from(at == 0))).collect()
            };
            let runs =
                [(1, 1), (2, 40), (100, 128), (300, 16)].map(|(first, length)| Counts(first, counts(first, length)));
            let runs: Vec<Counts> = runs.into_iter().chain([Counts(400, vec![0.0; 16])]).collect();
            let mut values = vec![0.0; zeros as usize];
            for run in &runs {
                for at in 0..run.len() {
                    values.extend((0..run.count(at) as u32).map(|_| f64::from(run.0 + at)));
                }
            }
            let walk = Walk::new(f64::from(zeros), &runs, bucket);
            assert_eq!(walk.count(), values.len() as f64);
            let extremes = walk.extremes(Extremes::NONE).expect("it has values");
            assert_eq!(extremes, Extremes { min: values[0], max: values[values.len() - 1] });
            let shares: Vec<f64> = (1..=values.len()).map(|rank| rank as f64 / values.len() as f64).collect();
            assert_eq!(walk.quantiles(extremes, &shares).to_vec(), values);
            assert_eq!(walk.quantiles(extremes, &[0.0]).to_vec(), values[..1]);
        }
    }

    #[test]
    fn an_empty_distribution_has_no_extremes() {
        assert!(
            Walk::new(0.0, &[Counts(0, vec![0.0; 20])], bucket).extremes(Extremes { min: 1.0, max: 2.0 }).is_none()
        );
    }
}

//! Locates the live cells of distributions by series, for a reader that visits one distribution after the other without copying
//! them: the cells of one fit a processor's caches, those of many do not.
//!
//! The cells are located under the value lock and read outside it. [`Collector::is_unchanged`](super::Collector) says afterwards
//! whether a flush or a removal has moved their values, in which case what was read must be discarded.
//!
//! A distribution without labels has the pages of all powers of two, tens of kilobytes of which most are empty. Its extremes say
//! which of them can have counts. A thread stores the extremes before the count, but a reader may see the count first: then the
//! recording is missing here and is in the next reading, because counts and extremes stay until a flush or a removal. A removal by another
//! thread starts the extremes over, perhaps in the middle of a recording that has compared its value with the old ones and then stores
//! none. Such a head has a baseline, and all its pages are read.

use std::ops::Range;

use super::flushing::cell_of;
use super::kinds::distribution::{add_distribution, distribution_since, each_page};
use super::kinds::{Baseline, Chunks};
use super::names::Place;
use super::removal::Baselines;
use crate::cells::sync::Arc;
use crate::cells::{Chunk, ClaimRole, Counts, Shard, layout};
use crate::histogram::{BucketCount, BucketLayout, Distribution, Extremes, NumberedRun, Run, buckets_of};
use crate::sorting;

/// Most distributions span fewer powers of two.
const USUAL_PAGES: usize = 16;

/// A distribution that borrows live cells.
pub(super) type LiveDistribution<'a> = Distribution<LivePage<'a>>;

/// The heads of all distributions.
#[derive(Default)]
pub(super) struct LiveDistributions {
    // by shard
    chunks: Vec<Vec<Arc<Chunk>>>,
    // ascending by series
    heads: Vec<Head>,
}

struct Head {
    series: u32,
    // places in `chunks`
    shard: usize,
    chunk: usize,
    offset: u32,
    // its values when another thread removed the series
    before: Option<Box<Distribution>>,
}

impl LiveDistributions {
    /// Finds the heads among all claims. The caller holds the value lock.
    pub fn find(shards: &[Arc<Shard>], baselines: &Baselines) -> Self {
        let chunks: Vec<_> = shards.iter().map(|shard| shard.chunks()).collect();
        let mut heads = Vec::new();
        for (shard, of_shard) in chunks.iter().enumerate() {
            for (chunk, cells) in of_shard.iter().enumerate() {
                cells.each_claim(|claim| {
                    if claim.role == ClaimRole::Distribution {
                        let cell = cell_of(cells, claim);
                        let before = match baselines.get(&Place { shard: shards[shard].id(), cell }) {
                            Some(Baseline::Distribution(before)) => Some(before.clone()),
                            _ => None,
                        };
                        heads.push(Head { series: claim.series, shard, chunk, offset: claim.offset, before });
                    }
                });
            }
        }
        sorting::sort_by_key(&mut heads, |head| head.series);
        Self { chunks, heads }
    }

    /// Adds the values of one series in all threads.
    pub fn add_to(&self, sum: &mut Distribution, series: u32) {
        for head in self.heads_of(series) {
            let chunks = self.chunks_of(head);
            let Some(chunk) = chunks.get(head.chunk) else { continue };
            match &head.before {
                None => add_distribution(sum, head.offset, chunk, chunks),
                Some(before) => {
                    if let Some(since) = distribution_since(before, head.offset, chunk, chunks) {
                        sum.add(&since);
                    }
                }
            }
        }
    }

    /// The values of one series since an earlier reading. `None` unless exactly one thread has the series, and if it has bounds.
    pub fn distribution<'a>(
        &'a self,
        series: u32,
        layout: &BucketLayout,
        before: Option<&'a Distribution>,
    ) -> Option<LiveDistribution<'a>> {
        let (BucketLayout::LogLinear(layout), [head @ Head { before: None, .. }]) = (layout, self.heads_of(series))
        else {
            return None;
        };
        let chunks = self.chunks_of(head);
        let chunk = chunks.get(head.chunk)?;
        let length = layout.precision().buckets();
        let extremes = || {
            let [min, max] = [layout::MIN, layout::MAX].map(|cell| chunk.read(head.offset + cell));
            Extremes { min, max }
        };
        let entries = layout.entries_between(extremes());
        let mut pages = Vec::with_capacity(USUAL_PAGES);
        each_page(head.offset, *layout, entries, chunk, chunks, |entry, home, offset| {
            let (first, end) = (layout.number(entry, 0), layout.number(entry + 1, 0));
            let before = before.map_or(&[][..], |before| before.counts_in(first..end));
            let counts = home.counts(offset, length);
            let total = counts.total() - total(before);
            if total > 0.0 {
                pages.push(LivePage { first, length, counts, before, total });
            }
        });
        let zeros = chunk.read(head.offset + layout::ZERO) - before.map_or(0.0, Distribution::zeros);
        Some(Distribution::live(*layout, pages, zeros, extremes()))
    }

    fn heads_of(&self, series: u32) -> &[Head] {
        let first = self.heads.partition_point(|head| head.series < series);
        let heads = self.heads.get(first..).unwrap_or_default();
        let count = heads.iter().take_while(|head| head.series == series).count();
        heads.get(..count).unwrap_or_default()
    }

    fn chunks_of(&self, head: &Head) -> &Chunks {
        self.chunks.get(head.shard).map_or(&[], Vec::as_slice)
    }
}

/// A page with counts, which may go up.
pub(super) struct LivePage<'a> {
    first: u32,
    length: u32,
    counts: Counts<'a>,
    // counts in an earlier reading
    before: &'a [BucketCount],
    // of the counts since then
    total: f64,
}

impl Run for LivePage<'_> {
    fn len(&self) -> u32 {
        self.length
    }

    fn total(&self) -> f64 {
        self.total
    }

    fn row(&self, row: u32) -> f64 {
        let buckets = buckets_of(row);
        let before = self.count_before(buckets.clone());
        self.counts.sum(buckets) - before
    }

    fn count(&self, at: u32) -> f64 {
        self.counts.get(at) - self.count_before(at..at + 1)
    }
}

impl LivePage<'_> {
    /// The count of these buckets in the earlier reading. Most pages have none.
    fn count_before(&self, buckets: Range<u32>) -> f64 {
        if self.before.is_empty() {
            return 0.0;
        }
        let numbers = self.first + buckets.start..self.first + buckets.end;
        total(self.before.iter().filter(|bucket| numbers.contains(&bucket.number)))
    }
}

impl NumberedRun for LivePage<'_> {
    fn first(&self) -> u32 {
        self.first
    }
}

fn total<'a>(counts: impl IntoIterator<Item = &'a BucketCount>) -> f64 {
    counts.into_iter().map(|bucket| bucket.count).sum()
}

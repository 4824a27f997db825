//! The common part of kinds with distributions. A claim is a head (sum, extremes, and either the counts of the declared buckets, or
//! the number of zeros and a directory of pages), followed by the pages of log-linear buckets.

use std::ops::Range;

use smallvec::SmallVec;

use super::super::delta::Delta;
use super::super::family::Family;
use super::super::totals::Totals;
use super::super::value::{Section, Stats, Value};
use super::timing::DEFAULT_BUCKETS_MILLIS;
use super::{Baseline, Chunks, ExposedBuckets, FixedUnit, LiveClaim, MetricKind, MetricType, ValueType};
use crate::cells::sync::Arc;
use crate::cells::{Chunk, ClaimRole, ClaimTemplate, DirectoryEntry, Shape, layout};
use crate::histogram::{BucketCount, BucketLayout, Distribution, LogLinear, Precision};

/// What these kinds do differently.
pub trait DistributionKind: Sync {
    /// The name in JavaScript.
    const NAME: &'static str;
    /// [`MetricKind::section`]
    const SECTION: Section;
    /// The name of the sum in JavaScript.
    const SUM: &'static str;
    /// [`MetricKind::fixed_unit`]
    const FIXED_UNIT: Option<FixedUnit> = None;
    /// [`MetricKind::unit_size`]
    const UNIT_SIZE: f64 = 1.0;
    /// [`MetricKind::records_declared_buckets`]
    const RECORDS_DECLARED_BUCKETS: bool;

    fn log_linear(precision: Precision) -> LogLinear;
    fn metric_type(family: &Family) -> MetricType;
    fn exposed_buckets(family: &Family, default_millis: &[f64]) -> ExposedBuckets;
    /// The bounds of the exposed buckets as they were declared.
    fn declared_bounds<'a>(family: &'a Family, default_millis: &'a [f64]) -> &'a [f64];
    /// A declared bound in the unit of the cells, rounded like values, so that a value equal to a bound counts as within it.
    fn cut(bound: f64) -> f64 {
        bound
    }
}

impl<Of: DistributionKind> MetricKind for Of {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn claim_template(&self, family: &Family, labelled: bool) -> ClaimTemplate {
        let (cells, shape) = match family.bucket_layout(labelled) {
            BucketLayout::Bounds(bounds) => (layout::BOUNDED + bounds.len() as u32 + 1, None),
            BucketLayout::LogLinear(layout) => (layout::DIRECTORY, Some(shape(layout, labelled))),
        };
        let mut head = vec![0.0; cells as usize];
        head[layout::MIN as usize] = f64::INFINITY;
        head[layout::MAX as usize] = f64::NEG_INFINITY;
        ClaimTemplate { role: ClaimRole::Distribution, initial: Arc::from(head), shape }
    }

    fn add_claim(&self, totals: &mut Totals, claim: &LiveClaim) {
        let of = totals.distributions.entry(claim.claim.series);
        let sum = of.or_insert_with(|| Distribution::empty(claim.family.bucket_layout(claim.labelled)));
        add_distribution(sum, claim.head(), claim.chunk, claim.chunks);
    }

    fn add_claim_since(&self, totals: &mut Totals, claim: &LiveClaim, before: &Baseline) {
        if let Baseline::Distribution(before) = before
            && let Some(since) = distribution_since(before, claim.head(), claim.chunk, claim.chunks)
        {
            totals.add_distribution(claim.claim.series, &since);
        }
    }

    fn baseline(&self, claim: &LiveClaim, earlier: Option<&Baseline>) -> Baseline {
        let mut before = Box::new(Distribution::empty(claim.family.bucket_layout(claim.labelled)));
        add_distribution(&mut before, claim.head(), claim.chunk, claim.chunks);
        match earlier {
            // a sum without its count, which the thread is about to write, belongs to the next values
            Some(Baseline::Distribution(earlier)) if before.count() <= earlier.count() => {
                Baseline::Distribution(earlier.clone())
            }
            _ => Baseline::Distribution(before),
        }
    }

    /// The only write to cells of another thread: extremes start over, also those of values that were flushed. If the owner records at
    /// the same time and overwrites them, the extremes are as precise as the buckets.
    fn note_removal(&self, claim: &LiveClaim) {
        claim.chunk.reset_extremes(claim.head());
    }

    /// Keeps the extremes: only a removal resets them.
    fn reset(&self, claim: &LiveClaim) {
        let LiveClaim { chunk, chunks, family, labelled, .. } = *claim;
        let head = claim.head();
        chunk.write(head, 0.0);
        match family.bucket_layout(labelled) {
            BucketLayout::Bounds(bounds) => chunk.zero_row(head + layout::BOUNDED, bounds.len() as u32 + 1),
            BucketLayout::LogLinear(layout) => {
                chunk.write(head + layout::ZERO, 0.0);
                let zero = |_, home: &Chunk, offset| home.zero_row(offset, page_cells(layout));
                each_page(head, layout, layout.all_entries(), chunk, chunks, zero);
            }
        }
    }

    fn value_type(&self) -> ValueType {
        ValueType::Distribution
    }

    fn fixed_unit(&self) -> Option<FixedUnit> {
        Self::FIXED_UNIT
    }

    fn records_declared_buckets(&self) -> bool {
        Self::RECORDS_DECLARED_BUCKETS
    }

    fn log_linear(&self, precision: Precision) -> LogLinear {
        Self::log_linear(precision)
    }

    fn is_visible(&self, delta: &Delta, series: u32) -> bool {
        delta.has_distribution(series)
    }

    fn is_recorded(&self, delta: &Delta, series: u32) -> bool {
        self.recordings(delta, series).is_some_and(|count| count > 0.0)
    }

    fn recordings(&self, delta: &Delta, series: u32) -> Option<f64> {
        delta.distribution(series).map(|distribution| distribution.count())
    }

    fn section(&self) -> Section {
        Self::SECTION
    }

    fn value(&self, delta: &Delta, series: u32) -> Option<Value> {
        Stats::of(delta.distribution(series)?.as_ref(), Self::UNIT_SIZE, Self::SUM).map(Value::Stats)
    }

    fn metric_type(&self, family: &Family) -> MetricType {
        Self::metric_type(family)
    }

    fn exposed_buckets(&self, family: &Family, default_millis: &[f64]) -> ExposedBuckets {
        Self::exposed_buckets(family, default_millis)
    }

    /// The exposed bucket, or without bounds the power of two.
    fn exemplar_bucket(&self, family: &Family, value: f64) -> u32 {
        match Self::declared_bounds(family, &DEFAULT_BUCKETS_MILLIS) {
            [] => (value.to_bits() >> (f64::MANTISSA_DIGITS - 1)) as u32,
            bounds => bounds.partition_point(|bound| Self::cut(*bound) < value) as u32,
        }
    }

    fn unit_size(&self) -> f64 {
        Self::UNIT_SIZE
    }
}

/// Most distributions have fewer buckets with counts.
const USUAL_BUCKETS: usize = 64;

/// The shape of a log-linear distribution in memory. Labelled series are usually many, so they have only the pages that they use.
pub fn shape(layout: LogLinear, labelled: bool) -> Shape {
    Shape { entries: layout.entries(), page: page_cells(layout), is_flat: !labelled }
}

fn page_cells(layout: LogLinear) -> u32 {
    layout.precision().buckets() / layout::COUNTS_PER_CELL
}

/// Adds the values of one distribution's cells. A thread writes a value's count last: a sum without any count is not added yet.
pub fn add_distribution(sum: &mut Distribution, head: u32, chunk: &Chunk, chunks: &Chunks) {
    let [total, min, max] = [layout::SUM, layout::MIN, layout::MAX].map(|cell| chunk.read(head + cell));
    let mut zeros = 0.0;
    let mut counts = SmallVec::<[_; USUAL_BUCKETS]>::new();
    match sum.layout() {
        BucketLayout::Bounds(bounds) => {
            let row = chunk.read_row(head + layout::BOUNDED, bounds.len() as u32 + 1);
            counts.extend(
                (0..).zip(row).filter(|(_, count)| *count > 0.0).map(|(number, count)| BucketCount { number, count }),
            );
        }
        BucketLayout::LogLinear(layout) => {
            zeros = chunk.read(head + layout::ZERO);
            each_page(head, *layout, layout.all_entries(), chunk, chunks, |entry, home, page| {
                let first = layout.number(entry, 0);
                let page = home.counts(page, layout.precision().buckets());
                page.each(|at, count| counts.push(BucketCount { number: first + at, count }));
            });
        }
    }
    if zeros > 0.0 || !counts.is_empty() {
        sum.add_head(total, min, max, zeros);
        sum.add_counts(&counts);
    }
}

/// The values of one distribution since an earlier reading, if there are any. Extremes are narrowed to those of the new values, as
/// precise as the buckets, so that the result can be added to other distributions.
pub fn distribution_since(before: &Distribution, head: u32, chunk: &Chunk, chunks: &Chunks) -> Option<Distribution> {
    let mut now = Distribution::empty(before.layout().clone());
    add_distribution(&mut now, head, chunk, chunks);
    if now.count() <= before.count() {
        return None;
    }
    now.subtract(before);
    now.narrow_extremes();
    Some(now)
}

/// Calls `visit` with the pages of a log-linear distribution that have these directory entries: the entry, the page's chunk and its
/// offset there.
pub fn each_page<'a>(
    head: u32,
    layout: LogLinear,
    entries: Range<u32>,
    chunk: &'a Chunk,
    chunks: &'a Chunks,
    mut visit: impl FnMut(u32, &'a Chunk, u32),
) {
    chunk.each_page(head, entries, page_cells(layout), |entry, place| {
        if let Some((home, page)) = page_home(place, chunk, chunks) {
            visit(entry, home, page);
        }
    });
}

/// The chunk of a page, and its offset there.
fn page_home<'a>(place: DirectoryEntry, near: &'a Chunk, chunks: &'a Chunks) -> Option<(&'a Chunk, u32)> {
    match place {
        DirectoryEntry::Absent => None,
        DirectoryEntry::Near(offset) => Some((near, offset)),
        DirectoryEntry::Far(page) => {
            let home = chunks.get(page.chunk() as usize)?;
            Some((home, page.offset()))
        }
    }
}

//! What the kinds that count values in cells have in common. A claim is a head (sum, extremes, and either the counts of the
//! declared buckets, or the number of zeros and a directory of pages) and the pages of its log-linear cells.

use super::super::delta::Delta;
use super::super::family::Family;
use super::super::totals::Totals;
use super::super::value::{Section, Stats, Value};
use super::{Baseline, Chunks, ExposedBuckets, FixedUnit, LiveClaim, MetricKind, MetricType};
use crate::cells::sync::Arc;
use crate::cells::{Chunk, ClaimRole, ClaimTemplate, DirectoryEntry, Shape, layout};
use crate::histogram::{BucketLayout, Distribution, LogLinear, Precision};

/// What such a kind decides itself.
pub trait DistributionKind: Sync {
    /// Its name, as JavaScript has it.
    const WORD: &'static str;
    /// [`MetricKind::section`]
    const SECTION: Section;
    /// What JavaScript calls the sum of its values.
    const SUM: &'static str;
    /// [`MetricKind::fixed_unit`]
    const FIXED_UNIT: Option<FixedUnit> = None;
    /// [`MetricKind::unit_size`]
    const UNIT_SIZE: f64 = 1.0;
    /// [`MetricKind::has_cells_of_buckets`]
    const CELLS_OF_BUCKETS: bool;

    fn log_linear(precision: Precision) -> LogLinear;
    fn metric_type(family: &Family) -> MetricType;
    fn exposed_buckets(family: &Family, default_millis: &[f64]) -> ExposedBuckets;
}

impl<Of: DistributionKind> MetricKind for Of {
    fn word(&self) -> &'static str {
        Self::WORD
    }

    fn claim(&self, family: &Family, labelled: bool) -> ClaimTemplate {
        let (cells, shape) = match family.bucket_layout(labelled) {
            BucketLayout::Bounds(bounds) => (layout::BOUNDED + bounds.len() as u32 + 1, None),
            BucketLayout::LogLinear(cells) => (layout::DIRECTORY, Some(shape(cells, labelled))),
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

    fn baseline(&self, claim: &LiveClaim) -> Baseline {
        let mut before = Distribution::empty(claim.family.bucket_layout(claim.labelled));
        add_distribution(&mut before, claim.head(), claim.chunk, claim.chunks);
        // The one thing that another thread writes: the extremes are those of what comes from now on. Where the owner records
        // at this very moment, they are as fine as the cells.
        claim.chunk.reset_extremes(claim.head());
        Baseline::Distribution(Box::new(before))
    }

    /// It keeps its extremes, which are those of its life.
    fn empty(&self, claim: &LiveClaim) {
        let LiveClaim { chunk, chunks, family, labelled, .. } = *claim;
        let head = claim.head();
        chunk.write(head, 0.0);
        match family.bucket_layout(labelled) {
            BucketLayout::Bounds(bounds) => chunk.zero_row(head + layout::BOUNDED, bounds.len() as u32 + 1),
            BucketLayout::LogLinear(cells) => {
                chunk.write(head + layout::ZERO, 0.0);
                each_page(head, cells, chunk, chunks, |_, home, offset| home.zero_row(offset, cells_of_page(cells)));
            }
        }
    }

    fn fixed_unit(&self) -> Option<FixedUnit> {
        Self::FIXED_UNIT
    }

    fn has_cells_of_buckets(&self) -> bool {
        Self::CELLS_OF_BUCKETS
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

    fn unit_size(&self) -> f64 {
        Self::UNIT_SIZE
    }
}

/// How a log-linear distribution lies in memory. Those with labels are many, so they have only the pages that they need.
pub fn shape(cells: LogLinear, labelled: bool) -> Shape {
    Shape { entries: cells.entries(), page: cells_of_page(cells), is_flat: !labelled }
}

fn cells_of_page(cells: LogLinear) -> u32 {
    cells.precision().cells() / layout::COUNTS_PER_CELL
}

/// Adds what the cells of one distribution hold.
pub fn add_distribution(sum: &mut Distribution, head: u32, chunk: &Chunk, chunks: &Chunks) {
    let [total, min, max] = [layout::SUM, layout::MIN, layout::MAX].map(|cell| chunk.read(head + cell));
    match sum.layout().clone() {
        BucketLayout::Bounds(bounds) => {
            sum.add_head(total, min, max, 0.0);
            let first = head + layout::BOUNDED;
            let end = first + bounds.len() as u32 + 1;
            sum.add_page(0, chunk.read_row(first, end - first));
        }
        BucketLayout::LogLinear(cells) => {
            sum.add_head(total, min, max, chunk.read(head + layout::ZERO));
            let counts = cells.precision().cells();
            each_page(head, cells, chunk, chunks, |entry, home, page| {
                sum.add_page(entry, home.read_counts(page, counts));
            });
        }
    }
}

/// What came to one distribution since an earlier reading of it, if anything. Its extremes are its own, as fine as the cells, so
/// that it can be added to others.
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

/// Calls `visit` with each page of a log-linear distribution: its directory entry, its chunk and its offset there.
pub fn each_page<'a>(
    head: u32,
    cells: LogLinear,
    chunk: &'a Chunk,
    chunks: &'a Chunks,
    mut visit: impl FnMut(u32, &'a Chunk, u32),
) {
    chunk.each_page(head, cells.entries(), cells_of_page(cells), |entry, place| {
        if let Some((home, page)) = page_home(place, chunk, chunks) {
            visit(entry, home, page);
        }
    });
}

/// The chunk and the offset of a page.
fn page_home<'a>(place: DirectoryEntry, near: &'a Chunk, chunks: &'a Chunks) -> Option<(&'a Chunk, u32)> {
    match place {
        DirectoryEntry::Absent => None,
        DirectoryEntry::Near(offset) => Some((near, offset)),
        DirectoryEntry::Far(page) => {
            let home = chunks.get((page >> layout::CHUNK_BITS) as usize)?;
            Some((home, page & (layout::CHUNK_CELLS - 1)))
        }
    }
}

//! Where the live cells of distributions are, by series: for a reader who looks at one distribution after the other and
//! keeps none. What many histograms hold together is larger than a processor's caches; one after the other is not.

use super::totals::{Chunks, add_distribution, page_home};
use crate::cells::sync::Arc;
use crate::cells::{Chunk, ClaimRole, Shard, layout};
use crate::histogram::{Distribution, Form, rank, total};

/// The heads of all distributions.
pub(super) struct LiveDistributions {
    // by shard
    chunks: Vec<Vec<Option<Arc<Chunk>>>>,
    // ascending by series
    heads: Vec<Head>,
}

struct Head {
    series: u32,
    // places in `chunks`
    shard: usize,
    chunk: usize,
    offset: u32,
}

impl LiveDistributions {
    /// Looks through all claims. As long as the caller holds the value lock, no chunk is folded.
    pub fn find(shards: &[Arc<Shard>]) -> Self {
        let chunks: Vec<_> = shards.iter().map(|shard| shard.chunks()).collect();
        let mut heads = Vec::new();
        for (shard, of_shard) in chunks.iter().enumerate() {
            for (chunk, cells) in of_shard.iter().enumerate().filter_map(|(at, cells)| Some((at, cells.as_ref()?))) {
                cells.each_claim(|claim| {
                    if claim.role == ClaimRole::Distribution {
                        heads.push(Head { series: claim.series, shard, chunk, offset: claim.offset });
                    }
                });
            }
        }
        heads.sort_by_key(|head| head.series);
        Self { chunks, heads }
    }

    /// Adds what the cells of one series hold, in all threads.
    pub fn add_to(&self, sum: &mut Distribution, series: u32) {
        for head in self.heads_of(series) {
            let chunks = self.chunks_of(head);
            if let Some(chunk) = chunks.get(head.chunk).and_then(Option::as_ref) {
                add_distribution(sum, head.offset, chunk, chunks);
            }
        }
    }

    /// What one series holds beyond an earlier reading, as far as extremes and quantiles of these shares need it: a page
    /// in which none of them lies is one count, and the sum of the values is left out. Most pages are then never copied.
    /// `None` where more than one thread has the series, or none.
    pub fn outline(
        &self,
        series: u32,
        form: &Form,
        before: Option<&Distribution>,
        shares: &[f64],
    ) -> Option<Distribution> {
        let (Form::LogLinear(cells), [head]) = (form, self.heads_of(series)) else { return None };
        let chunks = self.chunks_of(head);
        let chunk = chunks.get(head.chunk)?.as_deref()?;
        let count = cells.precision().cells();
        let row = |(entry, place)| {
            let (home, offset) = page_home(place, chunk, chunks)?;
            let before = before.map_or(&[][..], |before| before.page(entry));
            let total = home.read_total(offset, count) - total(before);
            Some(Row { entry, home, offset, before, total }).filter(|row| row.total > 0.0)
        };
        let rows: Vec<Row> = chunk.directory(head.offset, cells.entries()).filter_map(row).collect();

        let [min, max, zeros] = [layout::MIN, layout::MAX, layout::ZERO].map(|cell| chunk.read(head.offset + cell));
        let zeros = zeros - before.map_or(0.0, Distribution::zeros);
        let all = zeros + rows.iter().map(|row| row.total).sum::<f64>();
        let ranks: Vec<f64> = shares.iter().map(|share| rank(*share, all)).collect();
        let mut outline = Distribution::empty(form.clone());
        outline.add_head(0.0, min, max, zeros);
        let mut below = zeros;
        for (at, row) in rows.iter().enumerate() {
            let is_outer = at == 0 || at + 1 == rows.len();
            if is_outer || ranks.iter().any(|rank| *rank > below && *rank <= below + row.total) {
                outline.add_page(row.entry, row.home.read_counts(row.offset, count));
                outline.subtract_page(row.entry, row.before);
            } else {
                outline.add_page(row.entry, std::iter::once(row.total));
            }
            below += row.total;
        }
        Some(outline)
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

/// A page with counts.
struct Row<'a> {
    entry: u32,
    home: &'a Chunk,
    offset: u32,
    // as an earlier reading had it
    before: &'a [f64],
    // since then
    total: f64,
}

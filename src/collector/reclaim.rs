//! Freeing what was removed, so that a process whose labels come and go stays as large as what it shows.
//!
//! A removed series is hidden at once, and may be used again at any time: by a handle that somebody kept, or by its labels in
//! some thread's table. So its number is freed only when no cell belongs to it any more. Two steps lead there, each begun by a
//! sweep:
//! - A shard whose labelled cells mostly belong to removed series is asked to begin anew ([`Shard`]): what the chunks that it
//!   lets go of hold is folded, and they are gone when the runtime collects their arrays.
//! - Hidden series without a cell lose their number, their name and what was folded of them; then texts that neither a series
//!   nor a thread has lose theirs. Numbers are given again. A reading remembers how many sweeps had been, so that what it has
//!   at a number is never taken for the series that has the number later ([`Totals::epoch`](super::Totals)).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use fixedbitset::FixedBitSet;

use super::{Collector, Reading, Totals, Values, on_reader_thread};
use crate::cells::sync::Arc;
use crate::cells::{Arena, Chunk, Shard, WORTH_RENEWING};

/// Fewer are not worth a sweep.
const WORTH_A_SWEEP: usize = WORTH_RENEWING;

/// When a sweep is due. Relaxed suffices for all three: a sweep too early or too late harms nothing.
#[derive(Debug, Default)]
pub(super) struct Sweeps {
    // until it begins, one is asked for once
    asked: AtomicBool,
    // claims of labelled series folded since the last one began
    folded: AtomicUsize,
    // removed series that the last one had to leave
    left: AtomicUsize,
}

impl Sweeps {
    pub fn note_folded(&self, chunk: &Chunk) {
        self.folded.fetch_add(chunk.claims(), Ordering::Relaxed);
    }

    fn is_due(&self, removed: usize, live: usize) -> bool {
        let many = (live / 2).max(2 * self.left.load(Ordering::Relaxed));
        let lately_folded = self.folded.load(Ordering::Relaxed);
        removed >= WORTH_A_SWEEP && (removed >= many || lately_folded >= (removed / 2).max(WORTH_A_SWEEP))
    }
}

impl Collector {
    /// After a removal or a fold: sweeps on the reader thread where it is worth it.
    pub fn sweep_if_due(self: &Arc<Self>) {
        let names = self.names.lock();
        let (removed, live) = (names.removed_count(), names.live());
        drop(names);
        if self.sweeps.is_due(removed, live) && !self.sweeps.asked.swap(true, Ordering::Relaxed) {
            let collector = Arc::downgrade(self);
            on_reader_thread(move || {
                if let Some(collector) = collector.upgrade() {
                    collector.sweep();
                }
            });
        }
    }

    /// Frees what can be, and asks threads to begin anew that hold much of the rest.
    pub fn sweep(&self) {
        self.sweeps.asked.store(false, Ordering::Relaxed);
        self.sweeps.folded.store(0, Ordering::Relaxed);
        let mut values = self.values.lock();
        let shards = self.shards.lock().clone();
        let Removed { revived, hidden, claimed } = self.removed(&mut values, &shards);
        for shard in shards.iter().filter(|shard| is_mostly(shard, &hidden)) {
            shard.renewal_due().store(1, Ordering::Relaxed);
        }
        let mut names = self.names.lock();
        revived.ones().for_each(|series| names.forget_removed(series as u32));
        let freed = names.free(hidden.difference(&claimed).map(|series| series as u32));
        self.sweeps.left.store(names.removed_count(), Ordering::Relaxed);
        if freed.is_empty() {
            return;
        }
        names.free_symbols(self.symbols_in_use());
        drop(names);
        let Values { marks, folded, .. } = &mut *values;
        let marks = Arc::make_mut(marks);
        for series in freed {
            marks.forget(series);
            folded.forget(series);
        }
    }

    /// A thread begins anew: the numbers of the chunks that it lets go of.
    pub fn renew(&self, shard: &Shard) -> Vec<u32> {
        // no reading sees a gauge at its old and its new cell, or at neither
        let mut values = self.values.lock();
        let Values { folded, hidden_gauges: hidden, .. } = &mut *values;
        let let_go = shard.renew(|chunk, claim| !chunk.read(claim.offset).is_nan() && !hidden.is_hidden(chunk, claim));
        let (names, chunks) = (self.names.lock().view(), shard.chunks());
        for chunk in &let_go {
            match chunk.arena() {
                Arena::LabelledGauges => hidden.forget(chunk),
                _ => folded.take_chunk(chunk, &chunks, &names),
            }
            chunk.note_emptied();
        }
        let_go.iter().map(|chunk| chunk.number()).collect()
    }

    /// Reads the series that were removed, and no other.
    fn removed(&self, values: &mut Values, shards: &[Arc<Shard>]) -> Removed {
        let (removed, names) = {
            let names = self.names.lock();
            (names.removed().clone(), names.view())
        };
        let mut claimed = FixedBitSet::with_capacity(removed.len());
        let mut totals = Totals::default();
        removed.ones().for_each(|series| totals.add_series(series as u32, &values.folded));
        for shard in shards {
            let chunks = shard.chunks();
            for chunk in chunks.iter().flatten().filter(|chunk| chunk.arena().is_labelled()) {
                chunk.each_owner(|series| claimed.grow_and_insert(series as usize));
                chunk.each_claim(|claim| {
                    if !removed.contains(claim.series as usize) {
                        return;
                    }
                    let shown = names.get(claim.series).filter(|_| !values.hidden_gauges.is_hidden(chunk, &claim));
                    if let Some((_, family)) = shown {
                        totals.add_claim(claim, chunk, &chunks, family, true);
                    }
                });
            }
        }
        let reading = Reading { names, totals, marks: values.marks.clone() };
        let since = reading.whole_life();
        let is_shown = |series: &usize| {
            let family = reading.names.get(*series as u32).map(|(_, family)| family);
            family.is_some_and(|family| since.is_visible(*series as u32, family.kind))
        };
        let mut revived = FixedBitSet::with_capacity(removed.len());
        revived.extend(removed.ones().filter(is_shown));
        let mut hidden = removed;
        hidden.difference_with(&revived);
        Removed { revived, hidden, claimed }
    }

    /// The texts that are in use besides those of series. `names` is locked: no thread comes to know another.
    fn symbols_in_use(&self) -> FixedBitSet {
        let mut used = FixedBitSet::new();
        for (name, value) in &self.labels {
            used.grow_and_insert(*name as usize);
            used.grow_and_insert(*value as usize);
        }
        for shard in self.shards.lock().iter() {
            shard.texts().lock().iter().for_each(|text| used.grow_and_insert(text));
        }
        used
    }
}

/// What became of the series that were removed.
struct Removed {
    /// Recorded again.
    revived: FixedBitSet,
    /// The others.
    hidden: FixedBitSet,
    /// Those that have a cell.
    claimed: FixedBitSet,
}

/// Whether most of the labelled cells that a shard has not let go of belong to such series.
fn is_mostly(shard: &Shard, hidden: &FixedBitSet) -> bool {
    let (mut all, mut gone) = (0, 0);
    for chunk in shard.chunks_in_use().iter().filter(|chunk| chunk.arena().is_labelled()) {
        chunk.each_owner(|series| {
            all += 1;
            gone += usize::from(hidden.contains(series as usize));
        });
    }
    gone >= WORTH_RENEWING && 2 * gone >= all
}

//! Flushing: the values of a claim move into the flushed totals, because a cell is full or its thread has ended.

use super::kinds::LiveClaim;
use super::names::Place;
use super::{Collector, Values};
use crate::cells::{CellIndex, Chunk, Claim, Shard};

impl Collector {
    /// Moves the values of a claim into the flushed totals, because a count is full or the sum is large. Only the thread that owns
    /// the cells calls this, so nothing is recorded meanwhile.
    pub fn flush_cell(&self, shard: &Shard, cell: CellIndex) {
        let mut values = self.values_to_change();
        let Some((claim, chunk)) = shard.claim_at(cell).zip(shard.chunk_of(cell)) else { return };
        let Some((family, labelled)) = self.names.lock().family_of(claim.series) else { return };
        let chunks = shard.chunks();
        let claim = LiveClaim { claim, chunk: &chunk, chunks: &chunks, family: &family, labelled };
        flush_claim(&mut values, shard, &claim);
        claim.kind().reset(&claim);
    }
}

/// The index of a claim's first cell.
pub(super) fn cell_of(chunk: &Chunk, claim: Claim) -> CellIndex {
    CellIndex::new(chunk.number(), claim.offset)
}

/// Adds the visible values of a claim to the flushed totals. States end with their cells.
pub(super) fn flush_claim(values: &mut Values, shard: &Shard, claim: &LiveClaim) {
    let place = Place { shard: shard.id(), cell: cell_of(claim.chunk, claim.claim) };
    let baseline = values.baselines.remove(&place);
    match baseline {
        _ if claim.kind().is_state() => {}
        Some(before) => claim.kind().add_claim_since(&mut values.flushed, claim, &before),
        None => claim.kind().add_claim(&mut values.flushed, claim),
    }
}

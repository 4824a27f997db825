//! Writes cells as JavaScript does, for tests in Rust. The caller acts as the one thread that owns the shard. The addon is built without
//! this module (feature `test-writers`), so that no other Rust code can be a second writer.

use super::layout::{self, COUNTS_PER_CELL};
use super::sync::Ordering;
use super::{CellIndex, Chunk, Shard};

impl Chunk {
    /// Sets a cell.
    pub fn set(&self, offset: u32, value: f64) {
        self.write(offset, value);
    }

    /// Sets a gauge with merge `last`.
    pub fn set_timed(&self, offset: u32, value: f64, time: f64) {
        self.write(offset, value);
        self.write(offset + layout::TIME, time);
        self.write(offset + layout::CHECK, f64::from_bits(value.to_bits() ^ time.to_bits()));
    }

    /// Sets a count of a page. Like JavaScript's 32-bit store, it does not change the other half of the cell.
    pub fn set_count(&self, page: u32, at: u32, count: u32) {
        let shift = u32::BITS * (at % COUNTS_PER_CELL);
        let others = !(u64::from(u32::MAX) << shift);
        if let [cell] = self.row(page + at / COUNTS_PER_CELL, 1) {
            let store = |bits| Some(bits & others | u64::from(count) << shift);
            let _ = cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, store);
        }
    }
}

impl Shard {
    /// Sets a cell.
    pub fn write(&self, cell: CellIndex, value: f64) {
        if let Some(chunk) = self.chunk_of(cell) {
            chunk.set(cell.offset(), value);
        }
    }

    /// Increments a count of a page.
    pub fn count(&self, page: CellIndex, at: u32) {
        if let Some(chunk) = self.chunk_of(page) {
            let page = page.offset();
            chunk.set_count(page, at, chunk.count(page, at) + 1);
        }
    }
}

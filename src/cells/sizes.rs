//! The sizes of chunks, which tests make small (`TALLYSTICK_TEST_SIZES=tiny`), so that chunks are full all the time.

use std::sync::OnceLock;

use super::layout::CHUNK_CELLS;

/// The number of cells of an arena's first chunk. Each further chunk is twice as large as the one before.
const FIRST_CELLS: u32 = if cfg!(loom) { 8 } else { 256 };

/// Durations from 50 µs to 1.6 s, for example, are in this many powers of two.
const LIKELY_PAGES: u32 = 16;

#[derive(Clone, Copy)]
pub(super) struct Sizes {
    /// The number of cells of the first chunk.
    pub(super) first: u32,
    /// The number of cells of the largest chunk.
    pub(super) most: u32,
    /// A chunk keeps room for this many pages of each labelled distribution. A page in the chunk of its head is reached in a third of
    /// the time. What is kept and never written takes no memory.
    pub(super) likely_pages: u32,
}

pub(super) fn sizes() -> Sizes {
    static SIZES: OnceLock<Sizes> = OnceLock::new();
    *SIZES.get_or_init(|| match std::env::var("TALLYSTICK_TEST_SIZES") {
        Ok(sizes) if sizes == "tiny" => Sizes { first: 4, most: 64, likely_pages: 2 },
        _ => Sizes { first: FIRST_CELLS, most: CHUNK_CELLS, likely_pages: LIKELY_PAGES },
    })
}

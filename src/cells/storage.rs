//! The memory of cells: a run of zeroed 64-bit words at a fixed address. It is always on the heap today. A memory-mapped file could
//! replace it without a change elsewhere.
//!
//! # Why sharing it between two languages is sound
//!
//! One JavaScript thread writes the words while other threads read them from Rust, without a lock. Rust accesses the words only as
//! `AtomicU64`, never through a `&mut` or as plain numbers, so the compiler expects them to change. JavaScript is not part of Rust's
//! memory model. For the processor, its stores are:
//!
//! - 64 bits wide, for numbers, through a `Float64Array`. They are aligned, so each becomes visible as a whole.
//! - 32 bits wide, for two counts that share a cell, through an `Int32Array` over the same memory. Each becomes visible as a whole and
//!   does not change the other half. Rust loads both halves at once. An aligned load takes each half from one store, so every count it
//!   sees is one that was written. `tests/loom.rs` models this.
//!
//! Neither language guarantees this: C++, Rust and ECMAScript leave atomic accesses of different sizes to the same bytes undefined or
//! unordered. It relies on the hardware, x86-64 and `AArch64`, where aligned accesses of up to 64 bits do not tear into parts smaller
//! than the narrower access. No reading depends on the order of two stores, so `Relaxed` suffices.
//!
//! The even count is in the lower half of a cell. Other processors do not compile: argue for one here before you add it.

use super::sync::AtomicU64;

const _: () = assert!(cfg!(target_endian = "little"), "two counts share a cell, and the lower half is the even one");
const _: () = assert!(
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64")),
    "accesses of mixed sizes were argued for these processors only"
);

/// A run of cells.
#[derive(Debug)]
pub struct Storage {
    words: Box<[AtomicU64]>,
}

impl Storage {
    /// Allocates zeroed cells on the heap. The system maps large allocations on first use, so unused pages cost no memory.
    #[cfg(not(loom))]
    #[must_use]
    #[expect(unsafe_code, reason = "the only way to allocate zeroed memory without writing it")]
    pub fn heap(cells: usize) -> Self {
        // SAFETY: `AtomicU64` has the representation of `u64`, for which all zero bits are the valid value 0.
        let words = unsafe { Box::<[AtomicU64]>::new_zeroed_slice(cells).assume_init() };
        Self { words }
    }

    /// Allocates zeroed cells in memory that loom tracks.
    #[cfg(loom)]
    #[must_use]
    pub fn heap(cells: usize) -> Self {
        Self { words: (0..cells).map(|_| AtomicU64::new(0)).collect() }
    }

    /// The bits of the cells.
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        &self.words
    }
}

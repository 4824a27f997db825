//! Where cells live: a run of zeroed 64-bit words at an address that never changes. Today always the heap; a
//! memory-mapped file shared by processes would be a second way to make one, unseen by everything above.
//!
//! # Why two languages may share it
//!
//! One JavaScript thread writes a run while others read it from Rust, with no lock between them. Rust sees the words only as
//! `AtomicU64`, never through a `&mut` or as plain numbers, so the compiler expects them to change. JavaScript is not part of Rust's
//! memory model; for the machine its stores are these:
//!
//! - 64 bits, through a `Float64Array`: numbers. They are aligned, so the processor makes each visible as a whole.
//! - 32 bits, through an `Int32Array` over the same memory: two counts that share a cell. Each half is visible as a whole, and never
//!   changes the other half. Rust loads both halves with one 64-bit load; an aligned load takes each half from some store to it, so
//!   every count in it is one that was written. The model checker's version of this is in `tests/loom.rs`.
//!
//! Neither language promises mixed sizes: C++, Rust and ECMAScript leave atomic accesses of different sizes to the same bytes
//! undefined or unordered. What is relied on is the hardware, x86-64 and `AArch64`, where aligned accesses of up to 64 bits do not tear
//! into smaller parts than the narrower access. No reading depends on the order of two stores, so `Relaxed` suffices.
//!
//! The lower half is the even count, and an address has 64 bits: a platform where that is different does not compile.

use super::sync::AtomicU64;

const _: () = assert!(cfg!(target_endian = "little"), "two counts share a cell, and the lower half is the even one");
const _: () = assert!(cfg!(target_pointer_width = "64"), "only 64-bit processors load 64 bits as a whole");

/// A run of cells.
#[derive(Debug)]
pub struct Storage {
    words: Box<[AtomicU64]>,
}

impl Storage {
    /// A run of zeroed cells on the heap. Large runs come from the system untouched: a page that no series uses costs
    /// no memory.
    #[cfg(not(loom))]
    #[must_use]
    #[expect(unsafe_code, reason = "the only way to zeroed memory that is not written first")]
    pub fn heap(cells: usize) -> Self {
        // SAFETY: `AtomicU64` has the representation of `u64`, for which all bits zero is the valid value 0.
        let words = unsafe { Box::<[AtomicU64]>::new_zeroed_slice(cells).assume_init() };
        Self { words }
    }

    /// The same in the model checker's memory.
    #[cfg(loom)]
    #[must_use]
    pub fn heap(cells: usize) -> Self {
        Self { words: (0..cells).map(|_| AtomicU64::new(0)).collect() }
    }

    /// The cells as their bits.
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        &self.words
    }

    /// The address that JavaScript writes through, aligned for 64 bits. The words are atomics and may change behind a shared
    /// reference, so writing through it is allowed; see above for what is written.
    #[cfg(not(loom))]
    #[must_use]
    pub fn address(&self) -> *mut f64 {
        self.words.as_ptr().cast_mut().cast::<f64>()
    }
}

//! The memory of cells: a run of zeroed 64-bit words at a fixed address, on the heap or mapped by the system.
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

use std::slice;

use memmap2::MmapMut;

use super::sync::AtomicU64;

const _: () = assert!(cfg!(target_endian = "little"), "two counts share a cell, and the lower half is the even one");
const _: () = assert!(
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64")),
    "accesses of mixed sizes were argued for these processors only"
);

/// From this size on, cells come from the system itself. An allocator hands out recycled memory too, which it has to zero, so that
/// every page of it is in use: a timing without labels took 33 KB where its values touch 8.
const MAPPED_CELLS: usize = if cfg!(any(loom, miri)) { usize::MAX } else { 2048 };

/// A run of cells.
#[derive(Debug)]
pub struct Storage {
    words: Words,
}

#[derive(Debug)]
enum Words {
    Heap(Box<[AtomicU64]>),
    /// `words` are those of `_memory`, whatever their lifetime says.
    Mapped {
        words: &'static [AtomicU64],
        _memory: MmapMut,
    },
}

impl Storage {
    /// Allocates zeroed cells. Pages of large ones that are never written cost no memory.
    #[must_use]
    pub fn new(cells: usize) -> Self {
        let mapped = if cells < MAPPED_CELLS { None } else { map(cells) };
        Self { words: mapped.unwrap_or_else(|| Words::Heap((0..cells).map(|_| AtomicU64::new(0)).collect())) }
    }

    /// The bits of the cells.
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        match &self.words {
            Words::Heap(words) => words,
            Words::Mapped { words, .. } => words,
        }
    }
}

/// `None` if the system has no memory.
#[expect(unsafe_code, reason = "mapped memory is bytes")]
fn map(cells: usize) -> Option<Words> {
    let memory = MmapMut::map_anon(cells * size_of::<AtomicU64>()).ok()?;
    // SAFETY: a mapping is aligned to a page and zeroed, and `AtomicU64` has the representation of `u64`, for which all bits are valid.
    // It does not move, nothing else refers to its bytes, and `Storage` drops it together with `words`, which it lends only for its
    // own lifetime.
    let words = unsafe { slice::from_raw_parts(memory.as_ptr().cast(), cells) };
    Some(Words::Mapped { words, _memory: memory })
}

//! Where cells live: a run of zeroed 64-bit words at an address that never changes. Today always the heap; a
//! memory-mapped file shared by processes would be a second way to make one, unseen by everything above.

use super::sync::AtomicU64;

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

    /// The address that JavaScript writes through. The words are atomics, so a write from there while Rust reads is no
    /// data race as long as it is a 64-bit store, which an aligned `Float64Array` element's is on every platform we
    /// build for.
    #[cfg(not(loom))]
    #[must_use]
    pub fn address(&self) -> *mut f64 {
        self.words.as_ptr().cast::<f64>().cast_mut()
    }
}

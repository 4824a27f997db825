//! The numbers of the texts that a thread knows: JavaScript keeps them, so they must go on meaning the same.

use fixedbitset::FixedBitSet;

/// A set of numbers, a bit each.
#[derive(Debug, Default)]
pub struct Texts {
    known: FixedBitSet,
}

impl Texts {
    /// The thread has this number from now on.
    pub fn insert(&mut self, text: u32) {
        self.known.grow_and_insert(text as usize);
    }

    /// The numbers.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.known.ones()
    }

    /// The thread has forgotten them all.
    pub fn clear(&mut self) {
        self.known = FixedBitSet::new();
    }
}

//! The series of a full room, for threads that have to know whether a series exists in another one.

use std::sync::atomic::{AtomicU32, Ordering};

use super::layout::KNOWN_FIRST;

/// The hashes of the series of a full room, as an open-addressed table that JavaScript probes. The first word is not 0 once the
/// table is out of date.
#[derive(Debug)]
pub struct KnownSeries {
    words: Box<[AtomicU32]>,
    free: AtomicU32,
}

const EMPTY: u32 = 0;
const REMOVED: u32 = 1;
/// The fewest slots.
const LEAST_SLOTS: usize = 64;
/// The slots for each series.
const SPARSITY: usize = 4;

impl KnownSeries {
    /// A table with room for this number of series, and more.
    pub(super) fn new(series: usize) -> Self {
        let slots = (SPARSITY * series).next_power_of_two().max(LEAST_SLOTS);
        let words = std::iter::repeat_with(AtomicU32::default).take(KNOWN_FIRST + slots).collect();
        // at least a quarter stays empty, so that searches end soon
        Self { words, free: AtomicU32::new((slots - slots / 4) as u32) }
    }

    /// The words, for JavaScript.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32] {
        &self.words
    }

    /// Lets each thread ask for another table.
    ///
    /// Relaxed: a reader that misses a change decides as if it had come before.
    pub(super) fn mark_stale(&self) {
        if let Some(stale) = self.words.first() {
            stale.store(1, Ordering::Relaxed);
        }
    }

    /// The slots in the order in which they are searched for a hash.
    fn slots(&self, hash: u32) -> impl Iterator<Item = &AtomicU32> {
        let slots = self.words.get(KNOWN_FIRST..).unwrap_or_default();
        let mask = slots.len().saturating_sub(1);
        let first = hash as usize & mask;
        (0..slots.len()).filter_map(move |at| slots.get((first + at) & mask))
    }

    /// Enters a hash. Returns false if the table is full.
    pub(super) fn insert(&self, hash: u32) -> bool {
        let hash = as_entry(hash);
        for slot in self.slots(hash) {
            match slot.load(Ordering::Relaxed) {
                EMPTY => {
                    if self.free.fetch_sub(1, Ordering::Relaxed) == 1 {
                        return false;
                    }
                }
                REMOVED => {}
                _ => continue,
            }
            slot.store(hash, Ordering::Relaxed);
            return true;
        }
        false
    }

    /// Takes a hash out.
    pub(super) fn remove(&self, hash: u32) {
        let hash = as_entry(hash);
        let until_empty = self.slots(hash).take_while(|slot| slot.load(Ordering::Relaxed) != EMPTY);
        for slot in until_empty {
            if slot.load(Ordering::Relaxed) == hash {
                slot.store(REMOVED, Ordering::Relaxed);
                return;
            }
        }
    }

    /// Whether a series with this hash exists.
    #[must_use]
    pub fn has(&self, hash: u32) -> bool {
        let hash = as_entry(hash);
        let mut until_empty =
            self.slots(hash).map(|slot| slot.load(Ordering::Relaxed)).take_while(|entry| *entry != EMPTY);
        until_empty.any(|entry| entry == hash)
    }
}

/// The two lowest numbers have a meaning of their own in the table.
fn as_entry(hash: u32) -> u32 {
    if hash > REMOVED { hash } else { hash + REMOVED + 1 }
}

/// The units at the beginning and at the end of a text that its hash covers.
const HASHED_UNITS: usize = 32;

/// The hash of a text, as in `lib/record/room.js`. That of a series is the sum of the hashes of its label values, because threads have
/// the labels in different orders.
#[must_use]
pub fn hash_of(text: &str) -> u32 {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut hash = 0x811c_9dc5 ^ units.len() as u32;
    let mut add = |unit: &u16| hash = (hash ^ u32::from(*unit)).wrapping_mul(0x0100_0193);
    units.iter().take(HASHED_UNITS).for_each(&mut add);
    units.iter().skip(HASHED_UNITS.max(units.len().saturating_sub(HASHED_UNITS))).for_each(&mut add);
    hash ^= hash >> 15;
    hash = hash.wrapping_mul(0x2c1b_3c6d);
    hash ^ hash >> 13
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_hashes_of_javascript() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../__test__/vectors/text-hashes.json")).expect("valid JSON");
        for vector in table.as_array().expect("a list") {
            let text =
                vector["text"].as_str().expect("a text").repeat(vector["times"].as_u64().expect("times") as usize);
            assert_eq!(Some(u64::from(hash_of(&text))), vector["hash"].as_u64(), "{text}");
        }
    }
}

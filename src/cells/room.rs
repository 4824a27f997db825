//! The room for series: how many label sets a family may have, and how many it has. A collector has a room too, for the label sets of
//! all its families together.
//!
//! A thread takes room in portions, together with the cells that it reserves, and registers series in them without a call. So the
//! series that a room counts as used are those that exist and those that threads have cells for: there are never more than the limit
//! allows. A series that turns out to exist already, because of another thread, gives its room back.
//!
//! JavaScript reads the words of a full room to learn that there is room again, and the table of known series to learn that a series
//! exists in another thread. Both are hints, read without a lock: a call into Rust decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

// not loom's: a room is made outside its models, too
use parking_lot::Mutex;

use super::known_series::KnownSeries;
use super::layout::{ROOM_FOLDED, ROOM_FOLDED_LIMIT, ROOM_LIMIT, ROOM_USED, ROOM_WORDS, UNITS_PER_SERIES};

/// No limit.
pub const UNLIMITED: u32 = u32::MAX;
/// A thread takes at most an eighth of what is left: others may need the rest.
const PORTION_DIVISOR: u32 = 8;
/// Series with a folded label have room of their own in addition: a tenth of the limit.
const FOLDED_DIVISOR: u32 = 10;
/// The least room for series with a folded label.
const LEAST_FOLDED: u32 = 10;

/// The room of a family, or of all families.
#[derive(Debug)]
pub struct Room {
    words: Box<[AtomicU32; ROOM_WORDS]>,
    // the collector's, if this is a family's
    whole: Option<Arc<Room>>,
    // whether there is a table: most rooms have none, and each new series asks
    is_watched: AtomicBool,
    known: Mutex<Option<Arc<KnownSeries>>>,
    folds: Mutex<Folds>,
    folded_label: Mutex<Option<FoldedLabel>>,
}

/// The label that had most values when the room was full for the first time. All threads fold the same one.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedLabel {
    /// Its name.
    pub name: String,
    /// The number of its values.
    pub values: u32,
}

/// How often label sets were folded, by thread: each counts in a word of its own.
#[derive(Debug, Default)]
struct Folds {
    live: Vec<Arc<AtomicU64>>,
    // of ended threads
    ended: f64,
}

impl Default for Room {
    fn default() -> Self {
        Self::new(UNLIMITED, None)
    }
}

impl Room {
    /// An empty room.
    #[must_use]
    pub fn new(limit: u32, whole: Option<Arc<Self>>) -> Self {
        let room = Self {
            words: Box::default(),
            whole,
            is_watched: AtomicBool::new(false),
            known: Mutex::default(),
            folds: Mutex::default(),
            folded_label: Mutex::default(),
        };
        room.set_limit(limit);
        room
    }

    /// The words, for JavaScript.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32; ROOM_WORDS] {
        &self.words
    }

    // Relaxed suffices for all words: each is a number by itself and guards no other data.
    fn word(&self, at: usize) -> u32 {
        self.words.get(at).map_or(0, |word| word.load(Ordering::Relaxed))
    }

    fn change(&self, at: usize, change: impl Fn(u32) -> u32) -> u32 {
        let Some(word) = self.words.get(at) else { return 0 };
        let update = |value| Some(change(value));
        word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update).unwrap_or_default()
    }

    /// The most series, [`UNLIMITED`] for any number.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.word(ROOM_LIMIT)
    }

    /// Changes the limit. Series beyond it remain.
    pub fn set_limit(&self, limit: u32) {
        let folded = if limit == UNLIMITED { UNLIMITED } else { (limit / FOLDED_DIVISOR).max(LEAST_FOLDED) };
        self.change(ROOM_LIMIT, |_| limit);
        self.change(ROOM_FOLDED_LIMIT, |_| folded);
    }

    /// The room taken.
    #[must_use]
    pub fn used(&self) -> u32 {
        self.word(ROOM_USED)
    }

    /// Takes room for at most `wanted` series. Returns for how many.
    pub fn take(&self, wanted: u32) -> u32 {
        let granted = self.take_here(wanted);
        let Some(whole) = &self.whole else { return granted };
        let granted_by_whole = whole.take_here(granted);
        self.give_here(granted - granted_by_whole);
        granted_by_whole
    }

    fn take_here(&self, wanted: u32) -> u32 {
        let limit = self.limit();
        let portion = |used: u32| wanted.min(limit.saturating_sub(used).div_ceil(PORTION_DIVISOR));
        let before = self.change(ROOM_USED, |used| used + portion(used));
        portion(before)
    }

    /// Takes room whether there is any or not, for a series that is registered already.
    pub fn take_anyway(&self, series: u32) {
        self.change(ROOM_USED, |used| used.saturating_add(series));
        if let Some(whole) = &self.whole {
            whole.take_anyway(series);
        }
    }

    /// Gives room back.
    pub fn give(&self, series: u32) {
        self.give_here(series);
        if let Some(whole) = &self.whole {
            whole.give_here(series);
        }
    }

    fn give_here(&self, series: u32) {
        let used = self.change(ROOM_USED, |used| used.saturating_sub(series));
        debug_assert!(used >= series, "room for {series} given back twice");
    }

    /// A series was made whose label is folded.
    pub fn take_folded(&self) {
        self.change(ROOM_FOLDED, |used| used.saturating_add(1));
    }

    /// Such a series is gone.
    pub fn give_folded(&self) {
        let used = self.change(ROOM_FOLDED, |used| used.saturating_sub(1));
        debug_assert!(used > 0, "room for a folded series given back twice");
    }

    /// The room that a text takes beyond that of its series.
    #[must_use]
    pub fn cost_of(text: &str) -> u32 {
        // a text has at most one unit a byte, and most are short
        if text.len() < UNITS_PER_SERIES { 0 } else { (text.encode_utf16().count() / UNITS_PER_SERIES) as u32 }
    }

    /// The table of known series, made of these hashes if there is none. The caller serializes this, [`Room::note`] and
    /// [`Room::forget`].
    pub fn watch(&self, hashes: impl ExactSizeIterator<Item = u32>) -> Arc<KnownSeries> {
        let mut known = self.known.lock();
        self.is_watched.store(true, Ordering::Relaxed);
        let watched = known.get_or_insert_with(|| {
            let table = KnownSeries::new(hashes.len());
            for hash in hashes {
                table.insert(hash);
            }
            Arc::new(table)
        });
        watched.clone()
    }

    /// Enters a series in the table.
    pub fn note(&self, hash: impl FnOnce() -> u32) {
        if !self.is_watched.load(Ordering::Relaxed) {
            return;
        }
        let mut known = self.known.lock();
        if let Some(table) = known.as_ref()
            && !table.insert(hash())
        {
            // the next thread that needs a table gets a larger one
            table.mark_stale();
            *known = None;
            self.is_watched.store(false, Ordering::Relaxed);
        }
    }

    /// Takes a series out of the table.
    pub fn forget(&self, hash: impl FnOnce() -> u32) {
        if self.is_watched.load(Ordering::Relaxed)
            && let Some(table) = self.known.lock().as_ref()
        {
            table.remove(hash());
        }
    }

    /// A word in which the calling thread counts what it folds.
    pub fn open_folds(&self) -> Arc<AtomicU64> {
        let mut folds = self.folds.lock();
        folds.add_ended();
        let word = Arc::new(AtomicU64::new(0_f64.to_bits()));
        folds.live.push(word.clone());
        word
    }

    /// How often label sets were folded.
    #[must_use]
    pub fn folds(&self) -> f64 {
        let mut folds = self.folds.lock();
        folds.add_ended();
        folds.ended + folds.live.iter().map(|word| count_of(word)).sum::<f64>()
    }

    /// The label to fold, which the first call determines. Also returns whether this call did.
    pub fn folded_label(&self, find: impl FnOnce() -> FoldedLabel) -> (FoldedLabel, bool) {
        let mut label = self.folded_label.lock();
        let is_first = label.is_none();
        (label.get_or_insert_with(find).clone(), is_first)
    }

    /// The label to fold, once it is determined.
    pub fn known_folded_label(&self) -> Option<FoldedLabel> {
        self.folded_label.lock().clone()
    }
}

impl Folds {
    /// Adds up what ended threads have counted.
    fn add_ended(&mut self) {
        let ended = &mut self.ended;
        self.live.retain(|word| {
            let is_live = Arc::strong_count(word) > 1;
            if !is_live {
                *ended += count_of(word);
            }
            is_live
        });
    }
}

/// Relaxed: the count is a number by itself.
fn count_of(word: &AtomicU64) -> f64 {
    f64::from_bits(word.load(Ordering::Relaxed))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_never_overdrawn_and_small_remainders_are_shared() {
        let room = Room::new(20, None);
        let mut granted = Vec::new();
        loop {
            match room.take(8) {
                0 => break,
                series => granted.push(series),
            }
        }
        assert_eq!((room.used(), granted.iter().sum::<u32>()), (20, 20));
        assert_eq!(granted.first(), Some(&3), "an eighth of what is left");
        room.give(2);
        assert_eq!((room.take(8), room.take(8), room.take(8)), (1, 1, 0));
    }

    #[test]
    fn the_room_of_a_collector_limits_all_its_families() {
        let whole = Arc::new(Room::new(3, None));
        let [one, other] = [Room::new(UNLIMITED, Some(whole.clone())), Room::new(2, Some(whole.clone()))];
        assert_eq!((one.take(9), one.take(9), one.take(9), other.take(9)), (1, 1, 1, 0));
        assert_eq!((one.used(), other.used(), whole.used()), (3, 0, 3));
        one.give(1);
        assert_eq!((other.take(9), whole.used()), (1, 3));
    }

    #[test]
    fn series_beyond_a_lowered_limit_keep_it_full() {
        let room = Room::new(UNLIMITED, None);
        room.take_anyway(10);
        room.set_limit(5);
        assert_eq!(room.take(1), 0);
        room.give(6);
        assert_eq!(room.take(1), 1);
    }

    #[test]
    fn a_table_finds_what_it_has_after_any_number_of_changes() {
        let room = Room::new(100, None);
        let hashes: Vec<u32> = (0..50).collect();
        let table = room.watch(hashes.iter().copied());
        let count = if cfg!(miri) { 500 } else { 50_000 };
        for at in 0..count {
            let table = room.watch((at..at + 50).collect::<Vec<u32>>().into_iter());
            assert!(table.has(at) && !table.has(at + 50));
            room.forget(|| at);
            room.note(|| at + 50);
        }
        let is_stale = table.words()[0].load(Ordering::Relaxed) != 0;
        assert!(is_stale, "a table without empty slots is replaced");
    }

    #[test]
    fn counts_of_ended_threads_remain() {
        let room = Room::default();
        let [one, other] = [room.open_folds(), room.open_folds()];
        one.store(3_f64.to_bits(), Ordering::Relaxed);
        other.store(4_f64.to_bits(), Ordering::Relaxed);
        drop(one);
        assert_eq!((room.folds(), room.folds()), (7.0, 7.0));
    }

    #[test]
    fn long_texts_cost_room() {
        let text = |units: usize| "ü".repeat(units);
        assert_eq!([0, 1023, 1024, 4096].map(|units| Room::cost_of(&text(units))), [0, 0, 1, 4]);
    }
}

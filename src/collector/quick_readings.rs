//! Which readings are so quick that the thread that wants one makes it itself. To wake the reader thread, and to resolve a promise from
//! there, takes an event loop 40 to 80 µs, and until then it waits.

use super::Collector;
use super::kinds::ValueType;

/// A quick reading takes at most as long as one of this many counters: about 50 µs.
const MOST_COUNTERS: usize = 500;
/// A timing or a histogram takes as long as this many counters.
const OF_DISTRIBUTION: usize = 5;
/// The most words of logs that it has to read first: a new series takes 5 to 20.
const MOST_LOGGED: usize = 2000;

impl Collector {
    /// Whether a reading of all values is quick. It is not while another one is under way, or if it has to update sources, which may
    /// ask the operating system.
    #[must_use]
    pub fn is_quick_to_read(&self) -> bool {
        if !self.sources.lock().is_empty() || self.values.try_lock().is_none() {
            return false;
        }
        let logged: Option<usize> = self.shards.lock().iter().map(|shard| shard.log().unread()).sum();
        logged.is_some_and(|words| words <= MOST_LOGGED) && self.has_few_series()
    }

    fn has_few_series(&self) -> bool {
        let names = self.names.lock();
        let mut counters = 0;
        // stops at the first family too many, as there may be very many
        names.families_and_sizes().all(|(family, size)| {
            let is_distribution = family.behaviour().value_type() == ValueType::Distribution;
            counters += 1 + size as usize * if is_distribution { OF_DISTRIBUTION } else { 1 };
            counters <= MOST_COUNTERS
        })
    }
}

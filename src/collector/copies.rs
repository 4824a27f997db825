//! Several loaded copies of the package in one thread, as a test's module registry or a reloaded plug-in creates them.
//!
//! Only the newest copy is still in use, so its gauges replace those of older copies. If a thread has several shards, they are read
//! from the newest to the oldest, so that a gauge set for the first time during the reading is not counted twice.

use hashbrown::HashSet;

use super::kinds::LiveClaim;
use crate::cells::Shard;
use crate::cells::sync::Arc;

/// The threads with several shards, and the states already read in them.
#[derive(Debug)]
pub(super) struct Copies {
    threads: HashSet<u64>,
    states: HashSet<(u64, u32)>,
}

impl Copies {
    pub fn among(shards: &[Arc<Shard>]) -> Self {
        let mut once = HashSet::with_capacity(shards.len());
        let threads = shards.iter().map(|shard| shard.thread()).filter(|thread| !once.insert(*thread)).collect();
        Self { threads, states: HashSet::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.threads.is_empty()
    }

    /// Whether a claim counts. A state counts if it is set, and no newer shard of its thread has set it.
    pub fn counts(&mut self, shard: &Shard, claim: &LiveClaim) -> bool {
        if self.threads.is_empty() || !claim.kind().is_state() || !self.threads.contains(&shard.thread()) {
            return true;
        }
        // a gauge stays set, so it still is when its value is read
        claim.kind().is_set(claim) && self.states.insert((shard.thread(), claim.claim.series))
    }
}

//! Loaded copies of the package in one thread.
//!
//! They are instruments of one program (a test's module registry, a reloaded plug-in), of which only the newest is used: its
//! gauges take the place of the older ones'. Where a thread has several shards, all are read from the newest to the oldest, so
//! that a gauge that is set for the first time meanwhile is not counted twice.

use hashbrown::HashSet;

use super::kinds::LiveClaim;
use crate::cells::Shard;
use crate::cells::sync::Arc;

/// The threads with several shards, and their states that were read.
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

    /// Whether a state that is not removed counts: it is set, and no newer shard of its thread has set it.
    pub fn counts(&mut self, shard: &Shard, claim: &LiveClaim) -> bool {
        if self.threads.is_empty() || !claim.kind().is_state() || !self.threads.contains(&shard.thread()) {
            return true;
        }
        // once set it stays so: it is also when its value is read
        claim.kind().is_set(claim) && self.states.insert((shard.thread(), claim.claim.series))
    }
}

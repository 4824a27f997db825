//! Gauges of other threads that were removed while set: only their thread may write their cells, so they are hidden until
//! they are seen to have changed.

use hashbrown::HashMap;

use crate::cells::{Chunk, Claim, ClaimRole};

/// What hidden cells held when they were hidden.
#[derive(Debug, Default)]
pub(super) struct HiddenGauges {
    // by chunk and offset
    cells: HashMap<(usize, u32), Held>,
}

/// A gauge's bits, and those of the time where it has one.
#[derive(Debug, PartialEq)]
struct Held(u64, Option<u64>);

impl HiddenGauges {
    pub fn hide(&mut self, chunk: &Chunk, claim: &Claim) {
        self.cells.insert((address(chunk), claim.offset), held(chunk, claim));
    }

    /// Whether a gauge is still what it was when it was hidden. Once seen as another it is hidden no more.
    pub fn is_hidden(&mut self, chunk: &Chunk, claim: &Claim) -> bool {
        if self.cells.is_empty() || !is_gauge(claim.role) {
            return false;
        }
        let cell = (address(chunk), claim.offset);
        let Some(hidden) = self.cells.get(&cell) else {
            return false;
        };
        let is_same = *hidden == held(chunk, claim);
        if !is_same {
            self.cells.remove(&cell);
        }
        is_same
    }

    /// Forgets a chunk that goes out of reach, before another has its address.
    pub fn forget(&mut self, chunk: &Chunk) {
        let gone = address(chunk);
        self.cells.retain(|(chunk, _), _| *chunk != gone);
    }
}

pub(super) fn is_gauge(role: ClaimRole) -> bool {
    matches!(role, ClaimRole::Gauge | ClaimRole::TimedGauge)
}

fn held(chunk: &Chunk, claim: &Claim) -> Held {
    let time = (claim.role == ClaimRole::TimedGauge).then(|| chunk.read(claim.offset + 1).to_bits());
    Held(chunk.read(claim.offset).to_bits(), time)
}

/// Tells chunks apart while they are in reach.
fn address(chunk: &Chunk) -> usize {
    std::ptr::from_ref(chunk).addr()
}

//! A window: what one reader has seen since it last reset. It touches no cell and no other reader.

use super::snapshot::Snapshot;
use super::totals::Totals;
use super::{Collector, Delta, Reading};
use crate::cells::sync::Mutex;

/// What one reader has seen at its last reset.
#[derive(Debug, Default)]
pub struct Window {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    base: Totals,
    trace_seq: u64,
}

impl Window {
    /// What came since the last reset.
    #[must_use]
    pub fn snapshot(&self, collector: &Collector) -> Snapshot {
        let seen = self.seen.lock();
        let reading = collector.read();
        let (events, _) = collector.trace_since(seen.trace_seq);
        Snapshot::new(&reading, &seen.base, events)
    }

    /// What `use_it` makes of a reading and of what came since the last reset.
    pub fn read<Made>(
        &self,
        collector: &Collector,
        use_it: impl for<'a> FnOnce(&'a Reading, &Delta<'a>) -> Made,
    ) -> Made {
        let seen = self.seen.lock();
        let reading = collector.read();
        use_it(&reading, &Delta::new(&reading, Some(&seen.base)))
    }

    /// As [`Window::snapshot`], and resets the window to the very values that it returns: what is recorded meanwhile is in the next one.
    #[must_use]
    pub fn snapshot_and_reset(&self, collector: &Collector) -> Snapshot {
        let (snapshot, _) = self.reset_if(collector, |_| Some(()));
        snapshot
    }

    /// The same, where `use_it` makes something of the snapshot; otherwise nothing is reset, and the next snapshot has it all.
    pub fn reset_if<Used>(
        &self,
        collector: &Collector,
        use_it: impl FnOnce(&Snapshot) -> Option<Used>,
    ) -> (Snapshot, Option<Used>) {
        let mut seen = self.seen.lock();
        let reading = collector.read();
        let (events, trace_seq) = collector.trace_since(seen.trace_seq);
        let snapshot = Snapshot::new(&reading, &seen.base, events);
        let used = use_it(&snapshot);
        if used.is_some() {
            seen.trace_seq = trace_seq;
            seen.base = baseline(reading, &seen.base);
        }
        (snapshot, used)
    }
}

/// What a window that is reset has seen.
pub(super) fn baseline(reading: Reading, earlier: &Totals) -> Totals {
    let mut base = reading.totals;
    base.forget_gauges();
    base.forget_empty();
    base.keep_unseen(earlier, &reading.names);
    base
}

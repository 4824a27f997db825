//! A window: what one reader has seen since its last reset. It changes no cell and affects no other reader.

use super::snapshot::Snapshot;
use super::totals::Totals;
use super::{Collector, Delta, Reading};
use crate::cells::sync::Mutex;

/// The state of one reader: its reading at the last reset, which later ones subtract.
#[derive(Debug, Default)]
pub struct Window {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    base: Totals,
    trace_seq: u64,
    // by `read_and_reset`
    reset_at: Option<u64>,
}

impl Window {
    /// The values since the last reset.
    #[must_use]
    pub fn snapshot(&self, collector: &Collector) -> Snapshot {
        let seen = self.seen.lock();
        let reading = collector.read();
        let (events, _) = collector.trace_since(seen.trace_seq);
        Snapshot::new(&reading, &seen.base, events)
    }

    /// Calls `encode` with a reading and the values since the last reset. With `resets`, the window starts over at this reading.
    pub fn read<Encoded>(
        &self,
        collector: &Collector,
        resets: bool,
        encode: impl for<'a> FnOnce(&'a Reading, &Delta<'a>) -> Encoded,
    ) -> Encoded {
        let mut seen = self.seen.lock();
        let reading = collector.read();
        let encoded = encode(&reading, &Delta::new(&reading, Some(&seen.base)));
        if resets {
            seen.base = baseline(reading, &seen.base);
        }
        encoded
    }

    /// Like [`Window::read`], and resets the window to this reading. Also passes when the window was last reset, in nanoseconds since
    /// 1970; `None` the first time.
    pub fn read_and_reset<Encoded>(
        &self,
        collector: &Collector,
        encode: impl for<'a> FnOnce(&'a Reading, &Delta<'a>, Option<u64>) -> (Encoded, u64),
    ) -> Encoded {
        let mut seen = self.seen.lock();
        let reading = collector.read();
        let (encoded, now) = encode(&reading, &Delta::new(&reading, Some(&seen.base)), seen.reset_at);
        seen.base = baseline(reading, &seen.base);
        seen.reset_at = Some(now);
        encoded
    }

    /// Like [`Window::snapshot`], and resets the window to exactly the returned values: what is recorded meanwhile is in the next
    /// snapshot.
    #[must_use]
    pub fn snapshot_and_reset(&self, collector: &Collector) -> Snapshot {
        let (snapshot, _) = self.reset_if(collector, |_| Some(()));
        snapshot
    }

    /// Takes a snapshot and encodes it. Resets the window only if `encode` succeeds.
    pub fn reset_if<Encoded>(
        &self,
        collector: &Collector,
        encode: impl FnOnce(&Snapshot) -> Option<Encoded>,
    ) -> (Snapshot, Option<Encoded>) {
        let mut seen = self.seen.lock();
        let reading = collector.read();
        let (events, trace_seq) = collector.trace_since(seen.trace_seq);
        let snapshot = Snapshot::new(&reading, &seen.base, events);
        let encoded = encode(&snapshot);
        if encoded.is_some() {
            seen.trace_seq = trace_seq;
            seen.base = baseline(reading, &seen.base);
        }
        (snapshot, encoded)
    }
}

/// The new baseline of a window that resets to `reading`.
pub(super) fn baseline(reading: Reading, earlier: &Totals) -> Totals {
    let mut base = reading.totals;
    base.drop_gauges();
    base.drop_empty();
    base.keep_baseline_of_unchanged(earlier, &reading.names);
    base
}

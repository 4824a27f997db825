//! The heartbeat of a thread: cells in which a timer of its event loop notes when it last ran, and that any thread reads. So a thread
//! that never returns to its event loop is visible, with a lag that grows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::cells::Storage;
use crate::os::ThreadClock;

/// The layout of a thread's cells. `lib/default-metrics/layout.js` has the same, which `tests/layout.rs` checks.
pub mod layout {
    /// When the next beat is due: milliseconds after the thread joined.
    pub const DUE: usize = 0;
    /// How many milliseconds late the latest beat was.
    pub const LATENESS: usize = 1;
    /// Not 0 once the run is stopped. The one cell that Rust writes.
    pub const STOPPED: usize = 2;
    /// The number of cells.
    pub const CELLS: usize = 3;
}

const MILLIS_PER_SECOND: f64 = 1e3;

/// A thread that is measured.
#[derive(Debug)]
pub struct Heartbeat {
    /// Unique in the process.
    pub number: u64,
    /// Of the thread: two copies of the package in one thread have the same.
    pub thread: u64,
    /// Labels of its series.
    pub labels: Vec<(String, String)>,
    cells: Storage,
    /// When it joined.
    pub joined: Instant,
    clock: Option<ThreadClock>,
    ended: AtomicBool,
}

impl Heartbeat {
    /// The calling thread, which joins now, and whose first beat is due after `interval` milliseconds.
    pub fn new(thread: u64, labels: Vec<(String, String)>, interval: f64) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let heartbeat = Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            thread,
            labels,
            cells: Storage::new(layout::CELLS),
            joined: Instant::now(),
            clock: ThreadClock::of_this_thread(),
            ended: AtomicBool::new(false),
        };
        heartbeat.write(layout::DUE, interval);
        heartbeat
    }

    /// Its cells, which its thread writes.
    #[cfg(not(loom))]
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        self.cells.words()
    }

    /// The lag of its event loop at this moment, in seconds: that of the latest beat, or of the next one if that is overdue by more.
    pub fn lag(&self) -> f64 {
        let overdue = self.joined.elapsed().as_secs_f64() * MILLIS_PER_SECOND - self.read(layout::DUE);
        overdue.max(self.read(layout::LATENESS)).max(0.0) / MILLIS_PER_SECOND
    }

    /// The CPU time of its thread, if the system reports it.
    pub fn cpu_seconds(&self) -> Option<f64> {
        self.clock.as_ref()?.seconds()
    }

    /// Tells its thread to end the heartbeat. The thread sees it at the next beat.
    pub fn stop(&self) {
        self.write(layout::STOPPED, 1.0);
    }

    /// Whether the thread has ended, or has stopped the heartbeat.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Relaxed suffices: no cell depends on another.
    fn read(&self, cell: usize) -> f64 {
        self.cells.words().get(cell).map_or(0.0, |word| f64::from_bits(word.load(Ordering::Relaxed)))
    }

    fn write(&self, cell: usize, value: f64) {
        if let Some(word) = self.cells.words().get(cell) {
            word.store(value.to_bits(), Ordering::Relaxed);
        }
    }
}

/// Keeps a thread measured.
#[derive(Debug)]
pub struct Membership {
    heartbeat: Arc<Heartbeat>,
}

impl Membership {
    /// Of a thread that has joined.
    pub fn new(heartbeat: Arc<Heartbeat>) -> Self {
        Self { heartbeat }
    }

    /// The thread's cells.
    #[must_use]
    pub fn heartbeat(&self) -> &Heartbeat {
        &self.heartbeat
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.heartbeat.ended.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_no_longer_beats_lags_more_and_more() {
        let heartbeat = Heartbeat::new(0, Vec::new(), 0.0);
        let first = heartbeat.lag();
        while heartbeat.lag() <= first {}
        assert!(first >= 0.0);
    }

    #[test]
    fn before_the_next_beat_is_due_the_lag_is_that_of_the_latest() {
        let heartbeat = Heartbeat::new(0, Vec::new(), 1e9);
        assert_eq!(heartbeat.lag(), 0.0);
        heartbeat.write(layout::LATENESS, 250.0);
        assert_eq!(heartbeat.lag(), 0.25);
    }
}

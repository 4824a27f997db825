//! The thread that samples all histories of the process: one, started by the first history, and asleep without any. It reads cells, as
//! any reader does, so that a history has no gap while an event loop is stuck.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, OnceLock, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::{Condvar, Mutex};

use super::History;
use crate::collector::Collector;
use crate::collector::background::start_thread;

const INTERVAL: Duration = Duration::from_secs(1);
/// After a sample, a collector rests for at least this many times its duration: one with many series is sampled less often.
const LEAST_REST: u32 = 50;

struct Sampled {
    history: Weak<History>,
    collector: Weak<Collector>,
    due: Instant,
}

impl Sampled {
    fn is_of(&self, history: &Arc<History>) -> bool {
        self.history.as_ptr() == Arc::as_ptr(history)
    }
}

#[derive(Default)]
struct Ticker {
    sampled: Mutex<Vec<Sampled>>,
    added: Condvar,
}

static TICKER: LazyLock<Ticker> = LazyLock::new(Ticker::default);

/// Samples a history from now on, as long as it and its collector exist.
pub(super) fn add(history: &Arc<History>, collector: &Arc<Collector>) {
    static IS_RUNNING: OnceLock<bool> = OnceLock::new();
    if !IS_RUNNING.get_or_init(|| start_thread("tallystick-history", run)) {
        // a process without threads has no history, and everything else works
        return;
    }
    let sampled =
        Sampled { history: Arc::downgrade(history), collector: Arc::downgrade(collector), due: Instant::now() };
    let mut all = TICKER.sampled.lock();
    if !all.iter().any(|own| own.is_of(history)) {
        all.push(sampled);
    }
    drop(all);
    TICKER.added.notify_one();
}

fn run() {
    loop {
        let (history, collector) = next();
        let began = Instant::now();
        // a sample that panics loses one value of a chart
        let _ = catch_unwind(AssertUnwindSafe(|| history.sample(&collector, now())));
        let rested = began + began.elapsed() * LEAST_REST;
        let mut sampled = TICKER.sampled.lock();
        if let Some(own) = sampled.iter_mut().find(|own| own.is_of(&history)) {
            let next = own.due + INTERVAL;
            // what was missed while the machine slept is not made up for
            own.due = if next > began { next } else { began + INTERVAL }.max(rested);
        }
    }
}

/// Waits until a history is due.
fn next() -> (Arc<History>, Arc<Collector>) {
    let mut sampled = TICKER.sampled.lock();
    loop {
        sampled.retain(|own| own.history.strong_count() > 0 && own.collector.strong_count() > 0);
        let first = sampled.iter().min_by_key(|own| own.due);
        let Some(first) = first else {
            TICKER.added.wait(&mut sampled);
            continue;
        };
        let due = first.due;
        if due <= Instant::now() {
            if let (Some(history), Some(collector)) = (first.history.upgrade(), first.collector.upgrade()) {
                return (history, collector);
            }
            continue;
        }
        TICKER.added.wait_until(&mut sampled, due);
    }
}

/// Milliseconds since the epoch.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_millis() as f64)
}

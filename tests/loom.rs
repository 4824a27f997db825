//! The protocol of cells, folds and readings under a model checker, which tries the interleavings of the threads at every
//! lock and every cell, and every value that a relaxed load may return. This is the collector's own code with loom's locks
//! and atomics (`src/cells/sync.rs`), in models small enough to be explored:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom cargo test --release --test loom
//! ```
#![cfg(loom)]

mod notch;

use std::sync::Arc;

use loom::model::Builder;
use loom::thread;
use notch::{Thread, collector, fold_all, precision};
use tallystick::cells::{CellIndex, Chunk, Shard, layout};
use tallystick::collector::{Collector, FamilyOptions, Kind, Window};
use tallystick::histogram::{Distribution, LogLinear, Precision};

/// Explores a model, with up to so many preemptions in a run where all of them would take hours.
fn explore(preemptions: Option<usize>, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = preemptions.or(builder.preemption_bound);
    builder.max_branches = 100_000;
    builder.check(model);
}

/// A counter's cell, written as JavaScript does: no lock is taken, no order is asked for.
struct Counter {
    collector: Arc<Collector>,
    shard: Arc<Shard>,
    chunk: Arc<Chunk>,
    offset: u32,
}

impl Counter {
    /// Registers the one series of these models in a shard of its own.
    fn open(collector: &Arc<Collector>) -> Self {
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).expect("no options");
        let cell = collector.register(&shard, family, &[]);
        let chunk = chunk_of(&shard, cell);
        Self { collector: collector.clone(), shard, chunk, offset: cell & (layout::CHUNK_CELLS - 1) }
    }

    fn inc(&self) {
        self.chunk.write(self.offset, self.chunk.read(self.offset) + 1.0);
    }

    /// What the finaliser of the chunk's array does.
    fn fold(self) {
        self.collector.fold(&self.shard, &self.chunk);
    }
}

fn chunk_of(shard: &Shard, cell: CellIndex) -> Arc<Chunk> {
    shard.chunk(cell >> layout::CHUNK_BITS).expect("a claimed cell is in a chunk")
}

/// What a reader sees of the one series, if anything.
fn count(collector: &Collector) -> Option<f64> {
    collector.read().whole_life().count(0).map(|count| count.ups.rounded)
}

fn window_count(window: &Window, collector: &Collector) -> f64 {
    let counters = window.snapshot_and_reset(collector).counters;
    counters.iter().map(|(_, value)| value).sum()
}

#[test]
fn a_total_never_goes_down_while_its_thread_writes_and_ends() {
    explore(None, || {
        let collector = collector();
        let counter = Counter::open(&collector);
        let writer = thread::spawn(move || {
            counter.inc();
            counter.inc();
            counter.fold();
        });
        let first = count(&collector).expect("registered before");
        let second = count(&collector).expect("registered before");
        assert!(first <= second && second <= 2.0, "{first} then {second}");
        writer.join().expect("the writer ends");
        assert_eq!(count(&collector), Some(2.0));
    });
}

#[test]
fn a_thread_that_ends_in_the_middle_of_a_reading_is_counted_once() {
    explore(None, || {
        let collector = collector();
        let (ending, staying) = (Counter::open(&collector), Counter::open(&collector));
        ending.inc();
        staying.inc();
        let end = thread::spawn(move || ending.fold());
        assert_eq!(count(&collector), Some(2.0));
        end.join().expect("the fold ends");
        assert_eq!(count(&collector), Some(2.0));
    });
}

#[test]
fn two_threads_register_the_same_series_while_it_is_read() {
    explore(Some(4), || {
        let collector = collector();
        let writers = [(); 2].map(|()| {
            let collector = collector.clone();
            thread::spawn(move || Counter::open(&collector).inc())
        });
        let first = count(&collector).unwrap_or(0.0);
        let second = count(&collector).unwrap_or(0.0);
        assert!(first <= second && second <= 2.0, "{first} then {second}");
        for writer in writers {
            writer.join().expect("the writer ends");
        }
        let reading = collector.read();
        assert_eq!(reading.names.series().count(), 1);
        assert_eq!(reading.whole_life().count(0).map(|count| count.ups.rounded), Some(2.0));
    });
}

#[test]
fn windows_split_what_is_recorded_without_rest_or_overlap() {
    explore(None, || {
        let collector = collector();
        let counter = Counter::open(&collector);
        let writer = thread::spawn(move || {
            counter.inc();
            counter.inc();
            counter.fold();
        });
        let window = Window::default();
        let windows = [window_count(&window, &collector), window_count(&window, &collector)];
        writer.join().expect("the writer ends");
        let last = window_count(&window, &collector);
        assert!(windows.iter().all(|count| *count >= 0.0) && last >= 0.0, "{windows:?} then {last}");
        assert_eq!(windows[0] + windows[1] + last, 2.0, "{windows:?} then {last}");
        assert_eq!(window_count(&window, &collector), 0.0);
    });
}

/// A thread's values are hidden while it writes and ends: what comes after shows, and nothing is ever negative.
fn hidden_while_a_thread_ends(hide: fn(&Collector, &Shard)) {
    explore(None, move || {
        let collector = collector();
        let (theirs, mine) = (Counter::open(&collector), Counter::open(&collector));
        theirs.inc();
        let writer = thread::spawn(move || {
            theirs.inc();
            theirs.fold();
        });
        hide(&collector, &mine.shard);
        mine.inc();
        let first = count(&collector).expect("recorded after");
        assert!((1.0..=2.0).contains(&first), "{first}");
        writer.join().expect("the writer ends");
        let last = count(&collector).expect("recorded after");
        assert!((first..=2.0).contains(&last), "{first} then {last}");
    });
}

#[test]
fn what_is_recorded_after_a_clear_shows_though_a_thread_ends_meanwhile() {
    hidden_while_a_thread_ends(Collector::clear);
}

#[test]
fn what_is_recorded_after_a_removal_shows_though_a_thread_ends_meanwhile() {
    hidden_while_a_thread_ends(|collector, mine| {
        assert!(collector.remove(mine, Kind::Counter, "jobs", &[]));
    });
}

#[test]
fn a_gauge_that_was_not_set_shows_nothing_however_early_it_is_read() {
    explore(None, || {
        let collector = collector();
        // a chunk that readers know already
        let counter = Counter::open(&collector);
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                let family = collector.family(Kind::Gauge, "size", FamilyOptions::default()).expect("no options");
                let cell = collector.register(&counter.shard, family, &[]);
                chunk_of(&counter.shard, cell).write(cell & (layout::CHUNK_CELLS - 1), 7.0);
            }
        });
        let value = collector.read().whole_life().gauge(1).map(|state| state.value);
        assert!(value.is_none_or(|value| value == 7.0), "{value:?}");
        writer.join().expect("the writer ends");
        assert_eq!(collector.read().whole_life().gauge(1).map(|state| state.value), Some(7.0));
    });
}

const VALUES: [f64; 2] = [5.0, 9.0];

fn distribution(collector: &Collector) -> Distribution {
    collector.read().whole_life().distribution(0).expect("registered before").into_owned()
}

#[test]
fn a_distribution_is_read_while_its_pages_are_made_and_folded() {
    explore(Some(4), || {
        let collector = collector();
        let thread = Thread::of(&collector);
        thread.family(Kind::Timing, "render", precision(Precision::One));
        let head = thread.head(Kind::Timing, "render", &[]);
        let shard = thread.shard.clone();
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                let chunk = chunk_of(&shard, head);
                let cells = LogLinear::nanoseconds(Precision::One);
                let add = |offset: u32, delta: f64| chunk.write(offset, chunk.read(offset) + delta);
                for value in VALUES {
                    let (entry, cell) = cells.place(value);
                    let page = collector.claim_page(&shard, head, entry);
                    let page = page & (layout::CHUNK_CELLS - 1);
                    chunk.set_count(page, cell, chunk.count(page, cell) + 1);
                    add((head & (layout::CHUNK_CELLS - 1)) + layout::SUM, value);
                }
                fold_all(&collector, &shard);
            }
        });
        let [first, second] = [distribution(&collector), distribution(&collector)];
        assert!(first.count() <= second.count() && second.count() <= 2.0);
        assert!(first.sum() <= second.sum() && second.sum() <= 14.0);
        let quantile = second.quantile(1.0);
        assert!(quantile.is_none_or(|value| VALUES.contains(&value)), "{quantile:?}");
        writer.join().expect("the writer ends");
        let last = distribution(&collector);
        assert_eq!((last.count(), last.sum(), last.extremes()), (2.0, 14.0, Some((5.0, 9.0))));
    });
}

#[test]
fn a_series_that_is_used_again_during_a_sweep_keeps_its_number() {
    explore(Some(3), || {
        let collector = collector();
        let thread = Thread::of(&collector);
        thread.inc("jobs", &[("id", "a")], 1.0);
        assert!(collector.remove(&thread.shard, Kind::Counter, "jobs", &notch::texts(&[("id", "a")])));
        thread.renew();
        thread.collect_garbage(&[]);
        let writer = thread::spawn({
            let collector = collector.clone();
            move || Thread::of(&collector).inc("jobs", &[("id", "a")], 1.0)
        });
        collector.sweep();
        thread.inc("jobs", &[("id", "b")], 2.0);
        writer.join().expect("the writer ends");
        let expected = [("jobs{id=\"a\"}", 1.0), ("jobs{id=\"b\"}", 2.0)].map(|(key, value)| (key.to_owned(), value));
        assert_eq!(Window::default().snapshot(&collector).counters, expected);
    });
}

#[test]
fn a_gauge_that_moves_while_it_is_read_is_counted_once() {
    explore(None, || {
        let collector = collector();
        let thread = Thread::of(&collector);
        thread.set("open", &[("id", "a")], 7.0);
        let mover = thread::spawn(move || {
            thread.renew();
            thread.collect_garbage(&[]);
            thread
        });
        let gauges = || collector.read().whole_life().gauge(0).map(|state| state.value);
        assert_eq!([gauges(), gauges()], [Some(7.0); 2]);
        mover.join().expect("it moves");
        assert_eq!(gauges(), Some(7.0));
    });
}

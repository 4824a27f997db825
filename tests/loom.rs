//! The protocol of cells, flushes and readings under a model checker, which tries the interleavings of the threads at every
//! lock and every cell, and every value that a relaxed load may return. This is the collector's own code with loom's locks
//! and atomics (`src/cells/sync.rs`), in models small enough to be explored:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom cargo test --release --test loom
//! ```
#![cfg(loom)]

mod js_writer;

use std::sync::Arc;

use js_writer::{Thread, chunk_of, collector, merged, precision};
use loom::model::Builder;
use loom::thread;
use tallystick::cells::{CellIndex, Chunk, ClaimRole, Shard, layout};
use tallystick::collector::{Collector, FamilyOptions, Kind, Merge, Window};
use tallystick::histogram::{Distribution, LogLinear, Precision};

/// Explores a model, with a bound on preemptions if all interleavings would take hours.
fn explore(preemptions: Option<usize>, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = preemptions.or(builder.preemption_bound);
    builder.max_branches = 100_000;
    builder.check(model);
}

/// A counter's cell, written as by JavaScript: without a lock and without ordering.
struct Counter {
    collector: Arc<Collector>,
    shard: Arc<Shard>,
    chunk: Arc<Chunk>,
    offset: u32,
}

impl Counter {
    /// Registers the only series of these models in a new shard.
    fn open(collector: &Arc<Collector>) -> Self {
        Self::open_in(collector, &collector.open_shard(), &[])
    }

    /// Registers a series in an existing shard.
    fn open_in(collector: &Arc<Collector>, shard: &Arc<Shard>, labels: js_writer::Labels) -> Self {
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).expect("no options");
        let cell = collector.register(shard, family, labels);
        let chunk = chunk_of(shard, cell);
        Self { collector: collector.clone(), shard: shard.clone(), chunk, offset: cell.offset() }
    }

    fn inc(&self) {
        self.chunk.set(self.offset, self.chunk.read(self.offset) + 1.0);
    }

    fn cell(&self) -> CellIndex {
        CellIndex::new(self.chunk.number(), self.offset)
    }

    /// Flushes the shard, as the finaliser of the anchor does.
    fn flush(self) {
        self.collector.flush(&self.shard);
    }
}

/// The value of the only series, if a reader sees it.
fn count(collector: &Collector) -> Option<f64> {
    collector.read().cumulative_values().count(0).map(|count| count.increments.rounded)
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
            counter.flush();
        });
        let first = count(&collector).expect("registered before");
        let second = count(&collector).expect("registered before");
        assert!(first <= second && second <= 2.0, "{first} then {second}");
        writer.join().expect("the writer panicked");
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
        let end = thread::spawn(move || ending.flush());
        assert_eq!(count(&collector), Some(2.0));
        end.join().expect("the flush panicked");
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
            writer.join().expect("the writer panicked");
        }
        let reading = collector.read();
        assert_eq!(reading.names.series().count(), 1);
        assert_eq!(reading.cumulative_values().count(0).map(|count| count.increments.rounded), Some(2.0));
    });
}

#[test]
fn windows_split_recordings_without_gap_or_overlap() {
    explore(None, || {
        let collector = collector();
        let counter = Counter::open(&collector);
        let writer = thread::spawn(move || {
            counter.inc();
            counter.inc();
            counter.flush();
        });
        let window = Window::default();
        let windows = [window_count(&window, &collector), window_count(&window, &collector)];
        writer.join().expect("the writer panicked");
        let last = window_count(&window, &collector);
        assert!(windows.iter().all(|count| *count >= 0.0) && last >= 0.0, "{windows:?} then {last}");
        assert_eq!(windows[0] + windows[1] + last, 2.0, "{windows:?} then {last}");
        assert_eq!(window_count(&window, &collector), 0.0);
    });
}

/// A thread's values are hidden while it writes and ends: later ones are visible, and no value is ever negative.
fn hidden_while_a_thread_ends(hide: fn(&Collector, &Shard)) {
    explore(None, move || {
        let collector = collector();
        let (theirs, mine) = (Counter::open(&collector), collector.open_shard());
        theirs.inc();
        let writer = thread::spawn(move || {
            theirs.inc();
            theirs.flush();
        });
        hide(&collector, &mine);
        let mine = Counter::open_in(&collector, &mine, &[]);
        mine.inc();
        let first = count_of_all(&collector);
        assert!((1.0..=2.0).contains(&first), "{first}");
        writer.join().expect("the writer panicked");
        let last = count_of_all(&collector);
        assert!((first..=2.0).contains(&last), "{first} then {last}");
    });
}

/// The sum of all series, because a series that was freed comes back with another number.
fn count_of_all(collector: &Collector) -> f64 {
    Window::default().snapshot(collector).counters.iter().map(|(_, value)| value).sum()
}

#[test]
fn recordings_after_a_clear_are_visible_though_a_thread_ends_meanwhile() {
    hidden_while_a_thread_ends(Collector::clear);
}

#[test]
fn recordings_after_a_removal_are_visible_though_a_thread_ends_meanwhile() {
    hidden_while_a_thread_ends(|collector, mine| {
        assert!(collector.remove(mine, Kind::Counter, "jobs", &[]));
    });
}

const BEFORE: f64 = 100.0;

#[test]
fn counts_after_the_removal_of_a_series_are_never_lost() {
    explore(Some(3), || {
        let collector = collector();
        let theirs = Counter::open(&collector);
        theirs.chunk.set(theirs.offset, BEFORE);
        collector.remove(&collector.open_shard(), Kind::Counter, "jobs", &[]);
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                theirs.inc();
                assert_eq!(collector.release_removed(&theirs.shard).len(), 1);
                Counter::open_in(&collector, &theirs.shard, &[]).inc();
            }
        });
        let [first, second] = [(); 2].map(|()| count_of_all(&collector));
        assert!(first <= second && second <= 2.0, "{first} then {second}");
        writer.join().expect("the writer panicked");
        assert_eq!(count_of_all(&collector), 2.0);
    });
}

#[test]
fn no_reader_sees_counts_from_before_a_removal_while_the_thread_continues() {
    explore(Some(3), || {
        let collector = collector();
        let theirs = Counter::open(&collector);
        theirs.chunk.set(theirs.offset, BEFORE);
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                theirs.inc();
                if collector.release_removed(&theirs.shard).is_empty() {
                    theirs.inc();
                    return 0.0;
                }
                Counter::open_in(&collector, &theirs.shard, &[]).inc();
                1.0
            }
        });
        collector.remove(&collector.open_shard(), Kind::Counter, "jobs", &[]);
        let seen = count_of_all(&collector);
        assert!(seen <= 2.0, "{seen}");
        let after = writer.join().expect("the writer panicked");
        let last = count_of_all(&collector);
        assert!((after..=2.0).contains(&last) && seen <= last, "{seen} then {last}, {after} of it after the removal");
    });
}

#[test]
fn a_decrement_whose_cell_is_claimed_during_a_removal_is_released_with_the_series() {
    explore(Some(2), || {
        let collector = collector();
        let theirs = Counter::open(&collector);
        theirs.inc();
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                let cell = collector.claim_sibling(&theirs.shard, theirs.cell(), ClaimRole::Decrements);
                theirs.shard.write(cell, 1.0);
                theirs
            }
        });
        collector.remove(&collector.open_shard(), Kind::Counter, "jobs", &[]);
        let theirs = writer.join().expect("the writer panicked");
        let seen = count_of_all(&collector);
        assert!(seen == 0.0 || seen == -1.0, "{seen}");
        collector.release_removed(&theirs.shard);
        assert_eq!((theirs.chunk.claims(), count_of_all(&collector)), (0, seen));
        Counter::open_in(&collector, &theirs.shard, &[("id", "other")]).inc();
        let counters = Window::default().snapshot(&collector).counters;
        assert!(counters.contains(&("jobs{id=\"other\"}".to_owned(), 1.0)), "{counters:?}");
    });
}

#[test]
fn a_cell_that_is_reused_by_another_series_shows_nothing_of_the_first() {
    explore(Some(4), || {
        let collector = collector();
        let first = Counter::open_in(&collector, &collector.open_shard(), &[("id", "a")]);
        first.chunk.set(first.offset, BEFORE);
        // readers know the second series
        Counter::open_in(&collector, &collector.open_shard(), &[("id", "b")]);
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                collector.remove(&first.shard, Kind::Counter, "jobs", &js_writer::texts(&[("id", "a")]));
                let second = Counter::open_in(&collector, &first.shard, &[("id", "b")]);
                assert_eq!(second.cell(), first.cell());
                second.inc();
            }
        });
        for _ in 0..2 {
            for (key, value) in Window::default().snapshot(&collector).counters {
                let expected: &[f64] = if key == "jobs{id=\"a\"}" { &[BEFORE] } else { &[0.0, 1.0] };
                assert!(expected.contains(&value), "{key} = {value}");
            }
        }
        writer.join().expect("the writer panicked");
        let last = Window::default().snapshot(&collector).counters;
        assert_eq!(last, [("jobs{id=\"b\"}".to_owned(), 1.0)]);
    });
}

#[test]
fn a_cell_that_is_flushed_while_it_is_read_is_counted_once() {
    explore(None, || {
        let collector = collector();
        let counter = Counter::open(&collector);
        counter.inc();
        let writer = thread::spawn(move || {
            counter.collector.flush_cell(&counter.shard, counter.cell());
            counter.inc();
        });
        let [first, second] = [(); 2].map(|()| count(&collector).expect("registered before"));
        assert!((1.0..=second).contains(&first) && second <= 2.0, "{first} then {second}");
        writer.join().expect("the writer panicked");
        assert_eq!(count(&collector), Some(2.0));
    });
}

#[test]
fn a_gauge_with_a_time_shows_no_value_that_another_thread_has_replaced() {
    explore(None, || {
        let collector = collector();
        let (one, other) = (Thread::of(&collector), Thread::of(&collector));
        one.family(Kind::Gauge, "size", merged(Merge::Last));
        other.family(Kind::Gauge, "size", merged(Merge::Last));
        one.set_at("size", &[], 10.0, 1.0);
        other.set_at("size", &[], 20.0, 2.0);
        let cell = one.head(Kind::Gauge, "size", &[]);
        let chunk = chunk_of(&one.shard, cell);
        let writer = thread::spawn(move || chunk.set_timed(cell.offset(), 30.0, 3.0));
        let value = collector.read().cumulative_values().gauge(0).map(|state| state.value);
        assert!(value == Some(20.0) || value == Some(30.0), "{value:?}");
        writer.join().expect("the writer panicked");
        assert_eq!(collector.read().cumulative_values().gauge(0).map(|state| state.value), Some(30.0));
    });
}

#[test]
fn a_gauge_of_two_copies_in_a_thread_is_counted_once_while_the_newer_one_sets_it() {
    explore(Some(3), || {
        let collector = collector();
        let old = Thread::of(&collector);
        let new = old.copy();
        old.set("size", &[], 10.0);
        let writer = thread::spawn(move || {
            new.set("size", &[], 20.0);
            new
        });
        let value = collector.read().cumulative_values().gauge(0).map(|state| state.value);
        assert!(value == Some(10.0) || value == Some(20.0), "{value:?}");
        writer.join().expect("the writer panicked");
        assert_eq!(collector.read().cumulative_values().gauge(0).map(|state| state.value), Some(20.0));
    });
}

#[test]
fn a_gauge_that_was_not_set_is_absent_however_early_it_is_read() {
    explore(None, || {
        let collector = collector();
        // a chunk that readers already know
        let counter = Counter::open(&collector);
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                let family = collector.family(Kind::Gauge, "size", FamilyOptions::default()).expect("no options");
                let cell = collector.register(&counter.shard, family, &[]);
                chunk_of(&counter.shard, cell).set(cell.offset(), 7.0);
            }
        });
        let value = collector.read().cumulative_values().gauge(1).map(|state| state.value);
        assert!(value.is_none_or(|value| value == 7.0), "{value:?}");
        writer.join().expect("the writer panicked");
        assert_eq!(collector.read().cumulative_values().gauge(1).map(|state| state.value), Some(7.0));
    });
}

#[test]
fn a_gauge_in_a_reused_cell_is_absent_before_it_is_set() {
    explore(Some(3), || {
        let collector = collector();
        let (thread, other) = (Thread::of(&collector), Thread::of(&collector));
        for thread in [&thread, &other] {
            thread.family(Kind::Gauge, "size", merged(Merge::Min));
        }
        thread.set("size", &[("id", "a")], 5.0);
        other.set("size", &[("id", "b")], 7.0);
        let writer = thread::spawn(move || {
            thread.remove(Kind::Gauge, "size", &[("id", "a")]);
            thread.set("size", &[("id", "b")], 9.0);
            thread
        });
        let gauges = Window::default().snapshot(&collector).gauges;
        let smallest = gauges.iter().find(|(key, _)| key == "size{id=\"b\"}").map(|(_, value)| *value);
        assert_eq!(smallest, Some(7.0));
        writer.join().expect("the writer panicked");
    });
}

const VALUES: [f64; 2] = [5.0, 9.0];

fn distribution(collector: &Collector) -> Distribution {
    collector.read().cumulative_values().distribution(0).expect("registered before").into_owned()
}

#[test]
fn a_distribution_is_read_while_its_pages_are_created_and_flushed() {
    explore(Some(4), || {
        let collector = collector();
        let thread = Thread::of(&collector);
        thread.family(Kind::Timing, "render", precision(Precision::One));
        // with labels, since pages are claimed for these only
        let head = thread.head(Kind::Timing, "render", &[("id", "a")]);
        let shard = thread.shard.clone();
        let writer = thread::spawn({
            let collector = collector.clone();
            move || {
                let chunk = chunk_of(&shard, head);
                let buckets = LogLinear::nanoseconds(Precision::One);
                let add = |offset: u32, delta: f64| chunk.set(offset, chunk.read(offset) + delta);
                for value in VALUES {
                    let (entry, bucket) = buckets.place(value);
                    let page = collector.claim_page(&shard, head, entry);
                    let page = page.offset();
                    add(head.offset() + layout::SUM, value);
                    chunk.set_count(page, bucket, chunk.count(page, bucket) + 1);
                }
                collector.flush(&shard);
            }
        });
        let [first, second] = [distribution(&collector), distribution(&collector)];
        assert!(first.count() <= second.count() && second.count() <= 2.0);
        assert!(first.sum() <= second.sum() && second.sum() <= 14.0);
        let quantile = second.quantile(1.0);
        assert!(quantile.is_none_or(|value| VALUES.contains(&value)), "{quantile:?}");
        writer.join().expect("the writer panicked");
        let last = distribution(&collector);
        assert_eq!((last.count(), last.sum(), last.extremes()), (2.0, 14.0, Some((5.0, 9.0))));
    });
}

#[test]
fn a_page_that_is_reused_by_another_distribution_shows_nothing_of_the_first() {
    explore(Some(3), || {
        let collector = collector();
        let thread = Thread::of(&collector);
        let timing = |label| -> [(&str, &str); 1] { [("id", label)] };
        thread.observe_nanos("wait", &timing("a"), VALUES[0]);
        thread.observe_nanos("wait", &timing("a"), VALUES[0]);
        let writer = thread::spawn(move || {
            thread.remove(Kind::Timing, "wait", &timing("a"));
            thread.observe_nanos("wait", &timing("b"), VALUES[0]);
            thread
        });
        for _ in 0..2 {
            for (key, stats) in Window::default().snapshot(&collector).timings {
                let expected = if key == "wait{id=\"a\"}" { 2.0 } else { 1.0 };
                assert_eq!(stats.count, expected, "{key}");
            }
        }
        let thread = writer.join().expect("the writer panicked");
        let last = Window::default().snapshot(&collector).timings;
        assert_eq!(last.iter().map(|(_, stats)| stats.count).collect::<Vec<_>>(), [1.0]);
        drop(thread);
    });
}

/// Two buckets whose counts share a cell: each half is written alone, and both are loaded as one word. A reader sees of each half a
/// count that was in it, never less than before, and nothing of the other half.
#[test]
fn counts_of_32_bits_that_share_a_cell_are_read_as_they_were_written() {
    explore(None, || {
        let collector = collector();
        let thread = Thread::of(&collector);
        thread.family(Kind::Timing, "render", precision(Precision::One));
        let head = thread.head(Kind::Timing, "render", &[("id", "a")]);
        let layout = LogLinear::nanoseconds(Precision::One);
        // 32 and 34 are the first two buckets of their power of two
        let [(entry, lower), (_, upper)] = [32.0, 34.0].map(|value| layout.place(value));
        assert_eq!((lower, upper), (0, 1));
        let page = collector.claim_page(&thread.shard, head, entry);
        let (chunk, page) = (chunk_of(&thread.shard, page), page.offset());
        // every bit of the lower half is set before the upper half counts
        chunk.set_count(page, lower, u32::MAX);
        let writer = thread::spawn({
            let chunk = chunk.clone();
            move || {
                let count = |at| {
                    chunk.set_count(page, at, chunk.count(page, at).wrapping_add(1));
                    thread::yield_now();
                };
                count(upper);
                // the lower half starts again from 0, without a carry
                count(lower);
                count(upper);
            }
        });
        let read = || {
            let counts = chunk.counts(page, 2);
            [counts.get(lower), counts.get(upper)]
        };
        let read_later = || {
            // plain cells alone give the model checker no reason to switch
            thread::yield_now();
            read()
        };
        let [first, second, third] = [(); 3].map(|()| read_later());
        let all = f64::from(u32::MAX);
        for [lower, upper] in [first, second, third] {
            assert!([0.0, all].contains(&lower) && [0.0, 1.0, 2.0].contains(&upper), "{lower} {upper}");
        }
        for (one, next) in [(first, second), (second, third)] {
            assert!(one[0] >= next[0] && one[1] <= next[1], "{one:?} then {next:?}");
        }
        let sum = chunk.counts(page, 2).total();
        assert!([all, all + 1.0, 1.0, 2.0].contains(&sum), "{sum}");
        writer.join().expect("the writer panicked");
        assert_eq!((read(), chunk.counts(page, 2).total()), ([0.0, 2.0], 2.0));
    });
}

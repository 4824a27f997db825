//! Real threads that record as fast as they can, end and are replaced, while others read continuously.

mod js_writer;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use js_writer::{Thread, chunk_of, collector, merged};
use tallystick::collector::{Collector, Kind, Merge, Reading, Snapshot, Window};
use tallystick::histogram::Distribution;

const WRITERS: u64 = 8;
const READERS: usize = 2;
/// How often each writer ends its shard and opens a new one.
const SHARDS: u64 = 60;
const BATCHES: u64 = 40;
/// Recordings between two updates of the written counts.
const BATCH: u64 = 16;
const RECORDINGS: u64 = WRITERS * SHARDS * BATCHES * BATCH;

/// Durations in nanoseconds, used in turn: some share a page, others have their own.
const NANOS: [f64; 5] = [1.0, 900.0, 1000.0, 5e6, 70e9];
const TOTAL_NANOS: f64 = 1.0 + 900.0 + 1000.0 + 5e6 + 70e9;

/// The recordings that writers have started and finished.
#[derive(Default)]
struct Written {
    begun: AtomicU64,
    done: AtomicU64,
    is_over: AtomicBool,
}

impl Written {
    /// Records a batch, which is started before its first cell is written and finished after its last.
    fn batch(&self, record: impl FnMut(u64)) {
        self.begun.fetch_add(BATCH, Ordering::SeqCst);
        (0..BATCH).for_each(record);
        self.done.fetch_add(BATCH, Ordering::SeqCst);
    }

    /// Reads, and returns bounds of what was written.
    fn around<T>(&self, read: impl FnOnce() -> T) -> (f64, T, f64) {
        let least = self.done.load(Ordering::SeqCst) as f64;
        let value = read();
        (least, value, self.begun.load(Ordering::SeqCst) as f64)
    }
}

/// Each recording is one job, one sample of each duration in turn, and one job taken back.
fn write(collector: &Arc<Collector>, written: &Written) {
    let mut number = 0;
    for _ in 0..SHARDS {
        let thread = Thread::of(collector);
        for _ in 0..BATCHES {
            written.batch(|_| {
                thread.inc("jobs", &[], 1.0);
                thread.inc("jobs", &[], -1.0);
                thread.observe_nanos("render", &[], NANOS[number % NANOS.len()]);
                number += 1;
            });
        }
        thread.end();
    }
}

/// The series' numbers and the values of one reading.
fn values(reading: &Reading) -> Option<(f64, f64, Distribution)> {
    let since = reading.cumulative_values();
    let count = since.count(0)?;
    let distribution = since.distribution(1)?;
    Some((count.increments.rounded, count.decrements.rounded, distribution.into_owned()))
}

/// Everything that must never decrease: increments, decrements, samples, their sum, and the counts up to each duration.
fn parts((increments, decrements, timing): &(f64, f64, Distribution)) -> Vec<f64> {
    let (mut parts, count) = timing.cumulative(&NANOS);
    // cumulative counts ascend together
    parts.extend([*increments, *decrements, count, timing.sum()]);
    parts
}

/// Reads until everything is written. Each reading must be between what was written before and after it, and must never decrease.
fn read(collector: &Collector, written: &Written) -> u64 {
    let mut before: Vec<f64> = Vec::new();
    let mut readings = 0;
    while !written.is_over.load(Ordering::SeqCst) {
        let (least, reading, most) = written.around(|| collector.read());
        let Some(values) = values(&reading) else { continue };
        let now = parts(&values);
        for (name, total) in [("increments", values.0), ("decrements", values.1), ("samples", values.2.count())] {
            assert!((least..=most).contains(&total), "{name}: {total} is not between {least} and {most}");
        }
        assert!(before.iter().zip(&now).all(|(before, now)| before <= now), "{before:?} then {now:?}");
        before = now;
        readings += 1;
    }
    readings
}

/// What consecutive windows have seen in total.
#[derive(Default)]
struct Seen {
    net: f64,
    samples: f64,
    nanos: f64,
}

impl Seen {
    fn add(&mut self, snapshot: &Snapshot) {
        for (_, stats) in &snapshot.timings {
            assert!(stats.count > 0.0 && stats.min <= stats.max, "{stats:?}");
            self.samples += stats.count;
            self.nanos += stats.sum * 1e6;
        }
        self.net += snapshot.counters.iter().map(|(_, value)| value).sum::<f64>();
    }
}

fn reset_until_over(collector: &Collector, window: &Window, written: &Written) -> Seen {
    let mut seen = Seen::default();
    while !written.is_over.load(Ordering::SeqCst) {
        seen.add(&window.snapshot_and_reset(collector));
    }
    seen
}

#[test]
fn totals_are_exact_and_never_decrease_while_threads_record_and_end() {
    let collector = collector();
    // series are numbered in the order of registration
    let first = Thread::of(&collector);
    first.head(Kind::Counter, "jobs", &[]);
    first.head(Kind::Timing, "render", &[]);
    let written = Written::default();
    let window = Window::default();
    let (readings, mut seen) = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(|| read(&collector, &written))).collect();
        let resets = scope.spawn(|| reset_until_over(&collector, &window, &written));
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(|| write(&collector, &written))).collect();
        let ended: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        written.is_over.store(true, Ordering::SeqCst);
        for ended in ended {
            ended.expect("the writer panicked");
        }
        let readings: u64 = readers.into_iter().map(|reader| reader.join().expect("a reader panicked")).sum();
        (readings, resets.join().expect("a reader of windows panicked"))
    });
    assert!(readings > 0);
    // a reading in the middle of the last recording has counted it and not yet its sum: the window that shows the series next does
    for nanos in NANOS {
        first.observe_nanos("render", &[], nanos);
    }

    let recordings = RECORDINGS as f64;
    let samples = recordings + NANOS.len() as f64;
    let (increments, decrements, timing) = values(&collector.read()).expect("recorded");
    assert_eq!((increments, decrements, timing.count()), (recordings, recordings, samples));
    let rounds = samples / NANOS.len() as f64;
    assert_eq!(timing.sum(), rounds * TOTAL_NANOS);
    assert_eq!(timing.cumulative(&NANOS).0, [1.0, 2.0, 3.0, 4.0, 5.0].map(|share| share * rounds));
    assert_eq!(timing.extremes(), Some((1.0, 70e9)));

    seen.add(&window.snapshot_and_reset(&collector));
    assert_eq!((seen.net, seen.samples), (0.0, samples));
    assert!((seen.nanos - timing.sum()).abs() <= timing.sum() * 1e-9, "{} of {}", seen.nanos, timing.sum());
    assert_eq!(window.snapshot(&collector), Snapshot::default());
}

#[test]
fn series_that_threads_create_at_the_same_time_are_the_same_series() {
    const SERIES: usize = 200;
    let collector = collector();
    let written = Written::default();
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !written.is_over.load(Ordering::SeqCst) {
                let counters = Window::default().snapshot(&collector).counters;
                assert!(counters.is_sorted_by(|one, next| one.0 < next.0), "a key twice in {counters:?}");
                assert!(counters.iter().all(|(_, value)| *value <= WRITERS as f64));
            }
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                scope.spawn(|| {
                    let thread = Thread::of(&collector);
                    for series in 0..SERIES {
                        thread.inc("jobs", &[("series", &series.to_string())], 1.0);
                    }
                    thread.end();
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("the writer panicked");
        }
        written.is_over.store(true, Ordering::SeqCst);
        reader.join().expect("a reader panicked");
    });
    let counters = Window::default().snapshot(&collector).counters;
    assert_eq!(counters.len(), SERIES);
    assert!(counters.iter().all(|(_, value)| *value == WRITERS as f64), "{counters:?}");
}

#[test]
fn a_gauge_whose_thread_ended_while_it_set_it_is_in_every_reading() {
    let collector = collector();
    let [one, other] = [Thread::of(&collector), Thread::of(&collector)];
    for thread in [&one, &other] {
        thread.family(Kind::Gauge, "size", merged(Merge::Last));
    }
    let shown =
        || Window::default().snapshot(&collector).gauges.into_iter().map(|(_, value)| value).collect::<Vec<_>>();
    let cell = one.head(Kind::Gauge, "size", &[]);
    let chunk = chunk_of(&one.shard, cell);
    chunk.set_timed(cell.offset(), 10.0, 1.0);
    // the value alone, without the time and the check
    chunk.set(cell.offset(), 30.0);
    assert_eq!(shown(), [30.0]);
    other.set_at("size", &[], 20.0, 0.5);
    assert_eq!(shown(), [20.0], "what is whole counts more");
}

#[test]
fn a_gauge_with_a_time_that_is_set_continuously_is_in_every_reading() {
    const READINGS: usize = 1_000;
    let collector = collector();
    let is_over = AtomicBool::new(false);
    let ready = Barrier::new(WRITERS as usize + 1);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (collector, is_over, ready) = (&collector, &is_over, &ready);
            scope.spawn(move || {
                let thread = Thread::of(collector);
                let name = writer.to_string();
                thread.family(Kind::Gauge, &name, merged(Merge::Last));
                let cell = thread.head(Kind::Gauge, &name, &[]);
                let (chunk, at) = (chunk_of(&thread.shard, cell), cell.offset());
                chunk.set_timed(at, 0.0, 0.0);
                ready.wait();
                for time in (0..).take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    chunk.set_timed(at, f64::from(time), f64::from(time));
                }
                thread.end();
            });
        }
        ready.wait();
        let missing: usize =
            (0..READINGS).map(|_| WRITERS as usize - Window::default().snapshot(&collector).gauges.len()).sum();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(missing, 0);
    });
}

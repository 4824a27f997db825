//! The whole core at once, for `TALLYSTICK_SOAK_SECONDS`, by default a second: threads record, remove, end and are flushed, while others
//! remove what these record, read, reset and report. `npm run soak` runs it under valgrind.

mod js_writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use js_writer::{Thread, collector};
use tallystick::collector::{Collector, Kind, ReportRequest, ReportWindow, Snapshot, Window};
use tallystick::exposition::{DEFAULT_BUCKETS_MILLIS, json_snapshot, prometheus_text};

const WRITERS: u64 = 3;
/// Rounds in the life of a shard, and the labelled series that each round creates and removes.
const ROUNDS: u64 = 24;
const CONNECTIONS: u64 = 40;
/// Powers of two of nanoseconds, with more pages than fit into a first chunk.
const POWERS: u64 = 40;
/// The pause between two rounds of a reader, whose lock writers need for removals.
const PACE: Duration = Duration::from_millis(5);

/// The recordings of the writers.
#[derive(Default)]
struct Tally {
    jobs: AtomicU64,
    threads: AtomicU64,
    is_over: AtomicBool,
}

impl Tally {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    fn jobs(&self) -> f64 {
        self.jobs.load(Ordering::SeqCst) as f64
    }
}

/// One thread after the other, until the end.
fn write(collector: &Arc<Collector>, tally: &Tally, writer: u64) {
    for life in (0_u64..).take_while(|_| !tally.is_over()) {
        let thread = Thread::of(collector);
        for round in (0..ROUNDS).take_while(|_| !tally.is_over()) {
            work(&thread, tally, round);
            come_and_go(&thread, &format!("{writer} {life} {round}"));
        }
        thread.end();
        tally.threads.fetch_add(1, Ordering::SeqCst);
    }
}

/// One job for each power of two, in every kind of permanent series.
fn work(thread: &Thread, tally: &Tally, round: u64) {
    for power in 0..POWERS {
        let nanos = (power as f64).exp2();
        thread.inc("jobs", &[], 1.0);
        thread.inc("jobs", &[], -1.0);
        thread.inc("requests", &[("method", "GET"), ("status", if power % 2 == 0 { "200" } else { "404" })], 1.0);
        thread.observe_nanos("wait", &[], nanos);
        thread.observe_nanos("wait", &[("route", "/")], nanos);
        thread.observe("size", &[], nanos / 8.0);
        tally.jobs.fetch_add(1, Ordering::SeqCst);
    }
    record_passing(thread, round);
    thread.collector.trace(round as f64, "round".to_owned(), js_writer::texts(&[("at", "x")]));
}

/// Another thread removes these series while writers record them.
const SLOTS: [&str; 4] = ["a", "b", "c", "d"];

fn record_passing(thread: &Thread, round: u64) {
    let labels: js_writer::Labels = &[("slot", SLOTS[round as usize % SLOTS.len()])];
    for delta in [2.0, -1.0, 0.0] {
        thread.inc("passing", labels, delta);
    }
    thread.set("busy", labels, round as f64);
    thread.observe_nanos("passing", labels, (round as f64).exp2());
}

fn remove_passing(thread: &Thread) {
    for slot in SLOTS {
        for (kind, name) in [(Kind::Counter, "passing"), (Kind::Gauge, "busy"), (Kind::Timing, "passing")] {
            thread.remove(kind, name, &[("slot", slot)]);
        }
    }
}

/// Creates and removes labelled series.
fn come_and_go(thread: &Thread, owner: &str) {
    for at in 0..CONNECTIONS {
        let id = format!("{owner} {at}");
        let labels: js_writer::Labels = &[("id", &id)];
        thread.inc("bytes", labels, 3.0);
        thread.set("open", labels, 1.0);
        thread.observe_nanos("wait", labels, (at as f64).exp2());
        for (kind, name) in [(Kind::Counter, "bytes"), (Kind::Gauge, "open"), (Kind::Timing, "wait")] {
            thread.remove(kind, name, labels);
        }
    }
}

/// Expositions, whose samples never decrease, and collectors that live for one reading.
fn expose(collector: &Arc<Collector>, tally: &Tally) -> u64 {
    let (mut last, mut readings) = (0.0, 0);
    while !tally.is_over() {
        let text = String::from_utf8(prometheus_text(collector, &DEFAULT_BUCKETS_MILLIS)).expect("UTF-8");
        let jobs = text.lines().find_map(|line| line.strip_prefix("jobs_total "));
        let jobs: f64 = jobs.map_or(0.0, |value| value.parse().expect("a number"));
        assert!(jobs >= last, "{last} then {jobs}");
        last = jobs;
        readings += 1;
        live_shortly();
        thread::sleep(PACE);
    }
    readings
}

/// Creates, uses, clears, reads and drops a collector.
fn live_shortly() {
    let own = js_writer::collector();
    let thread = Thread::of(&own);
    for times in [1.0, 2.0] {
        thread.inc("short", &[("kept", "true")], times);
        thread.observe_nanos("short", &[], times);
        thread.clear();
    }
    assert_eq!(Window::default().snapshot(&own), Snapshot::default());
    thread.end();
}

/// Resets a window until the end, and returns what it has seen in total: permanent jobs, samples, requests.
fn reset_until_over(collector: &Collector, window: &Window, tally: &Tally) -> [f64; 3] {
    let mut seen = [0.0; 3];
    while !tally.is_over() {
        let snapshot = window.snapshot_and_reset(collector);
        assert!(json_snapshot(&snapshot).ends_with(b"}"));
        add(&mut seen, &snapshot);
        thread::sleep(PACE);
    }
    seen
}

fn add(seen: &mut [f64; 3], snapshot: &Snapshot) {
    for (key, value) in &snapshot.counters {
        seen[0] += if key == "jobs" { *value } else { 0.0 };
        seen[2] += if key.starts_with("requests{") { *value } else { 0.0 };
    }
    let wait = snapshot.timings.iter().find(|(key, _)| key == "wait");
    seen[1] += wait.map_or(0.0, |(_, stats)| stats.count);
}

/// Removals of what the writers record, reports that are cleared, values of one series.
fn remove(collector: &Arc<Collector>, tally: &Tally) {
    let thread = Thread::of(collector);
    let reports = ReportWindow::new(collector);
    let request = ReportRequest { kinds: Kind::ALL.to_vec(), quantiles: vec![0.5, 0.99] };
    while !tally.is_over() {
        remove_passing(&thread);
        let report = reports.report(collector, &request, None);
        assert!(report.counters.len() <= 4, "{:?}", report.counters);
        reports.clear_counters(collector);
        reports.clear_distributions(collector);
        let _ = collector.value(Kind::Timing, "wait", &js_writer::texts(&[("route", "/")]));
        let _ = collector.trace_since(0);
        thread::sleep(PACE);
    }
}

fn seconds() -> Duration {
    let given = std::env::var("TALLYSTICK_SOAK_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs_f64(given.unwrap_or(1.0))
}

#[test]
fn totals_are_exact_after_everything_at_once() {
    let collector = collector();
    let (tally, window) = (Tally::default(), Window::default());
    let ends = Instant::now() + seconds();
    let (mut seen, readings) = thread::scope(|scope| {
        let (collector, tally) = (&collector, &tally);
        let writers: Vec<_> = (0..WRITERS).map(|number| scope.spawn(move || write(collector, tally, number))).collect();
        let reader = scope.spawn(|| expose(collector, tally));
        let resets = scope.spawn(|| reset_until_over(collector, &window, tally));
        let remover = scope.spawn(|| remove(collector, tally));
        while Instant::now() < ends && writers.iter().all(|writer| !writer.is_finished()) {
            thread::park_timeout(ends.saturating_duration_since(Instant::now()).min(Duration::from_millis(50)));
        }
        tally.is_over.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.join().expect("the writer panicked");
        }
        remover.join().expect("the remover panicked");
        (resets.join().expect("a reader of windows panicked"), reader.join().expect("the reader panicked"))
    });
    remove_passing(&Thread::of(&collector));
    check(&collector, &tally);
    add(&mut seen, &window.snapshot_and_reset(&collector));
    assert_eq!(seen, [0.0, tally.jobs(), tally.jobs()]);
    println!("{} jobs of {} threads, {readings} expositions", tally.jobs(), tally.threads.load(Ordering::SeqCst));
}

/// The totals, and that nothing else is left.
fn check(collector: &Arc<Collector>, tally: &Tally) {
    let jobs = tally.jobs();
    let snapshot = Window::default().snapshot(collector);
    let requests = |status: &str| (format!("requests{{method=\"GET\",status=\"{status}\"}}"), jobs / 2.0);
    assert_eq!(snapshot.counters, [("jobs".to_owned(), 0.0), requests("200"), requests("404")]);
    assert_eq!(snapshot.gauges, []);
    let counts: Vec<_> = snapshot.timings.iter().map(|(key, stats)| (key.as_str(), stats.count)).collect();
    assert_eq!(counts, [("wait", jobs), ("wait{route=\"/\"}", jobs)]);
    let longest = ((POWERS - 1) as f64).exp2() / 1e6;
    assert!(snapshot.timings.iter().all(|(_, stats)| (stats.max - longest).abs() < longest * 1e-9));
    let text = String::from_utf8(prometheus_text(collector, &DEFAULT_BUCKETS_MILLIS)).expect("UTF-8");
    assert!(text.contains(&format!("\njobs_total {jobs}\n")), "{text}");
}

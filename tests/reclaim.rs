//! Removed series are freed and their numbers given again, and nobody's values change by it.

mod notch;

use std::collections::BTreeMap;
use std::sync::Arc;

use notch::{Thread, collector};
use proptest::prelude::*;
use tallystick::cells::CellIndex;
use tallystick::collector::{Collector, Kind, ReportRequest, ReportWindow, Value, Window};
use tallystick::exposition::{DEFAULT_BUCKETS_MILLIS, prometheus_text};
use tallystick::histogram::{LogLinear, Precision};

fn counters(collector: &Collector) -> Vec<(String, f64)> {
    Window::default().snapshot(collector).counters
}

fn series(collector: &Collector) -> usize {
    let names = collector.read().names;
    (0..names.series().count() as u32).filter(|number| names.get(*number).is_some()).count()
}

fn remove(thread: &Thread, kind: Kind, name: &str, label: &str) {
    thread.collector.remove(&thread.shard, kind, name, &notch::texts(&[("id", label)]));
}

/// Sweeps, lets the thread begin anew and collects what it let go of, so that all is freed that can be.
fn reclaim(thread: &Thread) {
    thread.renew();
    thread.collect_garbage(&[]);
    thread.collector.sweep();
}

#[test]
fn numbers_and_texts_of_removed_series_are_given_again() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for round in 0..100 {
        for id in 0..100 {
            let id = format!("{round}-{id}");
            thread.inc("jobs", &[("id", &id)], 1.0);
            thread.observe_nanos("wait", &[("id", &id)], 7.0);
            thread.set("open", &[("id", &id)], 1.0);
            for (kind, name) in [(Kind::Counter, "jobs"), (Kind::Timing, "wait"), (Kind::Gauge, "open")] {
                remove(&thread, kind, name, &id);
            }
        }
        reclaim(&thread);
    }
    let names = collector.read().names;
    assert!(names.series().count() <= 300, "{}", names.series().count());
    assert_eq!(series(&collector), 0);
    assert!(collector.symbol(&thread.shard, "a text that is new") <= 202);
    assert!(thread.shard.chunks().iter().flatten().count() == 0, "all chunks had removed series only");
    assert_eq!(counters(&collector), []);
}

#[test]
fn a_reader_who_began_before_does_not_take_a_new_series_for_the_old_one_of_its_number() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let window = Window::default();
    thread.inc("jobs", &[("id", "old")], 5.0);
    let _ = window.snapshot_and_reset(&collector);
    remove(&thread, Kind::Counter, "jobs", "old");
    reclaim(&thread);
    thread.inc("jobs", &[("id", "new")], 2.0);
    let expected = [("jobs{id=\"new\"}".to_owned(), 2.0)];
    assert_eq!(window.snapshot_and_reset(&collector).counters, expected);
    assert_eq!(window.snapshot(&collector).counters, []);
    assert_eq!(counters(&collector), expected);
    assert_eq!(collector.read().names.series().count(), 1, "the number was not given again, so this tests nothing");
}

#[test]
fn a_series_with_a_cell_keeps_its_number() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let kept = thread.head(Kind::Counter, "jobs", &[("id", "kept")]);
    remove(&thread, Kind::Counter, "jobs", "kept");
    thread.renew();
    thread.collect_garbage(&[kept]);
    collector.sweep();
    thread.inc("jobs", &[("id", "other")], 1.0);
    thread.add(kept, 3.0);
    let expected = [("jobs{id=\"kept\"}", 3.0), ("jobs{id=\"other\"}", 1.0)];
    assert_eq!(counters(&collector), expected.map(|(key, value)| (key.to_owned(), value)));
}

#[test]
fn a_series_that_is_asked_for_again_before_the_sweep_is_not_freed() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[("id", "a")], 1.0);
    remove(&thread, Kind::Counter, "jobs", "a");
    thread.renew();
    thread.collect_garbage(&[]);
    let cell = thread.head(Kind::Counter, "jobs", &[("id", "a")]);
    collector.sweep();
    thread.add(cell, 2.0);
    assert_eq!(counters(&collector), [("jobs{id=\"a\"}".to_owned(), 2.0)]);
}

#[test]
fn a_thread_with_mostly_removed_series_is_asked_to_begin_anew_and_others_are_not() {
    let collector = collector();
    let (mostly, half) = (Thread::of(&collector), Thread::of(&collector));
    for id in 0..2000 {
        mostly.inc("jobs", &[("id", &format!("mostly {id}"))], 1.0);
        half.inc("jobs", &[("id", &format!("half {id}"))], 1.0);
    }
    for id in 0..2000 {
        remove(&mostly, Kind::Counter, "jobs", &format!("mostly {id}"));
        if id < 900 {
            remove(&half, Kind::Counter, "jobs", &format!("half {id}"));
        }
    }
    collector.sweep();
    let is_due = |thread: &Thread| thread.shard.renewal_due().load(std::sync::atomic::Ordering::Relaxed) == 1;
    assert!(is_due(&mostly) && !is_due(&half));
    reclaim(&mostly);
    collector.sweep();
    assert!(!is_due(&mostly) && !is_due(&half));
    assert_eq!(series(&collector), 2000, "those of the other thread have cells");
    assert_eq!(counters(&collector).len(), 1100);
}

#[test]
fn downs_that_were_folded_before_the_ups_are_read() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let kept: &[(&str, &str)] = &[("id", "kept")];
    let value = || collector.value(Kind::Counter, "jobs", &notch::texts(kept));
    thread.inc("jobs", kept, 5.0);
    // so many that the downs are claimed in another chunk
    (0..300).for_each(|id| thread.inc("jobs", &[("id", &id.to_string())], 1.0));
    thread.inc("jobs", kept, -2.0);
    thread.inc("jobs", kept, 0.0);
    let ups = thread.head(Kind::Counter, "jobs", kept);
    thread.renew();
    thread.collect_garbage(&[ups]);
    assert_eq!(thread.shard.chunks().iter().flatten().count(), 1, "one chunk is kept, or this tests nothing");
    assert!(matches!(value(), Some(Value::Number(3.0))), "{:?}", value());
    remove(&thread, Kind::Counter, "jobs", "kept");
    assert!(value().is_none());
    thread.add(ups, 1.0);
    assert!(matches!(value(), Some(Value::Number(1.0))), "{:?}", value());
    assert!(counters(&collector).contains(&("jobs{id=\"kept\"}".to_owned(), 1.0)));
}

#[test]
fn a_chunk_of_pages_stays_until_no_head_leads_there() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let cells = LogLinear::nanoseconds(Precision::One);
    let labels: &[(&str, &str)] = &[("id", "kept")];
    let head = thread.head(Kind::Timing, "wait", labels);
    let record = |power: i32| {
        let value = f64::from(power).exp2();
        thread.count(head, cells, value);
        thread.note(head, value);
    };
    // more than fits in the first chunk
    (0..40).for_each(record);
    thread.renew();
    thread.collect_garbage(&[head]);
    (0..50).for_each(record);
    let count = |collector: &Collector| Window::default().snapshot(collector).timings[0].1.count;
    assert_eq!(count(&collector), 90.0);
    thread.renew();
    thread.collect_garbage(&[head]);
    (0..53).for_each(record);
    assert_eq!(count(&collector), 143.0);
    thread.renew();
    thread.collect_garbage(&[]);
    assert_eq!(count(&collector), 143.0);
    assert_eq!(thread.shard.chunks().iter().flatten().count(), 0);
}

#[test]
fn a_shard_that_let_go_of_all_is_read_again() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[("id", "a")], 1.0);
    thread.renew();
    thread.collect_garbage(&[]);
    thread.inc("jobs", &[("id", "a")], 1.0);
    assert_eq!(counters(&collector), [("jobs{id=\"a\"}".to_owned(), 2.0)]);
    thread.end();
    assert_eq!(counters(&collector), [("jobs{id=\"a\"}".to_owned(), 2.0)]);
}

const IDS: [&str; 3] = ["a", "b", "c"];

#[derive(Clone, Copy, Debug)]
enum Step {
    Inc(usize, usize),
    Observe(usize, usize),
    Set(usize, usize),
    Keep(usize, usize),
    IncKept(usize),
    SetKept(usize),
    Remove(usize, usize),
    Renew(usize),
    CollectGarbage(usize),
    Sweep,
    Reset,
    ResetReports,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (thread, id) = (|| 0..2_usize, || 0..IDS.len());
    let step = prop_oneof![
        4 => (thread(), id()).prop_map(|(thread, id)| Step::Inc(thread, id)),
        3 => (thread(), id()).prop_map(|(thread, id)| Step::Observe(thread, id)),
        3 => (thread(), id()).prop_map(|(thread, id)| Step::Set(thread, id)),
        1 => (thread(), id()).prop_map(|(thread, id)| Step::Keep(thread, id)),
        2 => (0..8_usize).prop_map(Step::IncKept),
        2 => (0..8_usize).prop_map(Step::SetKept),
        3 => (thread(), id()).prop_map(|(thread, id)| Step::Remove(thread, id)),
        2 => thread().prop_map(Step::Renew),
        2 => thread().prop_map(Step::CollectGarbage),
        2 => Just(Step::Sweep),
        1 => Just(Step::Reset),
        1 => Just(Step::ResetReports),
    ];
    proptest::collection::vec(step, 1..80)
}

/// What the values should be, without any of the machinery.
#[derive(Default)]
struct Expected {
    counts: BTreeMap<usize, f64>,
    timed: BTreeMap<usize, f64>,
    // the same of what came since the reports were reset
    reported: BTreeMap<usize, f64>,
    reported_timed: BTreeMap<usize, f64>,
    // by thread and series
    set: BTreeMap<(usize, usize), f64>,
}

struct Kept {
    thread: usize,
    id: usize,
    counter: CellIndex,
    gauge: CellIndex,
}

fn request() -> ReportRequest {
    ReportRequest { kinds: vec![Kind::Counter, Kind::Timing], shares: vec![0.5] }
}

fn key(name: &str, id: usize) -> String {
    format!("{name}{{id=\"{}\"}}", IDS[id])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn whatever_is_removed_freed_and_used_again_the_values_are_right(steps in steps()) {
        let collector = collector();
        let threads = [Thread::of(&collector), Thread::of(&collector)];
        let (window, reports) = (Window::default(), ReportWindow::new(&collector));
        let (mut expected, mut kept) = (Expected::default(), Vec::<Kept>::new());
        for (at, step) in steps.into_iter().enumerate() {
            // a gauge of another thread that was removed is seen again when it changes
            let state = at as f64 + 1.0;
            match step {
                Step::Inc(thread, id) => {
                    threads[thread].inc("jobs", &[("id", IDS[id])], 1.0);
                    *expected.counts.entry(id).or_default() += 1.0;
                    *expected.reported.entry(id).or_default() += 1.0;
                }
                Step::Observe(thread, id) => {
                    threads[thread].observe_nanos("wait", &[("id", IDS[id])], f64::from(at as u32 % 50).exp2());
                    *expected.timed.entry(id).or_default() += 1.0;
                    *expected.reported_timed.entry(id).or_default() += 1.0;
                }
                Step::Set(thread, id) => {
                    threads[thread].set("open", &[("id", IDS[id])], state);
                    expected.set.insert((thread, id), state);
                }
                Step::Keep(thread, id) => {
                    let counter = threads[thread].head(Kind::Counter, "jobs", &[("id", IDS[id])]);
                    let gauge = threads[thread].head(Kind::Gauge, "open", &[("id", IDS[id])]);
                    kept.push(Kept { thread, id, counter, gauge });
                }
                Step::IncKept(which) => {
                    if let Some(kept) = kept.get(which) {
                        threads[kept.thread].add(kept.counter, 1.0);
                        *expected.counts.entry(kept.id).or_default() += 1.0;
                        *expected.reported.entry(kept.id).or_default() += 1.0;
                    }
                }
                Step::SetKept(which) => {
                    if let Some(kept) = kept.get_mut(which) {
                        let shard = &threads[kept.thread].shard;
                        kept.gauge = collector.gauge(shard, kept.gauge);
                        shard.write(kept.gauge, state);
                        expected.set.insert((kept.thread, kept.id), state);
                    }
                }
                Step::Remove(thread, id) => {
                    for (kind, name) in [(Kind::Counter, "jobs"), (Kind::Timing, "wait"), (Kind::Gauge, "open")] {
                        remove(&threads[thread], kind, name, IDS[id]);
                    }
                    expected.counts.remove(&id);
                    expected.timed.remove(&id);
                    expected.reported.remove(&id);
                    expected.reported_timed.remove(&id);
                    expected.set.retain(|(_, other), _| *other != id);
                }
                Step::Renew(thread) => threads[thread].renew(),
                Step::CollectGarbage(thread) => {
                    let kept = kept.iter().filter(|kept| kept.thread == thread);
                    let cells: Vec<CellIndex> = kept.flat_map(|kept| [kept.counter, kept.gauge]).collect();
                    threads[thread].collect_garbage(&cells);
                }
                Step::Sweep => collector.sweep(),
                Step::Reset => {
                    let _ = window.snapshot_and_reset(&collector);
                    expected.counts.clear();
                    expected.timed.clear();
                }
                // counters first: what each has seen is of its own time
                Step::ResetReports => {
                    reports.clear_counters(&collector);
                    expected.reported.clear();
                    if at % 2 == 0 {
                        reports.clear_distributions(&collector);
                        expected.reported_timed.clear();
                    }
                }
            }
            let snapshot = window.snapshot(&collector);
            let counted: BTreeMap<String, f64> = snapshot.counters.into_iter().filter(|(_, value)| *value != 0.0).collect();
            let timed: BTreeMap<String, f64> = snapshot.timings.into_iter().map(|(key, stats)| (key, stats.count)).collect();
            let mut sums = BTreeMap::<String, f64>::new();
            for ((_, id), state) in &expected.set {
                *sums.entry(key("open", *id)).or_default() += state;
            }
            let named = |name: &str, of: &BTreeMap<usize, f64>| of.iter().map(|(id, value)| (key(name, *id), *value)).collect();
            prop_assert_eq!(counted, named("jobs", &expected.counts), "counters after step {}: {:?}", at, step);
            prop_assert_eq!(timed, named("wait", &expected.timed), "timings after step {}: {:?}", at, step);
            let report = reports.report(&collector, &request(), None);
            let reported: Vec<f64> = report.counters.iter().map(|(_, value)| *value).filter(|value| *value != 0.0).collect();
            let sum = |of: &BTreeMap<usize, f64>| of.values().sum::<f64>();
            prop_assert_eq!(reported.iter().sum::<f64>(), sum(&expected.reported), "report after step {}: {:?}", at, step);
            prop_assert_eq!(report.histograms.is_empty(), expected.reported_timed.is_empty(), "report after step {}: {:?}", at, step);
            prop_assert_eq!(snapshot.gauges.into_iter().collect::<BTreeMap<_, _>>(), sums, "gauges after step {}: {:?}", at, step);
        }
    }
}

#[test]
fn threads_that_remove_and_begin_anew_while_others_read_lose_nothing() {
    const ROUNDS: usize = 200;
    let collector = collector();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let collector: &Arc<Collector> = &collector;
                scope.spawn(move || {
                    let thread = Thread::of(collector);
                    for round in 0..ROUNDS {
                        thread.inc("jobs", &[("id", "stays")], 1.0);
                        let id = format!("{writer} {round}");
                        thread.inc("jobs", &[("id", &id)], 1.0);
                        thread.set("open", &[("id", &id)], 1.0);
                        remove(&thread, Kind::Counter, "jobs", &id);
                        remove(&thread, Kind::Gauge, "open", &id);
                        if round % 10 == 9 {
                            thread.renew();
                        }
                        if round % 20 == 19 {
                            thread.collect_garbage(&[]);
                        }
                    }
                    thread.end();
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let mut last = 0.0;
            while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                collector.sweep();
                let text = String::from_utf8(prometheus_text(&collector, &DEFAULT_BUCKETS_MILLIS)).expect("UTF-8");
                let stays = text.lines().find_map(|line| line.strip_prefix("jobs_total{id=\"stays\"} "));
                let now: f64 = stays.map_or(0.0, |value| value.parse().expect("a number"));
                assert!(now >= last, "{last} then {now}");
                last = now;
            }
        });
        for writer in writers {
            writer.join().expect("the writer ends");
        }
        is_over.store(true, std::sync::atomic::Ordering::SeqCst);
        reader.join().expect("the reader ends");
    });
    collector.sweep();
    assert_eq!(counters(&collector), [("jobs{id=\"stays\"}".to_owned(), (3 * ROUNDS) as f64)]);
    assert_eq!(series(&collector), 1);
}

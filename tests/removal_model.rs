//! Random recordings, removals, clears and thread ends, in any order, compared with plain maps.

mod js_writer;

use std::collections::BTreeMap;
use std::sync::Arc;

use js_writer::{Thread, bounds, collector, merged, texts};
use proptest::prelude::*;
use tallystick::collector::{Collector, Kind, Merge, ReportRequest, ReportWindow, Snapshot, Stats, Value, Window};

/// The series without labels, and some with labels.
const IDS: [&str; 4] = ["", "a", "b", "c"];
const BOUNDS: [f64; 2] = [10.0, 1e6];
/// Families of every kind.
const FAMILIES: [(Kind, &str); 6] = [
    (Kind::Counter, "jobs"),
    (Kind::Gauge, "open"),
    (Kind::Gauge, "last"),
    (Kind::Timing, "wait"),
    (Kind::Histogram, "any"),
    (Kind::Histogram, "bounded"),
];
/// Two threads, and a second copy of the package in the first one.
const THREADS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Step {
    Inc { thread: usize, id: usize, delta: i32 },
    Set { thread: usize, id: usize, family: usize },
    Observe { thread: usize, id: usize, family: usize, power: i32 },
    Remove { thread: usize, id: usize, family: usize },
    Clear { thread: usize },
    Release { thread: usize },
    End { thread: usize },
    Reset,
    ResetReports,
}

impl Step {
    /// The thread of this step, if other threads' removals may come between its check for them and its registration. A gauge that
    /// has a cell registers nothing.
    fn may_be_late(self, threads: &[Thread]) -> Option<usize> {
        match self {
            Self::Set { thread, id, family } => {
                let (kind, name) = FAMILIES[family];
                threads[thread].known_head(kind, name, &[("id", IDS[id])]).is_none().then_some(thread)
            }
            Self::Inc { thread, .. } | Self::Observe { thread, .. } | Self::Remove { thread, .. } => Some(thread),
            _ => None,
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool)>> {
    let (thread, id) = (|| 0..THREADS, || 0..IDS.len());
    let step = prop_oneof![
        5 => (thread(), id(), prop_oneof![Just(0), -3..4, Just(700), Just(-700)])
            .prop_map(|(thread, id, delta)| Step::Inc { thread, id, delta }),
        4 => (thread(), id(), 1..3_usize).prop_map(|(thread, id, family)| Step::Set { thread, id, family }),
        6 => (thread(), id(), 3..6_usize, prop_oneof![Just(3), 0..40])
            .prop_map(|(thread, id, family, power)| Step::Observe { thread, id, family, power }),
        6 => (thread(), id(), 0..6_usize).prop_map(|(thread, id, family)| Step::Remove { thread, id, family }),
        1 => thread().prop_map(|thread| Step::Clear { thread }),
        2 => thread().prop_map(|thread| Step::Release { thread }),
        1 => thread().prop_map(|thread| Step::End { thread }),
        1 => Just(Step::Reset),
        1 => Just(Step::ResetReports),
    ];
    proptest::collection::vec((step, proptest::bool::weighted(0.2)), 1..120)
}

/// A family's index in `FAMILIES`, and a label's in `IDS`.
type Name = (usize, usize);

/// The expected values for one reader.
#[derive(Clone, Default)]
struct Seen {
    counts: BTreeMap<Name, f64>,
    values: BTreeMap<Name, Vec<f64>>,
}

/// The expected values, in plain maps.
#[derive(Default)]
struct Expected {
    life: Seen,
    window: Seen,
    report: Seen,
    // by thread, shard and name: the value and the time of setting
    gauges: BTreeMap<(u64, u32, Name), (f64, f64)>,
}

impl Expected {
    fn seen(&mut self) -> [&mut Seen; 3] {
        [&mut self.life, &mut self.window, &mut self.report]
    }

    fn remove(&mut self, name: Name) {
        for seen in self.seen() {
            seen.counts.remove(&name);
            seen.values.remove(&name);
        }
        self.gauges.retain(|(_, _, other), _| *other != name);
    }

    /// A gauge over all threads; in each thread, that of the newest copy that has set it.
    fn gauge(&self, name: Name) -> Option<f64> {
        // ascending by shard, so that the newest remains
        let of_name = self.gauges.iter().filter(|((_, _, other), _)| *other == name);
        let by_thread: BTreeMap<u64, (f64, f64)> = of_name.map(|((thread, ..), state)| (*thread, *state)).collect();
        let states = by_thread.into_values();
        match FAMILIES[name.0].1 {
            "last" => states.max_by(|one, other| one.1.total_cmp(&other.1)).map(|(value, _)| value),
            _ => states.map(|(value, _)| value).reduce(|sum, value| sum + value),
        }
    }
}

fn key((family, id): Name) -> String {
    let name = FAMILIES[family].1;
    if id == 0 { name.to_owned() } else { format!("{name}{{id=\"{}\"}}", IDS[id]) }
}

fn names() -> impl Iterator<Item = Name> {
    (0..FAMILIES.len()).flat_map(|family| (0..IDS.len()).map(move |id| (family, id)))
}

/// Requests all families, so that they are created again with the same options.
fn opened(thread: Thread) -> Thread {
    thread.family(Kind::Gauge, "last", merged(Merge::Last));
    thread.family(Kind::Histogram, "bounded", bounds(&BOUNDS));
    thread
}

/// Executes a step on a collector and on the maps.
fn take(step: Step, at: usize, threads: &mut [Thread], expected: &mut Expected, readers: &Readers) {
    let value = at as f64 + 1.0;
    let collector = readers.collector.clone();
    match step {
        Step::Inc { thread, id, delta } => {
            threads[thread].inc("jobs", &[("id", IDS[id])], f64::from(delta));
            for seen in expected.seen() {
                *seen.counts.entry((0, id)).or_default() += f64::from(delta);
            }
        }
        Step::Set { thread, id, family } => {
            threads[thread].set_at(FAMILIES[family].1, &[("id", IDS[id])], value, value);
            let shard = &threads[thread].shard;
            expected.gauges.insert((shard.thread(), shard.id(), (family, id)), (value, value));
        }
        Step::Observe { thread, id, family, power } => {
            let (kind, name) = FAMILIES[family];
            let value = f64::from(power).exp2();
            match kind {
                Kind::Timing => threads[thread].observe_nanos(name, &[("id", IDS[id])], value),
                _ => threads[thread].observe(name, &[("id", IDS[id])], value),
            }
            for seen in expected.seen() {
                seen.values.entry((family, id)).or_default().push(value);
            }
        }
        Step::Remove { thread, id, family } => {
            let (kind, name) = FAMILIES[family];
            let was_recorded = threads[thread].remove(kind, name, &[("id", IDS[id])]);
            let is_known = expected.life.counts.contains_key(&(family, id))
                || expected.life.values.contains_key(&(family, id))
                || expected.gauge((family, id)).is_some();
            assert_eq!(was_recorded, is_known, "{}", key((family, id)));
            expected.remove((family, id));
        }
        Step::Clear { thread } => {
            threads[thread].clear();
            *expected = Expected::default();
        }
        Step::Release { thread } => threads[thread].release_removed(),
        Step::End { thread } => {
            let other = threads[(thread + 2) % THREADS].copy();
            let next = if thread == 1 { Thread::tiny(&collector) } else { other };
            let ended = std::mem::replace(&mut threads[thread], opened(next));
            let shard = ended.shard.id();
            ended.end();
            expected.gauges.retain(|(_, other, _), _| *other != shard);
        }
        Step::Reset => {
            let _ = readers.window.snapshot_and_reset(&collector);
            expected.window = Seen::default();
        }
        Step::ResetReports => {
            readers.reports.clear_counters(&collector);
            readers.reports.clear_distributions(&collector);
            expected.report = Seen::default();
        }
    }
}

struct Readers {
    collector: Arc<Collector>,
    window: Window,
    reports: ReportWindow,
}

impl Readers {
    fn check(&self, expected: &Expected) {
        let life = Window::default().snapshot(&self.collector);
        check_snapshot(&life, &expected.life, expected);
        check_extremes(&life, &expected.life);
        check_snapshot(&self.window.snapshot(&self.collector), &expected.window, expected);
        self.check_values(&life);
        self.check_report(&expected.report);
    }

    /// Each single value equals that of the snapshot.
    fn check_values(&self, life: &Snapshot) {
        for name in names() {
            let (kind, family) = FAMILIES[name.0];
            let of = |all: &[(String, f64)]| find(all, &key(name)).map(Value::Number);
            let expected = match kind {
                Kind::Counter => of(&life.counters),
                Kind::Gauge => of(&life.gauges),
                Kind::Timing => find(&life.timings, &key(name)).map(Value::Stats),
                Kind::Histogram => find(&life.histograms, &key(name)).map(Value::Stats),
            };
            assert_eq!(self.collector.value(kind, family, &texts(&[("id", IDS[name.1])])), expected, "{}", key(name));
        }
    }

    fn check_report(&self, expected: &Seen) {
        let request = ReportRequest { kinds: Kind::ALL.to_vec(), quantiles: vec![0.5] };
        let report = self.reports.report(&self.collector, &request, None);
        let net: f64 = expected.counts.values().sum();
        assert_eq!(report.counters.iter().map(|(_, value)| value).sum::<f64>(), net);
        for (family, (_, name)) in FAMILIES.iter().enumerate() {
            let count = expected.values.iter().filter(|((of, _), _)| *of == family).count();
            assert_eq!(report.histograms.iter().any(|(known, _)| &**known == *name), count > 0, "{name}");
        }
    }
}

fn find<T: Clone>(all: &[(String, T)], key: &str) -> Option<T> {
    all.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
}

fn check_snapshot(snapshot: &Snapshot, seen: &Seen, expected: &Expected) {
    let counts: BTreeMap<String, f64> = seen.counts.iter().map(|(name, net)| (key(*name), *net)).collect();
    assert_eq!(snapshot.counters.iter().cloned().collect::<BTreeMap<_, _>>(), counts);
    let gauges = names().filter_map(|name| Some((key(name), expected.gauge(name)?)));
    assert_eq!(snapshot.gauges.iter().cloned().collect::<BTreeMap<_, _>>(), gauges.collect());
    let all = snapshot.timings.iter().map(|(key, stats)| (key, stats, 1e6));
    let all = all.chain(snapshot.histograms.iter().map(|(key, stats)| (key, stats, 1.0)));
    let reported: BTreeMap<String, _> = all
        .map(|(key, stats, unit)| (key.clone(), (stats.count, (stats.sum * unit).round(), stats.buckets.clone())))
        .collect();
    let values = seen.values.iter().map(|((family, id), values)| {
        let up_to = |bound: f64| values.iter().filter(|value| **value <= bound).count() as f64;
        let buckets = (FAMILIES[*family].1 == "bounded").then(|| BOUNDS.map(|bound| (bound, up_to(bound))).to_vec());
        (key((*family, *id)), (values.len() as f64, values.iter().sum::<f64>().round(), buckets))
    });
    assert_eq!(reported, values.collect());
}

/// Extremes are as precise as the buckets, whose width is at most a sixteenth of their values.
fn check_extremes(life: &Snapshot, seen: &Seen) {
    for ((family, id), values) in &seen.values {
        let (kind, name) = FAMILIES[*family];
        let unit = if kind == Kind::Timing { 1e6 } else { 1.0 };
        let of = if kind == Kind::Timing { &life.timings } else { &life.histograms };
        let Stats { min, max, .. } = find(of, &key((*family, *id))).expect("it was recorded");
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if name != "bounded" {
            let is_near = |reported: f64, value: f64| (value * 0.999..=value * 1.0626).contains(&(reported * unit));
            assert!(is_near(min, lowest) && is_near(max, highest), "{name}: {min} to {max}, {lowest} to {highest}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn values_match_the_model_whatever_is_removed_and_reused(steps in steps()) {
        let collector = collector();
        let first = Thread::tiny(&collector);
        let copy = first.copy();
        let mut threads = [first, Thread::tiny(&collector), copy].map(opened);
        let readers = Readers { collector: collector.clone(), window: Window::default(), reports: ReportWindow::new(&collector) };
        let mut expected = Expected::default();
        for (at, (step, is_late)) in steps.into_iter().enumerate() {
            let late = step.may_be_late(&threads).filter(|_| is_late);
            if let Some(thread) = late {
                threads[thread].set_late(true);
            }
            take(step, at, &mut threads, &mut expected, &readers);
            if let Some(thread) = late {
                threads[thread].set_late(false);
            }
            readers.check(&expected);
        }
        // nothing remains
        threads.into_iter().for_each(Thread::end);
        let last = Thread::of(&collector);
        last.clear();
        let names = collector.read().names;
        prop_assert!((0..names.series().count() as u32).all(|number| names.get(number).is_none()));
        for (kind, name) in FAMILIES {
            last.remove_unlabelled(kind, name);
        }
        let names = collector.read().names;
        prop_assert!(names.families().all(|family| family.name.is_empty()));
        prop_assert!((1..100).all(|symbol| names.text(symbol).is_empty()));
    }
}

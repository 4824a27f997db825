//! Series that are idle for the time to live of their family leave. Here it is 0: a series leaves if two readings in a row see the same.

mod js_writer;

use std::time::Duration;

use js_writer::{Labels, Thread, collector, merged};
use tallystick::collector::{Collector, FamilyOptions, Kind, Merge, Snapshot, Window};

const ID: Labels = &[("id", "a")];

fn shown(collector: &Collector) -> String {
    let Snapshot { counters, gauges, timings, .. } = Window::default().snapshot(collector);
    let numbers = counters.into_iter().chain(gauges).map(|(key, value)| format!("{key}={value}"));
    let timings = timings.into_iter().map(|(key, stats)| format!("{key}={}", stats.count));
    numbers.chain(timings).collect::<Vec<_>>().join(" ")
}

fn at_once(options: FamilyOptions) -> FamilyOptions {
    FamilyOptions { ttl: Some(Duration::ZERO), ..options }
}

#[test]
fn a_series_leaves_in_every_thread_and_starts_at_0() {
    let collector = collector();
    let [one, other, ended] = [Thread::of(&collector), Thread::of(&collector), Thread::of(&collector)];
    for thread in [&one, &other, &ended] {
        thread.family(Kind::Counter, "jobs", at_once(FamilyOptions::default()));
        thread.family(Kind::Timing, "wait", at_once(FamilyOptions::default()));
        thread.inc("jobs", ID, 3.0);
        thread.inc("jobs", &[], 1.0);
        thread.observe_nanos("wait", ID, 5.0);
    }
    ended.end();
    assert_eq!(shown(&collector), "jobs=3 jobs{id=\"a\"}=9 wait{id=\"a\"}=3");
    // with a kept handle, in one of the threads
    let kept = one.head(Kind::Counter, "jobs", ID);
    one.add(kept, 1.0);
    assert_eq!(shown(&collector), "jobs=3 jobs{id=\"a\"}=10");
    assert_eq!(shown(&collector), "jobs=3");
    assert_eq!(shown(&collector), "jobs=3");
    one.add(kept, 2.0);
    assert_eq!(shown(&collector), "jobs=3 jobs{id=\"a\"}=2");
    other.inc("jobs", ID, 5.0);
    one.inc("jobs", ID, 4.0);
    assert_eq!(shown(&collector), "jobs=3 jobs{id=\"a\"}=11");
    assert_eq!(shown(&collector), "jobs=3");
}

#[test]
fn a_gauge_leaves_unless_the_time_of_setting_changes() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Gauge, "sum", at_once(FamilyOptions::default()));
    thread.family(Kind::Gauge, "last", at_once(merged(Merge::Last)));
    for time in [1.0, 2.0, 3.0] {
        thread.set_at("last", ID, 7.0, time);
        thread.set("sum", ID, time);
        assert_eq!(shown(&collector), format!("last{{id=\"a\"}}=7 sum{{id=\"a\"}}={time}"));
    }
    thread.set_at("last", ID, 7.0, 4.0);
    thread.set("sum", ID, 3.0);
    assert_eq!(shown(&collector), "last{id=\"a\"}=7");
    thread.set("sum", ID, 3.0);
    assert_eq!(shown(&collector), "sum{id=\"a\"}=3");
}

#[test]
fn a_removed_series_that_is_recorded_again_is_new() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Counter, "jobs", at_once(FamilyOptions::default()));
    for _ in 0..5 {
        thread.inc("jobs", ID, 3.0);
        assert_eq!(shown(&collector), "jobs{id=\"a\"}=3");
        thread.remove(Kind::Counter, "jobs", ID);
    }
}

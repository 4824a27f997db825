//! Unregistered families disappear at once, in all threads; what a thread records before it notices appears nowhere, and goes to cells
//! of its own.

mod js_writer;

use js_writer::{Labels, Thread, bounds, collector};
use tallystick::collector::{Collector, FamilyOptions, Kind, Window};

const ID: Labels = &[("id", "a")];

/// The keys and values of counters and gauges, and the counts of distributions.
fn shown(collector: &Collector) -> String {
    let snapshot = Window::default().snapshot(collector);
    let numbers = snapshot.counters.into_iter().chain(snapshot.gauges).map(|(key, value)| format!("{key}={value}"));
    let distributions = snapshot.timings.into_iter().chain(snapshot.histograms);
    numbers.chain(distributions.map(|(key, stats)| format!("{key}={}", stats.count))).collect::<Vec<_>>().join(" ")
}

fn families(collector: &Collector) -> usize {
    collector.read().names.families().filter(|family| !family.is_freed()).count()
}

fn series(collector: &Collector) -> usize {
    let names = collector.read().names;
    (0..names.series().count() as u32).filter(|number| names.get(*number).is_some()).count()
}

fn cells(thread: &Thread) -> u32 {
    thread.shard.chunks().iter().map(|chunk| chunk.cells()).sum()
}

/// Records once in families of all kinds.
fn record(thread: &Thread, labels: Labels) {
    for delta in [2.0, -1.0, 0.0] {
        thread.inc("name", labels, delta);
    }
    thread.set("name", labels, 3.0);
    thread.observe_nanos("name", labels, 5.0);
    thread.observe("name", labels, 7.0);
}

fn declare(thread: &Thread) {
    thread.family(Kind::Histogram, "name", bounds(&[1.0, 10.0]));
}

fn unregister(thread: &Thread) {
    thread.release_removed();
    for kind in Kind::ALL {
        thread.forget_family(kind, "name");
        thread.collector.unregister(&thread.shard, kind, "name");
    }
}

#[test]
fn what_a_thread_records_before_it_notices_appears_nowhere() {
    let collector = collector();
    let (caller, other) = (Thread::of(&collector), Thread::of(&collector));
    for thread in [&caller, &other] {
        declare(thread);
        record(thread, &[]);
        record(thread, ID);
    }
    unregister(&caller);
    assert_eq!((shown(&collector).as_str(), families(&collector), series(&collector)), ("", 0, 0));
    other.late(|other| {
        record(other, &[]);
        record(other, ID);
        // series that are new
        for kind in [Kind::Counter, Kind::Gauge, Kind::Histogram] {
            other.head(kind, "name", &[("id", "new")]);
        }
        other.inc("name", &[("id", "new")], 4.0);
        other.set("name", &[("id", "new")], 4.0);
        other.observe("name", &[("id", "new")], 4.0);
    });
    assert_eq!((shown(&collector).as_str(), families(&collector), series(&collector)), ("", 0, 0));
    // the name is free for other kinds and options meanwhile
    let options = FamilyOptions { unit: Some("bytes".to_owned()), ..FamilyOptions::default() };
    caller.family(Kind::Histogram, "name", options);
    caller.observe("name", ID, 1.0);
    other.late(|other| record(other, ID));
    assert_eq!((shown(&collector).as_str(), families(&collector)), ("name{id=\"a\"}=1", 1));
    other.release_removed();
    assert_eq!((shown(&collector).as_str(), families(&collector), series(&collector)), ("name{id=\"a\"}=1", 1, 1));
}

#[test]
fn a_thread_that_ends_before_it_notices_leaves_nothing() {
    let collector = collector();
    let (caller, other) = (Thread::tiny(&collector), Thread::tiny(&collector));
    declare(&other);
    record(&other, ID);
    unregister(&caller);
    other.late(|other| {
        // beyond the limits at which cells are flushed
        for _ in 0..10 {
            record(other, ID);
            other.inc("name", ID, 900.0);
        }
    });
    collector.flush(&other.shard);
    assert_eq!((shown(&collector).as_str(), families(&collector), series(&collector)), ("", 0, 0));
    caller.inc("name", ID, 1.0);
    assert_eq!(shown(&collector), "name{id=\"a\"}=1");
}

#[test]
fn cells_are_reused_once_their_thread_has_noticed() {
    let collector = collector();
    let (caller, other) = (Thread::of(&collector), Thread::of(&collector));
    let mut room = (0, 0);
    for round in 0..50 {
        for thread in [&caller, &other] {
            declare(thread);
            for id in ["a", "b", "c"] {
                record(thread, &[("id", id)]);
            }
        }
        unregister(&caller);
        other.late(|other| {
            other.inc("name", ID, 1.0);
            other.inc("name", &[("id", "new")], 1.0);
        });
        other.release_removed();
        assert_eq!((families(&collector), series(&collector)), (0, 0));
        let now = (cells(&caller), cells(&other));
        room = if round == 0 { now } else { room };
        assert_eq!(now, room);
    }
}

#[test]
fn series_that_were_removed_before_are_gone_too() {
    let collector = collector();
    let (caller, other) = (Thread::of(&collector), Thread::of(&collector));
    declare(&other);
    record(&other, ID);
    caller.remove(Kind::Counter, "name", ID);
    caller.remove(Kind::Histogram, "name", ID);
    other.late(|other| record(other, ID));
    unregister(&caller);
    other.late(|other| record(other, ID));
    assert_eq!(shown(&collector), "");
    other.release_removed();
    assert_eq!((shown(&collector).as_str(), families(&collector), series(&collector)), ("", 0, 0));
}

#[test]
fn a_removal_by_labels_removes_all_series_that_have_them() {
    let collector = collector();
    let (caller, other) = (Thread::of(&collector), Thread::of(&collector));
    for (queue, id) in [("mail", "1"), ("mail", "2"), ("sms", "1")] {
        other.inc("jobs", &[("queue", queue), ("id", id)], 1.0);
    }
    other.inc("jobs", &[("queue", "mail")], 1.0);
    other.inc("jobs", &[], 1.0);
    let remove =
        |labels: Labels| collector.remove_matching(&caller.shard, Kind::Counter, "jobs", &js_writer::texts(labels));
    assert_eq!(remove(&[("queue", "none")]), 0);
    assert_eq!(remove(&[("id", "2"), ("queue", "mail")]), 1);
    assert_eq!(remove(&[("queue", "mail")]), 2);
    assert_eq!(remove(&[("queue", "mail")]), 0);
    assert_eq!(shown(&collector), "jobs=1 jobs{id=\"1\",queue=\"sms\"}=1");
}

#[test]
fn families_that_come_and_go_take_no_more_room() {
    let collector = collector();
    let (caller, other) = (Thread::of(&collector), Thread::of(&collector));
    let mut most = 0;
    for round in 0..50 {
        caller.family(Kind::Gauge, &format!("first {round}"), FamilyOptions::default());
        for thread in [&caller, &other] {
            declare(thread);
            record(thread, ID);
        }
        caller.family(Kind::Gauge, &format!("last {round}"), FamilyOptions::default());
        let reading = collector.read();
        let shown = reading.families(&reading.cumulative_values());
        let names: Vec<&str> = shown.iter().map(|family| family.family.name.as_str()).collect();
        let expected = [&format!("first {round}"), "name", "name", "name", "name", &format!("last {round}")];
        assert_eq!(names, expected, "in the order of declaration");
        for thread in [&caller, &other] {
            unregister(thread);
        }
        other.release_removed();
        for name in [format!("first {round}"), format!("last {round}")] {
            caller.forget_family(Kind::Gauge, &name);
            collector.unregister(&caller.shard, Kind::Gauge, &name);
        }
        let numbers = collector.read().names.families().count();
        most = if round == 0 { numbers } else { most };
        assert_eq!((families(&collector), numbers), (0, most));
    }
}

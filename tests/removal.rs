//! Removed series disappear from all readings, their numbers, symbols and cells are reused, and other series are not affected.

mod js_writer;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use js_writer::{Labels, Thread, bounds, collector, merged, texts};
use tallystick::cells::CellIndex;
use tallystick::collector::{Collector, FamilyOptions, Kind, Merge, ReportRequest, ReportWindow, Snapshot, Window};
use tallystick::exposition::{DEFAULT_BUCKETS_MILLIS, prometheus_text};

const ID: Labels = &[("id", "a")];

fn snapshot(collector: &Collector) -> Snapshot {
    Window::default().snapshot(collector)
}

/// A snapshot without the trace, with counts and sums of distributions.
fn shown(collector: &Collector) -> String {
    let Snapshot { counters, gauges, timings, histograms, .. } = snapshot(collector);
    let numbers = counters.into_iter().chain(gauges).map(|(key, value)| format!("{key}={value}"));
    let timings =
        timings.into_iter().map(|(key, stats)| format!("{key}={}*{}", stats.count, (stats.sum * 1e6).round()));
    let histograms = histograms.into_iter().map(|(key, stats)| format!("{key}={}*{}", stats.count, stats.sum));
    numbers.chain(timings).chain(histograms).collect::<Vec<_>>().join(" ")
}

/// The number of series that have a number.
fn series(collector: &Collector) -> usize {
    let names = collector.read().names;
    (0..names.series().count() as u32).filter(|number| names.get(*number).is_some()).count()
}

fn cells(thread: &Thread) -> u32 {
    thread.shard.chunks().iter().map(|chunk| chunk.cells()).sum()
}

// Reuse

#[test]
fn numbers_symbols_and_cells_of_removed_series_are_reused() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let kinds = [(Kind::Counter, "jobs"), (Kind::Timing, "wait"), (Kind::Gauge, "open")];
    let mut room = 0;
    for round in 0..20 {
        for id in 0..50 {
            let id = format!("{round}-{id}");
            let labels: Labels = &[("id", &id)];
            for delta in [1.0, -1.0, 0.0] {
                thread.inc("jobs", labels, delta);
            }
            thread.observe_nanos("wait", labels, 7.0);
            thread.set("open", labels, 1.0);
            assert_eq!(
                shown(&collector),
                format!("jobs{{id=\"{id}\"}}=0 open{{id=\"{id}\"}}=1 wait{{id=\"{id}\"}}=1*7")
            );
            assert!(kinds.iter().all(|(kind, name)| thread.remove(*kind, name, labels)));
        }
        room = if round == 0 { cells(&thread) } else { room };
    }
    let names = collector.read().names;
    assert!(names.series().count() <= 3, "{}", names.series().count());
    let symbols = (0..1000).filter(|symbol| !names.text(*symbol).is_empty()).count();
    assert!(symbols <= 2, "{symbols}");
    assert_eq!((series(&collector), cells(&thread)), (0, room));
    assert_eq!(snapshot(&collector), Snapshot::default());
}

#[test]
fn recording_and_clearing_repeatedly_takes_no_more_cells_and_numbers() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let mut taken = None;
    for _ in 0..10 {
        for id in 0..200 {
            let id = id.to_string();
            thread.inc("jobs", &[("id", &id)], 1.0);
            for power in 0..30 {
                thread.observe_nanos("wait", &[("id", &id)], f64::from(power).exp2());
            }
        }
        thread.clear();
        assert_eq!(snapshot(&collector), Snapshot::default());
        let now = (cells(&thread), collector.read().names.series().count());
        assert_eq!(*taken.get_or_insert(now), now);
    }
    assert_eq!(series(&collector), 0);
}

#[test]
fn cells_that_were_reserved_for_a_family_are_reused_after_its_removal() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let mut room = 0;
    for round in 0..50 {
        let name = format!("job.{round}");
        for (kind, count) in [(Kind::Counter, 256), (Kind::Timing, 8)] {
            let family = thread.family(kind, &name, FamilyOptions::default());
            let set = collector.label_set(&thread.shard, family, ["id"].into_iter());
            // the cells of the previous batch have series before the next batch is requested
            collector.reserve(&thread.shard, set, count);
            assert_eq!(thread.remove_unlabelled(kind, &name), (false, true));
        }
        room = if round == 0 { cells(&thread) } else { room };
    }
    assert_eq!(cells(&thread), room);
}

#[test]
fn cells_of_a_series_or_of_another_familys_reservation_are_kept() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let reserve = |name: &str| {
        let family = thread.family(Kind::Counter, name, FamilyOptions::default());
        let set = collector.label_set(&thread.shard, family, ["id"].into_iter());
        (set, collector.reserve(&thread.shard, set, 1))
    };
    reserve("gone");
    thread.clear();
    let (kept, cells) = reserve("kept");
    thread.remove_unlabelled(Kind::Counter, "gone");
    assert_ne!(collector.reserve(&thread.shard, kept, 1), cells);
}

#[test]
fn a_family_is_removed_with_its_last_series_even_if_another_thread_has_not_released_it() {
    for (kind, ends) in [(Kind::Counter, false), (Kind::Counter, true), (Kind::Timing, false), (Kind::Timing, true)] {
        let collector = collector();
        let (remover, idle) = (Thread::of(&collector), Thread::of(&collector));
        let families = || collector.read().names.families().filter(|family| !family.is_freed()).count();
        idle.head(kind, "jobs", ID);
        idle.head(kind, "jobs", &[]);
        assert!(!remover.remove_unlabelled(kind, "jobs").1, "a series is left");
        remover.remove(kind, "jobs", ID);
        assert!(remover.remove_unlabelled(kind, "jobs").1);
        assert_eq!(families(), 1);
        if ends {
            collector.flush(&idle.shard);
        } else {
            idle.release_removed();
        }
        assert_eq!((families(), series(&collector)), (0, 0), "{kind:?} {ends}");
    }
}

#[test]
fn a_family_stays_if_another_thread_records_its_series_after_a_removal() {
    let collector = collector();
    let (remover, other) = (Thread::of(&collector), Thread::of(&collector));
    other.inc("jobs", ID, 5.0);
    remover.remove(Kind::Counter, "jobs", ID);
    other.inc("jobs", ID, 2.0);
    assert_eq!(remover.remove_unlabelled(Kind::Counter, "jobs"), (false, false));
    other.release_removed();
    assert_eq!(shown(&collector), "jobs{id=\"a\"}=2");
}

#[test]
fn a_request_that_conflicts_does_not_keep_a_removed_family() {
    let collector = collector();
    let (remover, holder, other) = (Thread::of(&collector), Thread::of(&collector), Thread::of(&collector));
    let unit = |unit: &str| FamilyOptions { unit: Some(unit.to_owned()), ..FamilyOptions::default() };
    for thread in [&remover, &holder] {
        thread.family(Kind::Counter, "size", unit("bytes"));
    }
    remover.remove_unlabelled(Kind::Counter, "size");
    let request = |thread: &Thread| collector.hold_family(&thread.shard, Kind::Counter, "size", unit("seconds"));
    assert!(request(&other).is_err(), "the other thread holds it");
    holder.release_removed();
    assert!(request(&other).is_ok(), "nothing holds it any more");
}

#[test]
fn a_dropped_label_set_releases_the_cells_that_were_reserved_for_it() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let family = thread.family(Kind::Counter, "jobs", FamilyOptions::default());
    let reserve = |name: &str| {
        let set = collector.label_set(&thread.shard, family, [name].into_iter());
        let cells: HashSet<CellIndex> = collector.reserve(&thread.shard, set, 4).into_iter().collect();
        (set, cells)
    };
    let (set, cells) = reserve("a");
    assert_eq!(cells.len(), 4);
    collector.drop_label_sets(&thread.shard, &[set]);
    assert_eq!(reserve("b").1, cells);
}

#[test]
fn a_label_subset_names_its_series_by_the_other_labels_and_frees_its_number_when_it_is_dropped() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let family = thread.family(Kind::Counter, "jobs", FamilyOptions::default());
    let set = collector.label_set(&thread.shard, family, ["queue", "id"].into_iter());
    let subset = |queue: &str| collector.label_subset(&thread.shard, set, [queue].into_iter()).expect("the set exists");
    let [mail, sms] = ["mail", "sms"].map(subset);
    let number = |queue: &str, id: &str| {
        let labels = [("queue", queue), ("id", id)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        collector.find(Kind::Counter, "jobs", &labels)
    };
    for (set, queue) in [(mail, "mail"), (sms, "sms")] {
        let cell = collector.register_in_set(&thread.shard, set, ["7"].into_iter());
        assert_eq!(collector.series_at(&thread.shard, cell), number(queue, "7"));
    }
    let whole = collector.register_in_set(&thread.shard, set, ["mail", "7"].into_iter());
    assert_eq!(collector.series_at(&thread.shard, whole), number("mail", "7"), "the same series by all its labels");
    collector.drop_label_sets(&thread.shard, &[mail, mail]);
    assert_eq!(
        collector.register_in_set(&thread.shard, mail, ["8"].into_iter()),
        CellIndex::NONE,
        "nothing has this number"
    );
    assert!(number("mail", "7").is_some(), "its series stay");
    assert_eq!([subset("fax"), subset("fax")].iter().filter(|number| **number == mail).count(), 1, "freed once");
    assert_eq!(collector.label_set(&thread.shard, family, ["queue", "id"].into_iter()), set);
}

#[test]
fn a_label_set_that_is_requested_again_keeps_its_number() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let family = thread.family(Kind::Counter, "jobs", FamilyOptions::default());
    let set = |names: &[&str]| collector.label_set(&thread.shard, family, names.iter().copied());
    let (one, other) = (set(&["a", "b"]), set(&["b", "a"]));
    assert_ne!(one, other);
    assert_eq!((set(&["a", "b"]), set(&["b", "a"])), (one, other));
}

#[test]
fn a_window_distinguishes_a_new_series_from_the_old_one_with_its_number() {
    let collector = collector();
    let (thread, other) = (Thread::of(&collector), Thread::of(&collector));
    let (window, reports) = (Window::default(), ReportWindow::new(&collector));
    for remover in [&thread, &other] {
        thread.inc("jobs", &[("id", "old")], 5.0);
        thread.observe_nanos("wait", &[("id", "old")], 5.0);
        let _ = window.snapshot_and_reset(&collector);
        reports.clear_counters(&collector);
        reports.clear_distributions(&collector);
        remover.remove(Kind::Counter, "jobs", &[("id", "old")]);
        remover.remove(Kind::Timing, "wait", &[("id", "old")]);
        thread.release_removed();
        assert_eq!(series(&collector), 0);
        thread.inc("jobs", &[("id", "new")], 2.0);
        thread.observe_nanos("wait", &[("id", "new")], 2.0);
        assert_eq!(collector.read().names.series().count(), 2, "the numbers are not reused, so this tests nothing");
        let report = reports.report(&collector, &request(), None);
        assert_eq!((report.counters[0].1, report.histograms.len()), (2.0, 1));
        let snapshot = window.snapshot_and_reset(&collector);
        assert_eq!(snapshot.counters, [("jobs{id=\"new\"}".to_owned(), 2.0)]);
        assert_eq!(snapshot.timings[0].1.count, 1.0);
        assert_eq!(window.snapshot(&collector), Snapshot::default());
        thread.clear();
    }
}

fn request() -> ReportRequest {
    ReportRequest { kinds: Kind::ALL.to_vec(), quantiles: vec![0.5] }
}

#[test]
fn a_series_that_is_removed_between_two_windows_starts_at_zero() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let window = Window::default();
    for value in [5.0, 7.0] {
        thread.inc("jobs", ID, value);
        assert_eq!(window.snapshot_and_reset(&collector).counters, [("jobs{id=\"a\"}".to_owned(), value)]);
        thread.remove(Kind::Counter, "jobs", ID);
    }
}

// Removals by other threads

/// A recording, its value in a snapshot, and the value after two of them.
type Recording = (Kind, &'static str, fn(&Thread), &'static str, &'static str);

const RECORDINGS: [Recording; 8] = [
    (Kind::Counter, "jobs", |thread| thread.inc("jobs", ID, 5.0), "jobs{id=\"a\"}=5", "jobs{id=\"a\"}=10"),
    (Kind::Counter, "jobs", |thread| thread.inc("jobs", ID, -2.0), "jobs{id=\"a\"}=-2", "jobs{id=\"a\"}=-4"),
    (Kind::Counter, "jobs", |thread| thread.inc("jobs", ID, 0.0), "jobs{id=\"a\"}=0", "jobs{id=\"a\"}=0"),
    (Kind::Gauge, "size", |thread| thread.set("size", ID, 3.0), "size{id=\"a\"}=3", "size{id=\"a\"}=3"),
    (Kind::Gauge, "last", set_last, "last{id=\"a\"}=4", "last{id=\"a\"}=4"),
    (Kind::Timing, "wait", |thread| thread.observe_nanos("wait", ID, 7.0), "wait{id=\"a\"}=1*7", "wait{id=\"a\"}=2*14"),
    (Kind::Histogram, "any", |thread| thread.observe("any", ID, 0.5), "any{id=\"a\"}=1*0.5", "any{id=\"a\"}=2*1"),
    (Kind::Histogram, "bounded", observe_bounded, "bounded{id=\"a\"}=1*15", "bounded{id=\"a\"}=2*30"),
];

fn set_last(thread: &Thread) {
    thread.family(Kind::Gauge, "last", merged(Merge::Last));
    thread.set_at("last", ID, 4.0, 1.0);
}

fn observe_bounded(thread: &Thread) {
    thread.family(Kind::Histogram, "bounded", bounds(&[10.0, 20.0]));
    thread.observe("bounded", ID, 15.0);
}

/// Checks a distribution of one value, however it is read.
fn check_one_of(collector: &Collector, kind: Kind, name: &str, shown: &str) {
    let whole = self::shown(collector);
    assert_eq!(whole, shown, "{kind:?}");
    assert_eq!(collector.value(kind, name, &texts(ID)).is_some(), !shown.is_empty(), "{kind:?}");
    let report = ReportWindow::default().report(collector, &request(), None);
    let reported = report.counters.len() + report.gauges.len() + report.histograms.len();
    assert_eq!(reported > 0, !shown.is_empty(), "{kind:?}: {shown} {report:?}");
}

#[test]
fn a_series_that_another_thread_removed_is_absent_until_it_records_and_then_starts_over() {
    for (kind, name, record, once, twice) in RECORDINGS {
        let collector = collector();
        let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
        record(&theirs);
        check_one_of(&collector, kind, name, once);
        assert!(mine.remove(kind, name, ID));
        assert!(!mine.remove(kind, name, ID), "{kind:?} again");
        check_one_of(&collector, kind, name, "");
        // by its kept handle
        record(&theirs);
        check_one_of(&collector, kind, name, once);
        theirs.release_removed();
        check_one_of(&collector, kind, name, once);
        record(&theirs);
        check_one_of(&collector, kind, name, twice);
    }
}

#[test]
fn a_second_removal_before_the_first_is_applied_includes_recordings_in_between() {
    for (kind, name, record, once, _) in RECORDINGS {
        let collector = collector();
        let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
        for _ in 0..3 {
            record(&theirs);
            check_one_of(&collector, kind, name, once);
            assert!(mine.remove(kind, name, ID));
            check_one_of(&collector, kind, name, "");
        }
        theirs.release_removed();
        check_one_of(&collector, kind, name, "");
        assert_eq!(series(&collector), 0);
        record(&theirs);
        check_one_of(&collector, kind, name, once);
    }
}

#[test]
fn a_thread_can_remove_what_another_one_has_removed_before() {
    for (kind, name, record, once, twice) in RECORDINGS {
        let collector = collector();
        let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
        record(&theirs);
        mine.remove(kind, name, ID);
        if kind != Kind::Gauge {
            record(&theirs);
        }
        assert_eq!(theirs.late(|thread| thread.remove(kind, name, ID)), kind != Kind::Gauge);
        check_one_of(&collector, kind, name, "");
        assert_eq!((series(&collector), claims(&theirs)), (0, 0), "{kind:?}");
        record(&theirs);
        check_one_of(&collector, kind, name, once);
        theirs.release_removed();
        check_one_of(&collector, kind, name, once);
        record(&theirs);
        check_one_of(&collector, kind, name, twice);
    }
}

#[test]
fn a_threads_own_removal_affects_no_other_series() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    theirs.set("size", ID, 3.0);
    let cell = theirs.known_head(Kind::Gauge, "size", ID);
    mine.remove(Kind::Gauge, "size", ID);
    theirs.late(|thread| thread.remove(Kind::Gauge, "size", ID));
    let other: Labels = &[("id", "other")];
    theirs.late(|thread| thread.set("size", other, 4.0));
    assert_eq!(theirs.known_head(Kind::Gauge, "size", other), cell, "the cell is not reused, so this tests nothing");
    theirs.release_removed();
    assert_eq!((shown(&collector), claims(&theirs)), ("size{id=\"other\"}=4".to_owned(), 1));
}

/// The number of a thread's claims that belong to a series.
fn claims(thread: &Thread) -> u32 {
    thread.shard.chunks().iter().map(|chunk| chunk.claims()).sum()
}

#[test]
fn a_collector_that_another_thread_cleared_shows_later_recordings() {
    for (kind, name, record, once, _) in RECORDINGS {
        let collector = collector();
        let (mine, theirs, ended) = (Thread::of(&collector), Thread::of(&collector), Thread::of(&collector));
        for thread in [&mine, &theirs, &ended] {
            record(thread);
        }
        ended.end();
        mine.clear();
        check_one_of(&collector, kind, name, "");
        record(&theirs);
        check_one_of(&collector, kind, name, once);
        theirs.release_removed();
        check_one_of(&collector, kind, name, once);
        theirs.clear();
        check_one_of(&collector, kind, name, "");
        assert_eq!((series(&collector), claims(&theirs)), (0, 0), "{kind:?}");
        record(&mine);
        check_one_of(&collector, kind, name, once);
    }
}

#[test]
fn a_thread_that_ends_with_removed_series_leaves_later_recordings() {
    for (kind, name, record, once, _) in RECORDINGS {
        for again in [false, true] {
            let collector = collector();
            let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
            record(&theirs);
            mine.remove(kind, name, ID);
            if again {
                record(&theirs);
            }
            theirs.end();
            let left = if again && kind != Kind::Gauge { once } else { "" };
            check_one_of(&collector, kind, name, left);
            assert_eq!(series(&collector), usize::from(!left.is_empty()));
            record(&mine);
            mine.clear();
            check_one_of(&collector, kind, name, "");
            assert_eq!(series(&collector), 0);
        }
    }
}

#[test]
fn a_decrement_after_another_threads_removal_is_visible_and_affects_no_other_series() {
    for delta in [-1.0, 0.0] {
        let collector = collector();
        let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
        theirs.inc("jobs", ID, 5.0);
        mine.remove(Kind::Counter, "jobs", ID);
        // its cell is claimed only now
        theirs.inc("jobs", ID, delta);
        let expected = format!("jobs{{id=\"a\"}}={delta}");
        assert_eq!(shown(&collector), expected);
        theirs.release_removed();
        assert_eq!((shown(&collector), claims(&theirs)), (expected.clone(), 0));
        theirs.end();
        assert_eq!(shown(&collector), expected);
        mine.remove(Kind::Counter, "jobs", ID);
        mine.inc("jobs", &[("id", "other")], 3.0);
        assert_eq!(shown(&collector), "jobs{id=\"other\"}=3");
    }
}

#[test]
fn extremes_after_a_removal_are_those_of_all_threads() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    for millis in [1.0, 10_000.0] {
        theirs.observe_millis("wait", ID, millis);
    }
    mine.remove(Kind::Timing, "wait", ID);
    theirs.observe_millis("wait", ID, 100.0);
    mine.observe_millis("wait", ID, 50.0);
    // as precise as the buckets
    let check = |when: &str| {
        let snapshot = snapshot(&collector);
        let report = ReportWindow::default().report(&collector, &request(), None);
        let (stats, summary) = (&snapshot.timings[0].1, &report.histograms[0].1);
        for (min, max) in [(stats.min, stats.max), (summary.min, summary.max)] {
            assert!((46.0..=50.0).contains(&min) && (100.0..=107.0).contains(&max), "{when}: {min} to {max}");
        }
    };
    check("before it is applied");
    theirs.release_removed();
    check("after");
    theirs.end();
    check("at the end");
}

#[test]
fn a_cell_that_is_flushed_while_its_removal_waits_is_counted_once() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::tiny(&collector));
    let record = || {
        theirs.inc("jobs", ID, 900.0);
        theirs.inc("jobs", ID, -900.0);
        theirs.observe_nanos("wait", ID, 8.0);
    };
    (0..3).for_each(|_| record());
    mine.remove(Kind::Counter, "jobs", ID);
    mine.remove(Kind::Timing, "wait", ID);
    for round in 1..=6 {
        record();
        assert_eq!(shown(&collector), format!("jobs{{id=\"a\"}}=0 wait{{id=\"a\"}}={round}*{}", 8 * round));
        let count = collector.read().cumulative_values().increments(0);
        assert_eq!(count, Some(900.0 * f64::from(round)));
    }
    theirs.release_removed();
    assert_eq!(shown(&collector), "jobs{id=\"a\"}=0 wait{id=\"a\"}=6*48");
}

// Families

fn families(collector: &Collector) -> usize {
    collector.read().names.families().filter(|family| !family.name.is_empty()).count()
}

#[test]
fn a_family_is_freed_when_no_thread_holds_it() {
    let collector = collector();
    let (mine, theirs, third) = (Thread::of(&collector), Thread::of(&collector), Thread::of(&collector));
    for thread in [&mine, &theirs, &third] {
        thread.inc("jobs", &[], 1.0);
    }
    assert_eq!(mine.remove_unlabelled(Kind::Counter, "jobs"), (true, true));
    assert_eq!(shown(&collector), "");
    theirs.release_removed();
    assert_eq!(families(&collector), 1, "the third holds it");
    third.end();
    assert_eq!(families(&collector), 0);
    // now with any options
    theirs.family(Kind::Counter, "jobs", FamilyOptions { unit: Some("bytes".to_owned()), ..FamilyOptions::default() });
    theirs.inc("jobs", &[], 1.0);
    assert_eq!(shown(&collector), "jobs=1");
    assert_eq!(mine.remove_unlabelled(Kind::Counter, "none"), (false, false));
}

#[test]
fn a_family_that_is_requested_again_is_not_freed() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    theirs.inc("jobs", &[], 1.0);
    assert_eq!(mine.remove_unlabelled(Kind::Counter, "jobs"), (true, true));
    mine.inc("jobs", &[], 2.0);
    theirs.release_removed();
    assert_eq!((shown(&collector), families(&collector)), ("jobs=2".to_owned(), 1));
    mine.inc("jobs", &[], 1.0);
    assert_eq!(shown(&collector), "jobs=3");
}

#[test]
fn a_family_with_labelled_series_stays() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 1.0);
    thread.inc("jobs", ID, 2.0);
    assert_eq!(thread.remove_unlabelled(Kind::Counter, "jobs"), (true, false));
    assert_eq!((shown(&collector), families(&collector)), ("jobs{id=\"a\"}=2".to_owned(), 1));
    assert_eq!(thread.remove_unlabelled(Kind::Counter, "jobs"), (false, false));
    thread.remove(Kind::Counter, "jobs", ID);
    assert_eq!(thread.remove_unlabelled(Kind::Counter, "jobs"), (false, true));
    assert_eq!(families(&collector), 0);
}

#[test]
fn a_series_registered_before_its_familys_removal_is_applied_keeps_its_handle() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    theirs.set("size", &[], 1.0);
    assert_eq!(mine.remove_unlabelled(Kind::Gauge, "size"), (true, true));
    // the removal comes between the check of the removal word and the registration
    theirs.late(|thread| thread.set("size", ID, 5.0));
    theirs.set("size", ID, 7.0);
    theirs.set("size", ID, 8.0);
    assert_eq!((shown(&collector), claims(&theirs)), ("size{id=\"a\"}=8".to_owned(), 1));
    theirs.remove(Kind::Gauge, "size", ID);
    assert_eq!((shown(&collector), claims(&theirs)), (String::new(), 0));
}

#[test]
fn a_thread_that_requests_a_removed_family_again_holds_it() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    theirs.inc("jobs", &[], 1.0);
    mine.remove_unlabelled(Kind::Counter, "jobs");
    theirs.family(Kind::Counter, "jobs", FamilyOptions { help: Some("Jobs.".to_owned()), ..FamilyOptions::default() });
    let removed = collector.release_removed(&theirs.shard);
    assert_eq!(removed.iter().map(|removed| removed.labels.as_deref()).collect::<Vec<_>>(), [Some(&[][..])]);
    let third = Thread::of(&collector);
    third.inc("jobs", &[], 1.0);
    assert_eq!(third.remove_unlabelled(Kind::Counter, "jobs"), (true, true));
    assert_eq!(families(&collector), 1);
    theirs.release_removed();
    assert_eq!(families(&collector), 0);
}

// Two copies of the package in one thread

#[test]
fn the_gauges_of_a_threads_newer_shard_take_precedence() {
    for merge in [Merge::Sum, Merge::Min, Merge::Max, Merge::Last] {
        let collector = collector();
        let (old, other) = (Thread::of(&collector), Thread::of(&collector));
        let new = old.copy();
        old.family(Kind::Gauge, "size", merged(merge));
        let value = || (shown(&collector), collector.value(Kind::Gauge, "size", &texts(ID)).is_some());
        let size = |value: f64| (format!("size{{id=\"a\"}}={value}"), true);
        old.set_at("size", ID, 3.0, 1.0);
        assert_eq!(value(), size(3.0), "{merge:?}");
        // claimed and not set yet
        new.head(Kind::Gauge, "size", ID);
        assert_eq!(value(), size(3.0), "{merge:?}");
        new.set_at("size", ID, 5.0, 2.0);
        assert_eq!(value(), size(5.0), "{merge:?}");
        old.set_at("size", ID, 4.0, 3.0);
        assert_eq!(value(), size(5.0), "{merge:?}");
        old.inc("jobs", ID, 1.0);
        new.inc("jobs", ID, 1.0);
        assert!(shown(&collector).contains("jobs{id=\"a\"}=2"), "counters are summed");
        other.remove(Kind::Counter, "jobs", ID);
        other.remove(Kind::Gauge, "size", ID);
        assert_eq!(value(), (String::new(), false), "{merge:?}");
        old.set_at("size", ID, 6.0, 4.0);
        assert_eq!(value(), size(6.0), "{merge:?}: the newer one's is removed");
        new.set_at("size", ID, 7.0, 5.0);
        assert_eq!(value(), size(7.0), "{merge:?}");
    }
}

#[test]
fn threads_that_remove_while_others_read_lose_nothing() {
    const ROUNDS: usize = 200;
    let collector = collector();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let collector: &Arc<Collector> = &collector;
                scope.spawn(move || {
                    let thread = Thread::of(collector);
                    for round in 0..ROUNDS {
                        thread.inc("jobs", &[("id", "stays")], 1.0);
                        let id = format!("{writer} {round}");
                        let gone: [Labels; 2] = [&[("id", &id)], &[("id", "shared")]];
                        for labels in gone {
                            thread.inc("jobs", labels, 1.0);
                            thread.inc("jobs", labels, -1.0);
                            thread.set("open", labels, 1.0);
                        }
                        for labels in gone {
                            thread.remove(Kind::Counter, "jobs", labels);
                            thread.remove(Kind::Gauge, "open", labels);
                        }
                    }
                    thread.end();
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let mut last = 0.0;
            while !is_over.load(Ordering::SeqCst) {
                let text = String::from_utf8(prometheus_text(&collector, &DEFAULT_BUCKETS_MILLIS)).expect("UTF-8");
                let stays = text.lines().find_map(|line| line.strip_prefix("jobs_total{id=\"stays\"} "));
                let now: f64 = stays.map_or(0.0, |value| value.parse().expect("a number"));
                assert!(now >= last, "{last} then {now}");
                last = now;
            }
        });
        for writer in writers {
            writer.join().expect("the writer panicked");
        }
        is_over.store(true, Ordering::SeqCst);
        reader.join().expect("the reader panicked");
    });
    Thread::of(&collector).remove(Kind::Counter, "jobs", &[("id", "shared")]);
    assert_eq!(shown(&collector), format!("jobs{{id=\"stays\"}}={}", 3 * ROUNDS));
    assert_eq!(series(&collector), 1);
}

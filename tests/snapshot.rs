//! Snapshots: windows, ended threads, removed series, and JSON.

mod js_writer;

use js_writer::{Thread, bounds, collector, texts};
use serde_json::{Value as Json, json};
use tallystick::collector::{Collector, FamilyOptions, Kind, Merge, Snapshot, Stats, Value, Window};
use tallystick::exposition::{json_snapshot, snapshot_text, value_text};
use tallystick::histogram::{LogLinear, Precision};

/// Keys and values, as text that is easy to compare.
fn numbers(of: &[(String, f64)]) -> String {
    let pairs: Vec<String> = of.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(" ")
}

fn snapshot(collector: &Collector) -> Snapshot {
    Window::default().snapshot(collector)
}

fn counters(collector: &Collector) -> String {
    numbers(&snapshot(collector).counters)
}

fn gauges(collector: &Collector) -> String {
    numbers(&snapshot(collector).gauges)
}

fn stats(of: &[(String, Stats)], key: &str) -> Stats {
    of.iter().find(|(name, _)| name == key).map(|(_, stats)| stats.clone()).expect("it has a value")
}

fn timing(collector: &Collector, key: &str) -> Stats {
    stats(&snapshot(collector).timings, key)
}

// Windows

#[test]
fn two_windows_do_not_affect_each_other() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let (mine, yours) = (Window::default(), Window::default());
    thread.inc("jobs", &[], 2.0);
    assert_eq!(numbers(&mine.snapshot_and_reset(&collector).counters), "jobs=2");
    thread.inc("jobs", &[], 3.0);
    assert_eq!(numbers(&mine.snapshot(&collector).counters), "jobs=3");
    assert_eq!(numbers(&yours.snapshot_and_reset(&collector).counters), "jobs=5");
    assert_eq!(numbers(&mine.snapshot(&collector).counters), "jobs=3");
    assert_eq!(numbers(&yours.snapshot(&collector).counters), "");
    assert_eq!(counters(&collector), "jobs=5");
}

#[test]
fn a_snapshot_without_a_reset_does_not_change_its_window() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 2.0);
    let window = Window::default();
    let first = window.snapshot(&collector);
    assert_eq!(window.snapshot(&collector), first);
}

#[test]
fn a_series_without_activity_is_absent_after_a_reset() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for name in ["busy", "idle"] {
        thread.inc(name, &[], 1.0);
        thread.observe_millis(name, &[], 1.0);
        thread.observe(name, &[], 1.0);
    }
    let window = Window::default();
    let _ = window.snapshot_and_reset(&collector);
    thread.inc("busy", &[], 1.0);
    thread.observe_millis("busy", &[], 2.0);
    thread.observe("busy", &[], 2.0);
    let after = window.snapshot(&collector);
    assert_eq!(numbers(&after.counters), "busy=1");
    assert_eq!(after.timings.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["busy"]);
    assert_eq!(after.histograms.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["busy"]);
}

#[test]
fn an_increment_by_zero_makes_a_series_visible_in_each_window() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let window = Window::default();
    for _ in 0..2 {
        thread.inc("jobs", &[], 0.0);
        assert_eq!(numbers(&window.snapshot_and_reset(&collector).counters), "jobs=0");
        assert_eq!(numbers(&window.snapshot(&collector).counters), "");
    }
}

#[test]
fn increments_and_decrements_that_cancel_out_are_activity() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 1.0);
    let window = Window::default();
    let _ = window.snapshot_and_reset(&collector);
    thread.inc("jobs", &[], 2.0);
    thread.inc("jobs", &[], -2.0);
    assert_eq!(numbers(&window.snapshot_and_reset(&collector).counters), "jobs=0");
    thread.inc("jobs", &[], -3.0);
    assert_eq!(numbers(&window.snapshot(&collector).counters), "jobs=-3");
}

#[test]
fn gauges_survive_the_reset_of_a_window() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.set("size", &[], 4.0);
    let window = Window::default();
    for _ in 0..2 {
        assert_eq!(numbers(&window.snapshot_and_reset(&collector).gauges), "size=4");
    }
}

#[test]
fn extremes_after_a_reset_are_within_the_buckets_of_the_window() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for nanos in [1e6, 9e9] {
        thread.observe_nanos("render", &[], nanos);
    }
    let window = Window::default();
    let _ = window.snapshot_and_reset(&collector);
    for nanos in [50e6, 70e6] {
        thread.observe_nanos("render", &[], nanos);
    }
    let Stats { count, sum, min, max, quantiles, .. } = stats(&window.snapshot(&collector).timings, "render");
    assert_eq!((count, sum), (2.0, 120.0));
    // 0.8 % is the width of a bucket
    assert!((49.6..=50.0).contains(&min) && (70.0..=70.6).contains(&max), "{min} to {max}");
    assert!(quantiles.iter().all(|quantile| (min..=max).contains(quantile)));
    let life = timing(&collector, "render");
    assert_eq!((life.count, life.min, life.max), (4.0, 1.0, 9000.0));
}

#[test]
fn extremes_after_a_reset_are_exact_if_the_overall_ones_are_in_the_window() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.observe_nanos("render", &[], 50e6);
    let window = Window::default();
    let _ = window.snapshot_and_reset(&collector);
    thread.observe_nanos("render", &[], 3e6 + 1.0);
    thread.observe_nanos("render", &[], 70e6 + 1.0);
    let Stats { min, max, .. } = stats(&window.snapshot(&collector).timings, "render");
    assert_eq!((min, max), (3.000_001, 70.000_001));
}

#[test]
fn a_reset_during_a_recording_moves_the_sum_to_a_later_window() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let head = thread.head(Kind::Timing, "render", &[]);
    let buckets = LogLinear::nanoseconds(Precision::Two);
    let window = Window::default();
    let reset = || window.snapshot_and_reset(&collector).timings;
    thread.count(head, buckets, 3e6);
    assert_eq!(stats(&reset(), "render").count, 1.0);
    thread.add_to_head(head, 3e6);
    assert_eq!(reset(), []);
    thread.observe_nanos("render", &[], 4e6);
    let Stats { count, sum, .. } = stats(&reset(), "render");
    assert_eq!((count, sum), (1.0, 7.0));
}

#[test]
fn counts_that_are_flushed_from_full_pages_are_read_once() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let window = Window::default();
    let read = || {
        let Stats { count, sum, min, max, .. } = stats(&window.snapshot(&collector).timings, "render");
        (count, sum, min, max)
    };
    thread.observe_millis("render", &[], 1.0);
    thread.observe_millis("render", &[], 64.0);
    let before = read();
    thread.flush_cell(thread.head(Kind::Timing, "render", &[]));
    assert_eq!(read(), before);
    thread.observe_millis("render", &[], 1.0);
    assert_eq!(read(), (3.0, 66.0, 1.0, 64.0));
    thread.end();
    assert_eq!(read(), (3.0, 66.0, 1.0, 64.0));
}

#[test]
fn each_window_has_the_events_since_its_own_reset() {
    let collector = collector();
    let trace = |name: &str| collector.trace(0.0, name.to_owned(), vec![("k".to_owned(), "v".to_owned())]);
    let names = |snapshot: &Snapshot| -> Vec<(u64, String)> {
        snapshot.trace.iter().map(|event| (event.seq, event.name.clone())).collect()
    };
    let (mine, yours) = (Window::default(), Window::default());
    trace("one");
    assert_eq!(names(&mine.snapshot_and_reset(&collector)), [(1, "one".to_owned())]);
    trace("two");
    assert_eq!(names(&mine.snapshot(&collector)), [(2, "two".to_owned())]);
    assert_eq!(names(&yours.snapshot(&collector)), [(1, "one".to_owned()), (2, "two".to_owned())]);
}

// Threads

#[test]
fn a_series_of_a_thread_that_ended_stays_in_the_totals() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[("zone", "eu")], 2.0);
    thread.inc("jobs", &[("zone", "eu")], -0.5);
    thread.inc("seen", &[], 0.0);
    thread.observe_nanos("render", &[], 7.0);
    thread.observe("size", &[], 0.0);
    let before = snapshot(&collector);
    thread.end();
    assert_eq!(snapshot(&collector), before);
    assert_eq!(numbers(&before.counters), "jobs{zone=\"eu\"}=1.5 seen=0");
}

#[test]
fn gauges_end_with_their_thread() {
    let collector = collector();
    let (ending, staying) = (Thread::of(&collector), Thread::of(&collector));
    ending.set("size", &[], 4.0);
    ending.set("only here", &[], 1.0);
    staying.set("size", &[], 3.0);
    assert_eq!(gauges(&collector), "only here=1 size=7");
    ending.end();
    assert_eq!(gauges(&collector), "size=3");
}

#[test]
fn values_of_all_threads_are_one_series() {
    let collector = collector();
    let threads = [1.0, 2.0, 3.0].map(|value| {
        let thread = Thread::of(&collector);
        thread.inc("jobs", &[], value);
        thread.observe_nanos("render", &[], value);
        thread
    });
    assert_eq!(counters(&collector), "jobs=6");
    let Stats { count, min, max, .. } = timing(&collector, "render");
    assert_eq!((count, min * 1e6, max * 1e6), (3.0, 1.0, 3.0));
    threads.into_iter().for_each(Thread::end);
    assert_eq!(counters(&collector), "jobs=6");
}

#[test]
fn the_end_of_a_thread_does_not_change_totals_of_fractions() {
    let ends: [[usize; 3]; 4] = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]];
    for order in ends {
        let collector = collector();
        let mut threads = [0.1, 0.2, 0.3].map(|value| {
            let thread = Thread::of(&collector);
            thread.inc("cost", &[], value);
            thread.inc("refund", &[], -value);
            thread.observe("price", &[], value);
            Some(thread)
        });
        let window = Window::default();
        let before = window.snapshot_and_reset(&collector);
        for at in order {
            threads[at].take().into_iter().for_each(Thread::end);
            assert_eq!(snapshot(&collector), before, "after {at} of {order:?}");
            assert_eq!(window.snapshot(&collector), Snapshot::default(), "after {at} of {order:?}");
        }
    }
}

// Clear and remove

fn record_one_of_each(thread: &Thread, labels: js_writer::Labels) {
    thread.inc("jobs", labels, 2.0);
    thread.set("size", labels, 3.0);
    thread.observe_nanos("render", labels, 5.0);
    thread.observe("price", labels, 7.0);
}

#[test]
fn a_cleared_collector_is_empty_until_something_is_recorded() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    for thread in [&mine, &theirs] {
        record_one_of_each(thread, &[]);
    }
    collector.trace(0.0, "event".to_owned(), Vec::new());
    let window = Window::default();
    let _ = window.snapshot_and_reset(&collector);
    mine.clear();
    assert_eq!(snapshot(&collector), Snapshot::default());
    assert_eq!(window.snapshot(&collector), Snapshot::default());
    theirs.end();
    assert_eq!(snapshot(&collector), Snapshot::default());

    record_one_of_each(&mine, &[]);
    let after = snapshot(&collector);
    assert_eq!((numbers(&after.counters), numbers(&after.gauges)), ("jobs=2".to_owned(), "size=3".to_owned()));
    assert_eq!((after.timings[0].1.count, after.histograms[0].1.count), (1.0, 1.0));
}

#[test]
fn extremes_start_over_when_a_collector_is_cleared() {
    let collector = collector();
    let (ended, thread) = (Thread::of(&collector), Thread::of(&collector));
    for thread in [&ended, &thread] {
        thread.observe_nanos("render", &[], 1e6 + 1.0);
        thread.observe_nanos("render", &[], 1e6 + 9.0);
    }
    ended.end();
    thread.clear();
    thread.observe_nanos("render", &[], 1e6 + 5.0);
    let Stats { min, max, .. } = timing(&collector, "render");
    assert_eq!((min, max), (1.000_005, 1.000_005));
}

#[test]
fn a_removed_series_is_absent_and_starts_over_when_recorded_again() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let (gone, kept) = (&[("zone", "eu")], &[("zone", "us")]);
    record_one_of_each(&thread, gone);
    record_one_of_each(&thread, kept);
    for (kind, name) in Kind::ALL.into_iter().zip(["jobs", "size", "render", "price"]) {
        assert!(thread.remove(kind, name, gone), "{name}");
        assert!(!thread.remove(kind, name, gone), "{name} again");
        assert_eq!(collector.value(kind, name, &texts(gone)), None, "{name}");
    }
    let shown = snapshot(&collector);
    assert_eq!(numbers(&shown.counters), "jobs{zone=\"us\"}=2");
    assert_eq!(numbers(&shown.gauges), "size{zone=\"us\"}=3");
    assert_eq!((shown.timings.len(), shown.histograms.len()), (1, 1));

    record_one_of_each(&thread, gone);
    assert_eq!(counters(&collector), "jobs{zone=\"eu\"}=2 jobs{zone=\"us\"}=2");
    assert_eq!(gauges(&collector), "size{zone=\"eu\"}=3 size{zone=\"us\"}=3");
    assert_eq!(timing(&collector, "render{zone=\"eu\"}").count, 1.0);
}

#[test]
fn a_series_that_was_never_recorded_cannot_be_removed() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 1.0);
    for (kind, name, labels) in
        [(Kind::Counter, "job", &[][..]), (Kind::Gauge, "jobs", &[]), (Kind::Counter, "jobs", &[("zone", "eu")])]
    {
        assert!(!thread.remove(kind, name, labels));
    }
    assert_eq!(counters(&collector), "jobs=1");
}

#[test]
fn a_gauge_of_another_thread_stays_hidden_until_it_is_set_again() {
    for merge in [Merge::Sum, Merge::Last] {
        let collector = collector();
        let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
        theirs.family(Kind::Gauge, "size", FamilyOptions { merge: Some(merge), ..FamilyOptions::default() });
        theirs.set_at("size", &[], 4.0, 1.0);
        mine.clear();
        assert_eq!(gauges(&collector), "", "{merge:?}");
        theirs.set_at("size", &[], 5.0, 2.0);
        assert_eq!(gauges(&collector), "size=5", "{merge:?}");
        theirs.set_at("size", &[], 4.0, 3.0);
        assert_eq!(gauges(&collector), "size=4", "{merge:?}");
    }
}

#[test]
fn a_gauge_with_a_time_is_visible_again_when_it_is_set_to_the_same_value() {
    let collector = collector();
    let (mine, theirs) = (Thread::of(&collector), Thread::of(&collector));
    theirs.family(Kind::Gauge, "size", FamilyOptions { merge: Some(Merge::Last), ..FamilyOptions::default() });
    theirs.set_at("size", &[], 4.0, 1.0);
    mine.clear();
    theirs.set_at("size", &[], 4.0, 2.0);
    assert_eq!(gauges(&collector), "size=4");
}

// Values and keys

#[test]
fn a_single_value_equals_that_of_the_snapshot() {
    let collector = collector();
    let (ended, thread) = (Thread::of(&collector), Thread::of(&collector));
    let labels = &[("zone", "eu")];
    for thread in [&ended, &thread] {
        record_one_of_each(thread, labels);
    }
    ended.set("size", labels, f64::NAN);
    ended.end();
    let whole = snapshot(&collector);
    let expected = [
        Value::Number(whole.counters[0].1),
        Value::Number(whole.gauges[0].1),
        Value::Stats(whole.timings[0].1.clone()),
        Value::Stats(whole.histograms[0].1.clone()),
    ];
    for ((kind, name), expected) in Kind::ALL.into_iter().zip(["jobs", "size", "render", "price"]).zip(expected) {
        for given in [&[("zone", "eu")][..], &[("absent", ""), ("zone", "eu")]] {
            assert_eq!(collector.value(kind, name, &texts(given)).as_ref(), Some(&expected), "{name}");
        }
        assert_eq!(collector.value(kind, name, &[]), None, "{name}");
    }
}

#[test]
fn keys_and_the_labels_in_them_are_sorted() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("b", &[], 1.0);
    thread.inc("a", &[("y", "2"), ("x", "1")], 1.0);
    thread.inc("a", &[("x", "1"), ("y", "2"), ("z", "")], 1.0);
    thread.inc("a", &[], 1.0);
    assert_eq!(counters(&collector), r#"a=1 a{x="1",y="2"}=2 b=1"#);
}

#[test]
fn names_that_look_like_keys_have_distinct_keys() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.inc("a", &[("x", "1"), ("y", "2")], 1.0);
    thread.inc("a", &[("x=\"1\",y", "2")], 2.0);
    thread.inc("a{x=\"1\",y=\"2\"}", &[], 3.0);
    thread.inc("a{", &[("x", "1")], 4.0);
    thread.inc("a{", &[], 5.0);
    let keys =
        ["a{=5", r#"a{"x=\"1\",y"="2"}=2"#, r#"a{x="1",y="2"}=1"#, r#"{"a{",x="1"}=4"#, r#"{"a{x=\"1\",y=\"2\"}"}=3"#];
    assert_eq!(counters(&collector), keys.join(" "));
}

#[test]
fn values_outside_a_histograms_range_keep_their_extremes() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for value in [1e-30, 1.0, 1e30] {
        thread.observe("any", &[], value);
    }
    let Stats { count, sum, min, max, quantiles, .. } = stats(&snapshot(&collector).histograms, "any");
    assert_eq!((count, sum, min, max), (3.0, 1e30, 1e-30, 1e30));
    assert_eq!(quantiles[2], 1e30);
}

#[test]
fn negative_values_are_counted_by_bounds() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Histogram, "change", bounds(&[-1.0, 0.0, 1.0]));
    for value in [-5.0, -1.0, -0.5, 0.5, 9.0] {
        thread.observe("change", &[], value);
    }
    let Stats { count, sum, min, max, mean, buckets, .. } = stats(&snapshot(&collector).histograms, "change");
    assert_eq!((count, sum, min, max, mean), (5.0, 3.0, -5.0, 9.0, 0.6));
    assert_eq!(buckets, Some(vec![(-1.0, 2.0), (0.0, 3.0), (1.0, 4.0)]));
}

// JSON

fn json_of(collector: &Collector) -> Json {
    serde_json::from_slice(&json_snapshot(&snapshot(collector))).expect("valid JSON")
}

#[test]
fn the_json_of_an_unused_collector_has_every_section() {
    let empty = r#"{"counters":{},"gauges":{},"timings":{},"histograms":{},"trace":[]}"#;
    assert_eq!(json_snapshot(&snapshot(&collector())), empty.as_bytes());
}

#[test]
fn json_has_whole_numbers_without_a_fraction_and_keys_sorted() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for name in ["b", "a", "B"] {
        thread.inc(name, &[], 1.0);
    }
    thread.set("size", &[], 0.5);
    thread.set("zero", &[], -0.0);
    let expected = r#"{"counters":{"B":1,"a":1,"b":1},"gauges":{"size":0.5,"zero":0},"timings":{},"#;
    let text = String::from_utf8(json_snapshot(&snapshot(&collector))).expect("UTF-8");
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn json_has_every_field_of_a_timing_a_histogram_and_an_event() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.observe_millis("render", &[], 2.0);
    thread.family(Kind::Histogram, "size", bounds(&[1.5, 10.0]));
    thread.observe("size", &[], 4.0);
    collector.trace(
        12.5,
        "event".to_owned(),
        vec![("b".to_owned(), "1".to_owned()), ("a".to_owned(), "\"".to_owned())],
    );
    let read = json_of(&collector);
    let two = json!({"count": 1, "total": 2, "min": 2, "max": 2, "mean": 2, "p50": 2, "p90": 2, "p99": 2});
    assert_eq!(read["timings"], json!({ "render": two }));
    assert_eq!(read["histograms"]["size"]["sum"], json!(4));
    assert_eq!(read["histograms"]["size"]["buckets"], json!([[1.5, 0], [10, 1]]));
    assert_eq!(read["trace"], json!([{"seq": 1, "time": 12.5, "name": "event", "fields": {"b": "1", "a": "\""}}]));
}

#[test]
fn json_of_one_value_is_a_number_or_its_statistics() {
    let collector = collector();
    let thread = Thread::of(&collector);
    record_one_of_each(&thread, &[]);
    let value = |kind, name| collector.value(kind, name, &[]).map(|value| value_text(&value)).expect("it has a value");
    assert_eq!(value(Kind::Counter, "jobs"), "2");
    assert_eq!(value(Kind::Gauge, "size"), "3");
    let price: Json = serde_json::from_str(&value(Kind::Histogram, "price")).expect("valid JSON");
    assert_eq!(price["sum"], json!(7));
}

#[test]
fn json_has_the_largest_number_where_a_sum_overflowed() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for _ in 0..2 {
        thread.inc("jobs", &[], f64::MAX);
        thread.observe("size", &[], f64::MAX);
    }
    let read = json_of(&collector);
    let numbers = [&read["counters"]["jobs"], &read["histograms"]["size"]["sum"]];
    assert_eq!(numbers.map(Json::as_f64), [Some(f64::MAX); 2]);
}

#[test]
fn a_gauge_beyond_the_largest_number_is_infinite_and_null_in_json() {
    let collector = collector();
    let (thread, other) = (Thread::of(&collector), Thread::of(&collector));
    thread.set("sum", &[], f64::MAX);
    other.set("sum", &[], f64::MAX);
    thread.set("set", &[], f64::NEG_INFINITY);
    assert_eq!(gauges(&collector), "set=-inf sum=inf");
    let read = json_of(&collector);
    assert_eq!(read["gauges"], json!({ "set": null, "sum": null }));
    let text = snapshot_text(&snapshot(&collector), usize::MAX).expect("any length will do");
    assert!(text.contains(r#""gauges":{"set":-1e999,"sum":1e999}"#), "{text}");
}

#[test]
fn json_has_numbers_even_in_windows_after_an_overflow() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let record = || {
        thread.inc("jobs", &[], f64::MAX);
        thread.inc("jobs", &[], -1.0);
        thread.observe("size", &[], f64::MAX);
    };
    record();
    record();
    let window = Window::default();
    let _ = window.snapshot_and_reset(&collector);
    record();
    let read: Json = serde_json::from_slice(&json_snapshot(&window.snapshot(&collector))).expect("valid JSON");
    assert!(read["counters"]["jobs"].is_number(), "{read}");
    let size = &read["histograms"]["size"];
    assert_eq!(size["count"], json!(1));
    assert!(["sum", "min", "max", "mean", "p50"].iter().all(|name| size[name].is_number()), "{read}");
}

#[test]
fn a_snapshot_that_was_not_encoded_is_not_reset() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let window = Window::default();
    thread.inc("jobs", &[], 3.0);
    collector.trace(1.0, "begun".to_owned(), Vec::new());
    let (refused, used) = window.reset_if(&collector, |snapshot| snapshot_text(snapshot, 10));
    assert_eq!((refused.counters.len(), used), (1, None));
    thread.inc("jobs", &[], 4.0);
    let (taken, used) = window.reset_if(&collector, |snapshot| snapshot_text(snapshot, 1000));
    assert_eq!((taken.counters, taken.trace.len()), (vec![("jobs".to_owned(), 7.0)], 1));
    assert!(used.is_some_and(|text| text.starts_with("{\"counters\":{\"jobs\":7}")));
    assert_eq!(window.snapshot(&collector).counters, []);
}

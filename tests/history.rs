//! The history of a collector: what it says of a simulated time, compared with what was recorded.

mod js_writer;

use std::sync::Arc;

use js_writer::{Thread, bounds, collector, precision};
use tallystick::collector::{Collector, FamilyOptions, History, HistoryGroup, HistoryReading, HistoryRequest, Kind};
use tallystick::histogram::Precision;

const SECOND: f64 = 1000.0;
/// Any time of the clock, at the start of ten seconds.
const START: f64 = 1_700_000_000_000.0;

/// Calls `record` in each of these seconds, and samples the history at their ends. The caller holds the history.
fn simulate(collector: &Collector, seconds: u32, mut record: impl FnMut(u32)) -> Arc<History> {
    let history = collector.open_history();
    history.sample(collector, START);
    for second in 1..=seconds {
        record(second);
        history.sample(collector, START + f64::from(second) * SECOND);
    }
    history
}

fn request(keys: &[&str]) -> HistoryRequest {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    HistoryRequest { keys, limit: 100, ..HistoryRequest::default() }
}

fn read(collector: &Collector, request: &HistoryRequest) -> HistoryReading {
    collector.history().expect("it is held").read(request)
}

fn counts(group: &HistoryGroup) -> Vec<f64> {
    group.values.iter().map(|values| values.count.unwrap_or(-1.0)).collect()
}

fn gauges(group: &HistoryGroup) -> Vec<f64> {
    group.values.iter().map(|values| values.gauge.map_or(-1.0, |gauge| gauge.0)).collect()
}

#[test]
fn each_second_of_five_minutes_has_what_was_recorded_in_it() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let _held = simulate(&collector, 300, |second| {
        for _ in 0..second % 3 {
            thread.inc("jobs", &[], 2.0);
        }
        thread.set("queue", &[], f64::from(second / 10));
        for at in 1..=10 {
            thread.observe_millis("work", &[("route", "/")], f64::from(second) + f64::from(at) / 10.0);
        }
    });
    let keys = ["jobs#counter", "queue#gauge", "work{route=\"/\"}#timing"];
    let HistoryReading { intervals, latest, groups } = read(&collector, &request(&keys));
    assert_eq!((intervals.len(), latest), (300, Some(START + 300.0 * SECOND)));
    let [jobs, queue, work] = &groups[..] else { panic!("{groups:?}") };
    assert_eq!(counts(jobs), (1..=300).map(|second| f64::from(second % 3 * 2)).collect::<Vec<_>>());
    assert_eq!(gauges(queue), (1..=300).map(|second| f64::from(second / 10)).collect::<Vec<_>>());
    assert_eq!(counts(work), vec![10.0; 300]);
    for (second, values) in (1..).zip(&work.values) {
        let distribution = values.distribution.as_ref().expect("it has values");
        let (lowest, highest) = distribution.extremes().expect("it has values");
        let millis = |nanos: f64| (nanos / 1e5).round() / 10.0;
        // an earlier second may share the bucket of the smallest value
        assert!((lowest / 1e6 / (f64::from(second) + 0.1) - 1.0).abs() < 0.07, "{second}: {lowest}");
        assert_eq!(millis(highest), f64::from(second) + 1.0);
        let p50 = distribution.quantile(0.5).expect("it has values") / 1e6;
        assert!((p50 / (f64::from(second) + 0.5) - 1.0).abs() < 0.07, "{second}: {p50}");
    }
}

#[test]
fn older_seconds_are_summed_in_tens_and_keep_the_highest_value_of_a_gauge() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let _held = simulate(&collector, 340, |second| {
        thread.inc("jobs", &[], 1.0);
        thread.set("lag", &[], if second == 14 { 9.0 } else { 0.5 });
    });
    let HistoryReading { intervals, groups, .. } = read(&collector, &request(&["jobs", "lag"]));
    let ends: Vec<f64> = intervals.iter().take(5).map(|interval| (interval.end - START) / SECOND).collect();
    assert_eq!(ends, [10.0, 20.0, 30.0, 40.0, 41.0]);
    assert_eq!(counts(&groups[0])[..5], [10.0, 10.0, 10.0, 10.0, 1.0]);
    let lags: Vec<_> = groups[1].values.iter().take(3).map(|values| values.gauge).collect();
    assert_eq!(lags, [Some((0.5, 0.5)), Some((0.5, 9.0)), Some((0.5, 0.5))]);
}

#[test]
fn series_of_a_pattern_are_merged_and_grouped_by_labels() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let _held = simulate(&collector, 3, |_| {
        for (route, status, count) in [("/a", "200", 3), ("/a", "500", 1), ("/b", "200", 2)] {
            for _ in 0..count {
                let labels = [("route", route), ("status", status)];
                let with_error = [labels[0], labels[1], ("error", "500")];
                thread.observe_millis("http", if status == "500" { &with_error } else { &labels }, 1.0);
            }
        }
    });
    let of = |keys: &[&str], by: &[&str]| {
        let by = by.iter().map(|label| (*label).to_owned()).collect();
        let reading = read(&collector, &HistoryRequest { by, ..request(keys) });
        let name = |group: &HistoryGroup| {
            let labels: Vec<&str> = group.labels.iter().map(|label| label.1.as_str()).collect();
            format!("{}:{}:{}={}", group.of, group.series, labels.join(","), counts(group)[2])
        };
        reading.groups.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(&["http{*}#timing"], &[]), "0:3:=6");
    assert_eq!(of(&["http{error=*,*}", "http{route=\"/b\",*}"], &[]), "0:1:500,/a,500=1 1:1:/b,200=2");
    assert_eq!(of(&["http{*}"], &["route"]), "0:2:/a=4 0:1:/b,200=2");
    assert_eq!(of(&["http{error=\"\",*}"], &[]), "0:2:200=5");
    assert_eq!(of(&["http{route=\"/a\"}", "none", "http{"], &[]), "");
    assert_eq!(of(&["*#timing"], &[]).split(' ').count(), 3);
}

#[test]
fn a_summary_has_the_last_five_minutes_and_the_time_before() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let _held = simulate(&collector, 900, |second| {
        thread.observe_millis("work", &[], if second > 600 { 100.0 } else { 1.0 });
        thread.inc("jobs", &[], if second > 600 { 5.0 } else { 1.0 });
    });
    let summary = HistoryRequest { is_summary: true, ..request(&["work", "jobs"]) };
    let HistoryReading { intervals, groups, .. } = read(&collector, &summary);
    assert!(intervals.is_empty());
    let [recent, before] = &groups[0].spans;
    for (span, seconds, millis) in [(recent, 300.0, 100.0), (before, 600.0, 1.0)] {
        let distribution = span.values.distribution.as_ref().expect("it has values");
        assert_eq!(
            (span.seconds, distribution.count(), distribution.sum()),
            (seconds, seconds, seconds * millis * 1e6)
        );
        let p99 = distribution.quantile(0.99).expect("it has values") / 1e6;
        assert!((p99 / millis - 1.0).abs() < 0.07, "{p99}");
    }
    let [recent, before] = &groups[1].spans;
    assert_eq!((recent.values.count, before.values.count), (Some(1500.0), Some(600.0)));
}

#[test]
fn the_cells_of_all_intervals_have_all_values() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Histogram, "sizes", bounds(&[10.0, 100.0]));
    thread.family(Kind::Timing, "fine", precision(Precision::Three));
    let _held = simulate(&collector, 30, |second| {
        thread.observe_millis("fine", &[], f64::from(second));
        thread.observe_millis("fine", &[], 0.0);
        thread.observe("sizes", &[], f64::from(second * 10));
    });
    let buckets = HistoryRequest { has_buckets: true, ..request(&["fine", "sizes"]) };
    let HistoryReading { groups, .. } = read(&collector, &buckets);
    let fine = groups[0].buckets.as_ref().expect("it has buckets");
    for (second, counts) in (1..).zip(&fine.counts) {
        let ranges: Vec<_> = counts.iter().map(|(at, count)| (fine.ranges[*at], *count)).collect();
        let nanos = f64::from(second) * 1e6;
        assert_eq!(ranges.len(), 2, "{ranges:?}");
        assert!(ranges.contains(&((0.0, 0.0), 1.0)), "{ranges:?}");
        assert!(
            ranges.iter().any(|((low, high), count)| *low <= nanos && nanos <= *high && *count == 1.0),
            "{ranges:?}"
        );
    }
    let sizes = groups[1].buckets.as_ref().expect("it has buckets");
    assert_eq!(sizes.ranges, [(10.0, 10.0), (10.0, 100.0), (100.0, 300.0)]);
}

#[test]
fn a_series_that_was_removed_keeps_its_history_and_continues_it() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let _held = simulate(&collector, 9, |second| {
        if second == 4 {
            thread.remove(Kind::Counter, "jobs", &[("queue", "a")]);
            thread.remove(Kind::Gauge, "size", &[("queue", "a")]);
        } else if second != 5 {
            thread.inc("jobs", &[("queue", "a")], f64::from(second));
            thread.set("size", &[("queue", "a")], f64::from(second));
        }
    });
    let reading = read(&collector, &request(&["jobs{queue=\"a\"}#counter", "size{queue=\"a\"}#gauge"]));
    assert_eq!(counts(&reading.groups[0]), [1.0, 2.0, 3.0, 0.0, 0.0, 6.0, 7.0, 8.0, 9.0]);
    assert_eq!(gauges(&reading.groups[1]), [1.0, 2.0, 3.0, -1.0, -1.0, 6.0, 7.0, 8.0, 9.0]);
}

#[test]
fn a_clock_that_is_set_back_starts_the_history_again() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.set("size", &[], 7.0);
    let _held = simulate(&collector, 5, |_| thread.inc("jobs", &[], 1.0));
    let history = collector.open_history();
    history.sample(&collector, START - 100.0 * SECOND);
    thread.inc("jobs", &[], 4.0);
    history.sample(&collector, START - 99.0 * SECOND);
    let reading = read(&collector, &request(&["jobs", "size"]));
    let last = |group: &HistoryGroup| group.values.last().cloned();
    assert_eq!(reading.intervals.len(), 1);
    assert_eq!(last(&reading.groups[1]).unwrap().gauge, Some((7.0, 7.0)));
}

#[test]
fn the_history_ends_when_nobody_holds_it() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Counter, "jobs", FamilyOptions::default());
    let history = collector.open_history();
    assert!(collector.history().is_some());
    drop(history);
    assert!(collector.history().is_none());
}

#[test]
fn more_series_than_the_history_has_room_for_are_left_out_and_those_of_the_page_are_not() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for at in 0..5000 {
        thread.inc("many", &[("at", &at.to_string())], 1.0);
    }
    let _held = simulate(&collector, 2, |second| {
        if second == 2 {
            thread.observe_millis("http.server.request.duration", &[("http.route", "/")], 1.0);
        }
        for at in 0..5000 {
            thread.inc("many", &[("at", &at.to_string())], 1.0);
        }
    });
    let reading = read(&collector, &request(&["http.server.request.duration{*}", "many{*}"]));
    assert_eq!(counts(&reading.groups[0])[1], 1.0);
    assert_eq!(counts(&reading.groups[1]), [2000.0, 1999.0]);
}

#[test]
fn a_series_that_gets_room_later_starts_with_what_it_records_then() {
    let collector = collector();
    let thread = Thread::of(&collector);
    for at in 0..2010 {
        thread.inc("many", &[("at", &at.to_string())], 100.0);
    }
    let _held = simulate(&collector, 3, |second| {
        if second == 2 {
            for at in 0..10 {
                thread.remove(Kind::Counter, "many", &[("at", &at.to_string())]);
            }
        }
        for at in 10..2010 {
            thread.inc("many", &[("at", &at.to_string())], 1.0);
        }
    });
    let reading = read(&collector, &request(&["many{*}"]));
    assert_eq!(counts(&reading.groups[0]), [1990.0, 1990.0, 2000.0]);
}

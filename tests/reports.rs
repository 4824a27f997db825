//! Reports: sums over labels and threads, since the window's last reset.

mod js_writer;

use std::sync::Arc;
use std::thread;

use js_writer::{Thread, bounds, collector, precision};
use tallystick::collector::{Collector, FamilyOptions, Kind, Merge, Report, ReportRequest, ReportWindow};
use tallystick::histogram::{LogLinear, Precision, Summary};

fn request() -> ReportRequest {
    ReportRequest { kinds: Kind::ALL.to_vec(), quantiles: vec![0.0, 0.1, 0.5, 0.9, 0.99, 1.0] }
}

fn report(window: &ReportWindow, collector: &Collector) -> Report {
    window.report(collector, &request(), None)
}

/// A collector, and a window that is older than anything in it.
fn watched() -> (Arc<Collector>, ReportWindow) {
    let collector = collector();
    let window = ReportWindow::new(&collector);
    (collector, window)
}

fn summary(report: &Report, name: &str) -> Summary {
    report
        .histograms
        .iter()
        .find(|(known, _)| &**known == name)
        .map(|(_, summary)| summary.clone())
        .expect("it has a value")
}

fn numbers(of: &[(Arc<str>, f64)]) -> String {
    let pairs: Vec<String> = of.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(" ")
}

/// How many values, reports and so on: few where an interpreter runs this.
fn few(count: u32) -> u32 {
    if cfg!(miri) { count / 50 } else { count }
}

/// Reproducible values over many powers of two, including zeros.
fn values(count: u32) -> impl Iterator<Item = f64> {
    (0..few(count)).map(|at| f64::from(at.wrapping_mul(2_654_435_761) % 1000).powi(3) / 1000.0)
}

#[test]
fn counters_and_gauges_are_summed_over_labels_and_threads() {
    let (collector, window) = watched();
    let (one, other) = (Thread::of(&collector), Thread::of(&collector));
    one.family(Kind::Gauge, "peak", FamilyOptions { merge: Some(Merge::Max), ..FamilyOptions::default() });
    for (thread, label) in [(&one, "a"), (&other, "b")] {
        thread.inc("jobs", &[("queue", label)], 2.0);
        thread.inc("jobs", &[], -0.5);
        thread.set("busy", &[("queue", label)], 3.0);
        thread.set("peak", &[("queue", label)], if label == "a" { 7.0 } else { 4.0 });
    }
    one.head(Kind::Counter, "never", &[("queue", "a")]);
    let report = report(&window, &collector);
    assert_eq!(numbers(&report.counters), "jobs=3");
    assert_eq!(numbers(&report.gauges), "busy=6 peak=7");
}

#[test]
fn a_distribution_is_the_same_from_one_thread_or_two_live_or_ended() {
    for digits in [Precision::One, Precision::Two, Precision::Three] {
        let expected = {
            let (collector, window) = watched();
            let thread = Thread::of(&collector);
            thread.family(Kind::Histogram, "size", precision(digits));
            values(5000).for_each(|value| thread.observe("size", &[], value));
            summary(&report(&window, &collector), "size")
        };
        let (collector, window) = watched();
        let (one, other) = (Thread::of(&collector), Thread::of(&collector));
        one.family(Kind::Histogram, "size", precision(digits));
        for (at, value) in values(5000).enumerate() {
            let thread = if at % 3 == 0 { &one } else { &other };
            thread.observe("size", &[], value);
        }
        assert_eq!(summary(&report(&window, &collector), "size"), expected);
        one.end();
        assert_eq!(summary(&report(&window, &collector), "size"), expected);
    }
}

#[test]
fn a_cleared_window_reports_values_since_then() {
    let (collector, window) = watched();
    let thread = Thread::of(&collector);
    let later = || values(3000).map(|value| value + 0.25);
    values(5000).for_each(|value| thread.observe("size", &[], value));
    window.clear_distributions(&collector);
    assert!(report(&window, &collector).histograms.is_empty());
    later().for_each(|value| thread.observe("size", &[], value));
    let since = summary(&report(&window, &collector), "size");

    let (alone, fresh) = watched();
    let thread = Thread::of(&alone);
    later().for_each(|value| thread.observe("size", &[], value));
    let expected = summary(&report(&fresh, &alone), "size");
    // the extremes are as precise as the buckets
    let pairs = since.quantiles.iter().zip(&expected.quantiles).chain([(&since.min, &expected.min)]);
    for (value, exact) in pairs.chain([(&since.max, &expected.max)]) {
        assert!((value - exact).abs() <= exact / 100.0, "{value} for {exact}");
    }
}

#[test]
fn counters_and_distributions_are_cleared_separately() {
    let (collector, window) = watched();
    let thread = Thread::of(&collector);
    let record = || {
        thread.inc("jobs", &[], 1.0);
        thread.observe_millis("latency", &[], 5.0);
    };
    record();
    window.clear_counters(&collector);
    let cleared = report(&window, &collector);
    assert_eq!((cleared.counters.len(), cleared.histograms.len()), (0, 1));
    record();
    window.clear_distributions(&collector);
    let cleared = report(&window, &collector);
    assert_eq!((numbers(&cleared.counters).as_str(), cleared.histograms.len()), ("jobs=1", 0));
    let other = ReportWindow::new(&collector);
    assert_eq!(report(&other, &collector), Report::default());
}

#[test]
fn only_requested_names_are_reported() {
    let (collector, window) = watched();
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 1.0);
    thread.inc("others", &[], 1.0);
    thread.observe_millis("latency", &[], 5.0);
    thread.observe("latency", &[], 500.0);
    let jobs = thread.family(Kind::Counter, "jobs", FamilyOptions::default());
    let selected = window.report(&collector, &request(), Some(&[jobs]));
    assert_eq!((numbers(&selected.counters).as_str(), selected.histograms.len()), ("jobs=1", 0));
    let timings = ReportRequest { kinds: vec![Kind::Timing], ..request() };
    let selected = window.report(&collector, &timings, None);
    assert_eq!((selected.counters.len(), summary(&selected, "latency").max), (0, 5.0));
    assert_eq!(summary(&report(&window, &collector), "latency").max, 500.0);
}

#[test]
fn a_removed_series_is_reported_with_values_since_then() {
    let (collector, window) = watched();
    let thread = Thread::of(&collector);
    for value in [1000.0, 2.0] {
        thread.inc("jobs", &[], value);
        thread.observe("size", &[], value);
        if value == 1000.0 {
            thread.clear();
        }
    }
    let report = report(&window, &collector);
    assert_eq!(numbers(&report.counters), "jobs=2");
    assert_eq!((summary(&report, "size").min, summary(&report, "size").max), (2.0, 2.0));
}

#[test]
fn the_values_after_a_removal_by_another_thread_are_reported_wherever_they_are() {
    let (collector, window) = watched();
    let (owner, other) = (Thread::of(&collector), Thread::of(&collector));
    for value in [1e-9, 5.0, 1e9] {
        owner.observe("size", &[], value);
    }
    other.clear();
    assert!(report(&window, &collector).histograms.is_empty());
    // as if the other thread had started the extremes over after this one compared its value with them: it stores none
    let head = owner.head(Kind::Histogram, "size", &[]);
    owner.count(head, LogLinear::any(Precision::Two), 64.0);
    let between = summary(&report(&window, &collector), "size");
    assert!((64.0..=65.0).contains(&between.min) && (64.0..=65.0).contains(&between.max), "{between:?}");
    for value in [2.0, 5000.0] {
        owner.observe("size", &[], value);
    }
    let all = summary(&report(&window, &collector), "size");
    assert_eq!((all.min, all.max), (2.0, 5000.0));
    assert!((64.0..=65.0).contains(&all.quantiles[2]), "{all:?}");
    window.clear_distributions(&collector);
    assert!(report(&window, &collector).histograms.is_empty());
    owner.observe("size", &[], 2.0);
    let since = summary(&report(&window, &collector), "size");
    assert!((2.0..=2.02).contains(&since.min) && (2.0..=2.02).contains(&since.max), "{since:?}");
    // its cells are released and claimed again, and have neither a baseline nor old counts
    owner.release_removed();
    owner.observe("size", &[], 3.0);
    let later = summary(&report(&window, &collector), "size");
    assert!((2.0..=2.02).contains(&later.min) && (3.0..=3.02).contains(&later.max), "{later:?}");
}

#[test]
fn a_recording_in_flight_is_in_the_next_report_or_in_the_flush() {
    let (collector, window) = watched();
    let thread = Thread::of(&collector);
    thread.observe("size", &[], 5.0);
    let head = thread.head(Kind::Histogram, "size", &[]);
    // counted, but not in the extremes yet
    thread.count(head, LogLinear::any(Precision::Two), 5000.0);
    assert_eq!(summary(&report(&window, &collector), "size").max, 5.0);
    thread.add_to_head(head, 5000.0);
    assert_eq!(summary(&report(&window, &collector), "size").max, 5000.0);
    // terminated before it gets there
    thread.count(head, LogLinear::any(Precision::Two), 0.001);
    thread.end();
    assert_eq!(collector.distribution(Kind::Histogram, "size", &[]).map(|size| size.count()), Some(3.0));
}

#[test]
fn distributions_with_bounds_and_without_are_merged() {
    let (collector, window) = watched();
    let thread = Thread::of(&collector);
    thread.family(Kind::Histogram, "latency", bounds(&[10.0, 20.0]));
    for value in [5.0, 15.0, 15.0, 25.0] {
        thread.observe("latency", &[], value);
        thread.observe_millis("latency", &[], value);
    }
    let latency = summary(&report(&window, &collector), "latency");
    assert_eq!((latency.min, latency.max), (5.0, 25.0));
    assert!(latency.quantiles.is_sorted(), "{latency:?}");
}

#[test]
fn a_report_has_all_values_even_if_their_cells_are_flushed_meanwhile() {
    let names: Vec<String> = (0..few(500)).map(|at| format!("size_{at}")).collect();
    for _ in 0..5 {
        let (collector, window) = watched();
        let thread = Thread::of(&collector);
        for name in &names {
            for value in [1.0, 20.0, 300.0] {
                thread.observe(name, &[], value);
            }
        }
        let flushing = thread::scope(|scope| {
            let flushing = scope.spawn(|| {
                // only this thread has these series
                let thread = thread;
                for name in &names {
                    thread.flush_cell(thread.head(Kind::Histogram, name, &[]));
                }
            });
            while !flushing.is_finished() {
                let report = report(&window, &collector);
                assert_eq!(report.histograms.len(), names.len());
                for (name, summary) in report.histograms {
                    assert_eq!((summary.min, summary.max), (1.0, 300.0), "{name}");
                }
            }
            flushing.join()
        });
        flushing.expect("the flushing thread panicked");
    }
}

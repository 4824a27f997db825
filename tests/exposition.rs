//! The exact Prometheus text of small collectors.

mod js_writer;

use js_writer::{Labels, Thread, bounds, collector, collector_with_labels};
use tallystick::collector::{Collector, FamilyOptions, Kind, Merge};
use tallystick::exposition::{DEFAULT_BUCKETS_MILLIS, prometheus_text};

fn text_with(collector: &Collector, buckets: &[f64]) -> String {
    String::from_utf8(prometheus_text(collector, buckets)).expect("UTF-8")
}

fn text(collector: &Collector) -> String {
    text_with(collector, &DEFAULT_BUCKETS_MILLIS)
}

/// The text of a collector after these recordings.
fn text_of(record: impl FnOnce(&Thread)) -> String {
    let collector = collector();
    record(&Thread::of(&collector));
    text(&collector)
}

/// Recordings, and their exact text.
type Row = (fn(&Thread), &'static str);

fn assert_texts(rows: &[Row]) {
    for (record, expected) in rows {
        assert_eq!(text_of(record), *expected);
    }
}

fn help(help: &str) -> FamilyOptions {
    FamilyOptions { help: Some(help.to_owned()), ..FamilyOptions::default() }
}

fn unit(unit: &str) -> FamilyOptions {
    FamilyOptions { unit: Some(unit.to_owned()), ..FamilyOptions::default() }
}

#[test]
fn an_unused_collector_has_an_empty_text() {
    assert_texts(&[(|_| (), "")]);
}

#[test]
fn declared_instruments_are_zero_until_they_record() {
    assert_texts(&[
        (
            |thread| _ = thread.family(Kind::Counter, "jobs", help("Jobs.")),
            "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 0\n",
        ),
        (
            |thread| _ = thread.family(Kind::Timing, "render", bounds(&[1.0])),
            "# TYPE render_seconds histogram\nrender_seconds_bucket{le=\"0.001\"} 0\n\
             render_seconds_bucket{le=\"+Inf\"} 0\nrender_seconds_sum 0\nrender_seconds_count 0\n",
        ),
        (
            |thread| _ = thread.family(Kind::Histogram, "size", bounds(&[-1.0])),
            "# TYPE size histogram\nsize_bucket{le=\"-1\"} 0\nsize_bucket{le=\"+Inf\"} 0\nsize_sum 0\nsize_count 0\n",
        ),
        (
            |thread| _ = thread.family(Kind::Histogram, "size", FamilyOptions::default()),
            "# TYPE size summary\nsize{quantile=\"0.5\"} NaN\nsize{quantile=\"0.9\"} NaN\nsize{quantile=\"0.99\"} NaN\n\
             size_sum 0\nsize_count 0\n",
        ),
    ]);
    let collector = collector_with_labels(&[("zone", "eu")]);
    Thread::of(&collector).family(Kind::Counter, "jobs", FamilyOptions::default());
    assert_eq!(text(&collector), "# TYPE jobs_total counter\njobs_total{zone=\"eu\"} 0\n");
}

#[test]
fn gauges_and_labelled_families_are_absent_until_they_record() {
    let labelled = |names: &[&str]| FamilyOptions {
        label_names: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..FamilyOptions::default()
    };
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Counter, "jobs", labelled(&["queue"]));
    thread.family(Kind::Gauge, "size", FamilyOptions::default());
    assert_eq!(text(&collector), "");
    thread.inc("errors", &[("queue", "a")], 1.0);
    assert_eq!(text(&collector), "# TYPE errors_total counter\nerrors_total{queue=\"a\"} 1\n");
    collector.clear(&thread.shard);
    assert_eq!(text(&collector), "");
}

#[test]
fn a_family_without_series_yet_keeps_its_name() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Gauge, "a.b", FamilyOptions::default());
    thread.set("a_b", &[], 2.0);
    let before = text(&collector);
    thread.set("a.b", &[], 1.0);
    assert_eq!(text(&collector), format!("# TYPE a_b gauge\na_b 1\n{before}"));
}

#[test]
fn names_of_counters_end_with_total() {
    assert_texts(&[
        (|thread| thread.inc("jobs", &[], 3.0), "# TYPE jobs_total counter\njobs_total 3\n"),
        (|thread| thread.inc("jobs", &[], 0.0), "# TYPE jobs_total counter\njobs_total 0\n"),
        (|thread| thread.inc("jobs_total", &[], 0.5), "# TYPE jobs_total counter\njobs_total 0.5\n"),
        (|thread| thread.inc("jobs.total", &[], 1.0), "# TYPE jobs_total counter\njobs_total 1\n"),
        (
            |thread| {
                thread.inc("jobs", &[("zone", "eu")], 1.0);
                thread.inc("jobs", &[], 2.0);
                thread.inc("jobs", &[("zone", "us"), ("a", "b")], 3.0);
            },
            "# TYPE jobs_total counter\njobs_total{zone=\"eu\"} 1\njobs_total 2\njobs_total{a=\"b\",zone=\"us\"} 3\n",
        ),
    ]);
}

#[test]
fn a_counter_with_decrements_also_has_a_gauge_of_its_net_value() {
    assert_texts(&[
        (
            |thread| {
                thread.inc("open", &[], 5.0);
                thread.inc("open", &[], -2.0);
            },
            "# TYPE open_total counter\nopen_total 5\n# TYPE open gauge\nopen 3\n",
        ),
        (
            |thread| {
                thread.inc("open", &[("zone", "eu")], 5.0);
                thread.inc("open", &[("zone", "us")], -2.0);
            },
            "# TYPE open_total counter\nopen_total{zone=\"eu\"} 5\nopen_total{zone=\"us\"} 0\n\
             # TYPE open gauge\nopen{zone=\"us\"} -2\n",
        ),
        (
            |thread| thread.inc("open_total", &[], -1.0),
            "# TYPE open_total counter\nopen_total 0\n# TYPE open gauge\nopen -1\n",
        ),
        (
            |thread| {
                thread.family(Kind::Counter, "sent", FamilyOptions { help: Some("Sent.".to_owned()), ..unit("bytes") });
                thread.inc("sent", &[], -1.0);
            },
            "# HELP sent_bytes_total Sent.\n# TYPE sent_bytes_total counter\nsent_bytes_total 0\n\
             # HELP sent_bytes Sent.\n# TYPE sent_bytes gauge\nsent_bytes -1\n",
        ),
    ]);
}

#[test]
fn a_counters_first_decrement_does_not_take_another_familys_name() {
    assert_texts(&[(
        |thread| {
            thread.inc("open", &[], -1.0);
            thread.set("open", &[], 7.0);
        },
        "# TYPE open_total counter\nopen_total 0\n# TYPE open gauge\nopen 7\n# TYPE U__open gauge\nU__open -1\n",
    )]);
}

#[test]
fn gauges_of_two_threads_are_merged_by_the_familys_option() {
    for (merge, expected) in [(Merge::Sum, "7"), (Merge::Min, "3"), (Merge::Max, "4"), (Merge::Last, "3")] {
        let collector = collector();
        let threads = [(3.0, 9.0), (4.0, 8.0)].map(|(value, time)| {
            let thread = Thread::of(&collector);
            thread.family(Kind::Gauge, "size", FamilyOptions { merge: Some(merge), ..FamilyOptions::default() });
            thread.set_at("size", &[], value, time);
            thread
        });
        assert_eq!(text(&collector), format!("# TYPE size gauge\nsize {expected}\n"), "{merge:?}");
        drop(threads);
    }
}

#[test]
fn a_gauge_that_was_not_set_is_absent() {
    assert_texts(&[
        (|thread| _ = thread.head(Kind::Gauge, "size", &[]), ""),
        (
            |thread| {
                thread.head(Kind::Gauge, "size", &[("zone", "eu")]);
                thread.set("size", &[("zone", "us")], -0.5);
            },
            "# TYPE size gauge\nsize{zone=\"us\"} -0.5\n",
        ),
    ]);
    let collector = collector();
    let (unset, set) = (Thread::of(&collector), Thread::of(&collector));
    unset.family(Kind::Gauge, "size", FamilyOptions { merge: Some(Merge::Min), ..FamilyOptions::default() });
    unset.head(Kind::Gauge, "size", &[]);
    set.set("size", &[], 4.0);
    assert_eq!(text(&collector), "# TYPE size gauge\nsize 4\n");
}

#[test]
fn a_timing_is_a_histogram_in_seconds_with_the_default_buckets() {
    assert_texts(&[(
        |thread| [0.5, 1.0, 30.0, 70_000.0].iter().for_each(|millis| thread.observe_millis("render", &[], *millis)),
        "# TYPE render_seconds histogram\n\
         render_seconds_bucket{le=\"0.001\"} 2\n\
         render_seconds_bucket{le=\"0.0025\"} 2\n\
         render_seconds_bucket{le=\"0.005\"} 2\n\
         render_seconds_bucket{le=\"0.01\"} 2\n\
         render_seconds_bucket{le=\"0.025\"} 2\n\
         render_seconds_bucket{le=\"0.05\"} 3\n\
         render_seconds_bucket{le=\"0.1\"} 3\n\
         render_seconds_bucket{le=\"0.25\"} 3\n\
         render_seconds_bucket{le=\"0.5\"} 3\n\
         render_seconds_bucket{le=\"1\"} 3\n\
         render_seconds_bucket{le=\"2.5\"} 3\n\
         render_seconds_bucket{le=\"5\"} 3\n\
         render_seconds_bucket{le=\"10\"} 3\n\
         render_seconds_bucket{le=\"+Inf\"} 4\n\
         render_seconds_sum 70.0315\n\
         render_seconds_count 4\n",
    )]);
}

#[test]
fn a_timings_own_buckets_take_precedence_over_those_of_the_scrape() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.family(Kind::Timing, "render", bounds(&[2.0]));
    for name in ["render", "load"] {
        thread.observe_millis(name, &[("k", "v")], 2.0);
        thread.observe_millis(name, &[("k", "v")], 0.0);
    }
    let expected = "# TYPE render_seconds histogram\n\
        render_seconds_bucket{k=\"v\",le=\"0.002\"} 2\n\
        render_seconds_bucket{k=\"v\",le=\"+Inf\"} 2\n\
        render_seconds_sum{k=\"v\"} 0.002\n\
        render_seconds_count{k=\"v\"} 2\n\
        # TYPE load_seconds histogram\n\
        load_seconds_bucket{k=\"v\",le=\"0.001\"} 1\n\
        load_seconds_bucket{k=\"v\",le=\"0.1\"} 2\n\
        load_seconds_bucket{k=\"v\",le=\"+Inf\"} 2\n\
        load_seconds_sum{k=\"v\"} 0.002\n\
        load_seconds_count{k=\"v\"} 2\n";
    assert_eq!(text_with(&collector, &[1.0, 100.0]), expected);
}

#[test]
fn a_timing_that_was_never_used_has_counts_of_zero() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.head(Kind::Timing, "render", &[]);
    let expected = "# TYPE render_seconds histogram\n\
        render_seconds_bucket{le=\"0.001\"} 0\nrender_seconds_bucket{le=\"+Inf\"} 0\n\
        render_seconds_sum 0\nrender_seconds_count 0\n";
    assert_eq!(text_with(&collector, &[1.0]), expected);
}

#[test]
fn a_value_counts_in_the_bucket_of_an_equal_bound() {
    for millis in [1.1, 0.000_035, 0.001_001, 8.2, 4.35, 0.000_001_5] {
        let collector = collector();
        let thread = Thread::of(&collector);
        thread.observe_millis("render", &[], millis);
        let text = text_with(&collector, &[millis]);
        let line = text.lines().nth(1).expect("a bucket");
        assert!(line.ends_with(" 1"), "{millis}: {line}");
    }
}

#[test]
fn bounds_that_are_equal_in_seconds_are_one_bucket() {
    let collector = collector();
    let thread = Thread::of(&collector);
    thread.observe_millis("render", &[], 1.0);
    let neighbours = (2..).map(|millis| (f64::from(millis), f64::from(millis).next_up()));
    let seconds = |millis: f64| format!("{millis}e-3").parse::<f64>().expect("a number");
    let (first, second) =
        neighbours.into_iter().find(|(one, next)| seconds(*one) == seconds(*next)).expect("such neighbours");
    let text = text_with(&collector, &[first, second]);
    assert_eq!(text.matches("_bucket{le=\"0").count(), 1, "{text}");
}

#[test]
fn a_histogram_with_bounds_counts_exactly() {
    assert_texts(&[(
        |thread| {
            thread.family(
                Kind::Histogram,
                "size",
                FamilyOptions { help: Some("Sizes.".to_owned()), ..bounds(&[-1.0, 0.25, 1e6]) },
            );
            for value in [-3.0, -1.0, 0.0, 0.25, 7.0, 1e6, 2e6] {
                thread.observe("size", &[], value);
            }
        },
        "# HELP size Sizes.\n# TYPE size histogram\n\
         size_bucket{le=\"-1\"} 2\nsize_bucket{le=\"0.25\"} 4\nsize_bucket{le=\"1000000\"} 6\nsize_bucket{le=\"+Inf\"} 7\n\
         size_sum 3000003.25\nsize_count 7\n",
    )]);
}

#[test]
fn a_histogram_without_bounds_is_a_summary() {
    assert_texts(&[
        (
            |thread| [0.0, 4.0, 8.0].iter().for_each(|value| thread.observe("size", &[("k", "v")], *value)),
            "# TYPE size summary\n\
             size{k=\"v\",quantile=\"0.5\"} 4.25\nsize{k=\"v\",quantile=\"0.9\"} 8\nsize{k=\"v\",quantile=\"0.99\"} 8\n\
             size_sum{k=\"v\"} 12\nsize_count{k=\"v\"} 3\n",
        ),
        (
            |thread| _ = thread.head(Kind::Histogram, "size", &[]),
            "# TYPE size summary\n\
             size{quantile=\"0.5\"} NaN\nsize{quantile=\"0.9\"} NaN\nsize{quantile=\"0.99\"} NaN\n\
             size_sum 0\nsize_count 0\n",
        ),
    ]);
}

#[test]
fn help_has_backslashes_and_line_feeds_escaped_and_nothing_else() {
    assert_texts(&[
        (
            |thread| {
                thread.family(Kind::Counter, "jobs", help("a \"b\"\n\\n # c"));
                thread.inc("jobs", &[], 1.0);
            },
            "# HELP jobs_total a \"b\"\\n\\\\n # c\n# TYPE jobs_total counter\njobs_total 1\n",
        ),
        (
            |thread| {
                thread.family(Kind::Counter, "jobs", help(""));
                thread.inc("jobs", &[], 1.0);
            },
            "# TYPE jobs_total counter\njobs_total 1\n",
        ),
    ]);
}

#[test]
fn a_description_before_the_first_use_sets_help_and_unit() {
    let collector = collector();
    let description = FamilyOptions { help: Some("Sent.".to_owned()), ..unit("bytes") };
    collector.describe("sent", &description).expect("nothing contradicts");
    let thread = Thread::of(&collector);
    thread.inc("sent", &[], 1.0);
    thread.set("sent", &[], 2.0);
    let expected = "# HELP sent_bytes_total Sent.\n# TYPE sent_bytes_total counter\nsent_bytes_total 1\n\
        # HELP sent_bytes Sent.\n# TYPE sent_bytes gauge\nsent_bytes 2\n";
    assert_eq!(text(&collector), expected);
}

#[test]
fn label_values_are_escaped_once() {
    assert_texts(&[(
        |thread| thread.inc("jobs", &[("path", "C:\\new\n\"x\" {é}")], 1.0),
        "# TYPE jobs_total counter\njobs_total{path=\"C:\\\\new\\n\\\"x\\\" {é}\"} 1\n",
    )]);
}

/// Records in a family with this name and these options.
type Named = fn(&Thread, &str, FamilyOptions);

#[test]
fn missing_units_and_suffixes_are_added() {
    let counter = |thread: &Thread, name: &str, unit: FamilyOptions| {
        thread.family(Kind::Counter, name, unit);
        thread.inc(name, &[], 1.0);
    };
    let timing = |thread: &Thread, name: &str, _| thread.observe_nanos(name, &[], 1.0);
    let gauge = |thread: &Thread, name: &str, unit: FamilyOptions| {
        thread.family(Kind::Gauge, name, unit);
        thread.set(name, &[], 1.0);
    };
    let rows: [(Named, &str, &str, &str); 13] = [
        (counter, "sent", "bytes", "sent_bytes_total counter"),
        (counter, "sent_bytes", "bytes", "sent_bytes_total counter"),
        (counter, "sent_bytes_total", "bytes", "sent_bytes_total counter"),
        (counter, "sent_total", "bytes", "sent_bytes_total counter"),
        (gauge, "heap", "MiBy/s", "heap_mebibytes_per_second gauge"),
        (gauge, "bytes", "bytes", "bytes gauge"),
        (gauge, "9 lives", "", "__lives gauge"),
        (gauge, "rate:5m", "", "rate:5m gauge"),
        (timing, "scene.renderAll", "", "scene_renderAll_seconds histogram"),
        (timing, "request_ms", "", "request_seconds histogram"),
        (timing, "request.millis", "", "request_seconds histogram"),
        (timing, "request_milliseconds", "", "request_seconds histogram"),
        (timing, "request_seconds", "", "request_seconds histogram"),
    ];
    for (record, name, given, expected) in rows {
        let text = text_of(|thread| record(thread, name, unit(given)));
        assert_eq!(text.lines().next(), Some(format!("# TYPE {expected}").as_str()), "{name} in {given}");
    }
}

#[test]
fn labels_of_the_collector_are_on_every_sample() {
    let collector = collector_with_labels(&[("service", "map"), ("zone", "eu"), ("empty", "")]);
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 1.0);
    thread.inc("jobs", &[("kind", "x")], 2.0);
    thread.observe_millis("render", &[], 1.0);
    let expected = "# TYPE jobs_total counter\n\
        jobs_total{service=\"map\",zone=\"eu\"} 1\njobs_total{kind=\"x\",service=\"map\",zone=\"eu\"} 2\n\
        # TYPE render_seconds histogram\n\
        render_seconds_bucket{service=\"map\",zone=\"eu\",le=\"0.001\"} 1\n\
        render_seconds_bucket{service=\"map\",zone=\"eu\",le=\"+Inf\"} 1\n\
        render_seconds_sum{service=\"map\",zone=\"eu\"} 0.001\nrender_seconds_count{service=\"map\",zone=\"eu\"} 1\n";
    assert_eq!(text_with(&collector, &[1.0]), expected);
}

#[test]
fn a_series_own_label_takes_precedence_over_the_collectors() {
    let collector = collector_with_labels(&[("zone", "eu"), ("service", "map")]);
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[("zone", "us")], 1.0);
    thread.inc("jobs", &[], 2.0);
    thread.inc("errors", &[], 3.0);
    let expected = "# TYPE jobs_total counter\njobs_total{zone=\"us\",service=\"map\"} 1\n\
        jobs_total{service=\"map\",zone=\"eu\"} 2\n\
        # TYPE errors_total counter\nerrors_total{zone=\"eu\",service=\"map\"} 3\n";
    assert_eq!(text(&collector), expected);
}

#[test]
fn a_collectors_label_never_makes_two_series_equal() {
    let collector = collector_with_labels(&[("zone", "eu"), ("tier", "1")]);
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[], 1.0);
    thread.inc("jobs", &[("zone", "eu")], 2.0);
    thread.inc("jobs", &[("tier", "1")], 3.0);
    thread.inc("jobs", &[("zone", "eu"), ("tier", "1")], 4.0);
    let expected = "# TYPE jobs_total counter\njobs_total 1\njobs_total{zone=\"eu\"} 2\n\
        jobs_total{tier=\"1\"} 3\njobs_total{tier=\"1\",zone=\"eu\"} 4\n";
    assert_eq!(text(&collector), expected);
}

#[test]
fn a_duplicate_label_has_the_last_value() {
    let collector = collector_with_labels(&[("zone", "eu"), ("zone", "us")]);
    let thread = Thread::of(&collector);
    thread.inc("jobs", &[("k", "1"), ("k", "2")], 1.0);
    thread.inc("jobs", &[("k", "2")], 1.0);
    assert_eq!(text(&collector), "# TYPE jobs_total counter\njobs_total{k=\"2\",zone=\"us\"} 2\n");
}

#[test]
fn names_that_become_equal_stay_distinct() {
    assert_texts(&[
        (
            |thread| {
                thread.inc("a.b", &[], 1.0);
                thread.inc("a_b", &[], 2.0);
                thread.inc("a/b", &[], 3.0);
            },
            "# TYPE a_b_total counter\na_b_total 1\n\
             # TYPE U__a__b__total counter\nU__a__b__total 2\n\
             # TYPE U__a_2f_b__total counter\nU__a_2f_b__total 3\n",
        ),
        (
            |thread| {
                thread.inc("jobs", &[("a.b", "1")], 1.0);
                thread.inc("jobs", &[("a_b", "1")], 2.0);
            },
            "# TYPE jobs_total counter\njobs_total{a_b=\"1\"} 1\njobs_total{U__a__b=\"1\"} 2\n",
        ),
        (
            |thread| {
                thread.observe("x", &[], 1.0);
                thread.set("x_sum", &[], 2.0);
            },
            "# TYPE x summary\nx{quantile=\"0.5\"} 1\nx{quantile=\"0.9\"} 1\nx{quantile=\"0.99\"} 1\nx_sum 1\nx_count 1\n\
             # TYPE U__x__sum gauge\nU__x__sum 2\n",
        ),
    ]);
}

#[test]
fn reserved_label_names_are_escaped_in_families_that_reserve_them() {
    assert_texts(&[
        (
            |thread| {
                thread.family(Kind::Histogram, "size", bounds(&[1.0]));
                thread.observe("size", &[("le", "x"), ("__name__", "y")], 1.0);
            },
            "# TYPE size histogram\n\
             size_bucket{U______name____=\"y\",U__le=\"x\",le=\"1\"} 1\n\
             size_bucket{U______name____=\"y\",U__le=\"x\",le=\"+Inf\"} 1\n\
             size_sum{U______name____=\"y\",U__le=\"x\"} 1\nsize_count{U______name____=\"y\",U__le=\"x\"} 1\n",
        ),
        (
            |thread| thread.inc("jobs", &[("le", "x"), ("quantile", "y")], 1.0),
            "# TYPE jobs_total counter\njobs_total{le=\"x\",quantile=\"y\"} 1\n",
        ),
    ]);
}

const ZONE: Labels = &[("zone", "eu")];

fn record_one_of_each(thread: &Thread) {
    thread.inc("jobs", ZONE, 5.0);
    thread.inc("jobs", ZONE, -1.0);
    thread.set("size", ZONE, 4.0);
    thread.observe_millis("render", ZONE, 1.0);
    thread.observe("price", ZONE, 1.0);
}

fn lines_of_one_of_each() -> String {
    text_of(record_one_of_each)
}

#[test]
fn a_removed_series_is_hidden_and_comes_back_from_zero() {
    let collector = collector();
    let thread = Thread::of(&collector);
    record_one_of_each(&thread);
    for (kind, name) in Kind::ALL.into_iter().zip(["jobs", "size", "render", "price"]) {
        assert!(thread.remove(kind, name, ZONE));
    }
    assert_eq!(text(&collector), "");
    record_one_of_each(&thread);
    assert_eq!(text(&collector), lines_of_one_of_each());
}

#[test]
fn a_cleared_collector_is_empty_and_its_series_come_back_from_zero() {
    let collector = collector();
    let (thread, ended) = (Thread::of(&collector), Thread::of(&collector));
    record_one_of_each(&thread);
    record_one_of_each(&ended);
    thread.clear();
    ended.end();
    assert_eq!(text(&collector), "");
    record_one_of_each(&thread);
    assert_eq!(text(&collector), lines_of_one_of_each());
}

#[test]
fn a_family_keeps_its_name_while_one_with_an_equal_name_is_hidden() {
    let collector = collector();
    let (thread, holder) = (Thread::of(&collector), Thread::of(&collector));
    holder.set("a.b", &[], 1.0);
    thread.set("a_b", &[], 2.0);
    assert!(thread.remove(Kind::Gauge, "a.b", &[]));
    assert_eq!(text(&collector), "# TYPE U__a__b gauge\nU__a__b 2\n");
}

#[test]
fn numbers_beyond_the_range_of_floats_are_infinite() {
    assert_texts(&[
        (
            |thread| [f64::MAX; 2].iter().for_each(|delta| thread.inc("jobs", &[], *delta)),
            "# TYPE jobs_total counter\njobs_total +Inf\n",
        ),
        (|thread| thread.set("size", &[], f64::NEG_INFINITY), "# TYPE size gauge\nsize -Inf\n"),
        (|thread| thread.set("size", &[], 1e-7), "# TYPE size gauge\nsize 1e-7\n"),
    ]);
}

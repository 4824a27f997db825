//! Default metrics without JavaScript: what a reading has of the process and of threads that beat or do not.

use std::sync::Arc;

use tallystick::collector::{Collector, Kind, NewCollector, Snapshot, Value, register};
use tallystick::process::{RunOptions, join, runs, start, stop};

fn options() -> RunOptions {
    RunOptions { interval: 1e9, threads: true, version: "v22.1.0".to_owned(), ..RunOptions::default() }
}

fn collector() -> Arc<Collector> {
    register(Collector::new(NewCollector::default()))
}

fn snapshot(collector: &Collector) -> Snapshot {
    collector.common_window().snapshot(collector)
}

fn gauge(collector: &Collector, key: &str) -> Option<f64> {
    snapshot(collector).gauges.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
}

#[test]
fn the_process_is_measured_until_the_run_is_stopped() {
    let collector = collector();
    let id = start(&collector, options()).unwrap();
    assert!(gauge(&collector, "process_resident_memory_bytes").unwrap() > 1e5);
    assert_eq!(
        gauge(&collector, "nodejs_version_info{major=\"22\",minor=\"1\",patch=\"0\",version=\"v22.1.0\"}"),
        Some(1.0)
    );
    assert!(stop(id));
    let after = snapshot(&collector);
    assert!(after.gauges.is_empty() && after.counters.is_empty());
}

#[test]
fn processor_time_never_goes_down_although_a_collector_is_cleared() {
    let collector = collector();
    let id = start(&collector, options()).unwrap();
    let mine = collector.open_shard();
    let mut last = 0.0;
    for turn in 0..10 {
        drop(collector.read());
        let value = collector.value(Kind::Counter, "process_cpu_seconds_total", &[]);
        let Some(Value::Number(seconds)) = value else { panic!("{value:?}") };
        assert!(seconds >= last);
        last = seconds;
        match turn % 3 {
            0 => collector.clear(&mine),
            1 => assert!(collector.remove(&mine, Kind::Counter, "process_cpu_seconds_total", &[])),
            _ => {}
        }
    }
    assert!(stop(id));
}

#[test]
fn a_thread_joins_once_and_its_series_leave_with_it() {
    let collector = collector();
    let id = start(&collector, options()).unwrap();
    let membership = join(id, 7, Some("1".to_owned())).unwrap();
    assert!(join(id, 7, Some("1".to_owned())).is_none());
    assert!(join(id + 1000, 7, None).is_none());
    assert_eq!(gauge(&collector, "nodejs_eventloop_lag_seconds{thread=\"1\"}"), Some(0.0));
    let labels = [("thread".to_owned(), "1".to_owned())];
    let cpu = collector.value(Kind::Counter, "nodejs_thread_cpu_seconds_total", &labels);
    assert!(matches!(cpu, Some(Value::Number(seconds)) if seconds >= 0.0));
    drop(membership);
    assert_eq!(gauge(&collector, "nodejs_eventloop_lag_seconds{thread=\"1\"}"), None);
    let again = join(id, 7, Some("2".to_owned()));
    assert!(gauge(&collector, "nodejs_eventloop_lag_p99_seconds{thread=\"2\"}").is_some());
    assert!(stop(id) && join(id, 8, None).is_none());
    drop(again);
}

#[test]
fn equal_options_share_a_run_and_others_conflict() {
    let collector = collector();
    let id = start(&collector, options()).unwrap();
    assert_eq!(start(&collector, options()), Ok(id));
    let labels = vec![("app".to_owned(), "shop".to_owned())];
    let conflict = start(&collector, RunOptions { labels: labels.clone(), ..options() }).unwrap_err();
    assert_eq!(conflict.option, "labels");
    let other = start(&collector, RunOptions { labels, prefix: "shop_".to_owned(), ..options() }).unwrap();
    assert!(!stop(id));
    assert!(gauge(&collector, "process_open_fds").is_some());
    assert!(stop(id));
    assert!(gauge(&collector, "process_open_fds").is_none());
    assert!(gauge(&collector, "shop_process_open_fds{app=\"shop\"}").is_some());
    assert!(stop(other));
    assert!(runs().iter().all(|run| run.collector != collector.id()));
}

#[test]
fn starting_and_stopping_beside_readings_ends() {
    let collector = collector();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let collector = &collector;
            scope.spawn(move || {
                for _ in 0..200 {
                    let prefix = format!("p{thread}_");
                    let id = start(collector, RunOptions { prefix, ..options() }).unwrap();
                    let _membership = join(id, thread, Some(thread.to_string()));
                    assert!(stop(id));
                }
            });
        }
        scope.spawn(|| (0..200).for_each(|_| drop(collector.read())));
    });
    assert!(snapshot(&collector).gauges.is_empty());
}

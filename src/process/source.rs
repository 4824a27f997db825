//! The source of a run: the numbers of the process, and the lag of each of its threads.

use std::mem::take;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;

use super::heartbeat::Heartbeat;
use super::lag::{LagStatistics, LatestMinute};
use super::run::RunOptions;
use crate::collector::{Collector, Kind, Merge, Source, SourceCells, SourceFamily, SourceUpdate};
use crate::os::{self, ProcessNumbers};

/// The owner of the series that belong to no thread. Heartbeats have other numbers.
const PROCESS: u64 = 0;

/// The label of the series of a thread.
pub const THREAD: &str = "thread";

/// The timing of the delays that the threads record, without the prefix.
const DELAYS: &str = "nodejs_eventloop_delay";

const fn counter(name: &'static str, help: &'static str) -> SourceFamily {
    SourceFamily { kind: Kind::Counter, name, help, merge: Merge::Sum }
}

const fn gauge(name: &'static str, help: &'static str) -> SourceFamily {
    SourceFamily { kind: Kind::Gauge, name, help, merge: Merge::Sum }
}

/// A gauge of which the largest value of several processes counts: a sum would say nothing.
const fn largest(name: &'static str, help: &'static str) -> SourceFamily {
    SourceFamily { merge: Merge::Max, ..gauge(name, help) }
}

type Read = fn(&ProcessNumbers) -> Option<f64>;

// Names and help are prom-client's.

static OF_PROCESS: [(SourceFamily, Read); 9] = [
    (counter("process_cpu_user_seconds_total", "Total user CPU time spent in seconds."), |it| Some(it.cpu?.user)),
    (counter("process_cpu_system_seconds_total", "Total system CPU time spent in seconds."), |it| Some(it.cpu?.system)),
    (counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds."), |it| {
        it.cpu.map(|cpu| cpu.user + cpu.system)
    }),
    (largest("process_start_time_seconds", "Start time of the process since unix epoch in seconds."), |it| {
        it.start_time
    }),
    (gauge("process_resident_memory_bytes", "Resident memory size in bytes."), |it| it.resident_memory),
    (gauge("process_virtual_memory_bytes", "Virtual memory size in bytes."), |it| it.virtual_memory),
    (gauge("process_heap_bytes", "Process heap size in bytes."), |it| it.heap),
    (gauge("process_open_fds", "Number of open file descriptors."), |it| it.open_fds),
    (gauge("process_max_fds", "Maximum number of open file descriptors."), |it| it.max_fds),
];

static VERSION: SourceFamily = largest("nodejs_version_info", "Node.js version info.");

static LAG: SourceFamily = largest("nodejs_eventloop_lag_seconds", "Lag of event loop in seconds.");

static THREAD_CPU: SourceFamily = counter("nodejs_thread_cpu_seconds_total", "CPU time of the thread in seconds.");

type ReadLag = fn(&LagStatistics) -> f64;

static LAG_STATISTICS: [(SourceFamily, ReadLag); 7] = [
    (
        SourceFamily {
            merge: Merge::Min,
            ..gauge("nodejs_eventloop_lag_min_seconds", "The minimum recorded event loop delay.")
        },
        |lag| lag.min,
    ),
    (largest("nodejs_eventloop_lag_max_seconds", "The maximum recorded event loop delay."), |lag| lag.max),
    (largest("nodejs_eventloop_lag_mean_seconds", "The mean of the recorded event loop delays."), |lag| lag.mean),
    (
        largest("nodejs_eventloop_lag_stddev_seconds", "The standard deviation of the recorded event loop delays."),
        |lag| lag.stddev,
    ),
    (largest("nodejs_eventloop_lag_p50_seconds", "The 50th percentile of the recorded event loop delays."), |lag| {
        lag.p50
    }),
    (largest("nodejs_eventloop_lag_p90_seconds", "The 90th percentile of the recorded event loop delays."), |lag| {
        lag.p90
    }),
    (largest("nodejs_eventloop_lag_p99_seconds", "The 99th percentile of the recorded event loop delays."), |lag| {
        lag.p99
    }),
];

/// The families that a source writes.
fn families() -> impl Iterator<Item = &'static SourceFamily> {
    OF_PROCESS.iter().map(|(family, _)| family).chain([&VERSION]).chain(families_of_threads())
}

fn families_of_threads() -> impl Iterator<Item = &'static SourceFamily> {
    LAG_STATISTICS.iter().map(|(family, _)| family).chain([&LAG, &THREAD_CPU])
}

/// Measures the process and the threads that joined.
#[derive(Debug)]
pub struct ProcessSource {
    options: Arc<RunOptions>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// None once the source has ended.
    cells: Option<SourceCells>,
    threads: Vec<Thread>,
}

#[derive(Debug)]
struct Thread {
    heartbeat: Arc<Heartbeat>,
    latest: LatestMinute,
}

impl ProcessSource {
    /// With cells in a collector.
    pub fn new(collector: &Collector, options: Arc<RunOptions>) -> Self {
        let cells = SourceCells::open(collector, &options.prefix);
        Self { options, state: Mutex::new(State { cells: Some(cells), threads: Vec::new() }) }
    }

    /// Measures a thread from now on, until it ends. `None` if it is measured already, or the source has ended.
    pub fn join(&self, thread: u64, label: Option<String>) -> Option<Arc<Heartbeat>> {
        let mut state = self.state.lock();
        if state.cells.is_none()
            || state.threads.iter().any(|it| it.heartbeat.thread == thread && !it.heartbeat.has_ended())
        {
            return None;
        }
        let mut labels = self.options.labels.clone();
        if let Some(label) = label {
            labels.retain(|(name, _)| name != THREAD);
            labels.push((THREAD.to_owned(), label));
        }
        let heartbeat = Arc::new(Heartbeat::new(thread, labels, self.options.interval));
        let latest = LatestMinute::starting(heartbeat.joined);
        state.threads.push(Thread { heartbeat: heartbeat.clone(), latest });
        Some(heartbeat)
    }

    /// Ends all heartbeats, and removes all series. The collector no longer updates this source.
    pub fn end(&self, collector: &Collector) {
        // unlocked before the value lock is taken, under which `update` locks the state
        let (cells, threads) = {
            let mut state = self.state.lock();
            (state.cells.take(), take(&mut state.threads))
        };
        for thread in threads {
            thread.heartbeat.stop();
        }
        let Some(cells) = cells else { return };
        for (kind, name) in self.family_names() {
            collector.remove_with(&cells, kind, &name, &self.options.labels);
        }
        cells.close(collector);
    }

    fn family_names(&self) -> impl Iterator<Item = (Kind, String)> {
        let ours = families().map(|family| (family.kind, format!("{}{}", self.options.prefix, family.name)));
        ours.chain(self.options.families.iter().cloned())
    }
}

impl Source for ProcessSource {
    fn update(&self, update: &mut SourceUpdate<'_>) {
        let State { cells: Some(cells), threads } = &mut *self.state.lock() else { return };
        cells.begin(update);
        threads.retain(|thread| {
            let has_ended = thread.heartbeat.has_ended();
            if has_ended {
                self.forget(&thread.heartbeat, cells, update);
            }
            !has_ended
        });
        self.update_process(cells, update);
        for thread in threads {
            self.update_lag(thread, cells, update);
            update_cpu(&thread.heartbeat, cells, update);
        }
    }
}

fn update_cpu(heartbeat: &Heartbeat, cells: &mut SourceCells, update: &SourceUpdate) {
    if let Some(seconds) = heartbeat.cpu_seconds() {
        cells.set(update, &THREAD_CPU, (heartbeat.number, &heartbeat.labels), seconds);
    }
}

impl ProcessSource {
    fn update_process(&self, cells: &mut SourceCells, update: &SourceUpdate) {
        let mut numbers = os::read();
        numbers.start_time = numbers.start_time.or(self.options.start_time);
        for (family, read) in &OF_PROCESS {
            if let Some(value) = read(&numbers) {
                cells.set(update, family, (PROCESS, &self.options.labels), value);
            }
        }
        cells.set(update, &VERSION, (PROCESS, &self.version_labels()), 1.0);
    }

    fn version_labels(&self) -> Vec<(String, String)> {
        let version = &self.options.version;
        let mut segments = version.trim_start_matches('v').split('.');
        let mut labels = self.options.labels.clone();
        labels.push(("version".to_owned(), version.clone()));
        for name in ["major", "minor", "patch"] {
            labels.push((name.to_owned(), segments.next().unwrap_or_default().to_owned()));
        }
        labels
    }

    fn update_lag(&self, thread: &mut Thread, cells: &mut SourceCells, update: &mut SourceUpdate) {
        let Thread { heartbeat, latest } = thread;
        let lag = heartbeat.lag();
        let owner = (heartbeat.number, heartbeat.labels.as_slice());
        let delays = update.distribution(Kind::Timing, &format!("{}{DELAYS}", self.options.prefix), &heartbeat.labels);
        let recorded = delays.and_then(|delays| LagStatistics::of(&latest.of(&delays, Instant::now())));
        // a thread that has not come to its event loop since has one delay: the present one
        let mut statistics = recorded.unwrap_or(LagStatistics::of_one(lag));
        statistics.max = statistics.max.max(lag);
        cells.set(update, &LAG, owner, lag);
        for (family, read) in &LAG_STATISTICS {
            cells.set(update, family, owner, read(&statistics));
        }
    }

    /// Removes the series of a thread that has ended: a process may have any number of them in its life.
    fn forget(&self, heartbeat: &Heartbeat, cells: &mut SourceCells, update: &mut SourceUpdate) {
        cells.forget(heartbeat.number);
        if !heartbeat.labels.iter().any(|(name, _)| name == THREAD) {
            return;
        }
        let ours = families_of_threads().map(|family| (family.kind, format!("{}{}", self.options.prefix, family.name)));
        for (kind, name) in ours.chain(self.options.families.iter().cloned()) {
            update.remove_with(cells, kind, &name, &heartbeat.labels);
        }
    }
}

//! Runs: default metrics that some thread has started, which every thread of the process joins.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::heartbeat::Membership;
use super::source::ProcessSource;
use crate::collector::{Collector, Kind, Source};

/// How a run measures. Equal options are one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunOptions {
    /// Before all names.
    pub prefix: String,
    /// Of all series.
    pub labels: Vec<(String, String)>,
    /// Milliseconds between two beats.
    pub interval: f64,
    /// Upper bounds of the durations of garbage collections, in milliseconds.
    pub gc_buckets: Option<Vec<f64>>,
    /// Whether other threads than the first one join.
    pub threads: bool,
    /// Of the runtime, as in `v22.1.0`.
    pub version: String,
    /// When the process started, if the operating system does not know.
    pub start_time: Option<f64>,
    /// The families that threads write, with the prefix.
    pub families: Vec<(Kind, String)>,
}

/// The option that two runs of one collector and prefix do not agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunConflict {
    /// As JavaScript names it.
    pub option: &'static str,
}

/// A run, for those who may join it.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Of the run.
    pub id: u32,
    /// The number of its collector.
    pub collector: u32,
    /// What it was started with.
    pub options: Arc<RunOptions>,
}

#[derive(Debug)]
struct Run {
    public: NewRun,
    // a thread that has joined keeps it
    collector: Weak<Collector>,
    source: Arc<ProcessSource>,
    // how often it was started, and not stopped since
    users: u32,
}

#[derive(Debug, Default)]
struct Runs {
    running: Vec<Run>,
    latest: u32,
}

static RUNS: Mutex<Runs> = Mutex::new(Runs { running: Vec::new(), latest: 0 });

/// Starts measuring into a collector, or finds the run of the same collector and prefix. Returns its id.
///
/// # Errors
/// If that run has other options.
pub fn start(collector: &Arc<Collector>, options: RunOptions) -> Result<u32, RunConflict> {
    let mut runs = RUNS.lock();
    runs.running.retain(|run| run.collector.strong_count() > 0);
    let is_same =
        |run: &&mut Run| run.public.collector == collector.id() && run.public.options.prefix == options.prefix;
    if let Some(run) = runs.running.iter_mut().find(is_same) {
        check(&run.public.options, &options)?;
        run.users += 1;
        return Ok(run.public.id);
    }
    runs.latest += 1;
    let options = Arc::new(options);
    let source = Arc::new(ProcessSource::new(collector, options.clone()));
    let public = NewRun { id: runs.latest, collector: collector.id(), options };
    let id = public.id;
    runs.running.push(Run { public, collector: Arc::downgrade(collector), source: source.clone(), users: 1 });
    drop(runs);
    collector.add_source(source);
    Ok(id)
}

fn check(known: &RunOptions, asked: &RunOptions) -> Result<(), RunConflict> {
    let agreed = [
        ("labels", known.labels == asked.labels),
        ("eventLoopMonitoringPrecision", known.interval == asked.interval),
        ("gcDurationBuckets", known.gc_buckets == asked.gc_buckets),
        ("threads", known.threads == asked.threads),
    ];
    agreed.iter().find(|(_, agree)| !agree).map_or(Ok(()), |(option, _)| Err(RunConflict { option }))
}

/// The runs of this moment.
#[must_use]
pub fn runs() -> Vec<NewRun> {
    RUNS.lock().running.iter().map(|run| run.public.clone()).collect()
}

/// Measures a thread, under a label of its own if there is one. `None` if the run was stopped, or measures the thread already.
#[must_use]
pub fn join(id: u32, thread: u64, label: Option<String>) -> Option<Membership> {
    let source = RUNS.lock().running.iter().find(|run| run.public.id == id)?.source.clone();
    source.join(thread, label).map(Membership::new)
}

/// Ends a run that was stopped as often as it was started: its heartbeats end, and its series are removed. False if others still use it.
#[must_use]
pub fn stop(id: u32) -> bool {
    let Some(Run { collector, source, .. }) = take(id) else { return false };
    if let Some(collector) = collector.upgrade() {
        collector.remove_source(&(source.clone() as Arc<dyn Source>));
        source.end(&collector);
    }
    true
}

fn take(id: u32) -> Option<Run> {
    let mut runs = RUNS.lock();
    let at = runs.running.iter().position(|run| run.public.id == id)?;
    let run = runs.running.get_mut(at)?;
    run.users -= 1;
    (run.users == 0).then(|| runs.running.swap_remove(at))
}

//! What a collector reports about itself: how many series it has, what they cost, and what was lost.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::Collector;
use super::names::OVERFLOW_FAMILY;
use crate::cells::sync::{Mutex, Ordering};
use crate::sorting;

/// The families that are reported one by one. The others are added up.
const LARGEST: usize = 10;
/// Stands for all other families.
const OTHERS: &str = "…";

/// When an exposition includes what a collector reports about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SelfMetricsMode {
    /// If it is for a server that scrapes, or if there are problems. The exposition of a small program has only what it recorded.
    #[default]
    Automatic,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Counts that belong to no series.
#[derive(Debug)]
pub(super) struct SelfMetrics {
    shown: Mutex<SelfMetricsMode>,
    callback_failures: AtomicU64,
    last_scrape: Mutex<Option<Scrape>>,
}

impl SelfMetrics {
    pub fn new(shown: SelfMetricsMode) -> Self {
        Self { shown: Mutex::new(shown), callback_failures: AtomicU64::new(0), last_scrape: Mutex::default() }
    }
}

/// An exposition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scrape {
    /// The time that it took, from the reading of the first value to the last byte.
    pub duration: Duration,
    /// The number of its bytes.
    pub bytes: usize,
}

/// What a collector reports about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelfReport {
    /// The number of series by name of the family: the largest families, and the sum of the others.
    pub series: Vec<(String, f64)>,
    /// The folded label of each family that was full, and the number of its values then.
    pub label_values: Vec<(String, String, f64)>,
    /// How often label sets were folded, by name of the family. Only families that were full.
    pub folded: Vec<(String, f64)>,
    /// The memory of all cells.
    pub cell_bytes: f64,
    /// How often callbacks have failed, in all threads.
    pub callback_failures: f64,
    /// The latest exposition, if there was any.
    pub last_scrape: Option<Scrape>,
}

impl SelfReport {
    /// Whether anything happened that users should know of.
    #[must_use]
    pub fn has_problems(&self) -> bool {
        self.callback_failures > 0.0 || !self.folded.is_empty()
    }
}

impl Collector {
    /// What the collector reports about itself, in an exposition that wants it in this mode.
    #[must_use]
    pub fn self_report(&self, wanted: SelfMetricsMode) -> Option<SelfReport> {
        let is_always = match (*self.own.shown.lock(), wanted) {
            (SelfMetricsMode::Never, _) | (_, SelfMetricsMode::Never) => return None,
            (SelfMetricsMode::Always, _) | (_, SelfMetricsMode::Always) => true,
            (SelfMetricsMode::Automatic, SelfMetricsMode::Automatic) => false,
        };
        let report = self.own_report();
        (is_always || report.has_problems()).then_some(report)
    }

    fn own_report(&self) -> SelfReport {
        let shards = self.shards.lock().clone();
        let chunks = shards.iter().flat_map(|shard| shard.chunks());
        let cell_bytes = chunks.map(|chunk| f64::from(chunk.cells())).sum::<f64>() * size_of::<f64>() as f64;
        // Relaxed, as below: the count is a number by itself
        let callback_failures = self.own.callback_failures.load(Ordering::Relaxed) as f64;
        let last_scrape = *self.own.last_scrape.lock();
        let mut report = SelfReport { cell_bytes, callback_failures, last_scrape, ..SelfReport::default() };
        self.report_families(&mut report);
        report
    }

    fn report_families(&self, report: &mut SelfReport) {
        let names = self.names.lock();
        let view = names.view();
        // kinds may have the same name
        let mut series: BTreeMap<&str, f64> = BTreeMap::new();
        let mut folded: BTreeMap<&str, f64> = BTreeMap::new();
        for (number, family) in (0..).zip(view.families()).filter(|(_, family)| !family.is_freed()) {
            *series.entry(&family.name).or_default() += f64::from(names.size(number));
            let folds = family.room().folds();
            if folds > 0.0 {
                *folded.entry(&family.name).or_default() += folds;
            }
            let label = family.room().known_folded_label().filter(|label| !label.name.is_empty());
            let values = label.map(|label| (family.name.clone(), label.name, f64::from(label.values)));
            report.label_values.extend(values);
        }
        let mut series: Vec<(String, f64)> = series.into_iter().map(|(name, size)| (name.to_owned(), size)).collect();
        sorting::sort_by(&mut series, |(_, one), (_, other)| other.total_cmp(one));
        let others = series.split_off(series.len().min(LARGEST));
        if !others.is_empty() {
            series.push((OTHERS.to_owned(), others.iter().map(|(_, size)| size).sum()));
        }
        report.series = series;
        report.folded = folded.into_iter().map(|(name, folds)| (name.to_owned(), folds)).collect();
        let names_folded = names.limits.families.folds();
        if names_folded > 0.0 {
            report.folded.push((OVERFLOW_FAMILY.to_owned(), names_folded));
        }
    }

    /// Notes an exposition.
    pub fn note_scrape(&self, scrape: Scrape) {
        *self.own.last_scrape.lock() = Some(scrape);
    }

    /// Counts a callback that has failed.
    pub fn count_callback_failure(&self) {
        self.own.callback_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Determines when expositions include what the collector reports about itself.
    pub fn set_self_metrics(&self, shown: SelfMetricsMode) {
        *self.own.shown.lock() = shown;
    }
}

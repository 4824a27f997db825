//! Reports, each through a window of its own. They cross as numbers: making and parsing text would take as long as all else.

use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, Float64Array};
use napi::{Error, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::handle::Handle;
use crate::collector::{Collector, Kind, Report, ReportRequest, ReportWindow};

/// What one aggregator asks for again and again. Like a handle, it keeps no collector alive.
pub struct ReportHandle {
    collector: Weak<Collector>,
    window: ReportWindow,
    request: ReportRequest,
    // those that JavaScript has: most reports have the names of the one before
    names: Mutex<Vec<Arc<str>>>,
}

impl ReportHandle {
    fn collector(&self) -> Result<Arc<Collector>> {
        self.collector.upgrade().ok_or_else(|| Error::from_reason("the collector is gone; please report this"))
    }
}

/// A report. `lib/events/reports.js` reads it.
#[napi(object)]
pub struct ReportNumbers {
    /// Of counters, gauges and histograms, in this order; absent where they are those of the report before.
    pub names: Option<Vec<String>>,
    /// How many counters and how many gauges there are; their values; then of each histogram min, max, overflow and
    /// its quantiles.
    pub numbers: Float64Array,
}

/// Makes a window of reports on what comes from now on, of the given kinds, with quantiles of these shares.
#[napi(catch_unwind)]
pub fn open_reports(handle: &External<Handle>, kinds: Vec<u8>, shares: Vec<f64>) -> Result<External<ReportHandle>> {
    let collector = handle.collector()?;
    let kinds = kinds.into_iter().filter_map(Kind::from_number).collect();
    Ok(External::new(ReportHandle {
        collector: Arc::downgrade(&collector),
        window: ReportWindow::new(&collector),
        request: ReportRequest { kinds, shares },
        names: Mutex::default(),
    }))
}

/// A report of all families, or of those with the given numbers.
#[napi(catch_unwind)]
pub fn report(reports: &External<ReportHandle>, families: Option<Vec<u32>>) -> Result<ReportNumbers> {
    let report = reports.window.report(&*reports.collector()?, &reports.request, families.as_deref());
    let numbers = numbers(&report).into();
    let mut known = reports.names.lock();
    let is_known = known.iter().eq(names(&report));
    if !is_known {
        *known = names(&report).cloned().collect();
    }
    let names = (!is_known).then(|| known.iter().map(ToString::to_string).collect());
    Ok(ReportNumbers { names, numbers })
}

fn names(report: &Report) -> impl Iterator<Item = &Arc<str>> {
    let Report { counters, gauges, histograms } = report;
    let numbers = counters.iter().chain(gauges).map(|(name, _)| name);
    numbers.chain(histograms.iter().map(|(name, _)| name))
}

fn numbers(report: &Report) -> Vec<f64> {
    let Report { counters, gauges, histograms } = report;
    let of_each = 3 + histograms.first().map_or(0, |(_, summary)| summary.quantiles.len());
    let mut numbers = Vec::with_capacity(2 + counters.len() + gauges.len() + of_each * histograms.len());
    numbers.extend([counters.len() as f64, gauges.len() as f64]);
    numbers.extend(counters.iter().chain(gauges).map(|(_, value)| value));
    for (_, summary) in histograms {
        numbers.extend([summary.min, summary.max, summary.overflow]);
        numbers.extend(&summary.quantiles);
    }
    numbers
}

/// Resets counters.
#[napi(catch_unwind)]
pub fn clear_reported_counters(reports: &External<ReportHandle>) -> Result<()> {
    reports.window.clear_counters(&*reports.collector()?);
    Ok(())
}

/// Resets timings and histograms.
#[napi(catch_unwind)]
pub fn clear_reported_distributions(reports: &External<ReportHandle>) -> Result<()> {
    reports.window.clear_distributions(&*reports.collector()?);
    Ok(())
}

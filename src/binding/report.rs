//! Reports of aggregators. They are passed as arrays of numbers, because formatting and parsing text would double their time.

use std::sync::{Arc, Weak};

use napi::Result;
use napi::bindgen_prelude::{External, Float64Array};
use napi_derive::napi;
use parking_lot::Mutex;

use super::reference::{CollectorReference, gone};
use crate::collector::{Collector, Kind, Report, ReportRequest, ReportWindow};

/// The window of one aggregator's reports. It does not keep its collector alive.
pub struct ReportReference {
    collector: Weak<Collector>,
    window: ReportWindow,
    request: ReportRequest,
    // the names that JavaScript has: most reports have the same names as the previous one
    names: Mutex<Vec<Arc<str>>>,
}

impl ReportReference {
    fn collector(&self) -> Result<Arc<Collector>> {
        self.collector.upgrade().ok_or_else(gone)
    }
}

/// A report, for `lib/events/reports.js`.
#[napi(object)]
pub struct ReportNumbers {
    /// The names of counters, gauges and histograms, in this order; absent if they are the same as in the previous report.
    pub names: Option<Vec<String>>,
    /// The number of counters and of gauges; their values; then min, max, overflow and the quantiles of each histogram.
    pub numbers: Float64Array,
}

/// Creates a window that starts now, for reports of the given kinds with these quantiles (0 to 1) of distributions.
#[napi(catch_unwind)]
pub fn open_reports(
    reference: &External<CollectorReference>,
    kinds: Vec<u8>,
    quantiles: Vec<f64>,
) -> Result<External<ReportReference>> {
    let collector = reference.collector()?;
    let kinds = kinds.into_iter().filter_map(Kind::from_number).collect();
    Ok(External::new(ReportReference {
        collector: Arc::downgrade(&collector),
        window: ReportWindow::new(&collector),
        request: ReportRequest { kinds, quantiles },
        names: Mutex::default(),
    }))
}

/// A report of all families, or of those with the given numbers; with `clears`, the window starts over at its values.
#[napi(catch_unwind)]
pub fn report(reports: &External<ReportReference>, families: Option<Vec<u32>>, clears: bool) -> Result<ReportNumbers> {
    let make = if clears { ReportWindow::report_and_clear } else { ReportWindow::report };
    let report = make(&reports.window, &*reports.collector()?, &reports.request, families.as_deref());
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
    let per_histogram = 3 + histograms.first().map_or(0, |(_, summary)| summary.quantiles.len());
    let mut numbers = Vec::with_capacity(2 + counters.len() + gauges.len() + per_histogram * histograms.len());
    numbers.extend([counters.len() as f64, gauges.len() as f64]);
    numbers.extend(counters.iter().chain(gauges).map(|(_, value)| value));
    for (_, summary) in histograms {
        numbers.extend([summary.min, summary.max, summary.overflow]);
        numbers.extend(&summary.quantiles);
    }
    numbers
}

/// Resets counters, or timings and histograms.
#[napi(catch_unwind)]
pub fn clear_reported(reports: &External<ReportReference>, distributions: bool) -> Result<()> {
    let clear = if distributions { ReportWindow::clear_distributions } else { ReportWindow::clear_counters };
    clear(&reports.window, &*reports.collector()?);
    Ok(())
}

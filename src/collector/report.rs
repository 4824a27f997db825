//! A report: what one reader sees of a collector by the families' names, summed over labels and threads. A timing and a
//! histogram of one name are one distribution.

use hashbrown::HashSet;

use super::Collector;
use super::family::{Family, Kind};
use super::live_distributions::LiveDistributions;
use super::names::NamesView;
use super::snapshot::{NANOS_PER_MILLI, saturated};
use super::totals::{Count, Since, Totals};
use super::window::baseline;
use crate::cells::ClaimRole;
use crate::cells::sync::Mutex;
use crate::histogram::{Blend, Distribution, Summary};

/// What is told in a report.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// Only families of these kinds.
    pub kinds: Vec<Kind>,
    /// The shares of quantiles, 0 to 1.
    pub shares: Vec<f64>,
}

/// Values by the families' names, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Ups less downs.
    pub counters: Vec<(String, f64)>,
    /// The set ones.
    pub gauges: Vec<(String, f64)>,
    /// Those with a sample; durations in milliseconds.
    pub histograms: Vec<(String, Summary)>,
}

/// What one reader of reports has seen. Counters and distributions begin anew apart.
#[derive(Debug, Default)]
pub struct ReportWindow {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    counts: Totals,
    distributions: Totals,
}

impl ReportWindow {
    /// A window of what comes from now on.
    #[must_use]
    pub fn new(collector: &Collector) -> Self {
        let window = Self::default();
        window.clear_counters(collector);
        window.clear_distributions(collector);
        window
    }

    /// What came since, of all families or of those with the given numbers.
    #[must_use]
    pub fn report(&self, collector: &Collector, request: &ReportRequest, families: Option<&[u32]>) -> Report {
        let seen = self.seen.lock();
        let mut values = collector.values.lock();
        let reading = collector.read_under_lock(&mut values, is_number);
        let live = LiveDistributions::find(&collector.shards.lock().clone());
        let since = Since::apart(&reading, Some(&seen.counts), Some(&seen.distributions));
        let asked = asked_series(&reading.names, request, families);
        let mut report = Report::default();
        for of_name in asked.chunk_by(|one, other| one.family.name == other.family.name) {
            report.add(of_name, &since, &live, &request.shares);
        }
        report
    }

    /// Begins anew with counters.
    pub fn clear_counters(&self, collector: &Collector) {
        let mut seen = self.seen.lock();
        seen.counts = collector.read_under_lock(&mut collector.values.lock(), is_number).totals;
    }

    /// Begins anew with timings and histograms.
    pub fn clear_distributions(&self, collector: &Collector) {
        let mut seen = self.seen.lock();
        seen.distributions = baseline(collector.read(), &seen.distributions);
    }
}

fn is_number(role: ClaimRole) -> bool {
    role != ClaimRole::Distribution
}

/// A series that is shown if there is something to show.
struct Asked<'a> {
    number: u32,
    family: &'a Family,
    is_labelled: bool,
}

/// In the order of their names.
fn asked_series<'a>(names: &'a NamesView, request: &ReportRequest, families: Option<&[u32]>) -> Vec<Asked<'a>> {
    let families: Option<HashSet<u32>> = families.map(|families| families.iter().copied().collect());
    let of_number = |number| {
        let (series, family) = names.get(number)?;
        let is_asked = families.as_ref().is_none_or(|families| families.contains(&series.family));
        let is_asked = is_asked && request.kinds.contains(&family.kind);
        is_asked.then(|| Asked { number, family, is_labelled: !series.labels.is_empty() })
    };
    let mut asked: Vec<Asked> = (0..).zip(names.series()).filter_map(|(number, _)| of_number(number)).collect();
    asked.sort_by(|one, other| one.family.name.cmp(&other.family.name));
    asked
}

impl Report {
    /// Adds all kinds of one name.
    fn add(&mut self, of_name: &[Asked], since: &Since<'_>, live: &LiveDistributions, shares: &[f64]) {
        let Some(name) = of_name.first().map(|asked| &asked.family.name) else { return };
        let of_kind = |kind| of_name.iter().filter(move |asked| asked.family.kind == kind);
        // a series that was made and never counted shows nothing
        let counts = of_kind(Kind::Counter).filter_map(|asked| since.count(asked.number));
        let counts = counts.filter(|count| *count != Count::default());
        if let Some(count) = counts.reduce(|sum, count| sum.plus(&count)) {
            self.counters.push((name.clone(), saturated(count.net())));
        }
        let states = of_kind(Kind::Gauge).filter_map(|asked| Some((since.gauge(asked.number)?, asked.family.merge())));
        if let Some((state, _)) = states.reduce(|(one, merge), (other, _)| (one.merged(other, merge), merge)) {
            self.gauges.push((name.clone(), saturated(state.value)));
        }
        let summary = summary(of_kind(Kind::Timing).chain(of_kind(Kind::Histogram)), since, live, shares);
        self.histograms.extend(summary.map(|summary| (name.clone(), summary)));
    }
}

/// Timings and histograms of one name as one distribution.
fn summary<'a>(
    asked: impl Iterator<Item = &'a Asked<'a>> + Clone,
    since: &Since<'_>,
    live: &LiveDistributions,
    shares: &[f64],
) -> Option<Summary> {
    let is_alone = asked.clone().nth(1).is_none();
    let mut blend = Blend::default();
    for asked in asked {
        let outline = if is_alone { asked.outline(since, live, shares) } else { None };
        if let Some(distribution) = outline.or_else(|| asked.distribution(since, live)) {
            blend.add(distribution, if asked.family.kind == Kind::Timing { NANOS_PER_MILLI } else { 1.0 });
        }
    }
    blend.summary(shares)
}

impl Asked<'_> {
    /// As much as a summary of it alone needs, where only one thread ever had it.
    fn outline(&self, since: &Since<'_>, live: &LiveDistributions, shares: &[f64]) -> Option<Distribution> {
        if since.folded_distribution(self.number).is_some() {
            return None;
        }
        live.outline(self.number, &self.family.form(self.is_labelled), since.earlier(self.number), shares)
    }

    fn distribution(&self, since: &Since<'_>, live: &LiveDistributions) -> Option<Distribution> {
        let mut now = since.folded_distribution(self.number).cloned();
        let sum = now.get_or_insert_with(|| Distribution::empty(self.family.form(self.is_labelled)));
        live.add_to(sum, self.number);
        match since.earlier(self.number) {
            Some(earlier) if sum.count() <= earlier.count() => return None,
            Some(earlier) => sum.subtract(earlier),
            None => {}
        }
        now
    }
}

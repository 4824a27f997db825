//! A collector's families for an exposition. Names, labels and buckets are decided here, before anything is written.

use super::exposed_family::{ExposedFamily, ExposedLabel, Sample, SeriesLabels, SeriesSource};
use super::exposed_names::{ExposedNames, family_escaping, unit_word};
use super::family_labels::{FamilyLabels, LegalNames};
use super::legal_names::Escaping;
use super::request::ExpositionRequest;
use crate::collector::{Delta, Family, FamilyReading, Label, MetricType, Reading};
use crate::histogram::{Distribution, NativeHistogram};

/// The default upper bounds of a timing's buckets, in milliseconds.
pub const DEFAULT_BUCKETS_MILLIS: [f64; 13] =
    [1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0];

/// Of histograms that declare no others.
const DEFAULT_QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

/// How the families of a reading are exposed.
pub struct Exposure<'a> {
    pub reading: &'a Reading,
    /// The collector's labels.
    pub constant: &'a [Label],
    /// What is asked for.
    pub request: &'a ExpositionRequest,
}

impl<'a> Exposure<'a> {
    /// The visible families with cumulative values.
    pub fn families(&self, names: &mut ExposedNames) -> Vec<ExposedFamily<'a>> {
        let delta = self.reading.cumulative_values();
        // families without visible series have names too, so that a name never changes between scrapes
        let exposed: Vec<(String, MetricType, FamilyReading)> = self
            .reading
            .families(&delta)
            .into_iter()
            .map(|family| {
                let metric_type = family.family.behaviour().metric_type(family.family);
                (names.assign_family(family.family, metric_type), metric_type, family)
            })
            .collect();
        // last, so that a counter's first decrement takes no name from another family
        let nets: Vec<ExposedFamily> =
            exposed.iter().filter_map(|(_, _, family)| self.net(names, family, delta)).collect();
        let escaping = names.escaping();
        let shown = exposed.into_iter().filter_map(|(name, metric_type, family)| {
            let family = self.wanted(&name, metric_type, family)?;
            is_shown(&family).then(|| self.expose(name, (metric_type, escaping), family, delta))
        });
        shown.chain(nets).collect()
    }

    /// The gauge of the net values of a family's series that have decrements.
    fn net(&self, names: &mut ExposedNames, family: &FamilyReading<'a>, delta: Delta<'a>) -> Option<ExposedFamily<'a>> {
        let kind = family.family.behaviour();
        let has_net = |number: &u32| kind.net(&delta, *number).is_some();
        let series: Vec<u32> = family.series.iter().copied().filter(has_net).collect();
        if series.is_empty() {
            return None;
        }
        let name = names.assign_family(family.family, MetricType::NetGauge);
        let family = self.wanted(&name, MetricType::NetGauge, family.with(series))?;
        let typed = (MetricType::NetGauge, names.escaping());
        (!family.series.is_empty()).then(|| self.expose(name, typed, family, delta))
    }

    /// What is asked for of a family, if anything; its name is assigned all the same.
    fn wanted(&self, name: &str, metric_type: MetricType, mut family: FamilyReading<'a>) -> Option<FamilyReading<'a>> {
        let ExpositionRequest { names, labels, .. } = self.request;
        if names.as_ref().is_some_and(|names| !names.has(&family.family.name, name, metric_type)) {
            return None;
        }
        if labels.is_empty() {
            return Some(family);
        }
        family.series.retain(|number| labels.iter().all(|(name, value)| self.label(*number, name) == value));
        // one that awaits its first recording has no labels
        (!family.series.is_empty()).then_some(family)
    }

    /// The value of a series' own label, or else of the collector's; empty for one that is absent.
    fn label(&self, number: u32, name: &str) -> &'a str {
        let names = &self.reading.names;
        let own = names.get(number).map_or(&[][..], |(series, _)| &series.labels);
        let found = own.iter().chain(self.constant).find(|(symbol, _)| names.text(*symbol) == name);
        found.map_or("", |(_, value)| names.text(*value))
    }

    fn expose(
        &self,
        name: String,
        (metric_type, escaping): (MetricType, Escaping),
        mut family: FamilyReading<'a>,
        delta: Delta<'a>,
    ) -> ExposedFamily<'a> {
        let series = std::mem::take(&mut family.series);
        let escaping = family_escaping(family.family, escaping);
        let (labels, LegalNames { label_names, common }) =
            FamilyLabels::new(&self.reading.names, self.constant, &family, (metric_type, escaping), &series);
        let (bounds, values) = Values::new(family.family, metric_type, self.request);
        ExposedFamily {
            name,
            counter_name: None,
            unit: unit_word(family.family, metric_type),
            help: family.family.options.help.as_deref().filter(|help| !help.is_empty()),
            metric_type,
            label_names,
            common,
            bounds,
            series: Box::new(CollectorSeries { family: family.family, delta, series, labels, values }),
        }
    }
}

/// Whether there is anything to show.
fn is_shown(family: &FamilyReading) -> bool {
    !family.series.is_empty() || family.family.awaits_first_recording()
}

/// The series of a collector's family.
struct CollectorSeries<'a> {
    family: &'a Family,
    delta: Delta<'a>,
    series: Vec<u32>,
    labels: FamilyLabels<'a>,
    values: Values,
}

/// Which values of a series are exposed.
enum Values {
    Number,
    Net,
    Histogram {
        /// The positions of the exposed bounds.
        kept: Vec<usize>,
        /// The bounds in the distribution's unit, if its own buckets are finer.
        cuts: Option<Vec<f64>>,
        unit_size: f64,
        is_native: bool,
    },
    Summary {
        quantiles: Vec<f64>,
    },
}

impl Values {
    /// Also returns the bounds of the family.
    fn new(family: &Family, metric_type: MetricType, request: &ExpositionRequest) -> (Vec<f64>, Self) {
        match metric_type {
            MetricType::Counter | MetricType::Gauge => (Vec::new(), Self::Number),
            MetricType::NetGauge => (Vec::new(), Self::Net),
            MetricType::Summary => {
                let quantiles = family.options.quantiles.clone().unwrap_or_else(|| DEFAULT_QUANTILES.to_vec());
                (quantiles.clone(), Self::Summary { quantiles })
            }
            MetricType::Histogram => {
                let kind = family.behaviour();
                let default_millis = request.buckets.as_deref().unwrap_or(&DEFAULT_BUCKETS_MILLIS);
                let buckets = kind.exposed_buckets(family, default_millis);
                // after the conversion of the unit two bounds may be equal: the later one has the count of both
                let is_last = |at: &usize| buckets.bounds.get(at + 1) != buckets.bounds.get(*at);
                let kept: Vec<usize> = (0..buckets.bounds.len()).filter(is_last).collect();
                let bounds = kept.iter().filter_map(|at| buckets.bounds.get(*at)).copied().collect();
                let (unit_size, is_native) = (kind.exposed_unit_size(), request.format.has_native_histograms);
                (bounds, Self::Histogram { kept, cuts: buckets.cuts, unit_size, is_native })
            }
        }
    }

    /// Calls `visit` with the sample of a distribution.
    fn distribution(&self, distribution: &Distribution, native: &mut NativeHistogram, visit: impl FnOnce(Sample)) {
        match self {
            Self::Number | Self::Net => {}
            Self::Summary { quantiles } => {
                let at_bounds = distribution.quantiles(quantiles).unwrap_or_else(|| vec![f64::NAN; quantiles.len()]);
                let (sum, count) = (distribution.sum(), distribution.count());
                visit(Sample::Distribution { at_bounds: &at_bounds, sum, count, native: None });
            }
            Self::Histogram { kept, cuts, unit_size, is_native } => {
                let (mut counts, count) = if let Some(cuts) = cuts {
                    distribution.cumulative(cuts)
                } else {
                    let buckets = distribution.cumulative_at_own_bounds().unwrap_or_default();
                    (buckets.into_iter().map(|(_, count)| count).collect(), distribution.count())
                };
                if kept.len() < counts.len() {
                    counts = kept.iter().map(|at| counts.get(*at).copied().unwrap_or(0.0)).collect();
                }
                let has_native = *is_native && native.set(distribution);
                let (sum, native) = (distribution.sum() / unit_size, has_native.then_some(&*native));
                visit(Sample::Distribution { at_bounds: &counts, sum, count, native });
            }
        }
    }
}

impl SeriesSource for CollectorSeries<'_> {
    fn size_hint(&self) -> usize {
        self.series.len().max(1)
    }

    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        if self.series.is_empty() {
            return self.zero(visit);
        }
        let kind = self.family.behaviour();
        match &self.values {
            Values::Number => self.numbers(visit, |number| kind.exposed_number(&self.delta, number)),
            Values::Net => self.numbers(visit, |number| kind.net(&self.delta, number)),
            values => {
                // its memory serves for all
                let mut native = NativeHistogram::default();
                self.labelled(|number, labels| {
                    if let Some(distribution) = self.delta.distribution(number) {
                        values.distribution(&distribution, &mut native, |sample| visit(labels, sample));
                    }
                });
            }
        }
    }
}

impl<'a> CollectorSeries<'a> {
    /// Exposes a family without series as one unlabelled series of 0.
    fn zero(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        match &self.values {
            Values::Number | Values::Net => visit(SeriesLabels::NONE, Sample::Number(0.0)),
            values => {
                let empty = Distribution::empty(self.family.bucket_layout(false));
                values.distribution(&empty, &mut NativeHistogram::default(), |sample| {
                    visit(SeriesLabels::NONE, sample);
                });
            }
        }
    }

    fn numbers(&self, visit: &mut dyn FnMut(SeriesLabels, Sample), value: impl Fn(u32) -> Option<f64>) {
        self.labelled(|number, labels| {
            if let Some(value) = value(number) {
                visit(labels, Sample::Number(value));
            }
        });
    }

    /// Calls `visit` with the number and the labels of each series.
    fn labelled(&self, mut visit: impl FnMut(u32, SeriesLabels<'_, 'a>)) {
        let (mut own, mut added): (Vec<ExposedLabel>, Vec<ExposedLabel>) = (Vec::new(), Vec::new());
        for &number in &self.series {
            self.labels.own(&mut own, number);
            self.labels.added(&mut added, number);
            let created = self.labels.created(number);
            visit(number, SeriesLabels { own: &own, added: &added, created });
        }
    }
}

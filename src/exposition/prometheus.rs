//! The Prometheus text format, version 0.0.4.

use std::borrow::Cow;
use std::sync::Arc;

use super::exposed_names::{ExposedNames, Form};
use super::family_labels::FamilyLabels;
use super::numbers::write_number;
use crate::collector::key::{write_label, write_labels};
use crate::collector::{Collector, Family, Kind, Label, Reading, Symbol};
use crate::histogram::Distribution;

/// Of the text format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of a timing's buckets where nobody asked for others, in milliseconds.
pub const DEFAULT_BUCKETS_MILLIS: [f64; 13] =
    [1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0];

const SUMMARY_QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];
const NANOS_PER_MILLI: f64 = 1e6;
const NANOS_PER_SECOND: f64 = 1e9;
const MILLIS_PER_SECOND: f64 = 1e3;

/// All that a collector shows to a reader who never resets. `buckets` are upper bounds in milliseconds, strictly
/// increasing, for timings without their own.
#[must_use]
pub fn prometheus_text(collector: &Collector, buckets: &[f64]) -> Vec<u8> {
    let reading = collector.read();
    let exposition = Exposition { reading: &reading, constant: collector.labels(), buckets };
    exposition.write().into_bytes()
}

struct Exposition<'a> {
    reading: &'a Reading,
    constant: &'a [Label],
    buckets: &'a [f64],
}

/// A family and those of its series that are shown.
pub(super) struct Block<'a> {
    pub family: &'a Arc<Family>,
    pub form: Form,
    pub series: Vec<u32>,
    /// The label names of all its series, also of hidden ones, in the order of their first use.
    pub label_names: Vec<Symbol>,
}

impl Exposition<'_> {
    fn write(&self) -> String {
        let blocks = self.blocks();
        let mut names = ExposedNames::default();
        let titled = blocks.iter().map(|block| {
            let timing = block.family.kind == Kind::Timing;
            let unit = block.family.options.unit.as_deref();
            (names.give(&block.family.name, unit, block.form, timing), block)
        });
        let titled: Vec<(String, &Block)> = titled.collect();
        let mut text = String::new();
        let since = self.reading.whole_life();
        for (name, block) in titled.iter().filter(|(_, block)| !block.series.is_empty()) {
            self.write_block(&mut text, name, block, |text, number, labels| match block.form {
                Form::Counter => {
                    let ups = since.count(number).map(|count| count.ups.rounded);
                    write_sample(text, name, "", labels, None, ups);
                }
                Form::Gauge | Form::Net => {
                    let value = since.gauge(number).map(|state| state.value);
                    write_sample(text, name, "", labels, None, value);
                }
                Form::Histogram => {
                    if let Some(distribution) = since.distribution(number) {
                        self.write_histogram(text, name, labels, block.family, &distribution);
                    }
                }
                Form::Summary => {
                    if let Some(distribution) = since.distribution(number) {
                        write_summary(text, name, labels, &distribution);
                    }
                }
            });
        }
        // last, so that a counter's first decrement takes no other family's name away
        for (_, block) in titled.iter().filter(|(_, block)| block.form == Form::Counter) {
            let series: Vec<u32> = block.series.iter().copied().filter(|number| since.has_downs(*number)).collect();
            let unit = block.family.options.unit.as_deref();
            let label_names = block.label_names.clone();
            let net = Block { family: block.family, form: Form::Net, series, label_names };
            if net.series.is_empty() {
                continue;
            }
            let name = names.give(&block.family.name, unit, Form::Net, false);
            self.write_block(&mut text, &name, &net, |text, number, labels| {
                let value = since.count(number).map(|count| count.net());
                write_sample(text, &name, "", labels, None, value);
            });
        }
        text
    }

    /// The families with series, by number: so a family keeps its name from scrape to scrape.
    fn blocks(&self) -> Vec<Block<'_>> {
        let since = self.reading.whole_life();
        let mut blocks: Vec<Block> = self
            .reading
            .names
            .families()
            .map(|family| Block { family, form: Form::of(family), series: Vec::new(), label_names: Vec::new() })
            .collect();
        for (number, series) in (0..).zip(self.reading.names.series()) {
            let Some(block) = blocks.get_mut(series.family as usize) else {
                continue;
            };
            for (name, _) in &series.labels {
                if !block.label_names.contains(name) {
                    block.label_names.push(*name);
                }
            }
            if since.is_visible(number, block.family.kind) {
                block.series.push(number);
            }
        }
        // one that is hidden for now keeps its name
        blocks.retain(|block| block.family.in_use());
        blocks
    }

    fn write_block(&self, text: &mut String, name: &str, block: &Block, sample: impl Fn(&mut String, u32, &str)) {
        if let Some(help) = block.family.options.help.as_deref().filter(|help| !help.is_empty()) {
            for part in ["# HELP ", name, " ", &escape_help(help), "\n"] {
                text.push_str(part);
            }
        }
        for part in ["# TYPE ", name, " ", block.form.word(), "\n"] {
            text.push_str(part);
        }
        let labels = FamilyLabels::new(&self.reading.names, self.constant, block);
        for &number in &block.series {
            sample(text, number, &labels.of(number));
        }
    }

    fn write_histogram(
        &self,
        text: &mut String,
        name: &str,
        labels: &str,
        family: &Family,
        distribution: &Distribution,
    ) {
        let (unit, mut buckets, count): (f64, Vec<(f64, f64)>, f64) = if family.kind == Kind::Timing {
            let bounds = family.options.buckets.as_deref().unwrap_or(self.buckets);
            // rounded as values are: one that equals a bound is not beyond it
            let nanos: Vec<f64> = bounds.iter().map(|bound| (bound * NANOS_PER_MILLI).round()).collect();
            let (counts, count) = distribution.cumulative(&nanos);
            let bounds = bounds.iter().map(|bound| bound / MILLIS_PER_SECOND);
            (NANOS_PER_SECOND, bounds.zip(counts).collect(), count)
        } else {
            (1.0, distribution.cumulative_at_own_bounds().unwrap_or_default(), distribution.count())
        };
        // bounds that were neighbours in milliseconds may be one number in seconds
        buckets.reverse();
        buckets.dedup_by_key(|(bound, _)| *bound);
        let mut bound_text = String::new();
        for (bound, count) in buckets.into_iter().rev().chain([(f64::INFINITY, count)]) {
            bound_text.clear();
            write_number(&mut bound_text, bound);
            write_sample(text, name, "_bucket", labels, Some(("le", &bound_text)), Some(count));
        }
        write_sample(text, name, "_sum", labels, None, Some(distribution.sum() / unit));
        write_sample(text, name, "_count", labels, None, Some(count));
    }
}

fn write_summary(text: &mut String, name: &str, labels: &str, distribution: &Distribution) {
    let mut quantile = String::new();
    for q in SUMMARY_QUANTILES {
        quantile.clear();
        write_number(&mut quantile, q);
        let value = distribution.quantile(q).unwrap_or(f64::NAN);
        write_sample(text, name, "", labels, Some(("quantile", &quantile)), Some(value));
    }
    write_sample(text, name, "_sum", labels, None, Some(distribution.sum()));
    write_sample(text, name, "_count", labels, None, Some(distribution.count()));
}

/// One line; none without a value.
fn write_sample(
    text: &mut String,
    name: &str,
    ending: &str,
    labels: &str,
    own: Option<(&str, &str)>,
    value: Option<f64>,
) {
    let Some(value) = value else { return };
    text.push_str(name);
    text.push_str(ending);
    if labels.is_empty() {
        write_labels(text, own.into_iter());
    } else {
        text.push('{');
        text.push_str(labels);
        if let Some((name, value)) = own {
            text.push(',');
            write_label(text, name, value);
        }
        text.push('}');
    }
    text.push(' ');
    write_number(text, value);
    text.push('\n');
}

fn escape_help(help: &str) -> Cow<'_, str> {
    if help.contains(['\\', '\n']) { help.replace('\\', "\\\\").replace('\n', "\\n").into() } else { help.into() }
}

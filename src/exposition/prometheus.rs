//! The Prometheus text format, version 0.0.4.

use std::borrow::Cow;
use std::sync::Arc;

use super::distribution_lines::{HistogramLines, SummaryLines};
use super::exposed_names::{ExposedNames, Form};
use super::family_labels::FamilyLabels;
use super::line::Line;
use crate::collector::{Collector, Delta, Family, Label, Reading, Symbol};
use crate::histogram::Distribution;

/// Of the text format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of a timing's buckets where nobody asked for others, in milliseconds.
pub const DEFAULT_BUCKETS_MILLIS: [f64; 13] =
    [1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0];

/// After so many series of a family the length of the others is estimated.
const SAMPLES_OF_LENGTH: usize = 64;

/// All that a collector shows to a reader who never resets. `buckets` are upper bounds in milliseconds, strictly
/// increasing, for timings without their own.
#[must_use]
pub fn prometheus_text(collector: &Collector, buckets: &[f64]) -> Vec<u8> {
    prometheus_text_in(Vec::new(), collector, buckets)
}

/// The same in memory that was used before.
#[must_use]
pub fn prometheus_text_in(mut memory: Vec<u8>, collector: &Collector, buckets: &[f64]) -> Vec<u8> {
    memory.clear();
    let mut text = String::from_utf8(memory).unwrap_or_default();
    append_prometheus_text(&mut text, &mut ExposedNames::default(), collector, buckets);
    text.into_bytes()
}

/// The same behind families of others, whose names are taken.
pub(crate) fn append_prometheus_text(
    text: &mut String,
    names: &mut ExposedNames,
    collector: &Collector,
    buckets: &[f64],
) {
    let reading = collector.read();
    Exposition { reading: &reading, constant: collector.labels(), buckets }.write(text, names);
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

impl Block<'_> {
    /// Whether there is anything to show.
    fn is_shown(&self) -> bool {
        !self.series.is_empty() || self.family.awaits_first_recording()
    }
}

impl Exposition<'_> {
    fn write(&self, text: &mut String, names: &mut ExposedNames) {
        let blocks = self.blocks();
        let titled = blocks.iter().map(|block| (names.give_family(block.family, block.form), block));
        let titled: Vec<(String, &Block)> = titled.collect();
        let since = self.reading.whole_life();
        for (name, block) in titled.iter().filter(|(_, block)| block.is_shown()) {
            self.write_block(text, name, block, &since);
        }
        // last, so that a counter's first decrement takes no other family's name away
        for (_, block) in titled.iter().filter(|(_, block)| block.form == Form::Counter) {
            let series: Vec<u32> =
                block.series.iter().copied().filter(|number| since.has_decrements(*number)).collect();
            let label_names = block.label_names.clone();
            let net = Block { family: block.family, form: Form::Net, series, label_names };
            if net.series.is_empty() {
                continue;
            }
            let name = names.give_family(block.family, Form::Net);
            self.write_block(text, &name, &net, &since);
        }
    }

    /// All families, by number, also those that show nothing yet: so a family keeps its name from scrape to scrape.
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
            if block.family.behaviour().is_visible(&since, number) {
                block.series.push(number);
            }
        }
        blocks.retain(|block| !block.family.is_freed());
        blocks
    }

    fn write_block(&self, text: &mut String, name: &str, block: &Block, since: &Delta) {
        write_title(text, name, block);
        if block.series.is_empty() {
            return self.write_zero(text, name, block);
        }
        match block.form {
            Form::Counter => self.write_numbers(text, name, block, |number| since.increments(number)),
            Form::Net => self.write_numbers(text, name, block, |number| since.count(number).map(|count| count.net())),
            Form::Gauge => self.write_numbers(text, name, block, |number| since.gauge(number).map(|state| state.value)),
            Form::Histogram => {
                let lines = HistogramLines::new(name, block.family, self.buckets);
                self.write_distributions(text, block, since, |text, labels, read| lines.write(text, labels, read));
            }
            Form::Summary => {
                let lines = SummaryLines::new(name);
                self.write_distributions(text, block, since, |text, labels, read| lines.write(text, labels, read));
            }
        }
    }

    /// The lines of a family without a series, as if one without labels had been registered.
    fn write_zero(&self, text: &mut String, name: &str, block: &Block) {
        let labels = FamilyLabels::new(&self.reading.names, self.constant, block);
        let nothing = Distribution::empty(block.family.form(false));
        match block.form {
            Form::Counter | Form::Net | Form::Gauge => Line::new(name, "", None).write(text, labels.common(), 0.0),
            Form::Histogram => {
                HistogramLines::new(name, block.family, self.buckets).write(text, labels.common(), &nothing);
            }
            Form::Summary => SummaryLines::new(name).write(text, labels.common(), &nothing),
        }
    }

    /// A line for each series with a value.
    fn write_numbers(&self, text: &mut String, name: &str, block: &Block, value: impl Fn(u32) -> Option<f64>) {
        let line = Line::new(name, "", None);
        self.write_series(text, block, |text, number, labels| {
            if let Some(value) = value(number) {
                line.write(text, labels, value);
            }
        });
    }

    fn write_distributions(
        &self,
        text: &mut String,
        block: &Block,
        since: &Delta,
        write: impl Fn(&mut String, &str, &Distribution),
    ) {
        self.write_series(text, block, |text, number, labels| {
            if let Some(distribution) = since.distribution(number) {
                write(text, labels, &distribution);
            }
        });
    }

    /// Calls `write` with the number and the labels of each series.
    fn write_series(&self, text: &mut String, block: &Block, write: impl Fn(&mut String, u32, &str)) {
        let family_labels = FamilyLabels::new(&self.reading.names, self.constant, block);
        let mut labels = String::new();
        let began = text.len();
        for (written, &number) in block.series.iter().enumerate() {
            if written == SAMPLES_OF_LENGTH {
                // untouched memory costs nothing, text that is moved as it grows does
                let each = (text.len() - began).div_ceil(SAMPLES_OF_LENGTH);
                text.reserve((each + each / 4) * (block.series.len() - written));
            }
            labels.clear();
            family_labels.write(&mut labels, number);
            write(text, number, &labels);
        }
    }
}

fn write_title(text: &mut String, name: &str, block: &Block) {
    if let Some(help) = block.family.options.help.as_deref().filter(|help| !help.is_empty()) {
        for part in ["# HELP ", name, " ", &escape_help(help), "\n"] {
            text.push_str(part);
        }
    }
    for part in ["# TYPE ", name, " ", block.form.word(), "\n"] {
        text.push_str(part);
    }
}

fn escape_help(help: &str) -> Cow<'_, str> {
    if help.contains(['\\', '\n']) { help.replace('\\', "\\\\").replace('\n', "\\n").into() } else { help.into() }
}

//! The families of a reading as data, each with its visible series. Everything is borrowed from the reading, except for the series
//! numbers.

use super::Reading;
use super::delta::Delta;
use super::family::Family;
use super::names::{Label, NamesView, Symbol};
use super::value::Value;
use crate::cells::sync::Arc;
use crate::sorting;

/// A family and its visible series.
#[derive(Debug)]
pub struct FamilyReading<'a> {
    /// Kind, name, help, unit and the other options.
    pub family: &'a Arc<Family>,
    /// The numbers of the series, ascending.
    pub series: Vec<u32>,
    /// The label names of all its series, including invisible ones, in the order of first use.
    pub label_names: Vec<Symbol>,
    names: &'a NamesView,
    delta: Delta<'a>,
}

/// A series with a value.
#[derive(Debug)]
pub struct SeriesReading<'a> {
    names: &'a NamesView,
    /// Sorted by name.
    labels: &'a [Label],
    /// Merged over all threads.
    pub value: Value,
}

impl Reading {
    /// All families in the order of declaration, including those without series.
    #[must_use]
    pub fn families<'a>(&'a self, delta: &Delta<'a>) -> Vec<FamilyReading<'a>> {
        let names = &self.names;
        let empty =
            |family| FamilyReading { family, series: Vec::new(), label_names: Vec::new(), names, delta: *delta };
        let mut families: Vec<FamilyReading> = names.families().map(empty).collect();
        for (number, series) in (0..).zip(names.series()) {
            let Some(family) = families.get_mut(series.family as usize) else {
                continue;
            };
            for ((name, _), place) in series.labels.iter().zip(0..) {
                // mostly all series have the same names
                let is_known = family.label_names.get(place) == Some(name) || family.label_names.contains(name);
                if !is_known {
                    family.label_names.push(*name);
                }
            }
            if family.family.behaviour().is_visible(delta, number) {
                family.series.push(number);
            }
        }
        families.retain(|family| !family.family.is_freed());
        // numbers of freed families were reused
        if !families.is_sorted_by_key(|family| family.family.declared()) {
            sorting::sort_by_key(&mut families, |family| family.family.declared());
        }
        families
    }
}

impl<'a> FamilyReading<'a> {
    /// The same family with only these series.
    #[must_use]
    pub(crate) fn with(&self, series: Vec<u32>) -> Self {
        Self { series, label_names: self.label_names.clone(), ..*self }
    }

    /// The values of its series. Empty distributions are skipped.
    pub fn values(&self) -> impl Iterator<Item = SeriesReading<'a>> {
        let (names, delta, kind) = (self.names, self.delta, self.family.behaviour());
        self.series.iter().filter_map(move |number| {
            let value = kind.value(&delta, *number)?;
            let (series, _) = names.get(*number)?;
            Some(SeriesReading { names, labels: &series.labels, value })
        })
    }
}

impl<'a> SeriesReading<'a> {
    /// Its own labels: names and values.
    pub fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = self.names;
        self.labels.iter().map(|(name, value)| (names.text(*name), names.text(*value)))
    }
}

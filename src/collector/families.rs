//! A reading as data: its families, each with those of its series that are shown. All is lent by the reading; what is copied is
//! the numbers of the series.

use super::Reading;
use super::delta::Delta;
use super::family::Family;
use super::names::{Label, NamesView, Symbol};
use super::value::Value;
use crate::cells::sync::Arc;

/// A family and those of its series that a reader sees.
#[derive(Debug)]
pub struct FamilyReading<'a> {
    /// Kind, name, help, unit and the other options.
    pub family: &'a Arc<Family>,
    /// The numbers of the series, ascending.
    pub series: Vec<u32>,
    /// The label names of all its series, also of hidden ones, in the order of their first use.
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
    /// Over all threads.
    pub value: Value,
}

impl Reading {
    /// All families in the order of their declaration, also those without series.
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
            for (name, _) in &series.labels {
                if !family.label_names.contains(name) {
                    family.label_names.push(*name);
                }
            }
            if family.family.behaviour().is_visible(delta, number) {
                family.series.push(number);
            }
        }
        families.retain(|family| !family.family.is_freed());
        families
    }
}

impl<'a> FamilyReading<'a> {
    /// The same family with some of its series.
    #[must_use]
    pub(crate) fn with(&self, series: Vec<u32>) -> Self {
        Self { series, label_names: self.label_names.clone(), ..*self }
    }

    /// The values of its series. A distribution without samples has none.
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
    /// Its own labels, as they were given.
    pub fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = self.names;
        self.labels.iter().map(|(name, value)| (names.text(*name), names.text(*value)))
    }
}

//! How many series the families of a collector have, and which labels they differ in. Series in the logs of threads are counted once
//! they are registered.

use hashbrown::{HashMap, HashSet};

use super::Collector;
use super::kinds::Kind;
use super::names::{FOLDED, Label, Names, Symbol};
use crate::cells::room::UNLIMITED;
use crate::cells::sync::Arc;
use crate::cells::{FoldedLabel, hash_of};
use crate::cells::{KnownSeries, Room};
use crate::sorting;

/// What a room limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scope {
    /// The label sets of a family.
    Family(u32),
    /// The label sets of all families.
    Whole,
    /// The families.
    Families,
}

/// A family and its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyCardinality {
    /// The family's kind.
    pub kind: Kind,
    /// The family's name.
    pub name: String,
    /// The number of its series.
    pub series: u32,
    /// The most label sets, `None` for any number.
    pub max_series: Option<u32>,
    /// How often label sets were folded.
    pub folded: f64,
    /// Those with most values first.
    pub labels: Vec<LabelCardinality>,
}

/// A label of a family.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelCardinality {
    /// The label's name.
    pub name: String,
    /// The number of its values.
    pub values: u32,
}

impl Collector {
    /// The families with most series, at most `limit`, the largest first.
    #[must_use]
    pub fn cardinality(&self, limit: usize) -> Vec<FamilyCardinality> {
        self.register_new_series();
        let names = self.names.lock();
        let largest = names.largest_families(limit);
        let numbers = largest.iter().map(|(number, _)| *number).collect();
        let mut labels = names.values_by_label(&numbers);
        let of_family = |(number, series)| {
            let family = names.get_family(number)?;
            let room = family.room();
            Some(FamilyCardinality {
                kind: family.kind,
                name: family.name.clone(),
                series,
                max_series: Some(room.limit()).filter(|limit| *limit != UNLIMITED),
                folded: room.folds(),
                labels: labels.remove(&number).unwrap_or_default(),
            })
        };
        largest.into_iter().filter_map(of_family).collect()
    }

    /// The room that limits something; `None` for an unknown family.
    #[must_use]
    pub fn room(&self, scope: Scope) -> Option<Arc<Room>> {
        let names = self.names.lock();
        match scope {
            Scope::Family(number) => names.get_family(number).map(|family| family.room().clone()),
            Scope::Whole => Some(names.limits.whole.clone()),
            Scope::Families => Some(names.limits.families.clone()),
        }
    }

    /// The table of what exists in a room: the series of a family, or the families.
    #[must_use]
    pub fn known(&self, scope: Scope) -> Option<Arc<KnownSeries>> {
        self.read_logs();
        let names = self.names.lock();
        match scope {
            Scope::Whole => None,
            Scope::Families => {
                let view = names.view();
                let families = view.families().filter(|family| !family.is_freed());
                let hashes: Vec<u32> = families.map(|family| hash_of(&family.name)).collect();
                Some(names.limits.families.watch(hashes.into_iter()))
            }
            Scope::Family(number) => {
                let family = names.get_family(number)?;
                let view = names.view();
                let labels = names.series_of(number).into_iter().filter_map(|series| view.get(series));
                let labels = labels.map(|(series, _)| series.labels.as_slice()).filter(|labels| !labels.is_empty());
                let hashes: Vec<u32> = labels.map(|labels| names.hash_of_values(labels)).collect();
                Some(family.room().watch(hashes.into_iter()))
            }
        }
    }

    /// The label of a family to fold: the one with most values, or `fallback` if the family has no series with labels. Nothing else has
    /// a label. Also returns whether this is the first call, which determines the label for all threads.
    #[must_use]
    pub fn folded_label(&self, scope: Scope, fallback: String) -> (FoldedLabel, bool) {
        let fallback = FoldedLabel { name: fallback, values: 0 };
        let Scope::Family(family) = scope else {
            let Some(room) = self.room(scope) else { return (fallback, false) };
            return room.folded_label(|| fallback);
        };
        let names = self.names.lock();
        let Some(known) = names.get_family(family) else { return (fallback, false) };
        known.room().folded_label(|| {
            let labels = names.values_by_label(&std::iter::once(family).collect()).remove(&family);
            let most = labels.and_then(|labels| labels.into_iter().next());
            most.map_or(fallback, |most| FoldedLabel { name: most.name, values: most.values })
        })
    }

    /// Changes the most label sets of all families together, and of each family without a limit of its own.
    pub fn set_max_series(&self, limit: u32) {
        self.names.lock().set_limit(limit);
    }
}

impl Names {
    /// The numbers of the families with most series, and how many they have.
    pub fn largest_families(&self, limit: usize) -> Vec<(u32, u32)> {
        let view = self.view();
        let families = (0..).zip(view.families()).filter(|(_, family)| !family.is_freed());
        let mut sizes: Vec<(u32, u32)> = families.map(|(number, _)| (number, self.size(number))).collect();
        sorting::sort_by_key(&mut sizes, |(number, size)| (std::cmp::Reverse(*size), *number));
        sizes.truncate(limit);
        sizes
    }

    /// The labels of some families with the number of their values, those with most first. `…` is no value.
    fn values_by_label(&self, families: &HashSet<u32>) -> HashMap<u32, Vec<LabelCardinality>> {
        let mut values: HashMap<(u32, Symbol), HashSet<Symbol>> = HashMap::new();
        let view = self.view();
        let folded = self.find_symbol(FOLDED);
        let own = view.series().filter(|series| families.contains(&series.family));
        for series in own {
            let labels: &[Label] = &series.labels;
            for (name, value) in labels.iter().filter(|(_, value)| Some(*value) != folded) {
                values.entry((series.family, *name)).or_default().insert(*value);
            }
        }
        let mut by_family: HashMap<u32, Vec<LabelCardinality>> = HashMap::new();
        for ((family, name), values) in values {
            let label = LabelCardinality { name: view.text(name).to_owned(), values: values.len() as u32 };
            by_family.entry(family).or_default().push(label);
        }
        for labels in by_family.values_mut() {
            sorting::sort_by(labels, |one, other| {
                other.values.cmp(&one.values).then_with(|| one.name.cmp(&other.name))
            });
        }
        by_family
    }
}

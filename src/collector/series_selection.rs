//! The series of one reader's reports, sorted by family name. Reports reuse the selection, because sorting takes longer than
//! reading.

use crate::sorting;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashSet;

use super::kinds::Kind;
use super::names::NamesView;

/// Which series a report covers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SelectionRequest {
    /// Only families of these kinds.
    pub kinds: Vec<Kind>,
    /// Only families with these numbers; `None` for all.
    pub families: Option<Vec<u32>>,
}

/// A series that is reported if it has a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct SelectedSeries {
    pub number: u32,
    pub kind: Kind,
}

/// The series of a request, sorted by family name.
#[derive(Debug, Default)]
pub(super) struct SeriesSelection {
    request: SelectionRequest,
    // `NamesView::changes` of the names it was made from
    changes: u64,
    names: Vec<(Arc<str>, Range<usize>)>,
    series: Vec<SelectedSeries>,
}

impl SeriesSelection {
    /// Selects again if series were added or freed, or if the request differs.
    pub fn update(&mut self, names: &NamesView, request: SelectionRequest) {
        if self.changes != names.changes() || self.request != request {
            *self = Self::new(names, request);
        }
    }

    fn new(names: &NamesView, request: SelectionRequest) -> Self {
        let families: Option<HashSet<u32>> = request.families.as_ref().map(|all| all.iter().copied().collect());
        let of_number = |number| {
            let (series, family) = names.get(number)?;
            let is_selected = families.as_ref().is_none_or(|families| families.contains(&series.family));
            let is_selected = is_selected && request.kinds.contains(&family.kind);
            is_selected.then_some((number, family))
        };
        let mut found: Vec<_> = (0..).zip(names.series()).filter_map(|(number, _)| of_number(number)).collect();
        sorting::sort_by(&mut found, |(_, one), (_, other)| one.name.cmp(&other.name));
        let mut selection = Self { request, changes: names.changes(), ..Self::default() };
        for of_name in found.chunk_by(|(_, one), (_, other)| one.name == other.name) {
            let first = selection.series.len();
            selection
                .series
                .extend(of_name.iter().map(|(number, family)| SelectedSeries { number: *number, kind: family.kind }));
            let name = of_name.first().map(|(_, family)| Arc::from(family.name.as_str()));
            selection.names.extend(name.map(|name| (name, first..selection.series.len())));
        }
        selection
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The names, each with its series.
    pub fn by_name(&self) -> impl Iterator<Item = (&Arc<str>, &[SelectedSeries])> {
        self.names.iter().map(|(name, range)| (name, self.series.get(range.clone()).unwrap_or_default()))
    }
}

//! The names behind the numbers in claims: symbols, families and series. Values are elsewhere.

mod exemplars;
mod families;
mod limits;
mod places;
mod series;
mod symbols;
mod view;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hashbrown::{DefaultHashBuilder, HashMap, HashSet, HashTable};

use super::family::FamilyOptions;
use super::kinds::Kind;
pub use exemplars::{Exemplar, Exemplars};
pub use limits::{FOLDED, Limits, OVERFLOW_FAMILY};
pub use places::{Place, Places};
use series::SeriesEntry;
pub use view::{Label, NamesView, Series, Symbol};

/// All names of a collector.
#[derive(Debug, Default)]
pub struct Names {
    view: NamesView,
    hasher: DefaultHashBuilder,
    symbols: HashTable<Symbol>,
    // the reference count of each symbol: uses by series, label sets and the collector's labels
    uses: Vec<u32>,
    series: HashTable<SeriesEntry>,
    // by series number: the claim of a series that has only one, as most do
    places: Vec<Place>,
    // the claims of series that have several
    many_places: HashMap<u32, Vec<Place>>,
    families: HashMap<(Kind, String), u32>,
    // the number of series by family
    sizes: Vec<u32>,
    // the most labels that a series of the family ever had
    widths: Vec<u32>,
    // removed families that some thread still holds
    removed: HashSet<u32>,
    // help and unit for future families, by name
    descriptions: HashMap<String, FamilyOptions>,
    // when the latest reading of all logs began, in milliseconds since 1970
    read_at: u64,
    // numbers for reuse; the smallest first, so that series that are created after each other have ascending numbers
    free_series: BinaryHeap<Reverse<u32>>,
    free_families: BinaryHeap<Reverse<u32>>,
    free_symbols: Vec<Symbol>,
    /// The time to live of families that declare none. Not of gauges: one that is set to the same value looks idle.
    pub ttl: Option<Duration>,
    /// How many label sets and families there may be.
    pub limits: Limits,
}

impl Names {
    pub fn new(limits: Limits) -> Self {
        let mut names = Self { limits, read_at: millis_now(), ..Self::default() };
        let empty = names.symbol(""); // is symbol 0
        names.hold(empty);
        names
    }

    /// All logs were read, beginning at this time.
    pub fn note_read(&mut self, began: u64) {
        self.read_at = began;
    }

    pub fn view(&self) -> NamesView {
        self.view.clone()
    }

    /// Replaces the labels of every exposed series. Of a duplicate name, the last value wins; an empty one counts as absent.
    pub fn set_constant_labels(&mut self, labels: &[(String, String)]) {
        let mut constant: Vec<Label> = Vec::new();
        for (name, value) in labels {
            let label = (self.symbol(name), self.symbol(value));
            self.hold(label.0);
            self.hold(label.1);
            constant.push(label);
        }
        let mut kept: Vec<Label> = Vec::new();
        for &label in &constant {
            kept.retain(|known| known.0 != label.0);
            kept.push(label);
        }
        kept.retain(|(_, value)| *value != 0);
        for (name, value) in &kept {
            self.hold(*name);
            self.hold(*value);
        }
        let earlier = std::mem::replace(&mut self.view.constant, kept.into());
        for (name, value) in constant.iter().chain(earlier.iter()) {
            self.release(*name);
            self.release(*value);
        }
    }

    /// A view for a reading. Advances the epoch, so that series created later are known to be newer than the reading.
    pub fn read(&mut self) -> NamesView {
        let view = self.view.clone();
        self.view.epoch += 1;
        view
    }
}

/// Milliseconds since 1970.
pub fn millis_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}

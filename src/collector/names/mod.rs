//! What the numbers in claims mean: texts, families, and series as a family with labels. Values are not here.

mod families;
mod places;
mod series;
mod symbols;
mod view;

use std::time::{SystemTime, UNIX_EPOCH};

use hashbrown::{DefaultHashBuilder, HashMap, HashSet, HashTable};

use super::family::FamilyOptions;
use super::kinds::Kind;
pub use places::{Place, Places};
use series::SeriesEntry;
pub use view::{Label, NamesView, Series, Symbol};

/// All names of a collector, growing.
#[derive(Debug, Default)]
pub struct Names {
    view: NamesView,
    hasher: DefaultHashBuilder,
    symbols: HashTable<Symbol>,
    // how often each symbol is used, by labels of series, label sets and the collector's own labels
    uses: Vec<u32>,
    series: HashTable<SeriesEntry>,
    // by the numbers of series: the only claim of most
    places: Vec<Place>,
    // the claims of those that have several
    many_places: HashMap<u32, Vec<Place>>,
    families: HashMap<(Kind, String), u32>,
    // how many series each family has, by its number
    sizes: Vec<u32>,
    // families that were removed and are held by some thread
    removed: HashSet<u32>,
    // help and unit for families to come, by name
    descriptions: HashMap<String, FamilyOptions>,
    // when the latest reading of all logs began, in milliseconds since 1970: what is entered later was not there then
    read_at: u64,
    // numbers to be reused
    free_series: Vec<u32>,
    free_symbols: Vec<Symbol>,
}

impl Names {
    pub fn new() -> Self {
        let mut names = Self { read_at: millis_now(), ..Self::default() };
        let empty = names.symbol(""); // number 0
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

    /// The names for one more reading. What is made later has a later epoch.
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

//! The places of series: their claims in shards.

use smallvec::SmallVec;

use super::Names;
use crate::cells::CellIndex;

/// The place of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The shard's number.
    pub shard: u32,
    /// The first cell of the claim.
    pub cell: CellIndex,
}

/// A series without claims. Cell 0 of a chunk is never claimed, so these values are no real places.
pub const NOWHERE: Place = Place { shard: 0, cell: CellIndex::NONE };
const SEVERAL: Place = Place { shard: 1, cell: CellIndex::NONE };

/// The places of a series, usually one.
pub type Places = SmallVec<[Place; 2]>;

impl Names {
    /// The places of a series.
    pub fn places(&self, series: u32) -> &[Place] {
        match self.places.get(series as usize) {
            None | Some(&NOWHERE) => &[],
            Some(&SEVERAL) => self.many_places.get(&series).map_or(&[], Vec::as_slice),
            Some(only) => std::slice::from_ref(only),
        }
    }

    fn set_places(&mut self, series: u32, places: &[Place]) {
        let Some(slot) = self.places.get_mut(series as usize) else { return };
        if *slot == SEVERAL {
            self.many_places.remove(&series);
        }
        *slot = match places {
            [] => NOWHERE,
            [only] => *only,
            several => {
                self.many_places.insert(series, several.to_vec());
                SEVERAL
            }
        };
    }

    /// Adds a place to a series.
    pub fn add_place(&mut self, series: u32, place: Place) {
        let mut places = Places::from_slice(self.places(series));
        places.push(place);
        self.set_places(series, &places);
    }

    /// Removes the places for which `keep` returns false.
    pub fn keep_places(&mut self, series: u32, keep: impl Fn(&Place) -> bool) {
        let mut places = Places::from_slice(self.places(series));
        places.retain(|place| keep(place));
        self.set_places(series, &places);
    }
}

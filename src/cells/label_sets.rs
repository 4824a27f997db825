//! The families and label sets that a thread uses, by the numbers that JavaScript has for them.

use hashbrown::{HashMap, HashSet};
use smallvec::SmallVec;

use super::chunk::ClaimTemplate;
use super::memory::CellIndex;
use super::room::Room;
use super::sync::Arc;

/// The label names of some series of a family, in the order in which the log has their values.
#[derive(Clone, Debug)]
pub struct LabelSet {
    /// The family's number.
    pub family: u32,
    /// The symbols of the names and values that all its series share.
    pub shared: Arc<[(u32, u32)]>,
    /// The symbols of the other label names.
    pub names: SmallVec<[u32; 4]>,
    /// The room from which its series take; `None` for the series without labels, which always has room.
    pub room: Option<Arc<Room>>,
    // for what each of its series claims; set at the first reservation
    pub(crate) template: Option<ClaimTemplate>,
    // the latest reserved cells, some of which may have a series by now; JavaScript reserves more when it has used all
    pub(crate) reserved: Arc<[CellIndex]>,
}

impl LabelSet {
    /// All symbols of the label set.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = u32> {
        let shared = self.shared.iter().flat_map(|(name, value)| [*name, *value]);
        shared.chain(self.names.iter().copied())
    }

    /// Gives room back.
    pub(super) fn give_back(&self, series: u32) {
        if let Some(room) = &self.room {
            room.give(series);
        }
    }
}

/// The families and label sets whose numbers JavaScript holds.
#[derive(Debug, Default)]
pub struct Families {
    /// The families for which this thread has instruments.
    pub held: HashSet<u32>,
    /// Held families that another thread has removed, until this one releases them.
    pub removed: HashSet<u32>,
    // by the numbers that JavaScript uses; `None` if a number is free
    label_sets: Vec<Option<LabelSet>>,
    // the numbers of the label sets of each family
    by_family: HashMap<u32, Vec<u32>>,
    free: Vec<u32>,
}

impl Families {
    /// The label set with this number.
    #[must_use]
    pub fn label_set(&self, number: u32) -> Option<&LabelSet> {
        self.label_sets.get(number as usize)?.as_ref()
    }

    /// All label sets with their numbers.
    pub(super) fn label_sets_mut(&mut self) -> impl Iterator<Item = (u32, &mut LabelSet)> {
        (0..).zip(&mut self.label_sets).filter_map(|(number, set)| Some((number, set.as_mut()?)))
    }

    pub(crate) fn label_set_mut(&mut self, number: u32) -> Option<&mut LabelSet> {
        self.label_sets.get_mut(number as usize)?.as_mut()
    }

    /// The number of an existing label set.
    pub(crate) fn find_label_set(&self, family: u32, names: &[u32]) -> Option<u32> {
        let numbers = self.by_family.get(&family)?;
        let is_same = |set: &LabelSet| set.shared.is_empty() && set.names.as_slice() == names;
        numbers.iter().copied().find(|number| self.label_set(*number).is_some_and(is_same))
    }

    /// Adds a label set and returns its number.
    pub(crate) fn add_label_set(&mut self, set: LabelSet) -> u32 {
        let family = set.family;
        let number = self.free.pop().unwrap_or(self.label_sets.len() as u32);
        match self.label_sets.get_mut(number as usize) {
            Some(slot) => *slot = Some(set),
            None => self.label_sets.push(Some(set)),
        }
        self.by_family.entry(family).or_default().push(number);
        number
    }

    /// Frees the numbers of label sets, which JavaScript no longer holds. Returns the label sets with their numbers.
    pub(crate) fn drop_label_sets(&mut self, numbers: &[u32]) -> Vec<(u32, LabelSet)> {
        let mut dropped = Vec::new();
        for &number in numbers {
            let Some(set) = self.label_sets.get_mut(number as usize).and_then(Option::take) else { continue };
            self.free.push(number);
            dropped.push((number, set));
        }
        // once for each family, which may have many
        let families: HashSet<u32> = dropped.iter().map(|(_, set)| set.family).collect();
        for family in families {
            let Some(numbers) = self.by_family.get_mut(&family) else { continue };
            numbers.retain(|number| self.label_sets.get(*number as usize).is_some_and(Option::is_some));
        }
        dropped
    }

    /// Drops a family and frees the numbers of its label sets. Returns the label sets with their numbers.
    pub(crate) fn drop_family(&mut self, family: u32) -> Vec<(u32, LabelSet)> {
        self.held.remove(&family);
        self.removed.remove(&family);
        let numbers = self.by_family.remove(&family).unwrap_or_default();
        let mut take = |number: u32| Some((number, self.label_sets.get_mut(number as usize)?.take()?));
        let sets = numbers.iter().filter_map(|number| take(*number)).collect();
        self.free.extend(numbers);
        sets
    }
}

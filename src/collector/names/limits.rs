//! How many label sets and families a collector may have. Rooms count them.

use super::super::DEFAULT_MAX_SERIES;
use super::super::family::{Family, FamilyOptions};
use super::{Label, Names};
use crate::cells::Room;
use crate::cells::hash_of;
use crate::cells::room::UNLIMITED;
use crate::cells::sync::Arc;

/// The value of a label that stands for all values that have no room.
pub const FOLDED: &str = "…";
/// The label of the series that stands for all label sets that have no room, as in `OpenTelemetry`. Its value is `true`.
const OVERFLOW: &str = "otel_metric_overflow";

/// The family of the recordings by names that have no room.
pub const OVERFLOW_FAMILY: &str = "tallystick_overflow";

/// The limits of a collector.
#[derive(Debug)]
pub struct Limits {
    /// The room for the label sets of all families.
    pub whole: Arc<Room>,
    /// The room for families. Only recordings by name ask whether there is any.
    pub families: Arc<Room>,
    // of a family that declares none
    of_family: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Limits {
    pub fn new(of_collector: Option<u32>) -> Self {
        let of_family = of_collector.unwrap_or(DEFAULT_MAX_SERIES);
        Self {
            whole: Arc::new(Room::new(of_collector.unwrap_or(UNLIMITED), None)),
            families: Arc::new(Room::new(of_family, None)),
            of_family,
        }
    }

    fn of(&self, options: &FamilyOptions) -> u32 {
        options.max_series.unwrap_or(self.of_family)
    }

    /// The room for the label sets of a new family.
    pub(super) fn room_of(&self, options: &FamilyOptions) -> Room {
        Room::new(self.of(options), Some(self.whole.clone()))
    }

    /// Takes room for a new family.
    pub(super) fn take_room(&self, name: &str) {
        self.families.take_anyway(1 + Room::cost_of(name));
        self.families.note(|| hash_of(name));
    }

    /// Gives it back.
    pub(super) fn give_room(&self, name: &str) {
        self.families.give(1 + Room::cost_of(name));
        self.families.forget(|| hash_of(name));
    }

    /// Applies the limit that a family declares, or the collector's.
    pub fn apply(&self, family: &Family) {
        family.room().set_limit(self.of(&family.options));
    }
}

impl Names {
    /// Changes the limit of the collector, and of all families without one of their own.
    pub fn set_limit(&mut self, limit: u32) {
        self.limits.whole.set_limit(limit);
        self.limits.families.set_limit(limit);
        self.limits.of_family = limit;
        self.view.families().filter(|family| !family.is_freed()).for_each(|family| self.limits.apply(family));
    }

    /// Accounts for a series with labels that someone has registered. `is_new`: it did not exist before. `is_granted`: room was taken
    /// for it, together with the cells that were reserved.
    pub(super) fn account(&self, family: u32, labels: &[Label], is_new: bool, is_granted: bool) {
        let Some(family) = self.view.family(family).filter(|_| !labels.is_empty()) else { return };
        let room = family.room();
        let granted = u32::from(is_granted);
        let cost = if is_new { self.cost(labels) } else { Some(0) };
        if cost.is_none() {
            room.take_folded();
        }
        let cost = cost.unwrap_or(0);
        if cost < granted {
            room.give(granted - cost);
        } else if cost > granted {
            room.take_anyway(cost - granted);
        }
        if is_new {
            room.note(|| self.hash_of_values(labels));
        }
    }

    /// Gives the room of a series back that is freed.
    pub(super) fn give_room_back(&self, family: u32, labels: &[Label]) {
        let Some(family) = self.view.family(family).filter(|_| !labels.is_empty()) else { return };
        let room = family.room();
        room.forget(|| self.hash_of_values(labels));
        match self.cost(labels) {
            Some(cost) => room.give(cost),
            None => room.give_folded(),
        }
    }

    /// The room that a series takes. `None` if it stands for label sets that have no room.
    fn cost(&self, labels: &[Label]) -> Option<u32> {
        let mut cost = 1;
        for (name, value) in labels {
            let (name, value) = (self.view.text(*name), self.view.text(*value));
            if value == FOLDED || name == OVERFLOW {
                return None;
            }
            cost += Room::cost_of(name) + Room::cost_of(value);
        }
        Some(cost)
    }

    /// What the table of known series has for a series.
    pub fn hash_of_values(&self, labels: &[Label]) -> u32 {
        labels.iter().fold(0, |sum, (_, value)| sum.wrapping_add(hash_of(self.view.text(*value))))
    }
}

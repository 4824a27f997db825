//! Families and their numbers. The number of a family is reused once the family is freed: no thread holds it then.

use std::cmp::Reverse;

use super::super::family::{Family, FamilyConflict, FamilyOptions};
use super::super::kinds::Kind;
use super::Names;
use crate::cells::sync::Arc;

impl Names {
    pub fn family(&mut self, kind: Kind, name: &str, options: FamilyOptions) -> Result<u32, FamilyConflict> {
        if let Some(&known) = self.families.get(&(kind, name.to_owned())) {
            if let Some(family) = self.view.family(known) {
                let mut changed = Family::clone(family);
                changed.adopt(options)?;
                self.limits.apply(&changed);
                self.put_family(known, changed);
            }
            // only now: a request that conflicts does not revive a removed family
            self.removed.remove(&known);
            return Ok(known);
        }
        self.view.declared += 1;
        let room = Arc::new(self.limits.room_of(&options));
        let mut family = Family::new(kind, name, options, room).declared_as(self.view.declared);
        if let Some(description) = self.descriptions.get(name) {
            family.options.help = family.options.help.or_else(|| description.help.clone());
            let described = FamilyOptions { unit: description.unit.clone(), ..FamilyOptions::default() };
            if kind.behaviour().fixed_unit().is_none() {
                family.adopt(described)?;
            }
        }
        self.limits.take_room(name);
        let number = self.add_family(family);
        self.families.insert((kind, name.to_owned()), number);
        Ok(number)
    }

    fn add_family(&mut self, family: Family) -> u32 {
        if let Some(Reverse(free)) = self.free_families.pop() {
            self.put_family(free, family);
            if let Some(width) = self.widths.get_mut(free as usize) {
                *width = 0;
            }
            return free;
        }
        self.sizes.push(0);
        self.widths.push(0);
        self.view.families.push(Arc::new(family))
    }

    pub(super) fn put_family(&mut self, number: u32, family: Family) {
        if let Some(slot) = self.view.families.get_mut(number) {
            *slot = Arc::new(family);
        }
    }

    pub fn get_family(&self, number: u32) -> Option<Arc<Family>> {
        self.view.family(number).cloned()
    }

    /// The family of a series, and whether the series has labels.
    pub fn family_of(&self, series: u32) -> Option<(Arc<Family>, bool)> {
        self.view.get(series).map(|(series, family)| (family.clone(), !series.labels.is_empty()))
    }

    /// Sets help and unit of all families with a name, existing and future. Changes nothing if one of them conflicts.
    pub fn describe(&mut self, name: &str, description: &FamilyOptions) -> Result<(), FamilyConflict> {
        let known = Kind::ALL.iter().filter_map(|kind| self.families.get(&(*kind, name.to_owned())).copied());
        let mut changed = Vec::new();
        for number in known {
            let Some(family) = self.view.family(number) else {
                continue;
            };
            let mut family = Family::clone(family);
            let unit = description.unit.clone().filter(|_| family.behaviour().fixed_unit().is_none());
            family.adopt(FamilyOptions { unit, ..description.clone() })?;
            changed.push((number, family));
        }
        for (number, family) in changed {
            self.put_family(number, family);
        }
        let kept = self.descriptions.entry(name.to_owned()).or_default();
        kept.help = description.help.clone().or_else(|| kept.help.take());
        kept.unit = description.unit.clone().or_else(|| kept.unit.take());
        Ok(())
    }

    /// The number of a family, if there is one.
    pub fn find_family(&self, kind: Kind, name: &str) -> Option<u32> {
        self.families.get(&(kind, name.to_owned())).copied()
    }

    /// Whether there is a family that was not removed.
    pub fn has_family(&self, kind: Kind, name: &str) -> bool {
        self.find_family(kind, name).is_some_and(|number| !self.removed.contains(&number))
    }

    /// Frees the name of a family, and its description. Nothing can be registered in it any more. Its number stays until no thread
    /// holds it.
    pub fn unregister_family(&mut self, number: u32) {
        let Some(family) = self.view.family(number) else { return };
        self.families.remove(&(family.kind, family.name.clone()));
        let family = Family::clone(family).unregistered();
        self.descriptions.remove(&family.name);
        self.put_family(number, family);
        self.removed.insert(number);
        self.view.changes += 1;
    }

    /// Marks a family to be freed once no thread holds it.
    pub fn mark_family_removed(&mut self, family: u32) {
        self.removed.insert(family);
    }

    /// The removed families that are not freed yet.
    pub fn removed_families(&self) -> Vec<u32> {
        self.removed.iter().copied().collect()
    }

    /// Frees a removed family that has no series and that no thread holds.
    pub fn free_family(&mut self, number: u32) {
        if self.sizes.get(number as usize).is_some_and(|size| *size > 0) || !self.removed.remove(&number) {
            return;
        }
        if let Some(slot) = self.view.families.get_mut(number) {
            let family = std::mem::replace(slot, Family::freed());
            self.limits.give_room(&family.name);
            // another family may have the name of one that was unregistered
            if !family.is_freed() {
                self.families.remove(&(family.kind, family.name.clone()));
            }
            self.free_families.push(Reverse(number));
            self.view.changes += 1;
        }
    }
}

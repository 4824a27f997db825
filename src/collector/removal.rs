//! Removal of series and families: by `remove`, `reset`, `clear` and `unregister`, or because their thread ends.
//!
//! No later reading includes a removed series, and it starts at 0 if it is recorded again. The calling thread has reset its handle
//! before, so its cells are released at once. Other threads may be writing to theirs: the values of those cells are kept as a
//! baseline that readings subtract. Each such thread notices the change of its removal word when it next asks for a series by its
//! labels or sets a gauge. It then calls [`Collector::release_removed`], which releases the cells, and resets the handles that this
//! returns. A series without cells and without flushed values is freed with its name.
//!
//! All of this happens under the value lock. So nothing holds a number (of a cell, series or symbol) that is reused: handles were
//! reset before, and readings copy values under the same lock. A window, which keeps numbers of series, also keeps the epoch of its
//! reading ([`Totals::epoch`](super::Totals)).

use hashbrown::{HashMap, HashSet};

use super::flushing::{cell_of, flush_claim};
use super::kinds::{Baseline, Kind, LiveClaim};
use super::names::{Names, Place, Places};
use super::totals::Totals;
use super::{Collector, Values};
use crate::cells::sync::Arc;
use crate::cells::{CellIndex, ClaimTemplate, Shard};
use crate::collector::family::Family;

/// The baselines.
pub(super) type Baselines = HashMap<Place, Baseline>;

/// A series or a family that another thread has removed, and that this thread must drop.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// The kind of the family.
    pub kind: Kind,
    /// The name of the family.
    pub name: String,
    /// The labels of the series, or `None` for the whole family.
    pub labels: Option<Vec<(String, String)>>,
    /// The number of the family if it was unregistered: another one may have its name by now.
    pub unregistered: Option<u32>,
}

impl Collector {
    /// Removes a series from all readings until it is recorded again. Returns whether it was visible. `caller` is the shard of the
    /// calling thread, which has reset its handle.
    pub fn remove(&self, caller: &Shard, kind: Kind, name: &str, labels: &[(String, String)]) -> bool {
        let mut values = self.values_to_change();
        let Some(series) = self.names.lock().find_series(kind, name, labels) else {
            return false;
        };
        self.remove_under_lock(&mut values, caller, series, kind)
    }

    /// Removes the series whose labels include all of these, of which there is at least one. Returns how many of them were visible.
    /// `caller` is the shard of the calling thread, which has reset its handles.
    pub fn remove_matching(&self, caller: &Shard, kind: Kind, name: &str, labels: &[(String, String)]) -> u32 {
        let mut values = self.values_to_change();
        let found = self.names.lock().matching_series(kind, name, labels);
        let mut remove = |series: &u32| self.remove_under_lock(&mut values, caller, *series, kind);
        found.iter().filter(|series| remove(series)).count() as u32
    }

    /// Hides a counter's series from readings, or shows it again with the values that its cells have by then. It has no effect on other
    /// kinds. A removed series is not hidden any more.
    pub fn set_hidden(&self, kind: Kind, name: &str, labels: &[(String, String)], is_hidden: bool) {
        let _values = self.values();
        let mut names = self.names.lock();
        if let Some(series) = names.find_series(kind, name, labels) {
            names.set_hidden(series, is_hidden);
        }
    }

    /// Removes all series of a family, whose options stay. Returns whether it had a series without labels. `caller` is the shard of
    /// the calling thread, which has reset its handles and dropped the numbers of its label sets.
    pub fn reset(&self, caller: &Shard, kind: Kind, name: &str) -> bool {
        let mut values = self.values_to_change();
        let (family, plain, all) = {
            let names = self.names.lock();
            let Some(family) = names.find_family(kind, name) else { return false };
            (family, names.find_series(kind, name, &[]), names.series_of(family))
        };
        let had_plain = plain.is_some_and(|plain| !self.is_gone(&mut values, plain, kind));
        for series in all {
            self.remove_under_lock(&mut values, caller, series, kind);
        }
        let mut names = self.names.lock();
        drop_family(&mut names, caller, family);
        caller.families().lock().held.insert(family);
        had_plain
    }

    /// Frees the name of a family in all threads. Its series are gone at once: no later reading includes what other threads record
    /// into them before they notice. Returns whether there was such a family. `caller` is the shard of the calling thread, which
    /// has reset its handles.
    pub fn unregister(&self, caller: &Shard, kind: Kind, name: &str) -> bool {
        let mut values = self.values_to_change();
        let (number, all, was_known) = {
            let mut names = self.names.lock();
            let Some(number) = names.find_family(kind, name) else { return false };
            let was_known = names.has_family(kind, name);
            // from here on nobody registers a series in it, not even the reader of a log
            names.unregister_family(number);
            (number, names.series_of(number), was_known)
        };
        for series in all {
            self.disown(&mut values, caller, series);
        }
        let mut names = self.names.lock();
        self.remove_held(&names, caller, number);
        drop_family(&mut names, caller, number);
        self.free_families(&mut names);
        was_known
    }

    /// Frees a series of a family that is unregistered, and takes its cells from it.
    fn disown(&self, values: &mut Values, caller: &Shard, series: u32) {
        let mut names = self.names.lock();
        let Some((family, labelled)) = names.family_of(series) else { return };
        for place in Places::from_slice(names.places(series)) {
            let Place { shard, cell } = place;
            values.baselines.remove(&place);
            if shard == caller.id() {
                caller.forget_removed(cell);
                release(caller, cell, &family, labelled);
            } else if let Some(shard) = self.shard(shard)
                && let Some(template) = template_at(&shard, cell, &family, labelled)
            {
                shard.disown(cell, template);
            }
        }
        values.flushed.remove(series);
        names.keep_places(series, |_| false);
        names.free(series);
    }

    /// Removes the series without labels. If the family has no other series, the family is removed too, and freed once no thread
    /// holds it. Returns whether the series was visible, and whether the family was removed.
    pub fn remove_unlabelled(&self, caller: &Shard, kind: Kind, name: &str) -> (bool, bool) {
        let mut values = self.values_to_change();
        let series = self.names.lock().find_series(kind, name, &[]);
        let was_visible = series.is_some_and(|series| self.remove_under_lock(&mut values, caller, series, kind));
        let Some((family, others)) = self.labelled_series(kind, name) else { return (was_visible, false) };
        let is_unused = others.into_iter().all(|series| self.is_gone(&mut values, series, kind));
        if is_unused {
            self.remove_family(&mut self.names.lock(), caller, family);
        }
        (was_visible, is_unused)
    }

    /// The number of a family, and those of its series that have labels.
    fn labelled_series(&self, kind: Kind, name: &str) -> Option<(u32, Vec<u32>)> {
        let names = self.names.lock();
        let family = names.find_family(kind, name)?;
        let plain = names.find_series(kind, name, &[]);
        if names.size(family) == u32::from(plain.is_some()) {
            return Some((family, Vec::new()));
        }
        Some((family, names.series_of(family).into_iter().filter(|series| Some(*series) != plain).collect()))
    }

    /// Whether a series was removed, though other threads have not released its cells yet.
    fn is_gone(&self, values: &mut Values, series: u32, kind: Kind) -> bool {
        if self.names.lock().places(series).iter().any(|place| !values.baselines.contains_key(place)) {
            return false;
        }
        let reading = self.read_one(values, series);
        reading.is_none_or(|(_, reading)| !kind.behaviour().is_recorded(&reading.cumulative_values(), series))
    }

    /// Whether there is a family with this name and kind that was not removed.
    #[must_use]
    pub fn has_family(&self, kind: Kind, name: &str) -> bool {
        self.names.lock().has_family(kind, name)
    }

    fn remove_family(&self, names: &mut Names, caller: &Shard, family: u32) {
        self.remove_held(names, caller, family);
        names.mark_family_removed(family);
        drop_family(names, caller, family);
        self.free_families(names);
    }

    /// Notifies the other threads that hold a family. The caller has locked `names`, so that no thread can start to hold it.
    fn remove_held(&self, _names: &Names, caller: &Shard, family: u32) {
        let shards = self.shards.lock().clone();
        for shard in shards.iter().filter(|shard| shard.id() != caller.id()) {
            let mut families = shard.families().lock();
            if families.held.contains(&family) {
                families.removed.insert(family);
                shard.note_removal();
            }
        }
    }

    pub(super) fn remove_under_lock(&self, values: &mut Values, caller: &Shard, series: u32, kind: Kind) -> bool {
        let Some((family, reading)) = self.read_one(values, series) else { return false };
        let was_visible = kind.behaviour().is_recorded(&reading.cumulative_values(), series);
        values.flushed.remove(series);
        let labelled = self.is_labelled(series);
        let places = Places::from_slice(self.names.lock().places(series));
        for place in &places {
            if place.shard == caller.id() {
                values.baselines.remove(place);
                caller.forget_removed(place.cell);
                release(caller, place.cell, &family, labelled);
            } else if let Some(shard) = self.shard(place.shard) {
                set_baseline(values, &shard, place.cell, &family, labelled);
                shard.note_removed([place.cell]);
            }
        }
        let mut names = self.names.lock();
        names.keep_places(series, |place| place.shard != caller.id());
        names.restart(series);
        free_if_unused(&mut names, &mut values.flushed, series);
        was_visible
    }

    /// Removes all series and the trace from all readings. `caller` is the shard of the calling thread, which has reset all its
    /// handles.
    pub fn clear(&self, caller: &Shard) {
        let mut values = self.values_to_change();
        values.flushed = Totals::default();
        let shards = self.shards.lock().clone();
        let view = self.names.lock().view();
        caller.give_back_reserved();
        caller.release_all();
        values.baselines.retain(|place, _| place.shard != caller.id());
        for shard in shards.iter().filter(|shard| shard.id() != caller.id()) {
            let chunks = shard.chunks();
            let mut cells = Vec::new();
            for chunk in &chunks {
                chunk.each_claim(|claim| cells.push((cell_of(chunk, claim), claim.series)));
            }
            for (cell, series) in &cells {
                if let Some((series, family)) = view.get(*series) {
                    set_baseline(&mut values, shard, *cell, family, !series.labels.is_empty());
                }
            }
            shard.note_removed(cells.into_iter().map(|(cell, _)| cell));
        }
        let mut names = self.names.lock();
        for series in 0..view.series().count() as u32 {
            names.keep_places(series, |place| place.shard != caller.id());
            names.restart(series);
            if names.places(series).is_empty() {
                names.free(series);
            }
        }
        self.trace.lock().clear();
    }

    /// Releases the cells of this thread whose series other threads have removed, and returns those series and families. The totals
    /// keep what the thread has recorded since.
    pub fn release_removed(&self, shard: &Shard) -> Vec<Removed> {
        self.release_removed_under_lock(&mut self.values_to_change(), shard)
    }

    pub(super) fn release_removed_under_lock(&self, values: &mut Values, shard: &Shard) -> Vec<Removed> {
        let view = self.names.lock().view();
        let chunks = shard.chunks();
        let mut removed = Vec::new();
        let is_own = |place: &Place| place.shard == shard.id();
        for number in shard.take_removed().into_iter().filter_map(|cell| shard.owner(cell)).collect::<HashSet<_>>() {
            let Some((series, family)) = view.get(number) else { continue };
            let labelled = !series.labels.is_empty();
            // includes cells that were claimed after the removal
            let places = Places::from_slice(self.names.lock().places(number));
            for Place { cell, .. } in places.into_iter().filter(is_own) {
                let Some((claim, chunk)) = shard.claim_at(cell).zip(shard.chunk_of(cell)) else { continue };
                flush_claim(values, shard, &LiveClaim { claim, chunk: &chunk, chunks: &chunks, family, labelled });
                release(shard, cell, family, labelled);
            }
            let text = |symbol| view.text(symbol).to_owned();
            let labels = series.labels.iter().map(|(name, value)| (text(*name), text(*value))).collect();
            removed.push(Removed {
                kind: family.kind,
                name: family.name.clone(),
                labels: Some(labels),
                unregistered: None,
            });
            let mut names = self.names.lock();
            names.keep_places(number, |place| !is_own(place));
            free_if_unused(&mut names, &mut values.flushed, number);
        }
        shard.release_disowned();
        let families = std::mem::take(&mut shard.families().lock().removed);
        let mut names = self.names.lock();
        for number in families {
            // the family was used again before this thread processed its removal
            let all = names.series_of(number);
            if all.iter().any(|series| names.places(*series).iter().any(is_own)) {
                continue;
            }
            if let Some(family) = names.get_family(number) {
                let unregistered = family.is_unregistered().then_some(number);
                removed.push(Removed { kind: family.kind, name: family.name.clone(), labels: None, unregistered });
            }
            drop_family(&mut names, shard, number);
        }
        self.free_families(&mut names);
        removed
    }

    /// Moves the values of a shard into the flushed totals and unlinks the shard. Its thread has ended, or nothing holds its handles
    /// any more.
    pub fn flush(&self, shard: &Arc<Shard>) {
        let mut values = self.values_to_change();
        self.shards.lock().retain(|other| !Arc::ptr_eq(other, shard));
        let view = self.names.lock().view();
        let chunks = shard.chunks();
        shard.give_back_reserved();
        let mut flushed = Vec::new();
        for chunk in &chunks {
            chunk.each_claim(|claim| {
                if let Some((series, family)) = view.get(claim.series) {
                    let labelled = !series.labels.is_empty();
                    let live = LiveClaim { claim, chunk, chunks: &chunks, family, labelled };
                    if family.options.is_observed == Some(true) {
                        values.baselines.remove(&Place { shard: shard.id(), cell: cell_of(chunk, claim) });
                    } else {
                        flush_claim(&mut values, shard, &live);
                    }
                    flushed.push(claim.series);
                }
            });
        }
        let mut names = self.names.lock();
        for series in flushed {
            names.keep_places(series, |place| place.shard != shard.id());
            free_if_unused(&mut names, &mut values.flushed, series);
        }
        let held: Vec<u32> = shard.families().lock().held.iter().copied().collect();
        for family in held {
            drop_family(&mut names, shard, family);
        }
        self.free_families(&mut names);
    }

    /// Frees the removed families that no thread holds. The caller has locked `names`, so no thread can start to hold one.
    fn free_families(&self, names: &mut Names) {
        let removed = names.removed_families();
        if removed.is_empty() {
            return;
        }
        let shards = self.shards.lock().clone();
        for family in removed {
            if !shards.iter().any(|shard| shard.families().lock().held.contains(&family)) {
                names.free_family(family);
            }
        }
    }

    fn is_labelled(&self, series: u32) -> bool {
        self.names.lock().family_of(series).is_some_and(|(_, labelled)| labelled)
    }
}

/// Releases what a thread holds of a family: the numbers of its label sets, and the cells reserved for them.
fn drop_family(names: &mut Names, shard: &Shard, family: u32) {
    let sets = shard.families().lock().drop_family(family);
    for (number, set) in sets {
        set.symbols().for_each(|symbol| names.release(symbol));
        shard.release_reserved(number, set);
    }
}

/// Frees a series without cells and without flushed values.
pub(super) fn free_if_unused(names: &mut Names, flushed: &mut Totals, series: u32) {
    if names.places(series).is_empty() && !flushed.has(series) {
        names.free(series);
    }
}

/// Keeps the values of another thread's claim as its baseline.
fn set_baseline(values: &mut Values, shard: &Shard, cell: CellIndex, family: &Family, labelled: bool) {
    let place = Place { shard: shard.id(), cell };
    with_claim(shard, cell, family, labelled, |claim| {
        values.baselines.insert(place, claim.kind().baseline(claim, values.baselines.get(&place)));
        claim.kind().note_removal(claim);
    });
}

/// Calls `visit` with the claim at a cell. `None` if there is none.
pub(super) fn with_claim<T>(
    shard: &Shard,
    cell: CellIndex,
    family: &Family,
    labelled: bool,
    visit: impl FnOnce(&LiveClaim) -> T,
) -> Option<T> {
    let (claim, chunk) = shard.claim_at(cell).zip(shard.chunk_of(cell))?;
    Some(visit(&LiveClaim { claim, chunk: &chunk, chunks: &shard.chunks(), family, labelled }))
}

/// Releases a claim whose handle was reset.
fn release(shard: &Shard, cell: CellIndex, family: &Family, labelled: bool) {
    if let Some(template) = template_at(shard, cell, family, labelled) {
        shard.release(cell, &template);
    }
}

/// The cells of the claim at a cell.
fn template_at(shard: &Shard, cell: CellIndex, family: &Family, labelled: bool) -> Option<ClaimTemplate> {
    let claim = shard.claim_at(cell)?;
    let claimed = family.behaviour().claim_template(family, labelled);
    Some(if claimed.role == claim.role { claimed } else { ClaimTemplate::cell(claim.role) })
}

//! Reads a collector: all values at one moment, or those of one series.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::time::Instant;

use hashbrown::HashMap;

use super::copies::Copies;
use super::delta::Reading;
use super::family::Family;
use super::flushing::cell_of;
use super::kinds::{Kind, LiveClaim};
use super::names::{NamesView, Place, Places};
use super::removal::Baselines;
use super::totals::Totals;
use super::value::Value;
use super::{Collector, Values};
use crate::cells::sync::{Arc, MutexGuard};
use crate::cells::{CellIndex, Claim, ClaimRole, Shard};
use crate::histogram::Distribution;
use crate::sorting;

impl Collector {
    /// Takes the value lock and registers the new series of all threads.
    pub(super) fn values(&self) -> MutexGuard<'_, Values> {
        let values = self.values.lock();
        self.read_logs();
        values
    }

    /// Registers the new series of all threads, for readings of names alone.
    pub(super) fn register_new_series(&self) {
        drop(self.values());
    }

    /// Like [`Collector::values`], for a flush or a removal, which change what cells contain.
    pub(super) fn values_to_change(&self) -> MutexGuard<'_, Values> {
        let mut values = self.values();
        values.changes += 1;
        values
    }

    /// Whether no flush or removal happened since [`Values::changes`] had this value. If so, cells read meanwhile without the lock are
    /// consistent.
    pub(super) fn is_unchanged(&self, changes: u64) -> bool {
        self.values.lock().changes == changes
    }

    /// All values at this moment.
    #[must_use]
    pub fn read(&self) -> Reading {
        let mut values = self.values();
        let mut reading = self.read_under_lock(&mut values, |_| true);
        self.remove_idle(&mut values, &mut reading, Instant::now());
        reading
    }

    /// The values of some series.
    pub(super) fn read_selected(&self, is_selected: impl Fn(u32) -> bool) -> Reading {
        self.read_under_lock(&mut self.values(), |claim| is_selected(claim.series))
    }

    /// All names of this moment, without values.
    #[must_use]
    pub fn read_names(&self) -> NamesView {
        self.register_new_series();
        self.names.lock().view()
    }

    /// All flushed values, and those of some claims.
    pub(super) fn read_under_lock(&self, values: &mut Values, is_read: impl Fn(&Claim) -> bool) -> Reading {
        self.update_sources(values);
        let names = self.names.lock().read();
        let mut totals = values.flushed.clone();
        totals.epoch = names.epoch();
        let mut shards = self.shards.lock().clone();
        let mut copies = Copies::among(&shards);
        if !copies.is_empty() {
            shards.reverse();
        }
        for shard in &shards {
            let chunks = shard.chunks();
            for chunk in &chunks {
                chunk.each_claim(|claim| {
                    let Some((series, family)) = names.get(claim.series) else { return };
                    if !is_read(&claim) {
                        return;
                    }
                    let labelled = !series.labels.is_empty();
                    let claim = LiveClaim { claim, chunk, chunks: &chunks, family, labelled };
                    add_claim(&mut totals, &values.baselines, &mut copies, shard, &claim);
                });
            }
        }
        Reading { names, totals, summaries: HashMap::new() }
    }

    /// The values of one series, without names. Reads no other series and does not copy the view of names.
    pub(super) fn read_one(&self, values: &mut Values, number: u32) -> Option<(Arc<Family>, Reading)> {
        let (family, labelled, mut places) = {
            let names = self.names.lock();
            let (family, labelled) = names.family_of(number)?;
            (family, labelled, Places::from_slice(names.places(number)))
        };
        let mut totals = Totals::default();
        totals.add_series(number, &values.flushed);
        let shards = self.shards.lock().clone();
        let mut copies = Copies::among(&shards);
        if !copies.is_empty() {
            sorting::sort_by_key(&mut places, |place| Reverse(place.shard));
        }
        for Place { shard, cell } in places {
            let Some(shard) = shards.iter().find(|other| other.id() == shard) else { continue };
            let Some((claim, chunk)) = shard.claim_at(cell).zip(shard.chunk_of(cell)) else { continue };
            let chunks = if claim.role == ClaimRole::Distribution { shard.chunks() } else { Vec::new() };
            let claim = LiveClaim { claim, chunk: &chunk, chunks: &chunks, family: &family, labelled };
            add_claim(&mut totals, &values.baselines, &mut copies, shard, &claim);
        }
        Some((family, Reading { names: NamesView::default(), totals, summaries: HashMap::new() }))
    }

    /// The number of an existing series.
    #[must_use]
    pub fn find(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<u32> {
        self.register_new_series();
        self.names.lock().find_series(kind, name, labels)
    }

    /// The value of one series, merged over all threads.
    #[must_use]
    pub fn value(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Value> {
        let mut values = self.values();
        // the value lock prevents the number from being reused
        let series = self.names.lock().find_series(kind, name, labels)?;
        self.value_under_lock(&mut values, series)
    }

    /// The value of the series that has claimed a cell, merged over all threads.
    #[must_use]
    pub fn value_at(&self, shard: &Shard, cell: CellIndex) -> Option<Value> {
        let mut values = self.values();
        self.value_under_lock(&mut values, shard.owner(cell)?)
    }

    fn value_under_lock(&self, values: &mut Values, series: u32) -> Option<Value> {
        let (family, reading) = self.read_one(values, series)?;
        family.behaviour().value(&reading.cumulative_values(), series)
    }

    /// The distribution of one timing or histogram, merged over all threads.
    #[must_use]
    pub fn distribution(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Distribution> {
        let mut values = self.values();
        let series = self.names.lock().find_series(kind, name, labels)?;
        self.distribution_under_lock(&mut values, series)
    }

    /// The distribution of the series that has claimed a cell, merged over all threads.
    #[must_use]
    pub fn distribution_at(&self, shard: &Shard, cell: CellIndex) -> Option<Distribution> {
        let mut values = self.values();
        self.distribution_under_lock(&mut values, shard.owner(cell)?)
    }

    pub(super) fn distribution_under_lock(&self, values: &mut Values, series: u32) -> Option<Distribution> {
        let (_, reading) = self.read_one(values, series)?;
        reading.cumulative_values().distribution(series).map(Cow::into_owned)
    }
}

/// Adds the value of a claim, or what it has since another thread removed its series.
#[inline]
fn add_claim(totals: &mut Totals, baselines: &Baselines, copies: &mut Copies, shard: &Shard, claim: &LiveClaim) {
    match baselines.get(&Place { shard: shard.id(), cell: cell_of(claim.chunk, claim.claim) }) {
        Some(before) => claim.kind().add_claim_since(totals, claim, before),
        None if copies.counts(shard, claim) => claim.kind().add_claim(totals, claim),
        None => {}
    }
}

//! Removes series that were idle for the time to live of their family. Recording takes no part in this: each reading compares the values
//! of such series with those of the earlier readings.
//!
//! For threads, it is as if another thread had removed the series (`removal.rs`): cells keep their values, readings subtract them, and
//! the thread releases the cells when it next asks for a series. A series that is recorded again starts at 0.

use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::counts::Count;
use super::delta::Reading;
use super::kinds::Baseline;
use super::names::{Names, NamesView, Place, Places};
use super::removal::{free_if_unused, with_claim};
use super::totals::Totals;
use super::{Collector, Values};
use crate::cells::Shard;
use crate::cells::sync::Arc;
use crate::collector::family::Family;

/// The values of series with a time to live, and since when they have not changed.
#[derive(Debug, Default)]
pub(super) struct Activity {
    series: HashMap<u32, Seen>,
}

/// A series at a reading.
#[derive(Clone, Copy, Debug)]
struct Seen {
    // the epoch in which the series was created or last removed, because numbers are reused
    born: u32,
    mark: Mark,
    since: Instant,
}

/// What changes with each recording. A gauge that is set to the same value does not change, unless its time of setting is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mark {
    Count(Count),
    Gauge { value: u64, time: u64 },
    Distribution { count: f64, sum: f64 },
}

impl Mark {
    fn of(totals: &Totals, series: u32) -> Option<Self> {
        if let Some(count) = totals.count(series) {
            return Some(Self::Count(count));
        }
        if let Some(gauge) = totals.gauge(series) {
            return Some(Self::Gauge { value: gauge.value.to_bits(), time: gauge.time.to_bits() });
        }
        let distribution = totals.distribution(series)?;
        Some(Self::Distribution { count: distribution.count(), sum: distribution.sum() })
    }

    /// Whether a thread has written a value's sum and not its count yet, which comes last.
    fn awaits_count(self, before: Self) -> bool {
        match (before, self) {
            (Self::Distribution { count: one, sum }, Self::Distribution { count: other, sum: later }) => {
                one == other && sum != later
            }
            _ => false,
        }
    }
}

impl Names {
    /// How long a series of the family may be idle, if that is limited.
    fn ttl_of(&self, family: &Family) -> Option<Duration> {
        family.options.ttl.or_else(|| self.ttl.filter(|_| !family.behaviour().is_state()))
    }

    /// The time to live of each family, by number. `None` if no family has one.
    fn ttls(&self) -> Option<Vec<Option<Duration>>> {
        let view = self.view();
        let ttls: Vec<Option<Duration>> = view.families().map(|family| self.ttl_of(family)).collect();
        ttls.iter().any(Option::is_some).then_some(ttls)
    }
}

impl Collector {
    /// How long a series of the family may be idle, if that is limited.
    #[must_use]
    pub fn ttl_of(&self, family: &Family) -> Option<Duration> {
        self.names.lock().ttl_of(family)
    }

    /// Removes series that have not changed for their time to live, also from the reading.
    pub(super) fn remove_idle(&self, values: &mut Values, reading: &mut Reading, now: Instant) {
        let Some(ttls) = self.names.lock().ttls() else { return };
        let idle = values.activity.update(&reading.names, &reading.totals, &ttls, now);
        for (series, mark) in idle {
            if self.remove_if_idle(values, series, mark) {
                values.activity.series.remove(&series);
                reading.totals.remove_any(series);
            }
        }
    }

    /// Removes a series, unless it was recorded since the reading.
    fn remove_if_idle(&self, values: &mut Values, series: u32, mark: Mark) -> bool {
        let (family, labelled, places) = {
            let names = self.names.lock();
            let Some((family, labelled)) = names.family_of(series) else { return false };
            (family, labelled, Places::from_slice(names.places(series)))
        };
        let mut baselines: Vec<(Arc<Shard>, Place, Baseline)> = Vec::new();
        for place in places {
            let Some(shard) = self.shard(place.shard) else { continue };
            let earlier = values.baselines.get(&place);
            let baseline =
                with_claim(&shard, place.cell, &family, labelled, |claim| claim.kind().baseline(claim, earlier));
            baselines.extend(baseline.map(|baseline| (shard, place, baseline)));
        }
        // values only go up: if this is still the value of the reading, the baselines, which are older, have it too
        let current = self.read_one(values, series);
        if current.is_none_or(|(_, reading)| Mark::of(&reading.totals, series) != Some(mark)) {
            return false;
        }
        values.changes += 1;
        values.flushed.remove(series);
        for (shard, place, baseline) in baselines {
            values.baselines.insert(place, baseline);
            with_claim(&shard, place.cell, &family, labelled, |claim| claim.kind().note_removal(claim));
            shard.note_removed([place.cell]);
        }
        let mut names = self.names.lock();
        names.restart(series);
        free_if_unused(&mut names, &mut values.flushed, series);
        true
    }
}

impl Activity {
    /// Compares series with the earlier readings. Returns those that have not changed for their time to live.
    fn update(
        &mut self,
        names: &NamesView,
        totals: &Totals,
        ttls: &[Option<Duration>],
        now: Instant,
    ) -> Vec<(u32, Mark)> {
        let mut idle = Vec::new();
        let mut seen = HashMap::new();
        let labelled = (0..).zip(names.series()).filter(|(_, series)| !series.labels.is_empty());
        for (number, series) in labelled {
            let Some(ttl) = ttls.get(series.family as usize).copied().flatten() else { continue };
            let Some(mark) = Mark::of(totals, number) else { continue };
            let known = self.series.get(&number).filter(|known| known.born == series.born);
            if let Some(known) = known.filter(|known| mark.awaits_count(known.mark)) {
                seen.insert(number, *known);
                continue;
            }
            let known = known.filter(|known| known.mark == mark);
            let since = known.map_or(now, |known| known.since);
            if known.is_some() && now.duration_since(since) >= ttl {
                idle.push((number, mark));
            }
            seen.insert(number, Seen { born: series.born, mark, since });
        }
        self.series = seen;
        idle
    }
}

#[cfg(test)]
mod tests {
    use super::super::family::FamilyOptions;
    use super::super::kinds::Kind;
    use super::super::{Collector, NewCollector};
    use super::*;
    use crate::cells::layout;

    #[test]
    fn a_distribution_that_is_recorded_during_its_removal_keeps_its_extremes() {
        let collector = Collector::new(NewCollector::default());
        let shard = collector.open_shard();
        let options =
            FamilyOptions { buckets: Some(vec![10.0]), ttl: Some(Duration::ZERO), ..FamilyOptions::default() };
        let family = collector.family(Kind::Histogram, "size", options).unwrap();
        let head = collector.register(&shard, family, &[("id", "a")]);
        let series = collector.series_at(&shard, head).unwrap();
        let record = |count: f64, sum: f64| {
            for (cell, value) in [(layout::SUM, sum), (layout::MIN, 3.0), (layout::MAX, 7.0), (layout::BOUNDED, count)]
            {
                shard.write(head + cell, value);
            }
        };
        let read = |values: &mut Values| collector.read_one(values, series).unwrap().1.totals;
        record(2.0, 10.0);
        let mut values = collector.values_to_change();
        let mark = Mark::of(&read(&mut values), series).unwrap();
        record(3.0, 15.0);
        assert!(!collector.remove_if_idle(&mut values, series, mark));
        let summary = |totals: &Totals| totals.distribution(series).unwrap().summary(&[], 1.0).unwrap();
        let kept = summary(&read(&mut values));
        assert_eq!((kept.min, kept.max), (3.0, 7.0));
        let mark = Mark::of(&read(&mut values), series).unwrap();
        assert!(collector.remove_if_idle(&mut values, series, mark));
        assert_eq!(Mark::of(&read(&mut values), series), None);
    }
}

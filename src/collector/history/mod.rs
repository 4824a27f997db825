//! The history of a collector: what its series did in the last hour, in each second of its last five minutes and in each ten seconds of
//! the rest.
//!
//! A history exists while someone holds it. [`ticker`] samples it each second; it has at most 2,000 series at a time (`slots.rs`) and
//! 32 MB of frames (`frames.rs`).

mod frames;
mod pattern;
mod query;
mod reading;
mod slots;
mod ticker;

use std::sync::{Arc, Weak};

use hashbrown::HashMap;
use parking_lot::Mutex;

use frames::{Frame, Frames, GaugeChange};
pub use reading::{Group, HistoryBuckets, HistoryReading, HistoryRequest, Interval, Span, Values};
use slots::Slots;

use super::delta::Delta;
use super::{Collector, Reading, Totals};
use crate::collector::ValueType;
use crate::sorting;

/// The history of one collector.
#[derive(Debug, Default)]
pub struct History {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    slots: Slots,
    frames: Frames,
    // the previous sample
    before: Totals,
    // by slot: what the frames say of the gauges
    gauges: HashMap<u32, f64>,
    // the time of the previous sample
    latest: Option<f64>,
}

impl Collector {
    /// The history, if someone holds it.
    #[must_use]
    pub fn history(&self) -> Option<Arc<History>> {
        self.history.lock().upgrade()
    }

    /// The history, which exists from now on until nobody holds it.
    #[must_use]
    pub fn open_history(&self) -> Arc<History> {
        let mut known = self.history.lock();
        if let Some(history) = known.upgrade() {
            return history;
        }
        let history = Arc::new(History::default());
        *known = Arc::downgrade(&history);
        history
    }
}

/// Samples a collector's history each second, as long as someone holds it.
#[must_use]
pub fn keep_history(collector: &Arc<Collector>) -> Arc<History> {
    let history = collector.open_history();
    ticker::add(&history, collector);
    history
}

impl History {
    /// Adds a frame with what happened since the previous sample. The first sample adds none. `end` is in milliseconds since the
    /// epoch.
    pub fn sample(&self, collector: &Collector, end: f64) {
        let mut state = self.state.lock();
        let State { slots, frames, before, gauges, latest } = &mut *state;
        if latest.is_some_and(|latest| end < latest) {
            // the clock was set back: times that repeat would not be ascending
            *frames = Frames::default();
            gauges.clear();
            *latest = None;
        }
        let names = collector.read_names();
        if !slots.are_current(&names) {
            slots.select(&names, latest.unwrap_or(end), || frames.used_slots());
        }
        let reading = collector.read_selected(|series| slots.of_series(series).is_some());
        if let Some(latest) = *latest {
            frames.push(frame_of(&reading, before, slots, gauges, (latest, end)));
        } else {
            // gauges are a state: the next frame has all of them
            gauges.clear();
        }
        slots.end_sample();
        *before = reading.totals;
        *latest = Some(end);
    }
}

fn frame_of(
    reading: &Reading,
    before: &Totals,
    slots: &Slots,
    gauges: &mut HashMap<u32, f64>,
    (start, end): (f64, f64),
) -> Frame {
    let delta = Delta::new(reading, Some(before));
    let mut frame = Frame::new(end, end - start);
    let by_slot = slots.sampled();
    for (slot, number) in &by_slot {
        let Some(of) = slots.get(*slot) else { continue };
        if slots.is_added(*number) && reading.names.is_since(*number, before.epoch) {
            // there was no room for it: its values so far are not of this interval
            continue;
        }
        match of.kind.value_type() {
            ValueType::Count => {
                let grown = delta.count(*number).map_or(0.0, |count| count.increments.rounded);
                if grown > 0.0 {
                    frame.counts.push((*slot, grown));
                }
            }
            ValueType::State => {}
            ValueType::Distribution => {
                if let Some(recent) = delta.distribution(*number)
                    && let Some((min, max)) = recent.extremes()
                {
                    frame.push_distribution(*slot, (recent.sum(), min, max), &of.layout.sampled(&recent));
                }
            }
        }
    }
    frame.gauges = changes(&delta, slots, &by_slot, gauges);
    frame
}

/// The gauges that changed, ascending by slot. Updates what is known of them.
fn changes(delta: &Delta, slots: &Slots, sampled: &[(u32, u32)], known: &mut HashMap<u32, f64>) -> Vec<GaugeChange> {
    let mut now: HashMap<u32, f64> = HashMap::new();
    for (slot, series) in sampled {
        let is_gauge = slots.get(*slot).is_some_and(|of| of.kind.value_type() == ValueType::State);
        if let Some(state) = delta.gauge(*series).filter(|state| is_gauge && state.value.is_finite()) {
            now.insert(*slot, state.value);
        }
    }
    let change = |slot, last| GaugeChange { slot, last, highest: last, from_start: true };
    let gone = known.keys().filter(|slot| !now.contains_key(*slot)).map(|slot| change(*slot, f64::NAN));
    let new = now.iter().filter(|(slot, value)| known.get(*slot) != Some(*value));
    let mut changes: Vec<GaugeChange> = gone.chain(new.map(|(slot, value)| change(*slot, *value))).collect();
    sorting::sort_by_key(&mut changes, |change| change.slot);
    *known = now;
    changes
}

pub(super) type HistoryPlace = super::Mutex<Weak<History>>;

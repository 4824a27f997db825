//! The trace: the latest events of a collector, numbered over all its threads.

use std::collections::VecDeque;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEvent {
    /// 1, 2, 3 … over all threads.
    pub seq: u64,
    /// Milliseconds since the epoch.
    pub time: f64,
    /// What happened.
    pub name: String,
    /// In the order in which they were given.
    pub fields: Vec<(String, String)>,
}

/// A ring of events.
#[derive(Debug)]
pub(super) struct Trace {
    limit: usize,
    seq: u64,
    // at most `limit`, ascending by seq
    events: VecDeque<TraceEvent>,
}

impl Trace {
    pub fn new(limit: usize) -> Self {
        Self { limit, seq: 0, events: VecDeque::new() }
    }

    /// Keeps an event, instead of the oldest when the ring is full. The number goes on even where none is kept.
    pub fn push(&mut self, time: f64, name: String, fields: Vec<(String, String)>) {
        self.seq += 1;
        if self.limit == 0 {
            return;
        }
        if self.events.len() >= self.limit {
            self.events.pop_front();
        }
        self.events.push_back(TraceEvent { seq: self.seq, time, name, fields });
    }

    /// The events after a number, and the latest number.
    pub fn since(&self, seq: u64) -> (Vec<TraceEvent>, u64) {
        let first = self.events.partition_point(|event| event.seq <= seq);
        (self.events.range(first..).cloned().collect(), self.seq)
    }

    /// The newest events after a number, at most `limit` of them, and the latest number.
    pub fn newest(&self, after: u64, limit: usize) -> (Vec<TraceEvent>, u64) {
        let first =
            self.events.partition_point(|event| event.seq <= after).max(self.events.len().saturating_sub(limit));
        (self.events.range(first..).cloned().collect(), self.seq)
    }

    pub fn clear(&mut self) {
        self.events.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seqs(trace: &Trace, after: u64) -> Vec<u64> {
        trace.since(after).0.iter().map(|event| event.seq).collect()
    }

    #[test]
    fn the_ring_keeps_the_latest_and_the_number_goes_on() {
        let mut trace = Trace::new(2);
        (0..3).for_each(|_| trace.push(0.0, String::new(), Vec::new()));
        assert_eq!(seqs(&trace, 0), [2, 3]);
        assert_eq!(seqs(&trace, 2), [3]);
        assert_eq!(trace.newest(0, 1).0.first().unwrap().seq, 3);
        assert_eq!(trace.newest(3, 1), (Vec::new(), 3));
        trace.clear();
        trace.push(0.0, String::new(), Vec::new());
        assert_eq!(seqs(&trace, 0), [4]);
    }

    #[test]
    fn a_ring_of_none_still_counts() {
        let mut trace = Trace::new(0);
        trace.push(0.0, String::new(), Vec::new());
        assert_eq!(trace.since(0), (Vec::new(), 1));
    }
}

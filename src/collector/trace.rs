//! The trace: the latest events of a collector, numbered across all its threads.

use std::collections::VecDeque;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEvent {
    /// The sequence number across all threads, from 1.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub time: f64,
    /// The name of the event.
    pub name: String,
    /// In the order of the call.
    pub fields: Vec<(String, String)>,
}

/// The most memory per event on average: 4 MB for the default limit of 500 events.
const AVERAGE_EVENT_BYTES: usize = 8 << 10;
/// The most memory of one event.
const MAX_EVENT_BYTES: usize = 64 << 10;
/// Ends a truncated text.
const ELLIPSIS: char = '…';

impl TraceEvent {
    /// The approximate size in memory, in bytes.
    fn size(&self) -> usize {
        let fields = self.fields.iter().map(|(name, value)| size_of::<(String, String)>() + name.len() + value.len());
        size_of::<Self>() + self.name.len() + fields.sum::<usize>()
    }

    /// Truncates texts and drops fields, the last ones first, until the event is at most [`MAX_EVENT_BYTES`] large.
    fn shorten(&mut self) {
        if self.size() <= MAX_EVENT_BYTES {
            return;
        }
        let mut bytes_left = MAX_EVENT_BYTES - size_of::<Self>();
        truncate(&mut self.name, bytes_left);
        bytes_left -= self.name.len();
        self.fields.retain_mut(|(name, value)| {
            let rest = bytes_left.checked_sub(size_of::<(String, String)>() + name.len() + ELLIPSIS.len_utf8());
            // once a field does not fit, all later ones are dropped too
            bytes_left = rest.unwrap_or(0);
            truncate(value, bytes_left);
            bytes_left = bytes_left.saturating_sub(value.len());
            rest.is_some()
        });
        self.fields.shrink_to_fit();
    }
}

/// Truncates a text to at most `max_bytes`.
fn truncate(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        text.truncate(text.floor_char_boundary(max_bytes.saturating_sub(ELLIPSIS.len_utf8())));
        text.push(ELLIPSIS);
        text.shrink_to_fit();
    }
}

/// A ring buffer of events.
#[derive(Debug)]
pub(super) struct Trace {
    limit: usize,
    seq: u64,
    // at most `limit`, ascending by seq
    events: VecDeque<TraceEvent>,
    // the total size of `events`: at most `limit` times AVERAGE_EVENT_BYTES, unless there is only one event
    size: usize,
}

impl Trace {
    pub fn new(limit: usize) -> Self {
        Self { limit, seq: 0, events: VecDeque::new(), size: 0 }
    }

    /// Appends an event and drops the oldest ones if the ring is full. Increments the sequence number even if the limit is 0.
    pub fn push(&mut self, time: f64, name: String, fields: Vec<(String, String)>) {
        self.seq += 1;
        if self.limit == 0 {
            return;
        }
        let mut event = TraceEvent { seq: self.seq, time, name, fields };
        event.shorten();
        self.size += event.size();
        self.events.push_back(event);
        while self.events.len() > self.limit || self.is_too_large() {
            self.size -= self.events.pop_front().map_or(0, |event| event.size());
        }
    }

    fn is_too_large(&self) -> bool {
        self.events.len() > 1 && self.size > self.limit.saturating_mul(AVERAGE_EVENT_BYTES)
    }

    /// The events after sequence number `seq`, and the latest sequence number.
    pub fn since(&self, seq: u64) -> (Vec<TraceEvent>, u64) {
        let first = self.events.partition_point(|event| event.seq <= seq);
        (self.events.range(first..).cloned().collect(), self.seq)
    }

    /// The newest events after sequence number `after`, at most `limit`, and the latest sequence number.
    pub fn newest(&self, after: u64, limit: usize) -> (Vec<TraceEvent>, u64) {
        let first =
            self.events.partition_point(|event| event.seq <= after).max(self.events.len().saturating_sub(limit));
        (self.events.range(first..).cloned().collect(), self.seq)
    }

    pub fn clear(&mut self) {
        self.events.clear();
        self.size = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seqs(trace: &Trace, after: u64) -> Vec<u64> {
        trace.since(after).0.iter().map(|event| event.seq).collect()
    }

    #[test]
    fn the_ring_keeps_the_latest_events() {
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

    fn texts(event: &TraceEvent) -> usize {
        event.fields.iter().fold(event.name.capacity(), |sum, (name, value)| sum + name.capacity() + value.capacity())
    }

    #[test]
    fn large_events_replace_the_oldest_ones() {
        let mut trace = Trace::new(500);
        let large = || vec![("body".to_owned(), "x".repeat(50_000))];
        (0..500).for_each(|_| trace.push(0.0, "small".to_owned(), Vec::new()));
        (0..200).for_each(|_| trace.push(0.0, "large".to_owned(), large()));
        let (events, last) = trace.since(0);
        assert_eq!((events.last().unwrap().seq, last), (700, 700));
        assert!(events.iter().all(|event| event.name == "large"), "the oldest are dropped first");
        let bytes: usize = events.iter().map(texts).sum();
        assert!((3_500_000..=4 << 20).contains(&bytes), "{bytes}");
        trace.clear();
        (0..500).for_each(|_| trace.push(0.0, "small".to_owned(), Vec::new()));
        assert_eq!(trace.since(0).0.len(), 500);
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes minutes")]
    fn one_event_is_truncated_to_the_largest_size() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let huge = "é".repeat(1_000_000);
        let many = (0..100_000).map(|at| field(&at.to_string(), "")).collect();
        for (name, fields, kept) in [
            ("a", vec![field("first", "1"), field("huge", &huge), field("last", "2")], 2),
            (huge.as_str(), vec![field("first", "1")], 0),
            ("a", vec![field(&huge, "1"), field("last", "2")], 0),
            ("a", many, 1000),
        ] {
            let mut trace = Trace::new(1);
            trace.push(0.0, name.to_owned(), fields);
            let event = trace.since(0).0.remove(0);
            assert!(event.size() <= MAX_EVENT_BYTES && texts(&event) <= MAX_EVENT_BYTES, "{}", event.size());
            assert!(event.fields.len() >= kept && event.fields.len() < kept + 500, "{}", event.fields.len());
        }
        let mut trace = Trace::new(1);
        trace.push(0.0, "a".to_owned(), vec![field("huge", &huge)]);
        let value = trace.since(0).0.remove(0).fields.remove(0).1;
        assert!(value.len() > 60_000 && value.ends_with("é…"), "{}", value.len());
    }

    #[test]
    fn a_ring_without_events_still_counts() {
        let mut trace = Trace::new(0);
        trace.push(0.0, String::new(), Vec::new());
        assert_eq!(trace.since(0), (Vec::new(), 1));
    }
}

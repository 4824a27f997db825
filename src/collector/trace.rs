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

/// What an event of the limit may take on average: 4 MB for the usual 500.
const BYTES_PER_EVENT: usize = 8 << 10;
/// What one event may take.
const LARGEST_EVENT: usize = 64 << 10;
/// Stands at the end of a text that was cut.
const CUT: char = '…';

impl TraceEvent {
    /// About the memory that it takes.
    fn size(&self) -> usize {
        let fields = self.fields.iter().map(|(name, value)| size_of::<(String, String)>() + name.len() + value.len());
        size_of::<Self>() + self.name.len() + fields.sum::<usize>()
    }

    /// Cuts texts and leaves fields out, the last ones first, until it is no larger than an event may be.
    fn shorten(&mut self) {
        if self.size() <= LARGEST_EVENT {
            return;
        }
        let mut room = LARGEST_EVENT - size_of::<Self>();
        cut(&mut self.name, room);
        room -= self.name.len();
        self.fields.retain_mut(|(name, value)| {
            let rest = room.checked_sub(size_of::<(String, String)>() + name.len() + CUT.len_utf8());
            // after the first field without room there is none for others
            room = rest.unwrap_or(0);
            cut(value, room);
            room = room.saturating_sub(value.len());
            rest.is_some()
        });
        self.fields.shrink_to_fit();
    }
}

/// Cuts a text that is longer than this many bytes.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most.saturating_sub(CUT.len_utf8())));
        text.push(CUT);
        text.shrink_to_fit();
    }
}

/// A ring of events.
#[derive(Debug)]
pub(super) struct Trace {
    limit: usize,
    seq: u64,
    // at most `limit`, ascending by seq
    events: VecDeque<TraceEvent>,
    // the sizes of `events`, at most `limit` times BYTES_PER_EVENT unless there is only one
    size: usize,
}

impl Trace {
    pub fn new(limit: usize) -> Self {
        Self { limit, seq: 0, events: VecDeque::new(), size: 0 }
    }

    /// Keeps an event, instead of the oldest ones when the ring is full. The number goes on even where none is kept.
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
        self.events.len() > 1 && self.size > self.limit.saturating_mul(BYTES_PER_EVENT)
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

    fn texts(event: &TraceEvent) -> usize {
        event.fields.iter().fold(event.name.capacity(), |sum, (name, value)| sum + name.capacity() + value.capacity())
    }

    #[test]
    fn large_events_push_out_the_oldest_ones() {
        let mut trace = Trace::new(500);
        let large = || vec![("body".to_owned(), "x".repeat(50_000))];
        (0..500).for_each(|_| trace.push(0.0, "small".to_owned(), Vec::new()));
        (0..200).for_each(|_| trace.push(0.0, "large".to_owned(), large()));
        let (events, last) = trace.since(0);
        assert_eq!((events.last().unwrap().seq, last), (700, 700));
        assert!(events.iter().all(|event| event.name == "large"), "the oldest leave first");
        let bytes: usize = events.iter().map(texts).sum();
        assert!((3_500_000..=4 << 20).contains(&bytes), "{bytes}");
        trace.clear();
        (0..500).for_each(|_| trace.push(0.0, "small".to_owned(), Vec::new()));
        assert_eq!(trace.since(0).0.len(), 500);
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes minutes")]
    fn one_event_is_cut_to_what_an_event_may_take() {
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
            assert!(event.size() <= LARGEST_EVENT && texts(&event) <= LARGEST_EVENT, "{}", event.size());
            assert!(event.fields.len() >= kept && event.fields.len() < kept + 500, "{}", event.fields.len());
        }
        let mut trace = Trace::new(1);
        trace.push(0.0, "a".to_owned(), vec![field("huge", &huge)]);
        let value = trace.since(0).0.remove(0).fields.remove(0).1;
        assert!(value.len() > 60_000 && value.ends_with("é…"), "{}", value.len());
    }

    #[test]
    fn a_ring_of_none_still_counts() {
        let mut trace = Trace::new(0);
        trace.push(0.0, String::new(), Vec::new());
        assert_eq!(trace.since(0), (Vec::new(), 1));
    }
}

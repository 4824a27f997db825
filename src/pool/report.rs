//! A pool as JSON: what its routes answer and its events hold.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Pool, Worker};
use crate::exposition::json::{Json, bytes};

/// The counts of a pool, the process' uptime in seconds, and the moment.
#[must_use]
pub fn pool_json(pool: &Pool, uptime: f64, timestamp: &str) -> Vec<u8> {
    bytes(&Metrics { pool, uptime, timestamp })
}

/// The counts of a pool, and all its workers.
#[must_use]
pub fn stats_json(pool: &Pool) -> Vec<u8> {
    let workers: Vec<&Worker> = pool.workers.iter().collect();
    bytes(&Stats { pool, workers: &workers, event: None })
}

/// The counts of a pool and some of its workers: all of them in a `full` event, else those that changed.
#[must_use]
pub fn stats_event_json(pool: &Pool, workers: &[&Worker], full: bool, gone: &[String], timestamp: &str) -> Vec<u8> {
    bytes(&Stats { pool, workers, event: Some(Event { full, gone, timestamp }) })
}

struct Metrics<'a> {
    pool: &'a Pool,
    uptime: f64,
    timestamp: &'a str,
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(3))?;
        map.serialize_entry("pool", &Counted(self.pool))?;
        map.serialize_entry("uptime", &Json(&self.uptime))?;
        map.serialize_entry("timestamp", self.timestamp)?;
        map.end()
    }
}

struct Event<'a> {
    full: bool,
    gone: &'a [String],
    timestamp: &'a str,
}

struct Stats<'a> {
    pool: &'a Pool,
    workers: &'a [&'a Worker],
    event: Option<Event<'a>>,
}

impl Serialize for Stats<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if let Some(event) = &self.event {
            map.serialize_entry("full", &event.full)?;
        }
        map.serialize_entry("pool", &Counted(self.pool))?;
        map.serialize_entry("workers", &Workers(self.workers, &self.pool.worker_extra))?;
        if let Some(event) = &self.event {
            map.serialize_entry("gone", event.gone)?;
            map.serialize_entry("timestamp", event.timestamp)?;
        }
        map.end()
    }
}

struct Counted<'a>(&'a Pool);

impl Serialize for Counted<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let counts = self.0.counts();
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("size", &Json(&self.0.size))?;
        if let Some(active) = self.0.active() {
            map.serialize_entry("active", &active)?;
        }
        if let Some(idle) = self.0.idle() {
            map.serialize_entry("idle", &idle)?;
        }
        map.serialize_entry("creating", &counts.creating)?;
        map.serialize_entry("total", &counts.total())?;
        if let Some(utilization) = self.0.utilization() {
            map.serialize_entry("utilization", &Json(&utilization))?;
        }
        self.0.extra.iter().try_for_each(|(name, number)| map.serialize_entry(name, &Json(number)))?;
        map.end()
    }
}

/// Workers, and what their further numbers are called.
struct Workers<'a>(&'a [&'a Worker], &'a [String]);

impl Serialize for Workers<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|worker| Told(worker, self.1)))
    }
}

struct Told<'a>(&'a Worker, &'a [String]);

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(worker, extra) = self;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &worker.id)?;
        if !worker.app.is_empty() {
            map.serialize_entry("app", &worker.app)?;
        }
        if let Some(state) = worker.state {
            map.serialize_entry("state", state.word())?;
        }
        entry(&mut map, "requests", worker.requests)?;
        entry(&mut map, "uptime", worker.uptime)?;
        if !(worker.rss.is_nan() && worker.heap_used.is_nan()) {
            map.serialize_entry("memory", &Memory(worker))?;
        }
        extra.iter().zip(&worker.extra).try_for_each(|(name, number)| entry(&mut map, name, *number))?;
        map.end()
    }
}

struct Memory<'a>(&'a Worker);

impl Serialize for Memory<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        entry(&mut map, "rss", self.0.rss)?;
        entry(&mut map, "heapUsed", self.0.heap_used)?;
        map.end()
    }
}

/// A number, unless it is not known.
fn entry<M: SerializeMap>(map: &mut M, name: &str, number: f64) -> Result<(), M::Error> {
    if number.is_nan() { Ok(()) } else { map.serialize_entry(name, &Json(&number)) }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn what_a_pool_cannot_tell_is_absent() {
        let known = Worker {
            id: "w\"1".to_owned(),
            app: "mail@1".to_owned(),
            state: Some(State::Active),
            requests: 3.0,
            uptime: 1.5,
            rss: 10.0,
            heap_used: 5.0,
            extra: vec![f64::NAN, 2.0],
        };
        let unknown = Worker { id: "#1".to_owned(), heap_used: 7.0, ..Worker::default() };
        let worker_extra = ["errors", "load"].map(str::to_owned).into();
        let extra = vec![("queue".to_owned(), 4.0)];
        let pool = Pool { size: 2.0, extra, workers: vec![known, unknown], worker_extra, ..Pool::default() };
        let counts = r#""pool":{"size":2,"active":1,"idle":0,"creating":0,"total":1,"utilization":0.5,"queue":4}"#;
        let workers = [
            r#"{"id":"w\"1","app":"mail@1","state":"active","requests":3,"uptime":1.5,"memory":{"rss":10,"heapUsed":5},"load":2}"#,
            r##"{"id":"#1","memory":{"heapUsed":7}}"##,
        ];
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(text(stats_json(&pool)), format!(r#"{{{counts},"workers":[{}]}}"#, workers.join(",")));
        assert_eq!(text(pool_json(&pool, 9.0, "now")), format!(r#"{{{counts},"uptime":9,"timestamp":"now"}}"#));
        assert_eq!(
            text(stats_event_json(&pool, &[&pool.workers[1]], false, &["w2".to_owned()], "now")),
            format!(r#"{{"full":false,{counts},"workers":[{}],"gone":["w2"],"timestamp":"now"}}"#, workers[1])
        );
        let unknown = Pool { busy_unknown: true, ..pool };
        let counts = r#""pool":{"size":2,"creating":0,"total":1,"queue":4}"#;
        assert_eq!(text(pool_json(&unknown, 9.0, "now")), format!(r#"{{{counts},"uptime":9,"timestamp":"now"}}"#));
    }
}

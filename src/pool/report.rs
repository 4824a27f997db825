//! A pool as JSON: the bodies of responses, and the payloads of events.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{Pool, State, Worker};
use crate::exposition::json::{Map, bytes};
use crate::exposition::numbers::JsonNumber;

/// The counts of a pool, the uptime of the process in seconds, and the time.
#[must_use]
pub fn pool_json(pool: &Pool, uptime: f64, timestamp: &str) -> Vec<u8> {
    bytes(&Metrics { pool: PoolEntry::of(pool), uptime: JsonNumber(uptime), timestamp })
}

/// The counts of a pool, and all its workers.
#[must_use]
pub fn stats_json(pool: &Pool) -> Vec<u8> {
    bytes(&Stats::of(pool, pool.workers.iter()))
}

/// The counts of a pool and some of its workers: all of them in a `full` event, otherwise those that changed.
#[must_use]
pub fn stats_event_json(pool: &Pool, workers: &[&Worker], full: bool, gone: &[String], timestamp: &str) -> Vec<u8> {
    bytes(&StatsEvent { full, stats: Stats::of(pool, workers.iter().copied()), gone, timestamp })
}

/// Workers as an array. Writes each worker before it reads the next one. `extra` are the names of their additional numbers.
pub(super) fn workers_json(workers: impl Iterator<Item = Worker>, extra: &[String]) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::Serializer::new(Vec::new());
    let mut list = Serializer::serialize_seq(&mut text, None)?;
    for worker in workers {
        list.serialize_element(&WorkerEntry::of(&worker, extra))?;
    }
    list.end()?;
    Ok(text.into_inner())
}

#[derive(Serialize)]
struct Metrics<'a> {
    pool: PoolEntry<'a>,
    uptime: JsonNumber,
    timestamp: &'a str,
}

#[derive(Serialize)]
struct StatsEvent<'a> {
    full: bool,
    #[serde(flatten)]
    stats: Stats<'a>,
    gone: &'a [String],
    timestamp: &'a str,
}

#[derive(Serialize)]
struct Stats<'a> {
    pool: PoolEntry<'a>,
    workers: Vec<WorkerEntry<'a>>,
}

impl<'a> Stats<'a> {
    fn of(pool: &'a Pool, workers: impl Iterator<Item = &'a Worker>) -> Self {
        let workers = workers.map(|worker| WorkerEntry::of(worker, &pool.worker_extra)).collect();
        Self { pool: PoolEntry::of(pool), workers }
    }
}

#[derive(Serialize)]
struct PoolEntry<'a> {
    size: JsonNumber,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle: Option<usize>,
    creating: usize,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    utilization: Option<JsonNumber>,
    #[serde(flatten)]
    extra: Map<'a, f64>,
}

impl<'a> PoolEntry<'a> {
    fn of(pool: &'a Pool) -> Self {
        let counts = pool.counts();
        Self {
            size: JsonNumber(pool.size),
            active: pool.active(),
            idle: pool.idle(),
            creating: counts.creating,
            total: counts.total(),
            utilization: pool.utilization().map(JsonNumber),
            extra: Map(&pool.extra),
        }
    }
}

/// A worker, without the fields that its pool does not report.
#[derive(Serialize)]
struct WorkerEntry<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    app: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    #[serde(skip_serializing_if = "JsonNumber::is_nan")]
    requests: JsonNumber,
    #[serde(skip_serializing_if = "JsonNumber::is_nan")]
    uptime: JsonNumber,
    #[serde(skip_serializing_if = "Memory::is_unknown")]
    memory: Memory,
    #[serde(flatten)]
    extra: Extra<'a>,
}

impl<'a> WorkerEntry<'a> {
    fn of(worker: &'a Worker, extra: &'a [String]) -> Self {
        Self {
            id: &worker.id,
            app: &worker.app,
            state: worker.state,
            requests: JsonNumber(worker.requests),
            uptime: JsonNumber(worker.uptime),
            memory: Memory { rss: JsonNumber(worker.rss), heap_used: JsonNumber(worker.heap_used) },
            extra: Extra { names: extra, numbers: &worker.extra },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Memory {
    #[serde(skip_serializing_if = "JsonNumber::is_nan")]
    rss: JsonNumber,
    #[serde(skip_serializing_if = "JsonNumber::is_nan")]
    heap_used: JsonNumber,
}

impl Memory {
    fn is_unknown(&self) -> bool {
        self.rss.is_nan() && self.heap_used.is_nan()
    }
}

/// Additional numbers of a worker. All workers of a pool share their names.
struct Extra<'a> {
    names: &'a [String],
    numbers: &'a [f64],
}

impl Serialize for Extra<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = self.names.iter().zip(self.numbers).filter(|(_, number)| !number.is_nan());
        serializer.collect_map(known.map(|(name, number)| (name, JsonNumber(*number))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn unreported_fields_are_absent() {
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

//! The state of a worker pool at one moment: its workers, their counts, and the reports of them.

mod changes;
mod exposition;
mod limits;
mod report;
mod tracked;
mod worker;

pub use changes::Changes;
pub use exposition::{PoolExposition, pool_exposition};
pub use limits::{MAX_TEXT, MAX_WORKERS, Omission};
pub use report::{pool_json, stats_event_json, stats_json};
pub use tracked::{
    TrackedWorker, Tracking, layout, present_requests_json, request_name, track, tracked_workers, tracked_workers_json,
};
pub use worker::{State, Worker};

use std::sync::Arc;

/// A pool and its workers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// The maximum number of workers; finite, not negative.
    pub size: f64,
    /// Additional finite numbers of the pool by name. The names are distinct, and none is that of a standard number.
    pub extra: Vec<(String, f64)>,
    /// Whether the pool does not know which workers are busy; its reports then contain no counts of active and idle workers.
    pub busy_unknown: bool,
    /// Their ids are distinct.
    pub workers: Vec<Worker>,
    /// The names of the workers' `extra` numbers.
    pub worker_extra: Arc<[String]>,
}

/// A reading of a pool's workers.
#[derive(Clone, Debug)]
pub struct WorkerReading {
    /// All within the limits.
    pub workers: Vec<Worker>,
    /// The names of their `extra` numbers.
    pub extra_names: Arc<[String]>,
    /// What exceeded the limits.
    pub omitted: Vec<Omission>,
}

/// The number of workers by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Serving a request.
    pub active: usize,
    /// Idle, or ready for a first request.
    pub idle: usize,
    /// Starting.
    pub creating: usize,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.active + self.idle + self.creating
    }
}

impl Pool {
    /// Counts the workers, except those that are terminated or whose state is unknown.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for state in self.workers.iter().filter_map(|worker| worker.state) {
            match state {
                State::Active => counts.active += 1,
                State::Idle | State::Ready => counts.idle += 1,
                State::Creating => counts.creating += 1,
                State::Terminated => {}
            }
        }
        counts
    }

    /// The ratio of active workers to the size; 0 if the size is 0, `None` if it is unknown which workers are busy.
    #[must_use]
    pub fn utilization(&self) -> Option<f64> {
        let share = if self.size > 0.0 { self.counts().active as f64 / self.size } else { 0.0 };
        self.when_busy_is_known(share)
    }

    /// `None` if it is unknown which workers are busy.
    fn when_busy_is_known<T>(&self, number: T) -> Option<T> {
        (!self.busy_unknown).then_some(number)
    }

    /// The number of active workers.
    #[must_use]
    pub fn active(&self) -> Option<usize> {
        self.when_busy_is_known(self.counts().active)
    }

    /// The number of idle and ready workers.
    #[must_use]
    pub fn idle(&self) -> Option<usize> {
        self.when_busy_is_known(self.counts().idle)
    }

    /// Assigns a new id to each worker without one, and to all but the first of workers with the same id. Returns whether there were
    /// duplicates.
    pub fn make_ids_distinct(&mut self) -> bool {
        let mut taken = hashbrown::HashSet::with_capacity(self.workers.len());
        let mut later = Vec::new();
        let mut has_duplicates = false;
        for (at, worker) in self.workers.iter().enumerate() {
            let is_new = taken.insert(worker.id.clone());
            if worker.id.is_empty() || !is_new {
                has_duplicates |= !worker.id.is_empty();
                later.push(at);
            }
        }
        for at in later {
            let Some(worker) = self.workers.get_mut(at) else { continue };
            worker.id = format!("{}#{at}", worker.id);
            while !taken.insert(worker.id.clone()) {
                worker.id.push('#');
            }
        }
        has_duplicates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(size: f64, states: &[Option<State>]) -> Pool {
        let workers = states.iter().map(|state| Worker { state: *state, ..Worker::default() }).collect();
        Pool { size, workers, ..Pool::default() }
    }

    #[test]
    fn workers_are_counted_by_their_states() {
        use State::{Active, Creating, Idle, Ready, Terminated};
        let states = [Active, Active, Idle, Ready, Creating, Terminated].map(Some);
        let counts = pool(4.0, &states).counts();
        assert_eq!(counts, Counts { active: 2, idle: 2, creating: 1 });
        assert_eq!(counts.total(), 5);
        assert_eq!(pool(4.0, &states).utilization(), Some(0.5));
        assert_eq!(pool(0.0, &states).utilization(), Some(0.0));
        assert_eq!(pool(1.0, &[None]).counts().total(), 0);
    }

    #[test]
    fn busy_workers_may_be_unknown() {
        let unknown = Pool { busy_unknown: true, ..pool(4.0, &[Some(State::Ready), Some(State::Creating)]) };
        assert_eq!((unknown.active(), unknown.idle(), unknown.utilization()), (None, None, None));
        assert_eq!((unknown.counts().creating, unknown.counts().total()), (1, 2));
    }

    #[test]
    fn ids_become_distinct() {
        let mut pool = pool(0.0, &[None; 6]);
        for (worker, id) in pool.workers.iter_mut().zip(["a", "a#2", "a", "", "", "#3"]) {
            id.clone_into(&mut worker.id);
        }
        assert!(pool.make_ids_distinct());
        let ids: Vec<&str> = pool.workers.iter().map(|worker| worker.id.as_str()).collect();
        assert_eq!(ids, ["a", "a#2", "a#2#", "#3#", "#4", "#3"]);
        assert!(!pool.make_ids_distinct());
    }
}

//! The state of a worker pool at one moment: its workers, their counts, and the reports of them.

mod changes;
mod exposition;
mod limits;
mod report;
mod tracked;
mod worker;

pub use changes::Changes;
pub use exposition::{PoolExposition, pool_prometheus_text};
pub use limits::{MAX_TEXT, MAX_WORKERS, Omission};
pub use report::{pool_json, stats_event_json, stats_json};
pub use tracked::{TrackedWorker, Tracking, layout, track, tracked_workers, tracked_workers_json};
pub use worker::{State, Worker};

use std::sync::Arc;

/// A pool and its workers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// How many workers there may be at most; finite, not negative.
    pub size: f64,
    /// The pool's own numbers by their names, which are distinct and none of ours; finite.
    pub extra: Vec<(String, f64)>,
    /// The pool does not know which workers serve: how many do, and how many wait, is then not told.
    pub busy_unknown: bool,
    /// With distinct ids.
    pub workers: Vec<Worker>,
    /// What `extra` of the workers is called.
    pub worker_extra: Arc<[String]>,
}

/// How many workers are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Serving.
    pub active: usize,
    /// Alive and not serving: idle, or ready for a first request.
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
    /// Counts the workers. Those that are terminated, or whose state is not known, are in no count.
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

    /// The share of the pool that is serving; 0 of a pool without a size, and nothing where it is not known who is.
    #[must_use]
    pub fn utilization(&self) -> Option<f64> {
        let share = if self.size > 0.0 { self.counts().active as f64 / self.size } else { 0.0 };
        self.when_busy_is_known(share)
    }

    /// A number that depends on which workers serve.
    fn when_busy_is_known<T>(&self, number: T) -> Option<T> {
        (!self.busy_unknown).then_some(number)
    }

    /// How many workers serve.
    #[must_use]
    pub fn active(&self) -> Option<usize> {
        self.when_busy_is_known(self.counts().active)
    }

    /// How many workers are alive and do not serve.
    #[must_use]
    pub fn idle(&self) -> Option<usize> {
        self.when_busy_is_known(self.counts().idle)
    }

    /// Gives a worker without an id, and each but the first of those with the same one, an id of its own. True when there were some
    /// with the same one.
    pub fn make_ids_distinct(&mut self) -> bool {
        let mut taken = hashbrown::HashSet::with_capacity(self.workers.len());
        let mut later = Vec::new();
        let mut doubled = false;
        for (at, worker) in self.workers.iter().enumerate() {
            let is_new = taken.insert(worker.id.clone());
            if worker.id.is_empty() || !is_new {
                doubled |= !worker.id.is_empty();
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
        doubled
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
    fn who_serves_may_be_unknown() {
        let unknown = Pool { busy_unknown: true, ..pool(4.0, &[Some(State::Ready), Some(State::Creating)]) };
        assert_eq!((unknown.active(), unknown.idle(), unknown.utilization()), (None, None, None));
        assert_eq!((unknown.counts().creating, unknown.counts().total()), (1, 2));
    }

    #[test]
    fn ids_become_distinct() {
        let mut told = pool(0.0, &[None; 6]);
        for (worker, id) in told.workers.iter_mut().zip(["a", "a#2", "a", "", "", "#3"]) {
            id.clone_into(&mut worker.id);
        }
        assert!(told.make_ids_distinct());
        let ids: Vec<&str> = told.workers.iter().map(|worker| worker.id.as_str()).collect();
        assert_eq!(ids, ["a", "a#2", "a#2#", "#3#", "#4", "#3"]);
        assert!(!told.make_ids_distinct());
    }
}

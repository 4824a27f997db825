//! Finds the workers that changed since a pool was last sent to its listeners.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashMap};

use super::{Pool, Worker};
use crate::sorting;

/// The state of a pool that was last sent to listeners.
#[derive(Debug, Default)]
pub struct Changes {
    last_sent: Option<Arc<Pool>>,
    // hashes of the workers' states, by id
    states: HashMap<String, u64>,
    hasher: DefaultHashBuilder,
}

impl Changes {
    /// The pool that was sent last.
    #[must_use]
    pub fn last_sent(&self) -> Option<&Arc<Pool>> {
        self.last_sent.as_ref()
    }

    /// Records that this pool is sent. Returns its new and changed workers, and the ids of workers that are gone.
    pub fn send<'a>(&mut self, pool: &'a Arc<Pool>) -> (Vec<&'a Worker>, Vec<String>) {
        let mut gone = std::mem::take(&mut self.states);
        self.states.reserve(pool.workers.len());
        let mut changed = Vec::new();
        for worker in &pool.workers {
            let state = self.state_of(worker);
            if gone.remove(&worker.id) != Some(state) {
                changed.push(worker);
            }
            self.states.insert(worker.id.clone(), state);
        }
        self.last_sent = Some(pool.clone());
        let mut gone: Vec<String> = gone.into_keys().collect();
        sorting::sort_by(&mut gone, Ord::cmp);
        (changed, gone)
    }

    fn state_of(&self, worker: &Worker) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        worker.hash_state(&mut hasher);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn pool(workers: &[(&str, State, f64)]) -> Arc<Pool> {
        let worker = |&(id, state, uptime): &(&str, State, f64)| Worker {
            id: id.to_owned(),
            state: Some(state),
            uptime,
            ..Worker::default()
        };
        Arc::new(Pool { workers: workers.iter().map(worker).collect(), ..Pool::default() })
    }

    #[test]
    fn changed_and_gone_workers_are_returned_once_and_a_growing_uptime_is_no_change() {
        let mut changes = Changes::default();
        let mut sent = |workers: &[(&str, State, f64)]| {
            let pool = pool(workers);
            let (updated, gone) = changes.send(&pool);
            (updated.iter().map(|worker| worker.id.clone()).collect::<Vec<_>>().join(" "), gone.join(" "))
        };
        let of = |changed: &str, gone: &str| (changed.to_owned(), gone.to_owned());
        assert_eq!(sent(&[("a", State::Idle, 1.0), ("b", State::Idle, 1.0)]), of("a b", ""));
        assert_eq!(sent(&[("a", State::Idle, 2.0), ("b", State::Active, 2.0)]), of("b", ""));
        assert_eq!(sent(&[("b", State::Active, 3.0), ("c", State::Creating, 0.0)]), of("c", "a"));
        assert_eq!(sent(&[("b", State::Active, 3.0), ("c", State::Creating, 0.0)]), of("", ""));
    }
}

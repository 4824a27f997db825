//! Which workers changed since a pool was last told to those who listen.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashMap};

use super::{Pool, Worker};

/// What listeners have been told.
#[derive(Debug, Default)]
pub struct Changes {
    told: Option<Arc<Pool>>,
    // what a worker's state was, by its id
    states: HashMap<String, u64>,
    hasher: DefaultHashBuilder,
}

impl Changes {
    /// What was told last.
    #[must_use]
    pub fn told(&self) -> Option<&Arc<Pool>> {
        self.told.as_ref()
    }

    /// The workers of this pool that are new or have changed, and the ids of those that are gone. It is what was told from now on.
    pub fn tell<'a>(&mut self, pool: &'a Arc<Pool>) -> (Vec<&'a Worker>, Vec<String>) {
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
        self.told = Some(pool.clone());
        let mut gone: Vec<String> = gone.into_keys().collect();
        gone.sort_unstable();
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
    fn what_changed_and_what_is_gone_is_told_once_and_a_growing_uptime_is_no_change() {
        let mut changes = Changes::default();
        let mut told = |workers: &[(&str, State, f64)]| {
            let pool = pool(workers);
            let (news, gone) = changes.tell(&pool);
            (news.iter().map(|worker| worker.id.clone()).collect::<Vec<_>>().join(" "), gone.join(" "))
        };
        let of = |changed: &str, gone: &str| (changed.to_owned(), gone.to_owned());
        assert_eq!(told(&[("a", State::Idle, 1.0), ("b", State::Idle, 1.0)]), of("a b", ""));
        assert_eq!(told(&[("a", State::Idle, 2.0), ("b", State::Active, 2.0)]), of("b", ""));
        assert_eq!(told(&[("b", State::Active, 3.0), ("c", State::Creating, 0.0)]), of("c", "a"));
        assert_eq!(told(&[("b", State::Active, 3.0), ("c", State::Creating, 0.0)]), of("", ""));
    }
}

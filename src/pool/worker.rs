//! One worker as its pool reports it.

use std::hash::{Hash, Hasher};

use serde::Serialize;

/// The state of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[repr(u8)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Starting.
    Creating = 0,
    /// Started, and waiting for its first request.
    Ready = 1,
    /// Serving a request.
    Active = 2,
    /// Waiting for a request.
    Idle = 3,
    /// Ended.
    Terminated = 4,
}

impl State {
    /// All states by number.
    pub const ALL: [Self; 5] = [Self::Creating, Self::Ready, Self::Active, Self::Idle, Self::Terminated];

    /// Converts the number that JavaScript uses.
    #[must_use]
    pub fn from_number(number: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| f64::from(*state as u8) == number)
    }

    /// The name of the state.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Ready => "ready",
            Self::Active => "active",
            Self::Idle => "idle",
            Self::Terminated => "terminated",
        }
    }
}

/// One worker. A number that its pool does not report is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    /// Distinct within its pool.
    pub id: String,
    /// Empty if the pool does not report it.
    pub app: String,
    /// Absent if the pool does not report it.
    pub state: Option<State>,
    /// The number of requests it has served.
    pub requests: f64,
    /// Seconds since it started.
    pub uptime: f64,
    /// Resident memory, in bytes.
    pub rss: f64,
    /// Used JavaScript heap, in bytes.
    pub heap_used: f64,
    /// Additional numbers. [`Pool::worker_extra`](super::Pool::worker_extra) has their names.
    pub extra: Vec<f64>,
}

impl Default for Worker {
    fn default() -> Self {
        let unknown = f64::NAN;
        Self {
            id: String::new(),
            app: String::new(),
            state: None,
            requests: unknown,
            uptime: unknown,
            rss: unknown,
            heap_used: unknown,
            extra: Vec::new(),
        }
    }
}

impl Worker {
    /// Hashes everything but the uptime, which always grows.
    pub fn hash_state<H: Hasher>(&self, hasher: &mut H) {
        (&self.app, self.state).hash(hasher);
        for number in [self.requests, self.rss, self.heap_used].iter().chain(&self.extra) {
            number.to_bits().hash(hasher);
        }
    }
}

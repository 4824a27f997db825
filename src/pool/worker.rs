//! One worker as its pool reports it.

use std::hash::{Hash, Hasher};

use serde::Serialize;

/// What a worker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[repr(u8)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Starting.
    Creating = 0,
    /// Started, and waiting for its first request.
    Ready = 1,
    /// Serving.
    Active = 2,
    /// Waiting.
    Idle = 3,
    /// Gone.
    Terminated = 4,
}

impl State {
    /// All of them, by their numbers.
    pub const ALL: [Self; 5] = [Self::Creating, Self::Ready, Self::Active, Self::Idle, Self::Terminated];

    /// The state with this number, as JavaScript numbers them.
    #[must_use]
    pub fn from_number(number: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| f64::from(*state as u8) == number)
    }

    /// Its name.
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
    /// What it is doing.
    pub state: Option<State>,
    /// The number of requests it has served.
    pub requests: f64,
    /// Seconds.
    pub uptime: f64,
    /// Bytes resident.
    pub rss: f64,
    /// Bytes of the JavaScript heap in use.
    pub heap_used: f64,
    /// Additional numbers; the pool has their names.
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
    /// Hashes everything but the uptime, which grows without a change.
    pub fn hash_state<H: Hasher>(&self, to: &mut H) {
        (&self.app, self.state).hash(to);
        for number in [self.requests, self.rss, self.heap_used].iter().chain(&self.extra) {
            number.to_bits().hash(to);
        }
    }
}

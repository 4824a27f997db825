//! The collectors of this process: the default one, and those that threads can attach to by id.

use std::sync::{Arc, OnceLock, Weak};

use hashbrown::HashMap;
use parking_lot::Mutex;

use super::{Collector, NewCollector};

static COLLECTORS: Mutex<Option<HashMap<u32, Weak<Collector>>>> = Mutex::new(None);

/// The default collector of the process, the same in every thread.
pub fn default_collector() -> Arc<Collector> {
    static DEFAULT: OnceLock<Arc<Collector>> = OnceLock::new();
    DEFAULT.get_or_init(|| register(Collector::new(NewCollector::default()))).clone()
}

/// Lets other threads find a collector by its id while anything holds it.
pub fn register(collector: Collector) -> Arc<Collector> {
    let collector = Arc::new(collector);
    let mut collectors = COLLECTORS.lock();
    let collectors = collectors.get_or_insert_default();
    collectors.retain(|_, other| other.strong_count() > 0);
    collectors.insert(collector.id(), Arc::downgrade(&collector));
    collector
}

/// The collector with this id, if it still exists.
pub fn attach(id: u32) -> Option<Arc<Collector>> {
    COLLECTORS.lock().as_ref()?.get(&id)?.upgrade()
}

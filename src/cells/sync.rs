//! Synchronization primitives for cells, flushes and readings. Under `--cfg loom` they are those of loom, which tests every interleaving
//! and every value that a relaxed load may return.

#[cfg(not(loom))]
pub use parking_lot::{Mutex, MutexGuard};
#[cfg(not(loom))]
pub use std::sync::atomic::AtomicU64;
pub use std::sync::{Arc, atomic::Ordering};

#[cfg(loom)]
pub use checked::{Mutex, MutexGuard};
#[cfg(loom)]
pub use loom::sync::atomic::AtomicU64;

#[cfg(loom)]
mod checked {
    pub use loom::sync::MutexGuard;

    /// loom's mutex with the interface of `parking_lot`'s, which does not poison.
    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        /// An unlocked mutex.
        pub fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        /// Locks the mutex, waiting for other threads.
        pub fn lock(&self) -> MutexGuard<'_, T> {
            match self.0.lock() {
                Ok(guard) => guard,
                Err(poisoned) => poisoned.into_inner(),
            }
        }

        /// Locks the mutex if it is free.
        pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            self.0.try_lock().ok()
        }
    }

    impl<T: Default> Default for Mutex<T> {
        fn default() -> Self {
            Self::new(T::default())
        }
    }
}

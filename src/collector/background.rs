//! The threads of this library. Each runs as long as the process, and is started when it is first needed.

use std::thread;

use crate::os;

/// Starts a thread that yields to those of the program. `false` if the system has none to give.
pub fn start_thread(name: &str, run: fn()) -> bool {
    let run = move || {
        os::lower_priority();
        run();
    };
    thread::Builder::new().name(name.to_owned()).spawn(run).is_ok()
}

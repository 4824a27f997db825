//! Links the addon as Node.js expects it, and keeps it loaded for the life of the process.

fn main() {
    napi_build::setup();
    // A runtime unloads an addon when the last thread that required it ends. The default collector and the reader
    // thread outlive threads, so the library must stay. On Windows `src/binding/pinned.rs` says so; macOS unloads no library
    // that has thread-local variables, as Rust's standard library has.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}

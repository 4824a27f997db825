//! Configures the linker for a Node.js addon that stays loaded for the life of the process.

fn main() {
    napi_build::setup();
    // Runtimes unload an addon when the last thread that required it ends. The default collector and the reader thread outlive
    // such threads, so the library must stay loaded. On Windows, `src/binding/pinned.rs` ensures this. macOS never unloads a
    // library with thread-local variables, such as Rust's standard library.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}

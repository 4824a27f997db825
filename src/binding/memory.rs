//! Memory that both sides see: chunks and the scratch, each handed to JavaScript once as an external array.
//!
//! Each array's finaliser holds what keeps its memory: a chunk's folds it, then lets go. JavaScript keeps the arrays in
//! private fields, so nobody else can detach or transfer them.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use napi::bindgen_prelude::{External, ToNapiValue, TypedArrayType};
use napi::{Error, Result, Status, sys};
use napi_derive::napi;

use super::handle::{Handle, Hold};
use crate::cells::{Chunk, Shard};

/// 32-bit words of the scratch; a text of twice as many UTF-16 units fits.
const SCRATCH_WORDS: usize = 2048;

/// About what a labelled counter's name and labels take, which its cell keeps.
const NAME_BYTES_PER_CELL: u32 = 256;

/// Where JavaScript leaves a text or label numbers for the call that follows, on the same thread: cheaper than arguments.
#[derive(Default)]
pub struct Scratch {
    // made when first asked for: many threads have no labels
    words: OnceLock<Box<[AtomicU32]>>,
}

impl Scratch {
    fn words(&self) -> &[AtomicU32] {
        self.words.get_or_init(|| (0..SCRATCH_WORDS).map(|_| AtomicU32::new(0)).collect())
    }

    /// The first numbers.
    pub fn numbers(&self, count: usize) -> impl Iterator<Item = u32> {
        let words = if count == 0 { &[] } else { self.words() };
        words.iter().take(count).map(|word| word.load(Ordering::Relaxed))
    }

    /// The first UTF-16 units as text; a lone surrogate becomes U+FFFD.
    pub fn text(&self, units: usize) -> String {
        // the lower half of a word comes first, as on every (little-endian) platform we build for
        let halves = self.words().iter().flat_map(|word| {
            let word = word.load(Ordering::Relaxed);
            [word as u16, (word >> u16::BITS) as u16]
        });
        char::decode_utf16(halves.take(units)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

/// Keeps a chunk's memory, and what it is folded into.
struct ChunkOwner {
    hold: Arc<Hold>,
    chunk: Arc<Chunk>,
}

impl Drop for ChunkOwner {
    fn drop(&mut self) {
        let Hold { collector, shard, handed, .. } = &*self.hold;
        // first, because another chunk gets the number once this one is folded
        handed.lock().retain(|number| *number != self.chunk.number());
        collector.fold(shard, &self.chunk);
        collector.sweep_if_due();
    }
}

/// A typed array over Rust's memory, as napi-rs hands it to JavaScript.
pub struct SharedArray {
    address: *mut c_void,
    length: usize,
    element: TypedArrayType,
    owner: Owner,
}

/// What an array keeps.
struct Owner {
    owner: Box<dyn std::any::Any>,
    // bytes that the runtime was told of besides the array's own
    told: Box<dyn Fn() -> i64>,
}

impl SharedArray {
    /// An array over memory that stays where it is as long as its owner.
    pub(super) fn new(address: *mut c_void, length: usize, element: TypedArrayType, owner: impl std::any::Any) -> Self {
        Self { address, length, element, owner: Owner { owner: Box::new(owner), told: Box::new(|| 0) } }
    }

    /// The same array; `told` says, when it is gone, how many bytes the runtime was told of besides its own.
    fn telling(mut self, told: impl Fn() -> i64 + 'static) -> Self {
        self.owner.told = Box::new(told);
        self
    }

    /// An array of one word, which `owner` keeps where it is.
    pub(super) fn word(word: &AtomicU32, owner: impl std::any::Any) -> Self {
        Self::new(word.as_ptr().cast(), 1, TypedArrayType::Uint32, owner)
    }
}

impl napi::bindgen_prelude::TypeName for SharedArray {
    fn type_name() -> &'static str {
        "TypedArray"
    }

    fn value_type() -> napi::ValueType {
        napi::ValueType::Object
    }
}

impl ToNapiValue for SharedArray {
    unsafe fn to_napi_value(env: sys::napi_env, array: Self) -> Result<sys::napi_value> {
        let width = match array.element {
            TypedArrayType::Float64 => 8,
            TypedArrayType::Uint8 => 1,
            _ => 4,
        };
        let owner = Box::into_raw(Box::new(array.owner));
        let mut buffer = ptr::null_mut();
        // SAFETY: `env` is the calling environment; the memory stays as long as `owner`, which `let_go` drops once the
        // buffer is gone.
        let status = unsafe {
            let bytes = array.length * width;
            sys::napi_create_external_arraybuffer(
                env,
                array.address,
                bytes,
                Some(let_go),
                owner.cast(),
                &raw mut buffer,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: no buffer was made, so `let_go` will not be called and the box is still ours.
            drop(unsafe { Box::from_raw(owner) });
            return Err(Error::new(Status::from(status), "this runtime allows no external memory".to_owned()));
        }
        let mut value = ptr::null_mut();
        // SAFETY: `buffer` was made above and has exactly `length` elements.
        let status =
            unsafe { sys::napi_create_typedarray(env, array.element as i32, array.length, buffer, 0, &raw mut value) };
        napi::check_status!(status, "a typed array could not be made")?;
        Ok(value)
    }
}

/// The finaliser of a shared array.
unsafe extern "C" fn let_go(env: sys::napi_env, _: *mut c_void, owner: *mut c_void) {
    // SAFETY: `owner` is the box that `to_napi_value` leaked for this one call.
    let Owner { owner, told } = *unsafe { Box::from_raw(owner.cast::<Owner>()) };
    tell_weight(env, -told());
    // a panic must not cross into the runtime
    let _ = catch_unwind(AssertUnwindSafe(|| drop(owner)));
}

/// Tells the runtime of chunks that a thread has let go of, so that it collects them in time: their arrays are small, but they
/// keep the names of all series that have cells there.
pub fn tell_let_go(env: sys::napi_env, shard: &Shard, numbers: &[u32]) {
    let chunks = numbers.iter().filter_map(|number| shard.chunk(*number));
    tell_weight(env, chunks.map(|chunk| weight(&chunk)).sum());
}

/// What a chunk keeps that its thread has let go of; else nothing is told.
fn weight(chunk: &Chunk) -> i64 {
    if chunk.is_emptied() { i64::from(chunk.cells() * NAME_BYTES_PER_CELL) } else { 0 }
}

fn tell_weight(env: sys::napi_env, change: i64) {
    if change != 0 {
        let mut all = 0;
        // SAFETY: `env` is the calling environment. Where the runtime takes no notice, it collects later.
        let _ = unsafe { sys::napi_adjust_external_memory(env, change, &raw mut all) };
    }
}

/// The memory of one chunk, to be asked for once.
#[napi(catch_unwind, ts_return_type = "Float64Array | null")]
pub fn chunk(handle: &External<Handle>, number: u32) -> Result<Option<SharedArray>> {
    let hold = handle.hold()?;
    let mut handed = hold.handed.lock();
    let Some(chunk) = hold.shard.chunk(number).filter(|_| !handed.contains(&number)) else {
        return Ok(None);
    };
    handed.push(number);
    let owner = ChunkOwner { hold: hold.clone(), chunk: chunk.clone() };
    let (address, length) = (chunk.address().cast(), chunk.cells() as usize);
    let told = move || weight(&chunk);
    Ok(Some(SharedArray::new(address, length, TypedArrayType::Float64, owner).telling(told)))
}

/// The scratch, to be asked for once.
#[napi(catch_unwind, ts_return_type = "Uint32Array")]
pub fn scratch(handle: &External<Handle>) -> Result<SharedArray> {
    let hold = handle.hold()?;
    let address = hold.scratch.words().as_ptr().cast_mut().cast();
    Ok(SharedArray::new(address, SCRATCH_WORDS, TypedArrayType::Uint32, hold))
}

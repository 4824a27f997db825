//! Snapshots and values as JSON text for `JSON.parse`, no longer than the runtime's longest string. A gauge may be infinite or NaN:
//! Infinity becomes `1e999`, which parses as Infinity; NaN becomes `null`, which `lib/` turns back into NaN.

use std::io::{Error, Write};

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::json::{Json, snapshot_parts};
use crate::collector::{Snapshot, Value};

/// One UTF-16 unit becomes at most this many bytes of UTF-8.
const BYTES_PER_UNIT: usize = 3;

/// A snapshot, or `None` if it has more than `longest` UTF-16 units.
#[must_use]
pub fn snapshot_text(snapshot: &Snapshot, longest: usize) -> Option<String> {
    let mut text = Bounded { bytes: Vec::new(), capacity: longest.saturating_mul(BYTES_PER_UNIT) };
    serde_json::to_writer(&mut text, &Parsed(snapshot)).ok()?;
    let text = String::from_utf8(text.bytes).ok()?;
    // UTF-8 never has fewer bytes than UTF-16 has units
    let fits = text.len() <= longest || text.encode_utf16().count() <= longest;
    fits.then_some(text)
}

/// One value.
#[must_use]
pub fn value_text(value: &Value) -> String {
    let text = match value {
        Value::Number(number) => serde_json::to_string(&Number(*number)),
        Value::Stats(_) => serde_json::to_string(&Json(value)),
    };
    text.unwrap_or_default()
}

/// A writer that fails at its capacity.
struct Bounded {
    bytes: Vec<u8>,
    capacity: usize,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> Result<usize, Error> {
        if more.len() > self.capacity.saturating_sub(self.bytes.len()) {
            return Err(Error::other("longer than the longest string"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

struct Parsed<'a>(&'a Snapshot);

impl Serialize for Parsed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        snapshot_parts(self.0, &Gauges(&self.0.gauges), serializer)
    }
}

struct Gauges<'a>(&'a [(String, f64)]);

impl Serialize for Gauges<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, Number(*value))))
    }
}

/// A number that may be infinite, like a gauge's.
pub(super) struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_infinite() {
            return Json(&self.0).serialize(serializer);
        }
        let infinite = if self.0 > 0.0 { "1e999" } else { "-1e999" };
        RawValue::from_string(infinite.to_owned()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::json_snapshot;
    use super::*;

    fn gauges(values: &[(&str, f64)]) -> Snapshot {
        let gauges = values.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        Snapshot { gauges, ..Snapshot::default() }
    }

    #[test]
    fn text_keeps_infinite_gauges_and_bytes_have_null() {
        let snapshot = gauges(&[("a", f64::NAN), ("b", f64::INFINITY), ("c", f64::NEG_INFINITY), ("d", 0.5)]);
        let text = snapshot_text(&snapshot, 1000).unwrap();
        assert!(text.contains(r#""gauges":{"a":null,"b":1e999,"c":-1e999,"d":0.5}"#), "{text}");
        let bytes = String::from_utf8(json_snapshot(&snapshot)).unwrap();
        assert!(bytes.contains(r#""gauges":{"a":null,"b":null,"c":null,"d":0.5}"#), "{bytes}");
        for (value, expected) in [(f64::NAN, "null"), (f64::INFINITY, "1e999"), (7.0, "7")] {
            assert_eq!(value_text(&Value::Number(value)), expected);
        }
    }

    #[test]
    fn text_is_refused_if_it_is_one_unit_too_long() {
        for name in ["gauge", "größe", "\u{ffff}\u{ffff}", "😀😀😀"] {
            let snapshot = gauges(&[(name, 1.0)]);
            let complete = snapshot_text(&snapshot, usize::MAX).unwrap();
            let units = complete.encode_utf16().count();
            assert_eq!(snapshot_text(&snapshot, units), Some(complete), "{name}");
            for longest in [units - 1, units / 2, 0] {
                assert_eq!(snapshot_text(&snapshot, longest), None, "{name}");
            }
        }
    }
}

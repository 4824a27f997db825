//! Both halves agree on the layout: compares the text of `lib/record/layout.js` with Rust's constants, and reads the table of vectors
//! that `__test__/record/log-linear.test.js` reads too.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;
use tallystick::cells::layout;
use tallystick::cells::room::UNLIMITED;
use tallystick::collector::{Kind, Merge};
use tallystick::histogram::{LogLinear, MAX_NANOS, Precision};
use tallystick::pool::{State, layout as tracked};
use tallystick::process::layout as heartbeat;

/// The constants of the JavaScript half, by name.
fn javascript() -> HashMap<String, String> {
    constants_of("lib/record/layout.js")
}

fn constants_of(file: &str) -> HashMap<String, String> {
    let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).expect("the package has this file");
    let constants = text.lines().filter_map(|line| line.strip_prefix("const ")?.split_once(" = "));
    constants.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A JavaScript constant that is a number or one of the few expressions in the file. For a limit that tests make small, this is the
/// real one.
fn number(constants: &HashMap<String, String>, name: &str) -> f64 {
    let text = constants.get(name).unwrap_or_else(|| panic!("lib/record/layout.js has no {name}"));
    let real = text.strip_prefix("TINY ? ").and_then(|limits| limits.split_once(" : "));
    match real.map_or(text.as_str(), |(_, real)| real) {
        "(1 << CHUNK_BITS) - 1" => (number(constants, "CHUNK_BITS").exp2()) - 1.0,
        "Number.MAX_SAFE_INTEGER" => 9_007_199_254_740_991.0,
        hex if hex.starts_with("0x") => {
            f64::from(u32::from_str_radix(&hex[2..], 16).unwrap_or_else(|_| panic!("{name} = {hex}")))
        }
        decimal => decimal.parse().unwrap_or_else(|_| panic!("{name} = {decimal}")),
    }
}

#[test]
fn every_constant_of_javascript_equals_rusts() {
    let constants = javascript();
    let expected = [
        ("CHUNK_BITS", f64::from(layout::CHUNK_BITS)),
        ("CHUNK_MASK", f64::from(layout::CHUNK_CELLS - 1)),
        ("MERGE_LAST", f64::from(Merge::Last as u8)),
        ("SUM", f64::from(layout::SUM)),
        ("MIN", f64::from(layout::MIN)),
        ("MAX", f64::from(layout::MAX)),
        ("ZERO", f64::from(layout::ZERO)),
        ("DIRECTORY", f64::from(layout::DIRECTORY)),
        ("ENTRIES_PER_CELL", f64::from(layout::ENTRIES_PER_CELL)),
        ("PAGES", f64::from(layout::PAGES)),
        ("FLAT_HEAD", f64::from(layout::FIRST)),
        ("BOUNDED", f64::from(layout::BOUNDED)),
        ("TIME", f64::from(layout::TIME)),
        ("CHECK", f64::from(layout::CHECK)),
        ("FAR", f64::from(layout::FAR)),
        ("FULL", f64::from(layout::FULL)),
        ("LARGE", layout::LARGE),
        ("TIMING_FIRST", f64::from(LogLinear::TIMING_FIRST)),
        ("TIMING_ENTRIES", f64::from(LogLinear::TIMING_ENTRIES)),
        ("HISTOGRAM_FIRST", f64::from(LogLinear::HISTOGRAM_FIRST)),
        ("HISTOGRAM_ENTRIES", f64::from(LogLinear::HISTOGRAM_ENTRIES)),
        ("EXPONENT_BIAS", f64::from(LogLinear::EXPONENT_BIAS)),
        ("MAX_NANOS", MAX_NANOS),
        ("UNITS_PER_SERIES", layout::UNITS_PER_SERIES as f64),
        ("EXEMPLAR_RECORD", f64::from(layout::EXEMPLAR_RECORD)),
        ("ROOM_LIMIT", layout::ROOM_LIMIT as f64),
        ("ROOM_USED", layout::ROOM_USED as f64),
        ("ROOM_FOLDED_LIMIT", layout::ROOM_FOLDED_LIMIT as f64),
        ("ROOM_FOLDED", layout::ROOM_FOLDED as f64),
        ("KNOWN_FIRST", layout::KNOWN_FIRST as f64),
        ("UNLIMITED", f64::from(UNLIMITED)),
    ];
    for (name, rust) in expected {
        assert_eq!(number(&constants, name), rust, "{name}");
    }
    let others = ["MERGES", "PRECISION_BITS", "TINY"];
    let mut unknown: Vec<&String> = constants.keys().collect();
    unknown.retain(|name| !others.contains(&name.as_str()) && !expected.iter().any(|(known, _)| known == name));
    assert!(unknown.is_empty(), "constants that this test does not know: {unknown:?}");
}

#[test]
fn a_tracked_workers_cells_are_where_javascript_writes_them() {
    let constants = constants_of("lib/pool/tracked-layout.js");
    let expected = [
        ("STATE", tracked::STATE),
        ("REQUESTS", tracked::REQUESTS),
        ("BUSY", tracked::BUSY),
        ("RSS", tracked::RSS),
        ("HEAP_USED", tracked::HEAP_USED),
        ("BEGAN", tracked::BEGAN),
        ("TASK", tracked::TASK),
        ("ENDED", tracked::ENDED),
    ];
    for (name, rust) in expected {
        assert_eq!(constants[name], rust.to_string(), "{name}");
    }
    let states: Vec<String> = State::ALL.iter().map(|state| format!("'{}'", state.name())).collect();
    assert_eq!(constants["STATES"], format!("[{}]", states.join(", ")));
    assert_eq!(constants.len(), expected.len() + 1, "constants that this test does not know: {constants:?}");
}

#[test]
fn a_heartbeats_cells_are_where_javascript_writes_them() {
    let constants = constants_of("lib/default-metrics/layout.js");
    let expected = [("DUE", heartbeat::DUE), ("LATENESS", heartbeat::LATENESS), ("STOPPED", heartbeat::STOPPED)];
    for (name, rust) in expected {
        assert_eq!(constants[name], rust.to_string(), "{name}");
    }
    assert_eq!(constants.len(), expected.len(), "constants that this test does not know: {constants:?}");
}

#[test]
fn kinds_have_the_numbers_of_their_lines() {
    let path = format!("{}/lib/record/kinds.js", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).expect("the package has this file");
    let javascript = text.lines().filter_map(|line| Some(line.split_once(": () => require(")?.0.trim()));
    assert!(javascript.eq(Kind::ALL.iter().map(|kind| kind.name())));
}

#[test]
fn merges_have_the_numbers_of_their_positions() {
    let rust: Vec<String> =
        (0..).map_while(Merge::from_number).map(|merge| format!("'{merge:?}'").to_lowercase()).collect();
    assert_eq!(javascript()["MERGES"], format!("[{}]", rust.join(", ")));
}

#[test]
fn precisions_have_the_same_bits() {
    let bits: Vec<String> =
        (1..).map_while(Precision::from_digits).map(|precision| precision.bits().to_string()).collect();
    assert_eq!(javascript()["PRECISION_BITS"], format!("[0, {}]", bits.join(", ")));
}

#[test]
fn no_cell_of_a_head_has_two_meanings() {
    let log_linear = [layout::SUM, layout::MIN, layout::MAX, layout::ZERO, layout::DIRECTORY];
    let bounded = [layout::SUM, layout::MIN, layout::MAX, layout::BOUNDED];
    let timed_gauge = [0, layout::TIME, layout::CHECK];
    assert!(timed_gauge.is_sorted_by(|one, next| one < next));
    assert!(log_linear.is_sorted_by(|one, next| one < next));
    assert!(bounded.is_sorted_by(|one, next| one < next));
    assert_eq!((layout::ENTRIES_PER_CELL, layout::COUNTS_PER_CELL), (4, 2));
}

#[test]
fn a_cell_index_leaves_room_for_the_bit_that_marks_far_pages() {
    assert_eq!(layout::CHUNK_CELLS, 1 << layout::CHUNK_BITS);
    assert_eq!((layout::CHUNK_CELLS - 1) & layout::FAR, 0);
}

#[test]
fn a_chunk_has_fewer_directory_entries_than_far_pages_have_numbers() {
    for entries in [LogLinear::TIMING_ENTRIES, LogLinear::HISTOGRAM_ENTRIES] {
        let head = layout::DIRECTORY + entries.div_ceil(layout::ENTRIES_PER_CELL);
        assert!(layout::CHUNK_CELLS / head * entries < layout::FAR);
    }
}

/// One row of the table.
struct Vector {
    layout: LogLinear,
    value: f64,
    place: (u32, u32),
}

fn vectors() -> Vec<Vector> {
    let table: Value = serde_json::from_str(include_str!("../__test__/vectors/log-linear.json")).expect("valid JSON");
    table.as_array().expect("an array").iter().map(vector).collect()
}

fn vector(row: &Value) -> Vector {
    let whole = |name: &str| row[name].as_u64().unwrap_or_else(|| panic!("{name} of {row}")) as u32;
    let precision = Precision::from_digits(whole("precision") as u8).expect("1, 2 or 3");
    let layout = match row["kind"].as_str() {
        Some("timing") => LogLinear::nanoseconds(precision),
        Some("histogram") => LogLinear::any(precision),
        kind => panic!("{kind:?}"),
    };
    Vector { layout, value: row["value"].as_f64().expect("a number"), place: (whole("entry"), whole("bucket")) }
}

#[test]
fn every_value_of_the_table_has_the_place_in_the_table() {
    let vectors = vectors();
    assert!(vectors.len() > 300);
    for Vector { layout, value, place } in vectors {
        assert_eq!(layout.place(value), place, "{value:e} in {layout:?}");
    }
}

#[test]
fn every_value_of_the_table_is_within_its_bucket() {
    let (start, end) = ((-64_f64).exp2(), 64_f64.exp2());
    for Vector { layout, value, place: (entry, bucket) } in vectors() {
        let value = value.clamp(start, end);
        let (lowest, highest) = (layout.lowest(entry, bucket), layout.highest(entry, bucket));
        assert!(lowest <= value && value <= highest, "{value:e} outside {lowest:e} to {highest:e} in {layout:?}");
    }
}

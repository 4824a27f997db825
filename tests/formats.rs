//! Families as data, written by a format that is a plain function.

mod js_writer;

use js_writer::{Thread, bounds, collector_with_labels};
use tallystick::collector::{FamilyOptions, Kind};
use tallystick::exposition::{ExposedFamilies, ExposedFamily, ExpositionRequest, Format, Sample, exposition};

/// A line for each series: `type name (unit): labels = sample`.
static PLAIN: Format = Format {
    content_type: "text/plain",
    has_any_names: false,
    has_native_histograms: false,
    has_exemplars: false,
    encode: plain,
};

fn plain(exposed: &ExposedFamilies, mut memory: Vec<u8>) -> Vec<u8> {
    memory.clear();
    exposed.families.iter().for_each(|family| write(family, &mut memory));
    memory
}

fn write(family: &ExposedFamily, memory: &mut Vec<u8>) {
    let ExposedFamily { name, unit, metric_type, label_names, common, bounds, series, .. } = family;
    series.each(&mut |labels, sample| {
        let labels = labels.own.iter().chain(common).chain(labels.added);
        let labels: Vec<String> = labels.map(|(at, value)| format!("{}:{value}", label_names[*at])).collect();
        let sample = match sample {
            Sample::Number(value) => value.to_string(),
            Sample::Distribution { at_bounds, sum, count, .. } => format!("{bounds:?} {at_bounds:?} {sum} {count}"),
        };
        let line = format!("{metric_type:?} {name} ({unit}): {} = {sample}\n", labels.join(" "));
        memory.extend(line.as_bytes());
    });
}

#[test]
fn a_format_gets_final_names_units_labels_and_samples() {
    let collector = collector_with_labels(&[("zone", "eu\"")]);
    let thread = Thread::of(&collector);
    let unit = |unit: &str| FamilyOptions { unit: Some(unit.to_owned()), ..FamilyOptions::default() };
    collector.family(Kind::Counter, "sent", unit("By")).unwrap();
    thread.inc("sent", &[("a.b", "x\n")], 2.0);
    thread.inc("sent", &[("zone", "own")], -1.0);
    collector.family(Kind::Histogram, "size", bounds(&[1.0, 10.0])).unwrap();
    thread.observe("size", &[], 5.0);
    collector
        .family(Kind::Timing, "run_ms", FamilyOptions { buckets: Some(vec![5.0]), ..FamilyOptions::default() })
        .unwrap();
    thread.observe_nanos("run_ms", &[], 2e6);
    let text = exposition(&ExpositionRequest::of(&PLAIN), Some(&collector), b"used before".to_vec());
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "Counter sent_bytes_total (bytes): a_b:x\n zone:eu\" = 2\n\
         Counter sent_bytes_total (bytes): zone:own = 0\n\
         Histogram size (): zone:eu\" = [1.0, 10.0] [0.0, 1.0] 5 1\n\
         Histogram run_seconds (seconds): zone:eu\" = [0.005] [1.0] 0.002 1\n\
         NetGauge sent_bytes (bytes): zone:own = -1\n"
    );
}

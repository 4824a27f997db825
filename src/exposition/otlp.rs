//! OTLP: a reading as `OpenTelemetry`'s message `ExportMetricsServiceRequest`, in protobuf.
//!
//! Labels whose names begin with `otel_scope_` say which library has recorded a series: they become its scope, as `OpenTelemetry`'s
//! specification of Prometheus compatibility demands. Families of no library are in the scope of this package.

use std::time::{SystemTime, UNIX_EPOCH};

use hashbrown::HashMap;

use super::otlp_data::{Data, Temporality};
use super::wire::Fields;
use crate::collector::{Collector, Delta, FamilyReading, Label, LabelTypes, NamesView, Reading, TypedLabels, Window};

const OWN_SCOPE: &str = env!("CARGO_PKG_NAME");
const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");

const SCOPE_PREFIX: &str = "otel_scope_";
const SCOPE_NAME: &str = "otel_scope_name";
const SCOPE_VERSION: &str = "otel_scope_version";
const SCOPE_SCHEMA_URL: &str = "otel_scope_schema_url";

/// The gauge that has the resource's attributes as labels. In OTLP they are the resource.
const TARGET_INFO: &str = "target_info";

/// The numbers of fields, by messages.
mod field {
    pub const RESOURCE_METRICS: u32 = 1;
    pub mod resource_metrics {
        pub const RESOURCE: u32 = 1;
        pub const SCOPE_METRICS: u32 = 2;
        pub const SCHEMA_URL: u32 = 3;
    }
    pub mod resource {
        pub const ATTRIBUTES: u32 = 1;
    }
    pub mod scope_metrics {
        pub const SCOPE: u32 = 1;
        pub const METRICS: u32 = 2;
        pub const SCHEMA_URL: u32 = 3;
    }
    pub mod scope {
        pub const NAME: u32 = 1;
        pub const VERSION: u32 = 2;
        pub const ATTRIBUTES: u32 = 3;
    }
    pub mod key_value {
        pub const KEY: u32 = 1;
        pub const VALUE: u32 = 2;
    }
    pub mod any_value {
        pub const STRING: u32 = 1;
        pub const BOOL: u32 = 2;
        pub const INT: u32 = 3;
        pub const DOUBLE: u32 = 4;
        pub const ARRAY: u32 = 5;
        pub const KEY_VALUES: u32 = 6;
    }
    /// `ArrayValue` and `KeyValueList`
    pub const VALUES: u32 = 1;
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct OtlpRequest {
    /// What produces the metrics.
    pub resource: Vec<OtlpAttribute>,
    /// The version of the conventions that the resource's attributes follow; may be empty.
    pub schema_url: String,
    /// Whether durations are in the buckets that Prometheus gets, rather than in exponential ones.
    pub has_explicit_timings: bool,
}

/// An attribute: a text, and the type that it had.
#[derive(Clone, Debug)]
pub struct OtlpAttribute {
    /// Its key.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// What the value was.
    pub types: LabelTypes,
}

/// A collector's values; empty if there are none. With a window they are those since its last reset, and it is reset.
#[must_use]
pub fn otlp_metrics(collector: &Collector, window: Option<&Window>, request: &OtlpRequest) -> Vec<u8> {
    let typed = collector.typed_labels();
    let encode = |reading: &Reading, delta: &Delta, since| {
        let encoder = Encoder { reading, constant: reading.names.constant_labels(), typed: &typed, request };
        let now = nanos_now();
        (encoder.encode(delta, &Temporality { now, is_delta: window.is_some(), since }), now)
    };
    if let Some(window) = window {
        return window.read_and_reset(collector, encode);
    }
    let reading = collector.read();
    encode(&reading, &reading.cumulative_values(), None).0
}

fn nanos_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |duration| duration.as_nanos() as u64)
}

struct Encoder<'a> {
    reading: &'a Reading,
    /// The collector's labels.
    constant: &'a [Label],
    typed: &'a TypedLabels,
    request: &'a OtlpRequest,
}

/// The series of a scope: its labels, and its metrics as bytes.
type Scopes = Vec<(Vec<Label>, Vec<u8>)>;

impl Encoder<'_> {
    fn encode<'a>(&'a self, delta: &Delta<'a>, temporality: &Temporality) -> Vec<u8> {
        let mut scopes = Scopes::new();
        for family in self.reading.families(delta) {
            if !family.family.behaviour().is_state() || family.family.name != TARGET_INFO {
                self.write_family(&mut scopes, &family, delta, temporality);
            }
        }
        let mut bytes = Vec::new();
        if !scopes.is_empty() {
            bytes.message(field::RESOURCE_METRICS, |bytes| self.write_resource(bytes, &scopes));
        }
        bytes
    }

    fn write_resource(&self, bytes: &mut Vec<u8>, scopes: &Scopes) {
        bytes.message(field::resource_metrics::RESOURCE, |bytes| {
            for OtlpAttribute { name, value, types } in &self.request.resource {
                bytes.message(field::resource::ATTRIBUTES, |bytes| write_key_value(bytes, name, value, *types));
            }
        });
        for (labels, metrics) in scopes {
            bytes.message(field::resource_metrics::SCOPE_METRICS, |bytes| {
                write_scope(bytes, labels, &self.reading.names);
                // the metrics are fields already
                bytes.extend_from_slice(metrics);
                write_schema_url(bytes, labels, &self.reading.names);
            });
        }
        if !self.request.schema_url.is_empty() {
            bytes.text(field::resource_metrics::SCHEMA_URL, &self.request.schema_url);
        }
    }

    fn write_family<'a>(
        &self,
        scopes: &mut Scopes,
        family: &FamilyReading<'a>,
        delta: &Delta<'a>,
        temporality: &Temporality,
    ) {
        let types = self.typed.of(family.family.kind, &family.family.name);
        for (scope, series) in self.by_scope(&family.series) {
            for data in Data::all(family.family, self.request.has_explicit_timings) {
                let mut metric = Vec::new();
                data.write(&mut metric, &series, delta, temporality, &self.reading.names, |bytes, field, number| {
                    self.write_attributes(bytes, field, number, types);
                });
                if metric.is_empty() {
                    continue;
                }
                let at = scopes.iter().position(|(labels, _)| *labels == scope).unwrap_or_else(|| {
                    scopes.push((scope.clone(), Vec::new()));
                    scopes.len() - 1
                });
                if let Some((_, bytes)) = scopes.get_mut(at) {
                    bytes.message(field::scope_metrics::METRICS, |bytes| bytes.extend_from_slice(&metric));
                }
            }
        }
    }

    /// The series by the labels of their scopes, in the order of first use.
    fn by_scope(&self, series: &[u32]) -> Vec<(Vec<Label>, Vec<u32>)> {
        let names = &self.reading.names;
        let mut places: HashMap<Vec<Label>, usize> = HashMap::new();
        let mut scopes: Vec<(Vec<Label>, Vec<u32>)> = Vec::new();
        for &number in series {
            let Some((series, _)) = names.get(number) else { continue };
            let scope: Vec<Label> =
                series.labels.iter().filter(|(name, _)| names.text(*name).starts_with(SCOPE_PREFIX)).copied().collect();
            let at = *places.entry(scope).or_insert_with_key(|scope| {
                scopes.push((scope.clone(), Vec::new()));
                scopes.len() - 1
            });
            if let Some((_, numbers)) = scopes.get_mut(at) {
                numbers.push(number);
            }
        }
        scopes
    }

    /// The labels of a series that are not of its scope, and those of the collector that it does not override.
    fn write_attributes(
        &self,
        bytes: &mut Vec<u8>,
        field: u32,
        number: u32,
        types: Option<&HashMap<String, LabelTypes>>,
    ) {
        let names = &self.reading.names;
        let own = names.get(number).map_or(&[][..], |(series, _)| &series.labels);
        let inherited = self.constant.iter().filter(|(name, _)| !own.iter().any(|(known, _)| known == name));
        for (name, value) in own.iter().chain(inherited) {
            let (name, value) = (names.text(*name), names.text(*value));
            if !name.starts_with(SCOPE_PREFIX) {
                let types = types.and_then(|types| types.get(name)).copied().unwrap_or(LabelTypes::STRING);
                bytes.message(field, |bytes| write_key_value(bytes, name, value, types));
            }
        }
    }
}

fn label<'a>(labels: &[Label], names: &'a NamesView, wanted: &str) -> Option<&'a str> {
    labels.iter().find(|(name, _)| names.text(*name) == wanted).map(|(_, value)| names.text(*value))
}

fn write_scope(bytes: &mut Vec<u8>, labels: &[Label], names: &NamesView) {
    bytes.message(field::scope_metrics::SCOPE, |bytes| {
        if labels.is_empty() {
            bytes.text(field::scope::NAME, OWN_SCOPE);
            return bytes.text(field::scope::VERSION, OWN_VERSION);
        }
        for (field, name) in [(field::scope::NAME, SCOPE_NAME), (field::scope::VERSION, SCOPE_VERSION)] {
            if let Some(value) = label(labels, names, name) {
                bytes.text(field, value);
            }
        }
        for (name, value) in labels {
            let name = names.text(*name);
            let attribute = name.strip_prefix(SCOPE_PREFIX);
            if let Some(key) = attribute.filter(|_| ![SCOPE_NAME, SCOPE_VERSION, SCOPE_SCHEMA_URL].contains(&name)) {
                let value = names.text(*value);
                bytes.message(field::scope::ATTRIBUTES, |bytes| {
                    write_key_value(bytes, key, value, LabelTypes::STRING);
                });
            }
        }
    });
}

fn write_schema_url(bytes: &mut Vec<u8>, labels: &[Label], names: &NamesView) {
    if let Some(url) = label(labels, names, SCOPE_SCHEMA_URL) {
        bytes.text(field::scope_metrics::SCHEMA_URL, url);
    }
}

/// Writes the fields of a `KeyValue`.
pub fn write_key_value(bytes: &mut Vec<u8>, key: &str, value: &str, types: LabelTypes) {
    bytes.text(field::key_value::KEY, key);
    bytes.message(field::key_value::VALUE, |bytes| write_value(bytes, value, types));
}

/// A value of the first type that its label has had and that its text is of: so a series keeps the types of its attributes when another
/// one has a value of a further type. Where some were texts, `007` and `nan` are no numbers.
fn write_value(bytes: &mut Vec<u8>, text: &str, types: LabelTypes) {
    let is_exact = |parsed: &dyn ToString| !types.has(LabelTypes::STRING) || parsed.to_string() == text;
    if types.has(LabelTypes::INT)
        && let Some(int) = text.parse::<i64>().ok().filter(|int| is_exact(int))
    {
        bytes.uint(field::any_value::INT, int.cast_unsigned());
    } else if types.has(LabelTypes::DOUBLE)
        && let Some(number) = text.parse::<f64>().ok().filter(|number| is_exact(number))
    {
        bytes.double(field::any_value::DOUBLE, number);
    } else if types.has(LabelTypes::BOOL)
        && let Ok(flag) = text.parse::<bool>()
    {
        bytes.uint(field::any_value::BOOL, flag.into());
    } else if types.has(LabelTypes::JSON)
        && text.starts_with(['[', '{'])
        && let Some(json) = serde_json::from_str(text).ok().filter(|json: &serde_json::Value| is_exact(json))
    {
        write_json(bytes, &json);
    } else {
        bytes.text(field::any_value::STRING, text);
    }
}

fn write_json(bytes: &mut Vec<u8>, json: &serde_json::Value) {
    use serde_json::Value;
    match json {
        // a value without a field is an empty one
        Value::Null => {}
        Value::Bool(flag) => bytes.uint(field::any_value::BOOL, u64::from(*flag)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => bytes.uint(field::any_value::INT, int.cast_unsigned()),
            (None, double) => bytes.double(field::any_value::DOUBLE, double.unwrap_or(f64::NAN)),
        },
        Value::String(text) => bytes.text(field::any_value::STRING, text),
        Value::Array(values) => bytes.message(field::any_value::ARRAY, |bytes| {
            for value in values {
                bytes.message(field::VALUES, |bytes| write_json(bytes, value));
            }
        }),
        Value::Object(entries) => bytes.message(field::any_value::KEY_VALUES, |bytes| {
            for (key, value) in entries {
                bytes.message(field::VALUES, |bytes| {
                    bytes.text(field::key_value::KEY, key);
                    bytes.message(field::key_value::VALUE, |bytes| write_json(bytes, value));
                });
            }
        }),
    }
}

//! OTLP messages, and the types of labels' values.

use napi::bindgen_prelude::External;
use napi::{Env, Result};
use napi_derive::napi;

use super::read::{QueuedReading, WindowReference, read_later};
use super::reference::CollectorReference;
use crate::collector::{Kind, LabelTypes, Priority};
use crate::exposition::{OtlpAttribute as Attribute, OtlpRequest, otlp_metrics};

/// An attribute of a resource.
#[napi(object)]
pub struct OtlpAttribute {
    pub name: String,
    pub value: String,
    /// The bit of the value's type.
    pub types: u8,
}

/// The options of an OTLP message.
#[napi(object)]
pub struct OtlpOptions {
    pub resource: Vec<OtlpAttribute>,
    pub schema_url: Option<String>,
    /// Whether durations are in the buckets that Prometheus gets, rather than in exponential ones.
    pub explicit: Option<bool>,
}

impl OtlpOptions {
    fn request(self) -> OtlpRequest {
        let attribute =
            |OtlpAttribute { name, value, types }| Attribute { name, value, types: LabelTypes::from_bits(types) };
        OtlpRequest {
            resource: self.resource.into_iter().map(attribute).collect(),
            schema_url: self.schema_url.unwrap_or_default(),
            has_explicit_timings: self.explicit.unwrap_or(false),
        }
    }
}

/// An `ExportMetricsServiceRequest`; without bytes if there are no metrics. With a window its values are those since the last call.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn otlp<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    options: OtlpOptions,
    window: Option<&External<WindowReference>>,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    let request = options.request();
    let window = window.map(|window| window.window());
    read_later(env, Priority::Scrape, move || otlp_metrics(&collector, window.as_deref(), &request))
}

/// Adds types to those that the values of a label have had before they became texts.
#[napi(catch_unwind)]
pub fn add_label_types(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    label: String,
    types: u8,
) -> Result<()> {
    let collector = reference.collector()?;
    if let Some(kind) = Kind::from_number(kind) {
        collector.add_label_types(kind, &name, &label, LabelTypes::from_bits(types));
    }
    Ok(())
}

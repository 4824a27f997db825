//! The families of a registry as prom-client shows them, for `lib/prom-client/`.

use std::time::{Duration, Instant};

use napi::bindgen_prelude::External;
use napi::{Env, Error, Result};
use napi_derive::napi;
use serde::Deserialize;

use super::buffer_pool::buffer;
use super::read::{SoonText, read_text_soon};
use super::reference::{CollectorReference, pairs};
use crate::collector::Kind;
use crate::exposition::{ListedFamily, Listing, listing_json, listing_text};

/// What a registry shows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistryListing {
    /// Whether it is for values rather than text.
    is_json: bool,
    families: Vec<RegisteredFamily>,
    /// Whether the other families of the collector follow.
    has_others: bool,
    /// Names and values of its default labels in turn.
    labels: Vec<String>,
    is_open_metrics: bool,
    /// Between families.
    separator: String,
    /// How far the application's clock is ahead, in milliseconds.
    ahead: f64,
}

/// A family that a registry has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisteredFamily {
    kind: u8,
    /// In the collector.
    name: String,
    /// In the text.
    title: String,
    help: String,
    /// In the order in which series have them.
    label_names: Vec<String>,
    /// Whether it is shown as 0 while it has no series.
    is_zero: bool,
    /// Whether it is omitted, and not among the others either.
    is_hidden: bool,
}

impl From<RegistryListing> for Listing {
    fn from(listing: RegistryListing) -> Self {
        let now = Instant::now();
        let ahead = Duration::try_from_secs_f64(listing.ahead / 1e3).unwrap_or_default();
        let families = listing.families.into_iter().map(|family| ListedFamily {
            kind: Kind::from_number(family.kind).unwrap_or(Kind::Counter),
            name: family.name,
            title: family.title,
            help: family.help,
            label_names: family.label_names,
            is_zero: family.is_zero,
            is_hidden: family.is_hidden,
        });
        Self {
            families: families.collect(),
            has_others: listing.has_others,
            labels: pairs(listing.labels),
            is_open_metrics: listing.is_open_metrics,
            separator: listing.separator,
            now: now.checked_add(ahead).unwrap_or(now),
        }
    }
}

/// The text of a registry's families, or their values as a JSON array. The listing is JSON, too: the binding copies one string, where
/// an object has eight for each family.
#[napi(catch_unwind, ts_return_type = "string | [ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn registry<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    listing: String,
) -> Result<SoonText<'env>> {
    let listing: RegistryListing =
        serde_json::from_str(&listing).map_err(|error| Error::from_reason(error.to_string()))?;
    let is_json = listing.is_json;
    let listing = Listing::from(listing);
    read_text_soon(env, &reference.collector()?, move |collector| {
        if is_json { listing_json(collector, &listing) } else { listing_text(collector, &listing, buffer()) }
    })
}

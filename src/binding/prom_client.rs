//! The families of a registry as prom-client shows them, for `lib/prom-client/`.

use std::time::{Duration, Instant};

use napi::bindgen_prelude::External;
use napi::{Env, Result};
use napi_derive::napi;

use super::buffer_pool::buffer;
use super::read::{QueuedReading, read_later};
use super::reference::{CollectorReference, pairs};
use crate::collector::{Kind, Priority};
use crate::exposition::{ListedFamily, Listing, listing_json, listing_text};

/// A family that a registry has.
#[napi(object)]
pub struct RegisteredFamily {
    pub kind: u8,
    /// In the collector.
    pub name: String,
    /// In the text.
    pub title: String,
    pub help: String,
    /// In the order in which series have them.
    pub label_names: Vec<String>,
    /// Whether it is shown as 0 while it has no series.
    pub is_zero: bool,
    /// Whether it is omitted, and not among the others either.
    pub is_hidden: bool,
}

/// What a registry shows.
#[napi(object)]
pub struct RegistryListing {
    pub families: Vec<RegisteredFamily>,
    /// Whether the other families of the collector follow.
    pub has_others: bool,
    /// Names and values of its default labels in turn.
    pub labels: Vec<String>,
    pub is_open_metrics: bool,
    /// Between families.
    pub separator: String,
    /// How far the application's clock is ahead, in milliseconds.
    pub ahead: f64,
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

/// The text of a registry's families.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn registry_text<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    listing: RegistryListing,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    let listing = Listing::from(listing);
    read_later(env, Priority::Scrape, move || listing_text(&collector, &listing, buffer()))
}

/// The values of a registry's families as JSON, a family a line.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn registry_json<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    listing: RegistryListing,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    let listing = Listing::from(listing);
    read_later(env, Priority::Scrape, move || listing_json(&collector, &listing))
}

//! Removals of series and families.

use napi::Result;
use napi::bindgen_prelude::External;
use napi_derive::napi;

use super::reference::{Attachment, CollectorReference, pairs};
use crate::collector::{Kind, Removed};

/// Removes the series whose labels include all of these from all readings. `labels` alternates names and values. The caller has
/// reset their handles. Returns how many had recorded values.
#[napi(catch_unwind)]
pub fn remove(reference: &External<CollectorReference>, kind: u8, name: String, labels: Vec<String>) -> Result<u32> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).map_or(0, |kind| collector.remove_matching(shard, kind, &name, &pairs(labels))))
}

/// Removes the series that has exactly these labels. The caller has reset its handle.
#[napi(catch_unwind)]
pub fn remove_series(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    labels: Vec<String>,
) -> Result<bool> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.remove(shard, kind, &name, &pairs(labels))))
}

/// Hides the series that has exactly these labels from readings, or shows it again.
#[napi(catch_unwind)]
pub fn set_series_hidden(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    labels: Vec<String>,
    is_hidden: bool,
) -> Result<()> {
    let collector = reference.collector()?;
    if let Some(kind) = Kind::from_number(kind) {
        collector.set_hidden(kind, &name, &pairs(labels), is_hidden);
    }
    Ok(())
}

/// Removes all series of a family. The caller has reset their handles and forgotten the numbers of its label sets. Returns whether
/// the family had a series without labels.
#[napi(catch_unwind)]
pub fn reset_family(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<bool> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.reset(shard, kind, &name)))
}

/// Frees the name of a family of this kind in all threads. The caller has dropped the family. Returns false if there was none.
#[napi(catch_unwind)]
pub fn unregister_family(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<bool> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.unregister(shard, kind, &name)))
}

/// The result of a removal.
#[napi(object)]
pub struct Removal {
    /// Whether the series had recorded values.
    pub was_recorded: bool,
    /// Whether the family had no other series and was removed too. The caller then drops it.
    pub is_family: bool,
}

/// Removes the series without labels.
#[napi(catch_unwind)]
pub fn remove_unlabelled(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<Removal> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    let kind = Kind::from_number(kind);
    let (was_recorded, is_family) = kind.map_or((false, false), |kind| collector.remove_unlabelled(shard, kind, &name));
    Ok(Removal { was_recorded, is_family })
}

/// A series or a family that another thread has removed.
#[napi(object)]
pub struct RemovedNames {
    pub kind: u8,
    pub name: String,
    /// Alternating names and values; absent for a whole family.
    pub labels: Option<Vec<String>>,
    /// The number of a family that was unregistered. Another one may have its name by now.
    pub unregistered: Option<u32>,
}

impl From<Removed> for RemovedNames {
    fn from(Removed { kind, name, labels, unregistered }: Removed) -> Self {
        let flat = |labels: Vec<(String, String)>| labels.into_iter().flat_map(|(name, value)| [name, value]).collect();
        Self { kind: kind as u8, name, labels: labels.map(flat), unregistered }
    }
}

/// Releases the cells of series that other threads have removed. The caller resets the handles of the returned series at once.
#[napi(catch_unwind)]
pub fn release_removed(reference: &External<CollectorReference>) -> Result<Vec<RemovedNames>> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.release_removed(&attachment.shard).into_iter().map(RemovedNames::from).collect())
}

//! The exemplars of one family's series, by the buckets that are exposed.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::exposed_family::ExposedExemplar;
use super::legal_names::{is_legal_name, underscores};
use crate::collector::{Exemplar, Exemplars};
use crate::sorting;

/// Looks up the exemplars of a family's series.
pub struct FamilyExemplars<'a> {
    /// `None` if the format has no exemplars, or if there are none.
    pub all: Option<&'a Exemplars>,
    /// The exposed upper bounds, in the unit in which cells count.
    pub bounds: Vec<f64>,
    /// The unit of the exposition, as a multiple of that one.
    pub unit_size: f64,
}

impl<'a> FamilyExemplars<'a> {
    /// Replaces `exposed` with the exemplars of a series, by bucket: one for each of several buckets.
    #[inline]
    pub fn of(&self, exposed: &mut Vec<ExposedExemplar<'a>>, number: u32) {
        if let Some(all) = self.all {
            self.look_up(exposed, all, number);
        }
    }

    fn look_up(&self, exposed: &mut Vec<ExposedExemplar<'a>>, all: &'a Exemplars, number: u32) {
        exposed.clear();
        exposed.extend(all.of(number).map(|exemplar| self.expose(exemplar)));
        sorting::sort_by_key(exposed, |exemplar| (exemplar.bucket, Reverse(exemplar.time)));
        if !self.bounds.is_empty() {
            exposed.dedup_by_key(|exemplar| exemplar.bucket);
        }
    }

    fn expose(&self, exemplar: &'a Exemplar) -> ExposedExemplar<'a> {
        let bucket = self.bounds.partition_point(|bound| *bound < exemplar.value);
        let mut labels: Vec<(Cow<'a, str>, &'a str)> = Vec::new();
        for (name, value) in &exemplar.labels {
            let name =
                if is_legal_name(name, false) { Cow::Borrowed(&**name) } else { underscores(name, false).into() };
            if labels.iter().all(|(known, _)| *known != name) {
                labels.push((name, value));
            }
        }
        ExposedExemplar { bucket, labels, value: exemplar.value / self.unit_size, time: exemplar.time }
    }
}

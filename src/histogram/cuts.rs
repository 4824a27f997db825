//! Cumulative counts at the same bounds, for many distributions: which buckets lie between two bounds is determined once.

use smallvec::SmallVec;

use super::distribution::{BucketLayout, Distribution};
use super::log_linear::LogLinear;
use super::quantiles::total;

/// Upper bounds, and where they cut the pages of a layout.
#[derive(Debug)]
pub struct Cuts<'a> {
    bounds: &'a [f64],
    layout: Option<LogLinear>,
    // by directory entry, made when a value of that power of two first occurs
    pages: Vec<Option<Runs>>,
}

/// The neighbouring buckets of a page that count at the same bound: where they end, and the position of the bound.
type Runs = SmallVec<[(u32, u32); 3]>;

impl<'a> Cuts<'a> {
    /// `bounds` are ascending.
    #[must_use]
    pub fn new(bounds: &'a [f64]) -> Self {
        Self { bounds, layout: None, pages: Vec::new() }
    }

    /// Replaces `counts` with those of [`Distribution::cumulative`], and returns the count of all values.
    pub fn cumulative(&mut self, distribution: &Distribution, counts: &mut Vec<f64>) -> f64 {
        let layout = match distribution.layout() {
            BucketLayout::LogLinear(layout) if layout.is_whole() => *layout,
            // the outer buckets of other layouts reach to the extremes of each distribution
            _ => {
                let (cumulative, all) = distribution.cumulative(self.bounds);
                *counts = cumulative;
                return all;
            }
        };
        if self.layout != Some(layout) {
            self.layout = Some(layout);
            self.pages = vec![None; layout.entries() as usize];
        }
        counts.clear();
        counts.resize(self.bounds.len() + 1, 0.0);
        add(counts, self.bounds.partition_point(|bound| *bound < 0.0), distribution.zeros());
        for page in distribution.pages() {
            let Some(runs) = self.pages.get_mut(page.entry as usize) else { continue };
            let runs = runs.get_or_insert_with(|| runs_of(self.bounds, layout, page.entry));
            let mut from = 0;
            for &(to, at) in runs.iter() {
                add(counts, at as usize, page.counts.get(from..to as usize).map_or(0.0, total));
                from = to as usize;
            }
        }
        let mut sum = 0.0;
        for count in counts.iter_mut() {
            sum += *count;
            *count = sum;
        }
        counts.pop();
        sum
    }
}

fn add(counts: &mut [f64], at: usize, more: f64) {
    if let Some(count) = counts.get_mut(at) {
        *count += more;
    }
}

fn runs_of(bounds: &[f64], layout: LogLinear, entry: u32) -> Runs {
    let mut runs = Runs::new();
    for bucket in 0..layout.precision().buckets() {
        let lowest = layout.lowest(entry, bucket);
        let at = bounds.partition_point(|bound| *bound < lowest) as u32;
        match runs.last_mut() {
            Some((end, last)) if *last == at => *end = bucket + 1,
            _ => runs.push((bucket + 1, at)),
        }
    }
    runs
}

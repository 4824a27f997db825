//! Cumulative counts at the same bounds, for many distributions: which buckets lie between two bounds is determined once.

use super::distribution::{BucketLayout, Distribution};
use super::log_linear::LogLinear;

/// Upper bounds, and where they cut the pages of a layout.
#[derive(Debug)]
pub struct Cuts<'a> {
    bounds: &'a [f64],
    layout: Option<LogLinear>,
    // by directory entry, made when a value of that power of two first occurs
    pages: Vec<Option<Positions>>,
}

/// For each bucket of a page the position of the bound that it counts at.
type Positions = Box<[u32]>;

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
        for bucket in distribution.counts() {
            let (entry, at) = layout.entry_of(bucket.number);
            let Some(page) = self.pages.get_mut(entry as usize) else { continue };
            let positions = page.get_or_insert_with(|| positions(self.bounds, layout, entry));
            add(counts, positions[at as usize] as usize, bucket.count);
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

fn positions(bounds: &[f64], layout: LogLinear, entry: u32) -> Positions {
    let position = |at| {
        let lowest = layout.lowest(entry, at);
        bounds.partition_point(|bound| *bound < lowest) as u32
    };
    (0..layout.precision().buckets()).map(position).collect()
}

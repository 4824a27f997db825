//! Distributions of different forms and units read as one, such as a timing and a histogram of one name.

use smallvec::SmallVec;

use super::Distribution;
use super::distribution::{Cell, Extremes, rank};

/// Distributions that are read as one.
#[derive(Clone, Debug, Default)]
pub struct Blend {
    // each of another form or unit
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    distribution: Distribution,
    unit: f64,
}

/// What is told of a blend with at least one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// One for each share that was asked for.
    pub quantiles: SmallVec<[f64; 4]>,
    /// How many values reached the end of their cells' range.
    pub overflow: f64,
}

impl Blend {
    /// Adds a distribution whose values are told in multiples of `unit`.
    pub fn add(&mut self, distribution: Distribution, unit: f64) {
        let is_alike = |part: &&mut Part| part.unit == unit && part.distribution.form() == distribution.form();
        match self.parts.iter_mut().find(is_alike) {
            Some(part) => part.distribution.add(&distribution),
            None => self.parts.push(Part { distribution, unit }),
        }
    }

    /// Extremes and quantiles, each within the precision of the cells it was counted in. `None` without a value.
    #[must_use]
    pub fn summary(&self, shares: &[f64]) -> Option<Summary> {
        let (min, max) = self.extremes()?;
        let quantiles = match self.parts.as_slice() {
            [Part { distribution, unit }] => {
                distribution.quantiles(shares)?.into_iter().map(|value| value / unit).collect()
            }
            parts => quantiles(&cells(parts), Extremes { min, max }, shares),
        };
        let overflow = self.parts.iter().map(|part| part.distribution.overflow()).sum();
        Some(Summary { min, max, quantiles, overflow })
    }

    fn extremes(&self) -> Option<(f64, f64)> {
        let extremes = self.parts.iter().filter_map(|Part { distribution, unit }| {
            let (min, max) = distribution.extremes()?;
            Some((min / unit, max / unit))
        });
        extremes.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }
}

/// The cells of all parts with a count, ascending by their largest values.
fn cells(parts: &[Part]) -> Vec<Cell> {
    let scaled = |Part { distribution, unit }: &Part| {
        let scale = |cell: Cell| Cell { lowest: cell.lowest / unit, highest: cell.highest / unit, ..cell };
        distribution.cells().map(scale).collect::<Vec<_>>()
    };
    let mut cells: Vec<Cell> = parts.iter().flat_map(scaled).collect();
    cells.sort_by(|one, other| one.highest.total_cmp(&other.highest));
    cells
}

fn quantiles(cells: &[Cell], extremes: Extremes, shares: &[f64]) -> SmallVec<[f64; 4]> {
    let count: f64 = cells.iter().map(|cell| cell.count).sum();
    let quantile = |q: &f64| {
        let rank = rank(*q, count);
        let mut before = 0.0;
        let found = cells.iter().find(|cell| {
            let is_there = before + cell.count >= rank;
            before += if is_there { 0.0 } else { cell.count };
            is_there
        });
        match found {
            Some(cell) if *q > 0.0 => cell.value_of_rank(rank - before, extremes),
            Some(_) => extremes.min,
            None => extremes.max,
        }
    };
    shares.iter().map(quantile).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Form, LogLinear, Precision};
    use super::*;

    const MILLI: f64 = 1e6;
    const SHARES: [f64; 5] = [0.0, 0.5, 0.9, 0.99, 1.0];

    fn distribution(cells: LogLinear, values: &[f64]) -> Distribution {
        let mut distribution = Distribution::empty(Form::LogLinear(cells));
        for &value in values {
            let zeros = if value == 0.0 { 1.0 } else { 0.0 };
            distribution.add_head(value, value, value, zeros);
            if value > 0.0 {
                let (entry, cell) = cells.place(value);
                let counts: Vec<f64> =
                    (0..cells.precision().cells()).map(|at| f64::from(u8::from(at == cell))).collect();
                distribution.add_page(entry, counts.into_iter());
            }
        }
        distribution
    }

    #[test]
    fn nothing_has_no_summary() {
        let mut blend = Blend::default();
        assert_eq!(blend.summary(&SHARES), None);
        blend.add(distribution(LogLinear::any(Precision::Two), &[]), 1.0);
        assert_eq!(blend.summary(&SHARES), None);
    }

    #[test]
    fn durations_and_plain_values_are_one_distribution() {
        let values: Vec<f64> = (0..1000).map(|at| f64::from(at * at % 997) / 10.0).collect();
        let (some, others) = values.split_at(400);
        let nanos: Vec<f64> = some.iter().map(|millis| (millis * MILLI).round()).collect();
        let mut blend = Blend::default();
        blend.add(distribution(LogLinear::nanoseconds(Precision::Two), &nanos), MILLI);
        blend.add(distribution(LogLinear::any(Precision::Two), others), 1.0);
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let summary = blend.summary(&SHARES).unwrap();
        assert_eq!((summary.min, summary.max, summary.overflow), (sorted[0], sorted[999], 0.0));
        for (share, value) in SHARES.iter().zip(&summary.quantiles) {
            let exact = sorted[(rank(*share, 1000.0) - 1.0) as usize];
            assert!((value - exact).abs() <= exact / 100.0, "{share}: {value} for {exact}");
        }
    }

    #[test]
    fn distributions_of_one_form_and_unit_are_summed() {
        let cells = LogLinear::any(Precision::Three);
        let (mut blend, mut whole) = (Blend::default(), Blend::default());
        blend.add(distribution(cells, &[1.0, 2.0]), 1.0);
        blend.add(distribution(cells, &[0.0, 700.0]), 1.0);
        whole.add(distribution(cells, &[1.0, 2.0, 0.0, 700.0]), 1.0);
        assert_eq!(blend.parts.len(), 1);
        assert_eq!(blend.summary(&SHARES), whole.summary(&SHARES));
    }

    #[test]
    fn what_reaches_the_end_of_the_range_is_overflow() {
        let mut blend = Blend::default();
        blend.add(distribution(LogLinear::nanoseconds(Precision::Two), &[1.0, super::super::MAX_NANOS]), MILLI);
        blend.add(distribution(LogLinear::any(Precision::Two), &[1.0, 1e20, 1e30]), 1.0);
        assert_eq!(blend.summary(&[]).map(|summary| summary.overflow), Some(3.0));
    }
}

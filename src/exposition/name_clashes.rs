//! Finds families with different names that would be exposed under the same name, so that users can be warned.

use super::exposed_names::{ExposedNames, overlap};
use crate::collector::{Collector, Family, MetricType};

/// Two families whose exposed names would be equal, or would differ only in a generated suffix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameClash {
    /// The kind and name of the family that keeps the exposed name.
    pub earlier: (&'static str, String),
    /// The kind and name of the other family.
    pub later: (&'static str, String),
    /// The name under which the other family is exposed instead.
    pub exposed: String,
}

/// How many families were ever declared, and the clashes of those after the first `known`.
#[must_use]
pub fn name_clashes(collector: &Collector, known: u64) -> (u64, Vec<NameClash>) {
    let Some((families, declared)) = collector.families_after(known) else { return (known, Vec::new()) };
    let mut names = ExposedNames::default();
    let mut exposed: Vec<(String, MetricType)> = Vec::new();
    let mut clashes = Vec::new();
    for family in &families {
        let metric_type = family.behaviour().metric_type(family);
        let preferred = ExposedNames::preferred(family, metric_type);
        let assigned = names.assign_family(family, metric_type);
        if family.declared() > known
            && let Some(preferred) = preferred.filter(|preferred| *preferred != assigned)
            && let Some(holder) =
                exposed.iter().position(|(name, other)| overlap((&preferred, metric_type), (name, *other)))
        {
            let [earlier, later] = [&families[holder], family].map(|family| described(family));
            clashes.push(NameClash { earlier, later, exposed: assigned.clone() });
        }
        exposed.push((assigned, metric_type));
    }
    (declared, clashes)
}

fn described(family: &Family) -> (&'static str, String) {
    (family.kind.name(), family.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::{FamilyOptions, Kind, NewCollector};

    #[test]
    fn a_clash_names_both_families_once() {
        let collector = Collector::new(NewCollector::default());
        let family = |kind, name| collector.family(kind, name, FamilyOptions::default()).unwrap();
        family(Kind::Timing, "db");
        family(Kind::Counter, "jobs");
        assert_eq!(name_clashes(&collector, 0), (2, Vec::new()));
        family(Kind::Timing, "db_ms");
        family(Kind::Gauge, "db_seconds_count");
        let clash = |kind: Kind, name: &str, exposed: &str| NameClash {
            earlier: ("timing", "db".to_owned()),
            later: (kind.name(), name.to_owned()),
            exposed: exposed.to_owned(),
        };
        let both = vec![
            clash(Kind::Timing, "db_ms", "U__db__ms__seconds"),
            clash(Kind::Gauge, "db_seconds_count", "U__db__seconds__count"),
        ];
        assert_eq!(name_clashes(&collector, 2), (4, both.clone()));
        assert_eq!(name_clashes(&collector, 3), (4, both[1..].to_vec()));
        assert_eq!(name_clashes(&collector, 4), (4, Vec::new()));
    }
}

//! The series that one reader of reports asks for, by the names of their families. They are kept from one report to the next:
//! sorting them takes longer than reading them.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashSet;

use super::kinds::Kind;
use super::names::NamesView;

/// Which series are asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Question {
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// Of the families with these numbers, or of all.
    pub families: Option<Vec<u32>>,
}

/// A series that is shown if there is something to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedSeries {
    pub number: u32,
    pub kind: Kind,
}

/// The answer to a question, sorted by name.
#[derive(Debug, Default)]
pub(super) struct Asked {
    question: Question,
    // when it was answered, as `NamesView::changes` has it: without series, any question has this answer
    changes: u64,
    names: Vec<(Arc<str>, Range<usize>)>,
    series: Vec<AskedSeries>,
}

impl Asked {
    /// Answers again if the series are others, or the question is.
    pub fn update(&mut self, names: &NamesView, question: Question) {
        if self.changes != names.changes() || self.question != question {
            *self = Self::new(names, question);
        }
    }

    fn new(names: &NamesView, question: Question) -> Self {
        let families: Option<HashSet<u32>> = question.families.as_ref().map(|all| all.iter().copied().collect());
        let of_number = |number| {
            let (series, family) = names.get(number)?;
            let is_asked = families.as_ref().is_none_or(|families| families.contains(&series.family));
            let is_asked = is_asked && question.kinds.contains(&family.kind);
            is_asked.then_some((number, family))
        };
        let mut found: Vec<_> = (0..).zip(names.series()).filter_map(|(number, _)| of_number(number)).collect();
        found.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
        let mut asked = Self { question, changes: names.changes(), ..Self::default() };
        for of_name in found.chunk_by(|(_, one), (_, other)| one.name == other.name) {
            let first = asked.series.len();
            asked
                .series
                .extend(of_name.iter().map(|(number, family)| AskedSeries { number: *number, kind: family.kind }));
            let name = of_name.first().map(|(_, family)| Arc::from(family.name.as_str()));
            asked.names.extend(name.map(|name| (name, first..asked.series.len())));
        }
        asked
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The names, each with its series.
    pub fn by_name(&self) -> impl Iterator<Item = (&Arc<str>, &[AskedSeries])> {
        self.names.iter().map(|(name, range)| (name, self.series.get(range.clone()).unwrap_or_default()))
    }
}

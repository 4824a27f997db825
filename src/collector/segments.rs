//! A list that grows at its end and is cheap to clone, because clones share its segments. So a reader can clone the names of a
//! million series while another thread adds one.

use std::sync::Arc;

const SEGMENT: usize = 1024;

/// A growing list. A clone copies one pointer per 1024 items.
#[derive(Clone, Debug)]
pub struct Segments<T> {
    // all but the last hold exactly SEGMENT items
    segments: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Segments<T> {
    fn default() -> Self {
        Self { segments: Vec::new() }
    }
}

impl<T: Clone> Segments<T> {
    /// The number of items.
    pub fn len(&self) -> usize {
        self.segments.last().map_or(0, |last| (self.segments.len() - 1) * SEGMENT + last.len())
    }

    /// Appends an item and returns its position. Copies the last segment if a clone shares it.
    pub fn push(&mut self, item: T) -> u32 {
        let at = self.len();
        match self.segments.last_mut().filter(|last| last.len() < SEGMENT) {
            Some(last) => Arc::make_mut(last).push(item),
            None => self.add_segment(item),
        }
        at as u32
    }

    /// The first segment grows step by step, because most lists are short.
    fn add_segment(&mut self, item: T) {
        let mut segment = Vec::with_capacity(if self.segments.is_empty() { 1 } else { SEGMENT });
        segment.push(item);
        self.segments.push(Arc::new(segment));
    }

    #[inline]
    pub fn get(&self, at: u32) -> Option<&T> {
        self.segments.get(at as usize / SEGMENT)?.get(at as usize % SEGMENT)
    }

    /// A mutable reference to an item. Clones keep the old value.
    pub fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        Arc::make_mut(self.segments.get_mut(at as usize / SEGMENT)?).get_mut(at as usize % SEGMENT)
    }

    /// Replaces an item and returns its position. Clones keep the old value.
    pub fn put(&mut self, at: u32, item: T) -> u32 {
        if let Some(slot) = self.get_mut(at) {
            *slot = item;
        }
        at
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.segments.iter().flat_map(|segment| segment.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_change_while_the_list_grows() {
        let mut list = Segments::default();
        for number in 0..3000 {
            assert_eq!(list.push(number), number);
        }
        let clone = list.clone();
        list.push(3000);
        *list.get_mut(7).unwrap() = 70;
        assert_eq!((clone.len(), list.len()), (3000, 3001));
        assert_eq!((clone.get(7), list.get(7), clone.get(3000)), (Some(&7), Some(&70), None));
        assert!(clone.iter().copied().eq(0..3000));
    }
}

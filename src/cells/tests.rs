//! Claims, releases and reuse of cells and pages.

use super::chunk::{Chunk, Claim, ClaimRole};
use super::layout::PAGES;
use super::sync::{Arc, Ordering};
use super::{CellIndex, ClaimTemplate, DirectoryEntry, Shape, Shard};

const SHAPE: Shape = Shape { entries: 53, page: 64, is_flat: false };
const FLAT: Shape = Shape { is_flat: true, ..SHAPE };

fn shard() -> Shard {
    Shard::new(0, 0)
}

fn claim_counter(shard: &Shard, series: u32) -> CellIndex {
    shard.claim(series, &ClaimTemplate::cell(ClaimRole::Increments))
}

fn distribution(shape: Shape) -> ClaimTemplate {
    ClaimTemplate { role: ClaimRole::Distribution, initial: Arc::from([0.0; 4]), shape: Some(shape) }
}

fn gauge(initial: [f64; 3]) -> ClaimTemplate {
    ClaimTemplate { role: ClaimRole::TimedGauge, initial: Arc::from(initial), shape: None }
}

fn claim_head(shard: &Shard, series: u32) -> CellIndex {
    shard.claim(series, &distribution(SHAPE))
}

fn claim_page(shard: &Shard, head: CellIndex, entry: u32) -> CellIndex {
    shard.claim_page(head, entry, SHAPE).expect("the head is claimed")
}

fn cells(shard: &Shard) -> u32 {
    shard.chunks().iter().map(|chunk| chunk.cells()).sum()
}

#[test]
fn a_claim_has_its_initial_values_and_shares_no_cell() {
    let shard = shard();
    let gauge = shard.claim(1, &gauge([7.0, 8.0, 9.0]));
    let counter = claim_counter(&shard, 2);
    assert_ne!(gauge, CellIndex::NONE, "cell 0 is never claimed");
    assert_eq!([0, 1, 2].map(|at| shard.read(gauge + at)), [7.0, 8.0, 9.0]);
    assert!(counter >= gauge + 3);
    let Claim { series, role, .. } = shard.claim_at(gauge).expect("it is claimed");
    assert_eq!((series, role), (1, ClaimRole::TimedGauge));
    assert!(shard.claim_at(gauge + 1).is_none(), "only the first cell identifies a claim");
    let sibling = shard.claim_sibling(counter, ClaimRole::Decrements).expect("its counter is claimed");
    assert_eq!((sibling.claim.series, shard.owner(sibling.cell)), (2, Some(2)));
    assert!(shard.claim_sibling(sibling.cell + 1, ClaimRole::Decrements).is_none());
}

#[test]
fn a_released_claim_is_reused_for_one_of_its_size() {
    let shard = shard();
    let [first, kept] = [1, 2].map(|series| claim_counter(&shard, series));
    shard.write(first, 5.0);
    shard.write(kept, 6.0);
    shard.release(first, &ClaimTemplate::cell(ClaimRole::Increments));
    assert_eq!((shard.owner(first), shard.read(first)), (None, 0.0));
    // releasing it twice does nothing
    shard.release(first, &ClaimTemplate::cell(ClaimRole::Increments));
    let chunk = shard.chunk_of(first).expect("chunks are kept");
    assert_eq!(chunk.claims(), 1);
    let gauge = shard.claim(3, &gauge([0.0; 3]));
    assert_ne!(gauge, first, "it has another size");
    let again = shard.claim(4, &ClaimTemplate { initial: Arc::from([9.0]), ..ClaimTemplate::cell(ClaimRole::Gauge) });
    assert_eq!((again, shard.read(again)), (first, 9.0));
    assert_eq!(shard.claim_at(first).map(|claim| (claim.series, claim.role)), Some((4, ClaimRole::Gauge)));
    assert_ne!(claim_counter(&shard, 5), first, "it is reused only once");
    assert_eq!((shard.owner(kept), shard.read(kept)), (Some(2), 6.0));
    let mut owners = Vec::new();
    for chunk in shard.chunks() {
        chunk.each_claim(|claim| owners.push(claim.series));
    }
    assert_eq!(owners, [4, 2, 3, 5]);
}

#[test]
fn pages_are_released_with_their_head_and_reused_empty() {
    let shard = shard();
    let head = claim_head(&shard, 1);
    let page = claim_page(&shard, head, 7);
    assert_eq!(claim_page(&shard, head, 7), page, "the page exists");
    shard.count(page, 5);
    shard.release(head, &distribution(SHAPE));
    let again = claim_head(&shard, 2);
    assert_eq!(again, head);
    let chunk = shard.chunk_of(head).expect("chunks are kept");
    let mut entries = 0;
    chunk.each_entry(head.offset(), SHAPE.entries, |_, _| entries += 1);
    assert_eq!(entries, 0);
    assert_eq!((claim_page(&shard, head, 9), chunk.count(page.offset(), 5)), (page, 0));
    let other = claim_page(&shard, head, 10);
    assert_ne!(other, page, "it is reused only once");
}

#[test]
fn a_flat_distribution_has_all_pages_after_its_head() {
    let shard = shard();
    let [head, other] = [1, 2].map(|series| shard.claim(series, &distribution(FLAT)));
    assert_ne!(head.chunk(), other.chunk(), "each has a chunk of its own");
    assert_eq!(shard.claim_page(head, 7, FLAT), None, "it has no directory");
    let chunk = shard.chunk_of(head).expect("it is claimed");
    let pages = |chunk: &Chunk| {
        let mut pages = Vec::new();
        chunk.each_page(head.offset(), 0..FLAT.entries, FLAT.page, |entry, place| {
            if let DirectoryEntry::Near(page) = place
                && chunk.counts(page, 2 * FLAT.page).total() > 0.0
            {
                pages.push((entry, place));
            }
        });
        pages
    };
    assert_eq!(pages(&chunk), []);
    let places = [0, 7, FLAT.entries - 1].map(|entry| (entry, head.offset() + PAGES + entry * FLAT.page));
    for (_, offset) in &places {
        chunk.set_count(*offset, 2 * FLAT.page - 1, 3);
    }
    assert_eq!(pages(&chunk), places.map(|(entry, offset)| (entry, DirectoryEntry::Near(offset))));
    shard.release(head, &distribution(FLAT));
    assert_eq!(shard.claim(3, &distribution(FLAT)), head, "it is reused");
    assert_eq!(pages(&chunk), [], "it is empty");
}

#[test]
#[cfg_attr(miri, ignore = "it takes minutes")]
fn a_page_is_far_if_its_heads_chunk_is_full_and_is_reused() {
    let shard = shard();
    let head = claim_head(&shard, 1);
    let pages: Vec<CellIndex> = (0..SHAPE.entries).map(|entry| claim_page(&shard, head, entry)).collect();
    let home = shard.chunk_of(head).expect("it is claimed");
    let is_near = |page: &CellIndex| page.chunk() == home.number();
    assert!(pages.iter().any(is_near) && !pages.iter().all(is_near));
    for (entry, page) in (0..).zip(&pages) {
        shard.count(*page, entry);
        let place = home.directory_entry(head.offset(), entry);
        let expected = if is_near(page) { DirectoryEntry::Near(page.offset()) } else { DirectoryEntry::Far(*page) };
        assert_eq!((place, claim_page(&shard, head, entry)), (expected, *page));
    }
    let mut apart = pages.clone();
    apart.sort_unstable();
    assert!(apart.is_sorted_by(|one, next| one.chunk() != next.chunk() || *one + SHAPE.page <= *next));
    let taken = cells(&shard);
    shard.release(head, &distribution(SHAPE));
    for series in 0..3 {
        let head = claim_head(&shard, series);
        for entry in 0..SHAPE.entries {
            let page = claim_page(&shard, head, entry);
            let chunk = shard.chunk_of(page).expect("it is claimed");
            assert!((0..2 * SHAPE.page).all(|at| chunk.count(page.offset(), at) == 0));
            shard.count(page, 3);
        }
        shard.release(head, &distribution(SHAPE));
    }
    assert_eq!(cells(&shard), taken);
}

#[test]
#[cfg_attr(miri, ignore = "it takes minutes")]
fn the_pages_of_labelled_distributions_are_in_the_chunks_of_their_heads() {
    const LABELLED: Shape = Shape { page: 8, ..SHAPE };
    let shard = shard();
    for batch in 0..100 {
        // heads are claimed some at a time, before any of them has a page
        let heads: Vec<CellIndex> = (0..8).map(|at| shard.claim(8 * batch + at, &distribution(LABELLED))).collect();
        for (entry, head) in (20..35).flat_map(|entry| heads.iter().map(move |head| (entry, *head))) {
            let page = shard.claim_page(head, entry, LABELLED).expect("the head is claimed");
            assert_eq!(page.chunk(), head.chunk(), "page {entry} in batch {batch}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "it takes minutes")]
fn cells_released_all_at_once_are_reused() {
    let shard = shard();
    let mut taken = None;
    for round in 0..20 {
        for series in 0..300 {
            let counter = claim_counter(&shard, series);
            let head = claim_head(&shard, series);
            let flat = if series % 100 == 0 { shard.claim(series, &distribution(FLAT)) } else { CellIndex::NONE };
            assert_eq!([counter, head, flat].map(|cell| shard.read(cell)), [0.0; 3]);
            for cell in [counter, head] {
                shard.write(cell, 1.0);
            }
            for entry in 0..4 + round % 3 {
                let page = claim_page(&shard, head, entry);
                assert_eq!(shard.read(page), 0.0);
                shard.count(page, 0);
            }
        }
        shard.note_removed([claim_counter(&shard, 7)]);
        shard.release_all();
        assert!(shard.take_removed().is_empty());
        assert!(shard.chunks().iter().all(|chunk| chunk.claims() == 0));
        if round == 2 {
            taken = Some(cells(&shard));
        }
        assert!(taken.is_none_or(|taken| taken == cells(&shard)), "round {round}: {taken:?}, {}", cells(&shard));
    }
}

#[test]
fn a_cell_that_is_removed_twice_is_pending_once() {
    let shard = shard();
    let cells = [1, 2].map(|series| claim_counter(&shard, series));
    let before = shard.removals().load(Ordering::Relaxed);
    (0..1000).for_each(|_| shard.note_removed(cells));
    assert_ne!(shard.removals().load(Ordering::Relaxed), before);
    shard.forget_removed(cells[0]);
    assert_eq!(shard.take_removed().into_iter().collect::<Vec<_>>(), [cells[1]]);
    assert!(shard.take_removed().is_empty());
}

//! The room of families: label sets that come and go, over several threads, in any order.

mod js_writer;

use js_writer::{Thread, collector};
use proptest::prelude::*;
use tallystick::collector::{FamilyOptions, Kind, Scope};

const THREADS: usize = 3;
const IDS: [&str; 12] = ["", "a", "b", "c", "d", "e", "f", "g", "h", "i", "…", "k"];

#[derive(Clone, Copy, Debug)]
enum Step {
    Inc { thread: usize, id: usize },
    Reserve { thread: usize, count: u32 },
    Remove { thread: usize, id: usize },
    Release { thread: usize },
    Clear { thread: usize },
    End { thread: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (thread, id) = (|| 0..THREADS, || 0..IDS.len());
    let step = prop_oneof![
        8 => (thread(), id()).prop_map(|(thread, id)| Step::Inc { thread, id }),
        3 => (thread(), 1..6_u32).prop_map(|(thread, count)| Step::Reserve { thread, count }),
        5 => (thread(), id()).prop_map(|(thread, id)| Step::Remove { thread, id }),
        3 => thread().prop_map(|thread| Step::Release { thread }),
        1 => thread().prop_map(|thread| Step::Clear { thread }),
        1 => thread().prop_map(|thread| Step::End { thread }),
    ];
    proptest::collection::vec(step, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 128 }))]

    #[test]
    fn what_is_taken_is_given_back(steps in steps()) {
        let collector = collector();
        let open = || {
            let thread = Thread::of(&collector);
            let options = FamilyOptions { max_series: Some(8), ..FamilyOptions::default() };
            thread.family(Kind::Counter, "jobs", options);
            thread
        };
        let mut threads: Vec<Thread> = (0..THREADS).map(|_| open()).collect();
        let mut sets = 0;
        for step in steps {
            match step {
                Step::Inc { thread, id } => threads[thread].inc("jobs", &[("id", IDS[id])], 1.0),
                Step::Reserve { thread, count } => {
                    let thread = &threads[thread];
                    let family = thread.family(Kind::Counter, "jobs", FamilyOptions::default());
                    // JavaScript reserves again only when it has used all
                    sets += 1;
                    let set = collector.label_set(&thread.shard, family, [format!("name {sets}").as_str()].into_iter());
                    let room = collector.room(Scope::Family(family)).expect("the family exists");
                    let (used, limit) = (room.used(), room.limit());
                    let cells = collector.reserve(&thread.shard, set, count);
                    prop_assert!(cells.len() as u32 <= count.min(limit.saturating_sub(used)));
                }
                Step::Remove { thread, id } => {
                    let labels: &[(&str, &str)] = if IDS[id].is_empty() { &[] } else { &[("id", IDS[id])] };
                    threads[thread].remove(Kind::Counter, "jobs", labels);
                }
                Step::Release { thread } => threads[thread].release_removed(),
                Step::Clear { thread } => threads[thread].clear(),
                Step::End { thread } => {
                    collector.flush(&threads[thread].shard);
                    threads[thread] = open();
                }
            }
        }
        for thread in &threads {
            collector.flush(&thread.shard);
        }
        let last = open();
        last.clear();
        let family = last.family(Kind::Counter, "jobs", FamilyOptions::default());
        let room = collector.room(Scope::Family(family)).expect("the family exists");
        let whole = collector.room(Scope::Whole).expect("there is always one");
        prop_assert_eq!((room.used(), whole.used()), (0, 0));
    }
}

#[test]
fn the_first_label_to_fold_is_that_of_all_threads() {
    let collector = collector();
    let thread = Thread::of(&collector);
    let family = thread.family(Kind::Counter, "a", FamilyOptions::default());
    let folded = |fallback: &str| {
        let (label, is_first) = collector.folded_label(Scope::Family(family), fallback.to_owned());
        (label.name, is_first)
    };
    assert_eq!(folded("x"), ("x".to_owned(), true), "it has no series yet");
    for id in ["1", "2"] {
        thread.inc("a", &[("id", id), ("x", "1")], 1.0);
    }
    assert_eq!(folded("y"), ("x".to_owned(), false));
}

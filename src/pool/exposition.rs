//! A pool in the Prometheus text format, before the families of a collector.

use super::{Pool, Worker};
use crate::collector::Collector;
use crate::collector::key::write_label;
use crate::exposition::exposed_names::ExposedNames;
use crate::exposition::numbers::write_number;
use crate::exposition::{DEFAULT_BUCKETS_MILLIS, append_prometheus_text};

/// What of a pool is exposed, and how.
#[derive(Clone, Debug)]
pub struct PoolExposition {
    /// The first word of its families: a legal name without colons.
    pub namespace: String,
    /// Whether each worker is told.
    pub workers: bool,
    /// Of the process, in seconds.
    pub uptime: f64,
}

/// The families of a pool, or a comment where there is none yet, and those of a collector behind them. The pool's names are its own
/// also while there is no pool, so that no family of the collector changes its name when one is set.
#[must_use]
pub fn pool_prometheus_text(how: &PoolExposition, pool: Option<&Pool>, collector: Option<&Collector>) -> Vec<u8> {
    let mut families = Families { text: String::new(), namespace: &how.namespace, names: ExposedNames::default() };
    if let Some(pool) = pool {
        families.pool(pool, how.uptime);
        families.workers(if how.workers { Some(pool) } else { None });
    } else {
        families.text.push_str("# Pool not initialized\n");
        let unset = families.text.len();
        families.pool(&Pool::default(), how.uptime);
        families.text.truncate(unset);
    }
    let Families { mut text, mut names, .. } = families;
    if let Some(collector) = collector {
        append_prometheus_text(&mut text, &mut names, collector, &DEFAULT_BUCKETS_MILLIS);
    }
    text.into_bytes()
}

type Read = fn(&Worker) -> f64;

struct Families<'a> {
    text: String,
    namespace: &'a str,
    names: ExposedNames,
}

impl Families<'_> {
    fn pool(&mut self, pool: &Pool, uptime: f64) {
        let counts = pool.counts();
        for (name, help, value) in [
            ("pool_size", "Maximum pool size", Some(pool.size)),
            ("pool_active", "Active workers", pool.active().map(|active| active as f64)),
            ("pool_idle", "Idle workers", pool.idle().map(|idle| idle as f64)),
            ("pool_creating", "Workers being created", Some(counts.creating as f64)),
            ("pool_total", "Total workers", Some(counts.total() as f64)),
            ("pool_utilization", "Pool utilization ratio", pool.utilization()),
        ] {
            self.number_if_known(name, help, "gauge", value);
        }
        self.number("uptime_seconds", "Server uptime in seconds", "counter", uptime);
        for (name, value) in &pool.extra {
            let name = snake_case(name);
            self.number(&format!("pool_{name}"), "", type_of(&name), *value);
        }
    }

    fn workers(&mut self, pool: Option<&Pool>) {
        let Some(pool) = pool else { return };
        self.worker_states(pool);
        let ours: [(&str, &str, &str, Read); 4] = [
            ("worker_requests_total", "Requests a worker has served", "counter", |worker| worker.requests),
            ("worker_uptime_seconds", "Seconds since a worker started", "gauge", |worker| worker.uptime),
            ("worker_memory_rss_bytes", "Resident memory of a worker", "gauge", |worker| worker.rss),
            ("worker_memory_heap_used_bytes", "JavaScript heap in use of a worker", "gauge", |worker| worker.heap_used),
        ];
        for (name, help, kind, read) in ours {
            self.worker_numbers(name, help, kind, pool, read);
        }
        for (at, name) in pool.worker_extra.iter().enumerate() {
            let name = snake_case(name);
            let read = |worker: &Worker| worker.extra.get(at).copied().unwrap_or(f64::NAN);
            self.worker_numbers(&format!("worker_{name}"), "", type_of(&name), pool, read);
        }
    }

    /// 1 for the state that a worker is in: so that a query may count by state.
    fn worker_states(&mut self, pool: &Pool) {
        let name = self.open("worker_state", "The state that a worker is in", "gauge");
        for worker in &pool.workers {
            if let Some(state) = worker.state {
                self.sample(&name, worker, Some(("state", state.word())), 1.0);
            }
        }
    }

    fn worker_numbers(&mut self, name: &str, help: &str, kind: &str, pool: &Pool, read: impl Fn(&Worker) -> f64) {
        let known = || pool.workers.iter().map(|worker| (worker, read(worker))).filter(|(_, value)| !value.is_nan());
        if known().next().is_none() {
            return;
        }
        let name = self.open(name, help, kind);
        for (worker, value) in known() {
            self.sample(&name, worker, None, value);
        }
    }

    /// A number that is not known leaves its name taken: what the collector calls its families does not depend on the pool.
    fn number_if_known(&mut self, name: &str, help: &str, kind: &str, value: Option<f64>) {
        let before = self.text.len();
        self.number(name, help, kind, value.unwrap_or_default());
        if value.is_none() {
            self.text.truncate(before);
        }
    }

    fn number(&mut self, name: &str, help: &str, kind: &str, value: f64) {
        let name = self.open(name, help, kind);
        self.text.push_str(&name);
        self.value(value);
    }

    /// The first lines of a family. Ours have the names given here; one of the pool's own may be taken and is then another.
    fn open(&mut self, name: &str, help: &str, kind: &str) -> String {
        let name = self.names.give_plain(&format!("{}_{name}", self.namespace));
        if !help.is_empty() {
            for part in ["# HELP ", &name, " ", help, "\n"] {
                self.text.push_str(part);
            }
        }
        for part in ["# TYPE ", &name, " ", kind, "\n"] {
            self.text.push_str(part);
        }
        name
    }

    fn sample(&mut self, name: &str, worker: &Worker, more: Option<(&str, &str)>, value: f64) {
        let app = Some(("app", worker.app.as_str())).filter(|(_, app)| !app.is_empty());
        self.text.push_str(name);
        self.text.push('{');
        write_label(&mut self.text, "id", &worker.id);
        for (name, value) in app.into_iter().chain(more) {
            self.text.push(',');
            write_label(&mut self.text, name, value);
        }
        self.text.push('}');
        self.value(value);
    }

    fn value(&mut self, value: f64) {
        self.text.push(' ');
        write_number(&mut self.text, value);
        self.text.push('\n');
    }
}

fn type_of(name: &str) -> &'static str {
    if name.ends_with("_total") { "counter" } else { "gauge" }
}

/// `requestsPerSecond` as `requests_per_second`, `avgRSSBytes` as `avg_rss_bytes`.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let begins_word = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
            || (before.is_some_and(|before| before.is_uppercase())
                && chars.get(at + 1).is_some_and(|after| after.is_lowercase()));
        if char.is_uppercase() && begins_word {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn text(pool: Option<&Pool>, workers: bool) -> String {
        let how = PoolExposition { namespace: "app".to_owned(), workers, uptime: 86_400.0 };
        String::from_utf8(pool_prometheus_text(&how, pool, None)).unwrap()
    }

    #[test]
    fn names_of_a_pools_own_become_snake_case() {
        for (name, expected) in [
            ("requestsPerSecond", "requests_per_second"),
            ("avgRSSBytes", "avg_rss_bytes"),
            ("errorsTotal", "errors_total"),
            ("p99Millis", "p99_millis"),
            ("queue", "queue"),
            ("RSS", "rss"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
    }

    #[test]
    fn workers_are_told_where_that_is_asked_for_and_their_labels_escaped() {
        let worker = Worker {
            id: "a\"\n".to_owned(),
            app: "\\".to_owned(),
            state: Some(State::Idle),
            requests: 2.0,
            extra: vec![0.5],
            ..Worker::default()
        };
        let pool =
            Pool { size: 1.0, workers: vec![worker], worker_extra: ["busyShare".to_owned()].into(), ..Pool::default() };
        assert!(!text(Some(&pool), false).contains("worker_"));
        let told = text(Some(&pool), true);
        for line in [
            r#"app_worker_state{id="a\"\n",app="\\",state="idle"} 1"#,
            r#"app_worker_requests_total{id="a\"\n",app="\\"} 2"#,
            r#"app_worker_busy_share{id="a\"\n",app="\\"} 0.5"#,
            "# TYPE app_worker_requests_total counter",
        ] {
            assert!(told.lines().any(|told| told == line), "{line}\n{told}");
        }
        assert!(!told.contains("uptime_seconds{"), "{told}");
    }

    #[test]
    fn without_a_pool_there_is_a_comment() {
        assert_eq!(text(None, true), "# Pool not initialized\n");
    }

    #[test]
    fn who_serves_is_absent_where_the_pool_does_not_know() {
        let told = text(Some(&Pool { size: 2.0, busy_unknown: true, ..Pool::default() }), false);
        let families: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
        assert_eq!(
            families,
            ["app_pool_size gauge", "app_pool_creating gauge", "app_pool_total gauge", "app_uptime_seconds counter"]
        );
    }

    #[test]
    fn a_number_of_the_pools_own_takes_no_name_of_ours() {
        let extra = vec![("size".to_owned(), 1.0), ("größe".to_owned(), 2.0)];
        let told = text(Some(&Pool { extra, ..Pool::default() }), false);
        assert_eq!(told.matches("# TYPE app_pool_size gauge").count(), 1);
        assert!(told.contains("\nU__app__pool__size 1\n") && told.contains("\napp_pool_gr__e 2\n"), "{told}");
    }
}

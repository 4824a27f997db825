//! The families of a pool, exposed before those of a collector.

use super::{Pool, Worker};
use crate::collector::{Collector, MetricType};
use crate::exposition::exposed_names::ExposedNames;
use crate::exposition::{
    ExposedFamilies, ExposedFamily, ExposedLabel, ExpositionRequest, Sample, SeriesLabels, SeriesSource, WantedNames,
    exposition_after, names_for,
};

/// How a pool is exposed.
#[derive(Clone, Debug)]
pub struct PoolExposition {
    /// The prefix of its families: a legal name without colons.
    pub namespace: String,
    /// Whether each worker is exposed.
    pub workers: bool,
    /// The uptime of the process, in seconds.
    pub uptime: f64,
}

/// The families of a pool, or a comment if there is none yet, followed by those of a collector. The names of the pool's families are
/// reserved even if there is no pool, so that setting one renames no family of the collector.
#[must_use]
pub fn pool_exposition(
    how: &PoolExposition,
    request: &ExpositionRequest,
    pool: Option<&Pool>,
    collector: Option<&Collector>,
) -> Vec<u8> {
    let unset = Pool::default();
    let mut names = names_for(request);
    let wanted = request.names.as_ref();
    let mut families = Families { namespace: &how.namespace, names: &mut names, wanted, exposed: Vec::new() };
    families.pool(pool.unwrap_or(&unset), how.uptime);
    if let Some(pool) = pool.filter(|_| how.workers) {
        families.workers(pool);
    }
    let exposed = match pool {
        Some(_) => ExposedFamilies { families: families.exposed, ..ExposedFamilies::default() },
        None => ExposedFamilies { comment: Some("Pool not initialized"), ..ExposedFamilies::default() },
    };
    exposition_after(exposed, &mut names, request, collector, Vec::new())
}

type Read = fn(&Worker) -> f64;

struct Families<'a, 'n> {
    namespace: &'n str,
    names: &'n mut ExposedNames,
    wanted: Option<&'n WantedNames>,
    exposed: Vec<ExposedFamily<'a>>,
}

impl<'a> Families<'a, '_> {
    fn pool(&mut self, pool: &'a Pool, uptime: f64) {
        let counts = pool.counts();
        for (name, help, value) in [
            ("pool_size", "Maximum pool size", Some(pool.size)),
            ("pool_active", "Active workers", pool.active().map(|active| active as f64)),
            ("pool_idle", "Idle workers", pool.idle().map(|idle| idle as f64)),
            ("pool_creating", "Workers being created", Some(counts.creating as f64)),
            ("pool_total", "Total workers", Some(counts.total() as f64)),
            ("pool_utilization", "Pool utilization ratio", pool.utilization()),
        ] {
            self.number(name, help, MetricType::Gauge, value);
        }
        self.number("uptime_seconds", "Server uptime in seconds", MetricType::Counter, Some(uptime));
        for (name, value) in &pool.extra {
            let name = snake_case(name);
            self.number(&format!("pool_{name}"), "", type_of(&name), Some(*value));
        }
    }

    fn workers(&mut self, pool: &'a Pool) {
        self.worker_states(pool);
        let standard: [(&str, &str, MetricType, Read); 4] = [
            ("worker_requests_total", "Requests a worker has served", MetricType::Counter, |worker| worker.requests),
            ("worker_uptime_seconds", "Seconds since a worker started", MetricType::Gauge, |worker| worker.uptime),
            ("worker_memory_rss_bytes", "Resident memory of a worker", MetricType::Gauge, |worker| worker.rss),
            ("worker_memory_heap_used_bytes", "JavaScript heap in use of a worker", MetricType::Gauge, |worker| {
                worker.heap_used
            }),
        ];
        for (name, help, metric_type, read) in standard {
            self.worker_numbers(name, help, metric_type, pool, read);
        }
        for (at, name) in pool.worker_extra.iter().enumerate() {
            let name = snake_case(name);
            let read = move |worker: &Worker| worker.extra.get(at).copied().unwrap_or(f64::NAN);
            self.worker_numbers(&format!("worker_{name}"), "", type_of(&name), pool, read);
        }
    }

    /// 1 for the current state of a worker, so that queries can count workers by state.
    fn worker_states(&mut self, pool: &'a Pool) {
        let read = |worker: &Worker| if worker.state.is_some() { 1.0 } else { f64::NAN };
        let series = Workers { pool, read, has_state: true };
        self.family("worker_state", "The state that a worker is in", MetricType::Gauge, Some(Box::new(series)));
    }

    /// A number of each worker that reports it. Does not reserve the name if none does.
    fn worker_numbers(
        &mut self,
        name: &str,
        help: &'a str,
        metric_type: MetricType,
        pool: &'a Pool,
        read: impl Fn(&Worker) -> f64 + 'a,
    ) {
        if pool.workers.iter().any(|worker| !read(worker).is_nan()) {
            let series = Workers { pool, read, has_state: false };
            self.family(name, help, metric_type, Some(Box::new(series)));
        }
    }

    /// A number of the pool. Reserves the name even if the value is unknown, so that the names of the collector's families do not depend
    /// on it.
    fn number(&mut self, name: &str, help: &'a str, metric_type: MetricType, value: Option<f64>) {
        self.family(name, help, metric_type, value.map(|value| Box::new(Single(value)) as _));
    }

    /// Standard families always have the given name. The name of an additional number may be taken, and is then escaped.
    fn family(
        &mut self,
        name: &str,
        help: &'a str,
        metric_type: MetricType,
        series: Option<Box<dyn SeriesSource + 'a>>,
    ) {
        let plain = format!("{}_{name}", self.namespace);
        let name = self.names.assign_plain(&plain);
        let Some(series) = series else { return };
        if self.wanted.is_some_and(|wanted| !wanted.has(&plain, &name, metric_type)) {
            return;
        }
        self.exposed.push(ExposedFamily {
            name,
            counter_name: None,
            unit: String::new(),
            help: Some(help).filter(|help| !help.is_empty()),
            metric_type,
            label_names: LABELS.map(str::to_owned).to_vec(),
            common: Vec::new(),
            bounds: Vec::new(),
            series,
        });
    }
}

/// The labels of a worker's series.
const LABELS: [&str; 3] = ["id", "app", "state"];
const ID: usize = 0;
const APP: usize = 1;
const STATE: usize = 2;

/// One number without labels.
struct Single(f64);

impl SeriesSource for Single {
    fn size_hint(&self) -> usize {
        1
    }

    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        visit(SeriesLabels::NONE, Sample::Number(self.0));
    }
}

/// A number of each worker, NaN if it is unknown.
struct Workers<'a, Read> {
    pool: &'a Pool,
    read: Read,
    has_state: bool,
}

impl<Read: Fn(&Worker) -> f64> SeriesSource for Workers<'_, Read> {
    fn size_hint(&self) -> usize {
        self.pool.workers.len()
    }

    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        let mut own: Vec<ExposedLabel> = Vec::new();
        for worker in &self.pool.workers {
            let value = (self.read)(worker);
            if value.is_nan() {
                continue;
            }
            own.clear();
            own.push((ID, &worker.id));
            own.extend(Some((APP, worker.app.as_str())).filter(|(_, app)| !app.is_empty()));
            own.extend(worker.state.filter(|_| self.has_state).map(|state| (STATE, state.name())));
            visit(SeriesLabels { own: &own, added: &[], created: None, exemplars: &[] }, Sample::Number(value));
        }
    }
}

fn type_of(name: &str) -> MetricType {
    if name.ends_with("_total") { MetricType::Counter } else { MetricType::Gauge }
}

/// Converts `requestsPerSecond` to `requests_per_second`, and `avgRSSBytes` to `avg_rss_bytes`.
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
        String::from_utf8(pool_exposition(&how, &ExpositionRequest::default(), pool, None)).unwrap()
    }

    #[test]
    fn additional_names_become_snake_case() {
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
    fn workers_are_exposed_on_request_and_their_labels_escaped() {
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
        let exposed = text(Some(&pool), true);
        for line in [
            r#"app_worker_state{id="a\"\n",app="\\",state="idle"} 1"#,
            r#"app_worker_requests_total{id="a\"\n",app="\\"} 2"#,
            r#"app_worker_busy_share{id="a\"\n",app="\\"} 0.5"#,
            "# TYPE app_worker_requests_total counter",
        ] {
            assert!(exposed.lines().any(|known| known == line), "{line}\n{exposed}");
        }
        assert!(!exposed.contains("uptime_seconds{"), "{exposed}");
    }

    #[test]
    fn without_a_pool_there_is_a_comment() {
        assert_eq!(text(None, true), "# Pool not initialized\n");
    }

    #[test]
    fn active_and_idle_are_absent_if_they_are_unknown() {
        let exposed = text(Some(&Pool { size: 2.0, busy_unknown: true, ..Pool::default() }), false);
        let families: Vec<&str> = exposed.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
        assert_eq!(
            families,
            ["app_pool_size gauge", "app_pool_creating gauge", "app_pool_total gauge", "app_uptime_seconds counter"]
        );
    }

    #[test]
    fn an_additional_number_cannot_take_a_standard_name() {
        let extra = vec![("size".to_owned(), 1.0), ("größe".to_owned(), 2.0)];
        let exposed = text(Some(&Pool { extra, ..Pool::default() }), false);
        assert_eq!(exposed.matches("# TYPE app_pool_size gauge").count(), 1);
        assert!(exposed.contains("\nU__app__pool__size 1\n") && exposed.contains("\napp_pool_gr__e 2\n"), "{exposed}");
    }
}

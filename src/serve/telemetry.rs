//! The server's metrics: figures for Prometheus and a log, neither with a word of any comment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use rustc_hash::FxHashMap;

use crate::model::metadata::ModelLabel;
use crate::model::model::Model;
use crate::model::site::Site;
use crate::model::verdict::{Outcome, Verdict, Why};

/// Bounds of the latency histogram, in seconds.
const LATENCIES: [f64; 15] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Statuses that are counted by their number; others as `other`.
const STATUSES: [u16; 16] = [200, 204, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 429, 500, 503];

/// Probabilities are counted by tenths.
const BANDS: usize = 10;
const BAND_NAMES: [&str; BANDS] = ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"];

/// The recent share is a mean over about this many comments.
const RECENT: f32 = 1000.0;

static METADATA: Metadata<'static> = Metadata::new("ombud", Level::INFO, Some("ombud"));

/// The figures of a server. None is global: a program may have several servers.
pub(crate) struct Meters {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// By the address as the router has it; only ever added to.
    routes: ArcSwap<FxHashMap<Box<str>, Arc<RouteMeter>>>,
    pub(crate) panics: Counter,
    pub(crate) reloads: Counter,
    pub(crate) failed_reloads: Counter,
    pub(crate) connections: Gauge,
    pub(crate) refused_connections: Counter,
    written: Counter,
    failed: Counter,
    transactions: Counter,
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meters").finish_non_exhaustive()
    }
}

/// The figures of one route.
pub(crate) struct RouteMeter {
    latency: Histogram,
    /// In the order of [`STATUSES`], and then of all others.
    statuses: [Counter; STATUSES.len() + 1],
}

impl RouteMeter {
    pub(crate) fn count(&self, status: u16, time: Duration) {
        self.latency.record(time.as_secs_f64());
        let at = STATUSES.iter().position(|own| *own == status).unwrap_or(STATUSES.len());
        self.statuses[at].increment(1);
    }
}

impl Meters {
    pub(crate) fn new() -> Self {
        let builder = PrometheusBuilder::new();
        // It refuses only an empty list.
        let builder = builder
            .set_buckets_for_metric(Matcher::Full("ombud_request_seconds".to_owned()), &LATENCIES)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        describe(&recorder);
        let counter = |name: &'static str, labels| recorder.register_counter(&Key::from_parts(name, labels), &METADATA);
        let outcome = |outcome: &'static str| vec![Label::new("outcome", outcome)];
        Self {
            handle: recorder.handle(),
            routes: ArcSwap::default(),
            panics: counter("ombud_panics_total", vec![]),
            reloads: counter("ombud_reloads_total", outcome("done")),
            failed_reloads: counter("ombud_reloads_total", outcome("refused")),
            connections: recorder.register_gauge(&Key::from_name("ombud_connections"), &METADATA),
            refused_connections: counter("ombud_refused_connections_total", vec![]),
            written: counter("ombud_writes_total", outcome("done")),
            failed: counter("ombud_writes_total", outcome("failed")),
            transactions: counter("ombud_write_transactions_total", vec![]),
            recorder,
        }
    }

    /// The figures of a route, by its address in the router.
    pub(crate) fn route(&self, path: &str) -> Arc<RouteMeter> {
        if let Some(known) = self.routes.load().get(path) {
            return Arc::clone(known);
        }
        let meter = Arc::new(self.new_route(path));
        self.routes.rcu(|routes| {
            let mut routes = FxHashMap::clone(routes);
            routes.entry(path.into()).or_insert_with(|| Arc::clone(&meter));
            routes
        });
        meter
    }

    fn new_route(&self, path: &str) -> RouteMeter {
        let route = || Label::new("route", path.to_owned());
        let latency = Key::from_parts("ombud_request_seconds", vec![route()]);
        let status = |status: String| {
            let labels = vec![route(), Label::new("status", status)];
            self.recorder.register_counter(&Key::from_parts("ombud_requests_total", labels), &METADATA)
        };
        RouteMeter {
            latency: self.recorder.register_histogram(&latency, &METADATA),
            statuses: std::array::from_fn(|at| {
                status(STATUSES.get(at).map_or_else(|| "other".to_owned(), ToString::to_string))
            }),
        }
    }

    /// The figures of a model's labels, for which a site may set shares of its own.
    pub(crate) fn labels(&self, model: &Model, site: &Site) -> LabelMeters {
        let counter = |name: &'static str, labels: Vec<Label>| {
            self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
        };
        let gauges = PrometheusBuilder::new().build_recorder();
        describe_labels(&gauges);
        let set = |key: &Key, value: f32| gauges.register_gauge(key, &METADATA).set(value);
        let hash = || Label::new("model", model.metadata.hash.clone());
        let of_label = |own: &ModelLabel| {
            let label = || Label::new("label", own.label.name.clone());
            let given = |what: &str| {
                counter("ombud_verdicts_total", vec![hash(), label(), Label::new("verdict", what.to_owned())])
            };
            let of_class = |(at, class): (usize, &str)| {
                let labels = || vec![hash(), label(), Label::new("class", class.to_owned())];
                let band = |band: &'static str| {
                    counter("ombud_scores_total", [labels(), vec![Label::new("from", band)]].concat())
                };
                let of_site =
                    site.base_rates.iter().rev().find(|(name, _)| *name == own.label.name).map(|(_, share)| *share);
                let share = of_site.or(own.base_rate).or(own.base_rates.get(at).copied());
                share.into_iter().for_each(|share| set(&Key::from_parts("ombud_expected_share", labels()), share));
                ClassMeter {
                    bands: BAND_NAMES.map(band),
                    recent: AtomicU32::new(0),
                    n: AtomicU64::new(0),
                    recent_share: Key::from_parts("ombud_recent_share", labels()),
                }
            };
            let classes = own.label.classes();
            let names: Vec<&str> =
                if classes.is_empty() { vec![""] } else { classes.iter().map(String::as_str).collect() };
            let verdicts = if classes.is_empty() {
                vec![given("raised"), given("none")]
            } else {
                classes.iter().map(|class| given(class)).collect()
            };
            LabelMeter {
                classes: names.into_iter().enumerate().map(of_class).collect(),
                verdicts,
                unsure: given("unsure"),
                not_given: given("not_given"),
            }
        };
        let labels = model.metadata.labels.iter().map(of_label).collect();
        let info = vec![Label::new("name", model.metadata.name.clone()), hash()];
        set(&Key::from_parts("ombud_model_info", info), 1.0);
        LabelMeters {
            comments: counter("ombud_comments_total", vec![hash()]),
            other_language: counter("ombud_comments_in_another_language_total", vec![hash()]),
            labels,
            gauges,
        }
    }

    /// A counter, to be kept: finding it costs more than counting.
    pub(crate) fn counter(&self, name: &'static str, labels: Vec<Label>) -> Counter {
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
    }

    pub(crate) fn writes(&self, n: usize) {
        self.written.increment(n as u64);
        self.transactions.increment(1);
    }

    pub(crate) fn failed_writes(&self, n: usize) {
        self.failed.increment(n as u64);
    }

    /// All figures in Prometheus's format, with those of the model in use.
    pub(crate) fn render(&self, now: &LabelMeters) -> String {
        self.handle.render() + &now.render()
    }

    /// To be done every second or so, as latencies are kept one by one until then.
    pub(crate) fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

fn describe(recorder: &PrometheusRecorder) {
    let counters = [
        ("ombud_requests_total", "Requests answered, by route and status"),
        ("ombud_comments_total", "Comments scored"),
        ("ombud_comments_in_another_language_total", "Comments that seem to be in a language other than the model's"),
        (
            "ombud_scores_total",
            "Probabilities of each requested label, in tenths: from=\"0.9\" counts those from 0.9 to 1",
        ),
        (
            "ombud_verdicts_total",
            "Verdicts on comments: raised or none for a flag, the class for a stance; unsure is left to a person, not_given has no text or no target",
        ),
        ("ombud_policy_total", "Comments that matched a policy; in shadow mode nothing was done with them"),
        ("ombud_writes_total", "Changes to the review database"),
        ("ombud_write_transactions_total", "Transactions used for the changes to the review database"),
        ("ombud_reloads_total", "Reloads of model and settings, done and refused"),
        ("ombud_refused_connections_total", "Connections closed at once because too many were open"),
        ("ombud_panics_total", "Requests that panicked; each is a bug"),
    ];
    for (name, text) in counters {
        recorder.describe_counter(name.into(), None, text.into());
    }
    recorder.describe_gauge("ombud_connections".into(), None, "Open connections".into());
    recorder.describe_histogram("ombud_request_seconds".into(), None, "Time to answer a request, in seconds".into());
}

fn describe_labels(recorder: &PrometheusRecorder) {
    let gauges = [
        ("ombud_expected_share", "Share of each label for which its probabilities were calibrated"),
        (
            "ombud_recent_share",
            "Mean probability of each label over about the last thousand comments; if it moves away from the expected share, comments have drifted",
        ),
        ("ombud_model_info", "1 for the model in use"),
    ];
    for (name, text) in gauges {
        recorder.describe_gauge(name.into(), None, text.into());
    }
}

/// The figures of a model's labels. Counting takes no lock.
pub(crate) struct LabelMeters {
    comments: Counter,
    other_language: Counter,
    labels: Vec<LabelMeter>,
    /// What holds of the model that answers now is its own, and goes with it: a share that nothing changes any more would look
    /// like drift for ever.
    gauges: PrometheusRecorder,
}

impl std::fmt::Debug for LabelMeters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LabelMeters").finish_non_exhaustive()
    }
}

struct LabelMeter {
    /// For a flag, one.
    classes: Vec<ClassMeter>,
    /// For a flag, whether it is raised; otherwise by class.
    verdicts: Vec<Counter>,
    unsure: Counter,
    /// There is no text or no target.
    not_given: Counter,
}

struct ClassMeter {
    bands: [Counter; BANDS],
    /// The mean of the last probabilities, as bits. Of two simultaneous updates one may be lost, which does not matter
    /// for the mean.
    recent: AtomicU32,
    n: AtomicU64,
    /// Its gauge, which exists once there is a value.
    recent_share: Key,
}

impl ClassMeter {
    fn count(&self, p: f32) {
        self.bands[((p * BANDS as f32) as usize).min(BANDS - 1)].increment(1);
        let n = self.n.load(Ordering::Relaxed) + 1;
        self.n.store(n, Ordering::Relaxed);
        let mean = f32::from_bits(self.recent.load(Ordering::Relaxed));
        let mean = mean + (p - mean) / (n as f32).min(RECENT);
        self.recent.store(mean.to_bits(), Ordering::Relaxed);
    }
}

impl LabelMeters {
    /// Counts the outcomes of a comment.
    pub(crate) fn count(&self, verdict: &Verdict) {
        self.count_all(self.labels.iter(), verdict);
    }

    /// The same if only some labels were requested, by their numbers. Nothing is known about the others.
    pub(crate) fn count_of(&self, labels: &[usize], verdict: &Verdict) {
        self.count_all(labels.iter().filter_map(|label| self.labels.get(*label)), verdict);
    }

    fn count_all<'m>(&self, labels: impl Iterator<Item = &'m LabelMeter>, verdict: &Verdict) {
        self.comments.increment(1);
        if verdict.language.is_some() {
            self.other_language.increment(1);
        }
        for (label, outcome) in labels.zip(&verdict.outcomes) {
            let given = match outcome {
                // Then the probabilities of a stance have no meaning.
                Outcome::Flag { p: None, .. } | Outcome::Stance { class: Err(Why::NoText | Why::NoTarget), .. } => None,
                Outcome::Flag { raised, unsure, p, .. } => {
                    label.classes.iter().zip(p).for_each(|(class, p)| class.count(*p));
                    if *unsure { Some(&label.unsure) } else { label.verdicts.get(usize::from(!*raised)) }
                }
                Outcome::Stance { class, p } => {
                    label.classes.iter().zip(p).for_each(|(class, p)| class.count(*p));
                    class.map_or(Some(&label.unsure), |class| label.verdicts.get(class))
                }
            };
            given.unwrap_or(&label.not_given).increment(1);
        }
    }

    /// What holds of the model that answers now, as Prometheus reads it.
    fn render(&self) -> String {
        for class in self.labels.iter().flat_map(|label| &label.classes) {
            if class.n.load(Ordering::Relaxed) > 0 {
                let recent = f32::from_bits(class.recent.load(Ordering::Relaxed));
                self.gauges.register_gauge(&class.recent_share, &METADATA).set(recent);
            }
        }
        self.gauges.handle().render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::refusal::Refusal;
    use crate::serve::settings::Scope;

    #[test]
    fn what_requests_are_answered_with_is_counted_by_its_number() {
        let wait = Duration::ZERO;
        let refusals = [
            Refusal::NoKey,
            Refusal::OutOfScope(Scope::Score),
            Refusal::TooMany { rate: 1, wait },
            Refusal::Overloaded,
            Refusal::TooSlow,
            Refusal::TooLarge { limit: 1 },
            Refusal::BrokenBody,
            Refusal::NotFound,
            Refusal::WrongMethod,
            Refusal::Broken,
        ];
        let statuses = refusals.map(|refusal| refusal.status().as_u16());
        // What decisions are answered with, too.
        for status in statuses.into_iter().chain([200, 204, 409, 410, 422]) {
            assert!(STATUSES.contains(&status), "{status}");
        }
    }
}

//! Training again from what was decided, in the background of the screen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use super::decided::Decided;
use super::queue;
use super::train::old_parts;
use crate::features::Options;
use crate::metrics::Sorted;
use crate::model::{
    ClassWeight, Dataset, Evaluated, Model, Old, Provenance, Request, Scorer, Site, TrainOptions, Truth, train,
};
use crate::review::screen::{Compared, Progress, Retraining};
use crate::thread::Source;

/// How much decisions count against the weights of the model that is gone on from.
const COST: f32 = 1.0;
/// Enough for scores of unseen comments, and quick.
const FOLDS: usize = 3;

/// The model of a queue: trained again from the decisions, compared, and put to use when a person says so.
pub(super) struct Learning {
    db: PathBuf,
    site: Site,
    model: Arc<Model>,
    state: State,
}

enum State {
    Idle,
    Running(Instant, JoinHandle<anyhow::Result<Learnt>>),
    Ready(Box<Learnt>),
}

/// A new model, and what it is worth.
struct Learnt {
    model: Model,
    compared: Vec<Compared>,
}

/// Where the model of a queue is, once it was trained from the queue's decisions.
pub(super) fn model_of(db: &Path) -> PathBuf {
    db.with_extension("model")
}

impl Learning {
    pub(super) fn new(db: &Path, model: Arc<Model>, site: Site) -> Self {
        Self { db: db.to_owned(), site, model, state: State::Idle }
    }
}

impl Retraining for Learning {
    fn start(&mut self) -> Result<(), String> {
        let (db, model) = (self.db.clone(), Arc::clone(&self.model));
        self.state = State::Running(Instant::now(), std::thread::spawn(move || learn(&db, &model)));
        Ok(())
    }

    fn poll(&mut self) -> Progress {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => Progress::Idle,
            State::Running(since, worker) if !worker.is_finished() => {
                let seconds = since.elapsed().as_secs_f64();
                self.state = State::Running(since, worker);
                Progress::Running { seconds }
            }
            State::Running(_, worker) => match worker.join() {
                Ok(Ok(learnt)) => {
                    let compared = learnt.compared.clone();
                    self.state = State::Ready(Box::new(learnt));
                    Progress::Ready(compared)
                }
                Ok(Err(error)) => Progress::Failed(format!("{error:#}")),
                Err(_) => Progress::Failed("the training broke off".to_owned()),
            },
            State::Ready(learnt) => {
                let compared = learnt.compared.clone();
                self.state = State::Ready(learnt);
                Progress::Ready(compared)
            }
        }
    }

    fn accept(&mut self) -> Result<usize, String> {
        let State::Ready(learnt) = std::mem::replace(&mut self.state, State::Idle) else {
            return Err("there is no new model".to_owned());
        };
        let put = |model: Model| -> anyhow::Result<(Arc<Model>, usize)> {
            model.save(&model_of(&self.db))?;
            let model = Arc::new(model);
            let mut store = queue::open(&self.db)?;
            let n = queue::rescore(&mut store, &Scorer::new(Arc::clone(&model), &self.site)?)?;
            Ok((model, n))
        };
        let (model, n) = put(learnt.model).map_err(|error| format!("{error:#}"))?;
        self.model = model;
        Ok(n)
    }

    fn discard(&mut self) {
        self.state = State::Idle;
    }
}

/// Goes on from a model by what was decided.
fn learn(db: &Path, base: &Model) -> anyhow::Result<Learnt> {
    let decided = Decided::read(db)?;
    let request = Request {
        stances: decided.stances.clone(),
        flags: decided.flags.clone(),
        weights: true,
        towards: base.metadata.towards.clone(),
        ..Request::default()
    };
    let data = Dataset::read(&[Source::new(&decided.path)], &request, |_| true)?;
    let options = TrainOptions {
        features: Options { min_df: 2, ..base.metadata.options.clone() },
        choose_blocks: false,
        cost: Some(COST),
        class_weight: ClassWeight::None,
        base_rates: decided.rates.clone(),
        folds: FOLDS,
        replicates: 0,
        ..TrainOptions::default()
    };
    let (weighting, linear, labels) = old_parts(base);
    let old = Old { featurizer: base.featurizer(), weighting: &weighting, linear: &linear, labels: &labels };
    let trained = train(&data, &options, Some(old), |_| true)?;
    let name = model_of(db).file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let provenance = Provenance {
        ombud: env!("CARGO_PKG_VERSION").to_owned(),
        sources: vec![super::train::file_name(db)],
        base: Some(base.metadata.hash.clone()),
        seed: options.seed,
        ..Provenance::default()
    };
    let mut model = Model::new(&name, &trained, &data, provenance);
    model.inherit_seen(base);
    model.keep_labels_of(base);
    let evaluated = trained.learnt.iter().filter_map(|learnt| learnt.evaluated.as_ref());
    let compared = evaluated.filter_map(|evaluated| compare(evaluated, &decided)).collect();
    Ok(Learnt { model, compared })
}

/// The AUC of a flag by the scores that reviewers saw, and by a model that had not seen the decision, on the random slice.
fn compare(evaluated: &Evaluated, decided: &Decided) -> Option<Compared> {
    let Truth::Shares(shares) = &evaluated.annotated.truth else { return None };
    let (mut old, mut new, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    let mut missing = false;
    for ((row, share), p) in evaluated.annotated.rows.iter().zip(shares).zip(evaluated.p.column(0)) {
        let Some(shown) = decided.slice.get(*row).and_then(Option::as_ref) else { continue };
        truth.push(*share);
        new.push(*p);
        match shown.get(&evaluated.label.name) {
            Some(p) => old.push(*p),
            None => missing = true,
        }
    }
    let auc = |scores: &[f32]| Sorted::new(scores, &truth)?.measure(|_| 1.0).auc;
    let n = truth.len();
    Some(Compared {
        label: evaluated.label.name.clone(),
        old: if missing { None } else { auc(&old) },
        new: auc(&new),
        n,
    })
}

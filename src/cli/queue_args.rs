//! Options of commands that work on a queue, and the model that belongs to one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args::open_model;
use crate::cli::exit::{Exit, Usage};
use crate::cli::output::{remark, tell};
use crate::cli::watcher::Watcher;
use crate::model::model::Model;
use crate::queue::clock::now;
use crate::queue::fill;
use crate::queue::own_model::own_model;
use crate::queue::policy_file::{PolicyFile, PolicyNote};
use crate::queue::review_policy::ReviewPolicy;
use crate::queue::store::Store;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::thread::paths::Paths;

/// Which queue, and who is there.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DbArgs {
    /// Queue file
    #[arg(long, default_value = "ombud.db", value_name = "FILE.db")]
    pub(crate) db: PathBuf,
    /// Name of the reviewer [default: your login name]
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
    /// Policy file [default: ombud.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl DbArgs {
    /// The files that are read when the queue is only read.
    pub(crate) fn read(&self) -> Paths {
        Paths::default().files("policy file", PolicyFile::path(self.config.as_ref())).database(&self.db)
    }

    /// The same when the queue is changed.
    pub(crate) fn changed(&self) -> Paths {
        Paths::default().files("policy file", PolicyFile::path(self.config.as_ref())).changed_database("--db", &self.db)
    }

    /// Who decides.
    pub(crate) fn reviewer(&self) -> String {
        let logged_in = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        let name = self.reviewer.clone().or_else(logged_in).filter(|name| !name.trim().is_empty());
        name.unwrap_or_else(|| "reviewer".to_owned())
    }
}

/// Flags that pick comments out.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RaisedArgs {
    /// Only comments with this flag raised (repeatable: any of them)
    #[arg(long, alias = "raised", value_name = "LABEL")]
    pub(crate) label: Vec<String>,
}

/// An unknown label is a typing error, not a reason to list nothing.
pub(crate) fn check_labels<'a>(store: &Store, asked: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    let labels: Vec<String> = store.labels()?.into_iter().map(|(name, _)| name).collect();
    for label in asked {
        if !labels.contains(label) {
            return Err(
                Usage(format!("there is no label {label:?} in this queue; it has {}", labels.join(", "))).into()
            );
        }
    }
    Ok(())
}

/// The model for a queue.
pub(crate) fn queue_model(named: Option<&PathBuf>, db: &Path) -> anyhow::Result<Arc<Model>> {
    open_model(named.or(own_model(db).as_ref()))
}

/// Opens the queue with the site's settings. Reports costs for flags that the model does not have.
pub(crate) fn open_queue(db: &Path, policy: &ReviewPolicy, model: &Model) -> anyhow::Result<Store> {
    let flags = model.flags();
    policy.unknown(&flags).for_each(|name| remark(format_args!("note: {}", PolicyNote::NoFlag(name.clone()))));
    let mut store = Store::open(db)?;
    policy.apply(&mut store, now())?;
    Ok(store)
}

/// Scores threads and puts them into the queue; how the run ends.
pub(crate) fn fill(job: &mut Job, inputs: Vec<InputFile>, store: &mut Store) -> anyhow::Result<Exit> {
    job.reasons = fill::REASONS;
    let filled = fill::fill(job, inputs, store, &Watcher::without_progress())?;
    tell(|notes| notes.filled(&filled, job.scorer.model()));
    Ok(Exit::of(filled.refused > 0))
}
